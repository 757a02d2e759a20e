//! CSV as programs really write it: separated by comma, semicolon, tab or bar,
//! quotes with line breaks in them, lines before the heading, `sep=;`. Rows are
//! streamed; a row that is longer than any ticket ends the reading with its line.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
};

use csv::{Reader, ReaderBuilder, StringRecord};
use encoding_rs::Encoding;

use super::{
    Entry, LONGEST_FIELD, RawCase, Sink, Skipped, Understood,
    columns::{self, Field, Holds, Mapping},
    dates,
    decode::{Bounded, Decoded},
    text,
};
use crate::ingest::{Extractor, IngestError};

/// Longest row, bytes.
const LONGEST_ROW: usize = 16 * 1024 * 1024;
/// Text that tells the separator and the heading.
const SAMPLE: u64 = 64 * 1024;
const MOST_COLUMNS: usize = 1000;
/// Lines before the heading at most.
const BEFORE: usize = 10;

/// Which column is which.
struct Layout {
    /// By field, in the order of [`Field::ALL`].
    fields: [Option<usize>; 9],
    persons: Vec<usize>,
    width: usize,
}

pub(super) fn each(
    file: &File,
    encoding: &'static Encoding,
    map: &[Mapping],
    extractor: &Extractor,
    understood: &mut Understood,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let unreadable = |error: std::io::Error| IngestError::Unreadable(error.to_string());
    let mut sample = Vec::new();
    Decoded::new(file, encoding).take(SAMPLE).read_to_end(&mut sample).map_err(unreadable)?;
    let sample = String::from_utf8_lossy(&sample).into_owned();
    let (delimiter, before) = dialect(&sample, map);
    (&mut &*file).seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let (bounded, spent) = Bounded::new(Decoded::new(file, encoding), LONGEST_ROW);
    let mut reader = reader(bounded, delimiter);
    let mut record = StringRecord::new();
    let mut layout: Option<Layout> = None;
    let mut seen = 0;
    loop {
        let line = reader.position().line();
        spent.set(0);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(fault(&error, line)),
        }
        seen += 1;
        let line = record.position().map_or(line, csv::Position::line);
        match &layout {
            None if seen <= before => {}
            None => layout = Some(heading(&record, map, understood)?),
            Some(_) if record.iter().all(|value| value.trim().is_empty()) => {}
            Some(layout) => sink(case(layout, &record, line, extractor)),
        }
    }
    if layout.is_none() {
        return Err(IngestError::NoText);
    }
    Ok(())
}

fn reader<R: std::io::Read>(from: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(from)
}

fn fault(error: &csv::Error, line: u64) -> IngestError {
    if let csv::ErrorKind::Io(error) = error.kind()
        && error.kind() != std::io::ErrorKind::Other
    {
        return IngestError::Unreadable(error.to_string());
    }
    let message = format!("line {line}: the row that begins here does not end");
    IngestError::Entry { message, hint: "a quotation mark in it is not closed; close it, or export again" }
}

/// The separator, and how many rows stand before the heading: what gives most columns a meaning.
fn dialect(sample: &str, map: &[Mapping]) -> (u8, usize) {
    if let Some(rest) = sample.strip_prefix("sep=")
        && let Some(delimiter) = rest.bytes().next()
    {
        return (delimiter, 1);
    }
    let mut best = ((0, 0), (b',', 0));
    for delimiter in *b";,\t|" {
        let mut reader = reader(sample.as_bytes(), delimiter);
        let mut record = StringRecord::new();
        for row in 0..BEFORE {
            if !reader.read_record(&mut record).unwrap_or(false) {
                break;
            }
            let holds = record.iter().take(MOST_COLUMNS).map(|name| columns::holds(name, map));
            let holds: Vec<Holds> = holds.filter(|holds| *holds != Holds::Unknown).collect();
            let score = (holds.len(), record.len().min(MOST_COLUMNS));
            // Words such as "von" or "Schüler" stand in texts as well: they alone make no heading.
            let headed = holds.iter().any(|holds| matches!(holds, Holds::Field(..)));
            let better = if row == 0 { score > best.0 } else { score.0 > best.0.0 && score.0 > 1 && headed };
            if better {
                best = (score, (delimiter, row));
            }
        }
    }
    best.1
}

