//! What the words of a sentence say of the one before it: whether it warns or restricts, and
//! whether it leans on it, so that nobody understands it alone ("Sonst …", "Leuchtet sie rot,
//! …", "Das geht auch …", "If it asks …").
//!
//! Lists and rules that can be read. German has its nouns in capitals: what points at
//! something before the sentence itself has named a thing leans on the sentence before. In
//! English an article tells the same. A word too many quotes a sentence more; a word too few
//! may let a warning be left out, or show a sentence that speaks of nobody knows what.

use crate::domain::text::{WordList, fold, sentences, words};

/// Warns or restricts; can stand at the beginning of a passage.
static RESTRICTS: WordList = WordList::of(
    "achtung vorsicht wichtig hinweis warnung nie niemals nicht nichts niemand kein keine keinen keinem keiner keines \
     keinesfalls nur ausser erst bevor warning caution attention important note never not nothing nobody don only \
     unless except before",
);
/// Says what else, or what must come first: leans, and is never left out.
static TURNS: WordList = WordList::of(
    "allerdings jedoch aber doch sonst ansonsten andernfalls anderenfalls dabei vorher zuvor vorab trotzdem dennoch \
     dagegen hingegen stattdessen however but otherwise else instead though",
);
/// Goes on from what was said.
static REFERS: WordList = WordList::of(
    "dann danach anschliessend daraufhin dadurch dafur dazu davon daran darin darauf daraus daruber darunter dahinter \
     daneben davor daher deshalb deswegen darum damit dies diese diesen dieser diesem dieses er es ihn ihm beide beides \
     auch ebenso ebenfalls genauso so und oder dort dorthin dahin jetzt nun zuletzt schliesslich alternativ notfalls \
     zusatzlich ferner ubrigens also folglich somit umgekehrt anders weiterhin \
     then after afterwards this that these those it they them its their also and or so therefore both next finally now \
     alternatively meanwhile neither none such here still again",
);
/// Points at something, wherever it stands before the sentence has named a thing; written small.
static POINTS: WordList = WordList::of(
    "ihn ihm es sie er ihr ihre ihren ihrem ihrer ihres denen dessen deren dies diese diesen dieser diesem dieses dazu \
     davon daran darin darauf daraus daruber darunter dahinter daneben davor dabei dafur dagegen damit danach dadurch \
     dort dorthin dahin beides keines keins solche dasselbe dieselbe derselbe stattdessen \
     it they them its their neither none those these instead",
);
/// After "das", "die", "der", "den", "dem": these are no articles.
static VERBS: WordList = WordList::of(
    "ist sind war waren wird werden wurde kann konnen konnte muss mussen musste darf durfen soll sollen sollte sollten \
     hat haben hatte steht stehen liegt liegen geht gehen ging gilt gelten hilft helfen finden heisst dauert ware alles \
     auch nicht",
);
static ARTICLES: WordList = WordList::of("das die der den dem");
/// A thing is named next.
static NAMES: WordList = WordList::of(
    "the a an your my our his her any some every each all no one two another other what who which whoever somebody \
     someone people",
);
static DENIES: WordList =
    WordList::of("nicht nie niemals kein keine keinen keinem keiner keines keinesfalls nur not never no don only");
/// Before or after "es": these name what they speak of.
static GIVES: WordList = WordList::of("gibt gab handelt");
/// "Diese Stunde" is the one that runs.
static TIMES: WordList = WordList::of("stunde woche pause tage zeit schuljahr");
/// Begins what is only supposed.
static SUPPOSES: WordList = WordList::of("wenn falls sobald solange nachdem bevor damit dass haben konnen sind");
/// Two words that begin a sentence which goes on from what was said.
const TOGETHER: [(&str, &str); 24] = [
    ("wenn", "nicht"),
    ("wenn", "ja"),
    ("wenn", "nein"),
    ("wenn", "notig"),
    ("falls", "nicht"),
    ("falls", "ja"),
    ("falls", "nein"),
    ("falls", "notig"),
    ("bei", "bedarf"),
    ("im", "zweifel"),
    ("bis", "dahin"),
    ("zum", "schluss"),
    ("als", "nachstes"),
    ("add", "whether"),
    ("add", "that"),
    ("if", "that"),
    ("if", "this"),
    ("if", "not"),
    ("if", "so"),
    ("if", "necessary"),
    ("if", "needed"),
    ("until", "then"),
    ("at", "last"),
    ("as", "well"),
];
/// Announces what it warns of in the sentence after it.
static ANNOUNCES: WordList = WordList::of("achtung vorsicht warnung wichtig warning caution attention important");

