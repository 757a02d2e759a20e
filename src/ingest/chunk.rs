//! Cuts a document into chunks: what search finds and an answer quotes.
//!
//! A chunk never reaches over a heading or a page. A step, an item or a row is
//! never cut; a list of steps stays whole up to [`LIST`] characters and takes a
//! short introduction with it. Only a paragraph longer than [`TARGET`] is cut, at
//! the ends of sentences. Every block stands in exactly one chunk, in order.

use crate::domain::{
    document::{Block, Chunk, Document, Section},
    text::sentences,
};

/// Characters a chunk should not exceed.
const TARGET: usize = 1_200;
/// Characters up to which a list of steps stays whole.
const LIST: usize = 2_400;
/// Characters up to which text before a list is its introduction.
const INTRODUCTION: usize = 600;
/// A rest shorter than this joins the chunk before, characters.
const REST: usize = 200;

/// Cuts `document`; the chunks are numbered from 0 in reading order.
#[must_use]
pub fn chunk(document: &Document) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for section in &document.sections {
        for blocks in cut(section) {
            chunks.push(Chunk {
                number: u32::try_from(chunks.len()).unwrap_or(u32::MAX),
                heading: section.heading.clone(),
                page: section.page,
                blocks,
            });
        }
    }
    chunks
}

/// Blocks that stay together.
struct Group {
    blocks: Vec<Block>,
    size: usize,
    steps: bool,
}

impl Group {
    fn of(blocks: Vec<Block>) -> Self {
        let size = blocks.iter().map(size).sum();
        let steps = blocks.iter().any(|block| matches!(block, Block::Step { .. }));
        Self { blocks, size, steps }
    }
}

/// A block's length with the line feed behind it, characters.
fn size(block: &Block) -> usize {
    block.text().chars().count() + 1
}

fn cut(section: &Section) -> Vec<Vec<Block>> {
    let mut done: Vec<Group> = Vec::new();
    for group in groups(section) {
        match done.last_mut() {
            Some(open) if fits(open, &group) => {
                open.size += group.size;
                open.steps |= group.steps;
                open.blocks.extend(group.blocks);
            }
            _ => done.push(group),
        }
    }
    if let [.., before, last] = done.as_slice()
        && last.size < REST
        && before.size + last.size <= LIST
        && let Some(last) = done.pop()
        && let Some(before) = done.last_mut()
    {
        before.blocks.extend(last.blocks);
    }
    done.into_iter().map(|group| group.blocks).collect()
}

fn fits(open: &Group, next: &Group) -> bool {
    let together = open.size + next.size;
    let introduces = next.steps && !open.steps && open.size <= INTRODUCTION;
    together <= TARGET || (introduces && together <= LIST)
}

fn groups(section: &Section) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut steps: Vec<Block> = Vec::new();
    for block in &section.blocks {
        match block {
            Block::Step { .. } => steps.push(block.clone()),
            Block::Paragraph { text } => {
                groups.extend(lists(std::mem::take(&mut steps)));
                groups.extend(paragraphs(text).into_iter().map(|block| Group::of(vec![block])));
            }
            Block::Item { .. } | Block::Row { .. } => {
                groups.extend(lists(std::mem::take(&mut steps)));
                groups.push(Group::of(vec![block.clone()]));
            }
        }
    }
    groups.extend(lists(steps));
    groups
}

/// A list of steps, whole or in parts of about equal length.
fn lists(steps: Vec<Block>) -> Vec<Group> {
    let total: usize = steps.iter().map(size).sum();
    if total == 0 {
        return Vec::new();
    }
    let part = total.div_ceil(total.div_ceil(LIST));
    let mut parts: Vec<Vec<Block>> = vec![Vec::new()];
    let mut filled = 0;
    for step in steps {
        let length = size(&step);
        if filled > 0 && (filled >= part || filled + length > LIST) {
            parts.push(Vec::new());
            filled = 0;
        }
        filled += length;
        if let Some(open) = parts.last_mut() {
            open.push(step);
        }
    }
    parts.into_iter().map(Group::of).collect()
}

/// A paragraph, cut at the ends of sentences where it is longer than [`TARGET`].
fn paragraphs(text: &str) -> Vec<Block> {
    let count = |text: &str| text.chars().count();
    if count(text) < TARGET {
        return vec![Block::Paragraph { text: text.to_owned() }];
    }
    let mut pieces: Vec<String> = Vec::new();
    let mut filled = 0;
    for sentence in sentences(text).into_iter().flat_map(|sentence| split_long(sentence)) {
        let length = count(sentence) + 1;
        match pieces.last_mut() {
            Some(open) if filled + length < TARGET => {
                open.push(' ');
                open.push_str(sentence);
                filled += length;
            }
            _ => {
                pieces.push(sentence.to_owned());
                filled = length;
            }
        }
    }
    pieces.into_iter().map(|text| Block::Paragraph { text }).collect()
}

