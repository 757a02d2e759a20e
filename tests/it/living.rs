//! Knowledge that lives: what is saved is found, what breaks stays as it was and is
//! named, what is deleted is gone; by the watcher of a running server, without a word
//! to it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use super::support::{TestProcess, client, get, run, send, until};

struct Scene {
    root: TempDir,
    data: PathBuf,
    guides: PathBuf,
}

impl Scene {
    fn new(config: &str) -> Self {
        let root = TempDir::new().unwrap();
        let (data, guides) = (root.path().join("data"), root.path().join("wissen"));
        std::fs::create_dir(&data).unwrap();
        std::fs::create_dir(&guides).unwrap();
        let config = format!("[knowledge]\nbuiltin = false\nfolders = [{guides:?}]\n{config}");
        std::fs::write(data.join("schullotse.toml"), config).unwrap();
        Self { root, data, guides }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        write(&self.guides, name, bytes);
    }

    async fn doctor(&self) -> Value {
        run(&self.data, &["doctor", "--json"]).await.json()
    }
}

/// As an editor does: beside, then renamed over.
fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let beside = path.with_file_name(".goutputstream-X1");
    std::fs::write(&beside, bytes).unwrap();
    std::fs::rename(beside, path).unwrap();
}

fn guide(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\n---\n\n## Schritt für Schritt\n\n1. {text}\n")
}

async fn found(server: &TestProcess, word: &str) -> Vec<String> {
    let reply = get(server.address, &format!("/api/v1/search?k=50&q={word}")).await.json();
    let hits = reply["hits"].as_array().unwrap().iter();
    let literal = hits.filter(|hit| hit["snippet"].as_str().unwrap().contains(word));
    literal.map(|hit| hit["document"].as_str().unwrap().to_owned()).collect()
}

async fn ready(server: &TestProcess) -> Value {
    get(server.address, "/readyz").await.json()
}

async fn until_found(server: &TestProcess, word: &str, documents: &[&str]) {
    until(&format!("{word} in {documents:?}"), async || found(server, word).await == documents).await;
}

/// Waits until the watcher has set its watches, so that what follows is its doing.
async fn until_watched(server: &TestProcess, folders: u64) {
    until("watching", async || ready(server).await["watch"]["folders"] == folders).await;
}

