//! Secrets that stand in the sentence of a password without being its object:
//! `wenn ich sommer15 eingebe kommt Passwort falsch`, `kann mich mit Pizza123!
//! nicht einloggen`. What is mixed of letters and digits there is one, unless it
//! counts a device, a room or a version (`iPad12`, `Raum204`, `Windows11`).

use std::ops::Range;

use super::{
    token::Words,
    value::{looks_secret, value},
    vocabulary::Class,
};

/// How many words apart the word for a password and the secret may be.
const REACH: usize = 10;

/// Secrets around the word for a password (or a code) at `at`.
pub(super) fn around(words: &Words, at: usize, code: bool) -> Vec<Range<usize>> {
    let mut first = at;
    while first > 0 && at - first < REACH && !ends(words, first) {
        first -= 1;
    }
    let mut last = at + 1;
    while last < words.list.len() && last - at < REACH && !ends(words, last) {
        last += 1;
    }
    let (Some(start), Some(end)) = (words.get(first), words.get(last - 1)) else { return Vec::new() };
    let (start, end) = (start.range.start, end.range.end);
    let mut found = Vec::new();
    for piece in pieces(words.text, start..end) {
        let Some((range, _)) = value(words.text, piece.start).filter(|(range, _)| range.end <= piece.end) else {
            continue;
        };
        if if code { typed(words, &range) } else { secret(words, &range) } {
            found.push(range);
        }
    }
    found
}

/// Whatever in `range` is mixed as nothing but a password is.
pub(super) fn secrets<'a>(words: &'a Words, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + 'a {
    pieces(words.text, range.clone())
        .filter_map(move |piece| value(words.text, piece.start).filter(|(found, _)| found.end <= piece.end))
        .map(|(found, _)| found)
        .filter(|found| secret(words, found))
}

/// `mit Pizza123! nicht einloggen`: the word at `at` says that somebody logs in.
pub(super) fn logging_in(words: &Words, at: usize) -> Option<Range<usize>> {
    const LOGIN: [&str; 10] = [
        "einloggen",
        "eingeloggt",
        "anmelden",
        "angemeldet",
        "einloggt",
        "anmelde",
        "einlogge",
        "reinkommen",
        "rein",
        "login",
    ];
    if !words.is(at, &LOGIN) {
        return None;
    }
    let with = (at.saturating_sub(6)..at).rev().find(|with| words.is(*with, &["mit", "with"]))?;
    let (range, _) = value(words.text, words.get(with)?.range.end)?;
    let inside = range.end <= words.get(at)?.range.start;
    (inside && secret(words, &range) && signed(&words.text[range.clone()])).then_some(range)
}

/// Whether a sentence ends before word `at`; the mark inside `Delfin!22` ends none.
pub(super) fn ends(words: &Words, at: usize) -> bool {
    let gap = words.gap(at);
    gap.contains(['?', ';', '\n']) || gap.contains("! ") || gap.contains(". ")
}

/// Runs without space.
fn pieces(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    // A mark at the end of the last word belongs to it.
    let end = text[range.end..].find(char::is_whitespace).map_or(text.len(), |space| range.end + space);
    let mut at = range.start;
    std::iter::from_fn(move || {
        at += text[at..end].len() - text[at..end].trim_start().len();
        let stop = text[at..end].find(char::is_whitespace).map_or(end, |space| at + space);
        let piece = at..stop;
        at = stop;
        (!piece.is_empty()).then_some(piece)
    })
}

fn signed(text: &str) -> bool {
    text.contains(['!', '#', '$', '%', '&', '*', '_', '+', '§', '€'])
}

/// Letters and digits as nothing but a password has them.
fn secret(words: &Words, range: &Range<usize>) -> bool {
    const COUNTED: [&str; 42] = [
        "tafel", "beamer", "board", "windows", "win", "office", "ios", "ipados", "macos", "android", "cat", "wpa",
        "usb", "hdmi", "teams", "moodle", "drucker", "epson", "klasse", "version", "update", "kanal", "port", "switch",
        "ap", "vlan", "server", "client", "lehrer", "schuler", "koffer", "wagen", "tablet", "gast", "gaste", "web",
        "mp", "gerat", "user", "platz", "tag", "level",
    ];
    let text = &words.text[range.clone()];
    let letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.contains(['/', '\\', '@', ':', '=', '(']) || text.chars().all(|ch| !ch.is_lowercase());
    if plain || !looks_secret(text) || letters < 3 || digits == 0 || (text.len() < 6 && !signed(text)) {
        return false;
    }
    let at = words.from(range.start);
    let Some(token) = words.get(at).filter(|token| !token.opaque) else { return false };
    let base = token.folded.trim_end_matches(|ch: char| ch.is_ascii_digit() || ch == '-');
    let serial = at > 0 && words.has(at - 1, Class::SERIAL | Class::PLACE_BEFORE);
    let thing =
        COUNTED.contains(&base) || (words.class(base).has(Class::OWNED | Class::PLACE_BEFORE) && base != "schule");
    !serial && (signed(text) || !thing)
}

/// `8642 ein`, `1234 eingegeben`.
fn typed(words: &Words, range: &Range<usize>) -> bool {
    let text = &words.text[range.clone()];
    let next = words.from(range.end);
    (4..=8).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && words.is(next, &["ein", "eingebe", "eingegeben", "eingeben", "eintippe", "eingetippt", "eintippen", "tippe"])
}
