//! Bytes of a text file to text, whatever a school's old programs saved it in.
//!
//! A byte order mark says what it is; of HTML, the `charset` that it declares.
//! Plain text and HTML that are no UTF-8 are Windows-1252 if nothing speaks
//! against it. Markdown is UTF-8: it is written for us.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{IngestError, read::Format, toml_file::utf8};

/// How far into a page its `charset` is looked for, bytes.
const HEAD: usize = 4096;

/// Text of a file of that format, without a mark.
///
/// # Errors
/// [`IngestError::Nul`] and [`IngestError::NotUtf8`] for what is no text, or text in an unknown encoding.
pub(super) fn decode(bytes: &[u8], format: Format) -> Result<String, IngestError> {
    let lenient = matches!(format, Format::Plain | Format::Html);
    let marked = Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != UTF_8);
    if let Some((encoding, mark)) = marked {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
        return text.map(std::borrow::Cow::into_owned).filter(|text| !text.contains('\0')).ok_or(IngestError::Nul);
    }
    if bytes.contains(&0) {
        return Err(IngestError::Nul);
    }
    let fault = match utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(fault) => fault,
    };
    let declared = if format == Format::Html { declared(bytes) } else { None };
    let text = match declared {
        Some(encoding) => encoding.decode_without_bom_handling_and_without_replacement(bytes),
        None if lenient && is_windows_1252(bytes) => {
            WINDOWS_1252.decode_without_bom_handling_and_without_replacement(bytes)
        }
        None => None,
    };
    text.map(std::borrow::Cow::into_owned).ok_or(fault)
}

/// What a page says of itself: `<meta charset=…>`, `content="text/html; charset=…"`, `<?xml encoding=…?>`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let label = ["charset=", "encoding="].iter().find_map(|key| {
        let rest = head.split_once(key)?.1.trim_start_matches(['"', '\'', ' ']);
        let end = rest.find(|ch: char| !(ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_'))).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    })?;
    // Who can read the declaration byte by byte has no UTF-16; and UTF-8 it was not.
    Encoding::for_label(label.as_bytes()).filter(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding))
}

/// Whether bytes that are no UTF-8 read as Windows-1252: no control characters, no
/// signs in the middle of words (as older encodings of DOS and Macintosh have their
/// letters there), and not UTF-8 with a fault in it.
fn is_windows_1252(bytes: &[u8]) -> bool {
    let control = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=31 | 127 | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    let letter = |byte: u8| byte.is_ascii_alphabetic();
    // Of this range Š, Œ, Ž, ƒ, Ÿ and the apostrophe stand in words.
    let sign = |byte: u8| {
        matches!(byte, 0x80..=0x9F) && !matches!(byte, 0x83 | 0x8A | 0x8C | 0x8E | 0x92 | 0x9A | 0x9C | 0x9E | 0x9F)
    };
    let within = bytes.windows(3).any(|three| letter(three[0]) && sign(three[1]) && letter(three[2]));
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|ch| !ch.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    !bytes.iter().any(control) && !within && good <= bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_encodings_are_read() {
        for (bytes, format) in [
            (&b"f\xfcr \x84Beamer\x93 \x96 gr\xf6\xdfer"[..], Format::Plain),
            (b"\xff\xfef\0\xfc\0r\0 \0\x1e B\0e\0a\0m\0e\0r\0\x1c  \0\x13  \0g\0r\0\xf6\0\xdf\0e\0r\0", Format::Plain),
            ("\u{FEFF}für „Beamer“ – größer".as_bytes(), Format::Markdown),
            ("für „Beamer“ – größer".as_bytes(), Format::Html),
        ] {
            assert_eq!(decode(bytes, format).unwrap(), "für „Beamer“ – größer");
        }
        let page = b"<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-1'><p>gr\xfcn";
        assert!(decode(page, Format::Html).unwrap().ends_with("grün"));
        let page = b"<meta charset=\"koi8-r\"><p>\xc1";
        assert!(decode(page, Format::Html).unwrap().ends_with('а'));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"a\0b", Format::Plain), Err(IngestError::Nul));
        assert_eq!(decode(b"\xff\xfea\0\0\0", Format::Plain), Err(IngestError::Nul));
        let refused =
            |bytes: &[u8], format| assert!(matches!(decode(bytes, format), Err(IngestError::NotUtf8 { line: 2 })));
        // Markdown; a control character; letters of DOS; UTF-8 that is broken once.
        refused(b"a\ngr\xfcn", Format::Markdown);
        refused(b"a\ngr\xfc\x01n", Format::Plain);
        refused(b"a\nf\x81r", Format::Plain);
        refused(b"a\nger\x84t", Format::Plain);
        refused(b"a\n\xc3\xbcber \xc3\xa4n \xc3 da", Format::Plain);
    }
}
