//! Names of the lexicon that nothing announces: `Lina aus der 4b`, `Emma
//! Schneider`, `J. Schmidt`, lists of a class. Those that are common words
//! (`Max`, `Will`, `Rosa`) need a person around them.

use super::{Class, Scan, Token};

/// Marks all names that stand alone.
pub(super) fn mark(scan: &mut Scan) {
    let count = scan.words.list.len();
    for at in 0..count {
        if scan.place[at] || scan.marked(at) {
            continue;
        }
        pair(scan, at);
        alone(scan, at);
        initials(scan, at);
        stranger(scan, at);
    }
    for at in 1..count {
        unknown_given(scan, at);
    }
    for at in 0..count {
        beside(scan, at);
    }
    for at in (0..count).rev() {
        beside(scan, at);
    }
}

impl Scan<'_> {
    /// Whether the line or the text ends before word `at`.
    pub(super) fn closes_line(&self, at: usize) -> bool {
        at >= self.words.list.len() && !self.words.gap(at).contains(['?', '!']) || self.words.gap(at).contains('\n')
    }

    /// Whether `aus der 4b` or `(4b)` follows the name at `at` (of up to three words).
    pub(super) fn in_class(&self, at: usize) -> bool {
        let words = self.words;
        let mut next = at + 1;
        while next < at + 3 && words.spaced(next) && words.get(next).is_some_and(Token::name_like) {
            next += 1;
        }
        if words.is(next, &["aus", "from"]) && words.spaced(next) {
            next += 1;
            while words.has(next, Class::ARTICLE) || words.is(next, &["klasse"]) {
                next += 1;
            }
            return words.get(next).is_some_and(|token| token.school_class() && !token.letters);
        }
        let bracket = matches!(words.gap(next), " " | " (" | ", " | " aus ") || words.spaced(next);
        bracket
            && words.get(next).is_some_and(|token| {
                token.school_class() && token.folded.ends_with(|ch: char| ch.is_ascii_lowercase()) && !token.letters
            })
    }

    /// Whether the text or the line ends before word `at`, or a mark, a class or a new phrase follows.
    pub(super) fn closes(&self, at: usize) -> bool {
        at >= self.words.list.len()
            || self.words.gap(at).contains([',', '\n', '(', '–', '|', '!', '/'])
            || self.words.is(at, &["aus", "und", "von", "klasse", "vom"])
            || self.token(at).is_some_and(|token| token.school_class() && !token.letters)
    }

    fn verb_follows(&self, at: usize) -> bool {
        self.words.has(at + 1, Class::VERB) && self.words.spaced(at + 1)
    }
}

/// `Emma Schneider`, `Max Sommer`, `Ngozi Okafor`: a given name and a family name.
fn pair(scan: &mut Scan, at: usize) {
    /// Words only in a few phrases: before an unknown name they are names.
    const MOSTLY: [&str; 10] =
        ["max", "felix", "frank", "christian", "anton", "justus", "jasmin", "pascal", "otto", "clemens"];
    let words = scan.words;
    let Some(first) = scan.token(at).filter(|token| token.has(Class::GIVEN) && token.letters && token.capital) else {
        return;
    };
    let plain = first.plain_name() || MOSTLY.contains(&first.folded.as_str());
    let Some(second) =
        scan.token(at + 1).filter(|second| words.spaced(at + 1) && second.capital && !scan.place[at + 1])
    else {
        return;
    };
    let family = second.has(Class::FAMILY) && second.letters && !(second.has(Class::STOP) && second.has(Class::GIVEN));
    if family || (plain && second.name_like()) {
        scan.take(at, |_| true);
    }
}

/// A known name without a surname.
fn alone(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let Some(token) = scan.token(at).filter(|token| token.known() && !token.opaque) else { return };
    let person = words.has(at.wrapping_sub(1), Class::PREPOSITION) && words.spaced(at);
    let given = token.has(Class::GIVEN);
    let plain = if token.plain_name() {
        !(token.folded == "jan" && words.gap(at + 1).starts_with('.') && at > 0 && !words.list[at - 1].letters)
    } else if token.has(Class::HARD) {
        given && hard(scan, at, token, person)
    } else {
        // Known, but a word when written small.
        !token.has(Class::STOP) && (scan.in_class(at) || (given && (person || scan.verb_follows(at))))
    };
    if plain {
        let small = !token.capital;
        let end = scan.take(at, |_| true);
        small_family(scan, end, small);
    }
}

/// A given name that is a word too: only where a person must be meant.
fn hard(scan: &Scan, at: usize, token: &Token, person: bool) -> bool {
    const OWN: [&str; 14] = [
        "sein", "seine", "seinen", "ihr", "ihre", "ihren", "kein", "keinen", "mir", "uns", "her", "his", "sich",
        "seinem",
    ];
    let words = scan.words;
    if scan.in_class(at) {
        return true;
    }
    let owns = scan.verb_follows(at) && (at + 2..at + 4).any(|next| words.is(next, &OWN));
    if !token.capital {
        return owns && !token.has(Class::STOP | Class::THING);
    }
    if token.has(Class::THING) {
        return owns;
    }
    let next = scan.token(at + 1);
    let level = words.is(at + 1, &["auf", "bis", "to"])
        || next.is_some_and(|next| !next.letters || (next.has(Class::THING) && !scan.verb_follows(at)));
    let abbreviated = words.gap(at + 1).starts_with('.') && next.is_some();
    scan.verb_follows(at) || (person && !level && !abbreviated)
}

