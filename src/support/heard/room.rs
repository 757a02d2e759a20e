//! Which room is meant: by its code, its number, its name, as the school's directory has it.
//!
//! A class ("7b"), a lesson ("3. Stunde"), a number of pupils, a model is no room. A room
//! that is corrected or denied falls; where two rooms fit what was said, none is taken.

mod known;
mod words;

use known::{Ident, Known};
use words::{ANNOUNCE, BEFORE, CONTACT, CORRECTION, COUNTED, ELSEWHERE, OTHER_NUMBER, THERE, VERBS};

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
        Self { there: Phrases::new(&THERE), correction: Phrases::new(&CORRECTION), contact: Phrases::new(&CONTACT) }
    }

    pub(super) fn hear(&self, said: &Said, rooms: &[Room]) -> Rooms {
        let known: Vec<Known> = rooms.iter().map(Known::new).collect();
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
                || places.get(nth + 1).is_some_and(|next| denied(said, next, true));
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

    fn elsewhere(&self, said: &Said, place: &Place) -> bool {
        let near = (1..=4).any(|back| {
            let apart = (place.at.saturating_sub(back) + 1..=place.at)
                .any(|at| said.tokens.get(at).is_some_and(|token| token.pause != Pause::None));
            !apart && ELSEWHERE.has(said.before(place.at, back))
        });
        let clause = (place.end..said.tokens.len())
            .find(|at| said.tokens[*at].pause != Pause::None)
            .unwrap_or(said.tokens.len())
            .min(place.end + 3);
        near || place.sure < 4 && self.there.among(said, place.end, clause)
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
            if best == known::Fit::Subject && !(matches!(said.before(at, 1), "im" | "in") || said.before(at, 2) == "in")
                || best == known::Fit::Thing && !announced
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

/// "GSM-204", "gsm 204".
fn by_code(said: &Said, at: usize, known: &[Known]) -> Option<Place> {
    let mut written = String::new();
    for end in at..(at + 4).min(said.tokens.len()) {
        written.push_str(said.word(end));
        if let Some(room) = known.iter().find(|room| room.whole == written) {
            let (codes, words) = (vec![room.code.clone()], room.code.clone());
            return Some(Place { at, end: end + 1, codes, words, sure: 5 });
        }
    }
    None
}

/// "Raum 204", "a 210", "neubau 15", "bio 211", "im 204".
fn by_number(said: &Said, at: usize, known: &[Known]) -> Option<Place> {
    let (ident, end) = ident_at(said, at)?;
    let before = said.before(at, 1);
    let glued_on = said.tokens.get(end).is_some_and(|next| next.glued);
    let part = said.tokens[at].glued && !before.is_empty();
    let fits = |check: &dyn Fn(&Known) -> bool| -> Vec<String> {
        known.iter().filter(|room| check(room)).map(|room| room.code.clone()).collect()
    };
    let number = ident.number();
    if !before.is_empty() && !ANNOUNCE.has(before) {
        // Its name and its number.
        let named = fits(&|room| room.numbered(&ident) && room.names_begin(before));
        if !named.is_empty() {
            let words = format!("{} {number}", capital(said.raw(at - 1)));
            return Some(Place { at: at - 1, end, codes: named, words, sure: 4 });
        }
    }
    if glued_on || part || counted(said, end, at) {
        return None;
    }
    let class = ident.is_class();
    let codes = if class {
        // A class has a room of its own where rooms are called so.
        let asked = matches!(before, "klasse" | "in" | "der" | "die") && !said.before(at, 2).eq("aus");
        if asked && !said.before(at, 2).eq("[]") { fits(&|room| room.of_class(&ident)) } else { Vec::new() }
    } else {
        fits(&|room| room.numbered(&ident))
    };
    if class {
        return (!codes.is_empty()).then(|| Place {
            at,
            end,
            codes,
            words: format!("Klasse {number}"),
            sure: if before == "klasse" { 3 } else { 2 },
        });
    }
    if ANNOUNCE.has(before) || ident.announced {
        return Some(Place { at, end, codes, words: format!("Raum {number}"), sure: 3 });
    }
    if OTHER_NUMBER.has(before) {
        return None;
    }
    if !ident.letters.is_empty() {
        return (!codes.is_empty()).then_some(Place { at, end, codes, words: number, sure: 3 });
    }
    let first = said.before(at, 1).is_empty();
    let long = ident.digits >= 3;
    let may = ident.digits >= 2 && BEFORE.has(before) && !(before == "der" && said.before(at, 2) != "in");
    let ordinal = !long && said.gap_after(end - 1).starts_with('.');
    if ordinal || !(may || long && (first || !codes.is_empty())) || codes.is_empty() && !(long && may) {
        return None;
    }
    Some(Place { at, end, codes, words: format!("Raum {number}"), sure: if may { 2 } else { 1 } })
}

/// The number of a room that begins at a token, and the token after it.
fn ident_at(said: &Said, at: usize) -> Option<(Ident, usize)> {
    let word = said.word(at);
    let letter = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !word.is_empty();
    let spaced = said.tokens.get(at + 1).is_some_and(|next| next.pause == Pause::None);
    if letter
        && spaced
        && !matches!(word, "im" | "in" | "um" | "an" | "ab" | "zu" | "ne" | "so" | "du" | "er" | "es" | "ja")
        && said.word(at + 1).bytes().all(|byte| byte.is_ascii_digit())
        && let Some(ident) = Ident::read(&format!("{word}{}", said.word(at + 1)))
    {
        return Some((ident, at + 2));
    }
    Ident::read(word).map(|ident| (ident, at + 1))
}

fn counted(said: &Said, end: usize, at: usize) -> bool {
    let next = said.after(end - 1, 1);
    let percent = said.gap_after(end - 1).trim_start().starts_with(['%', '€', '"']);
    let time =
        said.gap_after(end - 1) == ":" || at > 0 && said.gap_after(at - 1) == ":" && said.word(at - 1).len() <= 2;
    let digits = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    // Parts of a telephone number stand beside each other.
    let row = digits(next) && next.len() > 1 || digits(said.before(at, 1));
    COUNTED.has(next) || percent || time || row
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
