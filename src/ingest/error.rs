//! Why something is not taken in, in plain words, and what to do about it.
//!
//! Every message reads after a file's name: "guides/a.pdf: is empty".

use serde::{Deserialize, Serialize};

use crate::domain::json_lines::LineError;

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
    #[error("format {ending} is not read\nhint: {hint}")]
    Format { ending: String, hint: &'static str },
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
    Directory(#[from] super::directory::Faults),
    #[error(transparent)]
    Extract(#[from] ExtractFault),
    #[error(transparent)]
    Office(#[from] OfficeFault),
}

impl From<LineError> for IngestError {
    fn from(error: LineError) -> Self {
        match error {
            LineError::NotUtf8 { line } => Self::NotUtf8 { line },
            LineError::Line { line, message, hint } => Self::Line { line, message, hint },
        }
    }
}

impl IngestError {
    /// A file whose ending, in lower case and without its dot, is none that is read.
    #[must_use]
    pub(super) fn format(ending: &str) -> Self {
        let name = if ending.is_empty() { "without an ending".into() } else { format!("`.{ending}`") };
        Self::Format { ending: name, hint: instead(ending) }
    }
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

/// Why a word processor's file is not read; the child process says so to the parent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeFault {
    #[error("is encrypted and needs a password\nhint: save it without a password")]
    Encrypted,
    #[error("is an old Word document\nhint: open it and save it as DOCX or PDF")]
    OldWord,
    #[error("is another old Office file\nhint: open it and save it as DOCX, ODT or PDF")]
    OldOffice,
    #[error("is a spreadsheet, whatever its name\nhint: {SPREADSHEET}")]
    Spreadsheet,
    #[error("is a presentation, whatever its name\nhint: {PRESENTATION}")]
    Presentation,
    #[error("is a PDF, whatever its name\nhint: rename it to `.pdf`")]
    Pdf,
    #[error("is RTF, whatever its name\nhint: open it and save it as DOCX, ODT or PDF")]
    Rtf,
    #[error("is HTML, whatever its name\nhint: rename it to `.html`")]
    Html,
    #[error("is plain text, whatever its name\nhint: rename it to `.txt`")]
    Text,
    #[error("is a zip file, but no DOCX or ODT\nhint: unpack it and put the documents themselves here")]
    Archive,
    #[error("is no DOCX or ODT, or is damaged\nhint: open it, save it anew as DOCX or PDF and use that")]
    Damaged,
    #[error("holds {what}, as no word processor writes it\nhint: open it, save it anew as DOCX or PDF and use that")]
    Forged { what: Forgery },
    #[error("needs more to be read than is allowed: {what}\nhint: split it, or print it to a PDF and use that")]
    Bomb { what: Excess },
}

/// Something in a file that only a forger puts there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    #[error("entries that overlap or stand twice")]
    Entries,
    #[error("names that lead out of it")]
    Names,
    #[error("symbolic links")]
    Links,
    #[error("a document type or entities of its own")]
    Entities,
    #[error("parts packed in an unusual way")]
    Method,
}

/// Of what a file has too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Excess {
    #[error("too many parts")]
    Parts,
    #[error("unpacked it is too large")]
    Size,
    #[error("it unpacks to many times its size")]
    Ratio,
    #[error("it nests too deeply")]
    Depth,
    #[error("it has too many elements")]
    Elements,
    #[error("it has elements of giant size")]
    Attributes,
}

/// What to do with a file whose ending is none that is read.
#[must_use]
pub(super) fn instead(ending: &str) -> &'static str {
    match ending {
        "doc" | "dot" | "rtf" | "wps" | "wpd" | "sxw" | "fodt" => {
            "open it in the word processor and save it as DOCX or PDF"
        }
        "pages" => "open it in Pages and export it as Word (DOCX) or PDF",
        "xls" | "xlsx" | "xlsm" | "ods" | "numbers" | "csv" => SPREADSHEET,
        "ppt" | "pptx" | "pptm" | "ppsx" | "odp" | "key" => PRESENTATION,
        "zip" | "rar" | "7z" | "gz" | "tar" => "unpack it and put the documents themselves here",
        "eml" | "msg" | "mbox" => {
            "save what is worth reading as a document; past tickets come in with `tickets import`"
        }
        _ => "save it as DOCX, ODT, PDF, HTML, Markdown or plain text",
    }
}

const SPREADSHEET: &str = "save the sheets worth reading as PDF, or copy them as tables into a DOCX or ODT";
const PRESENTATION: &str = "export it as PDF";

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
