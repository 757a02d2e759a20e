//! `fit replies`: learns what people type at a step of a flow, says what it is worth, writes
//! the files.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::{
    cli::output,
    config::KnowledgeConfig,
    domain::flow::Flow,
    eval::fit::replies::{Figures, Material, USUAL, measure},
    ingest::flow::read_flow,
    support::{
        library,
        replies::{
            Replies,
            lines::{Line, read_lines},
            near::Near,
        },
        wordings::file,
    },
};

#[derive(Debug, Args)]
pub(in crate::cli) struct FitReplies {
    /// Where the classifier and the weights are written: FOLDER/replies.bin and FOLDER/replies.toml.
    #[arg(long, value_name = "FOLDER", default_value = "models")]
    out: PathBuf,
    /// The folder of flows.
    #[arg(long, value_name = "DIR", default_value = "knowledge/flows")]
    flows: PathBuf,
    /// The folder of texts to learn from.
    #[arg(long, value_name = "DIR", default_value = "knowledge/replies")]
    replies: PathBuf,
    /// Texts to look at, never to learn from.
    #[arg(long, value_name = "FILE")]
    set: Vec<PathBuf>,
    /// Write nothing: only show what is built in gives on the sets.
    #[arg(long)]
    keep: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    /// On flows that were held back; none with `--keep`.
    cross: Option<Figures>,
    sets: Vec<(PathBuf, Figures)>,
}

pub(super) fn run(command: &FitReplies) -> anyhow::Result<ExitCode> {
    let lexicon = library::lexicon(&KnowledgeConfig::default(), Path::new(""))?;
    let flows = read_flows(&command.flows)?;
    let (replies, cross) = if command.keep {
        (Replies::shipped(&lexicon)?, None)
    } else {
        let mut lines = Vec::new();
        for path in files(&command.replies, "jsonl")? {
            lines.extend(texts(&path, &flows)?);
        }
        anyhow::ensure!(
            !lines.is_empty(),
            "{}: holds no texts\nhint: they stand in files *.jsonl",
            command.replies.display()
        );
        let near = Near::new(&lexicon);
        let fitted = Material { flows: &flows, lines: &lines, near: &near }.fit(&USUAL);
        let bytes = file::encode(&fitted.acts);
        let head =
            "# What typed replies to a step mean, written by `schullotse fit replies`: see models/README.md.\n\n";
        let weights = format!("{head}{}", toml::to_string(&fitted.weights)?);
        write(&command.out.join("replies.bin"), &bytes)?;
        write(&command.out.join("replies.toml"), weights.as_bytes())?;
        // What is written is what is measured: with its weights rounded.
        (Replies::from_parts(file::decode(&bytes)?, fitted.weights, near), Some(fitted.cross))
    };
    let mut sets = Vec::new();
    for path in &command.set {
        sets.push((path.clone(), measure(&replies, &flows, &texts(path, &flows)?)));
    }
    let report = Report { cross, sets };
    if command.json { output::json(&report) } else { table(&report) }?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes)
        .map_err(|error| anyhow::anyhow!("cannot write {}: {error}\nhint: name a folder with --out", path.display()))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| {
        anyhow::anyhow!("cannot read {}: {error}\nhint: check the path and the rights", path.display())
    })
}

fn texts(path: &Path, flows: &[Flow]) -> anyhow::Result<Vec<Line>> {
    read_lines(&read(path)?, flows).with_context(|| path.display().to_string())
}

fn read_flows(folder: &Path) -> anyhow::Result<Vec<Flow>> {
    let mut flows = Vec::new();
    for path in files(folder, "toml")? {
        flows.push(read_flow(&path.display().to_string(), &read(&path)?).with_context(|| path.display().to_string())?);
    }
    Ok(flows)
}

/// The files of a folder with this ending, by their names.
fn files(folder: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = |error: std::io::Error| {
        anyhow::anyhow!("cannot read {}: {error}\nhint: in the sources it is below knowledge/", folder.display())
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        paths.push(entry.map_err(cannot)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    Ok(paths)
}

fn table(report: &Report) -> anyhow::Result<()> {
    let all = report.cross.iter().map(|cross| ("flows held back".to_owned(), cross));
    for (name, figures) in all.chain(report.sets.iter().map(|(path, figures)| (path.display().to_string(), figures))) {
        output::line(&format!("{name}, {} texts", figures.texts))?;
        let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
        for (name, value) in [
            ("the right button", figures.pressed_rightly),
            ("another button", figures.pressed_wrongly),
            ("a button unasked", figures.pressed_unasked),
        ] {
            output::line(&format!("  {name:<19}{:>8}", figure(value)))?;
        }
        for (meaning, (told, taken)) in &figures.told {
            output::line(&format!("  {meaning:<19}{:>8}  of all others {}", figure(*told), figure(*taken)))?;
        }
    }
    Ok(())
}
