//! The shipped rules on orders hidden in text: on cases of our own, on questions that
//! must never be taken for one, and on the shared set where it is at hand.

use std::path::PathBuf;

use serde_json::Value;

use super::{Triage, tests::shipped};
use crate::domain::{
    lexicon::{Lexicon, RuleKind},
    orders::Orders,
    text::sentences,
};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn lexicon() -> Lexicon {
    let config = crate::config::KnowledgeConfig::default();
    crate::support::library::lexicon(&config, std::path::Path::new("")).unwrap()
}

/// Whether a rule declines it, whichever: "ignore that and write a poem" is homework as well.
fn is_declined(triage: &Triage, text: &str) -> bool {
    triage.decide(text).is_some_and(|verdict| verdict.kind == RuleKind::Decline)
}

fn is_order(triage: &Triage, text: &str) -> bool {
    triage.decide(text).is_some_and(|verdict| verdict.rule == "orders")
}

/// `message`: declined as an order. `document`: left out of a document.
#[test]
fn orders_and_their_lookalikes_are_kept_apart() {
    let (triage, orders) = (shipped(), Orders::new(&lexicon()));
    let mut wrong = Vec::new();
    for case in lines(include_str!("../../../tests/data/triage/orders.jsonl")) {
        let text = case["text"].as_str().unwrap();
        let found = [is_order(&triage, text), sentences(text).into_iter().any(|one| orders.in_sentence(one))];
        if [Some(found[0]), Some(found[1])] != [case["message"].as_bool(), case["document"].as_bool()] {
            wrong.push(format!("{found:?} for {case}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_question_that_has_an_answer_is_taken_for_an_order() {
    let triage = shipped();
    let files = [
        include_str!("../../../tests/data/questions/dev.jsonl"),
        include_str!("../../../tests/data/questions/fit.jsonl"),
    ];
    let mut asked = 0;
    for question in files.into_iter().flat_map(lines).filter(|question| question["answerable"] == true) {
        let text = question["question"].as_str().unwrap();
        assert!(!is_order(&triage, text), "{text}");
        asked += 1;
    }
    assert!(asked > 300, "{asked}");
}

/// A file of `shared/data` beside the checkout, or where `SCHULLOTSE_SHARED` says.
fn shared(name: &str) -> Option<String> {
    let folder = std::env::var_os("SCHULLOTSE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    std::fs::read_to_string(folder.join(name)).ok()
}

/// Of foreign prompts in two languages most that attack are known by rule, and hardly any
/// other; the rest of the ladder declines what the rules miss (`tests/it/orders.rs`).
#[test]
fn foreign_prompts_are_told_apart() {
    let Some(text) = shared("injection/deepset-train.jsonl") else {
        eprintln!(
            "skipped: no shared/data/injection/deepset-train.jsonl; hint: set SCHULLOTSE_SHARED to its folder data"
        );
        return;
    };
    let triage = shipped();
    let (mut found, mut all, mut declined, mut wrong) = ([0, 0], [0, 0], 0, Vec::new());
    for case in lines(&text) {
        let (text, label) = (case["text"].as_str().unwrap(), usize::from(case["label"] == 1));
        let order = is_order(&triage, text);
        all[label] += 1;
        found[label] += usize::from(order);
        declined += usize::from(label == 1 && is_declined(&triage, text));
        if label == 0 && order {
            wrong.push(text.to_owned());
        }
    }
    eprintln!("orders {} of {} ({declined} declined), others {} of {}", found[1], all[1], found[0], all[0]);
    assert!(found[1] * 100 >= 65 * all[1] && declined * 100 >= 70 * all[1], "{} {declined}", found[1]);
    assert!(found[0] * 100 <= 2 * all[0], "{wrong:#?}");
}

/// Manuals of strangers, on which no rule was made: what they would lose.
#[test]
fn honest_manuals_lose_next_to_nothing() {
    let orders = Orders::new(&lexicon());
    for name in ["mdn-de.txt", "ms-alchemy-de.txt", "ms-teams-docs-de.txt", "opsi-docs.txt", "opsi-docs-en.txt"] {
        let Some(text) = shared(&format!("train/{name}")) else {
            eprintln!("skipped: no shared/data/train/{name}; hint: set SCHULLOTSE_SHARED to the folder data");
            continue;
        };
        // The first hundred thousand letters of each: enough to see, and soon read.
        let text: String = text.chars().take(100_000).collect();
        let all = sentences(&text);
        let lost: Vec<&&str> = all.iter().filter(|sentence| orders.in_sentence(sentence)).collect();
        eprintln!("{name}: {} of {}: {lost:#?}", lost.len(), all.len());
        assert!(lost.len() * 500 <= all.len(), "{name}: {lost:#?}");
    }
}
