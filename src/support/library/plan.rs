//! One run of indexing: look at every file, read what is new or changed, decide
//! whose document counts where two have one id, and bring the index there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context as _;

use super::{
    cases,
    reading::{Read, Still},
    roots::{Root, files, stamp},
    rows::{self, LOST, Refused, Seen, Winners},
};
use crate::{
    config::KnowledgeConfig,
    domain::{clock::Clock, document::Document, orders::Orders},
    ingest::{self, Extractor, Format, Refusal, role::Role, scan::FoundFile, scope::Scope},
    search::{Change, Index},
    store::{Kept, LeftOut, Source},
    support::redact::Redactor,
};

/// Documents of one commit: bounds the memory of a large run.
const BATCH: usize = 500;
/// A file changed less than this before it was read may have been changed again at the
/// same time of its clock: some systems count in steps of two seconds.
const RACY_MS: i64 = 2_000;
/// So long after its last change a file may still be being written.
const PATIENCE_MS: i64 = 3_000;
/// How the reason begins of what could not even be opened.
const UNREADABLE: &str = "cannot be read";

/// When a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Quick,
    Pdf,
}

impl Turn {
    fn of(file: &FoundFile) -> Self {
        // Word processors' files take a child as well.
        let costly = matches!(file.role, Role::Guide(format) if Format::is_costly(format));
        if costly { Self::Pdf } else { Self::Quick }
    }
}

/// What a run needs.
pub(super) struct Plan {
    pub index: Index,
    pub redactor: Arc<Redactor>,
    pub orders: Arc<Orders>,
    pub config: KnowledgeConfig,
    pub extractor: Extractor,
    /// Whether the invented resolutions are wanted.
    pub demo: bool,
    /// Batches of past cases: nothing below is read but by the root `released`.
    pub cases: PathBuf,
    pub clock: Arc<dyn Clock>,
    /// The data folder.
    pub data: PathBuf,
    pub effort: Effort,
    /// Something quick came up while slow files are read.
    pub hurry: Arc<AtomicBool>,
}

/// How much trouble a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effort {
    /// Try everything again that was refused, and read anew what is built in.
    pub thorough: bool,
    /// Say nothing yet of a file that is being written.
    pub patient: bool,
}

/// What a run did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub added: u64,
    pub changed: u64,
    pub removed: u64,
    pub refused: Vec<Refused>,
    /// Of all documents that count, not of this run's only.
    pub left_out: Vec<LeftOut>,
    /// Rows to note, and paths to forget.
    pub put: Vec<Source>,
    pub gone: Vec<String>,
    /// Files that are still being written: look again soon.
    pub unsettled: bool,
    /// Ended before all was read, because something quicker came up: go on.
    pub unfinished: bool,
    /// Lexicon files of folders, with size and time.
    pub lexicon: Vec<(String, u64, i64)>,
    /// Files read that take their time.
    slow: usize,
}

impl Plan {
    pub(super) fn carry_out(&self, roots: &[Root], known: Vec<Source>) -> anyhow::Result<Done> {
        let mut known: HashMap<String, Source> = known.into_iter().map(|row| (row.path.clone(), row)).collect();
        let mut done = Done::default();
        let mut seen = Vec::new();
        let revisions = self.index.revisions().context("cannot read the index")?;
        let mut scans = Vec::new();
        for root in roots {
            scans.push((root, self.scan(root, &mut known, &revisions, &mut seen, &mut done)));
        }
        // What is read at once can be found at once; a PDF may take its child's whole time.
        for turn in [Turn::Quick, Turn::Pdf] {
            for (root, files) in &scans {
                for file in files.iter().filter(|file| Turn::of(file) == turn) {
                    self.look(root, file, turn, &mut known, &revisions, &mut seen, &mut done);
                }
            }
            let mut winners = Winners::of(&seen, &revisions);
            let written = done.added + done.changed > 0;
            let present =
                if written { self.index.revisions().context("cannot read the index")? } else { revisions.clone() };
            match turn {
                Turn::Quick => {
                    // A PDF of the authority's may stand in the place of what is built in: it is asked first.
                    let later = known.values().filter(|row| row.root != Root::Builtin.name());
                    let later: HashSet<&str> = later.flat_map(Source::claims).collect();
                    winners.retain(|id, at| seen[at].root != Root::Builtin || !later.contains(id));
                    self.bring(&mut seen, &winners, &present, &mut done)?;
                }
                Turn::Pdf => {
                    let now = self.clock.now();
                    done.refused.extend(winners.refuse_late(&mut seen, &self.index, &revisions, now));
                    self.bring(&mut seen, &winners, &present, &mut done)?;
                    self.remove(&winners, &mut done)?;
                    done.left_out = left_out(&seen, &winners);
                }
            }
        }
        done.gone = known.into_keys().collect();
        done.put = seen.into_iter().filter(Seen::differs).map(|seen| seen.row).collect();
        done.refused.sort_by(|a, b| (&a.path, &a.reason).cmp(&(&b.path, &b.reason)));
        done.refused.dedup();
        Ok(done)
    }

