//! What looks like a person's name and is none: rooms, schools, streets and
//! firms, things with names, and people of history whom lessons are about.

use std::collections::HashSet;

use super::{Class, Scan, Token};
use crate::support::redact::vocabulary::ENDINGS;

/// Whom rooms, schools and lessons are named after.
const HISTORIC: [(&str, &str); 36] = [
    ("albert", "einstein"),
    ("albert", "schweitzer"),
    ("anne", "frank"),
    ("astrid", "lindgren"),
    ("sophie", "scholl"),
    ("hans", "scholl"),
    ("marie", "curie"),
    ("erich", "kastner"),
    ("konrad", "zuse"),
    ("ada", "lovelace"),
    ("alan", "turing"),
    ("maria", "montessori"),
    ("johann", "goethe"),
    ("friedrich", "schiller"),
    ("heinrich", "heine"),
    ("bertolt", "brecht"),
    ("martin", "luther"),
    ("johannes", "kepler"),
    ("charles", "darwin"),
    ("isaac", "newton"),
    ("nikola", "tesla"),
    ("otto", "hahn"),
    ("willy", "brandt"),
    ("konrad", "adenauer"),
    ("janusz", "korczak"),
    ("pippi", "langstrumpf"),
    ("harry", "potter"),
    ("max", "planck"),
    ("lise", "meitner"),
    ("theodor", "fontane"),
    ("robert", "koch"),
    ("clara", "schumann"),
    ("rosa", "parks"),
    ("nelson", "mandela"),
    ("steve", "jobs"),
    ("bill", "gates"),
];

impl Scan<'_> {
    /// Names of rooms, schools, streets and firms.
    pub(super) fn places(&mut self) {
        let words = self.words;
        for at in 0..words.list.len() {
            // `war vor Ort Häberle`
            let there = words.is(at, &["ort"]) && words.is(at.wrapping_sub(1), &["vor", "am"]);
            let named = words.has(at, Class::PLACE_BEFORE) && !there;
            if named && words.follows(at + 1) && !words.gap(at + 1).contains('\n') {
                self.place_after(at + 1);
            }
            // `Kurs von Bärbel weg`
            let gone = words.is(at, &["weg"]) && words.get(at).is_some_and(|token| !token.capital);
            if words.has(at, Class::PLACE_AFTER) && words.spaced(at) && !gone {
                self.place_before(at);
            }
            self.named_thing(at);
            self.brand(at);
            self.topic(at);
        }
        // `Raum Schiller … zeigt Schiller an`
        let known: HashSet<_> = (0..words.list.len())
            .filter(|at| self.place[*at] && words.has(*at, Class::GIVEN | Class::FAMILY))
            .map(|at| words.list[at].folded.as_str())
            .collect();
        for (at, token) in words.list.iter().enumerate().filter(|(_, token)| known.contains(token.folded.as_str())) {
            let before = at.checked_sub(1).and_then(|before| words.get(before));
            let person =
                before.is_some_and(|before| before.plain_name() || before.has(Class::TITLE | Class::ABBREVIATED));
            let given = words.spaced(at + 1) && words.get(at + 1).is_some_and(|next| next.capital && next.known());
            self.place[at] |= token.capital && !person && !given;
        }
    }

    /// `Das Board heißt Heidi`, `Lesesaal Bettina`, `Koffer "Bruno"`.
    fn named_thing(&mut self, at: usize) {
        const CALLED: [&str; 30] = [
            "server",
            "drucker",
            "beamer",
            "board",
            "tafel",
            "koffer",
            "wagen",
            "switch",
            "app",
            "roboter",
            "film",
            "buch",
            "sturm",
            "orkan",
            "projekt",
            "serie",
            "maskottchen",
            "lernprogramm",
            "programm",
            "software",
            "tool",
            "assistentin",
            "sprachassistentin",
            "plattform",
            "kopierer",
            "schrank",
            "rack",
            "aufzug",
            "modell",
            "marke",
        ];
        const ENDS: [&str; 6] = ["saal", "raum", "haus", "gebaude", "trakt", "halle"];
        let words = self.words;
        let Some(token) = words.get(at).filter(|token| !token.opaque && token.letters) else { return };
        let named = |at: usize| words.get(at).is_some_and(|next| next.capital && next.letters && next.known());
        if !(named(at + 1) || named(at + 2)) {
            return;
        }
        let thing = |token: &Token| {
            !token.known() && (token.has(Class::THING) || ENDINGS.iter().any(|end| token.folded.ends_with(end)))
        };
        let called = words.is(at, &["heisst", "hiess", "heissen"])
            && at > 0
            && words.spaced(at)
            && words.get(at - 1).is_some_and(|before| thing(before) && !before.has(Class::GROUP | Class::ROLE));
        let quoted = thing(token) && matches!(words.gap(at + 1), " \"" | " „" | " '" | " »");
        // `Server Hugo`, `Sturm Sabine`: one given name, no surname.
        let single = words.is(at, &CALLED)
            && words.spaced(at + 1)
            && words.has(at + 1, Class::GIVEN)
            && !(words.spaced(at + 2) && words.get(at + 2).is_some_and(Token::name_like));
        let room = ENDS.iter().any(|end| token.folded.ends_with(end)) && words.spaced(at + 1);
        let mut next = at + 1;
        if called && words.is(next, &["jetzt", "ja", "bei", "uns", "nun"]) {
            next += 1;
        }
        if named(next) && (called || quoted || single || room) {
            self.place[next] = true;
        }
    }

    fn place_after(&mut self, first: usize) {
        let Some(token) = self.token(first) else { return };
        if !token.letters || (token.has(Class::STOP) && !token.known()) {
            return;
        }
        let person = token.has(Class::GIVEN) && !token.has(Class::FAMILY);
        self.place[first] = true;
        let more = self.words.spaced(first + 1)
            && self.token(first + 1).is_some_and(|next| next.capital && (next.known() || (person && next.name_like())));
        if more {
            self.place[first + 1] = true;
        }
    }

    fn place_before(&mut self, after: usize) {
        let mut at = after;
        while at > 0 && after - at < 3 && self.words.spaced(at) {
            let Some(token) = self.token(at - 1) else { break };
            if !token.capital || !(token.known() || token.name_like()) {
                break;
            }
            at -= 1;
            self.place[at] = true;
        }
    }

    /// `Referat über Anne Frank`, `das Albert Einstein Zimmer`; not `Frau Anne Frank`.
    fn topic(&mut self, at: usize) {
        let words = self.words;
        let (Some(given), Some(family)) = (words.get(at), words.get(at + 1)) else { return };
        let pair = || HISTORIC.contains(&(given.folded.as_str(), family.folded.as_str()));
        let titled = at > 0 && words.has(at - 1, Class::TITLE | Class::ABBREVIATED | Class::ROLE | Class::GROUP);
        if given.has(Class::GIVEN) && words.spaced(at + 1) && pair() && !titled {
            self.place[at] = true;
            self.place[at + 1] = true;
        }
    }
}
