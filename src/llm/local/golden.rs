//! The forward pass against one written as plainly as possible: single numbers,
//! loops, 64 bits, straight from the papers' formulas, sharing nothing with the
//! pass under test but the weights in the file.

#![expect(clippy::cast_precision_loss, reason = "sizes and positions are small")]

use std::{collections::HashMap, path::Path};

use candle_core::{Device, quantized::gguf_file::Content};

use super::{Family, Quantisation, Shape, forward::Weights, gguf::GgufFile, write_random};

type Row = Vec<f64>;

/// All tensors of a file as plain numbers, and the sizes they were written with.
struct Plain {
    shape: Shape,
    tensors: HashMap<String, Row>,
}

impl Plain {
    fn read(path: &Path, shape: &Shape) -> Self {
        let mut file = std::fs::File::open(path).unwrap();
        let content = Content::read(&mut file).unwrap();
        let tensors = content.tensor_infos.keys().map(|name| {
            let tensor = content.tensor(&mut file, name, &Device::Cpu).unwrap().dequantize(&Device::Cpu).unwrap();
            let values: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
            (name.clone(), values.into_iter().map(f64::from).collect())
        });
        Self { shape: shape.clone(), tensors: tensors.collect() }
    }

    /// Matrix times vector, plus the bias if there is one.
    fn linear(&self, name: &str, input: &[f64]) -> Row {
        let weight = &self.tensors[&format!("{name}.weight")];
        let mut output: Row =
            weight.chunks(input.len()).map(|row| row.iter().zip(input).map(|(a, b)| a * b).sum()).collect();
        if let Some(bias) = self.tensors.get(&format!("{name}.bias")) {
            output.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
        }
        output
    }

    fn norm(&self, name: &str, input: &[f64]) -> Row {
        let weight = &self.tensors[&format!("{name}.weight")];
        let mean = input.iter().map(|value| value * value).sum::<f64>() / input.len() as f64;
        input.iter().zip(weight).map(|(value, weight)| value / (mean + 1e-6).sqrt() * weight).collect()
    }

    /// Norms (qwen3) and turns the heads of one token.
    fn turned(&self, layer: usize, name: &str, states: &[f64], position: usize) -> Row {
        let size = self.shape.head_dim;
        let mut result = Vec::new();
        for head in states.chunks(size) {
            let head = match self.shape.family {
                Family::Qwen3 => self.norm(&format!("blk.{layer}.{name}_norm"), head),
                _ => head.to_vec(),
            };
            let mut turned = head.clone();
            for pair in 0..size / 2 {
                let mut angle = position as f64 / 10_000_f64.powf(2.0 * pair as f64 / size as f64);
                if let Some(factors) = self.tensors.get("rope_freqs.weight") {
                    angle /= factors[pair];
                }
                let (a, b) = match self.shape.family {
                    Family::Llama => (2 * pair, 2 * pair + 1),
                    _ => (pair, pair + size / 2),
                };
                turned[a] = head[a] * angle.cos() - head[b] * angle.sin();
                turned[b] = head[a] * angle.sin() + head[b] * angle.cos();
            }
            result.extend(turned);
        }
        result
    }

