//! What somebody means who types at a step of a flow instead of pressing a button: "nö,
//! immer noch schwarz", "wo ist die taste denn?", "ich hab keine zeit, schickt wen".
//!
//! Two views are put together. A small classifier ([`acts`](Act)) tells what such a text
//! does, whatever the step: says that it worked, did not, cannot be done, asks about the
//! step, wants a person. [`features`] compare its words with those of each button. A
//! model that one can read (`models/replies.toml`) weighs both and gives each button,
//! and "none of them", a probability. Both are fitted by `schullotse fit replies` on
//! what people wrote at steps (`knowledge/replies`). Reads a text in about a millisecond,
//! sends nothing anywhere, and where it is not sure it says so: asking once more is
//! cheaper than a step noted as tried that was not.

pub mod features;
pub mod general;
pub mod lines;
pub mod near;
pub mod weights;

use std::sync::LazyLock;

use self::{
    features::{Rarity, rows},
    near::Near,
    weights::Weights,
};
use super::wordings::{
    features::Counts,
    file::{FileError, decode},
    model::Model,
};
use crate::domain::{
    flow::{End, Step, To},
    lexicon::Lexicon,
    text::{fold, words},
    ticket::StepResult,
};

const SHIPPED: &[u8] = include_bytes!("../../models/replies.bin");

/// A button at least this likely is pressed (`fit replies` tells how many are right).
pub const PRESS: f64 = 0.68;
/// The same for a button that ends a flow as solved: who is told so wrongly gets no more help.
const PRESS_SOLVED: f64 = 0.85;
/// The same, where the text does just what that button says as surely as [`ACT_SURE`].
const PRESS_ACT: f64 = 0.55;
const ACT_SURE: f32 = 0.95;
/// What is no button is believed from here on.
const ACT: f32 = 0.4;
/// What hints at a lesson running or not.
const HINT: f32 = 0.25;
/// A danger that nothing but its wording tells, at least this likely.
const DANGER: f32 = 0.4;
/// A question about the step: shown again with a word more, which harms nobody.
const ABOUT: f32 = 0.3;
/// What a text does at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Ok,
    Failed,
    Skipped,
    /// Answers what the step asks.
    Answers,
    Unclear,
    /// Asks about the step.
    About,
    /// Another matter.
    New,
    Report,
    Danger,
    Lesson,
    NoLesson,
    Back,
}

impl Act {
    pub const ALL: [Self; 12] = [
        Self::Ok,
        Self::Failed,
        Self::Skipped,
        Self::Answers,
        Self::Unclear,
        Self::About,
        Self::New,
        Self::Report,
        Self::Danger,
        Self::Lesson,
        Self::NoLesson,
        Self::Back,
    ];

    /// As in the file of the classifier.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Answers => "answers",
            Self::Unclear => "unclear",
            Self::About => "about",
            Self::New => "new",
            Self::Report => "report",
            Self::Danger => "danger",
            Self::Lesson => "lesson",
            Self::NoLesson => "no_lesson",
            Self::Back => "back",
        }
    }

    /// What pressing such a button does.
    #[must_use]
    pub fn of(result: Option<StepResult>) -> Self {
        match result {
            Some(StepResult::Ok) => Self::Ok,
            Some(StepResult::Failed) => Self::Failed,
            Some(StepResult::Skipped) => Self::Skipped,
            Some(StepResult::Unknown) | None => Self::Answers,
        }
    }
}

/// Probabilities of all acts; they sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Acts([f32; Act::ALL.len()]);

impl Acts {
    /// What a classifier makes of a text; what it does not know is 0.
    #[must_use]
    pub fn of(model: &Model, text: &str) -> Self {
        let likely = model.probabilities(&Counts::of(text));
        let class = |act: Act| model.classes.iter().position(|class| class == act.name());
        Self(Act::ALL.map(|act| class(act).map_or(0.0, |at| likely[at])))
    }

    #[must_use]
    pub fn likely(&self, act: Act) -> f32 {
        Act::ALL.iter().zip(self.0).find(|(one, _)| **one == act).map_or(0.0, |(_, likely)| likely)
    }

    /// The likeliest act that is no button's.
    fn beside(&self) -> (Act, f32) {
        let buttons = [Act::Ok, Act::Failed, Act::Skipped, Act::Answers];
        let all = Act::ALL.into_iter().zip(self.0).filter(|(act, _)| !buttons.contains(act));
        all.max_by(|(_, p), (_, q)| p.total_cmp(q)).unwrap_or((Act::Unclear, 0.0))
    }
}

/// What a text means at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The button with this ordinal.
    Choice(usize),
    /// No more steps: somebody is to come.
    Report,
    /// Whether a lesson is running.
    Lesson(bool),
    Back,
    /// A question about this very step.
    About,
    /// Told by its wording alone.
    Danger,
    /// Another matter.
    New,
    /// Nothing that can be told for sure.
    Unclear,
}

/// A text read at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub meaning: Meaning,
    /// The likeliest button, and how likely.
    pub choice: (usize, f64),
    pub acts: Acts,
}

impl Reading {
    /// Whether a lesson is running, as far as the text hints at it: for whoever has just asked.
    #[must_use]
    pub fn lesson(&self) -> Option<bool> {
        let (running, none) = (self.acts.likely(Act::Lesson), self.acts.likely(Act::NoLesson));
        (running.max(none) >= HINT).then_some(running > none)
    }
}

/// Reads typed replies.
#[derive(Debug)]
pub struct Replies {
    acts: Model,
    weights: Weights,
    near: Near,
}

impl Replies {
    #[must_use]
    pub fn new(acts: Model, weights: Weights, lexicon: &Lexicon) -> Self {
        Self { acts, weights, near: Near::new(lexicon) }
    }

