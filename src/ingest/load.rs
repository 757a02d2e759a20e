//! Files of a knowledge folder into memory: regular ones only, within a bound.

use std::{borrow::Cow, io::Read as _, path::Path};

use rustix::fs::{Mode, OFlags};

use super::IngestError;
use crate::config::KnowledgeConfig;

pub(super) const MIB: u64 = 1024 * 1024;

/// A guide's bytes, from wherever they come.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// Relative to its knowledge folder, with `/`: the document's id comes from it.
    pub path: &'a str,
    pub bytes: Cow<'a, [u8]>,
    /// Bytes of `NAME.meta.yaml`. A guide's own front matter goes before it.
    pub meta: Option<Cow<'a, [u8]>>,
}

/// Reads a file of a knowledge folder (and `meta` beside it) into memory.
///
/// # Errors
/// [`IngestError::Unreadable`], also where `path` has become a link; [`IngestError::TooLarge`].
pub fn load<'a>(
    root: &Path,
    path: &'a str,
    meta: Option<&str>,
    config: &KnowledgeConfig,
) -> Result<Source<'a>, IngestError> {
    let bytes = bounded(&root.join(path), config.max_file_mib)?;
    let meta = meta.map(|meta| bounded(&root.join(meta), 1)).transpose()?;
    Ok(Source { path, bytes: bytes.into(), meta: meta.map(Cow::Owned) })
}

/// The beginning of a file and what stands beside it, as far as both can be read: for
/// what is said of a file that [`load`] refuses.
#[must_use]
pub fn head<'a>(root: &Path, path: &'a str, meta: Option<&str>, most: usize) -> Source<'a> {
    let begin = |path: &str| {
        let mut bytes = Vec::new();
        let file = open(&root.join(path)).ok()?;
        file.take(most as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    Source { path, bytes: begin(path).unwrap_or_default().into(), meta: meta.and_then(begin).map(Cow::Owned) }
}

/// A whole regular file of at most `most_mib` MiB; neither a link nor a pipe is opened.
///
/// # Errors
/// As [`load`].
pub fn bounded(path: &Path, most_mib: u64) -> Result<Vec<u8>, IngestError> {
    let file = open(path)?;
    let most = most_mib.saturating_mul(MIB);
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(IngestError::TooLarge { most_mib });
    }
    Ok(bytes)
}

/// A regular file, opened; neither a link nor a pipe.
fn open(path: &Path) -> Result<std::fs::File, IngestError> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| unreadable(error.into()))?;
    let file = std::fs::File::from(file);
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(IngestError::Unreadable("no regular file".into()));
    }
    Ok(file)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn unreadable(error: std::io::Error) -> IngestError {
    IngestError::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_too_large_or_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::File::create(&path).unwrap().set_len(MIB + 1).unwrap();
        assert_eq!(bounded(&path, 1), Err(IngestError::TooLarge { most_mib: 1 }));
        assert!(matches!(bounded(folder.path(), 1), Err(IngestError::Unreadable(_))));
        let link = folder.path().join("l");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(bounded(&link, 2), Err(IngestError::Unreadable(_))));
    }
}
