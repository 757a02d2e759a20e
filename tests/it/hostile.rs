//! Whatever a client sends, it gets an answer it can act on, and the server lives.

use futures_util::SinkExt as _;
use schullotse::{config::Config, domain::conversation::EventBody};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::support::{Chat, Setup, TestServer, connect, get, read, write};

async fn lives(server: &TestServer) {
    assert_eq!(get(server.address, "/healthz").await.status, 200);
    let mut chat = Chat::open(server.address).await;
    assert_eq!(chat.ask("am beamer ist die falsche quelle").await["outcome"], "answered");
}

#[tokio::test]
async fn messages_without_or_with_too_much_text() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    for (text, code) in [
        (String::new(), "empty"),
        (" \n\t ".into(), "empty"),
        ("\u{0}\u{202e}\u{200b}\u{feff}".into(), "empty"),
        ("x".repeat(3_000), "too_long"),
        ("ä".repeat(2_001), "too_long"),
    ] {
        chat.say(json!({ "type": "msg.send", "text": text })).await;
        assert_eq!(chat.next_error().await, code);
    }
    assert_eq!(server.support.store.sizes().await.unwrap().conversations, 0);
    // The longest that is allowed, and the same connection, still work.
    let end = chat.ask(&format!("am beamer ist die falsche quelle {}", "ä".repeat(1_960))).await;
    assert_eq!(end["type"], "bot.end");
}

#[tokio::test]
async fn control_and_direction_characters_are_not_kept() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("bea\u{0}mer\u{202e} zeigt\u{7} kein\u{2066} signal\u{1b}[31m\r\n\u{200b}").await;
    let events = server.support.store.events(chat.welcome["conv"].as_str().unwrap(), 0).await.unwrap();
    let EventBody::UserMessage { text, .. } = &events[0].body else { panic!("{:?}", events[0]) };
    let hidden = |ch: char| ch.is_control() && ch != '\n' || "\u{202e}\u{2066}\u{200b}".contains(ch);
    assert!(!text.contains(hidden), "{text:?}");
    assert!(text.contains("kein signal"), "{text:?}");
}

#[tokio::test]
async fn markup_stays_text() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let markup = "<img src=x onerror=alert(1)> **fett** [a](javascript:alert(1)) am beamer ist die falsche quelle";
    chat.ask(markup).await;
    // Typed blocks only: what she wrote comes back as the very same text, in no block of ours.
    let mut tab = chat.resume(server.address, 0).await;
    let events = tab.rest().await;
    assert_eq!(events[0]["text"], markup);
    assert!(
        events.iter().filter(|event| event["type"] == "bot.end").all(|event| !event.to_string().contains("onerror"))
    );
}

#[tokio::test]
async fn what_is_no_message_is_answered_and_in_the_end_shut_out() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    for text in ["", "null", "[]", "{", "{\"type\":\"nope\"}", "{\"v\":2,\"type\":\"ping\"}", "{\"type\":\"msg.send\"}"]
    {
        chat.socket.send(Message::text(text)).await.unwrap();
        assert_eq!(chat.next_error().await, "bad_message", "{text}");
    }
    // One good message, and it may err again.
    chat.rest().await;
    chat.socket.send(Message::binary(vec![0_u8; 100])).await.unwrap();
    assert_eq!(chat.next_error().await, "bad_message");
    for cid in [String::new(), "c".repeat(65)] {
        chat.say(json!({ "type": "msg.send", "cid": cid, "text": "hallo" })).await;
        assert_eq!(chat.next_error().await, "bad_message");
    }
    chat.say(json!({ "type": "hello" })).await;
    assert_eq!(chat.next_error().await, "bad_message", "hello was said");
    for _ in 0..20 {
        let _ = chat.socket.send(Message::text("nonsense")).await;
    }
    while read(&mut chat.socket).await.is_some() {}
    lives(&server).await;
}

#[tokio::test]
async fn who_does_not_say_hello_gets_nothing() {
    let server = TestServer::start().await;
    let mut socket = connect(server.address, "", None).await.unwrap();
    for message in [
        json!({ "type": "msg.send", "cid": "1", "text": "am beamer ist die falsche quelle" }),
        json!({ "type": "ticket.submit", "cid": "2", "fields": { "symptom": "x" } }),
        json!({ "type": "conv.delete", "cid": "3" }),
    ] {
        write(&mut socket, &message).await;
        assert_eq!(read(&mut socket).await.unwrap()["type"], "error");
    }
    for _ in 0..10 {
        write(&mut socket, &json!({ "type": "nope" })).await;
    }
    while read(&mut socket).await.is_some_and(|message| message["type"] == "error") {}
    let sizes = server.support.store.sizes().await.unwrap();
    assert_eq!((sizes.conversations, sizes.tickets), (0, 0));
    lives(&server).await;
}

#[tokio::test]
async fn a_frame_of_ten_megabytes_ends_that_connection_only() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let mut other = Chat::open(server.address).await;
    let huge = json!({ "type": "msg.send", "cid": "1", "text": "x".repeat(10 << 20) }).to_string();
    let _ = chat.socket.send(Message::text(huge)).await;
    while read(&mut chat.socket).await.is_some() {}
    // In pieces it is no smaller.
    let mut chat = Chat::open(server.address).await;
    let _ = chat.socket.send(Message::binary(vec![7_u8; 10 << 20])).await;
    while read(&mut chat.socket).await.is_some() {}
    assert_eq!(other.ask("am beamer ist die falsche quelle").await["outcome"], "answered");
    lives(&server).await;
}

#[tokio::test]
async fn haste_is_told_when_to_go_on() {
    let mut config = Config::default();
    (config.limits.conversation_per_minute, config.limits.conversation_burst) = (1, 2);
    let server = Setup { config, ..Setup::default() }.start().await;
    let mut chat = Chat::open(server.address).await;
    for _ in 0..2 {
        chat.ask("Guten Morgen").await;
    }
    let cid = chat.say(json!({ "type": "msg.send", "text": "Guten Morgen" })).await;
    let error = loop {
        let message = chat.next().await;
        if message["type"] == "error" {
            break message;
        }
    };
    assert_eq!((&error["code"], &error["cid"]), (&json!("rate_limited"), &json!(cid)));
    assert!((1..=60).contains(&error["retry_after"].as_u64().unwrap()), "{error}");
    // A colleague of the same school is not held up.
    let mut other = Chat::open(server.address).await;
    assert_eq!(other.ask("Guten Morgen").await["outcome"], "smalltalk");
}

#[tokio::test]
async fn as_many_chats_as_allowed_and_no_more() {
    let mut config = Config::default();
    config.limits.open_chats = 2;
    let server = Setup { config, ..Setup::default() }.start().await;
    let (_first, _second) = (Chat::open(server.address).await, Chat::open(server.address).await);
    let mut socket = connect(server.address, "", None).await.unwrap();
    write(&mut socket, &json!({ "type": "hello" })).await;
    assert_eq!(read(&mut socket).await.unwrap()["code"], "busy");
}