    /// Logits after each token.
    fn forward(&self, tokens: &[u32]) -> Vec<Row> {
        let Shape { layers, hidden, heads, kv_heads, head_dim, .. } = self.shape;
        let embedding = &self.tensors["token_embd.weight"];
        let mut rows: Vec<Row> =
            tokens.iter().map(|&token| embedding[token as usize * hidden..][..hidden].to_vec()).collect();
        for layer in 0..layers {
            let part = |name: &str| format!("blk.{layer}.{name}");
            let normed: Vec<Row> = rows.iter().map(|row| self.norm(&part("attn_norm"), row)).collect();
            let states = |name: &'static str| {
                let part = &part;
                normed
                    .iter()
                    .enumerate()
                    .map(move |(position, row)| self.turned(layer, name, &self.linear(&part(name), row), position))
            };
            let queries: Vec<Row> = states("attn_q").collect();
            let keys: Vec<Row> = states("attn_k").collect();
            let values: Vec<Row> = normed.iter().map(|row| self.linear(&part("attn_v"), row)).collect();
            for (position, row) in rows.iter_mut().enumerate() {
                let mut mixed = Vec::new();
                for head in 0..heads {
                    let from = head / (heads / kv_heads) * head_dim;
                    let query = &queries[position][head * head_dim..][..head_dim];
                    let scores: Row = (0..=position)
                        .map(|seen| {
                            let key = &keys[seen][from..][..head_dim];
                            let product: f64 = query.iter().zip(key).map(|(a, b)| a * b).sum();
                            (product / (head_dim as f64).sqrt()).exp()
                        })
                        .collect();
                    let sum: f64 = scores.iter().sum();
                    mixed.extend((0..head_dim).map(|number| {
                        (0..=position).map(|seen| scores[seen] / sum * values[seen][from + number]).sum::<f64>()
                    }));
                }
                let output = self.linear(&part("attn_output"), &mixed);
                row.iter_mut().zip(output).for_each(|(value, more)| *value += more);
                let input = self.norm(&part("ffn_norm"), row);
                let (gate, up) = (self.linear(&part("ffn_gate"), &input), self.linear(&part("ffn_up"), &input));
                let gated: Row = gate.iter().zip(up).map(|(gate, up)| gate / (1.0 + (-gate).exp()) * up).collect();
                let down = self.linear(&part("ffn_down"), &gated);
                row.iter_mut().zip(down).for_each(|(value, more)| *value += more);
            }
        }
        let head = if self.shape.tied { "token_embd" } else { "output" };
        rows.iter().map(|row| self.linear(head, &self.norm("output_norm", row))).collect()
    }
}

/// Runs `tokens` in the given parts and gives the logits after each part.
fn ours(path: &Path, tokens: &[u32], parts: &[usize]) -> Vec<Row> {
    let mut file = GgufFile::open(path).unwrap();
    let geometry = file.geometry().unwrap();
    let weights = Weights::load(&mut file, &geometry).unwrap();
    let mut cache = weights.cache(tokens.len()).unwrap();
    let mut rest = tokens;
    parts
        .iter()
        .map(|&part| {
            let (now, later) = rest.split_at(part);
            rest = later;
            let logits = weights.logits(&weights.forward(now, &mut cache).unwrap()).unwrap();
            logits.to_vec1::<f32>().unwrap().into_iter().map(f64::from).collect()
        })
        .collect()
}

fn greatest_difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn tokens(count: usize) -> Vec<u32> {
    (0..count).map(|place| u32::try_from(place * 37 % 389).unwrap()).collect()
}

/// 32-bit weights leave only rounding: logits of size 1 to 10 agree to 2e-4.
#[test]
fn every_family_matches_the_plain_pass() {
    let folder = tempfile::tempdir().unwrap();
    for family in Family::ALL {
        let path = folder.path().join("m.gguf");
        let shape = Shape::tiny(family);
        write_random(&path, &shape, 7).unwrap();
        let tokens = tokens(40);
        let expected = Plain::read(&path, &shape).forward(&tokens);
        // A prompt in two parts, then single tokens, then several again.
        let parts = [23, 9, 1, 1, 1, 4, 1];
        let mut end = 0;
        for (part, logits) in parts.iter().zip(ours(&path, &tokens, &parts)) {
            end += part;
            let difference = greatest_difference(&logits, &expected[end - 1]);
            assert!(difference < 2e-4, "{family}: after {end} tokens off by {difference}");
        }
    }
}

/// Quantised kernels round their inputs too, to 8 bits: directions agree.
#[test]
fn quantised_weights_match_the_plain_pass() {
    let folder = tempfile::tempdir().unwrap();
    for (family, quantisation, least) in [
        (Family::Qwen3, Quantisation::F16, 0.999_99),
        (Family::Qwen2, Quantisation::Q8_0, 0.999),
        (Family::Qwen3, Quantisation::Q4K, 0.999),
        (Family::Llama, Quantisation::Q4K, 0.999),
    ] {
        let path = folder.path().join("m.gguf");
        let shape =
            Shape { hidden: 256, heads: 4, head_dim: 64, ffn: 512, vocab: 512, quantisation, ..Shape::tiny(family) };
        write_random(&path, &shape, 11).unwrap();
        let tokens = tokens(12);
        let expected = Plain::read(&path, &shape).forward(&tokens);
        for (end, logits) in
            [(9, 0), (10, 1), (12, 2)].map(|(end, part)| (end, ours(&path, &tokens, &[9, 1, 2]).swap_remove(part)))
        {
            let cosine = cosine(&logits, &expected[end - 1]);
            assert!(cosine > least, "{family} {quantisation:?}: after {end} tokens {cosine}");
        }
    }
}
