//! The index as others see it: opened once, cheap to clone, searched by many
//! while one changes it. A failed change leaves the last commit in service.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tantivy::{
    IndexReader, IndexWriter, ReloadPolicy, TantivyError,
    index::SegmentId,
    indexer::{IndexWriterOptions, NoMergePolicy},
};

#[cfg(test)]
use super::plan::Plan;
use super::{
    Change, Counts, Hit, Query, Results, Term,
    analyzer::{Analyzer, analysis, fingerprint},
    error::SearchError,
    folder::{self, Opened},
    hit::Describer,
    lists::Lists,
    merging,
    plan::Planner,
    rank,
    schema::{Fields, schema},
    second::{self, Candidate},
    sentence::Sentence,
    signals::Looker,
    snapshot::Snapshot,
    thesaurus::Thesaurus,
    vocabulary::Words,
    words::Form,
};
#[cfg(test)]
use crate::domain::lang::Lang;
use crate::{
    config::{Ranking, SearchConfig},
    domain::{document::Passage, lexicon::Lexicon, placeholder::Values},
};

/// How far writing steps back where processors are few: whoever searches waits for an answer.
const STEP_BACK: i32 = 10;
/// Chunks looked at beyond those asked for.
const MORE: usize = 10;
/// Chunks looked at closer at least.
const LOOKED_AT: usize = 30;
/// The same, where a whole sentence was typed or pasted: many chunks may hold its words.
const MORE_OF_SENTENCES: usize = 40;
/// A chunk that holds less of the weight of a sentence's words does not hold the sentence.
const SAID: f32 = 0.5;
/// What it is worth that a sentence stands in a chunk word for word.
const VERBATIM: f32 = 1.25;
/// Blocks of stored passages kept unpacked.
const CACHED_BLOCKS: usize = 32;

/// A searchable set of documents. Clones share it.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    folder: PathBuf,
    fingerprint: String,
    analyzer: Analyzer,
    thesaurus: Thesaurus,
    /// Right spellings that the lexicon brings.
    spellings: Arc<Words>,
    config: SearchConfig,
    snapshot: RwLock<Arc<Snapshot>>,
    writing: Mutex<()>,
    /// Told of each change, with the ids of the documents that were put or removed.
    told: RwLock<Vec<Box<Told>>>,
}

type Told = dyn Fn(&[String]) + Send + Sync;

impl Index {
    /// Opens the index in a folder, or makes an empty one where there is none,
    /// where it is damaged, or where it was made by another analysis.
    ///
    /// # Errors
    /// [`SearchError::Folder`] where the folder cannot be used, [`SearchError::Locked`]
    /// where another process writes an index that would have to be made anew.
    #[expect(clippy::needless_pass_by_value, reason = "the lexicon is shared; what search needs of it is taken out")]
    pub fn open(folder: &Path, lexicon: Arc<Lexicon>, config: &SearchConfig) -> Result<(Self, Opened), SearchError> {
        let (schema, fields) = schema();
        let (index, opened) = folder::open(folder, &schema, &fingerprint(&lexicon))?;
        Ok((Self::over(index, fields, folder.to_owned(), &lexicon, config)?, opened))
    }

