//! The file of the model and its refusals, what its figures give, and the table by hand.

use super::*;
use crate::domain::conformal::Case;

fn model(analysis: &str) -> ConfidenceModel {
    let text = format!(
        "analysis = '{analysis}'\n\
         [[thresholds]]\ntolerated = 0.01\nquestions = 80\nguarantee = 'it takes at least 99'\n\
         [[thresholds]]\ntolerated = 0.02\nthreshold = 0.8\nquestions = 80\nguarantee = 'g'\n\
         [[thresholds]]\ntolerated = 0.05\nthreshold = 0.5\nquestions = 80\nguarantee = 'g'\n\
         [groups.guides]\nintercept = -1.0\n[groups.guides.weights]\ncoverage = 2.0\nmargin = 0.5\n"
    );
    ConfidenceModel::parse(&text).unwrap()
}

fn own() -> Recalibration {
    let thresholds = vec![Threshold { tolerated: 0.02, threshold: Some(0.6), questions: 120, guarantee: "g".into() }];
    Recalibration { model: model("a").fingerprint(), slope: 0.5, offset: -0.25, thresholds, figures: BTreeMap::new() }
}

#[test]
fn the_shipped_model_is_read() {
    let model = ConfidenceModel::default();
    assert!(model.groups.contains_key("guides"));
    assert!(model.threshold(0.02).is_ok());
    let text = toml::to_string(&model).unwrap();
    assert_eq!(ConfidenceModel::parse(&text).unwrap(), model);
    assert!(ConfidenceModel::parse(&text.replace("intercept", "intersept")).is_err());
    assert!(ConfidenceModel::parse("analysis = 'x'\n[groups]").is_err());
}

#[test]
fn features_count_by_their_weights() {
    let model = model("a");
    let sure = model.confidence("guides", [("coverage", 0.5), ("margin", 2.0), ("unknown", 9.0)]);
    assert_eq!(sure, Confidence { value: sigmoid(1.0), calibrated: true });
    assert_eq!(model.confidence("texts", [("coverage", 1.0)]), Confidence::NONE);
}

#[test]
fn a_share_takes_the_row_that_promises_as_much() {
    let model = model("a");
    assert_eq!(model.threshold(0.02), Ok(0.8));
    assert_eq!(model.threshold(0.049), Ok(0.8));
    assert_eq!(model.threshold(0.3), Ok(0.5));
    for (tolerated, part) in [(0.01, "at least 99"), (0.001, "below all")] {
        let message = model.threshold(tolerated).unwrap_err();
        assert!(message.contains(part) && message.contains("0.02, 0.05"), "{message}");
    }
}

#[test]
fn another_analysis_is_refused() {
    assert!(model("a").check("a").is_ok() && model("hand").check("a").is_ok());
    let message = model("a").check("b").unwrap_err();
    assert!(message.contains("hint:") && message.contains(" a,") && message.contains(" b\n"), "{message}");
}

#[test]
fn the_fingerprint_is_that_of_the_weights() {
    let one = model("a");
    let mut other = one.clone();
    other.thresholds.clear();
    other.own = Some(own());
    assert_eq!(one.fingerprint(), other.fingerprint());
    other.groups.get_mut("guides").unwrap().weights.insert("margin".into(), 0.51);
    assert_ne!(one.fingerprint(), other.fingerprint());
    assert_ne!(one.fingerprint(), model("b").fingerprint());
}

#[test]
fn own_outcomes_move_the_odds_and_can_be_undone() {
    let mut model = model("hand");
    assert!(!model.rated(1.0).calibrated);
    assert_eq!(model.log_odds(0.5), Some(0.0));
    model.own = Some(own());
    let sure = model.rated(2.0);
    assert_eq!(sure, Confidence { value: sigmoid(0.75), calibrated: true });
    assert!((model.log_odds(sure.value).unwrap() - 2.0).abs() < 1e-9);
    assert_eq!(model.threshold(0.02), Ok(0.6));
    assert!(model.threshold(0.01).is_err());
    assert_eq!((model.log_odds(1.0), model.log_odds(0.0)), (None, None));
}

#[test]
fn a_correction_of_another_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("confidence.toml");
    std::fs::write(&path, toml::to_string(&own()).unwrap()).unwrap();
    assert_eq!(Recalibration::read(&path, &own().model, 0.02), Ok(own()));
    let mut flat = own();
    flat.slope = 0.0;
    for (text, part) in [
        (toml::to_string(&Recalibration { model: "other".into(), ..own() }).unwrap(), "other"),
        (toml::to_string(&flat).unwrap(), "slope 0"),
        (toml::to_string(&Recalibration { thresholds: vec![], ..own() }).unwrap(), "no threshold is known"),
        ("slope = ".into(), "is not used"),
    ] {
        std::fs::write(&path, text).unwrap();
        let message = Recalibration::read(&path, &own().model, 0.02).unwrap_err();
        assert!(message.contains(part) && message.contains("hint:"), "{message}");
    }
}

#[test]
fn a_table_is_found_for_all_shares() {
    // 120 questions, every tenth wrong, the least sure ones first: 12 wrong.
    let cases: Vec<Case> =
        (0..120_u32).map(|at| Case { confidence: f64::from(at) / 120.0, wrong: at % 10 == 0 }).collect();
    let table = Threshold::table(&cases, "questions", |confidence| confidence);
    let found: Vec<(f64, Option<f64>)> = table.iter().map(|row| (row.tolerated, row.threshold)).collect();
    // (wrong + 1) / 121 <= share: 0, 1, 2, 5, 11 wrong ones; the next lies at 110, 100, 90, 60, 0 of 120.
    let wanted = [(0.01, 0.916_667), (0.02, 0.833_334), (0.03, 0.75), (0.05, 0.5), (0.1, 0.0)];
    for (found, wanted) in found.iter().zip(wanted) {
        let apart = (found.0 - wanted.0).abs() + (found.1.unwrap() - wanted.1).abs();
        assert!(apart < 2e-6, "{found:?} is not {wanted:?}");
    }
    // Rounded up: the wrong one itself is not answered.
    assert!(found[2].1.unwrap() > 0.75);
    assert!(table[1].guarantee.contains("at most 2 %") && table[1].guarantee.contains("the 120"), "{:?}", table[1]);
    let few = Threshold::table(&cases[..60], "questions", |confidence| confidence);
    assert!(few[0].threshold.is_none() && few[0].guarantee.contains("at least 99"), "{:?}", few[0]);
    assert!(Threshold::check(&table).is_ok());
}
