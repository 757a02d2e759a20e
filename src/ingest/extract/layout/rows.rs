//! Lines of one column: a table where cells stand below one another over three
//! lines or more, else text. A cell that goes on in the next line is known by the
//! order of drawing: its lines follow one another. Blocks side by side that are
//! neither columns nor a table are read as they were drawn.

use super::{
    super::page::{BLANK, WIDE},
    Line, OVER, Piece,
};

/// Cells of one column reach over one another, or miss by so little, em.
const ALIGNED: f64 = 0.2;
/// Fewest lines of several cells.
const ROWS: usize = 3;
/// A row's lines, and rows, stand so near one another, em.
const NEAR: f64 = 4.0;
/// How often the order of drawing may go up a page to be one of reading.
const JUMPS: usize = 3;
/// A cell with more lines is a column.
const LONGEST: usize = 8;

/// Pieces side by side that belong together.
struct Cell {
    x0: f64,
    x1: f64,
    text: String,
    /// First and last piece in the order of drawing.
    order: (usize, usize),
}

/// Writes lines, from top to bottom, each from left to right.
pub(super) fn read(pieces: &[Piece], levels: &[Vec<usize>], lines: &mut Vec<Line>) {
    let cells: Vec<Vec<Cell>> = levels.iter().map(|level| cells(pieces, level)).collect();
    let size = |at: usize| levels[at].iter().map(|piece| pieces[*piece].size).fold(0.0, f64::max);
    let y = |at: usize| pieces[levels[at][0]].y;
    let mut at = 0;
    // Lines since the last table.
    let mut from = 0;
    while at < levels.len() {
        let near = |next: usize| y(next) - y(next - 1) <= NEAR * size(next);
        if let Some(table) = Table::at(&cells, at, &near, size(at)) {
            text(pieces, &levels[from..at], &cells[from..at], from > 0, lines);
            let end = at + table.lines;
            for (number, (first, last, row)) in table.rows.into_iter().enumerate() {
                let (y, bottom) = (y(first), y(last));
                lines.push(Line { y, bottom, size: size(first), text: row.join("\t"), begins: number == 0 });
            }
            (at, from) = (end, end);
        } else {
            at += 1;
        }
    }
    text(pieces, &levels[from..], &cells[from..], from > 0, lines);
}

/// Lines that are no table; `begins`: what stands before them is one.
fn text(pieces: &[Piece], levels: &[Vec<usize>], cells: &[Vec<Cell>], begins: bool, lines: &mut Vec<Line>) {
    let first = lines.len();
    let apart = |cells: &Vec<Cell>| cells.windows(2).any(|pair| pair[0].order.1 + 1 != pair[1].order.0);
    let mut order: Vec<usize> = levels.iter().flatten().copied().collect();
    order.sort_unstable();
    let up = |pair: &&[usize]| pieces[pair[1]].y < pieces[pair[0]].y - pieces[pair[0]].size;
    if cells.iter().any(apart) && order.windows(2).filter(up).count() <= JUMPS.max(order.len() / 20) {
        let mut last: Option<usize> = None;
        for at in order {
            let piece = &pieces[at];
            let begins = last.is_some_and(|last| piece.y < pieces[last].y || last + 1 != at);
            let level = last.is_some_and(|last| last + 1 == at && (pieces[last].y - piece.y).abs() < 0.1);
            if let Some(line) = lines.last_mut().filter(|_| level) {
                line.text.push(' ');
                line.text.push_str(&piece.text);
            } else {
                let (y, text) = (piece.y, piece.text.clone());
                lines.push(Line { y, bottom: y, size: piece.size, text, begins });
            }
            last = Some(at);
        }
    } else {
        for (level, cells) in levels.iter().zip(cells) {
            let size = level.iter().map(|at| pieces[*at].size).fold(0.0, f64::max);
            lines.push(line(pieces[level[0]].y, size, cells));
        }
    }
    if let Some(line) = lines.get_mut(first) {
        line.begins = begins;
    }
}

fn line(y: f64, size: f64, cells: &[Cell]) -> Line {
    let text = cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ");
    Line { y, bottom: y, size, text, begins: false }
}