    /// The files of a root. What cannot be looked at for a moment loses nothing: its rows
    /// and documents stay.
    fn scan(
        &self,
        root: &Root,
        known: &mut HashMap<String, Source>,
        revisions: &BTreeMap<String, String>,
        seen: &mut Vec<Seen>,
        done: &mut Done,
    ) -> Vec<FoundFile> {
        let (files, refused) = match files(root, &self.data) {
            Ok(found) => found,
            Err(error) => {
                done.refused.push(Refusal::new(root.name(), &error).into());
                let away = known.extract_if(|_, row| row.root == root.name());
                seen.extend(away.map(|(_, row)| Seen::of_row(row, root.clone())));
                return Vec::new();
            }
        };
        for refusal in refused {
            let key = root.key(&refusal.path);
            let below = format!("{key}/");
            if refusal.reason.starts_with(UNREADABLE) {
                let hidden = known.extract_if(|path, _| path.starts_with(&below));
                seen.extend(hidden.map(|(_, row)| Seen::of_row(row, root.clone())));
            }
            let mut refused = Refused::from(refusal);
            if let Some(row) = known.remove(&key) {
                let mut one = Seen::of_row(row, root.clone());
                one.row.kept = one.last_good(revisions);
                (one.row.document, one.row.hash) = (None, String::new());
                one.row.reason = None;
                one.refuse(refused.reason.clone(), self.clock.now());
                (refused.kept, refused.since) = (!one.row.kept.is_empty(), one.row.refused_at);
                seen.push(one);
            }
            done.refused.push(refused);
        }
        files
    }

    /// One file, read where it must be.
    #[expect(clippy::too_many_arguments, reason = "the state of a run, which ends with it")]
    fn look(
        &self,
        root: &Root,
        file: &FoundFile,
        turn: Turn,
        known: &mut HashMap<String, Source>,
        revisions: &BTreeMap<String, String>,
        seen: &mut Vec<Seen>,
        done: &mut Done,
    ) {
        let (size, mtime_ms) = stamp(file);
        if file.role == Role::Lexicon && matches!(root, Root::Folder(_)) {
            done.lexicon.push((root.key(&file.path), size, mtime_ms));
        }
        if matches!(file.role, Role::Lexicon | Role::Flow) || file.role == Role::Demo && !self.demo_file(&file.path) {
            return;
        }
        // A knowledge folder may lie around the data folder: what is held back stays unread.
        if matches!(root, Root::Folder(folder) if cases::held_back(&self.cases, folder, file)) {
            return;
        }
        let key = root.key(&file.path);
        let former = known.remove(&key);
        let mut one = Seen {
            row: Source {
                path: key,
                root: root.name(),
                size,
                mtime_ms,
                hash: String::new(),
                document: None,
                chunks: 0,
                reason: None,
                refused_at: None,
                kept: Vec::new(),
                left_out: Vec::new(),
                seen_at: self.clock.now(),
            },
            file: file.clone(),
            root: root.clone(),
            read: None,
            former,
        };
        let same = |row: &&Source| {
            row.size == size && row.mtime_ms == mtime_ms && (*root != Root::Builtin || !self.effort.thorough)
        };
        if let Some(row) = one.former.as_ref().filter(same)
            && let Some(row) = self.as_it_was(row, turn, revisions)
        {
            one.row = row;
            if let Some(reason) = one.row.reason.clone() {
                let (kept, since) = (!one.row.kept.is_empty(), one.row.refused_at);
                done.refused.push(Refused { path: file.path.clone(), reason, kept, since });
            }
            seen.push(one);
            return;
        }
        if turn == Turn::Pdf && done.slow > 0 && self.hurry.load(Ordering::Relaxed) {
            done.unfinished = true;
            seen.extend(one.former.map(|row| Seen::of_row(row, root.clone())));
            return;
        }
        let read = self.read(root, file);
        done.slow += usize::from(turn == Turn::Pdf);
        let now = self.clock.now().as_millisecond();
        if !read.refused.is_empty() {
            one.row.kept = self.still(&one, &read, revisions);
            let shut = one.row.kept.is_empty() && !one.last_good(revisions).is_empty();
            // Half written, most likely; nobody need hear of it yet.
            if self.effort.patient && !shut && (-RACY_MS..PATIENCE_MS).contains(&(now - mtime_ms)) {
                done.unsettled = true;
                seen.extend(one.former.map(|row| Seen::of_row(row, root.clone())));
                return;
            }
        }
        // A time so young may be that of a later change as well: it says nothing.
        if *root != Root::Builtin && (now - mtime_ms).abs() < RACY_MS {
            one.row.mtime_ms = -1;
        }
        // What is kept stays as it was.
        let kept = |left_out: &&LeftOut| one.row.kept.iter().any(|kept| kept.document == left_out.document);
        let former = one.former.iter().flat_map(|former| &former.left_out).filter(kept);
        one.row.left_out = read.left_out.iter().chain(former).cloned().collect();
        if !read.documents.is_empty() {
            let list = |of: fn(&Document) -> &str| read.documents.iter().map(of).collect::<Vec<_>>().join("\n");
            one.row.document = Some(list(|document| &document.id));
            one.row.hash = list(|document| &document.revision);
        }
        let lost = read.documents.is_empty() && one.row.kept.is_empty() && one.is_lost(revisions);
        for refusal in read.refused {
            let mut refused = Refused::from(refusal);
            if lost {
                refused.reason.push_str(LOST);
            }
            one.refuse(refused.reason.clone(), self.clock.now());
            (refused.kept, refused.since) = (!one.row.kept.is_empty(), one.row.refused_at);
            done.refused.push(refused);
        }
        one.read = Some(read.documents);
        seen.push(one);
    }

