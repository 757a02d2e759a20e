//! `fit ranking`: finds the weights of both stages on labelled sets. The first stage
//! is climbed weight by weight (each tried a little smaller and larger, kept where the
//! mean reciprocal rank over all sets rises); the second is a logistic regression over
//! pairs of a relevant and another chunk of one question (`RankNet`: Burges et al. 2005),
//! no weight below 0 but that of past cases. Every set counts the same, whatever its size.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::metrics::mean;
use crate::{
    config::Ranking,
    domain::{document::Passage, lang::Lang},
    support::passages::{Passages, SIGNALS, SearchError},
};

/// Chunks of a question that are looked at.
const DEPTH: usize = 30;
/// Factors that a weight of the first stage is tried with.
const FACTORS: [f32; 4] = [0.6, 0.8, 1.25, 1.6];
/// What a step must bring, in mean reciprocal rank: less is chance.
const LEAST: f64 = 2e-4;
/// Steps of the second stage's regression.
const STEPS: usize = 400;
/// Strength of the pull towards 0.
const RIDGE: f64 = 1e-4;

/// A set to fit on.
pub struct Set<'a> {
    pub name: String,
    pub passages: &'a Passages,
    /// Language of a question that does not tell.
    pub lang: Lang,
    /// Those that something answers.
    pub wanted: Vec<Wanted>,
}

/// A question and what answers it: any of the documents, or any for the problem.
pub struct Wanted {
    pub id: String,
    pub text: String,
    pub documents: Vec<String>,
    pub problem: Option<String>,
}

impl Wanted {
    fn by(&self, passage: &Passage) -> bool {
        self.documents.contains(&passage.document)
            || self.problem.as_ref().is_some_and(|problem| passage.meta.problems.contains(problem))
    }
}

/// A chunk that was found for a question.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    pub document: String,
    pub relevant: bool,
    pub signals: Vec<f32>,
}

/// A question with what was found for it.
#[derive(Clone, Debug, Serialize)]
pub struct Looked {
    pub set: String,
    pub id: String,
    pub candidates: Vec<Seen>,
}

/// What the chunks found for each question look like.
///
/// # Errors
/// What the index reports.
pub fn look(set: &Set<'_>, ranking: &Ranking) -> Result<Vec<Looked>, SearchError> {
    let each = set.wanted.iter().map(|wanted| {
        let hits = set.passages.hits_with(&wanted.text, set.lang, DEPTH, ranking)?;
        let candidates = hits.into_iter().map(|hit| Seen {
            relevant: wanted.by(&hit.passage),
            document: hit.passage.document,
            signals: hit.signals.0.to_vec(),
        });
        Ok(Looked { set: set.name.clone(), id: wanted.id.clone(), candidates: candidates.collect() })
    });
    each.collect()
}

/// Recall at 1 and 10 and mean reciprocal rank at 10, over documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    pub recall_1: f64,
    pub recall_10: f64,
    pub mrr: f64,
}

/// The figures of candidates in the order that `score` gives them.
#[must_use]
pub fn figures(looked: &[Looked], score: impl Fn(&Seen) -> f64) -> Figures {
    let ranks: Vec<Option<usize>> = looked
        .iter()
        .map(|one| {
            let mut order: Vec<(f64, &Seen)> = one.candidates.iter().map(|seen| (score(seen), seen)).collect();
            order.sort_by(|(a, _), (b, _)| b.total_cmp(a));
            let mut documents: Vec<&str> = Vec::new();
            for (_, seen) in order {
                if seen.relevant {
                    return Some(documents.len() + usize::from(!documents.contains(&seen.document.as_str())));
                }
                if !documents.contains(&seen.document.as_str()) {
                    documents.push(&seen.document);
                }
            }
            None
        })
        .collect();
    let of = |gain: &dyn Fn(usize) -> f64| mean(ranks.iter().map(|rank| rank.map_or(0.0, gain))).unwrap_or(0.0);
    let within = |k: usize| of(&|rank| f64::from(u8::from(rank <= k)));
    #[expect(clippy::cast_precision_loss, reason = "a rank is at most 30")]
    let reciprocal = |rank: usize| if rank <= 10 { 1.0 / rank as f64 } else { 0.0 };
    Figures { recall_1: within(1), recall_10: within(10), mrr: of(&reciprocal) }
}

