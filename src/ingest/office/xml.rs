//! XML of a part as a tree, within limits: depth, elements, size of a tag.
//!
//! Entities are the five predefined ones and numbers; a document type is refused,
//! and with it every expansion. Elements are told by namespace and local name, so
//! that prefixes may be any; attributes by local name.

use std::borrow::Cow;

use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesStart, Event},
    name::{Namespace, ResolveResult},
};

use crate::ingest::{
    OfficeFault,
    error::{Excess, Forgery},
};

/// Deepest nesting. A text box in a table in a table takes about 40.
const DEPTH: usize = 256;
/// Most elements and pieces of text of one part.
const NODES: usize = 1_000_000;
/// Longest tag with its attributes, bytes; drawings of old Word hold large ones.
const TAG: usize = 1024 * 1024;
/// Most attributes of one element.
const ATTRIBUTES: usize = 500;

/// Vocabularies that are told apart; `Other` is text of none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ns {
    /// `WordprocessingML`.
    Word,
    /// Markup compatibility: alternatives.
    Compat,
    Math,
    OdfText,
    OdfTable,
    OdfOffice,
    OdfDraw,
    OdfStyle,
    Other,
}

/// A place in a [`Tree`].
pub(super) type Id = u32;

const NONE: Id = u32::MAX;

struct Node<'a> {
    /// Name with attributes; of text, the text.
    content: Content<'a>,
    child: Id,
    next: Id,
}

enum Content<'a> {
    Element { ns: Ns, local: &'a str, tag: &'a str },
    Text(Cow<'a, str>),
}

/// A part read whole.
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

/// Text of a part, which is UTF-8 or, with its mark, UTF-16.
///
/// # Errors
/// [`OfficeFault::Damaged`] for other bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, OfficeFault> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) => encoding.decode_without_bom_handling_and_without_replacement(&bytes[length..]),
        None => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
    };
    text.ok_or(OfficeFault::Damaged)
}

