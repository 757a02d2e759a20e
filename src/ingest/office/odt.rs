//! ODT: title, styles, and the body in reading order.
//!
//! Headers and footers stand in page styles, deleted text in a list of changes,
//! comments in elements of their own: none of it is read. A footnote stands in
//! brackets at its place; a text box after the paragraph that it is tied to.

mod list;
mod styles;
mod table;

use self::{list::Lists, styles::Styles};
use super::{
    archive::Archive,
    flow::{Flow, Kind, Paragraph},
    look::Look,
    xml::{Element, Item, Ns, Tree, decode},
};
use crate::ingest::{OfficeFault, clean, read::Parsed, title::usable};

/// A paragraph may begin so far left of an item's text and still goes on with it, points.
const SLACK: f64 = 3.0;

/// Reads the document.
pub(super) fn read(archive: &mut Archive<'_>, title: Option<String>) -> Result<Parsed, OfficeFault> {
    if let Some(manifest) = archive.part("META-INF/manifest.xml")? {
        let text = decode(&manifest)?;
        if Tree::read(&text)?.root().holds(&|one| one.name() == "encryption-data") {
            return Err(OfficeFault::Encrypted);
        }
    }
    let content = archive.part("content.xml")?.ok_or(OfficeFault::Damaged)?;
    let meta = archive.part("meta.xml")?;
    let common = archive.part("styles.xml")?.unwrap_or_default();
    let (content, common) = (decode(&content)?, decode(&common)?);
    let document = Tree::read(&content)?;
    let common = if common.is_empty() { None } else { Some(Tree::read(&common)?) };
    let root = document.root();
    let body = root.child("body").and_then(|body| body.child("text")).ok_or(OfficeFault::Damaged)?;
    let mut reader = Reader {
        styles: Styles::read(common.iter().map(Tree::root).chain([root])),
        lists: Lists::default(),
        flow: Flow::new(None),
        painted: 0,
        after_list: None,
    };
    let titled = title.or_else(|| meta.and_then(|meta| meta_title(&meta))).or_else(|| reader.title(body));
    reader.flow = Flow::new(titled);
    reader.blocks(body, None);
    Ok(reader.flow.finish())
}

fn meta_title(bytes: &[u8]) -> Option<String> {
    let text = decode(bytes).ok()?;
    let tree = Tree::read(&text).ok()?;
    usable(&tree.root().child("meta")?.child("title")?.all_text())
}

struct Reader {
    styles: Styles,
    lists: Lists,
    flow: Flow,
    /// Open tables and text boxes: white letters may be seen on them.
    painted: u32,
    /// Where the text of the last list's items begins, as long as a paragraph may go on with them.
    after_list: Option<f64>,
}

/// Text of one paragraph as it is gathered.
struct Inline<'t, 'a> {
    text: String,
    boxes: Vec<Element<'t, 'a>>,
    bold: Option<bool>,
    painted: bool,
}

impl Reader {
    /// Whatever stands among blocks. `kind` is that of the first paragraph in a list's item.
    fn blocks(&mut self, of: Element<'_, '_>, mut kind: Option<Kind>) {
        for child in of.children() {
            match child.kind() {
                (Ns::OdfText, "p" | "h") => {
                    self.paragraph(child, kind);
                    kind = kind.map(|_| Kind::Within);
                }
                (Ns::OdfText, "list") => self.list(child),
                (Ns::OdfTable, "table") => self.table(child),
                (Ns::OdfText, "section") if child.attr("display").as_deref() == Some("none") => {}
                // Tables of contents say again what stands elsewhere; bibliographies do not.
                (
                    Ns::OdfText,
                    "table-of-content"
                    | "illustration-index"
                    | "table-index"
                    | "object-index"
                    | "user-index"
                    | "alphabetical-index"
                    | "tracked-changes"
                    | "sequence-decls"
                    | "variable-decls"
                    | "user-field-decls"
                    | "dde-connection-decls"
                    | "bibliography-source",
                )
                | (Ns::OdfOffice, "forms" | "annotation" | "annotation-end" | "scripts") => {}
                (Ns::OdfDraw, _) => {
                    let mut inline = self.fresh();
                    drawing(child, &mut inline);
                    self.boxes(inline.boxes);
                }
                _ => self.blocks(child, kind),
            }
        }
    }

    fn fresh<'t, 'a>(&self) -> Inline<'t, 'a> {
        Inline { text: String::new(), boxes: Vec::new(), bold: None, painted: self.painted > 0 }
    }

