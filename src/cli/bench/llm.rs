//! `bench llm`: what a model file costs on this machine, alone and beside llama.cpp.
//!
//! Every figure is the median of several rounds with the least and the most; where several
//! engines are compared they take turns, measurement by measurement, so that a machine
//! that is busy for a while is busy for all.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{answers, llama_cpp::LlamaCpp};
use crate::{
    cli::output,
    config::Config,
    llm::local::{Meter, Quantisation, Shape, Stock, write_random},
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
    /// Measure llama.cpp in turns with us, through a Python that has llama-cpp-python
    /// (`LLAMA_FLASH_ATTN=0` turns its flash attention off).
    #[arg(long, value_name = "PYTHON", num_args = 0..=1, default_missing_value = "python3")]
    vs_llama_cpp: Option<PathBuf>,
    /// Measure candle-transformers' own model in turns with us, at reading and at writing alone.
    #[arg(long)]
    vs_candle: bool,
    /// Measure one part alone: bare passes over tokens, or whole answers, for which the model is loaded
    /// twice more.
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Passes,
    Answers,
}

#[derive(Serialize)]
struct Report {
    threads: usize,
    kernels: &'static str,
    file_mib: f64,
    ours: Loaded,
    peers: Vec<Loaded>,
    figures: Vec<Figure>,
    answers: Vec<answers::Answer>,
}

/// An engine after loading and a first pass.
#[derive(Serialize)]
struct Loaded {
    engine: &'static str,
    seconds: f64,
    /// Resident memory, without keys and values, where the system says so.
    resident_mib: Option<f64>,
}

/// One thing measured, milliseconds.
#[derive(Serialize)]
struct Figure {
    name: String,
    ours: Spread,
    peers: Vec<(&'static str, Spread)>,
    /// Tokens that one measurement computes.
    tokens: usize,
}

/// What is measured in turns with us.
enum Peer {
    LlamaCpp(LlamaCpp),
    Candle(Box<Stock>),
}

impl Peer {
    fn name(&self) -> &'static str {
        match self {
            Self::LlamaCpp(_) => "llama.cpp",
            Self::Candle(_) => "candle-transformers",
        }
    }

    /// `None` where it cannot do that.
    fn measure(&mut self, what: &str) -> anyhow::Result<Option<Duration>> {
        Ok(match self {
            Self::LlamaCpp(llama) => Some(llama.measure(what)?),
            Self::Candle(stock) => match what.split(' ').collect::<Vec<_>>().as_slice() {
                ["read", tokens] => Some(stock.read(tokens.parse()?)?),
                ["write", "1", behind] => Some(stock.write(behind.parse()?)?),
                _ => None,
            },
        })
    }
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
    let started = Instant::now();
    let before = resident();
    let mut meter = Meter::load(model, command.kernels.as_deref())?;
    let ours = Loaded { engine: "ours", seconds: started.elapsed().as_secs_f64(), resident_mib: more(before) };
    let (mut peers, mut loaded) = (Vec::new(), Vec::new());
    if let Some(python) = &command.vs_llama_cpp {
        let llama = LlamaCpp::start(python, model, threads)?;
        let (seconds, resident_mib) = (llama.load.as_secs_f64(), Some(llama.resident));
        loaded.push(Loaded { engine: "llama.cpp", seconds, resident_mib });
        peers.push(Peer::LlamaCpp(llama));
    }
    if command.vs_candle {
        let (started, before) = (Instant::now(), resident());
        let stock = Stock::load(model)?;
        let seconds = started.elapsed().as_secs_f64();
        loaded.push(Loaded { engine: "candle-transformers", seconds, resident_mib: more(before) });
        peers.push(Peer::Candle(Box::new(stock)));
    }
    let mut report = Report {
        threads,
        kernels: meter.kernels(),
        file_mib: mib(std::fs::metadata(model)?.len()),
        ours,
        peers: loaded,
        figures: Vec::new(),
        answers: Vec::new(),
    };
    let reads = [256, 1_000, 2_000].map(|tokens| (format!("read {tokens}"), tokens));
    let writes = [1, 2, 4, 8].map(|readers| (format!("write {readers} {BEHIND}"), readers));
    let verifies = [2, 4, 8, 16].map(|tokens| (format!("verify {tokens} {BEHIND}"), tokens));
    let passes = reads.into_iter().chain(writes).chain(verifies);
    for (name, tokens) in passes.filter(|_| command.only != Some(Part::Answers)) {
        let figure = measured(name, tokens, command.rounds, &mut meter, &mut peers)?;
        if !command.json {
            print(&figure)?;
        }
        report.figures.push(figure);
    }
    drop((meter, peers));
    if command.only != Some(Part::Passes) {
        report.answers = answers::measure(model, &config.model, command.rounds as usize)?;
    }
    if command.json { output::json(&report) } else { summary(&report) }
}

/// Takes turns, round by round.
fn measured(name: String, tokens: usize, rounds: u32, meter: &mut Meter, peers: &mut [Peer]) -> anyhow::Result<Figure> {
    let mut ours = Vec::new();
    let mut theirs: Vec<Vec<Duration>> = peers.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        let mine = match name.split(' ').next() {
            Some("read") => meter.read(tokens),
            Some("write") => meter.write(tokens, BEHIND),
            _ => meter.verify(tokens, BEHIND),
        }?;
        let others = peers.iter_mut().map(|peer| peer.measure(&name)).collect::<anyhow::Result<Vec<_>>>()?;
        // The first round warms up.
        if round > 0 {
            ours.push(mine);
            theirs.iter_mut().zip(others).for_each(|(times, time)| times.extend(time));
        }
    }
    let peers = peers.iter().zip(&theirs).filter(|(_, times)| !times.is_empty());
    let peers = peers.map(|(peer, times)| (peer.name(), Spread::of(times))).collect();
    Ok(Figure { name, ours: Spread::of(&ours), peers, tokens })
}

fn print(figure: &Figure) -> anyhow::Result<()> {
    let Figure { name, ours, peers, tokens } = figure;
    let row = |engine: &str, spread: &Spread| {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let speed = *tokens as f64 / spread.median * 1e3;
        let Spread { median, least, most } = spread;
        format!("{engine:<20} {median:>8.1} ms ({least:.1}–{most:.1}), {speed:>6.1} tokens/s")
    };
    output::line(&format!("{name:<14} {}", row("ours", ours)))?;
    for (engine, spread) in peers {
        let ratio = spread.median / ours.median;
        output::line(&format!("{:<14} {}: ours has {ratio:.2} of its speed", "", row(engine, spread)))?;
    }
    Ok(())
}

fn summary(report: &Report) -> anyhow::Result<()> {
    for answer in &report.answers {
        answer.print()?;
    }
    for loaded in [&report.ours].into_iter().chain(&report.peers) {
        let resident = loaded.resident_mib.map_or_else(|| "–".to_owned(), |mib| format!("{mib:.0}"));
        output::line(&format!(
            "{:<20} loaded and warm after {:.1} s, resident {resident} MiB without keys and values",
            loaded.engine, loaded.seconds
        ))?;
    }
    output::line(&format!(
        "file {:.0} MiB, {} threads, our kernels: {}",
        report.file_mib, report.threads, report.kernels
    ))
}

/// What came on top of the resident memory before, MiB.
fn more(before: Option<f64>) -> Option<f64> {
    Some(resident()? - before?)
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
