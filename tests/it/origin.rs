//! Which pages may open a chat: ours, the operator's, the school's own; nobody
//! who only looks like one of them.

use reqwest::Method;
use schullotse::config::Config;
use serde_json::json;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, client::IntoClientRequest as _},
};

use super::support::{SCHOOL, Setup, Socket, TestServer, client, connect, read, send, write};

const OF_SCHOOL: &str = "https://www.gsm.example";
const OF_OTHER: &str = "https://www.gsl.example";
const LISTED: &str = "https://hilfe.lotsenfeld.example";

async fn server() -> TestServer {
    let mut config = Config::default();
    config.server.origins = vec![LISTED.into()];
    let server = Setup { config, ..Setup::default() }.start().await;
    let mut directory = server.support.store.directory_outline().await.unwrap().unwrap();
    directory.schools[0].origins = vec![format!("{OF_SCHOOL}/")];
    directory.schools[1].origins = vec![OF_OTHER.into()];
    server.support.store.directory_import(&directory, "2026-11-23T09:00:00Z".parse().unwrap()).await.unwrap();
    server.support.schools.reload().await.unwrap();
    assert_eq!(directory.schools[0].id, SCHOOL);
    server
}

fn look_alikes() -> Vec<String> {
    vec![
        "https://evil.example".into(),
        format!("{OF_SCHOOL}.evil.example"),
        format!("{OF_SCHOOL}:8443"),
        OF_SCHOOL.replace("https", "http"),
        OF_SCHOOL.replace("www.", "www"),
        format!("https://evil.example/{OF_SCHOOL}"),
        "null".into(),
        String::new(),
    ]
}

/// Says hello for a school; whether that opened a chat.
async fn welcomed(mut socket: Socket, school: &str) -> bool {
    write(&mut socket, &json!({ "v": 1, "type": "hello", "school": school })).await;
    read(&mut socket).await.is_some_and(|message| message["type"] == "welcome")
}

#[tokio::test]
async fn a_websocket_is_opened_by_known_pages_only() {
    let server = server().await;
    let query = format!("?school={SCHOOL}");
    for origin in look_alikes() {
        assert_eq!(connect(server.address, &query, Some(&origin)).await.err(), Some(403), "{origin:?}");
    }
    assert_eq!(connect(server.address, &query, Some(OF_OTHER)).await.err(), Some(403), "another school's page");
    let own = format!("http://{}", server.address);
    for origin in [Some(OF_SCHOOL), Some(LISTED), Some(own.as_str()), None] {
        let socket = connect(server.address, &query, origin).await.unwrap();
        assert!(welcomed(socket, SCHOOL).await, "{origin:?}");
    }
}

#[tokio::test]
async fn hello_for_another_school_is_refused() {
    let server = server().await;
    let socket = connect(server.address, &format!("?school={SCHOOL}"), Some(OF_SCHOOL)).await.unwrap();
    assert!(!welcomed(socket, "gs-lerchenweg").await, "its page is not this one");
}

#[tokio::test]
async fn a_post_is_taken_from_known_pages_only() {
    let server = server().await;
    let url = format!("http://{}/api/v1/chat/messages", server.address);
    let hello = json!({ "v": 1, "type": "hello", "school": SCHOOL }).to_string();
    let post = |origin: &str| {
        let request = client().post(&url).header("content-type", "application/json");
        if origin == "-" { request } else { request.header("origin", origin) }
    };
    for origin in look_alikes() {
        assert_eq!(send(post(&origin).body(hello.clone())).await.problem(403), "origin", "{origin:?}");
    }
    let mut token = String::new();
    for origin in [OF_SCHOOL, LISTED, "-"] {
        let reply = send(post(origin).body(hello.clone())).await;
        assert_eq!(reply.status, 200, "{origin}");
        token = reply.json()[0]["token"].as_str().unwrap().to_owned();
    }
    // A stolen token is of no use to a foreign page.
    let message = json!({ "v": 1, "type": "msg.send", "cid": "1", "text": "hallo" }).to_string();
    for (origin, status) in [("https://evil.example", 403), (OF_OTHER, 403), (OF_SCHOOL, 200)] {
        let reply = send(post(origin).bearer_auth(&token).body(message.clone())).await;
        assert_eq!(reply.status, status, "{origin}: {}", reply.text());
    }
    let delete = client().delete(url.replace("messages", "conversation")).bearer_auth(&token);
    assert_eq!(send(delete.header("origin", "https://evil.example")).await.problem(403), "origin");
}

