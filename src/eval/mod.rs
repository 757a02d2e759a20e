//! Evaluation: labelled sets in, figures out. What is measured is the product's
//! own code ([`crate::support`]), never a copy of it; the figures are the usual ones,
//! each defined and sourced in [`metrics`], and the same set gives the same figures
//! again (times apart).
//!
//! | command | set | asks |
//! |---|---|---|
//! | `eval retrieval` | `docs.jsonl`, `queries.jsonl` | is the right document found, and where? ([`retrieval`]) |
//! | `eval answers` | the same | is the answer right, and does the product know when not? ([`answers`]) |
//! | `compare` | `questions.jsonl` | quoted, strict or free: which words would you rather read? ([`compare`]) |
//! | `eval questions` | `questions.jsonl` | does the indexed knowledge serve teachers? ([`questions`]) |
//!
//! [`mod@bench`] measures time and room instead, on documents and a city that it makes up itself.

pub mod answers;
pub mod bench;
pub mod compare;
pub mod fit;
pub mod metrics;
pub mod plain;
pub mod plots;
pub mod questions;
pub mod retrieval;
pub mod sets;
