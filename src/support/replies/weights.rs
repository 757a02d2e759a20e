//! The weights of the figures, as `models/replies.toml` gives them: found by `schullotse
//! fit replies`, and readable.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::features::NAMES;

const SHIPPED: &str = include_str!("../../../models/replies.toml");

/// A weight for each figure, by its name; what is not named counts nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub weights: BTreeMap<String, f64>,
    /// What they gave where they were cross-validated.
    #[serde(default)]
    pub figures: BTreeMap<String, f64>,
}

impl Weights {
    /// What is built in.
    ///
    /// # Panics
    /// Never: a test reads the file that is built in.
    #[must_use]
    pub fn shipped() -> Self {
        static READ: LazyLock<Weights> =
            LazyLock::new(|| toml::from_str(SHIPPED).expect("models/replies.toml is valid"));
        READ.clone()
    }

    /// The softmax of the weighed rows: they sum to 1.
    #[must_use]
    pub fn probabilities(&self, rows: &[[f64; NAMES.len()]]) -> Vec<f64> {
        let weights = NAMES.map(|name| self.weights.get(name).copied().unwrap_or_default());
        softmax(rows, &weights)
    }
}

/// The softmax of rows, weighed.
#[must_use]
pub fn softmax(rows: &[[f64; NAMES.len()]], weights: &[f64]) -> Vec<f64> {
    let sums: Vec<f64> = rows.iter().map(|row| row.iter().zip(weights).map(|(a, b)| a * b).sum()).collect();
    let most = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = sums.iter().map(|sum| (sum - most).exp()).collect();
    let all: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_names_figures_that_there_are() {
        let shipped = Weights::shipped();
        assert!(!shipped.weights.is_empty());
        for name in shipped.weights.keys() {
            assert!(NAMES.contains(&name.as_str()), "{name}");
        }
    }
}
