//! Styles of Word: what a paragraph is, and how its letters look.
//!
//! A heading is known by its outline level, by the style's name ("heading 1" in
//! every language of Word) or by its id ("Heading1", "berschrift1"), of the style
//! itself or of one that it is based on.

use std::collections::HashMap;

use crate::ingest::office::{
    look::{Look, is_fill, is_white},
    xml::Element,
};

/// Most styles that are based on one another.
const CHAIN: usize = 24;
/// Deepest heading level.
const DEEPEST: u8 = 9;

/// What a style makes of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Heading(u8),
    /// A line of a table of contents.
    Contents,
}

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    role: Option<Role>,
    /// Outline level from 0, or 9 for running text.
    outline: Option<u8>,
    numbering: Option<(Option<String>, Option<u8>)>,
    indent: Option<i32>,
    look: Look,
}

/// All styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    /// The paragraph style of what names none.
    normal: Option<String>,
    defaults: Look,
}

impl Styles {
    pub(super) fn read(root: Element<'_, '_>) -> Self {
        let mut styles = Self::default();
        let defaults = root.child("docDefaults").and_then(|defaults| defaults.child("rPrDefault"));
        styles.defaults = defaults.and_then(|defaults| defaults.child("rPr")).map(look).unwrap_or_default();
        for style in root.children().filter(|child| child.name() == "style") {
            let Some(id) = style.attr("styleId") else { continue };
            let paragraph = style.child("pPr");
            let name = style.val("name").unwrap_or_default();
            let is_default = style.attr("default").is_some_and(|value| is_on(&value));
            if is_default && style.attr("type").as_deref() == Some("paragraph") {
                styles.normal = Some(id.to_string());
            }
            let read = Style {
                based_on: style.val("basedOn").map(|id| id.to_string()),
                role: named(&name).or_else(|| named(&id)),
                outline: paragraph.and_then(outline),
                numbering: paragraph.and_then(numbering),
                indent: paragraph.and_then(indent),
                look: style.child("rPr").map(look).unwrap_or_default(),
            };
            styles.by_id.insert(id.into_owned(), read);
        }
        styles
    }

    /// A style and those that it is based on, the nearest first.
    fn chain<'s>(&'s self, id: Option<&str>) -> impl Iterator<Item = &'s Style> + use<'s> {
        let first = id.and_then(|id| self.by_id.get(id));
        std::iter::successors(first, |style| self.by_id.get(style.based_on.as_deref()?)).take(CHAIN)
    }

    /// The style of a paragraph that names `id`, or none.
    pub(super) fn paragraph<'a>(&'a self, id: Option<&'a str>) -> Option<&'a str> {
        id.filter(|id| self.by_id.contains_key(*id)).or(self.normal.as_deref())
    }

    /// What a paragraph of style `id` is.
    pub(super) fn role(&self, id: Option<&str>) -> Option<Role> {
        let role = self.chain(id).find_map(|style| style.role.or_else(|| style.outline.and_then(heading)));
        // A style unknown to the document may still be called by its usual id.
        role.or_else(|| id.filter(|id| !self.by_id.contains_key(*id)).and_then(named))
    }

    /// Id of the numbering, and level.
    pub(super) fn numbering<'s>(&'s self, id: Option<&str>) -> (Option<&'s str>, Option<u8>) {
        let mut found = (None, None);
        for (numbering, level) in self.chain(id).filter_map(|style| style.numbering.as_ref()) {
            found.0 = found.0.or(numbering.as_deref());
            found.1 = found.1.or(*level);
        }
        found
    }

    /// How far text of a style is moved in, twentieths of a point.
    pub(super) fn indent(&self, id: Option<&str>) -> Option<i32> {
        self.chain(id).find_map(|style| style.indent)
    }

    /// How letters of a style look, without the document's defaults.
    pub(super) fn look(&self, id: Option<&str>) -> Look {
        self.chain(id).fold(Look::default(), |look, style| look.over(style.look))
    }

    pub(super) fn defaults(&self) -> Look {
        self.defaults
    }
}

/// By the name or id of a style, in English and German.
fn named(name: &str) -> Option<Role> {
    let name: String = name.to_lowercase().chars().filter(|ch| !matches!(ch, ' ' | '-' | '_')).collect();
    if matches!(name.as_str(), "title" | "titel") {
        return Some(Role::Title);
    }
    for begin in ["heading", "berschrift", "überschrift", "ueberschrift"] {
        if let Some(level) = name.strip_prefix(begin).and_then(|level| level.parse().ok()) {
            return (1..=DEEPEST).contains(&level).then_some(Role::Heading(level));
        }
    }
    let contents = ["toc", "verzeichnis"].iter().find_map(|begin| name.strip_prefix(begin));
    let contents = contents.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    (contents || matches!(name.as_str(), "tocheading" | "inhaltsverzeichnisüberschrift")).then_some(Role::Contents)
}

