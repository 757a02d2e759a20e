//! From folders of documents to passages that can be found: scan, read, mask,
//! cut, index. The one way in for the command, the running server and its watcher.
//! What is unchanged is not read twice; what has changed or gone leaves nothing of the
//! old behind; what is broken keeps its last good version until it is mended.

mod builtin;
mod cases;
mod demo;
mod find;
mod flows;
mod plan;
mod reading;
mod roots;
mod rows;
mod signal;
mod watch;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

pub use self::{
    builtin::{builtin_directory, builtin_texts},
    demo::DemoCases,
    flows::FlowFile,
    rows::Refused,
    watch::WatchState,
};
use self::{
    plan::{Done, Effort, Plan},
    roots::Root,
};
use crate::{
    config::KnowledgeConfig,
    domain::{clock::Clock, lexicon::Lexicon, orders::Orders},
    ingest::{Extractor, Limits},
    search::{Counts, Index},
    store::{LeftOut, Source, Store},
    support::{directory::Schools, guide::Flows, redact::Redactor},
};

/// What a run of indexing did: the contract's `index --json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub documents: u64,
    pub chunks: u64,
    pub added: u64,
    pub changed: u64,
    pub removed: u64,
    /// Never a failure of the whole.
    pub refused: Vec<Refused>,
    /// Of which documents sentences were left out that give orders to a machine.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    pub took_ms: u64,
}

/// The documents and the index over them.
pub struct Library {
    index: Index,
    store: Store,
    schools: Schools,
    redactor: Arc<Redactor>,
    orders: Arc<Orders>,
    flows: Flows,
    clock: Arc<dyn Clock>,
    config: KnowledgeConfig,
    extractor: Extractor,
    data: PathBuf,
    /// `knowledge/` in the data folder, read where it exists.
    own: PathBuf,
    /// `cases/` in the data folder: of its batches of past tickets those released are read.
    cases: PathBuf,
    /// One run at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Set by the watcher: a run that reads slow files looks at the quick ones first.
    hurry: Arc<AtomicBool>,
    state: RwLock<State>,
}

/// What the runs so far found.
#[derive(Debug, Default)]
struct State {
    refused: Vec<Refused>,
    /// All folders that are read, whether they are there or not.
    folders: Vec<PathBuf>,
    /// Lexicon files as they were at the first run, and whether they differ now.
    lexicon: Option<Vec<(String, u64, i64)>>,
    lexicon_changed: bool,
    watch: WatchState,
}

/// What the library is built from.
pub struct Parts {
    pub index: Index,
    pub store: Store,
    pub schools: Schools,
    pub redactor: Arc<Redactor>,
    pub orders: Arc<Orders>,
    /// Where the flows are put that are found.
    pub flows: Flows,
    pub clock: Arc<dyn Clock>,
    pub config: KnowledgeConfig,
    /// Our own program, which reads PDF in a child process.
    pub program: PathBuf,
    pub data: PathBuf,
}

