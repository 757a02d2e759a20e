//! All words of the index and the lexicon, for the one that a typo was meant to
//! be. A word's set of letters rules out nearly all candidates before any
//! distance is computed, so that 100,000 words take well under a millisecond.

use std::collections::HashMap;

use crate::domain::text::distance_within;

/// Most candidates for one word.
const MOST: usize = 3;

#[derive(Debug)]
struct Entry {
    word: Box<str>,
    letters: u64,
    length: u8,
    /// Chunks that hold it.
    frequency: u32,
}

/// A right spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) word: String,
    /// Typos between it and what was typed: 1 or 2.
    pub(super) distance: usize,
}

/// The words that a typo may stand for.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    entries: Vec<Entry>,
}

impl Vocabulary {
    /// Words with the number of chunks that hold them; the same word may come more than once.
    pub(super) fn new(words: impl IntoIterator<Item = (String, u32)>) -> Self {
        let mut frequencies: HashMap<String, u32> = HashMap::new();
        for (word, frequency) in words {
            let total = frequencies.entry(word).or_default();
            *total = total.saturating_add(frequency);
        }
        let entries = frequencies
            .into_iter()
            .filter_map(|(word, frequency)| {
                let length = u8::try_from(word.chars().count()).ok().filter(|length| *length >= 3)?;
                // Numbers are no typos of each other.
                let letters = letters(&word);
                (!word.contains(|ch: char| ch.is_ascii_digit())).then(|| Entry {
                    word: word.into(),
                    letters,
                    length,
                    frequency,
                })
            })
            .collect();
        Self { entries }
    }

    /// What was meant by an unknown word: the nearest words, at most three. One
    /// typo is forgiven from four letters on, two from eight on; where words
    /// with one typo exist, none with two are offered.
    pub(super) fn candidates(&self, typed: &str) -> Vec<Candidate> {
        let length = typed.chars().count();
        let most = match length {
            0..4 => return Vec::new(),
            4..8 => 1,
            _ => 2,
        };
        if typed.contains(|ch: char| ch.is_ascii_digit()) {
            return Vec::new();
        }
        let set = letters(typed);
        let first = typed.chars().next();
        let mut found: Vec<(usize, bool, u32, &str)> = self
            .entries
            .iter()
            .filter(|entry| {
                usize::from(entry.length).abs_diff(length) <= most
                    && (entry.letters ^ set).count_ones() as usize <= 2 * most
                    && *entry.word != *typed
            })
            .filter_map(|entry| {
                let distance = distance_within(typed, &entry.word, most)?;
                Some((distance, entry.word.chars().next() != first, u32::MAX - entry.frequency, &*entry.word))
            })
            .collect();
        found.sort_unstable();
        let nearest = found.first().map_or(0, |(distance, ..)| *distance);
        found
            .into_iter()
            .take_while(|(distance, ..)| *distance == nearest)
            .take(MOST)
            .map(|(distance, _, _, word)| Candidate { word: word.to_owned(), distance })
            .collect()
    }
}

/// The set of letters, each hashed to one of 64 bits.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, ch| set | 1 << (u32::from(ch) % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(typed: &str) -> Vec<String> {
        let known =
            [("beamer", 9), ("beam", 1), ("drucker", 5), ("vergessen", 3), ("ipad", 4), ("haus", 2), ("maus", 8)];
        let vocabulary = Vocabulary::new(known.map(|(word, frequency)| (word.to_owned(), frequency)));
        vocabulary.candidates(typed).into_iter().map(|candidate| candidate.word).collect()
    }

    #[test]
    fn typos_find_what_was_meant() {
        assert_eq!(words("beammer"), ["beamer"]);
        assert_eq!(words("vergesen"), ["vergessen"]);
        assert_eq!(words("eipad"), ["ipad"]);
        assert_eq!(words("durcker"), ["drucker"]);
    }

    #[test]
    fn the_same_first_letter_goes_before_the_more_frequent_word() {
        assert_eq!(words("hsus"), ["haus"]);
        assert_eq!(words("haux"), ["haus"]);
        assert_eq!(words("laus"), ["maus", "haus"]);
    }

    #[test]
    fn short_words_and_numbers_are_left_alone() {
        for typed in ["pad", "", "e5-2250", "20260", "zzzzzzzz", "日本語日本語日本"] {
            assert!(words(typed).is_empty(), "{typed}");
        }
    }
}
