//! The passages as one reader sees them: in her language, her school's documents
//! and no others, the authority's values in the place of placeholders. Works beside
//! the asynchronous server; whatever fails is logged here and becomes a reason.

mod platforms;
mod suit;

use std::{sync::Arc, time::Instant};

pub use self::platforms::PlatformNames;
use self::suit::{Reader, arrange};

use crate::{
    domain::document::Passage,
    search::{Index, Query, Results, Scope},
    support::{directory::Schools, language::Languages, redact::without_masks, respond::Question},
};

/// Why nothing could be looked up.
pub(super) const UNAVAILABLE: &str = "search_unavailable";

/// Looks passages up for the ladder.
pub struct Passages {
    pub index: Index,
    pub languages: Arc<Languages>,
    pub schools: Schools,
    pub platforms: PlatformNames,
}

impl Passages {
    /// The `most` best hits and the milliseconds they took, or the reason why there are none.
    pub(super) async fn search(&self, question: &Question, most: usize) -> Result<(Results, f64), &'static str> {
        let started = Instant::now();
        let lang = self.languages.of(&question.text, question.lang);
        let query = Query {
            text: without_masks(&question.text),
            lang,
            scope: Scope { school: question.school.clone(), audience: question.audience },
            values: self.schools.values(question.school.as_deref()),
            about: Vec::new(),
        };
        let reader = Reader {
            lang,
            text: &question.text,
            named: self.platforms.said(&question.text),
            school: self.platforms.said(query.values.get("platform").map_or("", String::as_str)),
        };
        let index = self.index.clone();
        // Some more than asked for: a guide and its translation are one.
        match tokio::task::spawn_blocking(move || index.search(&query, 2 * most)).await {
            Ok(Ok(mut results)) => {
                arrange(&mut results.hits, &reader);
                results.hits.truncate(most);
                Ok((results, millis(started)))
            }
            Ok(Err(error)) => {
                tracing::error!(error = %error, "search failed");
                Err(UNAVAILABLE)
            }
            Err(error) => {
                tracing::error!(panicked = error.is_panic(), "search ended without a result");
                Err(UNAVAILABLE)
            }
        }
    }

    /// All passages of a document, in order; whether the reader may see it is the caller's question.
    pub(super) async fn document(&self, id: &str, question: &Question) -> Result<Vec<Passage>, &'static str> {
        let (index, id) = (self.index.clone(), id.to_owned());
        let values = self.schools.values(question.school.as_deref());
        match tokio::task::spawn_blocking(move || index.document(&id, &values)).await {
            Ok(Ok(mut passages)) => {
                for passage in &mut passages {
                    passage.school.clone_from(&question.school);
                }
                Ok(passages)
            }
            _ => Err(UNAVAILABLE),
        }
    }

    /// One passage that was cited.
    pub(super) fn cited(&self, document: &str, chunk: u32, question: &Question) -> Option<Passage> {
        let values = self.schools.values(question.school.as_deref());
        let passage = self.index.passage(document, chunk, &values).ok().flatten();
        passage.map(|passage| Passage { school: question.school.clone(), ..passage })
    }
}

/// Milliseconds since `started`, to a hundredth.
pub(super) fn millis(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}
