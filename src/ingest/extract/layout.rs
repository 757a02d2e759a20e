//! From pieces at their places to the text of a page in reading order.
//!
//! Columns of running text are read one after the other, a line across both of
//! them before what stands below it; cells side by side stay rows (`cell⇥cell`, see
//! [`super::rows`]). Where places make no sense the order of drawing is kept.

mod columns;
mod rows;

use std::collections::HashSet;

use self::columns::{Split, split};
use super::page::Piece;

/// Pieces of a page up to which places are looked at.
const MOST: usize = 20_000;
/// Columns within columns.
const DEPTH: usize = 6;
/// How far pieces of one line may stand higher or lower, em.
const LEVEL: f64 = 0.4;
/// Letters of this size and smaller are read by nobody, points.
const TINY: f64 = 2.0;
/// How far a piece reaches over the next to be of another layer, em.
const OVER: f64 = 0.5;
/// One of so many pieces over another makes a page layered.
const LAYERED: usize = 10;
/// A first or last line so far from the others stands for itself, em.
const APART: f64 = 2.2;
/// A distance of lines, as a multiple of the usual one, from which a paragraph ends.
const PARAGRAPH: f64 = 1.3;
/// The least such distance, em.
const LEAST: f64 = 1.3;
/// A change in size that ends a paragraph.
const RESIZED: f64 = 1.15;

/// A finished line, or a row with tabulators between its cells.
#[derive(Debug)]
struct Line {
    y: f64,
    /// Baseline of the last line, where a row has several.
    bottom: f64,
    size: f64,
    text: String,
    /// What comes before is another part of the page.
    begins: bool,
}

/// The text of a page. A blank line ends a paragraph.
pub(super) fn text(mut pieces: Vec<Piece>, odd: bool) -> String {
    for piece in &mut pieces {
        piece.text.truncate(piece.text.trim_end().len());
    }
    if odd || pieces.len() > MOST {
        return drawn(&pieces);
    }
    let all = pieces;
    let pieces = single(legible(&all));
    if is_layered(&pieces) {
        return drawn(&all);
    }
    let mut turns: [usize; 4] = [0; 4];
    for piece in &pieces {
        turns[usize::from(piece.turn & 3)] += piece.text.len();
    }
    let mut order = [0_u8, 1, 2, 3];
    order.sort_by_key(|turn| std::cmp::Reverse(turns[usize::from(*turn)]));
    let mut lines = Vec::new();
    for turn in order {
        let of_turn: Vec<usize> = (0..pieces.len()).filter(|at| pieces[*at].turn == turn).collect();
        let from = lines.len();
        page(&pieces, of_turn, &mut lines);
        begin(&mut lines, from);
    }
    written(&lines)
}

/// In the order of drawing.
fn drawn(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut last: Option<&Piece> = None;
    for piece in pieces {
        if let Some(last) = last {
            let below = (piece.y - last.y).abs();
            text.push_str(match below / piece.size.max(last.size) {
                level if level <= LEVEL => " ",
                near if near <= 1.5 => "\n",
                _ => "\n\n",
            });
        }
        text.push_str(&piece.text);
        last = Some(piece);
    }
    text
}

/// Whether much of it stands on other text: places of what is drawn as a whole
/// (a form, a page within a page) are those within it.
fn is_layered(pieces: &[Piece]) -> bool {
    let all: Vec<usize> = (0..pieces.len()).collect();
    let over = |pair: &&[usize]| pieces[pair[1]].x0 < pieces[pair[0]].x1 - OVER * pieces[pair[1]].size;
    let met: usize = levels(pieces, &all).iter().map(|level| level.windows(2).filter(over).count()).sum();
    met * LAYERED > pieces.len()
}

/// Without letters that no eye can read beside the others.
fn legible(pieces: &[Piece]) -> Vec<Piece> {
    let letters = |piece: &&Piece| piece.size > TINY;
    let large: usize = pieces.iter().filter(letters).map(|piece| piece.text.len()).sum();
    let small: usize = pieces.iter().filter(|piece| !letters(piece)).map(|piece| piece.text.len()).sum();
    let shown = |piece: &&Piece| small > large || letters(piece);
    pieces.iter().filter(shown).cloned().collect()
}

