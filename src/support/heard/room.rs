//! Which room is meant: by its code, its number, its name, as the school's directory has it.
//!
//! A class ("7b"), a lesson ("3. Stunde"), a number of pupils, a model is no room. A room
//! that is corrected or denied falls; where two rooms fit what was said, none is taken.

mod known;
mod number;
mod spelled;
mod words;

use known::Known;
use number::{by_code, by_number};
use words::{BROKEN, CONTACT, CORRECTION, ELSEWHERE, LEFT, MOVED, NOW, THERE, THERE_TOO, VERBS};

use super::{
    phrases::Phrases,
    said::{Pause, Said},
};
use crate::domain::school::Room;

/// A room that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// The code, where exactly one room fits.
    pub code: Option<String>,
    /// The words, as a helpdesk would write them.
    pub words: String,
    /// 1 a bare number … 4 its name with its number.
    pub sure: u8,
    /// She corrects what was said before.
    pub corrects: bool,
}

/// What a message says of rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rooms {
    pub is: Option<Mention>,
    /// Codes or words of rooms that it is not.
    pub not: Vec<String>,
}

/// The tables, ready.
#[derive(Debug)]
pub(super) struct RoomEar {
    there: Phrases,
    there_too: Phrases,
    left: Phrases,
    moved: Phrases,
    now: Phrases,
    correction: Phrases,
    contact: Phrases,
}

/// A place in the message that names a room.
struct Place {
    at: usize,
    end: usize,
    codes: Vec<String>,
    words: String,
    sure: u8,
}

impl RoomEar {
    pub(super) fn new() -> Self {
        Self {
            there: Phrases::new(&THERE),
            there_too: Phrases::new(&THERE_TOO),
            left: Phrases::new(&LEFT),
            moved: Phrases::new(&MOVED),
            now: Phrases::new(&NOW),
            correction: Phrases::new(&CORRECTION),
            contact: Phrases::new(&CONTACT),
        }
    }

    pub(super) fn hear(&self, said: &Said, rooms: &[Room]) -> Rooms {
        let known: Vec<Known> = rooms.iter().map(Known::new).collect();
        let written = spelled::written(said.text, &known);
        let spelled = (written != said.text).then(|| Said::new(&written));
        let said = spelled.as_ref().unwrap_or(said);
        let places = self.places(said, &known);
        let mut heard = Rooms::default();
        for (nth, place) in places.iter().enumerate() {
            let others = places.len() > 1;
            if denied(said, place, others || self.correction.said(said)) {
                heard.not.push(place.codes.first().filter(|_| place.codes.len() == 1).unwrap_or(&place.words).clone());
                heard.is.take_if(|is| is.words == place.words);
                continue;
            }
            if self.elsewhere(said, place) {
                continue;
            }
            // Between the two, or before the first: "nee, Raum 205".
            let from = if nth == 0 { 0 } else { places[nth - 1].end };
            let corrects = self.correction.among(said, from, (place.end + 3).min(said.tokens.len()))
                || places.get(nth + 1).is_some_and(|next| denied(said, next, true))
                || nth > 0 && self.now.among(said, from.min(place.at), place.at);
            let code = match place.codes.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            let mention = Mention { code, words: place.words.clone(), sure: place.sure, corrects };
            // "Raum 204, Biologie": one of them says which of two is meant.
            let vague = heard.is.as_ref().is_some_and(|is| is.code.is_none() && mention.code.is_some());
            match &heard.is {
                Some(is) if !corrects && !vague && is.sure >= mention.sure => {}
                _ => heard.is = Some(mention),
            }
        }
        heard
    }

    fn places(&self, said: &Said, known: &[Known]) -> Vec<Place> {
        let mut places = Vec::new();
        let mut at = 0;
        while at < said.tokens.len() {
            let found = by_code(said, at, known)
                .or_else(|| by_number(said, at, known))
                .or_else(|| self.by_name(said, at, known));
            at = found.as_ref().map_or(at + 1, |place| place.end);
            places.extend(found);
        }
        places
    }

