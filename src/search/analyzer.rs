//! What of a text goes into which field of the index, and the same for a
//! question, so that both meet: stems of the text's language, parts of German
//! compounds, pieces of four letters, and whole words for typo candidates.
//! Whoever changes what comes out raises [`VERSION`]: the index is then rebuilt.

use sha2::{Digest, Sha256};

use super::{
    compound::Splitter,
    stem::{Stems, is_stop},
    words::{Form, Word, words},
};
use crate::domain::{lang::Lang, lexicon::Lexicon, orders::ORDERS, text::fold};

/// Raised with every change of the analysis or of the index's fields.
const VERSION: u32 = 3;
/// Letters of a piece of a word.
const PIECE: usize = 4;
/// Marks the edge of a word in a piece.
const EDGE: char = '_';

/// What tells one analysis from another: a hash over its version and the
/// lexicon's compound parts and orders. Synonyms, translations and typos work on the
/// question and leave an index valid.
#[must_use]
pub fn fingerprint(lexicon: &Lexicon) -> String {
    use std::fmt::Write as _;
    let mut parts: Vec<String> = lexicon.compounds.iter().map(|part| fold(part)).collect();
    parts.sort_unstable();
    parts.dedup();
    let mut hash = Sha256::new();
    hash.update(VERSION.to_le_bytes());
    for part in &parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    // What is left out of a document is left out when it is read: other rules, read anew.
    let orders = lexicon.rules.iter().filter(|rule| rule.id == ORDERS).flat_map(|rule| &rule.when);
    for condition in orders.filter(|condition| condition.documents) {
        hash.update(format!("{condition:?}").as_bytes());
    }
    hash.finalize()[..8].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The part of it that fitted weights depend on: the analysis without the lexicon's words.
#[must_use]
pub fn analysis() -> String {
    format!("v{VERSION}-pieces{PIECE}")
}

/// The tokens of one text, field by field, in reading order.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    pub(super) stems: Vec<String>,
    /// Stems of the parts of compounds.
    pub(super) parts: Vec<String>,
    /// Runs of four letters, with a space between; stop words too.
    pub(super) pieces: String,
    pub(super) words: Vec<String>,
}

/// Turns text into tokens. Cloning is cheap beside analysing a document.
#[derive(Clone)]
pub(super) struct Analyzer {
    pub(super) stems: Stems,
    pub(super) splitter: std::sync::Arc<Splitter>,
}

impl Analyzer {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        let parts = lexicon.compounds.iter().map(|part| fold(part.trim()));
        Self { stems: Stems::new(), splitter: std::sync::Arc::new(Splitter::new(parts)) }
    }

    /// All tokens of a text.
    pub(super) fn tokens(&mut self, text: &str, lang: Lang) -> Tokens {
        let mut tokens = Tokens::default();
        for word in words(text) {
            for piece in pieces(&word.form.folded) {
                tokens.pieces.push_str(&piece);
                tokens.pieces.push(' ');
            }
            for form in word.forms().filter(|form| !is_stop(form, lang)) {
                tokens.stems.push(self.stems.stem(form, lang));
                self.add_parts(form, lang, &mut tokens.parts);
                tokens.words.push(lang.pick(&form.folded, &form.plain).clone());
            }
        }
        tokens
    }

    /// Stems of a word, of its hyphenated pieces and of its parts, without stop words.
    pub(super) fn stems(&mut self, word: &Word, lang: Lang) -> Vec<String> {
        let mut stems = Vec::new();
        for form in word.forms().filter(|form| !is_stop(form, lang)) {
            stems.push(self.stems.stem(form, lang));
            self.add_parts(form, lang, &mut stems);
        }
        stems
    }

    fn add_parts(&mut self, form: &Form, lang: Lang, stems: &mut Vec<String>) {
        if lang == Lang::De {
            let parts = self.splitter.split(&form.folded);
            stems.extend(parts.into_iter().map(|part| self.stems.german(part)));
        }
    }
}

/// All runs of four letters of a folded word, its beginning and end marked: `_bea`,
/// `beam`, … `mer_`. Shorter words are one piece.
pub(super) fn pieces(word: &str) -> Vec<String> {
    let letters: Vec<char> = std::iter::once(EDGE).chain(word.chars()).chain([EDGE]).collect();
    if letters.len() <= PIECE {
        return vec![letters.into_iter().collect()];
    }
    letters.windows(PIECE).map(|window| window.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_stems_parts_and_pieces() {
        let lexicon = Lexicon { compounds: vec!["Lehrer".into(), "Zimmer".into()], ..Lexicon::default() };
        let tokens = Analyzer::new(&lexicon).tokens("Das Lehrerzimmer im W-LAN", Lang::De);
        assert_eq!(tokens.words, ["lehrerzimmer", "wlan", "lan"]);
        assert_eq!(tokens.parts.len(), 2);
        assert!(tokens.pieces.contains(" zimm ") && tokens.pieces.starts_with("_das das_ _leh "));
        assert_eq!(pieces("an"), ["_an_"]);
    }

    #[test]
    fn the_fingerprint_follows_the_compounds() {
        let with = |parts: &[&str]| Lexicon {
            compounds: parts.iter().map(|part| (*part).to_owned()).collect(),
            ..Lexicon::default()
        };
        assert_eq!(fingerprint(&with(&["a", "b"])), fingerprint(&with(&["b", "a"])));
        assert_ne!(fingerprint(&with(&["a", "b"])), fingerprint(&with(&["ab"])));
        assert_eq!(fingerprint(&Lexicon::default()).len(), 16);
    }
}
