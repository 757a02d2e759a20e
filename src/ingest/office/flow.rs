//! From a word processor's flat paragraphs to blocks.
//!
//! Word and ODF say of each paragraph what it is; lists, tables and headings come
//! out of the order. A numbered paragraph is a step with the number that the
//! reader sees; a table row in which steps, headings or much text stand only
//! arranges them, and its cells are read one after the other.

use crate::{
    domain::document::Section,
    ingest::{blocks::Builder, clean, lines::Lines},
};

/// Most levels of a list.
pub(super) const LEVELS: u8 = 10;
/// A merged cell's text is repeated in each of its rows up to this length, characters.
const REPEATED: usize = 100;
/// Most columns whose merged cells are followed.
const COLUMNS: usize = 64;
/// A cell with more text than this, in several paragraphs, makes its row an arrangement, bytes.
pub(super) const ARRANGED: usize = 500;
/// A line in bold longer than this is no heading, characters.
const BOLD_HEADING: usize = 80;

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Title,
    Heading(u8),
    /// In a list; numbered, or with a bullet. Levels count from 0.
    Item {
        level: u8,
        number: Option<u32>,
    },
    /// Goes on with the open item, if there is one.
    Within,
    Plain,
}

/// A paragraph of a finished text, before it becomes a block.
pub(super) struct Paragraph {
    pub(super) kind: Kind,
    /// Line breaks are line feeds; all else on one line.
    pub(super) text: String,
    /// All of it is bold.
    pub(super) bold: bool,
}

/// Receives paragraphs and tables in reading order.
pub(super) struct Flow {
    builder: Builder,
    /// Open lists, outermost first: level, and whether its items are numbered.
    lists: Vec<(u8, bool)>,
    /// Open tables, outermost first.
    tables: Vec<Table>,
    /// A bold line that is a heading if text follows.
    pending: Option<String>,
}

#[derive(Default)]
struct Table {
    /// The open row's cells go one after the other.
    arranged: bool,
    column: usize,
    /// Text of merged cells by column.
    merged: Vec<String>,
    /// The open cell goes on with the one above.
    goes_on: bool,
    /// The open cell's text so far: its paragraphs joined.
    cell: String,
}

impl Flow {
    pub(super) fn new(title: Option<String>) -> Self {
        Self { builder: Builder::new(title), lists: Vec::new(), tables: Vec::new(), pending: None }
    }

    pub(super) fn paragraph(&mut self, paragraph: &Paragraph) {
        let text = clean::characters(&paragraph.text);
        let text = text.trim();
        if self.tables.last().is_some_and(|table| !table.arranged) {
            self.in_cell(paragraph.kind, text);
            return;
        }
        if text.is_empty() {
            return;
        }
        let heading = std::mem::take(&mut self.pending);
        match paragraph.kind {
            Kind::Plain if heading.is_none() && self.is_heading(paragraph.bold, text) => {
                self.close_lists(0);
                self.pending = Some(text.to_owned());
                return;
            }
            // Two bold lines in a row are no headings of each other.
            Kind::Plain if paragraph.bold => self.emit(heading.as_deref(), false),
            Kind::Title | Kind::Heading(_) => self.emit(heading.as_deref(), false),
            _ => self.emit(heading.as_deref(), true),
        }
        match paragraph.kind {
            Kind::Title | Kind::Heading(_) => {
                self.close_lists(0);
                self.builder.before_heading();
                self.builder.text(text);
                self.builder.heading(if let Kind::Heading(level) = paragraph.kind { level } else { 1 });
            }
            Kind::Item { level, number } => {
                self.open_item(level.min(LEVELS), number);
                self.builder.text(text);
            }
            Kind::Within if !self.lists.is_empty() => {
                self.builder.block_break();
                self.builder.text(text);
            }
            Kind::Within | Kind::Plain => {
                self.close_lists(0);
                self.builder.block_break();
                self.builder.verbatim(text);
                self.builder.block_break();
            }
        }
    }

    fn is_heading(&self, bold: bool, text: &str) -> bool {
        let ends = text.ends_with(['.', '!', '?', ':', ';', ',', '…']);
        bold && !ends
            && self.tables.is_empty()
            && !text.contains('\n')
            && text.starts_with(char::is_alphabetic)
            && text.chars().nth(BOLD_HEADING).is_none()
    }

