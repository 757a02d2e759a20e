//! One file to one document: bounds, encoding, front matter, then by format.
//!
//! Works on bytes, so that built-in guides and files on disk take the same way.
//! Blocking: a PDF may take up to the wall-clock limit of the [`Extractor`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};

use super::{
    ExtractFault, IngestError, Source, clean, encoding, extract::Extractor, front_matter, html, load::MIB, markdown,
    pdf, plain, toml_file::utf8,
};
use crate::{
    config::KnowledgeConfig,
    domain::document::{Block, Document, Kind, Meta, Section},
};

/// A step, item or row longer than this is none: it is running text, characters.
const LONGEST_STEP: usize = 10_000;
/// Up to so many bytes Markdown and HTML are parsed here, where the worst nesting
/// costs a fraction of a second; longer ones in the child process.
const SHORT: usize = 16 * 1024;

/// What a guide may be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Markdown,
    Html,
    Plain,
    Pdf,
    Docx,
    Odt,
}

impl Format {
    const ALL: [Self; 6] = [Self::Markdown, Self::Html, Self::Plain, Self::Pdf, Self::Docx, Self::Odt];

    /// By the ending of a file's name, upper or lower case.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        match ending(path).to_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "txt" => Some(Self::Plain),
            "pdf" => Some(Self::Pdf),
            "docx" | "docm" | "dotx" => Some(Self::Docx),
            "odt" | "ott" => Some(Self::Odt),
            _ => None,
        }
    }

    /// Whether a file always takes a child process, so that it costs more than a look.
    #[must_use]
    pub fn is_costly(self) -> bool {
        matches!(self, Self::Pdf | Self::Docx | Self::Odt)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Plain => "plain",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Odt => "odt",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// The title, given or found, and the sections.
pub(super) type Parsed = (Option<String>, Vec<Section>);

/// Parses clean text. In the worst case the time is quadratic in its length for
/// Markdown and HTML: see [`SHORT`].
pub(super) fn parse(format: Format, text: &str, title: Option<String>) -> Parsed {
    match format {
        Format::Markdown => markdown::read(text, title),
        Format::Html => html::read(text, title),
        Format::Plain | Format::Pdf | Format::Docx | Format::Odt => plain::read(text, title),
    }
}

/// The ending without its dot; empty without one.
pub(super) fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, ending)| ending)
}

/// Makes a document of a guide.
///
/// # Errors
/// [`IngestError`] for whatever keeps it from being one.
pub fn read_document(
    source: &Source<'_>,
    extractor: &Extractor,
    config: &KnowledgeConfig,
) -> Result<Document, IngestError> {
    if source.bytes.len() as u64 > config.max_file_mib.saturating_mul(MIB) {
        return Err(IngestError::TooLarge { most_mib: config.max_file_mib });
    }
    if source.bytes.is_empty() {
        return Err(IngestError::Empty);
    }
    let beside = source.meta.as_deref().map(|yaml| front_matter::parse(utf8(yaml)?, 0)).transpose()?;
    let format = Format::of(source.path).ok_or_else(|| IngestError::format(&ending(source.path).to_lowercase()))?;
    if format == Format::Pdf {
        let extracted = extractor.pdf(&source.bytes)?;
        if !extracted.scans.is_empty() {
            let (scans, pages) = (extracted.scans.len(), extracted.pages.len());
            tracing::warn!(
                document = source.path,
                scans,
                pages,
                first = extracted.scans[0],
                "pages without text left out"
            );
        }
        let sections = pdf::read(&extracted.pages, extracted.title.as_deref());
        if sections.is_empty() {
            return Err(ExtractFault::NoText.into());
        }
        return document(source, beside.unwrap_or_default(), extracted.title, sections);
    }
    if matches!(format, Format::Docx | Format::Odt) {
        let meta = beside.unwrap_or_default();
        let (title, sections) = extractor.office(format, &source.bytes, meta.title.as_deref())?;
        return document(source, meta, title, sections);
    }
    let text = text(&source.bytes, format, config.extract_max_chars)?;
    let (own, body) = match format {
        Format::Markdown => {
            front_matter::split(&text)?.map_or((None, text.as_str()), |(yaml, body)| (Some(yaml), body))
        }
        // Some write it there as well; a line of dashes alone is none.
        Format::Plain => match front_matter::split(&text) {
            Ok(Some((yaml, body))) if front_matter::looks_like_one(yaml) => (Some(yaml), body),
            _ => (None, text.as_str()),
        },
        _ => (None, text.as_str()),
    };
    let meta = match (own.map(|yaml| front_matter::parse(yaml, 1)).transpose()?.or(beside), format) {
        (Some(meta), _) => meta,
        (None, Format::Markdown) => return Err(IngestError::NoFrontMatter),
        (None, _) => Meta::default(),
    };
    let (title, sections) = if format == Format::Plain || body.len() <= SHORT {
        let given = meta.title.clone();
        catch_unwind(AssertUnwindSafe(|| parse(format, body, given))).map_err(|_| ExtractFault::Damaged)?
    } else {
        extractor.text(format, body, meta.title.as_deref())?
    };
    document(source, meta, title, sections)
}