/// `ahmet demirtas kommt nicht rein`: an unknown family name without a capital.
fn small_family(scan: &mut Scan, end: usize, small: bool) {
    let words = scan.words;
    let unknown = |token: &Token| {
        token.class == Class::default()
            && token.letters
            && !token.opaque
            && !token.capital
            && token.folded.len() > 3
            && !token.folded.ends_with(['t', 'n'])
    };
    let followed = words.has(end + 1, Class::VERB) || words.is(end + 1, &["aus", "ist"]);
    if small && words.spaced(end) && followed && words.get(end).is_some_and(unknown) {
        scan.name[end] = true;
    }
}

/// `J. Schmidt`, `m.kowalski`; not `z. B. Beamer`, not `Gebäude B. Der Drucker`.
fn initials(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let Some(token) = scan.token(at).filter(|token| token.letters && token.folded.chars().count() == 1) else { return };
    let gap = words.gap(at + 1);
    let Some(next) = scan.token(at + 1) else { return };
    if gap.trim_end_matches(' ') != "." || scan.place[at + 1] || next.opaque {
        return;
    }
    let part = at > 0
        && words.follows(at)
        && words.get(at - 1).is_some_and(|before| before.folded.chars().count() == 1 && !before.capital);
    let numbered = at > 0 && words.spaced(at) && words.has(at - 1, Class::THING | Class::PLACE_BEFORE | Class::GROUP);
    if part || (numbered && !next.known()) {
        return;
    }
    let known = next.has(Class::FAMILY)
        && next.letters
        && (next.capital || (next.plain_name() && (gap == "." || words.has(at.wrapping_sub(1), Class::GREETING))));
    if known || (token.capital && next.name_like() && next.class == Class::default()) {
        scan.name[at] = true;
        scan.take(at + 1, |_| true);
    }
}

/// `Ngozi aus der 3a`: an unknown name with a class, and no article before it.
fn stranger(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let unknown = |token: &Token| token.name_like() && token.class == Class::default();
    if !scan.token(at).is_some_and(unknown) || scan.marked(at) {
        return;
    }
    let before = at.checked_sub(1).and_then(|before| words.get(before)).filter(|_| words.spaced(at));
    let noun = before.is_some_and(|before| {
        before.has(Class::ARTICLE | Class::THING)
            || !before.letters
            || (before.class == Class::default() && !before.capital)
    });
    if !noun && scan.in_class(at) && words.is(at + 1, &["aus"]) | words.is(at + 2, &["aus"]) {
        scan.take(at, |_| true);
    }
}

/// `an Xaveria Hinrichs`: an unknown word between a preposition and a surname.
fn unknown_given(scan: &mut Scan, at: usize) {
    const TO: [&str; 10] = ["an", "von", "fur", "mit", "bei", "durch", "with", "for", "from", "to"];
    let words = scan.words;
    let family = scan.marked(at) && !scan.marked(at - 1) && words.spaced(at) && words.has(at, Class::FAMILY);
    let unknown = scan.token(at - 1).is_some_and(|token| token.name_like() && token.class == Class::default());
    if family && unknown && at > 1 && words.is(at - 2, &TO) && words.spaced(at - 1) && !scan.place[at - 1] {
        scan.name[at - 1] = true;
    }
}

/// In a list of names the unknown ones are names too: `Lina, Thuy und Mehmet`.
fn beside(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let Some(token) = scan.token(at) else { return };
    let possible = (token.name_like() && token.class == Class::default())
        || (token.has(Class::GIVEN) && token.capital && token.letters);
    if scan.marked(at) || scan.place[at] || !possible {
        return;
    }
    let given = |at: usize| {
        scan.marked(at)
            && scan.token(at).is_some_and(|token| {
                token.has(Class::GIVEN) || token.class == Class::default() || (token.initial() && at > 0)
            })
    };
    let and = |at: usize| words.is(at, &["und", "u", "and", "sowie"]) && words.spaced(at);
    let comma = |at: usize| matches!(words.gap(at).trim(), "," | "/" | "&" | "+" | ".,");
    let left = at > 0 && (comma(at) && given(at - 1) || at > 1 && and(at - 1) && words.spaced(at) && given(at - 2));
    let right = comma(at + 1) && given(at + 1) || and(at + 1) && words.spaced(at + 2) && given(at + 2);
    let known = token.has(Class::GIVEN);
    let initial = words.spaced(at + 1) && scan.token(at + 1).is_some_and(Token::initial);
    let closed = at + 1 >= words.list.len()
        || initial
        || comma(at + 1)
        || and(at + 1)
        || words.gap(at + 1).contains([')', '.', '\n', ';', '!', '?', '(']);
    let opened = at == 0 || comma(at) || words.gap(at).contains([':', ';', '(', '\n']);
    if left && (closed || known && scan.verb_follows(at)) || right && (opened || known) {
        scan.name[at] = true;
        scan.name.get_mut(at + 1).into_iter().for_each(|next| *next |= initial);
    }
}