/// What has no end of a sentence within [`LIST`] characters is no prose (a list
/// of words, a page without punctuation): it is cut at blanks, or anywhere.
fn split_long(sentence: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some((bound, _)) = rest.char_indices().nth(LIST) {
        let at = rest[..bound].rfind(' ').filter(|at| *at > 0).unwrap_or(bound);
        pieces.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    pieces.push(rest);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{Kind, Meta};

    fn document(sections: Vec<Section>) -> Document {
        let (id, title, revision) = (String::from("a"), String::from("A"), String::from("0"));
        Document { id, title, kind: Kind::Guide, meta: Meta::default(), revision, sections }
    }

    fn section(blocks: Vec<Block>) -> Section {
        Section { heading: vec!["H".into()], page: Some(2), blocks }
    }

    fn step(number: u32, length: usize) -> Block {
        Block::Step { number, text: "s".repeat(length) }
    }

    fn paragraph(length: usize) -> Block {
        Block::Paragraph { text: "p".repeat(length) }
    }

    fn sizes(blocks: Vec<Block>) -> Vec<usize> {
        chunk(&document(vec![section(blocks)])).iter().map(|chunk| chunk.blocks.len()).collect()
    }

    #[test]
    fn a_list_stays_whole_with_its_introduction() {
        let steps = |count: u32| (1..=count).map(|number| step(number, 280)).collect::<Vec<_>>();
        assert_eq!(sizes([vec![paragraph(400)], steps(7)].concat()), [8]);
        assert_eq!(sizes([vec![paragraph(900)], steps(7)].concat()), [1, 7]);
        // 12 steps of 281 are more than fit: two parts of six.
        assert_eq!(sizes(steps(12)), [6, 6]);
        assert_eq!(sizes(vec![step(1, 5_000), step(2, 300)]), [1, 1]);
        assert_eq!(sizes(vec![paragraph(1_100), paragraph(150)]), [2]);
    }

    #[test]
    fn sections_are_never_mixed_and_numbers_go_on() {
        let chunks = chunk(&document(vec![section(vec![paragraph(3)]), section(vec![paragraph(3)])]));
        assert_eq!(chunks.iter().map(|chunk| chunk.number).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((chunks[1].page, chunks[1].heading_line().as_str()), (Some(2), "H"));
    }

    #[test]
    fn long_paragraphs_are_cut_at_sentences() {
        let text = "Das ist ein Satz mit einigen Wörtern darin. ".repeat(100);
        let chunks = chunk(&document(vec![section(vec![Block::Paragraph { text: text.trim().into() }])]));
        assert!(chunks.len() >= 4);
        for chunk in &chunks {
            assert!(chunk.text().chars().count() <= LIST && chunk.text().ends_with("darin."), "{}", chunk.text());
        }
        let wall = "x".repeat(10_000);
        let chunks = chunk(&document(vec![section(vec![Block::Paragraph { text: wall.clone() }])]));
        assert_eq!(chunks.iter().map(Chunk::text).collect::<String>(), wall);
    }

    fn blocks() -> impl Strategy<Value = Vec<Block>> {
        let text = "[a-zäöü]{1,9}( [a-zäöü]{1,9}[.]?){0,300}";
        let block = (0..4_u8, 1..40_u32, text).prop_map(|(kind, number, text)| match kind {
            0 => Block::Paragraph { text },
            1 => Block::Item { text },
            2 => Block::Row { text },
            _ => Block::Step { number, text },
        });
        prop::collection::vec(block, 0..30)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_is_lost_doubled_or_cut(first in blocks(), second in blocks()) {
            let document = document(vec![section(first.clone()), section(second.clone())]);
            let chunks = chunk(&document);
            let out: Vec<&Block> = chunks.iter().flat_map(|chunk| &chunk.blocks).collect();
            let whole = |block: &&&Block| !matches!(block, Block::Paragraph { .. });
            let given: Vec<&Block> = first.iter().chain(&second).collect();
            // Steps, items and rows: the same, in the same order, uncut.
            prop_assert_eq!(out.iter().filter(whole).collect::<Vec<_>>(), given.iter().filter(whole).collect::<Vec<_>>());
            // All words: the same, in the same order.
            let words = |blocks: &[&Block]| -> Vec<String> {
                blocks.iter().flat_map(|block| block.text().split_whitespace()).map(str::to_owned).collect()
            };
            prop_assert_eq!(words(&out), words(&given));
            for (at, chunk) in chunks.iter().enumerate() {
                prop_assert_eq!(chunk.number as usize, at);
                prop_assert!(!chunk.blocks.is_empty());
                prop_assert!(chunk.blocks.len() == 1 || chunk.text().chars().count() <= LIST);
            }
        }
    }
}