/// Without what is drawn twice on one place to look bold or shaded.
fn single(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let near = |other: &&Piece| {
            let reach = 0.25 * piece.size;
            (other.x0 - piece.x0).abs() < reach && (other.y - piece.y).abs() < reach && other.text == piece.text
        };
        if !kept.iter().rev().take(4).any(|other| near(&other)) {
            kept.push(piece);
        }
    }
    kept
}

/// A page: what stands apart at its head and foot, and in between the columns.
fn page(pieces: &[Piece], mut set: Vec<usize>, lines: &mut Vec<Line>) {
    let levels = levels(pieces, &set);
    let edge = |level: &[usize], next: &[usize]| {
        let size = level.iter().chain(next).map(|at| pieces[*at].size).fold(0.0, f64::max);
        (pieces[level[0]].y - pieces[next[0]].y).abs() > APART * size
    };
    let (mut head, mut foot) = (Vec::new(), Vec::new());
    if let [first, second, .., before, last] = levels.as_slice() {
        if edge(first, second) {
            head.clone_from(first);
        }
        if edge(last, before) {
            foot.clone_from(last);
        }
    }
    let apart: HashSet<usize> = head.iter().chain(&foot).copied().collect();
    set.retain(|at| !apart.contains(at));
    for part in [head, set, foot] {
        let from = lines.len();
        read(pieces, &part, 0, lines);
        begin(lines, from);
    }
}

fn begin(lines: &mut [Line], from: usize) {
    if let Some(line) = lines.get_mut(from) {
        line.begins = true;
    }
}

/// One part of a page; columns first.
fn read(pieces: &[Piece], set: &[usize], depth: usize, lines: &mut Vec<Line>) {
    if set.is_empty() {
        return;
    }
    match if depth < DEPTH { split(pieces, set) } else { None } {
        Some(Split { above, left, right, below }) => {
            for part in [above, left, right, below] {
                let from = lines.len();
                read(pieces, &part, depth + 1, lines);
                begin(lines, from);
            }
        }
        None => rows::read(pieces, &levels(pieces, set), lines),
    }
}

/// Pieces by line from top to bottom, each from left to right (Arabic and Hebrew as drawn).
fn levels(pieces: &[Piece], set: &[usize]) -> Vec<Vec<usize>> {
    let mut sorted = set.to_vec();
    sorted.sort_by(|a, b| pieces[*a].y.total_cmp(&pieces[*b].y));
    let mut levels: Vec<Vec<usize>> = Vec::new();
    for at in sorted {
        let piece = &pieces[at];
        match levels.last_mut() {
            Some(level) if piece.y - pieces[level[0]].y <= LEVEL * piece.size.max(pieces[level[0]].size) => {
                level.push(at);
            }
            _ => levels.push(vec![at]),
        }
    }
    for level in &mut levels {
        if level.iter().any(|at| pieces[*at].text.chars().any(is_rtl)) {
            level.sort_unstable();
        } else {
            level.sort_by(|a, b| pieces[*a].x0.total_cmp(&pieces[*b].x0));
        }
    }
    levels
}

