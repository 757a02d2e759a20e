//! One raw case to a masked one. What the export itself gives away about persons is
//! used against their names in the text; what it says about places and devices is
//! kept where the directory or the lexicon knows it, and masked else. As a last
//! guard, no value of a person's column is left anywhere in its ticket, whatever the
//! rules of masking make of it.

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

use super::{
    examples::{Example, Piece},
    people::{self, Finder, Known},
};
use crate::{
    domain::{
        school::Directory,
        text::{fold, words},
    },
    ingest::{resolution::Resolution, tickets::RawCase},
    support::{
        devices::DeviceNames,
        redact::{Found, Masked, PersonalKind, Redactor},
    },
};

/// Longest id, characters.
const LONGEST_ID: usize = 60;

/// How many places were masked, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<String, u64>);

impl Counts {
    pub(super) fn add(&mut self, kind: PersonalKind, number: u64) {
        *self.0.entry(name(kind)).or_default() += number;
    }

    pub(super) fn join(&mut self, other: &Self) {
        for (kind, number) in &other.0 {
            *self.0.entry(kind.clone()).or_default() += number;
        }
    }

    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.values().sum()
    }
}

/// `BirthDate` is `birth_date`, so that a kind that is added needs nothing here.
fn name(kind: PersonalKind) -> String {
    let mut name = String::new();
    for ch in format!("{kind:?}").chars() {
        if ch.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(ch.to_lowercase());
    }
    name
}

/// What a case became.
pub(super) struct Done {
    pub case: Resolution,
    pub counts: Counts,
    pub example: Example,
}

/// Masks case after case.
pub(super) struct Masker<'a> {
    redactor: &'a Redactor,
    devices: Option<&'a DeviceNames>,
    finder: Finder,
    /// Folded name or id of each school, and its id.
    schools: BTreeMap<String, String>,
}

impl<'a> Masker<'a> {
    /// `known` are the persons of the export; those of the directory are added.
    pub(super) fn new(redactor: &'a Redactor, directory: &Directory, mut known: Known) -> Self {
        known.extend(people::of_directory(directory));
        let both = |school: &crate::domain::school::School| {
            [level(&school.id), level(&school.name)].map(|key| (key, school.id.clone()))
        };
        let schools = directory.schools.iter().flat_map(both).collect();
        Self { redactor, devices: None, finder: known.finder(), schools }
    }

    pub(super) fn with_devices(self, devices: &'a DeviceNames) -> Self {
        Self { devices: Some(devices), ..self }
    }

    pub(super) fn mask(&self, raw: RawCase) -> Done {
        let RawCase { line, id, subject, description, resolution, device, school, room, closed_at, problems, persons } =
            raw;
        let own: Vec<String> = persons.iter().flat_map(|value| people::strings(value)).collect();
        let device = device.map(|device| self.device(&device));
        let known_school = school.as_deref().and_then(|school| self.schools.get(&level(school)).cloned());
        let fields = [
            subject.as_str(),
            &description,
            &resolution,
            device.as_deref().unwrap_or_default(),
            // A room is a code or a few words of its own kind ("LZ", "WR 2"), see below.
            "",
            school.as_deref().filter(|_| known_school.is_none()).unwrap_or_default(),
        ];
        let mut masked = self.fields(&fields, own.clone());
        let room = room.unwrap_or_default();
        masked[4] = nobody_left(self.redactor.mask(&room), &own);
        let fields = fields.map(|field| if field.is_empty() { room.as_str() } else { field });
        let mut counts = Counts::default();
        for found in masked.iter().flat_map(|masked| &masked.found) {
            counts.add(found.kind, 1);
        }
        let pieces = ["subject", "description", "resolution", "device", "room", "school"]
            .iter()
            .zip(fields)
            .zip(&masked)
            .filter(|((_, before), _)| !before.is_empty())
            .map(|((label, before), masked)| Piece::new(label, before, masked))
            .collect();
        let mut texts = masked.into_iter().map(|masked| masked.text);
        let mut next = || texts.next().unwrap_or_default();
        let (subject, description, resolution) = (next(), next(), next());
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let (device, room, school) = (some(next()), some(next()), known_school.or(some(next())));
        let id = self.id(&id, line, &own);
        let case =
            Resolution { id: id.clone(), subject, description, resolution, device, school, room, closed_at, problems };
        Done { case, counts, example: Example { id, pieces } }
    }

    /// Masks a case that was masked before, and perhaps edited.
    pub(super) fn again(&self, case: &mut Resolution) {
        let mut texts: Vec<&mut String> = vec![&mut case.subject, &mut case.description, &mut case.resolution];
        texts.extend(case.device.as_mut());
        texts.extend(case.room.as_mut());
        texts.extend(case.school.as_mut().filter(|school| !self.schools.contains_key(&level(school))));
        let fields: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
        let masked = self.fields(&fields, Vec::new());
        for (text, masked) in texts.into_iter().zip(masked) {
            *text = masked.text;
        }
    }

