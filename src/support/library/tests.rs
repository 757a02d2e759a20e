//! What a file keeps while it is broken, and what leaves.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::{
    config::SearchConfig,
    domain::{clock::ManualClock, document::Audience},
    search::{Query, Scope},
};

/// A library over one folder, without what is built in.
struct Bench {
    root: TempDir,
    store: Store,
    index: Index,
    clock: Arc<ManualClock>,
    library: Library,
}

impl Bench {
    async fn new() -> Self {
        let root = TempDir::new().unwrap();
        std::fs::create_dir(root.path().join("k")).unwrap();
        Self::over(root, Store::in_memory().await.unwrap(), index()).await
    }

    async fn over(root: TempDir, store: Store, index: Index) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-20T08:00:00Z".parse().unwrap()));
        let config = KnowledgeConfig {
            builtin: false,
            folders: vec![root.path().join("k")],
            max_file_mib: 1,
            ..KnowledgeConfig::default()
        };
        let library = Library::new(Parts {
            index: index.clone(),
            store: store.clone(),
            schools: Schools::load(&store).await.unwrap(),
            redactor: Arc::new(Redactor::new(&Lexicon::default())),
            orders: Arc::new(Orders::new(&crate::ingest::lexicon::merge(builtin::lexicon().unwrap()))),
            flows: Flows::default(),
            clock: clock.clone(),
            config,
            program: "/nowhere".into(),
            data: root.path().join("data"),
        });
        Self { root, store, index, clock, library }
    }

    /// As a start of the program finds it; with another analysis, the index is empty.
    async fn restarted(self, fresh_index: bool) -> Self {
        let index = if fresh_index { index() } else { self.index };
        Self::over(self.root, self.store, index).await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("k").join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Sets the clock to the time when a file was written.
    fn now_as_of(&self, name: &str) {
        let written = std::fs::metadata(self.path(name)).unwrap().modified().unwrap();
        let written = Timestamp::try_from(written).unwrap();
        self.clock.advance(written.duration_since(self.clock.now()));
    }

    async fn refresh(&self) -> Report {
        self.library.refresh(&[]).await.unwrap()
    }

    /// Documents in which a word stands, for somebody without a school.
    fn with(&self, word: &str) -> Vec<String> {
        self.seen_by(word, Audience::Staff, None)
    }

    fn seen_by(&self, word: &str, audience: Audience, school: Option<&str>) -> Vec<String> {
        let scope = Scope { school: school.map(Into::into), audience };
        let query = Query { text: word.into(), lang: crate::domain::lang::Lang::De, scope, ..Query::default() };
        let hits = self.index.search(&query, 50).unwrap().hits.into_iter();
        let mut found: Vec<String> =
            hits.filter(|hit| hit.passage.chunk.text().contains(word)).map(|hit| hit.passage.document).collect();
        found.sort();
        found
    }
}

fn index() -> Index {
    Index::in_memory(Arc::new(Lexicon::default()), &SearchConfig::default()).unwrap()
}

fn guide(head: &str, text: &str) -> String {
    format!("---\ntitle: Titel\n{head}---\n\n1. {text}\n")
}

/// Path, kept, and whether `part` stands in the reason.
fn of<'a>(report: &'a Report, path: &str) -> &'a Refused {
    report.refused.iter().find(|refused| refused.path == path).unwrap_or_else(|| panic!("{path}: {report:?}"))
}

