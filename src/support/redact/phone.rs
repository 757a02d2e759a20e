//! Telephone numbers.
//!
//! They are hard to tell from serial numbers, dates, versions and network
//! addresses: a number counts when it is dialled like one (`0231/…`, `+49 …`)
//! and nothing before it calls it something else, or when a word such as
//! `Durchwahl` announces it.

use std::ops::Range;

use regex::Regex;

use super::{PersonalKind, Span, contact::joined_before, token::Words, vocabulary::Class};

/// Whose number it is tells whether `Nummer` means a telephone.
const NUMBER_OF: [&str; 6] = ["meine", "unter", "folgende", "der", "my", "unsere"];
const FILLERS: [&str; 28] = [
    "unter",
    "ist",
    "nr",
    "nummer",
    "der",
    "die",
    "meine",
    "meiner",
    "lautet",
    "mich",
    "bitte",
    "auf",
    "sie",
    "bin",
    "ich",
    "tel",
    "handy",
    "mobil",
    "is",
    "number",
    "an",
    "am",
    "besten",
    "direkt",
    "privat",
    "zuruck",
    "folgender",
    "telefon",
];

/// Compiled expressions; all linear in the text.
pub(super) struct Patterns {
    dialled: Regex,
    digits: Regex,
    /// A date, a time, a version or a network address.
    date: Regex,
}

impl Patterns {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            dialled: compile(r"(?:\+\s?\(?\d|\(\s?0\d|0[ ]?\d)[\d \t\u{a0}()/.\-–]{4,24}\d"),
            digits: compile(r"^[+(]{0,2}\d[\d \t\u{a0}()/.\-–]{0,22}\d"),
            date: compile(
                r"^\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?(?:19|20)?\d\d(?:\D|$)|^\d{1,2}\.\d\d\s?(?:Uhr|[-–])|^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d|^(?:19|20)\d\d$",
            ),
        }
    }

    /// Telephone numbers.
    pub(super) fn find(&self, words: &Words) -> Vec<Span> {
        let text = words.text;
        let mut found = Vec::new();
        for hit in self.dialled.find_iter(text) {
            let range = shortened(text, hit.range());
            let plain = text[range.clone()].bytes().all(|byte| byte.is_ascii_digit());
            let announced = announced(words, range.start, plain);
            if announced != Some(false) && self.is_number(text, &range, announced.is_some()) {
                found.push(Span { kind: PersonalKind::Phone, range });
            }
        }
        for at in 0..words.list.len() {
            let least = if words.has(at, Class::EXTENSION) {
                2
            } else if words.has(at, Class::PHONE) {
                4
            } else {
                continue;
            };
            found
                .extend(self.announced_number(words, at, least).map(|range| Span { kind: PersonalKind::Phone, range }));
        }
        found
    }

    /// The digits that a word such as `Durchwahl` announces.
    fn announced_number(&self, words: &Words, at: usize, least: usize) -> Option<Range<usize>> {
        if words.is(at, &["nummer"]) && !(at > 0 && words.is(at - 1, &NUMBER_OF)) {
            return None;
        }
        let mut next = at + 1;
        while next < at + 7 && words.is(next, &FILLERS) && !words.breaks(next) {
            next += 1;
        }
        let token = words.get(next).filter(|token| !token.opaque)?;
        let gap = words.gap(next);
        if gap.contains(['!', '?', ';']) || gap.contains(". ") && !words.is(at, &["tel", "dw"]) {
            return None;
        }
        let start = token.range.start - gap.len() + gap.trim_end_matches(['+', '(']).len();
        let hit = self.digits.find(&words.text[start..])?;
        let range = shortened(words.text, start..start + hit.end());
        let number = &words.text[range.clone()];
        let count = number.bytes().filter(u8::is_ascii_digit).count();
        let whole = !words.text[range.end..].starts_with(|ch: char| ch.is_alphanumeric() || ch == ':');
        ((least..=16).contains(&count) && whole && !self.date.is_match(number)).then_some(range)
    }

    /// Whether digits that begin like a telephone number are one.
    fn is_number(&self, text: &str, range: &Range<usize>, announced: bool) -> bool {
        let number = &text[range.clone()];
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let after = text[range.end..].chars().next();
        let cut = joined_before(text, range.start)
            || after.is_some_and(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '#' | ':'));
        if cut || !(7..=15).contains(&digits) || self.date.is_match(number) {
            return false;
        }
        if announced || number.starts_with('+') {
            return true;
        }
        let area = number.trim_start_matches('(').bytes().take_while(u8::is_ascii_digit).count();
        let separated = number.contains(|ch: char| !ch.is_ascii_digit());
        if separated {
            area >= 3 && number.matches('.').count() < 2
        } else {
            let mobile = ["015", "016", "017"].iter().any(|prefix| number.starts_with(prefix));
            let abroad = ["0049", "0043", "0041"].iter().any(|prefix| number.starts_with(prefix));
            (10..=14).contains(&digits) && (mobile || abroad || !number.starts_with("00"))
        }
    }
}

/// What the words just before a number call it: a telephone (`true`) or something else (`false`).
/// A `plain` number has digits only, as serial numbers have.
fn announced(words: &Words, start: usize, plain: bool) -> Option<bool> {
    let before = words.list.partition_point(|token| token.range.end <= start);
    for at in (before.saturating_sub(4)..before).rev() {
        if words.is(at, &["nummer", "nr"]) && !(at > 0 && words.is(at - 1, &NUMBER_OF)) {
            if plain {
                return Some(false);
            }
            continue;
        }
        if words.has(at, Class::PHONE | Class::EXTENSION) {
            return Some(true);
        }
        let serial = words.get(at).is_some_and(|token| {
            token.has(Class::SERIAL) || token.folded.starts_with("serien") || token.folded.starts_with("inventar")
        });
        if serial || (words.is(at, &["n"]) && at > 0 && words.is(at - 1, &["s"])) {
            return Some(false);
        }
        if words.breaks(at) && !words.has(at, Class::STOP) && words.gap(at).contains(['!', '?', '\n']) {
            return None;
        }
    }
    None
}

/// Without what belongs to the next number or a unit: `0231 12345 - 10 Uhr`.
fn shortened(text: &str, range: Range<usize>) -> Range<usize> {
    let mut end = range.end;
    let unit = ["Uhr", "uhr", "Geräte", "iPad", "Schüler", "Kinder", "%"];
    let follows = text[end..].trim_start();
    let mut cut = unit.iter().any(|word| follows.starts_with(word)) || text[end..].starts_with(':');
    loop {
        let piece = &text[range.start..end];
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        if !cut && digits <= 15 && !piece.contains("  ") {
            return range.start..end;
        }
        let Some(space) = piece.rfind(char::is_whitespace) else { return range.start..end };
        end = range.start + piece[..space].trim_end_matches(|ch: char| !ch.is_ascii_digit()).len();
        cut = false;
    }
}
