//! Writes a model file of random weights: whole in form, empty in meaning.
//!
//! It has everything that a real file has (families' tensors, byte-level vocabulary
//! with merges, control tokens, chat template), so that tests run the whole path
//! and speed can be measured where no model can be downloaded. It says nothing
//! about quality: the text is noise. The same shape and seed give the same file.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufWriter},
    path::Path,
};

use candle_core::{
    Device, Tensor,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Value},
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{detokenizer::char_of, geometry::Family};

/// Control tokens, and the kind that llama.cpp gives them (3 = control, 4 = user-defined).
const CONTROL: [(&str, i32); 5] =
    [("<|endoftext|>", 3), ("<|im_start|>", 3), ("<|im_end|>", 3), ("<think>", 4), ("</think>", 4)];

/// `ChatML` with the switch for thinking, as Qwen3 has it.
const TEMPLATE: &str = "{%- for message in messages %}\
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}\
    {%- endfor %}\
    {%- if add_generation_prompt %}\
    {{- '<|im_start|>assistant\\n' }}\
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}\
    {%- endif %}";

/// How the weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantisation {
    F32,
    F16,
    Q8_0,
    /// 4 bits, embedding, head and some others 6 bits, as in files named `Q4_K_M`; needs sizes that 256 divides.
    Q4K,
    /// 5 bits, embedding and head 6; the same sizes.
    Q5K,
    /// 6 bits; the same sizes.
    Q6K,
    Q4_0,
}

impl Quantisation {
    /// As file names write it: `F16`, `Q8_0`, `Q6_K`, `Q5_K_M`, `Q4_K_M`, `Q4_0`, `F32`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "F32" => Self::F32,
            "F16" => Self::F16,
            "Q8_0" => Self::Q8_0,
            "Q4_K_M" => Self::Q4K,
            "Q5_K_M" => Self::Q5K,
            "Q6_K" => Self::Q6K,
            "Q4_0" => Self::Q4_0,
            _ => return None,
        })
    }

    fn of(self, name: &str, layers: usize) -> GgmlDType {
        match self {
            Self::Q4K if finer(name, layers) => GgmlDType::Q6K,
            Self::F32 => GgmlDType::F32,
            Self::F16 => GgmlDType::F16,
            Self::Q8_0 => GgmlDType::Q8_0,
            Self::Q4K | Self::Q5K if name.starts_with("token_embd") || name.starts_with("output") => GgmlDType::Q6K,
            Self::Q4K => GgmlDType::Q4K,
            Self::Q5K => GgmlDType::Q5K,
            Self::Q6K => GgmlDType::Q6K,
            Self::Q4_0 => GgmlDType::Q4_0,
        }
    }
}

/// Which matrices `Q4_K_M` keeps finer, as llama.cpp's `use_more_bits` chooses them: values
/// and the way down in the first and last eighth of the layers and every third between.
fn finer(name: &str, layers: usize) -> bool {
    let Some((layer, part)) = name.strip_prefix("blk.").and_then(|rest| rest.split_once('.')) else { return false };
    let layer: usize = layer.parse().unwrap_or(0);
    let eighth = layers / 8;
    let chosen = layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    chosen && matches!(part, "attn_v.weight" | "ffn_down.weight")
}

/// Sizes of a model to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub family: Family,
    pub layers: usize,
    pub hidden: usize,
    pub heads: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    pub ffn: usize,
    /// At least 261: the bytes and the control tokens.
    pub vocab: usize,
    pub context: usize,
    pub quantisation: Quantisation,
    /// The head is the embedding.
    pub tied: bool,
    /// Tokens that a token sees, and every how many layers one sees all (0: none); `None` = all everywhere.
    pub window: Option<(usize, usize)>,
}

impl Shape {
    /// Names that [`Shape::named`] knows.
    pub const NAMES: [&str; 4] = ["qwen3-0.6b", "qwen3-1.7b", "qwen2.5-1.5b", "llama-3.2-1b"];

