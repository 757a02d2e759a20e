//! How sure the product is that the first hit is the right one. A first honest
//! score: a few figures that can be read, put together with weights set by hand
//! while looking at `tests/data/questions/dev.jsonl`. It is not fitted on labelled
//! questions kept apart, and says so (`calibrated: false`).

use std::collections::BTreeSet;

use crate::{
    domain::{document::DeviceType, outcome::Confidence},
    search::{Hit, Results},
};

/// What the score is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// Share of the question's weighted terms that the best hit covers, 0 to 1.
    pub coverage: f64,
    /// The same share of those terms that the index knows at all: what a story tells
    /// beside the matter counts less.
    pub known_coverage: f64,
    /// Weight that was covered, as `ln(1 + weight)`: one common word is little evidence.
    pub mass: f64,
    /// Lead over the best hit of another document for another problem, as a share of the best score, 0 to 1.
    pub margin: f64,
    /// The hit is about a device that the question names.
    pub device_named: bool,
    /// The question names devices, and the hit is about others.
    pub device_missed: bool,
}

impl Features {
    /// `None` without a hit. `said` are the devices that the question names.
    #[must_use]
    pub fn of(results: &Results, said: &BTreeSet<DeviceType>) -> Option<Self> {
        let best = results.hits.first()?;
        // Two guides for one problem are no doubt about the problem.
        let same = |hit: &Hit| {
            let shared = hit.passage.meta.problems.iter().any(|one| best.passage.meta.problems.contains(one));
            shared || hit.passage.document == best.passage.document
        };
        let other = results.hits.iter().find(|hit| !same(hit));
        let margin = match other {
            Some(other) if best.score > 0.0 => f64::from((best.score - other.score) / best.score),
            Some(_) => 0.0,
            None => 1.0,
        };
        let known: f32 = results.terms.iter().filter(|term| term.known).map(|term| term.weight).sum();
        let mass = best.covered * best.possible;
        let named = best.passage.meta.devices.iter().any(|device| said.contains(device));
        Some(Self {
            coverage: f64::from(best.covered).clamp(0.0, 1.0),
            known_coverage: if known > 0.0 { f64::from(mass / known).clamp(0.0, 1.0) } else { 0.0 },
            mass: f64::from(mass.max(0.0)).ln_1p(),
            margin: margin.clamp(0.0, 1.0),
            device_named: named,
            device_missed: !said.is_empty() && !named,
        })
    }

    /// The weights are readable on purpose: each says how much its figure moves the odds.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        let flag = |on: bool| f64::from(u8::from(on));
        let odds = -6.0
            + 2.2 * self.coverage
            + 1.2 * self.known_coverage
            + 1.6 * self.mass
            + 2.4 * self.margin
            + 1.7 * flag(self.device_named)
            - 0.7 * flag(self.device_missed);
        Confidence { value: 1.0 / (1.0 + (-odds).exp()), calibrated: false }
    }
}

/// The confidence in the first hit.
#[must_use]
pub fn confidence(results: &Results, said: &BTreeSet<DeviceType>) -> Confidence {
    Features::of(results, said).map_or(Confidence::NONE, Features::confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_evidence_is_never_less_sure() {
        let base = Features { coverage: 0.5, known_coverage: 0.5, mass: 1.5, margin: 0.2, ..Features::default() };
        let better = [
            Features { coverage: 0.8, ..base },
            Features { known_coverage: 0.9, ..base },
            Features { mass: 2.0, ..base },
            Features { margin: 0.4, ..base },
            Features { device_named: true, ..base },
        ];
        for features in better {
            assert!(features.confidence().value > base.confidence().value);
        }
        assert!(Features { device_missed: true, ..base }.confidence().value < base.confidence().value);
        assert!(!base.confidence().calibrated);
        assert!((0.0..=1.0).contains(&Features::default().confidence().value));
    }
}
