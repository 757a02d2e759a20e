//! Bytes of an export to text: which encoding, and a reader that turns it into
//! UTF-8 piece by piece. What is no text at all is refused by its first bytes.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read, Seek as _, SeekFrom},
    rc::Rc,
};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::ingest::IngestError;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// Other programs' files that are often taken for an export.
pub(super) fn refuse_binary(head: &[u8]) -> Result<(), IngestError> {
    const KNOWN: [(&[u8], &str, &str); 6] = [
        (b"PK\x03\x04", "is a ZIP archive or an Excel file", "open it and save the table as CSV (UTF-8)"),
        (
            b"\xD0\xCF\x11\xE0",
            "is an old Office or an Outlook file",
            "open it and save the table as CSV, or the mails as mbox",
        ),
        (b"!BDN", "is an Outlook archive (PST)", "let the mail program export the folder as mbox"),
        (b"%PDF", "is a PDF", "export the tickets as CSV, JSON or mbox"),
        (b"\x1F\x8B", "is compressed (gzip)", "unpack it first: gunzip FILE"),
        (b"SQLite format 3", "is a database", "export the tickets as CSV, JSON or mbox"),
    ];
    if let Some((_, what, hint)) = KNOWN.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err(IngestError::Entry { message: (*what).into(), hint });
    }
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") || wide(head).is_some();
    let strange = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B);
    let strange = head.iter().filter(strange).count();
    if !wide && strange > 8 && strange * 50 > head.len() {
        let message = "is no text".into();
        return Err(IngestError::Entry { message, hint: "export the tickets as CSV, JSON or mbox" });
    }
    Ok(())
}

/// An encoding by its name, as `windows-1252`, `latin1`, `utf-16le`.
pub(super) fn named(label: &str) -> Result<&'static Encoding, IngestError> {
    Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
        let message = format!("the encoding {label:?} is not known");
        IngestError::Entry { message, hint: "name one such as utf-8, windows-1252 or utf-16le" }
    })
}

/// Two bytes a character, told by where the zero bytes stand.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    if pairs < 8 {
        None
    } else if odd * 2 > pairs && even * 20 < pairs {
        Some(UTF_16LE)
    } else if even * 2 > pairs && odd * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// By byte order mark, else by the whole content: UTF-8 unless it is not, then Windows-1252.
pub(super) fn detect(file: &mut File) -> Result<&'static Encoding, IngestError> {
    let unreadable = |error: io::Error| IngestError::Unreadable(error.to_string());
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut piece = vec![0; PIECE];
    let (mut rest, mut good, mut bad) = (Vec::new(), 0_u64, 0_u64);
    let mut first = true;
    loop {
        let read = file.read(&mut piece).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        if first {
            if let Some((encoding, _)) = Encoding::for_bom(&piece[..read]) {
                return Ok(encoding);
            }
            if let Some(encoding) = wide(&piece[..read]) {
                return Ok(encoding);
            }
            first = false;
        }
        rest.extend_from_slice(&piece[..read]);
        let used = count(&rest, &mut good, &mut bad);
        rest.drain(..used);
    }
    bad += u64::from(!rest.is_empty());
    // A few broken bytes in a file of UTF-8 do not make all the rest another encoding.
    Ok(if bad == 0 || good > bad * 20 { UTF_8 } else { WINDOWS_1252 })
}

/// Counts well and badly formed sequences above ASCII; bytes that are done with.
fn count(bytes: &[u8], good: &mut u64, bad: &mut u64) -> usize {
    let high = |text: &[u8]| text.iter().filter(|byte| **byte >= 0xC0).count() as u64;
    let mut at = 0;
    loop {
        match std::str::from_utf8(&bytes[at..]) {
            Ok(text) => {
                *good += high(text.as_bytes());
                return bytes.len();
            }
            Err(error) => {
                *good += high(&bytes[at..at + error.valid_up_to()]);
                at += error.valid_up_to();
                let Some(broken) = error.error_len() else { return at };
                *bad += 1;
                at += broken;
            }
        }
    }
}

/// UTF-8 out of any encoding; a byte order mark is left out, what is broken becomes
/// `U+FFFD`, and lines end with `\n`, so that they are counted rightly.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    /// The last piece ended with `\r`, which is not given out yet.
    waiting: bool,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, waiting: false, raw: vec![0; PIECE], text: Vec::new(), at: 0, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.raw)?;
        self.ended = read == 0;
        let most = self.decoder.max_utf8_buffer_length(read).unwrap_or(PIECE * 4);
        self.text.resize(most, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..read], &mut self.text, self.ended);
        self.text.truncate(written);
        self.lines();
        self.at = 0;
        Ok(())
    }
}

