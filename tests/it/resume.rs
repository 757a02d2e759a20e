//! What was accepted is kept and answered: over dropped connections, restarts and
//! `kill -9`.

use std::{path::Path, time::Duration};

use schullotse::{
    domain::conversation::EventBody,
    llm::{
        local::{Family, Shape, write_random},
        scripted::Scripted,
    },
    store::Store,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Chat, Setup, TestProcess, TestServer, durable, text_of};

#[tokio::test]
async fn a_dropped_connection_misses_nothing() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("am beamer ist die falsche quelle").await;
    let end = chat.ask("xyzzy plugh frobnicate").await;
    chat.expect("escalate.offer").await;
    let last = chat.numbers().pop().unwrap();
    assert_eq!(last, 5, "message, reply, message, reply, offer");
    chat.socket.close(None).await.unwrap();

    for after in 0..=last {
        let mut again = chat.resume(server.address, after).await;
        assert_eq!(again.welcome["seq"], last);
        assert_eq!(again.welcome["conv"], chat.welcome["conv"]);
        let replayed = durable(&again.rest().await);
        let numbers: Vec<i64> = replayed.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (after + 1..=last).collect::<Vec<_>>(), "after {after}");
        for event in &replayed {
            if event["mid"] == end["mid"] {
                assert_eq!(event, &end, "replayed as it was sent");
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_token_opens_a_new_conversation_only() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("am beamer ist die falsche quelle").await;
    let mut resume = chat.ticket(0);
    resume["token"] = format!("{}.{}", chat.welcome["conv"].as_str().unwrap(), "0".repeat(64)).into();
    let mut stranger = Chat::hello(server.address, json!({ "resume": resume })).await;
    assert_ne!(stranger.welcome["conv"], chat.welcome["conv"]);
    assert_eq!((stranger.welcome["seq"].clone(), stranger.rest().await), (json!(0), vec![]));
}

#[tokio::test]
async fn nothing_is_stored_before_the_first_message() {
    let server = TestServer::start().await;
    let chat = Chat::open(server.address).await;
    assert_eq!(server.support.store.sizes().await.unwrap().conversations, 0);
    // A connection that drops before it goes on with the same conversation.
    let mut again = chat.resume(server.address, 0).await;
    assert_eq!(again.welcome["conv"], chat.welcome["conv"]);
    again.ask("am beamer ist die falsche quelle").await;
    assert_eq!(server.support.store.sizes().await.unwrap().conversations, 1);
}

#[tokio::test]
async fn a_restart_keeps_all() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let server = TestProcess::start(&data).await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("am beamer ist die falsche quelle").await;
    chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": "Bild flackert" } })).await;
    let created = chat.expect("ticket.created").await;
    let seen: Vec<Value> = durable(&chat.seen);
    assert_eq!(server.terminate().await, 0, "a graceful stop");

    let server = TestProcess::start(&data).await;
    assert_eq!(replay(&chat, &server).await, seen);
    // Killed without a word, it keeps the same.
    server.kill().await;
    let server = TestProcess::start(&data).await;
    assert_eq!(replay(&chat, &server).await, seen);
    let mut chat = chat.resume(server.address, 3).await;
    chat.say(json!({ "type": "ticket.query", "number": created["number"], "code": created["code"] })).await;
    assert_eq!(chat.expect("ticket.status").await["state"], "new");
}

#[tokio::test]
async fn a_graceful_stop_ends_the_answer_and_keeps_it() {
    const CARRIED: &str = "Wecken Sie das Gerät auf, das zu sehen sein soll, mit einem Tastendruck.";
    let script = format!("{CARRIED} {}", "Warten Sie noch ".repeat(5_000));
    let model = Scripted::with(move |_| script.clone()).slow(Duration::from_millis(5));
    let server = TestServer::with_model(model).await;
    let mut chat = Chat::open(server.address).await;
    chat.say(json!({ "type": "msg.send", "text": "am beamer ist die falsche quelle" })).await;
    chat.expect("bot.delta").await;
    // Readers are told before the connection ends.
    let (data, end) = tokio::join!(server.stop(), chat.expect("bot.end"));
    assert!(text_of(&end).contains(CARRIED), "{end}");
    let server = Setup { data: Some(data), ..Setup::default() }.start().await;
    let mut again = chat.resume(server.address, 1).await;
    assert_eq!(again.expect("bot.end").await, end);
}