#[tokio::test]
async fn what_is_saved_is_found_and_what_breaks_stays_until_it_is_deleted() {
    // Without a poll: the system's own word must do.
    let scene = Scene::new("watch_poll_seconds = 0\n");
    let server = TestProcess::start(&scene.data).await;
    until_watched(&server, 1).await;
    scene.write("a.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    until_found(&server, "Quaxtrolin", &["a"]).await;

    scene.write("a.md", "---\ntitle: [\n---\n");
    scene.write("neu.md", "");
    until("two refused", async || ready(&server).await["refused_count"] == 2).await;
    assert_eq!(found(&server, "Quaxtrolin").await, ["a"], "the last good version");
    let state = ready(&server).await;
    assert_eq!((&state["ready"], &state["kept_count"]), (&true.into(), &1.into()), "{state}");
    assert_eq!((&state["refused"][0]["path"], &state["refused"][0]["kept"]), (&"a.md".into(), &true.into()), "{state}");
    assert_eq!(state["refused"][1]["kept"], false, "{state}");
    // Names of files are nobody's business but the operator's.
    let url = format!("http://{}/readyz", server.address);
    let public = send(client().get(url).header("x-forwarded-for", "203.0.113.9")).await.json();
    assert_eq!((&public["refused_count"], &public["refused"]), (&2.into(), &Value::Null), "{public}");
    assert!(!public.to_string().contains("a.md"), "{public}");
    let doctor = scene.doctor().await.to_string();
    assert!(doctor.contains("keeps its last good version of a since") && doctor.contains("neu.md"), "{doctor}");
    assert!(doctor.contains("watches 1 folders"), "{doctor}");

    // A restart does not lose it.
    server.kill().await;
    let mut server = TestProcess::start(&scene.data).await;
    until("two refused again", async || ready(&server).await["refused_count"] == 2).await;
    assert_eq!(found(&server, "Quaxtrolin").await, ["a"]);
    until_watched(&server, 1).await;
    scene.write("a.md", guide("Flosser", "Ziehen Sie den Molchrion."));
    until_found(&server, "Molchrion", &["a"]).await;
    assert!(found(&server, "Quaxtrolin").await.is_empty());
    scene.write("a.md", "kaputt");
    std::fs::remove_file(scene.guides.join("a.md")).unwrap();
    until_found(&server, "Molchrion", &[]).await;
    let log = server.log().await;
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn folders_come_go_and_come_back() {
    let scene = Scene::new("watch_poll_seconds = 0\n");
    scene.write("a.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    let server = TestProcess::start(&scene.data).await;
    until_found(&server, "Quaxtrolin", &["a"]).await;
    until_watched(&server, 1).await;
    // The drive is away.
    let away = scene.root.path().join("away");
    std::fs::rename(&scene.guides, &away).unwrap();
    until("the folder is away", async || ready(&server).await["refused_count"] == 1).await;
    assert_eq!(found(&server, "Quaxtrolin").await, ["a"]);
    write(&away, "unter/ordner/b.md", guide("Wachteln", "Öffnen Sie den Wibbelfax."));
    std::fs::rename(&away, &scene.guides).unwrap();
    until_found(&server, "Wibbelfax", &["unter/ordner/b"]).await;
    until_watched(&server, 1).await;
    // Its watch is a new one; so is that of a new folder in it.
    scene.write("c.md", guide("Dachse", "Warten Sie auf die Dachsjuwel."));
    until_found(&server, "Dachsjuwel", &["c"]).await;
    scene.write("neu/noch/d.md", guide("Molche", "Ziehen Sie den Molchrion."));
    until_found(&server, "Molchrion", &["neu/noch/d"]).await;
    scene.write("neu/noch/d.md", guide("Molche", "Ziehen Sie die Kranzbirne."));
    until_found(&server, "Kranzbirne", &["neu/noch/d"]).await;
    // The data folder's own, made while the server runs.
    write(&scene.data.join("knowledge"), "e.md", guide("Eigenes", "Fragen Sie die Eigenblume."));
    until_found(&server, "Eigenblume", &["e"]).await;
    until_watched(&server, 2).await;
    write(&scene.data.join("knowledge"), "e.md", guide("Eigenes", "Fragen Sie den Eigenbaum."));
    until_found(&server, "Eigenbaum", &["e"]).await;
    std::fs::remove_dir_all(scene.data.join("knowledge")).unwrap();
    until_found(&server, "Eigenbaum", &[]).await;
}

#[tokio::test]
async fn without_watching_the_poll_finds_it() {
    let scene = Scene::new("watch = false\nwatch_poll_seconds = 1\n");
    let server = TestProcess::start(&scene.data).await;
    scene.write("a.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    until_found(&server, "Quaxtrolin", &["a"]).await;
    assert_eq!(ready(&server).await["watch"]["on"], false);
}

#[tokio::test]
async fn two_thousand_files_copied_in_are_all_found_and_nothing_goes_on_after_that() {
    let scene = Scene::new("watch_poll_seconds = 0\n");
    let mut server = TestProcess::with(&scene.data, &[], "info,schullotse=debug").await;
    until_watched(&server, 1).await;
    for n in 0..2_000 {
        let text = guide(&format!("Anleitung {n}"), &format!("Drücken Sie den Quaxtrolin{n:04}."));
        let path = scene.guides.join(format!("ordner{}/{n}.md", n % 20));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    scene.write("zuletzt.md", guide("Zuletzt", "Ziehen Sie den Molchrion."));
    until("all documents", async || ready(&server).await["documents"] == 2_001).await;
    assert_eq!(found(&server, "Molchrion").await, ["zuletzt"]);
    assert_eq!(found(&server, "Quaxtrolin1234").await, ["ordner14/1234"]);
    assert_eq!(ready(&server).await["refused_count"], 0);
    // Our own reading and writing is no change: the watcher comes to rest.
    let mut runs = usize::MAX;
    until("rest", async || {
        let before = runs;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let log = server.log().await;
        runs = log.matches("\"indexed\"").count() + log.matches("indexed").count() + log.matches("nothing new").count();
        runs == before
    })
    .await;
}

#[tokio::test]
async fn data_within_a_knowledge_folder_keep_nobody_busy() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let config = format!("[knowledge]\nbuiltin = false\nfolders = [{:?}]\nwatch_poll_seconds = 0\n", root.path());
    std::fs::write(data.join("schullotse.toml"), config).unwrap();
    let mut server = TestProcess::with(&data, &[], "info,schullotse=debug").await;
    until_watched(&server, 1).await;
    write(root.path(), "a.md", guide("Flosser", "Drücken Sie den Quaxtrolin."));
    until_found(&server, "Quaxtrolin", &["a"]).await;
    let mut runs = usize::MAX;
    until("rest", async || {
        let before = runs;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let log = server.log().await;
        runs = log.matches("indexed").count() + log.matches("nothing new").count();
        runs == before
    })
    .await;
    assert_eq!(ready(&server).await["refused_count"], 0, "our own files are no broken documents");
}

#[tokio::test]
async fn doctor_names_doubled_ids_and_schools_that_nobody_knows() {
    let scene = Scene::new("");
    scene.write("a.md", guide("A", "Der Quaxtrolin.").replace("title:", "id: eins\ntitle:"));
    scene.write("b.md", guide("B", "Der Molchrion.").replace("title:", "id: eins\ntitle:"));
    scene.write("c.md", guide("C", "Der Wibbelfax.").replace("title:", "schools: [gs-nirgends]\ntitle:"));
    run(&scene.data, &["index"]).await;
    let doctor = scene.doctor().await.to_string();
    assert!(doctor.contains("taken by a.md") && doctor.contains("b.md"), "{doctor}");
    assert!(doctor.contains("gs-nirgends") && doctor.contains("c: "), "{doctor}");
}
