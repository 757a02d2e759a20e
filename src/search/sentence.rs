//! A sentence that is looked for as it stands: pasted from a document, or read off it.

use crate::domain::{
    document::Passage,
    text::{fold, words},
};

/// Fewer words than this are a question, not a sentence of somebody's.
const FEWEST: usize = 5;

/// The words of a query in their order, folded.
pub(super) struct Sentence(Option<String>);

impl Sentence {
    pub(super) fn of(text: &str) -> Self {
        let words = words(text).count();
        Self((words >= FEWEST).then(|| level(text)))
    }

    /// Whether the query is long enough to be one.
    pub(super) fn is_one(&self) -> bool {
        self.0.is_some()
    }

    /// Whether it stands in the passage word for word, whatever the punctuation.
    pub(super) fn stands_in(&self, passage: &Passage) -> bool {
        self.0.as_ref().is_some_and(|sentence| level(&passage.chunk.text()).contains(sentence.as_str()))
    }
}

/// Words alone, each between blanks.
fn level(text: &str) -> String {
    let mut level = String::from(" ");
    for word in words(text) {
        level.push_str(&fold(word));
        level.push(' ');
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Block, Chunk, Kind, Meta};

    #[test]
    fn word_for_word_and_not_in_pieces() {
        let text = "Der Beamer in Raum 204 läuft. Er wird warm.".to_owned();
        let passage = Passage {
            document: "x".into(),
            revision: String::new(),
            title: String::new(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk: Chunk { number: 0, heading: Vec::new(), page: None, blocks: vec![Block::Paragraph { text }] },
            school: None,
        };
        assert!(Sentence::of("der beamer, in Raum 204: laeuft").stands_in(&passage));
        for other in ["Der Beamer in Raum 20 läuft", "Beamer läuft in Raum 204 der", "Der Beamer"] {
            assert!(!Sentence::of(other).stands_in(&passage), "{other}");
        }
    }
}
