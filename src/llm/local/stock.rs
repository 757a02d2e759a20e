//! candle-transformers' own quantised models, to be measured beside our pass: nothing of
//! ours is worth keeping that is slower than what the library has. Not for answers: in 0.11
//! Qwen3 forgets tokens written one by one once several are read, and turns by angles of 16 bits.

use std::{
    fs::File,
    io::BufReader,
    path::Path,
    time::{Duration, Instant},
};

use candle_core::{Device, Result, Tensor, quantized::gguf_file::Content};
use candle_transformers::models::{quantized_llama, quantized_qwen2, quantized_qwen3};

use super::{generate::stopped, geometry::Family, gguf::GgufFile};
use crate::llm::LlmError;

enum Model {
    Llama(quantized_llama::ModelWeights),
    Qwen2(quantized_qwen2::ModelWeights),
    Qwen3(Box<quantized_qwen3::ModelWeights>),
}

/// A model as the library computes it.
pub struct Stock {
    model: Model,
    vocab: usize,
    /// Tokens that it has before it.
    seen: usize,
}

impl Stock {
    /// Loads the model and computes once what candle rearranges at its first use.
    ///
    /// # Errors
    /// [`LlmError`] for a file that cannot be used.
    pub fn load(path: &Path) -> std::result::Result<Self, LlmError> {
        let geometry = GgufFile::open(path)?.geometry()?;
        let load = || -> Result<Model> {
            let mut file = BufReader::new(File::open(path)?);
            let content = Content::read(&mut file)?;
            Ok(match geometry.family {
                Family::Llama => {
                    Model::Llama(quantized_llama::ModelWeights::from_gguf(content, &mut file, &Device::Cpu)?)
                }
                Family::Qwen2 => {
                    Model::Qwen2(quantized_qwen2::ModelWeights::from_gguf(content, &mut file, &Device::Cpu)?)
                }
                Family::Qwen3 => {
                    Model::Qwen3(Box::new(quantized_qwen3::ModelWeights::from_gguf(content, &mut file, &Device::Cpu)?))
                }
            })
        };
        let mut stock = Self { model: load().map_err(stopped)?, vocab: geometry.vocab, seen: 0 };
        stock.read(64)?;
        stock.write(64)?;
        Ok(stock)
    }

    /// Reads so many tokens from an empty cache, in one piece as its examples do.
    ///
    /// # Errors
    /// Where the computation fails.
    pub fn read(&mut self, tokens: usize) -> std::result::Result<Duration, LlmError> {
        let ids: Vec<u32> = (0..tokens).map(|place| u32::try_from(place * 7_919 % self.vocab).unwrap_or(0)).collect();
        match &mut self.model {
            Model::Llama(model) => model.clear_kv_cache(),
            Model::Qwen2(model) => model.clear_kv_cache(),
            Model::Qwen3(model) => model.clear_kv_cache(),
        }
        self.seen = 0;
        self.step(&ids).map_err(stopped)
    }

    /// Writes one token behind `context` tokens or a few more: it cannot take any back.
    ///
    /// # Errors
    /// As [`Stock::read`].
    pub fn write(&mut self, context: usize) -> std::result::Result<Duration, LlmError> {
        if !(context..context + 64).contains(&self.seen) {
            self.read(context)?;
        }
        self.step(&[7]).map_err(stopped)
    }

    fn step(&mut self, ids: &[u32]) -> Result<Duration> {
        let input = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let started = Instant::now();
        match &mut self.model {
            Model::Llama(model) => model.forward(&input, self.seen)?,
            Model::Qwen2(model) => model.forward(&input, self.seen)?,
            Model::Qwen3(model) => model.forward(&input, self.seen)?,
        };
        self.seen += ids.len();
        Ok(started.elapsed())
    }
}
