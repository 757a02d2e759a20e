//! Whether a lesson is running, said directly or not, how long it can wait, and whether an
//! examination hangs on it.
//!
//! Some phrases tell more than others: who says that the children sit there is believed
//! against a number of pupils, and a term ("hat Zeit bis morgen") tells of the lesson only
//! where nothing else does.

use super::{phrases::Phrases, said::Said};

/// Children wait, now.
const RUNNING: [&str; 44] = [
    "mitten im|in unterricht|stunde|mathe|englisch|deutsch",
    "mitten in der|meiner stunde|doppelstunde",
    "bin|sind|sitz|sitze|steh|stehe .. im|in unterricht",
    "unterricht|stunde|doppelstunde|kurs lauft|lauft|laufen|angefangen|begonnen",
    "unterricht|stunde hat .. angefangen|begonnen",
    "lauft .. unterricht|stunde|doppelstunde",
    "stunde geht|dauert noch",
    "wahrend des|dem|meines unterrichts",
    "stehe|steh|sitz|sitze .. vor der|meiner klasse|kindern|schuler|kurs",
    "vor ein|meiner|der|versammelter klasse|truppe $",
    "klasse|kinder|schuler|leute|kurs|# .. vor mir",
    "vor mir sitz*|wart*|steh*",
    "sitzt|sitzen .. hier|da|rum|herum|unruhig",
    "hier|jetzt|grad sitzt|sitzen|warten",
    "kinder|schuler|klasse|leute|alle|gruppe|lerngruppe|kurs|@ .. wartet|warten",
    "sitzt|sitzen|stehen .. und|, wart*|guck*|schau*|starr*|wird|werden|langweil*|dreh*",
    "guckt|gucken|schaut|schauen|starrt|starren mich .. an",
    "wird|werden .. unruhig|laut|lauter|ungeduldig|wild",
    "hab|haben jetzt|grad|hier|gleichzeitig .. klasse|unterricht|stunde|kurs|schuler|kinder",
    "hab|haben .. klasse|schuler|kinder .. jetzt|grad|hier",
    "jetzt|grad .. in meiner|der|unserer stunde",
    "in meiner stunde $",
    "jetzt|grad|aktuell .. unterricht $",
    "kann|konnen nicht|so .. unterrichten|weitermachen|weiterarbeiten",
    "unterricht|stunde .. steht .. still",
    "stunde|unterricht fallt|falle .. ins wasser|aus",
    "muss|mussen .. improvisieren|uberbrucken",
    "unterrichte jetzt|grad",
    "unterrichten grad|jetzt",
    "klausur|klassenarbeit|prufung|abitur lauft",
    "schreiben grad|jetzt .. *klausur*|*arbeit*|*prufung*|test",
    "class|lesson|period|students|pupils|kids|children|everyone|everybody .. waiting|sitting|watching|staring",
    "class|students|pupils|kids|children|people .. in front of me",
    "in the middle of .. class|lesson|teaching|period",
    "middle of .. lesson|class",
    "am|we|i are|am teaching|in class",
    "i m teaching|in class",
    "teaching right now|now",
    "lesson|class is|has running|on|started|begun",
    "during my|the|class class|lesson",
    "class|lesson|students|kids .. right now",
    "getting restless|loud|impatient",
    "klasse dreht|tobt|tanzt|macht .. durch|unsinn|quatsch",
    "komm nicht .. weiter im unterricht|stoff",
];

/// It is over, or nobody is there.
const NOT_RUNNING: [&str; 50] = [
    "unterricht|stunde|schule|doppelstunde|kurs ist|war|jetzt .. vorbei|aus|rum|ende|um|gelaufen|beendet",
    "unterricht|stunde .. vorbei|rum|zu ende",
    "freistunde*|springstunde*|hohlstunde*",
    "hab|haben jetzt|grad|heute .. frei",
    "hab|haben frei $",
    "feierabend",
    "zuhause|daheim|homeoffice",
    "zu hause",
    "von zuhause|daheim",
    "aufs|auf sofa|couch",
    "kein|kein unterricht",
    "keinen unterricht",
    "grad|jetzt|heute nicht|kein|keine .. unterricht|klasse|schuler",
    "unterrichte .. nicht",
    "hab|haben .. kein|keine|keinen .. unterricht|klasse|stunde|schuler",
    "niemand|keiner .. drin|hier|da|raum|anwesend",
    "hier|drin ist|sitzt .. keiner|niemand",
    "hier ist .. keiner|niemand|leer",
    "raum|zimmer|klasse ist .. leer|frei",
    "leerer|leeren raum|klassenraum",
    "bin|sitze|sitz|steh .. allein|alleine",
    "noch keine|kein|keiner schuler|klasse|kinder|da",
    "bin|sind .. krank|krankgeschrieben|urlaub|beurlaubt|elternzeit",
    "ist|jetzt|grad .. *pause",
    "mach*|haben|hab .. *pause",
    "*pause ist|grad|jetzt",
    "ferien",
    "wochenende",
    "sind|ist .. alle .. weg|heim|gegangen|draußen",
    "kinder|schuler|klasse sind|ist .. weg|heim|draußen|schon .. gegangen|nach .. hause",
    "nach hause geschickt|gegangen",
    "bereite .. vor",
    "am|beim vorbereiten|aufbauen|korrigieren|aufbau|vorbereitung",
    "class|lesson|school|period .. over|gone|finished|done|ended|left",
    "students|pupils|kids .. gone|left",
    "no class|lesson|students|lessons",
    "nobody|no .. here|in the room",
    "free period",
    "on|have|having a|my break",
    "it s|is break",
    "at home",
    "from home",
    "not teaching",
    "empty room|classroom",
    "grad nicht im unterricht",
    "nicht im unterricht",
    "vor schulbeginn|unterrichtsbeginn",
    "vor der ersten stunde|vor der 1",
    "konferenz|dienstbesprechung|fortbildung .. grad|jetzt",
    "abends|abend .. noch .. schule",
];

