//! Which words say that somebody did something: German participles by their shape, English
//! past forms by a list; and those that tell what happened by itself.

use crate::{domain::text::WordList, support::heard::said::Said};

/// Participles that have no `ge`.
static WITHOUT_GE: WordList = WordList::of(
    "versucht verbunden entfernt erneuert bestatigt verstellt verandert vertauscht wiederholt uberpruft \
     untersucht durchsucht verwendet benutzt verschoben entsperrt entkoppelt beendet resettet resetet reseted \
     rebootet restartet lassen betatigt ersetzt erlaubt verlassen verringert erhoht entladen besorgt bedient \
     gereinigt verkabelt uberbruckt verlegt entstaubt",
);
/// What separable verbs begin with.
const PARTICLES: [&str; 44] = [
    "heraus",
    "hinein",
    "herunter",
    "hinunter",
    "zuruck",
    "zusammen",
    "dazwischen",
    "dagegen",
    "durch",
    "runter",
    "weiter",
    "wieder",
    "sauber",
    "hoch",
    "rein",
    "raus",
    "nach",
    "drauf",
    "dran",
    "fest",
    "frei",
    "fern",
    "leer",
    "los",
    "voll",
    "weg",
    "vor",
    "auf",
    "aus",
    "ein",
    "her",
    "hin",
    "mit",
    "neu",
    "ab",
    "an",
    "um",
    "zu",
    "up",
    "down",
    "zwischen",
    "rum",
    "ran",
    "still",
];
/// Participles and look-alikes that are nobody's step, without particles.
static NO_STEP: WordList = WordList::of(
    "gegangen gekommen gewesen geworden gesagt gemeint gesehen gehort gehabt gebraucht gewusst gewollt \
     gedacht gefallen gestohlen geklaut gebrochen gesprungen gerissen geplant geschrieben gelesen gesprochen \
     gelernt gebucht gekauft gekriegt geschafft gefunden geblieben geklappt geholfen gebracht gescannt \
     gefroren gesturzt gesperrt gestern gegen genug gerade gerat geraten gelassen geflogen gelaufen gelandet \
     gerufen gespielt gezeigt gewohnt gewunscht genervt gestresst gestort gelb gelben gehen geben geht gesamt \
     gesamten geschieht geschehen gewinnt gefallt gehoren genannt gemeinsamen gerne gerechnet getan geworfen \
     gewolbt geleuchtet geblinkt geflackert gepiept gebrannt gerochen geraucht gestritten geweint gelacht \
     geschmolzen geknallt geknackt gemerkt gespurt gefuhlt gefehlt gehangen gesessen gestanden geschlafen \
     gegessen getrunken getroffen gelobt gefreut geargert gehofft geeignet getragen gefahren gekotzt gebrochen gejammert geschimpft geflucht geheult gezittert geschwitzt getraumt \
     gelogen gefeiert gelitten geheiratet",
);
/// The same, as whole words: "gemeldet", but "abgemeldet" is done.
const NO_STEP_ALONE: [&str; 5] = ["gemeldet", "gegeben", "aufgehangt", "aufgegeben", "ausgegeben"];
/// `-iert` that is no participle.
const NO_IERT: [&str; 10] = [
    "funktioniert",
    "reagiert",
    "passiert",
    "interessiert",
    "blockiert",
    "existiert",
    "irritiert",
    "motiviert",
    "friert",
    "verliert",
];
/// English: what was done to a device.
static ENGLISH: WordList = WordList::of(
    "restarted rebooted switched swapped changed tried wiped checked unplugged plugged pressed turned \
     reconnected reinstalled updated resetted cleaned opened closed waited deleted replaced moved connected \
     disconnected used cleared pushed pulled removed inserted toggled tapped clicked selected charged tested \
     logged signed loaded reloaded refreshed restarting rebooting unplugging replugged powered held forced \
     quit installed uninstalled calibrated recalibrated adjusted enabled disabled joined asked searched \
     paired looked typed entered muted unmuted reset flicked hopped picked put wiggled blew dusted shook \
     cycled jiggled pushing pulling swapping",
);
/// German, in the present or the past: "drücke Source, passiert nix".
static FINITE: WordList = WordList::of(
    "drucke druck druckte tippe klicke klick tipp wechselte steckte zog probierte versuchte startete \
     schaltete stecke starte probiere drehe ziehe wechsle wechsel schalte tausche versuche \
     machte tauschte zogen steckten tauschten drehte offnete loschte aktivierte deaktivierte schloss prufte \
     kontrollierte testete installierte kalibrierte verband trennte reinigte wischte klickte tippte stellte legte \
     nahm setzte stopselte druckten nehme nehm",
);

