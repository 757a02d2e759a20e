//! Several numbers side by side: one set of operations, three widths.
//!
//! Each kernel is written once over [`Lanes`] and built once for each width, so that
//! what the portable form proves in tests is the same text that runs on AVX-512.
//! The methods are `unsafe` for one reason: the processor must have the instructions.
//! Only [`super::Level`], which asks the processor, may choose. Pointers are read and
//! written `COUNT` numbers from where they point, aligned or not.

#![expect(clippy::inline_always, reason = "must become part of the function that has the instructions enabled")]

use half::f16;

/// `COUNT` numbers of 32 bits.
pub(super) trait Lanes: Copy {
    const COUNT: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    /// Reads numbers of 16 bits.
    unsafe fn load_half(from: *const f16) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// `self * factor + addend`, rounded once where the processor can.
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn div(self, other: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    unsafe fn min(self, other: Self) -> Self;
    /// To the nearest whole number, between -2^22 and 2^22.
    unsafe fn round(self) -> Self;
    /// `self * 2^power`, where `power` is whole and the result neither too large nor too small.
    unsafe fn scale(self, power: Self) -> Self;

    /// The exponential function, off by a hundred-thousandth at most (a ten-millionth near 0);
    /// the argument is held between the logarithms of the smallest and the greatest normal number.
    #[inline(always)]
    unsafe fn exp(self) -> Self {
        // 2^x by a polynomial on [-1/2, 1/2]: minimax, as in Cephes.
        const COEFFICIENTS: [f32; 6] =
            [1.339_887_4e-3, 9.618_437e-3, 5.550_332_5e-2, 2.402_264_8e-1, std::f32::consts::LN_2, 1.0];
        // SAFETY: the caller's promise.
        unsafe {
            let bits = self.mul(Self::splat(std::f32::consts::LOG2_E));
            let bits = bits.max(Self::splat(-126.0)).min(Self::splat(127.0));
            let power = bits.round();
            let rest = bits.sub(power);
            let mut result = Self::splat(1.535_336_2e-4);
            for coefficient in COEFFICIENTS {
                result = result.mul_add(rest, Self::splat(coefficient));
            }
            result.scale(power)
        }
    }
}

/// What every processor can: written so that the compiler finds the lanes itself.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 8]);

impl Portable {
    #[inline(always)]
    fn each(self, other: Self, apply: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|lane| apply(self.0[lane], other.0[lane])))
    }
}

/// A number of 16 bits in 32, without a branch, so that the compiler can take several at once.
#[inline(always)]
pub(super) fn widened(half: u16) -> f32 {
    // The exponent of 16 bits has another middle; multiplying also makes subnormal numbers whole.
    const MIDDLE: f32 = f32::from_bits((127 + 127 - 15) << 23);
    let bits = u32::from(half);
    let shifted = f32::from_bits((bits & 0x7fff) << 13) * MIDDLE;
    let beyond = if bits & 0x7c00 == 0x7c00 { 0x7f80_0000 } else { 0 };
    f32::from_bits(shifted.to_bits() | beyond | (bits & 0x8000) << 16)
}

impl Lanes for Portable {
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 8])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { from.cast::<[f32; 8]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_half(from: *const f16) -> Self {
        // SAFETY: the caller's promise.
        let halves = unsafe { from.cast::<[f16; 8]>().read_unaligned() };
        Self(halves.map(|half| widened(half.to_bits())))
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<[f32; 8]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        // Not `f32::mul_add`: without the instruction it is a slow call.
        Self(std::array::from_fn(|lane| self.0[lane] * factor.0[lane] + addend.0[lane]))
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self.each(other, |a, b| a - b)
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self.each(other, |a, b| a * b)
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        self.each(other, |a, b| a / b)
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.each(other, f32::max)
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        self.each(other, f32::min)
    }

    #[inline(always)]
    unsafe fn round(self) -> Self {
        // Where the steps between numbers are 1, there is nothing behind the point. Not
        // `f32::round_ties_even`: without the instruction it is a slow call.
        const STEPS_OF_ONE: f32 = 12_582_912.0;
        Self(self.0.map(|value| (value + STEPS_OF_ONE) - STEPS_OF_ONE))
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "powers are whole and small")]
    unsafe fn scale(self, power: Self) -> Self {
        self.each(power, |value, power| f32::from_bits(value.to_bits().wrapping_add_signed((power as i32) << 23)))
    }
}
