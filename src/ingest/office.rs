//! Word processors' files: DOCX and ODT, read in the child process only.
//!
//! A file is what its bytes say, whatever its name: a DOCX named `.odt` is read,
//! a PDF named `.docx` refused with its reason. Promises: no part is unpacked or
//! nested beyond a bound, nothing is written or fetched, and what no reader of
//! the document sees (deleted, hidden, comments, codes) is no text.

mod archive;
mod docx;
mod flow;
mod look;
mod odt;
mod xml;

use self::{archive::Archive, xml::decode};
use super::{OfficeFault, read::Parsed};

/// What an OLE container begins with: old Office files, and locked new ones.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Most bytes at the head of a file looked at to say what it is.
const HEAD: usize = 4096;

/// What came out of a file.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) parsed: Parsed,
    /// Whether it holds pictures: without text it is a scan.
    pub(super) pictures: bool,
}

/// Reads a DOCX or ODT. Without a title given, the file's own is it, or the first paragraph in the style of one.
///
/// # Errors
/// [`OfficeFault`] with the reason.
pub(super) fn read(bytes: &[u8], title: Option<String>) -> Result<Read, OfficeFault> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(foreign(bytes));
    }
    let mut archive = Archive::open(bytes)?;
    let has = |name: &str| archive.names().iter().any(|one| one.eq_ignore_ascii_case(name));
    let within = |folder: &str| archive.names().iter().any(|one| one.to_ascii_lowercase().starts_with(folder));
    let pictures = within("word/media/") || within("media/") || within("pictures/");
    let (word, office) = (within("word/"), has("[Content_Types].xml"));
    let (sheet, slides) = (within("xl/"), within("ppt/"));
    let odf = has("content.xml");
    let locked = has("encrypted-package");
    let kind = archive.part("mimetype")?.unwrap_or_default();
    let kind = String::from_utf8_lossy(&kind).trim().to_owned();
    let parsed = match kind.strip_prefix("application/vnd.oasis.opendocument.") {
        _ if locked => return Err(OfficeFault::Encrypted),
        Some(kind) if kind.starts_with("text") => odt::read(&mut archive, title)?,
        Some(kind) if kind.starts_with("spreadsheet") => return Err(OfficeFault::Spreadsheet),
        Some(kind) if kind.starts_with("presentation") => return Err(OfficeFault::Presentation),
        _ if word || (office && !sheet && !slides) => docx::read(&mut archive, title)?,
        _ if sheet => return Err(OfficeFault::Spreadsheet),
        _ if slides => return Err(OfficeFault::Presentation),
        _ if odf => odt::read(&mut archive, title)?,
        _ => return Err(OfficeFault::Archive),
    };
    Ok(Read { parsed, pictures })
}

/// What a file is that is no zip file.
fn foreign(bytes: &[u8]) -> OfficeFault {
    if bytes.starts_with(OLE) {
        let names = |name: &str| {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.windows(wide.len()).any(|window| window == wide)
        };
        return if names("EncryptedPackage") {
            OfficeFault::Encrypted
        } else if names("WordDocument") {
            OfficeFault::OldWord
        } else {
            OfficeFault::OldOffice
        };
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let start = decode(head).unwrap_or_default().trim_start().to_lowercase();
    if head.windows(5).any(|window| window == b"%PDF-") {
        OfficeFault::Pdf
    } else if head.starts_with(b"{\\rtf") {
        OfficeFault::Rtf
    } else if ["<!doctype html", "<html", "mime-version:"].iter().any(|begin| start.starts_with(begin)) {
        OfficeFault::Html
    } else if !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() {
        OfficeFault::Text
    } else {
        OfficeFault::Damaged
    }
}
