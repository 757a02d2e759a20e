//! How alike two words are: the same word with another ending or a typo, one that ends in
//! the other ("Steckerleiste", "Leiste"), one of the same group of the lexicon, the
//! English one. From 0 to 1.

use std::collections::HashMap;

use crate::domain::{
    lexicon::{Lexicon, SynonymGroup},
    text::{fold, words},
};

/// Of one group of the lexicon.
const SYNONYM: f64 = 0.75;
const ENGLISH: f64 = 0.8;
/// The same but for a short ending, or for a longer one.
const ENDING: f64 = 0.85;
const STEM: f64 = 0.6;
/// Part of a compound.
const PART: f64 = 0.6;
/// Least share of common pieces that makes a typo of another word.
const TYPO: f64 = 0.5;

/// Words and what stands for them, ready to be compared.
#[derive(Clone, Debug, Default)]
pub struct Near {
    groups: HashMap<String, Vec<usize>>,
    english: HashMap<String, Vec<String>>,
}

impl Near {
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut near = Self::default();
        for (at, group) in lexicon.synonyms.iter().chain(&lexicon.general).enumerate() {
            for word in single(group) {
                near.groups.entry(word).or_default().push(at);
            }
        }
        for pair in &lexicon.translations {
            let folded = fold(&pair.en);
            if let [word] = words(&folded).collect::<Vec<_>>().as_slice() {
                let german = pair.de.iter().map(|text| fold(text));
                let german = german.flat_map(|text| words(&text).map(str::to_owned).collect::<Vec<_>>());
                near.english.entry((*word).to_owned()).or_default().extend(german);
            }
        }
        near
    }

    /// Of two folded words.
    #[must_use]
    pub fn alike(&self, a: &str, b: &str) -> f64 {
        if a == b {
            return 1.0;
        }
        let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        if number(a) || number(b) {
            return 0.0;
        }
        let mut best = by_letters(a, b);
        if best < SYNONYM
            && let (Some(one), Some(other)) = (self.groups.get(a), self.groups.get(b))
            && one.iter().any(|group| other.contains(group))
        {
            best = SYNONYM;
        }
        let means = |word: &str, german: &str| {
            self.english.get(word).is_some_and(|words| words.iter().any(|word| word == german))
        };
        if best < ENGLISH && (means(a, b) || means(b, a)) { ENGLISH } else { best }
    }
}

fn single(group: &SynonymGroup) -> impl Iterator<Item = String> {
    group.words.iter().filter_map(|phrase| {
        let folded = fold(phrase);
        let mut all = words(&folded);
        let word = all.next()?.to_owned();
        all.next().is_none().then_some(word)
    })
}

fn by_letters(a: &str, b: &str) -> f64 {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let (most, least) = (long.chars().count(), short.chars().count());
    if least < 4 {
        return 0.0;
    }
    let mut best: f64 = 0.0;
    let common = long.chars().zip(short.chars()).take_while(|(a, b)| a == b).count();
    if common >= 4 && common + 2 >= least {
        best = if most - least <= 3 { ENDING } else { STEM };
    }
    if long.ends_with(short) {
        best = best.max(PART);
    }
    if least >= 5 {
        let shared = pieces_in_common(long, short);
        best = best.max(if shared >= TYPO { shared } else { 0.0 });
    }
    best
}

/// Share of the pieces of three letters that two words have in common (Dice 1945).
#[expect(clippy::cast_precision_loss, reason = "letters of a word")]
fn pieces_in_common(a: &str, b: &str) -> f64 {
    let pieces = |word: &str| {
        let letters: Vec<char> = std::iter::once('^').chain(word.chars()).chain(['$']).collect();
        let mut all: Vec<[char; 3]> = letters.windows(3).map(|three| [three[0], three[1], three[2]]).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (a, b) = (pieces(a), pieces(b));
    let common = a.iter().filter(|piece| b.binary_search(piece).is_ok()).count();
    2.0 * common as f64 / (a.len() + b.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::Translation;

    #[test]
    fn words_are_alike_by_letters_by_meaning_and_across_languages() {
        let group = |words: &[&str]| SynonymGroup { words: words.iter().map(|w| (*w).into()).collect(), device: None };
        let lexicon = Lexicon {
            synonyms: vec![group(&["beamer", "projektor", "der gelbe kasten"])],
            translations: vec![Translation { en: "cable".into(), de: vec!["Kabel".into()] }],
            ..Lexicon::default()
        };
        let near = Near::new(&lexicon);
        let good = |a: &str, b: &str| near.alike(&fold(a), &fold(b)) >= 0.5;
        for (a, b) in [
            ("schwarz", "schwartz"),
            ("dunkel", "dunkler"),
            ("Beamer", "Projektor"),
            ("cable", "Kabel"),
            ("Steckerleiste", "Leiste"),
            ("rot", "rot"),
        ] {
            assert!(good(a, b) && good(b, a), "{a} {b}");
        }
        for (a, b) in [("rot", "grün"), ("204", "205"), ("gelbe", "projektor"), ("an", "aus"), ("Ton", "Tor")] {
            assert!(!good(a, b), "{a} {b}");
        }
    }
}
