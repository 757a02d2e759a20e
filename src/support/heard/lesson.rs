//! Whether a lesson is running, said directly or not, how long it can wait, and whether an
//! examination hangs on it.
//!
//! Some phrases tell more than others: who says that the children sit there is believed
//! against a number of pupils, and a term ("hat Zeit bis morgen") tells of the lesson only
//! where nothing else does.

mod tables;

use tables as words;

use super::{phrases::Phrases, said::Said};

/// The tables, ready.
#[derive(Debug)]
pub(super) struct Times {
    running: Phrases,
    not_running: Phrases,
    term: Phrases,
    likely: Phrases,
    now: Phrases,
    today: Phrases,
    papers: Phrases,
    patient: Phrases,
    week: Phrases,
    exam: Phrases,
    exam_now: Phrases,
    exam_later: Phrases,
}

/// What a message says of the lesson, and how surely: 1 likely … 3 said.
pub(super) type Lesson = Option<(bool, u8)>;

impl Times {
    pub(super) fn new() -> Self {
        Self {
            running: Phrases::new(&words::RUNNING),
            not_running: Phrases::new(&words::NOT_RUNNING),
            term: Phrases::new(&words::TERM),
            likely: Phrases::new(&words::LIKELY),
            now: Phrases::new(&words::NOW),
            today: Phrases::new(&words::TODAY),
            papers: Phrases::new(&words::PAPERS),
            patient: Phrases::new(&words::PATIENT),
            week: Phrases::new(&words::WEEK),
            exam: Phrases::new(&words::EXAM),
            exam_now: Phrases::new(&words::EXAM_NOW),
            exam_later: Phrases::new(&words::EXAM_LATER),
        }
    }

    pub(super) fn lesson(&self, said: &Said) -> Lesson {
        let last = |phrases: &Phrases| phrases.places(said).map(|(_, end)| end).last();
        match (last(&self.running), last(&self.not_running)) {
            (Some(running), Some(over)) => Some((running > over, 3)),
            (Some(_), None) => Some((true, 3)),
            (None, Some(_)) => Some((false, 3)),
            (None, None) if self.term.said(said) => Some((false, 2)),
            (None, None) if self.likely.said(said) => Some((true, 1)),
            (None, None) => None,
        }
    }

    /// Speaks of papers or of an evening.
    pub(super) fn papers(&self, said: &Said) -> bool {
        self.papers.said(said)
    }

    /// She says in so many words that it can wait.
    pub(super) fn patient(&self, said: &Said) -> bool {
        self.patient.said(said)
    }

    /// `now`, `today` (before tomorrow's lessons) or `week`.
    pub(super) fn urgency(&self, said: &Said) -> Option<&'static str> {
        let waits = self.patient.said(said) || self.week.said(said);
        if self.now.said(said) && !waits {
            Some("now")
        } else if waits {
            Some("week")
        } else {
            self.today.said(said).then_some("today")
        }
    }

    /// An examination now or today.
    pub(super) fn exam(&self, said: &Said) -> bool {
        self.exam.said(said) && self.exam_now.said(said) && !self.exam_later.said(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(text: &str) -> Option<bool> {
        Times::new().lesson(&Said::new(text)).map(|(running, _)| running)
    }

    #[test]
    fn a_lesson_runs_if_children_wait() {
        for text in [
            "die kinder sitzen hier und warten",
            "hab jetz 30 leute vor mir",
            "ich steh vor der klasse",
            "mitten in der stunde",
            "bin im unterricht",
            "stunde läuft noch 20 min",
            "die MT24 sitzt hier und guckt mich an",
            "die 7b sitzt hier und wird langsam laut",
            "28 kinder 28 ipads und keins kommt ins netz",
            "i have the class in front of me right now",
            "my students are waiting",
            "bin mitten im unterricht, mach jetzt halt mitm buch weiter",
            "sitzt jetzt grad in meiner stunde",
            "hier sitzen grad 6 kinder und keiner kann was antippen",
            "hab grad unterricht",
        ] {
            assert_eq!(lesson(text), Some(true), "{text}");
        }
    }

    #[test]
    fn a_lesson_does_not_run_if_it_is_over_or_later() {
        for text in [
            "nach dem unterricht reicht",
            "in der pause",
            "morgen in der 3. brauche ich das",
            "hab grad freistunde, brauch das morgen in der 3. stunde",
            "jetzt ist grad hofpause, nach der pause brauch ich sie",
            "kein stress, sitz grad zuhause aufm sofa, hat zeit bis nächste woche",
            "lesson is over now anyway, need it tomorrow in 5th period",
            "class is gone now",
            "hab jetzt frei, brauch ihn erst in der 6. wieder",
            "schon feierabend hier",
            "grad ist hier keiner drin",
            "eilt aber nicht, reicht nächste woche",
            "bin eh krank, unterrichte also grad nicht",
            "um 12 schreiben 60 leute klausur. bin grad noch allein am aufbauen",
            "no rush",
        ] {
            assert_eq!(lesson(text), Some(false), "{text}");
        }
    }

    #[test]
    fn nothing_is_heard_where_nothing_is_said() {
        for text in [
            "beamer zeigt kein bild",
            "raum 204",
            "hdmi kabel getauscht",
            "die fernbedienung ist weg",
            "",
            "neustart",
            "schon das dritte mal diese woche",
            "bin in der 204, vorher war ich in der 107",
        ] {
            assert_eq!(lesson(text), None, "{text}");
            assert_eq!(Times::new().urgency(&Said::new(text)), None, "{text}");
        }
    }

    #[test]
    fn how_long_it_can_wait() {
        let urgency = |text: &str| Times::new().urgency(&Said::new(text));
        assert_eq!(urgency("bitte schnell, dringend!"), Some("now"));
        assert_eq!(urgency("die bescheide müssen heute noch raus"), Some("today"));
        assert_eq!(urgency("nach der pause brauch ich sie"), Some("today"));
        assert_eq!(urgency("brauch das morgen"), Some("today"));
        assert_eq!(urgency("ist nicht dringend"), Some("week"));
        assert_eq!(urgency("hat zeit bis nächste woche"), Some("week"));
    }

    #[test]
    fn an_examination_counts_today_only() {
        let exam = |text: &str| Times::new().exam(&Said::new(text));
        for text in ["gleich klausur", "um 12 schreiben hier 60 leute englischklausur", "ZP10 heute!", "Abitur läuft"]
        {
            assert!(exam(text), "{text}");
        }
        for text in [
            "morgen klausur",
            "nächste woche schreiben wir eine klassenarbeit",
            "muss die klausuren noch korrigieren",
            "der beamer geht nicht",
            "kann die klausur nicht drucken, freitag",
        ] {
            assert!(!exam(text), "{text}");
        }
    }
}
