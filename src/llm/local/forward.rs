//! The forward pass: token ids in, logits of the last one out.
//!
//! One pass for the three families, which differ in three places: the pairs that
//! the rotary embedding turns, the biases of Q, K and V (qwen2), and the norm of
//! each head's queries and keys (qwen3). Weights stay quantised; all else is 32-bit
//! float, the rotary angles 64-bit. Plain and right before fast: candle's kernels
//! for the matrices, its tensors for the rest. A [`Cache`] belongs to one
//! generation, so nothing of one reader's text can reach another's.

use std::sync::Arc;

use candle_core::{
    DType, Device, Module, Result, Tensor,
    quantized::{QMatMul, QTensor},
};
use candle_nn::{
    ops::{rms_norm, silu, softmax_last_dim},
    rotary_emb::{rope, rope_i},
};

use super::{geometry::Geometry, gguf::GgufFile};
use crate::llm::LlmError;

/// A matrix with an optional bias.
struct Linear {
    weight: QMatMul,
    bias: Option<Tensor>,
}

impl Linear {
    fn load(file: &mut GgufFile, name: &str) -> std::result::Result<Self, LlmError> {
        let weight = Arc::new(file.tensor(&format!("{name}.weight"))?);
        Ok(Self { weight: matrix(file, weight)?, bias: file.floats(&format!("{name}.bias"))? })
    }

    fn apply(&self, input: &Tensor) -> Result<Tensor> {
        let output = self.weight.forward(input)?;
        match &self.bias {
            Some(bias) => output.broadcast_add(bias),
            None => Ok(output),
        }
    }
}

struct Layer {
    attention_norm: Tensor,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    query_norm: Option<Tensor>,
    key_norm: Option<Tensor>,
    ffn_norm: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
}

/// Keys and values of the tokens seen so far in one generation.
pub(super) struct Cache {
    /// Per layer, each of the shape (key heads, capacity, numbers of a head).
    layers: Vec<(Tensor, Tensor)>,
    len: usize,
    capacity: usize,
}

/// The weights and all that is computed from them once.
pub(super) struct Weights {
    geometry: Geometry,
    embedding: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: Tensor,
    head: QMatMul,
    /// Angle per position of each rotated pair.
    frequencies: Vec<f64>,
}

impl Weights {
    /// Reads all weights. The file's tensors must have been checked against `geometry`.
    pub(super) fn load(file: &mut GgufFile, geometry: &Geometry) -> std::result::Result<Self, LlmError> {
        let embedding = Arc::new(file.tensor("token_embd.weight")?);
        let head = if file.has("output.weight") { Arc::new(file.tensor("output.weight")?) } else { embedding.clone() };
        let factors = match file.floats("rope_freqs.weight")? {
            Some(factors) => Some(factors.to_vec1::<f32>().map_err(|error| damaged(file, &error))?),
            None => None,
        };
        Ok(Self {
            layers: (0..geometry.layers)
                .map(|layer| Layer::load(file, layer))
                .collect::<std::result::Result<_, _>>()?,
            norm: required(file, "output_norm.weight")?,
            head: matrix(file, head)?,
            frequencies: frequencies(geometry, factors.as_deref()),
            embedding,
            geometry: geometry.clone(),
        })
    }

    /// An empty cache for at most `capacity` tokens.
    pub(super) fn cache(&self, capacity: usize) -> Result<Cache> {
        let shape = (self.geometry.kv_heads, capacity, self.geometry.head_dim);
        let zeros = || Tensor::zeros(shape, DType::F32, &Device::Cpu);
        let layers = (0..self.geometry.layers).map(|_| Ok((zeros()?, zeros()?))).collect::<Result<_>>()?;
        Ok(Cache { layers, len: 0, capacity })
    }

