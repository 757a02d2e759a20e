//! `models`: which there are, fetching one with progress and resume, checking files.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::{
    config::Config,
    llm::{download, local, manifest::Manifest},
};

#[derive(Debug, Args)]
pub(super) struct Models {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Models known to work, by the memory of the machine.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Fetch a model; goes on where it was cut off.
    Pull {
        name: String,
        /// Fetch from here instead of the manifest's address.
        #[arg(long)]
        url: Option<String>,
    },
    /// Compare the files fetched with their recorded hashes.
    Verify,
    /// What a GGUF file holds, and whether it can be used.
    Info {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: Models, config: Config) -> anyhow::Result<ExitCode> {
    let folder = config.data.0.join("models");
    match command.what {
        What::List { json } => list(&folder, json),
        What::Pull { name, url } => pull(&folder, &name, url).await,
        What::Verify => verify(&folder).await,
        What::Info { file, json } => {
            let info = local::inspect(&file)?;
            if json { output::json(&info)? } else { output::line(toml::to_string(&info)?.trim_end())? }
            Ok(ExitCode::SUCCESS)
        }
    }
}
