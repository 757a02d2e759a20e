//! Names of persons: which words of a message are one.
//!
//! Two kinds of rules mark words: [`announced`] follows what announces a name
//! (a title, a role, `ich heiße`, a greeting at the end) and so finds unknown
//! names and those that are common words (`Herr Drucker`); [`known`] finds names
//! of the lexicon that stand alone. Places (`Raum Sommer`, `Anne-Frank-Schule`)
//! are marked first, so that the second kind leaves them alone.

use std::collections::HashSet;

use super::{
    PersonalKind, Span,
    case::persons::Persons,
    token::{Token, Words},
    vocabulary::Class,
};

mod announced;
mod brands;
mod known;
mod lists;
mod people;
mod places;
mod signed;
mod strict;

/// Surnames that stand first.
const VIETNAMESE: [&str; 16] = [
    "nguyen", "tran", "le", "pham", "hoang", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong", "ly",
    "huynh",
];

/// A message while its names are being marked.
struct Scan<'a> {
    words: &'a Words<'a>,
    name: Vec<bool>,
    place: Vec<bool>,
    /// Belongs to the name before it, whatever stands between (`Yilmaz, Mehmet`).
    tied: Vec<bool>,
}

/// Names of persons, each with its given names, particles and initials in one span.
/// In a past ticket the `persons` of all its fields count as well.
pub(super) fn find(words: &Words, persons: Option<&Persons>) -> Vec<Span> {
    let count = words.list.len();
    let mut scan = Scan { words, name: vec![false; count], place: vec![false; count], tied: vec![false; count] };
    scan.places();
    announced::mark(&mut scan);
    people::mark(&mut scan);
    lists::mark(&mut scan);
    scan.repeat();
    known::mark(&mut scan);
    if let Some(persons) = persons {
        strict::mark(&mut scan, persons);
    } else {
        strict::mark_message(&mut scan);
    }
    scan.spans()
}

