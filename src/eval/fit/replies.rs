//! Fits what reads typed replies ([`crate::support::replies`]) and says what it is worth.
//!
//! The texts are dealt to folds by flow, so that each is read by a model that has seen no
//! other text of its flow. The classifier of acts learns from the labels and `match`
//! phrases of all flows too: those are there whenever a text is read.

mod choice;

use std::collections::{BTreeMap, BTreeSet};

use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::choice::{Case, fit as fit_choice};
use super::wordings::{
    SEED,
    train::{Example, Settings, fit},
};
use crate::{
    domain::flow::{Flow, Step},
    eval::metrics::share,
    support::{
        replies::{
            Act, Acts, Meaning, Replies,
            features::{NAMES, Rarity, rows},
            general,
            lines::Line,
            near::Near,
            weights::Weights,
        },
        wordings::{
            features::Counts,
            model::{About, Model},
        },
    },
};

/// Parts that flows are dealt into.
pub const FOLDS: usize = 5;
/// What is shipped was fitted with these.
pub const USUAL: Settings = Settings { l2: 1e-6, rounds: 20, seed: SEED, balance: 0.6 };

/// Flows, and texts typed at their steps.
pub struct Material<'a> {
    pub flows: &'a [Flow],
    pub lines: &'a [Line],
    pub near: &'a Near,
}

/// What was fitted.
pub struct Fitted {
    pub acts: Model,
    pub weights: Weights,
    pub cross: Figures,
}

impl Material<'_> {
    /// Fits all of it, and what it is worth on flows that were held back.
    #[must_use]
    pub fn fit(&self, settings: &Settings) -> Fitted {
        let rarity = Rarity::of(self.flows.iter());
        let mut flows: Vec<&str> = self.flows.iter().map(|flow| flow.id.as_str()).collect();
        flows.shuffle(&mut StdRng::seed_from_u64(SEED));
        let fold = |line: &Line| flows.iter().position(|flow| *flow == line.flow).unwrap_or_default() % FOLDS;
        // Each text is read by a classifier that has not seen it.
        let read = |part: usize| {
            let others: Vec<&Line> = self.lines.iter().filter(|line| fold(line) != part).collect();
            let acts = self.acts(&others, settings);
            let held = self.lines.iter().filter(|line| fold(line) == part);
            held.map(|line| self.case(line, &acts, &rarity)).collect::<Vec<_>>()
        };
        let cases: Vec<Vec<(&Line, Case)>> = (0..FOLDS).map(read).collect();
        let weights = |left: Option<usize>| {
            let kept = cases.iter().enumerate().filter(|(part, _)| Some(*part) != left);
            fit_choice(&kept.flat_map(|(_, cases)| cases.iter().map(|(_, case)| case)).collect::<Vec<_>>())
        };
        let mut tally = Tally::default();
        for (part, cases) in cases.iter().enumerate() {
            let weights = named(&weights(Some(part)));
            let others: Vec<&Line> = self.lines.iter().filter(|line| fold(line) != part).collect();
            let replies = Replies::from_parts(self.acts(&others, settings), weights, self.near.clone());
            for (line, _) in cases {
                tally.count(line, replies.read(self.step(line), &line.says, &rarity).meaning);
            }
        }
        let cross = tally.figures();
        let all: Vec<&Line> = self.lines.iter().collect();
        let mut weights = named(&weights(None));
        weights.figures = cross.short();
        Fitted { acts: self.acts(&all, settings), weights, cross }
    }

    fn step(&self, line: &Line) -> &Step {
        let flow = self.flows.iter().find(|flow| flow.id == line.flow);
        flow.and_then(|flow| flow.step(&line.step)).expect("a line that was read names a step that there is")
    }

    fn case<'l>(&self, line: &'l Line, acts: &Model, rarity: &Rarity) -> (&'l Line, Case) {
        let step = self.step(line);
        let rows = rows(step, &line.says, &Acts::of(acts, &line.says), self.near, rarity);
        let right = if let Meaning::Choice(at) = line.meaning() { at } else { step.choices.len() };
        (line, Case { rows, right })
    }

    /// The classifier of what a text does.
    fn acts(&self, lines: &[&Line], settings: &Settings) -> Model {
        let mut texts: Vec<(Act, &str)> =
            lines.iter().map(|line| (line.act(self.step(line)), line.says.as_str())).collect();
        for choice in self.flows.iter().flat_map(|flow| &flow.steps).flat_map(|step| &step.choices) {
            let phrases = choice.label.all().chain(choice.matches.iter().map(String::as_str));
            texts.extend(phrases.map(|phrase| (Act::of(choice.result), phrase)));
        }
        for (act, phrases) in [(Act::Ok, general::OK), (Act::Failed, general::FAILED), (Act::Skipped, general::SKIPPED)]
        {
            texts.extend(phrases.iter().map(|phrase| (act, *phrase)));
        }
        let mut hash = Sha256::new();
        for (act, text) in &texts {
            hash.update(format!("{}\t{text}\n", act.name()));
        }
        let class = |act: Act| Act::ALL.iter().position(|one| *one == act).unwrap_or_default();
        let examples: Vec<Example> =
            texts.iter().map(|(act, text)| Example { counts: Counts::of(text), class: class(*act) }).collect();
        let examples: Vec<&Example> = examples.iter().collect();
        let fitted = fit(&examples, Act::ALL.len(), settings);
        let about = About { wordings: texts.len(), sha256: super::wordings::hex(&hash.finalize()), l2: settings.l2 };
        let classes = Act::ALL.iter().map(|act| act.name().to_owned()).collect();
        Model::new(classes, fitted.idf, &fitted.weights, fitted.offsets, 1.0, about)
    }
}

