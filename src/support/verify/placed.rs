//! What is said together must stand together. Each part of a sentence (between commas, "und",
//! "or") has all its words and numbers in one part of the sentence that carries it: a remedy
//! is not told of another fault, nor a name of another thing. Where that part has a pronoun,
//! the thing may be named instead, as the sentence itself names it before. A number keeps what
//! it counts, and what somebody else does is no instruction.

use super::{
    claim::{Claim, Clause},
    found,
};
use crate::domain::text::{WordList, words};

/// Stands for something that was named before.
static PRONOUNS: WordList = WordList::of("er es sie ihn ihm ihr diese diesen dieser dieses it they them its");
static MODALS: WordList = WordList::of(
    "kann konnen muss mussen darf durfen soll sollen wird werden can may must will shall should could might to",
);

pub(super) fn stands(claim: &Claim, source: &Claim, about: &[String]) -> bool {
    claim.clauses.iter().all(|clause| (0..source.clauses.len()).any(|at| holds(clause, source, at, about)))
        && units_stand(claim, source)
        && (!claim.addresses || addressed(source))
        && !done_by_another(claim, source)
}

/// Whether all of a part stands in that part of the source, both saying yes or both no; names may
/// be those of the passage's title.
fn holds(clause: &Clause, source: &Claim, at: usize, about: &[String]) -> bool {
    let there = &source.clauses[at];
    let here = |word: &String| found(word, &there.words) || about.contains(word);
    // What is done must stand here; what it is done to may have been named before.
    let named = there.all.iter().any(|word| PRONOUNS.has(word)) && clause.words.first().is_some_and(here);
    let before = if named { &source.clauses[..at] } else { &[] };
    clause.negated == there.negated
        && clause.words.iter().all(|word| here(word) || before.iter().any(|one| found(word, &one.words)))
        && clause.numbers.is_subset(&there.numbers)
}

/// "30 Sekunden" are no 30 minutes, also where both words stand there.
fn units_stand(claim: &Claim, source: &Claim) -> bool {
    let there = counted(source);
    counted(claim).into_iter().all(|(number, what)| {
        let mut same = there.iter().filter(|(other, _)| *other == number).peekable();
        same.peek().is_none() || same.any(|(_, other)| found(what, &[(*other).to_owned()]))
    })
}

/// Numbers with the word behind each, where that says something.
fn counted(claim: &Claim) -> Vec<(String, &str)> {
    let all: Vec<&str> = words(&claim.folded).collect();
    let pairs = all.windows(2).filter(|pair| claim.words.iter().any(|word| word == pair[1]));
    pairs.filter_map(|pair| Some((super::numbers::of(pair[0])?, pair[1]))).collect()
}

/// Whether a source tells its reader what to do: "Ziehen Sie …", "Stecker ziehen".
fn addressed(source: &Claim) -> bool {
    source.addresses
        || source.clauses.iter().any(|clause| {
            clause.ends.iter().any(|end| end.ends_with('n')) && !clause.all.iter().any(|word| MODALS.has(word))
        })
}

/// "The caretaker can open the case" is not "Open the case".
fn done_by_another(claim: &Claim, source: &Claim) -> bool {
    let Some(order) = words(&claim.folded).next() else { return false };
    let all: Vec<&str> = words(&source.folded).collect();
    let mut places = (0..all.len()).filter(|at| all[*at] == order).peekable();
    let by_another = |at: usize| {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| all[at]);
        MODALS.has(before(1)) && !matches!(before(2), "you" | "sie") && before(1) != "to"
    };
    places.peek().is_some() && places.all(by_another)
}
