//! What speaks for the first hit being the right one: the features of confidence, each
//! with a name that `models/confidence.toml` weighs. All come from what was found and
//! from how the question is worded; none from whom it comes.

use std::collections::BTreeSet;

use crate::{
    domain::document::DeviceType,
    search::{Hit, Results},
    support::{answer::Heard, wordings::Reading},
};

/// Log-odds beyond which a probability says no more.
const MOST_ODDS: f64 = 6.0;

/// Hits looked at for more of the same work.
const NEXT: usize = 4;

/// Documents that name problems: guides, past cases.
pub const GUIDES: &str = "guides";
/// All other documents.
pub const TEXTS: &str = "texts";
/// Names of the features, in the order of [`Evidence::values`].
pub const FEATURES: [&str; 31] = [
    "coverage",
    "known_coverage",
    "mass",
    "margin",
    "lexical",
    "title",
    "title_said",
    "sentence",
    "sentences",
    "pairs",
    "asked",
    "number",
    "document",
    "unknown",
    "words",
    "resolution",
    "problem",
    "problem_first",
    "none",
    "danger",
    "device_named",
    "device_missed",
    "heaviest",
    "missed",
    "lead",
    "family",
    "typos",
    "other_language",
    "model_heard",
    "model_none",
    "model_logprob",
];

/// The features of the first hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// [`GUIDES`] or [`TEXTS`].
    pub group: &'static str,
    /// In the order of [`FEATURES`].
    pub values: [f64; FEATURES.len()],
}

impl Evidence {
    /// `None` without a hit. `said` are the devices that the question names.
    #[must_use]
    pub fn of(results: &Results, said: &BTreeSet<DeviceType>, reading: Option<&Reading>) -> Option<Self> {
        let best = results.hits.first()?;
        let problems = &best.passage.meta.problems;
        let known: f32 = results.terms.iter().filter(|term| term.known).map(|term| term.weight).sum();
        let all: f32 = results.terms.iter().map(|term| term.weight).sum();
        let typos: f32 = results.terms.iter().filter(|term| term.typo).map(|term| term.weight).sum();
        let mass = f64::from(best.covered * best.possible).max(0.0);
        let named = best.passage.meta.devices.iter().any(|device| said.contains(device));
        let flag = |on: bool| f64::from(u8::from(on));
        let share = |part: f64, whole: f32| if whole > 0.0 { (part / f64::from(whole)).clamp(0.0, 1.0) } else { 0.0 };
        let of = |name: &str| f64::from(best.signals.get(name));
        let likely =
            reading.map_or(0.0, |reading| problems.iter().map(|problem| reading.problem(problem)).fold(0.0, f32::max));
        let first = reading.and_then(|reading| reading.problems().into_iter().next());
        #[expect(clippy::cast_precision_loss, reason = "at most 64 terms")]
        let words = (results.terms.len() as f64).ln_1p();
        let values = [
            f64::from(best.covered).clamp(0.0, 1.0),
            share(mass, known),
            mass.ln_1p(),
            margin(best, &results.hits),
            of("lexical"),
            of("title"),
            of("title_said"),
            of("sentence"),
            of("sentences"),
            of("pairs"),
            of("asked"),
            of("number"),
            of("document"),
            share(f64::from(all - known), all),
            words,
            of("resolution"),
            odds(likely),
            flag(first.is_some_and(|(problem, _)| problems.contains(&problem))),
            reading.map_or(0.0, |reading| odds(reading.none())),
            reading.and_then(Reading::danger).map_or(0.0, |(_, danger)| f64::from(danger)),
            flag(named),
            flag(!said.is_empty() && !named),
            of("heaviest"),
            of("missed"),
            lead(best, &results.hits),
            family(best, &results.hits),
            share(f64::from(typos), all),
            flag(results.lang != best.passage.meta.lang),
            0.0,
            0.0,
            0.0,
        ];
        Some(Self { group: if problems.is_empty() { TEXTS } else { GUIDES }, values })
    }
}

impl Evidence {
    /// Adds what a language model made of the passages: `model_none`, the probability that it
    /// gave to "no passage fits" (1 where it said so), `model_logprob`, the mean
    /// log-probability of what it chose, and `model_heard`, 1 where it said anything of the
    /// kind: so that what is fitted holds before it was asked, when the decision to answer
    /// falls, and after. All are 0 without a model. No weights for them are shipped, since no
    /// real model was at hand to fit them with: they change no confidence until
    /// `models/confidence.toml` names them.
    pub fn hear(&mut self, heard: &Heard) {
        let none = if heard.nothing { Some(1.0) } else { heard.none.map(f64::from) };
        let mean = heard.mean();
        let any = (none.is_some() || mean.is_some()).then_some(1.0);
        let told = [("model_heard", any), ("model_none", none), ("model_logprob", mean)];
        for (value, name) in self.values.iter_mut().zip(FEATURES) {
            if let Some((_, Some(said))) = told.iter().find(|(one, _)| *one == name) {
                *value = *said;
            }
        }
    }
}

/// Lead over the best hit of another document for another problem, as a share of the
/// best score, 0 to 1. Two guides for one problem are no doubt about the problem.
fn margin(best: &Hit, hits: &[Hit]) -> f64 {
    let same = |hit: &Hit| {
        let shared = hit.passage.meta.problems.iter().any(|one| best.passage.meta.problems.contains(one));
        shared || hit.passage.document == best.passage.document
    };
    match hits.iter().filter(|hit| !same(hit)).map(|hit| hit.score).max_by(f32::total_cmp) {
        Some(other) if best.score > 0.0 => f64::from((best.score - other) / best.score).clamp(0.0, 1.0),
        Some(_) => 0.0,
        None => alone(best),
    }
}

/// With nothing to compare it with, what the hit holds of the question stands for its lead.
fn alone(best: &Hit) -> f64 {
    f64::from(best.signals.get("lexical")).clamp(0.0, 1.0)
}

/// Lead over the mean of the hits after the first, as a share of the best score, 0 to 1.
fn lead(best: &Hit, hits: &[Hit]) -> f64 {
    let others = hits.get(1..).unwrap_or_default();
    if others.is_empty() || best.score <= 0.0 {
        return alone(best);
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of hits")]
    let mean = others.iter().map(|hit| f64::from(hit.score)).sum::<f64>() / others.len() as f64;
    (1.0 - mean / f64::from(best.score)).clamp(0.0, 1.0)
}

/// Share of the next hits that have the title of the first: parts of one work.
fn family(best: &Hit, hits: &[Hit]) -> f64 {
    let next = hits.iter().skip(1).take(NEXT);
    let (mut all, mut same) = (0_u32, 0_u32);
    for hit in next {
        all += 1;
        same += u32::from(!best.passage.title.is_empty() && hit.passage.title == best.passage.title);
    }
    if all == 0 { 0.0 } else { f64::from(same) / f64::from(all) }
}

/// Logarithm of the odds of a probability, within bounds.
fn odds(probability: f32) -> f64 {
    let p = f64::from(probability).clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln().clamp(-MOST_ODDS, MOST_ODDS)
}
