//! What is known of each file in a run: the row in the database as it was and as it
//! will be, whose document counts where two have one id, and what a broken file keeps.
//!
//! A file that is refused keeps the documents of its last good version, as long as the
//! index holds them (the index is the truth), unless what can be read of the new version
//! shuts out readers whom the old one let in.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::roots::Root;
use crate::{
    domain::document::{Document, Meta},
    ingest::{
        IngestError, Refusal,
        role::Role,
        scan::{FoundFile, Stamp},
        scope::Scope,
    },
    search::Index,
    store::{Kept, Source},
};

/// Said behind a reason where there is nothing to keep.
pub(super) const LOST: &str = "; its last good version went with the former index";

/// A file, or a line of one, that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Path relative to the knowledge folder, with `/`; `:LINE` behind it where a line is meant.
    pub path: String,
    /// One line; what to do stands after `hint:`.
    pub reason: String,
    /// Whether its last good version can still be found.
    #[serde(default)]
    pub kept: bool,
    /// Since when, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { path: refusal.path, reason: refusal.reason, kept: false, since: None }
    }
}

/// A file of a run.
pub(super) struct Seen {
    pub row: Source,
    pub file: FoundFile,
    pub root: Root,
    /// Read in this run, because it is new or changed.
    pub read: Option<Vec<Document>>,
    /// The row as it was.
    pub former: Option<Source>,
}

impl Seen {
    /// A row that stays as it is, whatever its file is doing.
    pub(super) fn of_row(row: Source, root: Root) -> Self {
        let stamp = Stamp { size: row.size, modified: None };
        let file = FoundFile { path: row.path.clone(), role: Role::Flow, stamp, meta: None };
        Self { former: Some(row.clone()), row, file, root, read: None }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.row.ids()
    }

    /// Whether there is something new to note.
    pub(super) fn differs(&self) -> bool {
        self.former.as_ref().is_none_or(|former| {
            let Source {
                path,
                root,
                size,
                mtime_ms,
                hash,
                document,
                chunks,
                reason,
                refused_at,
                kept,
                left_out,
                seen_at: _,
            } = &self.row;
            (path, root, size, mtime_ms, hash)
                != (&former.path, &former.root, &former.size, &former.mtime_ms, &former.hash)
                || (document, chunks, reason) != (&former.document, &former.chunks, &former.reason)
                || (refused_at, kept, left_out) != (&former.refused_at, &former.kept, &former.left_out)
        })
    }

    /// Notes why it is refused, and since when.
    pub(super) fn refuse(&mut self, reason: String, now: Timestamp) {
        self.row.refused_at = Some(self.former.as_ref().and_then(|former| former.refused_at).unwrap_or(now));
        self.row.reason.get_or_insert(reason);
    }

    /// What the index holds of its last good version.
    pub(super) fn last_good(&self, revisions: &BTreeMap<String, String>) -> Vec<Kept> {
        self.former.as_ref().map_or_else(Vec::new, |former| former.last_good(revisions))
    }

    /// Whether there was a good version, and the index has nothing of it.
    pub(super) fn is_lost(&self, revisions: &BTreeMap<String, String>) -> bool {
        let Some(former) = &self.former else { return false };
        let mut ids = former.good().map(|kept| kept.document).peekable();
        let lost = ids.peek().is_some() && ids.all(|id| !revisions.contains_key(&id));
        lost || former.reason.as_ref().is_some_and(|reason| reason.ends_with(LOST)) && former.good().next().is_none()
    }

    /// Whether it put this document into the index, and still stands for it.
    fn holds(&self, id: &str, revisions: &BTreeMap<String, String>) -> bool {
        let Some(former) = &self.former else { return false };
        let Some(held) = revisions.get(id) else { return false };
        let mut pairs = former.ids().zip(former.hash.split('\n'));
        former.reason.is_none() && pairs.any(|(document, revision)| document == id && revision == held)
            || former.kept.iter().any(|kept| kept.document == id && kept.revision == *held)
    }
}

