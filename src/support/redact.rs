//! Takes personal data out of what people write, before the first write to the
//! store, for messages, report fields and past tickets alike.
//!
//! Masked are names of persons, e-mail addresses, telephone numbers, passwords
//! and device codes, private addresses, birth dates and bank accounts. What the
//! helpdesk needs stays: rooms, schools, serial and inventory numbers, network
//! addresses, error codes, products, dates of events. Pure and linear in the
//! length of the text; masking what is masked already changes nothing.

use std::ops::Range;

use crate::domain::lexicon::Lexicon;

mod address;
mod birth;
mod case;
mod contact;
/// What masking left behind is nothing to look for, nor is "Frau" before it.
#[must_use]
pub fn without_masks(text: &str) -> String {
    let name = PersonalKind::Name.token();
    let titled = ["Frau ", "Herrn ", "Herr ", "frau ", "herrn ", "herr ", "Ms ", "Mrs ", "Mr "];
    let text = titled.iter().fold(text.to_owned(), |text, title| text.replace(&format!("{title}{name}"), " "));
    PersonalKind::ALL.iter().fold(text, |text, kind| text.replace(kind.token(), " "))
}

#[cfg(test)]
mod measure;
mod names;
mod nearby;
mod phone;
mod said;
mod secret;
#[cfg(test)]
mod tests;
mod token;
mod value;
mod vocabulary;
mod words;

use case::{papers, persons::Persons};
use token::Words;
use vocabulary::Vocabulary;

/// What was masked. Where two overlap, the later of this order gives the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PersonalKind {
    /// What somebody suffers from; only in past tickets.
    Health,
    Name,
    Address,
    Phone,
    BirthDate,
    Email,
    Iban,
    /// A number of a person: pupil, insurance, car; only in past tickets.
    Reference,
    Password,
}

impl PersonalKind {
    pub const ALL: [Self; 9] = [
        Self::Health,
        Self::Name,
        Self::Address,
        Self::Phone,
        Self::BirthDate,
        Self::Email,
        Self::Iban,
        Self::Reference,
        Self::Password,
    ];

    /// What stands in the text instead.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::Health => "[Gesundheit]",
            Self::Name => "[Name]",
            Self::Address => "[Adresse]",
            Self::Phone => "[Telefon]",
            Self::BirthDate => "[Geburtsdatum]",
            Self::Email => "[E-Mail]",
            Self::Iban => "[IBAN]",
            Self::Reference => "[Kennung]",
            Self::Password => "[Passwort]",
        }
    }
}

/// One masked place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: PersonalKind,
    /// First byte in the text that was given.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// A text without personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    /// In the order of the text, never overlapping.
    pub found: Vec<Found>,
}

/// A place that a rule wants masked, in bytes of the text it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    kind: PersonalKind,
    range: Range<usize>,
}

/// Masks personal data. Built once, shared by all threads.
pub struct Redactor {
    vocabulary: Vocabulary,
    contact: contact::Patterns,
    phone: phone::Patterns,
    address: address::Patterns,
    birth: birth::Patterns,
    papers: papers::Patterns,
    phrases: case::phrases::Patterns,
}