impl<R> Decoded<R> {
    /// Takes `\r` before `\n` out of the piece.
    fn lines(&mut self) {
        if std::mem::take(&mut self.waiting) && self.text.first() != Some(&b'\n') {
            self.text.insert(0, b'\r');
        }
        self.waiting = !self.ended && self.text.pop_if(|byte| *byte == b'\r').is_some();
        if self.text.contains(&b'\r') {
            let mut next = self.text.iter().copied().skip(1).chain([0]).collect::<Vec<_>>().into_iter();
            self.text.retain(|byte| next.next() != Some(b'\n') || *byte != b'\r');
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.ended {
            self.fill()?;
        }
        let taken = into.len().min(self.text.len() - self.at);
        into[..taken].copy_from_slice(&self.text[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

/// Fails where more than so many bytes were read since it was last told to begin anew:
/// no row, however made, fills the memory.
pub(super) struct Bounded<R> {
    inner: R,
    spent: Rc<Cell<usize>>,
    most: usize,
}

impl<R: Read> Bounded<R> {
    /// The reader, and the count to be set to 0 after each row.
    pub(super) fn new(inner: R, most: usize) -> (Self, Rc<Cell<usize>>) {
        let spent = Rc::new(Cell::new(0));
        (Self { inner, spent: Rc::clone(&spent), most }, spent)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.spent.get() > self.most {
            return Err(io::Error::other("a row without end"));
        }
        let read = self.inner.read(into)?;
        self.spent.set(self.spent.get() + read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> (&'static str, String) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let encoding = detect(&mut file).unwrap();
        let mut text = String::new();
        Decoded::new(bytes, encoding).read_to_string(&mut text).unwrap();
        (encoding.name(), text)
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "Lösung;Gerät\n„Quelle“ geändert;Beamer\n";
        let wide = |text: &str, big: bool| -> Vec<u8> {
            let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            text.encode_utf16().flat_map(bytes).collect()
        };
        let bom = format!("\u{FEFF}{text}");
        let (western, ..) = WINDOWS_1252.encode(text);
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (bom.as_bytes().to_vec(), "UTF-8"),
            (western.into_owned(), "windows-1252"),
            (wide(&bom, false), "UTF-16LE"),
            (wide(&bom, true), "UTF-16BE"),
            (wide(text, false), "UTF-16LE"),
        ] {
            assert_eq!(read(&bytes), (name, text.to_owned()));
        }
        let mut broken = "ä".repeat(100).into_bytes();
        broken.push(0xFF);
        assert_eq!(read(&broken).0, "UTF-8", "one broken byte changes nothing for the rest");
        assert!(named("latin1").is_ok() && named("klingonisch").is_err());
    }

    #[test]
    fn characters_may_stand_across_pieces() {
        let text = "aä".repeat(PIECE);
        assert_eq!(read(text.as_bytes()), ("UTF-8", text));
    }

    #[test]
    fn lines_end_alike() {
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let taken = self.0.len().min(1);
                into[..taken].copy_from_slice(&self.0[..taken]);
                self.0 = &self.0[taken..];
                Ok(taken)
            }
        }
        for (bytes, expected) in [(&b"a\r\nb\r\r\nc\rd\r"[..], "a\nb\r\nc\rd\r"), (b"\r\n", "\n"), (b"\r", "\r")] {
            let (mut whole, mut slow) = (String::new(), String::new());
            Decoded::new(bytes, UTF_8).read_to_string(&mut whole).unwrap();
            Decoded::new(Slow(bytes), UTF_8).read_to_string(&mut slow).unwrap();
            assert_eq!((whole.as_str(), slow.as_str()), (expected, expected));
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_to_do() {
        for head in [&b"PK\x03\x04\x14\x00"[..], b"\x1F\x8B\x08", b"%PDF-1.7", &[0; 100]] {
            assert!(refuse_binary(head).unwrap_err().to_string().contains("hint:"));
        }
        assert!(refuse_binary("Betreff;Lösung\n".as_bytes()).is_ok());
        assert!(refuse_binary(b"i\0d\0;\0s\0u\0b\0j\0e\0c\0t\0;\0x\0\n\0").is_ok());
    }

    #[test]
    fn a_row_without_end_is_cut_off() {
        let (mut reader, spent) = Bounded::new(io::repeat(b'x'), 1000);
        let mut piece = [0; 600];
        assert!(reader.read(&mut piece).is_ok() && reader.read(&mut piece).is_ok());
        assert!(reader.read(&mut piece).is_err());
        spent.set(0);
        assert!(reader.read(&mut piece).is_ok());
    }
}
