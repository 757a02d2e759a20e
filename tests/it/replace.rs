//! An authority's own directory takes the place of the demonstration: what was invented
//! and what was tried out leave database and index in one step, whoever is looking and
//! whoever pulls the plug.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use schullotse::{ingest::directory::read_directory, store::Store, support::library::builtin_directory};
use serde_json::{Value, json};

use super::support::{Chat, Finished, PATIENCE, Place, SCHOOL, TestProcess, get, post, run};

const OWN: &str = "[authority]\nname = 'Kreis Neu'\nhotline = '0221 4710-900'\nhelpdesk = 'IT'\n\
    [[manager]]\nid = 'm'\nname = 'Manuela Muster'\n[[school]]\nid = 'gs-neu'\nname = 'Grundschule Neu'\n\
    [[round]]\nmanager = 'm'\nschool = 'gs-neu'\nday = 'tue'\nevery = 'week'\n";
/// Stands in an invented past case alone.
const INVENTED: &str = "Glasfaser-HDMI-Kabel";

async fn import(place: &Place) -> Finished {
    place.import(&[&place.file("schools.toml", OWN)]).await
}

async fn doctor(place: &Place) -> (i32, Value) {
    let done = run(&place.data, &["doctor", "--json"]).await;
    (done.code, serde_json::from_str(&done.stdout).unwrap())
}

/// Whether an invented past case is among the hits.
async fn invented(server: &TestProcess) -> bool {
    let found = get(server.address, &format!("/api/v1/search?k=20&school={SCHOOL}&q={INVENTED}")).await.json();
    found["hits"].as_array().unwrap().iter().any(|hit| hit["document"].as_str().unwrap().starts_with("resolutions/"))
}

