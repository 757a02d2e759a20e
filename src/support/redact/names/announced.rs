//! Names that something announces: a title, a role, an introduction, a label,
//! an owner. Unknown names and common words count here.

use super::{Class, Scan, Token, people::small_unknown, signed};
use crate::support::redact::case::surnames;

/// Marks all announced names.
pub(super) fn mark(scan: &mut Scan) {
    for at in 0..scan.words.list.len() {
        let Some(token) = scan.token(at) else { break };
        if token.opaque {
            continue;
        }
        if token.has(Class::TITLE | Class::ABBREVIATED) {
            titled(scan, at);
        } else if role(token) {
            after_role(scan, at);
        } else if token.has(Class::GROUP) {
            after_group(scan, at);
        }
        introduced(scan, at);
        labelled(scan, at);
        owned(scan, at);
        signed::mark(scan, at);
    }
}

/// `Herr Müller`, `frau özdemir`, `Frau Dr. Haas`, `Herr Kollege Meier`; not `Frau am Telefon`.
fn titled(scan: &mut Scan, at: usize) {
    const DEGREES: [&str; 8] = ["med", "phil", "rer", "nat", "ing", "dipl", "habil", "mult"];
    let words = scan.words;
    let full = words.has(at, Class::TITLE);
    let mut first = at + 1;
    while words.follows(first)
        && (words.has(first, Class::ABBREVIATED)
            || words.is(first, &DEGREES)
            || words.get(first).is_some_and(|token| role(token) || (token.has(Class::GROUP) && !token.known())))
    {
        first += 1;
    }
    if !words.follows(first) || (full && first == at + 1 && words.gap(first).contains('.')) {
        return;
    }
    let dotted = words.gap(at + 1).starts_with('.');
    let written = words.get(at).is_some_and(|token| token.capital) || dotted || first > at + 1;
    let article = at > 0 && words.has(at - 1, Class::ARTICLE) && words.spaced(at);
    let english = words.is(at, &["mr", "ms", "miss", "hr"]);
    let end = scan.take(first, |token| {
        if !token.letters || token.has(Class::TITLE) {
            return false;
        }
        if full {
            return called(token, article);
        }
        let common = token.has(Class::STOP | Class::THING) || (!token.capital && !token.known());
        (token.known() && (token.capital || token.plain_name()))
            || (english && token.has(Class::FAMILY) && !token.has(Class::STOP))
            || (written && !common && (token.name_like() || token.initial()))
    });
    if end == first && dotted && !full && scan.token(first).is_some_and(small_unknown) && scan.closes(first + 1) {
        // `ansprechpartnerin: fr. wiegers`
        scan.name[first] = true;
    }
    if end == first && !full && english {
        scan.small_name(first);
    }
    // `Herr Müller und Schmidt`, `Herren Müller, Schmidt`
    if end > first
        && words.is(end, &["und", "u", "oder"])
        && scan.token(end + 1).is_some_and(|next| next.capital && next.known())
    {
        scan.take(end + 1, Token::name_like);
    }
}

/// Whether a word after `Herr` or `Frau` is the name: any word but those of grammar.
fn called(token: &Token, article: bool) -> bool {
    if token.capital {
        return !token.has(Class::STOP) || token.known() || surnames::adjective(&token.folded);
    }
    if token.has(Class::STOP) {
        return false;
    }
    let verb =
        article && token.class == Class::default() && (token.folded.ends_with('t') || token.folded.ends_with("te"));
    !verb && token.folded.chars().count() > 1
}

/// A word for one person, alone or as the end of a compound (`Physiklehrerin`).
fn role(token: &Token) -> bool {
    const ENDS: [&str; 9] =
        ["lehrerin", "lehrer", "schulerin", "leiterin", "leiter", "kollegin", "kollege", "referendarin", "beauftragte"];
    token.has(Class::ROLE)
        || (!token.opaque
            && !token.known()
            && !token.has(Class::GROUP | Class::THING)
            && ENDS.iter().any(|end| token.folded.ends_with(end)))
}

