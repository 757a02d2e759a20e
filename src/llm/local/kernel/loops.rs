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

#[inline(always)]
pub(super) unsafe fn exponentials<L: Lanes>(values: &mut [f32], less: f32) {
    // SAFETY: the caller's promise; without partners none is read.
    unsafe { apply::<L, _>(values, &[], Exponential { less }) }
}

#[inline(always)]
pub(super) unsafe fn gate<L: Lanes>(gate: &mut [f32], up: &[f32]) {
    // SAFETY: the caller's promise; both are as long (checked in the module above).
    unsafe { apply::<L, _>(gate, up, Gate) }
}

/// What becomes of numbers and their partners. No closure: that would be a function of its own,
/// which does not have the instructions enabled, and each of its operations a call (a quarter of
/// the time that reading took).
trait Change<L: Lanes>: Copy {
    const PARTNERS: bool;
    unsafe fn of(self, value: L, partner: L) -> L;
}

#[derive(Clone, Copy)]
struct Exponential {
    less: f32,
}

impl<L: Lanes> Change<L> for Exponential {
    const PARTNERS: bool = false;

    #[inline(always)]
    unsafe fn of(self, value: L, _: L) -> L {
        // SAFETY: the caller's promise.
        unsafe { value.sub(L::splat(self.less)).exp() }
    }
}

#[derive(Clone, Copy)]
struct Gate;

impl<L: Lanes> Change<L> for Gate {
    const PARTNERS: bool = true;

    #[inline(always)]
    unsafe fn of(self, gate: L, up: L) -> L {
        // SAFETY: the caller's promise.
        unsafe {
            let one = L::splat(1.0);
            let below = L::splat(0.0).sub(gate).exp().mul_add(one, one);
            gate.div(below).mul(up)
        }
    }
}

/// Changes each value, lanes at a time. The last ones are done in a row of their own, so that
/// nothing is read or written beyond the end.
#[inline(always)]
unsafe fn apply<L: Lanes, C: Change<L>>(values: &mut [f32], partners: &[f32], change: C) {
    let count = values.len();
    let whole = count - count % L::COUNT;
    // SAFETY: `whole` is a multiple of the lanes and within `values`; partners are as long where
    // they are read; the spare rows hold 16 numbers, no lanes are wider.
    unsafe {
        let mut place = 0;
        while place < whole {
            let target = values.as_mut_ptr().add(place);
            let partner = if C::PARTNERS { L::load(partners.as_ptr().add(place)) } else { L::splat(0.0) };
            change.of(L::load(target), partner).store(target);
            place += L::COUNT;
        }
        let mut spare = [[0.0_f32; 16]; 2];
        let rest = count - whole;
        spare[0][..rest].copy_from_slice(&values[whole..]);
        if C::PARTNERS {
            spare[1][..rest].copy_from_slice(&partners[whole..]);
        }
        let changed = change.of(L::load(spare[0].as_ptr()), L::load(spare[1].as_ptr()));
        changed.store(spare[0].as_mut_ptr());
        values[whole..].copy_from_slice(&spare[0][..rest]);
    }
}
