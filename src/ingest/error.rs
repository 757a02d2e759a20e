//! Why something is not taken in, in plain words, and what to do about it.
//!
//! Every message reads after a file's name: "guides/a.pdf: is empty".

use serde::{Deserialize, Serialize};

/// Why one file, line or entry was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    #[error("cannot be read: {0}\nhint: check that it is there and that this user may read it")]
    Unreadable(String),
    #[error("is empty\nhint: write something into it or delete it")]
    Empty,
    #[error("is larger than {most_mib} MiB\nhint: split it, or raise `knowledge.max_file_mib`")]
    TooLarge { most_mib: u64 },
    #[error("holds more than {most} characters\nhint: split it, or raise `knowledge.extract_max_chars`")]
    TooLong { most: usize },
    #[error("format {ending} is not supported yet\nhint: save it as Markdown, HTML, PDF or plain text")]
    Format { ending: String },
    #[error("contains NUL bytes, so it is no text in UTF-8\nhint: save it with the encoding UTF-8")]
    Nul,
    #[error("is not valid UTF-8 in line {line}\nhint: save it with the encoding UTF-8")]
    NotUtf8 { line: usize },
    #[error("contains no text\nhint: write something into it or delete it")]
    NoText,
    #[error(
        "has no front matter\nhint: begin with `---`, `title: …`, `---`, or put a `NAME.meta.yaml` with the title beside it"
    )]
    NoFrontMatter,
    #[error(
        "front matter, line {line}: {message}\nhint: `knowledge/README.md` names every key and its values; a date is written 2026-03-09"
    )]
    FrontMatter { line: usize, message: String },
    #[error("line {line}: {message}\nhint: {hint}")]
    Line { line: usize, message: String, hint: &'static str },
    #[error("{message}\nhint: {hint}")]
    Entry { message: String, hint: &'static str },
    #[error(transparent)]
    Extract(#[from] ExtractFault),
}

/// What became of the child process that reads a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractFault {
    #[error("needs too much memory to be read, or nests without end\nhint: print it to a new PDF and use that")]
    Memory,
    #[error("takes too long to be read\nhint: print it to a new PDF, or split it")]
    Time,
    #[error("is damaged\nhint: open it, print it to a new PDF and use that")]
    Damaged,
    #[error("is encrypted and needs a password\nhint: save it without a password")]
    Encrypted,
    /// A scan; the operator reads it in German.
    #[error("enthält keinen Text: bitte mit Texterkennung speichern")]
    NoText,
    #[error(
        "could not be read, because the extractor did not start: {0}\nhint: check that the program file may be run"
    )]
    Start(String),
}

/// A file, or a line of one, that was not taken in. Never a failure of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Path relative to the knowledge folder, with `/`; `:LINE` behind it where a line is meant.
    pub path: String,
    /// One line; what to do stands after `hint:`.
    pub reason: String,
}

impl Refusal {
    /// The refusal of `path` for `error`.
    #[must_use]
    pub fn new(path: impl Into<String>, error: &IngestError) -> Self {
        Self { path: path.into(), reason: error.to_string().replace('\n', "; ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line() {
        let refusal = Refusal::new("guides/a.md", &IngestError::Empty);
        assert_eq!(refusal.reason, "is empty; hint: write something into it or delete it");
    }
}
