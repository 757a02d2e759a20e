//! The loops, over [`Lanes`] of any width. Called through the functions of the module
//! above, which check the sizes; `unsafe` here means "so many numbers are there, and
//! the processor has the instructions".

#![expect(clippy::inline_always, reason = "must become part of the function that has the instructions enabled")]

use half::f16;

use super::{Product, lanes::Lanes};

/// Tiles of rows and columns that stay in registers: 8 sums or more at a time, so that
/// no addition waits for the one before.
#[inline(always)]
pub(super) unsafe fn product<L: Lanes>(product: Product, a: &[f32], b: &[f16], c: &mut [f32]) {
    let mut row = 0;
    while row < product.rows {
        let tile = Tile { product, a: &a[row * product.strides[0]..], b, c: &mut c[row * product.strides[2]..] };
        // SAFETY: `product.rows - row` rows are there, and each form takes no more.
        row += unsafe {
            match (product.rows - row, L::COUNT) {
                (1, _) => tile.rows::<L, 1, 8>(),
                (2, _) => tile.rows::<L, 2, 4>(),
                (3, _) => tile.rows::<L, 3, 2>(),
                // 32 registers hold twice as many sums.
                (_, 16) => tile.rows::<L, 4, 4>(),
                _ => tile.rows::<L, 4, 2>(),
            }
        };
    }
}

struct Tile<'a> {
    product: Product,
    a: &'a [f32],
    b: &'a [f16],
    c: &'a mut [f32],
}

impl Tile<'_> {
    /// `R` rows, in strips of `V` lanes, then of one lane, then number by number.
    #[inline(always)]
    unsafe fn rows<L: Lanes, const R: usize, const V: usize>(mut self) -> usize {
        let columns = self.product.columns;
        let mut column = 0;
        while column + V * L::COUNT <= columns {
            // SAFETY: as many columns are left.
            unsafe { self.strip::<L, R, V>(column) };
            column += V * L::COUNT;
        }
        while column + L::COUNT <= columns {
            // SAFETY: as many columns are left.
            unsafe { self.strip::<L, R, 1>(column) };
            column += L::COUNT;
        }
        for column in column..columns {
            self.single(R, column);
        }
        R
    }

    #[inline(always)]
    unsafe fn strip<L: Lanes, const R: usize, const V: usize>(&mut self, column: usize) {
        let Product { inner, strides: [of_a, of_b, of_c], add, .. } = self.product;
        // SAFETY: the sizes were checked in `Product::compute`, the caller leaves R rows and V lanes.
        unsafe {
            let mut sums = [[L::splat(0.0); V]; R];
            if add {
                for (row, sums) in sums.iter_mut().enumerate() {
                    for (lane, sum) in sums.iter_mut().enumerate() {
                        *sum = L::load(self.c.as_ptr().add(row * of_c + column + lane * L::COUNT));
                    }
                }
            }
            for place in 0..inner {
                let from = self.b.as_ptr().add(place * of_b + column);
                let mut right = [L::splat(0.0); V];
                for (lane, right) in right.iter_mut().enumerate() {
                    *right = L::load_half(from.add(lane * L::COUNT));
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let left = L::splat(*self.a.as_ptr().add(row * of_a + place));
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = left.mul_add(right, *sum);
                    }
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                for (lane, sum) in sums.iter().enumerate() {
                    sum.store(self.c.as_mut_ptr().add(row * of_c + column + lane * L::COUNT));
                }
            }
        }
    }

    fn single(&mut self, rows: usize, column: usize) {
        let Product { inner, strides: [of_a, of_b, of_c], add, .. } = self.product;
        for row in 0..rows {
            let sum: f32 =
                (0..inner).map(|place| self.a[row * of_a + place] * self.b[place * of_b + column].to_f32_const()).sum();
            let target = &mut self.c[row * of_c + column];
            *target = if add { *target + sum } else { sum };
        }
    }
}

/// Pieces of a row that fills no lanes are worked on in one of their own, so that nothing is
/// read or written beyond the end. No lanes are wider.
const SPARE: usize = 16;

#[inline(always)]
pub(super) unsafe fn softmax<L: Lanes>(scores: &mut [f32], before: f32) -> (f32, f32) {
    let (whole, rest) = scores.split_at_mut(scores.len() - scores.len() % L::COUNT);
    let mut spare = [f32::NEG_INFINITY; SPARE];
    spare[..rest.len()].copy_from_slice(rest);
    // SAFETY: `whole` is a multiple of the lanes long, the spare row is as wide as any lanes.
    unsafe {
        let mut greatest = L::splat(before).max(L::load(spare.as_ptr()));
        for lanes in whole.chunks_exact(L::COUNT) {
            greatest = greatest.max(L::load(lanes.as_ptr()));
        }
        let greatest = numbers(greatest)[..L::COUNT].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let less = L::splat(greatest);
        let one = L::splat(1.0);
        let mut sums = L::splat(0.0);
        for lanes in whole.chunks_exact_mut(L::COUNT) {
            let power = L::load(lanes.as_ptr()).sub(less).exp();
            power.store(lanes.as_mut_ptr());
            sums = power.mul_add(one, sums);
        }
        rest.copy_from_slice(&numbers(L::load(spare.as_ptr()).sub(less).exp())[..rest.len()]);
        let sum = numbers(sums)[..L::COUNT].iter().sum::<f32>() + rest.iter().sum::<f32>();
        (greatest, sum)
    }
}

#[inline(always)]
pub(super) unsafe fn gate<L: Lanes>(gate: &mut [f32], up: &[f32]) {
    let whole = gate.len() - gate.len() % L::COUNT;
    let (gate, rest) = gate.split_at_mut(whole);
    let (up, partners) = up.split_at(whole);
    let mut spare = [[0.0; SPARE]; 2];
    spare[0][..rest.len()].copy_from_slice(rest);
    spare[1][..rest.len()].copy_from_slice(partners);
    // SAFETY: `whole` is a multiple of the lanes, the spare rows are as wide as any lanes.
    unsafe {
        for (gate, up) in gate.chunks_exact_mut(L::COUNT).zip(up.chunks_exact(L::COUNT)) {
            gated(L::load(gate.as_ptr()), L::load(up.as_ptr())).store(gate.as_mut_ptr());
        }
        let [gate, up] = spare;
        rest.copy_from_slice(&numbers(gated(L::load(gate.as_ptr()), L::load(up.as_ptr())))[..rest.len()]);
    }
}

// A function, no closure, here and above: that would not have the instructions enabled, and each of
// its operations would be a call (a quarter of the time that reading took).
#[inline(always)]
unsafe fn gated<L: Lanes>(gate: L, up: L) -> L {
    // SAFETY: the caller's promise.
    unsafe {
        let one = L::splat(1.0);
        let below = L::splat(0.0).sub(gate).exp().mul_add(one, one);
        gate.div(below).mul(up)
    }
}

/// The numbers in the lanes; those behind them are 0.
#[inline(always)]
unsafe fn numbers<L: Lanes>(lanes: L) -> [f32; SPARE] {
    let mut numbers = [0.0; SPARE];
    // SAFETY: the caller's promise; as wide as any lanes.
    unsafe { lanes.store(numbers.as_mut_ptr()) };
    numbers
}
