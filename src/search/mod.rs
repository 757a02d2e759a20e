//! Full-text search over chunks: the only place that knows tantivy.
//!
//! Write: `Change`s go through [`Index::apply`], one atomic commit each. Read:
//! [`Index::search`] turns the question into weighted terms (`plan`), ranks what
//! the reader may see (`rank`) and describes the best chunks (`hit`). German is
//! analysed as it is typed: umlauts in any spelling, stems, compounds, synonyms,
//! typos, pieces of words; English beside it (`analyzer`). What has been removed
//! is gone from the disk when `apply` returns. No search ever fails for what was
//! asked: a question without a meaningful word has no hits.

mod analyzer;
mod asks;
mod compound;
mod error;
mod folder;
mod head;
mod hit;
mod index;
mod lists;
mod merging;
mod overlap;
mod plan;
mod rank;
mod schema;
mod second;
mod segment;
mod sentence;
mod sheet;
mod signals;
mod sketch;
mod snapshot;
mod stem;
mod steps;
mod thesaurus;
mod vocabulary;
mod wordings;
mod words;

#[cfg(test)]
mod measure;
#[cfg(test)]
mod tests;

pub use self::{
    analyzer::{analysis, fingerprint},
    error::SearchError,
    folder::Opened,
    index::Index,
    signals::{SIGNALS, Signals},
};

use std::sync::Arc;

use crate::domain::{
    document::{Audience, Chunk, Document, Passage},
    lang::Lang,
    placeholder::Values,
};

/// A change of what can be found.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "made once and moved into the index, and most are the large one")]
pub enum Change {
    /// Puts a document in the place of whatever has its id. Its sections are not
    /// looked at: what is found is the chunks.
    Put { document: Document, chunks: Vec<Chunk> },
    /// Removes a document by its id; one that is not there is no error.
    Remove { document: String },
}

/// A question.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub text: String,
    pub lang: Lang,
    pub scope: Scope,
    /// What is put in the place of placeholders before anybody reads them.
    pub values: Arc<Values>,
    /// Problems that the question may be about, each with its probability; empty where
    /// nothing is known.
    pub about: Vec<(String, f32)>,
}

/// What the reader may see. Nothing else takes part in the ranking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// `None`: documents for all schools only; a school: its own documents too.
    pub school: Option<String>,
    /// `Teacher` never sees documents for staff; `Staff` sees both.
    pub audience: Audience,
}

/// What was found, and what was looked for.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// By falling score.
    pub hits: Vec<Hit>,
    /// The question's words (or known phrases) that carry meaning, in its order; at most 64.
    pub terms: Vec<Term>,
    /// The score of an ideal chunk: the sum of the terms' weights.
    pub possible: f32,
    /// The language that the question was read in.
    pub lang: Lang,
}

/// A word or phrase of the question.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Folded.
    pub text: String,
    /// Its importance, above 0: the rarer, the greater. What the index does not
    /// know weighs as much as its rarest word.
    pub weight: f32,
    /// Whether the index knows it or anything that stands for it.
    pub known: bool,
    /// Whether it is known only as a word that differs by a typo.
    pub typo: bool,
}

/// A chunk that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub passage: Passage,
    /// Above 0, at most `possible`.
    pub score: f32,
    /// The greatest score that the question could reach on any chunk.
    pub possible: f32,
    /// Share of the terms' weight that the chunk holds, 0 to 1; synonyms, typos
    /// and parts of compounds count with their weights.
    pub covered: f32,
    /// Plain text around the best unit, at most 240 characters.
    pub snippet: String,
    /// Units of the chunk that hold any of the question, by falling overlap.
    /// Empty where only the title or a heading does.
    pub best_units: Vec<u32>,
    /// What the score is made of.
    pub signals: Signals,
}

/// Size of the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub documents: u64,
    pub chunks: u64,
    /// Bytes on disk (in memory, for an index in memory).
    pub bytes: u64,
}