    /// An empty index in memory.
    ///
    /// # Errors
    /// Only where memory for it cannot be had.
    #[expect(clippy::needless_pass_by_value, reason = "the lexicon is shared; what search needs of it is taken out")]
    pub fn in_memory(lexicon: Arc<Lexicon>, config: &SearchConfig) -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        let index = tantivy::Index::create_in_ram(schema);
        Self::over(index, fields, PathBuf::from("memory"), &lexicon, config)
    }

    fn over(
        index: tantivy::Index,
        fields: Fields,
        folder: PathBuf,
        lexicon: &Lexicon,
        config: &SearchConfig,
    ) -> Result<Self, SearchError> {
        if config.weights.analysis != analysis() {
            return Err(SearchError::Weights { theirs: config.weights.analysis.clone(), ours: analysis() });
        }
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(CACHED_BLOCKS)
            .try_into()
            .map_err(|error| SearchError::writing(&folder, &error))?;
        let mut analyzer = Analyzer::new(lexicon);
        let thesaurus = Thesaurus::new(lexicon, &mut analyzer.stems);
        let parts = lexicon.compounds.iter().filter_map(|part| Form::new(part));
        let spellings = thesaurus.single_words().iter().cloned().chain(parts).map(|form| (form.folded, 0));
        let spellings: Arc<Words> = Arc::new(spellings.collect());
        let fingerprint = fingerprint(lexicon);
        let opstamp = index.load_metas()?.opstamp;
        let snapshot = Snapshot::new(reader.searcher(), fields, opstamp, &fingerprint, &spellings, None)?;
        Ok(Self(Arc::new(Inner {
            index,
            reader,
            fields,
            folder,
            fingerprint,
            analyzer,
            thesaurus,
            spellings,
            config: config.clone(),
            snapshot: RwLock::new(Arc::new(snapshot)),
            writing: Mutex::new(()),
            told: RwLock::default(),
        })))
    }

    /// From now on calls `tell` after each change, once searches see it, with the ids of the
    /// documents that were put or removed. Searching waits for nobody; whoever changes waits.
    pub fn when_changed(&self, tell: impl Fn(&[String]) + Send + Sync + 'static) {
        self.0.told.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(tell));
    }

    /// Makes all changes in one commit, takes what they removed off the disk, and
    /// lets later searches see it. Blocks for as long as that takes; searches go on.
    ///
    /// # Errors
    /// [`SearchError::Locked`] where another process writes, [`SearchError::Folder`]
    /// where it cannot be written. Nothing is changed then, except that after the
    /// commit a failure may leave removed text on the disk, unseen, until the next change.
    pub fn apply(&self, changes: Vec<Change>) -> Result<u64, SearchError> {
        if changes.is_empty() {
            return Ok(self.stamp());
        }
        std::thread::scope(|scope| {
            let writing = scope.spawn(|| {
                // For this thread and those that it starts; where it is refused, all are equal as before.
                let _ = rustix::process::nice(STEP_BACK);
                self.write(changes)
            });
            writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn write(&self, changes: Vec<Change>) -> Result<u64, SearchError> {
        let inner = &*self.0;
        let _alone = inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: TantivyError| SearchError::writing(&inner.folder, &error);
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(inner.config.writer_memory_mib.max(15) * 1024 * 1024)
            .build();
        let mut writer: IndexWriter = inner.index.writer_with_options(options).map_err(failed)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        // What a process left that was killed in the middle of this; it would be in the way.
        writer.garbage_collect_files().wait().map_err(failed)?;
        let mut analyzer = inner.analyzer.clone();
        let mut touched = Vec::with_capacity(changes.len());
        for change in changes {
            match change {
                Change::Remove { document } => {
                    writer.delete_term(inner.fields.document_term(&document));
                    touched.push(document);
                }
                Change::Put { document, chunks } => {
                    writer.delete_term(inner.fields.document_term(&document.id));
                    touched.push(document.id.clone());
                    writer.add_document(inner.fields.document_entry(&document)).map_err(failed)?;
                    for chunk in chunks {
                        let entry = inner.fields.chunk_entry(&mut analyzer, &document, chunk)?;
                        writer.add_document(entry).map_err(failed)?;
                    }
                }
            }
        }
        let mut commit = writer.prepare_commit().map_err(failed)?;
        commit.set_payload(&inner.fingerprint);
        commit.commit().map_err(failed)?;
        // From here on the change holds, whatever becomes of tidying up.
        let tidied = tidy(&inner.index, &mut writer);
        self.reload()?;
        for tell in inner.told.read().unwrap_or_else(PoisonError::into_inner).iter() {
            tell(&touched);
        }
        // Files that the former readers held can go now.
        let collected = writer.garbage_collect_files().wait();
        tidied.and(collected.map(drop)).map_err(failed)?;
        Ok(self.stamp())
    }

    /// A number that changes with each commit and survives a restart.
    #[must_use]
    pub fn stamp(&self) -> u64 {
        self.snapshot().stamp
    }

    /// The `k` best chunks for a question.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] where the index cannot be read.
    pub fn search(&self, query: &Query, k: usize) -> Result<Results, SearchError> {
        self.search_with(query, k, &self.0.config.weights)
    }

    /// The same with other weights: to find better ones.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn search_with(&self, query: &Query, k: usize, weights: &Ranking) -> Result<Results, SearchError> {
        let inner = &*self.0;
        let snapshot = self.snapshot();
        let planner = Planner {
            analyzer: inner.analyzer.clone(),
            thesaurus: &inner.thesaurus,
            snapshot: &snapshot,
            lists: Lists::over(&snapshot.segments),
            config: &weights.first,
            lang: query.lang,
            meant: HashMap::new(),
        };
        let (plan, lists) = planner.plan(&query.text)?;
        let possible = plan.possible();
        // Some more than asked for: a closer look may bring them up.
        let verbatim = Sentence::of(&query.text);
        let more = if verbatim.is_one() { MORE_OF_SENTENCES } else { MORE };
        let most = if k == 0 { 0 } else { (k + more).max(LOOKED_AT) };
        let ranked = rank::rank(&snapshot, &weights.first, &plan, lists, &query.scope, most)?;
        let mut looker = Looker::new(&query.text, &plan);
        let mut found = second::look(&snapshot, weights, query, possible, &mut looker, &ranked)?;
        for candidate in &mut found {
            let may = verbatim.is_one() && (plan.terms.is_empty() || candidate.said >= SAID);
            if may && verbatim.stands_in(&candidate.stored.passage()?) {
                candidate.score = (candidate.score * VERBATIM).min(possible);
            }
        }
        found.sort_by(|one, other| {
            let place = || one.stored.head.before().cmp(&other.stored.head.before());
            other.score.total_cmp(&one.score).then_with(place)
        });
        found.truncate(k);
        let mut describer = Describer { overlap: looker.overlap, analyzer: &inner.analyzer, values: &query.values };
        let hits = found.into_iter().map(|Candidate { stored, score, covered, signals, .. }| {
            let (mut passage, best_units, snippet) = describer.describe(&stored)?;
            passage.school.clone_from(&query.scope.school);
            let covered = (covered / possible).clamp(0.0, 1.0);
            Ok(Hit { passage, score, possible, covered, snippet, best_units, signals })
        });
        let hits = hits.collect::<Result<_, SearchError>>()?;
        let terms = plan
            .terms
            .into_iter()
            .map(|term| Term { text: term.text, weight: term.weight, known: term.known, typo: term.typo })
            .collect();
        Ok(Results { hits, terms, possible, lang: query.lang })
    }

    /// One chunk of a document, its placeholders filled with `values`.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] where the index cannot be read.
    pub fn passage(&self, document: &str, chunk: u32, values: &Values) -> Result<Option<Passage>, SearchError> {
        let term = self.0.fields.chunk_term(document, chunk);
        let mut found = self.snapshot().passages(&term)?.pop();
        if let Some(passage) = &mut found {
            passage.chunk.fill(values);
        }
        Ok(found)
    }

    /// All chunks of a document in order, their placeholders filled with `values`;
    /// none where it is not there.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] where the index cannot be read.
    pub fn document(&self, document: &str, values: &Values) -> Result<Vec<Passage>, SearchError> {
        let mut chunks = self.as_written(document)?;
        for passage in &mut chunks {
            passage.chunk.fill(values);
        }
        Ok(chunks)
    }

    /// All chunks of a document in order, as they were indexed: for looking after
    /// the documents, not for readers.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] where the index cannot be read.
    pub fn as_written(&self, document: &str) -> Result<Vec<Passage>, SearchError> {
        let mut chunks = self.snapshot().passages(&self.0.fields.document_term(document))?;
        chunks.sort_by_key(|passage| passage.chunk.number);
        Ok(chunks)
    }

    /// Ids and revisions of all documents, those without a chunk included.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] where the index cannot be read.
    pub fn revisions(&self) -> Result<BTreeMap<String, String>, SearchError> {
        self.snapshot().revisions()
    }

    /// Schools that documents are for, with the ids of those documents.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] where the index cannot be read.
    pub fn schools(&self) -> Result<BTreeMap<String, BTreeSet<String>>, SearchError> {
        self.snapshot().schools()
    }

    /// How much it holds.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let snapshot = self.snapshot();
        let bytes = snapshot.searcher.space_usage().map_or(0, |usage| usage.total().get_bytes());
        Counts { documents: snapshot.documents, chunks: snapshot.chunks, bytes }
    }

    /// The state that is searched and the terms of a question, for comparing ways to rank.
    #[cfg(test)]
    pub(super) fn planned(&self, question: &str, lang: Lang) -> (Arc<Snapshot>, Plan, Lists) {
        let Inner { analyzer, thesaurus, config, .. } = &*self.0;
        let snapshot = self.snapshot();
        let config = &config.weights.first;
        let (analyzer, lists) = (analyzer.clone(), Lists::over(&snapshot.segments));
        let planner = Planner { analyzer, thesaurus, snapshot: &snapshot, lists, config, lang, meant: HashMap::new() };
        let (plan, lists) = planner.plan(question).unwrap();
        (snapshot, plan, lists)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn reload(&self) -> Result<(), SearchError> {
        let inner = &*self.0;
        inner.reader.reload()?;
        let opstamp = inner.index.load_metas()?.opstamp;
        let (searcher, before) = (inner.reader.searcher(), self.snapshot());
        let snapshot =
            Snapshot::new(searcher, inner.fields, opstamp, &inner.fingerprint, &inner.spellings, Some(&before))?;
        // Files that only the former state held can go now.
        drop(before);
        let former = {
            let mut current = inner.snapshot.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, Arc::new(snapshot))
        };
        // Closing what it held takes its time; nobody waits for that at the lock.
        drop(former);
        Ok(())
    }
}

/// Rewrites segments that hold removed text, and joins small ones.
fn tidy(index: &tantivy::Index, writer: &mut IndexWriter) -> Result<(), TantivyError> {
    let segments = index.searchable_segment_metas()?;
    let sizes: Vec<merging::Size> = segments
        .iter()
        .map(|segment| merging::Size { alive: u64::from(segment.num_docs()), removed: segment.has_deletes() })
        .collect();
    for group in merging::groups(&sizes) {
        let ids: Vec<SegmentId> = group.into_iter().map(|at| segments[at].id()).collect();
        writer.merge(&ids).wait()?;
    }
    Ok(())
}
