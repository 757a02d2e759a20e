//! Passwords and device codes that somebody gives away.
//!
//! `Passwort ist Hund123`, `PW: x`, `mein Code ist 1234` name a secret;
//! `Passwort vergessen`, `4-stelliger Code`, `Fehlercode 400` do not. In doubt a
//! value after a colon is masked: a lost word costs less than a stored password.

use std::ops::Range;

use super::{
    PersonalKind, Span,
    token::{Token, Words},
    vocabulary::Class,
};

/// What kind of secret a word announces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    /// Any text may be the value.
    Password,
    /// The value has digits.
    Code,
    /// A user name, then a password.
    Login,
}

const VERBS: [&str; 10] = ["ist", "war", "lautet", "lautete", "heisst", "hiess", "is", "was", "sei", "ware"];
const FILLERS: [&str; 29] = [
    "jetzt",
    "nun",
    "aktuell",
    "noch",
    "immer",
    "auch",
    "doch",
    "eigentlich",
    "momentan",
    "neu",
    "neue",
    "alt",
    "folgendes",
    "das",
    "dieses",
    "ja",
    "wohl",
    "glaube",
    "ich",
    "now",
    "still",
    "bei",
    "mir",
    "uns",
    "aber",
    "hier",
    "also",
    "vorlaufig",
    "wieder",
];
const OF: [&str; 20] = [
    "fur", "furs", "von", "vom", "der", "des", "am", "im", "in", "zum", "zur", "zu", "beim", "bei", "for", "of",
    "meines", "meiner", "unserer", "unseres",
];
const NO_CODE_BEFORE: [&str; 14] = [
    "fehler", "error", "stop", "status", "exit", "raum", "room", "qr", "bar", "source", "http", "mit", "quell",
    "meldung",
];
/// How many words may stand between the keyword and its value.
const REACH: usize = 9;

/// Values of passwords and codes in the text.
pub(super) fn find(words: &Words) -> Vec<Span> {
    let mut found = Vec::new();
    for at in 0..words.list.len() {
        let Some(keyword) = keyword(words, at) else { continue };
        if keyword == Keyword::Login {
            found.extend(login(words, at));
            continue;
        }
        for range in [after(words, at, keyword), before(words, at)].into_iter().flatten() {
            found.extend(alternative(words, &range).map(secret));
            found.push(secret(range));
        }
    }
    found
}

fn secret(range: Range<usize>) -> Span {
    Span { kind: PersonalKind::Password, range }
}

fn keyword(words: &Words, at: usize) -> Option<Keyword> {
    let token = words.get(at)?;
    if token.opaque || !token.letters {
        return None;
    }
    let last = token.folded.rsplit('-').next().unwrap_or_default();
    let password = ["passwort", "kennwort", "password", "passwd", "passwrt", "pasword", "passwordt"];
    if password.iter().any(|ending| last.ends_with(ending))
        || ["pw", "pwd", "pwt", "passcode", "passphrase", "netzwerkschlussel", "kennw", "passw"].contains(&last)
        || (last.ends_with("schlussel") && token.folded.contains("wlan"))
    {
        return Some(Keyword::Password);
    }
    if ["zugangsdaten", "logindaten", "anmeldedaten", "login", "zugang"].contains(&last) {
        return Some(Keyword::Login);
    }
    let code = ["code", "pin", "kode", "puk", "tan"].contains(&last)
        || ["zugangscode", "sperrcode", "entsperrcode", "geratecode", "pincode", "zahlencode", "tercode"]
            .contains(&last);
    let other = token.folded != last && NO_CODE_BEFORE.iter().any(|word| token.folded.starts_with(word));
    let other = other || (at > 0 && !words.breaks(at) && words.is(at - 1, &NO_CODE_BEFORE[..13]) && !with(words, at));
    (code && !other).then_some(Keyword::Code)
}

/// `mit Code 1234` may be a device's code, `Fehler mit Code 43` is none.
fn with(words: &Words, at: usize) -> bool {
    words.is(at - 1, &["mit"]) && !(at > 1 && words.is(at - 2, &NO_CODE_BEFORE))
}

