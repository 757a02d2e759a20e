//! Rotary positions: which angle each pair of numbers is turned by.
//!
//! Angles are computed in 64 bits from the position, so that a long context is as exact
//! as a short one, and rounded once. Method: Su et al., <https://arxiv.org/abs/2104.09864>.

use super::geometry::{Family, Geometry};

/// Angle per position of each pair of a head.
pub(super) struct Rotary {
    frequencies: Vec<f64>,
    /// Pairs are (2i, 2i+1), else (i, i + half).
    neighbours: bool,
}

/// Cosine and sine of each pair at one position.
pub(super) struct Turn(Vec<(f32, f32)>);

impl Rotary {
    /// `theta^(-2i/d)`, divided by the file's factors where it has them (llama 3.1 and later).
    pub(super) fn new(geometry: &Geometry, factors: Option<&[f32]>) -> Self {
        let frequencies = (0..geometry.head_dim / 2).map(|pair| {
            let factor = factors.map_or(1.0, |factors| f64::from(factors[pair]));
            geometry.theta.powf(-2.0 * as_f64(pair) / as_f64(geometry.head_dim)) / geometry.stretch / factor
        });
        Self { frequencies: frequencies.collect(), neighbours: Family::rotates_neighbours(geometry.family) }
    }

    pub(super) fn turn(&self, position: usize) -> Turn {
        let angle = |frequency: &f64| {
            let (sin, cos) = (as_f64(position) * frequency).sin_cos();
            (as_f32(cos), as_f32(sin))
        };
        Turn(self.frequencies.iter().map(angle).collect())
    }

    /// Turns the pairs of one head.
    pub(super) fn apply(&self, turn: &Turn, head: &mut [f32]) {
        if self.neighbours {
            for (pair, (cos, sin)) in head.chunks_exact_mut(2).zip(&turn.0) {
                (pair[0], pair[1]) = (pair[0] * cos - pair[1] * sin, pair[0] * sin + pair[1] * cos);
            }
        } else {
            let (left, right) = head.split_at_mut(turn.0.len());
            for ((left, right), (cos, sin)) in left.iter_mut().zip(right).zip(&turn.0) {
                (*left, *right) = (*left * cos - *right * sin, *left * sin + *right * cos);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "positions and sizes are far below 2^52")]
fn as_f64(value: usize) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "rounded once, here")]
fn as_f32(value: f64) -> f32 {
    value as f32
}
