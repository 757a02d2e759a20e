//! Batches of past cases (`support::past_cases`) as the library sees them: those that
//! were released are a folder like any other, all else below `cases` does not exist.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;

use super::{Library, roots};
use crate::ingest::{
    role::Role,
    scan::{self, FoundFile},
};

/// Whether a file of `folder` is one of a batch that is held back, or none at all.
pub(super) fn held_back(cases: &Path, folder: &Path, file: &FoundFile) -> bool {
    let released = *folder == cases.join("released");
    folder.join(&file.path).starts_with(cases) && !(released && file.role == Role::Resolutions)
}

impl Library {
    /// Whether the index knows other batches than those that are released now: a command
    /// that moved one was killed before it could say so.
    ///
    /// # Errors
    /// What the database reports, or a folder that cannot be read.
    pub async fn cases_are_stale(&self) -> anyhow::Result<bool> {
        let folder = self.cases.join("released");
        let whole = std::fs::canonicalize(&folder).unwrap_or(folder);
        let known = self.store.sources_of(&whole.to_string_lossy()).await.context("cannot read what was indexed")?;
        let known: BTreeMap<String, (u64, i64)> =
            known.into_iter().map(|row| (row.path, (row.size, row.mtime_ms))).collect();
        let files = if whole.is_dir() { scan::scan(&whole)?.files } else { Vec::new() };
        let there = files.into_iter().filter(|file| file.role == Role::Resolutions);
        let there: BTreeMap<String, (u64, i64)> =
            there.map(|file| (whole.join(&file.path).to_string_lossy().into_owned(), roots::stamp(&file))).collect();
        Ok(known != there)
    }
}
