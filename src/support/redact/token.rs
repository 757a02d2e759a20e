//! Cuts a message into words with their places and properties.
//!
//! A word is a run of letters and digits, joined by inner hyphens and
//! apostrophes (`Müller-Lüdenscheidt`, `Lina's`, `EB-L200F`). What another rule
//! has masked already is one opaque word that no rule of names touches.

use std::ops::Range;

use super::{
    case::{german, surnames},
    vocabulary::{Class, ENDINGS, Vocabulary},
};
use crate::domain::text::fold;

/// A word of the message.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts of how a word is written")]
pub(super) struct Token {
    /// Bytes in the text.
    pub(super) range: Range<usize>,
    pub(super) folded: String,
    pub(super) class: Class,
    /// Begins with a capital.
    pub(super) capital: bool,
    /// Letters only (inner joints allowed).
    pub(super) letters: bool,
    /// `WLAN`, `iPad`, `AirPlay`: a capital where names have none.
    pub(super) branded: bool,
    /// Masked already, or a token of the mask itself.
    pub(super) opaque: bool,
}

impl Token {
    fn opaque(range: Range<usize>) -> Self {
        let (folded, class) = (String::new(), Class::default());
        Self { range, folded, class, capital: false, letters: false, branded: false, opaque: true }
    }

    pub(super) fn has(&self, class: Class) -> bool {
        self.class.has(class)
    }

    /// A single capital letter.
    pub(super) fn initial(&self) -> bool {
        self.capital && self.folded.chars().count() == 1
    }

    /// A known name, whatever else the word means.
    pub(super) fn known(&self) -> bool {
        self.letters && self.has(Class::GIVEN | Class::FAMILY)
    }

    /// A known name that is no word of the language in the way it is written here.
    pub(super) fn plain_name(&self) -> bool {
        self.known() && !self.has(Class::HARD) && (self.capital || !self.has(Class::LOWER | Class::STOP | Class::THING))
    }

    /// Written as names are, and not known to be anything else.
    pub(super) fn name_like(&self) -> bool {
        self.capital
            && self.letters
            && !self.branded
            && self.folded.chars().count() > 1
            && (self.known() || !(self.common() || ENDINGS.iter().any(|ending| self.folded.ends_with(ending))))
    }

    /// Known to be no name.
    pub(super) fn common(&self) -> bool {
        const NONE: [Class; 8] = [
            Class::STOP,
            Class::THING,
            Class::TITLE,
            Class::ABBREVIATED,
            Class::ROLE,
            Class::GROUP,
            Class::LABEL,
            Class::PLACE_AFTER,
        ];
        self.opaque || !self.letters || NONE.into_iter().any(|class| self.has(class))
    }

    /// A school class: `4b`, `10`, `Q1`, `EF`.
    pub(super) fn school_class(&self) -> bool {
        let digits = self.folded.bytes().take_while(u8::is_ascii_digit).count();
        let rest = self.folded.len() - digits;
        matches!(digits, 1 | 2) && rest <= 1 || matches!(self.folded.as_str(), "ef" | "q1" | "q2" | "kl" | "klasse")
    }
}

/// Invisible characters that copying leaves inside words.
fn invisible(ch: char) -> bool {
    matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn inside(ch: char) -> bool {
    ch.is_alphanumeric() || unicode_normalization::char::is_combining_mark(ch) || invisible(ch)
}

fn joint(ch: char) -> bool {
    matches!(ch, '-' | '\'' | '’' | '‐' | '‑')
}

/// The words of a text, in order.
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) list: Vec<Token>,
    vocabulary: &'a Vocabulary,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str, vocabulary: &'a Vocabulary) -> Self {
        // Text that is all capitals says nothing by them.
        let shouting = !text.chars().any(char::is_lowercase);
        let mut list = Vec::new();
        let mut chars = text.char_indices().peekable();
        while let Some((start, ch)) = chars.next() {
            if !ch.is_alphanumeric() {
                continue;
            }
            let mut end = start + ch.len_utf8();
            while let Some(&(at, next)) = chars.peek() {
                let after = at + next.len_utf8();
                if inside(next) {
                    end = after;
                } else if !(joint(next) && text[after..].starts_with(char::is_alphanumeric)) {
                    break;
                }
                chars.next();
            }
            list.push(token(text, start..end, shouting, vocabulary));
        }
        Self { text, list, vocabulary }
    }

    /// Makes the words opaque that touch one of `taken` (sorted by start).
    pub(super) fn hide(&mut self, taken: &[Range<usize>]) {
        let mut taken = taken.iter().peekable();
        for token in &mut self.list {
            while taken.next_if(|range| range.end <= token.range.start).is_some() {}
            if taken.peek().is_some_and(|range| range.start < token.range.end) {
                *token = Token::opaque(token.range.clone());
            }
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.list.get(at)
    }

    /// Properties of any folded word.
    pub(super) fn class(&self, folded: &str) -> Class {
        self.vocabulary.class(folded)
    }

    /// The first word that begins at byte `start` or after it.
    pub(super) fn from(&self, start: usize) -> usize {
        self.list.partition_point(|token| token.range.start < start)
    }

    /// Whether the word at `at` exists and has any property of `class`.
    pub(super) fn has(&self, at: usize, class: Class) -> bool {
        self.get(at).is_some_and(|token| token.has(class))
    }

    /// Whether the word at `at` is one of `words` (folded).
    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        self.get(at).is_some_and(|token| words.contains(&token.folded.as_str()))
    }

    /// What stands before word `at` (after the last word, if there is no such word).
    pub(super) fn gap(&self, at: usize) -> &'a str {
        let start = at.checked_sub(1).and_then(|before| self.get(before)).map_or(0, |token| token.range.end);
        let end = self.get(at).map_or(self.text.len(), |token| token.range.start);
        &self.text[start..end]
    }

    /// Whether word `at` follows the one before on the same line, with nothing but space between.
    pub(super) fn spaced(&self, at: usize) -> bool {
        let gap = self.gap(at);
        at > 0 && at < self.list.len() && !gap.is_empty() && gap.chars().all(|ch| ch.is_whitespace() && ch != '\n')
    }

    /// As [`Self::spaced`], with a full stop of an abbreviation or one line break allowed.
    pub(super) fn follows(&self, at: usize) -> bool {
        let gap = self.gap(at);
        let gap = gap.strip_prefix('.').unwrap_or(gap);
        at > 0
            && at < self.list.len()
            && gap.chars().all(char::is_whitespace)
            && gap.bytes().filter(|byte| *byte == b'\n').count() < 2
    }

    /// Whether a sentence or a line ends before word `at`.
    pub(super) fn breaks(&self, at: usize) -> bool {
        self.gap(at).contains(['.', '!', '?', ';', '\n'])
    }
}

