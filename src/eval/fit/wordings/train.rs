//! Fits the weights: stochastic gradient descent on the multinomial log-loss with a
//! penalty on squared weights, its steps falling evenly to nothing (Bottou 2012).
//! The same examples and settings give the same weights, bit by bit.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "counts of a few thousand, and weights that need no more than single precision"
)]

use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

use crate::support::wordings::{
    features::{BUCKETS, Counts},
    model::softmax,
};

/// A text and the class that it belongs to.
#[derive(Clone, Debug)]
pub struct Example {
    pub counts: Counts,
    /// Number of its class.
    pub class: usize,
}

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Penalty on squared weights, as a share of the mean loss (`λ/2 · |w|²`).
    pub l2: f64,
    /// Times that every example is looked at.
    pub rounds: usize,
    /// Of the order of examples.
    pub seed: u64,
    /// How far classes are brought to equal weight: 0 not at all, 1 wholly.
    pub balance: f64,
}

/// Weights as they were found, not yet rounded.
#[derive(Clone, Debug)]
pub struct Fitted {
    pub idf: Vec<f32>,
    /// Bucket by bucket, class by class.
    pub weights: Vec<f32>,
    pub offsets: Vec<f32>,
}

/// First step of the descent; the length of an example's features is at most √2.
const STEP: f64 = 1.0;
/// Wordings that must hold a bucket before it counts: what one alone holds says little.
const SEEN: u32 = 2;

/// Fits `classes` classes.
#[must_use]
pub fn fit(examples: &[&Example], classes: usize, settings: &Settings) -> Fitted {
    let idf = idf(examples);
    let texts: Vec<Vec<(u32, f32)>> = examples.iter().map(|example| example.counts.weigh(&idf)).collect();
    let shares = shares(examples, classes, settings.balance);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut rng = StdRng::seed_from_u64(settings.seed);
    // The weights are `factor · rows`, so that shrinking all of them is one multiplication.
    let (mut rows, mut factor) = (vec![0.0_f32; BUCKETS * classes], 1.0_f64);
    let mut offsets = vec![0.0_f32; classes];
    let mut sums = vec![0.0_f32; classes];
    let steps = (examples.len() * settings.rounds) as f64;
    let mut done = 0.0;
    for _ in 0..settings.rounds {
        order.shuffle(&mut rng);
        for at in &order {
            let step = STEP * (1.0 - done / steps);
            done += 1.0;
            let class = examples[*at].class;
            sums.fill(0.0);
            for (bucket, weight) in &texts[*at] {
                add(&mut sums, row(&mut rows, *bucket, classes), *weight);
            }
            for (sum, offset) in sums.iter_mut().zip(&offsets) {
                *sum = *sum * factor as f32 + offset;
            }
            softmax(&mut sums);
            sums[class] -= 1.0;
            factor *= 1.0 - step * settings.l2;
            let step = step as f32 * shares[class];
            // An offset stands for every text, so it moves slowly.
            add(&mut offsets, &sums, -0.1 * step);
            let step = -step / factor as f32;
            for (bucket, weight) in &texts[*at] {
                add(row(&mut rows, *bucket, classes), &sums, step * weight);
            }
        }
        for weight in &mut rows {
            *weight *= factor as f32;
        }
        factor = 1.0;
    }
    Fitted { idf, weights: rows, offsets }
}

fn row(rows: &mut [f32], bucket: u32, classes: usize) -> &mut [f32] {
    &mut rows[bucket as usize * classes..][..classes]
}

fn add(to: &mut [f32], from: &[f32], times: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += times * from;
    }
}

/// `1 + ln((1 + n) / (1 + df))`; 0 for what is met too rarely.
fn idf(examples: &[&Example]) -> Vec<f32> {
    let mut held = vec![0_u32; BUCKETS];
    for bucket in examples.iter().flat_map(|example| example.counts.buckets()) {
        held[bucket as usize] += 1;
    }
    let all = 1.0 + examples.len() as f32;
    held.into_iter().map(|df| if df < SEEN { 0.0 } else { 1.0 + (all / (1.0 + df as f32)).ln() }).collect()
}

/// What an example of each class weighs; 1 in the mean.
fn shares(examples: &[&Example], classes: usize, balance: f64) -> Vec<f32> {
    let mut count = vec![0.0_f64; classes];
    for example in examples {
        count[example.class] += 1.0;
    }
    let usual = |count: f64| if count > 0.0 { count.powf(-balance) } else { 0.0 };
    let mean = count.iter().map(|count| count * usual(*count)).sum::<f64>() / examples.len().max(1) as f64;
    count.iter().map(|count| (usual(*count) / mean) as f32).collect()
}
