//! Messages as the classifiers of tellings and of steps see them, for fitting.

use super::{
    lesson::Times,
    said::Said,
    solved::SolvedEar,
    steps::{ClauseView, Cut},
    tells,
};
use crate::support::wordings::features::Counts;

/// The lists of phrases that the classifiers look with.
#[derive(Debug)]
pub struct Views {
    times: Times,
    solved: SolvedEar,
    cut: Cut,
}

impl Default for Views {
    fn default() -> Self {
        Self { times: Times::new(), solved: SolvedEar::new(), cut: Cut::new() }
    }
}

impl Views {
    /// A whole message.
    #[must_use]
    pub fn message(&self, text: &str) -> Counts {
        tells::view(&Said::new(text), &self.times, &self.solved)
    }

    /// Its clauses, in order.
    #[must_use]
    pub fn clauses(&self, text: &str) -> Vec<ClauseView> {
        self.cut.of(text)
    }
}
