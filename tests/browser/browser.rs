//! The chat as a teacher uses it: the real program, a real browser, a first click,
//! a question, its source, a report. Elements are found by role and accessible
//! name, as a screen reader finds them, so that the widget may be rebuilt freely.
//!
//! Skipped with a message where no browser is installed; with
//! `SCHULLOTSE_REQUIRE_BROWSER=1`, as in `tests/run`, that is a failure. Screenshots
//! lie in `target/screenshots/`.

mod appearance;
mod chat;
mod endurance;
mod flow;
mod harness;
mod job;
mod process;
mod wording;
