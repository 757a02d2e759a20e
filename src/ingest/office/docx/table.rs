//! Tables of Word: rows, or what a table only arranges.

use super::{Reader, Role, control};
use crate::ingest::office::{
    flow::ARRANGED,
    xml::{Element, Ns},
};

/// A cell with what its properties say.
struct Cell<'t, 'a> {
    element: Element<'t, 'a>,
    columns: usize,
    /// Merged with the cell above.
    goes_on: bool,
}

impl<'t, 'a> Reader<'t, 'a> {
    pub(super) fn table(&mut self, table: Element<'t, 'a>) {
        self.item = None;
        self.flow.open_table();
        self.painted += 1;
        let mut rows = Vec::new();
        parts(table, "tr", &mut rows);
        for row in rows {
            let dropped =
                |properties: Element<'_, '_>| properties.children().any(|one| matches!(one.name(), "del" | "hidden"));
            if row.child("trPr").is_some_and(dropped) {
                continue;
            }
            let cells = cells(row);
            let arranged = cells.len() < 2 || cells.iter().any(|cell| self.arranges(cell.element));
            self.flow.open_row(arranged);
            for cell in cells {
                self.flow.open_cell(cell.goes_on);
                self.blocks(cell.element);
                self.flow.close_cell(cell.columns);
            }
            self.flow.close_row();
        }
        self.painted -= 1;
        self.flow.close_table();
        self.item = None;
    }

    /// Whether a cell is more than a value: steps, headings, tables, or much text in paragraphs.
    fn arranges(&self, cell: Element<'_, '_>) -> bool {
        let mut paragraphs = 0;
        let mut length = 0;
        for child in cell.children() {
            match child.kind() {
                (Ns::Word, "tbl") => return true,
                (Ns::Word, "p") => {
                    let (style, role) = self.role(child);
                    let text = shown(child);
                    length += text;
                    paragraphs += usize::from(text > 0);
                    let numbered = self.list(child, style.as_deref()).is_some_and(|(id, level)| {
                        self.numbering.shape(&id, level, |style| self.styles.numbering(Some(style)).0).0
                    });
                    if text > 0 && (numbered || matches!(role, Some(Role::Heading(_)))) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        paragraphs > 1 && length > ARRANGED
    }
}

/// Bytes of text in a paragraph, near enough.
fn shown(of: Element<'_, '_>) -> usize {
    of.children()
        .map(|child| match child.kind() {
            (Ns::Word, "t") => child.all_text().trim().len(),
            (Ns::Word, "del" | "moveFrom" | "pPr") => 0,
            _ => shown(child),
        })
        .sum()
}

/// Rows of a table or cells of a row, also those in controls and inserted ones.
fn parts<'t, 'a>(of: Element<'t, 'a>, name: &str, into: &mut Vec<Element<'t, 'a>>) {
    for child in of.children() {
        match child.kind() {
            (Ns::Word, found) if found == name => into.push(child),
            (Ns::Word, "sdt") => control(child).into_iter().for_each(|content| parts(content, name, into)),
            (Ns::Word, "ins" | "moveTo" | "customXml") => parts(child, name, into),
            _ => {}
        }
    }
}

fn cells<'t, 'a>(row: Element<'t, 'a>) -> Vec<Cell<'t, 'a>> {
    let mut found = Vec::new();
    parts(row, "tc", &mut found);
    let cell = |element: Element<'t, 'a>| {
        let properties = element.child("tcPr");
        let merged = |name: &str| {
            let merge = properties.and_then(|properties| properties.child(name));
            merge.is_some_and(|merge| merge.attr("val").is_none_or(|value| value == "continue"))
        };
        let gone = properties.is_some_and(|properties| properties.child("cellDel").is_some()) || merged("hMerge");
        let columns = properties.and_then(|properties| properties.val("gridSpan")?.trim().parse().ok()).unwrap_or(1);
        (!gone).then(|| Cell { element, columns, goes_on: merged("vMerge") })
    };
    found.into_iter().filter_map(cell).collect()
}
