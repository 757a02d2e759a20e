//! Lists of ODF, whose numbers a reader counts: each list begins anew, unless it
//! says that it goes on with the last of its style or with one that it names.

use std::{borrow::Cow, collections::HashMap};

use super::{Reader, styles::Level};
use crate::ingest::office::{
    flow::{Kind, LEVELS},
    xml::{Element, Ns},
};

/// Lists that are open, and numbers of those that may be gone on with.
#[derive(Default)]
pub(super) struct Lists {
    open: Vec<Open>,
    /// Last numbers by level of ended lists, by style and by id.
    by_style: HashMap<String, Vec<Option<u32>>>,
    by_id: HashMap<String, Vec<Option<u32>>>,
}

struct Open {
    style: Option<String>,
    /// Numbers by level of the outermost list; empty in lists within it.
    counted: Vec<Option<u32>>,
}

impl Reader {
    pub(super) fn list(&mut self, list: Element<'_, '_>) {
        // A list of headings only numbers them.
        if list.holds(&|one| one.kind() == (Ns::OdfText, "h")) {
            self.flow.end_lists();
            self.items_as_blocks(list);
            return;
        }
        let named = list.attr("style-name").map(Cow::into_owned);
        let inherited = self.lists.open.last().and_then(|outer| outer.style.clone());
        let of_paragraph = || {
            let paragraph = list.children().find_map(|item| item.child("p"))?;
            self.styles.list_of(paragraph.attr("style-name").as_deref()).map(str::to_owned)
        };
        let style = named.or(inherited).or_else(of_paragraph);
        let outermost = self.lists.open.is_empty();
        let counted = if outermost { self.lists.before(list, style.as_deref()) } else { Vec::new() };
        self.lists.open.push(Open { style, counted });
        let depth = self.lists.open.len() - 1;
        let level = u8::try_from(depth).unwrap_or(LEVELS).min(LEVELS - 1);
        let shape = self.styles.level(self.lists.open[depth].style.as_deref(), level);
        for item in list.children() {
            match item.name() {
                "list-item" => self.item(item, level, shape),
                "list-header" => self.blocks(item, Some(Kind::Within)),
                _ => {}
            }
        }
        let Some(ended) = self.lists.open.pop() else { return };
        if outermost {
            self.after_list = Some(self.styles.level(ended.style.as_deref(), 0).indent);
            if let Some(id) = list.attr("id") {
                self.lists.by_id.insert(id.into_owned(), ended.counted.clone());
            }
            if let Some(style) = ended.style {
                self.lists.by_style.insert(style, ended.counted);
            }
        }
    }

    fn item(&mut self, item: Element<'_, '_>, level: u8, shape: Level) {
        // An item that begins with a list of its own is only a step inwards.
        let paragraph = item.children().next().is_some_and(|first| first.kind() == (Ns::OdfText, "p"));
        if !paragraph {
            self.blocks(item, Some(Kind::Within));
            return;
        }
        let number = self.lists.count(usize::from(level), shape.start, item.number("start-value"));
        let kind = match (shape.unmarked, shape.numbered) {
            (true, _) => Kind::Within,
            (false, true) => Kind::Item { level, number: Some(number) },
            (false, false) => Kind::Item { level, number: None },
        };
        self.blocks(item, Some(kind));
    }

    fn items_as_blocks(&mut self, list: Element<'_, '_>) {
        for item in list.children() {
            for child in item.children() {
                if child.kind() == (Ns::OdfText, "list") {
                    self.list(child);
                } else if matches!(child.kind(), (Ns::OdfText, "p" | "h")) {
                    self.paragraph(child, None);
                }
            }
        }
    }
}

impl Lists {
    /// Numbers that a list goes on from.
    fn before(&self, list: Element<'_, '_>, style: Option<&str>) -> Vec<Option<u32>> {
        let named = list.attr("continue-list").and_then(|id| self.by_id.get(id.as_ref()));
        let same = || {
            let goes_on = list.attr("continue-numbering").as_deref() == Some("true");
            style.filter(|_| goes_on).and_then(|style| self.by_style.get(style))
        };
        named.or_else(same).cloned().unwrap_or_default()
    }

    /// The next number of a level; those of deeper levels begin anew.
    fn count(&mut self, level: usize, start: u32, given: Option<u32>) -> u32 {
        let Some(outermost) = self.open.first_mut() else { return start };
        let counted = &mut outermost.counted;
        counted.resize(counted.len().max(level + 1), None);
        let number = given.unwrap_or_else(|| counted[level].map_or(start, |last| last.saturating_add(1)));
        counted[level] = Some(number);
        counted.truncate(level + 1);
        number
    }
}
