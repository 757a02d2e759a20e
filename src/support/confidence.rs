//! How sure the product is that the first hit is the right one: a few figures that
//! can be read, put together with the weights of `models/confidence.toml`.

use std::collections::BTreeSet;

use crate::{
    config::ConfidenceModel,
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

    /// Each feature by its name in the model.
    #[must_use]
    pub fn named(self) -> [(&'static str, f64); 6] {
        let flag = |on: bool| f64::from(u8::from(on));
        [
            ("coverage", self.coverage),
            ("known_coverage", self.known_coverage),
            ("mass", self.mass),
            ("margin", self.margin),
            ("device_named", flag(self.device_named)),
            ("device_missed", flag(self.device_missed)),
        ]
    }
}

/// The group of weights for a document: one that names problems, or any other.
#[must_use]
pub fn group(problems: &[String]) -> &'static str {
    if problems.is_empty() { "texts" } else { "guides" }
}

/// The confidence in the first hit.
#[must_use]
pub fn confidence(results: &Results, said: &BTreeSet<DeviceType>, model: &ConfidenceModel) -> Confidence {
    let (Some(features), Some(best)) = (Features::of(results, said), results.hits.first()) else {
        return Confidence::NONE;
    };
    model.confidence(group(&best.passage.meta.problems), features.named())
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
        let model = ConfidenceModel::default();
        for group in ["guides", "texts"] {
            let sure = |features: Features| model.confidence(group, features.named());
            for features in better {
                assert!(sure(features).value > sure(base).value);
            }
            assert!(sure(Features { device_missed: true, ..base }).value < sure(base).value);
            assert!((0.0..=1.0).contains(&sure(Features::default()).value));
        }
    }

    /// A name that no feature has would count nothing, and nobody would notice.
    #[test]
    fn the_shipped_weights_are_those_of_features() {
        let names = Features::default().named().map(|(name, _)| name);
        for (group, weights) in ConfidenceModel::default().groups {
            let unknown: Vec<&String> = weights.weights.keys().filter(|name| !names.contains(&name.as_str())).collect();
            assert!(unknown.is_empty(), "{group}: {unknown:?}");
        }
    }
}
