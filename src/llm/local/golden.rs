//! The forward pass against one written as plainly as possible: single numbers,
//! loops, 64 bits, straight from the papers' formulas, sharing nothing with the
//! pass under test but the weights in the file.

#![expect(clippy::cast_precision_loss, reason = "sizes and positions are small")]

use std::{collections::HashMap, path::Path};

use candle_core::{Device, quantized::gguf_file::Content};

use super::{
    Family, Quantisation, Shape,
    cache::Cache,
    forward::{Run, Weights},
    gguf::GgufFile,
    kernel::Level,
    matrix::{better_form, requantised},
    write_random,
};

type Row = Vec<f64>;

/// All tensors of a file as plain numbers, and the sizes they were written with.
struct Plain {
    shape: Shape,
    tensors: HashMap<String, Row>,
}

impl Plain {
    /// Weights as the file holds them.
    fn read(path: &Path, shape: &Shape) -> Self {
        Self::with(path, shape, false)
    }

    /// Weights after those without a fast kernel were put into another form.
    fn changed(path: &Path, shape: &Shape) -> Self {
        Self::with(path, shape, true)
    }

    fn with(path: &Path, shape: &Shape, changed: bool) -> Self {
        let mut file = std::fs::File::open(path).unwrap();
        let content = Content::read(&mut file).unwrap();
        let mut read = |name: &String| {
            let mut tensor = content.tensor(&mut file, name, &Device::Cpu).unwrap();
            let columns = *tensor.shape().dims().last().unwrap();
            let form = better_form(tensor.dtype(), columns).filter(|_| changed && tensor.shape().rank() == 2);
            if let Some(form) = form {
                tensor = requantised(&tensor, form).unwrap();
            }
            let width = *tensor.shape().dims().last().unwrap();
            let values: Vec<f32> = tensor.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
            values.chunks(width).flat_map(|row| &row[..columns]).copied().map(f64::from).collect::<Row>()
        };
        let mut tensors: HashMap<String, Row> =
            content.tensor_infos.keys().map(|name| (name.clone(), read(name))).collect();
        if shape.tied {
            // The embedding is looked up as it is; only as the head it may take another form.
            tensors.insert("output.weight".into(), read(&"token_embd.weight".into()));
        }
        let plain = Self { shape: shape.clone(), tensors };
        if changed { plain.with_embedding_of(path) } else { plain }
    }

