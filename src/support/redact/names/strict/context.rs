//! Surnames that are words (`Koch`, `Winter`, `Schnell`), and names in small
//! letters: they count where a person must be meant.

use super::{Class, Scan, Token, common, free, german, opens, service, surnames};

/// Before a person, without an article.
const BEFORE: [&str; 83] = [
    "von",
    "bei",
    "laut",
    "lt",
    "durch",
    "mit",
    "fur",
    "ruckruf",
    "kontakt",
    "ansprechpartner",
    "ansprechpartnerin",
    "melder",
    "melderin",
    "koll",
    "kollege",
    "kollegin",
    "gez",
    "an",
    "anrufer",
    "anruferin",
    "bearbeiter",
    "techniker",
    "hausmeister",
    "hm",
    "sl",
    "kl",
    "sekr",
    "sekretariat",
    "fam",
    "familie",
    "info",
    "via",
    "cc",
    "ruckmeldung",
    "gegenuber",
    "seitens",
    "azubi",
    "praktikant",
    "praktikantin",
    "referendar",
    "referendarin",
    "mutter",
    "vater",
    "bruder",
    "schwester",
    "sohn",
    "tochter",
    "eltern",
    "oma",
    "opa",
    "tante",
    "onkel",
    "klassenlehrer",
    "klassenlehrerin",
    "sekretarin",
    "lehrer",
    "lehrerin",
    "lehrkraft",
    "schuler",
    "schulerin",
    "halter",
    "zeuge",
    "zeugin",
    "fahrer",
    "busfahrer",
    "vertreter",
    "vertreterin",
    "nachfolger",
    "nachfolgerin",
    "vorganger",
    "chef",
    "chefin",
    "monteur",
    "meister",
    "besitzer",
    "abholer",
    "unterschrift",
    "mitarbeiter",
    "mitarbeiterin",
    "rektor",
    "rektorin",
    "konrektor",
    "konrektorin",
];
/// What only persons do.
const DEEDS: [&str; 62] = [
    "meldet",
    "meldete",
    "ruft",
    "rief",
    "bittet",
    "bat",
    "sagt",
    "sagte",
    "meint",
    "meinte",
    "fragt",
    "fragte",
    "vermisst",
    "bestatigt",
    "bestatigte",
    "informiert",
    "informierte",
    "berichtet",
    "berichtete",
    "wunscht",
    "mochte",
    "wollte",
    "will",
    "weiss",
    "nutzt",
    "nimmt",
    "bringt",
    "brachte",
    "holt",
    "holte",
    "schreibt",
    "schrieb",
    "schickt",
    "schickte",
    "erklart",
    "erklarte",
    "versucht",
    "probiert",
    "testet",
    "findet",
    "fand",
    "glaubt",
    "kummert",
    "pruft",
    "prufte",
    "erganzt",
    "wartet",
    "unterrichtet",
    "braucht",
    "benotigt",
    "hatte",
    "hat",
    "konnte",
    "kann",
    "war",
    "ist",
    "kommt",
    "kam",
    "gibt",
    "gab",
    "soll",
    "darf",
];
/// Of those, what things do as well.
const WEAK: usize = 10;
/// Times: `mit Winter` may be one, `bis Freitag` is.
const TIMES: [&str; 22] = [
    "sommer",
    "winter",
    "herbst",
    "fruhling",
    "fruhjahr",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "januar",
    "februar",
    "marz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "ostern",
    "abend",
];

const COLOURS: [&str; 12] =
    ["schwarz", "weiss", "braun", "grun", "roth", "rot", "grau", "blau", "gelb", "bunt", "hell", "dunkel"];
/// Given names of the lexicon's words that hardly ever mean anything else.
const MOSTLY: [&str; 20] = [
    "robin",
    "felix",
    "frank",
    "christian",
    "jasmin",
    "pascal",
    "clemens",
    "justus",
    "malte",
    "lasse",
    "iris",
    "erika",
    "viola",
    "veronica",
    "noel",
    "jack",
    "sam",
    "reiner",
    "victoria",
    "ray",
];

