//! Schullotse: first-level IT support for schools. `src/README.md` is the map.

pub mod config;
pub mod domain;
pub mod ingest;
pub mod llm;
pub mod search;
pub mod store;
pub mod support;
