//! Secrets in past tickets. Technicians note what they set (`Neuer Code vorerst
//! 190356`, `Zettel mit Sonne_27 hinterlegt`): in a line that speaks of a password
//! whatever is mixed as passwords are is one, and near a code every number is
//! that nothing else counts.

use std::ops::Range;

use super::{
    super::{
        Span, nearby,
        secret::{self, Keyword},
        token::Words,
        vocabulary::Class,
    },
    german::is_word,
};

/// How many words after (before) the word for a code a number may stand.
const AFTER: usize = 25;
const BEFORE: usize = 10;
/// In this many words after it, `die 280511` is a code as well.
const FAR: usize = 70;

pub(in super::super) fn find(words: &Words) -> Vec<Span> {
    let mut found = Vec::new();
    let count = words.list.len();
    // The last word for a code before the word at hand.
    let mut code = None;
    let mut line = 0;
    let mut passwords = Vec::new();
    let coded = (0..count).any(|at| secret::keyword(words, at) == Some(Keyword::Code));
    for at in 0..count {
        if at > 0 && words.gap(at).contains('\n') {
            line += 1;
        }
        match secret::keyword(words, at) {
            Some(Keyword::Code) => {
                code = Some(at);
                passwords.push(line);
            }
            Some(_) => {
                found.extend(beside_user(words, at).map(secret::secret));
                passwords.push(line);
            }
            None if words.is(at, &["pins", "codes", "kopierpins", "druckpins"]) => {
                code = Some(at);
                passwords.push(line);
            }
            None => {}
        }
        found.extend(door(words, at).or_else(|| beside_login(words, at)).map(secret::secret));
        if key(words, at) {
            passwords.push(line);
        }
        if code.is_some_and(|code| number(words, code, at)) || upcoming(words, at) || coded && chosen(words, at) {
            found.extend(words.get(at).map(|token| secret::secret(token.range.clone())));
        }
    }
    found.extend(tables(words).map(secret::secret));
    if !passwords.is_empty() {
        found.extend(lines(words, &passwords).map(secret::secret));
    }
    found
}

/// Whether the word at `at` is a device code: `code` is the word for one before it.
fn number(words: &Words, code: usize, at: usize) -> bool {
    let distance = at - code;
    let noun = at > 0 && words.is(at - 1, &["die", "auf", "mit", "mal", "neu"]) && words.spaced(at);
    let reach = if noun { FAR } else { AFTER };
    digits(words, at, distance < 4) && (distance < 4 || distance <= reach && !counted(words, at))
}

/// `4711 als Code`, `190356 ist der neue Code`.
fn upcoming(words: &Words, at: usize) -> bool {
    digits(words, at, false)
        && !counted(words, at)
        && (at + 1..at + BEFORE)
            .take_while(|next| !words.gap(*next).contains(['.', '!', '?', '\n', ';']))
            .any(|next| secret::keyword(words, next) == Some(Keyword::Code))
}

/// `Nutzername agawro, Kennwort Teekanne`: after a user name any word is the password.
fn beside_user(words: &Words, at: usize) -> Option<Range<usize>> {
    const USERS: [&str; 9] =
        ["benutzer", "benutzername", "user", "username", "nutzername", "nutzer", "kennung", "anmeldename", "loginname"];
    let user = (at.saturating_sub(3)..at).rev().take_while(|before| !words.gap(before + 1).contains('\n'));
    let next = words.get(at + 1).filter(|next| !next.opaque && !next.has(Class::STOP | Class::VERB))?;
    let follows = words.spaced(at + 1) || matches!(words.gap(at + 1), ": " | ":" | " = " | "=" | " - ");
    let word = !next.capital && next.letters && is_word(&next.folded, true);
    (follows && !word && user.into_iter().any(|before| words.is(before, &USERS))).then(|| next.range.clone())
}

/// `Türcode Serverraum C4711X`: codes of doors and alarms hold letters, too.
fn door(words: &Words, at: usize) -> Option<Range<usize>> {
    const DOORS: [&str; 9] =
        ["tur", "alarm", "tor", "tresor", "schliess", "zutritts", "turoffner", "eingangs", "garagen"];
    let token = words.get(at).filter(|token| !token.opaque)?;
    let head = ["code", "-code", "kode", "pin"].iter().find_map(|end| token.folded.strip_suffix(end))?;
    if !DOORS.contains(&head) {
        return None;
    }
    (at + 1..at + 5)
        .take_while(|next| !words.breaks(*next))
        .filter_map(|next| words.get(next))
        .find(|next| {
            let digits = next.folded.bytes().filter(u8::is_ascii_digit).count();
            !next.opaque && digits > 1 && next.folded.len() > 3
        })
        .map(|next| next.range.clone())
}

/// `[Name] / Start1234`: a user name that is masked, and its password.
fn beside_login(words: &Words, at: usize) -> Option<Range<usize>> {
    let token = words.get(at).filter(|token| !token.opaque && !token.letters)?;
    let text = &words.text[token.range.clone()];
    let before = at.checked_sub(1).and_then(|before| words.get(before)).filter(|before| before.opaque)?;
    let name = words.text[..before.range.end].ends_with("Name");
    let mixed = text.contains(char::is_lowercase) && text.chars().filter(char::is_ascii_digit).count() > 1;
    let sign = words.gap(at).trim_start_matches(']').trim();
    (name && mixed && sign == "/" && text.len() > 5).then(|| token.range.clone())
}

