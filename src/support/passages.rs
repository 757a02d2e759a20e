//! The passages as one reader sees them: in her language, her school's documents
//! and no others, the authority's values in the place of placeholders. Works beside
//! the asynchronous server; whatever fails is logged here and becomes a reason.

mod found;
mod platforms;
mod suit;

use std::{sync::Arc, time::Instant};

use self::suit::{Reader, arrange};
pub use crate::search::{SIGNALS, SearchError};

pub(super) use self::suit::asks_how;

pub use self::{
    found::{Found, FoundHit},
    platforms::PlatformNames,
};

use crate::{
    config::Ranking,
    domain::{
        document::{Audience, Meta, Passage},
        lang::Lang,
    },
    search::{Hit, Index, Query, Results, Scope},
    support::{directory::Schools, language::Languages, redact::without_masks, respond::Question, wordings::Wordings},
};

/// Why nothing could be looked up.
pub(super) const UNAVAILABLE: &str = "search_unavailable";

/// What is looked for, and for whom.
#[derive(Clone, Debug)]
pub struct Asked {
    pub text: String,
    /// Language of the page, where the text does not tell.
    pub lang: Lang,
    pub school: Option<String>,
    pub audience: Audience,
}

impl Asked {
    /// What a question looks for.
    #[must_use]
    pub fn of(question: &Question) -> Self {
        let Question { text, sought, lang, school, audience, .. } = question;
        Self { text: sought.as_ref().unwrap_or(text).clone(), lang: *lang, school: school.clone(), audience: *audience }
    }
}

/// Looks passages up for the ladder.
pub struct Passages {
    pub index: Index,
    pub languages: Arc<Languages>,
    pub schools: Schools,
    pub platforms: PlatformNames,
    /// Which problem a message is about, by how it is worded.
    pub wordings: Arc<Wordings>,
}

impl Passages {
    /// The `most` best hits and the milliseconds they took, or the reason why there are none.
    pub(super) async fn search(
        self: &Arc<Self>,
        question: &Question,
        most: usize,
    ) -> Result<(Results, f64), &'static str> {
        let started = Instant::now();
        let (passages, asked) = (Arc::clone(self), Asked::of(question));
        match tokio::task::spawn_blocking(move || passages.find(&asked, most)).await {
            Ok(Ok(results)) => Ok((results, millis(started))),
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

    /// The `most` best hits as one reader sees them.
    ///
    /// # Errors
    /// What the index reports.
    pub fn find(&self, asked: &Asked, most: usize) -> Result<Results, SearchError> {
        let text = without_masks(&asked.text);
        let lang = self.languages.of(&asked.text, asked.lang);
        let query = Query {
            lang,
            scope: Scope { school: asked.school.clone(), audience: asked.audience },
            values: self.schools.values(asked.school.as_deref()),
            about: self.about(&text),
            text,
        };
        let reader = Reader {
            lang,
            text: &asked.text,
            named: self.platforms.said(&asked.text),
            school: self.platforms.said(query.values.get("platform").map_or("", String::as_str)),
        };
        // Some more than asked for: a guide and its translation are one.
        let mut results = self.index.search(&query, 2 * most)?;
        arrange(&mut results.hits, &reader);
        results.hits.truncate(most);
        Ok(results)
    }

    /// The problems that a text is about. Whoever wants to know how to use something has
    /// none of the list.
    fn about(&self, text: &str) -> Vec<(String, f32)> {
        if asks_how(text) == Some(true) { Vec::new() } else { self.wordings.read(text).problems() }
    }

    /// The best chunks with weights that are tried, whoever asks.
    ///
    /// # Errors
    /// What the index reports.
    pub fn hits_with(&self, text: &str, lang: Lang, most: usize, weights: &Ranking) -> Result<Vec<Hit>, SearchError> {
        let query = Query {
            text: text.to_owned(),
            lang: self.languages.of(text, lang),
            about: self.about(text),
            ..Query::default()
        };
        Ok(self.index.search_with(&query, most, weights)?.hits)
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

    /// What a document says of itself, for our own decisions; `None` where it is gone.
    pub(super) fn meta(&self, document: &str) -> Option<Meta> {
        let passages = self.index.as_written(document).ok()?;
        passages.into_iter().next().map(|passage| passage.meta)
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