/// Until when; tells that no lesson waits, where nothing else is said.
const TERM: [&str; 40] = [
    "nach dem|unterricht|der unterricht|stunde|schule",
    "nach schulschluss|unterrichtsschluss|schulende",
    "nach der|unterricht|ersten|zweiten|großen|kleinen|ersten stunde|schule|pause|*pause",
    "nach der .. pause|*pause",
    "in|bis der|zur .. pause|*pause",
    "brauch .. erst|morgen|ubermorgen|nachste|montag|dienstag|mittwoch|donnerstag|freitag",
    "erst morgen|ubermorgen|nachste|in|am|um|gegen|ab",
    "morgen|ubermorgen .. brauch|wieder|fruh|in|fur|dran|unterricht|stunde|funktionieren|gehen",
    "fur|bis|ab|auf morgen|ubermorgen",
    "brauch|benotige .. in der # .. $",
    "heute nachmittag|abend|mittag",
    "bis heute|zum abend|mittag|nachmittag|abend",
    "elternabend|elternsprechtag|konferenz|schulfest|dienstbesprechung|infoabend",
    "need .. tomorrow|next|monday|tuesday|wednesday|thursday|friday",
    "tomorrow morning|in|for|again|first|period",
    "for|until|by|before tomorrow",
    "next lesson|period|class|week",
    "after school|class|lunch|the|my lesson|break|class|school",
    "in|during the break",
    "gleich|nachher .. komm|unterricht|klasse|stunde",
    "in # min|minuten .. komm|beginnt|fangt|startet|unterricht|klasse|stunde",
    "gleich|in # min|minuten .. wieder .. unterricht",
    "nachste|nachsten|kommende|kommenden|ubernachste|ubernachsten stunde|std|unterrichtsstunde",
    "hat .. zeit",
    "haben .. zeit bis",
    "kein|keinen stress|eile|druck|hektik",
    "eilt|drangt|pressiert|brennt .. nicht",
    "nicht .. eilig|dringend|dramatisch|wild|schlimm",
    "reicht|genugt .. wenn|bis|nachste|nachsten|woche|morgen|montag|dienstag|mittwoch|donnerstag|freitag|irgendwann",
    "nachste|nachsten|kommende|kommenden|ende|diese|dieser woche",
    "irgendwann|demnachst",
    "bei gelegenheit",
    "wenn|wann .. zeit|mal|luft .. ist|haben|habt|hat",
    "no rush|hurry|stress",
    "not urgent|that urgent",
    "can|it wait",
    "whenever|sometime",
    "this|next|end of the week",
    "nachsten|kommenden montag|dienstag|mittwoch|donnerstag|freitag",
    "bis montag|dienstag|mittwoch|donnerstag|freitag",
];

/// Pupils are mentioned; somebody is likely to wait.
const LIKELY: [&str; 9] = [
    "# kinder|schuler|leute|augen|kopfe|teilnehmer|auszubildende|azubis|personen|students|pupils|children",
    "@ mathe|deutsch|englisch|bio|chemie|physik|kunst|sport|musik|reli|religion|ethik|geschichte|erdkunde|nawi|info",
    "mit der|meiner|ein @",
    "ist|sind die|hier @",
    "mach .. erstmal|halt|jetzt .. ohne|weiter|buch|tafel|kreide",
    "film|video geplant|zeigen|gucken|schauen",
    "whole class|group here",
    "komm|keiner|keins|niemand keiner|keins|niemand .. im netz|internet|wlan|rein",
    "alle|ganze klasse|kinder|schuler .. offline|raus",
];

/// It must go on at once.
const NOW: [&str; 9] = [
    "sofort|dringend|schnellstens|umgehend|asap|notfall|eilt|urgent|urgently|emergency|immediately",
    "so schnell wie|als moglich|moglich|geht",
    "ganz|sehr|super|echt|wirklich schnell|eilig|dringend",
    "jetzt sofort|gleich",
    "schnelle|schnell hilfe|help",
    "bitte schnell",
    "right now|away",
    "as soon as possible",
    "ganz eilig",
];

