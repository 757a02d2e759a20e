//! `bench search`: how search behaves as the index grows. Documents that look like
//! guides ([`mod@text`]) are indexed in batches, a commit each; questions
//! ([`questions`]) are asked one after the other, first when nothing else happens,
//! then while other documents are written anew in batches, as when somebody edits
//! folder after folder. Each size begins with an empty index.

pub mod chat;
mod client;
pub mod delivery;
pub mod memory;
pub mod questions;
pub mod routing;
pub mod text;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Serialize;

use self::{
    memory::Memory,
    questions::Question,
    text::{Writer, text},
};
use super::metrics::Latency;
use crate::{
    config::SearchConfig,
    domain::{document::Document, lexicon::Lexicon},
    support::bench::Disk,
};

/// Most documents of a commit: as many as when folders are read.
const BATCH: usize = 500;
/// Questions before the clock runs.
const WARMING: usize = 100;
/// Most documents that are written anew in one batch, and batches that must end while questions are asked.
const CHANGED: usize = 100;
const CHANGES: usize = 3;
/// Documents of which questions are taken.
const SAMPLES: usize = 500;

/// One size.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub documents: u64,
    pub chunks: u64,
    pub indexing: Indexing,
    pub memory_mib: Memory,
    /// On disk, of the whole index.
    pub bytes_per_document: u64,
    pub quiet: Asked,
    pub while_indexing: Asked,
    pub changes: Changes,
}

/// How the documents went in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Indexing {
    pub seconds: f64,
    pub documents_per_second: f64,
    /// Megabytes of text a second.
    pub mb_per_second: f64,
    /// Documents a second over the first and over the last tenth: alike where the rate is steady.
    pub first_tenth: f64,
    pub last_tenth: f64,
}

/// How questions were answered.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Asked {
    pub questions: usize,
    /// Share of the questions that found anything.
    pub found: f64,
    pub latency_ms: Latency,
    /// One after the other.
    pub per_second: f64,
}

/// What was written anew while questions were asked.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Changes {
    pub documents: usize,
    pub commits: usize,
    pub documents_per_second: f64,
}

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub documents: usize,
    pub questions: usize,
    pub seed: u64,
}

/// Measures one size in an empty folder.
///
/// # Errors
/// What the index reports.
pub fn run(
    plan: Plan,
    folder: &Path,
    words: &[String],
    lexicon: &Arc<Lexicon>,
    config: &SearchConfig,
) -> anyhow::Result<Report> {
    let mut writer = Writer::new(words, plan.seed);
    let disk = Disk::open(folder, lexicon, config)?;
    let mut samples = Vec::new();
    let (indexing, memory_mib) = memory::during(|| index(plan, &disk, &mut writer, &mut samples));
    let indexing = indexing?;
    let counts = disk.counts();
    let asked = questions::questions(&mut writer, &samples, plan.questions + WARMING);
    let (warming, asked) = asked.split_at(WARMING);
    ask(&disk, warming, || true)?;
    let quiet = ask(&disk, asked, || true)?;
    let (while_indexing, changes) = ask_while_changing(plan, &disk, &mut writer, asked)?;
    Ok(Report {
        documents: counts.documents,
        chunks: counts.chunks,
        indexing,
        memory_mib,
        bytes_per_document: counts.bytes / counts.documents.max(1),
        quiet,
        while_indexing,
        changes,
    })
}

fn index(plan: Plan, disk: &Disk, writer: &mut Writer, samples: &mut Vec<String>) -> anyhow::Result<Indexing> {
    let size = plan.documents.div_ceil(10).min(BATCH);
    let (mut times, mut bytes) = (Vec::new(), 0);
    let numbers: Vec<usize> = (0..plan.documents).collect();
    for batch in numbers.chunks(size) {
        let documents: Vec<Document> = batch.iter().map(|number| writer.document(*number)).collect();
        for document in &documents {
            let text = text(document);
            bytes += text.len();
            if samples.len() * plan.documents < SAMPLES * (times.len() + 1) * size {
                samples.push(text);
            }
        }
        let started = Instant::now();
        disk.put(documents)?;
        times.push((batch.len(), started.elapsed()));
    }
    let rate = |part: &[(usize, Duration)]| {
        let (documents, time) = part.iter().fold((0, Duration::ZERO), |(n, time), (of, took)| (n + of, time + *took));
        per_second(documents, time)
    };
    let tenth = times.len().div_ceil(10);
    let total: Duration = times.iter().map(|(_, took)| *took).sum();
    Ok(Indexing {
        seconds: round(total.as_secs_f64()),
        documents_per_second: rate(&times),
        mb_per_second: round(per_second(bytes, total) / 1e6),
        first_tenth: rate(&times[..tenth]),
        last_tenth: rate(&times[times.len() - tenth..]),
    })
}