    /// The row of an unchanged file, where it need not be read again.
    fn as_it_was(&self, row: &Source, turn: Turn, revisions: &BTreeMap<String, String>) -> Option<Source> {
        let Some(reason) = &row.reason else {
            return row.ids().all(|id| revisions.contains_key(id)).then(|| row.clone());
        };
        // What was refused may be read today: a bound was raised, a right given, a machine is less busy.
        if self.effort.thorough || turn == Turn::Quick || reason.starts_with(UNREADABLE) {
            return None;
        }
        let kept = row.last_good(revisions);
        Some(match row.document {
            None => Source { kept, ..row.clone() },
            // It was good, but another had its id: that is seen anew each time.
            Some(_) => Source { kept: Vec::new(), reason: None, refused_at: None, ..row.clone() },
        })
    }

    /// What a broken file keeps.
    fn still(&self, one: &Seen, read: &Read, revisions: &BTreeMap<String, String>) -> Vec<Kept> {
        let mut kept = one.last_good(revisions);
        kept.retain(|kept| {
            let anew = read.documents.iter().any(|document| document.id == kept.document);
            !anew
                && match &read.still {
                    Still::Nothing => false,
                    Still::Whole(scope) => {
                        let shut = |scope: &Scope| scope.shuts_out(&rows::meta_of(&self.index, &kept.document));
                        !scope.as_ref().is_some_and(shut)
                    }
                    Still::Lines(ids) => ids.contains(&kept.document),
                }
        });
        kept
    }

    fn demo_file(&self, path: &str) -> bool {
        self.demo && path.strip_suffix(".jsonl").is_some()
    }

    /// Puts what is missing or different.
    fn bring(
        &self,
        seen: &mut [Seen],
        winners: &Winners,
        revisions: &BTreeMap<String, String>,
        done: &mut Done,
    ) -> anyhow::Result<()> {
        let mut changes = Vec::new();
        for (at, seen) in seen.iter_mut().enumerate() {
            let ids: Vec<String> = seen.ids().map(str::to_owned).collect();
            let hashes: Vec<String> = seen.row.hash.split('\n').map(str::to_owned).collect();
            let mine = |id: &String| winners.is(id, at);
            let differs = |(id, hash): &(&String, &String)| mine(id) && revisions.get(*id) != Some(*hash);
            if !ids.iter().zip(&hashes).any(|pair| differs(&pair)) {
                continue;
            }
            let documents = match seen.read.take() {
                Some(documents) => documents,
                None => self.read(&seen.root, &seen.file).documents,
            };
            for document in documents {
                if !mine(&document.id) {
                    continue;
                }
                match revisions.get(&document.id) {
                    Some(revision) if *revision == document.revision => continue,
                    Some(_) => done.changed += 1,
                    None => done.added += 1,
                }
                let chunks = ingest::chunk(&document);
                seen.row.chunks += u32::try_from(chunks.len()).unwrap_or(u32::MAX);
                changes.push(Change::Put { document, chunks });
                self.commit(&mut changes, BATCH)?;
            }
        }
        self.commit(&mut changes, 1)
    }

    /// Takes out what nobody provides any more.
    fn remove(&self, winners: &Winners, done: &mut Done) -> anyhow::Result<()> {
        let held = self.index.revisions().context("cannot read the index")?;
        let gone = held.into_keys().filter(|id| winners.of_id(id).is_none());
        let mut changes: Vec<Change> = gone.map(|document| Change::Remove { document }).collect();
        done.removed = changes.len() as u64;
        self.commit(&mut changes, 1)
    }

    fn commit(&self, changes: &mut Vec<Change>, from: usize) -> anyhow::Result<()> {
        if changes.len() >= from {
            self.index.apply(std::mem::take(changes)).context("cannot write the index")?;
        }
        Ok(())
    }
}

/// Of which documents, of those that count, something was left out.
fn left_out(seen: &[Seen], winners: &Winners) -> Vec<LeftOut> {
    let all = seen.iter().enumerate().flat_map(|(at, seen)| seen.row.left_out.iter().map(move |one| (at, one)));
    let mut counting: Vec<LeftOut> =
        all.filter(|(at, one)| winners.is(&one.document, *at)).map(|(_, one)| one.clone()).collect();
    counting.sort_by(|a, b| a.document.cmp(&b.document));
    counting
}
