//! Files that are made to crash, exhaust or deceive a reader of DOCX and ODT: bombs,
//! overlapping entries, lying headers, deep and wide XML, other formats in disguise.
//! Zip files are put together by hand, since no well-behaved writer makes these.

use std::io::Write as _;

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::office::{docx, odt};

/// An entry with what its headers claim.
#[derive(Clone)]
pub(crate) struct Entry {
    name: String,
    packed: Vec<u8>,
    size: u32,
    crc: u32,
    flags: u16,
    /// Unix mode in the upper half.
    attributes: u32,
    /// Place of the local header, where it is not the entry's own.
    at: Option<u32>,
}

impl Entry {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(bytes);
        Self { size: length(bytes.len()), packed: deflate(bytes), crc: crc.sum(), ..Self::empty(name) }
    }

    fn empty(name: &str) -> Self {
        Self { name: name.into(), packed: Vec::new(), size: 0, crc: 0, flags: 0, attributes: 0, at: None }
    }
}

fn length(of: usize) -> u32 {
    u32::try_from(of).expect("test files are small")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes every write");
    encoder.finish().expect("memory takes every write")
}

/// A good zip file.
pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    archive(&parts.iter().map(|(name, bytes)| Entry::new(name, bytes)).collect::<Vec<_>>())
}

fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = entry.at.unwrap_or(length(out.len()));
        let method: u16 = 8;
        let common: Vec<u8> = [20_u16, entry.flags, method, 0, 0x21]
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .chain([entry.crc, length(entry.packed.len()), entry.size].into_iter().flat_map(u32::to_le_bytes))
            .chain(u16::try_from(entry.name.len()).expect("short names").to_le_bytes())
            .chain(0_u16.to_le_bytes())
            .collect();
        if entry.at.is_none() {
            out.extend(b"PK\x03\x04");
            out.extend(&common);
            out.extend(entry.name.bytes());
            out.extend(&entry.packed);
        }
        directory.extend(b"PK\x01\x02");
        directory.extend(0x0314_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0_u8; 6]);
        directory.extend(entry.attributes.to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(entry.name.bytes());
    }
    let (start, size) = (length(out.len()), length(directory.len()));
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes().into_iter().chain(count.to_le_bytes()));
    out.extend(size.to_le_bytes().into_iter().chain(start.to_le_bytes()));
    out.extend([0, 0]);
    out
}

/// A name, the bytes, and a part of the reason for which they are refused; an empty one = read.
pub(crate) type Case = (&'static str, Vec<u8>, &'static str);

