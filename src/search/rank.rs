//! Ranks the chunks that a question may see. Term by term over the postings:
//! a word's frequencies in title, headings, text and compounds are added up with
//! the fields' weights and lengths before they saturate (BM25F: Robertson,
//! Zaragoza, Taylor 2004), so that one word counts once however often and
//! wherever it stands. A score never exceeds the sum of the terms' weights.

use tantivy::{
    DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term,
    fieldnorm::FieldNormReader,
    index::InvertedIndexReader,
    postings::Postings,
    schema::{Field, IndexRecordOption},
};

use super::{
    error::SearchError,
    plan::{Choice, Part, Piece, PlanTerm},
    schema::{ALL_SCHOOLS, audience_token, school_token},
    snapshot::Snapshot,
};
use crate::{config::First, domain::document::Audience, search::Scope};

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
    terms: &[PlanTerm],
    scope: &Scope,
    k: usize,
) -> Result<Vec<Ranked>, SearchError> {
    let mut ranked = Vec::new();
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let allowed = allowed(snapshot, segment, scope)?;
        let mut pass = Pass::new(snapshot, config, segment, allowed)?;
        for term in terms {
            pass.term(term)?;
        }
        pass.total.drain(|doc, [score, covered]| {
            ranked.push(Ranked { score, covered, address: DocAddress::new(ord, doc) });
        });
    }
    let order = |a: &Ranked, b: &Ranked| b.score.total_cmp(&a.score).then(a.address.cmp(&b.address));
    if k > 0 && ranked.len() > k {
        ranked.select_nth_unstable_by(k - 1, order);
        let last = ranked[k - 1].score;
        ranked.retain(|chunk| chunk.score >= last);
    }
    ranked.sort_unstable_by(order);
    // Equal chunks without end (one document copied a thousand times) are not all opened.
    ranked.truncate(if k == 0 { 0 } else { k.saturating_add(64) });
    Ok(ranked)
}

/// Which entries of a segment the reader may see.
fn allowed(snapshot: &Snapshot, segment: &SegmentReader, scope: &Scope) -> Result<Vec<bool>, SearchError> {
    let fields = &snapshot.fields;
    let mut seen = vec![0_u8; segment.max_doc() as usize];
    let mut mark = |field: Field, token: &str, bit: u8| -> Result<(), SearchError> {
        let index = segment.inverted_index(field)?;
        let term = Term::from_field_text(field, token);
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(()) };
        while postings.doc() != TERMINATED {
            if !segment.is_deleted(postings.doc()) {
                seen[postings.doc() as usize] |= bit;
            }
            postings.advance();
        }
        Ok(())
    };
    mark(fields.school, ALL_SCHOOLS, 1)?;
    if let Some(school) = &scope.school {
        mark(fields.school, &school_token(school), 1)?;
    }
    mark(fields.audience, audience_token(Audience::Teacher), 2)?;
    if scope.audience == Audience::Staff {
        mark(fields.audience, audience_token(Audience::Staff), 2)?;
    }
    Ok(seen.into_iter().map(|bits| bits == 3).collect())
}

/// Two figures an entry: what counts towards the score, and towards coverage.
struct Sheet {
    cells: Vec<[f32; 2]>,
    touched: Vec<DocId>,
}

impl Sheet {
    fn new(docs: u32) -> Self {
        Self { cells: vec![[0.0; 2]; docs as usize], touched: Vec::new() }
    }

    fn change(&mut self, doc: DocId, change: impl FnOnce(&mut [f32; 2])) {
        let cell = &mut self.cells[doc as usize];
        if cell[0].max(cell[1]) <= 0.0 {
            self.touched.push(doc);
        }
        change(cell);
    }

    fn add(&mut self, doc: DocId, [score, covered]: [f32; 2]) {
        self.change(doc, |cell| *cell = [cell[0] + score, cell[1] + covered]);
    }

    fn raise(&mut self, doc: DocId, [score, covered]: [f32; 2]) {
        self.change(doc, |cell| *cell = [cell[0].max(score), cell[1].max(covered)]);
    }

    fn drain(&mut self, mut each: impl FnMut(DocId, [f32; 2])) {
        for doc in self.touched.drain(..) {
            each(doc, std::mem::take(&mut self.cells[doc as usize]));
        }
    }
}

/// A ranked field of one segment.
struct Column {
    field: Field,
    index: std::sync::Arc<InvertedIndexReader>,
    norms: FieldNormReader,
    mean: f32,
}

