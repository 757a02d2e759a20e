//! The same question again: worded once as long as its sources stand as they are, and never
//! for anybody who may not read them. What has changed leaves with its words.

use std::{sync::Arc, time::Duration};

use schullotse::llm::{Request, Segment, scripted::Scripted};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Chat, SCHOOL, Setup, TestServer, get, post, text_of, until};

const QUESTION: &str = "am beamer ist die falsche quelle";
const FIRST: &str = "Wecken Sie das Gerät auf, das zu sehen sein soll, mit einem Tastendruck.";
const SECOND: &str = "Wählen Sie den Eingang aus Schritt 2.";
const OTHER: &str = "gs-lerchenweg";

async fn with(model: &Arc<Scripted>, data: Option<TempDir>) -> TestServer {
    Setup { model: Some(model.clone()), data, ..Setup::default() }.start().await
}

async fn ask(server: &TestServer, question: &str, school: Option<&str>, lang: &str) -> Value {
    let asked = json!({ "question": question, "school": school, "lang": lang });
    post(server.address, "/api/v1/ask", &asked).await.json()
}

fn deltas(chat: &Chat) -> Vec<&str> {
    let deltas = chat.seen.iter().filter(|message| message["type"] == "bot.delta");
    deltas.map(|delta| delta["text"].as_str().unwrap()).collect()
}

fn worded(answer: &Value) -> Value {
    json!([answer["outcome"], answer["model"], answer["sentences"], answer["citations"], answer["confidence"]])
}

#[tokio::test]
async fn what_was_answered_is_not_worded_twice() {
    let model = Arc::new(Scripted::with(|_| FIRST.into()).grounded());
    let server = with(&model, None).await;
    let first = ask(&server, QUESTION, Some(SCHOOL), "de").await;
    assert_eq!((&first["model"], model.requests().len()), (&json!("scripted"), 1));
    for text in ["Am Beamer ist die  falsche Quelle!", QUESTION, "AM BEAMER IST DIE FALSCHE QUELLE …"] {
        let again = ask(&server, text, Some(SCHOOL), "de").await;
        assert_eq!(worded(&again), worded(&first), "{text}");
    }
    assert_eq!(model.requests().len(), 1);
    // A chat is shown it as it would be were it written now: the quoted steps, then each sentence.
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask(QUESTION).await;
    assert_eq!(
        deltas(&chat),
        first["sentences"].as_array().unwrap().iter().map(|one| &one["text"]).collect::<Vec<_>>()
    );
    assert!(text_of(&end).contains(FIRST) && model.requests().len() == 1, "{end}");
    let kinds: Vec<&Value> = chat.seen.iter().map(|message| &message["type"]).collect();
    let place = |kind: &str| kinds.iter().position(|known| *known == kind).unwrap();
    assert!(place("bot.snapshot") < place("bot.delta"), "{kinds:?}");

    for (count, (school, lang)) in (2..).zip([(Some(OTHER), "de"), (None, "de"), (Some(SCHOOL), "en")]) {
        let answer = ask(&server, QUESTION, school, lang).await;
        assert_eq!(model.requests().len(), count, "{school:?} {lang}");
        for citation in answer["citations"].as_array().unwrap() {
            let url = citation["url"].as_str().unwrap();
            assert_eq!(url.contains("school="), school.is_some(), "{url}");
            assert!(school.is_none_or(|school| url.ends_with(school)), "{url}");
        }
    }
    assert_eq!(server.support.responder.answers.size().entries, 4);
    let figures = get(server.address, "/metrics").await.text();
    for figure in ["total{outcome=\"hit\"}", "total{outcome=\"miss\"}", "entries ", "bytes "] {
        assert!(figures.contains(&format!("schullotse_answer_cache_{figure}")), "{figure}: {figures}");
    }
}

/// A guide of one school, whose network has this name.
fn write(data: &TempDir, network: &str) {
    let folder = data.path().join("knowledge/guides");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "---\ntitle: Das Quaxtronnetz fehlt\ndevices: [network]\nproblems: [P34]\nschools: [{SCHOOL}]\n---\n\n\
         ## Schritt für Schritt\n\nDas Quaxtronnetz fehlt in der Liste der Netze.\n\n1. Tippen Sie in der Liste auf das Netz {network}.\n\
         2. Warten Sie auf den Haken.\n"
    );
    std::fs::write(folder.join("quaxtron.md"), text).unwrap();
}

/// Says the step that names the network, if it was handed one.
fn names_the_network(request: &Request) -> String {
    let texts = request.messages.iter().flat_map(|message| &message.segments).map(Segment::text);
    let step = texts.flat_map(str::lines).find(|line| line.contains("auf das Netz ") && line.contains("welle"));
    step.map_or_else(|| "KEINE ANGABE".into(), str::to_owned)
}

const QUAXTRON: &str = "Das Quaxtronnetz fehlt in der Liste der Netze";

