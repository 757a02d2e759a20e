//! The thin binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all: the child that reads a PDF must limit itself before anything else starts.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == schullotse::ingest::extract::ARGUMENT) {
        return schullotse::ingest::extract::run_child();
    }
    ExitCode::SUCCESS
}
