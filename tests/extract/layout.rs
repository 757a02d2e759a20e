//! Pages of a PDF through the real child: columns, tables, lists, scans.

use std::{collections::HashMap, fmt::Write as _, process::Command};

use schullotse::{
    config::KnowledgeConfig,
    domain::document::{Block, Document},
    ingest::{ExtractFault, IngestError, Source, read_document},
};

use super::{extractor, paged_pdf, usual};

const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>";

/// A page of text, each piece at its place, points from the lower left corner.
fn page(pieces: &[(f64, f64, &str)]) -> String {
    pieces.iter().fold(String::new(), |mut content, (x, y, text)| {
        write!(content, "BT /F1 10 Tf {x} {y} Td <").expect("text takes every write");
        for ch in text.chars() {
            let code = if ch == '•' { 0x95 } else { u32::from(ch) };
            write!(content, "{code:02x}").expect("text takes every write");
        }
        content.push_str("> Tj ET\n");
        content
    })
}

fn read(pages: &[String], image: bool) -> Result<Document, IngestError> {
    let bytes = paged_pdf::pages(pages, FONT, image);
    let source = Source { path: "a.pdf", bytes: bytes.into(), meta: None };
    read_document(&source, &extractor(usual()), &KnowledgeConfig::default())
}

fn texts(document: &Document) -> Vec<&str> {
    document.sections.iter().flat_map(|section| &section.blocks).map(Block::text).collect()
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let left = [
        "Der Beamer steht im Schrank",
        "und hat einen Schalter, den",
        "man als Erstes dreht. Danach",
        "leuchtet das Licht.",
    ];
    let right =
        ["Wenn kein Bild kommt, liegt", "es oft am Kabel. Ziehen Sie", "es heraus und stecken es", "wieder ein."];
    let mut pieces = vec![(50.0, 740.0, "Anleitung zum Beamer in allen unseren Klassenzimmern und im Saal")];
    let lines = (0_u8..).map(|line| 700.0 - 12.0 * f64::from(line));
    pieces.extend(lines.clone().zip(left).map(|(y, text)| (50.0, y, text)));
    pieces.extend(lines.zip(right).map(|(y, text)| (300.0, y, text)));
    let one =
        "Der Beamer steht im Schrank und hat einen Schalter, den man als Erstes dreht. Danach leuchtet das Licht.";
    let two = "Wenn kein Bild kommt, liegt es oft am Kabel. Ziehen Sie es heraus und stecken es wieder ein.";
    let document = read(&[page(&pieces)], false).expect("a good file");
    assert_eq!(texts(&document), [pieces[0].2, one, two]);
}

#[test]
fn tables_and_lists_are_kept() {
    let pieces = [
        (50.0, 700.0, "Anzeige"),
        (200.0, 700.0, "Abhilfe"),
        (50.0, 686.0, "Kein Signal"),
        (200.0, 686.0, "Taste Source"),
        (200.0, 674.0, "lange dr\u{fc}cken"),
        (50.0, 660.0, "Rot"),
        (200.0, 660.0, "Melden"),
        (50.0, 620.0, "1."),
        (70.0, 620.0, "Kabel ziehen."),
        (50.0, 606.0, "2."),
        (70.0, 606.0, "Warten."),
        (50.0, 570.0, "•"),
        (70.0, 570.0, "Strom"),
    ];
    let document = read(&[page(&pieces)], false).expect("a good file");
    let blocks: Vec<&Block> = document.sections.iter().flat_map(|section| &section.blocks).collect();
    let row = |text: &str| Block::Row { text: text.into() };
    let step = |number, text: &str| Block::Step { number, text: text.into() };
    assert_eq!(
        blocks,
        [
            &row("Anzeige | Abhilfe"),
            &row("Kein Signal | Taste Source lange drücken"),
            &row("Rot | Melden"),
            &step(1, "Kabel ziehen."),
            &step(2, "Warten."),
            &Block::Item { text: "Strom".into() }
        ]
    );
}

#[test]
fn scans_are_refused_and_left_out_of_what_has_text() {
    let stamp = |number: u8| page(&[(50.0, 20.0, &format!("Gescannt mit CamScanner - {number}"))]);
    let no_text = Err(ExtractFault::NoText.into());
    assert_eq!(read(&[String::new(), String::new()], true), no_text);
    assert_eq!(read(&[stamp(1), stamp(2)], true), no_text);
    let numbered = |number: u8| page(&[(300.0, 20.0, &number.to_string())]);
    assert_eq!(read(&[numbered(1), numbered(2), numbered(3)], true), no_text);
    let text = page(&[(50.0, 700.0, "Der Beamer bleibt dunkel, bis das Licht leuchtet.")]);
    let mixed = [stamp(1), text.clone(), stamp(3)];
    let document = read(&mixed, true).expect("one page has text");
    assert_eq!(document.sections.iter().map(|section| section.page).collect::<Vec<_>>(), [Some(2)]);
    let extracted = extractor(usual()).pdf(&paged_pdf::pages(&mixed, FONT, true)).expect("one page has text");
    assert_eq!(extracted.scans, [1, 3]);
    // Without a picture a short page is all there is.
    assert_eq!(texts(&read(&[stamp(1)], false).expect("text")), ["Gescannt mit CamScanner - 1"]);
}

/// What another reader (`pdftotext` of poppler) finds in the shared files, and how much of it is found here.
/// Run by hand: `cargo test --test extract -- --ignored --nocapture words_in_common`.
#[test]
#[ignore = "needs the shared data and poppler's pdftotext; prints a table"]
fn words_in_common_with_another_reader() {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let counted = |words: Vec<Vec<String>>| {
        words.into_iter().fold(HashMap::<Vec<String>, usize>::new(), |mut counts, word| {
            *counts.entry(word).or_default() += 1;
            counts
        })
    };
    let common = |text: &[String], other: &[String], length: usize| {
        let of = |words: &[String]| counted(words.windows(length).map(<[String]>::to_vec).collect());
        let (ours, theirs) = (of(text), of(other));
        theirs.iter().map(|(word, count)| *count.min(ours.get(word).unwrap_or(&0))).sum::<usize>()
    };
    let (mut all, mut found) = (0, 0);
    for path in super::shared_pdfs(&["pdfjs", "pypdf"]) {
        let Ok(theirs) = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(&path).arg("-").output() else {
            println!("skipped: no pdftotext");
            return;
        };
        let theirs = words(&String::from_utf8_lossy(&theirs.stdout));
        let bytes = std::fs::read(&path).expect("shared data can be read");
        let pages = extractor(usual()).pdf(&bytes).map(|extracted| extracted.pages.join("\n")).unwrap_or_default();
        let ours = words(&pages);
        let (same, pairs) = (common(&ours, &theirs, 1), common(&ours, &theirs, 2));
        println!("{}: {same} of {} words, {pairs} pairs in order", path.display(), theirs.len());
        (all, found) = (all + theirs.len(), found + same);
    }
    println!("{found} of {all} words");
    assert!(all == 0 || found * 100 >= all * 55, "{found} of {all}: one file of 12,920 words is not read at all");
}