#[tokio::test]
async fn what_has_changed_is_worded_anew_and_its_words_are_gone() {
    let model = Arc::new(Scripted::with(names_the_network));
    let data = TempDir::new().unwrap();
    write(&data, "Alphawelle");
    let server = with(&model, Some(data)).await;
    let answers = &server.support.responder.answers;
    let before = ask(&server, QUAXTRON, Some(SCHOOL), "de").await;
    assert!(before["answer"].as_str().unwrap().contains("Alphawelle") && before["model"] == "scripted", "{before}");
    // Another answer rests on nothing of it and stays.
    ask(&server, QUESTION, Some(SCHOOL), "de").await;
    assert_eq!((answers.size().entries, model.requests().len()), (2, 2));

    // Who is of another school is told nothing of it, though it was answered just now.
    let other = ask(&server, QUAXTRON, Some(OTHER), "de").await;
    assert!(!other.to_string().contains("Alphawelle"), "{other}");
    let kept = answers.size().entries;

    write(&server.data, "Omegawelle");
    server.support.library.refresh(&[]).await.unwrap();
    assert!(answers.size().entries < kept, "gone before anybody asks");
    let asked = model.requests().len();
    let after = ask(&server, QUAXTRON, Some(SCHOOL), "de").await;
    assert_eq!(model.requests().len(), asked + 1);
    assert!(after["answer"].as_str().unwrap().contains("Omegawelle"), "{after}");
    assert!(!after.to_string().contains("Alphawelle"), "{after}");
    let same = ask(&server, QUAXTRON, Some(SCHOOL), "de").await;
    assert_eq!((worded(&same), model.requests().len()), (worded(&after), asked + 1));

    let kept = answers.size();
    std::fs::remove_file(server.data.path().join("knowledge/guides/quaxtron.md")).unwrap();
    server.support.library.refresh(&[]).await.unwrap();
    assert!(answers.size().entries < kept.entries && answers.size().bytes < kept.bytes);
    let gone = ask(&server, QUAXTRON, Some(SCHOOL), "de").await;
    assert!(!gone.to_string().contains("Omegawelle"), "{gone}");
    let asked = model.requests().len();
    ask(&server, QUESTION, Some(SCHOOL), "de").await;
    assert_eq!(model.requests().len(), asked, "what has not changed is still there");
}

#[tokio::test]
async fn thirty_who_ask_at_once_are_one_for_the_model_and_who_leaves_takes_nothing_away() {
    let script = format!("{FIRST} {} {SECOND}", "Warten Sie noch. ".repeat(60));
    let model = Arc::new(Scripted::with(move |_| script.clone()).slow(Duration::from_millis(5)));
    let server = with(&model, None).await;
    let mut first = Chat::open(server.address).await;
    first.say(json!({ "type": "msg.send", "text": QUESTION })).await;
    let delta = first.expect("bot.delta").await;
    let mut others = Vec::new();
    for _ in 0..30 {
        let mut chat = Chat::open(server.address).await;
        chat.say(json!({ "type": "msg.send", "text": QUESTION })).await;
        others.push(chat);
    }
    // They see at once what stands there, while it is still being written.
    assert_eq!(others[0].expect("bot.delta").await["text"], FIRST);
    first.say(json!({ "type": "msg.stop", "mid": delta["mid"] })).await;
    let end = text_of(&first.expect("bot.end").await);
    assert!(end.contains(FIRST) && !end.contains(SECOND), "{end}");
    for chat in &mut others {
        let end = text_of(&chat.expect("bot.end").await);
        assert!(end.contains(FIRST) && end.contains(SECOND), "{end}");
        assert!(deltas(chat).first() == Some(&FIRST) && deltas(chat).last().unwrap().contains(SECOND));
    }
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn when_all_leave_the_model_is_let_go_and_nothing_is_kept() {
    let script = format!("{FIRST} {}", "Warten Sie noch ".repeat(2_000));
    let model = Arc::new(Scripted::with(move |_| script.clone()).slow(Duration::from_millis(5)));
    let server = with(&model, None).await;
    for asked in 1..=2 {
        let mut chat = Chat::open(server.address).await;
        chat.say(json!({ "type": "msg.send", "text": QUESTION })).await;
        let delta = chat.expect("bot.delta").await;
        chat.say(json!({ "type": "msg.stop", "mid": delta["mid"] })).await;
        chat.expect("bot.end").await;
        assert_eq!((model.requests().len(), server.support.responder.answers.size().entries), (asked, 0));
        let last = model.requests().pop().unwrap();
        until("the generation ends", async || last.cancel.is_cancelled()).await;
    }
}

#[tokio::test]
async fn a_new_directory_and_a_cache_that_is_off_keep_nothing() {
    let model = Arc::new(Scripted::with(|_| FIRST.into()).grounded());
    let server = with(&model, None).await;
    ask(&server, QUESTION, Some(SCHOOL), "de").await;
    assert_eq!(server.support.responder.answers.size().entries, 1);
    server.support.take_up_directory().await.unwrap();
    assert_eq!(server.support.responder.answers.size().entries, 0);

    let mut setup = Setup { model: Some(model.clone()), ..Setup::default() };
    setup.config.model.answers_mb = 0;
    let server = setup.start().await;
    let before = model.requests().len();
    for _ in 0..2 {
        ask(&server, QUESTION, Some(SCHOOL), "de").await;
    }
    assert_eq!(model.requests().len(), before + 2);
}
