//! Makers, publishers and settings that look like a person's name: `Fritz Box`,
//! `Kramer TP-580`, `Westermann BiBox`, `Max Auflösung`.

use super::{Class, Scan};
use crate::support::redact::vocabulary::ENDINGS;

const FRITZ: [&str; 14] = [
    "box",
    "boxen",
    "os",
    "fon",
    "repeater",
    "powerline",
    "app",
    "nas",
    "dect",
    "mesh",
    "wlan",
    "card",
    "smart",
    "boxes",
];
/// Makers with the name of a family.
const MAKERS: [&str; 10] =
    ["kramer", "becker", "busch", "jung", "martin", "neumann", "wolf", "schafer", "hirschmann", "lenz"];
/// Publishers of schoolbooks and of their apps.
const PUBLISHERS: [&str; 10] =
    ["westermann", "klett", "cornelsen", "schroedel", "diesterweg", "mildenberger", "auer", "raabe", "hueber", "beltz"];
const PUBLISHED: [&str; 6] = ["verlag", "lizenz", "app", "digital", "bibox", "buch"];

impl Scan<'_> {
    /// Marks the word at `at` as no person if it is a brand there.
    pub(super) fn brand(&mut self, at: usize) {
        let words = self.words;
        let next = words.get(at + 1);
        let spaced = words.spaced(at + 1);
        let box_ =
            words.is(at, &["fritz"]) && (spaced || matches!(words.gap(at + 1), "!" | "! ")) && words.is(at + 1, &FRITZ);
        let most = words.is(at, &["max", "min"])
            && spaced
            && next.is_some_and(|next| {
                let thing = next.has(Class::THING) || ENDINGS.iter().any(|end| next.folded.ends_with(end));
                next.capital && !next.known() && thing
            });
        let titled = at > 0 && words.has(at - 1, Class::TITLE | Class::ABBREVIATED | Class::ROLE | Class::GROUP);
        let model = words.is(at, &MAKERS)
            && spaced
            && next.is_some_and(|next| {
                next.capital && !next.letters && next.folded.len() > 3 && !next.folded.starts_with("raum")
            });
        let publisher = words.is(at, &PUBLISHERS)
            && (words.spaced(at) && words.is(at.wrapping_sub(1), &["verlag", "verlags"])
                || spaced && next.is_some_and(|next| next.branded || PUBLISHED.contains(&next.folded.as_str())));
        self.place[at] |= box_ || most || (model || publisher) && !titled;
    }
}
