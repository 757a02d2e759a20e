//! Where a chunk holds what of a question. The sketch of a chunk is read once, and what
//! says nothing to the question is passed over; all figures are then taken from the few
//! places that are left. Memory is kept from one chunk to the next: a search looks at
//! dozens, and asks a dozen times of each.

use std::{collections::HashMap, ops::Range};

use super::{
    plan::{Plan, PlanTerm},
    sketch::{DIGIT, TITLE, UNITS, hash, places},
};
use crate::domain::lang::Lang;

/// From this quality on a word of a title counts as said.
const SAID: f32 = 0.5;
/// Words between two that count as neighbours.
const NEAR: u32 = 3;
/// Bits of the filter: a few hundred words of a chunk, a few dozen of a question.
const FILTER: usize = 4096;

/// What a word says for a term.
#[derive(Clone, Copy)]
struct Meets {
    term: usize,
    /// The part of a wording, counted over all terms.
    cell: usize,
    weight: f32,
    /// Whether a title that holds it says the term.
    says: bool,
}

/// The words of a question in one language, by hash.
struct Words {
    /// Which hashes may be among them: nearly all others are told at once.
    filter: [u64; FILTER / 64],
    groups: HashMap<u32, u32>,
    meets: Vec<Vec<Meets>>,
}

impl Words {
    fn new() -> Self {
        Self { filter: [0; FILTER / 64], groups: HashMap::new(), meets: Vec::new() }
    }

    fn bit(hash: u32) -> (usize, u64) {
        let at = (hash ^ hash >> 16) as usize % FILTER;
        (at / 64, 1 << (at % 64))
    }

    fn push(&mut self, token: &str, meets: Meets) {
        let hash = hash(token);
        let (at, bit) = Self::bit(hash);
        self.filter[at] |= bit;
        let next = u32::try_from(self.meets.len()).unwrap_or(u32::MAX);
        let group = *self.groups.entry(hash).or_insert(next);
        if group == next {
            self.meets.push(Vec::new());
        }
        self.meets[group as usize].push(meets);
    }

    fn group(&self, hash: u32) -> Option<u32> {
        let (at, bit) = Self::bit(hash);
        if self.filter[at] & bit == 0 { None } else { self.groups.get(&hash).copied() }
    }
}

/// A word of the chunk that says something to the question.
#[derive(Clone, Copy)]
struct Met {
    range: u32,
    word: u32,
    group: u32,
}

/// A question beside the chunk that was read last.
pub(super) struct Overlap<'a> {
    terms: &'a [PlanTerm],
    possible: f32,
    german: Words,
    english: Words,
    lang: Lang,
    found: Vec<Met>,
    /// Ranges with a digit.
    digits: Vec<u32>,
    /// Words of the title that mean something, and those of them that the question says.
    title: [u16; 2],
    /// How well each part of each wording is held; used anew for each figure.
    cells: Vec<f32>,
    seen: Vec<Option<u32>>,
    pairs: Vec<bool>,
}

