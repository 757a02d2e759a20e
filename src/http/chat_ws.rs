//! The chat over WebSocket. Buffers are small and bounded; a peer that sends
//! nonsense gets an error, one that sends nothing for long is let go.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{
        Query, State,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::time::Instant;

use super::{error::Problem, origin, state::Site};
use crate::support::{
    chat::{
        Chats, LAST_WORDS, Session,
        protocol::{self, Direct, Hello, Incoming, Outgoing},
    },
    wording,
};

/// After such a silence of a client it is pinged, which every browser answers by itself; a line
/// that shows no life for so much longer is dead.
const SILENCE: Duration = Duration::from_secs(25);
const NO_LIFE: Duration = Duration::from_secs(5);
/// Longest wait for the first message.
const HELLO: Duration = Duration::from_secs(10);
/// Bytes of each connection that wait to be read or written: there are thousands.
const READ_BUFFER: usize = 4 * 1024;
/// Longest time to send one message to a slow reader.
const SLOW: Duration = Duration::from_secs(20);
/// Most faulty messages in a row before the connection is closed.
const FAULTS: u32 = 8;

#[derive(Debug, Deserialize)]
pub(super) struct Opening {
    school: Option<String>,
}

pub(super) async fn upgrade(
    State(site): State<Site>,
    Query(opening): Query<Opening>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !origin::allowed(&site, &headers, opening.school.as_deref()) {
        let detail =
            "pages of this origin may not open a chat; hint: add it to the school's `origins` in the directory";
        return Problem::new(StatusCode::FORBIDDEN, "origin", detail).into_response();
    }
    let most = site.support.config.limits.body_bytes;
    upgrade
        .max_message_size(most)
        .max_frame_size(most)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(most.max(256 * 1024))
        .on_upgrade(move |socket| async move { converse(socket, &site, &headers, opening.school).await })
}

async fn converse(mut socket: WebSocket, site: &Site, headers: &HeaderMap, school: Option<String>) {
    let chats = Arc::clone(&site.support.chats);
    let Some((mut session, first)) = greet(&mut socket, site, headers, school, &chats).await else { return };
    session.saw(&first);
    if send_all(&mut socket, &first).await.is_err() {
        return;
    }
    let mut faults = 0;
    let (mut heard, mut pinged) = (Instant::now(), false);
    loop {
        let limit = heard + if pinged { SILENCE + NO_LIFE } else { SILENCE };
        tokio::select! {
            () = chats.stopping.cancelled() => {
                drain(&mut socket, &mut session).await;
                let frame = CloseFrame { code: 1012, reason: Utf8Bytes::from_static("restart") };
                let _ = socket.send(Message::Close(Some(frame))).await;
                return;
            }
            said = session.next() => {
                let Some(message) = said else { return };
                if send(&mut socket, &message).await.is_err() {
                    return;
                }
            }
            () = tokio::time::sleep_until(limit) => {
                if pinged || !ping(&mut socket).await {
                    return;
                }
                pinged = true;
            }
            received = socket.recv() => {
                let Some(Ok(message)) = received else { return };
                (heard, pinged) = (Instant::now(), false);
                match message {
                    Message::Text(text) => match protocol::read(&text) {
                        Ok(message) => {
                            faults = 0;
                            let replies = chats.handle(&mut session, message).await;
                            session.saw(&replies);
                            if send_all(&mut socket, &replies).await.is_err() {
                                return;
                            }
                        }
                        Err(why) => {
                            faults += 1;
                            if faults > FAULTS || send(&mut socket, &fault(why)).await.is_err() {
                                return;
                            }
                        }
                    },
                    Message::Binary(_) => {
                        faults += 1;
                        if faults > FAULTS || send(&mut socket, &fault("send text, not binary")).await.is_err() {
                            return;
                        }
                    }
                    Message::Close(_) => return,
                    Message::Ping(_) | Message::Pong(_) => {}
                }
            }
        }
    }
}

/// Waits for `hello` and answers it. The origin is checked again, now against the school named.
async fn greet(
    socket: &mut WebSocket,
    site: &Site,
    headers: &HeaderMap,
    school: Option<String>,
    chats: &Arc<Chats>,
) -> Option<(Session, Vec<Outgoing>)> {
    for _ in 0..FAULTS {
        let received = tokio::time::timeout(HELLO, socket.recv()).await.ok()??.ok()?;
        let text = match received {
            Message::Text(text) => text,
            Message::Close(_) => return None,
            _ => continue,
        };
        let reply = match protocol::read(&text) {
            Ok(Incoming::Hello(hello)) => {
                let hello = Hello { school: hello.school.or_else(|| school.clone()), ..hello };
                let lang = hello.lang();
                if !origin::allowed(site, headers, hello.school.as_deref()) {
                    send(socket, &fault_of("origin", wording::not_here(lang))).await.ok()?;
                    return None;
                }
                match chats.hello(hello).await {
                    Ok(opened) => return Some(opened),
                    Err(error) => Outgoing::Direct(error.told(lang)),
                }
            }
            Ok(Incoming::Ping) => Outgoing::Direct(Direct::Pong),
            Ok(_) => fault("say hello first"),
            Err(why) => fault(why),
        };
        send(socket, &reply).await.ok()?;
    }
    None
}

/// Whether a ping could be sent.
async fn ping(socket: &mut WebSocket) -> bool {
    matches!(tokio::time::timeout(NO_LIFE, socket.send(Message::Ping(Bytes::new()))).await, Ok(Ok(())))
}

/// At a stop: lets what is being written be read to its end.
async fn drain(socket: &mut WebSocket, session: &mut Session) {
    let told = async {
        while let Some(message) = session.next_of_the_last().await {
            if send(socket, &message).await.is_err() {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(LAST_WORDS, told).await;
}

async fn send_all(socket: &mut WebSocket, messages: &[Outgoing]) -> Result<(), ()> {
    for message in messages {
        send(socket, message).await?;
    }
    Ok(())
}

async fn send(socket: &mut WebSocket, message: &Outgoing) -> Result<(), ()> {
    let sent = tokio::time::timeout(SLOW, socket.send(Message::Text(message.json().into()))).await;
    sent.map_err(drop)?.map_err(drop)
}

fn fault(why: &'static str) -> Outgoing {
    fault_of("bad_message", why)
}

fn fault_of(code: &'static str, text: &str) -> Outgoing {
    Outgoing::Direct(Direct::Error { code, cid: None, retry_after: None, text: text.to_owned() })
}