impl<'a> Tree<'a> {
    /// # Errors
    /// [`OfficeFault`] for text that is not well-formed or over a limit.
    pub(super) fn read(text: &'a str) -> Result<Self, OfficeFault> {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = false;
        let mut tree = Self { nodes: Vec::new() };
        // Open elements, and the last child of each.
        let mut open: Vec<(Id, Id)> = Vec::new();
        loop {
            let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let (resolved, event) = reader.read_resolved_event().map_err(|_| OfficeFault::Damaged)?;
            match event {
                Event::Start(ref start) | Event::Empty(ref start) => {
                    let ns = match resolved {
                        ResolveResult::Bound(Namespace(uri)) => vocabulary(uri),
                        ResolveResult::Unknown(prefix) => prefixed(&prefix),
                        ResolveResult::Unbound => Ns::Other,
                    };
                    let tag = element(text, before, start)?;
                    let local = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or(tag);
                    let local = local.rsplit_once(':').map_or(local, |(_, local)| local);
                    let id = tree.add(&mut open, Content::Element { ns, local, tag })?;
                    if matches!(event, Event::Start(_)) {
                        if open.len() >= DEPTH {
                            return Err(OfficeFault::Bomb { what: Excess::Depth });
                        }
                        open.push((id, NONE));
                    }
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(piece) => tree.text(&mut open, piece.into_inner())?,
                Event::CData(piece) => tree.text(&mut open, piece.into_inner())?,
                Event::GeneralRef(reference) => {
                    let ch = match reference.resolve_char_ref() {
                        Ok(Some(ch)) => ch,
                        Ok(None) => predefined(&reference).ok_or(OfficeFault::Forged { what: Forgery::Entities })?,
                        Err(_) => return Err(OfficeFault::Damaged),
                    };
                    tree.text(&mut open, Cow::Owned(ch.to_string()))?;
                }
                Event::DocType(_) => return Err(OfficeFault::Forged { what: Forgery::Entities }),
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        // A part that ends early may have lost the half of a step.
        if !open.is_empty() || tree.nodes.is_empty() { Err(OfficeFault::Damaged) } else { Ok(tree) }
    }

    fn add(&mut self, open: &mut [(Id, Id)], content: Content<'a>) -> Result<Id, OfficeFault> {
        if self.nodes.len() >= NODES {
            return Err(OfficeFault::Bomb { what: Excess::Elements });
        }
        let id = Id::try_from(self.nodes.len()).unwrap_or(NONE);
        if let Some((parent, last)) = open.last_mut() {
            let before = if *last == NONE { *parent } else { *last };
            let link = &mut self.nodes[before as usize];
            if *last == NONE {
                link.child = id;
            } else {
                link.next = id;
            }
            *last = id;
        } else if id > 0 {
            // A second root.
            return Err(OfficeFault::Damaged);
        }
        self.nodes.push(Node { content, child: NONE, next: NONE });
        Ok(id)
    }

    fn text(&mut self, open: &mut [(Id, Id)], piece: Cow<'a, str>) -> Result<(), OfficeFault> {
        let Some((_, last)) = open.last() else { return Ok(()) };
        if let Some(Node { content: Content::Text(text), .. }) = self.nodes.get_mut(*last as usize) {
            text.to_mut().push_str(&piece);
            return Ok(());
        }
        if piece.is_empty() { Ok(()) } else { self.add(open, Content::Text(piece)).map(|_| ()) }
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Element<'_, 'a> {
        Element { tree: self, id: 0 }
    }
}

/// The tag that begins at or after `before`, without its brackets.
fn element<'a>(text: &'a str, before: usize, start: &BytesStart<'_>) -> Result<&'a str, OfficeFault> {
    let length = start.len();
    if length > TAG {
        return Err(OfficeFault::Bomb { what: Excess::Attributes });
    }
    if length > 4 * ATTRIBUTES && start.attributes().with_checks(false).nth(ATTRIBUTES).is_some() {
        return Err(OfficeFault::Bomb { what: Excess::Attributes });
    }
    let from = before + text.get(before..).and_then(|rest| rest.find('<')).ok_or(OfficeFault::Damaged)? + 1;
    text.get(from..from + length).ok_or(OfficeFault::Damaged)
}

/// An element of a [`Tree`].
#[derive(Clone, Copy)]
pub(super) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    id: Id,
}

/// What stands in an element.
pub(super) enum Item<'t, 'a> {
    Element(Element<'t, 'a>),
    Text(&'t str),
}

impl<'t, 'a> Element<'t, 'a> {
    pub(super) fn ns(self) -> Ns {
        match &self.node().content {
            Content::Element { ns, .. } => *ns,
            Content::Text(_) => Ns::Other,
        }
    }

    pub(super) fn name(self) -> &'a str {
        match &self.node().content {
            Content::Element { local, .. } => local,
            Content::Text(_) => "",
        }
    }

    /// Vocabulary and name at once, to be matched.
    pub(super) fn kind(self) -> (Ns, &'a str) {
        (self.ns(), self.name())
    }

    fn node(self) -> &'t Node<'a> {
        &self.tree.nodes[self.id as usize]
    }

    /// The value of the first attribute of that local name.
    pub(super) fn attr(self, local: &str) -> Option<Cow<'a, str>> {
        let Content::Element { tag, .. } = self.node().content else { return None };
        let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or(tag).len();
        let start = BytesStart::from_content(tag, name);
        let mut attributes = start.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| attribute.key.local_name().as_ref() == local)?;
        Some(Cow::Owned(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned()))
    }

    pub(super) fn number<T: std::str::FromStr>(self, local: &str) -> Option<T> {
        self.attr(local)?.trim().parse().ok()
    }

    /// Elements and text in it, in order.
    pub(super) fn items(self) -> impl Iterator<Item = Item<'t, 'a>> {
        let tree = self.tree;
        let first = self.node().child;
        std::iter::successors((first != NONE).then_some(first), move |id| {
            let next = tree.nodes[*id as usize].next;
            (next != NONE).then_some(next)
        })
        .map(move |id| match &tree.nodes[id as usize].content {
            Content::Element { .. } => Item::Element(Element { tree, id }),
            Content::Text(text) => Item::Text(text),
        })
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        self.items().filter_map(|item| match item {
            Item::Element(element) => Some(element),
            Item::Text(_) => None,
        })
    }

    /// The first child of that local name.
    pub(super) fn child(self, local: &str) -> Option<Self> {
        self.children().find(|child| child.name() == local)
    }

    /// `val` of the first child of that local name.
    pub(super) fn val(self, local: &str) -> Option<Cow<'a, str>> {
        self.child(local)?.attr("val")
    }

