//! What kind of thing a question asks for, by its first question word: a time, a
//! number, a person. A heading that asks the same is more likely the one meant, and
//! who asks for a number is served by a sentence that holds one.

use crate::domain::text::{fold, words};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    When,
    HowMany,
    Who,
    Where,
    Why,
    What,
    Which,
    How,
}

impl Asks {
    /// `None` where no question word stands.
    pub(super) fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        let words: Vec<&str> = words(&folded).take(24).collect();
        words.iter().enumerate().find_map(|(at, word)| Self::word(word, words.get(at + 1).copied()))
    }

    fn word(word: &str, next: Option<&str>) -> Option<Self> {
        const MEASURES: [&str; 14] = [
            "viel", "viele", "vielen", "hoch", "gross", "lang", "lange", "weit", "oft", "alt", "many", "much", "long",
            "old",
        ];
        match word {
            "wann" | "when" => Some(Self::When),
            "wer" | "wem" | "wen" | "wessen" | "who" | "whom" | "whose" => Some(Self::Who),
            "wo" | "wohin" | "woher" | "where" => Some(Self::Where),
            "warum" | "wieso" | "weshalb" | "why" => Some(Self::Why),
            "was" | "what" | "womit" | "wodurch" | "wofur" | "wozu" => Some(Self::What),
            "welche" | "welcher" | "welches" | "welchen" | "welchem" | "which" => Some(Self::Which),
            "wieviel" | "wieviele" => Some(Self::HowMany),
            "wie" | "how" if next.is_some_and(|next| MEASURES.contains(&next)) => Some(Self::HowMany),
            "wie" | "how" => Some(Self::How),
            _ => None,
        }
    }

    /// Whether the answer is likely to hold a number.
    pub(super) fn number(self) -> bool {
        matches!(self, Self::When | Self::HowMany)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_question_word_tells() {
        for (text, asks) in [
            ("Wie lange ist die Inkubationszeit?", Some(Asks::HowMany)),
            ("Seit wann gibt es das", Some(Asks::When)),
            ("In what country is Normandy", Some(Asks::What)),
            ("wie spiegel ich", Some(Asks::How)),
            ("beamer kein signal", None),
        ] {
            assert_eq!(Asks::of(text), asks, "{text}");
        }
    }
}
