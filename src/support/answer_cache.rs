//! Answers that are given again: the same question, on the same passages, is worded once.
//!
//! What is kept is what passed the check (sentences and citations), never what a model wrote
//! besides, and of the question only a hash ([`Key`]). The key holds every word of every
//! passage that the model was given, so that an answer whose sources have changed cannot be
//! found; and whatever rests on a document leaves as soon as that document is replaced or
//! removed ([`AnswerCache::forget`]). It lives beside one loaded model and dies with it, in
//! memory alone; the least recently used leaves first.
//!
//! Who asks while the same is being written reads along ([`Reader`]); the writing ends early
//! only when the last of them has left.

mod flight;
mod kept;
mod key;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::{flight::Sheet, kept::Kept};
pub use self::{
    flight::{Place, Read, Reader},
    key::{Key, same},
};
use crate::support::answer::Written;

/// Answers kept, and such as are being written.
pub struct AnswerCache {
    on: bool,
    state: Mutex<State>,
}

struct State {
    kept: Kept,
    underway: HashMap<Key, Underway>,
    /// How many writings there were: each has its number.
    count: u64,
}

struct Underway {
    number: u64,
    sheet: watch::Receiver<Sheet>,
    /// Held by its readers; with the last it ends.
    lease: Weak<DropGuard>,
}

/// What there is for a question.
pub enum Found {
    /// The answer.
    Kept(Arc<Written>),
    /// Somebody asked it just before.
    Underway(Reader),
    /// Nothing: whoever asks has it written.
    Nothing(Reader, Place),
}

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub entries: usize,
    /// Of the answers and what finds them, estimated.
    pub bytes: usize,
}

impl AnswerCache {
    /// A cache of at most so many bytes; with 0, nothing is kept and nobody reads along.
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        let state = State { kept: Kept::new(most), underway: HashMap::new(), count: 0 };
        Arc::new(Self { on: most > 0, state: Mutex::new(state) })
    }

    /// What there is for a question. For [`Found::Nothing`], the place is to be written at
    /// at once: others may be reading already.
    #[must_use]
    pub fn find(self: &Arc<Self>, key: Key) -> Found {
        if !self.on {
            let (reader, place) = Self::alone();
            return Found::Nothing(reader, place);
        }
        let mut state = self.lock();
        let (outcome, found) = if let Some(written) = state.kept.get(&key) {
            ("hit", Found::Kept(written))
        } else if let Some((lease, sheet)) = state.reading(&key) {
            ("joined", Found::Underway(Reader::new(sheet, lease)))
        } else {
            state.count += 1;
            let number = state.count;
            let (reader, mut place) = Self::alone();
            let underway = Underway { number, sheet: reader.sheet(), lease: reader.lease() };
            state.underway.insert(key, underway);
            place.holds(Arc::clone(self), key, number);
            ("miss", Found::Nothing(reader, place))
        };
        drop(state);
        metrics::counter!("schullotse_answer_cache_total", "outcome" => outcome).increment(1);
        found
    }

    /// A writing with one reader, of which nothing is kept.
    #[must_use]
    pub fn alone() -> (Reader, Place) {
        let cancel = CancellationToken::new();
        let (sender, receiver) = watch::channel(Sheet::default());
        let reader = Reader::new(receiver, Arc::new(cancel.clone().drop_guard()));
        (reader, Place::new(sender, cancel))
    }

    /// Drops the answers that rest on any of these documents.
    pub fn forget(&self, documents: &[String]) {
        let dropped = self.lock().kept.forget(documents);
        if dropped > 0 {
            tracing::debug!(dropped, "answers rested on documents that have changed");
        }
    }

    /// Drops all answers.
    pub fn clear(&self) {
        self.lock().kept.clear();
    }

    #[must_use]
    pub fn size(&self) -> Size {
        self.lock().kept.size()
    }

    fn keep(&self, key: Key, written: Written, documents: Vec<String>) {
        self.lock().kept.put(key, written, documents);
    }

    fn drop_one(&self, key: &Key) {
        self.lock().kept.drop_one(key);
    }

    fn land(&self, key: &Key, number: u64) {
        let mut state = self.lock();
        // Another may have begun since its readers left.
        if state.underway.get(key).is_some_and(|underway| underway.number == number) {
            state.underway.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A writing that somebody still waits for.
    fn reading(&self, key: &Key) -> Option<(Arc<DropGuard>, watch::Receiver<Sheet>)> {
        let underway = self.underway.get(key)?;
        Some((underway.lease.upgrade()?, underway.sheet.clone()))
    }
}

#[cfg(test)]
mod tests;
