//! `fit confidence`: how likely the first hit is the right one, learnt where that is
//! known. Texts: each set twice, with one half of its articles taken away and with the
//! other, so that about half of the questions have nothing that answers them. Guides:
//! teachers' questions as they are, and once more without any document for their problem.
//! What a rule decides never gets a confidence, and is left out. With a language model each
//! case counts twice, half each: as it is when the decision to answer falls, before the model
//! was asked, and with what it said then.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    super::{
        answers::Verdict,
        metrics::{Judged, auroc, coverage_at_risk, ece, share},
        sets::{Query, Question},
    },
    logistic::{self, Feature, FitError, Options, Row, Sign, sigmoid},
    validate::cross_validate,
};
use crate::{
    config::Weights,
    domain::{conformal, document::Document, outcome::Outcome, text::clean},
    support::{
        Support,
        answer::Heard,
        bench::{Asking, Bench},
        evidence::{Evidence, FEATURES, GUIDES, TEXTS},
        passages::Asked,
        respond::Question as Wanted,
    },
};

/// Hits that the ladder looks at.
const HITS: usize = 10;

/// One answer that may be right.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a line of a table, one column each")]
pub struct Case {
    pub set: String,
    pub id: String,
    /// `guides` or `texts`.
    pub group: &'static str,
    pub values: Vec<f64>,
    pub right: bool,
    /// Documents were taken away for it.
    pub removed: bool,
    /// A teacher's question over the guides, not one of a set of texts.
    pub teachers: bool,
    /// With what a language model said of it.
    pub heard: bool,
    /// What it counts: 1, or half of it where it stands here with and without that.
    pub counts: f64,
}

/// The documents of one half: articles (documents of one title) stay together.
#[must_use]
pub fn half(documents: &[Document], which: bool) -> Vec<Document> {
    let titles: BTreeSet<&str> = documents.iter().map(|document| document.title.as_str()).collect();
    // Where nearly each has a title of its own, or none has any, the documents are the articles.
    let by_title = titles.len() > 1 && 2 * titles.len() < documents.len();
    let even = |document: &Document| {
        let name = if by_title { &document.title } else { &document.id };
        let sum = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
        // The low bits of such a sum say little.
        (sum ^ (sum >> 15)).wrapping_mul(0x2c1b_3c6d).count_ones() % 2 == 0
    };
    documents.iter().filter(|document| even(document) == which).cloned().collect()
}

/// Cases of a set of texts, over a bench that holds one half of its documents.
pub async fn texts(
    set: &str,
    bench: &Bench,
    held: &BTreeSet<String>,
    queries: &[Query],
    asking: &mut Asking,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for query in queries.iter().filter(|query| query.answerable()) {
        let left = query.left(held);
        let reply = bench.reply(&query.text).await;
        if !matches!(reply.outcome, Outcome::Answered) {
            continue;
        }
        let Some((results, evidence)) = bench.evidence(&query.text) else { continue };
        let heard = asking.of(&bench.responder, &results, &bench.question(&query.text)).await;
        let right = Verdict::of(&left, &reply).right();
        let kind = Kind { set, id: &query.id, right, removed: !left.answerable(), teachers: false };
        cases.extend(kind.cases(evidence, heard));
    }
    cases
}

/// Cases of teachers' questions over the indexed knowledge.
///
/// # Errors
/// What the index reports.
pub async fn guides(
    set: &str,
    support: &Support,
    questions: &[Question],
    asking: &mut Asking,
) -> anyhow::Result<Vec<Case>> {
    let responder = &support.responder;
    let mut cases = Vec::new();
    for question in questions {
        let text = support.desk.redactor.mask(&clean(&question.question)).text;
        let reading = responder.read(&text);
        if responder.decided(&text, &reading) {
            continue;
        }
        let wanted = Wanted::new(text.clone(), question.lang);
        let mut results = responder.passages.find(&Asked::of(&wanted), HITS)?;
        let names = |problems: &[String]| question.problem.as_ref().is_some_and(|one| problems.contains(one));
        if let Some(evidence) = responder.evidence(&results, &text, &reading) {
            let right = question.answerable && names(&results.hits[0].passage.meta.problems);
            let heard = asking.of(responder, &results, &wanted).await;
            let kind = Kind { set, id: &question.id, right, removed: false, teachers: true };
            cases.extend(kind.cases(evidence, heard));
        }
        if question.answerable && question.problem.is_some() {
            results.hits.retain(|hit| !names(&hit.passage.meta.problems));
            let Some(evidence) = responder.evidence(&results, &text, &reading) else { continue };
            let heard = asking.of(responder, &results, &wanted).await;
            let kind = Kind { set, id: &question.id, right: false, removed: true, teachers: true };
            cases.extend(kind.cases(evidence, heard));
        }
    }
    Ok(cases)
}

/// What a case is, apart from its features.
struct Kind<'a> {
    set: &'a str,
    id: &'a str,
    right: bool,
    removed: bool,
    teachers: bool,
}

impl Kind<'_> {
    /// The case as it is before a model was asked, and as it is after, where one said something.
    fn cases(&self, evidence: Evidence, heard: Option<Heard>) -> impl Iterator<Item = Case> {
        let after = heard.map(|heard| {
            let mut after = evidence.clone();
            after.hear(&heard);
            after
        });
        let after = after.filter(|after| *after != evidence);
        let counts = if after.is_some() { 0.5 } else { 1.0 };
        let case = |evidence: Evidence, heard: bool| Case {
            set: self.set.to_owned(),
            id: self.id.to_owned(),
            group: evidence.group,
            values: evidence.values.to_vec(),
            right: self.right,
            removed: self.removed,
            teachers: self.teachers,
            heard,
            counts,
        };
        let after = after.map(|evidence| case(evidence, true));
        std::iter::once(case(evidence, false)).chain(after)
    }
}