fn document(
    source: &Source<'_>,
    meta: Meta,
    title: Option<String>,
    mut sections: Vec<Section>,
) -> Result<Document, IngestError> {
    if sections.is_empty() {
        return Err(IngestError::NoText);
    }
    for block in sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if block.text().chars().nth(LONGEST_STEP).is_some() {
            *block = Block::Paragraph { text: block.text().to_owned() };
        }
    }
    let stem = source.path.strip_suffix(ending(source.path)).and_then(|stem| stem.strip_suffix('.'));
    let stem = stem.unwrap_or(source.path);
    let named = || clean::line(&stem.rsplit('/').next().unwrap_or(stem).replace(['_', '-'], " "));
    let title = meta.title.clone().or(title).filter(|title| !title.is_empty()).unwrap_or_else(named);
    Ok(Document {
        id: meta.id.clone().unwrap_or_else(|| stem.to_owned()),
        title,
        kind: Kind::Guide,
        revision: revision(&[&source.bytes, source.meta.as_deref().unwrap_or_default()]),
        meta,
        sections,
    })
}

/// Clean text of a file, within the bound.
fn text(bytes: &[u8], format: Format, most: usize) -> Result<String, IngestError> {
    let text = encoding::decode(bytes, format)?;
    if text.chars().nth(most).is_some() {
        return Err(IngestError::TooLong { most });
    }
    Ok(clean::characters(&text))
}

/// The first 16 hex digits of SHA-256 over all parts.
#[must_use]
pub fn revision(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest = hash.finalize();
    let first = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{first:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Limits;

    fn read(path: &str, bytes: &[u8], meta: Option<&[u8]>) -> Result<Document, IngestError> {
        let config = KnowledgeConfig::default();
        let extractor = Extractor::new("nowhere", Limits::from(&config));
        read_document(&Source { path, bytes: bytes.into(), meta: meta.map(Into::into) }, &extractor, &config)
    }

    #[test]
    fn id_title_and_revision() {
        let guide = read("guides/beamer-kein-signal.md", b"---\ntitle: Kein Signal\n---\n1. Eins\n", None).unwrap();
        assert_eq!((guide.id.as_str(), guide.title.as_str()), ("guides/beamer-kein-signal", "Kein Signal"));
        assert_eq!(guide.revision.len(), 16);
        let page = read("netz/kein_netz.txt", b"Ein Satz.\n", Some(b"problems: [P12]")).unwrap();
        assert_eq!((page.id.as_str(), page.title.as_str()), ("netz/kein_netz", "kein netz"));
        assert_eq!(page.meta.problems, ["P12"]);
        assert_ne!(page.revision, read("netz/kein_netz.txt", b"Ein Satz.\n", None).unwrap().revision);
        assert_eq!(read("a.html", b"<h1>Titel</h1><p>x", None).unwrap().title, "Titel");
    }

    #[test]
    fn bad_input_has_its_reason() {
        for (path, bytes, part) in [
            ("a.md", &b""[..], "is empty"),
            ("a.md", b"Text ohne Kopf", "front matter"),
            ("a.md", b"---\ntitle: a\n---\n \n", "contains no text"),
            ("a.txt", b"a\0b", "NUL"),
            ("a.md", b"eins\nzw\xfci", "line 2"),
            ("a.pptx", b"PK", "export it as PDF"),
            ("a.docx", b"PK", "did not start"),
            ("a.pdf", b"%PDF-1.4", "did not start"),
        ] {
            let message = read(path, bytes, None).unwrap_err().to_string();
            assert!(message.contains(part), "{path}: {message}");
        }
        let long = "x ".repeat(3_000_000);
        assert!(matches!(read("a.txt", long.as_bytes(), None), Err(IngestError::TooLong { .. })));
        let wrong = read("a.txt", b"x", Some(b"titel: x")).unwrap_err().to_string();
        assert!(wrong.contains("titel") && wrong.contains("line 1"), "{wrong}");
    }

    #[test]
    fn the_worst_nesting_of_a_short_file_is_quick() {
        for (path, piece) in
            [("a.html", "<ul><li>"), ("a.html", "<div>"), ("a.html", "<b><p>"), ("a.md", "> - "), ("a.md", ">")]
        {
            let begin = std::time::Instant::now();
            let outcome = read(path, piece.repeat(SHORT / piece.len()).as_bytes(), Some(b"title: a"));
            assert_eq!(outcome, Err(IngestError::NoText));
            assert!(begin.elapsed().as_secs() < 5, "{piece:?} took {:?}", begin.elapsed());
        }
    }

    #[test]
    fn a_giant_step_is_running_text() {
        let text = format!("1. {}", "wort ".repeat(2_100));
        let document = read("a.txt", text.as_bytes(), None).unwrap();
        assert!(matches!(document.sections[0].blocks[0], Block::Paragraph { .. }));
    }
}
