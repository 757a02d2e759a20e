//! DOCX: parts, and the body in reading order.
//!
//! Headers, footers and comments stand in parts of their own, which are never
//! read. Of tracked changes the newest state counts. A footnote stands in brackets
//! where it is referred to; a text box after the paragraph that it is tied to.

mod inline;
mod numbering;
mod styles;
mod table;

use std::collections::HashMap;

use self::{
    inline::Inline,
    numbering::{Mark, Numbering},
    styles::{Role, Styles},
};
use super::{
    archive::Archive,
    flow::{Flow, Kind, Paragraph},
    xml::{Element, Ns, Tree, decode},
};
use crate::ingest::{OfficeFault, read::Parsed, title::usable};

/// Text of a paragraph that may begin so far left of an item's and still goes on with it, twentieths of a point.
const SLACK: i32 = 60;
/// A title by its looks alone is not longer, characters.
const TITLE: usize = 100;
/// How much larger than running text a title is, in tenths.
const LARGER: u32 = 12;
/// Size of running text where a file names none, half points.
const USUAL: u32 = 20;

/// Reads the document; the archive's main part is one of Word.
pub(super) fn read(archive: &mut Archive<'_>, title: Option<String>) -> Result<Parsed, OfficeFault> {
    let main = related(archive, "", "officeDocument")?.unwrap_or_else(|| "word/document.xml".into());
    let mut load = |part: Option<String>| part.map_or(Ok(None), |part| archive.part(&part));
    let body = load(Some(main.clone()))?.ok_or(OfficeFault::Damaged)?;
    let core = load(Some("docProps/core.xml".into()))?;
    let mut beside = |kind: &str| {
        // Where nothing points to it, it may still stand in its usual place, and hide text.
        let part = related(archive, &main, kind)?.unwrap_or_else(|| format!("word/{kind}.xml"));
        archive.part(&part).map(Option::unwrap_or_default)
    };
    let parts = [beside("styles")?, beside("numbering")?, beside("footnotes")?, beside("endnotes")?];
    let texts = parts.iter().map(|part| decode(part)).collect::<Result<Vec<_>, _>>()?;
    let trees = texts.iter().map(|text| tree(text)).collect::<Result<Vec<_>, _>>()?;
    let [styles, numbering, footnotes, endnotes] = trees.as_slice() else { return Err(OfficeFault::Damaged) };
    let text = decode(&body)?;
    let document = Tree::read(&text)?;
    let root = document.root();
    let body = root.child("body").filter(|_| root.ns() == Ns::Word).ok_or(OfficeFault::Damaged)?;
    let mut notes = HashMap::new();
    for (end, tree) in [(false, footnotes), (true, endnotes)] {
        for note in tree.iter().flat_map(|tree| tree.root().children()) {
            if let Some(id) = note.attr("id").filter(|_| note.attr("type").is_none()) {
                notes.insert((end, id.into_owned()), note);
            }
        }
    }
    let mut reader = Reader {
        styles: styles.as_ref().map(|tree| Styles::read(tree.root())).unwrap_or_default(),
        numbering: numbering.as_ref().map(|tree| Numbering::read(tree.root())).unwrap_or_default(),
        notes,
        flow: Flow::new(None),
        painted: u32::from(root.child("background").is_some()),
        glued: String::new(),
        item: None,
        first: None,
    };
    let titled = title.or_else(|| core.and_then(|core| core_title(&core))).or_else(|| reader.title(body));
    reader.flow = Flow::new(titled);
    reader.blocks(body);
    Ok(reader.flow.finish())
}

/// A part beside the main one; an absent one is none.
fn tree(text: &str) -> Result<Option<Tree<'_>>, OfficeFault> {
    if text.is_empty() { Ok(None) } else { Tree::read(text).map(Some) }
}