    /// All fields with everybody known, and nobody left.
    fn fields(&self, fields: &[&str], own: Vec<String>) -> Vec<Masked> {
        let mut persons: Vec<String> = self.finder.in_fields(fields).into_iter().chain(own).collect();
        // The longest first: the whole name before its parts.
        persons.sort_by_key(|person| std::cmp::Reverse(person.len()));
        persons.dedup();
        let masked = self.redactor.mask_case(fields, &persons);
        masked.into_iter().map(|masked| nobody_left(masked, &persons)).collect()
    }

    /// The kind of a device, where the lexicon knows its name.
    fn device(&self, said: &str) -> String {
        let named = self.devices.map(|devices| devices.said(said)).unwrap_or_default();
        let kind = named.first().filter(|_| named.len() == 1).and_then(|kind| serde_json::to_value(kind).ok());
        kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_else(|| said.to_owned())
    }

    /// The id, if it is a number as helpdesks give them; else the line.
    fn id(&self, id: &str, line: u64, own: &[String]) -> String {
        let clean: String = id.trim().trim_start_matches('#').chars().take(LONGEST_ID + 1).collect();
        let safe = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_' | '.' | '/' | '#');
        let digits = clean.chars().filter(char::is_ascii_digit).count();
        let plain = clean.chars().all(safe) && digits > 0 && clean.len() <= LONGEST_ID;
        // "2025031410000017" is a number of OTRS, not of a telephone; no such begins with 0 or +.
        let number = plain && digits == clean.len() && !clean.starts_with('0');
        let personal = || {
            let masked = self.redactor.mask(&clean);
            !masked.found.is_empty() || own.iter().any(|person| clean.to_lowercase().contains(&person.to_lowercase()))
        };
        if number && !own.contains(&clean) || plain && !personal() { clean } else { format!("row-{line}") }
    }
}

fn level(name: &str) -> String {
    words(&fold(name)).collect::<Vec<_>>().join(" ")
}

/// Masks every one of `persons` that is still there as a word of its own.
fn nobody_left(masked: Masked, persons: &[String]) -> Masked {
    let tokens: Vec<Range<usize>> = masked
        .text
        .match_indices('[')
        .filter_map(|(at, _)| {
            let kind = PersonalKind::ALL.into_iter().find(|kind| masked.text[at..].starts_with(kind.token()))?;
            Some(at..at + kind.token().len())
        })
        .collect();
    let mut left: Vec<(Range<usize>, PersonalKind)> = Vec::new();
    for person in persons {
        for (at, _) in masked.text.match_indices(person.as_str()) {
            let range = at..at + person.len();
            let apart = |ch: Option<char>| !ch.is_some_and(char::is_alphanumeric);
            if apart(masked.text[..at].chars().next_back()) && apart(masked.text[range.end..].chars().next()) {
                left.push((range, kind_of(person)));
            }
        }
    }
    // Of those that overlap the first counts, and of two that begin together the longer.
    left.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut tokens = tokens.into_iter().peekable();
    let mut end = 0;
    left.retain(|(range, _)| {
        while tokens.next_if(|token| token.end <= range.start).is_some() {}
        let free = range.start >= end && tokens.peek().is_none_or(|token| token.start >= range.end);
        end = if free { range.end } else { end };
        free
    });
    if left.is_empty() {
        return masked;
    }
    let mut text = String::with_capacity(masked.text.len());
    let mut found = masked.found.clone();
    let mut copied = 0;
    for (range, kind) in left {
        text.push_str(&masked.text[copied..range.start]);
        text.push_str(kind.token());
        copied = range.end;
        let start = origin(&masked.found, range.start);
        found.push(Found { kind, start, end: start + range.len() });
    }
    text.push_str(&masked.text[copied..]);
    found.sort_by_key(|found| found.start);
    Masked { text, found }
}

fn kind_of(person: &str) -> PersonalKind {
    if person.contains('@') {
        PersonalKind::Email
    } else if person.chars().any(char::is_alphabetic) {
        PersonalKind::Name
    } else {
        PersonalKind::Phone
    }
}

/// The place in the first text of one in the masked text that is in no token.
fn origin(found: &[Found], at: usize) -> usize {
    let mut place = at;
    for found in found {
        if found.start > place {
            break;
        }
        place = place + (found.end - found.start) - found.kind.token().len().min(place);
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_finds_who_is_left_and_says_where() {
        let text = "Herr Tjarksen: Kabel. Wendelmuth und kwendelm, 4711-0815";
        let at = |part: &str| text.find(part).unwrap();
        let found = vec![Found { kind: PersonalKind::Name, start: at("Tjarksen"), end: at(": Kabel") }];
        let masked = Masked { text: text.replace("Tjarksen", "[Name]"), found };
        let persons = ["Wendelmuth", "kwendelm", "4711-0815", "Name", "Kab"].map(str::to_owned);
        let done = nobody_left(masked, &persons);
        assert_eq!(done.text, "Herr [Name]: Kabel. [Name] und [Name], [Telefon]");
        let spots: Vec<&str> = done.found.iter().map(|found| &text[found.start..found.end]).collect();
        assert_eq!(spots, ["Tjarksen", "Wendelmuth", "kwendelm", "4711-0815"]);
    }
}
