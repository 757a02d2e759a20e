//! Styles of ODF: how letters look, what is a title or heading, and the lists.

use std::{borrow::Cow, collections::HashMap};

use crate::ingest::office::{
    flow::LEVELS,
    look::{Look, is_fill, is_white},
    xml::Element,
};

/// Most styles that are based on one another.
const CHAIN: usize = 24;

#[derive(Default)]
struct Style {
    parent: Option<String>,
    /// Name as people see it, in lower case.
    shown: String,
    outline: Option<u8>,
    list: Option<String>,
    /// Points from the left.
    indent: Option<f64>,
    look: Look,
}

/// A level of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    pub(super) numbered: bool,
    pub(super) start: u32,
    /// Neither number nor sign.
    pub(super) unmarked: bool,
    /// Where the text begins, points from the left.
    pub(super) indent: f64,
}

/// All styles, those of the document's own before common ones.
#[derive(Default)]
pub(super) struct Styles {
    paragraphs: HashMap<String, Style>,
    texts: HashMap<String, Style>,
    lists: HashMap<String, HashMap<u8, Level>>,
    defaults: Look,
}

impl Styles {
    /// Reads every part that holds styles, later ones over earlier ones.
    pub(super) fn read<'t, 'a: 't>(parts: impl Iterator<Item = Element<'t, 'a>>) -> Self {
        let mut styles = Self::default();
        for root in parts {
            let holders = root.children().filter(|child| matches!(child.name(), "styles" | "automatic-styles"));
            for style in holders.flat_map(Element::children) {
                match style.name() {
                    "style" => styles.add(style),
                    "default-style" if style.attr("family").as_deref() == Some("paragraph") => {
                        styles.defaults = look(style);
                    }
                    "list-style" => {
                        if let Some(name) = style.attr("name") {
                            styles.lists.insert(name.into_owned(), levels(style));
                        }
                    }
                    _ => {}
                }
            }
        }
        styles
    }

    fn add(&mut self, style: Element<'_, '_>) {
        let Some(name) = style.attr("name") else { return };
        let shown = style.attr("display-name").unwrap_or_else(|| name.clone()).to_lowercase();
        let read = Style {
            parent: style.attr("parent-style-name").map(Cow::into_owned),
            shown: shown.replace("_20_", " "),
            outline: style.number("default-outline-level"),
            list: style.attr("list-style-name").map(Cow::into_owned).filter(|name| !name.is_empty()),
            indent: style.child("paragraph-properties").and_then(|own| length(&own.attr("margin-left")?)),
            look: look(style),
        };
        match style.attr("family").as_deref() {
            Some("paragraph") => self.paragraphs.insert(name.into_owned(), read),
            Some("text") => self.texts.insert(name.into_owned(), read),
            _ => None,
        };
    }

    fn chain<'s>(family: &'s HashMap<String, Style>, name: Option<&str>) -> impl Iterator<Item = &'s Style> {
        let first = name.and_then(|name| family.get(name));
        std::iter::successors(first, |style| family.get(style.parent.as_deref()?)).take(CHAIN)
    }

    /// Look of a paragraph's letters.
    pub(super) fn paragraph(&self, name: Option<&str>) -> Look {
        Self::chain(&self.paragraphs, name)
            .fold(Look::default(), |look, style| look.over(style.look))
            .over(self.defaults)
    }

    /// Look that a span gives.
    pub(super) fn text(&self, name: Option<&str>) -> Look {
        Self::chain(&self.texts, name).fold(Look::default(), |look, style| look.over(style.look))
    }

    pub(super) fn is_title(&self, name: Option<&str>) -> bool {
        Self::chain(&self.paragraphs, name).any(|style| matches!(style.shown.as_str(), "title" | "titel"))
    }

    /// Whether a paragraph is a line of a table of contents.
    pub(super) fn is_contents(&self, name: Option<&str>) -> bool {
        let contents = |shown: &str| {
            ["contents ", "toc "].iter().any(|begin| {
                shown.strip_prefix(begin).is_some_and(|rest| rest == "heading" || rest.parse::<u8>().is_ok())
            })
        };
        Self::chain(&self.paragraphs, name).any(|style| contents(&style.shown))
    }

    /// Level of a heading that a style makes of a plain paragraph.
    pub(super) fn outline(&self, name: Option<&str>) -> Option<u8> {
        Self::chain(&self.paragraphs, name).find_map(|style| {
            let rest = ["heading ", "überschrift "].iter().find_map(|begin| style.shown.strip_prefix(begin));
            style.outline.or_else(|| rest?.parse().ok())
        })
    }

    /// How far a paragraph is moved in, points.
    pub(super) fn indent(&self, name: Option<&str>) -> f64 {
        Self::chain(&self.paragraphs, name).find_map(|style| style.indent).unwrap_or_default()
    }

    /// The list style that a paragraph's style names.
    pub(super) fn list_of(&self, name: Option<&str>) -> Option<&str> {
        Self::chain(&self.paragraphs, name).find_map(|style| style.list.as_deref())
    }

    /// A level, counted from 0, of a list style; where the style is unknown, a bullet.
    pub(super) fn level(&self, list: Option<&str>, level: u8) -> Level {
        let found = list.and_then(|list| self.lists.get(list)).and_then(|levels| levels.get(&level));
        found.copied().unwrap_or(Level { numbered: false, start: 1, unmarked: false, indent: 0.0 })
    }
}

fn levels(style: Element<'_, '_>) -> HashMap<u8, Level> {
    let mut levels = HashMap::new();
    for level in style.children() {
        let Some(at) = level.number::<u8>("level").filter(|at| (1..=LEVELS).contains(at)) else { continue };
        let numbered = level.name() == "list-level-style-number";
        let unmarked = numbered && level.attr("num-format").is_none_or(|format| format.is_empty());
        let start = level.number("start-value").unwrap_or(1);
        let properties = level.child("list-level-properties");
        let aligned = properties.and_then(|properties| properties.child("list-level-label-alignment"));
        let indent = aligned.and_then(|aligned| length(&aligned.attr("margin-left")?)).or_else(|| {
            let own = |name: &str| properties.and_then(|properties| length(&properties.attr(name)?));
            Some(own("space-before")? + own("min-label-width").unwrap_or_default())
        });
        levels.insert(at - 1, Level { numbered, start, unmarked, indent: indent.unwrap_or_default() });
    }
    levels
}

fn look(style: Element<'_, '_>) -> Look {
    let text = style.child("text-properties");
    let of = |name: &str| text.and_then(|text| text.attr(name));
    let behind = style.child("paragraph-properties").and_then(|paragraph| paragraph.attr("background-color"));
    let size = of("font-size").and_then(|size| points(&size));
    Look {
        hidden: of("display").map(|display| display == "none"),
        bold: of("font-weight")
            .map(|weight| weight == "bold" || weight.parse::<u16>().is_ok_and(|weight| weight >= 600)),
        size,
        white: of("color").map(|colour| is_white(&colour)),
        shaded: of("background-color").or(behind).map(|colour| is_fill(&colour)),
    }
}

/// Half points of a size in points; others, as percent, say nothing of their own.
fn points(size: &str) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let half = (length(size)? * 2.0).round().clamp(0.0, 10_000.0) as u32;
    Some(half)
}

/// Points of a length with its unit.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    [("pt", 1.0), ("cm", 72.0 / 2.54), ("mm", 72.0 / 25.4), ("in", 72.0), ("px", 0.75)]
        .iter()
        .find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor))
}
