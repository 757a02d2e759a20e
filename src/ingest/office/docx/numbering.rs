//! Numbers of Word's lists, as Word shows them: each level counts for itself, a
//! higher level begins the lower ones anew, lists of one definition count on
//! together unless one of them says where it starts.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::styles::indent;
use crate::ingest::office::xml::Element;

/// Levels of a list in Word.
const LEVELS: usize = 9;
/// Definitions that point to one another through styles.
const LINKS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Numbered,
    Bullet,
    /// Neither number nor sign.
    Unmarked,
}

#[derive(Clone)]
struct Level {
    start: u32,
    format: Format,
    /// A level above, counted from 1, that begins this one anew; 0 = none does.
    restart: Option<usize>,
    /// Where the text begins, twentieths of a point.
    indent: Option<i32>,
}

#[derive(Default)]
struct Definition {
    levels: HashMap<usize, Level>,
    /// Style whose numbering is meant.
    style: Option<String>,
}

#[derive(Default)]
struct List {
    definition: String,
    starts: HashMap<usize, u32>,
    levels: HashMap<usize, Level>,
}

/// What stands before a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Number(u32),
    Bullet,
}

/// All lists, and how far they have counted.
#[derive(Default)]
pub(super) struct Numbering {
    definitions: HashMap<String, Definition>,
    lists: HashMap<String, List>,
    /// Last numbers by definition.
    counted: HashMap<String, [Option<u32>; LEVELS]>,
    begun: HashSet<(String, usize)>,
}

impl Numbering {
    pub(super) fn read(root: Element<'_, '_>) -> Self {
        let mut numbering = Self::default();
        for child in root.children() {
            match child.name() {
                "abstractNum" => {
                    let Some(id) = child.attr("abstractNumId") else { continue };
                    let style = child.val("numStyleLink").map(Cow::into_owned);
                    numbering.definitions.insert(id.into_owned(), Definition { levels: levels(child), style });
                }
                "num" => {
                    let (Some(id), Some(definition)) = (child.attr("numId"), child.val("abstractNumId")) else {
                        continue;
                    };
                    let mut list = List { definition: definition.into_owned(), ..List::default() };
                    for changed in child.children().filter(|child| child.name() == "lvlOverride") {
                        let Some(level) = changed.number("ilvl") else { continue };
                        if let Some(start) = changed.val("startOverride").and_then(|start| start.trim().parse().ok()) {
                            list.starts.insert(level, start);
                        }
                        list.levels.extend(levels(changed));
                    }
                    numbering.lists.insert(id.into_owned(), list);
                }
                _ => {}
            }
        }
        numbering
    }

