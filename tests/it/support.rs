//! What the tests share: a server in this process, the real program as another
//! process, a chat client and a small HTTP client.

mod chat;
mod http;
mod mounted;
mod place;
mod process;
mod server;

use std::time::Duration;

pub(crate) use self::{
    chat::{Chat, Socket, connect, durable, read, write},
    http::{Reply, Sse, client, get, post, request, send},
    mounted::Mounted,
    place::Place,
    process::{Finished, TestProcess, run, run_in},
    server::{Setup, TestServer},
};

/// Longest wait for anything on a busy machine; a test that waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The demo's first school, and a room of it.
pub(crate) const SCHOOL: &str = "ge-moewenstrasse";
pub(crate) const ROOM: &str = "GSM-204";

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("in vain: {what}"));
}

/// Whether a text stands in any file below a folder, byte for byte.
pub(crate) fn on_disk(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return on_disk(&path, text);
        }
        // A file may go between being listed and being read.
        std::fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    })
}

/// All text of an event's blocks, as a reader sees it.
pub(crate) fn text_of(event: &serde_json::Value) -> String {
    fn spans(value: &serde_json::Value, into: &mut String) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        serde_json::Value::String(text) if name == "text" => {
                            into.push_str(text);
                            into.push('\n');
                        }
                        _ => spans(value, into),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| spans(item, into)),
            _ => {}
        }
    }
    let mut text = String::new();
    spans(&event["blocks"], &mut text);
    text
}
