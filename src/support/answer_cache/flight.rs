//! One answer being written, and those who read along. Sentences are shown to each reader as
//! they pass; who comes later sees at once what stands there already.

use std::sync::{Arc, Weak};

use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{AnswerCache, Key};
use crate::{
    domain::citation::{Citation, Sentence},
    support::answer::Written,
};

/// What stands there so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    written: Written,
    /// Whether it came to its end, once it is over.
    ended: Option<bool>,
}

/// Where an answer is written. Dropped before its end, it has failed.
pub struct Place {
    sheet: watch::Sender<Sheet>,
    cancel: CancellationToken,
    kept_in: Option<(Arc<AnswerCache>, Key, u64)>,
}

impl Place {
    pub(super) fn new(sheet: watch::Sender<Sheet>, cancel: CancellationToken) -> Self {
        Self { sheet, cancel, kept_in: None }
    }

    pub(super) fn holds(&mut self, cache: Arc<AnswerCache>, key: Key, number: u64) {
        self.kept_in = Some((cache, key, number));
    }

    /// Cancelled when the last reader has left.
    #[must_use]
    pub fn cancelled(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Shows a sentence that passed, with all citations so far.
    pub fn sentence(&self, sentence: &Sentence, citations: &[Citation]) {
        self.sheet.send_modify(|sheet| {
            sheet.written.sentences.push(sentence.clone());
            sheet.written.citations = citations.to_vec();
        });
    }

    /// Ends it with what was written; `whole` says whether it came to its end. It is kept
    /// where it did, was not cut short, and says something: "no passage fits" is something.
    /// `holds` then tells whether the passages that it rests on are in the index as they
    /// were: who changes one later drops what rests on it, who did so meanwhile could not.
    pub fn end(mut self, written: Written, whole: bool, documents: Vec<String>, holds: impl FnOnce() -> bool) {
        if let Some((cache, key, _)) = &self.kept_in
            && whole
            && !written.cut
            && (written.heard.nothing || !written.sentences.is_empty())
        {
            cache.keep(*key, written.clone(), documents);
            if !holds() {
                cache.drop_one(key);
            }
        }
        self.land();
        self.sheet.send_modify(|sheet| *sheet = Sheet { written, ended: Some(whole) });
    }

    fn land(&mut self) {
        if let Some((cache, key, number)) = self.kept_in.take() {
            cache.land(&key, number);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.land();
    }
}

/// How reading along ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// With all of it.
    Whole(Written),
    /// The reader left; what was shown to her until then.
    Left(Written),
    /// Without an end; what was shown is only a part.
    Failed,
}

/// One reader of an answer that is being written. Dropping it leaves.
pub struct Reader {
    sheet: watch::Receiver<Sheet>,
    lease: Arc<DropGuard>,
}

impl Reader {
    pub(super) fn new(sheet: watch::Receiver<Sheet>, lease: Arc<DropGuard>) -> Self {
        Self { sheet, lease }
    }

    pub(super) fn sheet(&self) -> watch::Receiver<Sheet> {
        self.sheet.clone()
    }

    pub(super) fn lease(&self) -> Weak<DropGuard> {
        Arc::downgrade(&self.lease)
    }

    /// Reads to the end, or until `left` is cancelled; `show` is called with each sentence
    /// as it comes: its number, itself, all citations so far.
    pub async fn read(mut self, left: &CancellationToken, mut show: impl FnMut(u32, &Sentence, &[Citation])) -> Read {
        let mut shown = Written::default();
        loop {
            let from = shown.sentences.len();
            let ended = {
                let sheet = self.sheet.borrow_and_update();
                shown.sentences.extend_from_slice(sheet.written.sentences.get(from..).unwrap_or_default());
                shown.citations.clone_from(&sheet.written.citations);
                sheet.ended.map(|whole| whole.then(|| sheet.written.clone()))
            };
            for (n, sentence) in (0_u32..).zip(&shown.sentences).skip(from) {
                show(n, sentence, &shown.citations);
            }
            if let Some(written) = ended {
                return written.map_or(Read::Failed, Read::Whole);
            }
            tokio::select! {
                biased;
                () = left.cancelled() => return Read::Left(shown),
                changed = self.sheet.changed() => if changed.is_err() {
                    return Read::Failed;
                },
            }
        }
    }
}