    fn paragraph(&mut self, paragraph: Element<'_, '_>, kind: Option<Kind>) {
        // Such a field hides the paragraph that it stands in.
        let hides = |child: Element<'_, '_>| {
            child.kind() == (Ns::OdfText, "hidden-paragraph") && child.attr("is-hidden").as_deref() != Some("false")
        };
        if paragraph.children().any(hides) {
            return;
        }
        let style = paragraph.attr("style-name");
        let mut inline = self.fresh();
        self.inline(paragraph, self.styles.paragraph(style.as_deref()), &mut inline);
        let heading = self.heading(paragraph, style.as_deref());
        let indent = self.styles.indent(style.as_deref());
        let goes_on = indent > 0.0 && self.after_list.is_some_and(|item| indent + SLACK >= item);
        let kind = heading.or(kind).unwrap_or(if goes_on { Kind::Within } else { Kind::Plain });
        if self.styles.is_contents(style.as_deref()) {
            return;
        }
        let text = std::mem::take(&mut inline.text);
        self.flow.paragraph(&Paragraph { kind, text, bold: inline.bold == Some(true) });
        self.boxes(inline.boxes);
    }

    fn heading(&self, paragraph: Element<'_, '_>, style: Option<&str>) -> Option<Kind> {
        if self.styles.is_title(style) {
            return Some(Kind::Title);
        }
        let level = if paragraph.name() == "h" {
            Some(paragraph.number("outline-level").unwrap_or(1))
        } else {
            self.styles.outline(style)
        };
        level.filter(|level| *level > 0).map(Kind::Heading)
    }

    fn boxes(&mut self, boxes: Vec<Element<'_, '_>>) {
        for content in boxes {
            self.painted += 1;
            self.blocks(content, None);
            self.painted -= 1;
        }
    }

    /// Gathers text, in the look that stands over it.
    fn inline<'t, 'a>(&self, of: Element<'t, 'a>, look: Look, into: &mut Inline<'t, 'a>) {
        for item in of.items() {
            let child = match item {
                Item::Text(text) if !look.unseen(into.painted) => {
                    if text.chars().any(char::is_alphanumeric) {
                        into.bold = Some(into.bold.unwrap_or(true) && look.bold == Some(true));
                    }
                    into.text.extend(text.chars().map(|ch| if ch == '\n' { ' ' } else { ch }));
                    continue;
                }
                Item::Text(_) => continue,
                Item::Element(child) => child,
            };
            match child.kind() {
                (Ns::OdfText, "span") => {
                    let own = self.styles.text(child.attr("style-name").as_deref());
                    self.inline(child, own.over(look), into);
                }
                (Ns::OdfText, "s" | "tab") => into.text.push(' '),
                (Ns::OdfText, "line-break") => into.text.push('\n'),
                (Ns::OdfText, "note") if !look.unseen(into.painted) => self.note(child, into),
                (Ns::OdfText, "ruby") => {
                    child.child("ruby-base").into_iter().for_each(|base| self.inline(base, look, into));
                }
                (
                    Ns::OdfText,
                    "note" | "hidden-text" | "hidden-paragraph" | "tracked-changes" | "script" | "p" | "h",
                )
                | (Ns::OdfOffice, "annotation" | "annotation-end") => {}
                (Ns::OdfDraw, _) => drawing(child, into),
                _ => self.inline(child, look, into),
            }
        }
    }

    /// A note in brackets.
    fn note<'t, 'a>(&self, note: Element<'t, 'a>, into: &mut Inline<'t, 'a>) {
        let Some(body) = note.child("note-body") else { return };
        let mut inside = Inline { text: String::new(), boxes: Vec::new(), bold: None, painted: into.painted };
        for paragraph in body.children() {
            inside.text.push(' ');
            let look = self.styles.paragraph(paragraph.attr("style-name").as_deref());
            self.inline(paragraph, look, &mut inside);
        }
        let text = clean::line(&inside.text);
        if !text.is_empty() {
            into.text.push_str(" [");
            into.text.push_str(&text);
            into.text.push(']');
        }
    }

    /// The first paragraph with a title's style.
    fn title(&self, body: Element<'_, '_>) -> Option<String> {
        let titled = |one: &Element<'_, '_>| {
            one.kind() == (Ns::OdfText, "p") && self.styles.is_title(one.attr("style-name").as_deref())
        };
        let texts = body.children().filter(titled).map(|one| {
            let mut inline = self.fresh();
            self.inline(one, Look::default(), &mut inline);
            clean::line(&clean::characters(&inline.text))
        });
        texts.into_iter().find(|text| !text.is_empty())
    }
}

/// Text boxes, and shapes that hold text, for later.
fn drawing<'t, 'a>(of: Element<'t, 'a>, into: &mut Inline<'t, 'a>) {
    let holds_text = |one: Element<'t, 'a>| matches!(one.kind(), (Ns::OdfText, "p" | "h" | "list"));
    if of.name() == "text-box" || of.children().any(holds_text) {
        into.boxes.push(of);
        return;
    }
    for child in of.children().filter(|child| child.ns() == Ns::OdfDraw) {
        drawing(child, into);
    }
}
