//! The passages as one reader sees them: in her language, her school's documents
//! and no others, the authority's values in the place of placeholders. Works beside
//! the asynchronous server; whatever fails is logged here and becomes a reason.

use std::{sync::Arc, time::Instant};

use crate::{
    domain::{document::Passage, lang::Lang},
    search::{Hit, Index, Query, Results, Scope},
    support::{directory::Schools, language::Languages, redact::without_masks, respond::Question},
};

/// Why nothing could be looked up.
pub(super) const UNAVAILABLE: &str = "search_unavailable";

/// Looks passages up for the ladder.
pub struct Passages {
    pub index: Index,
    pub languages: Arc<Languages>,
    pub schools: Schools,
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
        };
        let index = self.index.clone();
        // Some more than asked for: a guide and its translation are one.
        match tokio::task::spawn_blocking(move || index.search(&query, 2 * most)).await {
            Ok(Ok(mut results)) => {
                in_one_language(&mut results.hits, lang);
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
            Ok(Ok(passages)) => Ok(passages),
            _ => Err(UNAVAILABLE),
        }
    }

    /// One passage that was cited.
    pub(super) fn cited(&self, document: &str, chunk: u32, question: &Question) -> Option<Passage> {
        let values = self.schools.values(question.school.as_deref());
        self.index.passage(document, chunk, &values).ok().flatten()
    }
}

/// Of a guide and its translation only the one in the reader's language stays, in
/// the better one's place: the other is no second opinion.
fn in_one_language(hits: &mut Vec<Hit>, lang: Lang) {
    let family = |hit: &Hit| hit.passage.meta.translation_of.clone().unwrap_or_else(|| hit.passage.document.clone());
    let families: Vec<String> = hits.iter().map(family).collect();
    let preferred = |at: &usize| hits[*at].passage.meta.lang == lang;
    let of = |name: &String| (0..families.len()).filter(|at| families[*at] == *name).collect::<Vec<usize>>();
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    let mut taken: Vec<usize> = Vec::new();
    for (at, name) in families.iter().enumerate() {
        let members = of(name);
        let speaks = members.iter().any(preferred);
        if !speaks || members.len() == 1 {
            kept.push(hits[at].clone());
            continue;
        }
        // The next of those in her language; once there is none left, the family is told.
        if let Some(next) = members.iter().find(|at| preferred(at) && !taken.contains(at)) {
            taken.push(*next);
            let score = hits[at].score.max(hits[*next].score);
            kept.push(Hit { score, covered: hits[at].covered.max(hits[*next].covered), ..hits[*next].clone() });
        }
    }
    *hits = kept;
}

/// Milliseconds since `started`, to a hundredth.
pub(super) fn millis(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Chunk, Kind, Meta};

    fn hit(document: &str, lang: Lang, translation_of: Option<&str>, score: f32) -> Hit {
        let meta = Meta { lang, translation_of: translation_of.map(Into::into), ..Meta::default() };
        let chunk = Chunk { number: 0, heading: Vec::new(), page: None, blocks: Vec::new() };
        let passage = Passage {
            document: document.into(),
            revision: String::new(),
            title: document.into(),
            kind: Kind::Guide,
            meta,
            chunk,
        };
        Hit { passage, score, possible: 9.0, covered: score / 9.0, snippet: String::new(), best_units: Vec::new() }
    }

    fn left(lang: Lang) -> Vec<(String, f32)> {
        let mut hits = vec![
            hit("a", Lang::De, None, 8.0),
            hit("b", Lang::De, None, 7.0),
            hit("a-en", Lang::En, Some("a"), 6.0),
            hit("a-en", Lang::En, Some("a"), 5.0),
            hit("c-en", Lang::En, Some("c"), 4.0),
        ];
        in_one_language(&mut hits, lang);
        hits.into_iter().map(|hit| (hit.passage.document, hit.score)).collect()
    }

    #[test]
    fn a_guide_and_its_translation_are_one() {
        let all =
            |pairs: &[(&str, f32)]| pairs.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect::<Vec<_>>();
        assert_eq!(left(Lang::De), all(&[("a", 8.0), ("b", 7.0), ("c-en", 4.0)]));
        assert_eq!(left(Lang::En), all(&[("a-en", 8.0), ("b", 7.0), ("a-en", 6.0), ("c-en", 4.0)]));
    }
}
