//! `fit confidence`: how likely the first hit is the right one, learnt where that is
//! known. Texts: each set twice, with one half of its articles taken away and with the
//! other, so that about half of the questions have nothing that answers them. Guides:
//! teachers' questions as they are, and once more without any document for their problem.
//! What a rule decides never gets a confidence, and is left out.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::{
    answers::Verdict,
    sets::{Query, Question},
};
use crate::{
    domain::{
        document::{Audience, Document},
        outcome::Outcome,
        text::clean,
    },
    support::{
        Support,
        bench::Bench,
        evidence::{Evidence, FEATURES},
        passages::Asked,
    },
};

/// Hits that the ladder looks at.
const HITS: usize = 10;

/// One answer that may be right.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    pub set: String,
    pub id: String,
    /// `guides` or `texts`.
    pub group: &'static str,
    pub values: Vec<f64>,
    pub right: bool,
    /// Documents were taken away for it.
    pub removed: bool,
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
pub async fn texts(set: &str, bench: &Bench, held: &BTreeSet<String>, queries: &[Query]) -> Vec<Case> {
    let mut cases = Vec::new();
    for query in queries.iter().filter(|query| query.answerable()) {
        let left = query.left(held);
        let reply = bench.reply(&query.text).await;
        if !matches!(reply.outcome, Outcome::Answered) {
            continue;
        }
        let Some(evidence) = bench.evidence(&query.text) else { continue };
        let right = Verdict::of(&left, &reply).right();
        cases.push(case(set, &query.id, &evidence, right, !left.answerable()));
    }
    cases
}

/// Cases of teachers' questions over the indexed knowledge.
///
/// # Errors
/// What the index reports.
pub fn guides(set: &str, support: &Support, questions: &[Question]) -> anyhow::Result<Vec<Case>> {
    let responder = &support.responder;
    let mut cases = Vec::new();
    for question in questions {
        let text = support.desk.redactor.mask(&clean(&question.question)).text;
        if responder.decided(&text) {
            continue;
        }
        let asked = Asked { text: text.clone(), lang: question.lang, school: None, audience: Audience::Teacher };
        let mut results = responder.passages.find(&asked, HITS)?;
        let names = |problems: &[String]| question.problem.as_ref().is_some_and(|one| problems.contains(one));
        if let Some(evidence) = responder.evidence(&results, &text) {
            let right = question.answerable && names(&results.hits[0].passage.meta.problems);
            cases.push(case(set, &question.id, &evidence, right, false));
        }
        if question.answerable && question.problem.is_some() {
            results.hits.retain(|hit| !names(&hit.passage.meta.problems));
            let evidence = responder.evidence(&results, &text);
            cases.extend(evidence.map(|evidence| case(set, &question.id, &evidence, false, true)));
        }
    }
    Ok(cases)
}

fn case(set: &str, id: &str, evidence: &Evidence, right: bool, removed: bool) -> Case {
    debug_assert_eq!(evidence.values.len(), FEATURES.len());
    Case {
        set: set.to_owned(),
        id: id.to_owned(),
        group: evidence.group,
        values: evidence.values.to_vec(),
        right,
        removed,
    }
}
