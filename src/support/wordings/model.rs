//! The classifier itself: multinomial logistic regression over [`super::features`].
//!
//! A row of weights for each bucket, one weight for each class, kept as signed bytes
//! with a scale for each row: `weight = scale · q`, `q` in −127..=127. The probability of a
//! class is the softmax of its sums over all buckets of the text, divided by a
//! temperature that was found on texts that the weights had not seen (Guo et al. 2017).

use super::features::{BUCKETS, Counts};

/// Weights, ready to be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// `P01`, `H:fire`, `none`; in the order of the weights.
    pub classes: Vec<String>,
    /// Of each bucket; 0 where it was not met often enough.
    pub(super) idf: Vec<f32>,
    /// Of each bucket.
    pub(super) scales: Vec<f32>,
    /// Bucket by bucket, class by class.
    pub(super) rows: Vec<i8>,
    pub(super) offsets: Vec<f32>,
    pub(super) temperature: f32,
    pub about: About,
}

/// What a model was made of.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Wordings that it learned from.
    pub wordings: usize,
    /// SHA-256 of these, in hexadecimal digits.
    pub sha256: String,
    /// Strength of the penalty on squared weights.
    pub l2: f64,
}

impl Model {
    /// Of each bucket, how much it tells; 0 where it was not met often enough.
    #[must_use]
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Rounds weights to bytes. `weights` holds a row of one weight for each class for each bucket.
    ///
    /// # Panics
    /// Where the lengths do not fit each other.
    #[must_use]
    pub fn new(
        classes: Vec<String>,
        idf: Vec<f32>,
        weights: &[f32],
        offsets: Vec<f32>,
        temperature: f32,
        about: About,
    ) -> Self {
        assert!(idf.len() == BUCKETS && weights.len() == BUCKETS * classes.len() && offsets.len() == classes.len());
        let (mut scales, mut rows) = (Vec::with_capacity(BUCKETS), Vec::with_capacity(weights.len()));
        for row in weights.chunks_exact(classes.len()) {
            let largest = row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
            let scale = largest / 127.0;
            scales.push(scale);
            #[expect(clippy::cast_possible_truncation, reason = "a quotient of at most 127")]
            let byte = |weight: &f32| if scale > 0.0 { (weight / scale).round() as i8 } else { 0 };
            rows.extend(row.iter().map(byte));
        }
        Self { classes, idf, scales, rows, offsets, temperature, about }
    }

    /// Probability of each class, in the order of the classes; they sum to 1.
    #[must_use]
    pub fn probabilities(&self, counts: &Counts) -> Vec<f32> {
        let width = self.classes.len();
        let mut sums = self.offsets.clone();
        for (bucket, weight) in counts.weigh(&self.idf) {
            let bucket = bucket as usize;
            let factor = weight * self.scales[bucket];
            for (sum, q) in sums.iter_mut().zip(&self.rows[bucket * width..(bucket + 1) * width]) {
                *sum += factor * f32::from(*q);
            }
        }
        for sum in &mut sums {
            *sum /= self.temperature;
        }
        softmax(&mut sums);
        sums
    }
}

/// Turns sums into probabilities.
pub fn softmax(sums: &mut [f32]) {
    let most = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for sum in sums.iter_mut() {
        *sum = (*sum - most).exp();
    }
    let all: f32 = sums.iter().sum();
    for sum in sums {
        *sum /= all;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Two classes: `P01` for "beamer", `none` for all else.
    pub(in super::super) fn small() -> Model {
        let classes = vec!["P01".to_owned(), "none".to_owned()];
        let mut weights = vec![0.0; BUCKETS * 2];
        for bucket in Counts::of("beamer").buckets() {
            weights[bucket as usize * 2] = 2.0;
            weights[bucket as usize * 2 + 1] = -2.0;
        }
        Model::new(classes, vec![1.0; BUCKETS], &weights, vec![-0.5, 0.5], 1.0, About::default())
    }

    #[test]
    fn probabilities_sum_to_one_and_follow_the_weights() {
        let model = small();
        for text in ["beamer", "der drucker", "", "beamer ".repeat(500).as_str()] {
            let p = model.probabilities(&Counts::of(text));
            assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5 && p.iter().all(|p| p.is_finite()), "{text} {p:?}");
            assert_eq!(p[0] > 0.9, text.starts_with("beamer"), "{text} {p:?}");
        }
    }

    #[test]
    fn rounding_keeps_a_weight_within_one_part_in_250() {
        let mut weights = vec![0.0; BUCKETS * 2];
        (weights[0], weights[1]) = (0.731, -0.013);
        let model =
            Model::new(vec!["a".into(), "b".into()], vec![0.0; BUCKETS], &weights, vec![0.0; 2], 1.0, About::default());
        for (at, weight) in [(0, 0.731), (1, -0.013)] {
            assert!((model.scales[0] * f32::from(model.rows[at]) - weight).abs() <= 0.731 / 250.0);
        }
        assert!(model.rows[2..].iter().all(|q| *q == 0));
    }
}
