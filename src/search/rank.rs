//! Ranks the chunks that a question may see. Term by term over the postings:
//! a word's frequencies in title, headings, text and compounds are added up with
//! the fields' weights and lengths before they saturate (BM25F: Robertson,
//! Zaragoza, Taylor 2004), so that one word counts once however often and
//! wherever it stands. A score never exceeds the sum of the terms' weights.
//!
//! Parts of a question that can add much come first, and small segments before large
//! ones. As soon as the parts left cannot bring a chunk that none of the others found
//! among the first `k`, they are looked up only in chunks that still can get there
//! (`MaxScore`: Turtle and Flood 1995). What is returned is exact.

use std::sync::Arc;

use tantivy::{
    DocAddress, DocId, fieldnorm::FieldNormReader, postings::BlockSegmentPostings, schema::IndexRecordOption,
};

use super::{
    error::SearchError,
    plan::{Choice, Part, Piece, PlanTerm},
    recipe::{Blend, Recipe, Wording},
    segment::{Bits, Column, Segment},
    sheet::Sheets,
    snapshot::Snapshot,
};
use crate::{config::SearchConfig, search::Scope};

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
    config: &SearchConfig,
    terms: &[PlanTerm],
    scope: &Scope,
    k: usize,
) -> Result<Vec<Ranked>, SearchError> {
    if k == 0 {
        return Ok(Vec::new());
    }
    let order = |a: &Ranked, b: &Ranked| b.score.total_cmp(&a.score).then(a.address.cmp(&b.address));
    let recipe = Recipe::new(terms, config.piece_weight);
    let shortness = shortness(&snapshot.lengths, config.b);
    let mut sheets = snapshot.sheets.take();
    sheets.read = 0;
    let mut ranked = Vec::new();
    // The lowest score that may still be among the first k.
    let mut floor = 0.0;
    let mut segments: Vec<(u32, &Segment)> = (0..).zip(snapshot.segments.iter().map(Arc::as_ref)).collect();
    segments.sort_by_key(|(_, segment)| segment.docs);
    for (ord, segment) in segments {
        sheets.fit(segment.docs);
        let allowed = segment.allowed(scope)?;
        let mut pass =
            Pass { config, segment, shortness: &shortness, allowed: &allowed, sheets: &mut sheets, closed: false };
        if pass.list(&recipe, floor * (1.0 - ROUNDING))? {
            pass.blend(&recipe);
        }
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

/// What a frequency is multiplied by for the length of the field, by the code of that length.
fn shortness(means: &[f32; 8], b: f32) -> [[f32; 256]; 8] {
    means.map(|mean| {
        std::array::from_fn(|code| {
            let length = FieldNormReader::id_to_fieldnorm(u8::try_from(code).unwrap_or(u8::MAX));
            1.0 / (1.0 - b + b * small(length) / mean)
        })
    })
}

/// One segment, one question.
struct Pass<'a> {
    config: &'a SearchConfig,
    segment: &'a Segment,
    shortness: &'a [[f32; 256]; 8],
    allowed: &'a Bits,
    sheets: &'a mut Sheets,
    /// Whether no chunk that was not found yet can come among the first any more.
    closed: bool,
}

impl Pass<'_> {
    /// Looks all parts up; `false` where no chunk can reach the bar.
    fn list(&mut self, recipe: &Recipe<'_>, bar: f32) -> Result<bool, SearchError> {
        self.sheets.lists.resize_with(recipe.parts.len().max(self.sheets.lists.len()), Vec::new);
        for (at, listed) in recipe.parts.iter().enumerate() {
            if listed.left < bar {
                self.closed = true;
                self.sheets.reach.keep(bar - listed.left);
                if self.sheets.reach.docs().is_empty() {
                    return Ok(false);
                }
            }
            self.part(listed.part)?;
            let Sheets { part, lists, reach, .. } = &mut *self.sheets;
            lists[at].clear();
            part.drain(|doc, figures| {
                lists[at].push((doc, figures));
                if bar > 0.0 {
                    reach.add(doc, [listed.factor * figures[0], 0.0]);
                }
            });
        }
        Ok(true)
    }

    /// Adds up what was found, wording by wording and term by term.
    fn blend(&mut self, recipe: &Recipe<'_>) {
        let Sheets { wording, term, total, reach, lists, .. } = &mut *self.sheets;
        let wanted = |doc: DocId| !self.closed || reach.holds(doc);
        for Blend { weight, wordings } in &recipe.terms {
            if let [one] = wordings.as_slice()
                && let [(share, place)] = one.parts.as_slice()
            {
                // The usual case, one word and one way to say it, needs no sheets between.
                let weight = weight * one.quality * share;
                for (doc, [score, covered]) in lists[*place].iter().filter(|(doc, _)| wanted(*doc)) {
                    total.add(*doc, [weight * score, weight * covered]);
                }
                continue;
            }
            for Wording { quality, parts } in wordings {
                for (share, place) in parts {
                    for (doc, [score, covered]) in lists[*place].iter().filter(|(doc, _)| wanted(*doc)) {
                        wording.add(*doc, [share * score, share * covered]);
                    }
                }
                wording.drain(|doc, [score, covered]| term.raise(doc, [quality * score, quality * covered]));
            }
            term.drain(|doc, [score, covered]| total.add(doc, [weight * score, weight * covered]));
        }
    }

    /// What stands for one word, in the sheet of its name.
    fn part(&mut self, part: &Part) -> Result<(), SearchError> {
        for choice in &part.choices {
            self.choice(choice)?;
        }
        self.pieces(part)
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
        let SearchConfig { title_boost, heading_boost, part_weight, .. } = *self.config;
        if let Some(stem) = &choice.german {
            for (column, weight) in [(0, title_boost), (1, heading_boost), (2, 1.0), (6, part_weight)] {
                self.read(column, stem, |held| [weight * held, 0.0])?;
            }
        }
        if let Some(stem) = &choice.english {
            for (column, weight) in [(3, title_boost), (4, heading_boost), (5, 1.0)] {
                self.read(column, stem, |held| [weight * held, 0.0])?;
            }
        }
        Ok(())
    }

    /// A word of which only some pieces are there: the square of their share keeps chance meetings low.
    fn pieces(&mut self, part: &Part) -> Result<(), SearchError> {
        let SearchConfig { piece_weight, k1, .. } = *self.config;
        for Piece { text, share, .. } in &part.pieces {
            self.read(7, text, |held| [share * held / (held + k1), *share])?;
        }
        let Sheets { frequency, part: into, .. } = &mut *self.sheets;
        frequency.drain(|doc, [score, found]| {
            into.raise(doc, [piece_weight * found * score, piece_weight * found * found]);
        });
        Ok(())
    }

    /// Adds what `figures` makes of a token's frequency in a field, the text's length taken into account.
    fn read(&mut self, column: usize, token: &str, figures: impl Fn(f32) -> [f32; 2]) -> Result<(), SearchError> {
        let Some(Column { index, norms, .. }) = &self.segment.columns[column] else { return Ok(()) };
        let Some(info) = index.terms().get(token.as_bytes())? else { return Ok(()) };
        let mut postings = index.read_block_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
        let (shortness, allowed) = (&self.shortness[column], self.allowed);
        let Sheets { frequency, reach, read, .. } = &mut *self.sheets;
        let (held, wanted) = (info.doc_freq as usize, reach.docs().len());
        let add = |doc: DocId, count: u32| {
            frequency.add(doc, figures(small(count) * shortness[usize::from(norms.fieldnorm_id(doc))]));
        };
        if self.closed && wanted * SEEK <= held {
            *read += wanted;
            seek(&mut postings, reach.docs(), add);
            return Ok(());
        }
        *read += held;
        if self.closed {
            scan(&mut postings, |doc| reach.holds(doc), add);
        } else {
            scan(&mut postings, |doc| allowed.has(doc), add);
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