/// `sie hatte 7193 genommen`, in a text that speaks of a code.
fn chosen(words: &Words, at: usize) -> bool {
    const DONE: [&str; 16] = [
        "genommen",
        "gesetzt",
        "eingestellt",
        "gewahlt",
        "vergeben",
        "verwendet",
        "benutzt",
        "eingegeben",
        "ein",
        "probiert",
        "versucht",
        "klappt",
        "geht",
        "funktioniert",
        "war",
        "eingerichtet",
    ];
    digits(words, at, false)
        && !counted(words, at)
        && (at + 1..at + 4).take_while(|next| !words.breaks(*next)).any(|next| words.is(next, &DONE))
}

/// `WPA2-Schlüssel`, `Voucher: …`: other words for a password, some of them only with a colon.
fn key(words: &Words, at: usize) -> bool {
    const KEYS: [&str; 4] = ["schlussel", "key", "psk", "netzwerkschlussel"];
    const HEADS: [&str; 5] = ["voucher", "losungswort", "zugang", "gastzugang", "token"];
    let Some(token) = words.get(at) else { return false };
    let last = token.folded.rsplit('-').next().unwrap_or_default();
    KEYS.contains(&last) || HEADS.contains(&last) && words.gap(at + 1).starts_with([':', '='])
}

/// Four to eight digits that are no part of a longer number, no year and no amount.
fn digits(words: &Words, at: usize, near: bool) -> bool {
    const UNITS: [&str; 22] = [
        "uhr", "s", "ms", "min", "sek", "sekunden", "minuten", "stunden", "tage", "eur", "euro", "mb", "gb", "kb",
        "hz", "mhz", "mbit", "stuck", "gerate", "ipads", "seiten", "x",
    ];
    let Some(token) = words.get(at).filter(|token| !token.opaque) else { return false };
    let plain = (4..=8).contains(&token.folded.len()) && token.folded.bytes().all(|byte| byte.is_ascii_digit());
    if !plain {
        return false;
    }
    let (before, after) = (&words.text[..token.range.start], &words.text[token.range.end..]);
    let joined = |ch: Option<char>, next: Option<char>| {
        matches!(ch, Some('.' | '-' | '/' | ':' | ',' | '_' | '#' | '+' | '\\'))
            && next.is_some_and(char::is_alphanumeric)
    };
    let mut left = before.chars().rev();
    let mut right = after.chars();
    let unit = words.spaced(at + 1) && words.is(at + 1, &UNITS) || after.trim_start().starts_with(['%', '€', '°']);
    let year = !near && token.folded.len() == 4 && ["19", "20"].iter().any(|head| token.folded.starts_with(head));
    !(joined(left.next(), left.next()) || joined(right.next(), right.next()) || unit || year)
}

/// `Raum 2041`, `Port 8443`, `Inventar 10233`: something else counts it.
fn counted(words: &Words, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    let keyword = at > 0 && secret::keyword(words, before).is_some();
    let thing = Class::PLACE_BEFORE | Class::SERIAL | Class::PHONE | Class::GROUP;
    at > 0
        && !keyword
        && (words.spaced(at) || words.gap(at).trim() == "." || words.gap(at).trim() == ":")
        && (words.has(before, thing)
            || words.has(before, Class::THING) && !words.has(before, Class::OWNED)
            || words.is(before, &["nr", "nummer", "r", "port", "kanal", "vlan", "von", "bis", "ca", "seit", "ab", "um", "kw", "typ"])
            // `Kyocera TASKalfa 3253`, `COMpact 5500`; not `Tablet 4711`.
            || words.get(before).is_some_and(|token| {
                token.capital && !token.has(Class::OWNED) && words.spaced(at) && !words.is(before, &["neu", "neuer"])
            }))
}

/// What looks like a password in the lines that speak of one (`lines`, ascending) or in the next.
fn lines<'a>(words: &'a Words, lines: &'a [usize]) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut start = 0;
    let mut number = 0;
    let whole = words.text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        // Lines without words were not counted.
        let empty = !line.contains(char::is_alphanumeric);
        let current = number;
        number += usize::from(!empty);
        let near = lines.binary_search(&current).is_ok()
            || current.checked_sub(1).is_some_and(|before| lines.binary_search(&before).is_ok());
        (!empty && near).then_some(from..start)
    });
    whole.flat_map(move |line| nearby::secrets(words, line))
}

/// Columns of passwords: `Schüler | Benutzer | pw` and the lines below it.
fn tables<'a>(words: &'a Words) -> impl Iterator<Item = Range<usize>> + 'a {
    const MARKS: [char; 3] = ['|', ';', '\t'];
    let mut column: Option<(char, usize, usize)> = None;
    let mut start = 0;
    words.text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        let body = line.trim_end_matches('\n');
        let heading = MARKS.into_iter().find_map(|mark| {
            let cells = body.split(mark).count();
            (cells > 1).then_some(())?;
            let place = body.split(mark).position(|cell| {
                let cell = cell.trim();
                let at = words.from(from + cell.as_ptr().addr() - body.as_ptr().addr());
                !cell.is_empty()
                    && !cell.contains([':', ' '])
                    && secret::keyword(words, at).is_some_and(|word| word != Keyword::Login)
            })?;
            Some((mark, place, cells))
        });
        if heading.is_some() {
            column = heading;
            return None;
        }
        let (mark, place, cells) = column?;
        if body.split(mark).count() != cells {
            column = None;
            return None;
        }
        let cell = body.split(mark).nth(place)?.trim();
        let at = from + cell.as_ptr().addr() - body.as_ptr().addr();
        let rule = cell.chars().all(|ch| !ch.is_alphanumeric()) || cell.starts_with('[');
        (!rule).then_some(at..at + cell.len())
    })
}
