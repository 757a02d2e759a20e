//! The fast way and a plain one give the same: every score worked out chunk by
//! chunk from the postings, nothing skipped, nothing kept between searches.

use std::{collections::BTreeMap, sync::Arc};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tantivy::{DocAddress, DocSet as _, TERMINATED, Term, postings::Postings as _, schema::IndexRecordOption};

use super::{chunk, lexicon, paragraph, put};
use crate::{
    config::{First, SearchConfig},
    domain::{
        document::{Audience, Meta},
        lang::Lang,
    },
    search::{
        Change, Index, Scope,
        plan::{Choice, Part, Plan},
        rank::rank,
        snapshot::Snapshot,
    },
};

/// A token's frequency over the field's length, by chunk.
fn held(snapshot: &Snapshot, config: &First, column: usize, token: &str) -> BTreeMap<DocAddress, f32> {
    let field = snapshot.fields.ranked()[column];
    let mut found = BTreeMap::new();
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let norms = segment.get_fieldnorms_reader(field).unwrap();
        let index = segment.inverted_index(field).unwrap();
        let term = Term::from_field_text(field, token);
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs).unwrap() else { continue };
        while postings.doc() != TERMINATED {
            let length = f64::from(norms.fieldnorm(postings.doc())) / f64::from(snapshot.lengths[column]);
            let length = 1.0 - f64::from(config.b) + f64::from(config.b) * length;
            #[expect(clippy::cast_possible_truncation, reason = "compared with a tolerance")]
            let held = (f64::from(postings.term_freq()) / length) as f32;
            found.insert(DocAddress::new(ord, postings.doc()), held);
            postings.advance();
        }
    }
    found
}

/// A figure for each chunk that has one: score and coverage.
type Figures = BTreeMap<DocAddress, [f32; 2]>;

fn of_choice(snapshot: &Snapshot, config: &First, choice: &Choice) -> Figures {
    let german = [(0, config.title), (1, config.heading), (2, 1.0), (6, config.part)];
    let english = [(3, config.title), (4, config.heading), (5, 1.0)];
    let mut sum: BTreeMap<DocAddress, f32> = BTreeMap::new();
    for (token, columns) in [(&choice.german, &german[..]), (&choice.english, &english[..])] {
        for (token, (column, weight)) in token.iter().flat_map(|token| columns.iter().map(move |one| (token, one))) {
            for (chunk, held) in held(snapshot, config, *column, token) {
                *sum.entry(chunk).or_default() += weight * held;
            }
        }
    }
    let figure = |held: f32| [choice.weight * held / (held + config.k1), choice.weight];
    sum.into_iter().map(|(chunk, held)| (chunk, figure(held))).collect()
}

fn of_part(snapshot: &Snapshot, config: &First, part: &Part) -> Figures {
    let mut best = Figures::new();
    let mut raise = |chunk: DocAddress, [score, covered]: [f32; 2]| {
        let had = best.entry(chunk).or_default();
        *had = [had[0].max(score), had[1].max(covered)];
    };
    for choice in &part.choices {
        for (chunk, figure) in of_choice(snapshot, config, choice) {
            raise(chunk, figure);
        }
    }
    best
}

/// Whom each chunk is for.
fn metas(snapshot: &Snapshot) -> BTreeMap<DocAddress, Meta> {
    let mut metas = BTreeMap::new();
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        for address in segment.doc_ids_alive().map(|doc| DocAddress::new(ord, doc)) {
            metas.extend(snapshot.passage(address).unwrap().map(|passage| (address, passage.meta)));
        }
    }
    metas
}

/// All chunks that a reader may see with their figures, by falling score.
fn plain(
    snapshot: &Snapshot,
    config: &First,
    plan: &Plan,
    seen: impl Fn(&DocAddress) -> bool,
) -> Vec<(DocAddress, [f32; 2])> {
    let mut total = Figures::new();
    let share = if plan.pieces_weight > 0.0 { config.pieces } else { 0.0 };
    for term in &plan.terms {
        let mut best = Figures::new();
        for alternative in &term.alternatives {
            let mut sum = Figures::new();
            for part in &alternative.parts {
                for (chunk, [score, covered]) in of_part(snapshot, config, part) {
                    let had = sum.entry(chunk).or_default();
                    *had = [had[0] + part.share * score, had[1] + part.share * covered];
                }
            }
            for (chunk, [score, covered]) in sum {
                let had = best.entry(chunk).or_default();
                let quality = alternative.quality;
                *had = [had[0].max(quality * score), had[1].max(quality * covered)];
            }
        }
        for (chunk, [score, covered]) in best {
            let had = total.entry(chunk).or_default();
            *had = [had[0] + (1.0 - share) * term.weight * score, had[1] + term.weight * covered];
        }
    }
    for piece in plan.pieces.iter().flatten() {
        let unit = share * plan.possible() * piece.weight / plan.pieces_weight / (1.0 + config.title_pieces);
        for (column, weight) in [(7, unit), (8, unit * config.title_pieces)] {
            for (chunk, held) in held(snapshot, config, column, &piece.text) {
                total.entry(chunk).or_default()[0] += weight * held / (held + config.k1);
            }
        }
    }
    let mut found: Vec<_> = total.into_iter().filter(|(chunk, _)| seen(chunk)).collect();
    found.sort_by(|(_, a), (_, b)| b[0].total_cmp(&a[0]));
    found
}

