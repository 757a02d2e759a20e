//! Ranks the chunks that a question may see. Term by term over the postings:
//! a word's frequencies in title, headings, text and compounds are added up with
//! the fields' weights and lengths before they saturate (BM25F: Robertson,
//! Zaragoza, Taylor 2004), so that one word counts once however often and
//! wherever it stands. A score never exceeds the sum of the terms' weights.
//!
//! Chunks are taken by windows of a few thousand: what is noted of them stays close to
//! the processor, and all but the first know what it takes to be among the first `k`. As
//! soon as the steps left cannot bring a chunk without a score there, only chunks that
//! still can get there are looked up (`MaxScore`: Turtle and Flood 1995). What is
//! returned is exact.

use tantivy::{DocAddress, DocId, fieldnorm::FieldNormReader};

use super::{
    error::SearchError,
    lists::{List, Lists, Open, Window, scan, seek},
    plan::Plan,
    segment::Bits,
    sheet::Sheets,
    snapshot::Snapshot,
    steps::{Said, Step, What, WordOf, steps},
    wordings::Wordings,
};
use crate::{config::First, search::Scope};

/// Scores closer than this share of each other may have changed places by rounding.
const ROUNDING: f32 = 1e-4;
/// A list this many times longer than the chunks looked for is not read but searched.
const SEEK: usize = 16;
/// Entries of the first window, which knows no score to reach; each is twice the one before,
const FIRST: u32 = 512;
/// up to this.
const WINDOW: u32 = 4_096;
/// Chunks are looked through again when the least score has risen by this share of the one to reach.
const RISEN: f32 = 0.05;

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
    mut lists: Lists,
    scope: &Scope,
    k: usize,
) -> Result<Vec<Ranked>, SearchError> {
    if k == 0 {
        return Ok(Vec::new());
    }
    let order = |a: &Ranked, b: &Ranked| b.score.total_cmp(&a.score).then(a.address.cmp(&b.address));
    let steps = steps(plan, config, &mut lists)?;
    let shortness = shortness(&snapshot.lengths, config.b);
    let mut sheets = snapshot.sheets.take();
    sheets.fit(WINDOW);
    let mut ranked = Vec::new();
    // The lowest score that may still be among the first k.
    let mut floor = 0.0;
    let mut size = FIRST;
    for (ord, segment) in (0..).zip(&snapshot.segments) {
        let allowed = segment.allowed(scope)?;
        let mut open = lists.open(ord as usize);
        let mut start = 0;
        while start < segment.docs {
            let window = Window { start, end: start.saturating_add(size).min(segment.docs) };
            let (shortness, allowed, lists, sheets) = (&shortness, &allowed, &mut open, &mut sheets);
            Pass { config, shortness, allowed, lists, sheets, window, docs: segment.docs, closed: false }
                .all(&steps, floor, k)?;
            sheets.total.drain(|at, [score, covered]| {
                if score >= floor {
                    ranked.push(Ranked { score, covered, address: DocAddress::new(ord, start + at) });
                }
            });
            if ranked.len() >= k {
                ranked.select_nth_unstable_by(k - 1, order);
                floor = ranked[k - 1].score;
                ranked.retain(|chunk| chunk.score >= floor);
            }
            start = window.end;
            size = (2 * size).min(WINDOW);
        }
    }
    snapshot.sheets.give(sheets);
    ranked.sort_unstable_by(order);
    // Equal chunks without end (one document copied a thousand times) are not all opened.
    ranked.truncate(k.saturating_add(64));
    Ok(ranked)
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

/// Which chunks a list is read for.
#[derive(Clone, Copy)]
enum For {
    /// All that the reader may see.
    Allowed,
    /// Those with a score.
    Scored,
    /// Those, and those that hold another word of the same term.
    Noted,
}

/// One window of one segment, one question.
struct Pass<'a, 'b> {
    config: &'a First,
    shortness: &'a [[f32; 256]; 9],
    allowed: &'a Bits,
    lists: &'a mut Open<'b>,
    sheets: &'a mut Sheets,
    window: Window,
    /// Entries of the segment.
    docs: u32,
    /// Whether no chunk without a score can come among the first any more.
    closed: bool,
}

impl Pass<'_, '_> {
    fn all(&mut self, steps: &[Step<'_>], mut floor: f32, k: usize) -> Result<(), SearchError> {
        let (unsettled, mut least) = (floor <= 0.0, 0.0);
        for (at, step) in steps.iter().enumerate() {
            if unsettled {
                // Not where nothing can come of it: so many scores must be above all that is left.
                let above = || self.sheets.total.scores().filter(|score| *score > step.left).take(k).count();
                if self.closed || above() == k {
                    floor = self.reached(k).max(floor);
                }
            }
            let bar = floor * (1.0 - ROUNDING);
            if step.left < bar && (!self.closed || bar - step.left > least + RISEN * bar) {
                least = bar - step.left;
                self.sheets.total.keep(least);
                self.closed = true;
            }
            if self.closed && self.sheets.total.docs().is_empty() {
                return Ok(());
            }
            match &step.what {
                What::Word { weight, choices } => self.word(step.unit, *weight, choices)?,
                What::Words { weight, wordings, words } => {
                    let after = steps.get(at + 1).map_or(0.0, |next| next.left);
                    // Units of the term's weight that bring a chunk there that holds nothing else.
                    let wanted = (bar - after) / (step.unit * weight);
                    self.words(step.unit, *weight, wordings, words, wanted)?;
                }
                What::Piece(reads) => self.piece(reads)?,
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

    fn whom(&self) -> For {
        if self.closed { For::Scored } else { For::Allowed }
    }

    /// `unit` is what a unit of weight adds to the score; coverage knows none.
    fn word(&mut self, unit: f32, weight: f32, choices: &[Said]) -> Result<(), SearchError> {
        let (k1, whom) = (self.config.k1, self.whom());
        // The usual case, one way to say it, needs no sheet between.
        if let [choice] = choices {
            self.read(&choice.reads, whom)?;
            let Sheets { frequency, total, .. } = &mut *self.sheets;
            let (score, covered) = (unit * weight * choice.weight, weight * choice.weight);
            frequency.drain(|at, held| total.add(at, [score * held / (held + k1), covered]));
            return Ok(());
        }
        for choice in choices {
            self.choice(choice, whom)?;
        }
        let Sheets { part, total, .. } = &mut *self.sheets;
        part.drain(|at, [score, covered]| total.add(at, [unit * weight * score, weight * covered]));
        Ok(())
    }

    /// A chunk that holds nothing else must get `wanted` of the term to be among the first.
    fn words(
        &mut self,
        unit: f32,
        weight: f32,
        wordings: &Wordings<'_>,
        words: &[WordOf],
        wanted: f32,
    ) -> Result<(), SearchError> {
        let k1 = self.config.k1;
        for WordOf { part: place, choices, rest } in words {
            let whom = if !self.closed && *rest < wanted { For::Noted } else { self.whom() };
            if let [choice] = choices.as_slice() {
                self.read(&choice.reads, whom)?;
                let Sheets { frequency, ledger, .. } = &mut *self.sheets;
                let weight = choice.weight;
                frequency.drain(|at, held| ledger.add(at, *place, [weight * held / (held + k1), weight]));
                continue;
            }
            for choice in choices {
                self.choice(choice, whom)?;
            }
            let Sheets { part, ledger, .. } = &mut *self.sheets;
            part.drain(|at, figures| ledger.add(at, *place, figures));
        }
        let Sheets { ledger, total, .. } = &mut *self.sheets;
        ledger.drain(wordings, |at, [score, covered]| total.add(at, [unit * weight * score, weight * covered]));
        Ok(())
    }

    fn choice(&mut self, choice: &Said, whom: For) -> Result<(), SearchError> {
        self.read(&choice.reads, whom)?;
        let (weight, k1) = (choice.weight, self.config.k1);
        let Sheets { frequency, part, .. } = &mut *self.sheets;
        frequency.drain(|at, held| part.raise(at, [weight * held / (held + k1), weight]));
        Ok(())
    }

    /// Frequencies of a word over all fields, the texts' lengths taken into account.
    fn read(&mut self, reads: &[(usize, f32)], whom: For) -> Result<(), SearchError> {
        let (allowed, window, start) = (self.allowed, self.window, self.window.start);
        let Sheets { frequency, total, ledger, .. } = &mut *self.sheets;
        for (reader, weight) in reads {
            let Some(List { postings, norms, column }) = self.lists.list(*reader)? else { continue };
            let shortness = &self.shortness[column];
            let held = |doc: DocId, count: u32| weight * small(count) * shortness[usize::from(norms.fieldnorm_id(doc))];
            match whom {
                For::Allowed => scan(postings, window, |doc, count| {
                    if allowed.has(doc) {
                        frequency.add(doc - start, held(doc, count));
                    }
                }),
                For::Scored if searched(total.docs().len(), postings.doc_freq(), window, self.docs) => {
                    total.sort();
                    let among = total.docs().iter().map(|at| start + at);
                    seek(postings, among, |doc, count| frequency.add(doc - start, held(doc, count)));
                }
                For::Scored => scan(postings, window, |doc, count| {
                    if total.holds(doc - start) {
                        frequency.add(doc - start, held(doc, count));
                    }
                }),
                For::Noted => scan(postings, window, |doc, count| {
                    if total.holds(doc - start) || ledger.holds(doc - start) {
                        frequency.add(doc - start, held(doc, count));
                    }
                }),
            }
        }
        Ok(())
    }

    /// A piece of a word, anywhere and in the title.
    fn piece(&mut self, reads: &[(usize, f32)]) -> Result<(), SearchError> {
        let (k1, window, start) = (self.config.k1, self.window, self.window.start);
        for (reader, weight) in reads {
            let Some(List { postings, norms, column }) = self.lists.list(*reader)? else { continue };
            let (shortness, allowed) = (&self.shortness[column], self.allowed);
            let figures = |doc: DocId, count: u32| {
                let held = small(count) * shortness[usize::from(norms.fieldnorm_id(doc))];
                weight * held / (held + k1)
            };
            let Sheets { frequency, total, .. } = &mut *self.sheets;
            if !self.closed {
                scan(postings, window, |doc, count| {
                    if allowed.has(doc) {
                        total.add(doc - start, [figures(doc, count), 0.0]);
                    }
                });
            } else if searched(total.docs().len(), postings.doc_freq(), window, self.docs) {
                total.sort();
                let among = total.docs().iter().map(|at| start + at);
                seek(postings, among, |doc, count| frequency.add(doc - start, figures(doc, count)));
                frequency.drain(|at, figure| total.add(at, [figure, 0.0]));
            } else {
                scan(postings, window, |doc, count| {
                    if total.holds(doc - start) {
                        total.add(doc - start, [figures(doc, count), 0.0]);
                    }
                });
            }
        }
        Ok(())
    }
}

/// Whether chunks are looked for in a list one by one, so many in this window.
fn searched(chunks: usize, entries: u32, window: Window, docs: u32) -> bool {
    let within = u64::from(entries) * u64::from(window.end - window.start) / u64::from(docs.max(1));
    (chunks * SEEK) as u64 <= within
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in one chunk")]
fn small(count: u32) -> f32 {
    count as f32
}