/// [`fold`], without its cost for the words that it only makes small.
fn folded(word: &str) -> String {
    if word.contains(invisible) {
        return fold(&word.replace(invisible, ""));
    }
    if !word.is_ascii() || word.contains(['e', 'E']) {
        return fold(word);
    }
    word.to_ascii_lowercase()
}

fn token(text: &str, range: Range<usize>, shouting: bool, vocabulary: &Vocabulary) -> Token {
    let word = &text[range.clone()];
    let capital = word.starts_with(char::is_uppercase);
    let folded = folded(word);
    let letters = !word.contains(char::is_numeric);
    let branded = !shouting
        && word.split(joint).any(|part| {
            let mut capitals = part.chars().skip(1).filter(|ch| ch.is_uppercase());
            capitals.next().is_some() && !part.starts_with("Mc") && !part.starts_with("Mac")
        });
    let class = class(&folded, capital, vocabulary);
    Token { range, folded, class, capital, letters, branded, opaque: false }
}

/// Properties of a word, seen through a genitive and a hyphen.
fn class(folded: &str, capital: bool, vocabulary: &Vocabulary) -> Class {
    let known = vocabulary.class(folded);
    if known != Class::default() {
        return known;
    }
    if let Some(base) = folded.strip_suffix("'s").or_else(|| folded.strip_suffix("’s")) {
        return vocabulary.class(base);
    }
    if let Some(base) = folded.strip_suffix('s').filter(|base| capital && base.len() > 2) {
        let base = vocabulary.class(base);
        return if base.has(Class::GIVEN | Class::FAMILY | Class::THING) { base } else { Class::default() };
    }
    if let Some(base) = folded.strip_suffix('s').filter(|base| !capital && base.len() > 3) {
        // `linas ipad`: only names that are no word.
        let base = vocabulary.class(base);
        let name = base.has(Class::GIVEN) && !base.has(Class::HARD | Class::LOWER | Class::STOP | Class::THING);
        return if name { base } else { Class::default() };
    }
    if folded.contains(joint) { compound(folded, vocabulary) } else { Class::default() }
}

/// `Anne-Frank-Schule` and `iPad-Koffer` are things, `Hans-Peter` and `Meyer-Yilmaz` names.
fn compound(folded: &str, vocabulary: &Vocabulary) -> Class {
    let mut names = Class::default();
    if folded.split(joint).count() > 3 {
        return Class::THING;
    }
    // `Kramer-Umschalter`
    let last = folded.rsplit(joint).next().unwrap_or_default();
    let person = vocabulary.class(last).has(Class::GIVEN | Class::FAMILY) || surnames::noun(last);
    if !person && last.len() > 3 && german::is_word(last, false) {
        return Class::THING;
    }
    for part in folded.split(joint) {
        let class = vocabulary.class(part);
        let name = class.has(Class::GIVEN | Class::FAMILY);
        if !name && (class.has(Class::THING | Class::GROUP) || ENDINGS.iter().any(|ending| part.ends_with(ending))) {
            return Class::THING;
        }
        if name && !class.has(Class::HARD) {
            names = names | if class.has(Class::GIVEN) { Class::GIVEN } else { Class::FAMILY };
        }
    }
    names
}
