//! `fit wordings`: learns from the wordings, says what they are worth, writes the file.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::{
    cli::output,
    domain::json_lines::LineError,
    eval::{
        fit::wordings::{Cross, FOLDS, Material, OnQuestions, USUAL, on_questions, train::Settings},
        sets::read_questions,
    },
    support::{
        triage,
        wordings::{
            Wording, Wordings, file,
            lines::{read_answers, read_wordings},
        },
    },
};

#[derive(Debug, Args)]
pub(in crate::cli) struct FitWordings {
    /// Where the file is written.
    #[arg(long, value_name = "FILE", default_value = "models/wordings.bin")]
    out: PathBuf,
    /// Folders of wordings; more than one is put together.
    #[arg(long, value_name = "DIR", default_value = "knowledge/wordings")]
    wordings: Vec<PathBuf>,
    /// A folder of what people type at a step: learned as what is no fault.
    #[arg(long, value_name = "DIR", default_value = "knowledge/replies")]
    replies: PathBuf,
    /// A set of questions to look at, never to learn from: one {"id","question",…} a line.
    #[arg(long, value_name = "FILE")]
    question_set: Vec<PathBuf>,
    /// Try several strengths of the penalty by cross-validation and take the best.
    #[arg(long)]
    search: bool,
    #[arg(long)]
    json: bool,
}

/// Thresholds for a danger that are shown beside the one in use.
const DANGERS: [f32; 7] = [triage::DANGER, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8];
/// Strengths that `--search` tries.
const STRENGTHS: [f64; 4] = [1e-7, 1e-6, 1e-5, 1e-4];

#[derive(Serialize)]
struct Report {
    out: PathBuf,
    bytes: usize,
    classes: usize,
    l2: f64,
    cross: Cross,
    sets: Vec<(PathBuf, OnQuestions)>,
}

pub(super) fn run(command: &FitWordings) -> anyhow::Result<ExitCode> {
    let mut all = Vec::new();
    for folder in &command.wordings {
        all.extend(read_folder(folder, read_wordings)?);
    }
    all.extend(read_folder(&command.replies, read_answers)?);
    let material = Material::of(&all);
    let strengths = if command.search { &STRENGTHS[..] } else { &[USUAL.l2][..] };
    let mut best: Option<(Settings, Cross)> = None;
    for l2 in strengths {
        let settings = Settings { l2: *l2, ..USUAL };
        let cross = material.cross_validate(&settings, FOLDS);
        eprintln!(
            "penalty {l2:e}: top1 {:.3}, top3 {:.3}, log-loss {:.4}, with temperature {:.3} {:.4}",
            cross.top1, cross.top3, cross.log_loss, cross.temperature, cross.log_loss_calibrated
        );
        if best.as_ref().is_none_or(|(_, known)| cross.log_loss_calibrated < known.log_loss_calibrated) {
            best = Some((settings, cross));
        }
    }
    let (settings, cross) = best.context("no strength was tried")?;
    #[expect(clippy::cast_possible_truncation, reason = "a number between 0.2 and 5")]
    let model = material.model(&settings, cross.temperature as f32);
    let bytes = file::encode(&model);
    std::fs::write(&command.out, &bytes).map_err(|error| {
        anyhow::anyhow!("cannot write {}: {error}\nhint: name a place with --out", command.out.display())
    })?;
    let classes = model.classes.len();
    // What is written is what is measured: with its weights rounded.
    let wordings = Wordings::new(file::decode(&bytes)?);
    let mut sets = Vec::new();
    for path in &command.question_set {
        let bytes = std::fs::read(path).map_err(|error| {
            anyhow::anyhow!("cannot read {}: {error}\nhint: check the path and the rights", path.display())
        })?;
        let questions = read_questions(&bytes).with_context(|| path.display().to_string())?;
        sets.push((path.clone(), on_questions(&wordings, &questions, &DANGERS)));
    }
    let report = Report { out: command.out.clone(), bytes: bytes.len(), classes, l2: settings.l2, cross, sets };
    if command.json { output::json(&report) } else { table(&report) }?;
    Ok(ExitCode::SUCCESS)
}

/// All `*.jsonl` of a folder, by their names.
fn read_folder(folder: &Path, read: impl Fn(&[u8]) -> Result<Vec<Wording>, LineError>) -> anyhow::Result<Vec<Wording>> {
    let cannot = |error: std::io::Error| {
        anyhow::anyhow!(
            "cannot read {}: {error}\nhint: name the folders with --wordings and --replies; in the sources they are knowledge/wordings and knowledge/replies",
            folder.display()
        )
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        paths.push(entry.map_err(cannot)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).map_err(cannot)?;
        all.extend(read(&bytes).with_context(|| path.display().to_string())?);
    }
    anyhow::ensure!(
        all.iter().any(|wording| wording.problem.is_some()),
        "{}: holds no wordings\nhint: they stand in files *.jsonl, see knowledge/README.md",
        folder.display()
    );
    Ok(all)
}

fn table(report: &Report) -> anyhow::Result<()> {
    let cross = &report.cross;
    output::line(&format!("wordings             {:>8}", cross.wordings))?;
    output::line(&format!("classes              {:>8}", report.classes))?;
    output::line(&format!("penalty              {:>8.0e}", report.l2))?;
    output::line("held back")?;
    for (name, value) in [
        ("top1", cross.top1),
        ("top3", cross.top3),
        ("log-loss", cross.log_loss),
        ("temperature", cross.temperature),
        ("log-loss with it", cross.log_loss_calibrated),
    ] {
        output::line(&format!("  {name:<19}{value:>8.3}"))?;
    }
    for (path, set) in &report.sets {
        output::line(&format!("{}, {} questions", path.display(), set.questions))?;
        let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
        for (name, value) in [("top1", set.top1), ("top3", set.top3)] {
            output::line(&format!("  {name:<19}{:>8}", figure(value)))?;
        }
        for at in &set.dangers {
            let (rightly, falsely) = (figure(at.hotline), figure(at.false_alarms));
            output::line(&format!(
                "  danger from {:.2}: of those who need it {rightly}, of all others {falsely}",
                at.threshold
            ))?;
        }
    }
    output::line(&format!("{}: {} bytes", report.out.display(), report.bytes))
}
