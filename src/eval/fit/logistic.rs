//! Binary logistic regression: by Newton's method with a line search, weights of rows,
//! a quadratic penalty around values known before, and signs that a weight may not
//! leave (projected Newton, Bertsekas 1982, SIAM J. Control 20:221). The objective is
//! convex: there is one minimum, and the same rows find it again.
//!
//! What is minimised: the weighted sum of `-ln p(right verdict)` plus, for each feature,
//! `l2 / 2 · s² · (w - prior)²`, where `s` is the feature's own spread over the rows, so
//! that the unit in which a feature is measured does not matter.

use super::solve::Cholesky;

/// Most steps; a dozen are usual.
const STEPS: usize = 200;
/// A feature that varies less is one that never varies.
const NO_SPREAD: f64 = 1e-24;
/// Greatest standard error of a weight, for one spread of its feature: beyond it nothing is known.
const UNKNOWN: f64 = 1e3;
/// How much of the step's promise must come true.
const ARMIJO: f64 = 1e-4;

/// Which way a feature may move the odds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    #[default]
    Free,
    /// More of it may only raise them.
    Raises,
    /// More of it may only lower them.
    Lowers,
}

/// A feature: its name in the file of weights, and what is known of it before.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    pub name: String,
    pub sign: Sign,
    /// The weight that little evidence leaves it.
    pub prior: f64,
}

impl Feature {
    #[must_use]
    pub fn new(name: impl Into<String>, sign: Sign) -> Self {
        Self { name: name.into(), sign, prior: 0.0 }
    }

    /// Of two weights the nearer one that the sign allows.
    fn allowed(&self, weight: f64) -> f64 {
        match self.sign {
            Sign::Free => weight,
            Sign::Raises => weight.max(0.0),
            Sign::Lowers => weight.min(0.0),
        }
    }
}

/// One labelled case: as many values as there are features.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub values: Vec<f64>,
    pub right: bool,
    /// How often it counts; above 0.
    pub weight: f64,
}

/// How much the weights are held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Penalty of each weight, in units of rows; 0 for none.
    pub l2: f64,
    /// Penalty of the intercept around 0; usually none.
    pub l2_intercept: f64,
    /// Whether a feature's spread counts in the penalty. Without it, `l2` is meant for the
    /// weight as it is.
    pub by_spread: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { l2: 1.0, l2_intercept: 0.0, by_spread: true }
    }
}

/// Why there is no model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    #[error("there is nothing to fit to\nhint: give labelled questions")]
    Empty,
    #[error("row {row} does not hold {wanted} finite values and a weight above 0")]
    Row { row: usize, wanted: usize },
    #[error("all cases are {0}\nhint: a model needs right and wrong ones")]
    OneKind(&'static str),
    #[error(
        "the weights have no finite best values\nhint: features that say the same or tell all cases apart need a penalty above 0"
    )]
    Boundless,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub intercept: f64,
    /// By name, in the order of the features.
    pub weights: Vec<(String, f64)>,
    /// Standard errors of the weights, from the curvature at the minimum (with a penalty, of
    /// the posterior). `None` where a sign holds the weight, or the feature never varies.
    pub errors: Vec<Option<f64>>,
    pub intercept_error: f64,
    /// Mean over the weight of the rows, natural logarithm, without penalty.
    pub log_loss: f64,
}

impl Model {
    /// Logarithm of the odds that a case with these values is right.
    #[must_use]
    pub fn log_odds(&self, values: &[f64]) -> f64 {
        self.intercept + self.weights.iter().zip(values).map(|((_, weight), value)| weight * value).sum::<f64>()
    }

    /// The probability, 0 to 1.
    #[must_use]
    pub fn probability(&self, values: &[f64]) -> f64 {
        sigmoid(self.log_odds(values))
    }
}

/// The probability of some log-odds.
#[must_use]
pub fn sigmoid(odds: f64) -> f64 {
    if odds >= 0.0 {
        1.0 / (1.0 + (-odds).exp())
    } else {
        let e = odds.exp();
        e / (1.0 + e)
    }
}

/// `-ln p` of a verdict at some log-odds, exact for great ones too.
#[must_use]
pub fn loss(odds: f64, right: bool) -> f64 {
    let against = if right { -odds } else { odds };
    against.max(0.0) + (-against.abs()).exp().ln_1p()
}

