//! The same chat where WebSocket is blocked: events by SSE, messages by POST.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::support::{Reply, SCHOOL, Sse, TestServer, client, send};

struct Poster<'a> {
    server: &'a TestServer,
    token: String,
}

impl Poster<'_> {
    async fn hello(server: &TestServer) -> (Poster<'_>, Value) {
        let nobody = Poster { server, token: String::new() };
        let first = nobody.post(&json!({ "v": 1, "type": "hello", "school": SCHOOL, "lang": "de" })).await.json();
        let welcome = first[0].clone();
        assert_eq!(welcome["type"], "welcome");
        (Poster { server, token: welcome["token"].as_str().unwrap().to_owned() }, welcome)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = client().request(method, format!("http://{}/api/v1/chat{path}", self.server.address));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    async fn post(&self, message: &Value) -> Reply {
        let request = self.request(Method::POST, "/messages").header("content-type", "application/json");
        send(request.body(message.to_string())).await
    }

    async fn events(&self, query: &str) -> Sse {
        Sse::open(self.request(Method::GET, &format!("/events{query}"))).await.unwrap()
    }
}

#[tokio::test]
async fn the_whole_way_without_websocket() {
    let server = TestServer::start().await;
    let (poster, _) = Poster::hello(&server).await;
    let mut events = poster.events("").await;
    assert_eq!(events.next().await.1["type"], "welcome");

    let message = json!({ "v": 1, "type": "msg.send", "cid": "1", "text": "am beamer ist die falsche quelle" });
    let reply = poster.post(&message).await.json();
    assert_eq!((&reply[0]["type"], &reply[0]["cid"]), (&json!("ack"), &json!("1")));
    events.expect("bot.delta").await;
    let end = events.expect("bot.end").await;
    assert_eq!(end["outcome"], "answered");
    // The same cid acts once here too.
    assert_eq!(poster.post(&message).await.json()[0]["seq"], reply[0]["seq"]);

    let report = json!({ "v": 1, "type": "choice.pick", "cid": "2", "mid": end["mid"], "value": "report_now" });
    assert_eq!(poster.post(&report).await.json()[0]["type"], "ack");
    let created = events.expect("ticket.created").await;
    assert!(created["number"].is_string() && created["code"].is_string(), "{created}");
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke_off() {
    let server = TestServer::start().await;
    let (poster, _) = Poster::hello(&server).await;
    let mut events = poster.events("").await;
    for cid in ["1", "2"] {
        poster
            .post(&json!({ "v": 1, "type": "msg.send", "cid": cid, "text": "am beamer ist die falsche quelle" }))
            .await;
        events.expect("bot.end").await;
    }
    drop(events);
    // As a browser asks: by the id of the last event. Its own messages come as well, so the numbers are whole.
    let request = poster.request(Method::GET, "/events").header("last-event-id", "1");
    let mut events = Sse::open(request).await.unwrap();
    assert_eq!(events.next().await.1["type"], "welcome");
    for expected in 2..=4 {
        let (id, event) = events.next().await;
        assert_eq!((id, event["seq"].as_i64()), (Some(expected.to_string()), Some(expected)));
    }
    // The number in the query is the same.
    let mut events = poster.events("?after=3").await;
    events.next().await;
    assert_eq!(events.next().await.1["seq"], 4);
}

#[tokio::test]
async fn only_the_token_opens_a_conversation() {
    let server = TestServer::start().await;
    let (poster, welcome) = Poster::hello(&server).await;
    let (other, _) = Poster::hello(&server).await;
    let conversation = welcome["conv"].as_str().unwrap();
    let swapped = format!("{conversation}.{}", other.token.split_once('.').unwrap().1);
    for token in [String::new(), "x".into(), format!("{conversation}."), swapped] {
        let stranger = Poster { server: &server, token };
        let reply = stranger.post(&json!({ "v": 1, "type": "msg.send", "cid": "1", "text": "hallo" })).await;
        assert_eq!(reply.problem(401), "token");
        assert_eq!(Sse::open(stranger.request(Method::GET, "/events")).await.err(), Some(401));
        assert_eq!(send(stranger.request(Method::DELETE, "/conversation")).await.problem(401), "token");
    }
    // A token in the address opens nothing.
    let stranger = Poster { server: &server, token: String::new() };
    let path = format!("/events?token={}&conv={conversation}", poster.token);
    assert_eq!(Sse::open(stranger.request(Method::GET, &path)).await.err(), Some(401));
}

#[tokio::test]
async fn deleting_closes_the_door() {
    let server = TestServer::start().await;
    let (poster, _) = Poster::hello(&server).await;
    poster.post(&json!({ "v": 1, "type": "msg.send", "cid": "1", "text": "am beamer ist die falsche quelle" })).await;
    assert_eq!(send(poster.request(Method::DELETE, "/conversation")).await.status, 204);
    assert_eq!(Sse::open(poster.request(Method::GET, "/events")).await.err(), Some(401));
    assert_eq!(server.support.store.sizes().await.unwrap().conversations, 0);
}
