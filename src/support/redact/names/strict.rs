//! Names in past tickets, where a word lost costs little and a name kept much:
//! whatever was recognised once counts everywhere, unknown words with a capital
//! are names, surnames that are words count where a person must be meant, and
//! lines that sign a message hold nobody but persons.

use super::{Class, Scan, Token};
use crate::support::redact::case::{german, persons::Persons, surnames};

mod context;
mod login;
mod signature;

/// What only things do, or is done to them: `Quaxtrolin klemmt`.
const MECHANICAL: [&str; 30] = [
    "klemmt",
    "flackert",
    "piept",
    "brummt",
    "rauscht",
    "druckt",
    "startet",
    "blinkt",
    "uberhitzt",
    "gereinigt",
    "getauscht",
    "ersetzt",
    "ausgetauscht",
    "eingebaut",
    "erneuert",
    "verklemmt",
    "verstopft",
    "wackelt",
    "verschmutzt",
    "defekt",
    "abgesturzt",
    "gelotet",
    "nachgefullt",
    "verkabelt",
    "montiert",
    "geolt",
    "justiert",
    "kalibriert",
    "entkalkt",
    "leuchtet",
];

/// What joins the parts of addresses, paths and commands.
const PATH: [char; 14] = ['.', '_', '/', '\\', ':', '@', '=', '~', '$', '%', '#', '&', '*', '+'];

/// Marks what the rules for messages left.
pub(super) fn mark(scan: &mut Scan, persons: &Persons) {
    let count = scan.words.list.len();
    signature::mark(scan);
    for at in 0..count {
        login::mark(scan, at, persons);
        if free(scan, at) {
            context::mark(scan, at);
        }
        if free(scan, at) && (stranger(scan, at) || small_stranger(scan, at) || persons.named(scan.words, at)) {
            scan.name[at] = true;
        }
    }
    for at in 0..count {
        if scan.name[at] {
            context::rest(scan, at);
        }
    }
}

/// The safest of these rules, for messages: unknown words count where a person must be meant.
pub(super) fn mark_message(scan: &mut Scan) {
    for at in 0..scan.words.list.len() {
        if free(scan, at) && scan.token(at).is_some_and(|token| token.capital) {
            scan.name[at] |= stranger(scan, at) && context::person(scan, at);
        }
    }
}

/// Whether the word at `at` is neither marked nor masked nor the name of a place.
fn free(scan: &Scan, at: usize) -> bool {
    !scan.marked(at) && !scan.place[at] && scan.token(at).is_some_and(|token| !token.opaque)
}

/// Whether a sentence, a line or a quotation begins with the word at `at`.
fn opens(scan: &Scan, at: usize) -> bool {
    let gap = scan.words.gap(at);
    at == 0 || gap.contains(['.', '!', '?', ':', '\n', '>', '–', '"', '„', '•', '*', '(']) || gap.contains("- ")
}

/// A word with a capital that no list, ending or compound explains.
fn stranger(scan: &Scan, at: usize) -> bool {
    let Some(token) = scan.token(at).filter(|token| token.capital && token.letters) else { return false };
    if token.has(Class::GIVEN | Class::FAMILY) && !token.has(Class::HARD | Class::THING | Class::STOP) {
        return !camel(scan, at);
    }
    if surnames::sure(&token.folded) && !token.branded && !model(scan, at) {
        return true;
    }
    let abbreviated = token.folded.len() < 4 && scan.words.gap(at + 1).starts_with('.');
    if relatives(scan, at) {
        return true;
    }
    if token.class != Class::default() || token.branded || token.folded.chars().count() < 2 || abbreviated {
        return false;
    }
    !german::is_word(&token.folded, opens(scan, at))
        && !model(scan, at)
        && !part_of_name(scan, at)
        && !product(scan, at)
}

/// `DaNiS`: two capitals inside and small letters.
fn camel(scan: &Scan, at: usize) -> bool {
    scan.token(at).is_some_and(|token| {
        let word = &scan.words.text[token.range.clone()];
        let capitals = word.chars().skip(1).filter(|ch| ch.is_uppercase()).count();
        capitals > 1 && !word.contains(['-', '\'', '’']) && word.chars().filter(|ch| ch.is_lowercase()).count() > 1
    })
}

/// `die Abdulkarim-Zwillinge`, `Naomi-Laptop`: a name and who or what belongs to it.
fn relatives(scan: &Scan, at: usize) -> bool {
    const KIN: [&str; 22] = [
        "zwillinge",
        "zwilling",
        "geschwister",
        "kinder",
        "kind",
        "bruder",
        "bruders",
        "schwester",
        "schwestern",
        "eltern",
        "familie",
        "mutter",
        "vater",
        "sohn",
        "tochter",
        "jungs",
        "madchen",
        "clan",
        "drillinge",
        "oma",
        "opa",
        "enkel",
    ];
    let Some(token) = scan.token(at) else { return false };
    token.folded.split_once('-').is_some_and(|(head, last)| {
        let class = scan.words.class(head);
        let name = class.has(Class::GIVEN | Class::FAMILY) && !class.has(Class::HARD | Class::THING | Class::STOP);
        KIN.contains(&last) && (name || surnames::noun(head) || !german::is_word(head, false))
    })
}