fn is_rtl(ch: char) -> bool {
    matches!(ch, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

/// Lines to text, paragraphs told by the distance of lines and by the size of type.
fn written(lines: &[Line]) -> String {
    let mut gaps: Vec<f64> = lines
        .windows(2)
        .filter(|pair| !pair[1].begins)
        .map(|pair| (pair[1].y - pair[0].bottom) / pair[1].size.max(pair[0].size))
        .filter(|gap| (0.5..2.5).contains(gap))
        .collect();
    gaps.sort_by(f64::total_cmp);
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(1.2);
    let mut text = String::new();
    let mut last: Option<&Line> = None;
    for line in lines {
        if let Some(last) = last {
            let (small, large) = (line.size.min(last.size), line.size.max(last.size));
            let gap = (line.y - last.bottom) / large;
            let ends = line.begins || gap < 0.0 || gap > (PARAGRAPH * usual).max(LEAST) || large > RESIZED * small;
            text.push_str(if ends { "\n\n" } else { "\n" });
        }
        text.push_str(&line.text);
        last = Some(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(x0: f64, y: f64, text: &str) -> Piece {
        #[expect(clippy::cast_precision_loss, reason = "a few letters")]
        let x1 = x0 + 5.0 * text.chars().count() as f64;
        Piece { x0, x1, y, size: 10.0, text: text.into(), turn: 0 }
    }

    /// Lines of two columns, drawn one column after the other or line by line.
    fn two_columns(by_line: bool) -> Vec<Piece> {
        let left = [
            "Der Beamer steht im Schrank und hat",
            "einen Schalter an der Seite, den man",
            "zuerst drückt. Danach leuchtet das",
            "kleine Licht grün und es geht",
            "weiter mit der Taste Source auf",
            "der Fernbedienung im Fach.",
        ];
        let right = [
            "Wenn kein Bild kommt, liegt es oft",
            "am Kabel. Ziehen Sie es heraus und",
            "stecken Sie es wieder fest ein, bis",
            "es hörbar einrastet. Hilft auch das",
            "nicht, melden Sie den Fehler mit",
            "der Nummer auf dem Aufkleber.",
        ];
        let mut pieces = vec![piece(50.0, 40.0, "Beamer: so geht es in allen Räumen unserer Schule ohne Mühe")];
        let y = |at: usize| 80.0 + 12.0 * f64::from(u32::try_from(at).unwrap());
        let mut columns: Vec<(usize, Piece)> = Vec::new();
        for (at, (left, right)) in left.iter().zip(right).enumerate() {
            columns.push((at, piece(50.0, y(at), left)));
            columns.push((100 + at, piece(250.0, y(at), right)));
        }
        if !by_line {
            columns.sort_by_key(|(order, _)| *order);
        }
        pieces.extend(columns.into_iter().map(|(_, piece)| piece));
        pieces
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_their_heading() {
        for by_line in [false, true] {
            let text = text(two_columns(by_line), false);
            assert!(text.starts_with("Beamer: so geht es"), "{text}");
            assert!(text.contains("hat\neinen Schalter"), "{by_line}: {text}");
            assert!(text.contains("im Fach.\n\nWenn kein Bild"), "{by_line}: {text}");
            assert!(text.ends_with("auf dem Aufkleber."), "{text}");
        }
    }

    #[test]
    fn cells_side_by_side_stay_rows() {
        let mut pieces = vec![piece(50.0, 40.0, "Anzeigen und was zu tun ist:")];
        for (at, (left, right)) in
            [("Kein Signal", "Taste Source drücken"), ("Blaues Bild", "Kabel einstecken"), ("Rot", "Lampe melden")]
                .into_iter()
                .enumerate()
        {
            let y = 60.0 + 14.0 * f64::from(u32::try_from(at).unwrap());
            pieces.push(piece(50.0, y, left));
            pieces.push(piece(200.0, y, right));
            if at == 0 {
                pieces.push(piece(200.0, y + 12.0, "und warten"));
            }
        }
        for piece in pieces.iter_mut().skip(4) {
            piece.y += 12.0;
        }
        assert_eq!(
            text(pieces, false),
            "Anzeigen und was zu tun ist:\n\nKein Signal\tTaste Source drücken und warten\nBlaues Bild\tKabel einstecken\nRot\tLampe melden"
        );
    }

    #[test]
    fn numbers_and_bullets_belong_to_their_text() {
        let mut pieces = Vec::new();
        for (at, mark) in ["1.", "2.", "•", "•"].into_iter().enumerate() {
            let y = 60.0 + 12.0 * f64::from(u32::try_from(at).unwrap());
            pieces.push(piece(50.0, y, mark));
            pieces.push(piece(80.0, y, "Drücken Sie die Taste."));
        }
        let one = "Drücken Sie die Taste.";
        assert_eq!(text(pieces, false), format!("1. {one}\n2. {one}\n• {one}\n• {one}"));
    }

    #[test]
    fn what_stands_apart_is_head_and_foot() {
        let mut pieces = two_columns(false);
        pieces.push(piece(50.0, 400.0, "Seite 3"));
        let text = text(pieces, false);
        assert!(text.ends_with("Aufkleber.\n\nSeite 3"), "{text}");
    }

    #[test]
    fn turned_pages_and_doubled_letters_are_read() {
        let mut pieces: Vec<Piece> = ["eins", "zwei"]
            .iter()
            .enumerate()
            .map(|(at, text)| piece(10.0, 12.0 * f64::from(u32::try_from(at).unwrap()), text))
            .collect();
        pieces.insert(1, pieces[0].clone());
        for piece in &mut pieces {
            piece.turn = 1;
        }
        assert_eq!(text(pieces.clone(), false), "eins\nzwei");
        assert_eq!(text(pieces, true), "eins eins\nzwei");
        assert_eq!(text(Vec::new(), false), "");
    }
}
