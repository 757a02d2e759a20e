//! The lists that a question reads: the entries of a segment that hold a token in a
//! field, and how often. Each is looked up once, by the plan that asks how common a word
//! is, and before any is read, so that their lengths can decide which come first. It is
//! opened where it is first needed, once a segment, and read from the front to the back,
//! a window of entries at a time.

use std::{collections::HashMap, sync::Arc};

use tantivy::{
    DocId,
    fieldnorm::FieldNormReader,
    postings::{BlockSegmentPostings, TermInfo},
    schema::IndexRecordOption,
};

use super::{
    error::SearchError,
    segment::{ANY, COLUMNS, PIECES, Segment, TITLE_PIECES},
};

/// Entries of a segment from one on to before another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) start: DocId,
    pub(super) end: DocId,
}

/// What is known of a token in a field.
#[derive(Clone, Copy, Default)]
enum Looked {
    #[default]
    Never,
    /// No segment has it there.
    Nowhere,
    /// The number of its list.
    List(usize),
}

/// Where lists are in each segment.
pub(super) struct Lists {
    segments: Vec<Arc<Segment>>,
    columns: Vec<usize>,
    /// List by list, segment by segment.
    infos: Vec<Option<TermInfo>>,
    known: HashMap<String, [Looked; COLUMNS]>,
    /// The lists that are to be read, in no order; one as often as different words need it.
    readers: Vec<usize>,
}

impl Lists {
    pub(super) fn over(segments: &[Arc<Segment>]) -> Self {
        Self {
            segments: segments.to_vec(),
            columns: Vec::new(),
            infos: Vec::new(),
            known: HashMap::new(),
            readers: Vec::new(),
        }
    }

    /// The number of the list of a token in a column; `None` where no segment has one.
    fn find(&mut self, column: usize, token: &str) -> Result<Option<usize>, SearchError> {
        match self.known.get(token).map_or(Looked::Never, |known| known[column]) {
            Looked::Never => {}
            Looked::Nowhere => return Ok(None),
            Looked::List(list) => return Ok(Some(list)),
        }
        let found = self.look(column, token)?;
        let looked = found.map_or(Looked::Nowhere, Looked::List);
        if let Some(known) = self.known.get_mut(token) {
            known[column] = looked;
        } else {
            let mut known = [Looked::Never; COLUMNS];
            known[column] = looked;
            self.known.insert(token.to_owned(), known);
        }
        Ok(found)
    }

    fn look(&mut self, column: usize, token: &str) -> Result<Option<usize>, SearchError> {
        // What stands nowhere in a segment stands in no field of it.
        let within = match column {
            0..6 => self.find(ANY, token)?,
            TITLE_PIECES => self.find(PIECES, token)?,
            _ => None,
        };
        if within.is_none() && (column < 6 || column == TITLE_PIECES) {
            return Ok(None);
        }
        let (before, count) = (self.infos.len(), self.segments.len());
        for (at, segment) in self.segments.iter().enumerate() {
            let absent = within.is_some_and(|list| self.infos[list * count + at].is_none());
            self.infos.push(if absent { None } else { segment.info(column, token)? });
        }
        if self.infos[before..].iter().all(Option::is_none) {
            self.infos.truncate(before);
            return Ok(None);
        }
        self.columns.push(column);
        Ok(Some(self.columns.len() - 1))
    }

    /// In how many entries a token stands, removed ones not yet purged included.
    pub(super) fn frequency(&mut self, column: usize, token: &str) -> Result<u64, SearchError> {
        Ok(self.find(column, token)?.map_or(0, |list| self.entries(list)))
    }

    fn entries(&self, list: usize) -> u64 {
        let count = self.segments.len();
        let infos = self.infos[list * count..(list + 1) * count].iter().flatten();
        infos.map(|info| u64::from(info.doc_freq)).sum()
    }

    /// A new reader of the list of a token in a column, and how many entries it is to
    /// read; `None` where no segment has such a list. Readers go from the front to the
    /// back, so that each who reads a list needs its own.
    pub(super) fn reader(&mut self, column: usize, token: &str) -> Result<Option<(usize, u64)>, SearchError> {
        let Some(list) = self.find(column, token)? else { return Ok(None) };
        self.readers.push(list);
        Ok(Some((self.readers.len() - 1, self.entries(list))))
    }

    /// The lists of one segment.
    pub(super) fn open(&self, segment: usize) -> Open<'_> {
        let opened = self.readers.iter().map(|_| None).collect();
        Open { lists: self, at: segment, segment: &self.segments[segment], opened }
    }
}

/// The lists of one segment, opened as they are asked for.
pub(super) struct Open<'a> {
    lists: &'a Lists,
    at: usize,
    segment: &'a Segment,
    opened: Vec<Option<Box<BlockSegmentPostings>>>,
}

/// A list that is open.
pub(super) struct List<'a> {
    pub(super) postings: &'a mut BlockSegmentPostings,
    /// Lengths of the field.
    pub(super) norms: &'a FieldNormReader,
    /// The field's place among those ranked.
    pub(super) column: usize,
}

impl Open<'_> {
    /// The list of a reader; `None` where it is empty in this segment.
    pub(super) fn list(&mut self, reader: usize) -> Result<Option<List<'_>>, SearchError> {
        let list = self.lists.readers[reader];
        let Some(info) = &self.lists.infos[list * self.lists.segments.len() + self.at] else { return Ok(None) };
        let column = self.lists.columns[list];
        let Some(field) = &self.segment.columns[column] else { return Ok(None) };
        let slot = &mut self.opened[reader];
        let postings = if let Some(postings) = slot {
            postings
        } else {
            let postings = field.index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
            slot.insert(Box::new(postings))
        };
        Ok(Some(List { postings, norms: &field.norms, column }))
    }
}

/// Calls `each` with all entries of a list in a window and the token's frequency in them.
pub(super) fn scan(postings: &mut BlockSegmentPostings, window: Window, mut each: impl FnMut(DocId, u32)) {
    let mut from = postings.seek(window.start);
    loop {
        let (docs, counts) = (postings.docs(), postings.freqs());
        let ends = docs.last().is_none_or(|last| *last >= window.end);
        let end = if ends { docs.partition_point(|doc| *doc < window.end) } else { docs.len() };
        if from < end {
            for (doc, count) in docs[from..end].iter().zip(&counts[from..end]) {
                each(*doc, *count);
            }
        }
        if ends {
            return;
        }
        postings.advance();
        from = 0;
    }
}

/// The same for those of certain entries, in order, that the list holds.
pub(super) fn seek(
    postings: &mut BlockSegmentPostings,
    among: impl Iterator<Item = DocId>,
    mut each: impl FnMut(DocId, u32),
) {
    for doc in among {
        let at = postings.seek(doc);
        if postings.doc(at) == doc {
            each(doc, postings.freq(at));
        }
    }
}