/// What a sentence is to the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Leaning {
    /// Not understood alone.
    pub(super) leans: bool,
    /// Warns, restricts, turns round: never left out.
    pub(super) restricts: bool,
}

impl Leaning {
    /// Of a step that holds several sentences, the first tells.
    pub(super) fn of(text: &str) -> Self {
        let text = sentences(text).first().copied().unwrap_or_default();
        let all: Vec<(&str, String)> = words(text).map(|word| (word, fold(word))).collect();
        let at = |place: usize| all.get(place).map_or("", |(_, word)| word.as_str());
        let (first, second) = (at(0), at(1));
        let turns = TURNS.has(first) || (first == "erst" && REFERS.has(second));
        let refers = REFERS.has(first) && !(first == "es" && GIVES.has(second));
        let leans = turns || refers || TOGETHER.contains(&(first, second)) || points_back(text, &all);
        // What is only supposed ("Hilft das nicht, …") denies nothing.
        let main = text
            .split_once(',')
            .filter(|_| !matches!(all.get(1), Some((word, _)) if *word == "Sie"))
            .map_or(text, |(_, main)| main);
        let denies = words(main).any(|word| DENIES.has(&fold(word)));
        // "Öffnen Sie … nicht": an order not to do something.
        let orders = all.get(1).is_some_and(|(word, _)| *word == "Sie") && !SUPPOSES.has(first);
        let forbids = orders && denies && !text.ends_with('?');
        let please = (first, second) == ("please", "do") || ["must", "should"].contains(&second);
        let restricts = turns || RESTRICTS.has(first) || (first, second) == ("do", "not") || forbids;
        Self { leans, restricts: restricts || (denies && (leans || please)) }
    }
}

/// Whether the sentence after this one belongs to it: a warning comes before what it warns of.
pub(super) fn announces(text: &str) -> bool {
    words(text).next().is_some_and(|first| ANNOUNCES.has(&fold(first)))
}

/// Whether something is pointed at before a thing is named.
fn points_back(text: &str, all: &[(&str, String)]) -> bool {
    let clause = text.find([';', ':']).unwrap_or(text.len());
    for (place, (word, folded)) in all.iter().enumerate() {
        if word.as_ptr() as usize - text.as_ptr() as usize > clause {
            return false;
        }
        let after = all.get(place + 1);
        let small = word.starts_with(char::is_lowercase);
        let address = matches!(*word, "Sie" | "Ihr" | "Ihre" | "Ihren" | "Ihrem" | "Ihrer" | "Ihnen" | "I");
        // "Sie leuchtet": whoever is addressed has another ending.
        let one = |verb: &str| verb.ends_with('t') || (VERBS.has(verb) && !verb.ends_with("en") && verb != "sind");
        if place == 0 && *word == "Sie" && after.is_some_and(|(_, verb)| one(verb)) {
            return true;
        }
        if ARTICLES.has(folded) {
            if stands_alone(text, word, after, all.get(place + 2)) {
                return true;
            }
        } else if small && POINTS.has(folded) {
            // "Gibt es …" and "there is …" name what they speak of.
            let before = place.checked_sub(1).map_or("", |before| all[before].1.as_str());
            let names = folded == "es" && (GIVES.has(before) || after.is_some_and(|(_, word)| GIVES.has(word)));
            let today = folded.starts_with("dies") && after.is_some_and(|(_, word)| TIMES.has(word));
            if !names && !today {
                return true;
            }
        } else if NAMES.has(folded) || noun(word) || (place > 0 && !small && !address) {
            return false;
        }
    }
    false
}

/// A name such as iPad or AirPlay.
fn noun(word: &str) -> bool {
    word.chars().skip(1).any(char::is_uppercase)
}