fn heading(record: &StringRecord, map: &[Mapping], understood: &mut Understood) -> Result<Layout, IngestError> {
    if record.len() > MOST_COLUMNS {
        let message = format!("has {} columns, {MOST_COLUMNS} at most", record.len());
        return Err(IngestError::Entry { message, hint: "is this a table of tickets? export only the columns needed" });
    }
    let names: Vec<String> = record.iter().map(text::plain).collect();
    for mapping in map {
        let there = |name: &String| columns::fold(name) == columns::fold(&mapping.column) || *name == mapping.column;
        if !names.iter().any(there) {
            let message = format!("has no column {:?}; its columns: {}", mapping.column, listed(&names));
            return Err(IngestError::Entry { message, hint: "name one of these with --map FIELD=COLUMN" });
        }
    }
    let mut best: [Option<(usize, usize)>; 9] = [None; 9];
    let mut persons = Vec::new();
    for (at, name) in names.iter().enumerate() {
        match columns::holds(name, map) {
            Holds::Field(field, rank) => {
                let slot = &mut best[field as usize];
                if slot.is_none_or(|(known, _)| rank < known) {
                    *slot = Some((rank, at));
                }
            }
            Holds::Person => persons.push(at),
            Holds::Unknown => {}
        }
    }
    let fields = best.map(|found| found.map(|(_, at)| at));
    let has = |field: Field| fields[field as usize].is_some();
    let missing = if !has(Field::Resolution) {
        Some(("what solved the problem", "name its column, for example: --map resolution=COLUMN"))
    } else if !has(Field::Subject) && !has(Field::Description) {
        Some(("what the problem was", "name its column, for example: --map description=COLUMN"))
    } else {
        None
    };
    if let Some((what, hint)) = missing {
        let message = format!("no column says {what}; its columns: {}", listed(&names));
        return Err(IngestError::Entry { message, hint });
    }
    let name = |at: &usize| names[*at].clone();
    understood.columns = Field::ALL
        .into_iter()
        .filter_map(|field| fields[field as usize].map(|at| (field.name(), names[at].clone())))
        .collect();
    understood.persons = persons.iter().map(name).collect();
    let used = |at: &usize| fields.contains(&Some(*at)) || persons.contains(at);
    understood.dropped = (0..names.len()).filter(|at| !used(at)).map(|at| names[at].clone()).collect();
    Ok(Layout { fields, persons, width: names.len() })
}

/// Names of columns for a message; they are no personal data, but may be many and long.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(40).map(|name| name.chars().take(40).collect()).collect();
    let more = names.len().checked_sub(40).filter(|more| *more > 0);
    format!("{}{}", shown.join(" · "), more.map(|more| format!(" and {more} more")).unwrap_or_default())
}