/// Marks the word at `at` if what stands around it makes it a person.
pub(super) fn mark(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let Some(token) = scan.token(at).filter(|token| token.letters) else { return };
    if !token.capital {
        small(scan, at);
        return;
    }
    let given = token.has(Class::GIVEN) && token.has(Class::HARD);
    // `Frau Ende`: whatever the word means.
    let titled = words.follows(at)
        && words.is(at.wrapping_sub(1), &["frau", "herr", "herrn", "fr", "hr", "hrn", "dr", "prof", "frl"]);
    if titled
        && !token
            .has(Class::PREPOSITION | Class::ARTICLE | Class::TITLE | Class::ABBREVIATED | Class::ROLE | Class::GROUP)
    {
        scan.name[at] = true;
        return;
    }
    if !(common(token) || given) || token.has(Class::TITLE | Class::ROLE) {
        return;
    }
    let weekday = TIMES[5..].contains(&token.folded.as_str());
    let season = TIMES.contains(&token.folded.as_str());
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let bare = !(words.spaced(at)
        && before.is_some_and(|token| token.has(Class::ARTICLE) && token.folded != "an" || !token.letters));
    let described = words.spaced(at) && before.is_some_and(adjective);
    // `Kyocera-Techniker Kern`
    let role =
        before.is_some_and(|token| token.folded.rsplit_once('-').is_some_and(|(_, last)| BEFORE[7..].contains(&last)));
    let announced = words.follows(at) && (role || words.is(at.wrapping_sub(1), &BEFORE))
        || (words.gap(at).starts_with([':', '/']) && words.is(at.wrapping_sub(1), &BEFORE[7..]))
        || at > 0 && words.gap(at).starts_with('@');
    let for_time = words.is(at.wrapping_sub(1), &["fur", "an", "mit", "durch"]);
    let deed = words.spaced(at + 1) && words.is(at + 1, &DEEDS[..DEEDS.len() - WEAK]);
    let state = words.spaced(at + 1) && words.is(at + 1, &DEEDS[DEEDS.len() - WEAK..]) && opens(scan, at);
    let thing = words.spaced(at + 1) && words.get(at + 1).is_some_and(|next| next.capital && next.has(Class::THING));
    let closes = scan.closes_line(at + 1) && words.gap(at).trim_end_matches(' ').ends_with(['-', '–', '/', ',']);
    let listed = at > 0 && scan.marked(at - 1) && matches!(words.gap(at).trim(), "," | "/" | "&" | "+")
        || words.is(at.wrapping_sub(1), &["und", "u"]) && at > 1 && scan.marked(at - 2) && words.spaced(at)
        || scan.marked(at + 1) && matches!(words.gap(at + 1).trim(), "/" | "&" | "+")
        || words.is(at + 1, &["und", "u"]) && scan.marked(at + 2) && words.spaced(at + 2) && bare;
    let odd = surnames::adjective(&token.folded)
        && !opens(scan, at)
        && (words.spaced(at) || words.gap(at).trim() == ",")
        && !before.is_some_and(|token| token.capital);
    // `Studienrat a.D. Koch`
    let retired =
        at > 1 && words.is(at - 1, &["d", "r"]) && words.is(at - 2, &["a", "i"]) && words.gap(at).starts_with('.');
    // `der Robin`: a word only in a few phrases.
    let mostly = MOSTLY.contains(&token.folded.as_str()) && !thing && !service(scan, at);
    // `nur in Schwarz und Weiß`
    let colour = COLOURS.contains(&token.folded.as_str());
    let odd = odd && !colour;
    let announced = announced && !weekday && !(colour && words.is(at.wrapping_sub(1), &["von", "mit", "an"]));
    let one = words.spaced(at)
        && words.is(
            at.wrapping_sub(1),
            &["ein", "eine", "einen", "einem", "einer", "kein", "keine", "keinen", "pro", "je"],
        );
    let tradeless = surnames::people(&token.folded) && !one && !thing && !described && !token.branded;
    let person = retired
        || mostly
        || tradeless
        || announced && bare && !(given && service(scan, at)) && !(season && for_time) && !thing
        || deed && bare && !described && !weekday
        || state && !season && !given && !thing
        || (closes && !weekday)
        || listed && bare && !weekday
        || odd && bare && !thing && words.get(at + 1).is_none_or(|next| !next.capital);
    if person && !(token.folded == "max" && (thing || words.gap(at + 1).starts_with('.'))) {
        scan.name[at] = true;
    }
}