impl Library {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let extractor = Extractor::new(parts.program, Limits::from(&parts.config));
        let data = std::fs::canonicalize(&parts.data).unwrap_or(parts.data);
        Self {
            index: parts.index,
            store: parts.store,
            schools: parts.schools,
            redactor: parts.redactor,
            orders: parts.orders,
            flows: parts.flows,
            clock: parts.clock,
            config: parts.config,
            extractor,
            own: data.join("knowledge"),
            cases: data.join("cases"),
            data,
            turn: Arc::default(),
            hurry: Arc::default(),
            state: RwLock::default(),
        }
    }

    /// Brings the index up to date with all folders. `more` are folders to read from
    /// now on; they are remembered.
    ///
    /// # Errors
    /// A folder of `more` that is none, or an index or database that cannot be
    /// written. The index then stays as it was.
    pub async fn refresh(&self, more: &[PathBuf]) -> anyhow::Result<Report> {
        Ok(self.run(more, Effort { thorough: true, patient: false }).await?.0)
    }

    /// As [`Library::refresh`], for what is seen to change: a file that is broken and
    /// still young is not refused yet. Tells whether there is one, and to look again.
    ///
    /// # Errors
    /// As [`Library::refresh`].
    pub async fn refresh_seen(&self) -> anyhow::Result<(Report, bool)> {
        self.run(&[], Effort { thorough: false, patient: true }).await
    }

    async fn run(&self, more: &[PathBuf], effort: Effort) -> anyhow::Result<(Report, bool)> {
        let started = Instant::now();
        let mut turn = Arc::clone(&self.turn).lock_owned().await;
        for folder in more {
            self.remember(folder).await?;
        }
        let (mut added, mut changed, mut removed, mut effort) = (0, 0, 0, effort);
        let done = loop {
            self.hurry.store(false, Ordering::Relaxed);
            let roots = self.roots().await?;
            let known = self.store.sources().await.context("cannot read what was indexed before")?;
            let (done, back) = self.carry_out(roots, known, effort, turn).await?;
            turn = back;
            (added, changed, removed) = (added + done.added, changed + done.changed, removed + done.removed);
            if !done.unfinished {
                break done;
            }
            // What was tried again is not tried once more in the same run.
            effort.thorough = false;
        };
        drop(turn);
        let mut refused = done.refused;
        refused.extend(self.reload_flows().await?);
        let counts = self.index.counts();
        let report = Report {
            documents: counts.documents,
            chunks: counts.chunks,
            added,
            changed,
            removed,
            refused,
            left_out: done.left_out,
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        self.note(&report, done.lexicon);
        Ok((report, done.unsettled))
    }

    fn note(&self, report: &Report, mut lexicon: Vec<(String, u64, i64)>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // Only these folders' lexicons are used.
        let mut used: Vec<PathBuf> = self.config.folders.iter().map(|folder| whole(folder)).collect();
        used.push(self.own.clone());
        lexicon.retain(|(path, _, _)| used.iter().any(|folder| Path::new(path).starts_with(folder)));
        let changed = state.lexicon.get_or_insert_with(|| lexicon.clone()) != &lexicon;
        if changed && !state.lexicon_changed {
            tracing::warn!("a lexicon file has changed; hint: restart to take it up");
        }
        state.lexicon_changed = changed;
        let news = report.added + report.changed + report.removed > 0 || state.refused != report.refused;
        state.refused.clone_from(&report.refused);
        drop(state);
        if news {
            tracing::info!(
                documents = report.documents,
                added = report.added,
                changed = report.changed,
                removed = report.removed,
                refused = report.refused.len(),
                left_out = report.left_out.len(),
                kept = report.refused.iter().filter(|refused| refused.kept).count(),
                ms = report.took_ms,
                "indexed"
            );
        } else {
            tracing::debug!(ms = report.took_ms, "nothing new in the knowledge folders");
        }
    }

    async fn carry_out(
        &self,
        roots: Vec<Root>,
        known: Vec<Source>,
        effort: Effort,
        turn: OwnedMutexGuard<()>,
    ) -> anyhow::Result<(Done, OwnedMutexGuard<()>)> {
        let plan = Plan {
            index: self.index.clone(),
            redactor: Arc::clone(&self.redactor),
            orders: Arc::clone(&self.orders),
            config: self.config.clone(),
            extractor: self.extractor.clone(),
            demo: self.schools.is_demo(),
            clock: Arc::clone(&self.clock),
            data: self.data.clone(),
            effort,
            hurry: Arc::clone(&self.hurry),
            cases: std::fs::canonicalize(&self.cases).unwrap_or_else(|_| self.cases.clone()),
        };
        // The turn goes with the work: whoever asked may be gone before it is done.
        let work = move || plan.carry_out(&roots, known).map(|done| (done, turn));
        let (done, turn) = tokio::task::spawn_blocking(work).await.context("indexing was cut off")??;
        self.store.sources_update(&done.put, &done.gone).await.context("cannot note what was indexed")?;
        Ok((done, turn))
    }

    async fn remember(&self, folder: &Path) -> anyhow::Result<()> {
        let whole = std::fs::canonicalize(folder).with_context(|| {
            format!(
                "cannot read the knowledge folder {}\nhint: check the path given with --knowledge",
                folder.display()
            )
        })?;
        anyhow::ensure!(
            whole.is_dir(),
            "{} is no folder\nhint: name the folder that holds the documents",
            folder.display()
        );
        self.store
            .knowledge_root_add(&whole.to_string_lossy(), self.clock.now())
            .await
            .context("cannot remember the folder")
    }

    /// Reads a folder no more; the next refresh takes its documents out of the index.
    ///
    /// # Errors
    /// A folder that was not known, or a database that cannot be written.
    pub async fn forget(&self, folder: &Path) -> anyhow::Result<()> {
        let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let known = self.store.knowledge_root_remove(&whole.to_string_lossy()).await?;
        anyhow::ensure!(known, "{} was not being read\nhint: `schullotse doctor` lists the folders", folder.display());
        Ok(())
    }

    /// Reads what is built in, and nothing else: makes an empty index useful at once.
    ///
    /// # Errors
    /// As [`Library::refresh`].
    pub async fn refresh_builtin(&self) -> anyhow::Result<()> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if self.config.builtin {
            let known = self.store.sources_of("builtin").await.context("cannot read what was indexed before")?;
            let effort = Effort { thorough: true, patient: false };
            self.carry_out(vec![Root::Builtin], known, effort, turn).await?;
        }
        self.reload_flows().await?;
        Ok(())
    }

    /// What is built in, and all folders.
    async fn roots(&self) -> anyhow::Result<Vec<Root>> {
        let folders = self.folders().await?;
        let read = folders.into_iter().filter(|folder| !self.is_ours(folder) || folder.is_dir());
        let builtin = self.config.builtin.then_some(Root::Builtin);
        Ok(builtin.into_iter().chain(read.map(Root::Folder)).collect())
    }

    /// Folders of our own, which nobody named: they may be missing.
    fn is_ours(&self, folder: &Path) -> bool {
        [whole(&self.own), whole(&self.cases.join("released"))].iter().any(|ours| ours == folder)
    }

    /// All folders, whether they are there or not: the configuration's, those remembered,
    /// the data folder's own, the past cases that were released.
    async fn folders(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut folders: Vec<PathBuf> = Vec::new();
        let remembered = self.store.knowledge_roots().await.context("cannot read the known folders")?;
        let named =
            self.config.folders.iter().cloned().chain(remembered.into_iter().map(|root| PathBuf::from(root.path)));
        for folder in named.chain([self.own.clone(), self.cases.join("released")]) {
            let whole = whole(&folder);
            if !folders.contains(&whole) {
                folders.push(whole);
            }
        }
        self.state.write().unwrap_or_else(PoisonError::into_inner).folders.clone_from(&folders);
        Ok(folders)
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        self.index.counts()
    }

    /// What the last run refused.
    #[must_use]
    pub fn refused(&self) -> Vec<Refused> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).refused.clone()
    }

    /// Whether lexicon files have changed since the start: they are read at the start only.
    #[must_use]
    pub fn lexicon_changed(&self) -> bool {
        self.state.read().unwrap_or_else(PoisonError::into_inner).lexicon_changed
    }
}

/// A folder's one name, where it is there.
fn whole(folder: &Path) -> PathBuf {
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

/// The lexicon: what is built in, then that of each folder, put together.
///
/// # Errors
/// A lexicon file of a folder that cannot be read, by path and line.
pub fn lexicon(config: &KnowledgeConfig, own: &Path) -> anyhow::Result<Lexicon> {
    // Also where our guides are not wanted: masking and danger need its words.
    let mut parts = builtin::lexicon()?;
    let folders = config.folders.iter().map(PathBuf::as_path).chain([own]);
    for folder in folders.filter(|folder| folder.join("lexicon").is_dir()) {
        parts.extend(roots::lexicon_of(folder, config)?);
    }
    Ok(crate::ingest::lexicon::merge(parts))
}

#[cfg(test)]
mod tests;
