//! Bytes become documents, and documents become chunks.
//!
//! | step | where |
//! |---|---|
//! | which files, and what each is for | [`scan`] |
//! | one file to a [`Document`](crate::domain::document::Document) | [`read`], by format in `markdown`, `html`, `plain`, `pdf`, `office` |
//! | text out of a PDF, a word processor's file and long pages, in a child process with limits of its own | [`extract`] |
//! | a document to what search finds and answers quote | [`chunk()`] |
//! | exports of other helpdesks to raw past tickets | [`tickets`] |
//! | past tickets, sets of the evaluation, the lexicon, the school directory | [`resolution`], [`docs`], [`lexicon`], [`directory`] |
//!
//! Promises: every file ends as a document or in a [`Refusal`] that says why and
//! what to do; a step is never cut in two; no input, however made, ends the process.

mod blocks;
mod chunk;
mod clean;
pub mod directory;
pub mod docs;
mod encoding;
mod error;
pub mod extract;
pub mod flow;
mod front_matter;
mod hidden;
mod html;
pub mod lexicon;
mod lines;
pub mod load;
mod markdown;
mod office;
mod pdf;
mod plain;
pub mod read;
pub mod resolution;
pub mod role;
pub mod scan;
pub mod scope;
pub mod tickets;
mod title;
mod toml_file;

pub use self::{
    chunk::chunk,
    error::{ExtractFault, IngestError, OfficeFault, Refusal},
    extract::{Extractor, Limits},
    load::{Source, load},
    read::{Format, read_document},
    role::Role,
};
