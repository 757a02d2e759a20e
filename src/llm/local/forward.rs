//! The forward pass: tokens of several generations in, logits of the wanted ones out.
//!
//! One pass for the three families, which differ in three places: the pairs that
//! the rotary embedding turns, the biases of Q, K and V (qwen2), and the norm of
//! each head's queries and keys (qwen3). All tokens of all generations go through each
//! matrix together, since a matrix costs little more for eight rows than for one; only
//! attention looks at each generation's own [`Cache`]. The head, a quarter of a small
//! model's work, is computed for those rows alone whose logits somebody wants.

use std::sync::Arc;

use candle_core::{Device, Result, Tensor, quantized::QTensor};

use super::{
    attention::{View, attend},
    cache::{Cache, CacheShape},
    geometry::Geometry,
    gguf::GgufFile,
    kernel::{self, Level},
    loading::Loader,
    matrix::{Matrix, Rows},
    parallel,
    rotary::{Rotary, Turn},
};
use crate::llm::LlmError;

/// Numbers that one piece of row-wise work should hold at least, to be worth sharing out.
const PIECE: usize = 1 << 13;

pub(super) struct Layer {
    pub(super) attention_norm: Vec<f32>,
    pub(super) query: Matrix,
    pub(super) key: Matrix,
    pub(super) value: Matrix,
    pub(super) output: Matrix,
    pub(super) query_norm: Option<Vec<f32>>,
    pub(super) key_norm: Option<Vec<f32>>,
    pub(super) ffn_norm: Vec<f32>,
    pub(super) gate: Matrix,
    pub(super) up: Matrix,
    pub(super) down: Matrix,
}

/// The weights and all that is computed from them once.
pub(super) struct Weights {
    geometry: Geometry,
    embedding: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    head: Matrix,
    rotary: Rotary,
    level: Level,
}

/// Tokens of one generation that a pass adds to its cache.
pub(super) struct Run<'a> {
    pub(super) cache: &'a mut Cache,
    pub(super) tokens: &'a [u32],
    /// The logits after so many of the last tokens are wanted; at most all of them.
    pub(super) wanted: usize,
}

/// Logits of the wanted tokens, run after run.
pub(super) struct Logits {
    numbers: Vec<f32>,
    vocab: usize,
}

impl Logits {
    pub(super) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.vocab)
    }
}

impl Weights {
    /// Reads all weights. The file's tensors must have been checked against `geometry`.
    pub(super) fn load(file: &mut GgufFile, geometry: &Geometry, level: Level) -> std::result::Result<Self, LlmError> {
        let factors = file.floats("rope_freqs.weight")?;
        let embedding = Arc::new(file.tensor("token_embd.weight")?);
        let mut loader = Loader::new(file);
        let layers = (0..geometry.layers).map(|layer| loader.layer(layer)).collect::<std::result::Result<_, _>>()?;
        let norm = loader.norm("output_norm.weight")?;
        let head = loader.head(&embedding)?;
        loader.report();
        let rotary = Rotary::new(geometry, factors.as_deref());
        Ok(Self { geometry: geometry.clone(), embedding, layers, norm, head, rotary, level })
    }

    pub(super) fn cache_shape(&self) -> CacheShape {
        CacheShape::of(&self.geometry)
    }

    /// An empty cache.
    pub(super) fn cache(&self) -> Cache {
        Cache::starting_with(self.cache_shape(), Vec::new())
    }