#[tokio::test]
async fn a_guide_that_breaks_is_found_as_it_was_until_it_is_mended_or_deleted() {
    let mut bench = Bench::new().await;
    let breaks: [(&str, Vec<u8>); 6] = [
        ("yaml", b"---\ntitle: [\n---\n\n1. Neu.\n".to_vec()),
        ("key", b"---\ntitle: T\ngadgets: [board]\n---\n\n1. Neu.\n".to_vec()),
        ("empty", Vec::new()),
        ("nul", b"---\ntitle: T\n---\n\n1. Neu.\0\n".to_vec()),
        ("head", b"---\ntitle: T\n---\n".to_vec()),
        ("large", vec![b'x'; 1_100_000]),
    ];
    for (name, _) in &breaks {
        bench.write(&format!("{name}.md"), guide("", "Drücken Sie den Quaxtrolin."));
    }
    bench.write("good.md", guide("", "Ziehen Sie den Molchrion."));
    assert_eq!(bench.refresh().await.added, 7);
    for (name, bytes) in &breaks {
        bench.write(&format!("{name}.md"), bytes);
    }
    let names = ["empty", "head", "key", "large", "nul", "yaml"];
    let mut since: Option<Timestamp> = None;
    for _ in 0..3 {
        let report = bench.refresh().await;
        assert_eq!((report.removed, report.changed, report.refused.len()), (0, 0, 6), "{report:?}");
        assert!(report.refused.iter().all(|refused| refused.kept), "{report:?}");
        let first = of(&report, "nul.md").since;
        assert_eq!(*since.get_or_insert(first.unwrap()), first.unwrap(), "since it broke first");
        assert_eq!(bench.with("Quaxtrolin"), names);
        // A restart forgets nothing.
        bench.clock.advance(SignedDuration::from_secs(60));
        bench = bench.restarted(false).await;
    }
    bench.write("yaml.md", guide("", "Öffnen Sie den Wibbelfax."));
    std::fs::remove_file(bench.path("empty.md")).unwrap();
    std::fs::rename(bench.path("key.md"), bench.path("renamed.md")).unwrap();
    let report = bench.refresh().await;
    assert_eq!((report.changed, report.removed), (1, 2), "{report:?}");
    assert!(!of(&report, "renamed.md").kept, "another file has nothing to keep");
    assert_eq!(bench.with("Quaxtrolin"), ["head", "large", "nul"]);
    assert_eq!(bench.with("Wibbelfax"), ["yaml"]);
    // An index that is new cannot have it; that is said.
    bench = bench.restarted(true).await;
    for _ in 0..2 {
        let report = bench.refresh().await;
        assert!(!of(&report, "nul.md").kept && of(&report, "nul.md").reason.ends_with(rows::LOST), "{report:?}");
        assert!(!of(&report, "renamed.md").reason.contains("last good"), "{report:?}");
        assert_eq!(bench.with("Quaxtrolin"), Vec::<String>::new());
        assert_eq!(bench.with("Molchrion"), ["good"]);
    }
}

#[tokio::test]
async fn what_a_new_version_closes_is_closed_even_if_it_is_broken() {
    let bench = Bench::new().await;
    let text = "Drücken Sie den Quaxtrolin.";
    for (name, head) in [
        ("staff", ""),
        ("school", ""),
        ("fewer", "schools: [a, b]\n"),
        ("was-staff", "audience: staff\n"),
        ("unread", ""),
        ("wider", "schools: [a]\n"),
    ] {
        bench.write(&format!("{name}.md"), guide(head, text));
    }
    bench.write("beside.txt", text);
    bench.refresh().await;
    assert_eq!(bench.seen_by("Quaxtrolin", Audience::Teacher, Some("b")).len(), 5);
    for (name, head) in [
        ("staff", "audience: staff\n"),
        ("school", "schools: [a]\n"),
        ("fewer", "schools: [a]\n"),
        ("was-staff", "audience: staff\n"),
        ("wider", "schools: [a, b]\n"),
    ] {
        bench.write(&format!("{name}.md"), format!("---\ntitle: T\n{head}---\n\n\0"));
    }
    bench.write("unread.md", "---\n: [\n---\n");
    bench.write("beside.meta.yaml", "audience: staff\ndevices: [toaster]\n");
    let report = bench.refresh().await;
    assert_eq!((report.refused.len(), report.removed), (7, 4), "{report:?}");
    assert_eq!(bench.with("Quaxtrolin"), ["unread", "was-staff"], "for nobody's school");
    assert_eq!(bench.seen_by("Quaxtrolin", Audience::Teacher, Some("b")), ["unread"]);
    assert_eq!(bench.seen_by("Quaxtrolin", Audience::Teacher, Some("a")), ["unread", "wider"]);
}

