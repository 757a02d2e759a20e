//! `models`: which there are, fetching one with progress and resume, checking files.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::{
    config::Config,
    llm::{
        download::{self, Verdict},
        local,
        manifest::{Entry, Manifest},
    },
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
            if json {
                output::json(&info)?;
            } else {
                output::line(toml::to_string(&info)?.trim_end())?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn list(folder: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::builtin();
    if json {
        let models: Vec<serde_json::Value> = manifest
            .models
            .iter()
            .map(|entry| {
                let mut value = serde_json::to_value(entry).unwrap_or_default();
                value["installed"] = folder.join(&entry.file).is_file().into();
                value
            })
            .collect();
        output::json(&serde_json::json!({ "models": models }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for entry in &manifest.models {
        let memory = entry.ram_gib.map(|gib| format!("server of {gib} GiB")).unwrap_or_default();
        let licence = entry.licence.as_deref().unwrap_or("licence not known");
        let here = if folder.join(&entry.file).is_file() { "  installed" } else { "" };
        output::line(&format!("{:<28} {memory:<18} {licence:<14}{here}", entry.name))?;
    }
    output::line("without a model, answers are quoted from the guides; that is complete and quick")?;
    Ok(ExitCode::SUCCESS)
}

async fn pull(folder: &Path, name: &str, url: Option<String>) -> anyhow::Result<ExitCode> {
    let entry = match url {
        Some(url) => Entry { name: name.to_owned(), ..Entry::from_url(&url)? },
        None => Manifest::builtin().get(name)?.clone(),
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    let bar = ProgressBar::no_length()
        .with_style(ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} ({bytes_per_sec}, {eta})")?);
    bar.set_message(entry.name.clone());
    let pulled = download::pull(&entry, folder, &|bytes, total| {
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(bytes);
    })
    .await;
    bar.finish_and_clear();
    let pulled = pulled?;
    output::line(&format!(
        "{}\nuse it: schullotse serve with model.file = '{}'",
        pulled.path.display(),
        pulled.path.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

async fn verify(folder: &Path) -> anyhow::Result<ExitCode> {
    let folder = folder.to_path_buf();
    let checked = tokio::task::spawn_blocking(move || download::verify(&folder)).await??;
    let mut broken = 0;
    for file in &checked {
        let verdict = match file.verdict {
            Verdict::Same => "ok",
            Verdict::Changed => {
                broken += 1;
                "DAMAGED: fetch it again with `models pull`"
            }
            Verdict::Unrecorded => "no hash is recorded for it",
        };
        output::line(&format!("{:<40} {verdict}", file.file))?;
    }
    if checked.is_empty() {
        output::line("no model has been fetched")?;
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
