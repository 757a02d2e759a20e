//! One committed state of the index, with the figures that ranking needs. A
//! search holds one from beginning to end, so that a commit meanwhile changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sha2::{Digest, Sha256};
use tantivy::{
    DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, Term,
    schema::{IndexRecordOption, Value},
};

use super::{
    error::SearchError,
    head::Head,
    schema::{Fields, read_revision, read_school, school_token},
    segment::{Entries, Segment},
    sheet::Pool,
    vocabulary::{Vocabulary, Words},
};
use crate::domain::document::Passage;

/// A chunk as it is stored, of which only the head was read.
pub(super) struct Stored {
    pub(super) head: Head,
    /// See [`super::sketch`].
    pub(super) sketch: Vec<u8>,
    passage: Vec<u8>,
}

impl Stored {
    /// The whole passage.
    pub(super) fn passage(&self) -> Result<Passage, SearchError> {
        serde_json::from_slice(&self.passage).map_err(SearchError::damaged)
    }
}

/// A state of the index.
pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
    /// In the order of the searcher's.
    pub(super) segments: Vec<Arc<Segment>>,
    pub(super) documents: u64,
    pub(super) chunks: u64,
    /// Mean number of words, in the order of [`Fields::ranked`], at least 1.
    pub(super) lengths: [f32; 9],
    pub(super) vocabulary: Vocabulary,
    /// Working memory of searches that have ended, for those to come.
    pub(super) sheets: Arc<Pool>,
    pub(super) stamp: u64,
}

impl Snapshot {
    /// Reads the figures of a state; what was there `before` is taken over. `spellings`
    /// are the lexicon's own words.
    pub(super) fn new(
        searcher: Searcher,
        fields: Fields,
        opstamp: u64,
        fingerprint: &str,
        spellings: &Arc<Words>,
        before: Option<&Self>,
    ) -> Result<Self, SearchError> {
        let known = before.map_or(&[][..], |before| &before.segments);
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let key = Segment::key(reader);
            segments.push(match known.iter().find(|segment| segment.is(key)) {
                Some(segment) => Arc::clone(segment),
                None => Arc::new(Segment::read(reader, &fields)?),
            });
        }
        let sum = |of: fn(&Entries) -> u64| segments.iter().map(|segment| of(&segment.entries)).sum::<u64>();
        let (documents, chunks) = (sum(|entries| entries.documents), sum(|entries| entries.chunks));
        let (german, english) = (sum(|entries| entries.german), sum(|entries| entries.english));
        let mut lengths = [1.0; 9];
        for (at, length) in lengths.iter_mut().enumerate() {
            let of = match at {
                0..3 | 6 => german,
                3..6 => english,
                _ => chunks,
            };
            let tokens = segments.iter().map(|segment| segment.tokens(at)).sum();
            *length = ratio(tokens, of).max(1.0);
        }
        let words = segments.iter().map(|segment| Arc::clone(&segment.words));
        let vocabulary = Vocabulary::new(words.chain([Arc::clone(spellings)]).collect());
        let sheets = before.map_or_else(Arc::default, |before| Arc::clone(&before.sheets));
        let stamp = stamp(opstamp, fingerprint);
        Ok(Self { searcher, fields, segments, documents, chunks, lengths, vocabulary, sheets, stamp })
    }

    /// The passages under a term, in no order.
    pub(super) fn passages(&self, term: &Term) -> Result<Vec<Passage>, SearchError> {
        let mut found = Vec::new();
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                if !segment.is_deleted(doc) {
                    found.extend(self.passage(DocAddress::new(ord, doc))?);
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    /// The passage at an address; `None` for the entry of a document itself.
    pub(super) fn passage(&self, address: DocAddress) -> Result<Option<Passage>, SearchError> {
        let entry: TantivyDocument = self.searcher.doc(address)?;
        let Some(bytes) = entry.get_first(self.fields.passage).and_then(|value| value.as_bytes()) else {
            return Ok(None);
        };
        serde_json::from_slice(bytes).map(Some).map_err(SearchError::damaged)
    }

    /// What is stored at an address; `None` for the entry of a document itself.
    pub(super) fn stored(&self, address: DocAddress) -> Result<Option<Stored>, SearchError> {
        let entry: TantivyDocument = self.searcher.doc(address)?;
        let bytes = |field| entry.get_first(field).and_then(|value| value.as_bytes());
        let Some(passage) = bytes(self.fields.passage) else { return Ok(None) };
        let head = Head::read(passage).map_err(SearchError::damaged)?;
        let sketch = bytes(self.fields.sketch).unwrap_or_default().to_vec();
        Ok(Some(Stored { head, sketch, passage: passage.to_vec() }))
    }

    /// Id and revision of every document.
    pub(super) fn revisions(&self) -> Result<BTreeMap<String, String>, SearchError> {
        let mut found = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.fields.revision)?;
            let mut terms = index.terms().stream()?;
            while let Some((token, info)) = terms.next() {
                let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while postings.doc() != TERMINATED {
                    if !segment.is_deleted(postings.doc()) {
                        found.extend(read_revision(token));
                    }
                    postings.advance();
                }
            }
        }
        Ok(found)
    }
}

impl Snapshot {
    /// Schools that documents are for, with the ids of those documents.
    pub(super) fn schools(&self) -> Result<BTreeMap<String, BTreeSet<String>>, SearchError> {
        let mut found = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.fields.school)?;
            let mut terms = index.terms().stream()?;
            while let Some((token, _)) = terms.next() {
                found.extend(read_school(token).map(|school| (school, BTreeSet::new())));
            }
        }
        for (school, documents) in &mut found {
            let passages = self.passages(&Term::from_field_text(self.fields.school, &school_token(school)))?;
            documents.extend(passages.into_iter().map(|passage| passage.document));
        }
        found.retain(|_, documents| !documents.is_empty());
        Ok(found)
    }
}

/// Differs after each commit, and between indexes of different analysis.
fn stamp(opstamp: u64, fingerprint: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(fingerprint.as_bytes());
    hash.update(opstamp.to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    // Fits a signed column of a database.
    u64::from_le_bytes(first) >> 1
}

#[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 24 bits")]
fn ratio(tokens: u64, of: u64) -> f32 {
    tokens as f32 / of.max(1) as f32
}