impl Redactor {
    /// Names come from the lexicon; its words of the trade keep things from being taken for names.
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        Self {
            vocabulary: Vocabulary::new(lexicon),
            contact: contact::Patterns::new(),
            phone: phone::Patterns::new(),
            address: address::Patterns::new(),
            birth: birth::Patterns::new(),
            papers: papers::Patterns::new(),
            phrases: case::phrases::Patterns::new(),
        }
    }

    /// Tells the year of today: a date beside a name is a birthday if somebody at school can
    /// be of that age. Without it the text itself must show.
    #[must_use]
    pub fn seen_from(mut self, year: i16) -> Self {
        self.birth.seen_from(u32::try_from(year).unwrap_or_default());
        self
    }

    /// Replaces every personal datum by a token such as `[Name]`.
    ///
    /// Runs until nothing more is found: a token may leave a neighbour that only
    /// then is recognised. Every round masks something, so it ends.
    #[must_use]
    pub fn mask(&self, text: &str) -> Masked {
        let mut masked = Masked { text: text.to_owned(), found: Vec::new() };
        loop {
            let spans = self.spans(&masked.text, None);
            if spans.is_empty() {
                return masked;
            }
            masked = replace(&masked, &spans);
        }
    }

    /// As [`Self::mask`], and what somebody suffers from: for what leaves the chat in a report.
    /// In the chat itself an injury must be understood.
    #[must_use]
    pub fn mask_report(&self, text: &str) -> Masked {
        let masked = self.mask(text);
        let mut spans = self.papers.find(&masked.text);
        spans.retain(|span| span.kind == PersonalKind::Health);
        let spans = settle(&masked.text, spans, &masks(&masked.text));
        if spans.is_empty() { masked } else { replace(&masked, &spans) }
    }

    /// What one look finds: sorted, apart from each other and from tokens of the mask.
    /// In a past ticket (`persons` are its names) the rules are stricter.
    fn spans(&self, text: &str, persons: Option<&Persons>) -> Vec<Span> {
        let masks = masks(text);
        let mut words = Words::new(text, &self.vocabulary);
        let mut spans = self.contact.find(text);
        if persons.is_some() {
            spans.extend(self.papers.find(text));
            spans.extend(self.phrases.find(text, &self.vocabulary));
        }
        hide(&mut words, &masks, &spans);
        spans.extend(secret::find(&words));
        spans.extend(self.phone.find(&words));
        if persons.is_some() {
            spans.extend(case::secrets::find(&words));
        }
        spans.extend(self.address.find(&words, persons.is_some()));
        spans.extend(self.birth.find(&words));
        hide(&mut words, &masks, &spans);
        let found = names::find(&words, persons);
        let mut names: Vec<_> = found.iter().map(|span| span.range.clone()).collect();
        names.extend(masks.iter().filter(|mask| text[(*mask).clone()] == *PersonalKind::Name.token()).cloned());
        names.sort_by_key(|range| range.start);
        spans.extend(found);
        spans.extend(self.birth.beside(&words, &names));
        spans.extend(self.address.beside(&words, &names));
        settle(text, spans, &masks)
    }
}

/// What is masked already, or will be, is no word to the rules that follow.
fn hide(words: &mut Words, masks: &[Range<usize>], spans: &[Span]) {
    let mut taken: Vec<_> = spans.iter().map(|span| span.range.clone()).chain(masks.iter().cloned()).collect();
    taken.sort_by_key(|range| range.start);
    words.hide(&taken);
}

/// Tokens of the mask that stand in the text already.
fn masks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('[') {
        if let Some(kind) = PersonalKind::ALL.into_iter().find(|kind| text[at..].starts_with(kind.token())) {
            found.push(at..at + kind.token().len());
        }
    }
    found
}

/// Joins overlapping spans, leaves out what is a token already, and drops the empty.
fn settle(text: &str, mut spans: Vec<Span>, masks: &[Range<usize>]) -> Vec<Span> {
    spans.sort_by_key(|span| span.range.start);
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                last.kind = last.kind.max(span.kind);
                last.range.end = last.range.end.max(span.range.end);
            }
            _ => joined.push(span),
        }
    }
    let mut free = Vec::with_capacity(joined.len());
    let mut masks = masks.iter().peekable();
    let mut start = 0;
    for Span { kind, range } in joined {
        while masks.next_if(|mask| mask.end <= range.start).is_some() {}
        start = range.start.max(start);
        while let Some(mask) = masks.next_if(|mask| mask.start < range.end) {
            free.push(Span { kind, range: start..mask.start.max(start) });
            start = mask.end;
        }
        free.push(Span { kind, range: start..range.end.max(start) });
    }
    free.retain(|span| text[span.range.clone()].contains(char::is_alphanumeric));
    free
}

/// The text with `spans` replaced; places are counted in the text that was given first.
fn replace(before: &Masked, spans: &[Span]) -> Masked {
    let mut text = String::with_capacity(before.text.len());
    let mut found = Vec::with_capacity(before.found.len() + spans.len());
    let mut earlier = before.found.iter().copied().peekable();
    // What must be added to a place in `before.text` to get the place in the first text.
    let mut shift = 0_isize;
    let mut copied = 0;
    for Span { kind, range } in spans {
        while let Some(known) = earlier.next_if(|known| known.start < range.start.saturating_add_signed(shift)) {
            shift += (known.end - known.start).cast_signed() - known.kind.token().len().cast_signed();
            found.push(known);
        }
        text.push_str(&before.text[copied..range.start]);
        text.push_str(kind.token());
        copied = range.end;
        let start = range.start.saturating_add_signed(shift);
        found.push(Found { kind: *kind, start, end: start + range.len() });
    }
    text.push_str(&before.text[copied..]);
    found.extend(earlier);
    Masked { text, found }
}
