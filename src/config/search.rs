//! `[search]`: where the weights of the ranking come from, and bounds.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ranking::Ranking;

/// `[search]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchConfig {
    /// Weights of one's own, written by `schullotse fit ranking`; none: those that are built in.
    pub ranking: Option<PathBuf>,
    /// Memory of the index writer, MiB; at least 15.
    pub writer_memory_mib: usize,
    /// The weights themselves.
    #[serde(skip)]
    pub weights: Ranking,
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self { ranking: None, writer_memory_mib: 32, weights: Ranking::default() }
    }
}