#[tokio::test]
async fn a_browser_may_read_what_its_school_may() {
    let server = server().await;
    let ask = |origin: &'static str| {
        let url = format!("http://{}/api/v1/chat/messages", server.address);
        let request = client().request(Method::OPTIONS, url).header("origin", origin);
        send(request.header("access-control-request-method", "POST"))
    };
    let allowed = ask(OF_SCHOOL).await;
    assert_eq!(allowed.headers["access-control-allow-origin"], OF_SCHOOL);
    let foreign = ask("https://evil.example").await;
    assert!(!foreign.headers.contains_key("access-control-allow-origin"));
}

/// A name can be made to lead here (DNS rebinding): `Host` and `Origin` then agree, and are both foreign.
#[tokio::test]
async fn a_name_that_leads_here_is_not_ours() {
    let server = server().await;
    let mut outward = Config::default();
    outward.server.listen = "0.0.0.0:8080".parse().unwrap();
    outward.server.public_url = Some("https://hilfe.example".into());
    let outward = Setup { config: outward, ..Setup::default() }.start().await;
    let hello = json!({ "v": 1, "type": "hello", "school": SCHOOL }).to_string();
    let post = |server: &TestServer, host: &str, origin: &str| {
        let request = client().post(format!("http://{}/api/v1/chat/messages", server.address));
        let request = request.header("content-type", "application/json").header("host", host).header("origin", origin);
        send(request.body(hello.clone()))
    };
    for (server, host, origin, status) in [
        (&server, "evil.example", "http://evil.example", 403),
        (&server, "evil.example:8080", "http://evil.example:8080", 403),
        (&server, "localhost:8080", "http://localhost:8080", 200),
        (&server, "localhost:8080", "http://127.0.0.1:8080", 403),
        (&outward, "evil.example", "http://evil.example", 403),
        (&outward, "localhost:8080", "http://localhost:8080", 403),
        (&outward, "hilfe.example", "https://hilfe.example", 200),
        (&outward, "hilfe.example", "http://hilfe.example", 403),
    ] {
        let reply = post(server, host, origin).await;
        assert_eq!(reply.status, status, "{origin} at {host}: {}", reply.text());
    }
    let mut request = format!("ws://{}/api/v1/chat", server.address).into_client_request().unwrap();
    for (name, value) in [("host", "evil.example"), ("origin", "http://evil.example")] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let refused = connect_async(request).await.err();
    assert!(matches!(&refused, Some(Error::Http(reply)) if reply.status() == 403), "{refused:?}");
}

/// A refused connection tells a page nothing; this does, and opens nothing.
#[tokio::test]
async fn a_page_can_ask_whether_it_may() {
    let server = server().await;
    for (origin, school, allowed, known) in [
        (OF_SCHOOL, SCHOOL, true, "known"),
        (OF_OTHER, SCHOOL, false, "known"),
        (LISTED, "gibt-es-nicht", true, "unknown"),
        ("https://evil.example", "", false, "none"),
        ("null", SCHOOL, false, "known"),
    ] {
        let request = client().get(format!("http://{}/api/v1/chat/origin?school={school}", server.address));
        let reply = send(request.header("origin", origin)).await;
        assert_eq!(reply.headers["access-control-allow-origin"], "*", "{origin}");
        assert_eq!(reply.json(), json!({ "allowed": allowed, "school": known }), "{origin}");
    }
}