fn case(layout: &Layout, record: &StringRecord, line: u64, extractor: &Extractor) -> Entry {
    if record.len() != layout.width {
        let reason =
            format!("has {} columns instead of {}: is a quotation mark not closed?", record.len(), layout.width);
        return Err(Skipped::new(line, reason));
    }
    if record.iter().any(|value| value.len() > LONGEST_FIELD && value.chars().nth(LONGEST_FIELD).is_some()) {
        return Err(Skipped::new(line, format!("has a field of more than {LONGEST_FIELD} characters")));
    }
    let raw = |field: Field| layout.fields[field as usize].and_then(|at| record.get(at)).unwrap_or_default();
    let short = |field: Field| Some(text::plain(raw(field))).filter(|value| !value.is_empty());
    Ok(RawCase {
        line,
        id: text::plain(raw(Field::Id)),
        subject: text::field(raw(Field::Subject), extractor),
        description: text::field(raw(Field::Description), extractor),
        resolution: text::field(raw(Field::Resolution), extractor),
        device: short(Field::Device),
        school: short(Field::School),
        room: short(Field::Room),
        closed_at: dates::moment(raw(Field::ClosedAt)),
        problems: columns::problems(raw(Field::Problems)),
        persons: layout.persons.iter().filter_map(|at| record.get(*at)).map(text::plain).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::{
        config::KnowledgeConfig,
        ingest::{
            Limits,
            tickets::{Export, Options},
        },
    };

    fn read(bytes: &[u8], map: &[&str]) -> Result<(Vec<Entry>, Understood), String> {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let extractor = Extractor::new("nowhere", Limits::from(&KnowledgeConfig::default()));
        let map = map.iter().map(|mapping| mapping.parse().unwrap()).collect();
        let mut export =
            Export::open(file.path(), Options { map, encoding: None }, extractor).map_err(|error| error.to_string())?;
        let mut first = Vec::new();
        export.each(&mut |entry| first.push(entry)).map_err(|error| error.to_string())?;
        let mut again = 0;
        export.each(&mut |_| again += 1).unwrap();
        assert_eq!(again, first.len(), "an export is read twice");
        Ok((first, export.understood))
    }

    fn cases(bytes: &[u8]) -> Vec<RawCase> {
        read(bytes, &[]).unwrap().0.into_iter().flatten().collect()
    }

    #[test]
    fn dialects_give_the_same() {
        let rows = [
            ["Nr", "Betreff", "Beschreibung", "Lösung", "Kunde", "Prio"],
            ["1", "Beamer", "Kein \"Bild\"; gar\nkeins, nie", "Kabel\tgetauscht", "Jo Muster", "hoch"],
            ["2", "Ton", "zu | leise", "lauter", "Ida Muster", ""],
        ];
        let quoted = |delimiter: &str, end: &str| {
            let row = |row: &[&str; 6]| row.map(|value| format!("\"{}\"", value.replace('"', "\"\""))).join(delimiter);
            rows.iter().map(row).collect::<Vec<_>>().join(end)
        };
        for text in [
            quoted(",", "\n"),
            quoted(";", "\r\n"),
            quoted("\t", "\n"),
            quoted("|", "\n"),
            format!("sep=;\r\n{}", quoted(";", "\r\n")),
            format!("Export vom 14.03.2025\nAlle Schulen\n{}\n\n", quoted(";", "\n")),
        ] {
            let found = cases(text.as_bytes());
            assert_eq!(found.len(), 2, "{text}");
            assert_eq!(found[0].description, "Kein \"Bild\"; gar\nkeins, nie");
            assert_eq!((found[1].id.as_str(), found[1].description.as_str()), ("2", "zu | leise"));
            assert_eq!(
                (found[0].resolution.as_str(), &found[0].persons[..]),
                ("Kabel\tgetauscht", &["Jo Muster".to_owned()][..])
            );
        }
        let (_, understood) = read(quoted(";", "\n").as_bytes(), &[]).unwrap();
        assert_eq!((understood.persons, understood.dropped), (vec!["Kunde".to_owned()], vec!["Prio".to_owned()]));
    }

    #[test]
    fn rows_that_are_none_are_skipped_with_their_line() {
        let text = format!(
            "id;title;solution\r\n1;\"a\r\nb\";c\r\n2;x\r\n3;y;{}\r\n4;z;gut\r\n",
            "x".repeat(LONGEST_FIELD + 1)
        );
        let (entries, _) = read(text.as_bytes(), &[]).unwrap();
        let lines: Vec<(bool, u64)> = entries
            .iter()
            .map(|entry| match entry {
                Ok(case) => (true, case.line),
                Err(skipped) => (false, skipped.line),
            })
            .collect();
        assert_eq!(lines, [(true, 2), (false, 4), (false, 5), (true, 6)]);
    }

    #[test]
    fn what_is_missing_is_asked_for_with_the_columns_there() {
        let table = "Nr;Text;Was wir taten\n1;kaputt;heil\n".as_bytes();
        let message = read(table, &[]).err().unwrap();
        for part in ["Nr · Text · Was wir taten", "--map resolution=COLUMN"] {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(read(table, &["resolution=was wir taten"]).unwrap().0.len(), 1);
        assert!(read(table, &["resolution=Abschluss"]).err().unwrap().contains("Abschluss"));
        let message = read(b"id;solution\n1;x\n", &[]).err().unwrap();
        assert!(message.contains("description=COLUMN"), "{message}");
    }

    #[test]
    fn hostile_tables_end_with_a_reason() {
        let open = format!("id;title;solution\n1;a;\"{}", "x;y\n".repeat(5_000_000));
        assert!(read(open.as_bytes(), &[]).err().unwrap().contains("line 2"));
        let short = format!("id;title;solution\n1;a;b\n2;a;\"{}", "x;y\n".repeat(100));
        assert_eq!(read(short.as_bytes(), &[]).unwrap().0.iter().flatten().count(), 2);
        let wide = ";".repeat(1_000_000);
        assert!(read(wide.as_bytes(), &[]).err().unwrap().contains("1000001 columns"));
        let rows = format!("id;title;solution\n{wide}\n1;a;b\n");
        assert_eq!(read(rows.as_bytes(), &[]).unwrap().0.iter().flatten().count(), 1);
        assert_eq!(cases(b"id;title;solution\n1;a\0b;c\0\n")[0].subject, "ab");
        for bytes in [&b"PK\x03\x04id;title"[..], &[0; 500], b"", b"\n\n\n"] {
            assert!(read(bytes, &[]).err().is_some_and(|message| message.contains("hint:")));
        }
    }
}
