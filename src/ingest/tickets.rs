//! Exports of other helpdesks to raw cases: CSV, JSON, JSON Lines and mail
//! archives, in whatever encoding and with whatever columns they come.
//!
//! What leaves this room is **not masked**: [`RawCase`] is for `support::past_cases`
//! alone, and is never written or logged. Values of columns that hold persons are
//! kept apart, so that they can be masked in the text; columns that nobody knows are
//! dropped. An export is read twice, so that all persons are known before the first
//! case is masked; memory holds one row at a time (mail: one thread's text each).

mod columns;
mod csv;
mod dates;
mod decode;
mod json;
mod mail;
mod mbox;
mod object;
mod text;
mod thread;

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use encoding_rs::Encoding;
use jiff::Timestamp;
use rustix::fs::{Mode, OFlags};
use serde::Serialize;

pub use self::columns::{Field, Mapping};
use super::{Extractor, IngestError, load::MIB};

/// Most rows of one export.
pub const MOST_ROWS: u64 = 200_000;
/// Longest field, characters.
pub const LONGEST_FIELD: usize = 100_000;
/// Largest export that is read row by row, and largest one whose threads are held in memory, MiB.
const MOST_MIB: u64 = 2048;
const MOST_MAIL_MIB: u64 = 1024;
/// Bytes at the beginning that tell what a file is.
const HEAD: usize = 64 * 1024;

/// A closed ticket as the export has it: full of personal data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawCase {
    /// Where it begins: a line, or for mail and JSON the number of the message or object.
    pub line: u64,
    /// Empty where the export has none.
    pub id: String,
    pub subject: String,
    pub description: String,
    pub resolution: String,
    pub device: Option<String>,
    pub school: Option<String>,
    pub room: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub problems: Vec<String>,
    /// Values of columns and headers that hold persons: names, logins, addresses, numbers.
    pub persons: Vec<String>,
}

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub line: u64,
    /// Never quotes the row.
    pub reason: String,
}

impl Skipped {
    fn new(line: u64, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }
}

/// What an export holds, one after the other.
pub type Entry = Result<RawCase, Skipped>;
/// Takes the entries.
pub type Sink<'a> = dyn FnMut(Entry) + 'a;

/// What the operator says about an export.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `FIELD=COLUMN`, before what is recognised.
    pub map: Vec<Mapping>,
    /// Name of an encoding, where it is not recognised rightly.
    pub encoding: Option<String>,
}

/// How an export was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Understood {
    pub format: &'static str,
    /// Field and its column.
    pub columns: Vec<(&'static str, String)>,
    /// Columns that hold persons: never kept.
    pub persons: Vec<String>,
    /// Columns that nobody knows: never kept.
    pub dropped: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Csv,
    JsonLines,
    JsonArray,
    Mbox,
    Message,
}

/// An opened export.
pub struct Export {
    file: File,
    shape: Shape,
    encoding: &'static Encoding,
    options: Options,
    extractor: Extractor,
    threads: Option<Vec<Entry>>,
    pub understood: Understood,
}

impl Export {
    /// Opens an export and finds out what it is.
    ///
    /// # Errors
    /// [`IngestError`] for what is no export: not readable, too large, empty, a ZIP archive, no text.
    pub fn open(path: &Path, options: Options, extractor: Extractor) -> Result<Self, IngestError> {
        let unreadable = |error: std::io::Error| IngestError::Unreadable(error.to_string());
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| unreadable(error.into()))?;
        let mut file = File::from(file);
        let data = file.metadata().map_err(unreadable)?;
        if !data.is_file() {
            return Err(IngestError::Unreadable("no regular file".into()));
        }
        let mut head = Vec::new();
        (&mut file).take(HEAD as u64).read_to_end(&mut head).map_err(unreadable)?;
        if head.is_empty() {
            return Err(IngestError::Empty);
        }
        decode::refuse_binary(&head)?;
        let named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml"));
        let mail = mail_shape(named, &head);
        let most_mib = if mail.is_some() { MOST_MAIL_MIB } else { MOST_MIB };
        if data.len() > most_mib * MIB {
            let message = format!("is larger than {most_mib} MiB");
            return Err(IngestError::Entry { message, hint: "export in parts, for example by year" });
        }
        let encoding = match (&options.encoding, mail) {
            (Some(label), _) => decode::named(label)?,
            (None, Some(_)) => encoding_rs::UTF_8,
            (None, None) => decode::detect(&mut file)?,
        };
        let shape = mail.unwrap_or_else(|| json_shape(&encoding.decode(&head).0));
        let format = match shape {
            Shape::Csv => "csv",
            Shape::JsonLines => "jsonl",
            Shape::JsonArray => "json",
            Shape::Mbox => "mbox",
            Shape::Message => "eml",
        };
        let understood = Understood { format, ..Understood::default() };
        Ok(Self { file, shape, encoding, options, extractor, threads: None, understood })
    }

    /// Shows every row to `sink`, from the beginning.
    ///
    /// # Errors
    /// What makes the whole unusable: a column that is needed and missing, too many
    /// rows, a quote that is never closed.
    pub fn each(&mut self, sink: &mut Sink<'_>) -> Result<(), IngestError> {
        self.file.seek(SeekFrom::Start(0)).map_err(|error| IngestError::Unreadable(error.to_string()))?;
        let mut rows = 0_u64;
        let mut over = false;
        let mut counted = |entry: Entry| {
            rows += 1;
            over |= rows > MOST_ROWS;
            if !over {
                sink(entry);
            }
        };
        let (map, extractor, understood) = (&self.options.map, &self.extractor, &mut self.understood);
        match self.shape {
            Shape::Csv => csv::each(&self.file, self.encoding, map, extractor, understood, &mut counted)?,
            Shape::JsonLines => json::lines(&self.file, self.encoding, map, extractor, understood, &mut counted)?,
            Shape::JsonArray => json::array(&self.file, self.encoding, map, extractor, understood, &mut counted)?,
            Shape::Mbox | Shape::Message => {
                if self.threads.is_none() {
                    let whole = self.shape == Shape::Message;
                    self.threads = Some(thread::threads(mbox::messages(&self.file, whole), extractor)?);
                }
                self.threads.iter().flatten().cloned().for_each(counted);
            }
        }
        if over {
            let message = format!("holds more than {MOST_ROWS} rows");
            return Err(IngestError::Entry { message, hint: "export in parts, for example by year" });
        }
        Ok(())
    }
}

/// Mail by its name or its first line.
fn mail_shape(named: bool, head: &[u8]) -> Option<Shape> {
    const HEADERS: [&str; 10] = [
        "received",
        "return-path",
        "delivered-to",
        "from",
        "to",
        "date",
        "subject",
        "message-id",
        "mime-version",
        "x-original-to",
    ];
    if head.starts_with(b"From ") {
        return Some(Shape::Mbox);
    }
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let key = first.split(|byte| *byte == b':').next().filter(|key| key.len() < first.len());
    let key = key.map(|key| String::from_utf8_lossy(key).to_lowercase());
    let header = key.is_some_and(|key| HEADERS.contains(&key.as_str()) || key.starts_with("x-"));
    (header || named).then_some(Shape::Message)
}

fn json_shape(head: &str) -> Shape {
    let text = head.trim_start_matches(|ch: char| ch.is_whitespace() || ch == '\u{FEFF}');
    if text.starts_with('[') || json::wrapper(text).is_some() {
        Shape::JsonArray
    } else if text.starts_with('{') {
        Shape::JsonLines
    } else {
        Shape::Csv
    }
}
