//! What the ranking needs of a stored passage. Its text is passed over unread: dozens
//! of passages are looked at for a question, and a few are returned.

use std::cmp::Reverse;

use serde::Deserialize;

use crate::domain::document::{Kind, Meta};

/// A passage without its text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub(super) document: String,
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) meta: Meta,
    number: u32,
    /// Whether it holds a step.
    steps: bool,
}

/// The same as it is written.
#[derive(Deserialize)]
struct Written {
    document: String,
    title: String,
    kind: Kind,
    meta: Meta,
    chunk: WrittenChunk,
}

#[derive(Deserialize)]
struct WrittenChunk {
    number: u32,
    blocks: Vec<WrittenBlock>,
}

#[derive(Deserialize)]
struct WrittenBlock {
    #[serde(rename = "type")]
    kind: WrittenKind,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum WrittenKind {
    Step,
    #[serde(other)]
    Other,
}

impl Head {
    /// Reads the JSON of a passage.
    pub(super) fn read(passage: &[u8]) -> serde_json::Result<Self> {
        let Written { document, title, kind, meta, chunk } = serde_json::from_slice(passage)?;
        let steps = chunk.blocks.iter().any(|block| block.kind == WrittenKind::Step);
        Ok(Self { document, title, kind, meta, number: chunk.number, steps })
    }

    /// Order among equal scores: steps before other text, guides before past
    /// tickets, the newest review first, then by place.
    pub(super) fn before(&self) -> impl Ord + '_ {
        let kind = match self.kind {
            Kind::Flow => 0,
            Kind::Guide => 1,
            Kind::Resolution => 2,
        };
        (!self.steps, kind, Reverse(self.meta.reviewed), self.document.as_str(), self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Block, Chunk, Passage};

    #[test]
    fn a_passage_is_read_without_its_text() {
        let text = || "Der „Beamer\" in Raum 204\nläuft.".to_owned();
        let mut passage = Passage {
            document: "a\"b".into(),
            revision: "1".into(),
            title: "Was nun?".into(),
            kind: Kind::Resolution,
            meta: Meta { problems: vec!["P01".into()], schools: vec!["s".into()], ..Meta::default() },
            chunk: Chunk { number: 7, heading: vec![], page: None, blocks: vec![Block::Paragraph { text: text() }] },
            school: None,
        };
        let read = |passage: &Passage| Head::read(&serde_json::to_vec(passage).unwrap()).unwrap();
        let head = read(&passage);
        let Passage { document, title, kind, meta, .. } = passage.clone();
        assert_eq!(head, Head { document, title, kind, meta, number: 7, steps: false });
        passage.chunk.blocks.push(Block::Step { number: 1, text: text() });
        let steps = read(&passage);
        assert!(steps.steps && steps.before() < head.before());
        assert!(Head::read(b"{}").is_err());
    }
}
