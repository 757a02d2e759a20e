//! A small HTTP client: what came back, whole.

use std::{net::SocketAddr, sync::OnceLock};

use futures_util::StreamExt as _;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::time::timeout;

use super::PATIENCE;

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub kind: String,
    pub body: Vec<u8>,
    pub headers: reqwest::header::HeaderMap,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// RFC 9457: the media type, the status again, a title, a detail; the code.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!((self.status, self.kind.as_str()), (status, "application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], status, "{problem}");
        for field in ["type", "title", "detail", "code"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {problem}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// One client for all.
pub(crate) fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let make = || {
        // Nothing here is encrypted, but the client wants to know how it would be.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // No pool: each test has a runtime of its own, which its connections end with.
        Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap()
    };
    CLIENT.get_or_init(make).clone()
}

pub(crate) fn request(method: Method, address: SocketAddr, path: &str) -> RequestBuilder {
    client().request(method, format!("http://{address}{path}"))
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Reply {
    send(request(Method::GET, address, path)).await
}

/// Posts JSON.
pub(crate) async fn post(address: SocketAddr, path: &str, body: &Value) -> Reply {
    let request = request(Method::POST, address, path).header("content-type", "application/json");
    send(request.body(body.to_string())).await
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let headers = response.headers().clone();
    Reply {
        status: response.status().as_u16(),
        kind: headers.get("content-type").map_or_else(String::new, |kind| kind.to_str().unwrap().to_owned()),
        body: response.bytes().await.unwrap().to_vec(),
        headers,
    }
}

/// Events as they stream in.
pub(crate) struct Sse {
    stream: futures_util::stream::BoxStream<'static, reqwest::Result<Vec<u8>>>,
    buffer: Vec<u8>,
}

impl Sse {
    /// Opens a stream; the status where it is refused.
    pub(crate) async fn open(request: RequestBuilder) -> Result<Self, u16> {
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let stream = response.bytes_stream().map(|bytes| bytes.map(|bytes| bytes.to_vec()));
        Ok(Self { stream: stream.boxed(), buffer: Vec::new() })
    }

    /// The next event that is no comment: its id, and its data as JSON.
    pub(crate) async fn next(&mut self) -> (Option<String>, Value) {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.buffer.drain(..end + 2).collect();
                let event = String::from_utf8(event).unwrap();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let Some(data) = field("data: ") {
                    return (field("id: "), serde_json::from_str(&data).unwrap());
                }
                continue;
            }
            let piece = timeout(PATIENCE, self.stream.next()).await.expect("nothing is streamed");
            self.buffer.extend(piece.expect("the stream ended").unwrap());
        }
    }

    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let (_, event) = self.next().await;
            if event["type"] == kind {
                return event;
            }
        }
    }
}