/// Words of every frequency: `w0` in nearly every text, `w199` in few; some German, to be split and misspelt.
fn word(rng: &mut StdRng) -> String {
    const REAL: [&str; 8] =
        ["Lehrerzimmer", "Beamer", "drucker", "Fernbedienung", "WLAN", "Papierstau", "Passwort", "geht nicht"];
    if rng.random_bool(0.15) {
        return REAL[rng.random_range(0..REAL.len())].to_owned();
    }
    let most = rng.random_range(1..200_u32);
    let rank = rng.random_range(0..most);
    // Letters, so that the words have pieces and typos.
    let letters: String = rank.to_string().bytes().map(|digit| char::from(b'a' + (digit - b'0') * 2)).collect();
    format!("wort{letters}")
}

fn text(rng: &mut StdRng, words: usize) -> String {
    (0..words).map(|_| word(rng)).collect::<Vec<_>>().join(" ")
}

fn document(rng: &mut StdRng, id: usize) -> Change {
    let meta = Meta {
        lang: if rng.random_bool(0.1) { Lang::En } else { Lang::De },
        schools: if rng.random_bool(0.2) { vec![format!("s{}", rng.random_range(0..3))] } else { vec![] },
        audience: if rng.random_bool(0.1) { Audience::Staff } else { Audience::Teacher },
        ..Meta::default()
    };
    let chunks = (0..rng.random_range(1..4_u32)).map(|number| {
        let words = rng.random_range(1..40);
        chunk(number, &text(rng, 2), vec![paragraph(&text(rng, words))])
    });
    let chunks = chunks.collect();
    put(&format!("d{id}"), &text(rng, 3), meta, chunks)
}

#[test]
fn the_first_k_are_those_of_the_plain_way() {
    let config = SearchConfig::default();
    let mut several = 0;
    for seed in 0..6 {
        let rng = &mut StdRng::seed_from_u64(seed);
        let index = Index::in_memory(Arc::new(lexicon()), &config).unwrap();
        // Several commits, several segments, documents replaced and removed.
        for batch in 0..rng.random_range(1..5_usize) {
            let mut changes: Vec<Change> = (0..500).map(|at| document(rng, batch * 400 + at)).collect();
            changes.extend((0..5).map(|_| Change::Remove { document: format!("d{}", rng.random_range(0..1_500)) }));
            index.apply(changes).unwrap();
        }
        let (snapshot, ..) = index.planned("", Lang::De);
        several += usize::from(snapshot.segments.len() > 1);
        let metas = metas(&snapshot);
        for round in 0..24 {
            let (words, k) = (rng.random_range(1..14), [1, 3, 10, 60][round % 4]);
            let scope = Scope {
                school: rng.random_bool(0.5).then(|| format!("s{}", rng.random_range(0..4))),
                audience: if rng.random_bool(0.3) { Audience::Staff } else { Audience::Teacher },
            };
            let question = text(rng, words);
            let (snapshot, plan, lists) = index.planned(&question, Lang::De);
            let visible = |meta: &Meta| meta.visible(scope.audience, scope.school.as_deref());
            let wanted = plain(&snapshot, &config.weights.first, &plan, |chunk| metas.get(chunk).is_some_and(visible));
            let found = rank(&snapshot, &config.weights.first, &plan, lists, &scope, k).unwrap();
            assert!(found.len() >= wanted.len().min(k), "{question}: {} of {}", found.len(), wanted.len());
            let last = wanted.get(k - 1).map_or(0.0, |(_, figures)| figures[0]);
            let figures: BTreeMap<DocAddress, [f32; 2]> = wanted.iter().copied().collect();
            for (at, one) in found.iter().enumerate() {
                let near = |a: f32, b: f32| (a - b).abs() <= 1e-4 * b.max(1.0);
                let [counts, holds] = figures[&one.address];
                assert!(near(one.score, counts) && near(one.covered, holds), "{question}: {one:?} {counts} {holds}");
                assert!(at >= k || near(one.score, wanted[at].1[0]), "{question}: {at} {one:?}");
                assert!(one.score >= last * 0.9999, "{question}: {one:?} is not among the first {k}");
            }
        }
    }
    assert!(several > 1, "indexes of several segments were among them");
}
