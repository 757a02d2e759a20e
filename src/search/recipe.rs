//! A question as ranking works it off: the same part of several wordings is looked
//! up once, and what a part can add to a score at most says when it need not be
//! looked up in full.

use std::collections::HashMap;

use super::plan::{Part, PlanTerm};

/// A part of one or more wordings.
pub(super) struct Listed<'a> {
    pub(super) part: &'a Part,
    /// What its figure is multiplied by, at most, on the way to the score.
    pub(super) factor: f32,
    /// The most that it adds to a score.
    pub(super) bound: f32,
    /// The most that it and all after it add to a score.
    pub(super) left: f32,
}

/// A term with its wordings.
pub(super) struct Blend {
    pub(super) weight: f32,
    pub(super) wordings: Vec<Wording>,
}

/// One way to say a term.
pub(super) struct Wording {
    pub(super) quality: f32,
    /// Shares, and places in [`Recipe::parts`].
    pub(super) parts: Vec<(f32, usize)>,
}

/// All parts, those that can add most first, and what becomes of them.
pub(super) struct Recipe<'a> {
    pub(super) parts: Vec<Listed<'a>>,
    pub(super) terms: Vec<Blend>,
}

impl<'a> Recipe<'a> {
    pub(super) fn new(terms: &'a [PlanTerm], piece_weight: f32) -> Self {
        let mut places: HashMap<Key<'a>, usize> = HashMap::new();
        let mut parts: Vec<Listed<'a>> = Vec::new();
        let mut blends = Vec::new();
        for term in terms {
            // A term counts its best wording; of a part, that in which it weighs most.
            let mut most: HashMap<usize, f32> = HashMap::new();
            let mut wordings = Vec::new();
            for alternative in &term.alternatives {
                let mut wording = Wording { quality: alternative.quality, parts: Vec::new() };
                for part in &alternative.parts {
                    let place = *places.entry(key(part)).or_insert_with(|| {
                        parts.push(Listed { part, factor: 0.0, bound: 0.0, left: 0.0 });
                        parts.len() - 1
                    });
                    wording.parts.push((part.share, place));
                }
                let mut sums: HashMap<usize, f32> = HashMap::new();
                for (share, place) in &wording.parts {
                    *sums.entry(*place).or_default() += term.weight * wording.quality * share;
                }
                for (place, sum) in sums {
                    let had = most.entry(place).or_default();
                    *had = had.max(sum);
                }
                wordings.push(wording);
            }
            for (place, factor) in most {
                parts[place].factor += factor;
            }
            blends.push(Blend { weight: term.weight, wordings });
        }
        for listed in &mut parts {
            listed.bound = listed.factor * highest(listed.part, piece_weight);
        }
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|a, b| parts[*b].bound.total_cmp(&parts[*a].bound));
        let mut rank = vec![0; parts.len()];
        for (to, from) in order.into_iter().enumerate() {
            rank[from] = to;
        }
        for (_, place) in blends.iter_mut().flat_map(|term| &mut term.wordings).flat_map(|one| &mut one.parts) {
            *place = rank[*place];
        }
        parts.sort_by(|a, b| b.bound.total_cmp(&a.bound));
        let mut left = 0.0;
        for listed in parts.iter_mut().rev() {
            left += listed.bound;
            listed.left = left;
        }
        Self { parts, terms: blends }
    }
}

/// Tokens and weights of a part: two with the same are one.
type Key<'a> = (Vec<(Option<&'a str>, Option<&'a str>, u32)>, Vec<(&'a str, u32)>);

fn key(part: &Part) -> Key<'_> {
    let choices = part.choices.iter();
    let pieces = part.pieces.iter().map(|piece| (piece.text.as_str(), piece.share.to_bits()));
    (
        choices.map(|one| (one.german.as_deref(), one.english.as_deref(), one.weight.to_bits())).collect(),
        pieces.collect(),
    )
}

/// The greatest figure that a part can have.
fn highest(part: &Part, piece_weight: f32) -> f32 {
    let pieces: f32 = part.pieces.iter().map(|piece| piece.share).sum();
    part.choices.iter().map(|choice| choice.weight).fold(piece_weight * pieces * pieces, f32::max)
}
