//! A correction of confidence from a school's own confirmed outcomes: slope and offset on
//! the log-odds (Platt 1999), held near "no correction", and thresholds by conformal risk
//! control on the same outcomes. The thresholds need no outcomes kept apart: a slope above
//! 0 keeps the order, so they could as well be found before the correction is.
//!
//! What it rests on stands in [`ASSUMES`], for whoever runs the command.

use std::collections::BTreeMap;

use super::logistic::{Feature, FitError, Options, Row, Sign, fit, loss};
use crate::{
    config::{ConfidenceModel, Recalibration, Threshold},
    domain::{conformal::Case, outcome::Confirmed},
    eval::metrics::{Judged, Sureness, mean, share},
};

/// Least number of confirmed outcomes.
pub const LEAST: usize = 100;
/// What a reader of the figures has to know.
pub const ASSUMES: &str = "\
Only answered questions have outcomes, and of these only those whose readers said whether it helped: \
\"helped\" stands for \"the right guide\", and silence for nothing. The promise is about further \
questions of that kind, while guides, devices and readers stay about the same. Of what is less sure than \
every answer given so far nothing is known, so no threshold goes below the least sure one.";
/// How firmly the slope is held at 1: as by a standard deviation of one half.
const HELD_SLOPE: f64 = 4.0;
/// How firmly the offset is held at 0: as by a standard deviation of 1.
const HELD_OFFSET: f64 = 1.0;
/// Half the step to which log-odds are rounded when they are noted.
const ROUNDING: f64 = 0.005;

/// Why there is no correction.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum OutcomesError {
    #[error(
        "{found} confirmed outcomes are too few, it takes at least {LEAST}\n\
         hint: they come from \"Hat Ihnen das geholfen?\"; try again later. Until then the threshold follows from the sets \
         that the model was fitted on"
    )]
    TooFew { found: usize },
    #[error(
        "surer answers did not help more often than unsure ones: there is nothing to correct by\n\
         hint: look at what readers call unhelpful with `schullotse eval questions --misses`; the model may have to be fitted anew"
    )]
    NoOrder,
    #[error(transparent)]
    Fit(#[from] FitError),
}

/// Finds the correction of a model.
///
/// # Errors
/// [`OutcomesError`] where there are too few outcomes, or none that confidence tells apart.
pub fn recalibrate(confirmed: &[Confirmed], model: &ConfidenceModel) -> Result<Recalibration, OutcomesError> {
    if confirmed.len() < LEAST {
        return Err(OutcomesError::TooFew { found: confirmed.len() });
    }
    let row = |one: &Confirmed| Row { values: vec![one.log_odds], right: one.helped, weight: 1.0 };
    let rows: Vec<Row> = confirmed.iter().map(row).collect();
    let slope = Feature { prior: 1.0, ..Feature::new("slope", Sign::Raises) };
    let options = Options { l2: HELD_SLOPE, l2_intercept: HELD_OFFSET, by_spread: false };
    let fitted = fit(&[slope], &rows, options)?;
    let mut own = Recalibration {
        model: model.fingerprint(),
        slope: rounded(fitted.weights[0].1),
        offset: rounded(fitted.intercept),
        thresholds: Vec::new(),
        figures: BTreeMap::new(),
    };
    if !own.is_sound() {
        return Err(OutcomesError::NoOrder);
    }
    let case = |one: &Confirmed| Case { confidence: one.log_odds, wrong: !one.helped };
    let cases: Vec<Case> = confirmed.iter().map(case).collect();
    let least = confirmed.iter().map(|one| one.log_odds).fold(f64::INFINITY, f64::min);
    // Half a step higher: what was noted as equal may have been that much surer.
    let probability = |log_odds: f64| own.probability(log_odds.max(least) + ROUNDING);
    own.thresholds = Threshold::table(&cases, "answered questions whose readers say whether it helped", probability);
    own.figures = figures(confirmed, &own);
    Ok(own)
}

/// Before and after, over the same outcomes.
fn figures(confirmed: &[Confirmed], own: &Recalibration) -> BTreeMap<String, f64> {
    let plain = Recalibration { slope: 1.0, offset: 0.0, ..own.clone() };
    let mut figures = BTreeMap::new();
    let mut put = |name: &str, value: Option<f64>| {
        figures.extend(value.map(|value| (name.to_owned(), rounded(value))));
    };
    put("outcomes", mean([confirmed.iter().map(|_| 1.0).sum()]));
    put("helped", share(confirmed.iter().filter(|one| one.helped).count(), confirmed.len()));
    for (when, used) in [("before", &plain), ("after", own)] {
        let judged: Vec<Judged> = confirmed
            .iter()
            .map(|one| Judged { confidence: used.probability(one.log_odds), right: one.helped })
            .collect();
        let losses = confirmed.iter().map(|one| loss(used.slope * one.log_odds + used.offset, one.helped));
        let sure = Sureness::of(&judged);
        put(&format!("log_loss_{when}"), mean(losses));
        put(&format!("ece_{when}"), sure.ece);
        put("auroc", sure.auroc);
    }
    figures
}