    /// The sizes of a known model, its vocabulary too; the context is 4,096.
    #[must_use]
    pub fn named(name: &str, quantisation: Quantisation) -> Option<Self> {
        use Family::{Llama, Qwen2, Qwen3};
        let (family, layers, hidden, heads, kv_heads, head_dim, ffn, vocab) = match name {
            "qwen3-0.6b" => (Qwen3, 28, 1_024, 16, 8, 128, 3_072, 151_936),
            "qwen3-1.7b" => (Qwen3, 28, 2_048, 16, 8, 128, 6_144, 151_936),
            "qwen2.5-1.5b" => (Qwen2, 28, 1_536, 12, 2, 128, 8_960, 151_936),
            "llama-3.2-1b" => (Llama, 16, 2_048, 32, 8, 64, 8_192, 128_256),
            _ => return None,
        };
        let (context, tied, window) = (4_096, true, None);
        Some(Self {
            family,
            layers,
            hidden,
            heads,
            kv_heads,
            head_dim,
            ffn,
            vocab,
            context,
            quantisation,
            tied,
            window,
        })
    }

    /// A model of some hundred kilobytes, for tests.
    pub fn tiny(family: Family) -> Self {
        Self {
            family,
            layers: 2,
            hidden: 64,
            heads: 4,
            kv_heads: 2,
            // qwen3's heads need not add up to the hidden size.
            head_dim: if family == Family::Qwen3 { 32 } else { 16 },
            ffn: 96,
            vocab: 400,
            context: 512,
            quantisation: Quantisation::F32,
            tied: family == Family::Qwen3,
            window: None,
        }
    }
}

/// Writes a model of random weights to `path`.
///
/// # Errors
/// Where the shape is impossible (sizes that do not fill the blocks of the
/// quantisation, too small a vocabulary) or the file cannot be written.
pub fn write_random(path: &Path, shape: &Shape, seed: u64) -> io::Result<()> {
    if shape.vocab < 256 + CONTROL.len() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the vocabulary is smaller than 261"));
    }
    let mut rng = StdRng::seed_from_u64(seed);
    let mut metadata = figures(shape);
    metadata.extend(vocabulary(shape.vocab, &mut rng));
    let tensors = weights(shape, &mut rng).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let mut file = BufWriter::new(File::create(path)?);
    gguf_file::write(&mut file, &metadata, &tensors).map_err(io::Error::other)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn figures(shape: &Shape) -> Vec<(String, Value)> {
    let family = shape.family.name();
    let size =
        |key: &str, value: usize| (format!("{family}.{key}"), Value::U32(u32::try_from(value).unwrap_or(u32::MAX)));
    let text = |key: &str, value: &str| (key.to_owned(), Value::String(value.into()));
    let window = shape.window.into_iter().flat_map(|(tokens, pattern)| {
        let pattern = (pattern > 0).then(|| size("attention.sliding_window_pattern", pattern));
        [Some(size("attention.sliding_window", tokens)), pattern].into_iter().flatten()
    });
    let mut figures = vec![
        text("general.architecture", family),
        text("general.name", "random weights"),
        size("block_count", shape.layers),
        size("context_length", shape.context),
        size("embedding_length", shape.hidden),
        size("feed_forward_length", shape.ffn),
        size("attention.head_count", shape.heads),
        size("attention.head_count_kv", shape.kv_heads),
        size("attention.key_length", shape.head_dim),
        size("attention.value_length", shape.head_dim),
        (format!("{family}.attention.layer_norm_rms_epsilon"), Value::F32(1e-6)),
        (format!("{family}.rope.freq_base"), Value::F32(10_000.0)),
        text("tokenizer.ggml.model", "gpt2"),
        text("tokenizer.ggml.pre", "qwen2"),
        text("tokenizer.chat_template", TEMPLATE),
        ("tokenizer.ggml.add_bos_token".into(), Value::Bool(false)),
    ];
    figures.extend(window);
    figures
}

