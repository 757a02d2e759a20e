//! Tables of ODF: rows, or what a table only arranges. How often a cell or row is
//! said to be repeated is not believed: it is read once.

use std::collections::HashMap;

use super::Reader;
use crate::ingest::office::{
    flow::ARRANGED,
    xml::{Element, Ns},
};

impl Reader {
    pub(super) fn table(&mut self, table: Element<'_, '_>) {
        let mut rows = Vec::new();
        gather(table, &mut rows);
        self.after_list = None;
        self.flow.open_table();
        self.painted += 1;
        // Rows that a cell still reaches into, by column.
        let mut spans: HashMap<usize, u32> = HashMap::new();
        for row in rows {
            if row.attr("visibility").is_some_and(|seen| seen != "visible") {
                continue;
            }
            let cells = cells(row, &mut spans);
            let arranged = cells.len() < 2 || cells.iter().any(|(cell, _)| self.arranges(*cell));
            self.flow.open_row(arranged);
            for (cell, goes_on) in cells {
                self.flow.open_cell(goes_on);
                self.blocks(cell, None);
                self.flow.close_cell(cell.number("number-columns-spanned").unwrap_or(1));
            }
            self.flow.close_row();
        }
        self.painted -= 1;
        self.flow.close_table();
        self.after_list = None;
    }

    /// Whether a cell is more than a value: steps, headings, tables, or much text in paragraphs.
    fn arranges(&self, cell: Element<'_, '_>) -> bool {
        let mut paragraphs = 0;
        let mut length = 0;
        for child in cell.children() {
            match child.kind() {
                (Ns::OdfTable, "table") => return true,
                (Ns::OdfText, "h") if !child.all_text().trim().is_empty() => return true,
                (Ns::OdfText, "list") => {
                    let text = child.all_text().trim().len();
                    if text > 0 && self.styles.level(child.attr("style-name").as_deref(), 0).numbered {
                        return true;
                    }
                    paragraphs += 1;
                    length += text;
                }
                (Ns::OdfText, "p") => {
                    let text = child.all_text().trim().len();
                    paragraphs += usize::from(text > 0);
                    length += text;
                }
                _ => {}
            }
        }
        paragraphs > 1 && length > ARRANGED
    }
}

/// Cells of a row, and whether each goes on with the one above; what a wide cell covers is none.
fn cells<'t, 'a>(row: Element<'t, 'a>, spans: &mut HashMap<usize, u32>) -> Vec<(Element<'t, 'a>, bool)> {
    let mut cells = Vec::new();
    let found = row.children().filter(|cell| matches!(cell.name(), "table-cell" | "covered-table-cell"));
    for (column, cell) in found.enumerate() {
        let covered = cell.name() == "covered-table-cell";
        let reached = spans.get_mut(&column).filter(|left| **left > 0);
        let goes_on = covered && reached.is_some();
        if let Some(left) = reached {
            *left -= 1;
        }
        if let Some(rows) = cell.number::<u32>("number-rows-spanned").filter(|rows| *rows > 1) {
            spans.insert(column, rows - 1);
        }
        if !covered || goes_on {
            cells.push((cell, goes_on));
        }
    }
    cells
}

fn gather<'t, 'a>(of: Element<'t, 'a>, into: &mut Vec<Element<'t, 'a>>) {
    for child in of.children().filter(|child| child.ns() == Ns::OdfTable) {
        match child.name() {
            "table-row" => into.push(child),
            "table-rows" | "table-header-rows" | "table-row-group" => gather(child, into),
            _ => {}
        }
    }
}
