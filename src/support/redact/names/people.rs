//! Names beside people: after a role in small letters (`kollegin wojciechowska
//! kommt`), after kin (`mutter von ayleen`), after what is done with somebody
//! (`Telefonat mit Hagedorn`), in an address to somebody (`Hi Kuba,`).

use super::{Class, Scan, Token};

/// Marks all of them.
pub(super) fn mark(scan: &mut Scan) {
    for at in 0..scan.words.list.len() {
        if scan.words.get(at).is_some_and(|token| token.opaque) {
            continue;
        }
        kin(scan, at);
        dealt(scan, at);
        addressed(scan, at);
    }
}

/// A word in small letters that no list knows.
pub(super) fn small_unknown(token: &Token) -> bool {
    !token.capital
        && token.letters
        && !token.opaque
        && token.class == Class::default()
        && token.folded.chars().count() > 2
}

impl Scan<'_> {
    /// Whether the word at `at` says what a person does or is.
    pub(super) fn acts(&self, at: usize) -> bool {
        const BE: [&str; 18] = [
            "fehlt", "ist", "war", "hat", "will", "soll", "muss", "darf", "wird", "mochte", "geht", "wurde", "kriegt",
            "sitzt", "is", "was", "ruft", "macht",
        ];
        self.words.spaced(at) && (self.words.has(at, Class::VERB) || self.words.is(at, &BE))
    }

    /// A name in small letters at `at`, unknown to the lexicon: a verb or a class follows.
    pub(super) fn small_name(&mut self, at: usize) {
        let words = self.words;
        if !words.spaced(at) || self.place[at] || !self.token(at).is_some_and(small_unknown) {
            return;
        }
        let two = words.spaced(at + 1) && self.token(at + 1).is_some_and(small_unknown) && self.acts(at + 2);
        if two {
            self.name[at..=at + 1].fill(true);
        } else if self.acts(at + 1) || self.in_class(at) {
            self.name[at] = true;
        }
    }
}

/// `Mutter von Emre`, `die eltern von ayleen`, `ipad von dilnaz geht nicht`.
fn kin(scan: &mut Scan, at: usize) {
    const KIN: [&str; 24] = [
        "mutter",
        "vater",
        "eltern",
        "mama",
        "papa",
        "sohn",
        "tochter",
        "bruder",
        "schwester",
        "oma",
        "opa",
        "tante",
        "onkel",
        "freund",
        "freundin",
        "mann",
        "frau",
        "klasse",
        "geschwister",
        "kind",
        "kinder",
        "familie",
        "mutti",
        "vati",
    ];
    let words = scan.words;
    // `der Schüler heißt Bela Juhnke`, `mein kollege heißt wessendorf`
    if !words.spaced(at + 1) || !words.is(at + 1, &["von", "heisst", "hiess", "heisse"]) {
        return;
    }
    let person = words.is(at, &KIN) || words.has(at, Class::ROLE | Class::GROUP);
    if person && words.is(at + 1, &["heisst", "hiess", "heisse"]) && words.spaced(at + 1) && words.spaced(at + 2) {
        scan.take(at + 2, |token| token.name_like() || token.plain_name() || small_unknown(token));
        return;
    }
    let of = words.is(at + 1, &["von"]) && words.spaced(at + 1) && words.spaced(at + 2);
    if !of || scan.place.get(at + 2).copied().unwrap_or(true) {
        return;
    }
    if person {
        let single = |token: &Token| token.name_like() || token.plain_name() || small_unknown(token);
        scan.take(at + 2, single);
    } else if words.has(at, Class::OWNED) {
        scan.small_name(at + 2);
    }
}

/// `Telefonat mit Hagedorn`, `gemeldet durch Tschirner`, `Von Steinkühler gemeldet`.
fn dealt(scan: &mut Scan, at: usize) {
    const DEEDS: [&str; 44] = [
        "telefonat",
        "rucksprache",
        "absprache",
        "gesprach",
        "gesprochen",
        "telefoniert",
        "abgesprochen",
        "gemeldet",
        "erledigt",
        "entliehen",
        "ausgeliehen",
        "verliehen",
        "geliehen",
        "ubergabe",
        "ubergeben",
        "anruf",
        "ruckruf",
        "ticket",
        "meldung",
        "anfrage",
        "nachricht",
        "mail",
        "email",
        "e-mail",
        "bearbeitet",
        "gepruft",
        "bestellt",
        "weitergeleitet",
        "ausgehandigt",
        "abgeholt",
        "hinweis",
        "beschwerde",
        "bitte",
        "auftrag",
        "angerufen",
        "getauscht",
        "repariert",
        "eingerichtet",
        "geschickt",
        "geschrieben",
        "termin",
        "gruss",
        "grusse",
        "grussen",
    ];
    let words = scan.words;
    let via = ["von", "mit", "an", "durch", "bei", "fur"];
    let unknown = |token: &Token| token.name_like() && (token.known() || token.class == Class::default());
    if words.is(at + 1, &via) && words.is(at, &DEEDS) && words.spaced(at + 1) && words.spaced(at + 2) {
        if !scan.place.get(at + 2).copied().unwrap_or(true) {
            scan.take(at + 2, unknown);
        }
    } else if words.is(at, &["a"]) && at > 0 && words.is(at - 1, &["i"]) && words.gap(at).starts_with('.') {
        // `i. A. Hesselbarth`
        if words.follows(at + 1) {
            scan.take(at + 1, unknown);
        }
    } else if words.is(at, &["laut", "gez"]) && words.follows(at + 1) {
        scan.take(at + 1, |token| unknown(token) && token.known());
    } else if words.is(at, &via[..1]) && words.spaced(at + 1) && scan.token(at + 1).is_some_and(unknown) {
        let end = (at + 2..at + 4).find(|end| words.is(*end, &["gemeldet", "geschickt", "bestellt", "ausgeliehen"]));
        if end.is_some_and(|end| words.spaced(end)) {
            scan.take(at + 1, unknown);
        }
    }
}

/// `Hi Kuba, …`, `Liebe Jutta!`, `@Rieke`.
fn addressed(scan: &mut Scan, at: usize) {
    const HAIL: [&str; 12] =
        ["hallo", "hi", "hey", "moin", "liebe", "lieber", "dear", "servus", "hello", "tach", "huhu", "guten"];
    let words = scan.words;
    let like = |token: &Token| token.name_like() && (token.known() || token.class == Class::default());
    if words.gap(at).ends_with('@') && scan.token(at).is_some_and(like) {
        scan.take(at, like);
        return;
    }
    let opens = at == 0 || words.breaks(at) || words.gap(at).contains([',', '>']);
    let hail = opens && words.is(at, &HAIL);
    let first = if words.is(at, &["guten"]) { at + 2 } else { at + 1 };
    if !hail || !words.spaced(first) || scan.place.get(first).copied().unwrap_or(true) {
        return;
    }
    let mut end = first;
    while end < first + 3 && (end == first || words.spaced(end)) && scan.token(end).is_some_and(like) {
        end += 1;
    }
    if end > first
        && (end >= words.list.len() || words.gap(end).starts_with([',', '!', '.', '\n', ' ', '-']))
        && (end >= words.list.len() || words.gap(end).contains([',', '!', '.', '\n', '-', '–']))
    {
        scan.name[first..end].fill(true);
    }
}
