//! A CSV file as a table: encoding (UTF-8 with or without a mark, UTF-16 with one,
//! else Windows-1252), separator (`;`, `,` or tab) and heading are recognised. Empty
//! rows are skipped; a row of another width is a fault with its line and the first column
//! that is missing or too many, and so is a quotation mark that does not close its value:
//! what stands after it is not read.

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use super::{columns, faults::Placed, quotes};
use crate::domain::school::Kind;

/// A table of one list.
pub(super) struct Table<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    headings: Vec<String>,
    /// Field as in `schools.toml`, and its column.
    columns: Vec<(&'static str, usize)>,
    /// Keys of placeholders, and their columns.
    pub(super) placeholders: Vec<(String, usize)>,
    pub(super) rows: Vec<Row>,
    /// Headings of columns that mean nothing.
    pub(super) unused: Vec<String>,
}

/// A row and the line that it begins in.
pub(super) struct Row {
    pub(super) line: usize,
    record: StringRecord,
}

impl Row {
    pub(super) fn column(&self, at: usize) -> &str {
        self.record.get(at).unwrap_or_default().trim()
    }
}

impl Table<'_> {
    /// The value of a field; `None` where the table has no such column.
    pub(super) fn get<'r>(&self, row: &'r Row, field: &str) -> Option<&'r str> {
        let (_, at) = self.columns.iter().find(|(name, _)| *name == field)?;
        Some(row.column(*at))
    }

    /// A fault in a row.
    pub(super) fn fault(&self, line: usize, field: &str, message: impl Into<String>) -> Placed {
        let column = self.columns.iter().find(|(name, _)| *name == field).map(|(_, at)| *at);
        Placed {
            line: Some(line),
            column: column.map(|at| at + 1),
            heading: Some(column.and_then(|at| self.headings.get(at)).map_or(field, String::as_str).to_owned()),
            ..Placed::of_file(self.name, message)
        }
    }
}

/// Reads a file; its rows of another width are faults beside it.
///
/// # Errors
/// What makes it no table of a list.
pub(super) fn read<'a>(name: &'a str, bytes: &[u8], school_known: bool) -> Result<(Table<'a>, Vec<Placed>), Placed> {
    let text = decode(name, bytes)?;
    let (marked, skipped) = match text.strip_prefix("sep=").and_then(|rest| rest.bytes().next()) {
        Some(delimiter) => (Some(delimiter), 1),
        None => (None, 0),
    };
    let body = if skipped == 0 { text.as_str() } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
    let headings = |delimiter: u8| -> Vec<String> {
        let mut record = StringRecord::new();
        let _ = reader(body, delimiter).read_record(&mut record);
        record.iter().map(|heading| heading.trim().to_owned()).collect()
    };
    // What gives a list its meaning, else what gives most columns.
    let delimiter = marked.unwrap_or_else(|| {
        let score = |delimiter: &u8| {
            let headings = headings(*delimiter);
            (columns::recognise(&headings, school_known).is_ok(), headings.len())
        };
        b";,\t".iter().copied().max_by_key(score).unwrap_or(b';')
    });
    let headings = headings(delimiter);
    let stray = quotes::stray(body, delimiter).map(|stray| {
        let heading = headings.get(stray.column).filter(|_| stray.row > 0).cloned();
        let place = (stray.line + skipped, stray.column + 1);
        (stray.row, Placed { heading, ..Placed::at(name, place, stray.message) })
    });
    let (body, stray) = match stray {
        // In the heading itself: nothing is known of the table.
        Some((0, fault)) => return Err(fault),
        Some((row, fault)) => (&body[..row], Some(fault)),
        None => (body, None),
    };
    let kind = columns::recognise(&headings, school_known).map_err(|why| Placed::of_file(name, why))?;
    let columns = columns::matched(kind, &headings);
    let placeholders: Vec<(String, usize)> = match kind {
        Kind::School => {
            (0..).zip(&headings).filter_map(|(at, heading)| Some((columns::placeholder(heading)?, at))).collect()
        }
        _ => Vec::new(),
    };
    let used = |at: &usize| columns.iter().any(|(_, of)| of == at) || placeholders.iter().any(|(_, of)| of == at);
    let named = |at: &usize| headings.get(*at).is_some_and(|heading| !heading.is_empty());
    let unused = (0..headings.len()).filter(|at| !used(at) && named(at)).map(|at| headings[at].clone()).collect();
    let mut table = Table { name, kind, headings, columns, placeholders, rows: Vec::new(), unused };
    let mut faults = rows(&mut table, reader(body, delimiter), (body, skipped))?;
    faults.extend(stray);
    Ok((table, faults))
}

fn reader(body: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(body.as_bytes())
}

fn rows(
    table: &mut Table<'_>,
    mut reader: csv::Reader<&[u8]>,
    (body, skipped): (&str, usize),
) -> Result<Vec<Placed>, Placed> {
    let mut faults = Vec::new();
    let mut record = StringRecord::new();
    let mut first = true;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(faults),
            Err(error) => return Err(Placed::of_file(table.name, format!("cannot be read as a table: {error}"))),
        }
        if std::mem::take(&mut first) || record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |at| line(body, at)) + skipped;
        let width = table.headings.len();
        let surplus = (width..record.len()).find(|at| record.get(*at).is_some_and(|value| !value.trim().is_empty()));
        if let Some(at) = surplus.or((record.len() < width).then_some(record.len())) {
            let why = if surplus.is_some() { "is a separator within a value?" } else { "is a separator missing?" };
            let message = format!("the row has {} columns instead of {width}: {why}", record.len());
            let heading = table.headings.get(at).cloned();
            faults.push(Placed { heading, ..Placed::at(table.name, (line, at + 1), message) });
        } else {
            table.rows.push(Row { line, record: record.clone() });
        }
    }
}

/// The line that a row begins in: its position is that of the empty lines before it.
fn line(body: &str, at: &csv::Position) -> usize {
    let number = |value: u64| usize::try_from(value).unwrap_or_default();
    let rest = body.as_bytes().get(number(at.byte())..).unwrap_or_default();
    number(at.line()) + rest.iter().take_while(|byte| **byte == b'\n').count()
}

/// Text out of the bytes, lines ending with `\n`.
fn decode(name: &str, bytes: &[u8]) -> Result<String, Placed> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(Placed::of_file(name, "is a workbook; save each of its tables as CSV (UTF-8)"));
    }
    let text = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (Some((encoding, _)), _) => encoding.decode(bytes).0.into_owned(),
        (None, Ok(text)) => text.to_owned(),
        (None, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    if text.contains('\0') {
        return Err(Placed::of_file(name, "is no text; save the table as CSV (UTF-8)"));
    }
    if text.trim().is_empty() {
        return Err(Placed::of_file(name, "is empty"));
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}