/// The part that `part` (the whole file where it is empty) names as its `kind`.
fn related(archive: &mut Archive<'_>, part: &str, kind: &str) -> Result<Option<String>, OfficeFault> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let within = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let Some(bytes) = archive.part(&within(&format!("_rels/{name}.rels")))? else { return Ok(None) };
    let text = decode(&bytes)?;
    let relations = Tree::read(&text)?;
    let found = relations.root().children().find(|relation| {
        let of_kind = relation.attr("Type").is_some_and(|uri| uri.rsplit('/').next() == Some(kind));
        of_kind && relation.attr("TargetMode").as_deref() != Some("External")
    });
    let target = found.and_then(|relation| relation.attr("Target"));
    // A target is only ever looked up among the archive's own names.
    Ok(target.map(|target| target.strip_prefix('/').map_or_else(|| within(&target), str::to_owned)))
}

fn core_title(bytes: &[u8]) -> Option<String> {
    let text = decode(bytes).ok()?;
    usable(&Tree::read(&text).ok()?.root().child("title")?.all_text())
}

/// Reads the body part by part.
struct Reader<'t, 'a> {
    styles: Styles,
    numbering: Numbering,
    /// Foot- and endnotes not yet read, by whether they are endnotes and by id.
    notes: HashMap<(bool, String), Element<'t, 'a>>,
    flow: Flow,
    /// Open tables and text boxes, and a coloured page: white letters may be seen on them.
    painted: u32,
    /// Text whose paragraph mark was deleted: the next paragraph goes on with it.
    glued: String,
    /// Where the text of the last item of the outermost list begins.
    item: Option<i32>,
    /// A paragraph that is the title by its looks, as its text.
    first: Option<String>,
}

impl<'t, 'a> Reader<'t, 'a> {
    /// Whatever stands among blocks. The depth of XML bounds the recursion.
    fn blocks(&mut self, of: Element<'t, 'a>) {
        for child in of.children() {
            match child.kind() {
                (Ns::Word, "p") => self.paragraph(child),
                (Ns::Word, "tbl") => self.table(child),
                (Ns::Word, "sdt") => {
                    if let Some(content) = control(child) {
                        self.blocks(content);
                    }
                }
                (Ns::Word, "del" | "moveFrom" | "sectPr" | "tblPr" | "tcPr" | "altChunk") => {}
                (Ns::Compat, "AlternateContent") => {
                    if let Some(chosen) = alternative(child) {
                        self.blocks(chosen);
                    }
                }
                _ => self.blocks(child),
            }
        }
    }

    /// Style of a paragraph, and what it is.
    fn role(&self, paragraph: Element<'_, '_>) -> (Option<String>, Option<Role>) {
        let properties = paragraph.child("pPr");
        let named = properties.and_then(|properties| properties.val("pStyle"));
        let style = self.styles.paragraph(named.as_deref()).or(named.as_deref());
        let own = properties.and_then(styles::own_role);
        (style.map(str::to_owned), own.or_else(|| self.styles.role(style)))
    }

    /// Id of the list that a paragraph belongs to, and level.
    fn list(&self, paragraph: Element<'_, '_>, style: Option<&str>) -> Option<(String, u8)> {
        let own = paragraph.child("pPr").and_then(styles::numbering);
        let of_style = self.styles.numbering(style);
        let (id, level) = own.unwrap_or_default();
        let id = id.or_else(|| of_style.0.map(str::to_owned)).filter(|id| id != "0")?;
        Some((id, level.or(of_style.1).unwrap_or_default()))
    }

    fn paragraph(&mut self, paragraph: Element<'t, 'a>) {
        let (style, role) = self.role(paragraph);
        if role == Some(Role::Contents) {
            return;
        }
        let style = style.as_deref();
        let properties = paragraph.child("pPr");
        let mut inline = Inline::new(self.styles.look(style).over(self.styles.defaults()), self.painted > 0);
        inline.shaded = properties.and_then(styles::shaded) == Some(true);
        self.inline(paragraph, &mut inline);
        let mark = properties.and_then(|properties| properties.child("rPr"));
        let mut text = std::mem::take(&mut self.glued);
        text.push_str(&inline.text);
        if mark.is_some_and(|mark| mark.child("del").or_else(|| mark.child("moveFrom")).is_some()) {
            self.glued = text;
        } else {
            let kind = self.kind(paragraph, style, role, &text);
            self.flow.paragraph(&Paragraph { kind, bold: inline.bold == Some(true), text });
        }
        for content in inline.boxes {
            self.painted += 1;
            self.blocks(content);
            self.painted -= 1;
        }
    }

