//! Files through the real child process: hostile ones, generated here, and real
//! ones where the shared data are present. Whatever a file does, the parent gets
//! pages or a reason, in time, and leaves no process behind.

#![expect(clippy::print_stdout, reason = "a table of what became of each file; shown with --nocapture")]

#[path = "support/hostile_pdf.rs"]
mod hostile_pdf;
#[path = "extract/hostile_text.rs"]
mod hostile_text;
#[path = "support/hostile_zip.rs"]
mod hostile_zip;
#[path = "extract/layout.rs"]
mod layout;
#[path = "extract/office.rs"]
mod of_office;
#[path = "support/office.rs"]
mod office;
#[path = "support/paged_pdf.rs"]
mod paged_pdf;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use schullotse::{
    config::KnowledgeConfig,
    domain::document::Block,
    ingest::{ExtractFault, Extractor, IngestError, Limits, Source, read_document},
};

fn extractor(limits: Limits) -> Extractor {
    Extractor::new(env!("CARGO_BIN_EXE_schullotse"), limits)
}

fn usual() -> Limits {
    Limits::from(&KnowledgeConfig::default())
}

/// Slack for starting a child on a busy machine.
const SLACK: Duration = Duration::from_secs(10);

#[test]
fn hostile_files_end_in_pages_or_a_reason() {
    let extractor = extractor(usual());
    for (name, bytes) in hostile_pdf::all() {
        let begin = Instant::now();
        let outcome = extractor.pdf(&bytes);
        let took = begin.elapsed();
        println!("{name:20} {:8} B {took:>9.1?} {outcome:.80?}", bytes.len());
        assert!(took < usual().wall + SLACK, "{name} took {took:?}");
        match name {
            "ok.pdf" | "inline.pdf" => {
                let pages = outcome.unwrap_or_else(|error| panic!("{name}: {error}")).pages;
                assert_eq!(pages.len(), 1, "{name}");
                assert_eq!(pages[0].trim(), "Drucker Raum 204", "{name}");
            }
            "bomb1g.pdf" | "bomb1g_nested.pdf" | "formcycle.pdf" => {
                // On a machine with much else to do, time may be up before memory is.
                let ends = [ExtractFault::Memory, ExtractFault::Time].map(|fault| Err(fault.into()));
                assert!(ends.contains(&outcome), "{name}: {outcome:?}");
            }
            "manytext.pdf" => assert!(
                matches!(
                    outcome,
                    Err(IngestError::TooLong { .. } | IngestError::Extract(ExtractFault::Memory | ExtractFault::Time))
                ),
                "{name}: {outcome:?}"
            ),
            _ => assert_eq!(outcome, Err(ExtractFault::Damaged.into()), "{name}"),
        }
    }
}

#[test]
fn limits_hold() {
    let many = hostile_pdf::many_text();
    let wide = Limits { memory_mib: 4_096, cpu_seconds: 600, wall: Duration::from_mins(5), max_chars: 1_000 };
    assert_eq!(extractor(wide).pdf(&many), Err(IngestError::TooLong { most: 1_000 }));
    let all = Limits { max_chars: 100_000_000, ..wide };
    assert_eq!(extractor(Limits { cpu_seconds: 1, ..all }).pdf(&many), Err(ExtractFault::Time.into()));
    let begin = Instant::now();
    assert_eq!(
        extractor(Limits { wall: Duration::from_millis(200), ..all }).pdf(&many),
        Err(ExtractFault::Time.into())
    );
    assert!(begin.elapsed() < SLACK);
}

