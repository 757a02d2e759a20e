//! The answer without a model: the source's own words. Steps of a guide in their
//! order, sentences of a text in theirs, each with the passage that it stands in.

use crate::{
    domain::{
        citation::{Citation, Sentence},
        document::{Block, Passage},
    },
    search::Hit,
};

/// Below this many characters a passage of prose is quoted whole.
const WHOLE_BELOW: usize = 1_000;
/// Sentences quoted from longer prose.
const SENTENCES: usize = 6;
/// Sentences quoted from the section that lets a lesson go on.
const WORKAROUND_SENTENCES: usize = 2;
/// How the sections begin that hold the workaround, folded.
const WORKAROUND: [&str; 2] = ["sofort weiter", "keep teaching"];

/// What is quoted, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quoted {
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
}

/// Quotes the best hit. `document` are all passages of its document, in order;
/// `most` bounds the number of steps.
#[must_use]
pub fn quote(hit: &Hit, document: &[Passage], most: usize) -> Quoted {
    let mut quoted = Quoted::default();
    let main = main_passage(hit, document);
    let same = main.chunk.number == hit.passage.chunk.number;
    quoted.add(main, &chosen_units(main, if same { &hit.best_units } else { &[] }, most));
    if has_steps(main)
        && let Some(workaround) = document.iter().find(|passage| headed(passage, &WORKAROUND))
        && workaround.chunk.number != main.chunk.number
    {
        let units: Vec<u32> =
            workaround.chunk.units().iter().take(WORKAROUND_SENTENCES).map(|unit| unit.index).collect();
        quoted.add(workaround, &units);
    }
    quoted
}

/// The section of a guide that lets a lesson go on; nothing, where it has none.
#[must_use]
pub fn workaround(document: &[Passage]) -> Quoted {
    let mut quoted = Quoted::default();
    if let Some(workaround) = document.iter().find(|passage| headed(passage, &WORKAROUND)) {
        let units: Vec<u32> =
            workaround.chunk.units().iter().take(WORKAROUND_SENTENCES).map(|unit| unit.index).collect();
        quoted.add(workaround, &units);
    }
    quoted
}

/// The passage that a teacher can act on: the steps of the guide that was found,
/// else the hit itself.
fn main_passage<'a>(hit: &'a Hit, document: &'a [Passage]) -> &'a Passage {
    if has_steps(&hit.passage) {
        return &hit.passage;
    }
    document.iter().find(|passage| has_steps(passage)).unwrap_or(&hit.passage)
}

fn has_steps(passage: &Passage) -> bool {
    passage.chunk.blocks.iter().any(|block| matches!(block, Block::Step { .. }))
}

/// Whether the passage stands under one of the headings given, folded.
#[must_use]
pub fn headed(passage: &Passage, beginnings: &[&str]) -> bool {
    let heading = crate::domain::text::fold(passage.chunk.heading.last().map_or("", String::as_str));
    beginnings.iter().any(|beginning| heading.starts_with(beginning))
}

/// Whether a citation points at a workaround: shown under its own heading.
#[must_use]
pub fn is_workaround(heading: &str) -> bool {
    let last = crate::domain::text::fold(heading.rsplit(" › ").next().unwrap_or_default());
    WORKAROUND.iter().any(|beginning| last.starts_with(beginning))
}

/// Steps in their order; of prose all, or the best sentences in their order.
fn chosen_units(passage: &Passage, best: &[u32], most: usize) -> Vec<u32> {
    let units = passage.quotable();
    let steps: Vec<u32> = units.iter().filter(|unit| unit.step.is_some()).map(|unit| unit.index).take(most).collect();
    if !steps.is_empty() {
        return steps;
    }
    let length: usize = units.iter().map(|unit| unit.text.chars().count()).sum();
    if length <= WHOLE_BELOW || best.is_empty() {
        return units.iter().map(|unit| unit.index).take(most.max(SENTENCES)).collect();
    }
    let open = |index: &u32| units.iter().any(|unit| unit.index == *index);
    let mut chosen: Vec<u32> = best.iter().copied().filter(open).take(SENTENCES).collect();
    chosen.sort_unstable();
    chosen
}

impl Quoted {
    fn add(&mut self, passage: &Passage, units: &[u32]) {
        let n = u32::try_from(self.citations.len() + 1).unwrap_or(u32::MAX);
        for unit in passage.chunk.units().iter().filter(|unit| units.contains(&unit.index)) {
            self.sentences.push(Sentence {
                text: unit.text.to_owned(),
                citations: vec![n],
                step: unit.step,
                units: vec![unit.index],
            });
        }
        self.citations.push(Citation::new(n, passage, units));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Chunk, Kind, Meta};

    fn passage(number: u32, heading: &str, blocks: Vec<Block>) -> Passage {
        Passage {
            school: None,
            document: "guides/x".into(),
            revision: "1".into(),
            title: "X".into(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk: Chunk { number, heading: vec![heading.into()], page: None, blocks },
        }
    }

    fn hit(passage: Passage, best_units: Vec<u32>) -> Hit {
        Hit {
            passage,
            score: 1.0,
            possible: 1.0,
            covered: 1.0,
            snippet: String::new(),
            best_units,
            signals: crate::search::Signals::default(),
        }
    }

    #[test]
    fn the_steps_of_the_guide_are_quoted_whatever_part_was_hit() {
        let steps =
            (1..=9).map(|number| Block::Step { number, text: format!("Schritt {number}. Dann weiter.") }).collect();
        let document = [
            passage(0, "Sofort weiter unterrichten", vec![Block::Paragraph { text: "Eins. Zwei. Drei.".into() }]),
            passage(1, "Schritt für Schritt", steps),
            passage(2, "Wenn das nicht hilft", vec![Block::Paragraph { text: "Melden.".into() }]),
        ];
        let quoted = quote(&hit(document[2].clone(), vec![0]), &document, 8);
        assert_eq!(quoted.sentences.len(), 8 + 2);
        assert_eq!(quoted.sentences[0].text, "Schritt 1. Dann weiter.");
        assert_eq!((quoted.citations[0].chunk.as_str(), quoted.citations[1].chunk.as_str()), ("1", "0"));
        assert!(is_workaround(&quoted.citations[1].heading) && !is_workaround(&quoted.citations[0].heading));
        assert_eq!(quoted.citations[1].quote, "Eins. Zwei.");
    }

    #[test]
    fn of_long_prose_the_best_sentences_are_quoted_in_their_order() {
        let sentence = |n: usize| format!("Satz {n} {}.", "wort ".repeat(40).trim());
        let text = (1..=9).map(sentence).collect::<Vec<_>>().join(" ");
        let document = [passage(0, "", vec![Block::Paragraph { text }])];
        let quoted = quote(&hit(document[0].clone(), vec![7, 2, 5, 0, 1]), &document, 8);
        let starts: Vec<&str> = quoted.sentences.iter().map(|s| &s.text[..6]).collect();
        assert_eq!(starts, ["Satz 1", "Satz 2", "Satz 3", "Satz 6", "Satz 8"]);
    }
}
