//! `bench`: how fast, how large, how steady, on this machine.

mod answers;
mod chat;
mod delivery;
mod llama_cpp;
mod llm;
mod own;
mod routing;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output;
use crate::{
    config::Config,
    eval::bench::{self, Asked, Plan, Report},
    support::library,
};

#[derive(Debug, Args)]
pub(super) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Index generated documents and ask them questions, quiet and while indexing goes on.
    Search(Search),
    /// Hold many chats open over real sockets, ask in all of them, kill the server in the middle.
    Chat(chat::Chat),
    /// File reports into the configured helpdesk's system, up and down, with thousands waiting.
    Delivery(delivery::Delivery),
    /// Measure a language model file, alone and beside llama.cpp; or write one of random weights.
    Llm(llm::Llm),
    /// Import a generated city, look its rooms up, and file reports while the chat is in use.
    Routing(routing::Routing),
}

#[derive(Debug, Args)]
struct Search {
    /// Numbers of documents, each measured on an empty index in the folder for temporary files (TMPDIR).
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000],
        value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    docs: Vec<u32>,
    /// Questions asked at each size.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    questions: u32,
    /// Another seed writes other documents.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Sizes {
    /// Processors that may be used.
    processors: usize,
    sizes: Vec<Report>,
}

impl Bench {
    /// Whether it computes with a language model.
    pub(super) fn computes(&self) -> bool {
        matches!(self.what, What::Llm(_))
    }
}

pub(super) async fn run(command: Bench, config: Config, file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let search = match command.what {
        What::Search(search) => search,
        What::Chat(chat) => {
            chat::run(chat).await?;
            return Ok(ExitCode::SUCCESS);
        }
        What::Delivery(delivery) => {
            delivery::run(delivery, &config, file).await?;
            return Ok(ExitCode::SUCCESS);
        }
        What::Llm(command) => {
            tokio::task::spawn_blocking(move || llm::run(&command, &config)).await??;
            return Ok(ExitCode::SUCCESS);
        }
        What::Routing(routing) => {
            routing::run(routing, config).await?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let json = search.json;
    let sizes = tokio::task::spawn_blocking(move || measure(&search, &config)).await??;
    if json {
        output::json(&sizes)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(search: &Search, config: &Config) -> anyhow::Result<Sizes> {
    let lexicon = Arc::new(library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?);
    let words = library::builtin_texts();
    let mut sizes = Vec::new();
    for documents in &search.docs {
        // Gone with all that is in it at the end of its size, or when the command fails.
        let folder = tempfile::Builder::new()
            .prefix("schullotse-bench-")
            .tempdir()
            .context("cannot make a temporary folder\nhint: name one that can be written in TMPDIR")?;
        let plan = Plan { documents: *documents as usize, questions: search.questions as usize, seed: search.seed };
        let report = bench::run(plan, folder.path(), &words, &lexicon, &config.search)?;
        if !search.json {
            print(&report)?;
        }
        sizes.push(report);
    }
    Ok(Sizes { processors: std::thread::available_parallelism().map_or(1, usize::from), sizes })
}

fn print(report: &Report) -> anyhow::Result<()> {
    let Report { indexing, memory_mib, changes, .. } = report;
    let mib = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    output::line(&format!("{} documents, {} passages", report.documents, report.chunks))?;
    output::line(&format!(
        "  indexing        {:.2} MB/s, {:.0} documents/s (first tenth {:.0}, last {:.0}), {:.1} s",
        indexing.mb_per_second,
        indexing.documents_per_second,
        indexing.first_tenth,
        indexing.last_tenth,
        indexing.seconds
    ))?;
    output::line(&format!(
        "  memory, at most {} MiB of our own, {} MiB with mapped files",
        mib(memory_mib.own),
        mib(memory_mib.resident)
    ))?;
    output::line(&format!("  on disk         {} bytes a document", report.bytes_per_document))?;
    let asked = |name: &str, asked: &Asked| {
        let times = asked.latency_ms;
        output::line(&format!(
            "  {name:<16}p50 {:.2}  p95 {:.2}  p99 {:.2} ms, {:.0} questions/s ({} asked, {:.0} % found something)",
            times.p50,
            times.p95,
            times.p99,
            asked.per_second,
            asked.questions,
            100.0 * asked.found
        ))
    };
    asked("quiet", &report.quiet)?;
    asked("while indexing", &report.while_indexing)?;
    output::line(&format!(
        "                  {} documents changed in {} commits meanwhile, {:.0} a second",
        changes.documents, changes.commits, changes.documents_per_second
    ))
}
