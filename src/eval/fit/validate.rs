//! Cross-validation: how good a model is on questions that it was not fitted to. Rows
//! of one group (a question and its rewordings, the questions of one document) stay
//! in one fold, so that nothing is known beforehand. Folds are the same every time.

use std::collections::BTreeMap;

use super::logistic::{Feature, FitError, Model, Options, Row, fit, loss};
use crate::eval::metrics::{Judged, auroc, ece};

/// Bins of the calibration error.
const BINS: usize = 15;

/// Figures over all rows, each judged by a model that had not seen its group.
#[derive(Clone, Debug, PartialEq)]
pub struct Validated {
    /// Mean over the weight of the rows, natural logarithm.
    pub log_loss: f64,
    /// Rows without their weights; `None` where a figure needs what is not there.
    pub auroc: Option<f64>,
    pub ece: Option<f64>,
    /// Of each row, in the order of the rows: what thresholds are to be found with.
    pub log_odds: Vec<f64>,
}

/// Puts groups into `folds` folds of about equal size: the greatest group first, each
/// into the smallest fold; of each row its fold.
#[must_use]
pub fn folds(groups: &[&str], folds: usize) -> Vec<usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for group in groups {
        *sizes.entry(group).or_default() += 1;
    }
    let mut ordered: Vec<(&str, usize)> = sizes.into_iter().collect();
    // Stable: groups of one size stay in the order of their names.
    ordered.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let mut filled = vec![0; folds.max(1)];
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for (group, size) in ordered {
        let least = (0..filled.len()).min_by_key(|fold| filled[*fold]).unwrap_or(0);
        filled[least] += size;
        of.insert(group, least);
    }
    groups.iter().map(|group| of[group]).collect()
}

/// Fits as many models as there are folds and judges each row by the one that left it out.
/// `groups` names each row's group.
///
/// # Errors
/// As [`fit`], also where what is left beside one fold is all of one kind.
///
/// # Panics
/// Where there are not as many groups as rows.
pub fn cross_validate(
    features: &[Feature],
    rows: &[Row],
    groups: &[&str],
    count: usize,
    options: Options,
) -> Result<Validated, FitError> {
    assert_eq!(rows.len(), groups.len(), "a group for each row");
    let fold_of = folds(groups, count);
    let models: Vec<Model> = (0..count.max(1))
        .map(|fold| {
            let others: Vec<Row> =
                rows.iter().zip(&fold_of).filter(|(_, of)| **of != fold).map(|(row, _)| row.clone()).collect();
            fit(features, &others, options)
        })
        .collect::<Result<_, _>>()?;
    let log_odds: Vec<f64> = rows.iter().zip(&fold_of).map(|(row, fold)| models[*fold].log_odds(&row.values)).collect();
    let total: f64 = rows.iter().map(|row| row.weight).sum();
    let losses = rows.iter().zip(&log_odds).map(|(row, odds)| row.weight * loss(*odds, row.right));
    let judged: Vec<Judged> = rows
        .iter()
        .zip(&log_odds)
        .map(|(row, odds)| Judged { confidence: super::logistic::sigmoid(*odds), right: row.right })
        .collect();
    Ok(Validated { log_loss: losses.sum::<f64>() / total, auroc: auroc(&judged), ece: ece(&judged, BINS), log_odds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::fit::logistic::Sign;

    #[test]
    fn groups_stay_together_and_folds_are_even() {
        let groups = ["a", "b", "a", "c", "a", "d", "b", "e"];
        let of = folds(&groups, 3);
        // a (3) | b (2), then c (1) | d, e: b's fold has 2, d's 1.
        assert_eq!(of, [0, 1, 0, 2, 0, 2, 1, 1]);
        assert_eq!(folds(&groups, 3), of);
        assert_eq!(folds(&groups, 0), [0; 8]);
    }

    #[test]
    fn a_group_is_judged_by_the_others() {
        // Shares only: with two folds each group gets the odds of the other.
        let rows: Vec<Row> = [true, true, true, false, true, false, false, false]
            .map(|right| Row { values: vec![], right, weight: 1.0 })
            .to_vec();
        let groups = ["a", "a", "a", "a", "b", "b", "b", "b"];
        let options = Options { l2: 0.0, ..Options::default() };
        let found = cross_validate(&[], &rows, &groups, 2, options).unwrap();
        let (a, b) = ((1.0_f64 / 3.0).ln(), 3_f64.ln());
        assert!(found.log_odds.iter().zip([a, a, a, a, b, b, b, b]).all(|(x, y)| (x - y).abs() < 1e-9));
        // 3 of 4 with p = 1/4, 1 of 4 with p = 3/4: the folds disagree as much as they can.
        let wanted = -(0.75 * 0.25_f64.ln() + 0.25 * 0.75_f64.ln());
        assert!((found.log_loss - wanted).abs() < 1e-9, "{}", found.log_loss);
        // Of 16 pairs of right and wrong, 1 is in order, 9 are not, 6 are ties.
        assert_eq!(found.auroc, Some((1.0 + 3.0) / 16.0));
    }

    #[test]
    fn a_fold_without_its_contrary_is_told() {
        let rows: Vec<Row> = [true, true, false].map(|right| Row { values: vec![1.0], right, weight: 1.0 }).to_vec();
        let features = [Feature::new("a", Sign::Free)];
        let found = cross_validate(&features, &rows, &["a", "b", "c"], 3, Options::default());
        assert_eq!(found, Err(FitError::OneKind("right")));
    }
}
