//! The second stage of the ranking: a closer look at the best chunks of the first.
//! How much of the question stands in the title, in one sentence, word beside word;
//! how much of the title the question says; what else of the document was found.
//! Each is a figure from 0 to 1; `models/ranking.toml` says what it counts.

use std::collections::{HashMap, HashSet};

use super::{
    analyzer::pieces,
    asks::Asks,
    plan::{Plan, PlanTerm},
    sketch::{DIGIT, Sketch, hash},
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
/// Words between two that count as neighbours.
const NEAR: usize = 3;
/// From this quality on a word of a title counts as said.
const SAID: f32 = 0.5;

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

/// What a word says for a term.
#[derive(Clone, Copy)]
struct Meets {
    term: usize,
    alternative: usize,
    part: usize,
    weight: f32,
}

/// A question, ready to be compared with sketches.
pub(super) struct Looker<'a> {
    terms: &'a [PlanTerm],
    /// Weights of the pieces of the question's words.
    pieces: HashMap<&'a str, f32>,
    pieces_weight: f32,
    possible: f32,
    german: HashMap<u32, Vec<Meets>>,
    english: HashMap<u32, Vec<Meets>>,
    asks: Option<Asks>,
}

impl<'a> Looker<'a> {
    pub(super) fn new(text: &str, plan: &'a Plan) -> Self {
        let terms = plan.terms.as_slice();
        let (mut german, mut english) = (HashMap::new(), HashMap::new());
        for (at, term) in terms.iter().enumerate() {
            for (alternative, wording) in term.alternatives.iter().enumerate() {
                for (part, word) in wording.parts.iter().enumerate() {
                    for choice in &word.choices {
                        let meets = Meets { term: at, alternative, part, weight: choice.weight };
                        for (token, into) in [(&choice.german, &mut german), (&choice.english, &mut english)] {
                            if let Some(token) = token {
                                into.entry(hash(token)).or_insert_with(Vec::new).push(meets);
                            }
                        }
                    }
                }
            }
        }
        let possible = terms.iter().map(|term| term.weight).sum::<f32>().max(f32::MIN_POSITIVE);
        let pieces = plan.pieces.iter().flatten().map(|piece| (piece.text.as_str(), piece.weight)).collect();
        Self { terms, pieces, pieces_weight: plan.pieces_weight, possible, german, english, asks: Asks::of(text) }
    }

