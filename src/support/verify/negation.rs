//! A negation, a restriction or a bound must have its counterpart: in both directions,
//! for a "nicht" left out is as wrong as one put in.

use super::claim::Claim;
use crate::domain::text::WordList;

static NEGATIONS: WordList = WordList::of(
    "nicht nichts kein keine keinen keinem keiner keines nie niemals ohne weder not no never without nothing cannot t \
     neither keinesfalls",
);
/// What is true only so far.
static RESTRICTIONS: WordList = WordList::of("nur ausser ausschliesslich lediglich only except unless solely");
/// From which side a number is meant.
const BOUNDS: [&[&str]; 2] =
    [&["mindestens", "wenigstens", "minimal", "least", "minimum"], &["hochstens", "maximal", "most", "maximum"]];

pub(super) fn is(word: &str) -> bool {
    NEGATIONS.has(word)
}

pub(super) fn stands(claim: &Claim, carrying: &[&Claim]) -> bool {
    let Some(first) = carrying.first() else { return false };
    let same = |list: &WordList| {
        let said = |claim: &Claim| claim.all.iter().any(|word| list.has(word));
        if said(claim) { carrying.iter().any(|one| said(one)) } else { !said(first) }
    };
    let bounded = BOUNDS.iter().all(|words| {
        let said = |claim: &Claim| words.iter().any(|word| claim.says(word));
        !said(claim) || carrying.iter().any(|one| said(one))
    });
    same(&NEGATIONS) && same(&RESTRICTIONS) && bounded
}
