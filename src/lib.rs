//! Schullotse: first-level IT support for schools. `src/README.md` is the map.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod eval;
pub mod helpdesk;
pub mod http;
pub mod ingest;
pub mod jobs;
pub mod llm;
pub mod search;
pub mod store;
pub mod support;

/// Runs as the child process that reads one document, if this process was started as
/// that; must be asked before anything else starts.
pub fn extractor_child() -> Option<std::process::ExitCode> {
    let asked = std::env::args_os().nth(1).is_some_and(|argument| argument == ingest::extract::ARGUMENT);
    asked.then(ingest::extract::run_child)
}
