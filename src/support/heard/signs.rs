//! What words stand for: lists of words by meaning, asked word by word, and the signs that
//! a run of words gives: each meaning, and each that follows another. The classifiers learn
//! from these beside the words themselves, so that what they learned of one way to say a
//! thing holds for others.

use std::collections::{BTreeSet, HashMap};

use super::said::{Pause, Said};

/// Lists of words by meaning, ready.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    whole: HashMap<&'static str, Vec<&'static str>>,
    begins: HashMap<&'static str, Vec<&'static str>>,
    ends: HashMap<&'static str, Vec<&'static str>>,
}

impl Meanings {
    /// Of each meaning its words: folded, `*` before or behind for anything.
    pub(super) fn new(lists: &[(&'static str, &'static str)]) -> Self {
        let mut meanings = Self::default();
        for (meaning, words) in lists {
            for word in words.split_ascii_whitespace() {
                let (list, word) = if let Some(stem) = word.strip_suffix('*') {
                    (&mut meanings.begins, stem)
                } else if let Some(end) = word.strip_prefix('*') {
                    (&mut meanings.ends, end)
                } else {
                    (&mut meanings.whole, word)
                };
                list.entry(word).or_default().push(*meaning);
            }
        }
        meanings
    }

    /// What one folded word stands for, in order.
    pub(super) fn of(&self, word: &str) -> Vec<&'static str> {
        let mut found: Vec<&'static str> = self.whole.get(word).into_iter().flatten().copied().collect();
        for (at, _) in word.char_indices().skip(2) {
            found.extend(self.begins.get(&word[..at]).into_iter().flatten());
            found.extend(self.ends.get(&word[at..]).into_iter().flatten());
        }
        found.extend(self.begins.get(word).into_iter().flatten());
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The signs of the tokens `from..to`; `more` says what else a token stands for.
    pub(super) fn signs(
        &self,
        said: &Said,
        (from, to): (usize, usize),
        more: impl Fn(usize) -> Option<&'static str>,
    ) -> BTreeSet<String> {
        let mut signs = BTreeSet::new();
        let mut before: Vec<&'static str> = Vec::new();
        for at in from..to {
            let token = &said.tokens[at];
            if token.pause == Pause::Stop {
                before.clear();
            }
            let mut here = self.of(&token.word);
            here.extend(more(at));
            if said.gap_after(at).contains('?') {
                here.push("?");
            }
            for meaning in &here {
                signs.insert((*meaning).to_owned());
                signs.extend(before.iter().map(|before| format!("{before}>{meaning}")));
            }
            if !here.is_empty() {
                before = here;
            }
        }
        signs
    }
}
