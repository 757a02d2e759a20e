//! The lists that a question reads: the entries of a segment that hold a token in a
//! field, and how often. All are looked up before any is read, so that their lengths
//! can decide which come first. Each is opened where it is first needed, once a
//! segment, and read from the front to the back, a window of entries at a time.

use std::sync::Arc;

use tantivy::{
    DocId,
    fieldnorm::FieldNormReader,
    postings::{BlockSegmentPostings, TermInfo},
    schema::IndexRecordOption,
};

use super::{error::SearchError, segment::Segment};

/// Entries of a segment from one on to before another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) start: DocId,
    pub(super) end: DocId,
}

/// Where lists are in each segment.
pub(super) struct Lists<'a> {
    segments: &'a [Arc<Segment>],
    columns: Vec<usize>,
    /// List by list, segment by segment.
    infos: Vec<Option<TermInfo>>,
}

impl<'a> Lists<'a> {
    pub(super) fn over(segments: &'a [Arc<Segment>]) -> Self {
        Self { segments, columns: Vec::new(), infos: Vec::new() }
    }

    /// The number of the list of a token in a ranked field; `None` where no segment has one.
    pub(super) fn find(&mut self, column: usize, token: &str) -> Result<Option<usize>, SearchError> {
        let before = self.infos.len();
        for segment in self.segments {
            let column = segment.columns[column].as_ref();
            let info = column.map(|column| column.index.terms().get(token.as_bytes())).transpose()?;
            self.infos.push(info.flatten());
        }
        if self.infos[before..].iter().all(Option::is_none) {
            self.infos.truncate(before);
            return Ok(None);
        }
        self.columns.push(column);
        Ok(Some(self.columns.len() - 1))
    }

    /// Entries of a list over all segments.
    pub(super) fn entries(&self, list: usize) -> u64 {
        let count = self.segments.len();
        let infos = self.infos[list * count..(list + 1) * count].iter().flatten();
        infos.map(|info| u64::from(info.doc_freq)).sum()
    }

    /// The lists of one segment.
    pub(super) fn open(&self, segment: usize) -> Open<'_> {
        let opened = self.columns.iter().map(|_| None).collect();
        Open { lists: self, at: segment, segment: &self.segments[segment], opened }
    }
}

/// The lists of one segment, opened as they are asked for.
pub(super) struct Open<'a> {
    lists: &'a Lists<'a>,
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
    /// A list by its number; `None` where it is empty in this segment.
    pub(super) fn list(&mut self, number: usize) -> Result<Option<List<'_>>, SearchError> {
        let Some(info) = &self.lists.infos[number * self.lists.segments.len() + self.at] else { return Ok(None) };
        let column = self.lists.columns[number];
        let Some(field) = &self.segment.columns[column] else { return Ok(None) };
        let slot = &mut self.opened[number];
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
