//! The passages as what a grounded answer may be made of, and the way back: which unit of
//! which passage a span is.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use super::{
    leaning::{Leaning, announces},
    ties::ties,
};
use crate::{
    domain::{
        document::{Block, Passage},
        lang::Lang,
    },
    llm::grounding::{Allowed, Span, Tie},
};

/// Spans of passages.
pub struct Spans {
    pub allowed: Arc<Allowed>,
    /// Of each span: index of its passage, its unit.
    places: Vec<(usize, u32)>,
}

impl Spans {
    /// All units of all passages that may be quoted, in their order.
    #[must_use]
    pub fn of(passages: &[Passage], lang: Lang) -> Self {
        let (mut spans, mut places) = (Vec::new(), Vec::new());
        for (source, passage) in passages.iter().enumerate() {
            let units = passage.quotable();
            for (unit, tie) in units.iter().zip(ties(passage, &units)) {
                let line = !matches!(passage.chunk.blocks[unit.block], Block::Paragraph { .. });
                spans.push(Span { text: unit.text.trim().nfc().collect::<String>().into(), source, line, tie });
                places.push((source, unit.index));
            }
        }
        Self { allowed: Arc::new(Allowed { lang, spans }), places }
    }

    /// Index of the passage and unit that a span is.
    #[must_use]
    pub fn place(&self, span: usize) -> Option<(usize, u32)> {
        self.places.get(span).copied()
    }

    /// The warnings that belong to a unit and are no part of it: those that follow it at once, and
    /// the one that announced it.
    #[must_use]
    pub(super) fn warnings(&self, passage: usize, unit: u32) -> Vec<u32> {
        let Some(at) = self.places.iter().position(|place| *place == (passage, unit)) else { return Vec::new() };
        let here = |span: &&Span| span.source == passage && span.tie == Tie::With;
        let spans = &self.allowed.spans;
        let after =
            spans[at + 1..].iter().take_while(here).take_while(|span| Leaning::of(&span.text).restricts).count();
        let announced = at.checked_sub(1).filter(|before| here(&&spans[at]) && announces(&spans[*before].text));
        announced.into_iter().chain(at + 1..=at + after).map(|place| self.places[place].1).collect()
    }

    /// A unit with all those of its passage that it cannot be quoted without, in order.
    #[must_use]
    pub fn whole(&self, passage: usize, unit: u32) -> Vec<u32> {
        let Some(at) = self.places.iter().position(|place| *place == (passage, unit)) else { return Vec::new() };
        let spans = &self.allowed.spans;
        let with = |at: usize| spans[at].source == passage && spans[at].tie == Tie::With;
        let first = (0..=at).rev().find(|at| !with(*at)).unwrap_or(at);
        let end = (at + 1..spans.len()).find(|at| !with(*at)).unwrap_or(spans.len());
        self.places[first..end].iter().map(|(_, unit)| *unit).collect()
    }
}
