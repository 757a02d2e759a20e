//! Where somebody lives.
//!
//! A street with a number is masked when the sentence says that a person lives
//! there (`wohnt`, `Adresse`), when postcode and town follow, or when a person's
//! name stands beside it; never when it is a school's.

use std::ops::Range;

use regex::Regex;

use super::{
    PersonalKind, Span,
    case::german::is_word,
    token::{Token, Words},
    vocabulary::Class,
};

/// Compiled expressions; all linear in the text.
pub(super) struct Patterns {
    street: Regex,
    /// Any capitalised words and a number, for after `wohnt`.
    house: Regex,
    town: Regex,
}

/// How many words before a street may name whose it is.
const REACH: usize = 10;

impl Patterns {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Self {
            street: compile(
                r"(?:(?:\p{Lu}[\p{L}.\-]*|lange[nr]?|kurze[nr]?|alte[nr]?|neue[nr]?|große[nr]?|kleine[nr]?|hohe[nr]?)[ -]){0,3}[\p{L}\-]*(?i:straße|strasse|str\.|str|weg|allee|platz|gasse|ring|ufer|damm|chaussee|steig|pfad|markt|graben|kamp)[ ]+\d{1,4}(?:[ ]?[a-h](?-u:\b))?|(?:Str\.|Straße|Strasse)[ ](?:d\.|des|der|dem)[ ](?:\d{1,2}\.[ ])?\p{Lu}[\p{L}\-]+[ ]+\d{1,4}(?:[ ]?[a-h](?-u:\b))?",
            ),
            house: compile(
                r"(?:(?i:am|im|an der|an den|auf der|auf dem|auf den|zum|zur|in der|in den|unter den|hinter dem|hinter der)[ ]+)?(?:\p{Lu}[\p{L}.\-]+[ ]){1,3}\d{1,4}(?:[ ]?[a-h](?-u:\b))?",
            ),
            town: compile(
                r"^\s?[,;|]?\s*(?:in[ ]+)?(?:D-)?(?:\d{5}(?:[ ]+\p{L}[\p{L}\-]+(?:[ ](?:am|an der|im)[ ]\p{Lu}\p{L}+)?)?)",
            ),
        }
    }

    /// `strict`: in a past ticket every street with a number counts, unless it is a school's.
    pub(super) fn find(&self, words: &Words, strict: bool) -> Vec<Span> {
        let mut found = Vec::new();
        for at in 0..words.list.len() {
            if words.has(at, Class::HOME) {
                found.extend(self.home(words, at));
            }
        }
        if strict {
            found.extend(self.streets(words));
        }
        let postcode =
            |token: &Token| token.folded.len() == 5 && token.folded.bytes().all(|byte| byte.is_ascii_digit());
        if !words.list.iter().any(postcode) {
            return found;
        }
        let houses = self.house.find_iter(words.text).filter(|hit| !thing(words, hit.start(), hit.end()));
        let houses = houses.filter(|hit| !is_inventory(hit.as_str()));
        for hit in self.street.find_iter(words.text).chain(houses) {
            let town = self.town_after(words, hit.end());
            if let Some(end) = town.filter(|_| !of_a_school(words, hit.start())) {
                found.push(address(without_lead(words.text, hit.range()).start..end));
            }
        }
        found
    }

    /// Streets with a number that nothing calls a school's.
    fn streets(&self, words: &Words) -> impl Iterator<Item = Span> {
        self.street.find_iter(words.text).filter_map(|hit| {
            let range = without_lead(words.text, hit.range());
            // `Weg 2`, `Platz 3` and `Arbeitsplatz 3` are no streets.
            let last = words.list.partition_point(|token| token.range.end < range.end).checked_sub(1)?;
            let street = words.get(words.from(range.start)).is_some_and(|token| {
                !token.opaque && token.folded.len() > 4 && token.capital && !token.has(Class::STOP | Class::THING)
            });
            let place = (words.from(range.start)..=last).any(|at| {
                words.get(at).is_some_and(|token| {
                    ["platz", "ring"].iter().any(|end| {
                        token.folded.strip_suffix(end).is_some_and(|head| head.is_empty() || is_word(head, false))
                    })
                })
            });
            (street && !place && !of_a_school(words, range.start)).then(|| {
                let end = self.town_after(words, range.end).unwrap_or(range.end);
                address(range.start..end)
            })
        })
    }

    /// Streets and towns beside one of `names` (sorted): `Kerim, Ulmenstraße 6`.
    pub(super) fn beside(&self, words: &Words, names: &[Range<usize>]) -> Vec<Span> {
        let mut found = Vec::new();
        if names.is_empty() || !words.text.contains(|ch: char| ch.is_ascii_digit()) {
            return found;
        }
        let near = |range: &Range<usize>| {
            let next = names.partition_point(|name| name.end <= range.start);
            let before = next.checked_sub(1).map(|last| names[last].end..range.start);
            let after = names.get(next).filter(|name| name.start >= range.end).map(|name| range.end..name.start);
            [(before, 18), (after, 14)]
                .into_iter()
                .any(|(gap, most)| gap.is_some_and(|gap| gap.len() <= most && beside(&words.text[gap])))
        };
        // `Bernd Notnagel, Im Winkel 7b`
        let leads = ["Am ", "Im ", "An d", "Auf d", "Zum ", "Zur ", "In d", "Unter d", "Hinter d"];
        let houses = self.house.find_iter(words.text).filter(|hit| {
            leads.iter().any(|lead| hit.as_str().starts_with(lead)) && !thing(words, hit.start(), hit.end())
        });
        for hit in houses.filter(|hit| near(&hit.range())) {
            found.push(address(hit.start()..self.town_after(words, hit.end()).unwrap_or(hit.end())));
        }
        for hit in self.street.find_iter(words.text) {
            let range = without_lead(words.text, hit.range());
            // `Weg 2`, `Platz 3` are no streets.
            let street = words.get(words.from(range.start)).is_some_and(|token| {
                !token.opaque && (token.folded.len() > 6 || !token.has(Class::PLACE_AFTER)) && !token.has(Class::STOP)
            });
            if street && near(&range) && !of_a_school(words, range.start) {
                let end = self.town_after(words, range.end).unwrap_or(range.end);
                found.push(address(range.start..end));
            }
        }
        found
    }

    /// Where postcode and town end that follow at `from`.
    fn town_after(&self, words: &Words, from: usize) -> Option<usize> {
        let hit = self.town.find(&words.text[from..])?;
        let end = from + hit.end();
        // `44137 bitte`: a word of grammar is no town.
        let last = words.list.partition_point(|token| token.range.end < end);
        let town = words.get(last).filter(|token| token.range.end == end && token.letters);
        match town {
            Some(token) if !token.capital && token.has(Class::STOP) => {
                words.get(last.checked_sub(1)?).map(|code| code.range.end)
            }
            _ => Some(end),
        }
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
            None => return self.postcode(words, start, end),
        };
        to = self.town_after(words, to).or_else(|| named_town(words, to)).unwrap_or(to);
        Some(address(from..to))
    }

    /// `wohnt in 44137 Dortmund`.
    fn postcode(&self, words: &Words, start: usize, end: usize) -> Option<Span> {
        let part = &words.text[start..end];
        let at = part.char_indices().map(|(at, _)| at).find(|at| {
            part[*at..].starts_with(|ch: char| ch.is_ascii_digit()) && !part[..*at].ends_with(char::is_alphanumeric)
        })?;
        Some(address(start + at..self.town_after(words, start + at)?))
    }
}

