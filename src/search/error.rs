//! Why the index cannot be used or changed, in words that say what to do.

use std::path::PathBuf;

use tantivy::TantivyError;

/// A failure of the index. What was searchable before stays searchable.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The folder cannot be created, read or written.
    #[error(
        "cannot use the index in {folder}: {message}\nhint: check that the folder is writable and the disk has room; it may be deleted, the index is built again"
    )]
    Folder { folder: PathBuf, message: String },
    /// Another process changes this index.
    #[error(
        "another process is writing the index in {folder}\nhint: stop the other `schullotse` that uses this data folder, or let it do the indexing"
    )]
    Locked { folder: PathBuf },
    /// Weights that were fitted with another analysis of words would mean something else.
    #[error(
        "the weights of the ranking were fitted with the analysis {theirs}, this is {ours}\nhint: fit them anew with `schullotse fit ranking`, or leave `search.ranking` out to use those that are built in"
    )]
    Weights { theirs: String, ours: String },
    /// What is read from the index makes no sense.
    #[error(
        "cannot read the index: {message}\nhint: stop the server, delete the index folder and start again; it is built anew from the knowledge"
    )]
    Damaged { message: String },
}

impl SearchError {
    pub(super) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged { message: error.to_string() }
    }

    /// A failure to write, with the folder that it is about.
    pub(super) fn writing(folder: &std::path::Path, error: &TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(tantivy::directory::error::LockError::LockBusy, _) => {
                Self::Locked { folder: folder.to_owned() }
            }
            // What the thread met is not told; that it could not write nearly always means the disk.
            TantivyError::ErrorInThread(_) => {
                Self::Folder { folder: folder.to_owned(), message: "it could not be written to the end".into() }
            }
            error => Self::Folder { folder: folder.to_owned(), message: error.to_string() },
        }
    }
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        Self::damaged(error)
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        Self::damaged(error)
    }
}
