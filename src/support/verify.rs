//! Is a sentence carried by a passage? Rules that can be read and tested, no second
//! model, one file each: numbers must stand in the passage (`numbers`), names and
//! colours too (`names`), a negation or restriction must have its counterpart
//! (`negation`), nothing may be turned round (`opposites`), and every word that says
//! something must stand in one sentence of the passage, what is said together together
//! (`placed`). Who words more freely falls, and the passage's own sentence is shown.

mod claim;
mod names;
mod negation;
mod numbers;
mod opposites;
mod placed;

#[cfg(test)]
mod pairs;
#[cfg(test)]
mod shipped;
#[cfg(test)]
mod tests;

use self::claim::Claim;
use crate::domain::{document::Passage, text::sentences};

/// Fewer content words and numbers than this are no statement.
const FEWEST_WORDS: usize = 2;
/// Two words are one if they share this many leading letters (endings differ).
const STEM: usize = 5;
/// Shorter ones may differ in an ending.
const SHORT: usize = 3;
const ENDINGS: [&str; 7] = ["s", "n", "e", "es", "en", "er", "ern"];
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

/// The unit with the sentence that carries the claim, and how much of that the claim says.
fn carried(claim: &Claim, passage: &Passage) -> Option<(f64, Vec<u32>)> {
    let about = names::about(passage);
    let mut best: Option<(f64, u32)> = None;
    // Sentence by sentence: a step holds several, and each says yes or no for itself.
    for unit in passage.quotable() {
        for sentence in sentences(unit.text) {
            let source = Claim::of(sentence);
            let carries = claim.words.iter().all(|word| found(word, &source.words) || about.contains(word))
                && placed::stands(claim, &source, &about)
                && numbers::stand(claim, &[&source])
                && names::stand(claim, &[&source], passage)
                && negation::stands(claim, &[&source])
                && opposites::none(claim, &[&source]);
            let said = ratio(claim.words.len(), source.words.len());
            if carries && best.is_none_or(|(most, _)| said > most) {
                best = Some((said, unit.index));
            }
        }
    }
    best.map(|(said, unit)| (said, vec![unit]))
}

/// One word in another ending.
fn found(word: &str, among: &[String]) -> bool {
    among.iter().any(|other| {
        if other == word {
            return true;
        }
        let (short, long) = if word.len() < other.len() { (word, other.as_str()) } else { (other.as_str(), word) };
        if short.len() >= SHORT && long.strip_prefix(short).is_some_and(|rest| ENDINGS.contains(&rest)) {
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
