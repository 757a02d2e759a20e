//! What a school's own confirmed outcomes say about the model: its log-odds by a slope
//! and an offset (Platt 1999), and thresholds found on them. `DATA/fitted/confidence.toml`,
//! written by `schullotse fit confidence --from-outcomes`.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use super::{Threshold, sigmoid};

/// Where it lies in the data folder.
pub const OWN_PLACE: &str = "fitted/confidence.toml";
/// A slope below turns sure and unsure into the same.
const LEAST_SLOPE: f64 = 0.1;

/// A correction of the log-odds. Order is kept: what was surer stays surer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recalibration {
    /// Fingerprint of the model that it corrects.
    pub model: String,
    /// At least 0.1; 1 leaves the odds as they are.
    pub slope: f64,
    pub offset: f64,
    pub thresholds: Vec<Threshold>,
    #[serde(default)]
    pub figures: BTreeMap<String, f64>,
}

impl Recalibration {
    /// Reads a correction for the model with this fingerprint, with a threshold for the share
    /// that is tolerated.
    ///
    /// # Errors
    /// Says what is wrong with the file, and what to do.
    pub fn read(path: &Path, model: &str, tolerated: f64) -> Result<Self, String> {
        let hint = "hint: `schullotse fit confidence --from-outcomes` writes it anew; until then, or without the file, \
                    the weights are used as they are";
        let fault = |message: String| format!("{} is not used: {message}\n{hint}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let own: Self = toml::from_str(&text).map_err(|error: toml::de::Error| fault(error.message().to_owned()))?;
        if own.model != model {
            return Err(fault(format!("it corrects the model {}, and the one in use is {model}", own.model)));
        }
        if !own.is_sound() {
            return Err(fault(format!("slope {} and offset {} are no correction", own.slope, own.offset)));
        }
        Threshold::check(&own.thresholds).map_err(fault)?;
        Threshold::of(&own.thresholds, tolerated).map_err(fault)?;
        Ok(own)
    }

    /// Whether slope and offset are a correction at all: one that keeps the order.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.slope.is_finite() && self.slope >= LEAST_SLOPE && self.offset.is_finite()
    }

    /// The probability of what the model gave.
    #[must_use]
    pub fn probability(&self, log_odds: f64) -> f64 {
        sigmoid(self.slope * log_odds + self.offset)
    }

    /// What the model gave, from the log-odds that came out.
    pub(super) fn undone(&self, rated: f64) -> f64 {
        (rated - self.offset) / self.slope
    }
}
