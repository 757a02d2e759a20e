//! The same chat where WebSocket is blocked: events by SSE (read with `fetch`, so
//! that the token stands in a header and not in an address), messages by POST.

use std::{convert::Infallible, sync::Arc, time::Duration};

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
use tokio::{sync::mpsc, time::timeout};

use super::{error::Problem, origin, state::Site};
use crate::{
    domain::lang::Lang,
    support::{
        chat::{
            HelloError, LAST_WORDS, Session,
            protocol::{self, Direct, Hello, Incoming, Outgoing, Resume},
        },
        wording,
    },
};

/// Longest time to hand one message to a slow reader.
const SLOW: Duration = Duration::from_secs(20);

type Sender = mpsc::Sender<Result<Event, Infallible>>;

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
    let (mut session, first) =
        site.support.chats.hello(hello).await.map_err(|error| problem(&error, Lang::default()))?;
    session.saw(&first);
    let (sender, said) = mpsc::channel(1);
    let stopping = site.support.chats.stopping.clone();
    tokio::spawn(async move {
        for message in &first {
            if !send(&sender, message).await {
                return;
            }
        }
        tokio::select! {
            () = tell(&mut session, &sender) => return,
            () = stopping.cancelled() => {}
        }
        let told = async {
            while let Some(message) = session.next_of_the_last().await {
                if !send(&sender, &message).await {
                    return;
                }
            }
        };
        let _ = timeout(LAST_WORDS, told).await;
    });
    let stream = stream::unfold(said, |mut said| async move { Some((said.recv().await?, said)) });
    let mut response = Sse::new(stream).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(response)
}

/// Hands on what the conversation says until it is gone or nobody takes it any more.
async fn tell(session: &mut Session, sender: &Sender) {
    loop {
        let message = tokio::select! {
            message = session.next() => message,
            () = sender.closed() => None,
        };
        let Some(message) = message else { return };
        if !send(sender, &message).await {
            return;
        }
    }
}

/// Whether the reader took it; who takes nothing for long holds no conversation open.
async fn send(sender: &Sender, message: &Outgoing) -> bool {
    timeout(SLOW, sender.send(Ok(event(message)))).await.is_ok_and(|sent| sent.is_ok())
}

/// One message of the client. `hello` needs no token and brings one; all others act
/// on the conversation of theirs. What is for this client only comes back at once.
pub(super) async fn message(State(site): State<Site>, headers: HeaderMap, body: String) -> Result<Response, Problem> {
    let incoming = protocol::read(&body).map_err(|why| Problem::bad("bad_message", why))?;
    if let Incoming::Hello(hello) = incoming {
        let lang = hello.lang();
        let refused = |problem| Problem { detail: wording::not_here(lang).into(), ..problem };
        check_origin(&site, &headers, hello.school.as_deref()).map_err(refused)?;
        let hello = site.support.chats.hello(hello).await;
        let (_session, first) = hello.map_err(|error| problem(&error, lang))?;
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
    let told = site.support.chats.handle(&mut session, Incoming::Delete { cid: "delete".into() }).await;
    let failed = told.iter().find_map(|message| match message {
        // Deleted by another tab in this very moment: it is gone.
        Outgoing::Direct(Direct::Error { code, text, .. }) if *code != "gone" => Some((*code, text.clone())),
        _ => None,
    });
    match failed {
        Some((code, text)) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, text)),
        None => Ok(StatusCode::NO_CONTENT),
    }
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

/// For the reader, in her language, with the time after which to try again.
fn problem(error: &HelloError, lang: Lang) -> Problem {
    let Direct::Error { code, retry_after, text, .. } = error.told(lang) else { return Problem::internal(error) };
    Problem { retry_after, ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, text) }
}
