//! Where somebody lives and when somebody was born.
//!
//! A street with a number is masked when the sentence says that a person lives
//! there (`wohnt`, `Adresse`) or when postcode and town follow; never when it is
//! a school's. A date is masked when the words around it speak of birth.

use std::ops::Range;

use regex::Regex;

use super::{
    PersonalKind, Span,
    token::{Token, Words},
    vocabulary::Class,
};

/// Compiled expressions; all linear in the text.
pub(super) struct Patterns {
    street: Regex,
    /// Any capitalised words and a number, for after `wohnt`.
    house: Regex,
    town: Regex,
    date: Regex,
}

/// How many words before a street may name whose it is.
const REACH: usize = 10;

impl Patterns {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            street: compile(
                r"(?:\p{Lu}[\p{L}.\-]*[ -]){0,3}[\p{L}\-]*(?i:straße|strasse|str\.|str|weg|allee|platz|gasse|ring|ufer|damm|chaussee|steig|pfad|markt|graben|kamp)[ ]+\d{1,4}(?:[ ]?[a-h](?-u:\b))?",
            ),
            house: compile(
                r"(?:(?i:am|im|an der|an den|auf der|auf dem|auf den|zum|zur|in der|in den|unter den|hinter dem|hinter der)[ ]+)?(?:\p{Lu}[\p{L}.\-]+[ ]){1,3}\d{1,4}(?:[ ]?[a-h](?-u:\b))?",
            ),
            town: compile(
                r"^\s?[,;|]?\s*(?:in[ ]+)?(?:D-)?(?:\d{5}(?:[ ]+\p{Lu}[\p{L}\-]+(?:[ ](?:am|an der|im)[ ]\p{Lu}\p{L}+)?)?)",
            ),
            date: compile(
                r"(?i)\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?(?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}(?:\.\s?|\s|st |nd |rd |th |th of )(?:januar|jan|jänner|februar|feb|märz|maerz|mrz|april|apr|mai|juni|jun|juli|jul|august|aug|september|sept|sep|oktober|okt|november|nov|dezember|dez|january|february|march|may|june|july|october|december)\.?(?:\s+\d{4})?|\d{1,2}\.\d{1,2}\.|(?:19|20)\d\d",
            ),
        }
    }

    pub(super) fn find(&self, words: &Words) -> Vec<Span> {
        let mut found: Vec<Span> = self.births(words);
        for at in 0..words.list.len() {
            if words.has(at, Class::HOME) {
                found.extend(self.home(words, at));
            }
        }
        let postcode =
            |token: &Token| token.folded.len() == 5 && token.folded.bytes().all(|byte| byte.is_ascii_digit());
        if !words.list.iter().any(postcode) {
            return found;
        }
        for hit in self.street.find_iter(words.text) {
            let town = self.town.find(&words.text[hit.end()..]);
            if let Some(town) = town.filter(|_| !of_a_school(words, hit.start())) {
                found.push(address(without_lead(words.text, hit.range()).start..hit.end() + town.end()));
            }
        }
        found
    }

    /// The address after a word such as `wohnt`, in the same sentence.
    fn home(&self, words: &Words, at: usize) -> Option<Span> {
        let mut last = at + 1;
        while last < words.list.len() && last < at + REACH && !words.gap(last).contains(['!', '?', '\n']) {
            if words.has(last, Class::PLACE_AFTER)
                && !words.is(last, &["strasse", "str", "weg", "allee", "platz", "ring", "gasse"])
            {
                return None;
            }
            last += 1;
        }
        let start = words.get(at)?.range.end;
        let end = words.get(last.min(words.list.len() - 1))?.range.end;
        let part = &words.text[start..end];
        let street = self
            .street
            .find(part)
            .or_else(|| self.house.find(part).filter(|hit| !thing(words, start + hit.start(), start + hit.end())));
        let (from, mut to) = match street {
            Some(hit) => (without_lead(words.text, start + hit.start()..start + hit.end()).start, start + hit.end()),
            None => return self.postcode(words.text, start, end),
        };
        if let Some(town) = self.town.find(&words.text[to..]) {
            to += town.end();
        }
        Some(address(from..to))
    }

    /// `wohnt in 44137 Dortmund`.
    fn postcode(&self, text: &str, start: usize, end: usize) -> Option<Span> {
        let part = &text[start..end];
        let at = part.char_indices().map(|(at, _)| at).find(|at| {
            part[*at..].starts_with(|ch: char| ch.is_ascii_digit()) && !part[..*at].ends_with(char::is_alphanumeric)
        })?;
        let town = self.town.find(&text[start + at..])?;
        Some(address(start + at..start + at + town.end()))
    }

    fn births(&self, words: &Words) -> Vec<Span> {
        let mut found = Vec::new();
        let keywords: Vec<_> = words
            .list
            .iter()
            .filter(|token| {
                token.has(Class::BIRTH) || token.folded.starts_with("geb-") || token.folded.starts_with("geburts-")
            })
            .map(|token| token.range.clone())
            .collect();
        if keywords.is_empty() {
            return found;
        }
        for hit in self.date.find_iter(words.text) {
            let whole = !words.text[..hit.start()].ends_with(char::is_alphanumeric)
                && !words.text[hit.end()..].starts_with(char::is_alphanumeric);
            let next = keywords.partition_point(|keyword| keyword.end <= hit.start());
            let before = next.checked_sub(1).map(|last| keywords[last].end..hit.start()).filter(|gap| gap.len() < 40);
            let after = keywords.get(next).filter(|keyword| keyword.start >= hit.end());
            let after = after.map(|keyword| hit.end()..keyword.start).filter(|gap| gap.len() < 12);
            let near = [before, after].into_iter().flatten().any(|gap| {
                let gap = words.text[gap].trim_start_matches(['.', ':']);
                !gap.contains(['!', '?', '\n']) && !gap.contains(char::is_numeric)
            });
            if whole && near {
                found.push(Span { kind: PersonalKind::BirthDate, range: hit.range() });
            }
        }
        found
    }
}

