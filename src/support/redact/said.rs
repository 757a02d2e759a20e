//! Secrets in natural words, away from the word that announces them: `Passwort
//! vergessen, es war igel5`, a second one (`und das von Tim igel34`), words that
//! make a phrase, `ich nehm immer sonne12`.

use std::ops::Range;

use super::{
    PersonalKind, Span,
    nearby::ends,
    secret::secret,
    token::{Token, Words},
    value::{looks_secret, value},
    vocabulary::Class,
};

const DONE: [&str; 24] = [
    "gesetzt",
    "geandert",
    "umgestellt",
    "gestellt",
    "zuruckgesetzt",
    "umgeandert",
    "genommen",
    "gewahlt",
    "eingegeben",
    "benutzt",
    "verwendet",
    "vergeben",
    "eingetragen",
    "gegeben",
    "verraten",
    "gesagt",
    "getippt",
    "genutzt",
    "set",
    "changed",
    "festgelegt",
    "probiert",
    "versucht",
    "eingetippt",
];

/// `…, es war tigerente5`: in the sentence that names a password at `at`.
pub(super) fn later(words: &Words, at: usize) -> Option<Range<usize>> {
    const IT: [&str; 12] =
        ["es", "das", "dies", "meins", "seins", "ihres", "ihrs", "unseres", "it", "er", "sie", "meiner"];
    const BE: [&str; 9] = ["war", "ist", "lautet", "lautete", "heisst", "hiess", "was", "is", "ware"];
    let mut next = at + 1;
    while next < at + 10 && !words.gap(next).contains(['!', '?', '\n', ';']) {
        if words.is(next, &IT) && words.is(next + 1, &BE) {
            let mut last = next + 1;
            while last < next + 5 && words.is(last + 1, &["glaube", "ich", "mal", "immer", "noch", "wohl", "jetzt"]) {
                last += 1;
            }
            let (range, _) = value(words.text, words.get(last)?.range.end)?;
            return mixed(&words.text[range.clone()]).then_some(range);
        }
        next += 1;
    }
    None
}

