//! The thirteen PDFs that are made to crash or exhaust a reader, each from a few
//! lines: bombs, cycles, nesting, missing parts. One of them is a good file.

use std::{fmt::Write as _, io::Write as _};

use flate2::{Compression, write::ZlibEncoder};

const TEXT: &str = "BT /F1 12 Tf 50 700 Td (Drucker Raum 204) Tj ET\n";
const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
const RESOURCES: &str = "<</Font<</F1 5 0 R>>>>";
const GIB: usize = 1 << 30;

/// Names and bytes of all thirteen.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let deep = 200_000;
    let nested = 100_000;
    let inline = format!("BI /W 1 /H 1 /F/Fl ID xx EI\n{TEXT}");
    let bomb = bomb();
    vec![
        ("ok.pdf", page(TEXT, FONT)),
        ("empty.pdf", Vec::new()),
        ("garbage.pdf", garbage()),
        ("badfont.pdf", page(TEXT, "<</Type/Font/Subtype/Type3/BaseFont/Foo>>")),
        ("nofont.pdf", page("BT /F9 12 Tf (x) Tj ET", FONT)),
        ("inline.pdf", page(&inline, FONT)),
        ("cycle.pdf", file("<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>", RESOURCES, &flate(TEXT), FONT.into())),
        ("formcycle.pdf", form_cycle()),
        ("deep.pdf", page(&format!("{}{} TJ\n{TEXT}", "[".repeat(deep), "]".repeat(deep)), FONT)),
        ("deepobj.pdf", page(TEXT, &FONT.replace(">>", &format!("/X {}{}>>", "[".repeat(nested), "]".repeat(nested))))),
        ("manytext.pdf", many_text()),
        ("bomb1g.pdf", file(PAGES, RESOURCES, &stream("/FlateDecode", &bomb), FONT.into())),
        ("bomb1g_nested.pdf", file(PAGES, RESOURCES, &stream("[/FlateDecode/FlateDecode]", &zlib(&bomb)), FONT.into())),
    ]
}

/// 400,000 text operators.
pub(crate) fn many_text() -> Vec<u8> {
    page(&TEXT.repeat(400_000), FONT)
}

/// A good one-page file with `content` and the font F1.
pub(crate) fn page(content: &str, font: &str) -> Vec<u8> {
    file(PAGES, RESOURCES, &flate(content), font.into())
}

fn file(pages: &str, resources: &str, content: &[u8], fifth: Vec<u8>) -> Vec<u8> {
    let third =
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources{resources}>>").into_bytes();
    objects(&[b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), pages.as_bytes().to_vec(), third, content.to_vec(), fifth])
}

/// A whole file of numbered objects, the first the catalogue.
pub(crate) fn objects(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", bodies.len() + 1);
    for (number, body) in (1..).zip(bodies) {
        writeln!(table, "{:010} 00000 n ", out.len()).expect("memory takes every write");
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(table.bytes());
    out.extend(format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", bodies.len() + 1).bytes());
    out
}

pub(crate) fn flate(content: &str) -> Vec<u8> {
    stream("/FlateDecode", &zlib(content.as_bytes()))
}

fn stream(filter: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<</Length {}/Filter {filter}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory takes every write");
    encoder.finish().expect("memory takes every write")
}

/// One GiB of blanks, written piece by piece, as about one MiB.
fn bomb() -> Vec<u8> {
    let piece = vec![b' '; 1 << 20];
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    for _ in 0..GIB / piece.len() {
        encoder.write_all(&piece).expect("memory takes every write");
    }
    encoder.finish().expect("memory takes every write")
}

/// A form that draws itself, twice.
fn form_cycle() -> Vec<u8> {
    let resources = "<</XObject<</X 5 0 R>>>>";
    let data = zlib(b"/X Do /X Do\n");
    let mut form = format!(
        "<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources{resources}/Filter/FlateDecode/Length {}>>\nstream\n",
        data.len()
    )
    .into_bytes();
    form.extend(data);
    form.extend(b"\nendstream");
    file(PAGES, resources, &flate("/X Do\n"), form)
}

fn garbage() -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    for _ in 0..20 {
        out.extend(0..=u8::MAX);
    }
    out
}
