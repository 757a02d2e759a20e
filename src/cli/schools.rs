//! `schools`: the directory of the authority.

mod import;
mod shown;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Schools {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check a schools.toml, or tables in CSV, and put them in the place of what is there. What
    /// changes is shown first. Where the demonstration ends by it, its past cases and what was
    /// tried out go with it.
    Import(import::Import),
}

pub(super) async fn run(command: Schools, config: Config) -> anyhow::Result<ExitCode> {
    match command.what {
        What::Import(command) => import::run(command, config).await,
    }
}
