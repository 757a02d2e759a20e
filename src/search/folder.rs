//! The index's folder: opened as it is where it fits, else emptied. What does
//! not fit (another analysis, another schema, damaged files) is useless, and
//! everything in it is made from the knowledge anyway.

use std::{io, path::Path};

use tantivy::{
    Directory as _, Index,
    directory::{INDEX_WRITER_LOCK, MmapDirectory, error::LockError},
    schema::Schema,
};

use super::error::SearchError;

/// What was found on opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The index of an earlier run, as its last commit left it.
    Existing,
    /// An empty index: the caller puts everything in.
    Fresh,
}

/// Opens or makes the index in a folder.
pub(super) fn open(folder: &Path, schema: &Schema, fingerprint: &str) -> Result<(Index, Opened), SearchError> {
    let unusable = |message: String| SearchError::Folder { folder: folder.to_owned(), message };
    std::fs::create_dir_all(folder).map_err(|error| unusable(error.to_string()))?;
    if let Some(index) = existing(folder, schema, fingerprint) {
        return Ok((index, Opened::Existing));
    }
    let directory = MmapDirectory::open(folder).map_err(|error| unusable(error.to_string()))?;
    let lock = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|error| match error {
        LockError::LockBusy => SearchError::Locked { folder: folder.to_owned() },
        LockError::IoError(error) => unusable(error.to_string()),
    })?;
    empty(folder).map_err(|error| unusable(error.to_string()))?;
    drop(lock);
    let index = Index::create_in_dir(folder, schema.clone()).map_err(|error| unusable(error.to_string()))?;
    Ok((index, Opened::Fresh))
}

/// The index of an earlier run, if every file of it is whole and it was made by this analysis.
fn existing(folder: &Path, schema: &Schema, fingerprint: &str) -> Option<Index> {
    let index = Index::open_in_dir(folder).ok()?;
    let meta = index.load_metas().ok()?;
    let whole = || index.validate_checksum().is_ok_and(|damaged| damaged.is_empty());
    (index.schema() == *schema && meta.payload.as_deref() == Some(fingerprint) && whole()).then_some(index)
}

/// Removes the files of an index and nothing else that may lie in the folder.
fn empty(folder: &Path) -> io::Result<()> {
    const ENDINGS: [&str; 9] = ["store", "idx", "pos", "term", "fast", "fieldnorm", "del", "temp", "json"];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let ours = match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => matches!(name, "meta.json" | ".managed.json"),
            Some(ending) => ENDINGS.contains(&ending),
            None => false,
        };
        if ours && path.is_file() {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}