    /// Level `level` of list `id`, as far as the file says.
    fn level<'s>(&self, id: &str, level: usize, styled: &impl Fn(&str) -> Option<&'s str>) -> Option<&Level> {
        let list = self.lists.get(id)?;
        let definition = self.definition(list, styled);
        list.levels.get(&level).or_else(|| self.definitions.get(definition)?.levels.get(&level))
    }

    /// The definition that counts: one may stand for a style's.
    fn definition<'n, 's>(&'n self, list: &'n List, styled: &impl Fn(&str) -> Option<&'s str>) -> &'n str {
        let mut definition = list.definition.as_str();
        for _ in 0..LINKS {
            let Some(style) = self.definitions.get(definition).and_then(|found| found.style.as_deref()) else { break };
            let Some(linked) = styled(style).and_then(|id| self.lists.get(id)) else { break };
            definition = &linked.definition;
        }
        definition
    }

    /// Whether a paragraph of the list has a number, and where its text begins.
    pub(super) fn shape<'s>(
        &self,
        id: &str,
        level: u8,
        styled: impl Fn(&str) -> Option<&'s str>,
    ) -> (bool, Option<i32>) {
        let found = self.level(id, usize::from(level).min(LEVELS - 1), &styled);
        let numbered = found.map_or(self.lists.contains_key(id), |level| level.format == Format::Numbered);
        (numbered, found.and_then(|level| level.indent))
    }

    /// Counts a paragraph of list `id` at `level`; `None` where nothing stands before it.
    /// `styled` gives the list that a style names.
    pub(super) fn next<'s>(&mut self, id: &str, level: u8, styled: impl Fn(&str) -> Option<&'s str>) -> Option<Mark> {
        let level = usize::from(level).min(LEVELS - 1);
        let list = self.lists.get(id)?;
        let definition = self.definition(list, &styled).to_owned();
        let of = |at: usize| self.level(id, at, &styled);
        let this = of(level).cloned();
        let this = this.unwrap_or(Level { start: 1, format: Format::Numbered, restart: None, indent: None });
        let restarts: Vec<Option<usize>> = (0..LEVELS).map(|at| of(at).and_then(|level| level.restart)).collect();
        let start = list.starts.get(&level).copied();
        let begins = start.filter(|_| self.begun.insert((id.to_owned(), level)));
        let counted = self.counted.entry(definition).or_default();
        let number = begins.unwrap_or_else(|| match counted[level] {
            Some(before) => before.saturating_add(1),
            None => start.unwrap_or(this.start),
        });
        counted[level] = Some(number);
        for (below, last) in counted.iter_mut().enumerate().skip(level + 1) {
            if restarts[below].is_none_or(|above| above > level) {
                *last = None;
            }
        }
        match this.format {
            Format::Numbered => Some(Mark::Number(number)),
            Format::Bullet => Some(Mark::Bullet),
            Format::Unmarked => None,
        }
    }
}

fn levels(of: Element<'_, '_>) -> HashMap<usize, Level> {
    let mut levels = HashMap::new();
    for level in of.children().filter(|child| child.name() == "lvl") {
        let Some(at) = level.number::<usize>("ilvl").filter(|at| *at < LEVELS) else { continue };
        let text = level.val("lvlText").unwrap_or_default();
        let format = match level.val("numFmt").as_deref() {
            Some("bullet") if level.child("lvlPicBulletId").is_some() || !text.is_empty() => Format::Bullet,
            Some("bullet" | "none") => Format::Unmarked,
            _ if level.child("lvlText").is_some() && !text.contains('%') && !text.is_empty() => Format::Bullet,
            _ => Format::Numbered,
        };
        let start = level.val("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
        let restart = level.val("lvlRestart").and_then(|value| value.trim().parse().ok());
        let indent = level.child("pPr").and_then(indent);
        levels.insert(at, Level { start, format, restart, indent });
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::xml::Tree;

    #[test]
    fn levels_count_restart_and_go_on() {
        let level = |at: u8, format: &str, text: &str| {
            format!(
                "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/></w:lvl>"
            )
        };
        let text = format!(
            "<w:numbering><w:abstractNum w:abstractNumId='7'>{}{}{}</w:abstractNum>\
            <w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='7'/>\
            <w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>\
            <w:num w:numId='3'><w:abstractNumId w:val='7'/></w:num></w:numbering>",
            level(0, "decimal", "%1."),
            level(1, "lowerLetter", "%2)"),
            level(2, "bullet", "•"),
        );
        let tree = Tree::read(&text).unwrap();
        let mut numbering = Numbering::read(tree.root());
        let mut next = |id: &str, level: u8| numbering.next(id, level, |_| None);
        let number = |number| Some(Mark::Number(number));
        assert_eq!(
            [next("1", 0), next("1", 1), next("1", 1), next("1", 0)],
            [number(1), number(1), number(2), number(2)]
        );
        assert_eq!([next("1", 1), next("1", 2)], [number(1), Some(Mark::Bullet)]);
        assert_eq!([next("2", 0), next("2", 0), next("3", 0)], [number(5), number(6), number(7)]);
        assert_eq!([next("9", 0), next("1", 200)], [None, number(1)]);
    }
}
