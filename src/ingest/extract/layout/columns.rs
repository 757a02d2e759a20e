//! Finds columns of running text on a page.
//!
//! A column begins where many lines begin, and between it and what stands left of
//! it is a gutter that no piece crosses. Tables look alike: they are told by the
//! order of drawing, which goes to and fro between cells, by short cells on common
//! lines, and by lines that all begin like new ones.

use std::collections::HashSet;

use super::{Piece, levels};

/// Narrowest gutter, em.
const GUTTER: f64 = 0.9;
/// How far a piece may reach into it, em.
const INTO: f64 = 0.15;
/// Places at which lines begin that are tried.
const TRIED: usize = 8;
/// Fewest lines of a column.
const LINES: usize = 3;
/// Fewest letters of most lines of a column.
const LETTERS: usize = 8;
/// Lines of cells on common baselines are shorter, letters.
const CELL: usize = 25;
/// Lines of columns that are drawn line by line are longer, letters.
const LONG: usize = 22;
/// Of them so many begin within a sentence.
const WITHIN: f64 = 0.3;
/// Changes of side in the order of drawing up to which sides are columns.
const VISITS: usize = 3;
/// A gap after the right column's end from which the left one's rest stands below both, em.
const BELOW: f64 = 2.0;

/// Parts of a set, in reading order.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) above: Vec<usize>,
    pub(super) left: Vec<usize>,
    pub(super) right: Vec<usize>,
    pub(super) below: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Across,
}

/// Divides a set at its best gutter, if it has one.
pub(super) fn split(pieces: &[Piece], set: &[usize]) -> Option<Split> {
    let usual = median(set.iter().map(|at| pieces[*at].size).collect())?;
    let mut sorted = set.to_vec();
    sorted.sort_by(|a, b| pieces[*a].y.total_cmp(&pieces[*b].y));
    let mut best: Option<Columns> = None;
    for edge in edges(pieces, set, usual) {
        for band in bands(pieces, &sorted, edge, usual) {
            let worth = |columns: &Columns| columns.left.len() + columns.right.len();
            let found = judge(pieces, &band, edge, usual);
            if let Some(found) = found.filter(|found| best.as_ref().is_none_or(|best| worth(found) > worth(best))) {
                best = Some(found);
            }
        }
    }
    best.map(|columns| columns.within(pieces, &sorted, 0.5 * usual))
}

/// Two columns and how far down they reach.
struct Columns {
    left: Vec<usize>,
    right: Vec<usize>,
    bottom: f64,
}