/// Before tomorrow's lessons.
const TODAY: [&str; 22] = [
    "heute|today|tonight",
    "morgen|tomorrow",
    "gleich|nachher|demnachst",
    "in # min|minuten|minutes|stunden|std",
    "nach der|*pause pause|*pause|großen|stunde",
    "nach der .. pause|*pause",
    "in|bis der|zur .. pause|*pause",
    "*pause nach",
    "nach dem|schulschluss unterricht",
    "after class|school|lunch|break|the lesson|the",
    "in der # .. $",
    "in der # stunde|std",
    "erst|wieder in|ab der #",
    "# stunde .. brauch|wieder|dran",
    "bis|um|ab # uhr",
    "nachste|nachsten stunde|std",
    "next lesson|period|class",
    "by noon|# pm|am",
    "until noon|#",
    "elternabend|infoabend|sprechtag",
    "vor der pause|ersten",
    "bis zur # stunde",
];

/// It can wait.
const WEEK: [&str; 16] = [
    "nachste|nachsten|kommende|kommenden|ende|diese|dieser|laufe woche",
    "hat .. zeit",
    "kein|keinen stress|eile|druck|hektik",
    "eilt|drangt|pressiert|brennt .. nicht",
    "nicht .. eilig|dringend",
    "irgendwann",
    "bei gelegenheit",
    "wenn|wann .. mal .. zeit|luft .. ist|haben|habt|hat",
    "wenn .. zeit|vorbei .. ist|hat|haben|seid|komm|kommt",
    "no rush|hurry|stress",
    "not urgent|that urgent|at all urgent",
    "can|it wait",
    "whenever|sometime",
    "this|next|end of the week",
    "nachsten|kommenden|bis|next montag|dienstag|mittwoch|donnerstag|freitag|monday|tuesday|wednesday|friday",
    "nicht .. so .. schlimm|wild|dramatisch",
];

/// Names of examinations, and the time that makes them one of now or today.
const EXAM: [&str; 4] = [
    "*klausur|*klausuren|*klassenarbeit|klassenarbeit*|*prufung|*prufungen|prufung*|abitur*|abi|zp10|zp|exam|exams",
    "schreib* .. arbeit|mathearbeit|deutscharbeit|englischarbeit",
    "*abitur|*abiprufung|abiprufung*|*exam|lernstandserhebung|vera8|vera3|lse",
    "mathearbeit|deutscharbeit|englischarbeit|lateinarbeit|franzarbeit",
];
const EXAM_NOW: [&str; 8] = [
    "gleich|jetzt|grad|heute|nachher|lauft|schreiben|schreibt|mitten|now|today|running|writing|right",
    "in # min|minuten|minutes|std|stunden",
    "um #",
    "nachste|nachsten|next stunde|std|lesson|period",
    "in der # stunde|std",
    "bei uns|hier ist|sind",
    "ist|hab|haben|sind .. abi|abitur|klausur|prufung|klassenarbeit",
    "ab #",
];
const EXAM_LATER: [&str; 9] = [
    "morgen|ubermorgen|tomorrow|bald|demnachst|gestern|letzte|letzten|letztens|yesterday|last",
    "nachste|nachsten|kommende|kommenden|next woche|monat|montag|dienstag|mittwoch|donnerstag|freitag|week|month",
    "am|bis|on montag|dienstag|mittwoch|donnerstag|freitag|monday|tuesday|wednesday|thursday|friday",
    "montag|dienstag|mittwoch|donnerstag|freitag",
    "korrigier*|korrektur*|zuruckgeben|benotet|marking|grading",
    "keine|kein klausur|prufung|klassenarbeit|exam",
    "nach der|den klausur|prufung|klausuren|prufungen",
    "in # wochen|tagen|weeks|days",
    "war|waren .. klausur|prufung|abitur",
];

/// The tables, ready.
#[derive(Debug)]
pub(super) struct Times {
    running: Phrases,
    not_running: Phrases,
    term: Phrases,
    likely: Phrases,
    now: Phrases,
    today: Phrases,
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
            running: Phrases::new(&RUNNING),
            not_running: Phrases::new(&NOT_RUNNING),
            term: Phrases::new(&TERM),
            likely: Phrases::new(&LIKELY),
            now: Phrases::new(&NOW),
            today: Phrases::new(&TODAY),
            week: Phrases::new(&WEEK),
            exam: Phrases::new(&EXAM),
            exam_now: Phrases::new(&EXAM_NOW),
            exam_later: Phrases::new(&EXAM_LATER),
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

    /// `now`, `today` (before tomorrow's lessons) or `week`.
    pub(super) fn urgency(&self, said: &Said) -> Option<&'static str> {
        let waits = self.week.said(said);
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
        for text in
            ["beamer zeigt kein bild", "raum 204", "hdmi kabel getauscht", "die fernbedienung ist weg", "", "neustart"]
        {
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
        for text in ["gleich klausur", "um 12 schreiben hier 60 leute englischklausur", "ZP10 heute!", "Abitur läuft"] {
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