impl Source {
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.document.iter().flat_map(|ids| ids.split('\n'))
    }

    /// Ids that it stands for, good or kept.
    pub(super) fn claims(&self) -> impl Iterator<Item = &str> {
        self.ids().chain(self.kept.iter().map(|kept| kept.document.as_str()))
    }

    /// Its documents with their revisions.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Kept> {
        self.ids()
            .zip(self.hash.split('\n'))
            .map(|(id, revision)| Kept { document: id.to_owned(), revision: revision.to_owned() })
    }

    /// What it provides and what it keeps.
    fn good(&self) -> impl Iterator<Item = Kept> {
        self.pairs().chain(self.kept.iter().cloned())
    }

    /// Of that, what the index holds.
    pub(super) fn last_good(&self, revisions: &BTreeMap<String, String>) -> Vec<Kept> {
        let mut kept: Vec<Kept> =
            self.good().filter(|kept| revisions.get(&kept.document) == Some(&kept.revision)).collect();
        kept.dedup();
        kept
    }
}

/// Whose document counts, and who came too late.
#[derive(Default)]
pub(super) struct Winners {
    by_id: HashMap<String, usize>,
    /// Position and id of a document whose id another one has.
    pub late: Vec<(usize, String)>,
}

impl Winners {
    /// A folder's document goes before what is built in; among those of one standing,
    /// the one that is in the index goes before a newcomer, else the first. What a broken
    /// file keeps gives way to whatever is good.
    pub(super) fn of(seen: &[Seen], revisions: &BTreeMap<String, String>) -> Self {
        let mut winners = Self::default();
        let folders = || (0..seen.len()).filter(|at| seen[*at].root != Root::Builtin);
        for held in [true, false] {
            for at in folders() {
                let ids = seen[at].ids().filter(|id| seen[at].holds(id, revisions) == held);
                winners.claim(at, ids, seen);
            }
        }
        for at in folders() {
            for kept in &seen[at].row.kept {
                winners.by_id.entry(kept.document.clone()).or_insert(at);
            }
        }
        for at in (0..seen.len()).filter(|at| seen[*at].root == Root::Builtin) {
            winners.claim(at, seen[at].ids(), seen);
        }
        winners
    }

    fn claim<'a>(&mut self, at: usize, ids: impl Iterator<Item = &'a str>, seen: &[Seen]) {
        let mut own: HashSet<&str> = HashSet::new();
        for id in ids {
            let twice_in_file = !own.insert(id);
            match self.by_id.get(id) {
                None => {
                    self.by_id.insert(id.to_owned(), at);
                }
                // The authority's own guide stands in the place of ours.
                Some(first)
                    if !twice_in_file && seen[at].root == Root::Builtin && seen[*first].root != Root::Builtin => {}
                Some(_) => self.late.push((at, id.to_owned())),
            }
        }
    }

    pub(super) fn is(&self, id: &str, at: usize) -> bool {
        self.by_id.get(id) == Some(&at)
    }

    pub(super) fn of_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&str, usize) -> bool) {
        self.by_id.retain(|id, at| keep(id, *at));
    }

    /// Refuses what came too late. A guide that has just taken an id that it may not have
    /// keeps its last good version under the old one.
    pub(super) fn refuse_late(
        &mut self,
        seen: &mut [Seen],
        index: &Index,
        revisions: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Vec<Refused> {
        let late = std::mem::take(&mut self.late);
        let mut refused = Vec::new();
        for (at, id) in late {
            let first = self.of_id(&id).map_or_else(String::new, |first| seen[first].file.path.clone());
            let error = IngestError::Entry {
                message: format!("the id {id:?} is taken by {first}"),
                hint: "give each document an id of its own (`id:` in the front matter)",
            };
            let refusal = Refusal::new(seen[at].file.path.as_str(), &error);
            if matches!(seen[at].file.role, Role::Guide(_)) {
                let mut kept = seen[at].last_good(revisions);
                kept.retain(|kept| self.of_id(&kept.document).is_none_or(|by| by == at) && kept.document != id);
                if let Some([document]) = seen[at].read.as_deref() {
                    let scope = Scope::of(&document.meta);
                    kept.retain(|kept| !scope.shuts_out(&meta_of(index, &kept.document)));
                }
                self.by_id.extend(kept.iter().map(|kept| (kept.document.clone(), at)));
                seen[at].row.kept = kept;
            }
            seen[at].refuse(refusal.reason.clone(), now);
            let row = &seen[at].row;
            refused.push(Refused { kept: !row.kept.is_empty(), since: row.refused_at, ..refusal.into() });
        }
        refused
    }
}

/// Who may see a document that the index holds.
pub(super) fn meta_of(index: &Index, document: &str) -> Meta {
    let passages = index.as_written(document).unwrap_or_default();
    passages.into_iter().next().map(|passage| passage.meta).unwrap_or_default()
}
