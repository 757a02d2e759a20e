//! The figures, each with its source. All are plain functions of ranks or of
//! confidences and verdicts, and are checked against values worked out by hand.
//!
//! Queries of equal confidence are never told apart: a figure that needs an order
//! takes the mean over all orders of a tie, or the tie as a whole, so that no figure
//! depends on how a set happens to be sorted.

mod curves;
mod ranking;
mod sureness;

use std::time::Duration;

use serde::Serialize;

pub use self::{
    curves::{Bin, Point, bins, risk_coverage},
    ranking::{ndcg, recall, reciprocal_rank},
    sureness::Sureness,
};

/// Part of a whole, 0 to 1; `None` of nothing.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of queries are far below 2^52")]
pub fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The mean of values; `None` of none.
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += value;
        count += 1;
    }
    share(1, count).map(|each| sum * each)
}

/// A query's confidence, 0 to 1, and whether its answer was right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub confidence: f64,
    pub right: bool,
}

/// Queries of one confidence.
struct Tie {
    confidence: f64,
    right: usize,
    wrong: usize,
}

impl Tie {
    fn size(&self) -> usize {
        self.right + self.wrong
    }
}

/// By falling confidence.
fn ties(judged: &[Judged]) -> Vec<Tie> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    sorted
        .chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq())
        .map(|tie| {
            let right = tie.iter().filter(|one| one.right).count();
            Tie { confidence: tie[0].confidence, right, wrong: tie.len() - right }
        })
        .collect()
}

/// Area under the receiver operating characteristic: how likely a right answer has a
/// greater confidence than a wrong one, a tie counting half (Radiology 143:29, 1982).
/// `None` unless there are both.
#[must_use]
pub fn auroc(judged: &[Judged]) -> Option<f64> {
    let right = judged.iter().filter(|one| one.right).count();
    let wrong = judged.len() - right;
    let (mut below, mut twice) = (wrong, 0);
    for tie in ties(judged) {
        below -= tie.wrong;
        twice += tie.right * (2 * below + tie.wrong);
    }
    share(twice, 2 * right * wrong)
}

/// Area under the risk–coverage curve: the mean, over every number of queries answered
/// by falling confidence, of the share of those that are wrong; less is better (Geifman
/// and El-Yaniv 2017). Within a tie the mean over all orders. `None` without queries.
#[must_use]
pub fn aurc(judged: &[Judged]) -> Option<f64> {
    let (mut seen, mut wrong) = (0, 0);
    let mut risks = Vec::with_capacity(judged.len());
    for tie in ties(judged) {
        for taken in 1..=tie.size() {
            // Expected number of wrong ones among `taken` of the tie, in fractions of its size.
            risks.extend(share(wrong * tie.size() + taken * tie.wrong, (seen + taken) * tie.size()));
        }
        seen += tie.size();
        wrong += tie.wrong;
    }
    mean(risks)
}

/// Expected calibration error over `bins` bins of equal mass (Nguyen and O'Connor 2015):
/// the mean distance, over all queries, between the confidence of a bin and the share of
/// it that is right. Bins differ by at most one query; with fewer queries than bins each
/// has its own. `None` without queries.
#[must_use]
pub fn ece(judged: &[Judged], bins: usize) -> Option<f64> {
    let gap = |bin: Bin| share(bin.queries, judged.len()).map(|part| part * (bin.confidence - bin.right).abs());
    (!judged.is_empty()).then(|| curves::bins(judged, bins).into_iter().filter_map(gap).sum())
}

/// The largest share of all queries, by falling confidence and ties as a whole, of
/// which at most `percent` in a hundred are wrong; 0 where there is none. `None` without queries.
#[must_use]
pub fn coverage_at_risk(judged: &[Judged], percent: usize) -> Option<f64> {
    let (mut seen, mut wrong, mut most) = (0, 0, 0);
    for tie in ties(judged) {
        seen += tie.size();
        wrong += tie.wrong;
        if wrong * 100 <= percent * seen {
            most = seen;
        }
    }
    share(most, judged.len())
}

