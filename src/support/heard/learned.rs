//! A small classifier that is built in: the one of [`crate::support::wordings`] with other
//! classes. `schullotse fit tellings` fits it; a file of other features or classes is refused.

use std::sync::Arc;

use crate::support::wordings::{
    features::Counts,
    file::{self, FileError},
    model::Model,
};

/// A classifier of `N` classes, cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Learned<const N: usize>(Arc<Model>);

impl<const N: usize> Learned<N> {
    /// Reads a file that was fitted on these classes.
    ///
    /// # Errors
    /// [`FileError`]: it was fitted on other features or classes, or is damaged.
    pub(super) fn of(bytes: &[u8], classes: [&str; N]) -> Result<Self, FileError> {
        let model = file::decode(bytes)?;
        if model.classes == classes {
            Ok(Self(Arc::new(model)))
        } else {
            Err(FileError::Damaged("it has other classes"))
        }
    }

    /// Probability of each class, in their order.
    pub(super) fn read(&self, counts: &Counts) -> [f32; N] {
        self.0.probabilities(counts).try_into().unwrap_or([0.0; N])
    }
}
