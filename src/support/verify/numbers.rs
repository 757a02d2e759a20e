//! Each number of a sentence must stand in what carries it, in figures or in words; so
//! must "zweimal" and "the second".

use super::claim::Claim;

/// Numbers in words. "Ein" and "one" are left out: they are articles.
const WORDS: [(&str, &str); 44] = [
    ("zwei", "2"),
    ("drei", "3"),
    ("vier", "4"),
    ("funf", "5"),
    ("sechs", "6"),
    ("sieben", "7"),
    ("acht", "8"),
    ("neun", "9"),
    ("zehn", "10"),
    ("zwolf", "12"),
    ("funfzehn", "15"),
    ("zwanzig", "20"),
    ("dreissig", "30"),
    ("vierzig", "40"),
    ("funfzig", "50"),
    ("sechzig", "60"),
    ("hundert", "100"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("hundred", "100"),
    ("twice", "2"),
    ("first", "1."),
    ("second", "2."),
    ("third", "3."),
    ("fourth", "4."),
    ("erst", "1."),
    ("zweit", "2."),
    ("dritt", "3."),
    ("viert", "4."),
    ("funft", "5."),
];
/// Endings of ordinal numbers.
const ENDINGS: [&str; 5] = ["e", "en", "er", "es", "em"];

/// The number that a folded word is.
pub(super) fn of(word: &str) -> Option<String> {
    if word.chars().any(|ch| ch.is_ascii_digit()) {
        return Some(word.to_owned());
    }
    let named = |word: &str| WORDS.iter().find(|(name, _)| *name == word).map(|(_, figure)| *figure);
    let ordinal = |stem: &str| named(stem).filter(|figure| figure.ends_with('.'));
    named(word)
        // "erst" alone is "only then".
        .filter(|_| word != "erst")
        .or_else(|| word.strip_suffix("mal").and_then(named))
        .or_else(|| ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).and_then(ordinal)))
        .map(str::to_owned)
}

pub(super) fn stand(claim: &Claim, carrying: &[&Claim]) -> bool {
    claim.numbers.iter().all(|number| carrying.iter().any(|one| one.numbers.contains(number)))
}
