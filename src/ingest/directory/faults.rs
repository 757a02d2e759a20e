//! What is wrong in the files of a directory, each with its place.

use std::fmt;

/// Faults shown at once.
const SHOWN: usize = 20;

/// A fault and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub file: String,
    /// Counted from 1; `None` where the fault is the file's as a whole, or nobody's.
    pub line: Option<usize>,
    /// In characters for TOML, in columns of the table for CSV; counted from 1.
    pub column: Option<usize>,
    /// Name of the table's column.
    pub heading: Option<String>,
    pub message: String,
}

impl Placed {
    pub(super) fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, column: None, heading: None, message: message.into() }
    }

    pub(super) fn at(file: &str, (line, column): (usize, usize), message: impl Into<String>) -> Self {
        Self { line: Some(line), column: Some(column), ..Self::of_file(file, message) }
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        match (&self.heading, self.column) {
            (Some(heading), Some(column)) => write!(f, ", column {column} ({heading})")?,
            (None, Some(column)) => write!(f, ", column {column}")?,
            _ => {}
        }
        write!(f, ": {}", self.message)
    }
}

/// Everything that is wrong with a directory, at least one fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    /// In the order of files and lines, the first twenty.
    pub shown: Vec<Placed>,
    /// With those that are not shown.
    pub total: usize,
}

impl Faults {
    pub(super) fn new(mut all: Vec<Placed>) -> Self {
        let total = all.len();
        all.truncate(SHOWN);
        Self { shown: all, total }
    }
}

impl std::error::Error for Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.total {
            1 => f.write_str("one fault in the school directory; nothing was changed")?,
            total => write!(f, "{total} faults in the school directory; nothing was changed")?,
        }
        for fault in &self.shown {
            write!(f, "\n  {fault}")?;
        }
        if self.total > self.shown.len() {
            write!(f, "\n  … and {} more", self.total - self.shown.len())?;
        }
        let toml = self.shown.iter().any(|fault| fault.file.to_lowercase().ends_with(".toml"));
        let hint = if toml {
            "compare with `knowledge/demo/schools.toml`, or with the tables in README.md"
        } else {
            "mend these places and import again; README.md shows every column"
        };
        write!(f, "\nhint: {hint}")
    }
}
