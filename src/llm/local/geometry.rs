//! The figures of a model: its family, its sizes, and from these the shape that
//! each of its tensors must have. Figures are bounded here, so that nothing later
//! has to fear an overflow or a division by zero.

use std::fmt;

use super::gguf::{GgufFile, unknown_family};
use crate::llm::LlmError;

const OTHER: &str = "take a model that `schullotse models list` names";

/// The families that the forward pass computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Llama,
    Qwen2,
    Qwen3,
}

impl Family {
    pub const ALL: [Self; 3] = [Self::Llama, Self::Qwen2, Self::Qwen3];

    /// As `general.architecture` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
        }
    }

    /// Which two numbers of a head are rotated together: neighbours (2i, 2i+1) in
    /// llama files, whose conversion permutes the rows of Q and K, else (i, i + half).
    pub(super) fn rotates_neighbours(self) -> bool {
        self == Self::Llama
    }
}

impl fmt::Display for Family {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The sizes of a model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Geometry {
    pub(super) family: Family,
    pub(super) layers: usize,
    pub(super) hidden: usize,
    pub(super) heads: usize,
    pub(super) kv_heads: usize,
    pub(super) head_dim: usize,
    pub(super) ffn: usize,
    /// Rows of the embedding; the tokenizer may know fewer.
    pub(super) vocab: usize,
    /// Tokens that the model was trained for.
    pub(super) context: usize,
    /// Added under the root of a root mean square norm.
    pub(super) eps: f32,
    /// Base of the rotary angles.
    pub(super) theta: f64,
    /// Positions are divided by it (linear scaling of the context); 1 = as they are.
    pub(super) stretch: f64,
    /// Tokens that each token sees, itself included; `None` = all before it.
    pub(super) window: Option<Window>,
}

/// A sliding window over the context, in some layers or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) tokens: usize,
    /// Every so many layers one sees all; 0 = none does.
    pub(super) pattern: usize,
}

impl Window {
    /// How many tokens a layer sees at most, where it does not see all.
    fn of(self, layer: usize) -> Option<usize> {
        let all = self.pattern > 0 && layer % self.pattern == self.pattern - 1;
        (!all).then_some(self.tokens)
    }
}

impl Geometry {
    /// The first position that a token at `position` sees in this layer.
    pub(super) fn first_seen(&self, layer: usize, position: usize) -> usize {
        self.window.and_then(|window| window.of(layer)).map_or(0, |tokens| (position + 1).saturating_sub(tokens))
    }

    pub(super) fn read(file: &GgufFile) -> Result<Self, LlmError> {
        let name = file.text("general.architecture").unwrap_or("");
        let Some(family) = Family::ALL.into_iter().find(|family| family.name() == name) else {
            return Err(unknown_family(file.path(), name));
        };
        let size = |key: &str, most: u64| bounded(file, &format!("{family}.{key}"), most);
        let hidden = size("embedding_length", 1 << 16)?;
        let heads = size("attention.head_count", 1 << 10)?;
        let optional = |key: &str, most: u64, default: usize| {
            let key = format!("{family}.{key}");
            if file.content().metadata.contains_key(&key) { bounded(file, &key, most) } else { Ok(default) }
        };
        let kv_heads = optional("attention.head_count_kv", 1 << 10, heads)?;
        let head_dim = optional("attention.key_length", 1 << 10, hidden / heads)?;
        let value_dim = optional("attention.value_length", 1 << 10, head_dim)?;
        let rotated = optional("rope.dimension_count", 1 << 10, head_dim)?;
        let vocab = file
            .content()
            .tensor_infos
            .get("token_embd.weight")
            .and_then(|info| info.shape.dims().first().copied())
            .ok_or_else(|| file.fault("the tensor `token_embd.weight` is missing", OTHER))?;
        let geometry = Self {
            family,
            layers: size("block_count", 1 << 10)?,
            hidden,
            heads,
            kv_heads,
            head_dim,
            ffn: size("feed_forward_length", 1 << 20)?,
            vocab,
            context: size("context_length", 1 << 32)?,
            eps: file.fraction(&format!("{family}.attention.layer_norm_rms_epsilon")).map_or(f32::NAN, as_f32),
            theta: file.fraction(&format!("{family}.rope.freq_base")).unwrap_or(10_000.0),
            stretch: stretch(file, family)?,
            window: window(file, family)?,
        };
        geometry.check(file, value_dim, rotated)?;
        Ok(geometry)
    }

    fn check(&self, file: &GgufFile, value_dim: usize, rotated: usize) -> Result<(), LlmError> {
        let family = self.family;
        let fault = |what: String| Err(file.fault(&what, OTHER));
        if !self.heads.is_multiple_of(self.kv_heads) {
            return fault(format!("{} query heads cannot share {} key heads", self.heads, self.kv_heads));
        }
        if self.head_dim == 0 || !self.head_dim.is_multiple_of(2) {
            return fault(format!("heads of {} numbers cannot be rotated", self.head_dim));
        }
        if value_dim != self.head_dim || rotated != self.head_dim {
            return fault(format!(
                "keys of {}, values of {value_dim} and {rotated} rotated numbers are not supported",
                self.head_dim
            ));
        }
        if !(self.eps > 0.0 && self.eps < 1.0) {
            return fault(format!("`{family}.attention.layer_norm_rms_epsilon` is missing or out of range"));
        }
        if !(self.theta.is_finite() && self.theta >= 1.0) {
            return fault(format!("`{family}.rope.freq_base` is out of range"));
        }
        if self.vocab < 2 || u32::try_from(self.vocab).is_err() {
            return fault(format!("a vocabulary of {} is out of range", self.vocab));
        }
        if file.whole(&format!("{family}.expert_count")).unwrap_or(0) > 0 {
            return fault("is a mixture of experts, which is not supported".into());
        }
        Ok(())
    }

