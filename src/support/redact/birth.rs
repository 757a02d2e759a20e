//! When somebody was born.
//!
//! A date is masked when the words around it speak of birth, when it has the
//! star of genealogy (`*3.4.2012`), or when it stands beside a person's name as
//! in a list (`Lina Meier (3.4.2012)`) and is no date of a recent event.

use std::ops::Range;

use regex::Regex;

use super::{PersonalKind, Span, token::Words, vocabulary::Class};

/// Whom a school knows is of this age, in years; what happened to devices is younger.
const YOUNGEST: u32 = 5;
const OLDEST: u32 = 100;

/// Compiled expressions; all linear in the text.
pub(super) struct Patterns {
    date: Regex,
    /// Day, month and year, nothing less.
    whole: Regex,
    /// What stands between a name and a birthday in a list: marks, a class.
    between: Regex,
    /// The year of today, if it was told.
    year: Option<u32>,
}

impl Patterns {
    /// Dates beside names are judged as seen from `year`.
    pub(super) fn seen_from(&mut self, year: u32) {
        self.year = Some(year);
    }

    pub(super) fn new() -> Self {
        const MONTH: &str = "(?:januar|jan|jänner|februar|feb|märz|maerz|mrz|april|apr|mai|juni|jun|juli|jul|august|\
                             aug|september|sept|sep|oktober|okt|november|nov|dezember|dez|january|february|march|may|\
                             june|july|october|december)";
        const DIGITS: &str =
            r"[0-9]{1,2}\s?[./\-]\s?[0-9]{1,2}\s?[./\-]\s?(?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}";
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            date: compile(&format!(
                r"(?i){DIGITS}|[0-9]{{1,2}}(?:\.\s?|\s|st |nd |rd |th |th of ){MONTH}\.?(?:\s+[0-9]{{4}})?|[0-9]{{1,2}}\.[0-9]{{1,2}}\.|(?-u:\b)(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)?[0-9]{{2}}(?-u:\b)|(?:19|20)[0-9][0-9]"
            )),
            whole: compile(&format!(r"(?i)^(?:{DIGITS}|[0-9]{{1,2}}(?:\.\s?|\s){MONTH}\.?\s+[0-9]{{4}})$")),
            between: compile(
                r"(?i)^[\s,;|(\[\-–*:/]*(?:(?:aus der|klasse|kl\.?|in der)?\s*[0-9]{1,2}\s?[a-h]?[\s,;|)\-–*:/]+)?(?:vom)?[\s,;|(\[\-–*:/]*$",
            ),
            year: None,
        }
    }

    /// Dates that a word or a star marks.
    pub(super) fn find(&self, words: &Words) -> Vec<Span> {
        let mut found = Vec::new();
        let keywords: Vec<_> = words
            .list
            .iter()
            .filter(|token| {
                token.has(Class::BIRTH) || token.folded.starts_with("geb-") || token.folded.starts_with("geburts-")
            })
            .map(|token| token.range.clone())
            .collect();
        if keywords.is_empty() && !words.text.contains(['*', '†']) {
            return found;
        }
        for range in self.dates(words.text) {
            let next = keywords.partition_point(|keyword| keyword.end <= range.start);
            let before = next.checked_sub(1).map(|last| keywords[last].end..range.start).filter(|gap| gap.len() < 40);
            let after = keywords.get(next).filter(|keyword| keyword.start >= range.end);
            let after = after.map(|keyword| range.end..keyword.start).filter(|gap| gap.len() < 16);
            let near = [before, after].into_iter().flatten().any(|gap| {
                let gap = words.text[gap].trim_start_matches(['.', ':']);
                !gap.contains(['!', '?', '\n']) && !gap.contains(char::is_numeric)
            });
            let star = words.text[..range.start].trim_end_matches(' ').ends_with('*')
                && self.whole.is_match(&words.text[range.clone()]);
            if near || star {
                found.push(birthday(range));
            }
        }
        found
    }

    /// Whole dates beside one of `names` (sorted), as lists of pupils have them.
    pub(super) fn beside(&self, words: &Words, names: &[Range<usize>]) -> Vec<Span> {
        let text = words.text;
        let mut found = Vec::new();
        if words.list.iter().all(|token| token.letters) {
            return found;
        }
        let dates: Vec<_> = self.dates(text).filter(|range| self.whole.is_match(&text[range.clone()])).collect();
        let newest = dates.iter().filter_map(|range| year(&text[range.clone()])).max();
        for range in dates {
            let born = year(&text[range.clone()]);
            if !born.is_some_and(|born| self.plausible(born, newest, &text[range.end..])) {
                continue;
            }
            let next = names.partition_point(|name| name.end <= range.start);
            let left = next.checked_sub(1).map(|last| names[last].clone()).filter(|name| range.start - name.end < 24);
            let left = left
                .is_some_and(|name| self.between.is_match(&text[name.end..range.start]) && !titled(words, name.start));
            let right = names.get(next).filter(|name| name.start >= range.end && name.start - range.end < 4);
            let right = right.is_some_and(|name| {
                let opens = text[..range.start].trim_end_matches([' ', '-', '*', '(']).ends_with(['\n', ';', ',', '|'])
                    || text[..range.start].trim().is_empty();
                opens && text[range.end..name.start].trim_matches([' ', ',', ';', '|', '\t', ')']).is_empty()
            });
            // `Schülerin (3.4.2012)`
            let person = words.list.partition_point(|token| token.range.end <= range.start).checked_sub(1);
            let person = person.is_some_and(|person| {
                words.is(person, &["schuler", "schulerin", "kind", "tochter", "sohn"])
                    && text[words.list[person].range.end..range.start].trim_matches([' ', '(', ',']).is_empty()
            });
            if left || right || person {
                found.push(birthday(range));
            }
        }
        found
    }

    /// Whether somebody at school can be born in that year: as seen from today, else from
    /// the `newest` date of the text, else if nothing that happened follows the date.
    fn plausible(&self, born: u32, newest: Option<u32>, after: &str) -> bool {
        match self.year.or(newest.filter(|newest| *newest > born)) {
            Some(now) => (now.saturating_sub(OLDEST)..=now.saturating_sub(YOUNGEST)).contains(&born),
            None => after.is_empty() || after.starts_with([')', ',', ';', '|', '\n', ']', '.']),
        }
    }

    /// Dates that are no part of a longer number.
    fn dates<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.date.find_iter(text).map(|hit| hit.range()).filter(|range| {
            !text[..range.start].ends_with(char::is_alphanumeric)
                && !text[range.end..].starts_with(char::is_alphanumeric)
        })
    }
}

fn birthday(range: Range<usize>) -> Span {
    Span { kind: PersonalKind::BirthDate, range }
}

/// The year of a whole date; two digits mean the century in which that year is over.
fn year(date: &str) -> Option<u32> {
    let part = |part: &str| part.trim().parse::<u32>().ok().map(|year| (part.trim().len(), year));
    let mut parts = date.split(['.', '/', '-', ' ']).filter(|part| !part.trim().is_empty());
    let first = parts.next().and_then(part)?;
    let (length, year) = if first.0 == 4 { first } else { parts.next_back().and_then(part)? };
    Some(match (length, year) {
        (2, 0..=30) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    })
}

/// `Herr Meier, 12.3.2019`: what somebody of the staff did on that day.
fn titled(words: &Words, start: usize) -> bool {
    let name = words.from(start);
    let near = matches!(words.gap(name), " " | ". " | " [" | ". [" | ".[" | "." | ".\u{a0}");
    name > 0 && near && words.has(name - 1, Class::TITLE | Class::ABBREVIATED)
}