/// Level of a heading for an outline level counted from 0.
fn heading(outline: u8) -> Option<Role> {
    (outline < DEEPEST).then_some(Role::Heading(outline + 1))
}

/// The heading that a paragraph's own properties make of it.
pub(super) fn own_role(properties: Element<'_, '_>) -> Option<Role> {
    outline(properties).and_then(heading)
}

fn outline(properties: Element<'_, '_>) -> Option<u8> {
    properties.val("outlineLvl")?.trim().parse().ok()
}

/// Numbering id and level that properties name.
pub(super) fn numbering(properties: Element<'_, '_>) -> Option<(Option<String>, Option<u8>)> {
    let numbering = properties.child("numPr")?;
    let level = numbering.val("ilvl").and_then(|level| level.trim().parse().ok());
    Some((numbering.val("numId").map(|id| id.trim().to_owned()), level))
}

/// How far properties move text in from the left, twentieths of a point.
pub(super) fn indent(properties: Element<'_, '_>) -> Option<i32> {
    let indent = properties.child("ind")?;
    indent.number("left").or_else(|| indent.number("start"))
}

/// Letters as `w:rPr` makes them.
pub(super) fn look(properties: Element<'_, '_>) -> Look {
    let toggle = |name: &str| properties.child(name).map(|child| child.attr("val").is_none_or(|value| is_on(&value)));
    let colour = properties.child("color");
    let themed = colour.and_then(|colour| colour.attr("themeColor"));
    let white = match (themed.as_deref(), colour.and_then(|colour| colour.attr("val"))) {
        (Some("background1" | "light1"), _) => Some(true),
        (_, Some(value)) => Some(is_white(&value)),
        _ => None,
    };
    Look {
        hidden: toggle("vanish").or_else(|| toggle("specVanish")),
        bold: toggle("b"),
        size: properties.val("sz").and_then(|size| size.trim().parse().ok()),
        white,
        shaded: shaded(properties)
            .or_else(|| properties.val("highlight").map(|colour| !matches!(colour.as_ref(), "none" | "white"))),
    }
}

/// Whether `w:shd` paints something behind.
pub(super) fn shaded(properties: Element<'_, '_>) -> Option<bool> {
    let shading = properties.child("shd")?;
    let themed = shading.attr("themeFill").is_some_and(|fill| !matches!(fill.as_ref(), "background1" | "light1"));
    Some(themed || shading.attr("fill").is_some_and(|fill| is_fill(&fill)))
}

pub(super) fn is_on(value: &str) -> bool {
    !matches!(value.trim(), "0" | "false" | "off" | "none")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::xml::Tree;

    #[test]
    fn headings_by_level_name_id_and_base() {
        let text = "<w:styles><w:style w:type='paragraph' w:default='1' w:styleId='Standard'><w:name w:val='Normal'/></w:style>\
            <w:style w:styleId='berschrift1'><w:name w:val='heading 1'/><w:basedOn w:val='Standard'/><w:rPr><w:b/></w:rPr></w:style>\
            <w:style w:styleId='Kapitel'><w:name w:val='Kapitel'/><w:basedOn w:val='berschrift1'/><w:rPr><w:b w:val='0'/></w:rPr></w:style>\
            <w:style w:styleId='Eigene'><w:name w:val='Eigene'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:style>\
            <w:style w:styleId='A'><w:basedOn w:val='B'/></w:style><w:style w:styleId='B'><w:basedOn w:val='A'/></w:style>\
            <w:style w:styleId='Verzeichnis1'><w:name w:val='toc 1'/></w:style><w:style w:styleId='Titel'><w:name w:val='Title'/></w:style>\
            </w:styles>";
        let tree = Tree::read(text).unwrap();
        let styles = Styles::read(tree.root());
        for (id, role) in [
            ("berschrift1", Some(Role::Heading(1))),
            ("Kapitel", Some(Role::Heading(1))),
            ("Eigene", Some(Role::Heading(3))),
            ("Heading2", Some(Role::Heading(2))),
            ("Titel", Some(Role::Title)),
            ("Verzeichnis1", Some(Role::Contents)),
            ("A", None),
            ("Standard", None),
        ] {
            assert_eq!(styles.role(Some(id)), role, "{id}");
        }
        assert_eq!(styles.paragraph(None), Some("Standard"));
        assert_eq!(styles.look(Some("Kapitel")).bold, Some(false));
    }
}
