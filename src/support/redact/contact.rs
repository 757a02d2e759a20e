//! E-mail addresses, also spelled ones (`anna (at) schule punkt de`), and bank accounts.

use std::ops::Range;

use regex::Regex;

use super::{PersonalKind, Span};

/// Compiled expressions; all linear in the text.
pub(super) struct Patterns {
    email: Regex,
    hint: Regex,
    spelled: Regex,
    iban: Regex,
}

impl Patterns {
    pub(super) fn new() -> Self {
        const AT: &str = r"(?:\s*[(\[{<]\s*(?:at|ät|ad|@)\s*[)\]}>]\s*)";
        const DOT: &str = r"(?:\s*[(\[{<]\s*(?:punkt|dot|\.)\s*[)\]}>]\s*|\s+(?:punkt|dot)\s+|\.)";
        const WORDS: &str = r"(?:\s*[(\[{<]\s*(?:punkt|dot)\s*[)\]}>]\s*|\s+(?:punkt|dot)\s+)";
        const PART: &str = r"[\p{L}\p{N}_\-]+";
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            email: compile(r"[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)*"),
            hint: compile(r"(?i)[(\[{<]\s*(?:at|ät|ad|@)\s*[)\]}>]|\s(?:at|ät|@)\s"),
            spelled: compile(&format!(
                "(?i){PART}(?:{DOT}{PART})*(?:{AT}{PART}(?:{DOT}{PART})*|\\s+(?:ät|@)\\s+{PART}(?:{DOT}{PART})+|\
                 \\s+at\\s+{PART}(?:{WORDS}{PART})+)|(?i){PART}[._]{PART}\\s+at\\s+{PART}(?:{DOT}{PART})+"
            )),
            iban: compile(r"[A-Za-z]{2}[0-9]{2}(?:[ \u{a0}-]?[A-Za-z0-9]){11,30}"),
        }
    }

    /// E-mail addresses and bank accounts.
    pub(super) fn find(&self, text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        if text.contains('@') {
            let kind = PersonalKind::Email;
            found.extend(self.email.find_iter(text).map(|hit| Span { kind, range: trimmed(text, hit.range()) }));
        }
        if self.hint.is_match(text) {
            let kind = PersonalKind::Email;
            found.extend(self.spelled.find_iter(text).map(|hit| Span { kind, range: hit.range() }));
        }
        for hit in self.iban.find_iter(text).filter(|hit| !joined_before(text, hit.start())) {
            found.extend(iban(text, hit.range()).map(|range| Span { kind: PersonalKind::Iban, range }));
        }
        found
    }
}

/// Whether the place is the middle of a longer word or number.
pub(super) fn joined_before(text: &str, start: usize) -> bool {
    let mut before = text[..start].chars().rev();
    match before.next() {
        Some(ch) if ch.is_alphanumeric() => true,
        Some('-' | '_' | '#' | '.' | ':' | '/' | '+') => {
            before.next().is_some_and(|ch| ch.is_ascii_digit() || ch.is_ascii_uppercase())
        }
        _ => false,
    }
}

/// Without full stops and hyphens at the ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let piece_start = range.start + piece.len() - piece.trim_start_matches(['.', '-']).len();
    let end = range.end - (piece.len() - piece.trim_end_matches(['.', '-']).len());
    piece_start.min(end)..end
}

/// The part of a candidate that is an account number: the German length, or a right check sum (ISO 13616).
fn iban(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let candidate = &text[range.clone()];
    let german = candidate.get(..2).is_some_and(|country| country.eq_ignore_ascii_case("de"));
    let mut count = 0;
    let mut best = None;
    for (at, ch) in candidate.char_indices() {
        if !ch.is_ascii_alphanumeric() {
            continue;
        }
        count += 1;
        let end = range.start + at + 1;
        let whole = !text[end..].starts_with(|ch: char| ch.is_ascii_alphanumeric());
        let digits = candidate.bytes().take(at + 1).skip(2).all(|byte| !byte.is_ascii_alphabetic());
        let fits = if german {
            digits && (18..=22).contains(&count) && (whole || count == 22)
        } else {
            whole && count > 14 && checks(&candidate[..=at])
        };
        if fits {
            best = Some(range.start..end);
        }
    }
    best
}

/// Remainder 1 modulo 97, letters counted from 10, the first four characters moved to the end.
fn checks(candidate: &str) -> bool {
    let plain: Vec<u8> = candidate.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let (head, tail) = plain.split_at(4.min(plain.len()));
    let remainder = tail.iter().chain(head).fold(0_u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    remainder == 1
}