    /// The shape that a tensor must have, outer size first; `None` for one that is not used.
    pub(super) fn shape_of(&self, name: &str) -> Option<Vec<usize>> {
        let (queries, keys) = (self.heads * self.head_dim, self.kv_heads * self.head_dim);
        let shape = match name {
            "token_embd.weight" | "output.weight" => vec![self.vocab, self.hidden],
            "output_norm.weight" => vec![self.hidden],
            "rope_freqs.weight" => vec![self.head_dim / 2],
            _ => {
                let (layer, part) = name.strip_prefix("blk.")?.split_once('.')?;
                layer.parse::<usize>().ok().filter(|&layer| layer < self.layers)?;
                match part {
                    "attn_norm.weight" | "ffn_norm.weight" | "attn_output.bias" => vec![self.hidden],
                    "attn_q.weight" => vec![queries, self.hidden],
                    "attn_q.bias" => vec![queries],
                    "attn_k.weight" | "attn_v.weight" => vec![keys, self.hidden],
                    "attn_k.bias" | "attn_v.bias" => vec![keys],
                    "attn_q_norm.weight" | "attn_k_norm.weight" if self.family == Family::Qwen3 => {
                        vec![self.head_dim]
                    }
                    "attn_output.weight" => vec![self.hidden, queries],
                    "ffn_gate.weight" | "ffn_up.weight" => vec![self.ffn, self.hidden],
                    "ffn_down.weight" => vec![self.hidden, self.ffn],
                    _ => return None,
                }
            }
        };
        Some(shape)
    }

    /// Names of the tensors without which the model cannot be computed.
    pub(super) fn required(&self) -> impl Iterator<Item = String> + use<> {
        let always = [
            "attn_norm.weight",
            "attn_q.weight",
            "attn_k.weight",
            "attn_v.weight",
            "attn_output.weight",
            "ffn_norm.weight",
            "ffn_gate.weight",
            "ffn_up.weight",
            "ffn_down.weight",
        ];
        let further: &[&str] = match self.family {
            Family::Llama => &[],
            Family::Qwen2 => &["attn_q.bias", "attn_k.bias", "attn_v.bias"],
            Family::Qwen3 => &["attn_q_norm.weight", "attn_k_norm.weight"],
        };
        let parts: Vec<&str> = always.into_iter().chain(further.iter().copied()).collect();
        let layers = self.layers;
        ["token_embd.weight", "output_norm.weight"].map(str::to_owned).into_iter().chain(
            (0..layers).flat_map(move |layer| parts.clone().into_iter().map(move |part| format!("blk.{layer}.{part}"))),
        )
    }

    /// Bytes of keys and values that one token leaves in the cache.
    pub(super) fn cache_bytes_per_token(&self) -> usize {
        2 * self.layers * self.kv_heads * self.head_dim * size_of::<half::f16>()
    }
}

/// By how much the file stretches its context beyond what `theta` does.
fn stretch(file: &GgufFile, family: Family) -> Result<f64, LlmError> {
    match file.text(&format!("{family}.rope.scaling.type")) {
        None | Some("none") => Ok(1.0),
        Some("linear") => file
            .fraction(&format!("{family}.rope.scaling.factor"))
            .filter(|factor| (1.0..=1_000.0).contains(factor))
            .ok_or_else(|| file.fault(&format!("`{family}.rope.scaling.factor` is missing or out of range"), OTHER)),
        Some(other) => Err(file.fault(&format!("stretches its context by `{other}`, which is not supported"), OTHER)),
    }
}

/// The window that the file names; one of 0 tokens is none.
fn window(file: &GgufFile, family: Family) -> Result<Option<Window>, LlmError> {
    let key = format!("{family}.attention.sliding_window");
    if !file.content().metadata.contains_key(&key) || file.whole(&key) == Some(0) {
        return Ok(None);
    }
    let tokens = bounded(file, &key, 1 << 32)?;
    let key = format!("{family}.attention.sliding_window_pattern");
    let pattern = if file.content().metadata.contains_key(&key) { bounded(file, &key, 1 << 10)? } else { 0 };
    Ok(Some(Window { tokens, pattern }))
}

#[expect(clippy::cast_possible_truncation, reason = "the file holds 32 bits")]
fn as_f32(value: f64) -> f32 {
    value as f32
}

fn bounded(file: &GgufFile, key: &str, most: u64) -> Result<usize, LlmError> {
    let value = file.whole(key).ok_or_else(|| file.fault(&format!("`{key}` is missing or no number"), OTHER))?;
    if value == 0 || value > most {
        return Err(file.fault(&format!("`{key}` is {value}, 1 to {most} can be used"), OTHER));
    }
    usize::try_from(value).map_err(|_| file.fault(&format!("`{key}` is out of range"), OTHER))
}