/// The value that follows the keyword.
fn after(words: &Words, at: usize, keyword: Keyword) -> Option<Range<usize>> {
    let mut next = at + 1;
    let (mut strong, mut verb, mut of) = (false, false, false);
    let mut start = words.get(at)?.range.end;
    while next <= (at + REACH).min(words.list.len()) {
        let gap = words.gap(next);
        if let Some(sign) = gap.rfind([':', '=', '→']).or_else(|| gap.rfind("->").map(|sign| sign + 1)) {
            strong = true;
            start += sign + gap[sign..].chars().next().map_or(0, char::len_utf8);
            break;
        }
        if gap.contains(['.', '!', '?', ';', '\n']) || gap.contains(['"', '„', '“', '«', '»']) {
            break;
        }
        let named = words.get(next).is_some_and(Token::plain_name);
        if words.is(next, &VERBS) {
            verb = true;
        } else if !(verb && words.is(next, &FILLERS)
            || !verb && (of || words.is(next, &OF) || words.is(next, &FILLERS) || named))
        {
            break;
        }
        of |= !verb && (named || words.is(next, &OF));
        let Some(token) = words.get(next) else { break };
        start = token.range.end;
        next += 1;
    }
    if !strong && !verb {
        // `Passwort Hund123` without anything between, or `Passwort auf Hund123 gesetzt`.
        start = words.get(at)?.range.end;
        if words.is(at + 1, &["auf"]) {
            start = words.get(at + 1)?.range.end;
        }
    }
    let (range, quoted) = value(words.text, start)?;
    let text = &words.text[range.clone()];
    let first = words.list.iter().find(|token| token.range.end > range.start)?;
    let good = match keyword {
        _ if quoted => !denied(words, &range),
        Keyword::Code => code(text, strong || verb) || (strong && ends(words, range.end) && unknown(first)),
        _ if looks_secret(text) => true,
        _ => (strong || verb) && plain(words, first, range.end, strong),
    };
    good.then_some(range)
}

/// `Hund123 ist mein Passwort`.
fn before(words: &Words, at: usize) -> Option<Range<usize>> {
    let mut back = at;
    let mut verb = false;
    while back > 0 && at - back < 5 && !words.breaks(back) {
        back -= 1;
        if words.is(back, &VERBS) || words.is(back, &["als"]) {
            verb = true;
        } else if verb || !words.has(back, Class::STOP | Class::ARTICLE) {
            break;
        }
    }
    let token = words.get(back).filter(|token| verb && !token.opaque && back < at)?;
    let start = words.text[..token.range.start]
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + words.text[space..].chars().next().map_or(1, char::len_utf8));
    let (range, _) = value(words.text, start)?;
    let text = &words.text[range.clone()];
    let serial = !text.contains(char::is_lowercase);
    (looks_secret(text) && !serial && text.chars().count() >= 5 && range.end <= words.get(at)?.range.start)
        .then_some(range)
}

