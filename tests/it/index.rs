//! Documents in, passages out: broken ones beside good ones, changed and deleted
//! ones without a trace.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    hostile_pdf,
    support::{TestProcess, get, on_disk, run},
};

const CONFIG: &str = "[knowledge]\nbuiltin = false\nextract_cpu_seconds = 2\nextract_wall_seconds = 5\n";

struct Folder {
    _root: TempDir,
    data: PathBuf,
    guides: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let (data, guides) = (root.path().join("data"), root.path().join("wissen"));
        std::fs::create_dir(&data).unwrap();
        std::fs::create_dir(&guides).unwrap();
        // Without what is built in: what is found is what a test wrote.
        std::fs::write(data.join("schullotse.toml"), CONFIG).unwrap();
        Self { _root: root, data, guides }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.guides.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    async fn index(&self) -> Value {
        run(&self.data, &["index", "--json", "--knowledge", self.guides.to_str().unwrap()]).await.json()
    }

    async fn found(&self, query: &str) -> Vec<String> {
        documents(&run(&self.data, &["search", query, "--json"]).await.json(), query)
    }
}

/// Documents in which this stands; the search itself also finds what is only alike.
fn documents(found: &Value, query: &str) -> Vec<String> {
    let hits = found["hits"].as_array().unwrap().iter();
    let literal = hits.filter(|hit| hit["snippet"].as_str().unwrap().contains(query));
    literal.map(|hit| hit["document"].as_str().unwrap().to_owned()).collect()
}

fn guide(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\ndevices: [projector]\n---\n\n## Schritt für Schritt\n\n1. {text}\n")
}

fn figures(report: &Value) -> (u64, u64, u64) {
    let figure = |name: &str| report[name].as_u64().unwrap();
    (figure("added"), figure("changed"), figure("removed"))
}

fn reason<'a>(report: &'a Value, name: &str) -> &'a str {
    let refused = report["refused"].as_array().unwrap().iter();
    let mut of = refused.filter(|refusal| Path::new(refusal["path"].as_str().unwrap()).ends_with(name));
    of.next().unwrap_or_else(|| panic!("{name} was not refused: {report}"))["reason"].as_str().unwrap()
}