/// What a word says of doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    None,
    /// A German participle of what one does.
    Done,
    /// The same in English.
    English,
    /// A finite German form: "drücke".
    Finite,
}

/// Of each word of a message.
pub(super) fn verbs(said: &Said) -> Vec<Verb> {
    let verb = |word: &str| {
        if done(word) {
            Verb::Done
        } else if ENGLISH.has(word) {
            Verb::English
        } else if FINITE.has(word) {
            Verb::Finite
        } else {
            Verb::None
        }
    };
    said.tokens.iter().map(|token| verb(&token.word)).collect()
}

/// Whether a word is the participle of something one does, in German.
fn done(word: &str) -> bool {
    if WITHOUT_GE.has(word) {
        return true;
    }
    if NO_STEP_ALONE.contains(&word) {
        return false;
    }
    if word.len() > 6 && word.ends_with("iert") {
        return !NO_IERT.contains(&word);
    }
    // "Jetauscht", "hochjeschoben": as they say it in Berlin and Cologne.
    let plain = if NO_JE.contains(&word) { None } else { dialect(word) };
    let Some(stem) = with_ge(plain.as_deref().unwrap_or(word)) else { return false };
    !NO_STEP.has(stem)
}

/// Begins with `je` and is no participle.
const NO_JE: [&str; 8] = ["jetzt", "jeden", "jedem", "jenen", "jemanden", "jemandem", "jeweiligen", "projekt"];

/// The word with `ge` for `je`, where it may be a participle.
fn dialect(word: &str) -> Option<String> {
    let at = word.find("je")?;
    let particle = at == 0 || PARTICLES.contains(&&word[..at]);
    particle.then(|| format!("{}ge{}", &word[..at], &word[at + 2..]))
}

/// The participle without the particle of its verb, if the word is one.
fn with_ge(word: &str) -> Option<&str> {
    let shaped = |stem: &str| {
        let stem = stem.strip_prefix("ge")?;
        (stem.len() >= 3 && (stem.ends_with('t') || stem.ends_with("en"))).then_some(())
    };
    if shaped(word).is_some() {
        return Some(word);
    }
    PARTICLES.iter().find_map(|particle| {
        let rest = word.strip_prefix(particle)?;
        // "hinein-", "wieder ein-": at most two of them.
        let rest = if rest.starts_with("ge") {
            rest
        } else {
            PARTICLES.iter().find_map(|second| rest.strip_prefix(second)).filter(|rest| rest.starts_with("ge"))?
        };
        shaped(rest).map(|()| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participles_are_known_by_their_shape() {
        for word in [
            "gewechselt",
            "rausgezogen",
            "eingetippt",
            "neugestartet",
            "ausgepustet",
            "nachgelegt",
            "durchgeschaltet",
            "kalibriert",
            "verbunden",
            "versucht",
            "freigegeben",
            "abgewischt",
            "genommen",
            "wiedereingesteckt",
        ] {
            assert!(done(word), "{word}");
        }
        for word in [
            "gegangen",
            "ausgegangen",
            "eingefroren",
            "abgesturzt",
            "gestern",
            "funktioniert",
            "gerat",
            "geht",
            "beamer",
            "",
            "kaputtgegangen",
            "gegen",
        ] {
            assert!(!done(word), "{word}");
        }
    }
}
