//! Takes the characters of a page as `pdf-extract` draws them, with their places.
//!
//! Letters that follow one another closely on a line are one [`Piece`]; what
//! stands where is decided in [`super::layout`]. Widths that a font's table lacks
//! (PDFs of Chrome and Google Docs do) are estimated: without them every other
//! letter would be followed by a blank. The largest letters are kept for a title.

use std::fmt;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

/// Width taken for a letter without one, em: with [`BLANK`], wider than nearly all letters.
const UNKNOWN_WIDTH: f64 = 0.75;
/// How far a further letter without width stands from the last, em.
const UNKNOWN_STEP: f64 = 0.5;
/// A gap from which there is a blank, em.
pub(super) const BLANK: f64 = 0.1;
/// A gap from which there is another piece, em: wider than blanks of most justified lines.
pub(super) const WIDE: f64 = 0.9;
/// How far letters of one line may stand higher or lower, em.
const RAISED: f64 = 0.5;
/// How much larger than the usual letters a title's are.
const LARGER: f64 = 1.2;
/// Longest title, characters.
const TITLE: usize = 150;

/// Letters on one line without a wide gap in between.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Where letters begin and end, points; blanks at the ends do not count.
    pub(super) x0: f64,
    pub(super) x1: f64,
    /// Baseline, points, growing downwards.
    pub(super) y: f64,
    /// Size of type, points.
    pub(super) size: f64,
    pub(super) text: String,
    /// Direction of writing in quarters of a turn; the places are turned back by it.
    pub(super) turn: u8,
}

/// The device that a page is drawn on.
pub(super) struct Page {
    pub(super) pieces: Vec<Piece>,
    /// Characters that may still come; 0 = too many came.
    pub(super) left: usize,
    /// Whether places make no sense.
    pub(super) odd: bool,
    /// Right end of what was drawn last, blanks included.
    end: f64,
    /// A string begins.
    first: bool,
    /// Characters by size of type, in tenths of a point.
    usual: std::collections::BTreeMap<u32, usize>,
    /// Size and text of the largest letters so far.
    largest: (f64, String),
    /// Where the last of them stands.
    at: (f64, f64),
}

impl Page {
    /// `left`: characters that the document may still have.
    pub(super) fn new(left: usize) -> Self {
        Self {
            pieces: Vec::new(),
            left,
            odd: false,
            end: 0.0,
            first: true,
            usual: std::collections::BTreeMap::new(),
            largest: (0.0, String::new()),
            at: (0.0, 0.0),
        }
    }

    /// The text in the largest type, if it stands out.
    pub(super) fn title(&self) -> Option<String> {
        let (size, text) = &self.largest;
        let (usual, _) = self.usual.iter().max_by_key(|(_, count)| **count)?;
        let stands_out = size * 10.0 >= f64::from(*usual) * LARGER;
        (stands_out && text.chars().count() <= TITLE).then(|| text.clone())
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

    /// A letter, or a few that are one, at `x` along the line and `y` below the origin.
    fn put(&mut self, (x, y): (f64, f64), turn: u8, (across, size): (f64, f64), width: f64, text: &str) {
        let known = width != 0.0;
        let first = std::mem::take(&mut self.first);
        let width = if known { width } else { UNKNOWN_WIDTH } * across;
        let gap = x - self.end;
        let follows = self.pieces.last().is_some_and(|last| {
            let level = last.turn == turn && (last.y - y).abs() <= RAISED * size.max(last.size);
            level && (!first || (gap > -RAISED * size && gap <= WIDE * size))
        });
        // A string of letters without widths stands on one point: each is taken for half an em.
        let stuck = !known && !first && follows && x + width < self.end + UNKNOWN_STEP * across;
        let end = if stuck { self.end + UNKNOWN_STEP * across } else { x + width };
        let blank = text.chars().all(char::is_whitespace);
        if let Some(last) = self.pieces.last_mut().filter(|_| follows) {
            if first && gap > BLANK * size && !last.text.ends_with(' ') {
                last.text.push(' ');
            }
            last.text.extend(text.chars().map(flat));
            if !blank {
                last.x1 = last.x1.max(end);
                last.size = if last.text.trim().chars().count() <= 1 { size } else { last.size.max(size) };
            }
        } else if !blank {
            let text = text.chars().map(flat).collect();
            self.pieces.push(Piece { x0: x, x1: end, y, size, text, turn });
        } else {
            return;
        }
        self.end = end;
    }
}

/// Line feeds and tabulators have a meaning of their own further on.
fn flat(ch: char) -> char {
    if matches!(ch, '\n' | '\r' | '\t') { ' ' } else { ch }
}

/// Quarters of a turn by which the direction of writing is off.
fn turn(x: f64, y: f64) -> u8 {
    match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
        (true, true, _) => 0,
        (false, _, true) => 1,
        (true, false, _) => 2,
        (false, _, false) => 3,
    }
}

impl OutputDev for Page {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        self.left = self.left.saturating_sub(text.chars().count());
        if self.left == 0 {
            return Err(OutputError::FormatError(fmt::Error));
        }
        let size = (font_size * trm.m21.hypot(trm.m22)).abs();
        let across = (font_size * trm.m11.hypot(trm.m12)).abs();
        if size.is_finite() && size > 0.0 {
            self.note(trm, trm.m31 + width * size, size, text);
        }
        let turn = turn(trm.m11 * font_size.signum(), trm.m12 * font_size.signum());
        let (x, y) = match turn {
            0 => (trm.m31, -trm.m32),
            1 => (trm.m32, trm.m31),
            2 => (-trm.m31, trm.m32),
            _ => (-trm.m32, -trm.m31),
        };
        if [x, y, size, across, width].iter().all(|number| number.is_finite()) && size > 0.0 {
            self.put((x, y), turn, (across, size), width, text);
        } else {
            // Without a place it goes on with what was drawn last.
            self.odd = true;
            let last = self.pieces.last().map_or((0.0, 0.0), |last| (last.x1, last.y));
            self.put(last, 0, (1.0, 1.0), 0.0, text);
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.first = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
