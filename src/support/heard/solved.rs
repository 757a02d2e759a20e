//! "Geht wieder", "hat sich erledigt": that it works again, and that it does not after all.

use super::{phrases::Phrases, said::Said};

const WORKS: [&str; 33] = [
    "geht|gehts|lauft|funktioniert|klappt|tut|tuts|druckt|laedt|spielt|spiegelt wieder|jetzt|nun|einwandfrei|prima|super",
    "geht|lauft|funktioniert|klappt es|er|sie|alles|ja|doch wieder|jetzt",
    "jetzt|nun|wieder geht|gehts|lauft|klappt|klappts|funktioniert|funktionierts|tuts",
    "hat|haben sich .. erledigt|gelost|geklart",
    "erledigt $",
    "problem .. gelost|behoben|weg",
    "ist .. gelost|behoben|repariert",
    "hat .. geklappt",
    "hat .. geholfen",
    "geklappt $",
    "bild|ton ist .. wieder da",
    "daran lags|lag es|lag",
    "daran hat .. gelegen",
    "der|die|das tuts",
    "bin .. wieder|jetzt drin|drinnen|online",
    "brauch|brauchst .. kein .. ticket|hilfe|meldung|techniker",
    "hat|hats funktioniert $",
    "jetzt kommt|kam .. bild|ton|es|er",
    "passt wieder|jetzt|alles",
    "works|working again|now|fine",
    "it|that worked|works|helped",
    "fixed|solved|resolved",
    "back online|up|on",
    "kam|kommt jetzt|wieder .. bild|ton|an",
    "fehler gefunden",
    "lauft|geht|funktioniert|druckt|schreibt wie|wieder wie geschmiert|schnurchen|neu|fruher|vorher|immer|am",
    "brauch .. niemand|keiner|kein .. kommen|mehr",
    "gehts|funktioniert .. wieder",
    "damit|so|danach|jetzt hat|hats es|das|. geklappt|funktioniert|geholfen",
    "wieder einwandfrei|tadellos|perfekt|normal|rund|flott",
    "brauch|mussen|musst|musse nix|nicht|keiner|niemand weiter|mehr|zu .. tun|machen|unternehmen|kommen",
    "konnt|konnen|kannst|kann .. abhaken|zumachen|schließen|schliessen|streichen|vergessen|wegwerfen",
    "fall|sache|thema|ding ist .. gegessen|erledigt|durch|vom tisch",
];

/// Says so where nothing else in the message says the contrary: "Laptop läuft, Bild da".
const LIKELY: [&str; 11] = [
    "bild da",
    "ok|okay|so|jetzt|danke|super|ja|yes|leinwand|, passt|lauft $",
    "lauft , danke|brauch",
    "alles .. gut|ok|okay|bestens|da|paletti|klar",
    "drin .. geht",
    "bin|sind ich|wir|jetzt|wieder .. drin|drinnen|online|verbunden",
    "mit .. gehts|klappts|lauft",
    "bild|ton|wlan|netz|internet ist|. wieder|jetzt da",
    "jetzt|nun|wieder ist .. da",
    "wars|war das|es",
    "danke .. geht|gehts|klappt|lauft|geklappt",
];
const CONTRARY: [&str; 1] = ["nicht|nix|kein|keiner|keins|aber|nur|stumm|bloß|trotzdem|leider|not|no|but|only"];

const BROKEN: [&str; 17] = [
    "null|kein|ohne|zero effekt|wirkung|erfolg|besserung|veränderung|effect|luck",
    "tote hose",
    "fehlanzeige|pustekuchen|essig|vergeblich|umsonst|nada|sense",
    "fur die katz|tonne",
    "doch nicht|nix|kein|wieder nicht|weg|aus|kaputt",
    "doch|schon wieder .. nicht|weg|aus|kaputt|tot|schwarz|eingefroren",
    "geht|lauft|klappt|funktioniert wieder|jetzt .. nicht|nix|aus|weg|los|kein",
    "geht|gehts|lauft|klappt|funktioniert|tut .. nicht|nix",
    "immer noch nicht|nix|kein|kaputt|schwarz|dunkel|tot",
    "wieder nicht|weg|aus|tot|eingefroren|schwarz",
    "kurz",
    "nicht wieder|mehr",
    "bis|wenn|falls|damit|hoffe|ob|dass .. wieder|geht|lauft|funktioniert",
    "not|doesn|didn|isn|still .. work|working|works|help|fixed|again",
    "jetzt .. auch|gar nicht|nix",
    "hat|haben .. nicht|nix .. geklappt|geholfen|gebracht",
    "wann|wie .. geht|wieder",
];

/// The tables, ready.
#[derive(Debug)]
pub(super) struct SolvedEar {
    works: Phrases,
    likely: Phrases,
    contrary: Phrases,
    broken: Phrases,
}

impl SolvedEar {
    pub(super) fn new() -> Self {
        Self {
            works: Phrases::new(&WORKS),
            likely: Phrases::new(&LIKELY),
            contrary: Phrases::new(&CONTRARY),
            broken: Phrases::new(&BROKEN),
        }
    }

    /// Whether it says in so many words that it works again.
    pub(super) fn sure(&self, said: &Said) -> bool {
        self.works.said(said) && self.hear(said) == Some(true)
    }

    /// Whether it works again, or is broken (still, or again); by what is said last.
    pub(super) fn hear(&self, said: &Said) -> Option<bool> {
        let question = said.text.trim_end().ends_with('?');
        let last = |phrases: &Phrases| phrases.places(said).map(|(_, end)| end).last();
        match (last(&self.works).filter(|_| !question), last(&self.broken)) {
            (Some(works), Some(broken)) => Some(works > broken + 1),
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            (None, None) => (!question && self.likely.said(said) && !self.contrary.said(said)).then_some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_works_again_or_it_does_not() {
        let works = |text: &str| SolvedEar::new().hear(&Said::new(text)) == Some(true);
        for text in [
            "geht wieder",
            "hat sich erledigt",
            "ahh duplizieren wars, jetzt ist alles da. danke!!",
            "der tut's, hat sich erledigt",
            "mit dem neuen bin ich drin. geht wieder",
            "jep. lampe grün, bild da, funktioniert wieder",
            "ich war im falschen, mit dem gast netz gehts",
            "hat geklappt",
            "it works again, thanks",
            "läuft, brauch kein ticket",
        ] {
            assert!(works(text), "{text}");
        }
        for text in [
            "laptop läuft, bild da, aber aus den boxen kommt nix",
            "geht wieder nicht",
            "geht immer noch nicht",
            "hat nicht geklappt",
            "wann geht das wieder?",
            "bitte melden wenn es wieder geht",
            "ging kurz wieder und nach 2 min wieder eingefroren",
            "beamer zeigt kein bild",
            "geht jetzt gar nicht mehr",
            "raum 204",
            "jetzt geht nix mehr",
            "",
        ] {
            assert!(!works(text), "{text}");
        }
    }
}