fn address(range: Range<usize>) -> Span {
    Span { kind: PersonalKind::Address, range }
}

/// Without words before the street's name that only begin the sentence.
fn without_lead(text: &str, range: Range<usize>) -> Range<usize> {
    const LEADS: [&str; 8] = ["Adresse ", "Anschrift ", "In ", "Der ", "Die ", "Bitte ", "Ich ", "Er "];
    let mut start = range.start;
    while let Some(lead) = LEADS.iter().find(|lead| text[start..range.end].starts_with(*lead)) {
        start += lead.len();
    }
    start..range.end
}

/// Whether the sentence before `start` speaks of a school.
fn of_a_school(words: &Words, start: usize) -> bool {
    let before = words.list.partition_point(|token| token.range.end <= start);
    for at in (before.saturating_sub(REACH)..before).rev() {
        if words.has(at, Class::PLACE_AFTER | Class::PLACE_BEFORE)
            || words.get(at).is_some_and(|token| token.folded.ends_with("schule"))
        {
            return true;
        }
        if words.has(at, Class::HOME) || words.gap(at).contains(['!', '?', '\n']) {
            return false;
        }
    }
    false
}

/// `Adresse Drucker 12`: the word before the number is no street.
fn thing(words: &Words, start: usize, end: usize) -> bool {
    words
        .list
        .iter()
        .filter(|token| token.range.start >= start && token.range.end <= end && token.letters)
        .any(|token| token.has(Class::THING | Class::GROUP | Class::STOP) && !words_of_streets(&token.folded))
}

fn words_of_streets(folded: &str) -> bool {
    ["am", "im", "an", "der", "den", "dem", "auf", "zum", "zur", "in", "unter", "hinter", "markt", "hof"]
        .contains(&folded)
}
