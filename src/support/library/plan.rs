//! One run of indexing: look at every file, read what is new or changed, decide
//! whose document counts where two have one id, and bring the index there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use jiff::Timestamp;

use super::builtin;
use crate::{
    config::KnowledgeConfig,
    domain::{document::Document, lexicon::Lexicon},
    ingest::{
        self, Extractor, Format, IngestError, Refusal,
        resolution::{self, Resolution},
        role::{Role, role},
        scan::{self, FoundFile, Stamp},
    },
    search::{Change, Index},
    store::Source,
    support::redact::Redactor,
};

/// Documents of one commit: bounds the memory of a large run.
const BATCH: usize = 500;

/// A folder to read, or what is built in. Later ones do not overrule earlier ones,
/// but every folder overrules what is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Builtin,
    Folder(PathBuf),
}

impl Root {
    fn name(&self) -> String {
        match self {
            Self::Builtin => "builtin".into(),
            Self::Folder(path) => path.to_string_lossy().into_owned(),
        }
    }
}

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
    pub config: KnowledgeConfig,
    pub extractor: Extractor,
    /// Whether the invented resolutions are wanted.
    pub demo: bool,
    pub now: Timestamp,
}

/// What a run did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub added: u64,
    pub changed: u64,
    pub removed: u64,
    pub refused: Vec<Refusal>,
    /// Rows to note, and paths to forget.
    pub put: Vec<Source>,
    pub gone: Vec<String>,
}

/// A file of this run.
struct Seen {
    row: Source,
    file: FoundFile,
    root: Root,
    /// Read in this run, because it is new or changed.
    read: Option<Vec<Document>>,
}

impl Seen {
    fn ids(&self) -> impl Iterator<Item = &str> {
        self.row.document.iter().flat_map(|ids| ids.split('\n'))
    }
}

impl Plan {
    pub(super) fn carry_out(&self, roots: &[Root], known: Vec<Source>) -> anyhow::Result<Done> {
        let mut known: HashMap<String, Source> = known.into_iter().map(|row| (row.path.clone(), row)).collect();
        let mut done = Done::default();
        let mut seen = Vec::new();
        // What is read at once can be found at once; a PDF may take its child's whole time.
        for turn in [Turn::Quick, Turn::Pdf] {
            let revisions = self.index.revisions().context("cannot read the index")?;
            for root in roots {
                self.look(root, turn, &mut known, &revisions, &mut seen, &mut done);
            }
            let mut twice = Vec::new();
            let mut winners = winners(&seen, &mut twice);
            match turn {
                Turn::Quick => {
                    // A PDF of the authority's may stand in the place of what is built in: it is asked first.
                    let later = known.values().filter(|row| row.root != Root::Builtin.name());
                    let later: HashSet<&str> = later.flat_map(Source::ids).collect();
                    winners.retain(|id, at| seen[*at].root != Root::Builtin || !later.contains(id.as_str()));
                    self.bring(&mut seen, &winners, &revisions, &mut done)?;
                }
                Turn::Pdf => {
                    done.refused.append(&mut twice);
                    self.bring(&mut seen, &winners, &revisions, &mut done)?;
                    self.remove(&winners, &mut done)?;
                }
            }
        }
        done.gone = known.into_keys().collect();
        done.put = seen.into_iter().map(|seen| seen.row).collect();
        done.refused.sort_by(|a, b| (&a.path, &a.reason).cmp(&(&b.path, &b.reason)));
        done.refused.dedup();
        Ok(done)
    }