#[tokio::test]
async fn an_id_that_another_has_changes_neither() {
    let bench = Bench::new().await;
    bench.write("a.md", guide("id: eins\n", "Der Quaxtrolin."));
    bench.write("b.md", guide("id: zwei\n", "Der Molchrion."));
    bench.refresh().await;
    // The first of the two by name comes too late all the same.
    bench.write("a.md", guide("id: zwei\n", "Der Wibbelfax."));
    for _ in 0..2 {
        let report = bench.refresh().await;
        assert!(of(&report, "a.md").kept && of(&report, "a.md").reason.contains("zwei"), "{report:?}");
        assert_eq!((report.refused.len(), report.removed, report.changed), (1, 0, 0), "{report:?}");
        assert_eq!((bench.with("Quaxtrolin"), bench.with("Molchrion")), (vec!["eins".into()], vec!["zwei".into()]));
        assert!(bench.with("Wibbelfax").is_empty());
        assert!(bench.store.sources().await.unwrap()[0].reason.is_some(), "`doctor` names it");
    }
    std::fs::remove_file(bench.path("b.md")).unwrap();
    let report = bench.refresh().await;
    assert_eq!(report.refused, []);
    assert_eq!(bench.with("Wibbelfax"), ["zwei"]);
    assert!(bench.with("Quaxtrolin").is_empty() && bench.with("Molchrion").is_empty());
    // What is good goes before what is kept.
    bench.write("a.md", "");
    bench.write("c.md", guide("id: zwei\n", "Die Dachsjuwel."));
    let report = bench.refresh().await;
    assert!(!of(&report, "a.md").kept || bench.with("Wibbelfax").is_empty(), "{report:?}");
    assert_eq!((bench.with("Dachsjuwel"), bench.with("Wibbelfax")), (vec!["zwei".to_owned()], vec![]));
}

#[tokio::test]
async fn a_broken_line_keeps_its_case_and_a_deleted_one_does_not() {
    let bench = Bench::new().await;
    let line = |id: u32, word: &str| format!("{{\"id\":\"{id}\",\"subject\":\"S\",\"resolution\":\"Der {word}.\"}}\n");
    bench.write("r.jsonl", [line(1, "Quaxtrolin"), line(2, "Molchrion"), line(3, "Wibbelfax")].concat());
    assert_eq!(bench.refresh().await.added, 3);
    bench.write("r.jsonl", [line(1, "Dachsjuwel"), "{\"id\":\"2\",\"resolution\":\n".into()].concat());
    for _ in 0..2 {
        let report = bench.refresh().await;
        assert!(of(&report, "r.jsonl:2").kept, "{report:?}");
        assert_eq!(bench.with("Molchrion"), ["resolutions/2"]);
        assert_eq!(bench.with("Dachsjuwel"), ["resolutions/1"]);
        assert!(bench.with("Quaxtrolin").is_empty() && bench.with("Wibbelfax").is_empty());
    }
    bench.write("r.jsonl", b"\xff\xfe");
    assert!(of(&bench.refresh().await, "r.jsonl").kept);
    assert_eq!((bench.with("Molchrion").len(), bench.with("Dachsjuwel").len()), (1, 1));
    bench.write("r.jsonl", line(2, "Molchrion"));
    let report = bench.refresh().await;
    assert_eq!((report.refused.len(), report.removed), (0, 1));
    assert_eq!(bench.with("Molchrion"), ["resolutions/2"]);
}

#[tokio::test]
async fn what_cannot_be_looked_at_for_a_moment_stays() {
    let bench = Bench::new().await;
    bench.write("a.md", guide("", "Der Quaxtrolin."));
    bench.write("unter/b.md", guide("", "Der Molchrion."));
    bench.refresh().await;
    let link = bench.path("a.md");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
    let report = bench.refresh().await;
    assert!(of(&report, "a.md").kept && of(&report, "a.md").reason.contains("symbolic"), "{report:?}");
    assert_eq!(bench.with("Quaxtrolin"), ["a"]);
    // The whole folder is away.
    let away = bench.root.path().join("away");
    std::fs::rename(bench.path(""), &away).unwrap();
    assert_eq!(bench.refresh().await.removed, 0);
    assert_eq!((bench.with("Quaxtrolin").len(), bench.with("Molchrion").len()), (1, 1));
    std::fs::rename(&away, bench.path("")).unwrap();
    std::fs::remove_file(&link).unwrap();
    assert_eq!(bench.refresh().await.removed, 1);
    assert_eq!((bench.with("Quaxtrolin").len(), bench.with("Molchrion").len()), (0, 1));
}