/// How long queries took, milliseconds. 0 without queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Latency {
    /// Percentiles by nearest rank: the smallest time that so many in a hundred do not exceed.
    #[must_use]
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100);
            let time = times.get(rank.saturating_sub(1)).copied().unwrap_or_default();
            (time.as_secs_f64() * 1e6).round() / 1e3
        };
        Self { p50: at(50), p95: at(95), p99: at(99) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `"9+ 5-"`: confidence .9 and right, confidence .5 and wrong.
    fn judged(text: &str) -> Vec<Judged> {
        text.split_whitespace()
            .map(|one| {
                let (tenths, verdict) = one.split_at(one.len() - 1);
                Judged { confidence: tenths.parse::<f64>().unwrap() / 10.0, right: verdict == "+" }
            })
            .collect()
    }

    fn close(found: Option<f64>, wanted: f64) {
        assert!(found.is_some_and(|found| (found - wanted).abs() < 1e-12), "{found:?} is not {wanted}");
    }

    #[test]
    fn auroc_counts_pairs_and_half_of_ties() {
        // Pairs of right and wrong: 9>7, 9>5, 7=7 (half), 7>5.
        close(auroc(&judged("9+ 7- 7+ 5-")), 3.5 / 4.0);
        close(auroc(&judged("9+ 8+ 2- 1-")), 1.0);
        close(auroc(&judged("1+ 9-")), 0.0);
        close(auroc(&judged("5+ 5- 5- 5+")), 0.5);
        assert_eq!(auroc(&judged("9+ 8+")), None);
        assert_eq!(auroc(&judged("9- 8-")), None);
        assert_eq!(auroc(&[]), None);
    }

    #[test]
    fn aurc_is_the_mean_of_the_risks() {
        // 0/1, 1/2, 1/3, 2/4
        close(aurc(&judged("9+ 8- 7+ 6-")), (0.0 + 0.5 + 1.0 / 3.0 + 0.5) / 4.0);
        // The tie is right first or wrong first: 0/1 and 1/2, or 1/1 and 1/2.
        close(aurc(&judged("9+ 9-")), 0.5);
        // 0/1, then half of 1/2, then 1/3
        close(aurc(&judged("9+ 8- 8+")), (0.0 + 0.25 + 1.0 / 3.0) / 3.0);
        close(aurc(&judged("9+ 8+")), 0.0);
        close(aurc(&judged("9- 8-")), 1.0);
        assert_eq!(aurc(&[]), None);
    }

    #[test]
    fn the_order_of_a_set_does_not_matter() {
        let (one, other) = (judged("9+ 7- 7+ 7- 5+ 5- 1-"), judged("5- 7- 1- 7+ 9+ 5+ 7-"));
        assert_eq!(auroc(&one), auroc(&other));
        assert_eq!(aurc(&one), aurc(&other));
        assert_eq!(ece(&one, 2), ece(&other, 2));
        assert_eq!(coverage_at_risk(&one, 50), coverage_at_risk(&other, 50));
    }

    #[test]
    fn ece_compares_bins_of_equal_mass() {
        // Bins {.9, .8} and {.4, .2}: |1.7 - 1| + |.6 - 1| over 4.
        close(ece(&judged("9+ 8- 4+ 2-"), 2), (0.7 + 0.4) / 4.0);
        // Sure and right, sure of nothing and wrong.
        close(ece(&judged("10+ 10+ 0-"), 15), 0.0);
        close(ece(&judged("10- 10- 0+"), 15), 1.0);
        // Fewer queries than bins: each on its own.
        close(ece(&judged("9+ 3-"), 15), 0.2);
        // A tie over both bins is half right in each.
        close(ece(&judged("5+ 5+ 5- 5-"), 2), 0.0);
        assert_eq!(ece(&[], 15), None);
    }

    #[test]
    fn coverage_takes_a_tie_as_a_whole() {
        // 1 wrong of 20 is exactly five in a hundred, 1 of 19 is more.
        let twenty = format!("9- {}", "9+ ".repeat(19));
        close(coverage_at_risk(&judged(&twenty), 5), 1.0);
        close(coverage_at_risk(&judged(&format!("9- {}", "9+ ".repeat(18))), 5), 0.0);
        // The risk may rise above the bound and come back below it.
        close(coverage_at_risk(&judged(&format!("9+ 8- {}1-", "7+ ".repeat(18))), 5), 20.0 / 21.0);
        // One of the tie is wrong: none of it counts.
        close(coverage_at_risk(&judged("9+ 8+ 8-"), 5), 1.0 / 3.0);
        close(coverage_at_risk(&judged("9+ 8+"), 5), 1.0);
        close(coverage_at_risk(&judged("9- 8-"), 5), 0.0);
        assert_eq!(coverage_at_risk(&[], 5), None);
    }

    #[test]
    fn percentiles_are_times_that_were_taken() {
        let times = |most: u64| (1..=most).rev().map(Duration::from_millis).collect();
        assert_eq!(Latency::of(times(100)), Latency { p50: 50.0, p95: 95.0, p99: 99.0 });
        assert_eq!(Latency::of(times(3)), Latency { p50: 2.0, p95: 3.0, p99: 3.0 });
        assert_eq!(Latency::of(vec![]), Latency::default());
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!((mean([]), share(0, 0)), (None, None));
        close(mean([1.0, 0.0]), 0.5);
    }
}
