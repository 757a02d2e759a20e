//! Fits the classifier of wordings ([`crate::support::wordings`]) and says what it is
//! worth: on wordings that were held back, and on sets of questions.
//!
//! Wordings are dealt to folds by lot; each fold is read by a classifier that learned
//! from the others. From the same readings comes the temperature that makes the
//! probabilities honest (Guo et al. 2017). The strength of the penalty is chosen by
//! these figures too, never by a set of questions.

pub mod train;

use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::train::{Example, Settings, fit};
use super::super::{
    metrics::share,
    sets::{Expect, Question},
};
use crate::support::wordings::{
    Wording, Wordings,
    features::Counts,
    model::{About, Model},
};

/// Parts that wordings are dealt into.
pub const FOLDS: usize = 5;
/// Of the lot that deals them, and of the order in which they are learned.
pub const SEED: u64 = 20_261_122;

/// What is shipped was fitted with these.
pub const USUAL: Settings = Settings { l2: 1e-6, rounds: 20, seed: SEED, balance: 0.5 };

/// Wordings, ready to be learned from.
#[derive(Clone, Debug)]
pub struct Material {
    classes: Vec<String>,
    examples: Vec<Example>,
    sha256: String,
}

impl Material {
    /// The order of the wordings does not matter.
    #[must_use]
    pub fn of(wordings: &[Wording]) -> Self {
        let mut pairs: Vec<(&str, &str)> =
            wordings.iter().map(|wording| (wording.class(), wording.text.as_str())).collect();
        pairs.sort_unstable();
        let mut classes: Vec<String> = pairs.iter().map(|(class, _)| (*class).to_owned()).collect();
        classes.dedup();
        let mut hash = Sha256::new();
        for (class, text) in &pairs {
            hash.update(format!("{class}\t{text}\n"));
        }
        let class = |name: &str| classes.iter().position(|class| class == name).unwrap_or_default();
        let examples = pairs.iter().map(|(name, text)| Example { counts: Counts::of(text), class: class(name) });
        Self { examples: examples.collect(), sha256: hex(&hash.finalize()), classes }
    }

    /// Of texts that somebody else has counted: class, text, what is seen of it. In their order.
    #[must_use]
    pub fn seen(classes: &[&str], rows: Vec<(&str, &str, Counts)>) -> Self {
        let mut hash = Sha256::new();
        for (class, text, _) in &rows {
            hash.update(format!("{class}\t{text}\n"));
        }
        let class = |name: &str| classes.iter().position(|class| *class == name).unwrap_or_default();
        let examples = rows.into_iter().map(|(name, _, counts)| Example { counts, class: class(name) }).collect();
        Self {
            examples,
            sha256: hex(&hash.finalize()),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        }
    }

    /// Fits all of it.
    #[must_use]
    pub fn model(&self, settings: &Settings, temperature: f32) -> Model {
        let all: Vec<&Example> = self.examples.iter().collect();
        self.learn(&all, settings, temperature)
    }

    fn learn(&self, examples: &[&Example], settings: &Settings, temperature: f32) -> Model {
        let fitted = fit(examples, self.classes.len(), settings);
        let about = About { wordings: examples.len(), sha256: self.sha256.clone(), l2: settings.l2 };
        Model::new(self.classes.clone(), fitted.idf, &fitted.weights, fitted.offsets, temperature, about)
    }

    /// How well wordings that were held back are told, folds side by side.
    ///
    /// # Panics
    /// Never: fitting does not panic.
    #[must_use]
    pub fn cross_validate(&self, settings: &Settings, folds: usize) -> Cross {
        let mut order: Vec<usize> = (0..self.examples.len()).collect();
        order.shuffle(&mut StdRng::seed_from_u64(SEED));
        let held = |fold: usize| order.iter().skip(fold).step_by(folds).map(|at| &self.examples[*at]);
        let read = |fold: usize| {
            let others = (0..folds).filter(|other| *other != fold).flat_map(held).collect::<Vec<_>>();
            let model = self.learn(&others, settings, 1.0);
            held(fold).map(|example| (model.probabilities(&example.counts), example.class)).collect::<Vec<_>>()
        };
        let readings: Vec<(Vec<f32>, usize)> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..folds).map(|fold| scope.spawn(move || read(fold))).collect();
            running.into_iter().flat_map(|fold| fold.join().expect("fitting does not panic")).collect()
        });
        Cross::of(&readings)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Figures over wordings that were held back; all classes count, none and dangers too.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cross {
    pub wordings: usize,
    /// Share whose own class is the likeliest.
    pub top1: f64,
    /// Share whose own class is one of the three likeliest.
    pub top3: f64,
    /// Mean `-ln p` of the own class, as fitted.
    pub log_loss: f64,
    /// What the sums are divided by, found on these.
    pub temperature: f64,
    /// Mean `-ln p` with it.
    pub log_loss_calibrated: f64,
}

