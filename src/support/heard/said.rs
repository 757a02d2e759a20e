//! A message as it is listened to: words folded and brought to one spelling, with their
//! place in the text, the pauses between them, and one line that patterns are tried on.
//!
//! What masking left behind (`[Name]`) is a word of its own that nothing matches.

use crate::domain::text::fold;

/// What stands between a word and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pause {
    None,
    /// A comma, a colon, a dash, a bracket.
    Comma,
    /// The end of a sentence or line.
    Stop,
}

/// One word.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Folded, everyday spellings brought to one: `nich` and `net` are `nicht`.
    pub word: String,
    /// Bytes in the text.
    pub start: usize,
    pub end: usize,
    /// Before the word.
    pub pause: Pause,
    /// Joined to the word before by a hyphen, a stroke or a full stop without space: `EB-L200F`.
    pub glued: bool,
    /// A piece of the mask.
    pub mask: bool,
}

/// A message, split.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    /// ` wort  wort  ,  wort `: each word and pause between spaces of its own.
    pub line: String,
    /// Where each token begins in the line.
    at: Vec<usize>,
}

/// Spellings of everyday German that mean one word, folded.
const SPELLINGS: [(&str, &[&str]); 30] = [
    ("nicht", &["nich", "net", "ned", "nit", "nischt", "garnicht", "garnich", "nedd"]),
    ("nix", &["nichts", "nuscht", "garnix", "garnichts", "nixx", "nichs", "nuescht", "niks"]),
    (
        "kein",
        &[
            "keine", "keinen", "keinem", "keines", "koan", "keen", "keene", "keenen", "koi", "koin", "koine", "kene",
            "ken",
        ],
    ),
    ("jetzt", &["jetz", "etz", "etzt", "jez", "jetzd"]),
    ("grad", &["grade", "gerade", "gradmal"]),
    ("ist", &["is", "isch", "iss"]),
    ("ich", &["i", "ick", "ik", "isch's"]),
    ("hab", &["habe", "hob", "habs", "habb", "han", "hann", "hebb", "ha"]),
    ("haben", &["ham", "hamm", "hamma", "habn", "habens", "hand", "hebbt"]),
    ("ging", &["jing", "gung", "gieng"]),
    ("kommt", &["kutt", "kimmt", "kummt"]),
    ("bleibt", &["bliev", "blievt", "blifft", "bleiwt", "blieft"]),
    ("lauft", &["loppt", "lupp", "leeft", "laft"]),
    ("schon", &["scho", "schoo", "schu"]),
    ("wieder", &["widder", "wedder", "wida", "wieda"]),
    ("konnte", &["konnt", "konnten", "kunnt"]),
    ("komm", &["komme", "kommen", "komms"]),
    ("ein", &["eine", "einen", "einem", "einer", "eines", "nen", "nem", "ner", "nes", "n"]),
    ("aus", &["ausm", "ausn"]),
    ("auf", &["aufm", "uff", "uffm", "uf", "op"]),
    ("mit", &["mitm", "mitn", "midm"]),
    ("an", &["anne", "anner", "ans"]),
    ("im", &["inner", "inne", "innem", "ins"]),
    ("mal", &["ma", "einmal", "nochmal", "nochma", "nochmals"]),
    ("auch", &["ooch", "och", "aach", "au"]),
    ("alles", &["allet", "ois"]),
    ("das", &["dat", "des", "dit"]),
    ("was", &["wat", "watt"]),
    ("brauch", &["brauche", "brauchen", "braucht", "brauchs"]),
    ("schuler", &["schulerinnen", "schulern", "sus", "kids", "schulerin"]),
];

