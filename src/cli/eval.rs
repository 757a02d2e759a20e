//! `eval`: figures on labelled sets.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output;
use crate::{
    app,
    config::Config,
    domain::{clock::SystemClock, outcome::Outcome},
    eval::{
        answers,
        metrics::{Judged, Latency},
        plain::Plain,
        plots::Picture,
        questions::{self, Miss, Shares},
        retrieval,
        sets::{Query, read_queries, read_questions},
    },
    ingest::docs::read_docs,
    llm::LanguageModel,
    support::{bench::Bench, library},
};

#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    set: Set,
}

#[derive(Debug, Subcommand)]
enum Set {
    /// Is the right document found? A fresh temporary index over docs.jsonl.
    Retrieval(Retrieval),
    /// Is the answer right, and is the confidence worth its name? docs.jsonl instead of the guides.
    Answers(Answers),
    /// Does the indexed knowledge serve teachers' questions?
    Questions(Questions),
}

#[derive(Debug, Args)]
pub(super) struct Pair {
    /// Documents: one {"id","title","text"} a line.
    #[arg(long, value_name = "FILE")]
    pub(super) docs: PathBuf,
    /// Queries: one {"id","text","relevant"} a line.
    #[arg(long, value_name = "FILE")]
    pub(super) queries: PathBuf,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Retrieval {
    #[command(flatten)]
    pair: Pair,
    /// Also the figures of plain BM25 over whole words, to compare with.
    #[arg(long)]
    plain: bool,
}

#[derive(Serialize)]
struct Compared {
    #[serde(flatten)]
    report: retrieval::Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    plain: Option<retrieval::Report>,
}

#[derive(Debug, Args)]
struct Answers {
    #[command(flatten)]
    pair: Pair,
    /// Write risk-coverage.svg and reliability.svg into this folder.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Questions {
    /// Questions: one {"id","question","lang","problem","answerable","expect"} a line.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Name each question that did not end as it should.
    #[arg(long)]
    misses: bool,
    /// Write risk-coverage.svg and reliability.svg into this folder.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

impl Pair {
    /// The files of a folder.
    pub(super) fn of(folder: &Path) -> Self {
        Self { docs: folder.join("docs.jsonl"), queries: folder.join("queries.jsonl"), json: false }
    }
}

pub(super) async fn run(command: Eval, config: Config) -> anyhow::Result<ExitCode> {
    match command.set {
        Set::Retrieval(Retrieval { pair, plain }) => {
            let (bench, queries) = bench(&pair, &config, None).await?;
            let report = retrieval::run(&bench, &queries)?;
            let plain = if plain {
                let documents = Plain::over(&read(&pair.docs, read_docs)?);
                Some(retrieval::plain(&documents, &queries)?)
            } else {
                None
            };
            print(pair.json, &Compared { report, plain }, |compared| {
                retrieval_table(&compared.report)?;
                compared.plain.as_ref().map_or(Ok(()), |plain| {
                    output::line("plain BM25")?;
                    retrieval_table(plain)
                })
            })?;
        }
        Set::Answers(Answers { pair, plots }) => {
            let model = app::load_model(&config, &mut app::Parts::real()?.rng)?;
            let (bench, queries) = bench(&pair, &config, model).await?;
            let report = answers::run(&bench, &queries, config.support.answers_from()).await;
            draw(plots.as_deref(), &pair.queries, &report.judged, report.threshold)?;
            print(pair.json, &report, |report| {
                let mut rows = vec![
                    ("answered", report.answered),
                    ("of these wrong", report.risk),
                    ("right, were all answered", report.right),
                ];
                rows.extend(report.sure.rows());
                rows.push(("answer contains", report.answer_contains));
                table(report.queries, &rows, report.latency_ms)
            })?;
        }
        Set::Questions(command) => {
            let set = read(&command.file, read_questions)?;
            let app = super::app(config).await?;
            let mut report = questions::run(&app.support, &set).await?;
            draw(command.plots.as_deref(), &command.file, &report.judged, report.threshold)?;
            if !command.misses {
                report.misses.clear();
            }
            print(command.json, &report, questions_table)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Draws what was measured, if that is wanted, and says where it lies.
fn draw(folder: Option<&Path>, set: &Path, judged: &[Judged], threshold: f64) -> anyhow::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    let name = set.file_stem().unwrap_or_default().to_string_lossy();
    for path in (Picture { name: &name, judged, threshold }).write(folder)? {
        eprintln!("written: {}", path.display());
    }
    Ok(())
}

pub(super) async fn bench(
    pair: &Pair,
    config: &Config,
    model: Option<Arc<dyn LanguageModel>>,
) -> anyhow::Result<(Bench, Vec<Query>)> {
    let documents = read(&pair.docs, read_docs)?;
    anyhow::ensure!(
        !documents.is_empty(),
        "{}: holds nothing\nhint: write one JSON object a line with the keys id, title and text",
        pair.docs.display()
    );
    let queries = read(&pair.queries, read_queries)?;
    let lexicon = Arc::new(library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?);
    let bench = Bench::over(documents, lexicon, config, model, Arc::new(SystemClock)).await?;
    Ok((bench, queries))
}

/// Reads a set; a fault names the file.
pub(super) fn read<T, E>(path: &Path, parse: impl Fn(&[u8]) -> Result<T, E>) -> anyhow::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let bytes = std::fs::read(path).map_err(|error| {
        anyhow::anyhow!("cannot read {}: {error}\nhint: check the path and the rights", path.display())
    })?;
    parse(&bytes).with_context(|| path.display().to_string())
}

fn print<T: Serialize>(json: bool, report: &T, table: impl Fn(&T) -> anyhow::Result<()>) -> anyhow::Result<()> {
    if json { output::json(report) } else { table(report) }
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn retrieval_table(report: &retrieval::Report) -> anyhow::Result<()> {
    let rows = [
        ("recall@1", report.recall_1),
        ("recall@5", report.recall_5),
        ("recall@10", report.recall_10),
        ("mrr@10", report.mrr),
        ("ndcg@10", report.ndcg),
    ];
    table(report.queries, &rows, report.latency_ms)
}

fn table(queries: usize, rows: &[(&str, Option<f64>)], latency: Latency) -> anyhow::Result<()> {
    output::line(&format!("{:<26}{queries:>7}", "queries"))?;
    for (name, value) in rows {
        output::line(&format!("{name:<26}{:>7}", figure(*value)))?;
    }
    times(latency)
}

fn times(latency: Latency) -> anyhow::Result<()> {
    output::line(&format!(
        "{:<26}p50 {:.2}  p95 {:.2}  p99 {:.2}",
        "milliseconds", latency.p50, latency.p95, latency.p99
    ))
}

fn questions_table(report: &questions::Report) -> anyhow::Result<()> {
    output::line(&format!(
        "{:<18}{:>6}{:>7}{:>7}{:>10}{:>13}{:>18}{:>18}{:>17}",
        "",
        "number",
        "top1",
        "top3",
        "coverage",
        "wrong guide",
        "answered wrongly",
        "declined rightly",
        "hotline rightly"
    ))?;
    let row = |name: &str, shares: &Shares| {
        output::line(&format!(
            "{name:<18}{:>6}{:>7}{:>7}{:>10}{:>13}{:>18}{:>18}{:>17}",
            shares.questions,
            figure(shares.top1),
            figure(shares.top3),
            figure(shares.coverage),
            figure(shares.wrong_guide),
            figure(shares.answered_wrongly),
            figure(shares.declined_rightly),
            figure(shares.hotline_rightly)
        ))
    };
    row("all", &report.all)?;
    for (kind, groups) in
        [("language", &report.by.language), ("style", &report.by.style), ("device", &report.by.device)]
    {
        output::line(kind)?;
        for (name, shares) in groups {
            row(&format!("  {name}"), shares)?;
        }
    }
    output::line("confidence")?;
    let rest = [("risk: wrong of the answered", report.risk), ("threshold", Some(report.threshold))];
    for (name, value) in report.sure.rows().into_iter().chain(rest) {
        output::line(&format!("  {name:<28}{:>7}", figure(value)))?;
    }
    times(report.latency_ms)?;
    for miss in &report.misses {
        output::line(&describe(miss))?;
    }
    Ok(())
}

fn describe(miss: &Miss) -> String {
    let reason = miss.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!(
        "\n{} {}: {}\n  wanted {}, {}{reason} with confidence {:.2}; first {}",
        miss.id,
        miss.faults.join(", "),
        miss.question,
        miss.problem.as_deref().unwrap_or("no answer"),
        Outcome::name(miss.outcome),
        miss.confidence,
        if miss.found.is_empty() { "nothing".to_owned() } else { miss.found.join(", ") }
    )
}