/// A secret with small letters or digits only: no serial number, no room.
pub(super) fn mixed(text: &str) -> bool {
    looks_secret(text) && (text.contains(char::is_lowercase) || text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `… ist hase12 und das von tim igel34`, `9876 und ihrer 6789`, `Hund123 oder Katze4`.
pub(super) fn second(words: &Words, first: &Range<usize>) -> Option<Range<usize>> {
    const BETWEEN: [&str; 34] = [
        "das", "der", "die", "von", "vom", "fur", "ist", "war", "lautet", "seins", "seiner", "seine", "ihrer", "ihres",
        "ihre", "meins", "meiner", "mein", "sein", "ihr", "beim", "bei", "im", "am", "auf", "dann", "jetzt", "pin",
        "code", "passwort", "pw", "danach", "auch", "zweite",
    ];
    let next = words.from(first.end);
    let gap = words.text.get(first.end..words.get(next)?.range.start)?;
    if !words.is(next, &["oder", "or", "bzw", "und", "and", "sowie", "danach", "dann"]) && gap.trim() != "," {
        return None;
    }
    let comma = gap.trim() == ",";
    let mut last = next;
    if comma && !words.is(next, &BETWEEN) {
        // `Rot12!, Blau34!`
        let (range, _) = value(words.text, first.end + 1)?;
        let text = &words.text[range.clone()];
        return (mixed(text) && text.contains(['!', '#', '$', '%', '&', '*', '_', '+', '§'])).then_some(range);
    }
    while last < next + 6 && !words.gap(last + 1).contains(['!', '?', '\n', '.']) {
        let token = words.get(last + 1)?;
        let named = token.known() && !mixed(&words.text[token.range.clone()]);
        if !(named || words.is(last + 1, &BETWEEN)) {
            break;
        }
        last += 1;
    }
    let (range, _) = value(words.text, words.get(last)?.range.end)?;
    let text = &words.text[range.clone()];
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let alike = !digits || words.text[first.clone()].bytes().all(|byte| byte.is_ascii_digit());
    let plain = words.is(next, &["oder", "or", "bzw"]) && looks_secret(text);
    (plain || (mixed(text) && alike && !raised(words, &range))).then_some(range)
}

/// `… und Raum 2041`, `… und 2025 …`: a number that something else counts.
fn raised(words: &Words, range: &Range<usize>) -> bool {
    let at = words.from(range.start);
    at > 0
        && words.has(at - 1, Class::THING | Class::PLACE_BEFORE | Class::SERIAL)
        && !words.is(at - 1, &["pin", "code", "passwort"])
}

/// `… geht noch, das neue Tanne!99 nicht`: another one in the same sentence.
pub(super) fn renewed(words: &Words, first: &Range<usize>) -> Option<Range<usize>> {
    let next = words.from(first.end);
    let at = (next..next + 8).take_while(|at| !ends(words, *at)).find(|at| {
        words.is(*at, &["neue", "neues", "alte", "altes", "neu", "alt", "andere", "zweite", "new", "old"])
    })?;
    let (range, _) = value(words.text, words.get(at)?.range.end)?;
    let text = &words.text[range.clone()];
    (mixed(text) && text.contains(char::is_alphabetic) && text.len() > 5).then_some(range)
}

/// `Kennwort bei IServ Hund_4`: no verb, but what it is for.
pub(super) fn far(words: &Words, at: usize, of: &[&str]) -> Option<Range<usize>> {
    let mut next = at + 1;
    while next < at + 4 && words.spaced(next) && (words.is(next, of) || words.has(next, Class::ARTICLE)) {
        next += 1;
    }
    let (range, quoted) = value(words.text, words.get(next).filter(|_| next > at + 1)?.range.end)?;
    let text = &words.text[range.clone()];
    (!quoted && mixed(text) && text.contains(char::is_alphabetic)).then_some(range)
}

/// The rest of a phrase that begins with the value: `Schule macht Spaß 2024`, `0 8 1 5`, `Kater Mikesch`.
pub(super) fn whole(words: &Words, at: usize, range: Range<usize>, strong: bool) -> Range<usize> {
    let text = words.text;
    let first = &text[range.clone()];
    let digit = |text: &str| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digit(first) {
        let mut end = range.end;
        while text[end..].starts_with(' ') && text[end + 1..].starts_with(|ch: char| ch.is_ascii_digit()) {
            if text[end + 2..].starts_with(char::is_alphanumeric) {
                break;
            }
            end += 2;
        }
        return if end > range.start + 5 { range.start..end } else { range };
    }
    if strong && !looks_secret(first) {
        let line = text[range.end..].find('\n').map_or(text.len(), |end| range.end + end);
        let rest = text[range.end..line].trim_end();
        let parts: Vec<_> = rest.split(' ').filter(|part| !part.is_empty()).collect();
        let plain = |part: &&str| part.chars().all(char::is_alphabetic);
        let numbered = parts.last().is_some_and(|last| {
            last.bytes().all(|byte| byte.is_ascii_digit()) || (looks_secret(last) && last.contains(char::is_lowercase))
        });
        let thing = words
            .from(range.end + rest.len())
            .checked_sub(2)
            .is_some_and(|last| words.has(last, Class::PLACE_BEFORE | Class::STOP | Class::SERIAL));
        if (1..=4).contains(&parts.len()) && numbered && !thing && parts[..parts.len() - 1].iter().all(plain) {
            return range.start..range.end + rest.len();
        }
    }
    pair(words, at, range)
}

/// `mein Kennwort Kater Mikesch gegeben`: both words.
fn pair(words: &Words, at: usize, range: Range<usize>) -> Range<usize> {
    let first = words.from(range.start);
    let word = |at: usize| {
        words.get(at).is_some_and(|token| {
            token.capital && token.letters && !token.opaque && !token.branded && !token.has(Class::STOP)
        })
    };
    let own = at > 0 && words.has(at - 1, Class::ARTICLE);
    match words.get(first + 1).filter(|_| own && word(first) && word(first + 1) && words.spaced(first + 1)) {
        Some(second) => range.start..second.range.end,
        None => range,
    }
}

/// `mein Kennwort Kater Mikesch gegeben`: no verb, but what one does with a password follows.
pub(super) fn given_away(words: &Words, at: usize) -> Option<Range<usize>> {
    let first = words.get(at + 1).filter(|_| words.spaced(at + 1))?;
    let word = |token: &Token| token.letters && !token.opaque && !token.branded && !token.has(Class::STOP);
    let name = |token: &Token| token.has(Class::GIVEN) && !token.has(Class::HARD);
    if !word(first) || !first.capital || name(first) || at == 0 || !words.has(at - 1, Class::ARTICLE) {
        return None;
    }
    let second = words.get(at + 2).filter(|token| word(token) && token.capital && words.spaced(at + 2));
    let last = second.unwrap_or(first);
    let done = words.from(last.range.end);
    (words.spaced(done) && words.is(done, &DONE)).then_some(first.range.start..last.range.end)
}

/// `Passwort hab ich auf Hund123 gesetzt`, `als pw hab ich Delfin!22 genommen`, `auf banane geändert`.
pub(super) fn set_to(words: &Words, at: usize) -> Option<Range<usize>> {
    const NONE: [&str; 12] = [
        "wunsch",
        "standard",
        "null",
        "englisch",
        "werkszustand",
        "vorrat",
        "anweisung",
        "deutsch",
        "anfrage",
        "werk",
        "empfehlung",
        "druck",
    ];
    let done = (at + 1..at + 9).take_while(|next| !ends(words, *next)).find(|next| words.is(*next, &DONE))?;
    let to = (at + 1..done).find(|next| words.is(*next, &["auf", "to", "in", "zu"]));
    if let Some(to) = to {
        let (range, quoted) = value(words.text, words.get(to)?.range.end)?;
        let text = &words.text[range.clone()];
        let token = words.get(words.from(range.start))?;
        let adjacent = words.from(range.end) == done;
        let plain = adjacent
            && words.is(to, &["auf"])
            && token.letters
            && !token.opaque
            && !token.has(Class::STOP)
            && !words.is(words.from(range.start), &NONE)
            && (token.class == Class::default() || token.known());
        return (adjacent && (quoted || mixed(text)) || plain).then_some(range);
    }
    // `hab ich Delfin!22 genommen`
    let start = words.get(done.checked_sub(1)?)?.range.start;
    let start = words.text[..start].rfind(char::is_whitespace)? + 1;
    let (range, quoted) = value(words.text, start)?;
    let text = &words.text[range.clone()];
    let inside = range.start >= words.get(at)?.range.end;
    (inside && !quoted && looks_secret(text) && text.contains(char::is_lowercase)).then_some(range)
}

/// `ich nehm immer sonne12`: what somebody always types, without a word for it.
pub(super) fn habit(words: &Words, at: usize) -> Option<Range<usize>> {
    const TAKE: [&str; 12] =
        ["nehm", "nehme", "nimmt", "benutz", "benutze", "nutze", "nutz", "tippe", "tipp", "verwende", "gebe", "geb"];
    if !words.is(at, &["immer", "uberall", "meistens"]) {
        return None;
    }
    let verb = (at.saturating_sub(4)..at).any(|before| words.is(before, &TAKE));
    let (range, _) = value(words.text, words.get(at)?.range.end)?;
    let text = &words.text[range.clone()];
    (verb && mixed(text) && text.len() > 5 && !text.contains('@') && text.contains(char::is_alphabetic))
        .then_some(range)
}

/// `Zugangsdaten: anna / Hund123`: both.
pub(super) fn login(words: &Words, at: usize) -> Vec<Span> {
    let Some(token) = words.get(at) else { return Vec::new() };
    let rest = &words.text[token.range.end..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let colon = line.trim_start().strip_prefix(':');
    let parts = colon.unwrap_or(line);
    let Some((user, password)) = parts.split_once(['/', '|']) else { return Vec::new() };
    if user.trim().is_empty() || user.trim().contains(char::is_whitespace) || password.trim().is_empty() {
        return Vec::new();
    }
    let start = token.range.end + (line.len() - password.len());
    let user_start = start - 1 - user.trim_start().len();
    let user = user_start..user_start + user.trim().len();
    let Some((password, _)) = value(words.text, start) else { return Vec::new() };
    // Without the colon the value must look like one: `Zugang Lehrer / Schüler`.
    if colon.is_none() && !looks_secret(&words.text[password.clone()]) {
        return Vec::new();
    }
    vec![Span { kind: PersonalKind::Name, range: user }, secret(password)]
}

/// `Anmeldung mit s.hegemann und Fische12`.
pub(super) fn with_login(words: &Words, at: usize) -> Option<Range<usize>> {
    const LOGIN: [&str; 9] =
        ["anmeldung", "anmelden", "angemeldet", "einloggen", "eingeloggt", "login", "logge", "log", "einloggt"];
    if !words.is(at, &LOGIN) {
        return None;
    }
    let with = (at + 1..at + 6).find(|next| words.is(*next, &["mit", "als", "with", "as"]))?;
    let and = (with + 2..with + 5).find(|next| words.is(*next, &["und", "mit", "and"]))?;
    let (range, _) = value(words.text, words.get(and)?.range.end)?;
    let text = &words.text[range.clone()];
    (mixed(text) && text.contains(char::is_alphabetic) && text.len() > 4).then_some(range)
}
