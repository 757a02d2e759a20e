//! The passages as one reader sees them: in her language, her school's documents
//! and no others, the authority's values in the place of placeholders. Works beside
//! the asynchronous server; whatever fails is logged here and becomes a reason.

use std::{sync::Arc, time::Instant};

use crate::{
    domain::{
        document::{Passage, Purpose},
        lang::Lang,
        text::{fold, words},
    },
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
                by_purpose(&mut results.hits, &question.text);
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

/// What a guide for using something is worth where something is broken, and the reverse.
const OTHER_PURPOSE: f32 = 0.8;
/// How people ask for instructions, folded; at the beginning or as whole words.
const ASKS_HOW: [&str; 16] = [
    "wie kann",
    "wie geht das",
    "wie mach",
    "wie bekomm",
    "wie zeig",
    "wie spiegel",
    "wie schliess",
    "wie nutz",
    "wie benutz",
    "wie richt",
    "wie starte",
    "anleitung",
    "how to",
    "how do",
    "how can",
    "ich mocht",
];
/// What says that something does not work, folded whole words.
const BROKEN: [&str; 30] = [
    "nicht",
    "nich",
    "net",
    "nix",
    "kein",
    "keine",
    "keinen",
    "kaputt",
    "defekt",
    "fehler",
    "weg",
    "fehlt",
    "gesperrt",
    "vergessen",
    "falsch",
    "hangt",
    "spinnt",
    "stumm",
    "schwarz",
    "tot",
    "ned",
    "not",
    "no",
    "broken",
    "wrong",
    "t",
    "cannot",
    "error",
    "dead",
    "geht",
];

/// Whether somebody wants to know how to use something; `None` where the words do not tell.
fn asks_how(text: &str) -> Option<bool> {
    let folded = fold(text);
    let broken = words(&folded).any(|word| BROKEN.contains(&word));
    let how = ASKS_HOW.iter().any(|beginning| folded.contains(beginning));
    match (how, broken) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        // "Wie geht das": the verb alone is no fault.
        (true, true) if folded.contains("wie geht das") => Some(true),
        _ => None,
    }
}

/// A guide for using something does not answer a fault, if another does.
fn by_purpose(hits: &mut [Hit], text: &str) {
    let Some(how) = asks_how(text) else { return };
    let other = if how { Purpose::Fault } else { Purpose::HowTo };
    for hit in hits.iter_mut() {
        let purpose = hit.passage.meta.purpose.or((!hit.passage.meta.problems.is_empty()).then_some(Purpose::Fault));
        if purpose == Some(other) {
            hit.score *= OTHER_PURPOSE;
            hit.covered *= OTHER_PURPOSE;
        }
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
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
    fn instructions_are_told_from_faults() {
        for (text, expected) in [
            ("wie spiegel ich mein ipad auf die tafel", Some(true)),
            ("Wie geht das mit dem Visualizer?", Some(true)),
            ("How do I connect my laptop", Some(true)),
            ("elmo geht nicht", Some(false)),
            ("kein ton", Some(false)),
            ("wie kann es sein dass der beamer nicht angeht", None),
            ("beamer", None),
        ] {
            assert_eq!(asks_how(text), expected, "{text}");
        }
        let mut hits = vec![hit("how-to", Lang::De, None, 5.0), hit("fault", Lang::De, None, 4.5)];
        hits[0].passage.meta.purpose = Some(Purpose::HowTo);
        hits[1].passage.meta.problems = vec!["P09".into()];
        by_purpose(&mut hits, "elmo geht nicht");
        assert_eq!(hits[0].passage.document, "fault");
        by_purpose(&mut hits, "wie benutze ich die elmo");
        assert_eq!(hits[0].passage.document, "how-to");
    }

    #[test]
    fn a_guide_and_its_translation_are_one() {
        let all =
            |pairs: &[(&str, f32)]| pairs.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect::<Vec<_>>();
        assert_eq!(left(Lang::De), all(&[("a", 8.0), ("b", 7.0), ("c-en", 4.0)]));
        assert_eq!(left(Lang::En), all(&[("a-en", 8.0), ("b", 7.0), ("a-en", 6.0), ("c-en", 4.0)]));
    }
}
