//! `[model]`: the language model, if there is one.

mod remote;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use self::remote::RemoteConfig;

/// Most memory for answers, MiB.
const MOST_ANSWERS: usize = 4_096;

/// How free a model is in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It chooses sentences and steps of the passages; their words are the answer.
    Strict,
    /// It uses words of its own; each sentence is checked against the passage that it names.
    Free,
}

/// `[model]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// A GGUF file. Without one, answers are quoted from the passages.
    pub file: Option<PathBuf>,
    /// `strict` or `free`; left out, `strict` for models under 4 billion parameters that can.
    pub mode: Option<Mode>,
    /// Threads; 0 = processor cores less one.
    pub threads: usize,
    /// Requests that may wait, beside eight that are served at once.
    pub queue: usize,
    /// Memory for what was read, MiB: two thirds for the prompts and answers under way, a
    /// third for the beginnings that prompts share. A request that does not fit waits.
    pub cache_mb: usize,
    /// Memory for whole answers, MiB, 0 to 4,096: the same question on unchanged passages gets
    /// the same answer at once. 0 = each is made anew.
    pub answers_mb: usize,
    /// Most tokens of an answer.
    pub max_tokens: usize,
    /// Tokens of prompt and answer together, where the file allows more.
    pub context: usize,
    /// 0 = always the likeliest token.
    pub temperature: f64,
    /// Longest wait for an answer, seconds; then the passages are quoted.
    pub deadline_seconds: u64,
    /// A model on another machine, in the place of `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<Box<RemoteConfig>>,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            file: None,
            mode: None,
            threads: 0,
            queue: 8,
            cache_mb: 1_536,
            answers_mb: 16,
            max_tokens: 256,
            context: 4_096,
            temperature: 0.0,
            deadline_seconds: 60,
            remote: None,
        }
    }
}

impl ModelConfig {
    /// Reads the files that it names and checks the whole.
    pub(super) fn complete(&mut self) -> Result<(), (&'static str, String)> {
        if self.file.is_some() && self.remote.is_some() {
            return Err(("model.remote", "model.file is given too".into()));
        }
        if self.answers_mb > MOST_ANSWERS {
            return Err(("model.answers_mb", format!("{} MiB is more than {MOST_ANSWERS}", self.answers_mb)));
        }
        self.remote.as_mut().map_or(Ok(()), |remote| remote.complete())
    }
}
