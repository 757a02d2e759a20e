//! How a question ends, and how sure the product is of it.

use serde::{Deserialize, Serialize};

use super::citation::{Citation, Sentence};

/// The rung of the ladder that held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Answered,
    Flow,
    Outage,
    Clarify,
    Escalate,
    Hotline,
    Declined,
    Smalltalk,
}

impl Outcome {
    /// The name used on the wire, in metrics and in key figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Flow => "flow",
            Self::Outage => "outage",
            Self::Clarify => "clarify",
            Self::Escalate => "escalate",
            Self::Hotline => "hotline",
            Self::Declined => "declined",
            Self::Smalltalk => "smalltalk",
        }
    }
}

/// How the confidence stands to the operator's threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    High,
    Medium,
    Low,
}

/// Width of the medium band below the threshold.
const MEDIUM_BELOW: f64 = 0.15;

/// The probability that the first citation or flow is the right one for the question.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confidence {
    /// 0 to 1.
    pub value: f64,
    /// Whether it was fitted on labelled questions.
    pub calibrated: bool,
}

impl Confidence {
    /// No passage, no confidence.
    pub const NONE: Self = Self { value: 0.0, calibrated: false };

    #[must_use]
    pub fn band(self, threshold: f64) -> Band {
        if self.value >= threshold {
            Band::High
        } else if self.value >= threshold - MEDIUM_BELOW {
            Band::Medium
        } else {
            Band::Low
        }
    }
}

/// An answer of which its reader said whether it helped: nothing of who asked what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confirmed {
    /// What the model of confidence gave for it, rounded to hundredths.
    pub log_odds: f64,
    pub helped: bool,
}

/// Milliseconds spent on a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    pub retrieve: f64,
    /// Until the first thing that a reader could act on.
    pub first: f64,
    pub total: f64,
}

/// The whole reply to one question: the contract's `ask --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub outcome: Outcome,
    pub answer: String,
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
    /// The flow that was started, by id.
    pub flow: Option<String>,
    pub confidence: f64,
    pub calibrated: bool,
    /// Name of the model that worded it, or `extractive`.
    pub model: String,
    pub timings_ms: Timings,
    /// Why it ended so, by a fixed name: the safety rule, the reason of a decline or report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
