//! What planning and ranking need of one segment, read once when the segment
//! first appears and kept as long as it lives: a commit costs what is new, not
//! what is there. A segment never changes, except that entries of it are removed;
//! it counts as another one then.

use std::{borrow::Cow, sync::Arc};

use tantivy::{
    DocId, DocSet, Opstamp, SegmentReader, TERMINATED, Term,
    fieldnorm::FieldNormReader,
    index::{InvertedIndexReader, SegmentId},
    postings::TermInfo,
    schema::{Field, IndexRecordOption},
};

use super::{
    error::SearchError,
    schema::{ALL_SCHOOLS, Fields, audience_token, entry, school_token},
    vocabulary::Words,
};
use crate::{domain::document::Audience, search::Scope};

/// Columns are the fields of [`Fields::ranked`] in their order: parts of compounds,
pub(super) const PARTS: usize = 6;
/// pieces of words,
pub(super) const PIECES: usize = 7;
/// and of the title's words;
pub(super) const TITLE_PIECES: usize = 8;
/// and the stems of all texts and languages, which are looked up but not ranked.
pub(super) const ANY: usize = 9;
pub(super) const COLUMNS: usize = 10;

/// A segment, and what was removed of it.
type Key = (SegmentId, Option<Opstamp>);

/// A ranked field of a segment.
pub(super) struct Column {
    pub(super) index: Arc<InvertedIndexReader>,
    pub(super) norms: FieldNormReader,
    tokens: u64,
}

/// Numbers of entries that are not removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entries {
    pub(super) documents: u64,
    pub(super) chunks: u64,
    pub(super) german: u64,
    pub(super) english: u64,
}

/// A segment as it is read for every search.
pub(super) struct Segment {
    key: Key,
    /// Numbers of entries are below this.
    pub(super) docs: u32,
    /// In the order of [`Fields::ranked`]; `None` where no text is in the field.
    pub(super) columns: [Option<Column>; 9],
    pub(super) entries: Entries,
    pub(super) words: Arc<Words>,
    any: Arc<InvertedIndexReader>,
    school: Arc<InvertedIndexReader>,
    /// Entries for all schools, as teachers and as staff see them.
    open: [Bits; 2],
    /// Entries of whatever school, the same.
    readable: [Bits; 2],
}

impl Segment {
    pub(super) fn key(reader: &SegmentReader) -> Key {
        (reader.segment_id(), reader.delete_opstamp())
    }

    /// Whether it was read from this segment with these removals.
    pub(super) fn is(&self, key: Key) -> bool {
        self.key == key
    }

    pub(super) fn read(reader: &SegmentReader, fields: &Fields) -> Result<Self, SearchError> {
        let mut columns = [const { None }; 9];
        for (column, field) in columns.iter_mut().zip(fields.ranked()) {
            let index = reader.inverted_index(field)?;
            if index.terms().num_terms() > 0 {
                let (norms, tokens) = (reader.get_fieldnorms_reader(field)?, index.total_num_tokens());
                *column = Some(Column { index, norms, tokens });
            }
        }
        let under = |field: Field, token: &str| Bits::under(reader, field, token);
        let count = |token: &str| under(fields.entry, token).map(|bits| bits.count());
        let entries = Entries {
            documents: count(entry::DOCUMENT)?,
            chunks: count(entry::CHUNK)?,
            german: count(entry::GERMAN)?,
            english: count(entry::ENGLISH)?,
        };
        let teacher = under(fields.audience, audience_token(Audience::Teacher))?;
        let staff = under(fields.audience, audience_token(Audience::Staff))?.or(&teacher);
        let all = under(fields.school, ALL_SCHOOLS)?;
        let mut words = Words::default();
        let spelled = reader.inverted_index(fields.words)?;
        let mut terms = spelled.terms().stream()?;
        while let Some((word, info)) = terms.next() {
            words.push(&String::from_utf8_lossy(word), info.doc_freq);
        }
        Ok(Self {
            key: Self::key(reader),
            docs: reader.max_doc(),
            columns,
            entries,
            words: Arc::new(words),
            any: reader.inverted_index(fields.any)?,
            school: reader.inverted_index(fields.school)?,
            open: [all.and(&teacher), all.and(&staff)],
            readable: [teacher, staff],
        })
    }

    /// Words in a ranked field, removed entries included.
    pub(super) fn tokens(&self, column: usize) -> u64 {
        self.columns[column].as_ref().map_or(0, |column| column.tokens)
    }

    /// Where the entries with a token in a column are; removed ones are among them.
    pub(super) fn info(&self, column: usize, token: &str) -> Result<Option<TermInfo>, SearchError> {
        let index = if column == ANY {
            &self.any
        } else {
            let Some(column) = &self.columns[column] else { return Ok(None) };
            &column.index
        };
        Ok(index.terms().get(token.as_bytes())?)
    }

    /// Which entries a reader may see.
    pub(super) fn allowed(&self, scope: &Scope) -> Result<Cow<'_, Bits>, SearchError> {
        let audience = usize::from(scope.audience == Audience::Staff);
        let open = &self.open[audience];
        let Some(school) = &scope.school else { return Ok(Cow::Borrowed(open)) };
        let Some(info) = self.school.terms().get(school_token(school).as_bytes())? else {
            return Ok(Cow::Borrowed(open));
        };
        let mut seen = open.clone();
        let mut postings = self.school.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            if self.readable[audience].has(postings.doc()) {
                seen.set(postings.doc());
            }
            postings.advance();
        }
        Ok(Cow::Owned(seen))
    }
}

/// A set of entries of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The entries under a token that are not removed.
    fn under(reader: &SegmentReader, field: Field, token: &str) -> Result<Self, SearchError> {
        let mut bits = Self(vec![0; reader.max_doc().div_ceil(64) as usize]);
        let term = Term::from_field_text(field, token);
        let index = reader.inverted_index(field)?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(bits) };
        while postings.doc() != TERMINATED {
            if !reader.is_deleted(postings.doc()) {
                bits.set(postings.doc());
            }
            postings.advance();
        }
        Ok(bits)
    }

    #[inline]
    pub(super) fn has(&self, doc: DocId) -> bool {
        self.0[(doc / 64) as usize] >> (doc % 64) & 1 == 1
    }

    fn set(&mut self, doc: DocId) {
        self.0[(doc / 64) as usize] |= 1 << (doc % 64);
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn or(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a | b).collect())
    }
}
