//! The second stage of the ranking: a closer look at the best chunks of the first.
//! How much of the question stands in the title, in one sentence, word beside word;
//! how much of the title the question says; what else of the document was found.
//! Each is a figure from 0 to 1; `models/ranking.toml` says what it counts.

use std::collections::{HashMap, HashSet};

use super::{
    analyzer::pieces,
    asks::Asks,
    overlap::Overlap,
    plan::Plan,
    sketch::{TITLE, UNITS},
    words::words,
};
use crate::domain::lang::Lang;

/// Names of the signals, in their order.
pub const SIGNALS: [&str; 15] = [
    "lexical",
    "title",
    "title_said",
    "heading",
    "sentence",
    "sentences",
    "pairs",
    "asked",
    "number",
    "document",
    "resolution",
    "about",
    "heaviest",
    "missed",
    "question",
];
/// Number of signals.
const COUNT: usize = SIGNALS.len();

/// The signals of one chunk for one question, each 0 to 1, in the order of [`SIGNALS`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals(pub [f32; COUNT]);

impl Signals {
    /// A signal by its name; 0 for one that does not exist.
    #[must_use]
    pub fn get(&self, name: &str) -> f32 {
        SIGNALS.iter().position(|one| *one == name).map_or(0.0, |at| self.0[at])
    }

    pub(super) fn set(&mut self, name: &str, value: f32) {
        if let Some(at) = SIGNALS.iter().position(|one| *one == name) {
            self.0[at] = value;
        }
    }
}

/// A question, ready to be compared with sketches.
pub(super) struct Looker<'a> {
    pub(super) overlap: Overlap<'a>,
    /// Weights of the pieces of the question's words.
    pieces: HashMap<&'a str, f32>,
    pieces_weight: f32,
    asks: Option<Asks>,
}

impl<'a> Looker<'a> {
    pub(super) fn new(text: &str, plan: &'a Plan) -> Self {
        let pieces = plan.pieces.iter().flatten().map(|piece| (piece.text.as_str(), piece.weight)).collect();
        Self { overlap: Overlap::new(plan), pieces, pieces_weight: plan.pieces_weight, asks: Asks::of(text) }
    }

    /// What a chunk says to the question. Signals that a single chunk cannot tell stay 0.
    pub(super) fn look(&mut self, sketch: &[u8], title: &str, lang: Lang) -> Signals {
        let overlap = &mut self.overlap;
        overlap.read(sketch, lang);
        let (mut title_held, mut heading, mut sentence, mut sentences, mut best) = (0.0, 0.0, 0.0_f32, 0.0_f32, None);
        let mut ranges = overlap.ranges().peekable();
        while let Some((range, places)) = ranges.next() {
            let held = overlap.held(places.clone());
            match range {
                TITLE => title_held = held,
                range if range < UNITS => heading = held,
                _ => {
                    if held > sentence {
                        (sentence, best) = (held, Some(range));
                    }
                    if let Some((_, next)) = ranges.peek().filter(|(next, _)| *next == range + 1) {
                        sentences = sentences.max(overlap.held(places.start..next.end));
                    }
                }
            }
        }
        let asked = self.asks.is_some() && self.asks == Asks::of(title);
        let number = self.asks.is_some_and(Asks::number) && best.is_some_and(|range| overlap.digit(range));
        let (heaviest, missed) = overlap.heaviest();
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        Signals([
            0.0,
            title_held,
            overlap.said(),
            heading,
            sentence,
            sentences.max(sentence),
            overlap.pairs(),
            flag(asked),
            flag(number),
            0.0,
            0.0,
            0.0,
            heaviest,
            missed,
            self.question(title),
        ])
    }

    /// How alike the question and a title that is a question itself are, piece by piece:
    /// twice the weight of what both have over the weight of both; 0 for other titles.
    fn question(&self, title: &str) -> f32 {
        if !title.trim_end().ends_with('?') || self.pieces.is_empty() {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "pieces of one question")]
        let mean = self.pieces_weight / self.pieces.len() as f32;
        let (mut both, mut all) = (0.0, self.pieces_weight);
        let mut seen = HashSet::new();
        for piece in words(title).flat_map(|word| pieces(&word.form.folded)) {
            if seen.insert(piece.clone()) {
                let weight = self.pieces.get(piece.as_str());
                both += weight.copied().unwrap_or(0.0);
                all += weight.copied().unwrap_or(mean);
            }
        }
        (2.0 * both / all).min(1.0)
    }
}