#[tokio::test]
async fn a_file_that_is_still_being_written_is_not_refused_yet() {
    let bench = Bench::new().await;
    bench.write("a.md", guide("", "Der Quaxtrolin."));
    bench.refresh().await;
    bench.write("a.md", "---\ntitle: ha");
    bench.write("b.md", "---\ntitle: ha");
    bench.write("c.md.part", "ha");
    bench.now_as_of("a.md");
    let (report, young) = bench.library.refresh_seen().await.unwrap();
    assert!(young && report.refused.is_empty(), "{report:?}");
    assert_eq!(bench.with("Quaxtrolin"), ["a"]);
    bench.clock.advance(SignedDuration::from_secs(4));
    let (report, young) = bench.library.refresh_seen().await.unwrap();
    assert!(!young && of(&report, "a.md").kept && !of(&report, "b.md").kept, "{report:?}");
    assert_eq!((report.refused.len(), bench.with("Quaxtrolin").len()), (2, 1));
    // Who asks for it is told at once.
    bench.write("d.md", "");
    bench.now_as_of("d.md");
    assert_eq!(bench.refresh().await.refused.len(), 3);
    // A version that shuts readers out is not waited for.
    bench.write("a.md", "---\naudience: staff\ntitle: ha");
    bench.library.refresh_seen().await.unwrap();
    assert!(bench.with("Quaxtrolin").is_empty());
}

#[tokio::test]
async fn our_own_data_are_no_documents() {
    let root = TempDir::new().unwrap();
    let around = root.path().join("k");
    std::fs::create_dir_all(around.join("data/knowledge")).unwrap();
    let bench = Bench::over(root, Store::in_memory().await.unwrap(), index()).await;
    let library = Library { data: around.join("data"), own: around.join("data/knowledge"), ..bench.library };
    std::fs::write(around.join("data/held.jsonl"), "{\"id\":\"1\",\"resolution\":\"Der Quaxtrolin.\"}\n").unwrap();
    std::fs::write(around.join("data/knowledge/a.md"), guide("", "Der Molchrion.")).unwrap();
    std::fs::write(around.join("database.md"), guide("", "Der Wibbelfax.")).unwrap();
    let report = library.refresh(&[]).await.unwrap();
    assert_eq!((report.documents, report.refused.len()), (2, 0), "{report:?}");
    let report = library.refresh(&[around.join("data")]).await.unwrap();
    assert!(report.refused.iter().any(|refused| refused.reason.contains("data folder")), "{report:?}");
    assert_eq!(report.documents, 2);
}

#[tokio::test]
async fn what_is_unchanged_is_neither_read_nor_noted_again() {
    let bench = Bench::new().await;
    std::fs::create_dir(bench.path("lexicon")).unwrap();
    bench.write("lexicon/rules.toml", "");
    bench.write("a.md", guide("", "Der Quaxtrolin."));
    bench.write("kaputt.md", "");
    bench.refresh().await;
    let rows = bench.store.sources().await.unwrap();
    bench.clock.advance(SignedDuration::from_secs(60));
    let (report, _) = bench.library.refresh_seen().await.unwrap();
    assert_eq!((report.added, report.changed, report.removed, report.refused.len()), (0, 0, 0, 1));
    assert_eq!(bench.store.sources().await.unwrap(), rows, "not even the time");
    assert!(!bench.library.lexicon_changed());
    bench.write("lexicon/rules.toml", "# neu");
    bench.refresh().await;
    assert!(bench.library.lexicon_changed());
}
