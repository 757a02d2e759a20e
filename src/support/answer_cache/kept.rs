//! The answers that are kept: bounded in bytes, the least recently used out first, and each
//! with the documents that it rests on.

use std::{collections::BTreeSet, sync::Arc};

use lru::LruCache;

use super::{Key, Size};
use crate::support::answer::Written;

struct Entry {
    written: Arc<Written>,
    /// Ids of all documents that the model was given passages of.
    documents: Vec<String>,
    bytes: usize,
}

pub(super) struct Kept {
    entries: LruCache<Key, Entry>,
    bytes: usize,
    most: usize,
}

impl Kept {
    pub(super) fn new(most: usize) -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0, most }
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Arc<Written>> {
        self.entries.get(key).map(|entry| Arc::clone(&entry.written))
    }

    /// Keeps an answer; one that is larger than all that may be kept is not.
    pub(super) fn put(&mut self, key: Key, written: Written, documents: Vec<String>) {
        let bytes = bytes(&written, &documents);
        if bytes > self.most {
            return;
        }
        self.drop_one(&key);
        self.bytes += bytes;
        self.entries.put(key, Entry { written: Arc::new(written), documents, bytes });
        let mut pushed_out = 0;
        while self.bytes > self.most {
            let Some((_, entry)) = self.entries.pop_lru() else { break };
            self.bytes -= entry.bytes;
            pushed_out += 1;
        }
        self.told("room", pushed_out);
    }

    pub(super) fn drop_one(&mut self, key: &Key) {
        if let Some(entry) = self.entries.pop(key) {
            self.bytes -= entry.bytes;
        }
    }

    pub(super) fn forget(&mut self, documents: &[String]) -> usize {
        let changed: BTreeSet<&String> = documents.iter().collect();
        let rests = |entry: &Entry| entry.documents.iter().any(|document| changed.contains(document));
        let dead: Vec<Key> = self.entries.iter().filter(|(_, entry)| rests(entry)).map(|(key, _)| *key).collect();
        for key in &dead {
            self.drop_one(key);
        }
        self.told("changed", dead.len());
        dead.len()
    }

    pub(super) fn clear(&mut self) {
        let dropped = self.entries.len();
        self.entries.clear();
        self.bytes = 0;
        self.told("changed", dropped);
    }

    pub(super) fn size(&self) -> Size {
        Size { entries: self.entries.len(), bytes: self.bytes }
    }

    /// Sets the figures of `/metrics`.
    fn told(&self, why: &'static str, dropped: usize) {
        if dropped > 0 {
            metrics::counter!("schullotse_answer_cache_dropped_total", "why" => why).increment(dropped as u64);
        }
        let shown = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        metrics::gauge!("schullotse_answer_cache_entries").set(shown(self.entries.len()));
        metrics::gauge!("schullotse_answer_cache_bytes").set(shown(self.bytes));
    }
}

/// What an entry takes up: its texts, and what holds them.
fn bytes(written: &Written, documents: &[String]) -> usize {
    let sentences = written.sentences.iter().map(|sentence| {
        size_of_val(sentence)
            + sentence.text.len()
            + size_of_val(&sentence.citations[..])
            + size_of_val(&sentence.units[..])
    });
    let citations = written.citations.iter().map(|citation| {
        let texts = [&citation.document, &citation.chunk, &citation.revision, &citation.title];
        let more = [&citation.heading, &citation.quote, &citation.url];
        let texts: usize = texts.into_iter().chain(more).map(String::len).sum();
        size_of_val(citation) + texts + size_of_val(&citation.units[..])
    });
    let documents = documents.iter().map(|document| size_of_val(document) + document.len());
    // The list's own links and the table's place, each with the key.
    let around = size_of::<Entry>() + size_of::<Written>() + 2 * size_of::<Key>() + 4 * size_of::<usize>();
    around + sentences.chain(citations).chain(documents).sum::<usize>()
}
