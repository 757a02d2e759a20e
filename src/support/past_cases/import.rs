//! From an export to a held batch: once over the file to learn who stands in it,
//! once more to mask and write. What is written is masked; what was there before
//! leaves this only as an [`Example`].

use std::{collections::HashMap, num::NonZero};

use serde::Serialize;

use super::{
    PastCases,
    examples::{Chosen, Example},
    mask::{Counts, Done, Masker},
    people::Known,
    shelf::{Batch, Fresh, State},
};
use crate::{
    ingest::tickets::{Export, RawCase, Skipped, Understood},
    support::devices::DeviceNames,
};

/// Cases masked at a time, by all processors together.
const BATCH: usize = 512;

/// What an import did.
#[derive(Clone)]
pub struct Imported {
    pub batch: Batch,
    pub skipped: Vec<Skipped>,
    pub masked: Counts,
    pub examples: Vec<Example>,
    pub understood: Understood,
}

/// A file without a single case: nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error(
    "holds no solved case: {0}\nhint: each needs text in the column of the resolution; --map resolution=COLUMN chooses another"
)]
pub struct Nothing(String);

impl PastCases {
    /// Masks an export and holds it back under `name`.
    ///
    /// # Errors
    /// An export that cannot be read, a name that is taken, a full disk; nothing is kept then.
    pub fn import(&self, export: &mut Export, name: &str, devices: &DeviceNames) -> anyhow::Result<Imported> {
        super::shelf::checked(name)?;
        let taken = "choose another with --name";
        {
            let locked = self.shelf.lock()?;
            for state in [State::Held, State::Released] {
                anyhow::ensure!(
                    locked.find(name, state)?.is_none(),
                    "there is a batch {name:?} already\nhint: {taken}"
                );
            }
        }
        let (known, all) = people(export)?;
        let masker = Masker::new(&self.redactor, &self.directory, known).with_devices(devices);
        let mut work = Work {
            masker: &masker,
            most: self.most_bytes,
            fresh: self.shelf.fresh(name)?,
            waiting: Vec::with_capacity(BATCH),
            seen: HashMap::new(),
            skipped: Vec::new(),
            counts: Counts::default(),
            chosen: Chosen::new(all),
            failed: None,
        };
        export.each(&mut |entry| match entry {
            Err(skipped) => work.skipped.push(skipped),
            Ok(raw) if raw.resolution.is_empty() => work.skip(raw.line, "has no resolution"),
            Ok(raw) => {
                work.waiting.push(raw);
                if work.waiting.len() == BATCH {
                    work.flush();
                }
            }
        })?;
        work.flush();
        let Work { fresh, mut skipped, counts, chosen, failed, seen, .. } = work;
        if let Some(error) = failed {
            return Err(error);
        }
        skipped.sort_by_key(|skipped| skipped.line);
        if seen.is_empty() {
            let first = skipped.first().map(|skipped| format!("row {} {}", skipped.line, skipped.reason));
            return Err(Nothing(first.unwrap_or_else(|| "it has no rows".into())).into());
        }
        let batch = fresh.keep(&self.shelf.lock()?)?;
        let understood = export.understood.clone();
        Ok(Imported { batch, skipped, masked: counts, examples: chosen.finish(), understood })
    }
}

/// Everybody whom the export names, and the number of its cases.
fn people(export: &mut Export) -> anyhow::Result<(Known, u64)> {
    let (mut known, mut all) = (Known::default(), 0);
    export.each(&mut |entry| {
        if let Ok(raw) = entry {
            known.add_all(&raw.persons);
            all += u64::from(!raw.resolution.is_empty());
        }
    })?;
    Ok((known, all))
}

struct Work<'a> {
    masker: &'a Masker<'a>,
    most: u64,
    fresh: Fresh,
    waiting: Vec<RawCase>,
    /// Ids and where they stood.
    seen: HashMap<String, u64>,
    skipped: Vec<Skipped>,
    counts: Counts,
    chosen: Chosen,
    failed: Option<anyhow::Error>,
}

impl Work<'_> {
    fn skip(&mut self, line: u64, reason: impl Into<String>) {
        self.skipped.push(Skipped { line, reason: reason.into() });
    }

    fn flush(&mut self) {
        if self.failed.is_some() {
            self.waiting.clear();
            return;
        }
        let lines: Vec<u64> = self.waiting.iter().map(|raw| raw.line).collect();
        for (line, done) in lines.into_iter().zip(masked(self.masker, std::mem::take(&mut self.waiting))) {
            if let Some(first) = self.seen.get(&done.case.id) {
                let reason = format!("has the id {:?} of row {first}", done.case.id);
                self.skip(line, reason);
                continue;
            }
            self.seen.insert(done.case.id.clone(), line);
            self.counts.join(&done.counts);
            if let Err(error) = self.fresh.put(&done.case, self.most) {
                self.failed = Some(error);
                return;
            }
            self.chosen.offer(done.example);
        }
    }
}

/// Masks on all processors; the order stays.
fn masked(masker: &Masker<'_>, cases: Vec<RawCase>) -> Vec<Done> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = cases.len().div_ceil(threads).max(1);
    let mut cases = cases.into_iter();
    std::thread::scope(|scope| {
        let mut parts = Vec::new();
        loop {
            let part: Vec<RawCase> = cases.by_ref().take(share).collect();
            if part.is_empty() {
                break;
            }
            parts.push(scope.spawn(move || part.into_iter().map(|raw| masker.mask(raw)).collect::<Vec<_>>()));
        }
        let join = |part: std::thread::ScopedJoinHandle<'_, Vec<Done>>| {
            part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        parts.into_iter().flat_map(join).collect()
    })
}