/// Weights by their names, rounded for reading.
fn named(weights: &[f64]) -> Weights {
    let rounded = NAMES.iter().zip(weights).map(|(name, weight)| ((*name).to_owned(), (weight * 1e3).round() / 1e3));
    Weights { weights: rounded.collect(), figures: BTreeMap::new() }
}

/// What a set of texts gives.
#[must_use]
pub fn measure(replies: &Replies, flows: &[Flow], lines: &[Line]) -> Figures {
    let rarity = Rarity::of(flows.iter());
    let mut tally = Tally::default();
    for line in lines {
        let step = flows.iter().find(|flow| flow.id == line.flow).and_then(|flow| flow.step(&line.step));
        if let Some(step) = step {
            tally.count(line, replies.read(step, &line.says, &rarity).meaning);
        }
    }
    tally.figures()
}

/// Shares of a set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    pub texts: usize,
    /// Of the texts that mean a button: that one was taken.
    pub pressed_rightly: Option<f64>,
    /// Of the texts that mean a button: another was taken.
    pub pressed_wrongly: Option<f64>,
    /// Of all other texts: a button was taken.
    pub pressed_unasked: Option<f64>,
    /// Of each other meaning: it was told. And of all texts that do not mean it, those taken for it.
    pub told: BTreeMap<&'static str, (Option<f64>, Option<f64>)>,
}

impl Figures {
    fn short(&self) -> BTreeMap<String, f64> {
        let own = [
            ("pressed_rightly", self.pressed_rightly),
            ("pressed_wrongly", self.pressed_wrongly),
            ("pressed_unasked", self.pressed_unasked),
        ];
        let all = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        let told = self.told.iter().map(|(name, (told, _))| (format!("told_{name}"), *told));
        all.chain(told).filter_map(|(name, value)| Some((name, (value? * 1e3).round() / 1e3))).collect()
    }
}

#[derive(Default)]
struct Tally(Vec<(Meaning, Meaning)>);

impl Tally {
    fn count(&mut self, line: &Line, found: Meaning) {
        self.0.push((line.meaning(), found));
    }

    fn figures(&self) -> Figures {
        let button = |meaning: &Meaning| matches!(meaning, Meaning::Choice(_));
        let of = |all: &[(Meaning, Meaning)], good: &dyn Fn(&(Meaning, Meaning)) -> bool| {
            share(all.iter().filter(|pair| good(pair)).count(), all.len())
        };
        let (buttons, others): (Vec<_>, Vec<_>) = self.0.iter().copied().partition(|(meant, _)| button(meant));
        let names: BTreeSet<&'static str> = others.iter().map(|(meant, _)| name(*meant)).collect();
        let told = names.into_iter().map(|one| {
            let (these, rest): (Vec<_>, Vec<_>) = self.0.iter().copied().partition(|(meant, _)| name(*meant) == one);
            let found = |pair: &(Meaning, Meaning)| name(pair.1) == one;
            (one, (of(&these, &found), of(&rest, &found)))
        });
        Figures {
            texts: self.0.len(),
            pressed_rightly: of(&buttons, &|(meant, found)| meant == found),
            pressed_wrongly: of(&buttons, &|(meant, found)| meant != found && button(found)),
            pressed_unasked: of(&others, &|(_, found)| button(found)),
            told: told.collect(),
        }
    }
}

fn name(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Choice(_) => "choice",
        Meaning::Report => "report",
        Meaning::Lesson(true) => "lesson",
        Meaning::Lesson(false) => "no_lesson",
        Meaning::Back => "back",
        Meaning::About => "about",
        Meaning::Danger => "danger",
        Meaning::New => "new",
        Meaning::Unclear => "unclear",
    }
}
