//! A chat as a browser holds it, over WebSocket.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

use super::PATIENCE;

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens the connection; the status where it is refused.
pub(crate) async fn connect(address: SocketAddr, query: &str, origin: Option<&str>) -> Result<Socket, u16> {
    let mut request = format!("ws://{address}/api/v1/chat{query}").into_client_request().unwrap();
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    match timeout(PATIENCE, connect_async(request)).await.expect("no answer to the upgrade") {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// Sends one JSON message; a connection that is gone is no fault here.
pub(crate) async fn write(socket: &mut Socket, message: &Value) {
    let _ = socket.send(Message::text(message.to_string())).await;
}

/// The next JSON message; `None` where the server has closed.
pub(crate) async fn read(socket: &mut Socket) -> Option<Value> {
    // Its pings are no answer.
    let said = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    };
    timeout(PATIENCE, said).await.expect("the server is silent")
}

/// A chat that said hello and was welcomed.
pub(crate) struct Chat {
    pub socket: Socket,
    pub welcome: Value,
    /// Every message so far, in order.
    pub seen: Vec<Value>,
}

impl Chat {
    /// A new conversation of the demo's first school, in German.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::hello(address, json!({ "school": super::SCHOOL, "lang": "de" })).await
    }

    /// As `hello` says.
    pub(crate) async fn hello(address: SocketAddr, mut hello: Value) -> Self {
        let mut socket = connect(address, "", None).await.unwrap();
        hello["type"] = "hello".into();
        hello["v"] = 1.into();
        write(&mut socket, &hello).await;
        let welcome = read(&mut socket).await.unwrap();
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        Self { socket, welcome, seen: Vec::new() }
    }

    /// Goes on with this conversation on a new connection.
    pub(crate) async fn resume(&self, address: SocketAddr, after: i64) -> Self {
        Self::hello(address, json!({ "school": super::SCHOOL, "lang": "de", "resume": self.ticket(after) })).await
    }

    /// What `hello` needs to go on with this conversation.
    pub(crate) fn ticket(&self, after: i64) -> Value {
        json!({ "conv": self.welcome["conv"], "token": self.welcome["token"], "after": after })
    }

    /// Sends a message; without a `cid` it gets one, which is returned.
    pub(crate) async fn say(&mut self, mut message: Value) -> String {
        static SENT: AtomicU32 = AtomicU32::new(0);
        let fresh = || format!("c{}", SENT.fetch_add(1, Ordering::Relaxed));
        let cid = message["cid"].as_str().map_or_else(fresh, str::to_owned);
        message["cid"] = cid.clone().into();
        message["v"] = 1.into();
        write(&mut self.socket, &message).await;
        cid
    }

    pub(crate) async fn next(&mut self) -> Value {
        let message = read(&mut self.socket).await.expect("the server closed the chat");
        self.seen.push(message.clone());
        message
    }

    /// The next message of this type.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await;
            if message["type"] == kind {
                return message;
            }
            assert_ne!(message["type"], "error", "instead of {kind}: {message}");
        }
    }

    /// Asks, and waits for the whole reply.
    pub(crate) async fn ask(&mut self, text: &str) -> Value {
        self.say(json!({ "type": "msg.send", "text": text })).await;
        self.expect("bot.end").await
    }

    /// What the server still has to say, up to the answer to a ping.
    pub(crate) async fn rest(&mut self) -> Vec<Value> {
        let known = self.seen.len();
        self.say(json!({ "type": "ping" })).await;
        self.expect("pong").await;
        // A reply of another task may stand behind the pong.
        while let Ok(Some(Ok(Message::Text(text)))) = timeout(Duration::from_millis(100), self.socket.next()).await {
            self.seen.push(serde_json::from_str(&text).unwrap());
        }
        self.seen[known..].iter().filter(|message| message["type"] != "pong").cloned().collect()
    }

    /// Numbers of the durable events seen, in order.
    pub(crate) fn numbers(&self) -> Vec<i64> {
        durable(&self.seen).iter().map(|event| event["seq"].as_i64().unwrap()).collect()
    }
}

/// The durable events among messages: all with a `seq` that are no `welcome` or `ack`.
pub(crate) fn durable(messages: &[Value]) -> Vec<Value> {
    let fleeting = ["welcome", "ack"];
    let kept = |message: &&Value| message["seq"].is_i64() && !fleeting.contains(&message["type"].as_str().unwrap());
    messages.iter().filter(kept).cloned().collect()
}

impl Chat {
    /// The code of the next error.
    pub(crate) async fn next_error(&mut self) -> String {
        loop {
            let message = self.next().await;
            if message["type"] == "error" {
                assert!(message["text"].as_str().is_some_and(|text| !text.is_empty()), "{message}");
                return message["code"].as_str().unwrap().to_owned();
            }
        }
    }
}
