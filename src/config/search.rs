//! `[search]`: weights of the fields and bounds of a query.

use serde::{Deserialize, Serialize};

/// `[search]`. Weights stand beside 1 for the word itself in the running text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchConfig {
    /// Weight of a word in the title.
    pub title_boost: f32,
    /// Weight of a word in the headings.
    pub heading_boost: f32,
    /// Weight of a word that is part of a compound: `Drucker` in `Lehrerzimmerdrucker`.
    pub part_weight: f32,
    /// Weight of a synonym beside the word itself.
    pub synonym_weight: f32,
    /// Weight of a German word found through the English one.
    pub translation_weight: f32,
    /// Weight of the parts of a compound that was asked for, beside the compound itself.
    pub compound_weight: f32,
    /// Weight of a word that differs by a typo; for two typos it counts twice.
    pub typo_weight: f32,
    /// Greatest weight of a word of which only pieces of four letters were found.
    pub piece_weight: f32,
    /// Weight of a past case beside a guide.
    pub resolution_weight: f32,
    /// How soon a repeated word stops counting more (`k1` of BM25).
    pub k1: f32,
    /// How much a long text is held against a word in it, 0 to 1 (`b` of BM25).
    pub b: f32,
    /// Memory of the index writer, MiB; at least 15.
    pub writer_memory_mib: usize,
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self {
            title_boost: 3.0,
            heading_boost: 1.3,
            part_weight: 0.6,
            synonym_weight: 0.7,
            translation_weight: 0.9,
            compound_weight: 0.9,
            typo_weight: 0.6,
            piece_weight: 0.6,
            resolution_weight: 0.85,
            k1: 1.2,
            b: 0.75,
            writer_memory_mib: 32,
        }
    }
}
