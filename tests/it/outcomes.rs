//! What readers confirm: noted without persons, and what `fit confidence --from-outcomes`
//! makes of it. And what `eval` publishes.

use jiff::Timestamp;
use schullotse::{
    config::ConfidenceModel,
    domain::outcome::Outcome,
    store::{Fact, FactKind, Store},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Chat, TestServer, on_disk, run};

const FIT: [&str; 3] = ["fit", "confidence", "--from-outcomes"];

/// A chat in which one answer helped and one did not; the data folder that it leaves.
async fn two_confirmed() -> TempDir {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    for (question, helped, then) in [
        ("am beamer ist die falsche quelle", true, "notice"),
        ("an der tafel ist die falsche quelle", false, "escalate.offer"),
    ] {
        let end = chat.ask(question).await;
        assert_eq!(end["outcome"], "answered");
        chat.say(json!({ "type": "feedback.give", "mid": end["mid"], "helped": helped, "reasons": [] })).await;
        chat.expect(then).await;
    }
    let greeting = chat.ask("Guten Morgen").await;
    assert_eq!(greeting["outcome"], "smalltalk");
    // What was said before it on the same connection is noted by now.
    server.stop().await
}

#[tokio::test]
async fn an_answer_notes_how_sure_it_was_and_whether_it_helped() {
    let data = two_confirmed().await;
    let store = Store::open(&data.path().join("schullotse.db")).await.unwrap();
    let facts = store.facts_since(Timestamp::UNIX_EPOCH).await.unwrap();
    let asked: Vec<&Fact> = facts.iter().filter(|fact| fact.kind == FactKind::Asked).collect();
    let helped: Vec<Option<bool>> = asked.iter().map(|fact| fact.helped).collect();
    assert_eq!(helped, [Some(true), Some(false), None]);
    let model = ConfidenceModel::default();
    for fact in &asked[..2] {
        let odds = fact.log_odds.unwrap();
        assert!((odds * 100.0 - (odds * 100.0).round()).abs() < 1e-9, "{odds} is not rounded");
        assert!((model.rated(odds).value - fact.confidence.unwrap()).abs() < 0.01, "{fact:?}");
        assert_eq!(fact.model.as_deref(), Some(model.fingerprint().as_str()));
    }
    let greeting = asked[2];
    assert_eq!(greeting.outcome, Some(Outcome::Smalltalk));
    assert_eq!((&greeting.reply, greeting.log_odds, &greeting.model), (&None, None, &None));
    let (confirmed, others) = store.confirmed(&model.fingerprint()).await.unwrap();
    assert_eq!((confirmed.len(), others), (2, 0));
    store.close().await;
    run(data.path(), &FIT).await.failed(&["2 confirmed outcomes", "at least 100"]);
    assert!(!data.path().join("fitted").exists());
}

/// As many answers as are needed, of a model that is much too sure of itself.
async fn confirm_many(data: &TempDir) {
    let store = Store::open(&data.path().join("schullotse.db")).await.unwrap();
    for at in 0..200_i32 {
        let fact = Fact {
            conversation: Some(format!("canary-{at}")),
            reply: Some(format!("reply-{at}")),
            outcome: Some(Outcome::Answered),
            log_odds: Some(f64::from(at) / 50.0),
            model: Some(ConfidenceModel::default().fingerprint()),
            // Half of the less sure half helped, of the surer half all but one in ten.
            helped: Some(if at < 100 { at % 2 == 0 } else { at % 10 != 0 }),
            ..Fact::new(FactKind::Asked, Timestamp::from_second(i64::from(at)).unwrap())
        };
        store.fact(&fact).await.unwrap();
    }
    store.close().await;
}

async fn sureness(data: &TempDir) -> (f64, Value) {
    let answer = run(data.path(), &["ask", "am beamer ist die falsche quelle", "--json"]).await.json();
    (answer["confidence"].as_f64().unwrap(), answer["calibrated"].clone())
}

