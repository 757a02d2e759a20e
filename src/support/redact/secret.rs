//! Passwords and device codes that somebody gives away.
//!
//! `Passwort ist Hund123`, `PW: x`, `mein Code ist 1234` name a secret;
//! `Passwort vergessen`, `4-stelliger Code`, `Fehlercode 400` do not. In doubt a
//! value after a colon is masked: a lost word costs less than a stored password.

use std::{collections::HashSet, ops::Range};

use super::{
    PersonalKind, Span, nearby, said,
    token::{Token, Words},
    value::{amount, code, looks_secret, value},
    vocabulary::Class,
};

/// What kind of secret a word announces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    /// Any text may be the value.
    Password,
    /// The value has digits.
    Code,
    /// A user name, then a password.
    Login,
}

const VERBS: [&str; 10] = ["ist", "war", "lautet", "lautete", "heisst", "hiess", "is", "was", "sei", "ware"];
const FILLERS: [&str; 36] = [
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
    "glaub",
    "dann",
    "mal",
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
    "vorerst",
    "zunachst",
    "erstmal",
    "initial",
    "wieder",
];
const OF: [&str; 22] = [
    "ab", "seit", "fur", "furs", "von", "vom", "der", "des", "am", "im", "in", "zum", "zur", "zu", "beim", "bei",
    "for", "of", "meines", "meiner", "unserer", "unseres",
];
const NO_CODE_BEFORE: [&str; 14] = [
    "fehler", "error", "stop", "status", "exit", "raum", "room", "qr", "bar", "source", "http", "mit", "quell",
    "meldung",
];
/// What else is called a code in one word.
const OTHER_CODES: [&str; 24] = [
    "fehler", "error", "status", "stop", "exit", "qr", "bar", "source", "quell", "uni", "farb", "lander", "produkt",
    "artikel", "pruf", "bit", "key", "scan", "http", "meldungs", "post", "strich", "binar", "programm",
];
/// How many words may stand between the keyword and its value.
const REACH: usize = 9;

/// Values of passwords and codes in the text.
pub(super) fn find(words: &Words) -> Vec<Span> {
    let mut found = Vec::new();
    for at in 0..words.list.len() {
        found.extend(nearby::logging_in(words, at).map(secret));
        found.extend(said::habit(words, at).or_else(|| said::with_login(words, at)).map(secret));
        let Some(keyword) = keyword(words, at) else { continue };
        if keyword == Keyword::Login {
            found.extend(said::login(words, at));
            continue;
        }
        let mut ranges: Vec<_> = [
            after(words, at, keyword),
            before(words, at, keyword),
            said::set_to(words, at),
            said::later(words, at),
            said::given_away(words, at),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut next = 0;
        while next < ranges.len() && next < 8 {
            let more = said::second(words, &ranges[next]).or_else(|| said::renewed(words, &ranges[next]));
            ranges.extend(more);
            next += 1;
        }
        ranges.extend(nearby::around(words, at, keyword == Keyword::Code));
        found.extend(ranges.into_iter().filter(|range| !amount(words, range) && !furniture(words, range)).map(secret));
    }
    found.extend(by_shape(words.text).into_iter().map(secret));
    // What was called a password once is one wherever it stands again.
    let known: HashSet<_> = found
        .iter()
        .filter(|span| span.kind == PersonalKind::Password)
        .map(|span| &words.text[span.range.clone()])
        .filter(|known| known.len() > 4 && looks_secret(known))
        .collect();
    for known in known {
        found.extend(words.text.match_indices(known).map(|(start, hit)| secret(start..start + hit.len())));
    }
    found
}

/// "Hundehaus!2019": whatever is said of it, letters, a sign amid them and digits are a password.
fn by_shape(text: &str) -> Vec<Range<usize>> {
    const SIGNS: [char; 5] = ['!', '$', '§', '^', '~'];
    let mut found = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_start_matches(|ch: char| !ch.is_alphanumeric());
        let start = at + piece.len() - word.len();
        let word = word.trim_end_matches(|ch: char| !ch.is_alphanumeric());
        at += piece.len();
        let letters = word.chars().filter(|ch| ch.is_alphabetic()).count();
        let digits = word.chars().filter(char::is_ascii_digit).count();
        // "nicht!204", "los!!1": the end of a sentence and a room, or shouting.
        let sentence = word.contains("!!") || word.starts_with(char::is_lowercase) && digits <= 3;
        if word.contains(SIGNS) && letters >= 3 && digits >= 1 && word.len() <= 40 && !sentence && !word.contains('\\')
        {
            found.push(start..start + word.len());
        }
    }
    found
}

pub(super) fn secret(range: Range<usize>) -> Span {
    Span { kind: PersonalKind::Password, range }
}