async fn tried_out(server: &TestProcess) -> (Chat, String) {
    let mut chat = Chat::open(server.address).await;
    assert!(chat.welcome["notices"][0].is_object(), "it says that it is a demonstration");
    chat.ask("am beamer ist die falsche quelle").await;
    let report = json!({ "symptom": "Beamer zeigt kein Bild", "school": SCHOOL });
    let filed = post(server.address, "/api/v1/tickets", &report).await.json();
    (chat, filed["number"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_running_server_goes_on_with_the_own_directory_and_nothing_of_the_demonstration() {
    let place = Place::new();
    let server = TestProcess::start(&place.data).await;
    super::support::until("the invented cases", async || invented(&server).await).await;
    let (mut chat, ticket) = tried_out(&server).await;
    let pending = Chat::open(server.address).await;
    let done = import(&place).await;
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("1 conversations, 1 reports"), "{}", done.stdout);
    assert!(!invented(&server).await, "the invented cases are gone with the command");
    assert_eq!(get(server.address, "/readyz").await.json()["demo"], false);
    let shown = run(&place.data, &["tickets", "show", &ticket, "--json"]).await;
    assert_eq!(shown.code, 1, "{shown:?}");
    // The open chats are cut off, come back, and get on with the new directory.
    let closed = async { while super::support::read(&mut chat.socket).await.is_some() {} };
    tokio::time::timeout(PATIENCE, closed).await.expect("the chat was not cut off");
    for old in [&chat, &pending] {
        let mut again = old.resume(server.address, 0).await;
        assert_ne!(again.welcome["conv"], old.welcome["conv"]);
        assert_eq!(again.welcome["notices"], json!([]), "no demonstration any more");
        assert!(again.welcome.to_string().contains("0221 4710-900"), "{}", again.welcome);
        assert_eq!(again.ask("am beamer ist die falsche quelle").await["outcome"], "answered");
    }
    let own = json!({ "symptom": "Beamer zeigt kein Bild", "school": "gs-neu" });
    assert_eq!(post(server.address, "/api/v1/tickets", &own).await.status, 201);
    let (code, found) = doctor(&place).await;
    assert_eq!((code, &found["ok"]), (0, &json!(true)), "{found}");
    // What an authority does from then on is its own: another import takes nothing away.
    let again = import(&place).await;
    assert!(again.code == 0 && !again.stdout.contains("removed"), "{again:?}");
    assert_eq!(run(&place.data, &["tickets", "list", "--json"]).await.json()["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn whoever_imports_and_dies_before_telling_is_noticed() {
    let place = Place::new();
    let server = TestProcess::start(&place.data).await;
    super::support::until("the invented cases", async || invented(&server).await).await;
    let store = Store::open(&place.data.join("schullotse.db")).await.unwrap();
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    let own = read_directory(OWN.as_bytes()).unwrap();
    store.directory_replace(&own, &builtin_directory().unwrap(), at).await.unwrap();
    super::support::until("the server notices", async || {
        get(server.address, "/readyz").await.json()["demo"] == false && !invented(&server).await
    })
    .await;
}

#[tokio::test]
async fn a_demonstration_over_a_real_directory_must_be_meant() {
    let place = Place::new();
    assert_eq!(import(&place).await.code, 0);
    let demo = format!("{}/knowledge/demo/schools.toml", env!("CARGO_MANIFEST_DIR"));
    run(&place.data, &["schools", "import", &demo]).await.failed(&["demo = true", "--demo"]);
    assert_eq!(run(&place.data, &["schools", "import", &demo, "--demo"]).await.code, 0);
    // Copied, edited in a hurry: it still says that it is one.
    let copy = place.file("copy.toml", &OWN.replace("[authority]\n", "[authority]\ndemo = true\n"));
    let done = run(&place.data, &["schools", "import", &copy]).await;
    assert!(done.code == 0 && done.stderr.contains("still says `demo = true`"), "{done:?}");
    let (code, found) = doctor(&place).await;
    assert!(code == 0 && found.to_string().contains("demo = true"), "{found}");
    // The other way round: an invented school in a real directory.
    let left = format!("{OWN}[[school]]\nid = '{SCHOOL}'\nname = 'Meine'\n");
    let done = run(&place.data, &["schools", "import", &place.file("left.toml", &left)]).await;
    assert!(done.code == 0 && done.stderr.contains(SCHOOL), "{done:?}");
    let (code, found) = doctor(&place).await;
    assert!(code == 1 && found.to_string().contains("invented schools"), "{found}");
}

#[tokio::test]
async fn doctor_faults_whatever_of_the_demonstration_stands_beside_a_real_directory() {
    let place = Place::new();
    let server = TestProcess::start(&place.data).await;
    super::support::until("the invented cases", async || invented(&server).await).await;
    assert_eq!(server.terminate().await, 0);
    let kept = place.root.path().join("index");
    copy(&place.data.join("index"), &kept);
    assert_eq!(import(&place).await.code, 0);
    assert_eq!(doctor(&place).await.0, 0);
    // Somebody puts an old index back.
    std::fs::remove_dir_all(place.data.join("index")).unwrap();
    copy(&kept, &place.data.join("index"));
    let (code, found) = doctor(&place).await;
    assert!(code == 1 && found.to_string().contains("invented past cases"), "{found}");
    assert_eq!(run(&place.data, &["index"]).await.code, 0);
    let (code, found) = doctor(&place).await;
    assert_eq!(code, 0, "{found}");
}

#[tokio::test]
async fn an_import_that_is_killed_is_whole_or_not_at_all() {
    let place = Place::new();
    let server = TestProcess::start(&place.data).await;
    super::support::until("the invented cases", async || invented(&server).await).await;
    tried_out(&server).await;
    assert_eq!(server.terminate().await, 0);
    let before = place.root.path().join("before");
    copy(&place.data, &before);
    let file = place.file("schools.toml", OWN);
    for millis in [0, 40, 90, 150, 220, 300] {
        std::fs::remove_dir_all(&place.data).unwrap();
        copy(&before, &place.data);
        let mut child = Command::new(env!("CARGO_BIN_EXE_schullotse"))
            .env_clear()
            .args(["--data", place.data.to_str().unwrap(), "schools", "import", &file])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        let _ = child.kill();
        child.wait().unwrap();
        let (code, found) = doctor(&place).await;
        assert_eq!(code, 0, "after {millis} ms: {found}");
        let store = Store::open(&place.data.join("schullotse.db")).await.unwrap();
        let demo = store.directory_outline().await.unwrap().unwrap().authority.demo;
        let sizes = store.sizes().await.unwrap();
        assert_eq!((sizes.conversations, sizes.tickets), if demo { (1, 1) } else { (0, 0) }, "after {millis} ms");
        assert!(!store.demo_leaving().await.unwrap());
        store.close().await;
        let search = run(&place.data, &["search", INVENTED, "--school", SCHOOL, "-k", "20", "--json"]).await.json();
        assert_eq!(search.to_string().contains("resolutions/"), demo, "after {millis} ms: {search}");
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
