//! Request Tracker 5 by its REST 2 interface. How it behaves was measured with 5.0.3 on SQLite.
//!
//! A custom field of the queue holds our id; by it a report is found again, wherever it was moved or merged to. RT
//! drops what it does not know without a word, so every report is read back. It goes on after the caller has gone:
//! a call that was not answered may have done its work.

mod changes;
mod cursor;
mod file;
mod resolved;
mod sql;
mod wire;

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures_util::{FutureExt as _, future::BoxFuture};
use reqwest::{Method, StatusCode};

use self::{
    sql::quoted,
    wire::{Hit, List, Queue, User, Version},
};
use super::{
    Capabilities, Changes, Fault, Filed, Helpdesk, RemoteState, Report, Resolved, Update, http::Client, text::of_page,
};
use crate::{config::RestAccess, domain::reply};

/// RT takes about one report a second, and is slower the more come at once.
const AT_ONCE: usize = 2;
/// Characters of a reply that are kept.
const MOST_CHARS: usize = 20_000;

/// A Request Tracker.
pub(super) struct RequestTracker {
    client: Client,
    access: RestAccess,
}

impl RequestTracker {
    /// # Errors
    /// What is wrong with certificates or token.
    pub(super) fn new(access: RestAccess) -> Result<Self, String> {
        Ok(Self { client: Client::new(&access, "token ", "REST/2.0/")?, access })
    }

    /// Whether we are let in, and the queue has the field for our id.
    async fn checked(&self) -> Result<String, Fault> {
        let version: Version = self.client.get("rt", &[]).await?;
        let mut path = reqwest::Url::parse("http://localhost/queue/").map_err(|_| Fault::Refused("queue".into()))?;
        path.path_segments_mut().map_err(|()| Fault::Refused("queue".into()))?.pop_if_empty().push(&self.access.queue);
        let queue: Queue = self.client.get(path.path().trim_start_matches('/'), &[]).await?;
        let known = |name: &String| queue.ticket_custom_fields.iter().any(|field| field.name == *name);
        let wanted = std::iter::once(&self.access.id_field).chain(self.access.fields.values());
        let missing: Vec<&str> = wanted.filter(|name| !known(name)).map(String::as_str).collect();
        if !missing.is_empty() {
            return Err(Fault::Refused(format!(
                "the queue \"{}\" has no custom field {}, or its user may not see it",
                self.access.queue,
                missing.join(", ")
            )));
        }
        Ok(format!("Request Tracker {}, queue {}", version.version, self.access.queue))
    }

    /// Also tickets that were merged into others: RT leaves them out unless asked for `EffectiveId`.
    async fn found(&self, id: &str) -> Result<Option<Filed>, Fault> {
        let query =
            format!("{} = {} AND EffectiveId > 0", quoted(&format!("CF.{{{}}}", self.access.id_field)), quoted(id));
        let query = [("query", query.as_str()), ("fields", "EffectiveId"), ("orderby", "id"), ("per_page", "5")];
        let hits: List<Hit> = self.client.get("tickets", &query).await?;
        let first = hits.items.into_iter().min_by_key(|hit| hit.id.parse::<u64>().unwrap_or(u64::MAX));
        Ok(first.map(|hit| Filed {
            reference: if hit.effective.is_empty() { hit.id } else { hit.effective },
            dropped: Vec::new(),
        }))
    }

    /// Whether staff wrote something: whoever only writes mails is no user of the system's own.
    async fn is_staff(&self, name: &str) -> Result<bool, Fault> {
        Ok(self.user(name).await?.is_some_and(|user| user.privileged))
    }

    /// A user, where we may see it.
    async fn user(&self, name: &str) -> Result<Option<User>, Fault> {
        if name.is_empty() || name == "RT_System" {
            return Ok(None);
        }
        let mut path = reqwest::Url::parse("http://localhost/user/").map_err(|_| Fault::Refused("user".into()))?;
        path.path_segments_mut().map_err(|()| Fault::Refused("user".into()))?.pop_if_empty().push(name);
        let answer = self.client.call(Method::GET, path.path().trim_start_matches('/'), &[], None).await?;
        if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN) {
            return Ok(None);
        }
        answer.good()?.read().map(Some)
    }

    /// What was written with a transaction: its first text that is no file, without what it repeats.
    async fn text(&self, transaction: u64) -> Result<String, Fault> {
        let path = format!("transaction/{transaction}/attachments");
        let query = [("fields", "ContentType,Filename"), ("per_page", "100")];
        let parts: List<wire::Attachment> = self.client.get(&path, &query).await?;
        let of = |kind: &str| {
            parts.items.iter().find(|part| {
                part.filename.as_deref().unwrap_or_default().is_empty() && part.content_type.as_deref() == Some(kind)
            })
        };
        let (Some(part), page) = (of("text/plain").or(of("text/html")), of("text/plain").is_none()) else {
            return Ok(String::new());
        };
        let query = [("fields", "Content")];
        let part: wire::Attachment = self.client.get(&format!("attachment/{}", part.id), &query).await?;
        let content = part.content.unwrap_or_default();
        // One attachment comes in base64; a line break every 76 characters.
        let packed: String = content.chars().filter(|ch| !ch.is_ascii_whitespace()).collect();
        let text = match BASE64_STANDARD.decode(packed) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => content,
        };
        let text = if page { of_page(&text) } else { text };
        Ok(reply::own(&text).chars().take(MOST_CHARS).collect())
    }
}

/// What RT's default lifecycle calls it.
fn status_of(state: RemoteState) -> &'static str {
    match state {
        RemoteState::New => "new",
        RemoteState::Open => "open",
        RemoteState::Waiting => "stalled",
        RemoteState::Solved | RemoteState::Closed => "resolved",
    }
}

/// The other way; `None` for a name that only this RT's own lifecycle knows.
fn state_of(status: &str) -> Option<RemoteState> {
    Some(match status {
        "new" => RemoteState::New,
        "open" => RemoteState::Open,
        "stalled" => RemoteState::Waiting,
        "resolved" => RemoteState::Solved,
        "rejected" | "deleted" => RemoteState::Closed,
        _ => return None,
    })
}

impl Helpdesk for RequestTracker {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            finds: true,
            updates: true,
            tells: true,
            resolves: true,
            at_once: AT_ONCE,
            settles: self.access.settles.max(Duration::from_secs(1)),
        }
    }

    fn check(&self) -> BoxFuture<'_, Result<String, Fault>> {
        self.checked().boxed()
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Filed>, Fault>> {
        self.found(id).boxed()
    }

    fn file<'a>(&'a self, report: &'a Report) -> BoxFuture<'a, Result<Filed, Fault>> {
        self.filed(report).boxed()
    }

    fn update<'a>(&'a self, reference: &'a str, update: &'a Update) -> BoxFuture<'a, Result<(), Fault>> {
        self.updated(reference, update).boxed()
    }

    fn changes<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<Changes, Fault>> {
        self.changed(cursor).boxed()
    }

    fn resolved<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<(Vec<Resolved>, String), Fault>> {
        self.solved(cursor).boxed()
    }
}
