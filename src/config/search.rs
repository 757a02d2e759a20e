//! `[search]`: weights of the fields and bounds of a query.

use serde::{Deserialize, Serialize};

/// `[search]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchConfig {
    /// Weight of a word in the title, beside 1 in the text.
    pub title_boost: f32,
    /// Weight of a word in the headings.
    pub heading_boost: f32,
    /// Weight of a synonym beside the word itself.
    pub synonym_weight: f32,
    /// Weight of a word that differs by a typo.
    pub typo_weight: f32,
    /// Memory of the index writer, MiB; at least 15.
    pub writer_memory_mib: usize,
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self { title_boost: 2.0, heading_boost: 1.3, synonym_weight: 0.7, typo_weight: 0.6, writer_memory_mib: 32 }
    }
}
