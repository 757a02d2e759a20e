//! Cuts text into words: runs of letters and digits, and runs joined by hyphens.
//! A hyphenated word is one word with its pieces beside it (`W-LAN` is `wlan`,
//! also found by `lan`). Soft hyphens, zero-width characters and combining marks
//! belong to the word that they stand in, so that text from a PDF or a Mac meets
//! typed text. Words of more than [`LONGEST`] letters are noise and left out.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::domain::text;

/// Longest word that is looked at, in letters.
pub(super) const LONGEST: usize = 64;

/// A form of a word as German and as English reads it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Form {
    /// Folded: `ü`, `ue` and `u` meet.
    pub(super) folded: String,
    /// Lower case without accents: an English `issue` keeps its `ue`.
    pub(super) plain: String,
}

impl Form {
    /// Reads one word; `None` where nothing is left of it or it is too long.
    pub(super) fn new(raw: &str) -> Option<Self> {
        if raw.is_ascii() {
            let plain: String =
                raw.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let folded = text::fold(&plain);
            return (1..=LONGEST).contains(&folded.len()).then_some(Self { folded, plain });
        }
        let letters = |text: &str| text.chars().filter(|ch| ch.is_alphanumeric()).collect::<String>();
        let folded = letters(&text::fold(raw));
        let length = folded.chars().count();
        if length == 0 || length > LONGEST {
            return None;
        }
        let plain = raw.nfkd().flat_map(char::to_lowercase).collect::<String>();
        Some(Self { folded, plain: letters(&plain) })
    }
}

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) form: Form,
    /// The pieces between hyphens, where there are at least two.
    pub(super) pieces: Vec<Form>,
    /// First byte in the text.
    pub(super) start: usize,
    /// Byte after the last.
    pub(super) end: usize,
}

impl Word {
    /// The word itself, then its pieces.
    pub(super) fn forms(&self) -> impl Iterator<Item = &Form> {
        std::iter::once(&self.form).chain(&self.pieces)
    }
}

/// The words of a text in order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, _) = rest.find(|(_, ch)| ch.is_alphanumeric())?;
            let mut end = text.len();
            while let Some((at, ch)) = rest.peek().copied() {
                let after = text[at + ch.len_utf8()..].chars().next();
                if within(ch) || (hyphen(ch) && after.is_some_and(char::is_alphanumeric)) {
                    rest.next();
                } else {
                    end = at;
                    break;
                }
            }
            if let Some(word) = read(text, start, end) {
                return Some(word);
            }
        }
    })
}

fn read(text: &str, start: usize, end: usize) -> Option<Word> {
    let raw = &text[start..end];
    let mut pieces: Vec<Form> = Vec::new();
    if raw.contains(hyphen) {
        // A dotted line of a form or a key printed with hyphens is no word; its pieces are bounded.
        pieces = raw.split(hyphen).take(8).filter_map(Form::new).collect();
    }
    Form::new(raw).map(|form| Word { form, pieces, start, end })
}

fn within(ch: char) -> bool {
    let unseen = matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    ch.is_alphanumeric() || unseen || is_combining_mark(ch)
}

fn hyphen(ch: char) -> bool {
    matches!(ch, '-' | '\u{2010}' | '\u{2011}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).map(|word| word.form.folded).collect()
    }

    #[test]
    fn hyphens_join_and_keep_their_pieces() {
        let all: Vec<Word> = words("Das W-LAN-Passwort – bitte!").collect();
        assert_eq!(all[1].form.folded, "wlanpasswort");
        let pieces: Vec<&str> = all[1].pieces.iter().map(|form| form.folded.as_str()).collect();
        assert_eq!(pieces, ["w", "lan", "passwort"]);
        assert_eq!(folded("Lehrer- und Schüler"), ["lehrer", "und", "schuler"]);
    }

    #[test]
    fn marks_and_soft_hyphens_stay_inside() {
        assert_eq!(folded("Pru\u{308}fung Druc\u{ad}ker"), ["prufung", "drucker"]);
        assert_eq!(words("Issue").next().unwrap().form.plain, "issue");
    }

    #[test]
    fn noise_is_left_out() {
        assert_eq!(folded(&format!("a {} b", "x".repeat(65))), ["a", "b"]);
        assert_eq!(folded("!? … \u{202e}\u{301}"), Vec::<String>::new());
    }
}
