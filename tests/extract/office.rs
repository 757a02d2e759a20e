//! DOCX and ODT through the real child: as the usual programs write them, and as
//! nobody does.

use std::time::Instant;

use schullotse::{
    config::KnowledgeConfig,
    domain::document::{Block, Document},
    ingest::{IngestError, Source, read_document},
};

use super::{SLACK, extractor, hostile_zip, office, usual};

fn read(path: &str, bytes: Vec<u8>) -> Result<Document, IngestError> {
    read_document(&Source { path, bytes: bytes.into(), meta: None }, &extractor(usual()), &KnowledgeConfig::default())
}

/// Headings and blocks, a line each.
fn lines(document: &Document) -> Vec<String> {
    let line = |block: &Block| match block {
        Block::Paragraph { text } => text.clone(),
        Block::Step { number, text } => format!("{number}. {text}"),
        Block::Item { text } => format!("- {text}"),
        Block::Row { text } => format!("| {text}"),
    };
    let of = |section: &schullotse::domain::document::Section| {
        std::iter::once(format!("# {}", section.heading.join(" / ")))
            .chain(section.blocks.iter().map(line))
            .collect::<Vec<_>>()
    };
    document.sections.iter().flat_map(of).collect()
}

const BEGIN: [&str; 3] = [
    "# Einschalten",
    "Der Beamer steht [Raum 204] im Schrank.",
    "1. Drücken Sie die rote Taste. – lange Sie sehen: Das Licht ist grün.",
];
const MIDDLE: [&str; 4] =
    ["2. Warten Sie zehn Sekunden.", "# Einschalten / Kein Ton", "- Kabel prüfen", "Mehr unter Hilfe im Netz."];
const END: [&str; 4] = [
    "| Anzeige | Abhilfe",
    "| Kein Signal | Taste Source",
    "| Kein Signal | Kabel tauschen",
    "3. Melden Sie den Fehler.",
];

#[test]
fn what_the_usual_programs_write_is_read_as_its_reader_sees_it() {
    let boxed = "Im Kasten steht ein Hinweis.";
    for (path, bytes, between, end) in [
        ("word.docx", office::word(), Some(boxed), vec!["Zwei Absätze sind einer."]),
        ("google.docx", office::google(), None, vec![]),
        ("writer.odt", office::writer(), Some(boxed), vec![]),
    ] {
        let document = read(path, bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(document.title, "Beamer im Musiksaal", "{path}");
        let mut expected: Vec<&str> = BEGIN.into_iter().chain(between).chain(MIDDLE).collect();
        if path != "google.docx" {
            expected.extend(END.into_iter().chain(end));
        }
        assert_eq!(lines(&document), expected, "{path}");
    }
}

#[test]
fn a_file_is_what_it_holds_and_a_title_beside_it_counts() {
    let meta = Some(b"title: Musik\n"[..].into());
    let source = Source { path: "a.odt", bytes: office::google().into(), meta };
    let document = read_document(&source, &extractor(usual()), &KnowledgeConfig::default()).expect("a DOCX named ODT");
    assert_eq!((document.title.as_str(), document.sections[0].heading[0].as_str()), ("Musik", "Einschalten"));
}

#[test]
fn hostile_files_end_in_a_document_or_a_reason() {
    let mut wrong = Vec::new();
    for (name, bytes, part) in hostile_zip::all() {
        let (size, begin) = (bytes.len(), Instant::now());
        let outcome = read(name, bytes);
        let took = begin.elapsed();
        let shown = outcome.as_ref().map(|document| document.sections.len()).map_err(ToString::to_string);
        println!("{name:20} {size:8} B {took:>9.1?} {shown:?}");
        assert!(took < usual().wall + SLACK, "{name} took {took:?}");
        let right = match &outcome {
            Ok(document) => part.is_empty() && !document.sections.is_empty(),
            Err(error) => {
                let reason = error.to_string();
                !part.is_empty() && reason.contains(part) && (reason.contains("hint:") || reason.contains("bitte"))
            }
        };
        if !right {
            wrong.push(format!("{name}: {shown:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn bounds_of_the_operator_hold() {
    let limits = schullotse::ingest::Limits { max_chars: 5, ..usual() };
    let source = Source { path: "a.docx", bytes: office::google().into(), meta: None };
    let outcome = read_document(&source, &extractor(limits), &KnowledgeConfig::default());
    assert_eq!(outcome, Err(IngestError::TooLong { most: 5 }));
}