/// Whether only a person can stand at `at`: it does what persons do, or is dealt with.
pub(super) fn person(scan: &Scan, at: usize) -> bool {
    let words = scan.words;
    let article = words.spaced(at) && words.has(at - 1, Class::ARTICLE);
    let deed = words.spaced(at + 1) && words.is(at + 1, &DEEDS[..34]);
    let dealt = words.spaced(at) && words.is(at - 1, &["von", "laut", "lt", "ruckruf", "melder", "gez", "koll"]);
    !article && (deed || dealt)
}

/// A word in small letters that describes the noun after it.
fn adjective(token: &Token) -> bool {
    !token.capital
        && token.letters
        && !token.has(Class::VERB | Class::PREPOSITION)
        && ["er", "es", "en", "em"].iter().any(|end| token.folded.ends_with(end))
        && !token.has(Class::STOP)
        && german::is_word(&token.folded, true)
}

/// `hab mit wiechmann telefoniert`, `wiechmann hat angerufen`, `die wiechmann sagt`.
fn small(scan: &mut Scan, at: usize) {
    const TALK: [&str; 20] = [
        "telefoniert",
        "gesprochen",
        "abgesprochen",
        "vereinbart",
        "geklart",
        "abgestimmt",
        "gemailt",
        "geschrieben",
        "gemeldet",
        "angerufen",
        "besprochen",
        "abgeholt",
        "informiert",
        "bestellt",
        "getroffen",
        "geschickt",
        "ubergeben",
        "gegeben",
        "mitgegeben",
        "gefragt",
    ];
    let words = scan.words;
    let Some(token) = scan.token(at) else { return };
    let unknown = token.class == Class::default() && token.folded.len() > 3 && !german::is_word(&token.folded, true);
    if !unknown && !common(token) && !token.has(Class::GIVEN | Class::FAMILY) {
        return;
    }
    let name = unknown || token.has(Class::GIVEN | Class::FAMILY) && !token.has(Class::STOP | Class::HARD);
    let with =
        words.spaced(at) && words.is(at.wrapping_sub(1), &["mit", "von", "bei", "an", "durch", "laut", "lt", "fur"]);
    let talk = (at + 1..at + 4).take_while(|next| !words.breaks(*next)).any(|next| words.is(next, &TALK));
    let called = words.spaced(at + 1)
        && (words.is(at + 1, &DEEDS[..34])
            || words.is(at + 1, &["hat", "hatte"]) && (at + 2..at + 5).any(|next| words.is(next, &TALK)));
    let article = words.spaced(at) && words.is(at.wrapping_sub(1), &["die", "der", "den", "dem", "vom", "beim"]);
    let subject = opens(scan, at) || article || words.is(at.wrapping_sub(1), &["und", "dass", "weil", "wenn"]);
    // `hier nochmal schmidtchen`
    let here = (at.saturating_sub(3)..at).any(|before| words.is(before, &["hier", "bins", "heisse"]))
        && (at.saturating_sub(2)..at).all(|before| {
            words.is(
                before,
                &[
                    "hier", "nochmal", "wieder", "ist", "spricht", "bins", "die", "der", "noch", "mal", "ich", "moin",
                    "heisse",
                ],
            )
        });
    if name && (here || with && talk || called && subject) {
        scan.name[at] = true;
    }
}

/// The rest of a name that is marked at `at`: `sabine winter`, `Dr. Nagel-Vogt`, `Tuan Nguyen Le`.
pub(super) fn rest(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let Some(token) = scan.token(at).filter(|token| token.has(Class::GIVEN) || token.class == Class::default()) else {
        return;
    };
    let next = at + 1;
    if !words.spaced(next) || !free(scan, next) {
        return;
    }
    let Some(family) = scan.token(next).filter(|family| family.letters) else { return };
    let unknown = family.class == Class::default() && !german::is_word(&family.folded, true);
    let fits = if family.capital {
        token.capital && (common(family) || unknown && !family.branded) && token.has(Class::GIVEN)
    } else {
        let closed = scan.closes(next + 1) || scan.acts(next + 1) || words.breaks(next + 1);
        !token.capital
            && token.has(Class::GIVEN)
            && family.folded.len() > 2
            && (unknown || (common(family) && closed))
            && !family.has(Class::VERB | Class::PREPOSITION | Class::ARTICLE)
    };
    if fits {
        scan.name[next] = true;
    }
}