/// `Kollegin Wischnewski`, `Hausmeister Krause`.
fn after_role(scan: &mut Scan, at: usize) {
    if scan.words.is(at + 1, &["von"]) {
        return;
    }
    let bracket = scan.words.gap(at + 1) == " (" || scan.words.gap(at + 1) == ": ";
    if scan.words.spaced(at + 1) || bracket {
        // `Kollege Mai ist`
        let acts = scan.acts(at + 2);
        let end = scan.take(at + 1, |token| {
            token.letters
                && (token.name_like()
                    || token.initial()
                    || (acts && token.capital && !token.branded && token.has(Class::HARD) && !token.has(Class::STOP))
                    || (token.known() && !token.capital && !token.has(Class::STOP)))
        });
        if end == at + 1 {
            scan.small_name(end);
        }
    }
}

/// `Schüler Max`, `Schüler Thuy Nguyen hat`; not `Schüler Tablets`.
fn after_group(scan: &mut Scan, at: usize) {
    let words = scan.words;
    if !words.spaced(at + 1) {
        return;
    }
    let whole = words.has(at + 2, Class::VERB)
        || scan.in_class(at + 1)
        || words.spaced(at + 2) && scan.token(at + 2).is_some_and(|next| next.name_like() || next.initial());
    if words.is(at + 1, &["von"]) {
        return;
    }
    let end = scan.take(at + 1, |token| {
        let known = token.known() && (token.capital || !token.has(Class::STOP | Class::THING));
        known || (whole && token.name_like() && token.class == Class::default())
    });
    if end == at + 1 && at > 0 && words.has(at - 1, Class::ARTICLE) && words.spaced(at) {
        scan.small_name(end);
    }
}

/// `ich heiße …`, `mein Name ist …`, `hier ist …`, `my name is …`.
fn introduced(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let (first, sure) = if words.is(at, &["heisse", "heiss"]) {
        (at + 1, true)
    } else if words.is(at, &["name"])
        && words.is(at + 1, &["ist", "lautet", "is"])
        && at > 0
        && words.is(at - 1, &["mein", "meine", "my"])
    {
        (at + 2, true)
    } else if words.is(at, &["hier", "this"]) && words.is(at + 1, &["spricht", "schreibt", "ist", "is"])
        || words.is(at, &["i"]) && words.is(at + 1, &["am"])
        || words.is(at, &["ich"]) && words.is(at + 1, &["bin"])
    {
        (at + 2, words.is(at + 1, &["spricht"]))
    } else if words.is(at, &["bin", "i'm", "i’m", "hier"]) {
        (at + 1, false)
    } else {
        return;
    };
    let first = if words.is(first, &["der", "die", "das", "s", "es", "nochmal", "wieder"]) { first + 1 } else { first };
    if !words.spaced(first) {
        return;
    }
    let two = words.spaced(first + 1)
        && scan.token(first + 1).is_some_and(|token| token.name_like() && !scan.place[first + 1]);
    let closed = scan.closes(first + 1);
    let end = scan.take(first, |token| {
        let common = token.common() && !token.known();
        let name = token.name_like() || (token.known() && !token.has(Class::STOP) && (closed || token.plain_name()));
        if sure {
            name || (!token.capital && !common)
        } else {
            // `Ich bin Pavlina und …`, but `Ich bin Mentorin und …`
            const JOBS: [&str; 12] = ["in", "er", "ist", "ent", "ant", "or", "eur", "rat", "kraft", "ung", "e", "ling"];
            let odd = token.capital && !JOBS.iter().any(|end| token.folded.ends_with(end));
            let single = odd && token.class == Class::default() && words.is(first - 1, &["bin"]) && closed;
            name && (token.known() && (!token.has(Class::HARD) || closed || two) || two || single)
        }
    });
    // `mein name ist olga petrenkova und …`
    let lower = |token: &Token| {
        !token.capital
            && token.letters
            && (token.class == Class::default() || (token.has(Class::FAMILY) && !token.has(Class::STOP | Class::THING)))
    };
    if sure
        && end > first
        && words.spaced(end)
        && words.get(end - 1).is_some_and(|token| !token.capital)
        && words.get(end).is_some_and(lower)
    {
        scan.name[end] = true;
    }
}

