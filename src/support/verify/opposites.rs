//! Words that turn an instruction round. Of a pair, one said and the other meant is no support.

use std::collections::HashSet;

use super::claim::Claim;

/// Groups of words, folded, and their opposites.
const OPPOSITES: [(&[&str], &[&str]); 17] = [
    (&["links", "linke", "linken", "linker", "linkes"], &["rechts", "rechte", "rechten", "rechter", "rechtes"]),
    (&["oben", "obere", "oberen"], &["unten", "untere", "unteren"]),
    (&["vor", "vorher", "zuvor"], &["nach", "nachher", "danach"]),
    (&["vorne", "vordere", "vorderen"], &["hinten", "hintere", "hinteren", "ruckseite"]),
    (&["offnen", "offne"], &["schliessen", "schliesse"]),
    (&["einschalten", "anschalten", "eingeschaltet"], &["ausschalten", "abschalten", "ausgeschaltet"]),
    (&["einstecken", "anschliessen", "verbinden"], &["ausstecken", "abziehen", "trennen"]),
    (&["aktivieren", "aktiviert"], &["deaktivieren", "deaktiviert"]),
    (&["sperren", "gesperrt"], &["entsperren", "entsperrt"]),
    (&["lauter", "heller", "mehr", "langer"], &["leiser", "dunkler", "weniger", "kurzer"]),
    (&["left"], &["right"]),
    (&["open"], &["close"]),
    (&["before"], &["after"]),
    (&["connect", "plug"], &["disconnect", "unplug"]),
    (&["enable", "lock", "install"], &["disable", "unlock", "uninstall"]),
    (&["top", "upper"], &["bottom", "lower"]),
    (&["front"], &["back", "rear"]),
];
/// Parts of verbs that stand at the end of a clause: "schalten Sie … ein".
const PARTICLES: [(&str, &str); 7] =
    [("ein", "aus"), ("an", "aus"), ("an", "ab"), ("auf", "zu"), ("ein", "ab"), ("on", "off"), ("up", "down")];

/// Whether nothing in what carries a sentence says the opposite of something in it: neither
/// the clause that has most of a clause's words, nor the whole.
pub(super) fn none(claim: &Claim, carrying: &[&Claim]) -> bool {
    let clause_by_clause = claim.clauses.iter().all(|clause| {
        let others = clause.counterparts(carrying);
        others.is_empty()
            || others.iter().any(|other| !turned_round(&(&clause.all, clause.end()), &(&other.all, other.end())))
    });
    clause_by_clause && !carrying.iter().any(|one| turned_round(&(&claim.all, claim.ends()), &(&one.all, one.ends())))
}

/// All words, and the last ones of clauses.
type Said<'a> = (&'a HashSet<String>, HashSet<&'a str>);

fn turned_round(here: &Said<'_>, there: &Said<'_>) -> bool {
    type Says<'a> = &'a dyn Fn(&Said<'_>) -> bool;
    let both = |a: Says<'_>, b: Says<'_>| {
        let only = |said: &Said<'_>, one: Says<'_>, other: Says<'_>| one(said) && !other(said);
        (only(here, a, b) && only(there, b, a)) || (only(here, b, a) && only(there, a, b))
    };
    let words = |group: &'static [&str]| move |said: &Said<'_>| group.iter().any(|word| said.0.contains(*word));
    let end = |word: &'static str| move |said: &Said<'_>| said.1.contains(word);
    OPPOSITES.iter().any(|(a, b)| both(&words(a), &words(b))) || PARTICLES.iter().any(|(a, b)| both(&end(a), &end(b)))
}