    fn with_embedding_of(mut self, path: &Path) -> Self {
        let name = "token_embd.weight";
        self.tensors.insert(name.into(), Self::read(path, &self.shape).tensors.remove(name).unwrap());
        self
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
            let keys: Vec<Row> = states("attn_k").map(halved).collect();
            let values: Vec<Row> = normed.iter().map(|row| halved(self.linear(&part("attn_v"), row))).collect();
            for (position, row) in rows.iter_mut().enumerate() {
                let mut mixed = Vec::new();
                for head in 0..heads {
                    let from = head / (heads / kv_heads) * head_dim;
                    let query = &queries[position][head * head_dim..][..head_dim];
                    let all = |every: usize| every > 0 && (layer + 1).is_multiple_of(every);
                    let window =
                        self.shape.window.filter(|(_, every)| !all(*every)).map_or(usize::MAX, |(seen, _)| seen);
                    let first = (position + 1).saturating_sub(window);
                    let scores: Row = (first..=position)
                        .map(|seen| {
                            let key = &keys[seen][from..][..head_dim];
                            let product: f64 = query.iter().zip(key).map(|(a, b)| a * b).sum();
                            (product / (head_dim as f64).sqrt()).exp()
                        })
                        .collect();
                    let sum: f64 = scores.iter().sum();
                    mixed.extend((0..head_dim).map(|number| {
                        let weighted = |seen: usize| scores[seen - first] / sum * values[seen][from + number];
                        (first..=position).map(weighted).sum::<f64>()
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
        rows.iter().map(|row| self.linear("output", &self.norm("output_norm", row))).collect()
    }
}

fn weights(path: &Path, level: Level) -> Weights {
    let mut file = GgufFile::open(path).unwrap();
    let geometry = file.geometry().unwrap();
    Weights::load(&mut file, &geometry, level).unwrap()
}

fn step(weights: &Weights, cache: &mut Cache, tokens: &[u32], wanted: usize) -> Vec<Row> {
    let logits = weights.forward(&mut [Run { cache, tokens, wanted }]).unwrap();
    logits.rows().map(wide).collect()
}

fn wide(row: &[f32]) -> Row {
    row.iter().copied().map(f64::from).collect()
}

/// Runs `tokens` in the given parts and gives the logits after each part.
fn ours(weights: &Weights, tokens: &[u32], parts: &[usize]) -> Vec<Row> {
    let mut cache = weights.cache();
    let mut rest = tokens;
    parts
        .iter()
        .map(|&part| {
            let (now, later) = rest.split_at(part);
            rest = later;
            step(weights, &mut cache, now, 1).remove(0)
        })
        .collect()
}

/// As the cache keeps them.
fn halved(row: Row) -> Row {
    row.into_iter().map(|value| half::f16::from_f64(value).to_f64()).collect()
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

/// 32-bit weights leave only rounding: logits of size
/// 1 to 10 agree to 1e-3, on every level that this machine has.
#[test]
fn every_family_matches_the_plain_pass() {
    let folder = tempfile::tempdir().unwrap();
    for family in Family::ALL {
        let path = folder.path().join("m.gguf");
        let shape = Shape::tiny(family);
        write_random(&path, &shape, 7).unwrap();
        let tokens = tokens(150);
        let expected = Plain::read(&path, &shape).forward(&tokens);
        for level in Level::available() {
            let weights = weights(&path, level);
            // A prompt in parts that end beside blocks, single tokens, several again, whole.
            for parts in [&[23, 40, 1, 1, 1, 61, 1, 4, 18][..], &[150]] {
                let mut end = 0;
                for (part, logits) in parts.iter().zip(ours(&weights, &tokens, parts)) {
                    end += part;
                    let difference = greatest_difference(&logits, &expected[end - 1]);
                    assert!(difference < 1e-3, "{family} {}: after {end} tokens off by {difference}", level.name());
                }
            }
            // Logits of all tokens at once, as they are needed to check guesses.
            let all = step(&weights, &mut weights.cache(), &tokens, 150);
            for (place, (logits, expected)) in all.iter().zip(&expected).enumerate() {
                let difference = greatest_difference(logits, expected);
                assert!(difference < 1e-3, "{family} {}: token {place} off by {difference}", level.name());
            }
        }
    }
}

/// Windows shorter than a block, as long, longer, and longer than all; in each layer or in every other.
#[test]
fn what_lies_before_the_window_is_not_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.gguf");
    let tokens = tokens(200);
    for window in [(1, 0), (17, 0), (64, 2), (100, 2), (500, 0)] {
        let shape = Shape { window: Some(window), ..Shape::tiny(Family::Llama) };
        write_random(&path, &shape, 3).unwrap();
        let expected = Plain::read(&path, &shape).forward(&tokens);
        for level in Level::available() {
            let weights = weights(&path, level);
            for parts in [&[90, 1, 1, 64, 44][..], &[200]] {
                let mut end = 0;
                for (part, logits) in parts.iter().zip(ours(&weights, &tokens, parts)) {
                    end += part;
                    let difference = greatest_difference(&logits, &expected[end - 1]);
                    assert!(difference < 1e-3, "{window:?} {}: after {end} tokens off by {difference}", level.name());
                }
            }
        }
    }
}

/// Several generations in one pass, and one that takes tokens back, compute what each does alone.
#[test]
fn generations_in_one_pass_do_not_touch_each_other() {
    let folder = tempfile::tempdir().unwrap();
    for family in Family::ALL {
        let path = folder.path().join("m.gguf");
        write_random(&path, &Shape::tiny(family), 5).unwrap();
        let weights = weights(&path, Level::detect());
        let all = tokens(200);
        let (first, second, third) = (&all[..70], &all[70..73], &all[90..155]);
        let alone: Vec<Row> = [first, second, third]
            .into_iter()
            .map(|tokens| ours(&weights, tokens, &[tokens.len()]).remove(0))
            .collect();
        let mut caches = [weights.cache(), weights.cache(), weights.cache()];
        step(&weights, &mut caches[0], &first[..69], 0);
        step(&weights, &mut caches[2], &third[..60], 0);
        step(&weights, &mut caches[2], &all[..9], 0);
        caches[2].truncate(60);
        let [one, two, three] = &mut caches;
        let logits = weights
            .forward(&mut [
                Run { cache: one, tokens: &first[69..], wanted: 1 },
                Run { cache: two, tokens: second, wanted: 3 },
                Run { cache: three, tokens: &third[60..], wanted: 1 },
            ])
            .unwrap();
        let rows: Vec<Row> = logits.rows().map(wide).collect();
        assert_eq!(rows.len(), 5);
        for (row, alone) in [&rows[0], &rows[3], &rows[4]].into_iter().zip(&alone) {
            let difference = greatest_difference(row, alone);
            assert!(difference < 1e-3, "{family}: {difference}");
        }
    }
}

/// Each type that files come in, and a width that no kernel likes: close to the plain pass over
/// the weights that are computed with, and not far from the file's own.
#[test]
fn quantised_weights_match_the_plain_pass() {
    let folder = tempfile::tempdir().unwrap();
    for (family, quantisation, hidden) in [
        (Family::Qwen3, Quantisation::F16, 256),
        (Family::Qwen2, Quantisation::Q8_0, 256),
        (Family::Llama, Quantisation::Q8_0, 192),
        (Family::Qwen3, Quantisation::Q4K, 256),
        (Family::Llama, Quantisation::Q4K, 256),
        (Family::Qwen2, Quantisation::Q6K, 256),
        (Family::Qwen2, Quantisation::Q5K, 256),
        (Family::Llama, Quantisation::Q4_0, 192),
    ] {
        let path = folder.path().join("m.gguf");
        let shape = Shape { hidden, heads: 4, head_dim: 64, ffn: 512, vocab: 512, quantisation, ..Shape::tiny(family) };
        write_random(&path, &shape, 11).unwrap();
        let tokens = tokens(12);
        let computed = Plain::changed(&path, &shape).forward(&tokens);
        let stored = Plain::read(&path, &shape).forward(&tokens);
        let ours = ours(&weights(&path, Level::detect()), &tokens, &[9, 1, 2]);
        for (end, ours) in [9, 10, 12].into_iter().zip(ours) {
            let close = [cosine(&ours, &computed[end - 1]), cosine(&ours, &stored[end - 1])];
            assert!(close[0] > 0.999 && close[1] > 0.998, "{family} {quantisation:?}: after {end} tokens {close:?}");
        }
    }
}