/// All bytes, then random merges, then the control tokens.
fn vocabulary(size: usize, rng: &mut StdRng) -> Vec<(String, Value)> {
    let mut tokens: Vec<String> = (0..=u8::MAX).map(|byte| char_of(byte).to_string()).collect();
    let mut seen: HashSet<String> = tokens.iter().cloned().collect();
    let mut merges = Vec::new();
    while tokens.len() < size - CONTROL.len() {
        let pick = tokens.len().min(20_000);
        let (left, right) = (&tokens[rng.random_range(0..pick)], &tokens[rng.random_range(0..pick)]);
        let both = format!("{left}{right}");
        if both.chars().count() <= 12 && seen.insert(both.clone()) {
            merges.push(Value::String(format!("{left} {right}")));
            tokens.push(both);
        }
    }
    let mut kinds = vec![Value::I32(1); tokens.len()];
    for (token, kind) in CONTROL {
        tokens.push(token.into());
        kinds.push(Value::I32(kind));
    }
    let id = |name: &str| {
        let place = tokens.iter().position(|token| token == name).unwrap_or(0);
        Value::U32(u32::try_from(place).unwrap_or(0))
    };
    let (eos, bos) = (id("<|im_end|>"), id("<|endoftext|>"));
    vec![
        ("tokenizer.ggml.tokens".into(), Value::Array(tokens.into_iter().map(Value::String).collect())),
        ("tokenizer.ggml.token_type".into(), Value::Array(kinds)),
        ("tokenizer.ggml.merges".into(), Value::Array(merges)),
        ("tokenizer.ggml.eos_token_id".into(), eos),
        ("tokenizer.ggml.bos_token_id".into(), bos),
    ]
}

fn weights(shape: &Shape, rng: &mut StdRng) -> candle_core::Result<Vec<(String, QTensor)>> {
    let mut tensors = Vec::new();
    let mut add = |name: String, size: Vec<usize>, centre: f32, spread: f32| -> candle_core::Result<()> {
        let count = size.iter().product();
        let values: Vec<f32> = (0..count).map(|_| centre + spread * rng.random_range(-1.0_f32..1.0)).collect();
        let dtype = if size.len() == 1 { GgmlDType::F32 } else { shape.quantisation.of(&name, shape.layers) };
        tensors.push((name, QTensor::quantize(&Tensor::from_vec(values, size, &Device::Cpu)?, dtype)?));
        Ok(())
    };
    let (queries, keys) = (shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim);
    add("token_embd.weight".into(), vec![shape.vocab, shape.hidden], 0.0, 1.0)?;
    add("output_norm.weight".into(), vec![shape.hidden], 1.0, 0.2)?;
    if !shape.tied {
        add("output.weight".into(), vec![shape.vocab, shape.hidden], 0.0, spread(shape.hidden))?;
    }
    if shape.family == Family::Llama {
        add("rope_freqs.weight".into(), vec![shape.head_dim / 2], 4.5, 3.5)?;
    }
    for layer in 0..shape.layers {
        let mut part = |name: &str, size: Vec<usize>| {
            let (centre, width) = match (size.as_slice(), name) {
                ([_], name) if name.ends_with("bias") => (0.0, 0.5),
                ([_], _) => (1.0, 0.2),
                (size, _) => (0.0, spread(size[1])),
            };
            add(format!("blk.{layer}.{name}"), size, centre, width)
        };
        part("attn_norm.weight", vec![shape.hidden])?;
        part("attn_q.weight", vec![queries, shape.hidden])?;
        part("attn_k.weight", vec![keys, shape.hidden])?;
        part("attn_v.weight", vec![keys, shape.hidden])?;
        part("attn_output.weight", vec![shape.hidden, queries])?;
        part("ffn_norm.weight", vec![shape.hidden])?;
        part("ffn_gate.weight", vec![shape.ffn, shape.hidden])?;
        part("ffn_up.weight", vec![shape.ffn, shape.hidden])?;
        part("ffn_down.weight", vec![shape.hidden, shape.ffn])?;
        match shape.family {
            Family::Llama => {}
            Family::Qwen2 => {
                part("attn_q.bias", vec![queries])?;
                part("attn_k.bias", vec![keys])?;
                part("attn_v.bias", vec![keys])?;
            }
            Family::Qwen3 => {
                part("attn_q_norm.weight", vec![shape.head_dim])?;
                part("attn_k_norm.weight", vec![shape.head_dim])?;
            }
        }
    }
    Ok(tensors)
}

/// Keeps the size of what passes a matrix of so many columns.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^23")]
fn spread(columns: usize) -> f32 {
    2.0 / (columns as f32).sqrt()
}
