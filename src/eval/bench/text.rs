//! Writes German documents that look like guides, any number of them. Words are
//! drawn as often as they stand in real guides, so that few are in nearly every text
//! and most are rare; compounds of their nouns are made up beside them by a
//! Pitman–Yor process (Teh 2006), so that the vocabulary keeps growing with a power
//! of the text's length (Heaps' law), as it does in German. The same seed writes
//! the same texts.

use std::collections::HashSet;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::domain::document::{Audience, Block, Document, Kind, Meta, Section};

/// Share of words that are made-up compounds.
const COMPOUNDS: f64 = 0.08;
/// The Pitman–Yor process: the vocabulary of compounds grows with this power …
const DISCOUNT: f64 = 0.75;
/// … and at first one in one is new.
const STRENGTH: f64 = 100.0;
/// Share of words that speak of the document's own subject.
const SUBJECT: f64 = 0.2;
/// One document in so many is for one school only, or for staff.
const FOR_A_SCHOOL: usize = 20;
const FOR_STAFF: usize = 50;
/// Schools that have documents of their own.
const SCHOOLS: usize = 40;

const TITLES: [&str; 6] = [
    "# geht nicht",
    "# anschließen",
    "Das Problem mit # lösen",
    "# einrichten",
    "# zeigt einen Fehler",
    "Mit # arbeiten",
];
const HEADINGS: [&str; 6] =
    ["Schritte", "Wenn das nicht hilft", "Was Sie brauchen", "# prüfen", "Hinweise zu #", "Wann Sie es melden"];

/// Writes documents.
pub struct Writer {
    rng: StdRng,
    /// Running text of real guides, word by word: drawing from it is drawing by frequency.
    running: Vec<String>,
    nouns: Vec<String>,
    compounds: Vec<String>,
    /// Which compound was used, use by use.
    used: Vec<u32>,
}

impl Writer {
    /// A writer that knows the words of some texts.
    ///
    /// # Panics
    /// Where the texts hold no noun.
    #[must_use]
    pub fn new(texts: &[String], seed: u64) -> Self {
        let letters = |word: &&str| word.chars().all(char::is_alphabetic);
        let running: Vec<String> = texts
            .iter()
            .flat_map(|text| text.split(|ch: char| !ch.is_alphanumeric()))
            .filter(|word| !word.is_empty())
            .filter(letters)
            .map(str::to_owned)
            .collect();
        let noun = |word: &&String| word.chars().count() > 3 && word.chars().next().is_some_and(char::is_uppercase);
        let mut known = HashSet::new();
        let nouns: Vec<String> =
            running.iter().filter(noun).filter(|word| known.insert((*word).clone())).cloned().collect();
        assert!(!nouns.is_empty(), "there are nouns in the texts");
        Self { rng: StdRng::seed_from_u64(seed), running, nouns, compounds: Vec::new(), used: Vec::new() }
    }

    /// A document; the same number is the same document, written anew.
    pub fn document(&mut self, number: usize) -> Document {
        let subject: Vec<String> = (0..6).map(|_| self.noun()).collect();
        let title = self.heading(&TITLES, &subject);
        let sections = [3..6, 2..5].map(|steps| {
            let heading = vec![self.heading(&HEADINGS, &subject)];
            let steps = self.rng.random_range(steps);
            let step = |number| Block::Step { number, text: self.sentences(&subject) };
            Section { heading, page: None, blocks: (1..=steps).map(step).collect() }
        });
        let meta = Meta {
            schools: if number.is_multiple_of(FOR_A_SCHOOL) { vec![school(number / FOR_A_SCHOOL)] } else { vec![] },
            audience: if number % FOR_STAFF == 1 { Audience::Staff } else { Audience::Teacher },
            ..Meta::default()
        };
        let revision = format!("{:016x}", self.rng.random::<u64>());
        let id = format!("erzeugt/{number:07}");
        Document { id, title, kind: Kind::Guide, meta, revision, sections: sections.into() }
    }

    /// A school that has documents of its own.
    pub fn any_school(&mut self) -> String {
        school(self.rng.random_range(0..SCHOOLS))
    }