#[test]
fn a_program_that_is_no_extractor_is_named() {
    let good =
        hostile_pdf::page("BT /F1 12 Tf 50 700 Td (a) Tj ET\n", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    let missing = Extractor::new("/nowhere/at/all", usual()).pdf(&good);
    assert!(matches!(missing, Err(IngestError::Extract(ExtractFault::Start(_)))), "{missing:?}");
    // Prints for ever, reads nothing: bounded in what is kept and stopped at once.
    let endless = Extractor::new("/usr/bin/yes", Limits { max_chars: 1_000, ..usual() }).pdf(&vec![b'x'; 1 << 20]);
    assert!(endless.is_err(), "{endless:?}");
}

#[test]
fn a_pdf_becomes_a_document_with_pages() {
    let steps = "BT /F1 18 Tf 50 740 Td (Beamer starten) Tj ET BT /F1 12 Tf 50 700 Td (1. Den Pro-) Tj \
        0 -14 Td (jektor einschalten.) Tj 0 -14 Td (2. Warten.) Tj ET\n";
    let bytes = hostile_pdf::page(steps, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    let source = Source { path: "guides/beamer.pdf", bytes: bytes.into(), meta: Some(b"problems: [P02]\n"[..].into()) };
    let document = read_document(&source, &extractor(usual()), &KnowledgeConfig::default()).expect("a good file");
    assert_eq!((document.id.as_str(), document.title.as_str()), ("guides/beamer", "Beamer starten"));
    assert_eq!(document.sections[0].page, Some(1));
    let texts: Vec<&str> = document.sections[0].blocks.iter().map(Block::text).collect();
    assert_eq!(texts, ["Den Projektor einschalten.", "Warten."]);
}

#[test]
fn letters_without_a_width_make_words() {
    // As Chrome and Google Docs write: every letter placed by itself, widths left out.
    let font = format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/Foo/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 126/Widths[{}]>>",
        "0 ".repeat(95)
    );
    let letters: String =
        "Beamer an".chars().map(|letter| format!("({letter}) Tj 7 0 Td ")).collect::<Vec<_>>().concat();
    let bytes = hostile_pdf::page(&format!("BT /F1 12 Tf 50 700 Td {letters}ET\n"), &font);
    assert_eq!(extractor(usual()).pdf(&bytes).expect("a good file").pages[0].trim(), "Beamer an");
}

#[test]
fn long_pages_go_through_the_child_and_hostile_ones_end_there() {
    let numbered = |step: fn(u32) -> String| (1..=2_000).map(step).collect::<Vec<_>>().concat();
    let read = |path: &str, text: String, limits: Limits| {
        let source = Source { path, bytes: text.into_bytes().into(), meta: Some(b"title: Lang\n"[..].into()) };
        read_document(&source, &extractor(limits), &KnowledgeConfig::default())
    };
    let steps = numbered(|number| format!("<li>Schritt {number}</li>"));
    let document = read("a.html", format!("<h2>Netz</h2><ol>{steps}</ol>"), usual()).expect("a good page");
    assert_eq!((document.title.as_str(), document.sections[0].heading.as_slice()), ("Lang", &["Netz".to_owned()][..]));
    assert_eq!(document.sections[0].blocks.len(), 2_000);
    let steps = numbered(|number| format!("{number}. Schritt {number}\n"));
    assert_eq!(read("a.md", steps, usual()).expect("a good guide").sections[0].blocks.len(), 2_000);

    let short = Limits { cpu_seconds: 1, ..usual() };
    for (path, piece) in [("a.html", "<div>"), ("a.html", "<ul><li>"), ("a.md", "> - ")] {
        let outcome = read(path, piece.repeat(400_000), short);
        assert!(
            matches!(
                outcome,
                Err(IngestError::Extract(ExtractFault::Time | ExtractFault::Memory) | IngestError::NoText)
            ),
            "{piece}: {outcome:?}"
        );
    }
    let headings = format!("# {}\n\n{}", "lang ".repeat(30), "## a\nb\n".repeat(200_000));
    read("a.md", headings, usual()).expect("many sections, but bounded");
}

/// PDFs of these folders of the shared data, in order; a folder that is not there is named.
fn shared_pdfs(folders: &[&str]) -> Vec<PathBuf> {
    let shared = std::env::var_os("SCHULLOTSE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let mut paths = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(shared.join("pdf").join(folder)) else {
            println!("skipped: no folder pdf/{folder} in the shared data (SCHULLOTSE_SHARED)");
            continue;
        };
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "pdf"));
    paths.sort();
    paths
}

#[test]
fn shared_files_end_in_pages_or_a_reason() {
    let extractor = extractor(usual());
    let (mut read, mut refused) = (0, 0);
    for path in shared_pdfs(&["hostile", "pdfjs", "pypdf"]) {
        let bytes = std::fs::read(&path).expect("shared data can be read");
        let begin = Instant::now();
        let outcome = extractor.pdf(&bytes);
        let took = begin.elapsed();
        assert!(took < usual().wall + SLACK, "{} took {took:?}", path.display());
        match &outcome {
            Ok(extracted) => {
                read += 1;
                let chars: usize = extracted.pages.iter().map(|page| page.chars().count()).sum();
                let pages = extracted.pages.len();
                println!("{}: {took:.1?} {pages} pages, {chars} characters, {:?}", path.display(), extracted.title);
            }
            Err(error) => {
                refused += 1;
                println!("{}: {took:.1?} {}", path.display(), error.to_string().replace('\n', "; "));
            }
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read > 0 || refused == 0, "not one of {refused} files was read");
}