/// To a ten-thousandth: what is written is what was found with.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::eval::fit::logistic::sigmoid;

    /// Outcomes of a model whose log-odds are wrong by a slope and an offset.
    fn outcomes(count: usize, slope: f64, offset: f64) -> Vec<Confirmed> {
        let mut rng = StdRng::seed_from_u64(7);
        let mut one = || {
            let log_odds = (rng.random_range(-0.5..5.0_f64) * 100.0).round() / 100.0;
            Confirmed { log_odds, helped: rng.random::<f64>() < sigmoid(slope * log_odds + offset) }
        };
        (0..count).map(|_| one()).collect()
    }

    #[test]
    fn a_model_that_is_too_sure_is_held_back() {
        let model = ConfidenceModel::default();
        let own = recalibrate(&outcomes(20_000, 0.6, -0.5), &model).unwrap();
        assert!((own.slope - 0.6).abs() < 0.05 && (own.offset + 0.5).abs() < 0.1, "{own:?}");
        assert_eq!((own.model.as_str(), own.figures["outcomes"]), (model.fingerprint().as_str(), 20_000.0));
        assert!(own.figures["log_loss_after"] < own.figures["log_loss_before"], "{own:?}");
        assert!(own.figures["ece_after"] < 0.03 && own.figures["ece_before"] > 0.1, "{own:?}");
        // The file says the same.
        let text = toml::to_string(&own).unwrap();
        assert_eq!(toml::from_str::<Recalibration>(&text).unwrap(), own);
    }

    #[test]
    fn few_outcomes_correct_little() {
        let model = ConfidenceModel::default();
        let own = recalibrate(&outcomes(LEAST, 1.0, 0.0), &model).unwrap();
        assert!((own.slope - 1.0).abs() < 0.35 && own.offset.abs() < 0.6, "{own:?}");
        // All helped: surer, but no promise that was not earned.
        let helped: Vec<Confirmed> =
            outcomes(LEAST, 1.0, 0.0).into_iter().map(|one| Confirmed { helped: true, ..one }).collect();
        let own = recalibrate(&helped, &model).unwrap();
        assert!(own.slope > 1.0 && own.probability(1.0) < 0.99, "{own:?}");
        let least = helped.iter().map(|one| one.log_odds).fold(f64::INFINITY, f64::min);
        for row in &own.thresholds {
            assert!(row.threshold.unwrap() >= own.probability(least), "{row:?} lies below all that is known");
        }
    }

    #[test]
    fn thresholds_keep_to_the_outcomes() {
        let own_outcomes = outcomes(400, 1.0, 0.0);
        let own = recalibrate(&own_outcomes, &ConfidenceModel::default()).unwrap();
        for row in &own.thresholds {
            let sure = |one: &&Confirmed| own.probability(one.log_odds) >= row.threshold.unwrap();
            let wrong = own_outcomes.iter().filter(sure).filter(|one| !one.helped).count();
            let bound = row.tolerated * 401.0 - 1.0;
            assert!(f64::from(u32::try_from(wrong).unwrap()) <= bound + 1e-9, "{wrong} of {row:?}");
        }
        let all: Vec<f64> = own.thresholds.iter().filter_map(|row| row.threshold).collect();
        assert!(all.is_sorted_by(|a, b| a >= b) && all[0] > all[4], "{all:?}");
        assert!(own.thresholds[1].guarantee.contains("the 400"), "{:?}", own.thresholds[1]);
    }

    #[test]
    fn what_shows_nothing_corrects_nothing() {
        let model = ConfidenceModel::default();
        assert_eq!(
            recalibrate(&outcomes(LEAST - 1, 1.0, 0.0), &model),
            Err(OutcomesError::TooFew { found: LEAST - 1 })
        );
        let upside_down: Vec<Confirmed> =
            outcomes(500, 2.0, -4.0).into_iter().map(|one| Confirmed { helped: !one.helped, ..one }).collect();
        assert_eq!(recalibrate(&upside_down, &model), Err(OutcomesError::NoOrder));
        let message = OutcomesError::TooFew { found: 3 }.to_string();
        assert!(message.contains("at least 100") && message.contains("hint:"), "{message}");
    }
}