    /// What was held back: a heading under all that styles made, or a paragraph.
    fn emit(&mut self, held: Option<&str>, heading: bool) {
        let Some(text) = held else { return };
        if heading {
            self.builder.before_heading();
            self.builder.text(text);
            self.builder.heading(6);
        } else {
            self.builder.block_break();
            self.builder.text(text);
            self.builder.block_break();
        }
    }

    fn release(&mut self, heading: bool) {
        let held = self.pending.take();
        self.emit(held.as_deref(), heading);
    }

    /// A paragraph in a cell of a row: what it is shows in its text alone.
    fn in_cell(&mut self, kind: Kind, text: &str) {
        let Some(table) = self.tables.last_mut() else { return };
        let marked = match kind {
            Kind::Item { number: Some(number), .. } => format!("{number}. {text}"),
            Kind::Item { number: None, .. } if !text.is_empty() => format!("– {text}"),
            _ => text.to_owned(),
        };
        if !table.cell.is_empty() && !marked.is_empty() {
            table.cell.push(' ');
        }
        table.cell.push_str(marked.trim_end());
    }

    fn open_item(&mut self, level: u8, number: Option<u32>) {
        self.close_lists(level + 1);
        let same = self.lists.last().is_some_and(|(open, _)| *open == level);
        if same && self.lists.last() == Some(&(level, number.is_some())) {
            self.builder.close_item();
        } else {
            if same {
                self.close_lists(level);
            }
            self.builder.open_list(number);
            self.lists.push((level, number.is_some()));
        }
        self.builder.open_item(number);
    }

    /// Closes lists from `level` on.
    fn close_lists(&mut self, level: u8) {
        while self.lists.last().is_some_and(|(open, _)| *open >= level) {
            self.builder.close_item();
            self.builder.close_list();
            self.lists.pop();
        }
    }

    /// Ends whatever list is open: what comes next belongs to none.
    pub(super) fn end_lists(&mut self) {
        self.close_lists(0);
    }

    pub(super) fn open_table(&mut self) {
        self.release(true);
        self.close_lists(0);
        self.tables.push(Table::default());
    }

    pub(super) fn close_table(&mut self) {
        self.release(false);
        self.close_lists(0);
        self.tables.pop();
        self.builder.block_break();
    }

    /// `arranged`: the cells are read one after the other. A table in a row's cell is text of it.
    pub(super) fn open_row(&mut self, arranged: bool) {
        let outer = self.tables.len().checked_sub(2).is_none_or(|at| self.tables[at].arranged);
        if let Some(table) = self.tables.last_mut() {
            table.arranged = arranged;
            table.column = 0;
            if !arranged && outer {
                self.builder.open_row();
            }
        }
    }

    pub(super) fn close_row(&mut self) {
        let outer = self.tables.len().checked_sub(2).is_none_or(|at| self.tables[at].arranged);
        if self.tables.last().is_some_and(|table| !table.arranged) && outer {
            self.builder.close_row();
        } else {
            self.end_lists();
            self.builder.block_break();
        }
    }

    /// `goes_on`: merged with the cell above.
    pub(super) fn open_cell(&mut self, goes_on: bool) {
        if let Some(table) = self.tables.last_mut() {
            table.goes_on = goes_on;
            table.cell.clear();
        }
    }

    /// `columns`: how many of the table's columns it takes.
    pub(super) fn close_cell(&mut self, columns: usize) {
        let depth = self.tables.len();
        let Some(table) = self.tables.last_mut() else { return };
        if table.arranged {
            self.release(false);
            self.close_lists(0);
            self.builder.block_break();
            return;
        }
        let at = table.column.min(COLUMNS);
        table.column = at.saturating_add(columns.clamp(1, COLUMNS));
        table.merged.resize((at + 1).max(table.merged.len()), String::new());
        let mut text = std::mem::take(&mut table.cell);
        if table.goes_on && text.is_empty() {
            text.clone_from(&table.merged[at]);
        } else {
            table.merged[at] = if text.chars().nth(REPEATED).is_none() { text.clone() } else { String::new() };
        }
        match depth.checked_sub(2).map(|outer| &mut self.tables[outer]) {
            Some(outer) if !outer.arranged => {
                if !outer.cell.is_empty() && !text.is_empty() {
                    outer.cell.push(' ');
                }
                outer.cell.push_str(&text);
            }
            _ => {
                self.builder.text(&text);
                self.builder.close_cell();
            }
        }
    }