impl Columns {
    /// The columns with what stands around them.
    fn within(self, pieces: &[Piece], sorted: &[usize], height: f64) -> Split {
        let own: HashSet<usize> = self.left.iter().chain(&self.right).copied().collect();
        let others = sorted.iter().filter(|at| !own.contains(at)).copied();
        let (below, above) = others.partition(|at| pieces[*at].y > self.bottom - height);
        Split { above, left: self.left, right: self.right, below }
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

/// Where many pieces begin, but the outermost.
fn edges(pieces: &[Piece], set: &[usize], usual: f64) -> Vec<f64> {
    let mut starts: Vec<f64> = set.iter().map(|at| pieces[*at].x0).collect();
    starts.sort_by(f64::total_cmp);
    let first = starts.first().copied().unwrap_or_default();
    let mut groups: Vec<(usize, f64)> = Vec::new();
    for start in starts {
        match groups.last_mut() {
            Some((count, edge)) if start - *edge <= 0.3 * usual => *count += 1,
            _ => groups.push((1, start)),
        }
    }
    groups.retain(|(count, edge)| *count >= LINES && *edge > first + 3.0 * usual);
    groups.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    groups.into_iter().take(TRIED).map(|(_, edge)| edge).collect()
}

fn side(piece: &Piece, edge: f64, usual: f64) -> Side {
    if piece.x0 >= edge - 0.5 {
        Side::Right
    } else if piece.x1 <= edge - (GUTTER - INTO) * usual {
        Side::Left
    } else {
        Side::Across
    }
}

/// Stretches of the page, from top to bottom, where nothing crosses the gutter.
fn bands(pieces: &[Piece], sorted: &[usize], edge: f64, usual: f64) -> Vec<Vec<usize>> {
    let mut bands = vec![Vec::new()];
    for at in sorted {
        match (side(&pieces[*at], edge, usual), bands.last_mut()) {
            (Side::Across, _) => bands.push(Vec::new()),
            (_, Some(band)) => band.push(*at),
            (_, None) => {}
        }
    }
    bands
}

/// The sides of `band` at `edge`, if they are columns.
fn judge(pieces: &[Piece], band: &[usize], edge: f64, usual: f64) -> Option<Columns> {
    let on = |wanted: Side| band.iter().copied().filter(move |at| side(&pieces[*at], edge, usual) == wanted);
    let (mut left, mut right): (Vec<usize>, Vec<usize>) = (on(Side::Left).collect(), on(Side::Right).collect());
    let y = |at: &usize| pieces[*at].y;
    // What stands right above the left column's first line comes before it; what the left one has
    // below both, after a gap, comes after them.
    let top = y(left.first()?);
    let height = 0.5 * usual;
    right.retain(|at| y(at) >= top - height);
    let end = y(right.last()?);
    if let Some(cut) =
        left.windows(2).position(|pair| y(&pair[1]) > end + height && y(&pair[1]) - y(&pair[0]) > BELOW * usual)
    {
        left.truncate(cut + 1);
    }
    if left.len().min(right.len()) < LINES {
        return None;
    }
    let (lines, others) = (levels(pieces, &left), levels(pieces, &right));
    let fewer = lines.len().min(others.len());
    let common = y(left.last()?).min(end) - top.max(y(right.first()?));
    if fewer < LINES || common < usual {
        return None;
    }
    let letters = |lines: &[Vec<usize>]| {
        let count = |line: &Vec<usize>| {
            line.iter().map(|at| pieces[*at].text.chars().filter(|ch| ch.is_alphabetic()).count()).sum()
        };
        let mut counts: Vec<usize> = lines.iter().map(count).collect();
        counts.sort_unstable();
        counts[counts.len() / 2]
    };
    let (of_left, of_right) = (letters(&lines), letters(&others));
    if of_left.min(of_right) < LETTERS {
        return None;
    }
    let mut drawn: Vec<(usize, bool)> =
        left.iter().map(|at| (*at, false)).chain(right.iter().map(|at| (*at, true))).collect();
    drawn.sort_unstable();
    let visits = 1 + drawn.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
    let met =
        lines.iter().filter(|line| others.iter().any(|other| (y(&line[0]) - y(&other[0])).abs() < 0.2 * usual)).count();
    let columns = if visits <= VISITS {
        // A table drawn by columns: short cells, each line with its partner.
        !(met * 10 >= lines.len().max(others.len()) * 9 && of_left < CELL && of_right < CELL)
    } else {
        of_left.min(of_right) >= LONG
            && within(pieces, &lines) >= WITHIN
            && within(pieces, &others) >= WITHIN
            && visits + 2 >= 2 * fewer.min(met.max(1))
    };
    let bottom = y(left.last()?).max(end);
    columns.then_some(Columns { left, right, bottom })
}

/// Share of lines, but the first, that begin within a sentence.
fn within(pieces: &[Piece], lines: &[Vec<usize>]) -> f64 {
    let lower = |line: &&Vec<usize>| pieces[line[0]].text.starts_with(|ch: char| ch.is_lowercase());
    #[expect(clippy::cast_precision_loss, reason = "counts of lines on a page")]
    let share = lines.iter().skip(1).filter(lower).count() as f64 / lines.len().saturating_sub(1).max(1) as f64;
    share
}
