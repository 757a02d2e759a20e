//! Retrieval figures on the shared development sets, beside plain BM25 (whole
//! words, k1 1.2, b 0.75) on the same questions: `cargo test --lib search::measure -- --ignored --nocapture`.
//! `SCHULLOTSE_DEV_SETS` and `SCHULLOTSE_TEXTS` name the folders; skipped with a
//! message where they are absent.

#![expect(clippy::disallowed_methods, reason = "a measure is told by its caller what to measure")]

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;

use super::{Change, Index, Query};
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

fn change(doc: Doc, lang: Lang) -> Change {
    let meta = Meta { lang, ..Meta::default() };
    let (kind, revision, sections) = (Kind::Guide, "1".into(), vec![]);
    let document = Document { id: doc.id, title: doc.title, kind, meta, revision, sections };
    let blocks = vec![Block::Paragraph { text: doc.text }];
    Change::Put { document, chunks: vec![Chunk { number: 0, heading: vec![], page: None, blocks }] }
}

fn index(docs: Vec<Doc>, lang: Lang, config: &SearchConfig) -> Index {
    let index = Index::in_memory(Arc::new(Lexicon::default()), config).unwrap();
    index.apply(docs.into_iter().map(|doc| change(doc, lang)).collect()).unwrap();
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
        let query = Query { text: question.text.clone(), lang, ..Query::default() };
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
        assert!(ten >= bm25_at_10, "{name}: recall@10 {ten} is below plain BM25's {bm25_at_10}");
    }
}

/// Real text cut into pieces of 80 words, a little of it a question.
#[test]
#[ignore = "measures; needs plain texts (*.txt) in SCHULLOTSE_TEXTS"]
fn scale() {
    let Some(folder) = std::env::var_os("SCHULLOTSE_TEXTS").map(PathBuf::from).filter(|folder| folder.is_dir()) else {
        eprintln!("skipped: SCHULLOTSE_TEXTS names no folder of texts");
        return;
    };
    let most: usize = std::env::var("SCHULLOTSE_CHUNKS").map_or(10_000, |count| count.parse().unwrap());
    let mut words: Vec<String> = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            words.extend(std::fs::read_to_string(path).unwrap().split_whitespace().map(str::to_owned));
        }
    }
    let texts: Vec<String> = words.chunks(80).map(|words| words.join(" ")).take(most).collect();
    let place = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(place.path(), Arc::new(Lexicon::default()), &SearchConfig::default()).unwrap();
    let start = Instant::now();
    for (batch, texts) in texts.chunks(10_000).enumerate() {
        let doc = |(at, text): (usize, &String)| {
            let title = text.split(' ').take(5).collect::<Vec<_>>().join(" ");
            change(Doc { id: format!("{batch}-{at}"), title, text: text.clone() }, Lang::De)
        };
        index.apply(texts.iter().enumerate().map(doc).collect()).unwrap();
    }
    let took = start.elapsed();
    let counts = index.counts();
    let mut times = Vec::new();
    for text in texts.iter().step_by((texts.len() / 500).max(1)) {
        let words: Vec<&str> = text.split(' ').collect();
        let query = Query {
            text: words[words.len() / 2..].iter().take(8).copied().collect::<Vec<_>>().join(" "),
            ..Query::default()
        };
        let start = Instant::now();
        index.search(&query, 10).unwrap();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    eprintln!("{} chunks, {} bytes each, indexed in {took:.1?}", counts.chunks, counts.bytes / counts.chunks);
    eprintln!("query p50 {:.1?} p99 {:.1?}", times[times.len() / 2], times[times.len() * 99 / 100]);
}
