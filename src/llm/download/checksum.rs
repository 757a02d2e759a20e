//! Checksums of model files, recorded beside them in the form of `sha256sum`.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::DownloadError;

/// A model file compared with its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Name of the file without folder.
    pub file: String,
    /// SHA-256 of the file as it is now.
    pub sha256: String,
    pub verdict: Verdict,
}

/// What the comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As when it was fetched.
    Same,
    /// Another content than when it was fetched.
    Changed,
    /// No `NAME.sha256` stands beside it.
    Unrecorded,
}

/// Reads every `.gguf` file of the folder and compares it with its record, in the
/// order of their names. Blocks for seconds where files are large. A folder that is
/// missing holds no files.
///
/// # Errors
/// [`DownloadError::File`] where a file cannot be read.
pub fn verify(folder: &Path) -> Result<Vec<Checked>, DownloadError> {
    let fault = |source| DownloadError::File { path: folder.into(), source };
    let entries = match folder.read_dir() {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(fault)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(fault(error)),
    };
    let mut files: Vec<PathBuf> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "gguf") && path.is_file())
        .collect();
    files.sort();
    let check = |path: PathBuf| {
        let (_, sha256) = hash_blocking(&path).map_err(|source| DownloadError::File { path: path.clone(), source })?;
        let verdict = match recorded(&path) {
            None => Verdict::Unrecorded,
            Some(known) if known == sha256 => Verdict::Same,
            Some(_) => Verdict::Changed,
        };
        Ok(Checked { file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(), sha256, verdict })
    };
    files.into_iter().map(check).collect()
}

/// Length and SHA-256 of a file.
pub(super) async fn hash(path: &Path) -> Result<(u64, String), DownloadError> {
    let owned = path.to_owned();
    let hashed = tokio::task::spawn_blocking(move || hash_blocking(&owned)).await.map_err(io::Error::other);
    hashed.and_then(|hashed| hashed).map_err(|source| DownloadError::File { path: path.into(), source })
}

fn hash_blocking(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let (mut buffer, mut bytes) = (vec![0; 1 << 20], 0);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        bytes += read as u64;
    }
    let mut text = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok((bytes, text))
}

/// The checksum recorded for a file.
pub(super) fn recorded(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(record_of(path)).ok()?;
    text.split_whitespace().next().map(str::to_lowercase)
}

/// Records the checksum of a file.
pub(super) fn record(path: &Path, sha256: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    std::fs::write(record_of(path), format!("{sha256}  {name}\n"))
}

fn record_of(path: &Path) -> PathBuf {
    path.with_extension("sha256")
}
