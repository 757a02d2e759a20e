//! Working memory of a search: figures an entry of a window, found again by the entries that
//! were touched, so that it is never wiped as a whole, and used again by the next
//! search, so that it is not asked of the system each time.

use std::sync::{Mutex, PoisonError};

use tantivy::DocId;

use super::wordings::Ledger;

/// Most working memories that are kept for later.
const KEPT: usize = 8;

/// Two figures an entry: what counts towards the score, and towards coverage.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    cells: Vec<[f32; 2]>,
    touched: Vec<DocId>,
    /// Whether `touched` is in order.
    sorted: bool,
}

impl Sheet {
    #[inline]
    fn change(&mut self, doc: DocId, change: impl FnOnce(&mut [f32; 2])) {
        let cell = &mut self.cells[doc as usize];
        if cell[0].max(cell[1]) <= 0.0 {
            self.touched.push(doc);
            self.sorted = false;
        }
        change(cell);
    }

    #[inline]
    pub(super) fn add(&mut self, doc: DocId, [score, covered]: [f32; 2]) {
        self.change(doc, |cell| *cell = [cell[0] + score, cell[1] + covered]);
    }

    #[inline]
    pub(super) fn raise(&mut self, doc: DocId, [score, covered]: [f32; 2]) {
        self.change(doc, |cell| *cell = [cell[0].max(score), cell[1].max(covered)]);
    }

    pub(super) fn drain(&mut self, mut each: impl FnMut(DocId, [f32; 2])) {
        for doc in self.touched.drain(..) {
            each(doc, std::mem::take(&mut self.cells[doc as usize]));
        }
    }

    /// Whether there is a score for an entry.
    #[inline]
    pub(super) fn holds(&self, doc: DocId) -> bool {
        self.cells[doc as usize][0] > 0.0
    }

    /// Entries with a figure, in no order unless they have been sorted.
    pub(super) fn docs(&self) -> &[DocId] {
        &self.touched
    }

    /// Puts them in order; once, until others come or all go.
    pub(super) fn sort(&mut self) {
        if !self.sorted {
            self.touched.sort_unstable();
            self.sorted = true;
        }
    }

    pub(super) fn scores(&self) -> impl Iterator<Item = f32> + '_ {
        self.touched.iter().map(|doc| self.cells[*doc as usize][0])
    }

    /// Forgets all entries with a lower score than `least`.
    pub(super) fn keep(&mut self, least: f32) {
        let cells = &mut self.cells;
        self.touched.retain(|doc| {
            let cell = &mut cells[*doc as usize];
            let stays = cell[0] >= least;
            if !stays {
                *cell = [0.0; 2];
            }
            stays
        });
    }

    fn fit(&mut self, docs: u32) {
        self.drain(|_, _| {});
        if self.cells.len() < docs as usize {
            self.cells.resize(docs as usize, [0.0; 2]);
        }
    }
}

/// One figure an entry.
#[derive(Debug, Default)]
pub(super) struct Tally {
    cells: Vec<f32>,
    touched: Vec<DocId>,
}

impl Tally {
    #[inline]
    pub(super) fn add(&mut self, doc: DocId, figure: f32) {
        let cell = &mut self.cells[doc as usize];
        if *cell <= 0.0 {
            self.touched.push(doc);
        }
        *cell += figure;
    }

    pub(super) fn drain(&mut self, mut each: impl FnMut(DocId, f32)) {
        for doc in self.touched.drain(..) {
            each(doc, std::mem::take(&mut self.cells[doc as usize]));
        }
    }

    fn fit(&mut self, docs: u32) {
        self.drain(|_, _| {});
        if self.cells.len() < docs as usize {
            self.cells.resize(docs as usize, 0.0);
        }
    }
}

/// What one search needs.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    pub(super) frequency: Tally,
    pub(super) part: Sheet,
    /// What was found of the words of a term that is said in several.
    pub(super) ledger: Ledger,
    pub(super) total: Sheet,
    /// For picking the k-th score.
    pub(super) scores: Vec<f32>,
}

impl Sheets {
    /// Empties all sheets and makes them large enough for so many entries.
    pub(super) fn fit(&mut self, docs: u32) {
        let Self { frequency, part, ledger, total, .. } = self;
        frequency.fit(docs);
        ledger.fit(docs);
        for sheet in [part, total] {
            sheet.fit(docs);
        }
    }
}

/// Working memories that nobody uses; as many as searches ran at once, eight at most.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Sheets>>);

impl Pool {
    pub(super) fn take(&self) -> Sheets {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub(super) fn give(&self, sheets: Sheets) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(sheets);
        }
    }
}
