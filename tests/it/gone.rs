//! A conversation that is deleted in one place is gone in all of them: whoever listens is
//! told so, in her language, on either way, and begins another.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Chat, SCHOOL, Sse, TestServer, read, request, send, write};

const QUESTION: &str = "am beamer ist die falsche quelle";

async fn delete(server: &TestServer, chat: &Chat) -> u16 {
    let request = request(Method::DELETE, server.address, "/api/v1/chat/conversation");
    send(request.bearer_auth(chat.welcome["token"].as_str().unwrap())).await.status
}

fn is_gone(error: &Value, words: &str) {
    assert_eq!((&error["type"], &error["code"], &error["cid"]), (&json!("error"), &json!("gone"), &Value::Null));
    assert!(error["text"].as_str().unwrap().contains(words), "{error}");
}

#[tokio::test]
async fn a_second_tab_is_told() {
    let server = TestServer::start().await;
    let mut first = Chat::open(server.address).await;
    first.ask(QUESTION).await;
    let mut second = first.resume(server.address, 0).await;
    second.expect("bot.end").await;
    assert_eq!(delete(&server, &first).await, 204);
    for chat in [&mut first, &mut second] {
        is_gone(&chat.expect("error").await, "wurde gelöscht");
        // Nothing more comes on this connection.
        assert_eq!(read(&mut chat.socket).await, None);
    }
    // Coming back begins another conversation, on which nothing of the old one stands.
    let back = second.resume(server.address, 0).await;
    assert_ne!(back.welcome["conv"], second.welcome["conv"]);
    assert_eq!(back.welcome["seq"], 0);
}

#[tokio::test]
async fn who_deletes_on_the_line_goes_on_there() {
    let server = TestServer::start().await;
    let mut first = Chat::open(server.address).await;
    first.ask(QUESTION).await;
    let mut second = first.resume(server.address, 0).await;
    second.expect("bot.end").await;
    first.say(json!({ "type": "conv.delete" })).await;
    first.expect("ack").await;
    let fresh = first.expect("welcome").await;
    assert_ne!(fresh["conv"], first.welcome["conv"]);
    assert!(first.rest().await.iter().all(|message| message["type"] != "error"), "she knows it already");
    is_gone(&second.expect("error").await, "wurde gelöscht");
}

#[tokio::test]
async fn a_stream_ends_with_the_word() {
    let server = TestServer::start().await;
    let mut chat = Chat::hello(server.address, json!({ "school": SCHOOL, "lang": "en" })).await;
    chat.ask("the projector shows the wrong input").await;
    let events = request(Method::GET, server.address, "/api/v1/chat/events");
    let mut events = Sse::open(events.bearer_auth(chat.welcome["token"].as_str().unwrap())).await.unwrap();
    events.expect("bot.end").await;
    assert_eq!(delete(&server, &chat).await, 204);
    is_gone(&events.expect("error").await, "has been deleted");
}

/// What a message does that crosses the deletion: nothing, and that is said.
#[tokio::test]
async fn a_press_on_what_is_gone_is_answered_in_her_language() {
    let server = TestServer::start().await;
    for (lang, words) in [("de", "gibt es hier nicht mehr"), ("en", "no longer offered")] {
        let mut chat = Chat::hello(server.address, json!({ "school": SCHOOL, "lang": lang })).await;
        for press in [
            json!({ "type": "choice.pick", "mid": "m", "value": "guide:guides/none" }),
            json!({ "type": "choice.pick", "mid": "m", "value": "flow:none:none:0" }),
            json!({ "type": "feedback.give", "mid": "m", "helped": true, "reasons": [] }),
        ] {
            chat.say(press.clone()).await;
            let error = chat.expect("error").await;
            assert!(error["text"].as_str().unwrap().contains(words), "{press}: {error}");
        }
    }
}

/// More chats than this server takes: in her language, and with a time.
#[tokio::test]
async fn a_hello_that_is_not_taken_says_when_to_try_again() {
    let mut config = schullotse::config::Config::default();
    config.limits.open_chats = 1;
    let server = super::support::Setup { config, ..Default::default() }.start().await;
    let _first = Chat::open(server.address).await;
    for (lang, words) in [("de", "Gespräche offen"), ("en", "conversations are open")] {
        let hello = json!({ "v": 1, "type": "hello", "school": SCHOOL, "lang": lang });
        let mut socket = super::support::connect(server.address, "", None).await.unwrap();
        write(&mut socket, &hello).await;
        let error = read(&mut socket).await.unwrap();
        let post = request(Method::POST, server.address, "/api/v1/chat/messages").body(hello.to_string());
        let reply = send(post.header("content-type", "application/json")).await;
        assert_eq!((reply.status, reply.headers["retry-after"].to_str().unwrap()), (503, "5"));
        let problem = reply.json();
        for (told, text) in [(&error, &error["text"]), (&problem, &problem["detail"])] {
            assert_eq!((&told["code"], &told["retry_after"]), (&json!("busy"), &json!(5)), "{told}");
            assert!(text.as_str().unwrap().contains(words), "{told}");
        }
    }
}
