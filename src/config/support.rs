//! `[support]`: when to answer and when to hand over.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::confidence::ConfidenceModel;

/// `[support]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupportConfig {
    /// Share of all questions that may be answered wrongly, 0 to 1; the threshold follows from it.
    pub tolerated: f64,
    /// Confidence from which an answer is given, 0 to 1, in the place of the one that follows
    /// from `tolerated`; nothing is promised by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// A model of confidence of one's own, written by `schullotse fit confidence`; none: the built-in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<PathBuf>,
    /// Passages handed to the model.
    pub passages: usize,
    /// Most steps or sentences quoted in one answer.
    pub quoted: usize,
    /// Name of the queue that reports go to.
    pub queue: String,
    /// The model of confidence itself.
    #[serde(skip)]
    pub weights: ConfidenceModel,
    /// Why what the own outcomes say is not used, though it is there.
    #[serde(skip)]
    pub refused: Option<String>,
}

impl SupportConfig {
    /// Confidence from which an answer is given. Where a share is tolerated for which no
    /// threshold is known, which a configuration that was checked does not have, none is enough.
    #[must_use]
    pub fn answers_from(&self) -> f64 {
        self.threshold.unwrap_or_else(|| self.weights.threshold(self.tolerated).unwrap_or(f64::INFINITY))
    }
}

impl Default for SupportConfig {
    fn default() -> Self {
        Self {
            tolerated: 0.02,
            threshold: None,
            confidence: None,
            passages: 4,
            quoted: 8,
            queue: "Schul-IT".into(),
            weights: ConfidenceModel::default(),
            refused: None,
        }
    }
}
