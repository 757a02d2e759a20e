//! `eval retrieval`: is the right document among the first ten, and where?

use std::{collections::BTreeSet, time::Instant};

use serde::Serialize;

use super::{
    metrics::{Latency, mean, ndcg, recall, reciprocal_rank},
    plain::Plain,
    sets::Query,
};
use crate::support::bench::Bench;

/// Documents looked at.
const DEPTH: usize = 10;

/// The figures, means over the queries that have a relevant document; `None` where none has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// All queries of the set, each of which was searched.
    pub queries: usize,
    #[serde(rename = "recall@1")]
    pub recall_1: Option<f64>,
    #[serde(rename = "recall@5")]
    pub recall_5: Option<f64>,
    #[serde(rename = "recall@10")]
    pub recall_10: Option<f64>,
    #[serde(rename = "mrr@10")]
    pub mrr: Option<f64>,
    #[serde(rename = "ndcg@10")]
    pub ndcg: Option<f64>,
    /// Of the search alone, one query after the other.
    pub latency_ms: Latency,
}

/// Searches every query.
///
/// # Errors
/// What the index reports.
pub fn run(bench: &Bench, queries: &[Query]) -> anyhow::Result<Report> {
    measure(queries, |query| Ok(bench.ranking(query, DEPTH)?))
}

/// The same queries by plain BM25: what the figures are to be compared with.
///
/// # Errors
/// As [`run`].
pub fn plain(documents: &Plain, queries: &[Query]) -> anyhow::Result<Report> {
    measure(queries, |query| Ok(documents.ranking(query, DEPTH)))
}

fn measure(queries: &[Query], search: impl Fn(&str) -> anyhow::Result<Vec<String>>) -> anyhow::Result<Report> {
    let (mut times, mut ranked) = (Vec::with_capacity(queries.len()), Vec::new());
    for query in queries {
        let started = Instant::now();
        let ranking = search(&query.text)?;
        times.push(started.elapsed());
        let relevant: BTreeSet<&str> = query.relevant.iter().map(String::as_str).collect();
        if !relevant.is_empty() {
            ranked.push((ranking, relevant));
        }
    }
    let at = |k: usize| mean(ranked.iter().map(|(ranking, relevant)| recall(ranking, relevant, k)));
    Ok(Report {
        queries: queries.len(),
        recall_1: at(1),
        recall_5: at(5),
        recall_10: at(10),
        mrr: mean(ranked.iter().map(|(ranking, relevant)| reciprocal_rank(ranking, relevant, DEPTH))),
        ndcg: mean(ranked.iter().map(|(ranking, relevant)| ndcg(ranking, relevant, DEPTH))),
        latency_ms: Latency::of(times),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        eval::sets::read_queries,
        support::bench::tests::{DOCS, bench},
    };

    #[tokio::test]
    async fn figures_of_a_small_set_and_their_names() {
        let queries = r#"{"id":"1","text":"Kartusche Toner","relevant":["toner"]}
{"id":"2","text":"Quastenflosser","relevant":["stau"]}
{"id":"3","text":"gerade herausziehen","relevant":["stau","gone"]}
{"id":"4","text":"Kartusche","relevant":[]}"#;
        let report = run(&bench(DOCS).await, &read_queries(queries.as_bytes()).unwrap()).unwrap();
        let json = serde_json::to_value(&report).unwrap();
        let figure = |name: &str| json[name].as_f64().unwrap();
        assert_eq!(json["queries"], 4);
        // 1, 0 and one half, over the three that have a relevant document.
        assert!((figure("recall@1") - 0.5).abs() < 1e-9 && (figure("recall@10") - 0.5).abs() < 1e-9, "{json}");
        assert!((figure("mrr@10") - 2.0 / 3.0).abs() < 1e-9, "{json}");
        assert!(figure("ndcg@10") > 0.5 && figure("recall@5") > 0.0 && json["latency_ms"]["p99"].is_number());
    }
}