impl Cross {
    #[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
    fn of(readings: &[(Vec<f32>, usize)]) -> Self {
        let within = |k: usize| {
            let ahead = |(p, class): &&(Vec<f32>, usize)| p.iter().filter(|q| **q > p[*class]).count() < k;
            readings.iter().filter(ahead).count() as f64 / readings.len().max(1) as f64
        };
        let temperature = lowest(|temperature| log_loss(readings, temperature));
        Self {
            wordings: readings.len(),
            top1: within(1),
            top3: within(3),
            log_loss: log_loss(readings, 1.0),
            temperature,
            log_loss_calibrated: log_loss(readings, temperature),
        }
    }
}

/// With every probability raised to `1 / temperature` and brought back to a sum of 1.
#[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
fn log_loss(readings: &[(Vec<f32>, usize)], temperature: f64) -> f64 {
    let one = |(p, class): &(Vec<f32>, usize)| {
        let power = |p: f32| f64::from(p.max(1e-12)).powf(1.0 / temperature);
        p.iter().map(|p| power(*p)).sum::<f64>().ln() - power(p[*class]).ln()
    };
    readings.iter().map(one).sum::<f64>() / readings.len().max(1) as f64
}

/// Where a function with one valley between 0.2 and 5 is lowest, by the golden section.
fn lowest(f: impl Fn(f64) -> f64) -> f64 {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.2, 5.0);
    while high - low > 1e-3 {
        let step = golden * (high - low);
        if f(high - step) <= f(low + step) { high = low + step } else { low = high - step }
    }
    f64::midpoint(low, high)
}

/// What the classifier alone makes of a set of questions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OnQuestions {
    pub questions: usize,
    /// Of the answerable: the right problem is the likeliest, or one of three.
    pub top1: Option<f64>,
    pub top3: Option<f64>,
    pub dangers: Vec<Dangers>,
}

/// Who would be warned, were all warned whose message is a danger at least this likely.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Dangers {
    pub threshold: f32,
    /// Share of those that expect the hotline.
    pub hotline: Option<f64>,
    /// Share of all others.
    pub false_alarms: Option<f64>,
}

/// Reads every question.
#[must_use]
pub fn on_questions(wordings: &Wordings, questions: &[Question], thresholds: &[f32]) -> OnQuestions {
    let (mut first, mut three, mut answerable) = (0, 0, 0);
    let (mut dangers, mut others) = (Vec::new(), Vec::new());
    for question in questions {
        let reading = wordings.read(&question.question);
        if let (true, Some(problem)) = (question.answerable, &question.problem) {
            let at = reading.problems().iter().position(|(code, _)| code == problem);
            answerable += 1;
            first += usize::from(at == Some(0));
            three += usize::from(at.is_some_and(|at| at < 3));
        }
        let list = if question.expect == Expect::Hotline { &mut dangers } else { &mut others };
        list.push(reading.danger().map_or(0.0, |(_, likely)| likely));
    }
    let over =
        |list: &[f32], threshold: f32| share(list.iter().filter(|likely| **likely >= threshold).count(), list.len());
    let at = |threshold: &f32| Dangers {
        threshold: *threshold,
        hotline: over(&dangers, *threshold),
        false_alarms: over(&others, *threshold),
    };
    OnQuestions {
        questions: questions.len(),
        top1: share(first, answerable),
        top3: share(three, answerable),
        dangers: thresholds.iter().map(at).collect(),
    }
}

#[cfg(test)]
mod tests;
