//! Brings the chunks that the first stage found, and those that are about the problem
//! in question, into their final order: see `signals` for what is looked at.

use std::collections::{BTreeMap, HashMap};

use tantivy::{DocAddress, DocSet, TERMINATED, Term, schema::IndexRecordOption};

use super::{
    Query,
    error::SearchError,
    rank::Ranked,
    signals::{Looker, SIGNALS, Signals},
    snapshot::{Snapshot, Stored},
};
use crate::{config::Ranking, domain::document::Kind};

/// A problem less likely than this brings no documents up.
const LIKELY: f32 = 0.04;
/// Most documents that problems bring up.
const MOST: usize = 48;

/// A chunk after the second stage.
pub(super) struct Candidate {
    pub(super) stored: Stored,
    /// Above 0, at most the question's possible score.
    pub(super) score: f32,
    /// Weight of the question that was found in it.
    pub(super) covered: f32,
    pub(super) signals: Signals,
    /// Share of the question's weight that stands in its words, 0 to 1.
    pub(super) said: f32,
}

/// Looks closer at what was ranked.
pub(super) fn look(
    snapshot: &Snapshot,
    ranking: &Ranking,
    query: &Query,
    possible: f32,
    looker: &mut Looker<'_>,
    ranked: &[Ranked],
) -> Result<Vec<Candidate>, SearchError> {
    let mut candidates = Vec::with_capacity(ranked.len());
    let found: Vec<(DocAddress, f32, f32)> =
        ranked.iter().map(|chunk| (chunk.address, chunk.score, chunk.covered)).collect();
    let brought = about(snapshot, query)?;
    let brought = brought.into_iter().filter(|address| !found.iter().any(|(had, ..)| had == address));
    for (address, score, covered) in found.iter().copied().chain(brought.map(|address| (address, 0.0, 0.0))) {
        let Some(stored) = snapshot.stored(address)? else { continue };
        let head = &stored.head;
        if !head.meta.visible(query.scope.audience, query.scope.school.as_deref()) {
            continue;
        }
        let mut signals = looker.look(&stored.sketch, &head.title, head.meta.lang);
        signals.set("lexical", score / possible);
        signals.set("resolution", if head.kind == Kind::Resolution { 1.0 } else { 0.0 });
        let likely = query.about.iter().filter(|(problem, _)| head.meta.problems.contains(problem));
        signals.set("about", likely.map(|(_, share)| *share).fold(0.0, f32::max));
        let said = looker.overlap.held(looker.overlap.all());
        candidates.push(Candidate { stored, score: 0.0, covered, signals, said });
    }
    documents(&mut candidates);
    let weights = Weights::new(ranking, !query.about.is_empty());
    for candidate in &mut candidates {
        candidate.score = weights.of(&candidate.signals) * possible;
    }
    candidates.retain(|candidate| candidate.score > 0.0);
    Ok(candidates)
}

/// First chunks of documents for the likely problems.
fn about(snapshot: &Snapshot, query: &Query) -> Result<Vec<DocAddress>, SearchError> {
    let mut found = Vec::new();
    for (problem, _) in query.about.iter().filter(|(_, share)| *share >= LIKELY) {
        let term = Term::from_field_text(snapshot.fields.problem, problem);
        for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED && found.len() < MOST {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(ord, postings.doc()));
                }
                postings.advance();
            }
        }
    }
    Ok(found)
}

/// The best of the other chunks of the same document.
fn documents(candidates: &mut [Candidate]) {
    let mut of: HashMap<String, Vec<f32>> = HashMap::new();
    for candidate in candidates.iter() {
        of.entry(candidate.stored.head.document.clone()).or_default().push(candidate.signals.get("lexical"));
    }
    for candidate in candidates {
        let own = candidate.signals.get("lexical");
        let all = &of[&candidate.stored.head.document];
        // One of them is its own.
        let mut skipped = false;
        let others = all.iter().filter(|score| {
            let is_own = !skipped && score.total_cmp(&own).is_eq();
            skipped |= is_own;
            !is_own
        });
        let best = others.copied().fold(0.0, f32::max);
        candidate.signals.set("document", best);
    }
}

/// Weights in the order of the signals, adding up to at most 1.
struct Weights([f32; SIGNALS.len()]);

impl Weights {
    /// `about`: whether anything is known of the problem in question.
    fn new(ranking: &Ranking, about: bool) -> Self {
        let named: &BTreeMap<String, f32> = &ranking.second;
        let mut weights = SIGNALS.map(|name| named.get(name).copied().unwrap_or(0.0));
        for (weight, name) in weights.iter_mut().zip(SIGNALS) {
            if name == "about" && !about {
                *weight = 0.0;
            }
        }
        let sum: f32 = weights.iter().filter(|weight| **weight > 0.0).sum();
        Self(weights.map(|weight| weight / sum.max(f32::MIN_POSITIVE)))
    }

    /// 0 to 1.
    fn of(&self, signals: &Signals) -> f32 {
        self.0.iter().zip(&signals.0).map(|(weight, signal)| weight * signal).sum::<f32>().clamp(0.0, 1.0)
    }
}