/// Puts together what is no cell of its own: touching pieces, a number or bullet and its text.
fn cells(pieces: &[Piece], level: &[usize]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for at in level {
        let piece = &pieces[*at];
        match cells.last_mut() {
            Some(cell) if is_marker(&cell.text) || piece.x0 - cell.x1 < WIDE * piece.size => {
                let gap = (piece.x0 - cell.x1) / piece.size;
                // Those that overlap widely are of two layers.
                if !(-OVER..=BLANK).contains(&gap) {
                    cell.text.push(' ');
                }
                cell.text.push_str(&piece.text);
                cell.x1 = cell.x1.max(piece.x1);
                cell.order.1 = *at;
            }
            _ => cells.push(Cell { x0: piece.x0, x1: piece.x1, text: piece.text.clone(), order: (*at, *at) }),
        }
    }
    cells
}

/// A bullet, or a number with its dot or bracket.
fn is_marker(text: &str) -> bool {
    let text = text.trim();
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(ch), None) => !ch.is_alphanumeric() || ch == 'o',
        _ => text.strip_suffix(['.', ')']).is_some_and(|number| {
            let digits = number
                .split('.')
                .all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
            digits || (number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphabetic()))
        }),
    }
}

/// Text of a cell, and its column.
type Placed = (usize, String);

struct Table {
    /// Lines taken.
    lines: usize,
    /// First and last line, and cells, of each row.
    rows: Vec<(usize, usize, Vec<String>)>,
}

impl Table {
    /// The table that begins at line `at`, if one does.
    fn at(cells: &[Vec<Cell>], at: usize, near: &impl Fn(usize) -> bool, size: f64) -> Option<Self> {
        if cells[at].len() < 2 {
            return None;
        }
        let reach = ALIGNED * size;
        let mut columns: Vec<(f64, f64)> = cells[at].iter().map(|cell| (cell.x0, cell.x1)).collect();
        // The one column whose cells stand above or below it.
        let column = |columns: &[(f64, f64)], cell: &Cell| {
            let mut met =
                (0..columns.len()).filter(|at| cell.x0 < columns[*at].1 + reach && cell.x1 > columns[*at].0 - reach);
            met.next().filter(|_| met.next().is_none())
        };
        let mut rows: Vec<(usize, usize, Vec<Placed>)> = Vec::new();
        // The last piece drawn in each column of the open row.
        let mut open: Vec<Option<usize>> = Vec::new();
        let (mut several, mut next) = (0, at);
        while next < cells.len() && (next == at || near(next)) {
            let placed: Vec<Option<usize>> = cells[next].iter().map(|cell| column(&columns, cell)).collect();
            let known = placed.iter().flatten().count();
            let first_only = placed.as_slice() == [Some(0)];
            let goes_on = |cell: &Cell, column: Option<usize>| {
                column
                    .and_then(|column| open.get(column).copied().flatten())
                    .is_some_and(|last| last + 1 == cell.order.0)
            };
            let continues = cells[next].iter().zip(&placed).any(|(cell, column)| goes_on(cell, *column));
            let fits = known == placed.len() || (placed.len() >= 2 && known >= 2 && known + 1 >= placed.len());
            if !fits || (first_only && !continues) || (placed.len() == 1 && rows.is_empty()) {
                break;
            }
            several += usize::from(placed.len() >= 2);
            if !continues || rows.is_empty() {
                rows.push((next, next, Vec::new()));
                open = vec![None; columns.len()];
            }
            for (cell, place) in cells[next].iter().zip(placed) {
                let place = place.unwrap_or_else(|| {
                    columns.push((cell.x0, cell.x1));
                    columns.len() - 1
                });
                let (x0, x1) = columns[place];
                columns[place] = (x0.min(cell.x0), x1.max(cell.x1));
                open.resize(open.len().max(place + 1), None);
                open[place] = Some(cell.order.1);
                if let Some((_, last, row)) = rows.last_mut() {
                    *last = next;
                    row.push((place, cell.text.clone()));
                }
            }
            next += 1;
        }
        let long = rows.iter().any(|(from, to, _)| to - from >= LONGEST);
        if several < ROWS || rows.len() < 2 || long {
            return None;
        }
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by(|a, b| columns[*a].0.total_cmp(&columns[*b].0));
        let rows = rows.into_iter().map(|(from, to, parts)| {
            let mut row = vec![String::new(); columns.len()];
            for (place, text) in parts {
                let at = order.iter().position(|one| *one == place).unwrap_or(place);
                if !row[at].is_empty() {
                    row[at].push(' ');
                }
                row[at].push_str(&text);
            }
            while row.len() > 1 && row.last().is_some_and(String::is_empty) {
                row.pop();
            }
            (from, to, row)
        });
        Some(Self { lines: next - at, rows: rows.collect() })
    }
}
