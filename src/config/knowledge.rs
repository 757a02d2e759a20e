//! `[knowledge]`: what is read, and the bounds of reading.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `[knowledge]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnowledgeConfig {
    /// Folders of the authority's own documents, beside what is built in.
    pub folders: Vec<PathBuf>,
    /// Use the guides that are built in. The lexicon is used in any case.
    pub builtin: bool,
    /// Import the invented demo authority into an empty database.
    pub demo: bool,
    /// Read a folder again as soon as something in it changes, while the server runs.
    pub watch: bool,
    /// Beside that, look for changes every so many seconds: network drives do not tell of
    /// them. 0 = never.
    pub watch_poll_seconds: u64,
    /// Largest file read, MiB.
    pub max_file_mib: u64,
    /// Memory of the child process that reads a PDF, DOCX or ODT, MiB.
    pub extract_memory_mib: u64,
    /// Processor time of the child, seconds.
    pub extract_cpu_seconds: u64,
    /// Longest wait for the child, seconds.
    pub extract_wall_seconds: u64,
    /// Most characters taken from one document.
    pub extract_max_chars: usize,
}

impl Default for KnowledgeConfig {
    fn default() -> Self {
        Self {
            folders: Vec::new(),
            builtin: true,
            demo: true,
            watch: true,
            watch_poll_seconds: 60,
            max_file_mib: 64,
            extract_memory_mib: 512,
            extract_cpu_seconds: 10,
            extract_wall_seconds: 20,
            extract_max_chars: 5_000_000,
        }
    }
}
