//! The model of confidence, as `models/confidence.toml` gives it: weights that one can
//! read, and the thresholds that were found with them. A file that was fitted with another
//! analysis of words is refused: its weights would mean something else.
//!
//! What a school's own confirmed outcomes say ([`Recalibration`]) moves the log-odds that
//! come out, never the weights.

mod own;
mod threshold;

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::{
    own::{OWN_PLACE, Recalibration},
    threshold::Threshold,
};
use crate::domain::outcome::Confidence;

/// The model that the product ships.
const SHIPPED: &str = include_str!("../../models/confidence.toml");
/// In the place of a fingerprint: weights that nobody fitted.
const HAND: &str = "hand";
/// Greatest log-odds that say anything; beyond, a probability is 0 or 1.
const MOST: f64 = 30.0;

/// Weights of the features, group by group, and thresholds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfidenceModel {
    /// Fingerprint of the analysis that it was fitted with, or `hand`.
    pub analysis: String,
    /// Threshold of weights set by hand, where there is no table; without any guarantee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold_by_hand: Option<f64>,
    /// `guides`: of documents that name problems; `texts`: of all others.
    pub groups: BTreeMap<String, Weights>,
    /// From which confidence on answers are given, by the share of wrong ones tolerated.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
    /// What it gave, set by set.
    #[serde(default)]
    pub figures: BTreeMap<String, BTreeMap<String, f64>>,
    /// What the own outcomes say; read from the data folder.
    #[serde(skip)]
    pub own: Option<Recalibration>,
}

/// Logarithm of the odds: the intercept, and each feature by its weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub intercept: f64,
    /// By the feature's name; what is not named counts nothing.
    pub weights: BTreeMap<String, f64>,
}

impl ConfidenceModel {
    /// Reads a model from a file.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}\nhint: check the path and the rights", path.display()))?;
        Self::parse(&text).map_err(|message| {
            format!(
                "{} holds no model of confidence: {message}\nhint: write it anew with `schullotse fit confidence`",
                path.display()
            )
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let model: Self = toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())?;
        let numbers = model.groups.values().flat_map(|group| group.weights.values().chain([&group.intercept]));
        if model.groups.is_empty() || numbers.into_iter().any(|number| !number.is_finite()) {
            return Err("its groups must have finite weights".into());
        }
        if model.thresholds.is_empty() && model.threshold_by_hand.is_none() {
            return Err("it has no thresholds".into());
        }
        Threshold::check(&model.thresholds)?;
        Ok(model)
    }

    /// Refuses weights that belong to another analysis than that of the index.
    ///
    /// # Errors
    /// Says so, and what to do.
    pub fn check(&self, analysis: &str) -> Result<(), String> {
        if self.analysis == analysis || self.analysis == HAND {
            return Ok(());
        }
        Err(format!(
            "the model of confidence was fitted with the analysis {}, and the index has {analysis}\n\
             hint: fit it anew with `schullotse fit confidence`, or leave `support.confidence` out to use the built-in one",
            self.analysis
        ))
    }

    /// What tells one model's log-odds from another's: a hash of analysis and weights.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use std::fmt::Write as _;
        let mut hash = Sha256::new();
        hash.update(self.analysis.as_bytes());
        for (name, group) in &self.groups {
            hash.update([0]);
            hash.update(name.as_bytes());
            hash.update(group.intercept.to_le_bytes());
            for (feature, weight) in &group.weights {
                hash.update([1]);
                hash.update(feature.as_bytes());
                hash.update(weight.to_le_bytes());
            }
        }
        hash.finalize()[..6].iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// Confidence from the features of a group; `NONE` for a group that the model does not have.
    #[must_use]
    pub fn confidence<'f>(&self, group: &str, features: impl IntoIterator<Item = (&'f str, f64)>) -> Confidence {
        let Some(group) = self.groups.get(group) else { return Confidence::NONE };
        let weight = |name: &str| group.weights.get(name).copied().unwrap_or(0.0);
        let sum: f64 = features.into_iter().map(|(name, value)| weight(name) * value).sum();
        self.rated(group.intercept + sum)
    }

    /// Confidence from the log-odds that the weights give.
    #[must_use]
    pub fn rated(&self, log_odds: f64) -> Confidence {
        let value = self.own.as_ref().map_or_else(|| sigmoid(log_odds), |own| own.probability(log_odds));
        Confidence { value, calibrated: self.analysis != HAND || self.own.is_some() }
    }

    /// The log-odds that the weights gave for a confidence, before the own outcomes moved
    /// it; `None` where it is as good as 0 or 1 and they cannot be told.
    #[must_use]
    pub fn log_odds(&self, confidence: f64) -> Option<f64> {
        let rated = (confidence / (1.0 - confidence)).ln();
        let base = self.own.as_ref().map_or(rated, |own| own.undone(rated));
        (base.abs() <= MOST).then_some(base)
    }

    /// The confidence from which on answers are given, where such a share of all questions
    /// may be answered wrongly: that of the greatest share in the table that is not greater.
    ///
    /// # Errors
    /// Says what the table holds, where it holds nothing for so small a share.
    pub fn threshold(&self, tolerated: f64) -> Result<f64, String> {
        let table = self.own.as_ref().map_or(&self.thresholds, |own| &own.thresholds);
        if let (true, Some(threshold)) = (table.is_empty(), self.threshold_by_hand) {
            return Ok(threshold);
        }
        Threshold::of(table, tolerated)
    }
}

impl Default for ConfidenceModel {
    /// The model that the product ships.
    fn default() -> Self {
        static READ: LazyLock<ConfidenceModel> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "part of the program; a test reads it")]
            ConfidenceModel::parse(SHIPPED).expect("models/confidence.toml is valid")
        });
        READ.clone()
    }
}

fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests;
