//! Ranks the chunks that a question may see. Term by term over the postings:
//! a word's frequencies in title, headings, text and compounds are added up with
//! the fields' weights and lengths before they saturate (BM25F: Robertson,
//! Zaragoza, Taylor 2004), so that one word counts once however often and
//! wherever it stands. A score never exceeds the sum of the terms' weights.
//!
//! The weightiest terms come first. As soon as the terms left cannot bring a chunk
//! without a score among the first `k`, only chunks that still can get there are
//! looked up (`MaxScore`: Turtle and Flood 1995). What is returned is exact.

use tantivy::{
    DocAddress, DocId, fieldnorm::FieldNormReader, postings::BlockSegmentPostings, schema::IndexRecordOption,
};

use super::{
    error::SearchError,
    plan::{Choice, Part, Piece, Plan, PlanTerm},
    segment::{Bits, Column, Segment},
    sheet::Sheets,
    snapshot::Snapshot,
    wordings::Wordings,
};
use crate::{config::First, search::Scope};

/// Scores closer than this share of each other may have changed places by rounding.
const ROUNDING: f32 = 1e-4;
/// A list this many times longer than the chunks looked for is not read but searched.
const SEEK: usize = 16;

/// A ranked chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked {
    pub(super) score: f32,
    /// Weight of the question that was found in it.
    pub(super) covered: f32,
    pub(super) address: DocAddress,
}

/// The best chunks, by falling score; more than `k` where several share the last score.
pub(super) fn rank(
    snapshot: &Snapshot,
    config: &First,
    plan: &Plan,
    scope: &Scope,
    k: usize,
) -> Result<Vec<Ranked>, SearchError> {
    if k == 0 {
        return Ok(Vec::new());
    }
    let order = |a: &Ranked, b: &Ranked| b.score.total_cmp(&a.score).then(a.address.cmp(&b.address));
    let steps = steps(plan, config);
    let shortness = shortness(&snapshot.lengths, config.b);
    let mut sheets = snapshot.sheets.take();
    let mut ranked = Vec::new();
    // The lowest score that may still be among the first k.
    let mut floor = 0.0;
    for (ord, segment) in (0..).zip(&snapshot.segments) {
        sheets.fit(segment.docs);
        let allowed = segment.allowed(scope)?;
        let mut pass =
            Pass { config, segment, shortness: &shortness, allowed: &allowed, sheets: &mut sheets, closed: false };
        pass.all(&steps, floor, k)?;
        sheets.total.drain(|doc, [score, covered]| {
            if score >= floor {
                ranked.push(Ranked { score, covered, address: DocAddress::new(ord, doc) });
            }
        });
        if ranked.len() > k {
            ranked.select_nth_unstable_by(k - 1, order);
            floor = ranked[k - 1].score;
            ranked.retain(|chunk| chunk.score >= floor);
        }
    }
    snapshot.sheets.give(sheets);
    ranked.sort_unstable_by(order);
    // Equal chunks without end (one document copied a thousand times) are not all opened.
    ranked.truncate(k.saturating_add(64));
    Ok(ranked)
}

/// What is looked for at once.
enum What<'a> {
    Term(&'a PlanTerm, Wordings<'a>),
    Pieces(&'a [Piece]),
}

/// A term or the pieces of a word in its turn.
struct Step<'a> {
    what: What<'a>,
    /// What a unit of its weight adds to the score.
    unit: f32,
    /// The most that it and all after it can add to a score.
    left: f32,
}

/// The terms and pieces, those that can add most first. Whatever the weights, the
/// most that all can add is the weight of the terms.
fn steps<'a>(plan: &'a Plan, config: &First) -> Vec<Step<'a>> {
    let share = if plan.pieces_weight > 0.0 { config.pieces.clamp(0.0, 1.0) } else { 0.0 };
    let terms = plan.terms.iter().map(|term| {
        let unit = 1.0 - share;
        Step { what: What::Term(term, Wordings::of(term)), unit, left: unit * most(term) }
    });
    let pieces = plan.pieces.iter().map(|pieces| {
        let unit = share * plan.possible() / plan.pieces_weight / (1.0 + config.title_pieces);
        let weight: f32 = pieces.iter().map(|piece| piece.weight).sum();
        Step { what: What::Pieces(pieces), unit, left: unit * weight * (1.0 + config.title_pieces) }
    });
    let mut steps: Vec<Step<'_>> = terms.chain(pieces).filter(|step| step.left > 0.0).collect();
    steps.sort_by(|a, b| b.left.total_cmp(&a.left));
    let mut sum = 0.0;
    for step in steps.iter_mut().rev() {
        sum += step.left;
        step.left = sum;
    }
    steps
}