    /// Adds `tokens` to the cache and computes on from there.
    pub(super) fn forward(&self, tokens: &[u32], cache: &mut Cache) -> Result<Hidden> {
        if tokens.is_empty() || cache.len + tokens.len() > cache.capacity {
            candle_core::bail!("{} tokens do not fit into the cache", tokens.len());
        }
        let (cos, sin) = self.rotation(cache.len, tokens.len())?;
        let mask = causal_mask(cache.len, tokens.len())?;
        let eps = eps(&self.geometry);
        let mut x = self.embedding.embedding(&Tensor::new(tokens, &Device::Cpu)?)?;
        for (layer, (keys, values)) in self.layers.iter().zip(&cache.layers) {
            let input = rms_norm(&x, &layer.attention_norm, eps)?;
            let step = Step { geometry: &self.geometry, layer, cos: &cos, sin: &sin, mask: mask.as_ref() };
            x = (x + step.attention(&input, keys, values, cache.len)?)?;
            let input = rms_norm(&x, &layer.ffn_norm, eps)?;
            let gated = (silu(&layer.gate.apply(&input)?)? * layer.up.apply(&input)?)?;
            x = (x + layer.down.apply(&gated)?)?;
        }
        cache.len += tokens.len();
        Ok(Hidden(x))
    }

    /// The logits that follow the last token of a pass.
    pub(super) fn logits(&self, hidden: &Hidden) -> Result<Tensor> {
        let last = hidden.0.narrow(0, hidden.0.dim(0)? - 1, 1)?.contiguous()?;
        self.head.forward(&rms_norm(&last, &self.norm, eps(&self.geometry))?)?.squeeze(0)
    }

    /// Cosine and sine of each position and pair.
    fn rotation(&self, start: usize, count: usize) -> Result<(Tensor, Tensor)> {
        let angles = (start..start + count)
            .flat_map(|position| self.frequencies.iter().map(move |frequency| as_f64(position) * frequency));
        let (cos, sin): (Vec<f32>, Vec<f32>) = angles.map(|angle| (as_f32(angle.cos()), as_f32(angle.sin()))).unzip();
        let shape = (count, self.frequencies.len());
        Ok((Tensor::from_vec(cos, shape, &Device::Cpu)?, Tensor::from_vec(sin, shape, &Device::Cpu)?))
    }
}

/// What a pass leaves for the head: one row a token.
pub(super) struct Hidden(Tensor);

/// One layer's attention over one run of tokens.
struct Step<'a> {
    geometry: &'a Geometry,
    layer: &'a Layer,
    cos: &'a Tensor,
    sin: &'a Tensor,
    mask: Option<&'a Tensor>,
}

impl Step<'_> {
    fn attention(&self, input: &Tensor, keys: &Tensor, values: &Tensor, seen: usize) -> Result<Tensor> {
        let Geometry { heads, kv_heads, head_dim, .. } = *self.geometry;
        let count = input.dim(0)?;
        let query = self.rotated(&self.layer.query, self.layer.query_norm.as_ref(), input, heads)?;
        let key = self.rotated(&self.layer.key, self.layer.key_norm.as_ref(), input, kv_heads)?;
        let value = self.layer.value.apply(input)?.reshape((count, kv_heads, head_dim))?.transpose(0, 1)?;
        keys.slice_set(&key, 1, seen)?;
        values.slice_set(&value.contiguous()?, 1, seen)?;

        // Query heads that share a key head stand in one matrix, so that nothing is repeated.
        let (total, shared) = (seen + count, heads / kv_heads * count);
        let query = (query.reshape((kv_heads, shared, head_dim))? / as_f64(head_dim).sqrt())?;
        let mut scores = query.matmul(&keys.narrow(1, 0, total)?.t()?)?.reshape((heads, count, total))?;
        if let Some(mask) = self.mask {
            scores = scores.broadcast_add(mask)?;
        }
        let weights = softmax_last_dim(&scores)?.reshape((kv_heads, shared, total))?;
        let mixed = weights.matmul(&values.narrow(1, 0, total)?)?.reshape((heads, count, head_dim))?;
        self.layer.output.apply(&mixed.transpose(0, 1)?.reshape((count, heads * head_dim))?)
    }

    /// Queries or keys, normed where the family does so, turned by their positions:
    /// (heads, tokens, numbers of a head).
    fn rotated(&self, linear: &Linear, norm: Option<&Tensor>, input: &Tensor, heads: usize) -> Result<Tensor> {
        let mut states = linear.apply(input)?.reshape((input.dim(0)?, heads, self.geometry.head_dim))?;
        if let Some(norm) = norm {
            states = rms_norm(&states, norm, eps(self.geometry))?;
        }
        let states = states.transpose(0, 1)?.contiguous()?.unsqueeze(0)?;
        let turn = if self.geometry.family.rotates_neighbours() { rope_i } else { rope };
        turn(&states, self.cos, self.sin)?.squeeze(0)
    }
}

