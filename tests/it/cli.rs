//! Commands as scripts use them: one JSON object on standard output, a status that
//! can be trusted, everything else on standard error.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{ROOM, SCHOOL, TestProcess, post, run, run_in};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn ask_prints_the_contracts_object() {
    let data = TempDir::new().unwrap();
    let answer = run(data.path(), &["ask", "biemer geht nich", "--school", SCHOOL, "--json"]).await.json();
    for key in
        ["outcome", "answer", "sentences", "citations", "flow", "confidence", "calibrated", "model", "timings_ms"]
    {
        assert!(keys(&answer).contains(&key), "{key}");
    }
    assert_eq!((&answer["outcome"], &answer["model"]), (&json!("flow"), &json!("extractive")));
    for key in ["n", "document", "chunk", "revision", "title", "heading", "page", "quote", "url"] {
        assert!(keys(&answer["citations"][0]).contains(&key), "{key}");
    }
    let answer = run(data.path(), &["ask", "the projector shows no signal", "--room", ROOM, "--lang", "en", "--json"])
        .await
        .json();
    assert_eq!((&answer["outcome"], &answer["flow"]), (&json!("flow"), &json!("beamer-kein-signal")));
    let text = run(data.path(), &["ask", "am beamer ist die falsche quelle"]).await;
    assert!(text.code == 0 && text.stdout.contains("1. ") && text.stdout.contains("[1]"), "{text:?}");

    for (arguments, part) in [
        (&["ask", " "][..], "empty"),
        (&["ask", "x", "--lang", "fr"], "--lang"),
        (&["ask", &"x".repeat(2_001)], "2000"),
    ] {
        run(data.path(), arguments).await.failed(&[part]);
    }
}

#[tokio::test]
async fn search_prints_hits() {
    let data = TempDir::new().unwrap();
    let found = run(data.path(), &["search", "fernbedienung", "-k", "2", "--json"]).await.json();
    assert_eq!(keys(&found), ["took_ms", "hits"]);
    assert_eq!(found["hits"].as_array().unwrap().len(), 2);
    let nothing = run(data.path(), &["search", "xqwzvyk", "--json"]).await.json();
    assert_eq!(nothing["hits"], json!([]));
    // Signs that mean something to a query parser mean nothing here.
    for query in ["", "\"", "a:b", "(((", "+-*", "AND OR NOT", "*", "\u{202e}", "title:/.*/"] {
        run(data.path(), &["search", "--json", "--", query]).await.json();
    }
}

#[tokio::test]
async fn bench_search_measures_every_size_and_leaves_the_index_alone() {
    let data = TempDir::new().unwrap();
    let arguments = ["bench", "search", "--docs", "20,60", "--questions", "5", "--json"];
    let measured = run(data.path(), &arguments).await.json();
    assert_eq!(keys(&measured), ["processors", "sizes"]);
    let sizes = measured["sizes"].as_array().unwrap();
    let documents: Vec<u64> = sizes.iter().map(|size| size["documents"].as_u64().unwrap()).collect();
    assert_eq!(documents, [20, 60]);
    for pointer in ["/quiet/latency_ms/p50", "/while_indexing/latency_ms/p99", "/quiet/per_second"] {
        assert!(sizes.iter().all(|size| size.pointer(pointer).is_some_and(Value::is_number)), "{pointer}: {measured}");
    }
    assert!(sizes.iter().all(|size| size["bytes_per_document"].as_u64() > Some(100)), "{measured}");
    assert!(!data.path().join("index").exists(), "the product's own index is not touched");
    assert_eq!(run(data.path(), &["bench", "search", "--docs", "3"]).await.code, 2);
}

