//! Which language a question is written in: lingua, for the two the product speaks.

use lingua::{Language, LanguageDetector, LanguageDetectorBuilder};

use crate::domain::lang::Lang;

/// Fewer letters than this say nothing: "HDMI", "beamer".
const FEWEST_LETTERS: usize = 8;
/// How much likelier the other language must be to overrule the page's.
const OVERRULE: f64 = 0.80;

/// Recognises German and English.
pub struct Languages(LanguageDetector);

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
        if text.chars().filter(|ch| ch.is_alphabetic()).count() < FEWEST_LETTERS {
            return page;
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
    }
}
