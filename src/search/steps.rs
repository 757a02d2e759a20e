//! In which order a question is worked off. A step is a term or a piece of a word: what
//! it reads, and the most that it and all after it can add to a score. Steps that add
//! most for what they read come first, so that the long lists of words that say little
//! ("geht nicht") come last, when few chunks still matter.

use super::{
    error::SearchError,
    lists::Lists,
    plan::{Choice, Part, Piece, Plan, PlanTerm},
    segment::{PARTS, PIECES, TITLE_PIECES},
    wordings::Wordings,
};
use crate::config::First;

/// What a list costs beside its entries, in entries.
const OPENING: u64 = 64;

/// Readers of lists, each with the weight of its field.
pub(super) type Reads = Vec<(usize, f32)>;

/// A word in all its fields.
pub(super) struct Said {
    pub(super) weight: f32,
    pub(super) reads: Reads,
}

/// One of the words of a term that is said in several.
pub(super) struct WordOf {
    /// Its place among the parts of the wordings.
    pub(super) part: usize,
    pub(super) choices: Vec<Said>,
    /// The most that it and the words after it can add, in units of the term's weight, to
    /// a chunk that holds none of those before.
    pub(super) rest: f32,
}

pub(super) enum What<'a> {
    /// One word, in one or several ways.
    Word { weight: f32, choices: Vec<Said> },
    /// A term that is said in several words.
    Words { weight: f32, wordings: Wordings<'a>, words: Vec<WordOf> },
    /// Four letters, anywhere and in the title; the weights are all that count.
    Piece(Reads),
}

pub(super) struct Step<'a> {
    pub(super) what: What<'a>,
    /// What a unit of its weight adds to the score.
    pub(super) unit: f32,
    /// The most that it and all after it can add to a score.
    pub(super) left: f32,
    /// Entries to read.
    cost: u64,
}

/// All steps. Whatever the weights, the most that all can add is the weight of the terms.
pub(super) fn steps<'a>(plan: &'a Plan, config: &First, lists: &mut Lists) -> Result<Vec<Step<'a>>, SearchError> {
    let share = if plan.pieces_weight > 0.0 { config.pieces.clamp(0.0, 1.0) } else { 0.0 };
    let mut steps = Vec::new();
    for term in &plan.terms {
        steps.extend(of_term(term, 1.0 - share, config, lists)?);
    }
    if share > 0.0 {
        let unit = share * plan.possible() / plan.pieces_weight / (1.0 + config.title_pieces);
        for piece in plan.pieces.iter().flatten() {
            steps.extend(of_piece(piece, unit, config, lists)?);
        }
    }
    steps.retain(|step| step.left > 0.0 && step.cost > 0);
    steps.sort_by(|a, b| worth(b.left, b.cost).total_cmp(&worth(a.left, a.cost)));
    let mut sum = 0.0;
    for step in steps.iter_mut().rev() {
        sum += step.left;
        step.left = sum;
    }
    Ok(steps)
}

/// What the reading of an entry brings.
#[expect(clippy::cast_precision_loss, reason = "an order of magnitude is enough")]
fn worth(adds: f32, cost: u64) -> f32 {
    adds / cost as f32
}

fn of_term<'a>(
    term: &'a PlanTerm,
    unit: f32,
    config: &First,
    lists: &mut Lists,
) -> Result<Option<Step<'a>>, SearchError> {
    let wordings = Wordings::of(term);
    let mut words = Vec::new();
    for (place, part) in wordings.parts.iter().enumerate() {
        let (choices, cost) = choices(part, config, lists)?;
        if cost > 0 {
            words.push((cost, WordOf { part: place, choices, rest: 0.0 }));
        }
    }
    let all: u64 = words.iter().map(|(cost, _)| cost).sum();
    // Rare words first: the others are then looked for in fewer chunks.
    words.sort_by_key(|(cost, _)| *cost);
    let mut adds = vec![0.0; wordings.parts.len()];
    for (_, word) in words.iter_mut().rev() {
        adds[word.part] = word.choices.iter().map(|choice| choice.weight).fold(0.0, f32::max);
        word.rest = wordings.most(&adds);
    }
    let Some(most) = words.first().map(|(_, word)| word.rest) else { return Ok(None) };
    let left = unit * term.weight * most;
    let mut words: Vec<WordOf> = words.into_iter().map(|(_, word)| word).collect();
    let what = match (term.alternatives.as_slice(), words.as_mut_slice()) {
        ([alternative], [word]) if alternative.parts.len() == 1 => {
            let weight = term.weight * alternative.quality * alternative.parts[0].share;
            What::Word { weight, choices: std::mem::take(&mut word.choices) }
        }
        _ => What::Words { weight: term.weight, wordings, words },
    };
    Ok(Some(Step { what, unit, left, cost: all }))
}

fn of_piece<'a>(piece: &Piece, unit: f32, config: &First, lists: &mut Lists) -> Result<Option<Step<'a>>, SearchError> {
    let (mut reads, mut cost) = (Vec::new(), 0);
    for (column, unit) in [(PIECES, unit), (TITLE_PIECES, unit * config.title_pieces)] {
        if unit > 0.0
            && let Some((reader, entries)) = lists.reader(column, &piece.text)?
        {
            reads.push((reader, unit * piece.weight));
            cost += entries + OPENING;
        }
    }
    let left = reads.iter().map(|(_, weight)| weight).sum();
    Ok((cost > 0).then_some(Step { what: What::Piece(reads), unit, left, cost }))
}

/// The ways to say a word, and what it costs to read all.
fn choices(part: &Part, config: &First, lists: &mut Lists) -> Result<(Vec<Said>, u64), SearchError> {
    let First { title, heading, part: of_compound, .. } = *config;
    let in_german = [(0, title), (1, heading), (2, 1.0), (PARTS, of_compound)];
    let in_english = [(3, title), (4, heading), (5, 1.0)];
    let (mut choices, mut cost) = (Vec::new(), 0);
    // What weighs nothing is not read: it would bring in chunks for nothing.
    for Choice { german, english, weight } in part.choices.iter().filter(|choice| choice.weight > 0.0) {
        let mut reads = Vec::new();
        for (token, fields) in [(german, &in_german[..]), (english, &in_english[..])] {
            let Some(token) = token else { continue };
            for (column, weight) in fields.iter().filter(|(_, weight)| *weight > 0.0) {
                if let Some((reader, entries)) = lists.reader(*column, token)? {
                    reads.push((reader, *weight));
                    cost += entries + OPENING;
                }
            }
        }
        choices.push(Said { weight: *weight, reads });
    }
    Ok((choices, cost))
}