/// `Zugangsdaten: anna / Hund123`: both.
fn login(words: &Words, at: usize) -> Vec<Span> {
    let Some(token) = words.get(at) else { return Vec::new() };
    let rest = &words.text[token.range.end..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let Some(parts) = line.trim_start().strip_prefix(':') else { return Vec::new() };
    let Some((user, password)) = parts.split_once(['/', '|']) else { return Vec::new() };
    if user.trim().is_empty() || user.trim().contains(char::is_whitespace) || password.trim().is_empty() {
        return Vec::new();
    }
    let start = token.range.end + (line.len() - password.len());
    let user_start = start - 1 - user.trim_start().len();
    let user = user_start..user_start + user.trim().len();
    let Some((password, _)) = value(words.text, start) else { return Vec::new() };
    vec![Span { kind: PersonalKind::Name, range: user }, secret(password)]
}

/// `Hund123 oder Katze4`: the second.
fn alternative(words: &Words, first: &Range<usize>) -> Option<Range<usize>> {
    let next = words.list.iter().position(|token| token.range.start >= first.end)?;
    if !words.is(next, &["oder", "or", "bzw"]) {
        return None;
    }
    let (range, _) = value(words.text, words.get(next)?.range.end)?;
    looks_secret(&words.text[range.clone()]).then_some(range)
}

/// The value that begins at or after `start` on the same line, and whether it stands in quotation marks.
fn value(text: &str, start: usize) -> Option<(Range<usize>, bool)> {
    const QUOTES: [(char, &str); 8] =
        [('"', "\"“”"), ('„', "“”\""), ('“', "”\""), ('»', "«"), ('«', "»"), ('\'', "'"), ('‚', "‘'"), ('`', "`")];
    let rest = &text[start..];
    let trimmed = rest.trim_start();
    let from = start + rest.len() - trimmed.len();
    if rest[..rest.len() - trimmed.len()].matches('\n').count() > 1 {
        return None;
    }
    let opening = trimmed.chars().next()?;
    if let Some((_, closing)) = QUOTES.iter().find(|(mark, _)| *mark == opening) {
        let inner = from + opening.len_utf8();
        if let Some(length) = text[inner..].find(|ch| closing.contains(ch)).filter(|length| (1..=64).contains(length)) {
            return Some((inner..inner + length, true));
        }
    }
    let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
    let run = &trimmed[..end];
    let run = run.find("[").filter(|at| *at > 0).map_or(run, |at| &run[..at]);
    let lead = run.len() - run.trim_start_matches(['(', '"', '„', '“', '\'', '‚', '»', '<']).len();
    let run = &run[lead..];
    let length = run.trim_end_matches(['.', ',', ';', ':', ')', '"', '“', '”', '\'', '‘', '«', '>', '?']).len();
    let value = from + lead..from + lead + length;
    (length > 0 && !text[value.clone()].starts_with('[')).then_some((value, false))
}

/// Mixed as no word is: letters with digits or signs, or four digits and more.
fn looks_secret(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    let signs = text.contains(['!', '@', '#', '$', '%', '&', '*', '_', '+', '§', '€']);
    let count = digits > 0 && letters <= 4 && text.ends_with(|ch: char| ch.is_alphabetic()) && {
        let unit = text.trim_start_matches(|ch: char| ch.is_ascii_digit());
        ["x", "mal", "te", "ten", "er", "fach", "min", "h"].contains(&unit)
    };
    let length = digits + letters;
    !count && ((digits > 0 && letters > 1 && length >= 4) || (signs && letters > 2) || (letters == 0 && digits >= 4))
}

/// Digits as device codes have them; after `ist` or a colon also mixed with letters.
fn code(text: &str, announced: bool) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only = text.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, '-' | '.'));
    let error = text.starts_with("0x") || text.starts_with("0X");
    let room = text.split_once('-').is_some_and(|(head, tail)| {
        head.chars().all(|ch| ch.is_ascii_uppercase()) && tail.chars().all(|ch| ch.is_ascii_digit())
    });
    !error && !room && if announced { digits >= 3 } else { only && (4..=8).contains(&digits) }
}

/// Whether a plain word is the value: `ist sommer`, but not `ist falsch`.
fn plain(words: &Words, first: &Token, end: usize, strong: bool) -> bool {
    if first.opaque || first.has(Class::STOP) {
        return false;
    }
    if first.common() && first.letters {
        return ends(words, end);
    }
    let predicate = ["ig", "lich", "bar", "los", "iert", "isch"].iter().any(|ending| first.folded.ends_with(ending));
    let participle = ["ge", "ver", "zer", "ent", "be", "abge", "zuge", "ausge", "einge", "ange"]
        .iter()
        .any(|head| first.folded.starts_with(head))
        && (first.folded.ends_with("t") || first.folded.ends_with("en"));
    strong && (ends(words, end) || first.letters || first.range.len() > 3)
        || !strong && (!(predicate || participle) || first.capital)
}

/// Whether nothing of the sentence's own follows: a mark, the end, or a new clause.
fn ends(words: &Words, end: usize) -> bool {
    let rest = words.text[end..].trim_start_matches([' ', '\t']);
    rest.is_empty()
        || rest.starts_with(|ch: char| !ch.is_alphanumeric())
        || words
            .list
            .iter()
            .position(|token| token.range.start >= end)
            .is_some_and(|next| words.has(next, Class::STOP) && !words.has(next, Class::ARTICLE | Class::PREPOSITION))
}

fn unknown(token: &Token) -> bool {
    token.class == Class::default() || token.known()
}

/// Quoted words that only say what is wrong: `Passwort „ungültig“`.
fn denied(words: &Words, range: &Range<usize>) -> bool {
    let mut inside = words.list.iter().filter(|token| range.contains(&token.range.start)).peekable();
    inside.peek().is_none() || inside.all(|token| token.has(Class::STOP))
}
