//! Is a sentence carried by a passage? Rules that can be read and tested, no second
//! model, one file each: numbers must stand in the passage (`numbers`), names and
//! colours too (`names`), a negation or restriction must have its counterpart
//! (`negation`), nothing may be turned round (`opposites`), and most content words must
//! be found close together.

mod claim;
mod names;
mod negation;
mod numbers;
mod opposites;

#[cfg(test)]
pub(super) mod shipped;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use self::claim::Claim;
use crate::domain::{document::Passage, text::sentences};

/// Share of content words that must be found.
const COVERED: f64 = 0.75;
/// Units of one passage that may carry one sentence together.
const UNITS: usize = 3;
/// Fewer content words and numbers than this are no statement.
const FEWEST_WORDS: usize = 2;
/// Two words are one if they share this many leading letters (endings differ).
const STEM: usize = 5;
/// Share of content words from which on a unit is what a sentence was about.
const ABOUT: f64 = 0.3;

/// What carries a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// Index into the passages given.
    pub passage: usize,
    /// Units of that passage.
    pub units: Vec<u32>,
}

/// The passage that carries `sentence`, or `None`: then it must not be said. Where the
/// sentence names its passages, by index into those given, no other may carry it.
#[must_use]
pub fn verify(sentence: &str, passages: &[Passage], named: &[usize]) -> Option<Support> {
    let claim = Claim::of(sentence);
    if claim.words.len() + claim.numbers.len() < FEWEST_WORDS {
        return None;
    }
    passages
        .iter()
        .enumerate()
        .filter(|(at, _)| named.is_empty() || named.contains(at))
        .filter_map(|(at, passage)| {
            carried(&claim, passage).map(|(covered, units)| (covered, Support { passage: at, units }))
        })
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then(y.passage.cmp(&x.passage)))
        .map(|(_, support)| support)
}

/// The unit of a passage that a sentence was most likely about, though the passage does not carry it.
#[must_use]
pub fn nearest(sentence: &str, passage: &Passage) -> Option<u32> {
    let claim = Claim::of(sentence);
    let units = passage.quotable();
    let shares = units.iter().map(|unit| {
        let words = Claim::of(unit.text).words;
        let shared = claim.words.iter().filter(|word| found(word, &words)).count();
        (ratio(shared, claim.words.len()), unit.index)
    });
    shares
        .filter(|(share, _)| *share >= ABOUT)
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then(y.cmp(x)))
        .map(|best| best.1)
}

/// The share of the claim that the best few units of a passage cover, if it is enough.
fn carried(claim: &Claim, passage: &Passage) -> Option<(f64, Vec<u32>)> {
    let units = passage.quotable();
    // Sentence by sentence: a step holds several, and each says yes or no for itself.
    let read: Vec<(u32, Claim)> = units
        .iter()
        .flat_map(|unit| sentences(unit.text).into_iter().map(|sentence| (unit.index, Claim::of(sentence))))
        .collect();
    let mut open: Vec<&String> = claim.words.iter().collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < UNITS && !open.is_empty() {
        let best = (0..read.len())
            .filter(|at| !chosen.contains(at))
            .map(|at| (open.iter().filter(|word| found(word, &read[at].1.words)).count(), at))
            // Of those that say as much, the one that agrees in what the rules look at.
            .max_by_key(|(gain, at)| (*gain, claim.agreement(&read[*at].1), Reverse(*at)));
        let Some((gain, at)) = best else { break };
        if gain == 0 {
            break;
        }
        open.retain(|word| !found(word, &read[at].1.words));
        chosen.push(at);
    }
    let total = claim.words.len();
    let covered = ratio(total - open.len(), total);
    let carrying: Vec<&Claim> = chosen.iter().map(|at| &read[*at].1).collect();
    let holds = covered >= COVERED
        && numbers::stand(claim, &carrying)
        && names::stand(claim, &carrying, passage)
        && negation::stands(claim, &carrying)
        && opposites::none(claim, &carrying);
    holds.then(|| {
        let mut units: Vec<u32> = chosen.iter().map(|at| read[*at].0).collect();
        units.sort_unstable();
        units.dedup();
        (covered, units)
    })
}

fn found(word: &str, among: &[String]) -> bool {
    among.iter().any(|other| {
        if other == word {
            return true;
        }
        let shared = word.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        let longest = word.chars().count().max(other.chars().count());
        shared >= STEM && longest - shared <= 3
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in one sentence")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
