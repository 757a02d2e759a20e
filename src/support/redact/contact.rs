//! E-mail addresses, telephone numbers, bank accounts: what has a form of its own.
//!
//! Telephone numbers are the hard ones among serial numbers, dates, versions
//! and network addresses: a number counts when it is dialled like one
//! (`0231/…`, `+49 …`) and nothing before it calls it something else, or when a
//! word such as `Durchwahl` announces it.

use std::ops::Range;

use regex::Regex;

use super::{PersonalKind, Span, token::Words, vocabulary::Class};

/// Compiled expressions; all linear in the text.
pub(super) struct Patterns {
    email: Regex,
    hint: Regex,
    spelled: Regex,
    iban: Regex,
    dialled: Regex,
    digits: Regex,
    date: Regex,
}

const SERIALS: [&str; 40] = [
    "sn",
    "s/n",
    "snr",
    "seriennummer",
    "seriennr",
    "seriennumer",
    "serien",
    "serial",
    "inventarnummer",
    "inventar",
    "inventarnr",
    "inv",
    "imei",
    "asset",
    "ticket",
    "ticketnummer",
    "auftrag",
    "auftragsnummer",
    "artikel",
    "artikelnummer",
    "kundennummer",
    "bestellnummer",
    "fehler",
    "fehlercode",
    "version",
    "build",
    "modell",
    "id",
    "mac",
    "ip",
    "barcode",
    "ean",
    "lizenz",
    "lizenznummer",
    "vorgang",
    "vorgangsnummer",
    "geratenummer",
    "rechnung",
    "rechnungsnummer",
    "teilenummer",
];
const PHONES: [&str; 22] = [
    "tel",
    "telefon",
    "telefonnummer",
    "telefonnr",
    "handy",
    "handynummer",
    "handynr",
    "mobil",
    "mobilnummer",
    "mobiltelefon",
    "mobile",
    "fax",
    "festnetz",
    "ruckruf",
    "ruckrufnummer",
    "rufnummer",
    "whatsapp",
    "telefonisch",
    "phone",
    "erreichbar",
    "anrufen",
    "nummer",
];
const EXTENSIONS: [&str; 5] = ["durchwahl", "dw", "nebenstelle", "apparat", "extension"];
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
            iban: compile(r"(?i)[a-z]{2}\d{2}(?:[ \u{a0}-]?[a-z0-9]){11,30}"),
            dialled: compile(r"(?:\+\s?\(?\d|\(\s?0\d|0\d)[\d \t\u{a0}()/.\-–]{4,24}\d"),
            digits: compile(r"^[+(]{0,2}\d[\d \t\u{a0}()/.\-–]{0,22}\d"),
            date: compile(
                r"^\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?(?:19|20)?\d\d(?:\D|$)|^\d{1,2}\.\d\d\s?(?:Uhr|[-–])|^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d|^(?:19|20)\d\d$",
            ),
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

    /// Telephone numbers.
    pub(super) fn find_phones(&self, words: &Words) -> Vec<Span> {
        let text = words.text;
        let mut found = Vec::new();
        for hit in self.dialled.find_iter(text) {
            let range = shortened(text, hit.range());
            let announced = announced(words, range.start);
            if announced != Some(false) && self.is_number(text, &range, announced.is_some()) {
                found.push(Span { kind: PersonalKind::Phone, range });
            }
        }
        for at in 0..words.list.len() {
            let least = if words.is(at, &EXTENSIONS) {
                2
            } else if words.is(at, &PHONES) {
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
        if at > 0 && words.is(at, &["nummer"]) && !words.is(at - 1, &["meine", "unter", "folgende", "der", "my"]) {
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
fn announced(words: &Words, start: usize) -> Option<bool> {
    let before = words.list.partition_point(|token| token.range.end <= start);
    for at in (before.saturating_sub(4)..before).rev() {
        if words.is(at, &PHONES) || words.is(at, &EXTENSIONS) {
            return Some(true);
        }
        let serial = words.get(at).is_some_and(|token| {
            SERIALS.contains(&token.folded.as_str())
                || token.folded.rsplit('-').next_back().is_some_and(|head| SERIALS.contains(&head))
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

/// Whether the place is the middle of a longer word or number.
fn joined_before(text: &str, start: usize) -> bool {
    let mut before = text[..start].chars().rev();
    match before.next() {
        None => false,
        Some(ch) if ch.is_alphanumeric() => true,
        Some('-' | '_' | '#' | '.' | ':' | '/' | '+') => {
            before.next().is_some_and(|ch| ch.is_ascii_digit() || ch.is_ascii_uppercase())
        }
        Some(_) => false,
    }
}

/// Without full stops and hyphens at the ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let piece_start = range.start + piece.len() - piece.trim_start_matches(['.', '-']).len();
    let end = range.end - (piece.len() - piece.trim_end_matches(['.', '-']).len());
    piece_start.min(end)..end
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
        let digits = candidate[2..=at].bytes().all(|byte| !byte.is_ascii_alphabetic());
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
