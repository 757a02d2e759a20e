//! The few loops that candle has no fast form of: products of 32-bit rows with 16-bit
//! keys and values, softmax, gates. Everything `unsafe` of the engine is here.
//!
//! What is promised: the functions of this module are safe for every argument (they
//! check sizes and panic), give the same as the plain form up to rounding, and use
//! what the processor has, asked at run time ([`Level::detect`]): AVX-512, AVX2 with
//! FMA and F16C, or what every processor can. The loops stand in `loops`, written once
//! over `lanes`; `tests` compares each level that this machine has with plain code.

#![expect(unsafe_code, reason = "the engine's only place for it: instructions chosen at run time")]

mod lanes;
mod loops;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
mod tests;

use half::f16;

use self::lanes::Portable;
#[cfg(target_arch = "x86_64")]
use self::x86::{Avx2, Avx512};

/// Which instructions are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level(Kind);

// Private, so that nobody can claim what the processor does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    pub(super) const PORTABLE: Self = Self(Kind::Portable);

    /// All levels that this processor has, the best one last.
    pub(super) fn available() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "one level only"))]
        let mut levels = vec![Self::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c") {
            levels.push(Self(Kind::Avx2));
            if is_x86_feature_detected!("avx512f") {
                levels.push(Self(Kind::Avx512));
            }
        }
        levels
    }

    /// The best level that this processor has.
    pub(super) fn detect() -> Self {
        Self::available().pop().unwrap_or(Self::PORTABLE)
    }

    pub(super) fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "AVX-512",
        }
    }
}

/// Calls the form of a loop that was built for the level.
macro_rules! at_level {
    ($level:expr, $function:ident($($argument:ident: $type:ty),*) -> $result:ty) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma,f16c")]
        fn avx2($($argument: $type),*) -> $result {
            // SAFETY: this function's own features.
            unsafe { loops::$function::<Avx2>($($argument),*) }
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx2,fma,f16c")]
        fn avx512($($argument: $type),*) -> $result {
            // SAFETY: this function's own features.
            unsafe { loops::$function::<Avx512>($($argument),*) }
        }
        match $level.0 {
            // SAFETY: needs no particular instructions.
            Kind::Portable => unsafe { loops::$function::<Portable>($($argument),*) },
            // SAFETY: only `Level::available` makes this kind, where the processor has the instructions.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2($($argument),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { avx512($($argument),*) },
        }
    }};
}

/// A product of matrices, `c = a * b` or `c += a * b`, each row by row in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    /// Rows of `a` and `c`.
    pub(super) rows: usize,
    /// Columns of `a`, rows of `b`.
    pub(super) inner: usize,
    /// Columns of `b` and `c` that are computed.
    pub(super) columns: usize,
    /// From one row to the next of `a`, `b`, `c`; at least as many as there are columns.
    pub(super) strides: [usize; 3],
    /// To what stands in `c` already.
    pub(super) add: bool,
}

impl Product {
    /// Computes it.
    ///
    /// # Panics
    /// Where a slice is shorter than the sizes say, or a stride shorter than a row.
    pub(super) fn compute(self, level: Level, a: &[f32], b: &[f16], c: &mut [f32]) {
        let [of_a, of_b, of_c] = self.strides;
        let fits = |len: usize, rows: usize, columns: usize, stride: usize| {
            rows == 0 || columns == 0 || (columns <= stride && (rows - 1) * stride + columns <= len)
        };
        assert!(fits(a.len(), self.rows, self.inner, of_a), "a is too short for {self:?}");
        assert!(fits(b.len(), self.inner, self.columns, of_b), "b is too short for {self:?}");
        assert!(fits(c.len(), self.rows, self.columns, of_c), "c is too short for {self:?}");
        let shape = self;
        at_level!(level, product(shape: Product, a: &[f32], b: &[f16], c: &mut [f32]) -> ());
    }
}

/// A part of a softmax that goes from block to block: replaces each score by `exp(score - greatest)`,
/// where `greatest` is the greatest of the scores and of `before`. Gives that, and the sum of what
/// stands there then.
pub(super) fn softmax(level: Level, scores: &mut [f32], before: f32) -> (f32, f32) {
    at_level!(level, softmax(scores: &mut [f32], before: f32) -> (f32, f32))
}

/// The gate of a feed-forward layer: `gate = gate / (1 + exp(-gate)) * up`.
///
/// # Panics
/// Where the two differ in length.
pub(super) fn gate(level: Level, gate: &mut [f32], up: &[f32]) {
    assert_eq!(gate.len(), up.len(), "gate and up belong together");
    at_level!(level, gate(gate: &mut [f32], up: &[f32]) -> ());
}
