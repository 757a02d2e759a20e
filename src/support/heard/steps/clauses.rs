//! A message in clauses: cut at pauses, at `und` where something new is done after it, and
//! behind a participle, for many write without a comma. "Aus und wieder an" stays whole.

use super::{
    tables::{BARRIERS, JOINS},
    verbs::Verb,
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

impl Clause {
    /// As it was written.
    pub(super) fn text<'a>(&self, said: &Said<'a>) -> &'a str {
        let start = said.tokens.get(self.from).map_or(0, |token| token.start);
        let end = self.to.checked_sub(1).and_then(|at| said.tokens.get(at)).map_or(start, |token| token.end);
        &said.text[start..end.max(start)]
    }
}

/// Cuts a message; `pairs` are the places of what belongs together.
pub(super) fn clauses(said: &Said, verbs: &[Verb], pairs: &[(usize, usize)]) -> Vec<Clause> {
    let mut cut = Vec::new();
    let (mut from, mut english) = (0, false);
    for at in 1..=said.tokens.len() {
        english |= verbs[at - 1] == Verb::English;
        let ends = at == said.tokens.len() || said.tokens[at].pause != Pause::None;
        if ends || cuts(said, (from, at), verbs, pairs, english) {
            let first = from == 0 || said.tokens[from].pause == Pause::Stop;
            cut.push(Clause { from, to: at, first });
            (from, english) = (at, false);
        }
    }
    cut
}

/// Whether a clause that began at `from` ends before the token at `at`.
fn cuts(said: &Said, (from, at): (usize, usize), verbs: &[Verb], pairs: &[(usize, usize)], english: bool) -> bool {
    let inside = |place: &(usize, usize)| place.0 < at && at < place.1;
    if pairs.iter().any(inside) {
        return false;
    }
    let word = said.word(at);
    if verbs[at - 1] == Verb::Done && !english {
        // "… gewechselt habe": the verb's own end.
        let pair = pairs.iter().any(|pair| pair.0 == at || word == "und" && pair.0 == at + 1);
        return !pair
            && !matches!(word, "hab" | "haben" | "hatte" | "hatten" | "wurde" | "worden" | "gehabt")
            && verbs.get(at) != Some(&Verb::Done);
    }
    if !JOINS.has(word) {
        return false;
    }
    if !matches!(word, "und" | "and" | "oder" | "or" | "sowie" | "also" | "dann" | "then") {
        return true;
    }
    let end = (at + 1..said.tokens.len())
        .find(|next| said.tokens[*next].pause != Pause::None || JOINS.has(said.word(*next)))
        .unwrap_or(said.tokens.len());
    let paired = pairs.iter().any(|pair| pair.0 > at && pair.0 < end);
    let verb = |at: usize| verbs[at] != Verb::None || BARRIERS.has(said.word(at));
    let right = (at + 1..end).any(verb) || paired;
    // "Windows-Taste und P gedrückt" is one step, "Kabel getauscht und neu gestartet" are two.
    let left = (from..at).any(verb) || pairs.iter().any(|pair| pair.1 > from && pair.1 <= at);
    right && left
}