impl<'a> Overlap<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let terms = plan.terms.as_slice();
        let (mut german, mut english) = (Words::new(), Words::new());
        let mut cell = 0;
        for (term, of) in terms.iter().enumerate() {
            for wording in &of.alternatives {
                for part in &wording.parts {
                    for choice in &part.choices {
                        let says = wording.quality * choice.weight >= SAID;
                        let meets = Meets { term, cell, weight: choice.weight, says };
                        for (token, into) in [(&choice.german, &mut german), (&choice.english, &mut english)] {
                            if let Some(token) = token {
                                into.push(token, meets);
                            }
                        }
                    }
                    cell += 1;
                }
            }
        }
        Self {
            terms,
            possible: terms.iter().map(|term| term.weight).sum::<f32>().max(f32::MIN_POSITIVE),
            german,
            english,
            lang: Lang::default(),
            found: Vec::new(),
            digits: Vec::new(),
            title: [0; 2],
            cells: vec![0.0; cell],
            seen: vec![None; terms.len()],
            pairs: vec![false; terms.len().saturating_sub(1)],
        }
    }

    fn words(&self) -> &Words {
        self.lang.pick(&self.german, &self.english)
    }

    /// Reads the sketch of a chunk in a language.
    pub(super) fn read(&mut self, sketch: &[u8], lang: Lang) {
        self.found.clear();
        self.digits.clear();
        self.lang = lang;
        let words = lang.pick(&self.german, &self.english);
        let (mut counted, mut said) = (None, None);
        self.title = [0; 2];
        for place in places(sketch) {
            if place.hash == DIGIT && self.digits.last() != Some(&place.range) {
                self.digits.push(place.range);
            }
            let group = words.group(place.hash);
            if place.range == TITLE {
                if counted.replace(place.word) != Some(place.word) {
                    self.title[0] += 1;
                }
                let says = group.is_some_and(|group| words.meets[group as usize].iter().any(|meets| meets.says));
                if says && said.replace(place.word) != Some(place.word) {
                    self.title[1] += 1;
                }
            }
            if let Some(group) = group {
                self.found.push(Met { range: place.range, word: place.word, group });
            }
        }
    }

    /// The ranges that hold anything, in order, each with its places.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (u32, Range<usize>)> + use<> {
        let mut ranges: Vec<(u32, Range<usize>)> = Vec::new();
        for (at, met) in self.found.iter().enumerate() {
            match ranges.last_mut() {
                Some((range, places)) if *range == met.range => places.end = at + 1,
                _ => ranges.push((met.range, at..at + 1)),
            }
        }
        ranges.into_iter()
    }

    /// All places.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.found.len()
    }

    /// The first word among some places that the question asks for.
    pub(super) fn first(&mut self, places: Range<usize>) -> Option<u32> {
        places.into_iter().find(|at| self.weight(*at..at + 1) > 0.0).map(|at| self.found[at].word)
    }

    /// Whether there is a digit in a range.
    pub(super) fn digit(&self, range: u32) -> bool {
        self.digits.contains(&range)
    }

    /// Weight of the question that stands in some places.
    pub(super) fn weight(&mut self, places: Range<usize>) -> f32 {
        if places.is_empty() {
            return 0.0;
        }
        self.fill(places);
        let mut cells = self.cells.as_slice();
        self.terms.iter().map(|term| term.weight * quality(term, &mut cells)).sum()
    }

    /// The same as a share of all, 0 to 1.
    pub(super) fn held(&mut self, places: Range<usize>) -> f32 {
        (self.weight(places) / self.possible).min(1.0)
    }

    /// How well the weightiest term is held by the chunk, and the share of the weight
    /// that the weightiest term takes of which nothing is held.
    pub(super) fn heaviest(&mut self) -> (f32, f32) {
        self.fill(self.all());
        let mut cells = self.cells.as_slice();
        let (mut heaviest, mut missed, mut most) = (0.0, 0.0_f32, f32::NEG_INFINITY);
        for term in self.terms {
            let quality = quality(term, &mut cells);
            if term.weight >= most {
                (heaviest, most) = (quality, term.weight);
            }
            if quality <= 0.0 {
                missed = missed.max(term.weight);
            }
        }
        (heaviest, missed / self.possible)
    }

    /// Share of a title's words that the question says.
    pub(super) fn said(&self) -> f32 {
        let [words, said] = self.title;
        if words == 0 { 0.0 } else { f32::from(said) / f32::from(words) }
    }

    /// Share of the question's pairs of neighbouring terms, by weight, that stand near each other in the same order.
    pub(super) fn pairs(&mut self) -> f32 {
        if self.terms.len() < 2 {
            return 0.0;
        }
        self.pairs.fill(false);
        let mut range = None;
        let words = self.lang.pick(&self.german, &self.english);
        for met in self.found.iter().filter(|met| met.range == TITLE || met.range >= UNITS) {
            if range.replace(met.range) != Some(met.range) {
                // Where each term was last seen in it.
                self.seen.fill(None);
            }
            for meets in &words.meets[met.group as usize] {
                self.seen[meets.term] = Some(met.word);
                if let Some(before) = meets.term.checked_sub(1)
                    && self.seen[before].is_some_and(|place| place < met.word && met.word - place <= NEAR)
                {
                    self.pairs[before] = true;
                }
            }
        }
        let weight = |at: usize| self.terms[at].weight.min(self.terms[at + 1].weight);
        let all: f32 = (0..self.pairs.len()).map(weight).sum();
        let held: f32 = (0..self.pairs.len()).filter(|at| self.pairs[*at]).map(weight).sum();
        if all > 0.0 { held / all } else { 0.0 }
    }

    /// Notes how well each part of each wording is held by some places.
    fn fill(&mut self, places: Range<usize>) {
        let mut cells = std::mem::take(&mut self.cells);
        cells.fill(0.0);
        let words = self.words();
        for met in &self.found[places] {
            for meets in &words.meets[met.group as usize] {
                cells[meets.cell] = cells[meets.cell].max(meets.weight);
            }
        }
        self.cells = cells;
    }
}

/// How well a term is held, 0 to 1; takes its cells off.
fn quality(term: &PlanTerm, cells: &mut &[f32]) -> f32 {
    let qualities = term.alternatives.iter().map(|wording| {
        let (own, others) = cells.split_at(wording.parts.len());
        *cells = others;
        wording.quality * wording.parts.iter().zip(own).map(|(part, held)| part.share * held).sum::<f32>()
    });
    qualities.fold(0.0, f32::max)
}