/// A word in small letters that nothing explains, apart from addresses and paths; or a given
/// name that means nothing else.
fn small_stranger(scan: &Scan, at: usize) -> bool {
    let Some(token) = scan.token(at).filter(|token| !token.capital && token.letters && !token.branded) else {
        return false;
    };
    let length = token.folded.chars().count();
    let joined = |gap: &str| !gap.is_empty() && !gap.contains(char::is_whitespace) && gap.contains(PATH);
    let least = if token.has(Class::GIVEN) || surnames::sure(&token.folded) { 3 } else { 4 };
    let option = scan.words.gap(at).ends_with([' ', '\n']) && scan.words.gap(at + 1).starts_with(" /");
    if length < least
        || option
        || joined(scan.words.gap(at))
        || joined(scan.words.gap(at + 1))
        || part_of_name(scan, at)
    {
        return false;
    }
    let names = Class::GIVEN | Class::FAMILY;
    if token.has(names) {
        return !token.has(Class::HARD | Class::LOWER | Class::THING | Class::STOP)
            && !german::is_listed(&token.folded);
    }
    token.class == Class::default() && (surnames::sure(&token.folded) || !german::is_small(&token.folded))
}

/// `Dienst Firebird`, `Lizenz Sketchup`, `bei Itslearning anmelden`: what is called so, or logged into.
fn product(scan: &Scan, at: usize) -> bool {
    const CALLED: [&str; 36] = [
        "dienst",
        "software",
        "programm",
        "app",
        "modell",
        "hersteller",
        "typ",
        "marke",
        "treiber",
        "plugin",
        "modul",
        "tool",
        "plattform",
        "firmware",
        "protokoll",
        "ssid",
        "wlan",
        "datenbank",
        "domane",
        "paket",
        "addon",
        "erweiterung",
        "lernplattform",
        "portal",
        "lizenz",
        "version",
        "firma",
        "systemhaus",
        "fa",
        "spiel",
        "anwendung",
        "prozess",
        "system",
        "browser",
        "produkt",
        "fehler",
    ];
    scan.words.spaced(at) && scan.words.is(at.wrapping_sub(1), &CALLED) && !scan.marked(at + 1)
        || service(scan, at)
        || opens(scan, at) && scan.words.spaced(at + 1) && scan.words.is(at + 1, &MECHANICAL)
}

/// `bei Anton anmelden`, `in Antolin einloggen`.
fn service(scan: &Scan, at: usize) -> bool {
    const LOGIN: [&str; 12] = [
        "anmelden",
        "einloggen",
        "eingeloggt",
        "angemeldet",
        "anmeldet",
        "einloggt",
        "registrieren",
        "registriert",
        "einwahlen",
        "rein",
        "reinkommen",
        "rein",
    ];
    scan.words.is(at.wrapping_sub(1), &["bei", "in", "beim", "mit"])
        && (at + 1..at + 4).take_while(|next| scan.words.spaced(*next)).any(|next| scan.words.is(next, &LOGIN))
}

/// `Latitude 5420`, `Evolve2 40`, `Vostro`: a product and its number.
fn model(scan: &Scan, at: usize) -> bool {
    let words = scan.words;
    words.spaced(at + 1)
        && scan.token(at + 1).is_some_and(|next| {
            let digits = next.folded.bytes().filter(u8::is_ascii_digit).count();
            let letters = next.folded.len() - digits;
            !next.opaque && digits > 0 && !next.school_class() && (digits > 2 || letters > 0)
        })
}

/// `Foo.exe`, `C:\Xyz`, `domain/Xyz`: inside a path, an address or a file's name.
fn part_of_name(scan: &Scan, at: usize) -> bool {
    let (before, after) = (scan.words.gap(at), scan.words.gap(at + 1));
    let joins = |gap: &str| matches!(gap, "." | "_" | "\\" | "://" | "=" | "$" | "%");
    before.ends_with(['\\', '_', '$', '%']) || joins(after) || (at > 0 && joins(before))
}

/// A surname that is a word: a noun (`Vogel`) or an adjective (`Schnell`).
fn common(token: &Token) -> bool {
    token.letters
        && !token.branded
        && (token.has(Class::FAMILY) && token.has(Class::HARD) || surnames::noun(&token.folded))
}