/// Asks all questions, and all of them again as long as it is not `enough`.
fn ask(disk: &Disk, questions: &[Question], enough: impl Fn() -> bool) -> anyhow::Result<Asked> {
    let (mut times, mut found) = (Vec::new(), 0);
    loop {
        for Question { text, school } in questions {
            let started = Instant::now();
            let hits = disk.search(text, school.as_deref())?;
            times.push(started.elapsed());
            found += usize::from(hits > 0);
        }
        if enough() || questions.is_empty() {
            break;
        }
    }
    let (count, total) = (times.len(), times.iter().sum());
    let found = super::metrics::share(found, count).unwrap_or(0.0);
    Ok(Asked { questions: count, found, latency_ms: Latency::of(times), per_second: per_second(count, total) })
}

/// Asks while neighbouring documents are written anew, batch after batch.
fn ask_while_changing(
    plan: Plan,
    disk: &Disk,
    writer: &mut Writer,
    questions: &[Question],
) -> anyhow::Result<(Asked, Changes)> {
    let (answered, commits) = (AtomicBool::new(false), std::sync::atomic::AtomicUsize::new(0));
    let changed = plan.documents.div_ceil(10).min(CHANGED);
    std::thread::scope(|scope| {
        let changing = scope.spawn(|| -> anyhow::Result<Duration> {
            let mut time = Duration::ZERO;
            while !answered.load(Ordering::Relaxed) {
                let first = writer.below(plan.documents - changed + 1);
                let documents = (first..first + changed).map(|number| writer.document(number)).collect();
                let started = Instant::now();
                let put = disk.put(documents);
                time += started.elapsed();
                // Counted even where it failed: the other side waits for it.
                commits.fetch_add(1, Ordering::Relaxed);
                put?;
            }
            Ok(time)
        });
        let asked = ask(disk, questions, || changing.is_finished() || commits.load(Ordering::Relaxed) >= CHANGES);
        answered.store(true, Ordering::Relaxed);
        let Ok(time) = changing.join() else { anyhow::bail!("the indexing thread broke off") };
        let commits = commits.load(Ordering::Relaxed);
        let documents = commits * changed;
        Ok((asked?, Changes { documents, commits, documents_per_second: per_second(documents, time?) }))
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn per_second(count: usize, time: Duration) -> f64 {
    round(count as f64 / time.as_secs_f64().max(1e-9))
}

/// To two decimals.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_size_gives_every_figure_and_counts_what_it_did() {
        let folder = tempfile::tempdir().unwrap();
        let guide = "Der Drucker im Lehrerzimmer druckt nicht. Prüfen Sie das Papier im Fach.".to_owned();
        let plan = Plan { documents: 130, questions: 20, seed: 1 };
        let report = run(plan, folder.path(), &[guide], &Arc::default(), &SearchConfig::default()).unwrap();
        assert_eq!((report.documents, report.quiet.questions), (130, 20));
        assert!(report.chunks >= 260, "two sections each: {}", report.chunks);
        assert!(report.while_indexing.questions >= 20 && report.while_indexing.questions.is_multiple_of(20));
        assert!(report.changes.commits >= 3 && report.changes.documents == 13 * report.changes.commits);
        assert!(report.quiet.found > 0.9, "{report:?}");
        let json = serde_json::to_value(&report).unwrap();
        for path in ["/indexing/mb_per_second", "/quiet/latency_ms/p99", "/while_indexing/per_second"] {
            assert!(json.pointer(path).is_some_and(|figure| figure.as_f64() > Some(0.0)), "{path}: {json}");
        }
        assert!(report.bytes_per_document > 100);
    }
}
