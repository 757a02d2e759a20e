//! A server that answers as it is told, byte by byte: for the tests.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Duration, sleep},
};

/// One connection, played.
#[derive(Clone)]
pub(super) enum Play {
    /// These bytes, in these parts, with so long a pause between them; then the connection is closed.
    Parts(Vec<String>, Duration),
    /// Takes the request and says nothing.
    Silence,
}

/// What a good answer looks like: an event for each word, and the end.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    let mut parts = vec!["HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_owned()];
    let event = |word: &&str| {
        let token = serde_json::json!({ "token": word, "logprob": -0.25 });
        let choice = serde_json::json!({ "delta": { "content": word }, "logprobs": { "content": [token] } });
        format!("data: {}\n\n", serde_json::json!({ "choices": [choice] }))
    };
    parts.extend(words.iter().map(event));
    parts.push("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".into());
    parts
}

pub(super) fn good() -> Play {
    Play::Parts(words(&["Warten ", "Sie."]), Duration::ZERO)
}

pub(super) fn status(status: &str, headers: &str, body: &str) -> Play {
    let text =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len());
    Play::Parts(vec![text], Duration::ZERO)
}

/// Plays each connection after the other; the last play again and again.
pub(super) struct Double {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Double {
    pub(super) async fn start(plays: Vec<Play>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            for at in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let play = plays[at.min(plays.len() - 1)].clone();
                tokio::spawn(play_one(stream, play, seen.clone()));
            }
        });
        Self { url, requests }
    }

    /// Every request so far, head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn play_one(mut stream: TcpStream, play: Play, seen: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                seen.lock().unwrap().push(text);
                break;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    }
    match play {
        Play::Parts(parts, pause) => {
            for part in parts {
                if stream.write_all(part.as_bytes()).await.is_err() {
                    return;
                }
                let _ = stream.flush().await;
                sleep(pause).await;
            }
        }
        Play::Silence => sleep(Duration::from_mins(1)).await,
    }
}