/// Fits a model.
///
/// # Errors
/// [`FitError`] where rows are missing, malformed, all of one kind, or do not determine the weights.
pub fn fit(features: &[Feature], rows: &[Row], options: Options) -> Result<Model, FitError> {
    check(features, rows, options)?;
    let spreads = spreads(features.len(), rows);
    let task = Task { features, rows, penalty: penalties(&spreads, options), spreads };
    // The intercept stands last.
    let mut at: Vec<f64> = features.iter().map(|feature| feature.allowed(feature.prior)).chain([0.0]).collect();
    let mut value = task.value(&at);
    for _ in 0..STEPS {
        let (slope, curve) = task.derivatives(&at);
        let free: Vec<usize> = (0..at.len()).filter(|one| task.moves(*one, &at, &slope)).collect();
        if free.iter().all(|one| slope[*one].abs() <= 1e-9 * task.total()) {
            return task.model(&at, &slope, &curve);
        }
        let step = direction(&free, &slope, &curve).ok_or(FitError::Boundless)?;
        let (next, lower) = task.line_search(&at, value, &free, &slope, &step).ok_or(FitError::Boundless)?;
        // As near as numbers of this size get.
        let still = next.iter().zip(&at).all(|(a, b)| (a - b).abs() <= 1e-14 * b.abs().max(1.0));
        (at, value) = (next, lower);
        if still {
            let (slope, curve) = task.derivatives(&at);
            return task.model(&at, &slope, &curve);
        }
        if at.iter().any(|weight| weight.abs() > 1e6) {
            return Err(FitError::Boundless);
        }
    }
    Err(FitError::Boundless)
}

fn check(features: &[Feature], rows: &[Row], options: Options) -> Result<(), FitError> {
    if rows.is_empty() {
        return Err(FitError::Empty);
    }
    let sound = |row: &Row| {
        row.values.len() == features.len()
            && row.values.iter().all(|value| value.is_finite())
            && row.weight.is_finite()
            && row.weight > 0.0
    };
    if let Some(row) = rows.iter().position(|row| !sound(row)) {
        return Err(FitError::Row { row, wanted: features.len() });
    }
    // Without a penalty the intercept would run away.
    let one_kind = rows.iter().all(|row| row.right == rows[0].right);
    if one_kind && options.l2_intercept <= 0.0 {
        return Err(FitError::OneKind(if rows[0].right { "right" } else { "wrong" }));
    }
    Ok(())
}

/// Mean squared distance of each feature from its mean.
fn spreads(features: usize, rows: &[Row]) -> Vec<f64> {
    let total: f64 = rows.iter().map(|row| row.weight).sum();
    let spread = |at: usize| {
        let mean = rows.iter().map(|row| row.weight * row.values[at]).sum::<f64>() / total;
        rows.iter().map(|row| row.weight * (row.values[at] - mean).powi(2)).sum::<f64>() / total
    };
    (0..features).map(spread).collect()
}

/// Penalty of each weight and of the intercept; of a feature that never varies, infinite.
fn penalties(spreads: &[f64], options: Options) -> Vec<f64> {
    let penalty = |spread: &f64| match *spread {
        spread if spread <= NO_SPREAD => f64::INFINITY,
        spread if options.by_spread => options.l2 * spread,
        _ => options.l2,
    };
    spreads.iter().map(penalty).chain([options.l2_intercept]).collect()
}

struct Task<'a> {
    features: &'a [Feature],
    rows: &'a [Row],
    penalty: Vec<f64>,
    spreads: Vec<f64>,
}

