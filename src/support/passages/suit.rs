//! Which of the hits suit who asks: of a guide and its translation the one in her
//! language, guides for a fault where something is broken, guides for a platform
//! where it is hers. What does not suit steps back; nothing is hidden.

use std::collections::BTreeSet;

use crate::{
    domain::{
        document::{Kind, Purpose},
        lang::Lang,
        text::{fold, words},
    },
    search::Hit,
};

/// What is known of who asks.
pub(super) struct Reader<'a> {
    pub(super) lang: Lang,
    pub(super) text: &'a str,
    /// What she names of platforms, as in front matter; other words may be among them.
    pub(super) named: BTreeSet<String>,
    /// The same of what her school has.
    pub(super) school: BTreeSet<String>,
}

/// Brings the hits into the order that suits the reader.
pub(super) fn arrange(hits: &mut Vec<Hit>, reader: &Reader<'_>) {
    in_one_language(hits, reader.lang);
    by_purpose(hits, reader.text);
    by_platform(hits, reader);
    guides_before_cases(hits);
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    each_document_once(hits);
}

/// The best passage of each document goes before all others: a second passage of the
/// same guide is no second opinion.
fn each_document_once(hits: &mut Vec<Hit>) {
    let mut seen = BTreeSet::new();
    let (first, rest): (Vec<Hit>, Vec<Hit>) = hits.drain(..).partition(|hit| seen.insert(hit.passage.document.clone()));
    hits.extend(first.into_iter().chain(rest));
}

/// A past case speaks to staff, but it says which problem this is: the best guide for
/// that problem takes its place, where it holds enough of the question itself.
fn guides_before_cases(hits: &mut [Hit]) {
    for at in 0..hits.len() {
        if hits[at].passage.kind != Kind::Resolution {
            continue;
        }
        let shares =
            |hit: &Hit| hit.passage.meta.problems.iter().any(|one| hits[at].passage.meta.problems.contains(one));
        let guides = (0..hits.len()).filter(|n| hits[*n].passage.kind != Kind::Resolution && shares(&hits[*n]));
        let best = guides.max_by(|a, b| hits[*a].score.total_cmp(&hits[*b].score));
        if let Some(guide) = best
            && hits[guide].score < hits[at].score
            && hits[guide].score >= ENOUGH * hits[at].score
        {
            let score = hits[at].score;
            hits[at].score = hits[guide].score;
            hits[guide].score = score;
        }
    }
}

/// A guide that holds for one platform only is worth less to whoever has another.
fn by_platform(hits: &mut [Hit], reader: &Reader<'_>) {
    let any =
        |set: &BTreeSet<String>| hits.iter().flat_map(|hit| &hit.passage.meta.platforms).any(|one| set.contains(one));
    // What she names goes before what her school has.
    let platforms = if any(&reader.named) { &reader.named } else { &reader.school };
    for hit in hits.iter_mut() {
        let of = &hit.passage.meta.platforms;
        if !of.is_empty() && !of.iter().any(|platform| platforms.contains(platform)) {
            hit.step_back();
        }
    }
}

impl Hit {
    fn step_back(&mut self) {
        self.score *= STEP_BACK;
        self.covered *= STEP_BACK;
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

/// Share of a past case's score that a guide for its problem must reach to stand for it.
const ENOUGH: f32 = 0.5;
/// What is left of the score of a hit that does not suit.
const STEP_BACK: f32 = 0.8;
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
/// Who does it, after "wie" and a verb.
const PERSON: [&str; 3] = ["ich", "man", "wir"];
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
pub(in crate::support) fn asks_how(text: &str) -> Option<bool> {
    let folded = fold(text);
    let broken = words(&folded).any(|word| BROKEN.contains(&word));
    let said: Vec<&str> = words(&folded).collect();
    // "Wie verbinde ich …", "wie gibt man …"
    let person = |three: &[&str]| three[0] == "wie" && PERSON.contains(&three[2]) && three[1] != "soll";
    let how = ASKS_HOW.iter().any(|beginning| folded.contains(beginning)) || said.windows(3).any(person);
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
            hit.step_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Chunk, Meta, Passage};

    fn hit(document: &str, lang: Lang, translation_of: Option<&str>, score: f32) -> Hit {
        let meta = Meta { lang, translation_of: translation_of.map(Into::into), ..Meta::default() };
        let chunk = Chunk { number: 0, heading: Vec::new(), page: None, blocks: Vec::new() };
        let passage = Passage {
            school: None,
            document: document.into(),
            revision: String::new(),
            title: document.into(),
            kind: Kind::Guide,
            meta,
            chunk,
        };
        Hit {
            passage,
            score,
            possible: 9.0,
            covered: score / 9.0,
            snippet: String::new(),
            best_units: Vec::new(),
            signals: crate::search::Signals::default(),
        }
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
            ("Wie gebe ich eine Datei an die ganze Klasse?", Some(true)),
            ("Wie soll ich so unterrichten, Beamer dunkel", None),
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
        let reader = |text| Reader { lang: Lang::De, text, named: BTreeSet::new(), school: BTreeSet::new() };
        arrange(&mut hits, &reader("elmo geht nicht"));
        assert_eq!(hits[0].passage.document, "fault");
        arrange(&mut hits, &reader("wie benutze ich die elmo"));
        assert_eq!(hits[0].passage.document, "how-to");
    }

    #[test]
    fn a_guide_and_its_translation_are_one() {
        let all =
            |pairs: &[(&str, f32)]| pairs.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect::<Vec<_>>();
        assert_eq!(left(Lang::De), all(&[("a", 8.0), ("b", 7.0), ("c-en", 4.0)]));
        assert_eq!(left(Lang::En), all(&[("a-en", 8.0), ("b", 7.0), ("a-en", 6.0), ("c-en", 4.0)]));
    }

    #[test]
    fn a_platform_that_is_not_hers_steps_back() {
        let mut hits = vec![hit("iserv", Lang::De, None, 5.0), hit("any", Lang::De, None, 4.5)];
        hits[0].passage.meta.platforms = vec!["iserv".into()];
        for (named, school, first) in
            [("iserv", "moodle", "iserv"), ("anmeldung", "iserv", "iserv"), ("anmeldung", "moodle", "any")]
        {
            let mut hits = hits.clone();
            let reader =
                Reader { lang: Lang::De, text: "x", named: [named.into()].into(), school: [school.into()].into() };
            arrange(&mut hits, &reader);
            assert_eq!(hits[0].passage.document, first, "{named} {school}");
        }
    }

    #[test]
    fn a_guide_goes_before_a_past_case_of_its_problem() {
        let mut hits = vec![
            hit("case", Lang::De, None, 8.0),
            hit("other", Lang::De, None, 5.0),
            hit("guide", Lang::De, None, 4.0),
        ];
        hits[0].passage.kind = Kind::Resolution;
        hits[0].passage.meta.problems = vec!["P20".into()];
        hits[1].passage.meta.problems = vec!["P18".into()];
        hits[2].passage.meta.problems = vec!["P20".into()];
        let reader = Reader { lang: Lang::De, text: "x", named: BTreeSet::new(), school: BTreeSet::new() };
        let mut all = hits.clone();
        arrange(&mut all, &reader);
        let order = |hits: &[Hit]| hits.iter().map(|hit| hit.passage.document.clone()).collect::<Vec<_>>();
        assert_eq!(order(&all), ["guide", "other", "case"]);
        hits.truncate(2);
        arrange(&mut hits, &reader);
        assert_eq!(order(&hits), ["case", "other"], "no guide for its problem: the case answers");
    }
}
