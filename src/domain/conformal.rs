//! Conformal risk control: from which confidence on answers are given, so that at most
//! a tolerated share of all questions is answered wrongly.
//!
//! Angelopoulos, Bates, Fisch, Lei and Schuster, "Conformal Risk Control" (ICLR 2024,
//! arXiv:2208.02814). The loss of a question at a threshold λ is 1 if its answer would be
//! wrong and its confidence is at least λ, else 0: it never rises with λ. The threshold is
//! the smallest λ with `n/(n+1) · R(λ) + 1/(n+1) <= α`, where `R` is the mean loss over `n`
//! questions that confidence was not fitted to. Then the expected loss of a further question
//! is at most α, if it is exchangeable with those `n`: drawn as they were, in any order.
//! The expectation is over both, the `n` questions and the further one.

use std::fmt;

/// A question: how sure the product is, and whether its answer would be wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// In any unit that grows with certainty: a probability, log-odds.
    pub confidence: f64,
    /// Whether answering would be a fault. A question that has no answer at all is none.
    pub wrong: bool,
}

/// A threshold and what it was found on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Controlled {
    /// Smallest confidence that is enough. `-∞` where every question may be answered.
    pub threshold: f64,
    pub questions: usize,
    /// Of these, as sure as that, right or wrong.
    pub answered: usize,
    /// Of these, wrong.
    pub wrong: usize,
}

/// There are too few questions for so small a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    pub questions: usize,
    /// How many are needed at least; 0 where no number is enough.
    pub needed: usize,
}

impl fmt::Display for TooFew {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { questions, needed } = self;
        match needed {
            0 => write!(to, "no number of questions shows that nothing is ever answered wrongly"),
            _ => write!(to, "{questions} questions are too few for this share; it takes at least {needed}"),
        }
    }
}

impl std::error::Error for TooFew {}

/// Finds the threshold for a tolerated share of all questions, 0 to 1.
///
/// Questions of one confidence are answered together or not at all. As an answer is given
/// from the threshold on, the smallest one lies just above the confidence of a wrong answer
/// that must not be given: it is the next larger number that a computer can tell from it.
///
/// # Errors
/// [`TooFew`] where not even a threshold above every question could give the guarantee.
pub fn control(cases: &[Case], tolerated: f64) -> Result<Controlled, TooFew> {
    let questions = cases.len();
    let allowed = allowed(questions, tolerated).ok_or_else(|| TooFew { questions, needed: needed(tolerated) })?;
    let mut wrong: Vec<f64> = cases.iter().filter(|case| case.wrong).map(|case| case.confidence).collect();
    wrong.sort_by(|a, b| b.total_cmp(a));
    // With as many answered wrongly as allowed, the next one must not be, nor any of its confidence.
    let threshold = wrong.get(allowed).map_or(f64::NEG_INFINITY, |first| first.next_up());
    let count =
        |wrong: bool| cases.iter().filter(|case| case.confidence >= threshold && (case.wrong || !wrong)).count();
    Ok(Controlled { threshold, questions, answered: count(false), wrong: count(true) })
}

/// How many wrong answers among `questions` are in order; `None` where not even none is.
/// Multiplied out: `wrong + 1 <= α · (n + 1)`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of questions are far below 2^52, and what is below 0 is told apart first"
)]
fn allowed(questions: usize, tolerated: f64) -> Option<usize> {
    // A share is meant as it is written: 0.29 of 100 is 29, though 0.29 is a little less as a number.
    let most = (tolerated * (questions as f64 + 1.0) + 1e-9).floor() - 1.0;
    (most >= 0.0).then_some(most as usize)
}

/// Least number of questions for a tolerated share: `1/(n+1) <= α`.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "above 0, and saturating where no machine could hold as many"
)]
pub fn needed(tolerated: f64) -> usize {
    if tolerated > 0.0 { ((1.0 / tolerated - 1e-9).ceil() - 1.0).max(0.0) as usize } else { 0 }
}

#[cfg(test)]
mod tests;