fn address(range: Range<usize>) -> Span {
    Span { kind: PersonalKind::Address, range }
}

/// Without words before the street's name that only begin the sentence.
fn without_lead(text: &str, range: Range<usize>) -> Range<usize> {
    const LEADS: [&str; 12] =
        ["Adresse ", "Anschrift ", "In ", "Der ", "Die ", "Bitte ", "Ich ", "Er ", "in der ", "in den ", "in ", "zur "];
    let mut start = range.start;
    while let Some(lead) = LEADS.iter().find(|lead| text[start..range.end].starts_with(*lead)) {
        start += lead.len();
    }
    start..range.end
}

/// `Goethestr. 3, Bochum`: a town without postcode, at the end of the phrase.
fn named_town(words: &Words, from: usize) -> Option<usize> {
    let town = words.from(from);
    let token = words.get(town).filter(|token| token.capital && token.letters && !token.opaque)?;
    let last = town + 1 >= words.list.len() || words.gap(town + 1).starts_with([',', '.', ')', ';', '\n', '!']);
    let gap = &words.text[from..token.range.start];
    let free = !token.has(Class::GIVEN | Class::FAMILY | Class::STOP | Class::TITLE | Class::PLACE_BEFORE);
    (matches!(gap, ", " | " in " | " " | ", in ") && last && free).then_some(token.range.end)
}

/// Whether only marks, or a word such as `ab` or `familie`, stand between a name and a street.
fn beside(gap: &str) -> bool {
    const LINKS: [&str; 14] =
        ["ab", "familie", "fam", "frau", "herr", "herrn", "in", "der", "aus", "wohnt", "an", "eltern", "von", "bei"];
    !gap.contains(['!', '?']) && !gap.contains("\n\n") && !gap.contains(". ") && {
        let mut words = gap.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty());
        words.all(|word| {
            LINKS.contains(&word.to_lowercase().as_str())
                || (word.len() <= 3
                    && word.starts_with(|ch: char| ch.is_ascii_digit())
                    && word.ends_with(char::is_lowercase))
        })
    }
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
        if words.has(at, Class::HOME) || words.gap(at).contains(['!', '?']) || words.gap(at).contains("\n\n") {
            return false;
        }
    }
    false
}

/// `LOF 2023`, with five digits behind: an inventory number, and no house.
fn is_inventory(house: &str) -> bool {
    house.split_once(' ').is_some_and(|(letters, year)| {
        (2..=5).contains(&letters.len())
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && year.len() == 4
            && (year.starts_with("19") || year.starts_with("20"))
    })
}

/// `Adresse Drucker 12`: the word before the number is no street.
fn thing(words: &Words, start: usize, end: usize) -> bool {
    words.list[words.from(start)..]
        .iter()
        .take_while(|token| token.range.start < end)
        .filter(|token| token.range.start >= start && token.range.end <= end && token.letters && token.range.len() > 1)
        .any(|token| token.has(Class::THING | Class::GROUP | Class::STOP) && !words_of_streets(&token.folded))
}

fn words_of_streets(folded: &str) -> bool {
    ["am", "im", "an", "der", "den", "dem", "auf", "zum", "zur", "in", "unter", "hinter", "markt", "hof"]
        .contains(&folded)
}