/// Whether "das", "die", "den" … is no article here: "Das geht", "Geht das, …", "Den finden Sie".
fn stands_alone(text: &str, word: &str, after: Option<&(&str, String)>, then: Option<&(&str, String)>) -> bool {
    let end = word.as_ptr() as usize - text.as_ptr() as usize + word.len();
    if text[end..].starts_with([',', '.', ';', ':', '!', '?']) {
        return true;
    }
    let Some((next, folded)) = after else { return true };
    if !next.starts_with(char::is_lowercase) || noun(next) {
        return false;
    }
    let adjective = ["e", "en", "er", "es", "em"].iter().any(|ending| folded.ends_with(ending));
    let asked = then.is_some_and(|(word, _)| matches!(*word, "Sie" | "man"));
    VERBS.has(folded) || asked || (!adjective && fold(word) == "das")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (bool, bool) {
        let leaning = Leaning::of(text);
        (leaning.leans, leaning.restricts)
    }

    #[test]
    fn what_stands_alone_is_left_alone() {
        for text in [
            "Drücken Sie die Taste „Source“.",
            "Das Passwort klären Sie in Ruhe nach der Stunde.",
            "Das neue Kabel liegt im Schrank.",
            "Die neuen Kabel liegen im Schrank.",
            "Sie kommen nicht in IServ hinein.",
            "Gibt es eine Seite mit dem Stand der Störungen, sehen Sie dort zuerst nach.",
            "Hat der Raum einen Apple TV, wählen Sie dessen Eingang.",
            "Wer Moodle betreibt, ist verschieden.",
            "Den Vertretungsplan sehen Sie meist auch am Bildschirm.",
            "Steht die Stunde still, rufen Sie die Schul-IT an.",
            "Unplug the projector and plug it in again.",
            "If there is an HDMI adapter in the room, use the cable.",
            "Check that the cable is plugged in.",
            "Die Schul-IT hilft am Telefon.",
            "Report the room and the name of the printer.",
            "War das iPad aus, muss es meist vor Ort zurückgesetzt werden.",
            "AirPlay geht nicht: Sie wollen es auf der Tafel zeigen.",
            "Nehmen Sie für diese Stunde eine andere Quelle.",
            "Es gibt drei Wege.",
        ] {
            assert_eq!(of(text), (false, false), "{text}");
        }
    }

    #[test]
    fn what_speaks_of_something_before_it_leans() {
        for text in [
            "Bleibt es dunkel, schalten Sie den Strom wieder ein.",
            "Falls nötig, starten Sie den Laptop neu.",
            "Das geht auch am Handy.",
            "Das kann jedem passieren.",
            "Geht das, melden Sie sich ab.",
            "Sie finden ihn an der Wand.",
            "Sie leuchtet rot.",
            "Den finden Sie im Menü.",
            "Die ist meist rot.",
            "Schreiben Sie dazu, ob ein anderes Gerät geht.",
            "Schreiben Sie auch das in die Meldung.",
            "Stecken Sie ihn fest wieder ein.",
            "Dort finden Sie den Namen.",
            "Leuchtet sie rot, warten Sie.",
            "Bis dahin zeigen Sie das iPad.",
            "Bei Bedarf laden Sie den Akku.",
            "If it asks for a code, type the one on the screen.",
            "Plug it in again.",
            "If neither asks for a code, say so too.",
            "Add whether a second laptop works.",
            "Until then show the iPad.",
        ] {
            assert_eq!(of(text), (true, false), "{text}");
        }
    }

    #[test]
    fn warnings_are_never_left_out() {
        for (text, leans) in [
            ("Niemals bei laufendem Gerät.", false),
            ("Ziehen Sie dabei nicht am Kabel.", true),
            ("Ziehen Sie nicht am Kabel, sondern am Stecker.", false),
            ("Öffnen Sie keine Geräte.", false),
            ("Andernfalls droht ein Kurzschluss.", true),
            ("Erst danach schalten Sie den Beamer aus.", true),
            ("Das gilt nur für iPads der Schule.", true),
            ("Do not open the case.", false),
            ("Please do not open the case.", false),
            ("You must not open the case.", false),
            ("Otherwise the lamp breaks.", true),
            ("It must not get wet.", true),
        ] {
            assert_eq!(of(text), (leans, true), "{text}");
        }
        assert!(announces("Vorsicht: Das Gerät ist heiß.") && announces("Wichtig!") && !announces("Ziehen Sie."));
    }
}
