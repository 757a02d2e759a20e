//! The two pictures of a confidence: how wrong the answers are, the more are given
//! (risk–coverage), and whether what is said to be right so often is (reliability).

use super::{Judged, share, ties};

/// What becomes of a set that is answered down to some confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The smallest confidence that is answered.
    pub confidence: f64,
    /// Share of all queries that are answered, 0 to 1.
    pub coverage: f64,
    /// Share of these that are wrong, 0 to 1.
    pub risk: f64,
}

/// The curve, by falling confidence; a tie is one point.
#[must_use]
pub fn risk_coverage(judged: &[Judged]) -> Vec<Point> {
    let (mut seen, mut wrong) = (0, 0);
    let point = |tie: super::Tie| {
        seen += tie.size();
        wrong += tie.wrong;
        Some(Point { confidence: tie.confidence, coverage: share(seen, judged.len())?, risk: share(wrong, seen)? })
    };
    ties(judged).into_iter().filter_map(point).collect()
}

/// Queries that stand beside each other by confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    pub queries: usize,
    /// Mean confidence, 0 to 1.
    pub confidence: f64,
    /// Share that is right, 0 to 1.
    pub right: f64,
}

/// Bins of equal mass, by falling confidence: they differ by at most one query. With fewer
/// queries than bins each has its own, and the empty ones are left out. A tie that is spread
/// over two bins counts in both as right as it is on the whole.
#[must_use]
pub fn bins(judged: &[Judged], bins: usize) -> Vec<Bin> {
    let spread: Vec<(f64, f64)> = ties(judged)
        .iter()
        .flat_map(|tie| {
            let right = share(tie.right, tie.size()).unwrap_or(0.0);
            std::iter::repeat_n((tie.confidence, right), tie.size())
        })
        .collect();
    let count = spread.len();
    let bin = |at: usize| {
        let members = &spread[at * count / bins..(at + 1) * count / bins];
        let each = share(1, members.len())?;
        let sum = members.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        Some(Bin { queries: members.len(), confidence: sum.0 * each, right: sum.1 * each })
    };
    (0..bins).filter_map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(all: &[(f64, bool)]) -> Vec<Judged> {
        all.iter().map(|(confidence, right)| Judged { confidence: *confidence, right: *right }).collect()
    }

    #[test]
    fn the_curve_has_a_point_for_each_confidence() {
        let points = risk_coverage(&judged(&[(0.5, true), (0.9, true), (0.5, false), (0.1, false)]));
        let of = |confidence, coverage, risk| Point { confidence, coverage, risk };
        assert_eq!(points, [of(0.9, 0.25, 0.0), of(0.5, 0.75, 1.0 / 3.0), of(0.1, 1.0, 0.5)]);
        assert!(risk_coverage(&[]).is_empty());
    }

    #[test]
    fn bins_are_of_equal_mass() {
        let four = judged(&[(0.8, true), (0.6, true), (0.6, false), (0.2, false)]);
        let found = bins(&four, 2);
        // The tie at .6 is half right in either bin.
        let near = |bin: &Bin, confidence: f64, right: f64| {
            bin.queries == 2 && (bin.confidence - confidence).abs() + (bin.right - right).abs() < 1e-12
        };
        assert!(near(&found[0], 0.7, 0.75) && near(&found[1], 0.4, 0.25), "{found:?}");
        assert_eq!(bins(&four, 15).len(), 4);
        assert!(bins(&[], 15).is_empty());
    }
}
