//! From folders of documents to passages that can be found: scan, read, mask,
//! cut, index. The one way in for the command, the running server and later the
//! watcher. What is unchanged is not read twice; what has changed or gone leaves
//! nothing of the old behind.

mod builtin;
mod cases;
mod find;
mod plan;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Instant,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

use self::plan::{Done, Plan, Root};
pub use self::{
    builtin::builtin_directory,
    find::{Found, FoundHit},
};
use crate::{
    config::KnowledgeConfig,
    domain::{clock::Clock, lexicon::Lexicon},
    ingest::{Extractor, Limits, Refusal},
    search::{Counts, Index},
    store::{Source, Store},
    support::{directory::Schools, redact::Redactor},
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
    pub refused: Vec<Refusal>,
    pub took_ms: u64,
}

/// The documents and the index over them.
pub struct Library {
    index: Index,
    store: Store,
    schools: Schools,
    redactor: Arc<Redactor>,
    clock: Arc<dyn Clock>,
    config: KnowledgeConfig,
    extractor: Extractor,
    /// `knowledge/` in the data folder, read where it exists.
    own: PathBuf,
    /// `cases/` in the data folder: of its batches of past tickets those released are read.
    cases: PathBuf,
    /// One run at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
    refused: RwLock<Vec<Refusal>>,
}

/// What the library is built from.
pub struct Parts {
    pub index: Index,
    pub store: Store,
    pub schools: Schools,
    pub redactor: Arc<Redactor>,
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
        Self {
            index: parts.index,
            store: parts.store,
            schools: parts.schools,
            redactor: parts.redactor,
            clock: parts.clock,
            config: parts.config,
            extractor,
            own: parts.data.join("knowledge"),
            cases: parts.data.join("cases"),
            turn: Arc::default(),
            refused: RwLock::default(),
        }
    }

    /// Brings the index up to date with all folders. `more` are folders to read from
    /// now on; they are remembered.
    ///
    /// # Errors
    /// A folder of `more` that is none, or an index or database that cannot be
    /// written. The index then stays as it was.
    pub async fn refresh(&self, more: &[PathBuf]) -> anyhow::Result<Report> {
        let started = Instant::now();
        let turn = Arc::clone(&self.turn).lock_owned().await;
        for folder in more {
            self.remember(folder).await?;
        }
        let roots = self.roots().await?;
        let known = self.store.sources().await.context("cannot read what was indexed before")?;
        let done = self.carry_out(roots, known, turn).await?;
        let counts = self.index.counts();
        let report = Report {
            documents: counts.documents,
            chunks: counts.chunks,
            added: done.added,
            changed: done.changed,
            removed: done.removed,
            refused: done.refused,
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        self.refused.write().unwrap_or_else(PoisonError::into_inner).clone_from(&report.refused);
        tracing::info!(
            documents = report.documents,
            added = report.added,
            changed = report.changed,
            removed = report.removed,
            refused = report.refused.len(),
            ms = report.took_ms,
            "indexed"
        );
        Ok(report)
    }

    async fn carry_out(&self, roots: Vec<Root>, known: Vec<Source>, turn: OwnedMutexGuard<()>) -> anyhow::Result<Done> {
        let plan = Plan {
            index: self.index.clone(),
            redactor: Arc::clone(&self.redactor),
            config: self.config.clone(),
            extractor: self.extractor.clone(),
            demo: self.schools.is_demo(),
            cases: std::fs::canonicalize(&self.cases).unwrap_or_else(|_| self.cases.clone()),
            now: self.clock.now(),
        };
        // The turn goes with the work: whoever asked may be gone before it is done.
        let work = move || plan.carry_out(&roots, known).map(|done| (done, turn));
        let (done, _turn) = tokio::task::spawn_blocking(work).await.context("indexing was cut off")??;
        self.store.sources_update(&done.put, &done.gone).await.context("cannot note what was indexed")?;
        Ok(done)
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
            self.carry_out(vec![Root::Builtin], known, turn).await?;
        }
        Ok(())
    }

    /// All folders: what is built in, the configuration's, those remembered, the data folder's own,
    /// the past cases that were released.
    async fn roots(&self) -> anyhow::Result<Vec<Root>> {
        let mut folders: Vec<PathBuf> = Vec::new();
        let remembered = self.store.knowledge_roots().await.context("cannot read the known folders")?;
        let named =
            self.config.folders.iter().cloned().chain(remembered.into_iter().map(|root| PathBuf::from(root.path)));
        let ours = [self.own.clone(), self.cases.join("released")].into_iter().filter(|folder| folder.is_dir());
        for folder in named.chain(ours) {
            let whole = std::fs::canonicalize(&folder).unwrap_or(folder);
            if !folders.contains(&whole) {
                folders.push(whole);
            }
        }
        let builtin = self.config.builtin.then_some(Root::Builtin);
        Ok(builtin.into_iter().chain(folders.into_iter().map(Root::Folder)).collect())
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        self.index.counts()
    }

    /// What the last run refused.
    #[must_use]
    pub fn refused(&self) -> Vec<Refusal> {
        self.refused.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The lexicon: what is built in, then that of each folder, put together.
///
/// # Errors
/// A lexicon file of a folder that cannot be read, by path and line.
pub fn lexicon(config: &KnowledgeConfig, own: &Path) -> anyhow::Result<Lexicon> {
    let mut parts = Vec::new();
    if config.builtin {
        parts.extend(builtin::lexicon()?);
    }
    let folders = config.folders.iter().map(PathBuf::as_path).chain([own]);
    for folder in folders.filter(|folder| folder.join("lexicon").is_dir()) {
        parts.extend(plan::lexicon_of(folder, config)?);
    }
    Ok(crate::ingest::lexicon::merge(parts))
}
