//! What she has tried, in her words: "HDMI-Kabel hab ich schon gewechselt", "Stecker gezogen
//! und wieder rein", "Neustart hat nix gebracht", "da komm ich nicht dran".
//!
//! A message is read clause by clause, by rules of grammar ([`rules`]) and by a classifier
//! ([`learned`]) that also says what came of a step. Whoever reports a fault and has tried
//! something has not mended it by that: where nothing else is said, it has failed.

mod clauses;
pub(super) mod learned;
mod meanings;
mod rules;
mod tables;
mod verbs;
mod wording;

use crate::domain::text::WordList;
use clauses::Clause;
use learned::{Likely, Seen, StepModel};
use rules::Rules;
use verbs::verbs;
use wording::sentence;

use super::said::{Pause, Said};
use crate::{
    domain::ticket::{StepResult, Tried},
    support::wordings::features::Counts,
};

/// Most steps of one message.
const MOST: usize = 12;
/// From here on a clause is a step that no rule found; and the same where it names nothing
/// that a step is done with.
const TAKE: f32 = 0.42;
/// The same for what is in order: it sounds much like the fault itself.
const TAKE_OK: f32 = 0.7;
const TAKE_UNNAMED: f32 = 0.8;
/// From here on it is none though a rule found one; and the same, as before.
const DROP: f32 = 0.9;
const DROP_UNNAMED: f32 = 0.7;
/// From this share on, the likeliest result counts against that of the rules.
const TURN: f32 = 0.7;

/// A step, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub tried: Tried,
    pub from: usize,
    pub to: usize,
}

#[derive(Debug)]
pub(super) struct StepEar {
    rules: Rules,
    model: StepModel,
}

impl StepEar {
    pub(super) fn new() -> Self {
        Self { rules: Rules::new(), model: StepModel::shipped().expect("the shipped file is tested") }
    }

    pub(super) fn hear(&self, said: &Said) -> Vec<Step> {
        let verbs = verbs(said);
        let (clauses, ruled) = self.rules.of(said, &verbs);
        let seen = Seen::new(said, &verbs, &clauses, |clause| self.rules.verdict(said, clause));
        let mut steps: Vec<Step> = Vec::new();
        for (nth, (clause, rule)) in clauses.iter().zip(ruled).enumerate() {
            let view = seen.view(nth, rule.as_ref().map(|step| step.tried.result));
            if let Some(step) = decided(said, *clause, rule, self.model.read(&view))
                && steps.len() < MOST
                && (step.tried.result != StepResult::Skipped || !repeats(&steps, &step))
            {
                steps.push(step);
            }
        }
        steps
    }
}

/// Rules and classifier together.
fn decided(said: &Said, clause: Clause, rule: Option<Step>, likely: Likely) -> Option<Step> {
    let step = 1.0 - likely.none;
    let results =
        [(likely.failed, StepResult::Failed), (likely.ok, StepResult::Ok), (likely.skipped, StepResult::Skipped)];
    let (most, result) = results.into_iter().max_by(|one, other| one.0.total_cmp(&other.0))?;
    if asks(said, clause, result) {
        return None;
    }
    let named = learned::names_a_thing(said, clause);
    let drop = if named { DROP } else { DROP_UNNAMED };
    match rule {
        Some(_) if likely.none >= drop => None,
        Some(known) if most < TURN * step => Some(known),
        Some(mut known) => {
            known.tried.result = result;
            Some(known)
        }
        None if named && step >= if result == StepResult::Ok { TAKE_OK } else { TAKE }
            || step >= TAKE_UNNAMED && result == StepResult::Failed =>
        {
            tried(said, clause.from, clause.to, true, result)
        }
        None => None,
    }
}

/// Asks, or wishes: "müsste man nicht den Router neu starten", with or without the mark.
fn asks(said: &Said, clause: Clause, result: StepResult) -> bool {
    let first = (0..=clause.from).rfind(|at| said.tokens[*at].pause == Pause::Stop).unwrap_or(0);
    let word = said.word(first);
    // "Kann nicht ran", "wo das ist, weiß ich nicht" tell what could not be done.
    let skipped = result == StepResult::Skipped;
    ASKING.has(word) || !skipped && ASKING_OR_NOT.has(word) || !skipped && clause.from == first && WISHING.has(word)
}

/// Words that a question begins with.
static ASKING: WordList =
    WordList::of("wann wie warum wieso soll sollen sollte sollten muss mussen musste mussten should shall");
/// Words that a question begins with, or what could not be done.
static ASKING_OR_NOT: WordList = WordList::of(
    "wo wer was welches welche welcher kann kannst konnt konntet darf durfen brauch brauche brauchen could can may \
     how where when which habt",
);
static WISHING: WordList = WordList::of("bitte wenn sobald falls if please");

/// A clause as the classifier sees it, for fitting.
#[derive(Clone, Debug)]
pub struct ClauseView {
    pub text: String,
    /// A rule finds a step in it.
    pub ruled: bool,
    pub counts: Counts,
}

/// A message in clauses, for fitting: what the rules make of it counts, the classifier that
/// is built in does not.
#[derive(Debug)]
pub(super) struct Cut(Rules);

impl Cut {
    pub(super) fn new() -> Self {
        Self(Rules::new())
    }

    pub(super) fn of(&self, text: &str) -> Vec<ClauseView> {
        let said = Said::new(text);
        let verbs = verbs(&said);
        let (clauses, ruled) = self.0.of(&said, &verbs);
        let seen = Seen::new(&said, &verbs, &clauses, |clause| self.0.verdict(&said, clause));
        let view = |(nth, clause): (usize, &Clause)| {
            let rule = ruled[nth].as_ref().map(|step| step.tried.result);
            ClauseView { text: clause.text(&said).to_owned(), ruled: rule.is_some(), counts: seen.view(nth, rule) }
        };
        clauses.iter().enumerate().map(view).collect()
    }
}

fn tried(said: &Said, from: usize, to: usize, whole: bool, result: StepResult) -> Option<Step> {
    let step = sentence(said, from, to, whole)?;
    Some(Step { tried: Tried { step, result }, from, to })
}

/// Reasons why a step before was skipped are no step of their own.
fn repeats(steps: &[Step], step: &Step) -> bool {
    steps.last().is_some_and(|last| {
        last.tried.result == StepResult::Skipped && step.to - step.from <= 4 && last.to == step.from
    })
}

#[cfg(test)]
mod tests;