#[tokio::test]
async fn bench_routing_files_reports_while_the_chat_answers() {
    let data = TempDir::new().unwrap();
    let small = ["--schools", "4", "--rooms", "12", "--devices", "100", "--reports", "40"];
    let report = run(data.path(), &[&["bench", "routing", "--json"][..], &small].concat()).await.json();
    assert_eq!((&report["schools"], &report["rooms"], &report["devices"]), (&json!(4), &json!(12), &json!(100)));
    assert_eq!(report["routed"]["reports"], 40);
    // Forty reports about a hundred devices: some about the same one, some urgent, some with a visit.
    for part in ["urgent", "onsite", "with_visit", "joined"] {
        let number = report["routed"][part].as_u64().unwrap();
        assert!(0 < number && number < 40, "{part}: {report}");
    }
    assert!(report["chat"]["messages"].as_u64().unwrap() >= 4, "{report}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "the data folder is not touched");
}

#[tokio::test]
async fn a_conversation_on_the_terminal_ends_with_its_input() {
    let data = TempDir::new().unwrap();
    let input = "biemer geht nich\n\nGuten Morgen\n";
    let finished = run_in(data.path(), data.path(), &["chat", "--school", SCHOOL], Some(input)).await;
    assert_eq!(finished.code, 0, "{finished:?}");
    assert!(finished.stdout.contains("Beamer"), "{finished:?}");
}

#[tokio::test]
async fn tickets_are_listed_shown_and_closed() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    run(&data, &["tickets", "list"]).await.failed(&["serve"]);
    let server = TestProcess::start(&data).await;
    let filed =
        post(server.address, "/api/v1/tickets", &json!({ "symptom": "Lüfter laut", "room": ROOM })).await.json();
    let number = filed["number"].as_str().unwrap();

    // Beside the running server.
    let list = run(&data, &["tickets", "list", "--json"]).await.json();
    assert_eq!(list["tickets"][0]["number"], number);
    let shown = run(&data, &["tickets", "show", &number.to_lowercase(), "--json"]).await.json();
    for key in [
        "number",
        "state",
        "created",
        "updated",
        "school",
        "site",
        "room",
        "device",
        "problem",
        "symptom",
        "tried",
        "lesson_running",
        "priority",
        "reason",
        "onsite",
        "routing",
        "due",
        "contact",
        "missing",
        "delivery",
        "conversation",
    ] {
        assert!(keys(&shown).contains(&key), "{key}");
    }
    assert_eq!((&shown["state"], &shown["symptom"]), (&json!("new"), &json!("Lüfter laut")));
    let text = run(&data, &["tickets", "show", number]).await;
    assert!(text.code == 0 && text.stdout.contains("Lüfter laut"), "{text:?}");

    assert_eq!(run(&data, &["tickets", "close", number, "--json"]).await.json()["state"], "solved");
    let open = run(&data, &["tickets", "list", "--state", "new", "--json"]).await.json();
    assert_eq!(open["tickets"], json!([]));
    for (arguments, part) in [
        (&["tickets", "show", "SUP-2026-99999"][..], "SUP-2026-99999"),
        (&["tickets", "close", "none"], "none"),
        (&["tickets", "list", "--state", "lost"], "lost"),
    ] {
        run(&data, arguments).await.failed(&[part]);
    }
}

#[tokio::test]
async fn what_else_speaks_json() {
    let data = TempDir::new().unwrap();
    run(data.path(), &["models", "list", "--json"]).await.json();
    let doctor = run(data.path(), &["doctor", "--json"]).await.json();
    assert_eq!(doctor["ok"], true, "{doctor}");
    let shown = run(data.path(), &["config", "show"]).await;
    assert_eq!(shown.code, 0);
    // What it shows can be given back to it.
    let file = data.path().join("again.toml");
    std::fs::write(&file, &shown.stdout).unwrap();
    let checked = run(data.path(), &["--config", file.to_str().unwrap(), "config", "check"]).await;
    assert_eq!(checked.code, 0, "{checked:?}");
}

#[tokio::test]
async fn a_reader_that_has_gone_is_no_fault() {
    let data = TempDir::new().unwrap();
    let line =
        format!("'{}' --data '{}' search beamer | head -c 1", env!("CARGO_BIN_EXE_schullotse"), data.path().display());
    let output = tokio::process::Command::new("sh").args(["-c", &line]).output().await.unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
}
