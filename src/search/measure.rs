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
        assert!(ten >= bm25_at_10, "{name}: recall@10 {ten} is below plain BM25's {bm25_at_10}");
    }
}

/// Words as rare as in a language (Zipf), made of syllables, the same in every run.
struct Babble(u64);

impl Babble {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "dru", "cker", "bea", "mer", "ka", "bel", "netz", "werk", "ta", "fel", "schu", "le", "ton", "bild", "an",
            "gel",
        ];
        let size = 1 << (1 + self.next(15));
        let mut rank = self.next(size);
        let mut word = String::new();
        while word.len() < 4 || rank > 0 {
            let syllable = usize::try_from(rank % 16).unwrap();
            word.push_str(SYLLABLES[syllable]);
            rank /= 16;
        }
        word
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

#[test]
#[ignore = "measures; takes minutes without optimisation"]
fn scale() {
    let chunks: u32 = std::env::var("SCHULLOTSE_CHUNKS").map_or(10_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), Arc::new(Lexicon::default()), &SearchConfig::default()).unwrap();
    let mut babble = Babble(7);
    let start = Instant::now();
    for batch in 0..chunks.div_ceil(10_000) {
        let put = |at: u32| {
            let doc = Doc { id: format!("{batch}-{at}"), title: babble.text(6), text: babble.text(80) };
            change(doc, Lang::De)
        };
        index.apply((0..chunks.min(10_000)).map(put).collect()).unwrap();
    }
    let took = start.elapsed();
    let counts = index.counts();
    let mut times = Vec::new();
    for _ in 0..300 {
        let query = Query { text: babble.text(8), ..Query::default() };
        let start = Instant::now();
        assert!(!index.search(&query, 10).unwrap().hits.is_empty());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    eprintln!("{} chunks, {} bytes each, indexed in {took:.1?}", counts.chunks, counts.bytes / counts.chunks);
    eprintln!("query p50 {:.1?} p99 {:.1?}", times[150], times[297]);
}
