//! Conditional logistic regression (`McFadden` 1974): of several rows the right one, by
//! Newton's method. Convex, so the same cases give the same weights.

use super::super::solve::Cholesky;
use crate::support::replies::{features::NAMES, weights::softmax};

/// Penalty on squared weights, for each case.
const L2: f64 = 0.01;
/// Most steps; a dozen are usual.
const STEPS: usize = 60;
/// A step that promises less ends the search.
const ENOUGH: f64 = 1e-9;

/// The rows of one text, and which is right.
pub(super) struct Case {
    pub rows: Vec<[f64; NAMES.len()]>,
    pub right: usize,
}

/// A weight for each figure.
#[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
pub(super) fn fit(cases: &[&Case]) -> Vec<f64> {
    let width = NAMES.len();
    let penalty = L2 * cases.len() as f64;
    let mut weights = vec![0.0; width];
    for _ in 0..STEPS {
        let mut gradient: Vec<f64> = weights.iter().map(|weight| penalty * weight).collect();
        let mut curve = vec![vec![0.0; width]; width];
        for (at, row) in curve.iter_mut().enumerate() {
            row[at] = penalty;
        }
        for case in cases {
            let likely = softmax(&case.rows, &weights);
            let mean: Vec<f64> =
                (0..width).map(|k| case.rows.iter().zip(&likely).map(|(row, p)| p * row[k]).sum()).collect();
            for (k, mean) in mean.iter().enumerate() {
                gradient[k] += mean - case.rows[case.right][k];
            }
            for (row, p) in case.rows.iter().zip(&likely) {
                let away: Vec<f64> = row.iter().zip(&mean).map(|(value, mean)| value - mean).collect();
                for (i, one) in away.iter().enumerate().filter(|(_, one)| **one != 0.0) {
                    for (j, other) in away.iter().enumerate() {
                        curve[i][j] += p * one * other;
                    }
                }
            }
        }
        let Some(solver) = Cholesky::of(&curve) else { break };
        let step = solver.solve(&gradient);
        let promise: f64 = step.iter().zip(&gradient).map(|(step, slope)| step * slope).sum();
        let mut share = 1.0;
        let before = loss(cases, &weights, penalty);
        loop {
            let next: Vec<f64> = weights.iter().zip(&step).map(|(weight, step)| weight - share * step).collect();
            if loss(cases, &next, penalty) <= before || share < 1e-6 {
                weights = next;
                break;
            }
            share /= 2.0;
        }
        if promise < ENOUGH * cases.len() as f64 {
            break;
        }
    }
    weights
}

fn loss(cases: &[&Case], weights: &[f64], penalty: f64) -> f64 {
    let of = |case: &&Case| -softmax(&case.rows, weights)[case.right].max(1e-300).ln();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    cases.iter().map(of).sum::<f64>() + penalty / 2.0 * squares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_that_tells_is_found() {
        let case = |right: usize, noise: f64| {
            let mut rows = vec![[0.0; NAMES.len()]; 3];
            rows[right][0] = 1.0;
            rows[(right + 1) % 3][1] = noise;
            Case { rows, right }
        };
        let cases: Vec<Case> = (0..30).map(|at| case(at % 3, f64::from(u32::try_from(at % 2).unwrap()))).collect();
        let weights = fit(&cases.iter().collect::<Vec<_>>());
        assert!(weights[0] > 1.0 && weights[1] < 0.0 && weights[2].abs() < 1e-9, "{weights:?}");
        let likely = softmax(&cases[0].rows, &weights);
        assert!(likely[0] > likely[1] && likely[0] > 0.5);
        assert_eq!(weights, fit(&cases.iter().collect::<Vec<_>>()));
    }
}
