//! What was found, as the command `search` and its endpoint show it.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::{Asked, Passages};
use crate::{
    domain::{citation::passage_url, document::Kind},
    search::SearchError,
};

/// The contract's `search --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub took_ms: f64,
    pub hits: Vec<FoundHit>,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundHit {
    pub document: String,
    pub chunk: String,
    pub revision: String,
    pub title: String,
    pub heading: String,
    pub page: Option<u32>,
    pub kind: Kind,
    pub problems: Vec<String>,
    pub score: f32,
    pub snippet: String,
    pub url: String,
}

impl Passages {
    /// The best `k` passages, as the contract shows them.
    ///
    /// # Errors
    /// What the index reports.
    pub fn found(&self, asked: &Asked, k: usize) -> Result<Found, SearchError> {
        let started = Instant::now();
        let results = self.find(asked, k)?;
        let hits = results.hits.into_iter().map(|hit| {
            let marks: Vec<u32> = hit.best_units.iter().copied().take(1).collect();
            FoundHit {
                url: passage_url(&hit.passage, &marks),
                chunk: hit.passage.chunk.number.to_string(),
                heading: hit.passage.chunk.heading_line(),
                page: hit.passage.chunk.page,
                kind: hit.passage.kind,
                problems: hit.passage.meta.problems,
                document: hit.passage.document,
                revision: hit.passage.revision,
                title: hit.passage.title,
                score: hit.score,
                snippet: hit.snippet,
            }
        });
        let hits = hits.collect();
        Ok(Found { took_ms: started.elapsed().as_secs_f64() * 1000.0, hits })
    }
}