    /// Every file of a root, read where it must be.
    fn look(
        &self,
        root: &Root,
        turn: Turn,
        known: &mut HashMap<String, Source>,
        revisions: &BTreeMap<String, String>,
        seen: &mut Vec<Seen>,
        done: &mut Done,
    ) {
        let files = match files(root) {
            Ok((files, refused)) => {
                done.refused.extend(refused);
                files
            }
            Err(error) => {
                // A folder that is away for a moment loses nothing: its rows and documents stay.
                done.refused.push(Refusal::new(root.name(), &error));
                known.retain(|_, row| {
                    let away = row.root == root.name();
                    if away {
                        seen.push(Seen::of_row(row.clone(), root.clone()));
                    }
                    !away
                });
                return;
            }
        };
        for file in files {
            if Turn::of(&file) != turn {
                continue;
            }
            if matches!(file.role, Role::Lexicon | Role::Flow) || file.role == Role::Demo && !self.demo_file(&file.path)
            {
                continue;
            }
            let key = match root {
                Root::Builtin => format!("builtin:{}", file.path),
                Root::Folder(folder) => folder.join(&file.path).to_string_lossy().into_owned(),
            };
            let (size, mtime_ms) = stamp(&file);
            let row = known.remove(&key);
            let unchanged = row.filter(|row| row.size == size && row.mtime_ms == mtime_ms && *root != Root::Builtin);
            // What was refused may be read today: a bound was raised, a right given, a machine is less busy.
            let in_index = |row: &Source| row.reason.is_none() && row.ids().all(|id| revisions.contains_key(id));
            if let Some(row) = unchanged.filter(in_index) {
                seen.push(Seen { row, file, root: root.clone(), read: None });
                continue;
            }
            let mut row = Source {
                path: key,
                root: root.name(),
                size,
                mtime_ms,
                hash: String::new(),
                document: None,
                chunks: 0,
                reason: None,
                seen_at: self.now,
            };
            let (documents, refused) = self.read(root, &file);
            row.reason = refused.first().map(|refusal| refusal.reason.clone());
            if !documents.is_empty() {
                row.document =
                    Some(documents.iter().map(|document| document.id.as_str()).collect::<Vec<_>>().join("\n"));
                row.hash = documents.iter().map(|document| document.revision.as_str()).collect::<Vec<_>>().join("\n");
            }
            done.refused.extend(refused);
            seen.push(Seen { row, file, root: root.clone(), read: Some(documents) });
        }
    }

    fn demo_file(&self, path: &str) -> bool {
        self.demo && path.strip_suffix(".jsonl").is_some()
    }

    fn read(&self, root: &Root, file: &FoundFile) -> (Vec<Document>, Vec<Refusal>) {
        let meta = file.meta.as_ref().map(|(path, _)| path.as_str());
        let source = match root {
            Root::Builtin => {
                let bytes = builtin::bytes(&file.path).unwrap_or_default();
                Ok(ingest::Source { path: &file.path, bytes, meta: meta.and_then(builtin::bytes) })
            }
            Root::Folder(folder) => ingest::load::load(folder, &file.path, meta, &self.config),
        };
        let source = match source {
            Ok(source) => source,
            Err(error) => return (Vec::new(), vec![Refusal::new(file.path.as_str(), &error)]),
        };
        match file.role {
            Role::Resolutions | Role::Demo => {
                let (resolutions, refused) = resolution::read_resolutions(&file.path, &source.bytes);
                (resolutions.into_iter().map(|one| resolution::document(&self.masked(one))).collect(), refused)
            }
            _ => match ingest::read_document(&source, &self.extractor, &self.config) {
                Ok(document) => (vec![document], Vec::new()),
                Err(error) => (Vec::new(), vec![Refusal::new(file.path.as_str(), &error)]),
            },
        }
    }

    /// Past tickets were written by people about people.
    fn masked(&self, mut resolution: Resolution) -> Resolution {
        let fields = [&resolution.subject, &resolution.description, &resolution.resolution].map(String::as_str);
        let mut masked = self.redactor.mask_case(&fields, &[]).into_iter().map(|masked| masked.text);
        for text in [&mut resolution.subject, &mut resolution.description, &mut resolution.resolution] {
            *text = masked.next().unwrap_or_default();
        }
        resolution
    }