#[tokio::test]
async fn own_outcomes_correct_the_confidence_from_the_next_start_on() {
    let data = TempDir::new().unwrap();
    run(data.path(), &FIT).await.failed(&["no database"]);
    let (before, calibrated) = sureness(&data).await;
    confirm_many(&data).await;
    let fitted = run(data.path(), &[&FIT[..], &["--json"]].concat()).await.json();
    assert_eq!((&fitted["figures"]["outcomes"], &fitted["figures"]["helped"]), (&json!(200.0), &json!(0.7)));
    let slope = fitted["slope"].as_f64().unwrap();
    assert!(slope > 0.1 && slope < 1.0, "{fitted}");
    assert_eq!(fitted["thresholds"].as_array().unwrap().len(), 5);
    assert!(fitted["assumes"].as_str().unwrap().contains("Only answered questions"), "{fitted}");
    let (after, now_calibrated) = sureness(&data).await;
    assert!(after < before && now_calibrated == true, "{before} {calibrated}, then {after} {now_calibrated}");
    let doctor = run(data.path(), &["doctor", "--json"]).await;
    assert!(doctor.stdout.contains("corrected by the own outcomes"), "{}", doctor.stdout);
    // Numbers only: neither a conversation nor a reply can be found in it.
    assert!(!on_disk(&data.path().join("fitted"), "canary") && !on_disk(&data.path().join("fitted"), "reply-"));
    let text = run(data.path(), &FIT).await;
    assert!(text.code == 0 && text.stdout.contains("next start") && text.stdout.contains("  2 %"), "{text:?}");

    // Of another model: told, and the weights are used as they are.
    let file = data.path().join("fitted/confidence.toml");
    let other =
        std::fs::read_to_string(&file).unwrap().replace(&ConfidenceModel::default().fingerprint(), "0123456789ab");
    std::fs::write(&file, other).unwrap();
    assert_eq!(sureness(&data).await, (before, calibrated));
    let check = run(data.path(), &["config", "check"]).await;
    assert!(check.code == 0 && check.stderr.contains("0123456789ab") && check.stderr.contains("hint:"), "{check:?}");
    let doctor = run(data.path(), &["doctor", "--json"]).await;
    assert!(doctor.stdout.contains("0123456789ab"), "{}", doctor.stdout);
}

#[tokio::test]
async fn what_is_measured_can_be_published() {
    let data = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = data.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let docs = write(
        "docs.jsonl",
        r#"{"id":"toner","title":"Drucker ohne Toner","text":"Setzen Sie eine neue Kartusche mit Toner ein."}
{"id":"stau","title":"Papierstau","text":"Ziehen Sie das Papier gerade heraus."}"#,
    );
    let queries = write(
        "fragen & co.jsonl",
        r#"{"id":"1","text":"Kartusche mit Toner","relevant":["toner"]}
{"id":"2","text":"Papier klemmt","relevant":["toner"]}"#,
    );
    let questions = write(
        "questions.jsonl",
        r#"{"id":"1","question":"am beamer ist die falsche quelle","lang":"de","problem":"P01","answerable":true,"expect":"answer"}
{"id":"2","question":"wie wird das wetter","lang":"de","problem":null,"answerable":false,"expect":"decline"}"#,
    );
    let folder = data.path().join("plots");
    let plots = folder.to_str().unwrap();
    let pictures = |name: &str, count: usize| {
        for file in ["risk-coverage.svg", "reliability.svg"] {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            assert!(text.starts_with("<svg ") && text.contains(&format!(": {name}, n = {count}</title>")), "{text}");
        }
    };
    let report =
        run(data.path(), &["eval", "answers", "--docs", &docs, "--queries", &queries, "--plots", plots, "--json"])
            .await;
    assert!(report.stderr.contains("written: "), "{report:?}");
    assert_eq!(report.json()["queries"], 2);
    pictures("fragen &amp; co", 2);
    let report =
        run(data.path(), &["eval", "questions", "--file", &questions, "--plots", plots, "--json"]).await.json();
    for key in ["auroc", "aurc", "ece", "coverage_at_5_percent_risk", "threshold"] {
        assert!(report[key].is_number(), "{key} in {report}");
    }
    assert_eq!(report["risk"], 0.0);
    pictures("questions", 2);
    let text = run(data.path(), &["eval", "questions", "--file", &questions]).await;
    assert!(text.stdout.contains("auroc") && text.stdout.contains("coverage at 5 % risk"), "{text:?}");
}
