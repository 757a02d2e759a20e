//! How far a fault reaches: one person, a class, a building, the whole school.

use super::{phrases::Phrases, said::Said};
use crate::domain::ticket::Scope;

const SCHOOL: [&str; 9] = [
    "ganz*|gesamt*|komplett* schule|schulhaus|kollegium|standort|campus",
    "schulweit|uberall",
    "in|an der ganzen|gesamten schule",
    "alle|allen|samtliche|samtlichen raume|raumen|raum|klassen|kollegen|kolleginnen|lehrer|lehrern|gebaude|gebauden",
    "nirgends|nirgendwo .. wlan|netz|internet|schule|haus",
    "keiner|niemand .. in|an der schule",
    "whole|entire school",
    "everywhere|schoolwide",
    "all|every rooms|classes|room|teachers|buildings",
];

/// Said of all rooms of one building, before it counts as the school.
const PART: [&str; 2] = [
    "alle|allen|samtliche raume|raumen|klassen .. im|in|am|auf .. neubau|altbau|anbau|trakt|flur|gang|etage|stock|stockwerk|obergeschoss|erdgeschoss|oberstufenhaus",
    "alle|allen|samtliche raume|raumen .. oben|unten|hier",
];

const BUILDING: [&str; 9] = [
    "ganz*|gesamt*|komplett* haus|gebaude|neubau|altbau|anbau|trakt|flur|gang|etage|stockwerk|stock|flugel|oberstufenhaus",
    "im ganzen|gesamten|kompletten haus|neubau|altbau|gebaude|trakt|flur|stockwerk|obergeschoss",
    "nebenan .. auch",
    "auch|ebenso nebenan",
    "nebenan|nachbarraum|nachbarklasse .. auch|genauso|gleiche|selbe|dasselbe|tot",
    "kolleg* nebenan|gegenuber .. auch|genauso|gleiche|nicht",
    "alle|mehrere|anderen raume .. flur|neubau|altbau|etage|trakt",
    "whole|entire building|floor|corridor|wing",
    "next door .. too|same|either|also",
];

const CLASS: [&str; 14] = [
    "ganz*|gesamt*|komplett* klasse|kurs|lerngruppe|gruppe|klassensatz|koffer|@",
    "alle|allen|samtliche kinder|kindern|schuler|ipads|gerate|geraten|sus|rechner|rechnern",
    "alle # kinder|schuler|ipads|leute|gerate",
    "bei allen $",
    "keiner|keins|keines|niemand .. komm|kommt|kann|hat|im|rein|ist|sieht",
    "kein schuler|kind|ipad .. komm|kommt",
    "schuler komm .. nicht",
    "komm die|meine schuler|kinder .. nicht",
    "# ipads .. und|, keins|keiner",
    "die|der ganze|ganzen mt|@",
    "all|none|every|everyone of|my|the students|pupils|ipads|them|kids",
    "all students|pupils|kids|ipads",
    "whole|entire class|group",
    "alle .. offline",
];

const PERSON: [&str; 10] = [
    "nur|bloß bei mir|ich|mein|meinem|ihm|ihr",
    "nur ein|einzelne|einziger ipad|kind|schuler|gerat|schulerin",
    "nur an|auf meinem|diesem|dem ein",
    "bei den anderen|allen .. geht|gehts|lauft|klappt|funktioniert",
    "alle anderen|andere .. konnen|geht|gehts|komm|haben|funktioniert|funktionieren",
    "ein|mein ipad|schuler|kind|handy|laptop|dienstlaptop|dienstgerat von|geht|hat|kann|komm|ist|findet",
    "eins von|der den|ipads",
    "ein ipad",
    "only me|my|one",
    "mein|meinem|meiner handy|dienstlaptop|laptop|account|konto|passwort|dienstipad|zugang",
];

/// The tables, ready.
#[derive(Debug)]
pub(super) struct Scopes([(Scope, Phrases); 5]);

impl Scopes {
    pub(super) fn new() -> Self {
        Self([
            (Scope::Building, Phrases::new(&PART)),
            (Scope::School, Phrases::new(&SCHOOL)),
            (Scope::Building, Phrases::new(&BUILDING)),
            (Scope::Class, Phrases::new(&CLASS)),
            (Scope::Person, Phrases::new(&PERSON)),
        ])
    }

    /// The widest that is said.
    pub(super) fn heard(&self, said: &Said) -> Option<Scope> {
        self.0.iter().find(|(_, phrases)| phrases.said(said)).map(|(scope, _)| *scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_reaches() {
        let scope = |text: &str| Scopes::new().heard(&Said::new(text));
        for (text, expected) in [
            ("die ganze schule hat kein wlan", Some(Scope::School)),
            ("überall tot", Some(Scope::School)),
            ("alle räume im neubau haben kein netz", Some(Scope::Building)),
            ("im ganzen neubau kein netz", Some(Scope::Building)),
            ("bei mir auch nicht und nebenan auch nicht", Some(Scope::Building)),
            ("die ganze 7b ist offline", Some(Scope::Class)),
            ("28 ipads und keins kommt ins netz", Some(Scope::Class)),
            ("nur bei mir", Some(Scope::Person)),
            ("bei den anderen gehts", Some(Scope::Person)),
            ("beamer zeigt kein signal", None),
            ("raum 204, hdmi", None),
        ] {
            assert_eq!(scope(text), expected, "{text}");
        }
    }
}
