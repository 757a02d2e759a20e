//! All words of the index and the lexicon, for the one that a typo was meant to
//! be. Words lie by length and in one list a segment, so that a commit adds its own
//! and reads no other again. A word's set of letters rules out nearly all candidates
//! before any distance is computed: a million words take about a millisecond.

use std::{collections::BTreeMap, sync::Arc};

use crate::domain::text::distance_within;

/// Most candidates for one word.
const MOST: usize = 3;
/// Sets of letters that are compared at a time.
const BLOCK: usize = 64;

/// Words of one length.
#[derive(Clone, Debug, Default)]
struct Shelf {
    letters: Vec<u32>,
    /// Chunks that hold the word.
    frequencies: Vec<u32>,
    /// All words, one behind the other, and where each ends.
    text: String,
    ends: Vec<usize>,
}

impl Shelf {
    fn word(&self, at: usize) -> &str {
        &self.text[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]]
    }
}

/// Words with the number of chunks that hold them.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// By length, in letters.
    shelves: Vec<Shelf>,
}

impl Words {
    /// Adds a word, unless it is too short or holds a digit: numbers are no typos of each other.
    pub(super) fn push(&mut self, word: &str, frequency: u32) {
        let length = word.chars().count();
        if !(3..256).contains(&length) || word.contains(|ch: char| ch.is_ascii_digit()) {
            return;
        }
        if self.shelves.len() <= length {
            self.shelves.resize_with(length + 1, Shelf::default);
        }
        let of_length = &mut self.shelves[length];
        of_length.letters.push(letters(word));
        of_length.frequencies.push(frequency);
        of_length.text.push_str(word);
        of_length.ends.push(of_length.text.len());
    }

    /// Calls `each` with every word, its frequency and its distance from `typed`, where that is at most `most`.
    fn near<'a>(&'a self, typed: &str, length: usize, most: usize, mut each: impl FnMut(&'a str, u32, usize)) {
        let (set, typed_pairs) = (letters(typed), pairs(typed));
        for shelf in self.shelves.iter().take(length + most + 1).skip(length - most) {
            for (block, sets) in shelf.letters.chunks(BLOCK).enumerate() {
                let mut unlike = [u32::MAX; BLOCK];
                for (unlike, other) in unlike.iter_mut().zip(sets) {
                    *unlike = (other & !set).count_ones().max((set & !other).count_ones());
                }
                for (within, _) in unlike.iter().enumerate().filter(|(_, unlike)| **unlike as usize <= most) {
                    let at = block * BLOCK + within;
                    let word = shelf.word(at);
                    // A typo breaks three pairs at most: letters that changed places, and their neighbours.
                    if (typed_pairs & !pairs(word)).count_ones() as usize <= 3 * most
                        && word != typed
                        && let Some(distance) = distance_within(typed, word, most)
                    {
                        each(word, shelf.frequencies[at], distance);
                    }
                }
            }
        }
    }
}

impl<W: AsRef<str>> FromIterator<(W, u32)> for Words {
    fn from_iter<I: IntoIterator<Item = (W, u32)>>(words: I) -> Self {
        let mut made = Self::default();
        for (word, frequency) in words {
            made.push(word.as_ref(), frequency);
        }
        made
    }
}

/// A right spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) word: String,
    /// Typos between it and what was typed: 1 or 2.
    pub(super) distance: usize,
}

/// The words that a typo may stand for; the same word may stand in several lists.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    lists: Vec<Arc<Words>>,
}

impl Vocabulary {
    pub(super) fn new(lists: Vec<Arc<Words>>) -> Self {
        Self { lists }
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
        let mut near: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
        for words in &self.lists {
            words.near(typed, length, most, |word, frequency, distance| {
                let (_, total) = near.entry(word).or_insert((distance, 0));
                *total = total.saturating_add(frequency);
            });
        }
        let first = typed.chars().next();
        let mut found: Vec<(usize, bool, u32, &str)> = near
            .into_iter()
            .map(|(word, (distance, frequency))| (distance, word.chars().next() != first, u32::MAX - frequency, word))
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

/// The set of letters, each hashed to one of 32 bits. A typo brings one and takes one at most.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |set, ch| set | 1 << (u32::from(ch) % 32))
}

/// The set of pairs of neighbouring letters, each hashed to one of 64 bits.
fn pairs(word: &str) -> u64 {
    let mut before = None;
    word.chars().map(u32::from).fold(0, |set, ch| {
        let pair: Option<u32> = before.replace(ch).map(|before| before * 37 + ch);
        set | pair.map_or(0, |pair| 1 << (pair % 64))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(typed: &str) -> Vec<String> {
        let known =
            [("beamer", 9), ("beam", 1), ("drucker", 5), ("vergessen", 3), ("ipad", 4), ("haus", 2), ("maus", 8)];
        let vocabulary = Vocabulary::new(vec![Arc::new(known.into_iter().collect())]);
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

    #[test]
    fn lists_are_one_vocabulary() {
        let list = |words: &[(&str, u32)]| Arc::new(words.iter().copied().collect::<Words>());
        let vocabulary =
            Vocabulary::new(vec![list(&[("haus", 2), ("maus", 3)]), list(&[("haus", 2), ("laus", 1)]), list(&[])]);
        let words: Vec<String> = vocabulary.candidates("xaus").into_iter().map(|found| found.word).collect();
        assert_eq!(words, ["haus", "maus", "laus"], "frequencies are added up over the lists");
    }

    proptest! {
        #[test]
        fn nothing_that_is_near_is_missed(
            known in proptest::collection::vec("[a-eäéß]{1,10}", 0..200),
            typed in "[a-eäéß]{0,10}",
        ) {
            let (one, other) = known.split_at(known.len() / 2);
            let list = |words: &[String]| Arc::new(words.iter().map(|word| (word, 1)).collect::<Words>());
            let found = Vocabulary::new(vec![list(one), list(other)]).candidates(&typed);
            let most = match typed.chars().count() { 0..4 => 0, 4..8 => 1, _ => 2 };
            let nearest = known
                .iter()
                .filter(|word| word.chars().count() >= 3 && **word != typed)
                .filter_map(|word| distance_within(&typed, word, most))
                .filter(|distance| *distance > 0)
                .min();
            prop_assert_eq!(found.first().map(|one| one.distance), nearest);
        }
    }
}
