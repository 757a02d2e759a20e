//! `fit`: finds what the product ships as fitted files, from material in the repository.

mod wordings;

use std::process::ExitCode;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(super) struct Fit {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The classifier of wordings, from knowledge/wordings.
    Wordings(wordings::FitWordings),
}

pub(super) fn run(command: Fit) -> anyhow::Result<ExitCode> {
    match command.what {
        What::Wordings(command) => wordings::run(&command),
    }
}
