//! A room by what stands on its door: its code, or its number, alone or with its name.

use super::{
    Place, capital,
    known::{Ident, Known},
    words::{ANNOUNCE, BEFORE, COUNTED, OTHER_NUMBER},
};
use crate::support::heard::said::{Pause, Said};

/// "GSM-204", "gsm 204".
pub(super) fn by_code(said: &Said, at: usize, known: &[Known]) -> Option<Place> {
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
pub(super) fn by_number(said: &Said, at: usize, known: &[Known]) -> Option<Place> {
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
    // "15 im Neubau"
    let named = |room: &&Known| room.numbered(&ident) && room.names_begin(said.after(end - 1, 2));
    if matches!(said.after(end - 1, 1), "im" | "in") && known.iter().filter(named).count() == 1 {
        let codes = fits(&|room| named(&room));
        let words = format!("{} {number}", capital(said.raw(end + 1)));
        return Some(Place { at, end: end + 2, codes, words, sure: 4 });
    }
    if glued_on || part || counted(said, end, at) {
        return None;
    }
    let class = ident.is_class();
    let codes = if class {
        // A class has a room of its own where rooms are called so.
        let asked = matches!(before, "klasse" | "class" | "in" | "der" | "die") && !said.before(at, 2).eq("aus")
            || at == 0 && said.tokens.get(end).is_some_and(|next| next.pause == Pause::None);
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
    let article = matches!(before, "der" | "die") && matches!(said.before(at, 2), "in" | "um");
    let may = ident.digits >= 2 && (article || before != "der" && BEFORE.has(before));
    let ordinal = !long && !number.starts_with('0') && said.gap_after(end - 1).starts_with('.');
    if ordinal || !(may || long && (first || !codes.is_empty())) || codes.is_empty() && !(long && may) {
        return None;
    }
    Some(Place { at, end, codes, words: format!("Raum {number}"), sure: if may { 2 } else { 1 } })
}

/// The number of a room that begins at a token, and the token after it.
fn ident_at(said: &Said, at: usize) -> Option<(Ident, usize)> {
    let word = said.word(at);
    // "N 15": elsewhere "n" is short for "ein".
    let word = if said.raw(at).eq_ignore_ascii_case("n") { "n" } else { word };
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
    let beside = |at: usize| said.tokens.get(at).is_some_and(|token| token.pause == Pause::None);
    let row = digits(next) && next.len() > 1 && beside(end) || digits(said.before(at, 1)) && beside(at);
    COUNTED.has(next) || percent || time || row
}
