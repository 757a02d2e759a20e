//! A negation, a restriction or a bound must have its counterpart: in both directions,
//! for a "nicht" left out is as wrong as one put in.

use super::claim::Claim;
use crate::domain::text::WordList;

static NEGATIONS: WordList = WordList::of(
    "nicht nichts kein keine keinen keinem keiner keines nie niemals ohne weder not no never without nothing cannot t \
     neither keinesfalls statt anstatt anstelle instead",
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
    let restricted = |claim: &Claim| claim.all.iter().any(|word| RESTRICTIONS.has(word));
    let restriction_stands =
        if restricted(claim) { carrying.iter().any(|one| restricted(one)) } else { !restricted(first) };
    let bounded = BOUNDS.iter().all(|words| {
        let said = |claim: &Claim| words.iter().any(|word| claim.says(word));
        !said(claim) || carrying.iter().any(|one| said(one))
    });
    negations_stand(claim, carrying) && restriction_stands && bounded
}

/// Each clause is compared with the one that has most of its words: both say yes, or both no.
/// Words that stand nowhere deny nothing, so nothing may be denied with them.
fn negations_stand(claim: &Claim, carrying: &[&Claim]) -> bool {
    claim.clauses.iter().all(|clause| {
        let others = clause.counterparts(carrying);
        others.iter().any(|other| other.negated == clause.negated) || (others.is_empty() && !clause.negated)
    })
}
