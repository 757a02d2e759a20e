//! The same chat where WebSocket is blocked: events by SSE (read with `fetch`, so
//! that the token stands in a header and not in an address), messages by POST.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;
use tokio::time::Instant;

use super::{error::Problem, origin, state::Site};
use crate::support::chat::{
    HelloError, LAST_WORDS, Session,
    protocol::{self, Hello, Incoming, Outgoing, Resume},
};

#[derive(Debug, Deserialize)]
pub(super) struct Opening {
    school: Option<String>,
    /// Last `seq` that the client has.
    after: Option<i64>,
}

/// Events of the conversation that the token opens, from `after` (or `Last-Event-ID`) on.
pub(super) async fn events(
    State(site): State<Site>,
    Query(opening): Query<Opening>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_origin(&site, &headers, opening.school.as_deref())?;
    let (conv, token) = bearer(&headers).ok_or_else(no_token)?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let after = opening.after.or(last).unwrap_or(0);
    let known = site.support.chats.attach(&conv, &token, after).await.map_err(|error| Problem::internal(&error))?;
    if known.is_none() {
        return Err(no_token());
    }
    drop(known);
    let hello = Hello { school: opening.school, resume: Some(Resume { conv, token, after }), ..Hello::default() };
    let (mut session, first) = site.support.chats.hello(hello).await.map_err(problem)?;
    session.saw(&first);
    let stopping = site.support.chats.stopping.clone();
    let stream = stream::unfold(
        (session, first.into_iter(), stopping, None),
        |(mut session, mut first, stopping, mut end)| async move {
            let message = if let Some(message) = first.next() {
                message
            } else {
                let message = tokio::select! {
                    message = session.next() => Some(message),
                    () = stopping.cancelled() => None,
                };
                if let Some(message) = message {
                    message?
                } else {
                    let end = *end.get_or_insert_with(|| Instant::now() + LAST_WORDS);
                    tokio::time::timeout_at(end, session.next_of_the_last()).await.ok()??
                }
            };
            Some((Ok::<Event, Infallible>(event(&message)), (session, first, stopping, end)))
        },
    );
    let mut response = Sse::new(stream).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(response)
}

/// One message of the client. `hello` needs no token and brings one; all others act
/// on the conversation of theirs. What is for this client only comes back at once.
pub(super) async fn message(State(site): State<Site>, headers: HeaderMap, body: String) -> Result<Response, Problem> {
    let incoming = protocol::read(&body).map_err(|why| Problem::bad("bad_message", why))?;
    if let Incoming::Hello(hello) = incoming {
        check_origin(&site, &headers, hello.school.as_deref())?;
        let (_session, first) = site.support.chats.hello(hello).await.map_err(problem)?;
        return Ok(replies(&first));
    }
    check_origin(&site, &headers, None).or_else(|refused| {
        // The conversation's own school decides below.
        if bearer(&headers).is_some() { Ok(()) } else { Err(refused) }
    })?;
    let mut session = session(&site, &headers).await?;
    check_origin(&site, &headers, session.school.as_deref())?;
    let answer = site.support.chats.handle(&mut session, incoming).await;
    Ok(replies(&answer))
}

/// Deletes the conversation: what `conv.delete` does, for programs.
pub(super) async fn delete(State(site): State<Site>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let mut session = session(&site, &headers).await?;
    check_origin(&site, &headers, session.school.as_deref())?;
    site.support.chats.handle(&mut session, Incoming::Delete { cid: "delete".into() }).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn session(site: &Site, headers: &HeaderMap) -> Result<Session, Problem> {
    let (conv, token) = bearer(headers).ok_or_else(no_token)?;
    let session =
        Arc::clone(&site.support.chats).attach(&conv, &token, 0).await.map_err(|error| Problem::internal(&error))?;
    session.ok_or_else(no_token)
}

fn event(message: &Outgoing) -> Event {
    let event = Event::default().data(message.json());
    match message {
        Outgoing::Event(durable) => event.id(durable.seq.to_string()),
        _ => event,
    }
}

fn replies(messages: &[Outgoing]) -> Response {
    let messages: Vec<serde_json::Value> =
        messages.iter().filter_map(|message| serde_json::from_str(&message.json()).ok()).collect();
    Json(messages).into_response()
}

fn check_origin(site: &Site, headers: &HeaderMap, school: Option<&str>) -> Result<(), Problem> {
    if origin::allowed(site, headers, school) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "origin", "pages of this origin may not open a chat"))
}

/// Conversation and token: the token begins with the conversation's id.
fn bearer(headers: &HeaderMap) -> Option<(String, String)> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    let (conversation, _) = token.split_once('.')?;
    Some((conversation.to_owned(), token.to_owned()))
}

fn no_token() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "token", "send the token of `welcome` as `Authorization: Bearer …`")
}

fn problem(error: HelloError) -> Problem {
    match error {
        HelloError::Full => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many chats are open; try again in a moment")
        }
        HelloError::Store(error) => Problem::internal(&error),
    }
}
