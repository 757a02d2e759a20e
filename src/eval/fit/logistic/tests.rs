//! Against values worked out by hand, and against those of scipy's L-BFGS-B and
//! scikit-learn 1.9 on the same ten rows.

use super::*;

fn row(values: &[f64], right: bool, weight: f64) -> Row {
    Row { values: values.to_vec(), right, weight }
}

fn features(signs: &[Sign]) -> Vec<Feature> {
    signs.iter().zip(["a", "b"]).map(|(sign, name)| Feature::new(name, *sign)).collect()
}

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-6, "{found} is not {wanted}");
}

fn weights(model: &Model, a: f64, b: f64, intercept: f64) {
    close(model.weights[0].1, a);
    close(model.weights[1].1, b);
    close(model.intercept, intercept);
}

/// Two features, ten rows of differing weight; a line parts them without a fault.
fn ten() -> Vec<Row> {
    [
        (0.5, 1.0, false, 1.0),
        (1.5, 0.2, true, 1.0),
        (2.0, 1.1, true, 2.0),
        (0.3, 0.4, false, 1.0),
        (2.5, 0.9, true, 1.0),
        (1.1, 1.9, false, 0.5),
        (0.2, 1.4, false, 1.0),
        (1.9, 0.1, true, 1.0),
        (2.2, 1.6, false, 1.0),
        (0.9, 0.7, true, 3.0),
    ]
    .map(|(a, b, right, weight)| row(&[a, b], right, weight))
    .to_vec()
}

const RAW: Options = Options { l2: 1.0, l2_intercept: 0.0, by_spread: false };
const NONE: Options = Options { l2: 0.0, l2_intercept: 0.0, by_spread: true };

#[test]
fn shares_alone_are_the_odds() {
    // Three of four right: ln 3; the curvature is 4 · 3/4 · 1/4.
    let rows: Vec<Row> = [true, true, true, false].map(|right| row(&[], right, 1.0)).to_vec();
    let model = fit(&[], &rows, NONE).unwrap();
    close(model.intercept, 3_f64.ln());
    close(model.intercept_error, (4.0_f64 / 3.0).sqrt());
    close(model.log_loss, -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln()));
    close(model.probability(&[]), 0.75);
}

#[test]
fn a_yes_or_no_is_the_ratio_of_odds() {
    // Without it 1 of 3 right, with it 4 of 5: weight ln(4) - ln(1/2), a weight of a row is as many rows.
    let rows = [row(&[0.0], true, 1.0), row(&[0.0], false, 2.0), row(&[1.0], true, 4.0), row(&[1.0], false, 1.0)];
    let features = [Feature::new("a", Sign::Free)];
    let model = fit(&features, &rows, NONE).unwrap();
    close(model.intercept, 0.5_f64.ln());
    close(model.weights[0].1, 8_f64.ln());
    // Woolf: the sum of the reciprocal counts.
    close(model.errors[0].unwrap(), (1.0_f64 + 0.5 + 0.25 + 1.0).sqrt());
    assert_eq!(model.weights[0].0, "a");
    let lowered = fit(&[Feature::new("a", Sign::Lowers)], &rows, NONE).unwrap();
    assert_eq!((lowered.weights[0].1, lowered.errors[0]), (0.0, None));
    // 5 right, 3 wrong.
    close(lowered.intercept, (5.0_f64 / 3.0).ln());
}

#[test]
fn penalised_weights_are_those_of_other_programs() {
    let free = features(&[Sign::Free, Sign::Free]);
    let model = fit(&free, &ten(), RAW).unwrap();
    weights(&model, 0.880_520_22, -0.948_675_28, 0.320_077_96);
    close(model.errors[0].unwrap(), 0.652_746_92);
    close(model.errors[1].unwrap(), 0.809_751_64);
    close(model.intercept_error, 1.207_483_34);
    close(model.log_loss, 0.459_253_151_7);
    let model = fit(&free, &ten(), Options { l2: 0.5, by_spread: true, ..RAW }).unwrap();
    weights(&model, 1.638_605_39, -2.914_380_13, 1.221_135_16);
    close(model.errors[1].unwrap(), 1.701_886_07);
}