impl Scan<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.words.get(at)
    }

    fn marked(&self, at: usize) -> bool {
        self.name.get(at).copied().unwrap_or_default()
    }

    /// Marks the name that begins at `start`, if `accept` takes its first word;
    /// returns the word after it, or `start`.
    fn take(&mut self, start: usize, accept: impl Fn(&Token) -> bool) -> usize {
        let words = self.words;
        let mut first = start;
        while first < start + 2
            && words.has(first, Class::PARTICLE)
            && words.spaced(first + 1)
            && !words.get(first).is_some_and(|token| token.capital && token.known())
        {
            first += 1;
        }
        let particle = first > start;
        let Some(token) = words.get(first).filter(|token| !token.opaque && accept(token)) else { return start };
        // `Herr der Lage` is no person, `Frau van den Berg` is one.
        let article = first == start + 1 && words.is(start, &["der", "den", "zu", "zur", "vom"]);
        if particle && !token.plain_name() && (article || !token.name_like()) {
            return start;
        }
        self.name[start..=first].fill(true);
        let mut initial = token.initial();
        let mut given = initial || !token.has(Class::FAMILY) || token.has(Class::GIVEN);
        let mut next = first + 1;
        while next < first + 4 {
            let joined = words.spaced(next) || (initial && words.follows(next));
            let Some(token) = words.get(next).filter(|token| joined && !token.opaque && token.letters) else { break };
            let closed =
                next > first + 1 && words.gap(next + 1).starts_with([',', '(', ';']) || words.gap(next + 1) == " (";
            let fits = if next > first + 1 && closed && token.capital && !token.branded && !token.has(Class::STOP) {
                // `Nguyen Thi Lan (9d)`
                true
            } else if token.capital && words.is(next - 1, &["thi", "van"]) && words.is(first, &VIETNAMESE) {
                // `Nguyen Thi Lan`
                true
            } else if token.capital && token.has(Class::PARTICLE) {
                // `Nguyen Van Minh`
                words.spaced(next + 1) && words.get(next + 1).is_some_and(|after| after.capital && after.known())
                    // `Tuan Anh Le brauchen`
                    || next > first + 1 && words.has(next + 1, Class::VERB)
            } else if token.known() {
                token.plain_name() || (token.capital && given)
            } else {
                given && (token.name_like() || (token.initial() && !initial && !words.spaced(next + 1)))
            };
            if !fits {
                break;
            }
            self.name[next] = true;
            initial = token.initial();
            given = initial || token.has(Class::GIVEN);
            next += 1;
        }
        if given && words.has(next, Class::PARTICLE) && words.spaced(next) {
            next = self.particles(next);
        }
        next
    }

    /// `Anna von der Heide`: the rest of the name after a given name.
    pub(super) fn particles(&mut self, from: usize) -> usize {
        let mut last = from;
        while last < from + 3 && self.words.has(last, Class::PARTICLE) && self.words.spaced(last + 1) {
            last += 1;
        }
        let family = self.token(last).is_some_and(|token| {
            last > from + 1 && token.capital && token.letters && !token.branded
                || token.name_like()
                    && (token.has(Class::FAMILY) || token.class == Class::default())
                    && !token.has(Class::GIVEN)
        });
        let short = self.words.is(from, &["von", "vom", "zu", "zur", "der", "den", "bin"]) && last == from + 1;
        // `Anna von Bechtle` may be a firm: one particle of German needs a known name.
        if !family || (short && !self.token(last).is_some_and(Token::known)) {
            return from;
        }
        self.name[from..=last].fill(true);
        last + 1
    }

    /// A name that was announced once is a name wherever it stands again.
    fn repeat(&mut self) {
        let words = &self.words.list;
        let sure = |token: &Token| !token.has(Class::HARD) && !token.common() && token.folded.chars().count() > 2;
        let known: HashSet<_> = (0..words.len())
            .filter(|at| self.name[*at] && sure(&words[*at]))
            .map(|at| (words[at].folded.trim_end_matches('s'), words[at].capital))
            .collect();
        for (at, token) in words.iter().enumerate() {
            let again =
                !self.place[at] && sure(token) && known.contains(&(token.folded.trim_end_matches('s'), token.capital));
            self.name[at] |= again;
        }
    }

    /// `Yilmaz, Mehmet`: the word before `at` is a surname only, this one a given name only.
    fn surname_first(&self, at: usize) -> bool {
        let only = |at: usize, class: Class, not: Class| {
            self.token(at).is_some_and(|token| token.has(class) && !token.has(not))
        };
        only(at - 1, Class::FAMILY, Class::GIVEN)
            && only(at, Class::GIVEN, Class::FAMILY)
            && !(at > 1
                && self.words.follows(at - 1)
                && self.words.has(at - 2, Class::TITLE | Class::ABBREVIATED | Class::GIVEN))
    }

    /// Marked words that belong together, as places in the text.
    fn spans(&self) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut before = None;
        for (at, token) in self.words.list.iter().enumerate().filter(|(at, _)| self.name[*at]) {
            let gap = self.words.gap(at);
            let next_to = before == at.checked_sub(1) && at > 0;
            let joins = next_to
                && (self.words.spaced(at)
                    || self.tied[at]
                    || matches!(gap, "." | "_")
                    || (gap == ", " && self.surname_first(at))
                    || (gap.trim_end() == "."
                        && self.token(at - 1).is_some_and(|last| last.folded.chars().count() == 1)));
            match found.last_mut() {
                Some(last) if joins => last.range.end = token.range.end,
                _ => found.push(Span { kind: PersonalKind::Name, range: token.range.clone() }),
            }
            // `Mattis' Konto`
            let rest = &self.words.text[token.range.end..];
            let genitive = token.folded.ends_with(['s', 'x', 'z'])
                && rest.starts_with(['\'', '’'])
                && rest.chars().nth(1) == Some(' ');
            if let Some(last) = found.last_mut().filter(|_| genitive) {
                last.range.end += rest.chars().next().map_or(0, char::len_utf8);
            }
            // `Kevin P.`
            let dot = joins && token.initial() && self.words.text[token.range.end..].starts_with('.');
            if let Some(last) = found.last_mut().filter(|_| dot) {
                last.range.end += 1;
            }
            before = Some(at);
        }
        found
    }
}
