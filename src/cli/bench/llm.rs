//! `bench llm`: what a model file costs on this machine, alone and beside llama.cpp.
//!
//! Every figure is the median of several rounds with the least and the most; where two
//! engines are compared they take turns, measurement by measurement, so that a machine
//! that is busy for a while is busy for both.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::{answers, llama_cpp::LlamaCpp};
use crate::{
    cli::output,
    config::Config,
    llm::local::{Meter, Quantisation, Shape, write_random},
};

/// Tokens that the readers have before them when they write.
const BEHIND: usize = 960;

#[derive(Debug, Args)]
pub(super) struct Llm {
    /// Write a model of random weights in a known shape to FILE and measure nothing.
    #[arg(long, value_name = "SHAPE", requires = "file", conflicts_with = "model", value_parser = Shape::NAMES)]
    make: Option<String>,
    /// How its weights are stored: `Q4_K_M`, `Q5_K_M`, `Q6_K`, `Q8_0`, `Q4_0`, `F16`, `F32`.
    #[arg(long, value_name = "Q", default_value = "Q4_K_M")]
    quant: String,
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Measure this model file.
    #[arg(long, value_name = "FILE", required_unless_present = "make")]
    model: Option<PathBuf>,
    /// Measure llama.cpp in turns with us, through a Python that has llama-cpp-python.
    #[arg(long, value_name = "PYTHON", num_args = 0..=1, default_missing_value = "python3")]
    vs_llama_cpp: Option<PathBuf>,
    /// Measurements of each figure.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Instructions for attention: portable, AVX2, AVX-512 (default: the best there are). Candle's own
    /// kernels keep to AVX2 where `MISTRALRS_FORCE_AVX2=1` is set.
    #[arg(long, value_name = "NAME")]
    kernels: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    threads: usize,
    kernels: &'static str,
    file_mib: f64,
    load_seconds: f64,
    llama_load_seconds: Option<f64>,
    /// After all measurements, caches of eight readers included.
    resident_mib: Option<f64>,
    llama_resident_mib: Option<f64>,
    figures: Vec<Figure>,
    answers: Vec<answers::Answer>,
}

/// One thing measured, milliseconds.
#[derive(Serialize)]
struct Figure {
    name: String,
    ours: Spread,
    llama: Option<Spread>,
    /// Tokens that one measurement computes.
    tokens: usize,
}

#[derive(Clone, Copy, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Spread {
    pub(super) fn of(times: &[Duration]) -> Self {
        let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let at = |place: usize| times.get(place).copied().unwrap_or(f64::NAN);
        Self { median: at(times.len() / 2), least: at(0), most: at(times.len().saturating_sub(1)) }
    }
}

pub(super) fn run(command: &Llm, config: &Config) -> anyhow::Result<()> {
    if let (Some(shape), Some(file)) = (&command.make, &command.file) {
        let quantisation = Quantisation::named(&command.quant)
            .with_context(|| format!("no quantisation {:?}\nhint: see --help", command.quant))?;
        let shape = Shape::named(shape, quantisation).context("no such shape")?;
        return write_random(file, &shape, 1).with_context(|| format!("cannot write {}", file.display()));
    }
    let model = command.model.as_deref().context("name a model with --model")?;
    let threads = crate::llm::local::threads();
    let mut llama =
        command.vs_llama_cpp.as_deref().map(|python| LlamaCpp::start(python, model, threads)).transpose()?;
    let started = std::time::Instant::now();
    let mut meter = Meter::load(model, command.kernels.as_deref())?;
    let load = started.elapsed();
    let mut report = Report {
        threads,
        kernels: meter.kernels(),
        file_mib: mib(std::fs::metadata(model)?.len()),
        load_seconds: load.as_secs_f64(),
        llama_load_seconds: llama.as_ref().map(|llama| llama.load.as_secs_f64()),
        resident_mib: None,
        llama_resident_mib: None,
        figures: Vec::new(),
        answers: Vec::new(),
    };
    let reads = [256, 1_000, 2_000].map(|tokens| (format!("read {tokens}"), tokens));
    let writes = [1, 2, 4, 8].map(|readers| (format!("write {readers} {BEHIND}"), readers));
    let verifies = [2, 4, 8, 16].map(|tokens| (format!("verify {tokens} {BEHIND}"), tokens));
    for (name, tokens) in reads.into_iter().chain(writes).chain(verifies) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..=command.rounds {
            let mine = match name.split(' ').next() {
                Some("read") => meter.read(tokens),
                Some("write") => meter.write(tokens, BEHIND),
                _ => meter.verify(tokens, BEHIND),
            }?;
            let other = llama.as_mut().map(|llama| llama.measure(&name)).transpose()?;
            // The first round warms up.
            if round > 0 {
                ours.push(mine);
                theirs.extend(other);
            }
        }
        let llama = (!theirs.is_empty()).then(|| Spread::of(&theirs));
        let figure = Figure { name, ours: Spread::of(&ours), llama, tokens };
        if !command.json {
            print(&figure)?;
        }
        report.figures.push(figure);
    }
    report.resident_mib = resident();
    report.llama_resident_mib = llama.as_ref().map(|llama| llama.resident);
    drop((meter, llama));
    report.answers = answers::measure(model, &config.model, command.rounds as usize)?;
    if command.json { output::json(&report) } else { summary(&report) }
}

fn print(figure: &Figure) -> anyhow::Result<()> {
    let Figure { name, ours, llama, tokens } = figure;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let per_second = |spread: &Spread| *tokens as f64 / spread.median * 1e3;
    let own = format!(
        "{name:<14} {:>8.1} ms ({:.1}–{:.1}), {:>6.1} tokens/s",
        ours.median,
        ours.least,
        ours.most,
        per_second(ours)
    );
    let other = llama.as_ref().map_or_else(String::new, |llama| {
        format!(
            "   llama.cpp {:>8.1} ms ({:.1}–{:.1}), {:>6.1}: {:.2} of its speed",
            llama.median,
            llama.least,
            llama.most,
            per_second(llama),
            llama.median / ours.median
        )
    });
    output::line(&(own + &other))
}

fn summary(report: &Report) -> anyhow::Result<()> {
    let or = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    for answer in &report.answers {
        answer.print()?;
    }
    output::line(&format!(
        "file {:.0} MiB, resident {} MiB (llama.cpp {}), load and warm-up {:.1} s (llama.cpp {}), {} threads, {}",
        report.file_mib,
        or(report.resident_mib),
        or(report.llama_resident_mib),
        report.load_seconds,
        report.llama_load_seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.1} s")),
        report.threads,
        report.kernels
    ))
}

#[expect(clippy::cast_precision_loss, reason = "a figure to read")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Resident memory of this process, MiB, where the system says so.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1_024.0)
}