    /// A noun of the guides as often as it stands there, or a compound.
    pub fn noun(&mut self) -> String {
        if self.rng.random_bool(0.3) {
            return self.compound();
        }
        let word = self.running[self.rng.random_range(0..self.running.len())].clone();
        if word.chars().count() > 3 && word.chars().next().is_some_and(char::is_uppercase) {
            word
        } else {
            self.nouns[self.rng.random_range(0..self.nouns.len())].clone()
        }
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.rng.random_range(0..end)
    }

    fn compound(&mut self) -> String {
        let (kinds, uses) = (float(self.compounds.len()), float(self.used.len()));
        let at = if self.rng.random_bool((STRENGTH + DISCOUNT * kinds) / (STRENGTH + uses).max(1.0)) {
            let [modifier, head] = [0; 2].map(|_| self.rng.random_range(0..self.nouns.len()));
            let link = ["", "s", "en"][self.rng.random_range(0..3)];
            self.compounds.push(format!("{}{link}{}", self.nouns[modifier], self.nouns[head].to_lowercase()));
            self.compounds.len() - 1
        } else {
            self.used[self.rng.random_range(0..self.used.len())] as usize
        };
        self.used.push(u32::try_from(at).unwrap_or(u32::MAX));
        self.compounds[at].clone()
    }

    fn word(&mut self, subject: &[String]) -> String {
        if self.rng.random_bool(COMPOUNDS) {
            self.compound()
        } else if self.rng.random_bool(SUBJECT) {
            subject[self.rng.random_range(0..subject.len())].clone()
        } else {
            self.running[self.rng.random_range(0..self.running.len())].clone()
        }
    }

    fn heading(&mut self, shapes: &[&str], subject: &[String]) -> String {
        let (shape, word) = (self.rng.random_range(0..shapes.len()), self.rng.random_range(0..2));
        shapes[shape].replace('#', &subject[word])
    }

    /// One or two sentences.
    fn sentences(&mut self, subject: &[String]) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.random_range(1..3) {
            for at in 0..self.rng.random_range(6..16) {
                let word = self.word(subject);
                let mut letters = word.chars();
                let first = letters.next().filter(|_| at == 0).map(|first| first.to_uppercase().collect::<String>());
                if !text.is_empty() {
                    text.push(' ');
                }
                match first {
                    Some(first) => text.extend([first.as_str(), letters.as_str()]),
                    None => text.push_str(&word),
                }
            }
            text.push('.');
        }
        text
    }
}

/// All text of a document.
#[must_use]
pub fn text(document: &Document) -> String {
    let sections = document
        .sections
        .iter()
        .flat_map(|section| section.heading.iter().map(String::as_str).chain(section.blocks.iter().map(Block::text)));
    std::iter::once(document.title.as_str()).chain(sections).collect::<Vec<_>>().join("\n")
}

fn school(number: usize) -> String {
    format!("schule-{}", number % SCHOOLS)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn writer(seed: u64) -> Writer {
        Writer::new(&crate::support::library::builtin_texts(), seed)
    }

    fn words(documents: &[Document]) -> Vec<String> {
        let text: Vec<String> = documents.iter().map(text).collect();
        text.join(" ").split(|ch: char| !ch.is_alphabetic()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn documents_look_like_guides_and_come_again_with_the_seed() {
        let write = |seed| (0..200).scan(writer(seed), |writer, at| Some(writer.document(at))).collect::<Vec<_>>();
        let documents = write(7);
        assert_eq!(documents, write(7));
        assert_ne!(documents[3], write(8)[3]);
        let mean = words(&documents).len() / documents.len();
        assert!((100..140).contains(&mean), "{mean} words each");
        assert!(documents[0].meta.schools == ["schule-0"] && documents[1].meta.audience == Audience::Staff);
        let ids: HashSet<&str> = documents.iter().map(|document| document.id.as_str()).collect();
        assert_eq!(ids.len(), 200);
    }

    #[test]
    fn the_vocabulary_keeps_growing_and_ever_more_slowly() {
        let mut writer = writer(1);
        let documents: Vec<Document> = (0..2_000).map(|at| writer.document(at)).collect();
        let different = |documents: &[Document]| words(documents).into_iter().collect::<HashSet<_>>().len();
        let (quarter, all) = (different(&documents[..500]), different(&documents));
        // Four times the text: words grow by less than four times, and by more than a closed vocabulary would.
        assert!(all > quarter + quarter / 3 && all < 4 * quarter, "{quarter}, then {all}");
    }
}
