//! A language model on this machine's processor; the only place that knows candle.
//!
//! A GGUF file of the family llama, qwen2 or qwen3 is checked ([`inspect`]), read
//! and computed by an own forward pass on a thread of its own, for up to eight readers
//! at once. Foreign text never becomes a control token, and a generation ends within one
//! step of the reader's leaving (a token, or at most 256 tokens of a prompt). Nothing that
//! a reader wrote remains for the next; of prompts' beginnings before it (rules, passages)
//! keys and values stay in memory, so that they are read once.
//!
//! ```text
//! Request -> queue -> scheduler -> generate: template, tokenizer, prefixes -> a Row
//!   each step: all rows -> forward (matrix, attention over cache, kernel) -> logits
//!   each row:  sampler or grounding -> detokenizer -> Pieces
//! ```

mod attention;
mod cache;
mod detokenizer;
mod forward;
mod generate;
mod geometry;
mod gguf;
mod grounded;
mod guesses;
mod info;
mod kernel;
mod loading;
mod matrix;
mod measure;
mod parallel;
mod prefixes;
mod queue;
mod random;
mod rotary;
mod scheduler;
mod stock;
mod template;
mod tokenizer;

#[cfg(test)]
mod beside;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod tests;

use std::{num::NonZero, path::Path, thread};

use self::{
    cache::BLOCK,
    forward::Weights,
    generate::Generator,
    gguf::GgufFile,
    kernel::Level,
    prefixes::Prefixes,
    scheduler::{ROWS, Scheduler},
    template::Template,
    tokenizer::Tokenizer,
};
pub use self::{
    geometry::Family,
    info::{FileInfo, inspect},
    measure::{Meter, tokens_of},
    random::{Quantisation, Shape, write_random},
    stock::Stock,
};
use crate::{
    config::ModelConfig,
    llm::{Capabilities, LanguageModel, LlmError, ModelInfo, Pieces, Request},
};

/// Shortest context that a prompt with passages could fit into.
const SHORTEST: usize = 64;

/// A loaded model. Dropping it ends the generation under way.
pub struct LocalModel {
    info: ModelInfo,
    scheduler: Scheduler,
}

impl LocalModel {
    /// Reads the file and computes a trial prompt; takes seconds for a large one, so
    /// call it off the runtime's threads. Working memory comes on top of the file:
    /// candle keeps a second, faster copy of most weights, and each token of a
    /// generation costs [`FileInfo::cache_bytes_per_token`].
    ///
    /// The number of threads is candle's, fixed for the whole process by the
    /// environment it was started with; see [`thread_variables`].
    ///
    /// # Errors
    /// [`LlmError::Load`] where the file cannot be used; the message says why and what to do.
    pub fn load(path: &Path, config: &ModelConfig) -> Result<Self, LlmError> {
        Self::load_with(path, config, true)
    }

    /// As [`LocalModel::load`], and says whether answers are guessed ahead: the text is the
    /// same, the time is not. For measurements.
    ///
    /// # Errors
    /// As [`LocalModel::load`].
    pub fn load_with(path: &Path, config: &ModelConfig, guessing: bool) -> Result<Self, LlmError> {
        let mut file = GgufFile::open(path)?;
        let geometry = file.geometry()?;
        let tokenizer = Tokenizer::load(&mut file, geometry.vocab)?;
        let template = Template::load(&file, &tokenizer)?;
        let context = geometry.context.min(config.context);
        if context < SHORTEST {
            let what = format!("a context of {context} tokens is too short to answer in");
            return Err(file.fault(&what, "set `model.context` to 2048 or more"));
        }
        let level = Level::detect();
        tracing::info!(kernels = level.name(), "reading the language model");
        let weights = Weights::load(&mut file, &geometry, level)?;
        // Two thirds for those who are served, one for beginnings.
        let blocks = config.cache_mb.saturating_mul(1 << 20) / weights.cache_shape().block_bytes();
        let prefixes = Prefixes::new(blocks / 3);
        let blocks = blocks - blocks / 3;
        // Whoever is served alone keeps to the bound too.
        let held = blocks.saturating_mul(BLOCK);
        if held < SHORTEST {
            let what = format!("`model.cache_mb` = {} holds {held} tokens", config.cache_mb);
            return Err(file.fault(&what, "leave `model.cache_mb` out, or set it to 256 or more"));
        }
        if held < context {
            tracing::warn!(context, held, "`model.cache_mb` holds less than the context, which is cut to it");
        }
        let context = context.min(held);
        let generator = Generator { weights, tokenizer, template, context, prefixes, blocks, guessing };
        let threads = threads();
        if config.threads != 0 && config.threads != threads {
            tracing::warn!(
                threads,
                configured = config.threads,
                "the language model computes with another number of threads than configured"
            );
        }
        generator.warm_up().map_err(|what| file.fault(&what, "download the file again"))?;
        let scheduler = Scheduler::start(generator, ROWS, config.queue)
            .map_err(|error| file.fault(&format!("no thread can be started: {error}"), "free some memory"))?;
        let info = ModelInfo {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            architecture: geometry.family.name().into(),
            context,
            parameters: Some(file.parameters()),
            capabilities: Capabilities { logprobs: true, allowed_spans: true },
        };
        Ok(Self { info, scheduler })
    }
}

impl LanguageModel for LocalModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn generate(&self, request: Request) -> Result<Pieces, LlmError> {
        self.scheduler.submit(request)
    }
}

/// Threads that the engine computes with in this process.
#[must_use]
pub fn threads() -> usize {
    candle_core::utils::get_num_threads()
}

/// The environment variables that give candle the configured number of threads.
///
/// Candle reads them once, at its first computation, and setting them in a running
/// process is unsound. A caller that wants another number than candle's default (all
/// physical cores) starts the process with them. One core should stay free: with its
/// threads competing for a core, candle writes at a third of its speed (measured).
#[must_use]
pub fn thread_variables(config: &ModelConfig) -> [(&'static str, String); 2] {
    let threads = match config.threads {
        0 => thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1),
        threads => threads,
    };
    ["CANDLE_NUM_THREADS", "RAYON_NUM_THREADS"].map(|name| (name, threads.to_string()))
}
