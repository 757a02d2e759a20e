//! Which button a typed text means: "leuchtet rot", "ja", "hat nix gebracht". Only where
//! it clearly is one; all else is a new question, which is cheaper to ask twice than to
//! note a step as tried that was not.

use super::{Answer, End, Step, To};
use crate::domain::{
    text::{distance_within, fold, words},
    ticket::StepResult,
};

/// A text of more words than this tells a story of its own.
const MOST_WORDS: usize = 14;
/// Words of a text that may stand beside a phrase, fillers not counted.
const BESIDE: usize = 2;
/// A word of so many letters may have a typo.
const LONG: usize = 6;

/// Said of any step, by what came of it. Folded.
const OK: &[&str] = &[
    "ja",
    "jo",
    "jep",
    "jawohl",
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
    "erledigt",
    "yes",
    "works",
    "it works",
    "that worked",
    "working now",
    "yep",
    "problem gelost",
    "alles gut",
];
const FAILED: &[&str] = &[
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
];
const SKIPPED: &[&str] = &[
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
];
/// Words that change nothing.
const FILLERS: &[&str] = &[
    "der", "die", "das", "den", "dem", "ein", "eine", "es", "er", "sie", "ist", "jetzt", "immer", "noch", "leider",
    "auch", "aber", "hat", "habe", "hab", "ich", "wir", "mir", "schon", "doch", "gar", "wieder", "so", "also", "ja",
    "nein", "da", "hier", "mal", "nur", "bei", "uns", "und", "bitte", "danke", "gerade", "grad", "the", "it", "is",
    "still", "now", "i", "have", "there", "just", "but", "sorry", "hm", "ok", "okay", "na", "tja", "ne", "oh", "leid",
    "tut", "ach", "halt", "eben", "einfach", "wohl", "alles", "schritt", "this", "that", "my",
];
/// What turns a phrase into its opposite.
const NEGATIONS: &[&str] = &[
    "nicht", "nich", "net", "nit", "kein", "keine", "keinen", "nix", "nichts", "nie", "not", "no", "nothing", "never",
    "ohne", "weder", "kaum",
];
/// What takes something back of "it works": "geht nur links", "läuft, aber ohne Ton".
const HEDGES: &[&str] = &[
    "aber",
    "nur",
    "manchmal",
    "halb",
    "halbwegs",
    "teilweise",
    "bloss",
    "einmal",
    "kurz",
    "fast",
    "but",
    "only",
    "sometimes",
    "half",
    "partly",
    "trotzdem",
    "dafur",
    "doch",
];
/// What begins a question, or another matter.
const ASKS: &[&str] = &[
    "wie", "wo", "was", "wer", "wann", "warum", "wieso", "welche", "welcher", "welches", "woran", "how", "where",
    "what", "why", "which", "who", "when",
];

/// What a text means at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Ordinal of the choice.
    pub choice: usize,
    /// Said in words of that very choice, not only that it worked or did not.
    pub own: bool,
}

/// The choice that a text clearly means; none where it means none or two.
#[must_use]
pub fn means(step: &Step, text: &str) -> Option<Meaning> {
    let folded = fold(text);
    let said: Vec<&str> = words(&folded).collect();
    if said.is_empty() || said.len() > MOST_WORDS || text.trim_end().ends_with('?') || ASKS.contains(&said[0]) {
        return None;
    }
    let own = |choice: &Answer| {
        let rates = own_phrases(choice).filter(|phrase| holds_good(choice, &said, phrase));
        rates.filter_map(|phrase| rate(&said, &phrase)).max()
    };
    match best(step.choices.iter().map(own)) {
        Found::One(at) => return Some(Meaning { choice: at, own: true }),
        Found::Several => return None,
        Found::None => {}
    }
    if step.is_question() {
        return None;
    }
    // Of two choices with one result, the first is meant by words that name neither.
    let first = |at: usize, choice: &Answer| step.choices[..at].iter().all(|other| other.result != choice.result);
    let general = |(at, choice): (usize, &Answer)| {
        let list = match choice.result.filter(|_| first(at, choice))? {
            StepResult::Ok => OK,
            StepResult::Failed => FAILED,
            StepResult::Skipped => SKIPPED,
            StepResult::Unknown => return None,
        };
        let good = list.iter().filter(|phrase| holds_good(choice, &said, phrase));
        good.filter_map(|phrase| rate(&said, phrase)).max()
    };
    match best(step.choices.iter().enumerate().map(general)) {
        Found::One(at) => Some(Meaning { choice: at, own: false }),
        Found::Several | Found::None => None,
    }
}

/// Whether "it works" may be taken at its word: nothing denies or limits it, and where it
/// would end the flow it is more than a yes, which may mean "done".
fn holds_good(choice: &Answer, said: &[&str], phrase: &str) -> bool {
    const YES: &[&str] = &["ja", "jo", "jep", "jawohl", "yes", "yep", "erledigt", "klar", "ok", "okay"];
    if choice.result != Some(StepResult::Ok) {
        return true;
    }
    let phrase: Vec<&str> = words(phrase).collect();
    let limited = |word: &&str| (NEGATIONS.contains(word) || HEDGES.contains(word)) && !phrase.contains(word);
    let solves = choice.to == To::End(End::Solved);
    let bare = said.iter().all(|word| YES.contains(word));
    !(said.iter().any(limited) || solves && bare)
}

