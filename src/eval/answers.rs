//! `eval answers`: is the answer right, and does the product know when it is not?
//!
//! Every query goes through the ladder without a threshold, so that each has an
//! answer that can be judged and a confidence that can be ranked; `answered` counts
//! with the configured threshold.

use std::time::Instant;

use serde::Serialize;

use super::{
    metrics::{Judged, Latency, Sureness, share},
    sets::Query,
};
use crate::{
    domain::outcome::{Answer, Outcome},
    support::bench::Bench,
};

/// The figures. `None` where a set says nothing about one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub queries: usize,
    /// Share of the queries that are answered, with the configured threshold.
    pub answered: Option<f64>,
    #[serde(flatten)]
    pub sure: Sureness,
    /// Of the answerable queries with `answers`, the share whose answer holds one.
    pub answer_contains: Option<f64>,
    /// Of the whole ladder, one query after the other.
    pub latency_ms: Latency,
    /// Share of all queries that are right, were all answered.
    pub right: Option<f64>,
    /// Share of the answered that are wrong, with the configured threshold.
    pub risk: Option<f64>,
    pub threshold: f64,
    /// Each query, in the order of the set: for the pictures.
    #[serde(skip)]
    pub judged: Vec<Judged>,
}

/// Asks every query. `threshold` is the configured confidence from which an answer is given.
pub async fn run(bench: &Bench, queries: &[Query], threshold: f64) -> Report {
    let (mut times, mut verdicts) = (Vec::with_capacity(queries.len()), Vec::with_capacity(queries.len()));
    for query in queries {
        let started = Instant::now();
        let reply = bench.reply(&query.text).await;
        times.push(started.elapsed());
        verdicts.push(Verdict::of(query, &reply));
    }
    report(&verdicts, threshold, Latency::of(times))
}

/// What became of one query.
pub(super) struct Verdict {
    judged: Judged,
    /// An answer was there, were it sure enough.
    replied: bool,
    /// Whether it holds one of the answers wanted; `None` where none is or none should be given.
    contains: Option<bool>,
}

impl Verdict {
    pub(super) fn of(query: &Query, reply: &Answer) -> Self {
        let replied = matches!(reply.outcome, Outcome::Answered | Outcome::Flow);
        let first = reply.citations.first().map(|citation| &citation.document);
        let relevant = first.is_some_and(|document| query.relevant.contains(document));
        let wanted = query.answerable() && !query.answers.is_empty();
        let contains = wanted.then(|| replied && contains_any(&reply.answer, &query.answers));
        let right = query.answerable() && replied && relevant && contains.unwrap_or(true);
        Self { judged: Judged { confidence: reply.confidence, right }, replied, contains }
    }

    pub(super) fn right(&self) -> bool {
        self.judged.right
    }
}

fn report(verdicts: &[Verdict], threshold: f64, latency_ms: Latency) -> Report {
    let judged: Vec<Judged> = verdicts.iter().map(|verdict| verdict.judged).collect();
    let answered: Vec<&Verdict> =
        verdicts.iter().filter(|verdict| verdict.replied && verdict.judged.confidence >= threshold).collect();
    let wrong = answered.iter().filter(|verdict| !verdict.judged.right).count();
    let wanted: Vec<bool> = verdicts.iter().filter_map(|verdict| verdict.contains).collect();
    Report {
        queries: verdicts.len(),
        answered: share(answered.len(), verdicts.len()),
        sure: Sureness::of(&judged),
        answer_contains: share(wanted.iter().filter(|held| **held).count(), wanted.len()),
        latency_ms,
        right: share(judged.iter().filter(|one| one.right).count(), judged.len()),
        risk: share(wrong, answered.len()),
        threshold,
        judged,
    }
}

/// Upper and lower case and the kind of white space do not matter.
fn contains_any(text: &str, answers: &[String]) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = plain(text);
    answers.iter().map(|answer| plain(answer)).any(|answer| !answer.is_empty() && text.contains(&answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        eval::sets::read_queries,
        support::bench::tests::{DOCS, bench},
    };

    #[test]
    fn an_answer_is_looked_for_as_a_reader_would() {
        let answers = ["10th  century".to_owned()];
        assert!(contains_any("In the 10TH\ncentury.", &answers));
        assert!(!contains_any("In the 11th century.", &answers));
        assert!(!contains_any("anything", &[String::new()]));
    }

    #[tokio::test]
    async fn right_is_the_document_and_the_answer() {
        let queries = r#"{"id":"1","text":"Kartusche mit Toner","relevant":["toner"],"answers":["neue kartusche"]}
{"id":"2","text":"Kartusche mit Toner neu","relevant":["toner"],"answers":["Quastenflosser"]}
{"id":"3","text":"Toner und Kartusche","relevant":["toner"],"answers":["Kartusche"],"answerable":false}
{"id":"4","text":"Papier gerade heraus","relevant":["stau"]}
{"id":"5","text":"Quastenflosser","relevant":["stau"]}
{"id":"6","text":"Kartusche","relevant":["stau"]}"#;
        let bench = bench(DOCS).await;
        let queries = read_queries(queries.as_bytes()).unwrap();
        let mut right = Vec::new();
        for query in &queries {
            right.push(Verdict::of(query, &bench.reply(&query.text).await).judged.right);
        }
        assert_eq!(right, [true, false, false, true, false, false]);
        let report = run(&bench, &queries, 0.0).await;
        // All but the one that finds nothing.
        assert_eq!((report.answered, report.right), (share(5, 6), share(2, 6)));
        assert_eq!((report.risk, report.answer_contains), (share(3, 5), share(1, 2)));
        assert_eq!(run(&bench, &queries, 1.1).await.answered, Some(0.0));
        let json = serde_json::to_value(&report).unwrap();
        for key in ["auroc", "aurc", "ece", "coverage_at_5_percent_risk"] {
            assert!(json[key].is_number(), "{key} in {json}");
        }
    }
}
