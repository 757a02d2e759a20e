//! The language model behind one trait: local through candle, remote over the `OpenAI`
//! chat API, scripted for tests and rehearsals. Nothing outside knows which it is.
//!
//! A prompt is typed segments, so that text of users and documents can never
//! become a control token; a generation yields tokens with their
//! log-probabilities and ends with a reason. What a model cannot do it says in
//! [`Capabilities`]; where it can, [`grounding`] holds it to the words of its sources.

pub mod download;
pub mod grounding;
pub mod local;
pub mod manifest;
pub mod remote;
pub mod scripted;

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::grounding::{Allowed, Part};

/// Who speaks in a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
}

/// A piece of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Written by this product: rules, frames, labels.
    Ours(String),
    /// Written by a user or standing in a document. Never recognised as a control token.
    Foreign(String),
}

impl Segment {
    /// Its text, whoever wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Ours(text) | Self::Foreign(text) => text,
        }
    }
}

/// One turn of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub segments: Vec<Segment>,
}

/// How the next token is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// 0 = always the likeliest.
    pub temperature: f64,
    /// Nucleus, 0 to 1; `None` = off.
    pub top_p: Option<f64>,
    pub seed: u64,
    /// Most tokens to write.
    pub max_tokens: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_p: None, seed: 0, max_tokens: 256 }
    }
}

/// A request for text.
#[derive(Clone, Debug)]
pub struct Request {
    pub messages: Vec<Message>,
    /// Grounded decoding: where given, and where the model can
    /// ([`Capabilities::allowed_spans`]), nothing but these spans is written.
    pub allowed: Option<Arc<Allowed>>,
    pub sampling: Sampling,
    /// Readers who share a key share one place in the queue's order (a school).
    pub fairness: String,
    /// Ends the generation when cancelled.
    pub cancel: CancellationToken,
    /// Longest time from now to the last token, waiting included.
    pub deadline: Duration,
}

/// A piece of written text. Pieces join to valid UTF-8; one may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub text: String,
    /// Natural logarithm of the probability that the model gave it: among all tokens, or, in
    /// grounded decoding, among those that it could choose from. `None` where it was not
    /// asked (nothing else could follow) or does not say.
    pub logprob: Option<f32>,
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model said it is done.
    Stop,
    /// `max_tokens` or the context is used up.
    Length,
    /// The reader left.
    Cancelled,
    /// The deadline passed.
    Deadline,
}

/// What comes out of a generation, in order; `Finish` is the last, once.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Token(Token),
    /// Grounded decoding only: what stands there whole now, after the tokens that make it up.
    Part(Part),
    Finish(Finish),
}

/// What a model can do beyond writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Yields real log-probabilities.
    pub logprobs: bool,
    /// Keeps to [`Request::allowed`].
    pub allowed_spans: bool,
}

/// Which model it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelInfo {
    /// Shown with each answer; the file's stem or the configured name.
    pub name: String,
    /// `llama`, `qwen2`, `qwen3`, `scripted` …
    pub architecture: String,
    /// Tokens of prompt and answer together.
    pub context: usize,
    /// Weights, counted; `None` where it does not say.
    pub parameters: Option<u64>,
    pub capabilities: Capabilities,
}

/// Why no text can be had.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    #[error("the queue of the language model is full")]
    Overloaded,
    /// Together with room for an answer it does not fit into the context.
    #[error("the prompt has {tokens} tokens, {most} fit")]
    PromptTooLong { tokens: usize, most: usize },
    /// The same, told by a server that does not say by how much.
    #[error("the language model's server: {0}")]
    PromptRefused(String),
    #[error("the language model has stopped: {0}")]
    Stopped(String),
    #[error("the language model's server: {0}")]
    Remote(String),
    #[error("{0}")]
    Load(String),
}

/// Pieces as they are written. Dropping it cancels the generation.
pub type Pieces = mpsc::Receiver<Result<Piece, LlmError>>;

/// A language model. `generate` returns at once; the work is done elsewhere.
pub trait LanguageModel: Send + Sync {
    fn info(&self) -> &ModelInfo;

    /// Starts writing.
    ///
    /// # Errors
    /// [`LlmError::Overloaded`] where the queue is full; everything later comes through [`Pieces`],
    /// `Overloaded` too where one that waits gives way to a school that waits for less.
    fn generate(&self, request: Request) -> Result<Pieces, LlmError>;
}
