//! Names in lists and forms: `Yilmaz, Mehmet` in a line of its own, `Jussuf
//! El-Khatib 9c`, the heads of forwarded mails, log-ins such as `t.albers`.

use super::{Class, Scan, Token};

/// Marks names that the shape of the line gives away.
pub(super) fn mark(scan: &mut Scan) {
    for at in 0..scan.words.list.len() {
        if scan.words.get(at).is_some_and(|token| token.opaque) {
            continue;
        }
        surname_comma(scan, at);
        with_class(scan, at);
        surname_given(scan, at);
        header(scan, at);
        login(scan, at);
    }
}

/// Whether a line begins before word `at`, apart from a number or a bullet.
fn opens(scan: &Scan, at: usize) -> bool {
    let bullet = |gap: &str| gap.trim_matches([' ', '\t', '-', '–', '*', '•', '.', ')', '"']).is_empty();
    let numbered = || {
        at == 1 && scan.words.list[0].folded.bytes().all(|byte| byte.is_ascii_digit())
            || at > 1
                && scan.words.gap(at - 1).contains('\n')
                && scan.words.list[at - 1].folded.bytes().all(|byte| byte.is_ascii_digit())
    };
    let gap = scan.words.gap(at);
    (at == 0 && bullet(gap)) || gap.contains('\n') || (matches!(gap, ". " | ") " | ".") && numbered())
}

/// A capitalised word that may be a surname, known or not.
fn surname(token: &Token) -> bool {
    token.letters && token.capital && !token.branded && (token.known() || !token.common())
}

/// `Achterberg, Jonte`: in a line of its own, or before a class, a date, a colon.
fn surname_comma(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let announced = scan.marked(at);
    let headed = words.gap(at).ends_with(": ");
    let first = |token: &Token| surname(token) && (token.has(Class::FAMILY) || !token.has(Class::GIVEN));
    if !(announced || headed || opens(scan, at)) || !scan.token(at).is_some_and(first) {
        return;
    }
    let mut comma = at + 1;
    if words.spaced(comma) && scan.token(comma).is_some_and(surname) {
        comma += 1;
    }
    let sep = words.gap(comma);
    let Some(given) = scan.token(comma).filter(|given| given.capital && given.letters && !given.opaque) else { return };
    if !matches!(sep, ", " | "," | "; " | ";" | "\t") || scan.place[at] {
        return;
    }
    let mut end = comma + 1;
    while end < comma + 3 && words.spaced(end) && scan.token(end).is_some_and(Token::name_like) {
        end += 1;
    }
    let row = words.gap(end).starts_with([',', ';', '(', '\t', ':', '|']) || scan.closes_line(end);
    let dated = words.get(end).is_some_and(|token| !token.letters && (token.school_class() || token.folded.len() >= 4))
        && !words.gap(end).contains('\n');
    let known = given.has(Class::GIVEN) && !given.has(Class::THING);
    let form = (known && (row || dated)) || (given.name_like() && (dated || announced) && row);
    if form {
        scan.name[at..end].fill(true);
        scan.tied[comma] = true;
    }
}

/// `Abendroth Nils fehlt`: an unknown surname before a given name, at the beginning of a line.
fn surname_given(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let unknown = scan.token(at).is_some_and(|token| token.name_like() && !token.has(Class::GIVEN));
    let only =
        |token: &Token| token.plain_name() && token.capital && token.has(Class::GIVEN) && !token.has(Class::FAMILY);
    let given = words.spaced(at + 1) && scan.token(at + 1).is_some_and(only) && !scan.place[at + 1];
    if unknown && given && !scan.place[at] && opens(scan, at) && (scan.acts(at + 2) || scan.closes(at + 2)) {
        scan.name[at..=at + 1].fill(true);
    }
}

