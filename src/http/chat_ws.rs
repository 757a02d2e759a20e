//! The chat over WebSocket. Buffers are small and bounded; a peer that sends
//! nonsense gets an error, one that sends nothing for long is let go.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        Query, State,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{error::Problem, origin, state::Site};
use crate::support::chat::{
    Chats, HelloError, LAST_WORDS, Session,
    protocol::{self, Direct, Hello, Incoming, Outgoing},
};

/// Longest silence of a client; it pings every 25 s.
const SILENCE: Duration = Duration::from_secs(90);
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
    loop {
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
            received = tokio::time::timeout(SILENCE, socket.recv()) => {
                let Ok(Some(Ok(message))) = received else { return };
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
        let received = tokio::time::timeout(SILENCE, socket.recv()).await.ok()??.ok()?;
        let text = match received {
            Message::Text(text) => text,
            Message::Close(_) => return None,
            _ => continue,
        };
        let reply = match protocol::read(&text) {
            Ok(Incoming::Hello(hello)) => {
                let hello = Hello { school: hello.school.or_else(|| school.clone()), ..hello };
                if !origin::allowed(site, headers, hello.school.as_deref()) {
                    send(socket, &fault_of("origin", "pages of this origin may not open a chat for this school"))
                        .await
                        .ok()?;
                    return None;
                }
                match chats.hello(hello).await {
                    Ok(opened) => return Some(opened),
                    Err(HelloError::Full) => fault_of("busy", "too many chats are open; try again in a moment"),
                    Err(HelloError::Store(error)) => {
                        tracing::error!(error = %error, "a chat could not be opened");
                        fault_of("internal", "the chat cannot be opened right now")
                    }
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
