//! The widget as a browser gets it: small, from anywhere, fresh, and whole.

use reqwest::{Method, RequestBuilder};

use super::support::{Reply, SCHOOL, TestServer, client, get, send};

/// What a page may load for a chat in German, compressed: the promise of the first issue on the widget.
const MOST: usize = 25_000;

fn request(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    client().request(method, format!("http://{}{path}", server.address))
}

async fn fetch(server: &TestServer, path: &str, encoding: &str) -> Reply {
    let reply = send(request(server, Method::GET, path).header("accept-encoding", encoding)).await;
    assert_eq!((reply.status, reply.kind.as_str()), (200, "text/javascript; charset=utf-8"), "{path}");
    reply
}

/// What a script fetches later: `import('./x.js')`, below the folder of the script.
fn later(path: &str, script: &str) -> Vec<String> {
    let folder = &path[..=path.rfind('/').unwrap()];
    let calls = script.split("import(").skip(1).filter_map(|call| call.strip_prefix(['\'', '`'])?.strip_prefix("./"));
    calls.map(|call| format!("{folder}{}.js", call.split_once(".js").unwrap().0)).collect()
}

#[tokio::test]
async fn a_chat_in_german_costs_less_than_promised() {
    let server = TestServer::start().await;
    for encoding in ["identity", "gzip", "br"] {
        let mut sizes = Vec::new();
        for path in ["/widget.js", "/widget/chat.js", "/widget/texts-en.js", "/widget/stream.js"] {
            let reply = fetch(&server, path, encoding).await;
            let sent = reply.headers.get("content-encoding").map(|sent| sent.to_str().unwrap());
            assert_eq!(sent, Some(encoding).filter(|encoding| *encoding != "identity"), "{path}");
            sizes.push(reply.body.len());
        }
        let german = sizes[0] + sizes[1];
        eprintln!(
            "{encoding}: closed {}, opened {} more, {german} in all; English {}, where WebSocket is blocked {}",
            sizes[0], sizes[1], sizes[2], sizes[3],
        );
        assert!(encoding == "identity" || german <= MOST, "{encoding}: {german} bytes");
    }
}

#[tokio::test]
async fn every_script_that_is_asked_for_is_there_for_every_page() {
    let server = TestServer::start().await;
    let (mut open, mut seen) = (vec!["/widget.js".to_owned()], Vec::new());
    while let Some(path) = open.pop() {
        let reply = fetch(&server, &path, "identity").await;
        assert_eq!(reply.headers["access-control-allow-origin"], "*", "{path}");
        assert_eq!(reply.headers["cross-origin-resource-policy"], "cross-origin", "{path}");
        let script = reply.text();
        // Joined: nothing has to be fetched before it runs but what fetched it.
        let imports = script.lines().filter(|line| line.starts_with("import"));
        let foreign = imports.filter(|line| path == "/widget/chat.js" || !line.contains("from'./chat.js'"));
        assert_eq!(foreign.count(), 0, "{path}");
        assert!(!script.contains("/**") && !script.contains("\n  const"), "{path} is sent with what only readers need");
        seen.push(path.clone());
        open.extend(later(&path, &script).into_iter().filter(|next| !seen.contains(next)));
        open.dedup();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(
        seen,
        ["/widget.js", "/widget/chat.js", "/widget/extras.js", "/widget/stream.js", "/widget/texts-en.js"]
    );
    assert_eq!(get(server.address, "/widget/nothing.js").await.status, 404);
    assert_eq!(get(server.address, "/widget/..%2FREADME.md").await.status, 404);
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let server = TestServer::start().await;
    for path in ["/widget.js", "/widget/chat.js", "/assets/page.css"] {
        let mut tags = Vec::new();
        for encoding in ["identity", "gzip", "br"] {
            let ask = || request(&server, Method::GET, path).header("accept-encoding", encoding);
            let tag = send(ask()).await.headers["etag"].clone();
            let again = send(ask().header("if-none-match", &tag)).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} as {encoding}");
            assert_eq!(again.headers["vary"], "accept-encoding");
            assert_eq!(again.headers["etag"], tag);
            assert!(again.headers["cache-control"].to_str().unwrap().contains("must-revalidate"));
            tags.push(tag);
        }
        tags.dedup();
        assert_eq!(tags.len(), 3, "a cache may not take one form for another");
    }
}

#[tokio::test]
async fn pages_are_compressed_and_events_are_not() {
    let server = TestServer::start().await;
    for path in ["/", "/chat", "/r/GSM-204", "/api/v1/openapi.json"] {
        for encoding in ["gzip", "br"] {
            let reply = send(request(&server, Method::GET, path).header("accept-encoding", encoding)).await;
            assert_eq!((reply.status, reply.headers["content-encoding"].to_str().unwrap()), (200, encoding), "{path}");
            assert!(reply.headers.contains_key("content-security-policy"), "{path}");
        }
    }
    let hello = serde_json::json!({ "v": 1, "type": "hello", "school": SCHOOL, "lang": "de" });
    let post = request(&server, Method::POST, "/api/v1/chat/messages").header("content-type", "application/json");
    let welcome = send(post.header("accept-encoding", "gzip, br").body(hello.to_string())).await;
    assert!(!welcome.headers.contains_key("content-encoding"), "a token is not compressed beside what others choose");
    let token = welcome.json()[0]["token"].as_str().unwrap().to_owned();
    let events = request(&server, Method::GET, "/api/v1/chat/events").header("accept-encoding", "gzip, br");
    let stream = events.bearer_auth(token).header("last-event-id", "0").send().await.unwrap();
    assert_eq!((stream.status().as_u16(), stream.headers().get("content-encoding")), (200, None));
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
}