/// `Jussuf El-Khatib 9c - iPad defekt` at the beginning of a line.
fn with_class(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let like = |at: usize| scan.token(at).is_some_and(Token::name_like) && !scan.place[at];
    if !(opens(scan, at) && like(at) && like(at + 1) && words.spaced(at + 1)) {
        return;
    }
    let mut end = at + 2;
    if words.spaced(end) && like(end) {
        end += 1;
    }
    let class = words.get(end).is_some_and(|token| {
        !token.letters && token.school_class() && token.folded.ends_with(|ch: char| ch.is_ascii_lowercase())
    });
    if class && matches!(words.gap(end), " " | ", " | " (" | "; " | "\t" | " - " | " – ") {
        scan.name[at..end].fill(true);
    }
}

/// `Von: Dörthe Lammers`, `Teilnehmer: Amelie B., Noah K.`, `Ausgeliehen an: Svetozar Ilić`.
fn header(scan: &mut Scan, at: usize) {
    const HEADS: [&str; 61] = [
        "von",
        "an",
        "cc",
        "bcc",
        "from",
        "to",
        "durch",
        "bei",
        "kunde",
        "kundin",
        "kl",
        "schuler",
        "schulerin",
        "lehrer",
        "lehrkraft",
        "kind",
        "kinder",
        "mutter",
        "vater",
        "eltern",
        "teilnehmer",
        "teilnehmende",
        "teilnehmerin",
        "empfanger",
        "entleiher",
        "ausleiher",
        "ausgeliehen",
        "bearbeiter",
        "bearbeiterin",
        "verfasser",
        "autor",
        "leitung",
        "schulleitung",
        "klassenleitung",
        "sekretariat",
        "ruckfragen",
        "inhaber",
        "kontoinhaber",
        "unterschrift",
        "betreuer",
        "anwesend",
        "beteiligte",
        "beteiligt",
        "betroffene",
        "betroffener",
        "zustandig",
        "schulerliste",
        "klassenliste",
        "namensliste",
        "namen",
        "hausmeister",
        "techniker",
        "anrufer",
        "anruferin",
        "ruckruf",
        "lehrkrafte",
        "schulerinnen",
        "empfangerin",
        "nutzerin",
        "unterzeichnet",
        "gesehen",
    ];
    let words = scan.words;
    if !words.gap(at + 1).trim_start().starts_with(':') || !words.is(at, &HEADS) {
        return;
    }
    let mut first = at + 1;
    loop {
        let end = scan.take(first, |token| token.name_like() || (token.known() && !token.has(Class::STOP)));
        let sep = words.gap(end);
        if end == first || !matches!(sep.trim(), "," | ";" | "/" | "&" | ".,") || sep.contains('\n') {
            return;
        }
        first = end;
    }
}

/// `t.albers`, `max.beutler`, `lina_petrow`: small letters, joined without a space.
fn login(scan: &mut Scan, at: usize) {
    const NONE: [&str; 16] = [
        "html", "docx", "xlsx", "pptx", "jpeg", "json", "mobi", "info", "local", "schule", "school", "example", "ggts",
        "bspw", "beispiel", "online",
    ];
    let words = scan.words;
    if !matches!(words.gap(at + 1), "." | "_") || matches!(words.gap(at), "." | "_" | "/" | "@" | "\\") && at > 0 {
        return;
    }
    let (Some(first), Some(second)) = (words.get(at), words.get(at + 1)) else { return };
    let small = |token: &Token| !token.capital && token.letters && !token.opaque;
    let after = words.gap(at + 2);
    let joined = matches!(after, "." | "/" | "_" | "@") && at + 2 < words.list.len();
    let count = second.folded.chars().count();
    if !small(first) || !small(second) || joined || NONE.contains(&second.folded.as_str()) {
        return;
    }
    let name = second.known() || !second.common();
    let initial = first.folded.chars().count() == 1 && count > 3;
    let given = first.has(Class::GIVEN) && (count > 2 && second.known() || count > 3);
    if name && !second.has(Class::STOP) && (initial || given) {
        scan.name[at..=at + 1].fill(true);
    }
}
