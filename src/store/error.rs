//! Why the database could not do what was asked.
//!
//! The variants are what a caller decides on; all else is [`StoreError::Database`].
//! No message carries stored text: what people wrote must not reach a log.

use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// A failure of the store. Nothing was written where one is returned.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the data folder is full: {0}\nhint: free some space on the disk; what was asked has not been stored")]
    Full(String),
    #[error(
        "the data folder cannot be written: {0}\nhint: give the server's user the right to write there, or name another folder with --data"
    )]
    ReadOnly(String),
    #[error("cannot open the database {}: {message}\nhint: check the folder given with --data", path.display())]
    Open { path: PathBuf, message: String },
    #[error(
        "the database was written by a newer version of this program (schema {0})\nhint: install that version again, or restore a backup made with this one"
    )]
    Newer(i64),
    #[error(
        "the database's schema {0} is not the one this program knows\nhint: use the version that created it, or restore a backup"
    )]
    Altered(i64),
    #[error(
        "the database file is damaged: {0}\nhint: stop the server, keep a copy of the data folder, and restore the last backup"
    )]
    Corrupt(String),
    #[error("the database is in use by another process: {0}\nhint: try again when the other command has ended")]
    Busy(String),
    #[error("the conversation is not there (any more)\nhint: start a new one")]
    NoConversation,
    #[error("this id was already used for something else\nhint: give every command an id of its own")]
    Conflict,
    #[error("another school directory was imported meanwhile; nothing was changed\nhint: run the import again")]
    Outdated,
    #[error("a stored {what} cannot be read (at column {column})\nhint: `schullotse doctor` checks the database")]
    Damaged { what: &'static str, column: usize },
    #[error("the database failed: {0}\nhint: `schullotse doctor` checks the database")]
    Database(String),
}

impl StoreError {
    /// Whether space is missing: new messages cannot be kept, reading still works.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Whether the file or folder may not be written.
    #[must_use]
    pub fn is_readonly(&self) -> bool {
        matches!(self, Self::ReadOnly(_))
    }

    /// Whether trying again soon may help.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// The failure as one of opening `path`, unless it says more already.
    pub(super) fn opening(self, path: &Path) -> Self {
        match self {
            Self::Database(message) => Self::Open { path: path.into(), message },
            Self::Full(message) => Self::Full(format!("{}: {message}", path.display())),
            Self::ReadOnly(message) => Self::ReadOnly(format!("{}: {message}", path.display())),
            Self::Corrupt(message) => Self::Corrupt(format!("{}: {message}", path.display())),
            other => other,
        }
    }

    /// A failure to create the folder or the file.
    pub(super) fn creating(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let message = error.to_string();
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(message),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(message),
            _ => Self::Database(message),
        }
        .opening(path)
    }

    /// A stored JSON text that is not what it should be. The parser's own words are left out: they quote the text.
    pub(super) fn damaged(what: &'static str, error: &serde_json::Error) -> Self {
        Self::Damaged { what, column: error.column() }
    }
}

/// SQLite's result codes, <https://sqlite.org/rescode.html>; the lower byte is the primary one.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READONLY: i32 = 8;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOT_A_DATABASE: i32 = 26;
    /// Growing the shared memory beside the log failed: the disk is full.
    pub(super) const IO_SHARED_MEMORY_SIZE: i32 = 4874;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy("no connection became free in time".into()),
            sqlx::Error::Migrate(error) => (*error).into(),
            sqlx::Error::Database(error) => {
                let message = error.message().to_owned();
                let number: i32 = error.code().and_then(|code| code.parse().ok()).unwrap_or_default();
                if number == code::IO_SHARED_MEMORY_SIZE {
                    return Self::Full(message);
                }
                match number & 0xff {
                    code::BUSY | code::LOCKED => Self::Busy(message),
                    code::READONLY => Self::ReadOnly(message),
                    code::CORRUPT | code::NOT_A_DATABASE => Self::Corrupt(message),
                    code::FULL => Self::Full(message),
                    _ => Self::Database(format!("{message} (code {number})")),
                }
            }
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => Self::Altered(version),
            other => Self::Database(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_says_what_to_do_next() {
        let path = PathBuf::from("data/schullotse.db");
        for error in [
            StoreError::Full("x".into()),
            StoreError::ReadOnly("x".into()).opening(&path),
            StoreError::Database("x".into()).opening(&path),
            StoreError::Newer(1),
            StoreError::Altered(1),
            StoreError::Corrupt("x".into()),
            StoreError::Busy("x".into()),
            StoreError::NoConversation,
            StoreError::Conflict,
            StoreError::Outdated,
            StoreError::Database("x".into()),
        ] {
            assert!(error.to_string().contains("hint: "), "{error}");
        }
    }

    #[test]
    fn unreadable_text_is_not_quoted() {
        let error = serde_json::from_str::<i64>("\"canary\"").unwrap_err();
        assert!(error.to_string().contains("canary"), "else the test shows nothing");
        assert!(!StoreError::damaged("event", &error).to_string().contains("canary"));
    }

    #[test]
    fn a_full_and_a_forbidden_folder_are_told_apart() {
        let path = Path::new("data");
        let of = |kind: std::io::ErrorKind| StoreError::creating(path, &kind.into());
        assert!(of(std::io::ErrorKind::StorageFull).is_full());
        assert!(of(std::io::ErrorKind::PermissionDenied).is_readonly());
        assert!(matches!(of(std::io::ErrorKind::NotADirectory), StoreError::Open { .. }));
    }
}