/// What a new connection gets, without her own messages: those she has seen as she typed.
async fn replay(chat: &Chat, server: &TestProcess) -> Vec<Value> {
    let mut again = chat.resume(server.address, 0).await;
    let mut all = durable(&again.rest().await);
    assert_eq!(all[0]["type"], "user.message");
    all.retain(|event| event["type"] != "user.message");
    all
}

/// A model that needs long to read its prompt, so that there is time for a kill.
fn slow_model(path: &Path) {
    let shape = Shape { layers: 8, hidden: 256, ffn: 512, head_dim: 64, context: 32_768, ..Shape::tiny(Family::Qwen2) };
    write_random(path, &shape, 1).unwrap();
}

async fn unanswered(data: &Path, conversation: &str) -> Vec<EventBody> {
    let store = Store::open(&data.join("schullotse.db")).await.unwrap();
    let events = store.events(conversation, 0).await.unwrap();
    store.close().await;
    assert!(
        !events.iter().any(|event| matches!(event.body, EventBody::BotEnd { .. })),
        "answered before it was killed, else the test shows nothing"
    );
    events.into_iter().map(|event| event.body).collect()
}

#[tokio::test]
async fn killed_between_accept_and_answer_it_answers_after_the_restart() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let model = root.path().join("slow.gguf");
    slow_model(&model);
    let config = format!("[model]\nfile = {model:?}\ncontext = 32768\nmax_tokens = 4096\n");
    std::fs::write(data.join("schullotse.toml"), config).unwrap();

    let server = TestProcess::start(&data).await;
    let mut chat = Chat::open(server.address).await;
    chat.say(json!({ "type": "msg.send", "text": "am beamer ist die falsche quelle" })).await;
    let ack = chat.expect("ack").await;
    server.kill().await;
    let stored = unanswered(&data, chat.welcome["conv"].as_str().unwrap()).await;
    assert!(matches!(stored.as_slice(), [EventBody::UserMessage { .. }]), "{stored:?}");

    // The next start has no model; the answer comes all the same.
    std::fs::write(data.join("schullotse.toml"), "").unwrap();
    let server = TestProcess::start(&data).await;
    let mut again = chat.resume(server.address, ack["seq"].as_i64().unwrap()).await;
    let end = again.expect("bot.end").await;
    assert_eq!((&end["reply_to"], &end["outcome"]), (&ack["mid"], &json!("answered")));
    // And once only, however many come back for it.
    let mut third = chat.resume(server.address, 0).await;
    let ends = third.rest().await.into_iter().filter(|message| message["type"] == "bot.end").count();
    assert_eq!(ends, 1);
}

#[tokio::test]
async fn a_button_pressed_before_the_kill_is_answered_too() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let server = TestProcess::start(&data).await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("Beamer").await;
    let choice = end["choices"][0].clone();
    server.kill().await;
    // As if it had been killed right after it stored the choice.
    let store = Store::open(&data.join("schullotse.db")).await.unwrap();
    let body = EventBody::UserChoice {
        mid: "picked".into(),
        value: choice["value"].as_str().unwrap().into(),
        label: choice["label"].as_str().unwrap().into(),
    };
    let conversation = chat.welcome["conv"].as_str().unwrap();
    store.append(conversation, Some("pick"), vec![body], "2026-11-23T09:00:00Z".parse().unwrap()).await.unwrap();
    store.close().await;

    let server = TestProcess::start(&data).await;
    let (mut again, mut other) = (chat.resume(server.address, 3).await, chat.resume(server.address, 3).await);
    let end = again.expect("bot.end").await;
    assert_eq!((&end["reply_to"], &end["outcome"]), (&json!("picked"), &json!("flow")));
    // Two who come back for it see one answer begin, not two.
    other.expect("bot.end").await;
    again.rest().await;
    other.rest().await;
    for chat in [&again, &other] {
        let step = chat.seen.iter().find(|message| message["type"] == "flow.step").unwrap();
        let begun = chat.seen.iter().filter(|message| message["type"] == "bot.start");
        assert!(begun.map(|start| &start["mid"]).all(|mid| *mid == step["mid"]), "{:?}", chat.seen);
    }
}
