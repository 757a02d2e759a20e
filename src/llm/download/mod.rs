//! Fetches model files: resumed after a break, checked, put in place in one step.
//!
//! What is under way stands in `NAME.part`, with `NAME.part.json` beside it saying
//! what it is a part of; a break, a crash or a closed lid costs nothing that has
//! arrived. Only a file of the right length, content and (where known) SHA-256 gets
//! its name. Nothing is fetched but on the operator's `models pull`.

mod checksum;
mod transfer;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Once,
    time::Duration,
};

use serde::Serialize;

pub use self::checksum::{Checked, Verdict, verify};
use self::{checksum::hash, transfer::Transfer};
use super::manifest::Entry;

/// Told the bytes that have arrived and, where known, how many there will be.
pub type Progress<'a> = &'a (dyn Fn(u64, Option<u64>) + Send + Sync);

/// How long to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Attempts in a row that bring nothing new.
    pub attempts: u32,
    /// Pause after the first of them; doubled after each further one.
    pub pause: Duration,
    /// Longest silence of the server.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 6, pause: Duration::from_secs(1), silence: Duration::from_secs(30) }
    }
}

/// A fetched file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pulled {
    pub path: PathBuf,
    pub bytes: u64,
    /// SHA-256 of the file, as recorded in `NAME.sha256`.
    pub sha256: String,
    /// The list named the same one; if not, whether the file is the right one is not proved.
    pub proved: bool,
    /// The file was there already and nothing was fetched.
    pub present: bool,
}

/// Why a file cannot be fetched. Every message ends with what to do.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    #[error("no connection can be prepared: {0}\nhint: on Debian, `apt install ca-certificates`")]
    Client(String),
    #[error("{url} answers {status}\nhint: {}", status_hint(*status))]
    Refused { url: String, status: u16 },
    #[error(
        "the connection to {url} broke off: {message}\nhint: check the network (behind a proxy, set HTTPS_PROXY); \
         the same command goes on where it stopped"
    )]
    Broken { url: String, message: String },
    #[error("{file}: {message}\nhint: the address may be wrong, or a filter stands in between; try another network")]
    Content { file: String, message: String },
    #[error("{path}: {needed} bytes are needed, {free} are free\nhint: free some space or use another --data folder")]
    NoSpace { path: PathBuf, needed: u64, free: u64 },
    #[error("{path}: {source}\nhint: {}", io_hint(source))]
    File { path: PathBuf, source: io::Error },
    #[error("{0} is being fetched already\nhint: wait for the other command to end")]
    Busy(String),
}

impl DownloadError {
    /// Whether the next attempt may go better.
    fn passes(&self) -> bool {
        match self {
            Self::Broken { .. } => true,
            Self::Refused { status, .. } => matches!(status, 408 | 416 | 425 | 429 | 500..),
            _ => false,
        }
    }
}

/// Fetches a model into `folder`, which is made if it is missing. A file that is
/// there and matches the list, or else its own record, is left alone.
///
/// # Errors
/// [`DownloadError`]; what has arrived stays and the next call goes on from there,
/// unless it proved to be wrong.
pub async fn pull(entry: &Entry, folder: &Path, progress: Progress<'_>) -> Result<Pulled, DownloadError> {
    pull_with(entry, folder, Patience::default(), progress).await
}

/// As [`pull`], with another patience.
///
/// # Errors
/// As [`pull`].
pub async fn pull_with(
    entry: &Entry,
    folder: &Path,
    patience: Patience,
    progress: Progress<'_>,
) -> Result<Pulled, DownloadError> {
    let target = folder.join(&entry.file);
    std::fs::create_dir_all(folder).map_err(|source| DownloadError::File { path: folder.into(), source })?;
    if let Some(present) = present(entry, &target).await? {
        return Ok(present);
    }
    let mut transfer = Transfer::open(entry, &target, client(patience)?)?;
    let mut fruitless = 0;
    loop {
        let before = transfer.arrived();
        match transfer.attempt(progress).await {
            Ok(()) => break,
            Err(error) if error.passes() => {
                fruitless = if transfer.arrived() > before { 1 } else { fruitless + 1 };
                if fruitless >= patience.attempts {
                    return Err(error);
                }
                tracing::warn!(attempt = fruitless, "the download broke off and is taken up again");
                tokio::time::sleep(patience.pause * 2_u32.saturating_pow(fruitless - 1)).await;
            }
            Err(error) => return Err(error),
        }
    }
    let (bytes, sha256) = transfer.finish(entry, &target).await?;
    if entry.sha256.is_none() {
        tracing::warn!(file = entry.file, sha256, "no checksum is known for this model; the one seen is recorded");
    }
    Ok(Pulled { path: target, bytes, sha256, proved: entry.sha256.is_some(), present: false })
}

/// The file itself, if it is there and is what it should be.
async fn present(entry: &Entry, target: &Path) -> Result<Option<Pulled>, DownloadError> {
    let Some(expected) = entry.sha256.clone().or_else(|| checksum::recorded(target)) else { return Ok(None) };
    if !target.is_file() {
        return Ok(None);
    }
    let (bytes, sha256) = hash(target).await?;
    let pulled = Pulled { path: target.into(), bytes, sha256, proved: entry.sha256.is_some(), present: true };
    Ok(Some(pulled).filter(|pulled| pulled.sha256 == expected))
}

fn client(patience: Patience) -> Result<reqwest::Client, DownloadError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only where another part of the process has installed one; that one then holds.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(patience.silence)
        .read_timeout(patience.silence)
        .build()
        .map_err(|error| DownloadError::Client(transfer::chain(&error)))
}

fn status_hint(status: u16) -> &'static str {
    match status {
        401 | 403 => "the file may need a licence agreement on its page; fetch it by hand into the models folder",
        404 | 410 => "the address is no longer right; give the present one with --url",
        429 => "too many requests from this network; try again later",
        500.. => "the server has a fault of its own; try again later",
        _ => "open the address in a browser to see what the server wants",
    }
}

fn io_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; free some space, then run the same command again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "the folder cannot be written; run as the server's user or name another with --data"
        }
        _ => "check the folder given with --data",
    }
}

#[cfg(test)]
mod tests;
