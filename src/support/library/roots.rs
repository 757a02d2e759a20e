//! Where documents come from: what is built in, and folders. Which files each holds,
//! without reading them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;

use super::builtin;
use crate::{
    config::KnowledgeConfig,
    domain::lexicon::Lexicon,
    ingest::{
        self, IngestError, Refusal,
        role::{Role, role},
        scan::{self, FoundFile, Stamp},
    },
};

/// A folder to read, or what is built in. Later ones do not overrule earlier ones,
/// but every folder overrules what is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Builtin,
    Folder(PathBuf),
}

impl Root {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Builtin => "builtin".into(),
            Self::Folder(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// A file of it, as the list of sources names it.
    pub(super) fn key(&self, path: &str) -> String {
        match self {
            Self::Builtin => format!("builtin:{path}"),
            Self::Folder(folder) => folder.join(path).to_string_lossy().into_owned(),
        }
    }
}

/// The files of a root. Our own data are none, where they stand within it.
pub(super) fn files(root: &Root, data: &Path) -> Result<(Vec<FoundFile>, Vec<Refusal>), IngestError> {
    match root {
        Root::Folder(folder) => {
            if folder == data {
                let message = "is the data folder itself, which is not searched for documents".into();
                return Err(IngestError::Entry { message, hint: "put them into `knowledge/` in it" });
            }
            let mut found = scan::scan(folder)?;
            if let Ok(ours) = data.strip_prefix(folder) {
                let ours = ours.to_string_lossy();
                let theirs = |path: &str| {
                    !path.strip_prefix(&*ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                found.files.retain(|file| theirs(&file.path));
                found.refused.retain(|refusal| theirs(&refusal.path));
            }
            Ok((found.files, found.refused))
        }
        Root::Builtin => {
            let mut files = Vec::new();
            for path in builtin::paths() {
                if let Some(role) = role(&path, true)? {
                    let size = builtin::bytes(&path).map_or(0, |bytes| bytes.len() as u64);
                    files.push(FoundFile { path, role, stamp: Stamp { size, modified: None }, meta: None });
                }
            }
            Ok((files, Vec::new()))
        }
    }
}

/// Size and time of a file and of what stands beside it.
pub(super) fn stamp(file: &FoundFile) -> (u64, i64) {
    let time = |stamp: &Stamp| stamp.modified.map_or(0, Timestamp::as_millisecond);
    match &file.meta {
        Some((_, beside)) => (file.stamp.size + beside.size, time(&file.stamp).max(time(beside))),
        None => (file.stamp.size, time(&file.stamp)),
    }
}

/// The lexicon files of a folder.
pub(super) fn lexicon_of(folder: &Path, config: &KnowledgeConfig) -> anyhow::Result<Vec<Lexicon>> {
    let found = scan::scan(folder).with_context(|| folder.display().to_string())?;
    let files = found.files.iter().filter(|file| file.role == Role::Lexicon);
    files
        .map(|file| {
            let bytes = ingest::load::bounded(&folder.join(&file.path), config.max_file_mib);
            let lexicon = bytes.and_then(|bytes| ingest::lexicon::read_lexicon(&file.path, &bytes));
            lexicon.with_context(|| folder.join(&file.path).display().to_string())
        })
        .collect()
}
