//! One open chat as the widget holds it: a WebSocket that says hello, resumes with its token
//! where it was, sends again what was not acknowledged, and remembers what it is owed.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config, tungstenite::Message,
    tungstenite::protocol::WebSocketConfig,
};

/// Longest wait for a connection and its welcome.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a connection's buffers: thousands of these stand beside the server that is measured.
const BUFFER: usize = 4 << 10;
/// Shortest and longest pause before a connection is tried again, in milliseconds.
const PAUSE: (u64, u64) = (200, 2_000);

/// A message that was sent, and what came of it.
#[derive(Debug)]
pub(super) struct Sent {
    pub cid: String,
    pub text: String,
    pub at: Instant,
    pub acked: bool,
    /// Until the first block of the reply was there.
    pub first: Option<Duration>,
    /// The connection broke between sending and the first block.
    pub disturbed: bool,
}

/// The connection and its place in the conversation.
pub(super) struct Client {
    address: SocketAddr,
    number: usize,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    conversation: Option<(String, String)>,
    /// Last event that was seen.
    seq: i64,
    pub sent: Vec<Sent>,
    /// Times that the connection broke.
    pub broken: usize,
}

impl Client {
    pub(super) fn new(address: SocketAddr, number: usize) -> Self {
        Self { address, number, socket: None, conversation: None, seq: 0, sent: Vec::new(), broken: 0 }
    }

    /// Opens a connection and waits for its welcome; goes on where the conversation was.
    /// Whether it came.
    pub(super) async fn connect(&mut self) -> bool {
        self.socket = None;
        let config =
            WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0).max_write_buffer_size(1 << 20);
        let url = format!("ws://{}/api/v1/chat", self.address);
        let Ok(Ok((mut socket, _))) = timeout(PATIENCE, connect_async_with_config(url, Some(config), false)).await
        else {
            return false;
        };
        let resume = self
            .conversation
            .as_ref()
            .map(|(conversation, token)| json!({ "conv": conversation, "token": token, "after": self.seq }));
        let hello = json!({ "v": 1, "type": "hello", "lang": "de", "resume": resume });
        if socket.send(Message::text(hello.to_string())).await.is_err() {
            return false;
        }
        self.socket = Some(socket);
        loop {
            let Ok(Some(message)) = timeout(PATIENCE, self.read()).await else { return false };
            if message["type"] == "welcome" {
                let word = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
                self.conversation = Some((word("conv"), word("token")));
                return true;
            }
            self.take(&message);
        }
    }

    /// Tries until it is there again; what was not acknowledged is sent once more.
    pub(super) async fn again(&mut self) {
        self.broken += 1;
        for sent in self.sent.iter_mut().filter(|sent| sent.first.is_none()) {
            sent.disturbed = true;
        }
        let spread = PAUSE.1 - PAUSE.0;
        let mut tries = 0_u64;
        loop {
            // As a crowd of browsers: not all at once.
            let pause = PAUSE.0 + (self.number as u64).wrapping_mul(7_919).wrapping_add(tries * 613) % spread;
            sleep(Duration::from_millis(pause)).await;
            tries += 1;
            if self.connect().await {
                break;
            }
        }
        let open: Vec<Value> = self.sent.iter().filter(|sent| !sent.acked).map(wire).collect();
        for message in open {
            self.write(&message).await;
        }
    }

    /// Sends a message under an id of its own.
    pub(super) async fn say(&mut self, text: String) {
        let cid = format!("c{}-{}", self.number, self.sent.len());
        let sent = Sent { cid, text, at: Instant::now(), acked: false, first: None, disturbed: false };
        let message = wire(&sent);
        self.sent.push(sent);
        self.write(&message).await;
    }

    /// Sends a message of the protocol as it is.
    pub(super) async fn write(&mut self, message: &Value) {
        if let Some(socket) = &mut self.socket
            && socket.send(Message::text(message.to_string())).await.is_err()
        {
            self.socket = None;
        }
    }

    /// The next message; none where the connection is gone.
    pub(super) async fn read(&mut self) -> Option<Value> {
        let socket = self.socket.as_mut()?;
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).ok(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    self.socket = None;
                    return None;
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// Counts what a message brings.
    pub(super) fn take(&mut self, message: &Value) {
        if let Some(seq) = message["seq"].as_i64().filter(|_| message["type"] != "ack") {
            self.seq = self.seq.max(seq);
        }
        match message["type"].as_str().unwrap_or_default() {
            "ack" => {
                if let Some(sent) = self.sent.iter_mut().find(|sent| message["cid"] == *sent.cid) {
                    sent.acked = true;
                    // Where something was masked, this is what is stored.
                    if let Some(text) = message["text"].as_str() {
                        text.clone_into(&mut sent.text);
                    }
                }
            }
            "bot.snapshot" | "bot.delta" | "bot.end" | "flow.step" | "notice" | "escalate.offer" => {
                if let Some(sent) = self.sent.iter_mut().find(|sent| sent.first.is_none()) {
                    sent.first = Some(sent.at.elapsed());
                }
            }
            _ => {}
        }
    }

    /// Whether every message is acknowledged and answered.
    pub(super) fn settled(&self) -> bool {
        self.sent.iter().all(|sent| sent.acked && sent.first.is_some())
    }

    /// Every event of the conversation, read anew from its beginning.
    pub(super) async fn replayed(&mut self) -> Vec<Value> {
        self.seq = 0;
        let mut events = Vec::new();
        if !self.connect().await {
            return events;
        }
        // What is stored comes at once; a silence is its end.
        while let Ok(Some(message)) = timeout(Duration::from_secs(2), self.read()).await {
            events.push(message);
        }
        events
    }
}

fn wire(sent: &Sent) -> Value {
    json!({ "v": 1, "type": "msg.send", "cid": sent.cid, "text": sent.text })
}
