//! Takes the characters of a page as `pdf-extract` draws them.
//!
//! Around its plain text writer stand three things of our own: a bound; widths
//! where a font's table lacks them (PDFs of Chrome and Google Docs do: without
//! them every other letter is followed by a blank); and the largest letters, of
//! which titles are made.

use std::fmt;

use pdf_extract::{ConvertToFmt, MediaBox, OutputDev, OutputError, PlainTextOutput, Transform};

/// Width taken for a letter without one, em: with the writer's own tenth, wider than nearly all letters.
const UNKNOWN_WIDTH: f64 = 0.75;
/// How much larger than the usual letters a title's are.
const LARGER: f64 = 1.2;
/// Longest title, characters.
const TITLE: usize = 150;

/// A page's text; says no when the document's share is used up.
pub(super) struct Bounded {
    pub(super) text: String,
    /// Characters that may still come; 0 = too many came.
    pub(super) left: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.left = self.left.saturating_sub(piece.chars().count());
        if self.left == 0 {
            return Err(fmt::Error);
        }
        self.text.push_str(piece);
        Ok(())
    }
}

impl<'a> ConvertToFmt for &'a mut Bounded {
    type Writer = &'a mut Bounded;

    fn convert(self) -> Self::Writer {
        self
    }
}

/// The device that a page is drawn on.
pub(super) struct Page<'a> {
    plain: PlainTextOutput<&'a mut Bounded>,
    /// Characters by size of type, in tenths of a point.
    usual: std::collections::BTreeMap<u32, usize>,
    /// Size and text of the largest letters so far.
    largest: (f64, String),
    /// Where the last of them stands.
    at: (f64, f64),
}

impl<'a> Page<'a> {
    pub(super) fn new(text: &'a mut Bounded) -> Self {
        let plain = PlainTextOutput::new(text);
        Self { plain, usual: std::collections::BTreeMap::new(), largest: (0.0, String::new()), at: (0.0, 0.0) }
    }

    /// The text in the largest type, if it stands out.
    pub(super) fn title(self) -> Option<String> {
        let (size, text) = self.largest;
        let (usual, _) = self.usual.iter().max_by_key(|(_, count)| **count)?;
        let stands_out = size * 10.0 >= f64::from(*usual) * LARGER;
        (stands_out && text.chars().count() <= TITLE).then_some(text)
    }

    fn note(&mut self, trm: &Transform, end: f64, size: f64, text: &str) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
        let tenths = (size * 10.0).round().clamp(0.0, 100_000.0) as u32;
        if !text.trim().is_empty() {
            *self.usual.entry(tenths).or_default() += text.chars().count();
        }
        if size > self.largest.0 * 1.02 && !text.trim().is_empty() {
            self.largest = (size, String::new());
        }
        if size < self.largest.0 * 0.98 || self.largest.1.len() > 4 * TITLE {
            return;
        }
        let (x, y) = self.at;
        if (trm.m32 - y).abs() > size * 0.5 || trm.m31 > x + size * 0.2 {
            self.largest.1.push(' ');
        }
        self.largest.1.push_str(text);
        self.at = (end, trm.m32);
    }
}

impl OutputDev for Page<'_> {
    fn begin_page(
        &mut self,
        number: u32,
        media: &MediaBox,
        art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.plain.begin_page(number, media, art)
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.plain.end_page()
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let width = if width == 0.0 { UNKNOWN_WIDTH } else { width };
        let size = font_size * (trm.m21 * trm.m21 + trm.m22 * trm.m22).sqrt();
        if size.is_finite() && size > 0.0 {
            self.note(trm, trm.m31 + width * size, size, text);
        }
        self.plain.output_character(trm, width, spacing, font_size, text)
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.plain.begin_word()
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        self.plain.end_word()
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        self.plain.end_line()
    }
}
