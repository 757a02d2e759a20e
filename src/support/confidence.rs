//! How sure the product is that the first hit is the right one. A first honest
//! score, put together by hand from three figures between 0 and 1; it is not
//! fitted, and says so (`calibrated: false`).

use crate::{domain::outcome::Confidence, search::Results};

/// What the score is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Features {
    /// Best score over the greatest that the question could reach.
    pub ratio: f64,
    /// Lead over the best hit of another document, as a share of the best score.
    pub margin: f64,
    /// Share of the question's weighted terms that the best hit covers.
    pub coverage: f64,
}

impl Features {
    /// `None` without a hit.
    #[must_use]
    pub fn of(results: &Results) -> Option<Self> {
        let best = results.hits.first()?;
        let other = results.hits.iter().find(|hit| hit.passage.document != best.passage.document);
        let margin = match other {
            Some(other) if best.score > 0.0 => f64::from((best.score - other.score) / best.score),
            Some(_) => 0.0,
            None => 1.0,
        };
        let ratio = if best.possible > 0.0 { f64::from(best.score / best.possible) } else { 0.0 };
        Some(Self {
            ratio: ratio.clamp(0.0, 1.0),
            margin: margin.clamp(0.0, 1.0),
            coverage: f64::from(best.covered).clamp(0.0, 1.0),
        })
    }

    /// Coverage decides; score and lead move it a little. A question of which
    /// half is not understood cannot be sure whatever the rest says.
    #[must_use]
    pub fn confidence(self) -> Confidence {
        let value = 0.65 * self.coverage + 0.20 * self.ratio + 0.15 * self.margin.min(0.5) * 2.0;
        Confidence { value: value.clamp(0.0, 1.0), calibrated: false }
    }
}

/// The confidence in the first hit.
#[must_use]
pub fn confidence(results: &Results) -> Confidence {
    Features::of(results).map_or(Confidence::NONE, Features::confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_of_anything_is_never_less_sure() {
        let base = Features { ratio: 0.4, margin: 0.2, coverage: 0.5 };
        let better =
            [Features { ratio: 0.6, ..base }, Features { margin: 0.4, ..base }, Features { coverage: 0.8, ..base }];
        for features in better {
            assert!(features.confidence().value > base.confidence().value);
        }
        assert!(!base.confidence().calibrated);
        let most = Features { ratio: 1.0, margin: 1.0, coverage: 1.0 };
        assert!((most.confidence().value - 1.0).abs() < 1e-9);
    }
}
