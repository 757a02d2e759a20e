//! Puts together sections and blocks from what Markdown and HTML have in common:
//! text, paragraphs, lists, tables, headings.
//!
//! A numbered item outside of any other becomes one step with all that it holds,
//! nested lists and paragraphs included. A bullet becomes an item; a numbered
//! list inside a bullet keeps its steps. A heading equal to the title is dropped.

use super::clean;
use crate::domain::document::{Block, Section};

/// Stands before a nested item within the step or item that holds it.
const NESTED: &str = "– ";
/// A heading longer than this is none, characters: it stands with every chunk.
const HEADING: usize = 200;
/// Most sections of one document; headings after that are paragraphs.
const SECTIONS: usize = 20_000;

/// The headings that stand over what comes next.
#[derive(Default)]
pub(super) struct Outline {
    title: Option<String>,
    levels: Vec<(u8, String)>,
    sections: Vec<Section>,
    page: Option<u32>,
}

impl Outline {
    /// With the title if it is known; else the first heading of level 1 becomes it.
    pub(super) fn new(title: Option<String>) -> Self {
        Self { title, ..Self::default() }
    }

    pub(super) fn heading(&mut self, level: u8, text: &str) {
        let text = clean::line(text);
        if text.is_empty() {
            return;
        }
        if self.sections.len() >= SECTIONS || text.chars().nth(HEADING).is_some() {
            self.block(Block::Paragraph { text });
            return;
        }
        self.levels.retain(|(above, _)| *above < level);
        if level == 1 {
            let title = self.title.get_or_insert_with(|| text.clone());
            if title.to_lowercase() == text.to_lowercase() {
                self.section();
                return;
            }
        }
        self.levels.push((level, text));
        self.section();
    }

    /// A new page begins, under the same headings.
    pub(super) fn page(&mut self, number: u32) {
        self.page = Some(number);
        self.section();
    }

    pub(super) fn block(&mut self, block: Block) {
        if self.sections.is_empty() {
            self.section();
        }
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
    }

    fn section(&mut self) {
        let heading = self.levels.iter().map(|(_, text)| text.clone()).collect();
        self.sections.push(Section { heading, page: self.page, blocks: Vec::new() });
    }

    /// The title, if there is one, and all sections that hold something.
    pub(super) fn finish(self) -> (Option<String>, Vec<Section>) {
        (self.title, self.sections.into_iter().filter(|section| !section.blocks.is_empty()).collect())
    }
}

/// Receives what a reader finds, in reading order. All of it takes time and
/// memory in proportion to the input, however deep it is nested.
#[derive(Default)]
pub(super) struct Builder {
    outline: Outline,
    /// Gathered since the last block; never begins with white space, nor holds two in a row.
    text: String,
    /// Open lists: the number of the next item, or `None` for bullets.
    lists: Vec<Option<u32>>,
    /// Open items.
    depth: usize,
    /// The open step and its depth; what is nested in it belongs to it.
    step: Option<(u32, usize)>,
    /// Cells of the open table row.
    row: Option<Vec<String>>,
}

impl Builder {
    pub(super) fn new(title: Option<String>) -> Self {
        Self { outline: Outline::new(title), ..Self::default() }
    }

    /// Running text; its line feeds are blanks.
    pub(super) fn text(&mut self, text: &str) {
        for ch in text.chars() {
            self.push(if ch == '\n' { ' ' } else { ch });
        }
    }

    /// Text whose line feeds are kept: code.
    pub(super) fn verbatim(&mut self, text: &str) {
        text.chars().for_each(|ch| self.push(ch));
    }

    /// A line ends within a paragraph.
    pub(super) fn line_break(&mut self) {
        self.push('\n');
    }

    fn push(&mut self, ch: char) {
        if !ch.is_whitespace() {
            self.text.push(ch);
        } else if self.text.ends_with(' ') && ch == '\n' {
            self.text.pop();
            self.text.push('\n');
        } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(if ch == '\n' { '\n' } else { ' ' });
        }
    }

    /// A block begins or ends.
    pub(super) fn block_break(&mut self) {
        if self.depth == 0 && self.row.is_none() {
            self.flush();
        } else {
            self.push(' ');
        }
    }

    /// The text gathered since the last break is a heading.
    pub(super) fn heading(&mut self, level: u8) {
        if self.depth == 0 {
            let text = std::mem::take(&mut self.text);
            self.outline.heading(level, &text);
        } else {
            self.push(' ');
        }
    }

    /// Begins a heading: what stands before it is another block.
    pub(super) fn before_heading(&mut self) {
        self.spill_row();
        self.block_break();
    }

    /// `start` is the first number of a numbered list.
    pub(super) fn open_list(&mut self, start: Option<u32>) {
        self.spill_row();
        if self.depth == 0 {
            self.flush();
        }
        self.lists.push(start);
    }

    pub(super) fn close_list(&mut self) {
        self.lists.pop();
        self.block_break();
    }

    /// `number` overrides the count of the list.
    pub(super) fn open_item(&mut self, number: Option<u32>) {
        let next = self.lists.last_mut().and_then(|next| {
            let this = number.or(*next).filter(|_| next.is_some())?;
            *next = Some(this.saturating_add(1));
            Some(this)
        });
        let step = next.filter(|_| self.step.is_none());
        if step.is_some() || self.depth == 0 {
            self.flush();
        } else if !self.text.is_empty() {
            self.push(' ');
            self.text.push_str(NESTED);
        }
        self.depth += 1;
        if let Some(number) = step {
            self.step = Some((number, self.depth));
        }
    }

    pub(super) fn close_item(&mut self) {
        let step_ends = self.step.is_some_and(|(_, depth)| depth == self.depth);
        if step_ends || self.depth == 1 {
            self.flush();
        } else {
            self.push(' ');
        }
        if step_ends {
            self.step = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn open_row(&mut self) {
        self.spill_row();
        if self.depth == 0 {
            self.flush();
        }
        self.row = Some(Vec::new());
    }

    pub(super) fn close_cell(&mut self) {
        // In a list, a row stays part of the item: its cells are running text.
        if let Some(cells) = self.row.as_mut().filter(|_| self.depth == 0) {
            cells.push(clean::line(&std::mem::take(&mut self.text)));
        } else {
            self.push(' ');
        }
    }

    pub(super) fn close_row(&mut self) {
        match self.row.take() {
            Some(cells) if self.depth == 0 => {
                if cells.iter().any(|cell| !cell.is_empty()) {
                    self.outline.block(Block::Row { text: cells.join(" | ") });
                }
                self.text.clear();
            }
            _ => self.block_break(),
        }
    }

    /// A table that holds lists, headings or tables only arranges them: its cells are paragraphs.
    fn spill_row(&mut self) {
        if let Some(cells) = self.row.take().filter(|_| self.depth == 0) {
            let rest = std::mem::take(&mut self.text);
            for text in cells.into_iter().chain([clean::lines(&rest)]).filter(|text| !text.is_empty()) {
                self.outline.block(Block::Paragraph { text });
            }
        }
    }

    /// Emits the gathered text as what is open: step, item or paragraph.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let block = match self.step {
            Some((number, _)) => Block::Step { number, text: clean::line(&text) },
            None if self.depth > 0 => Block::Item { text: clean::line(&text) },
            None => Block::Paragraph { text: clean::lines(&text) },
        };
        if !block.text().is_empty() {
            self.outline.block(block);
        }
    }

    /// The title, if one was given or found, and the sections.
    pub(super) fn finish(mut self) -> (Option<String>, Vec<Section>) {
        self.spill_row();
        self.flush();
        self.outline.finish()
    }
}