    /// Whether it works there, or she came from there: another room than the one she means.
    fn elsewhere(&self, said: &Said, place: &Place) -> bool {
        let near = (1..=4).any(|back| {
            let apart = (place.at.saturating_sub(back) + 1..=place.at)
                .any(|at| said.tokens.get(at).is_some_and(|token| token.pause != Pause::None));
            !apart && ELSEWHERE.has(said.before(place.at, back))
        });
        let beside = (1..=3).any(|back| matches!(said.before(place.at, back), "neben" | "next"))
            && (1..=2).all(|back| !matches!(said.before(place.at, back), "in" | "im" | "aus"));
        let pause = |at: &usize| said.tokens[*at].pause != Pause::None;
        let begin = (0..=place.at).rev().find(pause).unwrap_or(0);
        let end = (place.end..said.tokens.len()).find(pause).unwrap_or(said.tokens.len());
        let broken = (place.end..end).any(|at| BROKEN.has(said.word(at)));
        let works = place.sure < 4 && self.there.among(said, place.end, end.min(place.end + 3));
        let too = place.sure < 4 && self.there_too.among(said, place.end, end.min(place.end + 3));
        let left = self.left.among(said, begin, end);
        near || beside || too || self.moved.among(said, place.end, end) || !broken && (works || left)
    }

    /// "im Lehrerzimmer", "in der Physik", "bei den Eulen".
    fn by_name(&self, said: &Said, at: usize, known: &[Known]) -> Option<Place> {
        let word = said.word(at);
        let joined = format!("{word}{}", said.after(at, 1));
        for (word, tokens) in [(joined.as_str(), 2), (word, 1)] {
            if tokens == 2 && said.after(at, 1).is_empty() {
                continue;
            }
            let fits: Vec<(&Known, known::Fit)> =
                known.iter().filter_map(|room| room.called(word).map(|fit| (room, fit))).collect();
            let Some(best) = fits.iter().map(|(_, fit)| *fit).max() else { continue };
            let announced = (1..=3).any(|back| {
                matches!(said.before(at, back), "im" | "in" | "aus" | "vom" | "bei" | "beim" | "hier" | "raum" | "zum")
            });
            // "Physik, Beamer flackert": a heading.
            let heads = at == 0 && said.tokens.get(tokens).is_some_and(|next| next.pause == Pause::Comma);
            let inside = matches!(said.before(at, 1), "im" | "in") || said.before(at, 2) == "in";
            if best == known::Fit::Subject && !(inside || heads)
                || best == known::Fit::Thing && !(announced || heads || said.before(at, 1) == "ipad")
                || self.contact.said(said) && said.before(at, 1) == "im" && self.contact_here(said, at)
            {
                continue;
            }
            let codes = fits.iter().filter(|(_, fit)| *fit == best).map(|(room, _)| room.code.clone()).collect();
            let words = capital(said.text.get(said.tokens[at].start..said.tokens[at + tokens - 1].end)?);
            let sure = if announced { 2 } else { 1 };
            return Some(Place { at, end: at + tokens, codes, words, sure });
        }
        None
    }

    /// "Frau Deichmann im Sekretariat weiß Bescheid".
    fn contact_here(&self, said: &Said, at: usize) -> bool {
        self.contact.among(said, at.saturating_sub(4), (at + 6).min(said.tokens.len()))
    }
}

/// "nicht in 204", "204 nicht": only where another is meant instead.
fn denied(said: &Said, place: &Place, instead: bool) -> bool {
    let mut back = 1;
    while back <= 4
        && matches!(said.before(place.at, back), "im" | "in" | "raum" | "der" | "die" | "das" | "etwa" | "mehr" | "aus")
    {
        back += 1;
    }
    let not = matches!(said.before(place.at, back), "nicht" | "kein" | "not" | "statt");
    let verb = VERBS.has(said.before(place.at, back + 1));
    let sondern = (0..3).any(|next| said.after(place.end - 1, next + 1) == "sondern");
    let bare = said.after(place.end - 1, 1) == "nicht"
        && said.after(place.end - 1, 2).is_empty()
        && instead
        && back == 1
        && said.before(place.at, 1).is_empty();
    not && (sondern || instead && !verb) || bare
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
