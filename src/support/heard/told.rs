//! What the lists of phrases and the classifier of tellings make of a message together.

use super::{
    lesson::{Lesson, Times},
    said::Said,
    solved::SolvedEar,
    tells::{TellEar, Tells},
};

/// From here on the classifier is believed where no phrase speaks, by what it says. A
/// lesson that is not known is asked for by a button; one that is wrongly known is not.
const LESSON: f32 = 0.5;
const NO_LESSON: f32 = 0.5;
const SOLVED: f32 = 0.6;
/// The last sentence alone, where the whole message does not speak against it.
const LAST: f32 = 0.6;
const WAITS: f32 = 0.45;
/// Words from which on the classifier is asked whether something works again.
const ENOUGH: usize = 3;
/// Below this it speaks against a phrase that is not always right.
const AGAINST: f32 = 0.2;
/// From here on it is believed against a phrase that mostly is.
const RUNS_AFTER_ALL: f32 = 0.8;
/// From here on it counts as much as a phrase that is sure.
const OVERRULES: f32 = 0.9;

/// What a message tells beside the fault.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub lesson: Lesson,
    pub solved: Option<bool>,
    pub waits: bool,
}

pub(super) fn told(ear: &TellEar, said: &Said, times: &Times, solved: &SolvedEar) -> Told {
    let mut tells = ear.hear(said, times, solved);
    if times.papers(said) {
        tells.nolesson = 0.0;
    }
    let works = match solved.hear(said) {
        Some(true) => (tells.solved >= AGAINST).then_some(true),
        Some(false) => Some(false),
        // "Hilfe", "oh", "na toll": of so little nothing is learned.
        None if said.tokens.len() < ENOUGH || said.line.contains('?') => None,
        None if tells.solved >= SOLVED && tells.solved > tells.notsolved => Some(true),
        None if tells.solved_last >= LAST && tells.solved >= AGAINST && tells.solved > tells.notsolved => Some(true),
        None => (tells.notsolved >= SOLVED).then_some(false),
    };
    let waits =
        times.patient(said) || tells.wait >= WAITS || times.urgency(said) == Some("week") && tells.wait >= AGAINST;
    Told { lesson: lesson(times.lesson(said), &tells), solved: works, waits }
}

/// Whether a lesson is running, and how surely: 3 said so, 2 understood so, 1 likely.
fn lesson(phrase: Lesson, tells: &Tells) -> Lesson {
    match phrase {
        Some((false, 3)) if tells.lesson >= RUNS_AFTER_ALL && tells.nolesson < AGAINST => Some((true, 2)),
        Some((_, 3)) => phrase,
        _ if tells.lesson >= LESSON && tells.lesson > tells.nolesson => Some((true, 2)),
        Some((true, _)) if tells.lesson >= AGAINST => Some((true, 1)),
        // A term alone ("bis morgen") tells of the lesson only with more.
        Some((false, _)) if tells.nolesson >= NO_LESSON_TERM => Some((false, 1)),
        _ if tells.nolesson >= OVERRULES => Some((false, 2)),
        _ if tells.nolesson >= NO_LESSON => Some((false, 1)),
        _ => None,
    }
}

/// The same as [`NO_LESSON`], where a phrase of time says so too.
const NO_LESSON_TERM: f32 = 0.45;

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Told {
        told(&TellEar::shipped().unwrap(), &Said::new(text), &Times::new(), &SolvedEar::new())
    }

    #[test]
    fn a_lesson_is_understood_however_it_is_told() {
        for text in [
            "hier sitzen 24 leute und drehen däumchen",
            "ich red seit zehn minuten gegen eine blaue wand, die klasse kichert",
            "my class is staring at a blank wall",
            "die kleinen werden zappelig",
        ] {
            assert_eq!(heard(text).lesson.map(|(running, _)| running), Some(true), "{text}");
        }
        for text in
            ["die kinder sind schon heim, ich räum noch auf", "no kids in the room right now", "hab springstunde"]
        {
            assert_eq!(heard(text).lesson.map(|(running, _)| running), Some(false), "{text}");
        }
        for text in [
            "die schüler können sich in moodle nicht anmelden",
            "im stundenplan fehlt die 3. stunde",
            "in der pausenhalle geht die anzeige nicht",
            "noten müssen bis freitag rein",
            "hat zeit",
        ] {
            assert_eq!(heard(text).lesson, None, "{text}");
        }
    }

    #[test]
    fn solved_is_what_needs_no_more_help() {
        for text in ["zack, wieder da, vielen dank", "war nur das falsche wlan, bin drin", "that has sorted it, cheers"]
        {
            assert_eq!(heard(text).solved, Some(true), "{text}");
        }
        for text in [
            "danke schön",
            "ging kurz und nun wieder schwarz",
            "neustart half, nur der ton fehlt noch",
            "geht wieder nicht",
            "soll bis morgen wieder laufen",
            "am laptop läuft alles, nur an der wand nicht",
        ] {
            assert_ne!(heard(text).solved, Some(true), "{text}");
        }
    }

    #[test]
    fn it_waits_where_she_says_so() {
        for text in ["hetzt euch nicht", "kein stress", "no rush at all", "bitte nachrangig behandeln"] {
            assert!(heard(text).waits, "{text}");
        }
        for text in ["bitte schnell", "lämpchen brennt", "der beamer ist dunkel"] {
            assert!(!heard(text).waits, "{text}");
        }
    }
}
