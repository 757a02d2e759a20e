//! Every level that this machine has against plain code, also for shapes that fill no
//! lanes, and next to numbers that must stay as they are.

use proptest::prelude::*;

use super::*;

fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap()) / 32_768.0 - 1.0
        })
        .collect()
}

/// In 64 bits, by the definition.
fn plain(product: Product, a: &[f32], b: &[f16], c: &[f32]) -> Vec<f32> {
    let mut result = c.to_vec();
    let [of_a, of_b, of_c] = product.strides;
    for row in 0..product.rows {
        for column in 0..product.columns {
            let before = if product.add { f64::from(c[row * of_c + column]) } else { 0.0 };
            let sum: f64 = (0..product.inner)
                .map(|place| f64::from(a[row * of_a + place]) * b[place * of_b + column].to_f64())
                .sum();
            #[expect(clippy::cast_possible_truncation, reason = "the form under test computes in 32 bits")]
            let value = (before + sum) as f32;
            result[row * of_c + column] = value;
        }
    }
    result
}

fn agrees(product: Product, seed: u32) {
    let [of_a, of_b, of_c] = product.strides;
    // Behind the last row nothing is left over, so that a step too far would be out of bounds.
    let len = |rows: usize, columns: usize, stride: usize| (rows * stride).saturating_sub(stride - columns);
    let a = noise(len(product.rows, product.inner, of_a), seed);
    let b: Vec<f16> =
        noise(len(product.inner, product.columns, of_b), seed + 1).into_iter().map(f16::from_f32).collect();
    let c = noise(len(product.rows, product.columns, of_c), seed + 2);
    let expected = plain(product, &a, &b, &c);
    for level in Level::available() {
        let mut computed = c.clone();
        product.compute(level, &a, &b, &mut computed);
        for (place, (computed, expected)) in computed.iter().zip(&expected).enumerate() {
            assert!((computed - expected).abs() < 1e-4, "{}: {product:?} at {place}", level.name());
        }
        // What lies between the rows is not touched.
        for row in 0..product.rows.saturating_sub(1) {
            let between = row * of_c + product.columns..(row + 1) * of_c;
            assert_eq!(computed[between.clone()], c[between], "{}: {product:?}", level.name());
        }
    }
}

#[test]
fn products_of_the_shapes_of_real_models_agree() {
    for (rows, inner, columns) in [(1, 64, 64), (2, 128, 64), (6, 128, 48), (32, 64, 128), (7, 37, 128), (16, 1, 96)] {
        for add in [false, true] {
            agrees(Product { rows, inner, columns, strides: [inner, columns, columns], add }, 3);
        }
    }
}

#[test]
#[should_panic(expected = "b is too short")]
fn sizes_are_checked() {
    let product = Product { rows: 1, inner: 2, columns: 8, strides: [2, 8, 8], add: false };
    product.compute(Level::detect(), &[0.0; 2], &[f16::ZERO; 15], &mut [0.0; 8]);
}

/// Also where the row fills no lanes, and where a greater score came before.
#[test]
#[expect(clippy::float_cmp, reason = "the greatest is one of them")]
fn shares_of_a_softmax_are_right_to_the_last_digits() {
    for (level, count, before) in Level::available().into_iter().flat_map(|level| {
        [0, 1, 7, 8, 15, 16, 31, 64]
            .into_iter()
            .flat_map(move |count| [f32::NEG_INFINITY, -3.0, 40.0].map(|before| (level, count, before)))
    }) {
        let scores: Vec<f32> = noise(count, 5).into_iter().map(|score| score * 20.0).collect();
        let mut powers = scores.clone();
        let (greatest, sum) = softmax(level, &mut powers, before);
        assert_eq!(greatest, scores.iter().copied().fold(before, f32::max), "{}", level.name());
        let expected: Vec<f64> = scores.iter().map(|score| f64::from(score - greatest).exp()).collect();
        for (power, expected) in powers.iter().zip(&expected) {
            assert!((f64::from(*power) / expected - 1.0).abs() < 1e-5, "{}: {power} {expected}", level.name());
        }
        let expected: f64 = expected.iter().sum();
        assert!((f64::from(sum) - expected).abs() <= expected * 1e-5, "{}: {sum} {expected}", level.name());
    }
}

#[test]
fn scores_far_below_the_greatest_become_nothing() {
    for level in Level::available() {
        let mut scores = [f32::NEG_INFINITY, -1e9, 0.0, -86.0];
        let (greatest, sum) = softmax(level, &mut scores, f32::NEG_INFINITY);
        assert!(greatest == 0.0 && (sum - 1.0).abs() < 1e-6, "{}: {greatest} {sum}", level.name());
        assert!(
            scores[0] < 1.2e-38 && scores[1] < 1.2e-38 && (scores[2] - 1.0).abs() < 1e-6,
            "{}: {scores:?}",
            level.name()
        );
    }
}

/// All 65,536 of them, as the library has them.
#[test]
fn numbers_of_16_bits_are_widened_exactly() {
    for half in (0..=u16::MAX).map(f16::from_bits) {
        let widened = lanes::widened(half.to_bits());
        let expected = half.to_f32_const();
        assert!(widened.to_bits() == expected.to_bits() || half.is_nan() && widened.is_nan(), "{half:?}: {widened}");
    }
}

proptest! {
    /// Random shapes with room between the rows.
    #[test]
    fn products_agree(
        rows in 0_usize..12,
        inner in 0_usize..40,
        columns in 1_usize..80,
        room in prop::array::uniform3(0_usize..9),
        add: bool,
        seed in 0_u32..1_000,
    ) {
        let strides = [inner + room[0] + usize::from(inner == 0), columns + room[1], columns + room[2]];
        agrees(Product { rows, inner, columns, strides, add }, seed);
    }

    #[test]
    fn gates_agree(count in 0_usize..70, seed in 0_u32..1_000, width in 1.0_f32..100.0) {
        let up = noise(count, seed + 1);
        let before: Vec<f32> = noise(count, seed).into_iter().map(|value| value * width).collect();
        for level in Level::available() {
            let mut values = before.clone();
            gate(level, &mut values, &up);
            for ((value, before), up) in values.iter().zip(&before).zip(&up) {
                let expected = f64::from(*before) / (1.0 + (-f64::from(*before)).exp()) * f64::from(*up);
                prop_assert!((f64::from(*value) - expected).abs() <= 1e-6 * expected.abs().max(1e-3), "{value} {expected}");
            }
        }
    }
}