impl Task<'_> {
    fn total(&self) -> f64 {
        self.rows.iter().map(|row| row.weight).sum()
    }

    fn odds(at: &[f64], row: &Row) -> f64 {
        at[row.values.len()] + row.values.iter().zip(at).map(|(value, weight)| value * weight).sum::<f64>()
    }

    fn prior(&self, at: usize) -> f64 {
        self.features.get(at).map_or(0.0, |feature| feature.prior)
    }

    /// A weight that no row and no penalty can move stays at its prior.
    fn held(&self, one: usize) -> bool {
        self.penalty[one].is_infinite()
    }

    /// Whether a weight may go where the slope sends it.
    fn moves(&self, one: usize, at: &[f64], slope: &[f64]) -> bool {
        let walled = self.features.get(one).is_some_and(|feature| match feature.sign {
            Sign::Free => false,
            Sign::Raises => at[one] <= 0.0 && slope[one] > 0.0,
            Sign::Lowers => at[one] >= 0.0 && slope[one] < 0.0,
        });
        !walled && !self.held(one)
    }

    fn log_loss(&self, at: &[f64]) -> f64 {
        self.rows.iter().map(|row| row.weight * loss(Self::odds(at, row), row.right)).sum()
    }

    fn value(&self, at: &[f64]) -> f64 {
        let penalty = |one: usize| {
            if self.held(one) { 0.0 } else { 0.5 * self.penalty[one] * (at[one] - self.prior(one)).powi(2) }
        };
        self.log_loss(at) + (0..at.len()).map(penalty).sum::<f64>()
    }

    fn derivatives(&self, at: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let size = at.len();
        let (mut slope, mut curve) = (vec![0.0; size], vec![vec![0.0; size]; size]);
        for row in self.rows {
            let p = sigmoid(Self::odds(at, row));
            let pull = row.weight * (p - f64::from(u8::from(row.right)));
            let bend = row.weight * p * (1.0 - p);
            let value = |one: usize| row.values.get(one).copied().unwrap_or(1.0);
            for (i, line) in curve.iter_mut().enumerate() {
                slope[i] += pull * value(i);
                for (j, place) in line.iter_mut().enumerate() {
                    *place += bend * value(i) * value(j);
                }
            }
        }
        for i in (0..size).filter(|one| !self.held(*one)) {
            slope[i] += self.penalty[i] * (at[i] - self.prior(i));
            curve[i][i] += self.penalty[i];
        }
        (slope, curve)
    }

    /// Goes along the step, back behind the walls, as far as it pays.
    fn line_search(
        &self,
        at: &[f64],
        value: f64,
        free: &[usize],
        slope: &[f64],
        step: &[f64],
    ) -> Option<(Vec<f64>, f64)> {
        let mut length = 1.0;
        for _ in 0..60 {
            let mut next = at.to_vec();
            for (one, step) in free.iter().zip(step) {
                let aim = at[*one] - length * step;
                next[*one] = self.features.get(*one).map_or(aim, |feature| feature.allowed(aim));
            }
            let promised: f64 = free.iter().map(|one| slope[*one] * (at[*one] - next[*one])).sum();
            let lower = self.value(&next);
            // The last digits of two sums of this size do not say which is less.
            if lower <= value - ARMIJO * promised + 1e-13 * value.abs() {
                return Some((next, lower));
            }
            length *= 0.5;
        }
        None
    }

    fn model(&self, at: &[f64], slope: &[f64], curve: &[Vec<f64>]) -> Result<Model, FitError> {
        let walled = |one: usize| {
            let sign = self.features.get(one).map_or(Sign::Free, |feature| feature.sign);
            sign != Sign::Free && at[one] == 0.0 && !self.moves(one, at, slope)
        };
        let free: Vec<usize> = (0..at.len()).filter(|one| !self.held(*one) && !walled(*one)).collect();
        let inverse = Cholesky::of(&block(&free, curve)).ok_or(FitError::Boundless)?.inverse_diagonal();
        let error = |one: usize| free.iter().position(|free| *free == one).map(|place| inverse[place].sqrt());
        // Rows that can be told apart without a fault let a weight grow for ever.
        let unknown = |one: usize| error(one).is_some_and(|error| error * self.spreads[one].sqrt() > UNKNOWN);
        if (0..self.features.len()).any(unknown) {
            return Err(FitError::Boundless);
        }
        let names = self.features.iter().map(|feature| feature.name.clone());
        Ok(Model {
            intercept: at[self.features.len()],
            weights: names.zip(at.iter().copied()).collect(),
            errors: (0..self.features.len()).map(error).collect(),
            intercept_error: error(self.features.len()).unwrap_or(0.0),
            log_loss: self.log_loss(at) / self.total(),
        })
    }
}

fn block(free: &[usize], curve: &[Vec<f64>]) -> Vec<Vec<f64>> {
    free.iter().map(|i| free.iter().map(|j| curve[*i][*j]).collect()).collect()
}

/// Newton's step for the free weights.
fn direction(free: &[usize], slope: &[f64], curve: &[Vec<f64>]) -> Option<Vec<f64>> {
    let right: Vec<f64> = free.iter().map(|one| slope[*one]).collect();
    Cholesky::of(&block(free, curve)).map(|cholesky| cholesky.solve(&right))
}

#[cfg(test)]
mod tests;
