//! Who is spoken of in one ticket: the parts of every name that was recognised
//! in a field, so that they are masked where nothing announces them, also inside
//! user names (`kowalczyk_j`, `cbuhr`) and in capitals.

use std::collections::HashSet;

use super::{
    super::{
        token::Words,
        vocabulary::{Class, Vocabulary},
    },
    german,
};
use crate::domain::text::fold;

/// More persons than this give no user names: a list of a school, not a ticket.
const MOST: usize = 400;

/// The parts of the names of one ticket, folded.
#[derive(Debug, Default)]
pub(in super::super) struct Persons {
    /// Parts that mean nothing else.
    sure: HashSet<String>,
    /// Parts that are words too: `Winter`, `Koch`.
    common: HashSet<String>,
    /// What schools make of two parts: `cbuhr`, `muellera`, `kowjan`.
    logins: HashSet<String>,
    /// `kow` of `kowalczyk`: counts beside an initial.
    heads: HashSet<String>,
    people: usize,
}

impl Persons {
    /// Takes a name as it stood in a field. `given` are names from elsewhere (a column):
    /// there, words of the language count only beside a name.
    pub(super) fn add(&mut self, name: &str, vocabulary: &Vocabulary, given: bool) {
        let parts: Vec<String> = name
            .split(|ch: char| !ch.is_alphabetic())
            .map(|part| (part.starts_with(char::is_uppercase), fold(part)))
            .map(|(capital, part)| (capital, genitive(&part, vocabulary).to_owned()))
            .filter(|(capital, part)| part.chars().count() > 1 && !furniture(vocabulary.class(part), *capital))
            .map(|(_, part)| part)
            .collect();
        let sure = |part: &String| {
            let class = vocabulary.class(part);
            part.chars().count() > 2
                && !class.has(Class::HARD | Class::LOWER | Class::STOP | Class::THING)
                && (class.has(Class::GIVEN | Class::FAMILY) || !german::is_word(part, true))
        };
        let is_name = |part: &String| sure(part) || vocabulary.class(part).has(Class::GIVEN | Class::FAMILY);
        if given && !parts.iter().any(is_name) {
            return;
        }
        if self.people < MOST {
            self.people += 1;
            self.add_logins(&parts);
        }
        // `Schall-Emden`: two words, but nobody else.
        let double =
            |word: &&str| word.contains('-') && word.split('-').all(|part| part.starts_with(char::is_uppercase));
        self.sure.extend(name.split_whitespace().filter(double).map(fold).filter(|word| !german::place(word)));
        for part in parts {
            if sure(&part) {
                self.sure.insert(part)
            } else {
                self.common.insert(part)
            };
        }
    }

    fn add_logins(&mut self, parts: &[String]) {
        self.heads.extend(parts.iter().flat_map(|part| starts(part)).filter(|head| head.len() > 2).map(str::to_owned));
        for (one, other) in parts.iter().zip(parts.iter().skip(1)).take(3).flat_map(|(a, b)| [(a, b), (b, a)]) {
            for head in starts(one) {
                for tail in starts(other) {
                    if head.len() + tail.len() > 4 && head.len().max(tail.len()) > 2 {
                        self.logins.insert(format!("{head}{tail}"));
                    }
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sure.len() + self.common.len()
    }

    /// Whether the word at `at` is part of a person's name, as it stands there.
    pub(in super::super) fn named(&self, words: &Words, at: usize) -> bool {
        let Some(token) = words.get(at).filter(|token| !token.opaque) else { return false };
        let base = token.folded.trim_end_matches(['\'', '’']);
        let base = base.strip_suffix("'s").or_else(|| base.strip_suffix("’s")).unwrap_or(base);
        let short = base.strip_suffix('s').unwrap_or(base);
        let has = |set: &HashSet<String>| set.contains(base) || set.contains(short);
        if has(&self.sure) {
            return token.capital || base.chars().count() > 3;
        }
        // `wagners laptop`: a surname that is no word in small letters.
        let name = !token.has(Class::STOP | Class::THING | Class::HARD | Class::VERB);
        if !token.capital && name && has(&self.common) && base.len() > 3 && !german::is_word(short, true) {
            return true;
        }
        // `an` is an article in English only.
        let article = at > 0 && words.spaced(at) && words.has(at - 1, Class::ARTICLE) && !words.is(at - 1, &["an"]);
        if token.capital && !article && has(&self.common) {
            return true;
        }
        // `Behrens-iPad`
        token.folded.contains(['-', '‐', '‑'])
            && !german::place(&token.folded)
            && token.folded.split(['-', '‐', '‑']).any(|part| part.len() > 3 && self.sure.contains(part))
    }

    /// Whether a word of a user name is part of a person's name.
    pub(in super::super) fn within(&self, folded: &str) -> bool {
        let plain = folded.trim_matches(|ch: char| ch.is_ascii_digit());
        self.sure.contains(plain) || self.common.contains(plain) || self.logins.contains(plain)
    }

    /// Whether it is the beginning of one.
    pub(in super::super) fn begins(&self, folded: &str) -> bool {
        self.heads.contains(folded.trim_matches(|ch: char| ch.is_ascii_digit()))
    }

    /// Whether the word is a user name made of a person's: `cbuhr`, `mueller07`.
    pub(in super::super) fn login(&self, folded: &str) -> bool {
        let plain = folded.trim_matches(|ch: char| ch.is_ascii_digit());
        let one = plain.chars().next().map_or(0, char::len_utf8);
        let rest = &plain[one..];
        let cut = plain.char_indices().next_back().map_or(0, |(at, _)| at);
        let digits = plain.len() < folded.len() && plain.len() > 2;
        plain.len() > 3
            && (self.logins.contains(plain) && !german::is_word(plain, false)
                || rest.len() > 3 && self.sure.contains(rest)
                || cut > 3 && self.sure.contains(&plain[..cut])
                || digits && (self.sure.contains(plain) || self.common.contains(plain)))
    }
}

/// The first letters that user names are made of, and the whole part.
fn starts(part: &str) -> impl Iterator<Item = &str> {
    (1..=5).map_while(|count| part.char_indices().nth(count).map(|(end, _)| &part[..end])).chain([part])
}

fn genitive<'a>(part: &'a str, vocabulary: &Vocabulary) -> &'a str {
    match part.strip_suffix('s') {
        Some(base) if vocabulary.class(base).has(Class::GIVEN | Class::FAMILY) => base,
        _ => part,
    }
}

/// What stands around names and is none.
fn furniture(class: Class, capital: bool) -> bool {
    let names = Class::GIVEN | Class::FAMILY;
    class.has(Class::TITLE | Class::ABBREVIATED | Class::PARTICLE | Class::ROLE | Class::GROUP | Class::GREETING)
        || (class.has(Class::STOP | Class::LABEL) && !class.has(names) && !capital)
}