/// Penalty of the weights, in units of cases.
const RIDGE: f64 = 2.0;
/// Parts into which the cases are cut to judge each by a model that has not seen it.
const FOLDS: usize = 5;
/// Features are of the size of 1, and many are computed in 32 bits: less is no difference.
const ROUNDING: f64 = 1e-5;
/// Features that may only raise the odds, and such that may only lower them.
const RAISES: [&str; 18] = [
    "problem",
    "problem_first",
    "margin",
    "lead",
    "lexical",
    "heaviest",
    "coverage",
    "known_coverage",
    "mass",
    "title",
    "title_said",
    "sentence",
    "sentences",
    "pairs",
    "asked",
    "number",
    "device_named",
    "model_logprob",
];
const LOWERS: [&str; 8] =
    ["model_none", "none", "danger", "unknown", "missed", "device_missed", "typos", "other_language"];

/// A model, and what it gives for cases that it had not seen.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub groups: BTreeMap<String, Weights>,
    /// Of each case, in their order.
    pub log_odds: Vec<f64>,
    /// Set by set: cases, share of the right, area under the curve, calibration error, coverage at 5 % risk.
    pub figures: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Fits a model to each group. Every set of a group counts the same.
///
/// # Errors
/// Where a group has no cases, or all are of one kind.
pub fn fit(cases: &[Case]) -> Result<Fitted, FitError> {
    let mut groups = BTreeMap::new();
    let mut log_odds = vec![0.0; cases.len()];
    for group in [GUIDES, TEXTS] {
        // A guide without problems is never right for a question that has one: nothing to learn for texts.
        let counts = |case: &Case| case.group == group && (group == GUIDES || !case.teachers);
        let places: Vec<usize> = (0..cases.len()).filter(|at| counts(&cases[*at])).collect();
        let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
        for at in &places {
            *sizes.entry(cases[*at].set.as_str()).or_default() += cases[*at].counts;
        }
        // What never varies in a group, or by rounding alone, says nothing there.
        let varies = |feature: usize| {
            places.iter().any(|at| (cases[*at].values[feature] - cases[places[0]].values[feature]).abs() > ROUNDING)
        };
        let used: Vec<usize> = (0..FEATURES.len()).filter(|feature| varies(*feature)).collect();
        let features: Vec<Feature> = used.iter().map(|at| Feature::new(FEATURES[*at], sign(FEATURES[*at]))).collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of sets")]
        let mean = sizes.values().sum::<f64>() / sizes.len().max(1) as f64;
        let rows: Vec<Row> = places
            .iter()
            .map(|at| Row {
                values: used.iter().map(|feature| cases[*at].values[*feature]).collect(),
                right: cases[*at].right,
                weight: cases[*at].counts * mean / sizes[cases[*at].set.as_str()],
            })
            .collect();
        let names: Vec<String> = places.iter().map(|at| format!("{}/{}", cases[*at].set, cases[*at].id)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let options = Options { l2: RIDGE, ..Options::default() };
        let validated = cross_validate(&features, &rows, &names, FOLDS, options)?;
        for (at, odds) in places.iter().zip(validated.log_odds) {
            log_odds[*at] = odds;
        }
        let model = logistic::fit(&features, &rows, options)?;
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        let weights = model.weights.into_iter().map(|(name, weight)| (name, rounded(weight)));
        let weights = weights.filter(|(_, weight)| weight.abs() > 0.0).collect();
        groups.insert(group.to_owned(), Weights { intercept: rounded(model.intercept), weights });
    }
    let figures = figures(cases, &log_odds);
    Ok(Fitted { groups, log_odds, figures })
}

fn sign(name: &str) -> Sign {
    if RAISES.contains(&name) {
        Sign::Raises
    } else if LOWERS.contains(&name) {
        Sign::Lowers
    } else {
        Sign::Free
    }
}

fn figures(cases: &[Case], log_odds: &[f64]) -> BTreeMap<String, BTreeMap<String, f64>> {
    let mut sets: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
    for (case, odds) in cases.iter().zip(log_odds) {
        let heard = if case.heard { ", model heard" } else { "" };
        sets.entry(format!("{}{heard}", case.set))
            .or_default()
            .push(Judged { confidence: sigmoid(*odds), right: case.right });
    }
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "a count of cases")]
    let row = |judged: &[Judged]| {
        let right = judged.iter().filter(|one| one.right).count();
        [
            ("cases", Some(judged.len() as f64)),
            ("right", share(right, judged.len())),
            ("auroc", auroc(judged)),
            ("ece", ece(judged, 15)),
            ("coverage_at_5_percent_risk", coverage_at_risk(judged, 5)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), rounded(value?))))
        .collect()
    };
    sets.into_iter().map(|(set, judged)| (set, row(&judged))).collect()
}

/// What the thresholds are found with: teachers' questions as they are, before a model was
/// asked, for that is when they decide.
#[must_use]
pub fn asked(cases: &[Case], log_odds: &[f64]) -> Vec<conformal::Case> {
    let asked = cases.iter().zip(log_odds).filter(|(case, _)| case.teachers && !case.removed && !case.heard);
    asked.map(|(case, odds)| conformal::Case { confidence: *odds, wrong: !case.right }).collect()
}

#[cfg(test)]
#[path = "confidence_tests.rs"]
mod tests;