/// The score that weights give, in the order of [`SIGNALS`].
#[must_use]
pub fn score(weights: &[f64], seen: &Seen) -> f64 {
    weights.iter().zip(&seen.signals).map(|(weight, signal)| weight * f64::from(*signal)).sum()
}

/// Weights of the second stage, the greatest being 1. Sets count the same.
#[must_use]
pub fn second(looked: &[Looked]) -> Vec<f64> {
    let mut pairs: Vec<(f64, Vec<f64>)> = Vec::new();
    let mut count: BTreeMap<&str, f64> = BTreeMap::new();
    for one in looked {
        *count.entry(one.set.as_str()).or_default() += 1.0;
    }
    for one in looked {
        let (right, wrong): (Vec<&Seen>, Vec<&Seen>) = one.candidates.iter().partition(|seen| seen.relevant);
        // The best of the relevant stands for its document.
        let Some(best) = right.first() else { continue };
        let share = 1.0 / count[one.set.as_str()];
        for (at, other) in wrong.iter().enumerate() {
            // Those that are high up matter most.
            #[expect(clippy::cast_precision_loss, reason = "at most 30")]
            let weight = share / (1.0 + at as f64);
            let apart = best.signals.iter().zip(&other.signals).map(|(a, b)| f64::from(a - b)).collect();
            pairs.push((weight, apart));
        }
    }
    let total: f64 = pairs.iter().map(|(weight, _)| weight).sum();
    let mut weights = vec![1.0; SIGNALS.len()];
    let mut pace = vec![1e-8; SIGNALS.len()];
    for _ in 0..STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|weight| RIDGE * weight).collect();
        for (weight, apart) in &pairs {
            let lead: f64 = weights.iter().zip(apart).map(|(weight, apart)| weight * apart).sum();
            let pull = weight / total / (1.0 + lead.exp());
            for (slope, apart) in slope.iter_mut().zip(apart) {
                *slope -= pull * apart;
            }
        }
        for (at, slope) in slope.iter().enumerate() {
            pace[at] += slope * slope;
            weights[at] -= 0.5 * slope / f64::sqrt(pace[at]);
            if SIGNALS[at] != "resolution" {
                weights[at] = weights[at].max(0.0);
            }
        }
    }
    let greatest = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    weights.into_iter().map(|weight| weight / greatest).collect()
}

/// The greatest that a weight of the first stage may be. What stands for a word counts no
/// more than the word; and a large index does not read common pieces, so words keep a share.
fn most(name: &str) -> f32 {
    match name {
        "pieces" => 0.9,
        "part" | "synonym" | "general" | "translation" | "compound" | "typo" | "b" => 1.0,
        _ => f32::INFINITY,
    }
}

/// Climbs the weights of the first stage. `told` hears of every gain.
///
/// # Errors
/// What the index reports.
pub fn first(
    sets: &[Set<'_>],
    start: &Ranking,
    rounds: usize,
    mut told: impl FnMut(&str, f32, f64),
) -> Result<Ranking, SearchError> {
    let mut best = start.clone();
    let mut reached = together(sets, &best)?;
    for _ in 0..rounds {
        let before = reached;
        for at in 0..best.first.named().len() {
            for factor in FACTORS {
                let mut tried = best.clone();
                let (name, value) = {
                    let (name, weight) = &mut tried.first.named()[at];
                    **weight = (**weight * factor * 100.0).round() / 100.0;
                    (*name, **weight)
                };
                if value > most(name) {
                    continue;
                }
                let gives = together(sets, &tried)?;
                if gives > reached + LEAST {
                    (best, reached) = (tried, gives);
                    told(name, value, gives);
                }
            }
        }
        if reached - before < 1e-4 {
            break;
        }
    }
    Ok(best)
}

/// Mean over the sets of the mean reciprocal rank, with both stages.
fn together(sets: &[Set<'_>], ranking: &Ranking) -> Result<f64, SearchError> {
    let weights: Vec<f64> =
        SIGNALS.iter().map(|name| f64::from(ranking.second.get(*name).copied().unwrap_or(0.0))).collect();
    let mut sum = Vec::new();
    for set in sets {
        let figures = figures(&look(set, ranking)?, |seen| score(&weights, seen));
        sum.push(f64::midpoint(figures.mrr, figures.recall_1));
    }
    Ok(mean(sum).unwrap_or(0.0))
}
