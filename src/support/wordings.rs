//! The second view of a message: how people word what.
//!
//! Search knows what guides say; this knows what teachers say. A small classifier
//! ([`model`]) that was fitted on invented wordings (`knowledge/wordings`) tells, from
//! pieces of words ([`features`]), which problem a message is about, whether it is a
//! danger, or none of these. It is built in, reads a message in well under a
//! millisecond, sends nothing anywhere and decides nothing by itself: whoever asks
//! gets a [`Reading`] of probabilities.

pub mod features;
pub mod file;
pub mod lines;
pub mod model;
mod reading;

use std::sync::{Arc, LazyLock};

use self::{features::Counts, file::FileError, model::Model};
pub use self::{lines::Wording, reading::Reading};

/// The class of what no problem covers.
pub const NONE: &str = "none";
/// Class of what is typed as an answer to a step: no problem either.
pub const ANSWER: &str = "answer";
/// Before the id of a danger ([`crate::domain::danger::IDS`]) in the name of its class.
pub const DANGER: &str = "H:";

const SHIPPED: &[u8] = include_bytes!("../../models/wordings.bin");

/// The classifier, cheap to clone.
#[derive(Clone, Debug)]
pub struct Wordings {
    model: Arc<Model>,
    classes: Arc<[String]>,
}

impl Wordings {
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self { classes: model.classes.clone().into(), model: Arc::new(model) }
    }

    /// What is built in.
    ///
    /// # Errors
    /// [`FileError`], where the file was fitted on other features than this program has:
    /// a fault of the build, which a test finds.
    pub fn shipped() -> Result<Self, FileError> {
        static READ: LazyLock<Result<Wordings, FileError>> = LazyLock::new(|| file::decode(SHIPPED).map(Wordings::new));
        READ.clone()
    }

    /// What a message says. Its whole text counts: a story's beside-the-point sentences
    /// weigh less than what they would if each were read alone.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        let counts = Counts::of(text);
        let mut probabilities = self.model.probabilities(&counts);
        if counts.is_empty() {
            // Nothing was said: no class is likelier than that.
            for (class, p) in self.classes.iter().zip(&mut probabilities) {
                *p = if class == NONE { 1.0 } else { 0.0 };
            }
        }
        Reading::new(Arc::clone(&self.classes), probabilities)
    }

    /// What it was fitted on.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }
}

#[cfg(test)]
mod tests;