impl Layer {
    fn load(file: &mut GgufFile, number: usize) -> std::result::Result<Self, LlmError> {
        let name = |part: &str| format!("blk.{number}.{part}");
        Ok(Self {
            attention_norm: required(file, &name("attn_norm.weight"))?,
            query: Linear::load(file, &name("attn_q"))?,
            key: Linear::load(file, &name("attn_k"))?,
            value: Linear::load(file, &name("attn_v"))?,
            output: Linear::load(file, &name("attn_output"))?,
            query_norm: file.floats(&name("attn_q_norm.weight"))?,
            key_norm: file.floats(&name("attn_k_norm.weight"))?,
            ffn_norm: required(file, &name("ffn_norm.weight"))?,
            gate: Linear::load(file, &name("ffn_gate"))?,
            up: Linear::load(file, &name("ffn_up"))?,
            down: Linear::load(file, &name("ffn_down"))?,
        })
    }
}

/// Minus infinity where a token would look ahead; a single token cannot.
fn causal_mask(seen: usize, count: usize) -> Result<Option<Tensor>> {
    if count == 1 {
        return Ok(None);
    }
    let total = seen + count;
    let ahead = |row: usize| (0..total).map(move |column| if column > seen + row { f32::NEG_INFINITY } else { 0.0 });
    let mask: Vec<f32> = (0..count).flat_map(ahead).collect();
    Tensor::from_vec(mask, (count, total), &Device::Cpu).map(Some)
}

/// `theta^(-2i/d)`, divided by the file's factors where it has them (llama 3.1 and later).
fn frequencies(geometry: &Geometry, factors: Option<&[f32]>) -> Vec<f64> {
    (0..geometry.head_dim / 2)
        .map(|pair| {
            let factor = factors.map_or(1.0, |factors| f64::from(factors[pair]));
            geometry.theta.powf(-2.0 * as_f64(pair) / as_f64(geometry.head_dim)) / factor
        })
        .collect()
}

fn matrix(file: &GgufFile, weight: Arc<QTensor>) -> std::result::Result<QMatMul, LlmError> {
    QMatMul::from_arc(weight).map_err(|error| damaged(file, &error))
}

fn required(file: &mut GgufFile, name: &str) -> std::result::Result<Tensor, LlmError> {
    let missing = file.fault(&format!("the tensor `{name}` is missing"), "download the file again");
    file.floats(name)?.ok_or(missing)
}

fn damaged(file: &GgufFile, error: &candle_core::Error) -> LlmError {
    file.fault(&format!("cannot be used: {error}"), "download the file again")
}

#[expect(clippy::cast_precision_loss, reason = "positions and sizes are far below 2^52")]
fn as_f64(value: usize) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "candle computes in 32 bits")]
fn as_f32(value: f64) -> f32 {
    value as f32
}

fn eps(geometry: &Geometry) -> f32 {
    as_f32(geometry.eps)
}