#[test]
fn little_evidence_leaves_what_was_known() {
    let mut known = features(&[Sign::Free, Sign::Free]);
    (known[0].prior, known[1].prior) = (1.0, -1.0);
    let options = Options { l2: 2.0, l2_intercept: 3.0, by_spread: false };
    let model = fit(&known, &ten(), options).unwrap();
    weights(&model, 1.314_795_76, -1.327_640_12, 0.065_944_55);
    let model = fit(&known, &ten(), Options { l2: 1e9, l2_intercept: 1e9, ..options }).unwrap();
    weights(&model, 1.0, -1.0, 0.0);
}

#[test]
fn a_sign_is_a_wall() {
    let model = fit(&features(&[Sign::Raises, Sign::Raises]), &ten(), RAW).unwrap();
    weights(&model, 0.848_041_66, 0.0, -0.477_764_73);
    assert_eq!(model.errors[1], None);
    close(model.log_loss, 0.553_426_579_8);
    // A sign that agrees changes nothing.
    let agrees = fit(&features(&[Sign::Raises, Sign::Lowers]), &ten(), RAW).unwrap();
    weights(&agrees, 0.880_520_22, -0.948_675_28, 0.320_077_96);
}

#[test]
fn the_unit_of_a_feature_does_not_matter() {
    let scaled: Vec<Row> =
        ten().into_iter().map(|one| Row { values: vec![one.values[0] * 1000.0, one.values[1]], ..one }).collect();
    let free = features(&[Sign::Free, Sign::Free]);
    let (one, other) = (fit(&free, &ten(), Options::default()), fit(&free, &scaled, Options::default()));
    let (one, other) = (one.unwrap(), other.unwrap());
    close(one.weights[0].1, other.weights[0].1 * 1000.0);
    close(one.log_loss, other.log_loss);
    assert_eq!(one, fit(&free, &ten(), Options::default()).unwrap(), "the same rows, the same weights");
}

#[test]
fn what_never_varies_keeps_its_prior() {
    let rows = [row(&[2.0], true, 1.0), row(&[2.0], false, 1.0), row(&[2.0], true, 1.0)];
    let mut feature = Feature::new("a", Sign::Free);
    feature.prior = 0.5;
    let model = fit(&[feature], &rows, NONE).unwrap();
    assert_eq!((model.weights[0].1, model.errors[0]), (0.5, None));
    close(model.intercept, 2_f64.ln() - 1.0);
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let free = features(&[Sign::Free, Sign::Free]);
    // A line parts right and wrong: without a penalty the weights grow for ever.
    assert_eq!(fit(&free, &ten(), NONE), Err(FitError::Boundless));
    // Two features that say the same.
    let twins: Vec<Row> = [(0.0, true), (1.0, false), (1.0, true), (0.0, false), (2.0, true)]
        .map(|(value, right)| row(&[value, value], right, 1.0))
        .to_vec();
    assert_eq!(fit(&free, &twins, NONE), Err(FitError::Boundless));
    let model = fit(&free, &twins, RAW).unwrap();
    close(model.weights[0].1, model.weights[1].1);
    assert_eq!(fit(&free, &[], RAW), Err(FitError::Empty));
    assert_eq!(fit(&free, &[row(&[1.0], true, 1.0)], RAW), Err(FitError::Row { row: 0, wanted: 2 }));
    assert_eq!(fit(&free, &[row(&[1.0, f64::NAN], true, 1.0)], RAW), Err(FitError::Row { row: 0, wanted: 2 }));
    assert_eq!(fit(&free, &[row(&[1.0, 2.0], true, 0.0)], RAW), Err(FitError::Row { row: 0, wanted: 2 }));
    assert_eq!(fit(&free, &[row(&[1.0, 2.0], true, 1.0)], RAW), Err(FitError::OneKind("right")));
    // Held back, even one kind is evidence.
    let all_right: Vec<Row> = ten().into_iter().map(|one| Row { right: true, ..one }).collect();
    assert!(fit(&free, &all_right, Options { l2_intercept: 1.0, ..RAW }).unwrap().intercept > 0.5);
}

#[test]
fn losses_of_sure_verdicts_are_exact() {
    close(loss(0.0, true), 2_f64.ln());
    close(loss(800.0, true), 0.0);
    close(loss(800.0, false), 800.0);
    close(sigmoid(-800.0), 0.0);
    close(sigmoid(2.0) + sigmoid(-2.0), 1.0);
}