pub(crate) fn all() -> Vec<Case> {
    let text = "<w:p><w:r><w:t>Drucker Raum 204</w:t></w:r></w:p>";
    let with = |name: &str, bytes: &[u8]| {
        let mut entries = good();
        entries.push(Entry::new(name, bytes));
        entries
    };
    let mut lying = with("word/media/a.png", b"x");
    lying[1] = Entry { size: 10, ..Entry::new("word/document.xml", &vec![b' '; 300 << 20]) };
    let mut doubled = good();
    doubled.push(Entry::new("WORD/document.xml", b"<a/>"));
    let mut overlapping = good();
    overlapping.push(Entry { at: Some(0), ..Entry::new("b.xml", b"<Types/>") });
    let mut linked = with("word/styles.xml", b"/etc/passwd");
    linked[2].attributes = 0o120_777 << 16;
    let mut locked = good();
    locked[1].flags = 1;
    let many: Vec<Entry> = (0..20_000).map(|at| Entry::empty(&format!("word/media/{at}.png"))).collect();
    let cells = |count: usize| format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", format!("<w:tc>{text}</w:tc>").repeat(count));
    let notes = "<w:p><w:r><w:footnoteReference w:id=\"1\"/></w:r></w:p>".repeat(50_000);
    let note = format!(
        "<w:footnotes xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:footnote w:id=\"1\">{}</w:footnote></w:footnotes>",
        text.repeat(1_000)
    );
    let laughs = (1..10).fold("<!ENTITY l0 'lol'>".to_owned(), |all, at| {
        format!("{all}<!ENTITY l{at} '{}'>", format!("&l{};", at - 1).repeat(10))
    });
    let laughs = format!("<!DOCTYPE a [{laughs}]><w:document><w:body>&l9;</w:body></w:document>");
    let raw = |document: &[u8]| {
        archive(&[Entry::new("[Content_Types].xml", b"<Types/>"), Entry::new("word/document.xml", document)])
    };
    let spread = "<text:p>Drucker</text:p><table:table><table:table-row table:number-rows-repeated=\"1000000000\">\
        <table:table-cell table:number-columns-repeated=\"1000000000\"><text:p>a</text:p></table:table-cell></table:table-row></table:table>";
    let manifest = "<manifest:manifest xmlns:manifest=\"m\"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    vec![
        ("ok.docx", docx(text, &[]), ""),
        ("wide.docx", docx(&cells(20_000), &[]), ""),
        (
            "span.docx",
            docx(&cells(2).replace("<w:tc>", "<w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr>"), &[]),
            "",
        ),
        ("notes.docx", docx(&notes, &[("word/footnotes.xml", note)]), ""),
        ("repeated.odt", odt("", spread, &[]), ""),
        (
            "nested.docx",
            docx(&format!("{}{text}{}", "<w:tbl><w:tr><w:tc>".repeat(60), "</w:tc></w:tr></w:tbl>".repeat(60)), &[]),
            "",
        ),
        ("deep.docx", docx(&"<w:sdt>".repeat(500_000), &[]), "nests too deeply"),
        ("elements.docx", docx(&numbered(1_100_000, |at| format!("<w:p a=\"{at}\"/>")), &[]), "too many elements"),
        ("attribute.docx", docx(&format!("<w:p w:a=\"{}\"/>", "a".repeat(2 << 20)), &[]), "giant size"),
        (
            "attributes.docx",
            docx(&format!("<w:p {}/>", numbered(50_000, |at| format!("a{at}=\"\" "))), &[]),
            "giant size",
        ),
        ("huge.docx", raw(&vec![b' '; 300 << 20]), "unpacks to many times"),
        ("lying.docx", archive(&lying), "damaged"),
        ("styles.docx", docx(text, &[("word/styles.xml", " ".repeat(90 << 20))]), "unpacks to many times"),
        ("many.docx", archive(&many), "too many parts"),
        ("laughs.docx", raw(laughs.as_bytes()), "entities of its own"),
        ("entity.docx", docx("<w:p>&secret;</w:p>", &[]), "entities of its own"),
        ("doubled.docx", archive(&doubled), "stand twice"),
        ("overlapping.docx", archive(&overlapping), "overlap"),
        ("outside.docx", archive(&with("word/../../../etc/cron.d/x", b"x")), "lead out"),
        ("absolute.docx", archive(&with("/etc/passwd", b"x")), "lead out"),
        ("link.docx", archive(&linked), "symbolic links"),
        ("locked.docx", archive(&locked), "encrypted"),
        ("ole.docx", ole("EncryptedPackage"), "encrypted"),
        ("old.docx", ole("WordDocument"), "old Word document"),
        ("locked.odt", odt("", "", &[("META-INF/manifest.xml", manifest.into())]), "encrypted"),
        ("cut.docx", docx(text, &[]).into_iter().take(400).collect(), "damaged"),
        ("open.docx", raw(b"<w:document><w:body><w:p>"), "damaged"),
        ("pdf.docx", b"%PDF-1.4\n%\xe2\xe3".to_vec(), "is a PDF"),
        ("text.odt", b"Nur Text, kein ODT.".to_vec(), "plain text"),
        ("page.docx", b"\xef\xbb\xbf<!DOCTYPE html><p>x".to_vec(), "is HTML"),
        ("rich.docx", b"{\\rtf1\\ansi x}".to_vec(), "is RTF"),
        ("pictures.docx", zip(&[("a.jpg", b"x"), ("b.jpg", b"y")]), "zip file"),
        ("sheet.docx", zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<a/>")]), "spreadsheet"),
        (
            "slides.odt",
            zip(&[("mimetype", b"application/vnd.oasis.opendocument.presentation"), ("content.xml", b"<a/>")]),
            "presentation",
        ),
        (
            "scan.docx",
            docx("<w:p><w:r><w:drawing/></w:r></w:p>", &[("word/media/image1.jpeg", "x".into())]),
            "Texterkennung",
        ),
        ("blank.docx", docx("<w:p/>", &[]), "contains no text"),
        (
            "random.docx",
            (0..20_000_u32).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).expect("a byte")).collect(),
            "damaged",
        ),
    ]
}

fn numbered(count: u32, one: fn(u32) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().concat()
}

fn good() -> Vec<Entry> {
    let document = b"<w:document><w:body><w:p><w:r><w:t>Drucker</w:t></w:r></w:p></w:body></w:document>";
    vec![Entry::new("[Content_Types].xml", b"<Types/>"), Entry::new("word/document.xml", document)]
}

/// The head of an OLE container that names a stream.
fn ole(stream: &str) -> Vec<u8> {
    let mut out = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    out.extend([0; 504]);
    out.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    out
}
