//! What is said of any step, whatever it was: "hat nix gebracht", "geklappt", "finde ich
//! nicht". Where a text says just this, the first button with that result is meant.

use super::Act;
use crate::domain::{
    flow::Step,
    text::{WordList, fold, words},
};

/// Phrases, folded.
pub const OK: &[&str] = &[
    "geklappt",
    "klappt",
    "funktioniert",
    "geht",
    "lauft",
    "lauft wieder",
    "geht wieder",
    "jetzt geht es",
    "geht jetzt",
    "hat geholfen",
    "hat geklappt",
    "super",
    "perfekt",
    "danke geht",
    "works",
    "it works",
    "that worked",
    "working now",
    "problem gelost",
    "alles gut",
    "funzt",
    "gehts",
    "gehts wieder",
    "laufts",
    "lauft es",
    "es geht",
    "geht es",
    "klappt jetzt",
    "funktioniert jetzt",
    "tuts",
    "tut",
    "tut jetzt",
    "hat funktioniert",
    "hat gefunzt",
    "super geht",
    "top",
    "problem solved",
    "fixed",
    "solved",
    "all good",
    "that helped",
    "that did it",
];
pub const FAILED: &[&str] = &[
    "nein",
    "ne",
    "nee",
    "no",
    "nope",
    "geht nicht",
    "geht nich",
    "geht net",
    "geht nit",
    "geht immer noch nicht",
    "immer noch nicht",
    "immer noch nix",
    "immer noch nichts",
    "klappt nicht",
    "funktioniert nicht",
    "hat nicht geklappt",
    "hat nix gebracht",
    "hat nichts gebracht",
    "bringt nix",
    "bringt nichts",
    "nix",
    "nichts",
    "nichts passiert",
    "passiert nichts",
    "passiert nix",
    "keine anderung",
    "keine veranderung",
    "unverandert",
    "tut sich nichts",
    "tut sich nix",
    "hilft nicht",
    "hat nicht geholfen",
    "leider nicht",
    "leider nein",
    "hab ich schon",
    "habe ich schon",
    "schon gemacht",
    "schon probiert",
    "schon versucht",
    "schon getan",
    "hab ich schon gemacht",
    "hab ich schon probiert",
    "habe ich schon versucht",
    "war schon so",
    "nothing",
    "nothing happens",
    "no change",
    "still not",
    "still not working",
    "did not work",
    "didn t work",
    "not working",
    "tried that already",
    "already did that",
    "already tried",
    "no luck",
    "geht wieder nicht",
    "funzt nicht",
    "funzt nich",
    "tut nicht",
    "tut nix",
    "tuts nicht",
    "nutzt nix",
    "hilft nix",
    "hilft nichts",
    "hat nichts geholfen",
    "hat nix geholfen",
    "ohne erfolg",
    "erfolglos",
    "vergeblich",
    "fehlanzeige",
    "that did not help",
    "did not help",
    "didn t help",
    "does not work",
    "doesn t work",
    "no effect",
    "no difference",
    "same as before",
    "same problem",
    "wie vorher",
    "wie zuvor",
    "genauso",
    "selbes problem",
    "gleiches problem",
    "dasselbe",
    "immer noch dasselbe",
    "gleiche wie vorher",
    "hab ich gemacht nix",
    "gemacht nix",
    "gemacht bringt nix",
    "gemacht hilft nicht",
    "schon gemacht bringt nix",
    "hab ich schon gemacht bringt nix",
    "ist schon so",
];
pub const SKIPPED: &[&str] = &[
    "kann ich nicht",
    "kann ich grad nicht",
    "weiss nicht",
    "weiss ich nicht",
    "keine ahnung",
    "ka",
    "kp",
    "hab ich nicht",
    "habe ich nicht",
    "haben wir nicht",
    "gibt es nicht",
    "gibts nicht",
    "gibts hier nicht",
    "finde ich nicht",
    "find ich nicht",
    "komme ich nicht dran",
    "komm nicht dran",
    "nicht vorhanden",
    "uberspringen",
    "weiter",
    "nachster schritt",
    "skip",
    "i can t",
    "can t do that",
    "don t know",
    "i don t know",
    "no idea",
    "don t have one",
    "not there",
    "trau ich mich nicht",
    "traue ich mich nicht",
    "darf ich nicht",
    "nicht da",
    "ist nicht da",
    "haben wir hier nicht",
    "hab ich hier nicht",
    "geht gerade nicht",
    "geht grad nicht",
    "kann ich gerade nicht",
    "komm ich nicht ran",
    "komme nicht ran",
    "komm nicht ran",
    "find ich nich",
    "find ich net",
    "seh ich nicht",
    "sehe ich nicht",
    "not found",
    "can t find it",
    "cannot find it",
    "i can t reach it",
];