    /// With the models that are built in.
    ///
    /// # Errors
    /// [`FileError`], where the file was fitted on other features: a fault of the build.
    pub fn shipped(lexicon: &Lexicon) -> Result<Self, FileError> {
        static READ: LazyLock<Result<Model, FileError>> = LazyLock::new(|| decode(SHIPPED));
        Ok(Self::new(READ.clone()?, Weights::shipped(), lexicon))
    }

    /// With a likeness of words that is there already.
    #[must_use]
    pub fn from_parts(acts: Model, weights: Weights, near: Near) -> Self {
        Self { acts, weights, near }
    }

    /// What a text means at a step. `rarity` is that of the flows in use.
    #[must_use]
    pub fn read(&self, step: &Step, text: &str, rarity: &Rarity) -> Reading {
        let acts = Acts::of(&self.acts, text);
        if let Some(at) = the_very_words(step, text).or_else(|| general::button(step, text)) {
            return Reading { meaning: Meaning::Choice(at), choice: (at, 1.0), acts };
        }
        let likely = self.weights.probabilities(&rows(step, text, &acts, &self.near, rarity));
        let buttons = likely.len().saturating_sub(1);
        let best = likely[..buttons].iter().copied().enumerate().max_by(|(_, p), (_, q)| p.total_cmp(q));
        let choice = best.unwrap_or((0, 0.0));
        let does = step.choices.get(choice.0).map_or(Act::Unclear, |button| Act::of(button.result));
        // "Immer noch nix": what it does is sure, so the words need tell less.
        let sure = choice.1 >= PRESS || choice.1 >= PRESS_ACT && acts.likely(does) >= ACT_SURE && does != Act::Answers;
        let solves = step.choices.get(choice.0).is_some_and(|button| button.to == To::End(End::Solved));
        let taken = sure && (!solves || choice.1 >= PRESS_SOLVED) && !doubtful(step, choice.0, text);
        let meaning = if general::wishes(text) {
            Meaning::Report
        } else if taken {
            Meaning::Choice(choice.0)
        } else {
            match acts.beside() {
                (Act::Report, likely) if likely >= ACT => Meaning::Report,
                (Act::Lesson, likely) if likely >= ACT => Meaning::Lesson(true),
                (Act::NoLesson, likely) if likely >= ACT => Meaning::Lesson(false),
                (Act::Back, likely) if likely >= ACT => Meaning::Back,
                (Act::Danger, likely) if likely >= DANGER => Meaning::Danger,
                (Act::About, likely) if likely >= ABOUT => Meaning::About,
                (Act::New, likely) if likely >= ACT => Meaning::New,
                _ => Meaning::Unclear,
            }
        };
        Reading { meaning, choice, acts }
    }
}

/// The only button whose label or `match` is just this.
fn the_very_words(step: &Step, text: &str) -> Option<usize> {
    let plain = |text: &str| words(&fold(text)).collect::<Vec<_>>().join(" ");
    let said = plain(text);
    let says = |at: &usize| {
        let choice = &step.choices[*at];
        choice.label.all().chain(choice.matches.iter().map(String::as_str)).any(|phrase| plain(phrase) == said)
    };
    let mut all = (0..step.choices.len()).filter(says);
    let found = all.next().filter(|at| !said.is_empty() && !bare_yes(step, *at, text))?;
    all.next().is_none().then_some(found)
}

/// What makes a likely button doubtful: a question, a bare yes, "aber" after "it works", a
/// denial of the button's own word ("nicht verbunden" is not "Verbunden").
fn doubtful(step: &Step, at: usize, text: &str) -> bool {
    let button = &step.choices[at];
    if text.contains('?') || bare_yes(step, at, text) {
        return true;
    }
    let folded = fold(text);
    let said: Vec<&str> = words(&folded).collect();
    let own: Vec<String> = button.label.all().chain(button.matches.iter().map(String::as_str)).map(fold).collect();
    let denied = |phrase: &String| words(phrase).any(features::denies_word);
    if own.iter().any(denied) {
        return false;
    }
    let works = Act::of(button.result) == Act::Ok;
    if works && said.iter().any(|word| features::limits_word(word) || features::denies_word(word)) {
        return true;
    }
    let label: Vec<String> = button.label.all().map(fold).collect();
    let names = |word: &&str| label.iter().any(|label| words(label).any(|own| own == *word));
    said.iter().enumerate().any(|(place, word)| {
        features::denies_word(word) && said[place + 1..].iter().take(2).any(|next| next.len() > 2 && names(next))
    })
}

/// A bare yes may say "done" as well as "it works": it never ends a flow as solved.
fn bare_yes(step: &Step, at: usize, text: &str) -> bool {
    const YES: [&str; 12] =
        ["ja", "jo", "jep", "jawohl", "yes", "yep", "erledigt", "klar", "ok", "okay", "gemacht", "done"];
    let folded = fold(text);
    step.choices[at].to == To::End(End::Solved) && words(&folded).all(|word| YES.contains(&word))
}

/// A bare yes or no, to whatever was asked.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    const YES: &[&str] = &["ja", "jo", "jep", "jawohl", "yes", "yep", "ja klar", "ja bitte", "klar", "genau", "stimmt"];
    const NO: &[&str] = &["nein", "ne", "nee", "no", "nope", "gerade nicht", "nein danke", "noch nicht", "not now"];
    let folded = fold(text);
    let said = words(&folded).collect::<Vec<_>>().join(" ");
    let among = |list: &[&str]| list.contains(&said.as_str());
    if among(YES) { Some(true) } else { among(NO).then_some(false) }
}

#[cfg(test)]
mod tests;
