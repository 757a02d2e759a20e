//! Which language a question is written in: lingua, for the two the product speaks.

use lingua::{Language, LanguageDetector, LanguageDetectorBuilder};

use crate::domain::{lang::Lang, text::words};

/// Fewer letters than this say nothing: "HDMI", "beamer".
const FEWEST_LETTERS: usize = 8;
/// Below so many letters the small words say it better than the letters do: "class", "has" and
/// "internet" look German.
const SHORT: usize = 60;
/// How much likelier the other language must be to overrule the page's.
const OVERRULE: f64 = 0.80;

/// Recognises German and English.
pub struct Languages(LanguageDetector);

/// Small words that the other language does not have.
const ENGLISH: [&str; 34] = [
    "the", "is", "isn", "not", "no", "my", "does", "doesn", "don", "won", "can", "cannot", "how", "what", "with",
    "has", "have", "from", "and", "are", "shows", "whole", "of", "to", "i", "it", "turn", "works", "working", "asks",
    "wrong", "find", "password", "use",
];
const GERMAN: [&str; 32] = [
    "der",
    "die",
    "das",
    "ist",
    "nicht",
    "nich",
    "net",
    "kein",
    "keine",
    "keinen",
    "mein",
    "meine",
    "geht",
    "ich",
    "wie",
    "und",
    "auf",
    "mit",
    "von",
    "zu",
    "ein",
    "eine",
    "im",
    "am",
    "bei",
    "wird",
    "hat",
    "habe",
    "funktioniert",
    "bild",
    "ganze",
    "klasse",
];

/// The language of a few words, where two of one speak for it and none for the other.
fn by_small_words(text: &str) -> Option<Lang> {
    let words: Vec<String> = words(text).map(str::to_lowercase).collect();
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(&word.as_str())).count();
    match (count(&ENGLISH), count(&GERMAN)) {
        (2.., 0) => Some(Lang::En),
        (0, 2..) => Some(Lang::De),
        _ => None,
    }
}

/// How many small words of German or English a text holds.
#[must_use]
pub fn small_words(text: &str) -> usize {
    let known = |word: &str| ENGLISH.contains(&word) || GERMAN.contains(&word);
    words(text).map(str::to_lowercase).filter(|word| known(word)).count()
}

impl Default for Languages {
    fn default() -> Self {
        Self(
            LanguageDetectorBuilder::from_languages(&[Language::German, Language::English])
                .with_low_accuracy_mode()
                .build(),
        )
    }
}

impl Languages {
    /// The language of `text`; `page` where the text is too short or too mixed to say.
    #[must_use]
    pub fn of(&self, text: &str, page: Lang) -> Lang {
        let letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
        if letters < FEWEST_LETTERS {
            return page;
        }
        if let Some(lang) = by_small_words(text).filter(|_| letters < SHORT) {
            return lang;
        }
        let other = page.pick(Language::English, Language::German);
        if self.0.compute_language_confidence(text, other) >= OVERRULE { page.pick(Lang::En, Lang::De) } else { page }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_language_is_overruled_by_a_clear_text_only() {
        let languages = Languages::default();
        assert_eq!(languages.of("the projector shows no picture at all", Lang::De), Lang::En);
        assert_eq!(languages.of("der beamer zeigt kein bild an", Lang::En), Lang::De);
        assert_eq!(languages.of("beamer geht nicht", Lang::De), Lang::De);
        assert_eq!(languages.of("HDMI?", Lang::En), Lang::En);
        assert_eq!(languages.of("class has no internet", Lang::De), Lang::En);
        assert_eq!(languages.of("das netz ist weg", Lang::En), Lang::De);
    }
}