/// The most that a term can add to a score, in units of its weight.
fn most(term: &PlanTerm) -> f32 {
    let of_part = |part: &Part| part.share * part.choices.iter().map(|choice| choice.weight).fold(0.0, f32::max);
    let alternatives = term.alternatives.iter();
    let best = alternatives.map(|one| one.quality * one.parts.iter().map(of_part).sum::<f32>()).fold(0.0, f32::max);
    term.weight * best
}

/// What a frequency is multiplied by for the length of the field, by the code of that length.
fn shortness(means: &[f32; 9], b: f32) -> [[f32; 256]; 9] {
    means.map(|mean| {
        std::array::from_fn(|code| {
            let length = FieldNormReader::id_to_fieldnorm(u8::try_from(code).unwrap_or(u8::MAX));
            1.0 / (1.0 - b + b * small(length) / mean)
        })
    })
}

/// One segment, one question.
struct Pass<'a> {
    config: &'a First,
    segment: &'a Segment,
    shortness: &'a [[f32; 256]; 9],
    allowed: &'a Bits,
    sheets: &'a mut Sheets,
    /// Whether no chunk without a score can come among the first any more.
    closed: bool,
}

impl Pass<'_> {
    fn all(&mut self, steps: &[Step<'_>], mut floor: f32, k: usize) -> Result<(), SearchError> {
        for step in steps {
            // Not where nothing can come of it: so many scores must be above all that is left.
            let above = || self.sheets.total.scores().filter(|score| *score > step.left).take(k).count();
            if self.closed || (floor <= step.left && above() == k) {
                floor = self.reached(k).max(floor);
            }
            let bar = floor * (1.0 - ROUNDING);
            if step.left < bar {
                self.closed = true;
                self.sheets.total.keep(bar - step.left);
                if self.sheets.total.docs().is_empty() {
                    return Ok(());
                }
            }
            match &step.what {
                What::Term(term, wordings) => self.term(term, wordings, step.unit)?,
                What::Pieces(pieces) => self.pieces(pieces, step.unit)?,
            }
        }
        Ok(())
    }

    /// What the k-th score has come to; 0 where there are fewer.
    fn reached(&mut self, k: usize) -> f32 {
        let Sheets { scores, total, .. } = &mut *self.sheets;
        scores.clear();
        scores.extend(total.scores());
        if scores.len() < k { 0.0 } else { *scores.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a)).1 }
    }

    /// `unit` is what a unit of weight adds to the score; coverage knows none.
    fn term(&mut self, term: &PlanTerm, wordings: &Wordings<'_>, unit: f32) -> Result<(), SearchError> {
        if let ([alternative], [part]) = (term.alternatives.as_slice(), wordings.parts.as_slice())
            && let [_] = alternative.parts.as_slice()
        {
            let weight = term.weight * alternative.quality * part.share;
            // The usual case, one word and one way to say it, needs no sheets between.
            if let [choice] = part.choices.as_slice() {
                self.frequencies(choice)?;
                let (k1, choice) = (self.config.k1, choice.weight);
                let Sheets { frequency, total, .. } = &mut *self.sheets;
                frequency.drain(|doc, [held, _]| {
                    total.add(doc, [unit * weight * choice * held / (held + k1), weight * choice]);
                });
                return Ok(());
            }
            for choice in &part.choices {
                self.choice(choice)?;
            }
            let Sheets { part: found, total, .. } = &mut *self.sheets;
            found.drain(|doc, [score, covered]| total.add(doc, [unit * weight * score, weight * covered]));
            return Ok(());
        }
        for (at, part) in wordings.parts.iter().enumerate() {
            for choice in &part.choices {
                self.choice(choice)?;
            }
            let Sheets { part: found, ledger, .. } = &mut *self.sheets;
            found.drain(|doc, figures| ledger.add(doc, at, figures));
        }
        let (weight, Sheets { ledger, total, .. }) = (term.weight, &mut *self.sheets);
        ledger.drain(wordings, |doc, [score, covered]| total.add(doc, [unit * weight * score, weight * covered]));
        Ok(())
    }

    fn choice(&mut self, choice: &Choice) -> Result<(), SearchError> {
        self.frequencies(choice)?;
        let (weight, k1) = (choice.weight, self.config.k1);
        let Sheets { frequency, part, .. } = &mut *self.sheets;
        frequency.drain(|doc, [held, _]| part.raise(doc, [weight * held / (held + k1), weight]));
        Ok(())
    }

    /// Frequencies of a word over all fields.
    fn frequencies(&mut self, choice: &Choice) -> Result<(), SearchError> {
        let First { title, heading, part, .. } = *self.config;
        if let Some(stem) = &choice.german {
            for (column, weight) in [(0, title), (1, heading), (2, 1.0), (6, part)] {
                self.read(column, stem, |held| [weight * held, 0.0])?;
            }
        }
        if let Some(stem) = &choice.english {
            for (column, weight) in [(3, title), (4, heading), (5, 1.0)] {
                self.read(column, stem, |held| [weight * held, 0.0])?;
            }
        }
        Ok(())
    }

    /// Pieces of a word, anywhere and in the title.
    fn pieces(&mut self, pieces: &[Piece], unit: f32) -> Result<(), SearchError> {
        let First { title_pieces, k1, .. } = *self.config;
        for (column, unit) in [(7, unit), (8, unit * title_pieces)] {
            if unit <= 0.0 {
                continue;
            }
            for Piece { text, weight, .. } in pieces {
                self.read(column, text, |held| [unit * weight * held / (held + k1), 0.0])?;
            }
        }
        let Sheets { frequency, total, .. } = &mut *self.sheets;
        frequency.drain(|doc, figures| total.add(doc, figures));
        Ok(())
    }

    /// Adds what `figures` makes of a token's frequency in a field, the text's length taken into account.
    fn read(&mut self, column: usize, token: &str, figures: impl Fn(f32) -> [f32; 2]) -> Result<(), SearchError> {
        let Some(Column { index, norms, .. }) = &self.segment.columns[column] else { return Ok(()) };
        let Some(info) = index.terms().get(token.as_bytes())? else { return Ok(()) };
        let mut postings = index.read_block_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
        let (shortness, allowed) = (&self.shortness[column], self.allowed);
        let Sheets { frequency, total, .. } = &mut *self.sheets;
        let add = |doc: DocId, count: u32| {
            frequency.add(doc, figures(small(count) * shortness[usize::from(norms.fieldnorm_id(doc))]));
        };
        if !self.closed {
            scan(&mut postings, |doc| allowed.has(doc), add);
        } else if total.docs().len() * SEEK > info.doc_freq as usize {
            scan(&mut postings, |doc| total.holds(doc), add);
        } else {
            seek(&mut postings, total.docs(), add);
        }
        Ok(())
    }
}

/// All entries of a list that are wanted, with the token's frequency in them.
fn scan(postings: &mut BlockSegmentPostings, wanted: impl Fn(DocId) -> bool, mut each: impl FnMut(DocId, u32)) {
    while !postings.docs().is_empty() {
        for (doc, count) in postings.docs().iter().zip(postings.freqs()) {
            if wanted(*doc) {
                each(*doc, *count);
            }
        }
        postings.advance();
    }
}

/// Those of certain entries, in order, that a list holds, with the token's frequency in them.
fn seek(postings: &mut BlockSegmentPostings, among: &[DocId], mut each: impl FnMut(DocId, u32)) {
    for doc in among {
        let at = postings.seek(*doc);
        if postings.doc(at) == *doc {
            each(*doc, postings.freq(at));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in one chunk")]
fn small(count: u32) -> f32 {
    count as f32
}