    fn kind(&mut self, paragraph: Element<'_, '_>, style: Option<&str>, role: Option<Role>, text: &str) -> Kind {
        let own = paragraph.child("pPr").and_then(styles::indent);
        let list = self.list(paragraph, style);
        let mark = list
            .as_ref()
            .and_then(|(id, level)| self.numbering.next(id, *level, |style| self.styles.numbering(Some(style)).0));
        match (role, list, mark) {
            (Some(Role::Title), ..) => Kind::Title,
            (Some(Role::Heading(level)), ..) => Kind::Heading(level),
            (_, Some((id, level)), Some(mark)) => {
                let of_list = self.numbering.shape(&id, level, |style| self.styles.numbering(Some(style)).0).1;
                let begins = own.or(of_list).or_else(|| self.styles.indent(style));
                self.item = if level == 0 { begins } else { self.item.or(begins) };
                Kind::Item { level, number: if let Mark::Number(number) = mark { Some(number) } else { None } }
            }
            _ if self.first.as_deref().is_some_and(|first| first == text.trim()) => {
                self.first = None;
                Kind::Title
            }
            _ => {
                let left = own.or_else(|| self.styles.indent(style)).unwrap_or_default();
                let goes_on = left > 0 && self.item.is_some_and(|item| left + SLACK >= item);
                if goes_on { Kind::Within } else { Kind::Plain }
            }
        }
    }

    /// The first paragraph with a title's style, else the first of all if it looks like one.
    fn title(&mut self, body: Element<'t, 'a>) -> Option<String> {
        let mut first: Option<Option<String>> = None;
        for child in body.children() {
            let content = if child.name() == "sdt" { control(child) } else { None };
            let paragraphs = content.into_iter().flat_map(Element::children).chain([child]);
            for paragraph in paragraphs.filter(|one| one.kind() == (Ns::Word, "p")) {
                let (style, role) = self.role(paragraph);
                let style = style.as_deref();
                let mut inline = Inline::new(self.styles.look(style).over(self.styles.defaults()), false);
                inline.probing = true;
                self.inline(paragraph, &mut inline);
                let text = inline.text.trim();
                if text.is_empty() || role == Some(Role::Contents) {
                    continue;
                }
                if role == Some(Role::Title) {
                    return Some(text.to_owned());
                }
                let usual = self.styles.look(None).over(self.styles.defaults()).size.unwrap_or(USUAL);
                let larger = inline.size.is_some_and(|size| size * 10 >= usual * LARGER);
                let stands_out = larger || inline.bold == Some(true);
                let fits = stands_out && text.chars().nth(TITLE).is_none() && !text.ends_with(['.', '!', '?', ':']);
                let plain = role.is_none() && self.list(paragraph, style).is_none();
                first.get_or_insert_with(|| (fits && plain).then(|| text.to_owned()));
            }
        }
        self.first = first.flatten();
        self.first.clone()
    }
}

/// What stands in a content control, unless it is a hint what to write there, or a table of contents.
fn control<'t, 'a>(of: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    let properties = of.child("sdtPr");
    let hint = properties.and_then(|properties| properties.child("showingPlcHdr"));
    let gallery = properties.and_then(|properties| properties.child("docPartObj")?.val("docPartGallery"));
    let contents = gallery.is_some_and(|gallery| gallery == "Table of Contents");
    of.child("sdtContent").filter(|_| hint.is_none() && !contents)
}

/// Of alternatives the first with text in it, and only that one.
fn alternative<'t, 'a>(of: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    let with_text = |of: &Element<'t, 'a>| of.holds(&|one| one.kind() == (Ns::Word, "t"));
    of.children().find(with_text).or_else(|| of.children().next())
}