/// A bare yes or no.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    const YES: &[&str] = &["ja", "jo", "jep", "jawohl", "yes", "yep", "ja klar", "ja bitte", "klar", "genau", "stimmt"];
    const NO: &[&str] = &["nein", "ne", "nee", "no", "nope", "gerade nicht", "nein danke", "noch nicht", "not now"];
    let folded = fold(text);
    let said = words(&folded).collect::<Vec<_>>().join(" ");
    let among = |list: &[&str]| list.contains(&said.as_str());
    if among(YES) { Some(true) } else { among(NO).then_some(false) }
}

enum Found {
    None,
    One(usize),
    Several,
}

/// The only choice with the highest rate.
fn best(rates: impl Iterator<Item = Option<usize>>) -> Found {
    let all: Vec<(usize, usize)> = rates.enumerate().filter_map(|(at, rate)| Some((at, rate?))).collect();
    let Some(most) = all.iter().map(|(_, rate)| *rate).max() else { return Found::None };
    let mut winners = all.iter().filter(|(_, rate)| *rate == most);
    match (winners.next(), winners.next()) {
        (Some((at, _)), None) => Found::One(*at),
        _ => Found::Several,
    }
}

fn own_phrases(choice: &Answer) -> impl Iterator<Item = String> {
    choice.label.all().chain(choice.matches.iter().map(String::as_str)).map(fold)
}

/// How well a phrase meets what was said: its words, and more where nothing else was
/// said. `None` where it does not, is denied, or too much stands beside it.
fn rate(said: &[&str], phrase: &str) -> Option<usize> {
    let phrase: Vec<&str> = words(phrase).collect();
    if phrase.is_empty() || phrase.len() > said.len() {
        return None;
    }
    let at = said.windows(phrase.len()).position(|window| window.iter().zip(&phrase).all(|(a, b)| same(a, b)))?;
    let (before, after) = (&said[..at], &said[at + phrase.len()..]);
    let denies = |word: &&&str| NEGATIONS.contains(word);
    // "kein bild da" is not "bild da", and "geht nicht" is not "geht".
    let already = phrase.iter().any(|word| NEGATIONS.contains(word));
    if !already
        && (before.iter().rev().take(2).any(|word| denies(&word)) || after.iter().take(2).any(|word| denies(&word)))
    {
        return None;
    }
    let beside = before.iter().chain(after).filter(|word| !FILLERS.contains(word)).count();
    let allowed = if phrase.len() == 1 { BESIDE - 1 } else { BESIDE + phrase.len() / 2 };
    (beside <= allowed).then(|| phrase.len() * 10 + usize::from(beside == 0) * 5 - beside)
}

fn same(a: &str, b: &str) -> bool {
    a == b || (a.len() >= LONG && b.len() >= LONG && distance_within(a, b, 1).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::flow::tests::{answer, flow};

    #[test]
    fn what_clearly_is_a_choice_is_taken_for_it() {
        let flow = flow();
        let meant = |text: &str| means(&flow.steps[0], text).map(|meaning| meaning.choice);
        for (text, choice) in [
            ("Bild ist da", Some(0)),
            ("ja!!", None),
            ("geht nur manchmal", None),
            ("läuft, aber ohne ton", None),
            ("geht jetzt wieder nicht", None),
            ("ja geht wieder", Some(0)),
            ("jetzt geht es wieder, danke", Some(0)),
            ("bild da", Some(0)),
            ("kein bild da", None),
            ("hat nix gebracht", Some(1)),
            ("nein leider immer noch dunkel", Some(1)),
            ("bleibt schwartz", Some(1)),
            ("geht immer noch nicht", Some(1)),
            ("hab ich schon probiert", Some(1)),
            ("kann ich nicht", Some(2)),
            ("komme da nicht dran", None),
            ("keine ahnung", Some(2)),
            ("wo ist denn diese taste", None),
            ("geht das auch mit dem ipad?", None),
            ("der drucker in raum 12 druckt die klassenarbeit nicht", None),
            ("ja aber dafür ist jetzt der ton vom lautsprecher komplett weg und alle lachen", None),
            ("", None),
        ] {
            assert_eq!(meant(text), choice, "{text}");
        }
    }

    #[test]
    fn a_question_is_answered_by_its_own_words_only() {
        let mut step = flow().steps[0].clone();
        step.choices = vec![
            answer("Grün", &["leuchtet grün"], None, To::End(End::Report)),
            answer("Rot oder orange", &["rot", "orange", "leuchtet rot"], None, To::End(End::Report)),
            answer("Keine", &["keine lampe", "leuchtet nichts", "nein"], None, To::End(End::Report)),
        ];
        for (text, choice) in [
            ("leuchtet rot", Some(1)),
            ("gruen", Some(0)),
            ("die lampe leuchtet grün", Some(0)),
            ("da leuchtet nichts", Some(2)),
            ("leuchtet nicht rot", None),
            ("nein", Some(2)),
            ("ja", None),
            ("rot und grün", None),
        ] {
            assert_eq!(means(&step, text).map(|meaning| meaning.choice), choice, "{text}");
        }
    }

    #[test]
    fn a_bare_yes_or_no() {
        assert_eq!(yes_or_no("Ja!"), Some(true));
        assert_eq!(yes_or_no("nee"), Some(false));
        assert_eq!(yes_or_no("ja geht wieder"), None);
    }
}
