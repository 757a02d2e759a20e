//! User names: after a word for them (`Benutzer cbuhr`, `Konto hansmann.i`), by
//! their shape (`shevchenko.l`), or made of a name that the ticket tells.

use super::{Class, Scan, Token, german};
use crate::support::redact::case::persons::Persons;

const LABELS: [&str; 27] = [
    "benutzer",
    "benutzername",
    "benutzernamen",
    "user",
    "username",
    "login",
    "loginname",
    "anmeldename",
    "kennung",
    "nutzer",
    "nutzername",
    "nutzerkonto",
    "benutzerkonto",
    "userid",
    "logins",
    "zugang",
    "konto",
    "account",
    "postfach",
    "profil",
    "benutzerkennung",
    "schulerkonto",
    "lehrerkonto",
    "anmeldung",
    "angelegt",
    "zugangsdaten",
    "logindaten",
];
/// What a label may be followed by before the value.
const LINKS: [&str; 12] =
    ["ist", "lautet", "heisst", "war", "is", "als", "mit", "name", "von", "bleibt", "neu", "angelegt"];
/// Ends of file names and internet domains, not of user names.
const ENDS: [&str; 44] = [
    "html", "docx", "xlsx", "pptx", "jpeg", "json", "info", "local", "schule", "school", "example", "online", "intern",
    "exe", "dll", "sys", "log", "txt", "pdf", "doc", "xls", "csv", "zip", "bat", "cmd", "ini", "cfg", "conf", "lan",
    "com", "org", "net", "edu", "xml", "png", "jpg", "mp3", "mp4", "iso", "msi", "pkg", "dmg", "tcp", "udp",
];

/// Marks the user name that begins at `at`, if one does.
pub(super) fn mark(scan: &mut Scan, at: usize, persons: &Persons) {
    let words = scan.words;
    let Some(token) = scan.token(at).filter(|token| !token.opaque) else { return };
    // Only the first word of a joined group is looked at.
    if at > 0 && joined(scan, at) {
        return;
    }
    let mut end = at + 1;
    while end < words.list.len() && end < at + 5 && joined(scan, end) {
        end += 1;
    }
    let group = at..end;
    if end == at + 1 {
        if !token.capital && persons.login(&token.folded) || labelled(scan, at) || numbered(scan, at) {
            scan.name[at] = true;
        }
        return;
    }
    let last = scan.token(end - 1).map_or("", |token| token.folded.as_str());
    let path =
        words.gap(at).ends_with(['/', '\\', '@', '_', '.']) && at > 0 || words.gap(end).starts_with(['/', '\\', '@']);
    let file = ENDS.contains(&last);
    let person = group.clone().any(|at| words.get(at).is_some_and(|part| !part.opaque && persons.within(&part.folded)));
    // `kow.j`
    let initial = group.clone().any(|at| words.get(at).is_some_and(|part| part.folded.chars().count() < 3));
    let begun = initial && group.clone().any(|at| words.get(at).is_some_and(|part| persons.begins(&part.folded)));
    if file || path {
        return;
    }
    if person || begun || labelled(scan, at) || shaped(scan, at, end) {
        for at in group {
            scan.name[at] |= scan.token(at).is_some_and(|token| !token.opaque);
        }
    }
}

fn joined(scan: &Scan, at: usize) -> bool {
    matches!(scan.words.gap(at), "." | "_") && scan.token(at).is_some_and(|token| !token.opaque)
}

/// `Benutzer cbuhr`, `Login: kow1`: small letters, no word of the language.
fn labelled(scan: &Scan, at: usize) -> bool {
    let words = scan.words;
    let Some(token) = scan.token(at).filter(|token| !token.capital && handle(token)) else { return false };
    let gap = words.gap(at);
    if gap.contains(['\n', '.', ';', '!', '?']) || at == 0 {
        return false;
    }
    let mut before = at - 1;
    let mut links = 0;
    while links < 2 && before > 0 && words.is(before, &LINKS) && !words.breaks(before) {
        before -= 1;
        links += 1;
    }
    words.is(before, &LABELS) && !german::is_word(token.folded.trim_matches(|ch: char| ch.is_ascii_digit()), true)
}

/// `mmuster01`: no word of the language, then digits, as devices are not called.
fn numbered(scan: &Scan, at: usize) -> bool {
    scan.token(at).is_some_and(|token| {
        let base = token.folded.trim_end_matches(|ch: char| ch.is_ascii_digit());
        let digits = token.folded.len() - base.len();
        let apart =
            |gap: &str| gap.is_empty() || gap.starts_with(|ch: char| ch.is_whitespace() || ",;()\"'„“:".contains(ch));
        !token.capital
            && (1..=4).contains(&digits)
            && base.len() > 3
            && base.chars().all(char::is_alphabetic)
            && token.class == Class::default()
            && !german::is_word(base, true)
            && apart(scan.words.gap(at + 1))
            && (at == 0 || scan.words.gap(at).ends_with([' ', '\n', '(', '"', '„', ':', ',']))
    })
}

/// Letters, then perhaps digits.
fn handle(token: &Token) -> bool {
    let base = token.folded.trim_end_matches(|ch: char| ch.is_ascii_digit());
    base.len() > 1
        && base.chars().all(|ch| ch.is_alphabetic() || ch == '-')
        && (token.class == Class::default() || token.has(Class::GIVEN | Class::FAMILY))
}

/// `shevchenko.l`, `m.kowalczyk`, `anna_kowalczyk`: small letters, one part an initial or a name.
fn shaped(scan: &Scan, at: usize, end: usize) -> bool {
    let (Some(first), Some(second)) = (scan.token(at), scan.token(at + 1)) else { return false };
    if end != at + 2 || first.capital || second.capital || ENDS.contains(&second.folded.as_str()) {
        return false;
    }
    let bare = |token: &Token| token.folded.trim_end_matches(|ch: char| ch.is_ascii_digit()).to_owned();
    let strange = |token: &Token| {
        let stem = bare(token);
        stem.len() > 3
            && stem.chars().all(char::is_alphabetic)
            && (token.has(Class::GIVEN | Class::FAMILY) || token.class == Class::default())
            && (token.has(Class::GIVEN | Class::FAMILY) || !german::is_word(&stem, true))
    };
    let initial = |token: &Token| token.letters && token.folded.chars().count() == 1;
    strange(first) && (initial(second) || strange(second)) || initial(first) && strange(second)
}