/// `Ansprechpartner: Demirci`, `Benutzername: m.kowalski`, `gemeldet von Demirci`.
fn labelled(scan: &mut Scan, at: usize) {
    const USER: [&str; 8] =
        ["benutzername", "username", "anmeldename", "kennung", "loginname", "benutzer", "nutzername", "user"];
    let words = scan.words;
    if words.is(at, &["gemeldet", "erstellt", "geschrieben", "weitergeleitet", "aufgenommen"])
        && words.is(at + 1, &["von"])
    {
        if words.spaced(at + 2) {
            scan.take(at + 2, Token::name_like);
        }
        return;
    }
    if !words.has(at, Class::LABEL) || at + 1 >= words.list.len() {
        return;
    }
    let colon = words.gap(at + 1).trim_start().starts_with([':', '=']) && !words.gap(at + 1).contains('\n');
    // `Ansprechpartnerin vor Ort: …`
    if !colon && words.gap(at + 3).starts_with(": ") && words.spaced(at + 1) && words.spaced(at + 2) {
        scan.take(at + 3, Token::name_like);
        return;
    }
    if words.is(at, &["nachname", "vorname", "vornamen", "nachnamen"]) && words.spaced(at + 1) {
        scan.take(at + 1, Token::name_like);
        return;
    }
    let user = words.is(at, &USER);
    let said = words.is(at, &USER[..5])
        || words.is(at, &["nachname", "vorname", "ansprechpartner", "ansprechpartnerin", "kontaktperson"]);
    // `User kschuster, …`
    let apart = at + 2 >= words.list.len()
        || words.gap(at + 2).starts_with([',', '/', '|', '\n'])
        || words.gap(at + 2).starts_with(" /");
    let small = |token: &Token| small_unknown(token) && token.folded.len() > 4 && !token.folded.ends_with(['t', 'n']);
    if user && !colon && words.spaced(at + 1) && apart && scan.token(at + 1).is_some_and(small) {
        scan.name[at + 1] = true;
        return;
    }
    // `Die Kennung schulze04 ist gesperrt`
    let mixed = |token: &Token| !token.letters && token.folded.chars().filter(|ch| ch.is_alphabetic()).count() > 2;
    if !colon && words.is(at, &USER[..5]) && words.spaced(at + 1) && scan.token(at + 1).is_some_and(mixed) {
        scan.name[at + 1] = true;
        return;
    }
    let first = if colon { at + 1 } else { at + 2 };
    if !(colon || said && words.is(at + 1, &["ist", "lautet"]) && words.spaced(at + 2)) {
        return;
    }
    let mut end = scan.take(first, |token| {
        let common = token.common() && token.letters && !token.known();
        if user {
            return !common && !token.has(Class::STOP) && token.folded.chars().any(char::is_alphabetic);
        }
        token.name_like() || token.initial() || (token.known() && !token.has(Class::STOP))
    });
    while user && end > first && matches!(words.gap(end), "." | "_") && end < words.list.len() {
        scan.name[end] = true;
        end += 1;
    }
    if end == first
        && user
        && matches!(words.gap(end + 1), "." | "_")
        && scan.token(end + 1).is_some_and(|token| !token.opaque)
    {
        // `user: a.demirkan`
        scan.name[first] = true;
        scan.name[end + 1] = true;
    }
}

/// `iPad von Thuy`, `Konto für Thuy Nguyen`.
fn owned(scan: &mut Scan, at: usize) {
    let words = scan.words;
    if !words.has(at, Class::OWNED) || !words.is(at + 1, &["von", "fur", "for"]) || !words.spaced(at + 2) {
        return;
    }
    let two = words.spaced(at + 3) && scan.token(at + 3).is_some_and(Token::name_like);
    if words.is(at + 1, &["von"]) || two {
        scan.take(at + 2, |token| token.name_like() && (token.class == Class::default() || token.known()));
    }
}
