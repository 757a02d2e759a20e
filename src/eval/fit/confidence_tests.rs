//! A model that tells right from wrong is given weight, by cases before and after it was heard.

use std::sync::Arc;

use super::*;
use crate::{
    config::ConfidenceModel,
    eval::sets::read_queries,
    support::{
        bench::tests::{bench, knowing},
        confidence::confidence,
    },
};

const COUNT: usize = 40;

/// Words that share no beginning with each other and mean nothing.
fn word(n: usize) -> String {
    let syllables = ["zab", "wux", "mif", "kol", "peq", "tyr", "gan"];
    format!("{}{}{}", syllables[n % 7], syllables[n / 7], syllables[(n + 3) % 7])
}

/// Every second document is there; every question has one that would be right.
async fn cases(asking: &mut Asking) -> Vec<Case> {
    let there = |n: &usize| n.is_multiple_of(2);
    let line = |n: usize| {
        let text = format!("Das Gerät {} braucht Strom. Es steht im Schrank.", word(n));
        serde_json::json!({ "id": n.to_string(), "title": format!("Schrank {n}"), "text": text }).to_string()
    };
    let docs: Vec<String> = (0..COUNT).filter(there).map(line).collect();
    let bench = bench(&docs.join("\n")).await;
    let query = |n: usize| {
        // What was taken away is asked for as something in a cupboard, and found there.
        let text = format!("Welches Gerät im Schrank braucht Strom wie {}?", word(n));
        serde_json::json!({ "id": n.to_string(), "text": text, "relevant": [n.to_string()] }).to_string()
    };
    let queries: Vec<String> = (0..COUNT).map(query).collect();
    let queries = read_queries(queries.join("\n").as_bytes()).unwrap();
    let held = (0..COUNT).filter(there).map(|n| n.to_string()).collect();
    texts("set", &bench, &held, &queries, asking).await
}

/// The same as teachers' questions over guides.
fn both(cases: &[Case]) -> Vec<Case> {
    let guides = cases.iter().map(|case| Case { group: GUIDES, teachers: true, ..case.clone() });
    guides.chain(cases.iter().cloned()).collect()
}

#[tokio::test]
async fn without_a_model_nothing_is_heard() {
    let mut asking = Asking::default();
    let cases = cases(&mut asking).await;
    assert!(cases.len() >= COUNT / 2 && asking.asked == 0, "{}", cases.len());
    assert!(cases.iter().all(|case| !case.heard && (case.counts - 1.0).abs() < 1e-9));
    let fitted = fit(&both(&cases)).unwrap();
    let told = fitted.groups.values().flat_map(|group| group.weights.keys());
    assert!(told.clone().all(|name| !name.starts_with("model_")), "{:?}", told.collect::<Vec<_>>());
}

#[tokio::test]
async fn a_model_that_tells_right_from_wrong_gets_a_weight() {
    let model = Arc::new(knowing());
    let mut asking = Asking::new(Some(model.clone()));
    let cases = cases(&mut asking).await;
    assert_eq!((2 * asking.asked, asking.failed, model.requests().len()), (cases.len(), 0, asking.asked));
    assert!(model.requests().iter().all(|request| request.allowed.is_some()), "strict, as it would be live");
    let none = FEATURES.iter().position(|name| *name == "model_none").unwrap();
    for pair in cases.chunks(2) {
        let [before, after] = pair else { panic!("each case twice") };
        assert!(
            !before.heard && after.heard && (before.counts + after.counts - 1.0).abs() < 1e-9 && before.id == after.id
        );
        assert!(
            before.values[none].abs() < 1e-9 && (after.values[none] - if after.right { 0.1 } else { 1.0 }).abs() < 1e-6
        );
    }
    let right = cases.iter().filter(|case| case.right).count();
    assert!(right > 0 && right < cases.len());

    let cases = both(&cases);
    let fitted = fit(&cases).unwrap();
    for (group, weights) in &fitted.groups {
        assert!(weights.weights["model_none"] < 0.0, "{group}: {weights:?}");
    }
    let auroc = |set: &str| fitted.figures[set]["auroc"];
    assert!(auroc("set, model heard") > 0.99 && auroc("set, model heard") >= auroc("set"), "{:?}", fitted.figures);
    // The threshold is found with what is known when it decides.
    let decided = asked(&cases, &fitted.log_odds);
    assert_eq!(decided.len(), cases.iter().filter(|case| case.teachers && !case.removed).count() / 2);

    // And what was fitted is heard: the same evidence is worth less once the model doubts it.
    let model = ConfidenceModel { groups: fitted.groups, own: None, ..ConfidenceModel::default() };
    let wrong = cases.iter().position(|case| case.heard && !case.right).unwrap();
    let sure = |at: usize| {
        let values: [f64; FEATURES.len()] = cases[at].values.clone().try_into().unwrap();
        confidence(Some(&Evidence { group: cases[at].group, values }), &model).value
    };
    assert!(sure(wrong) < sure(wrong - 1), "{} {}", sure(wrong), sure(wrong - 1));
}