    /// Text anywhere in it. The tree's depth is bounded, and with it this recursion.
    pub(super) fn all_text(self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(self, into: &mut String) {
        for item in self.items() {
            match item {
                Item::Element(element) => element.gather(into),
                Item::Text(text) => into.push_str(text),
            }
        }
    }

    /// Whether an element for which `is` holds stands anywhere in it.
    pub(super) fn holds(self, is: &impl Fn(Self) -> bool) -> bool {
        self.children().any(|child| is(child) || child.holds(is))
    }
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// Namespaces, those of ISO 29500 Strict too.
fn vocabulary(uri: &str) -> Ns {
    match uri {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Ns::Word,
        "http://schemas.openxmlformats.org/markup-compatibility/2006" => Ns::Compat,
        "http://schemas.openxmlformats.org/officeDocument/2006/math"
        | "http://purl.oclc.org/ooxml/officeDocument/math" => Ns::Math,
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0" => Ns::OdfText,
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0" => Ns::OdfTable,
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0" => Ns::OdfOffice,
        "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" => Ns::OdfDraw,
        "urn:oasis:names:tc:opendocument:xmlns:style:1.0" => Ns::OdfStyle,
        _ => Ns::Other,
    }
}

/// Where a prefix was never bound, its usual meaning.
fn prefixed(prefix: &str) -> Ns {
    match prefix {
        "w" => Ns::Word,
        "mc" => Ns::Compat,
        "m" => Ns::Math,
        "text" => Ns::OdfText,
        "table" => Ns::OdfTable,
        "office" => Ns::OdfOffice,
        "draw" => Ns::OdfDraw,
        "style" => Ns::OdfStyle,
        _ => Ns::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> OfficeFault {
        Tree::read(text).err().unwrap()
    }

    #[test]
    fn elements_attributes_and_text() {
        let text = "<?xml version='1.0'?><!-- c --><x:a xmlns:x='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
            x:n='1 &lt; 2'>Gr&#252;n &amp; <x:b/>rot<![CDATA[<i>]]></x:a>";
        let tree = Tree::read(text).unwrap();
        let root = tree.root();
        assert_eq!((root.kind(), root.attr("n").as_deref()), ((Ns::OdfText, "a"), Some("1 < 2")));
        assert_eq!(root.all_text(), "Grün & rot<i>");
        assert_eq!(root.child("b").map(Element::kind), Some((Ns::OdfText, "b")));
        assert!(root.attr("m").is_none() && root.child("c").is_none());
    }

    #[test]
    fn what_no_word_processor_writes_is_refused() {
        let entities = OfficeFault::Forged { what: Forgery::Entities };
        assert_eq!(fault("<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>"), entities);
        assert_eq!(fault("<a>&b;</a>"), entities);
        assert_eq!(fault(&"<a>".repeat(1_000)), OfficeFault::Bomb { what: Excess::Depth });
        let wide = format!("<a {}/>", "b='' ".repeat(5_000));
        assert_eq!(fault(&wide), OfficeFault::Bomb { what: Excess::Attributes });
        assert_eq!(fault(&format!("<a b='{}'/>", "x".repeat(TAG))), OfficeFault::Bomb { what: Excess::Attributes });
        for broken in ["<a>", "<a></b>", "<a/><b/>", "", "x", "<a b=>&#0;</a>"] {
            assert_eq!(fault(broken), OfficeFault::Damaged, "{broken}");
        }
    }

    #[test]
    fn text_is_utf_8_or_marked() {
        assert_eq!(decode("ü".as_bytes()).unwrap(), "ü");
        assert_eq!(decode(b"\xff\xfea\0\xfc\0").unwrap(), "aü");
        assert!(decode(b"\xfc").is_err());
    }
}
