//! Figures of one ranking: where the relevant documents stand in it. A document is
//! relevant or not; no document stands twice in a ranking.

use std::collections::BTreeSet;

use super::share;

/// Share of the relevant documents among the first `k`, 0 to 1. `relevant` must not be empty.
#[must_use]
pub fn recall(ranking: &[String], relevant: &BTreeSet<&str>, k: usize) -> f64 {
    let found = ranking.iter().take(k).filter(|id| relevant.contains(id.as_str())).count();
    share(found, relevant.len()).unwrap_or(0.0)
}

/// One over the rank of the first relevant document among the first `k`, else 0 (TREC-8 QA, Voorhees 1999).
#[must_use]
pub fn reciprocal_rank(ranking: &[String], relevant: &BTreeSet<&str>, k: usize) -> f64 {
    let at = ranking.iter().take(k).position(|id| relevant.contains(id.as_str()));
    at.and_then(|at| share(1, at + 1)).unwrap_or(0.0)
}

/// Discounted cumulative gain of the first `k` over the best possible one, a document
/// being relevant or not (Järvelin and Kekäläinen 2002, logarithm to base 2 of rank + 1).
#[must_use]
pub fn ndcg(ranking: &[String], relevant: &BTreeSet<&str>, k: usize) -> f64 {
    let gain = |at: usize| 1.0 / discount(at);
    let reached: f64 = ranking
        .iter()
        .take(k)
        .enumerate()
        .filter(|(_, id)| relevant.contains(id.as_str()))
        .map(|(at, _)| gain(at))
        .sum();
    let best: f64 = (0..relevant.len().min(k)).map(gain).sum();
    if best > 0.0 { reached / best } else { 0.0 }
}

/// Logarithm to base 2 of the rank plus one; `at` is counted from 0.
#[expect(clippy::cast_precision_loss, reason = "ranks are small")]
fn discount(at: usize) -> f64 {
    (at as f64 + 2.0).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(ids: &str) -> Vec<String> {
        ids.split_whitespace().map(str::to_owned).collect()
    }

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-12, "{found:?} is not {wanted}");
    }

    #[test]
    fn rank_and_number_of_the_relevant_count() {
        let relevant = BTreeSet::from(["b", "d"]);
        let found = ranking("a b c d");
        close(recall(&found, &relevant, 1), 0.0);
        close(recall(&found, &relevant, 2), 0.5);
        close(recall(&found, &relevant, 10), 1.0);
        close(reciprocal_rank(&found, &relevant, 10), 0.5);
        close(reciprocal_rank(&found, &relevant, 1), 0.0);
        // (1/log2 3 + 1/log2 5) / (1 + 1/log2 3)
        let best = 1.0 + 1.0 / 3.0_f64.log2();
        close(ndcg(&found, &relevant, 10), (1.0 / 3.0_f64.log2() + 1.0 / 5.0_f64.log2()) / best);
        // Of three relevant ones two fit into the first two.
        close(ndcg(&ranking("a b"), &BTreeSet::from(["a", "b", "c"]), 2), 1.0);
        close(recall(&[], &relevant, 10) + ndcg(&[], &relevant, 10), 0.0);
        close(reciprocal_rank(&[], &relevant, 10), 0.0);
    }
}
