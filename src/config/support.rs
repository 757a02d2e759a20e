//! `[support]`: when to answer and when to hand over.

use serde::{Deserialize, Serialize};

/// `[support]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupportConfig {
    /// Confidence from which an answer is given, 0 to 1.
    pub threshold: f64,
    /// Passages handed to the model.
    pub passages: usize,
    /// Most steps or sentences quoted in one answer.
    pub quoted: usize,
    /// Name of the queue that reports go to.
    pub queue: String,
}

impl Default for SupportConfig {
    fn default() -> Self {
        Self { threshold: 0.6, passages: 4, quoted: 8, queue: "Schul-IT".into() }
    }
}