    /// Adds each run's tokens to its cache.
    ///
    /// # Errors
    /// Where there is no token, or one that the vocabulary does not have. The caches are then
    /// as they were.
    pub(super) fn forward(&self, runs: &mut [Run<'_>]) -> Result<Logits> {
        let tokens: Vec<u32> = runs.iter().flat_map(|run| run.tokens).copied().collect();
        if runs.iter().any(|run| run.tokens.is_empty()) {
            candle_core::bail!("a run without tokens");
        }
        let Geometry { hidden, ffn, .. } = self.geometry;
        let embedded = self.embedding.embedding(&Tensor::new(tokens, &Device::Cpu)?)?;
        let mut x: Vec<f32> = embedded.flatten_all()?.to_vec1()?;
        let mut turns = Vec::new();
        for run in runs.iter_mut() {
            run.cache.reserve(run.tokens.len());
            let start = run.cache.len();
            turns.extend((start..start + run.tokens.len()).map(|position| self.rotary.turn(position)));
        }
        for (number, layer) in self.layers.iter().enumerate() {
            let input = Rows::new(self.normed(&x, &layer.attention_norm), hidden);
            let mixed = self.attention(number, layer, &input, runs, &turns)?;
            add(&mut x, &layer.output.apply(&mixed)?);
            let input = Rows::new(self.normed(&x, &layer.ffn_norm), hidden);
            let (mut gate, up) = (layer.gate.apply(&input)?, layer.up.apply(&input)?);
            parallel::runs(&mut gate, PIECE, |place, gate| {
                kernel::gate(self.level, gate, &up[place * PIECE..][..gate.len()]);
            });
            add(&mut x, &layer.down.apply(&Rows::new(gate, ffn))?);
        }
        // Only now, when nothing can fail any more, are the tokens seen.
        let logits = self.logits(&x, runs)?;
        for run in runs.iter_mut() {
            run.cache.advance(run.tokens.len());
        }
        Ok(logits)
    }

    fn attention(
        &self,
        number: usize,
        layer: &Layer,
        input: &Rows,
        runs: &mut [Run<'_>],
        turns: &[Turn],
    ) -> Result<Rows> {
        let Geometry { heads, kv_heads, head_dim, .. } = self.geometry;
        let mut queries = layer.query.apply(input)?;
        let mut keys = layer.key.apply(input)?;
        let values = layer.value.apply(input)?;
        self.turn(&mut queries, heads, layer.query_norm.as_deref(), turns, 1.0 / as_f32(head_dim).sqrt());
        self.turn(&mut keys, kv_heads, layer.key_norm.as_deref(), turns, 1.0);
        let width = kv_heads * head_dim;
        let mut rows = keys.chunks_exact(width).zip(values.chunks_exact(width));
        for run in runs.iter_mut() {
            let start = run.cache.len();
            for (position, (keys, values)) in (start..start + run.tokens.len()).zip(&mut rows) {
                run.cache.write(number, position, keys, values);
            }
        }
        let views: Vec<View<'_>> =
            runs.iter().map(|run| View { cache: run.cache, start: run.cache.len(), count: run.tokens.len() }).collect();
        let mixed = attend(self.level, &self.geometry, number, &views, &queries);
        Ok(Rows::new(mixed, heads * head_dim))
    }

    /// Norms the heads where the family does so, turns them by their positions, and scales them.
    fn turn(&self, states: &mut [f32], heads: usize, norm: Option<&[f32]>, turns: &[Turn], scale: f32) {
        let size = self.geometry.head_dim;
        let width = heads * size;
        let together = PIECE.div_ceil(width);
        parallel::runs(states, together * width, |place, rows| {
            for (row, turn) in rows.chunks_exact_mut(width).zip(&turns[place * together..]) {
                for head in row.chunks_exact_mut(size) {
                    if let Some(norm) = norm {
                        let scale = self.scale(head);
                        head.iter_mut().zip(norm).for_each(|(value, weight)| *value *= scale * weight);
                    }
                    self.rotary.apply(turn, head);
                    if scale < 1.0 {
                        for value in head {
                            *value *= scale;
                        }
                    }
                }
            }
        });
    }

    fn logits(&self, x: &[f32], runs: &[Run<'_>]) -> Result<Logits> {
        let hidden = self.geometry.hidden;
        let mut rows = Vec::new();
        let mut end = 0;
        for run in runs {
            end += run.tokens.len();
            rows.extend_from_slice(&x[(end - run.wanted.min(run.tokens.len())) * hidden..end * hidden]);
        }
        if rows.is_empty() {
            return Ok(Logits { numbers: rows, vocab: self.geometry.vocab });
        }
        let numbers = self.head.apply(&Rows::new(self.normed(&rows, &self.norm), hidden))?;
        Ok(Logits { numbers, vocab: self.geometry.vocab })
    }

    /// Root mean square norm of each row.
    fn normed(&self, rows: &[f32], weight: &[f32]) -> Vec<f32> {
        let mut output = rows.to_vec();
        let together = PIECE.div_ceil(weight.len());
        parallel::runs(&mut output, together * weight.len(), |_, rows| {
            for row in rows.chunks_exact_mut(weight.len()) {
                let scale = self.scale(row);
                row.iter_mut().zip(weight).for_each(|(value, weight)| *value *= scale * weight);
            }
        });
        output
    }

    /// What brings a row to a root mean square of 1. Eight sums, so that no addition waits.
    fn scale(&self, row: &[f32]) -> f32 {
        let (whole, rest) = row.as_chunks::<8>();
        let mut sums = [0.0_f32; 8];
        for chunk in whole {
            sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += value * value);
        }
        let sum = sums.iter().sum::<f32>() + rest.iter().map(|value| value * value).sum::<f32>();
        1.0 / (sum / as_f32(row.len()) + self.geometry.eps).sqrt()
    }
}

fn add(to: &mut [f32], more: &[f32]) {
    to.iter_mut().zip(more).for_each(|(value, more)| *value += more);
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^23")]
fn as_f32(value: usize) -> f32 {
    value as f32
}
