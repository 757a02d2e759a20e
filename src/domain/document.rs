//! What the product knows: documents, cut into chunks, quoted in units.
//!
//! A document is a title, front matter and blocks under headings. A chunk is a
//! run of blocks under one heading path that fits a search hit; a step is never
//! cut in two. A unit is the smallest thing that is quoted and marked: a whole
//! step, a whole list item or table row, or one sentence of a paragraph.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{lang::Lang, text};

/// Where a document comes from, which decides how it may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Guide,
    Resolution,
    Flow,
}

/// Who may read a document. `Staff` never leaves through a public face.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    #[default]
    Teacher,
    Staff,
}

/// What a document or report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceType {
    Projector,
    Board,
    Ipad,
    Appletv,
    Printer,
    Network,
    Account,
    Sound,
    Camera,
    Software,
    Other,
}

impl DeviceType {
    pub const ALL: [Self; 11] = [
        Self::Projector,
        Self::Board,
        Self::Ipad,
        Self::Appletv,
        Self::Printer,
        Self::Network,
        Self::Account,
        Self::Sound,
        Self::Camera,
        Self::Software,
        Self::Other,
    ];

    /// The name on the wire, in files and in figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Projector => "projector",
            Self::Board => "board",
            Self::Ipad => "ipad",
            Self::Appletv => "appletv",
            Self::Printer => "printer",
            Self::Network => "network",
            Self::Account => "account",
            Self::Sound => "sound",
            Self::Camera => "camera",
            Self::Software => "software",
            Self::Other => "other",
        }
    }
}

/// Whether a problem is solved from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Onsite {
    Remote,
    Onsite,
    TryThenOnsite,
}

/// What a guide is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Something does not work.
    Fault,
    /// Somebody wants to use something.
    HowTo,
}

/// Front matter of a guide, or of `NAME.meta.yaml` beside another file.
/// Unknown keys are refused where it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Meta {
    pub id: Option<String>,
    pub title: Option<String>,
    pub lang: Lang,
    pub translation_of: Option<String>,
    pub devices: Vec<DeviceType>,
    pub models: Vec<String>,
    pub platforms: Vec<String>,
    /// At most three of `P01` … `P45`, or an authority's own.
    pub problems: Vec<String>,
    pub onsite: Option<Onsite>,
    /// Unknown where it is not said.
    pub purpose: Option<Purpose>,
    pub audience: Audience,
    /// Schools that may see it; empty = all.
    pub schools: Vec<String>,
    pub owner: Option<String>,
    pub reviewed: Option<Date>,
    pub review_by: Option<Date>,
}

impl Meta {
    /// Whether a reader may be shown the document: staff documents never to others,
    /// documents for certain schools only where one of them is named.
    #[must_use]
    pub fn visible(&self, audience: Audience, school: Option<&str>) -> bool {
        let for_reader = audience == Audience::Staff || self.audience == Audience::Teacher;
        for_reader
            && (self.schools.is_empty() || school.is_some_and(|school| self.schools.iter().any(|one| one == school)))
    }
}

/// A document as read, before it is cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Unique; by default the path without its ending, with `/`.
    pub id: String,
    pub title: String,
    pub kind: Kind,
    pub meta: Meta,
    /// Changes whenever the content does: the first 16 hex digits of SHA-256 over the bytes read.
    pub revision: String,
    pub sections: Vec<Section>,
}

/// The blocks under one heading (or on one page).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Headings from the outermost to the innermost, without the document's title.
    pub heading: Vec<String>,
    /// Page the section starts on, counted from 1, where the format has pages.
    pub page: Option<u32>,
    pub blocks: Vec<Block>,
}

/// One piece of running text. Consecutive steps form one numbered list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Block {
    Paragraph {
        text: String,
    },
    /// One numbered step: the action, what should be seen, what if not.
    Step {
        number: u32,
        text: String,
    },
    Item {
        text: String,
    },
    /// A table row, cells joined by ` | `.
    Row {
        text: String,
    },
}

impl Block {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Paragraph { text } | Self::Step { text, .. } | Self::Item { text } | Self::Row { text } => text,
        }
    }
}

/// A searchable piece of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Counted from 0 within the document.
    pub number: u32,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub blocks: Vec<Block>,
}

/// The smallest thing that is quoted, cited and marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit<'a> {
    /// Counted from 0 within the chunk; stable for one revision.
    pub index: u32,
    pub text: &'a str,
    /// The number of the step, where the unit is one.
    pub step: Option<u32>,
    /// Index of the block that it stands in.
    pub block: usize,
}

impl Chunk {
    /// All text of the chunk, a block a line, without headings.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.blocks.iter().map(Block::text).collect();
        lines.join("\n")
    }

    /// The innermost heading, or nothing.
    #[must_use]
    pub fn heading_line(&self) -> String {
        self.heading.join(" › ")
    }

    /// What can be quoted, in reading order.
    #[must_use]
    pub fn units(&self) -> Vec<Unit<'_>> {
        let mut units = Vec::new();
        for (block, content) in self.blocks.iter().enumerate() {
            let pieces = match content {
                Block::Paragraph { text } => text::sentences(text),
                Block::Step { text, .. } | Block::Item { text } | Block::Row { text } => vec![text.as_str()],
            };
            let step = match content {
                Block::Step { number, .. } => Some(*number),
                _ => None,
            };
            for text in pieces {
                let index = u32::try_from(units.len()).unwrap_or(u32::MAX);
                units.push(Unit { index, text, step, block });
            }
        }
        units
    }
}

/// What stands with every chunk in the index: enough to cite it and to decide
/// who may see it, without opening the document again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub document: String,
    pub revision: String,
    pub title: String,
    pub kind: Kind,
    pub meta: Meta,
    pub chunk: Chunk,
    /// The school for whose readers it was taken from the index; its page is opened for them too.
    #[serde(skip)]
    pub school: Option<String>,
}

impl Passage {
    /// What of it may be quoted: of a past case what helped, for its first block tells what was wrong.
    #[must_use]
    pub fn quotable(&self) -> Vec<Unit<'_>> {
        let told = usize::from(self.kind == Kind::Resolution && self.chunk.number == 0 && self.chunk.blocks.len() > 1);
        self.chunk.units().into_iter().filter(|unit| unit.block >= told).collect()
    }
}