    /// What a chunk says to the question. Signals that a single chunk cannot tell stay 0.
    pub(super) fn look(&self, sketch: &Sketch, title: &str, lang: Lang) -> Signals {
        let index = lang.pick(&self.german, &self.english);
        let title_held = self.held(index, [sketch.title.as_slice()]);
        let heading = self.held(index, [sketch.heading.as_slice()]);
        let (mut sentence, mut sentences, mut best) = (0.0_f32, 0.0_f32, None);
        for (at, unit) in sketch.units.iter().enumerate() {
            let held = self.held(index, [unit.as_slice()]);
            if held > sentence {
                (sentence, best) = (held, Some(at));
            }
            if let Some(next) = sketch.units.get(at + 1) {
                sentences = sentences.max(self.held(index, [unit.as_slice(), next.as_slice()]));
            }
        }
        let asked = self.asks.is_some() && self.asks == Asks::of(title);
        let number = self.asks.is_some_and(Asks::number)
            && best.is_some_and(|at| sketch.units[at].iter().any(|word| word.contains(&DIGIT)));
        let all = [sketch.title.as_slice(), sketch.heading.as_slice()]
            .into_iter()
            .chain(sketch.units.iter().map(Vec::as_slice));
        let (heaviest, missed) = self.heaviest(&self.qualities(index, all));
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        Signals([
            0.0,
            title_held,
            self.said(index, &sketch.title),
            heading,
            sentence,
            sentences.max(sentence),
            self.pairs(index, sketch),
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

    /// Share of the question's weight that stands in some ranges of words.
    fn held<'w>(&self, index: &HashMap<u32, Vec<Meets>>, ranges: impl IntoIterator<Item = &'w [Vec<u32>]>) -> f32 {
        let qualities = self.qualities(index, ranges);
        let held: f32 = self.terms.iter().zip(qualities).map(|(term, quality)| term.weight * quality).sum();
        (held / self.possible).min(1.0)
    }

    /// How well each term is held by some ranges of words, 0 to 1; empty where none is.
    fn qualities<'w>(
        &self,
        index: &HashMap<u32, Vec<Meets>>,
        ranges: impl IntoIterator<Item = &'w [Vec<u32>]>,
    ) -> Vec<f32> {
        let mut found: Vec<Vec<Vec<f32>>> = Vec::new();
        for meets in ranges.into_iter().flatten().flatten().filter_map(|hash| index.get(hash)).flatten() {
            if found.is_empty() {
                found = self.blank();
            }
            let cell = &mut found[meets.term][meets.alternative][meets.part];
            *cell = cell.max(meets.weight);
        }
        let of = |(term, found): (&PlanTerm, &Vec<Vec<f32>>)| {
            let quality = term.alternatives.iter().zip(found).map(|(wording, parts)| {
                wording.quality * wording.parts.iter().zip(parts).map(|(part, held)| part.share * held).sum::<f32>()
            });
            quality.fold(0.0, f32::max)
        };
        self.terms.iter().zip(&found).map(of).collect()
    }

    /// How well the weightiest term is held, and the share of the weight that the
    /// weightiest term takes of which nothing is held.
    fn heaviest(&self, qualities: &[f32]) -> (f32, f32) {
        let quality = |at: usize| qualities.get(at).copied().unwrap_or(0.0);
        let weights = || self.terms.iter().map(|term| term.weight).enumerate();
        let heaviest = weights().max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0.0, |(at, _)| quality(at));
        let missed = weights().filter(|(at, _)| quality(*at) <= 0.0).map(|(_, weight)| weight).fold(0.0, f32::max);
        (heaviest, missed / self.possible)
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

    fn blank(&self) -> Vec<Vec<Vec<f32>>> {
        let parts = |term: &PlanTerm| term.alternatives.iter().map(|wording| vec![0.0; wording.parts.len()]).collect();
        self.terms.iter().map(parts).collect()
    }

    /// Share of a title's words that the question says.
    fn said(&self, index: &HashMap<u32, Vec<Meets>>, title: &[Vec<u32>]) -> f32 {
        let (mut words, mut said) = (0_u16, 0_u16);
        for word in title.iter().filter(|word| !word.is_empty()) {
            words += 1;
            let says = |meets: &Meets| {
                let wording = &self.terms[meets.term].alternatives[meets.alternative];
                wording.quality * meets.weight >= SAID
            };
            said += u16::from(word.iter().filter_map(|hash| index.get(hash)).flatten().any(says));
        }
        if words == 0 { 0.0 } else { f32::from(said) / f32::from(words) }
    }

    /// Share of the question's pairs of neighbouring terms, by weight, that stand near each other in the same order.
    fn pairs(&self, index: &HashMap<u32, Vec<Meets>>, sketch: &Sketch) -> f32 {
        if self.terms.len() < 2 {
            return 0.0;
        }
        let mut met = vec![false; self.terms.len() - 1];
        for unit in [&sketch.title].into_iter().chain(&sketch.units) {
            // Where each term was last seen.
            let mut seen: Vec<Option<usize>> = vec![None; self.terms.len()];
            for (at, word) in unit.iter().enumerate() {
                for meets in word.iter().filter_map(|hash| index.get(hash)).flatten() {
                    seen[meets.term] = Some(at);
                    if let Some(before) = meets.term.checked_sub(1)
                        && seen[before].is_some_and(|place| place < at && at - place <= NEAR)
                    {
                        met[before] = true;
                    }
                }
            }
        }
        let weight = |at: usize| self.terms[at].weight.min(self.terms[at + 1].weight);
        let all: f32 = (0..met.len()).map(weight).sum();
        let held: f32 = (0..met.len()).filter(|at| met[*at]).map(weight).sum();
        if all > 0.0 { held / all } else { 0.0 }
    }
}
