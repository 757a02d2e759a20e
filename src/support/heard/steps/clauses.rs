//! A message in clauses: cut at pauses, at `und` where something new is done after it, and
//! behind a participle, for many write without a comma. "Aus und wieder an" stays whole.

use super::{
    tables::{BARRIERS, JOINS},
    verbs::{does, done, done_in_english},
};
use crate::support::heard::said::{Pause, Said};

/// A run of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub from: usize,
    pub to: usize,
    /// Begins a sentence.
    pub first: bool,
}

/// Cuts a message; `pairs` are the places of what belongs together.
pub(super) fn clauses(said: &Said, pairs: &[(usize, usize)]) -> Vec<Clause> {
    let mut cut = Vec::new();
    let mut from = 0;
    for at in 1..=said.tokens.len() {
        let ends = at == said.tokens.len() || said.tokens[at].pause != Pause::None;
        if ends || cuts(said, from, at, pairs) {
            let first = from == 0 || said.tokens[from].pause == Pause::Stop;
            cut.push(Clause { from, to: at, first });
            from = at;
        }
    }
    cut
}

/// Whether a clause that began at `from` ends before the token at `at`.
fn cuts(said: &Said, from: usize, at: usize, pairs: &[(usize, usize)]) -> bool {
    let inside = |place: &(usize, usize)| place.0 < at && at < place.1;
    if pairs.iter().any(inside) {
        return false;
    }
    let word = said.word(at);
    let english = (from..at).any(|at| done_in_english(said.word(at)));
    if done(said.word(at - 1)) && !english {
        // "… gewechselt habe": the verb's own end.
        return !matches!(word, "hab" | "haben" | "hatte" | "hatten" | "wurde" | "worden" | "gehabt") && !done(word);
    }
    if !JOINS.contains(&word) {
        return false;
    }
    if !matches!(word, "und" | "and" | "oder" | "or" | "sowie" | "also" | "dann" | "then") {
        return true;
    }
    let end = (at + 1..said.tokens.len())
        .find(|next| said.tokens[*next].pause != Pause::None || JOINS.contains(&said.word(*next)))
        .unwrap_or(said.tokens.len());
    let paired = pairs.iter().any(|pair| pair.0 > at && pair.0 < end);
    let verb = |word: &str| done(word) || done_in_english(word) || does(word) || BARRIERS.contains(&word);
    let right = (at + 1..end).any(|next| verb(said.word(next))) || paired;
    // "Windows-Taste und P gedrückt" is one step, "Kabel getauscht und neu gestartet" are two.
    let left = (from..at).any(|before| verb(said.word(before))) || pairs.iter().any(|pair| pair.1 > from && pair.1 <= at);
    right && left
}