/// One segment, one question.
struct Pass<'a> {
    config: &'a First,
    columns: Vec<Column>,
    allowed: Vec<bool>,
    frequency: Sheet,
    part: Sheet,
    wording: Sheet,
    term: Sheet,
    total: Sheet,
}

impl<'a> Pass<'a> {
    fn new(
        snapshot: &Snapshot,
        config: &'a First,
        segment: &SegmentReader,
        allowed: Vec<bool>,
    ) -> Result<Self, SearchError> {
        let mut columns = Vec::new();
        for (field, mean) in snapshot.fields.ranked().into_iter().zip(snapshot.lengths) {
            let (index, norms) = (segment.inverted_index(field)?, segment.get_fieldnorms_reader(field)?);
            columns.push(Column { field, index, norms, mean });
        }
        let sheet = || Sheet::new(segment.max_doc());
        Ok(Self {
            config,
            columns,
            allowed,
            frequency: sheet(),
            part: sheet(),
            wording: sheet(),
            term: sheet(),
            total: sheet(),
        })
    }

    fn term(&mut self, term: &PlanTerm) -> Result<(), SearchError> {
        for alternative in &term.alternatives {
            for part in &alternative.parts {
                for choice in &part.choices {
                    self.choice(choice)?;
                }
                self.pieces(part)?;
                if term.alternatives.len() == 1 && alternative.parts.len() == 1 {
                    // The usual case, one word and one way to say it, needs no sheets between.
                    let (weight, total) = (term.weight * alternative.quality * part.share, &mut self.total);
                    self.part.drain(|doc, [score, covered]| total.add(doc, [weight * score, weight * covered]));
                    return Ok(());
                }
                let wording = &mut self.wording;
                self.part.drain(|doc, [score, covered]| wording.add(doc, [part.share * score, part.share * covered]));
            }
            let (quality, term) = (alternative.quality, &mut self.term);
            self.wording.drain(|doc, [score, covered]| term.raise(doc, [quality * score, quality * covered]));
        }
        let (weight, total) = (term.weight, &mut self.total);
        self.term.drain(|doc, [score, covered]| total.add(doc, [weight * score, weight * covered]));
        Ok(())
    }

    fn choice(&mut self, choice: &Choice) -> Result<(), SearchError> {
        let First { title, heading, part: part_weight, k1, .. } = *self.config;
        if let Some(stem) = &choice.german {
            for (column, weight) in [(0, title), (1, heading), (2, 1.0), (6, part_weight)] {
                self.read(column, stem, |held| [weight * held, 0.0])?;
            }
        }
        if let Some(stem) = &choice.english {
            for (column, weight) in [(3, title), (4, heading), (5, 1.0)] {
                self.read(column, stem, |held| [weight * held, 0.0])?;
            }
        }
        let (weight, part) = (choice.weight, &mut self.part);
        self.frequency.drain(|doc, [held, _]| part.raise(doc, [weight * held / (held + k1), weight]));
        Ok(())
    }

    /// A word of which only some pieces are there: the square of their share keeps chance meetings low.
    fn pieces(&mut self, part: &Part) -> Result<(), SearchError> {
        let First { piece, k1, .. } = *self.config;
        for Piece { text, share, .. } in &part.pieces {
            self.read(7, text, |held| [share * held / (held + k1), *share])?;
        }
        let into = &mut self.part;
        self.frequency.drain(|doc, [score, found]| {
            into.raise(doc, [piece * found * score, piece * found * found]);
        });
        Ok(())
    }

    /// Adds what `figures` makes of a token's frequency in a field, the text's length taken into account.
    fn read(&mut self, column: usize, token: &str, figures: impl Fn(f32) -> [f32; 2]) -> Result<(), SearchError> {
        let Column { field, index, norms, mean } = &self.columns[column];
        let term = Term::from_field_text(*field, token);
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)? else { return Ok(()) };
        let b = self.config.b;
        loop {
            let doc = postings.doc();
            if doc == TERMINATED {
                return Ok(());
            }
            if self.allowed[doc as usize] {
                let length = 1.0 - b + b * small(norms.fieldnorm(doc)) / mean;
                self.frequency.add(doc, figures(small(postings.term_freq()) / length));
            }
            postings.advance();
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in one chunk")]
fn small(count: u32) -> f32 {
    count as f32
}
