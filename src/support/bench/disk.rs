//! An index on disk in a folder of its own, for measuring how search behaves as it
//! grows: documents go in as guides do, and questions come as readers ask them.

use std::{path::Path, sync::Arc};

use crate::{
    config::SearchConfig,
    domain::{document::Document, lexicon::Lexicon},
    ingest,
    search::{Change, Counts, Index, Query, Scope, SearchError},
};

/// Passages that a question is answered with.
const HITS: usize = 10;

/// An index; clones share it.
#[derive(Clone)]
pub struct Disk(Index);

impl Disk {
    /// Opens or makes the index in a folder.
    ///
    /// # Errors
    /// Where the folder cannot be used.
    pub fn open(folder: &Path, lexicon: &Arc<Lexicon>, config: &SearchConfig) -> Result<Self, SearchError> {
        Ok(Self(Index::open(folder, Arc::clone(lexicon), config)?.0))
    }

    /// Cuts documents into passages and puts them in the place of those with the same
    /// ids, in one commit; what was there before is gone from the disk afterwards.
    ///
    /// # Errors
    /// What the index reports.
    pub fn put(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        let put = |document: Document| Change::Put { chunks: ingest::chunk(&document), document };
        self.0.apply(documents.into_iter().map(put).collect()).map(drop)
    }

    /// How many passages a German question finds, at most ten, as a teacher of a school sees them.
    ///
    /// # Errors
    /// What the index reports.
    pub fn search(&self, text: &str, school: Option<&str>) -> Result<usize, SearchError> {
        let scope = Scope { school: school.map(str::to_owned), ..Scope::default() };
        let query = Query { text: text.to_owned(), scope, ..Query::default() };
        Ok(self.0.search(&query, HITS)?.hits.len())
    }

    /// How much it holds.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.0.counts()
    }
}