#[tokio::test]
async fn broken_guides_are_refused_and_good_ones_beside_them_found() {
    let folder = Folder::new();
    folder.write("gut.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    folder.write("ohne.md", "# Wibbelfax\n\n1. Öffnen Sie den Wibbelfax.\n");
    folder.write("schluessel.md", guide("X", "Eins.").replace("devices:", "gadgets:"));
    folder.write("geraet.md", guide("X", "Eins.").replace("projector", "toaster"));
    folder.write("offen.md", "---\ntitle: Nie zu Ende\n\n1. Eins.\n");
    folder.write("yaml.md", "---\ntitle: [\n---\n\n1. Eins.\n");
    folder.write("latin1.md", b"---\ntitle: Ger\xe4t\n---\n\n1. Dr\xfccken.\n");
    folder.write("leer.md", "");
    folder.write("kopf.md", "---\ntitle: Nur ein Kopf\n---\n");
    folder.write("eins/gleich.md", guide("A", "Eins.").replace("title:", "id: doppelt\ntitle:"));
    folder.write("zwei/gleich.md", guide("B", "Zwei.").replace("title:", "id: doppelt\ntitle:"));
    let report = folder.index().await;
    for name in ["ohne.md", "schluessel.md", "geraet.md", "offen.md", "yaml.md", "latin1.md", "leer.md", "kopf.md"] {
        assert!(!reason(&report, name).is_empty(), "{name}");
    }
    for (name, part) in [("schluessel.md", "gadgets"), ("geraet.md", "toaster"), ("latin1.md", "UTF-8")] {
        assert!(reason(&report, name).contains(part), "{name}: {}", reason(&report, name));
    }
    assert!(reason(&report, "gleich.md").contains("doppelt"), "two with one id are refused");
    assert_eq!(folder.found("Quaxtrolin").await, ["gut"]);
    let server = TestProcess::start(&folder.data).await;
    let ready = get(server.address, "/readyz").await;
    assert_eq!((ready.status, ready.json()["documents"].clone()), (200, report["documents"].clone()));
}

#[tokio::test]
async fn hostile_pdfs_end_in_a_reason_and_leave_the_rest_alone() {
    let folder = Folder::new();
    folder.write("gut.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    for (name, bytes) in hostile_pdf::all() {
        folder.write(name, bytes);
    }
    let report = folder.index().await;
    let refused = report["refused"].as_array().unwrap().len();
    assert_eq!(refused, hostile_pdf::all().len() - 2, "all but the two good ones: {report}");
    for name in ["empty.pdf", "garbage.pdf", "cycle.pdf", "deep.pdf", "bomb1g.pdf", "manytext.pdf"] {
        assert!(!reason(&report, name).is_empty(), "{name}");
    }
    assert_eq!(folder.found("Quaxtrolin").await, ["gut"]);
    let found = folder.found("Drucker Raum 204").await;
    assert!(found.contains(&"ok".to_owned()) && found.contains(&"inline".to_owned()), "{found:?}");
}

#[tokio::test]
async fn what_changes_or_goes_leaves_no_trace() {
    let folder = Folder::new();
    folder.write("a.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    folder.write("b.md", guide("Wachteln", "Öffnen Sie den Wibbelfax."));
    let first = folder.index().await;
    let again = folder.index().await;
    assert_eq!(figures(&again), (0, 0, 0), "what is unchanged is not read again");
    assert_eq!((&again["documents"], &again["chunks"]), (&first["documents"], &first["chunks"]));

    folder.write("a.md", guide("Flosser", "Ziehen Sie den Molchrion."));
    std::fs::remove_file(folder.guides.join("b.md")).unwrap();
    folder.write("c.md", guide("Dachse", "Warten Sie auf die Dachsjuwel."));
    assert_eq!(figures(&folder.index().await), (1, 1, 1));
    assert_eq!(folder.found("Molchrion").await, ["a"]);
    assert_eq!(folder.found("Dachsjuwel").await, ["c"]);
    for gone in ["Quaxtrolin", "Wibbelfax"] {
        assert!(folder.found(gone).await.is_empty(), "{gone}");
    }
    // What was good and is broken now stays as it was, until it is deleted.
    folder.write("a.md", b"---\ntitle: \xff\n---\n");
    let report = folder.index().await;
    assert!(!reason(&report, "a.md").is_empty());
    assert_eq!(folder.found("Molchrion").await, ["a"]);
    std::fs::remove_file(folder.guides.join("a.md")).unwrap();
    folder.index().await;
    assert!(folder.found("Molchrion").await.is_empty());
    // Forgotten folders go as a whole.
    let forgotten = run(&folder.data, &["index", "--json", "--forget", folder.guides.to_str().unwrap()]).await.json();
    assert_eq!(forgotten["removed"], 1, "{forgotten}");
    assert!(folder.found("Dachsjuwel").await.is_empty());
    run(&folder.data, &["index", "--forget", "/nowhere"]).await.failed(&["/nowhere"]);
    run(&folder.data, &["index", "--knowledge", "/nowhere"]).await.failed(&["/nowhere"]);
}

#[tokio::test]
async fn a_running_server_does_it_and_answers_from_it_at_once() {
    let folder = Folder::new();
    let mut server = TestProcess::start(&folder.data).await;
    let found = async |query: &str| {
        let reply = get(server.address, &format!("/api/v1/search?q={query}")).await.json();
        documents(&reply, query).len()
    };
    assert_eq!(found("Quaxtrolin").await, 0);
    folder.write("a.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    folder.write("kaputt.md", "");
    let report = folder.index().await;
    assert_eq!(figures(&report).0, 1);
    assert!(!reason(&report, "kaputt.md").is_empty());
    assert_eq!(found("Quaxtrolin").await, 1);
    std::fs::remove_file(folder.guides.join("a.md")).unwrap();
    // The folder is remembered; it need not be named again.
    assert_eq!(run(&folder.data, &["index", "--json"]).await.json()["removed"], 1);
    assert_eq!(found("Quaxtrolin").await, 0);
    run(&folder.data, &["index", "--knowledge", "/nowhere"]).await.failed(&["/nowhere"]);
    assert!(server.log().await.contains("indexed"));
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn markup_in_a_guide_is_text_on_its_page() {
    let folder = Folder::new();
    let text = "Tippen Sie <script>alert(1)</script> auf den <img src=x onerror=alert(1)> Quaxtrolin & fertig.";
    folder.write("a.md", guide("\"Quasten <b>fett</b>\"", text));
    folder.write("b.html", "<title>Wachteln</title><script>alert(1)</script><p onclick=alert(1)>Der Wibbelfax.");
    folder.index().await;
    let server = TestProcess::start(&folder.data).await;
    for document in ["a", "b"] {
        let page = get(server.address, &format!("/api/v1/documents/{document}")).await;
        assert_eq!(page.status, 200, "{document}");
        let html = page.text();
        for forbidden in ["<script>alert", "<img src=x", "onclick=", "<b>fett"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
    }
}

#[tokio::test]
async fn staff_documents_and_other_schools_are_not_there() {
    let folder = Folder::new();
    folder.write(
        "intern.md",
        guide("Intern", "Der Quaxtrolin der Technik.").replace("title:", "audience: staff\ntitle:"),
    );
    let only = "schools: [gs-lerchenweg]\ntitle:";
    folder.write("lerche.md", guide("Lerche", "Der Wibbelfax der Lerchen.").replace("title:", only));
    folder.index().await;
    assert!(folder.found("Quaxtrolin").await.is_empty());
    assert!(folder.found("Wibbelfax").await.is_empty());
    let of_school = run(&folder.data, &["search", "Wibbelfax", "--school", "gs-lerchenweg", "--json"]).await;
    assert_eq!(documents(&of_school.json(), "Wibbelfax"), ["lerche"]);
    let server = TestProcess::start(&folder.data).await;
    let status = async |path: &str| get(server.address, path).await.status;
    assert_eq!(status("/api/v1/documents/intern").await, 404);
    assert_eq!(status("/api/v1/passages/intern/0?school=gs-lerchenweg").await, 404);
    assert_eq!(status("/api/v1/documents/lerche").await, 404);
    assert_eq!(status("/api/v1/documents/lerche?school=gs-lerchenweg").await, 200);
}

#[tokio::test]
async fn personal_data_in_past_cases_are_masked_before_they_are_written() {
    let folder = Folder::new();
    let case = "{\"id\":\"r1\",\"subject\":\"Quaxtrolin klemmt\",\"description\":\"Gemeldet von Frau Wendelmuth, \
        wendelmuth.k@schule.example, 0171 5550199.\",\"resolution\":\"Quaxtrolin gereinigt.\"}\n";
    folder.write("faelle.jsonl", case);
    folder.index().await;
    assert!(!folder.found("Quaxtrolin").await.is_empty());
    for personal in ["Wendelmuth", "wendelmuth.k@schule", "5550199"] {
        assert!(!on_disk(&folder.data, personal), "{personal}");
    }
}
