//! Past tickets become knowledge, after a human has looked at them.
//!
//! [`PastCases::import`] masks an export and holds the cases back; nothing of it can
//! be found until [`PastCases::release`], and no longer after [`PastCases::withdraw`].
//! Only masked text is ever written: what was there before is shown once, to whoever
//! imports. The library reads `<data>/cases/released` and nothing else of `cases`;
//! where a batch lies is where it stands, so that a crash leaves no doubt.

mod drafts;
mod examples;
mod import;
mod mask;
mod people;
mod shelf;

use std::{collections::HashSet, path::Path, sync::Arc};

use anyhow::Context as _;

pub use self::{
    drafts::{Brought, Draft, PREFIX, Solved},
    examples::{Example, Piece},
    import::{Imported, Nothing},
    mask::Counts,
    shelf::{Batch, Shelf, State},
};
use self::{mask::Masker, people::Known};
use crate::{
    domain::school::Directory,
    ingest::resolution::{Resolution, read_resolutions},
    support::redact::Redactor,
};

/// What masks, and where the batches lie.
pub struct PastCases {
    shelf: Shelf,
    redactor: Arc<Redactor>,
    directory: Arc<Directory>,
    /// Largest batch, bytes: the library reads no larger file.
    most_bytes: u64,
}

/// What became of a batch that was to be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub batch: Batch,
    /// It lay there already.
    pub already: bool,
}

impl PastCases {
    /// `max_file_mib` is the library's bound for one file.
    #[must_use]
    pub fn new(data: &Path, redactor: Arc<Redactor>, directory: Arc<Directory>, max_file_mib: u64) -> Self {
        let most_bytes = max_file_mib.saturating_mul(1024 * 1024);
        Self { shelf: Shelf::new(data), redactor, directory, most_bytes }
    }

    /// Lets the library read a batch from its next run on. Its cases are read and
    /// masked again, since somebody may have edited them; an id that another released
    /// batch has gets the batch's name before it.
    ///
    /// # Errors
    /// A batch that is not there, a line in it that cannot be read, a disk that is full;
    /// the batch then stays held.
    pub fn release(&self, batch: &str) -> anyhow::Result<Moved> {
        let locked = self.shelf.lock()?;
        if let Some(released) = locked.find(batch, State::Released)? {
            return Ok(Moved { batch: released, already: true });
        }
        let cases = self.read(&locked.path(batch, State::Held)?, batch)?;
        let taken = self.released_ids(&locked)?;
        let masker = Masker::new(&self.redactor, &self.directory, Known::default());
        let mut file = locked.fresh(batch)?;
        for mut case in cases {
            masker.again(&mut case);
            if taken.contains(&case.id) {
                case.id = format!("{batch}/{}", case.id);
            }
            file.put(&case, self.most_bytes)?;
        }
        file.replace()?;
        locked.shift(batch, State::Held, State::Released)?;
        let batch = locked.find(batch, State::Released)?.context("the batch has gone")?;
        Ok(Moved { batch, already: false })
    }

    /// Holds a batch back again; the library's next run takes it out of the index.
    ///
    /// # Errors
    /// A batch that is not there, or a folder that cannot be written.
    pub fn withdraw(&self, batch: &str) -> anyhow::Result<Moved> {
        let locked = self.shelf.lock()?;
        if let Some(held) = locked.find(batch, State::Held)? {
            return Ok(Moved { batch: held, already: true });
        }
        locked.path(batch, State::Released)?;
        locked.shift(batch, State::Released, State::Held)?;
        let batch = locked.find(batch, State::Held)?.context("the batch has gone")?;
        Ok(Moved { batch, already: false })
    }

    fn read(&self, path: &Path, batch: &str) -> anyhow::Result<Vec<Resolution>> {
        let bytes = shelf::read(path, self.most_bytes)?;
        let (cases, refused) = read_resolutions(&format!("{batch}.jsonl"), &bytes);
        if let Some(first) = refused.first() {
            anyhow::bail!(
                "{} lines of {} cannot be read, the first is {}: {}\nhint: mend these lines or delete them, then try again",
                refused.len(),
                path.display(),
                first.path,
                first.reason.split("; hint:").next().unwrap_or_default()
            );
        }
        anyhow::ensure!(
            !cases.is_empty(),
            "the batch {batch:?} holds no case any more\nhint: `schullotse tickets discard {batch}` deletes it"
        );
        let mut ids = HashSet::new();
        for case in &cases {
            anyhow::ensure!(
                ids.insert(case.id.as_str()),
                "the id {:?} stands twice in {}\nhint: change or delete one of the two lines",
                case.id,
                path.display()
            );
        }
        Ok(cases)
    }

    /// Ids of all that is released.
    fn released_ids(&self, locked: &shelf::Locked<'_>) -> anyhow::Result<HashSet<String>> {
        let mut ids = HashSet::new();
        for batch in locked.list()?.into_iter().filter(|batch| batch.state == State::Released) {
            let bytes = shelf::read(&locked.path(&batch.batch, State::Released)?, self.most_bytes)?;
            ids.extend(read_resolutions("", &bytes).0.into_iter().map(|case| case.id));
        }
        Ok(ids)
    }
}

#[cfg(test)]
mod tests;