    /// Puts what is missing or different.
    fn bring(
        &self,
        seen: &mut [Seen],
        winners: &HashMap<String, usize>,
        revisions: &BTreeMap<String, String>,
        done: &mut Done,
    ) -> anyhow::Result<()> {
        let mut changes = Vec::new();
        for (at, seen) in seen.iter_mut().enumerate() {
            let ids: Vec<String> = seen.ids().map(str::to_owned).collect();
            let hashes: Vec<String> = seen.row.hash.split('\n').map(str::to_owned).collect();
            let mine = |id: &String| winners.get(id) == Some(&at);
            let differs = |(id, hash): &(&String, &String)| mine(id) && revisions.get(*id) != Some(*hash);
            if !ids.iter().zip(&hashes).any(|pair| differs(&pair)) {
                continue;
            }
            let documents = match seen.read.take() {
                Some(documents) => documents,
                None => self.read(&seen.root, &seen.file).0,
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
    fn remove(&self, winners: &HashMap<String, usize>, done: &mut Done) -> anyhow::Result<()> {
        let held = self.index.revisions().context("cannot read the index")?;
        let gone = held.into_keys().filter(|id| !winners.contains_key(id));
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

impl Seen {
    fn of_row(row: Source, root: Root) -> Self {
        let stamp = Stamp { size: row.size, modified: None };
        let file = FoundFile { path: row.path.clone(), role: Role::Flow, stamp, meta: None };
        Self { row, file, root, read: None }
    }
}

impl Source {
    fn ids(&self) -> impl Iterator<Item = &str> {
        self.document.iter().flat_map(|ids| ids.split('\n'))
    }
}

/// Whose document counts for each id: a folder's before what is built in, else
/// the first. The second of two of one standing is refused.
fn winners(seen: &[Seen], refused: &mut Vec<Refusal>) -> HashMap<String, usize> {
    let mut winners: HashMap<String, usize> = HashMap::new();
    let order = (0..seen.len())
        .filter(|at| seen[*at].root != Root::Builtin)
        .chain((0..seen.len()).filter(|at| seen[*at].root == Root::Builtin));
    for at in order.collect::<Vec<_>>() {
        let mut own: HashSet<String> = HashSet::new();
        for id in seen[at].ids().map(str::to_owned).collect::<Vec<_>>() {
            let twice_in_file = !own.insert(id.clone());
            match winners.get(&id) {
                None => {
                    winners.insert(id, at);
                }
                Some(first)
                    if twice_in_file || seen[at].root != Root::Builtin || seen[*first].root == Root::Builtin =>
                {
                    let message = format!("the id {id:?} is taken by {}", seen[*first].file.path);
                    let error = IngestError::Entry {
                        message,
                        hint: "give each document an id of its own (`id:` in the front matter)",
                    };
                    refused.push(Refusal::new(seen[at].file.path.as_str(), &error));
                }
                // The authority's own guide stands in the place of ours.
                Some(_) => {}
            }
        }
    }
    winners
}

fn files(root: &Root) -> Result<(Vec<FoundFile>, Vec<Refusal>), IngestError> {
    match root {
        Root::Folder(folder) => scan::scan(folder).map(|found| (found.files, found.refused)),
        Root::Builtin => {
            let mut files = Vec::new();
            for path in builtin::paths() {
                if let Some(role) = role(&path, true)? {
                    let size = builtin::bytes(&path).map_or(0, |bytes| bytes.len() as u64);
                    files.push(FoundFile { path, role, stamp: Stamp { size, modified: None }, meta: None });
                }
            }
            Ok((files, Vec::new()))
        }
    }
}

/// Size and time of a file and of what stands beside it.
fn stamp(file: &FoundFile) -> (u64, i64) {
    let time = |stamp: &Stamp| stamp.modified.map_or(0, Timestamp::as_millisecond);
    match &file.meta {
        Some((_, beside)) => (file.stamp.size + beside.size, time(&file.stamp).max(time(beside))),
        None => (file.stamp.size, time(&file.stamp)),
    }
}

/// The lexicon files of a folder.
pub(super) fn lexicon_of(folder: &Path, config: &KnowledgeConfig) -> anyhow::Result<Vec<Lexicon>> {
    let found = scan::scan(folder).with_context(|| folder.display().to_string())?;
    let files = found.files.iter().filter(|file| file.role == Role::Lexicon);
    files
        .map(|file| {
            let bytes = ingest::load::bounded(&folder.join(&file.path), config.max_file_mib);
            let lexicon = bytes.and_then(|bytes| ingest::lexicon::read_lexicon(&file.path, &bytes));
            lexicon.with_context(|| folder.join(&file.path).display().to_string())
        })
        .collect()
}
