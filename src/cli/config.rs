//! `config show` and `config check`.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output;
use crate::config::{Overrides, load};

#[derive(Debug, Args)]
pub(super) struct ConfigCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the configuration in use, secrets hidden.
    Show {
        #[arg(long)]
        json: bool,
    },
    /// Say whether it can be used.
    Check,
}

pub(super) fn run(command: &ConfigCommand, flags: &Overrides) -> anyhow::Result<ExitCode> {
    let mut config = load(flags, super::environment())?;
    if let Some(token) = &mut config.server.metrics_token {
        *token = "***".into();
    }
    match command.what {
        What::Show { json: true } => output::json(&config)?,
        What::Show { json: false } => output::line(toml::to_string(&config)?.trim_end())?,
        What::Check => {
            if let Some(refused) = &config.support.refused {
                eprintln!("{refused}");
            }
            output::line("the configuration can be used")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
