//! `fit tellings`: learns what messages tell beside the fault and which clauses tell of a
//! step, says what both are worth on messages that were held back, writes the two files.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::{
    cli::output,
    eval::fit::{
        tellings::{Told, USUAL, on_held, on_held_steps, read_tellings, read_tryings, steps, tellings},
        wordings::{Cross, FOLDS, Material},
    },
    support::{
        heard::Views,
        wordings::{file, model::Model},
    },
};

#[derive(Debug, Args)]
pub(in crate::cli) struct FitTellings {
    /// Where the two files are written.
    #[arg(long, value_name = "DIR", default_value = "models")]
    out: PathBuf,
    /// The folder of the tellings; messages with their steps in its folder `steps`.
    #[arg(long, value_name = "DIR", default_value = "knowledge/tellings")]
    tellings: PathBuf,
    /// Where tellings.jsonl and steps.jsonl hold messages to look at, never to learn from.
    #[arg(long, value_name = "DIR", default_value = "tests/data/tellings")]
    held: PathBuf,
    #[arg(long)]
    json: bool,
}

/// From here on a class is told, in the figures.
const THRESHOLD: f32 = 0.6;

#[derive(Serialize)]
struct Report {
    out: PathBuf,
    bytes: usize,
    cross: Cross,
    held: Vec<Told>,
}

pub(super) fn run(command: &FitTellings) -> anyhow::Result<ExitCode> {
    let views = Views::default();
    let lines = read_folder(&command.tellings, |bytes| Ok(read_tellings(bytes)?))?;
    let tries = read_folder(&command.tellings.join("steps"), |bytes| Ok(read_tryings(bytes)?))?;
    let held = read(&command.held.join("tellings.jsonl"), |bytes| Ok(read_tellings(bytes)?))?;
    let held_steps = read(&command.held.join("steps.jsonl"), |bytes| Ok(read_tryings(bytes)?))?;
    let first = write(command.out.join("tellings.bin"), &tellings(&views, &lines), |model| {
        on_held(model, &views, &held, THRESHOLD)
    })?;
    let second = write(command.out.join("steps.bin"), &steps(&views, &tries), |model| {
        on_held_steps(model, &views, &held_steps, THRESHOLD)
    })?;
    if command.json {
        output::json(&serde_json::json!({ "tellings": first, "steps": second }))?;
    } else {
        [&first, &second].into_iter().try_for_each(table)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Fits, measures and writes one classifier. Its probabilities stay as they were fitted:
/// the thresholds in use were found with these.
fn write(out: PathBuf, material: &Material, held: impl Fn(&Model) -> Vec<Told>) -> anyhow::Result<Report> {
    let cross = material.cross_validate(&USUAL, FOLDS);
    let bytes = file::encode(&material.model(&USUAL, 1.0));
    std::fs::write(&out, &bytes)
        .map_err(|error| anyhow::anyhow!("cannot write {}: {error}\nhint: name a folder with --out", out.display()))?;
    // What is written is what is measured: with its weights rounded.
    let held = held(&file::decode(&bytes)?);
    Ok(Report { out, bytes: bytes.len(), cross, held })
}

/// All `*.jsonl` of a folder, by their names.
fn read_folder<T>(folder: &Path, lines: impl Fn(&[u8]) -> anyhow::Result<Vec<T>>) -> anyhow::Result<Vec<T>> {
    let mut paths = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| {
        anyhow::anyhow!(
            "cannot read {}: {error}\nhint: name the folder with --tellings; in the sources it is knowledge/tellings",
            folder.display()
        )
    })?;
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        all.extend(read(&path, &lines)?);
    }
    anyhow::ensure!(
        !all.is_empty(),
        "{}: holds no tellings\nhint: they stand in files *.jsonl, see knowledge/README.md",
        folder.display()
    );
    Ok(all)
}

fn read<T>(path: &Path, lines: impl Fn(&[u8]) -> anyhow::Result<Vec<T>>) -> anyhow::Result<Vec<T>> {
    let bytes = std::fs::read(path).map_err(|error| {
        anyhow::anyhow!("cannot read {}: {error}\nhint: check the path and the rights", path.display())
    })?;
    lines(&bytes).with_context(|| path.display().to_string())
}

fn table(report: &Report) -> anyhow::Result<()> {
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    output::line(&format!("{}: {} bytes", report.out.display(), report.bytes))?;
    output::line(&format!(
        "  of {} each held back once: {:.3} told rightly, log-loss {:.3}",
        report.cross.wordings, report.cross.top1, report.cross.log_loss
    ))?;
    for told in &report.held {
        output::line(&format!(
            "  held back, {:<10} from {:.1}: {} of what is told is right, {} of what is right is told",
            told.class,
            told.threshold,
            figure(told.precision),
            figure(told.recall)
        ))?;
    }
    Ok(())
}
