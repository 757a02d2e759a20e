//! One model measured bare: passes over tokens, without queue, template or text.
//!
//! For `bench llm`. Each call measures once, so that a caller can alternate with
//! another engine and take medians. The caller keeps the rest of the machine quiet.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use super::{
    cache::Cache,
    forward::{Run, Weights},
    gguf::GgufFile,
    kernel::Level,
    tokenizer::{Span, Tokenizer},
};
use crate::llm::LlmError;

/// Tokens that are read in one pass.
const CHUNK: usize = 256;

/// Tokens that a model's tokenizer makes of a text.
///
/// # Errors
/// [`LlmError::Load`] for a file that cannot be used.
pub fn tokens_of(path: &Path, text: &str) -> Result<usize, LlmError> {
    let mut file = GgufFile::open(path)?;
    let vocab = file.geometry()?.vocab;
    Ok(Tokenizer::load(&mut file, vocab)?.encode(&[Span::Foreign(text.to_owned())])?.len())
}

/// A loaded model, to be measured.
pub struct Meter {
    weights: Weights,
    level: Level,
    vocab: usize,
    /// What the readers have seen; made at the first use.
    readers: Vec<Cache>,
}

impl Meter {
    /// Loads the model and computes once what candle rearranges at its first use.
    /// `kernels` names the instructions of attention (`portable`, `AVX2`, `AVX-512`);
    /// `None` takes the best. Candle's own kernels choose for themselves.
    ///
    /// # Errors
    /// [`LlmError::Load`] for a file that cannot be used, or instructions that this processor lacks.
    pub fn load(path: &Path, kernels: Option<&str>) -> Result<Self, LlmError> {
        let levels = Level::available();
        let level = match kernels {
            None => Level::detect(),
            Some(name) => {
                levels.iter().copied().find(|level| level.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
                    let known: Vec<&str> = levels.iter().map(|level| level.name()).collect();
                    LlmError::Load(format!("no kernels {name:?} here\nhint: this processor has {}", known.join(", ")))
                })?
            }
        };
        let mut file = GgufFile::open(path)?;
        let geometry = file.geometry()?;
        let weights = Weights::load(&mut file, &geometry, level)?;
        let meter = Self { weights, level, vocab: geometry.vocab, readers: Vec::new() };
        meter.read(64)?;
        meter.pass(&mut [(&mut meter.weights.cache(), &[1])], 1)?;
        Ok(meter)
    }

    /// Name of the instructions in use.
    #[must_use]
    pub fn kernels(&self) -> &'static str {
        self.level.name()
    }

    /// Reads so many tokens from an empty cache.
    ///
    /// # Errors
    /// Where the computation fails.
    pub fn read(&self, tokens: usize) -> Result<Duration, LlmError> {
        let started = Instant::now();
        self.seen(tokens)?;
        Ok(started.elapsed())
    }

    /// Writes one token for each of so many readers, each behind `context` tokens of its own.
    ///
    /// # Errors
    /// As [`Meter::read`].
    pub fn write(&mut self, readers: usize, context: usize) -> Result<Duration, LlmError> {
        self.prepare(readers, context)?;
        let mut caches = std::mem::take(&mut self.readers);
        let mut runs: Vec<(&mut Cache, &[u32])> =
            caches.iter_mut().take(readers).map(|cache| (cache, [7_u32].as_slice())).collect();
        let started = Instant::now();
        let done = self.pass(&mut runs, 1);
        let took = started.elapsed();
        self.readers = caches;
        done.map(|()| took)
    }

    /// Computes so many tokens of one reader behind `context` tokens, with the logits after each.
    ///
    /// # Errors
    /// As [`Meter::read`].
    pub fn verify(&mut self, tokens: usize, context: usize) -> Result<Duration, LlmError> {
        self.prepare(1, context)?;
        let mut cache = self.readers.swap_remove(0);
        let ids = self.tokens(tokens);
        let started = Instant::now();
        let done = self.pass(&mut [(&mut cache, &ids)], tokens);
        let took = started.elapsed();
        self.readers.push(cache);
        done.map(|()| took)
    }

    /// So many readers, each with a copy of its own of `context` tokens.
    fn prepare(&mut self, readers: usize, context: usize) -> Result<(), LlmError> {
        self.readers.iter_mut().for_each(|cache| cache.truncate(context));
        self.readers.retain(|cache| cache.len() == context);
        if self.readers.is_empty() {
            self.readers.push(self.seen(context)?);
        }
        while self.readers.len() < readers {
            let copy = self.readers[0].copy();
            self.readers.push(copy);
        }
        Ok(())
    }

    fn seen(&self, tokens: usize) -> Result<Cache, LlmError> {
        let mut cache = self.weights.cache();
        for chunk in self.tokens(tokens).chunks(CHUNK) {
            self.pass(&mut [(&mut cache, chunk)], 1)?;
        }
        Ok(cache)
    }

    fn tokens(&self, count: usize) -> Vec<u32> {
        (0..count).map(|place| u32::try_from(place * 7_919 % self.vocab).unwrap_or(0)).collect()
    }

    fn pass(&self, runs: &mut [(&mut Cache, &[u32])], wanted: usize) -> Result<(), LlmError> {
        let mut runs: Vec<Run<'_>> = runs.iter_mut().map(|(cache, tokens)| Run { cache, tokens, wanted }).collect();
        self.weights.forward(&mut runs).map(|_| ()).map_err(super::generate::stopped)
    }
}