impl<'a> Said<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut said = Self { text, tokens: Vec::new(), line: String::with_capacity(text.len() * 2), at: Vec::new() };
        let mut start = None;
        let mut chars = text.char_indices().peekable();
        while let Some((at, ch)) = chars.next() {
            if ch == '['
                && let Some(length) = mask(&text[at..])
            {
                if let Some(from) = start.take() {
                    said.push(from, at, false);
                }
                said.push(at, at + length, true);
                while chars.next_if(|(next, _)| *next < at + length).is_some() {}
            } else if ch.is_alphanumeric() {
                start.get_or_insert(at);
            } else if let Some(from) = start.take() {
                said.push(from, at, false);
            }
        }
        if let Some(from) = start {
            said.push(from, text.len(), false);
        }
        said.write_line();
        said
    }

    fn write_line(&mut self) {
        for at in 0..self.tokens.len() {
            // "Guten Morgen" is no term.
            let greets = matches!(self.before(at, 1), "guten" | "guter" | "schonen" | "gudn" | "good")
                || at == 0 && self.tokens.get(1).is_none_or(|next| next.pause != Pause::None);
            let token = &mut self.tokens[at];
            if greets && matches!(token.word.as_str(), "morgen" | "tag" | "abend" | "morning" | "mittag") {
                token.word = "hallo".into();
            }
            match token.pause {
                Pause::None => {}
                Pause::Comma => self.line.push_str(" , "),
                Pause::Stop => self.line.push_str(" . "),
            }
            self.at.push(self.line.len());
            self.line.push(' ');
            self.line.push_str(&token.word);
            self.line.push(' ');
        }
    }

    fn push(&mut self, start: usize, end: usize, mask: bool) {
        let (pause, glued) = match self.tokens.last() {
            None => (Pause::None, false),
            Some(before) => self.between(before, start),
        };
        let word = if mask { "[]".to_owned() } else { usual(&fold(&self.text[start..end])) };
        self.tokens.push(Token { word, start, end, pause, glued, mask });
    }

    fn between(&self, before: &Token, start: usize) -> (Pause, bool) {
        let gap = &self.text[before.end..start];
        if matches!(gap, "-" | "/" | "." | "_" | "–" | "'" | "’") {
            return (Pause::None, true);
        }
        let ordinal = before.word.len() <= 2 && before.word.bytes().all(|byte| byte.is_ascii_digit());
        if gap.contains(['!', '?', ';', '\n', '…']) || gap.contains('.') && !(ordinal && gap == ". ") {
            (Pause::Stop, false)
        } else if gap.contains([',', ':', '(', ')', '–', '—', '=']) || gap.contains(" - ") {
            (Pause::Comma, false)
        } else {
            (Pause::None, false)
        }
    }

    /// The word at a place; empty beyond both ends.
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The word so many places before, within the same sentence; else empty.
    pub(super) fn before(&self, at: usize, places: usize) -> &str {
        let Some(from) = at.checked_sub(places) else { return "" };
        let apart = (from + 1..=at).any(|next| self.tokens.get(next).is_none_or(|token| token.pause == Pause::Stop));
        if apart { "" } else { self.word(from) }
    }

    /// The word so many places after, within the same sentence; else empty.
    pub(super) fn after(&self, at: usize, places: usize) -> &str {
        let apart =
            (at + 1..=at + places).any(|next| self.tokens.get(next).is_none_or(|token| token.pause == Pause::Stop));
        if apart { "" } else { self.word(at + places) }
    }

    /// The words as written.
    pub(super) fn raw(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    /// What follows the word in the text, up to the next one.
    pub(super) fn gap_after(&self, at: usize) -> &'a str {
        let from = self.tokens.get(at).map_or(self.text.len(), |token| token.end);
        let to = self.tokens.get(at + 1).map_or(self.text.len(), |token| token.start);
        &self.text[from..to]
    }

    /// The token that stands at a place of the line, or the next one.
    pub(super) fn token_at(&self, line: usize) -> usize {
        self.at.partition_point(|at| *at < line)
    }

    /// Where a token begins in the line; the end of the line for what is beyond.
    pub(super) fn line_at(&self, token: usize) -> usize {
        self.at.get(token).copied().unwrap_or(self.line.len())
    }
}

/// Bytes of a token of the mask that the text begins with.
fn mask(text: &str) -> Option<usize> {
    let end = text.find(']')?;
    let inside = &text[1..end];
    let known = ["Gesundheit", "Name", "Adresse", "Telefon", "Geburtsdatum", "E-Mail", "IBAN", "Kennung", "Passwort"];
    known.contains(&inside).then_some(end + 1)
}

/// The usual spelling of a folded word.
pub(super) fn usual(word: &str) -> String {
    SPELLINGS.iter().find(|(_, others)| others.contains(&word)).map_or(word, |(usual, _)| usual).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_pauses_and_masks_keep_their_places() {
        let said = Said::new("Geht nich: [Name] hat EB-L200F. In der 3. Stunde…");
        let words: Vec<&str> = said.tokens.iter().map(|token| token.word.as_str()).collect();
        assert_eq!(words, ["geht", "nicht", "[]", "hat", "eb", "l200f", "in", "der", "3", "stunde"]);
        assert_eq!(said.tokens[2].pause, Pause::Comma);
        assert!(said.tokens[5].glued && said.tokens[2].mask);
        assert_eq!((said.tokens[6].pause, said.tokens[9].pause), (Pause::Stop, Pause::None));
        assert_eq!(said.line, " geht  nicht  ,  []  hat  eb  l200f  .  in  der  3  stunde ");
        assert_eq!(said.token_at(said.line.find(" hat ").unwrap()), 3);
        assert_eq!((said.before(6, 1), said.before(7, 1), said.after(0, 1)), ("", "in", "nicht"));
    }
}