/// Whether the word at `at` announces a secret.
pub(super) fn keyword(words: &Words, at: usize) -> Option<Keyword> {
    let token = words.get(at)?;
    if token.opaque || !token.letters {
        return None;
    }
    let last = token.folded.rsplit('-').next().unwrap_or_default();
    let password = [
        "passwort",
        "kennwort",
        "password",
        "passwd",
        "passwrt",
        "pasword",
        "passwordt",
        "passworter",
        "passworte",
        "kennworter",
    ];
    if password.iter().any(|ending| last.ends_with(ending))
        || ["pw", "pwd", "pwt", "passcode", "passphrase", "netzwerkschlussel", "kennw", "passw"].contains(&last)
        || (last.ends_with("schlussel") && token.folded.contains("wlan"))
        || (["schlussel", "key"].contains(&last)
            && (at.saturating_sub(5)..at).any(|before| {
                words.is(before, &["wlan", "wifi", "wi-fi", "wpa", "wpa2", "wpa3", "netzwerk", "network", "ssid"])
            }))
    {
        return Some(Keyword::Password);
    }
    if ["zugangsdaten", "logindaten", "anmeldedaten", "login", "zugang"].contains(&last) {
        return Some(Keyword::Login);
    }
    let compound = ["code", "pin"].iter().any(|end| last.len() > end.len() + 3 && last.ends_with(end));
    let code = ["code", "pin", "kode", "puk", "tan"].contains(&last)
        || (compound && !OTHER_CODES.iter().any(|head| last.starts_with(head)))
        || [
            "zugangscode",
            "sperrcode",
            "entsperrcode",
            "geratecode",
            "pincode",
            "zahlencode",
            "tercode",
            "zahlenkombi",
            "zahlenkombination",
            "zahlenschloss",
            "kombination",
        ]
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
        } else if verb && words.is(next, &["wie"]) && words.is(next + 1, &["immer", "gehabt", "gewohnt"]) {
            next += 1;
        } else if verb && words.is(next, &["die", "der"]) && words.get(next + 1).is_some_and(|token| !token.letters) {
            // `die PIN ist die 5566`
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
        let far = said::far(words, at, &OF).filter(|_| keyword == Keyword::Password);
        if let Some(range) = far {
            return Some(range);
        }
        start = words.get(at)?.range.end;
        if words.is(at + 1, &["auf"]) {
            start = words.get(at + 1)?.range.end;
        }
    }
    let (range, quoted) = value(words.text, start)?;
    let text = &words.text[range.clone()];
    let first = words.get(words.list.partition_point(|token| token.range.end <= range.start))?;
    let good = match keyword {
        _ if quoted => !denied(words, &range),
        Keyword::Code => {
            code(text, strong || verb) || (strong && first.letters && unknown(first) && ends(words, range.end))
        }
        _ if looks_secret(text) => true,
        _ => (strong || verb) && plain(words, first, range.end, strong),
    };
    let phrase = if quoted { range.clone() } else { said::whole(words, at, range.clone(), strong) };
    // `0 8 1 5`: one digit alone is no code.
    let good = good || (keyword == Keyword::Code && phrase.len() > 6 && range.len() == 1 && (strong || verb));
    good.then_some(phrase)
}

/// `Hund123 ist mein Passwort`.
fn before(words: &Words, at: usize, keyword: Keyword) -> Option<Range<usize>> {
    let mut back = at;
    let mut verb = false;
    while back > 0 && at - back < 5 && !words.gap(back).contains(['?', ';', '\n']) && !words.gap(back).contains(". ") {
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
    // `1234 als Code`
    let digits = keyword == Keyword::Code
        && words.is(at - 1, &["als"])
        && (4..=8).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    ((digits || looks_secret(text) && !serial && text.chars().count() >= 5) && range.end <= words.get(at)?.range.start)
        .then_some(range)
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
        && (first.folded.ends_with('t') || first.folded.ends_with("en"));
    strong && (ends(words, end) || first.letters || first.range.len() > 3)
        || !strong && (!(predicate || participle) || first.capital)
}

/// Whether nothing of the sentence's own follows: a mark, the end, or a new clause.
fn ends(words: &Words, end: usize) -> bool {
    let rest = words.text[end..].trim_start_matches([' ', '\t']);
    rest.is_empty() || rest.starts_with(|ch: char| !ch.is_alphanumeric()) || {
        let next = words.from(end);
        words.has(next, Class::STOP) && !words.has(next, Class::ARTICLE | Class::PREPOSITION)
    }
}

fn unknown(token: &Token) -> bool {
    token.class == Class::default() || token.known()
}

/// Words that say how it is with a password, and marks of Markdown: no value.
fn furniture(words: &Words, range: &Range<usize>) -> bool {
    const STATES: [&str; 14] = [
        "nicht",
        "falsch",
        "vergessen",
        "unbekannt",
        "freigegeben",
        "done",
        "ok",
        "wrong",
        "forgotten",
        "gesperrt",
        "geandert",
        "abgelaufen",
        "expired",
        "wenn",
    ];
    let inside = || words.list[words.from(range.start)..words.from(range.end)].iter();
    words.text[range.clone()].contains("**")
        || inside().next().is_some() && inside().all(|token| STATES.contains(&token.folded.as_str()))
}

/// Quoted words that only say what is wrong: `Passwort „ungültig“`.
fn denied(words: &Words, range: &Range<usize>) -> bool {
    words.list[words.from(range.start)..words.from(range.end)].iter().all(|token| token.has(Class::STOP))
}