/// That she wants no more steps, whatever the step.
pub const WISHES: &[&str] = &[
    "melden",
    "bitte melden",
    "einfach melden",
    "meldens bitte",
    "meldung",
    "meldung absenden",
    "meldung bitte absenden",
    "ich will melden",
    "ich will trotzdem melden",
    "trotzdem melden",
    "bitte reparieren lassen",
    "kann jemand kommen",
    "kann nicht jemand kommen",
    "kann bitte jemand kommen",
    "kann mal jemand kommen",
    "bitte jemanden schicken",
    "ich brauch einen menschen",
    "ich brauche einen menschen",
    "ich will einen menschen",
    "mensch",
    "stop",
    "stopp",
    "abbrechen",
    "abbruch",
    "aufgeben",
    "ich geb auf",
    "ich gebe auf",
    "ich geb s auf",
    "keine lust mehr",
    "keine zeit",
    "keine zeit mehr",
    "dafur hab ich keine zeit",
    "report it",
    "just report",
    "i give up",
    "give up",
    "cancel",
    "send someone",
    "can someone come",
];

/// Whether a text says just this: no more steps.
#[must_use]
pub fn wishes(text: &str) -> bool {
    let said = core(text);
    !said.is_empty() && WISHES.iter().any(|phrase| core(phrase) == said)
}

/// Words that change nothing.
static FILLERS: WordList = WordList::of(
    "der die das den dem ein eine es er sie ist jetzt immer noch leider auch aber wir mir doch gar so also mal bei uns und bitte danke gerade grad the it is still now i have there just but sorry hm ok okay na tja oh leid ach halt eben einfach wohl this that my nein ja ne nee leider danke wieder gerade irgendwie echt",
);

/// The button that a text means which says nothing else.
#[must_use]
pub fn button(step: &Step, text: &str) -> Option<usize> {
    let said = core(text);
    let says = |list: &[&str]| list.iter().any(|phrase| core(phrase) == said);
    let act = if says(OK) {
        Act::Ok
    } else if says(FAILED) {
        Act::Failed
    } else if says(SKIPPED) {
        Act::Skipped
    } else {
        return None;
    };
    step.choices.iter().position(|choice| Act::of(choice.result) == act)
}

/// The words that count; all of them where none would be left.
fn core(text: &str) -> Vec<String> {
    let folded = fold(text);
    let usual =
        |word: &str| if matches!(word, "nich" | "net" | "nit" | "ned") { "nicht".to_owned() } else { word.to_owned() };
    let all = || words(&folded).map(usual);
    let left: Vec<String> = all().filter(|word| !FILLERS.has(word)).collect();
    if left.is_empty() { all().collect() } else { left }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::flow::tests::flow;

    #[test]
    fn just_this_is_the_first_button_with_that_result() {
        let step = &flow().steps[0];
        for (text, wanted) in [
            ("hat nix gebracht", Some(1)),
            ("nein, hat leider nichts gebracht", Some(1)),
            ("funzt nicht", Some(1)),
            ("Geht immer noch nicht!", Some(1)),
            ("nein", Some(1)),
            ("geklappt", Some(0)),
            ("ja geht wieder", Some(0)),
            ("finde ich nicht", Some(2)),
            ("weiß nicht", Some(2)),
            ("weiß nich", Some(2)),
            ("hab ich gemacht", None),
            ("geht nur links", None),
            ("ja", None),
            ("der drucker geht nicht", None),
            ("", None),
        ] {
            assert_eq!(button(step, text), wanted, "{text}");
        }
    }
}
