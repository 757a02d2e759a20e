//! What stands within a paragraph of Word: runs, fields, links, notes, breaks.
//!
//! Deleted and hidden text is none, nor is a field's code; its result is. Text
//! boxes are put aside for whoever reads the paragraph.

use super::{Reader, alternative, control, styles};
use crate::ingest::office::{
    look::Look,
    xml::{Element, Item, Ns},
};

/// Text of one paragraph as it is gathered.
pub(super) struct Inline<'t, 'a> {
    pub(super) text: String,
    /// Contents of text boxes, in order.
    pub(super) boxes: Vec<Element<'t, 'a>>,
    /// Whether all of it is bold, once there is text.
    pub(super) bold: Option<bool>,
    /// The smallest size of its letters, half points.
    pub(super) size: Option<u32>,
    /// Something is painted behind the whole paragraph.
    pub(super) shaded: bool,
    /// Only to look at: notes stay unread.
    pub(super) probing: bool,
    base: Look,
    painted: bool,
    /// Open fields, and whether what comes is their result.
    fields: Vec<bool>,
}

impl Inline<'_, '_> {
    pub(super) fn new(base: Look, painted: bool) -> Self {
        Self {
            text: String::new(),
            boxes: Vec::new(),
            bold: None,
            size: None,
            shaded: false,
            probing: false,
            base,
            painted,
            fields: Vec::new(),
        }
    }

    fn note(&mut self, look: Look, text: &str) {
        if text.chars().any(char::is_alphanumeric) {
            self.bold = Some(self.bold.unwrap_or(true) && look.bold == Some(true));
            self.size = look.size.map_or(self.size, |size| Some(self.size.map_or(size, |least| least.min(size))));
        }
        self.text.push_str(text);
    }

    fn shown(&self) -> bool {
        self.fields.iter().all(|result| *result)
    }
}

impl<'t, 'a> Reader<'t, 'a> {
    /// Gathers all runs of `of`.
    pub(super) fn inline(&mut self, of: Element<'t, 'a>, into: &mut Inline<'t, 'a>) {
        for child in of.children() {
            match child.kind() {
                (Ns::Word, "r") => self.run(child, into),
                (Ns::Word, "del" | "moveFrom" | "pPr" | "rPr" | "fldData" | "p" | "tbl") => {}
                (Ns::Word, "sdt") => {
                    if let Some(content) = control(child) {
                        self.inline(content, into);
                    }
                }
                (Ns::Word, "ruby") => {
                    if let Some(base) = child.child("rubyBase") {
                        self.inline(base, into);
                    }
                }
                (Ns::Math, _) => formula(child, &mut into.text),
                (Ns::Compat, "AlternateContent") => {
                    if let Some(chosen) = alternative(child) {
                        self.inline(chosen, into);
                    }
                }
                _ => self.inline(child, into),
            }
        }
    }

    fn run(&mut self, run: Element<'t, 'a>, into: &mut Inline<'t, 'a>) {
        let properties = run.child("rPr");
        let style = properties.and_then(|properties| properties.val("rStyle"));
        let of_style = style.map(|style| self.styles.look(Some(&style))).unwrap_or_default();
        let look = properties.map(styles::look).unwrap_or_default().over(of_style).over(into.base);
        let seen = !look.unseen(into.painted || into.shaded);
        for child in run.children() {
            if let (Ns::Word, "fldChar") = child.kind() {
                match child.attr("fldCharType").as_deref() {
                    Some("begin") => into.fields.push(false),
                    Some("separate") => {
                        if let Some(result) = into.fields.last_mut() {
                            *result = true;
                        }
                    }
                    _ => {
                        into.fields.pop();
                    }
                }
                continue;
            }
            if !seen || !into.shown() {
                continue;
            }
            match child.kind() {
                (Ns::Word, "t") => into.note(look, &text(child)),
                (Ns::Word, "tab" | "ptab") => into.text.push(' '),
                (Ns::Word, "br" | "cr") => into.text.push('\n'),
                (Ns::Word, "noBreakHyphen") => into.text.push('-'),
                (Ns::Word, "sym") => into.text.extend(symbol(child)),
                (Ns::Word, "footnoteReference" | "endnoteReference") => self.note(child, into),
                (Ns::Word, "drawing" | "pict" | "object") => boxes(child, into),
                (Ns::Word, "ruby") => {
                    if let Some(base) = child.child("rubyBase") {
                        self.inline(base, into);
                    }
                }
                (Ns::Compat, "AlternateContent") => {
                    if let Some(chosen) = alternative(child) {
                        boxes(chosen, into);
                    }
                }
                // Codes of fields, deleted text, marks of notes and comments, …
                _ => {}
            }
        }
    }

    /// A note in brackets where it is first referred to.
    fn note(&mut self, reference: Element<'_, '_>, into: &mut Inline<'t, 'a>) {
        let Some(id) = reference.attr("id").filter(|_| !into.probing) else { return };
        let Some(note) = self.notes.remove(&(reference.name() == "endnoteReference", id.into_owned())) else { return };
        let mut inside = Inline::new(self.styles.defaults(), into.painted);
        for paragraph in note.children() {
            inside.text.push(' ');
            self.inline(paragraph, &mut inside);
        }
        let text = inside.text.replace('\n', " ");
        if !text.trim().is_empty() {
            into.text.push_str(" [");
            into.text.push_str(text.trim());
            into.text.push(']');
        }
    }
}

/// Letters of `w:t`; blanks at its ends only where they are said to count.
fn text(of: Element<'_, '_>) -> String {
    let mut text = String::new();
    for item in of.items() {
        if let Item::Text(piece) = item {
            text.extend(piece.chars().map(|ch| if matches!(ch, '\n' | '\r' | '\t') { ' ' } else { ch }));
        }
    }
    if of.attr("space").as_deref() == Some("preserve") { text } else { text.trim_matches(' ').to_owned() }
}

/// A letter of a symbol font: arrows and check marks that guides are full of.
fn symbol(of: Element<'_, '_>) -> Option<char> {
    let code = u32::from_str_radix(of.attr("char")?.trim(), 16).ok()?;
    Some(match code & 0xFF | (code & 0xF000) {
        0xF0E0 | 0xF0E8 | 0xF0F0 | 0xF0DC => '→',
        0xF0DF | 0xF0EF => '←',
        0xF0E1 | 0xF0F1 => '↑',
        0xF0E2 | 0xF0F2 => '↓',
        0xF0FC | 0xF0FE => '✓',
        0xF0FB | 0xF0FD => '✗',
        _ => char::from_u32(code)?,
    })
}

/// Text of a formula, its letters in order.
fn formula(of: Element<'_, '_>, into: &mut String) {
    for child in of.children() {
        match child.kind() {
            (Ns::Math, "t") => into.push_str(&child.all_text().replace(['\n', '\r'], " ")),
            (Ns::Word, _) => {}
            _ => formula(child, into),
        }
    }
}

/// Text boxes of a drawing, each once.
fn boxes<'t, 'a>(of: Element<'t, 'a>, into: &mut Inline<'t, 'a>) {
    for child in of.children() {
        match child.kind() {
            (Ns::Word, "txbxContent") => into.boxes.push(child),
            (Ns::Compat, "AlternateContent") => {
                if let Some(chosen) = alternative(child) {
                    boxes(chosen, into);
                }
            }
            _ => boxes(child, into),
        }
    }
}