    /// The title, if one was given or found, and the sections.
    pub(super) fn finish(mut self) -> (Option<String>, Vec<Section>) {
        self.release(false);
        self.close_lists(0);
        let (title, mut sections) = self.builder.finish();
        let mut lines = Lines::default();
        for section in &mut sections {
            let blocks = std::mem::take(&mut section.blocks);
            section.blocks = blocks.into_iter().flat_map(|block| lines.typed(block)).collect();
        }
        (title, sections)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Block;

    fn plain(text: &str) -> Paragraph {
        Paragraph { kind: Kind::Plain, text: text.into(), bold: false }
    }

    fn item(level: u8, number: Option<u32>, text: &str) -> Paragraph {
        Paragraph { kind: Kind::Item { level, number }, text: text.into(), bold: false }
    }

    fn shown(flow: Flow) -> Vec<String> {
        let line = |block: &Block| match block {
            Block::Paragraph { text } => format!("p {text}"),
            Block::Step { number, text } => format!("{number} {text}"),
            Block::Item { text } => format!("- {text}"),
            Block::Row { text } => format!("| {text}"),
        };
        let head = |section: &Section| section.heading.last().map(|heading| format!("# {heading}"));
        let (_, sections) = flow.finish();
        sections.iter().flat_map(|section| head(section).into_iter().chain(section.blocks.iter().map(line))).collect()
    }

    #[test]
    fn flat_items_nest() {
        let mut flow = Flow::new(None);
        for paragraph in [
            item(0, Some(3), "Drei"),
            item(1, None, "a"),
            item(2, Some(1), "b"),
            Paragraph { kind: Kind::Within, text: "Sie sehen: c".into(), bold: false },
            item(0, Some(4), "Vier"),
            plain("Danach."),
            item(0, None, "Punkt"),
            item(1, Some(1), "Eins"),
            item(0, Some(5), "Fünf"),
        ] {
            flow.paragraph(&paragraph);
        }
        assert_eq!(shown(flow), ["3 Drei – a – b Sie sehen: c", "4 Vier", "p Danach.", "- Punkt", "1 Eins", "5 Fünf"]);
    }

    #[test]
    fn typed_numbers_are_steps_and_bold_lines_headings() {
        let mut flow = Flow::new(None);
        let bold = |text: &str| Paragraph { kind: Kind::Plain, text: text.into(), bold: true };
        for paragraph in [
            plain("1. Eins"),
            plain("2) Zwei\ndazu"),
            bold("Ohne Ton"),
            plain("• Kabel"),
            bold("Noch"),
            bold("Mehr"),
            bold("Ende"),
        ] {
            flow.paragraph(&paragraph);
        }
        assert_eq!(shown(flow), ["1 Eins", "2 Zwei dazu", "# Ohne Ton", "- Kabel", "p Noch", "p Mehr", "p Ende"]);
    }

    #[test]
    fn rows_merged_cells_and_arrangements() {
        let mut flow = Flow::new(None);
        flow.open_table();
        for (first, goes_on) in [("Beamer", false), ("", true)] {
            flow.open_row(false);
            flow.open_cell(goes_on);
            flow.paragraph(&plain(first));
            flow.close_cell(1);
            flow.open_cell(false);
            flow.paragraph(&item(0, None, "HDMI"));
            flow.paragraph(&item(0, None, "VGA"));
            flow.close_cell(usize::MAX);
            flow.close_row();
        }
        flow.open_row(true);
        for text in ["links", "rechts"] {
            flow.open_cell(false);
            flow.paragraph(&item(0, Some(1), text));
            flow.close_cell(1);
        }
        flow.close_row();
        flow.close_table();
        assert_eq!(shown(flow), ["| Beamer | – HDMI – VGA", "| Beamer | – HDMI – VGA", "1 links", "1 rechts"]);
    }
}
