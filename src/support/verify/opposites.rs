//! Words that turn an instruction round. Of a pair, one said and the other meant is no support.

use std::collections::HashSet;

use super::claim::Claim;
use crate::domain::text::words;

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

/// The last words of clauses: before a mark, before "und" or "and", at the end.
pub(super) fn clause_ends(folded: &str) -> HashSet<String> {
    let clauses = folded.split(['.', ',', ';', ':', '!', '?', '\n', '(', ')']);
    let parts = clauses.flat_map(|clause| clause.split(" und ")).flat_map(|clause| clause.split(" and "));
    parts.filter_map(|part| words(part).last().map(str::to_owned)).collect()
}

/// Whether nothing in what carries a sentence says the opposite of something in it.
pub(super) fn none(claim: &Claim, carrying: &[&Claim]) -> bool {
    !carrying.iter().any(|one| turned_round(claim, one))
}

fn turned_round(claim: &Claim, other: &Claim) -> bool {
    let turned = |here: bool, not_here: bool, there: bool, not_there: bool| here && !not_here && there && !not_there;
    let both = |a: &dyn Fn(&Claim) -> bool, b: &dyn Fn(&Claim) -> bool| {
        turned(a(claim), b(claim), b(other), a(other)) || turned(b(claim), a(claim), a(other), b(other))
    };
    let words = |group: &'static [&str]| move |claim: &Claim| group.iter().any(|word| claim.says(word));
    let end = |word: &'static str| move |claim: &Claim| claim.ends.contains(word);
    OPPOSITES.iter().any(|(a, b)| both(&words(a), &words(b))) || PARTICLES.iter().any(|(a, b)| both(&end(a), &end(b)))
}
