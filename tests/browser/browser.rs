//! The chat as a teacher uses it: the real program, real browsers, a first click,
//! a question, its source, a report. Elements are found by role and accessible
//! name, as a screen reader finds them, so that the widget may be rebuilt freely.
//!
//! Every test runs in Chromium and in `WebKitGTK`; one that is not installed is skipped with
//! a message, and with `SCHULLOTSE_REQUIRE_BROWSER=1`, as in `tests/run`, is a failure.
//! Screenshots lie in `target/screenshots/`.

mod appearance;
mod chat;
mod embedded;
mod endurance;
mod engine;
mod figures;
mod flow;
mod handed_over;
mod harness;
mod host;
mod job;
mod kept;
mod keyboard;
mod line;
mod looks;
mod network;
mod pages;
mod peers;
mod process;
mod speech;
mod tabs;
mod widget;
mod wording;
