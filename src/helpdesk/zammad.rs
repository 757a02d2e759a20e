//! Zammad by its documented API. It could not be run here: what it does stands in its documentation and source, and
//! the tests hold the connector against a double built from those (`tests/helpdesk/zammad.rs`).
//!
//! A ticket attribute that an administrator made (`chat_id`) holds our id. Searches are put as conditions, which
//! Zammad answers from its database: its full-text index may not know yet what was written a moment ago. An unknown
//! condition may find everything, so each ticket found is looked at. The reference is the number that staff see.

mod changes;
mod cursor;
mod wire;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures_util::{FutureExt as _, future::BoxFuture};
use reqwest::Method;
use serde_json::{Value, json};

use self::wire::{Article, Ticket, User};
use super::{Capabilities, Changes, Fault, Filed, Helpdesk, RemoteState, Report, Resolved, Update, http::Client};
use crate::config::{ID_FIELD, RestAccess};

const AT_ONCE: usize = 2;
/// Characters of a title; Zammad's column has 250.
const TITLE: usize = 200;
/// Bytes of a transcript.
const TRANSCRIPT: usize = 1024 * 1024;

/// A Zammad.
pub(super) struct Zammad {
    client: Client,
    access: RestAccess,
}

impl Zammad {
    /// # Errors
    /// What is wrong with certificates or token.
    pub(super) fn new(access: RestAccess) -> Result<Self, String> {
        Ok(Self { client: Client::new(&access, "Token token=", "api/v1/")?, access })
    }

    async fn me(&self) -> Result<User, Fault> {
        self.client.get("users/me", &[]).await
    }

    async fn checked(&self) -> Result<String, Fault> {
        let me = self.me().await?;
        // Where there is no attribute for our id, the search is refused or finds all.
        let id = "00000000-0000-0000-0000-000000000000";
        if self
            .asked_for(&self.access.id_field, id)
            .await?
            .iter()
            .any(|ticket| ticket.value(&self.access.id_field) != Some(id))
        {
            let id_field = &self.access.id_field;
            return Err(Fault::Refused(format!(
                "tickets have no attribute \"{id_field}\", by which ours are found again"
            )));
        }
        Ok(format!("Zammad, group {}, as {}", self.access.queue, me.login))
    }

    /// Tickets whose attribute has this value.
    async fn with(&self, attribute: &str, value: &str) -> Result<Vec<Ticket>, Fault> {
        let mut found = self.asked_for(attribute, value).await?;
        found.retain(|ticket| ticket.value(attribute) == Some(value));
        found.sort_by_key(|ticket| ticket.id);
        Ok(found)
    }

    /// What Zammad gives when asked for those.
    async fn asked_for(&self, attribute: &str, value: &str) -> Result<Vec<Ticket>, Fault> {
        let operator = format!("condition[ticket.{attribute}][operator]");
        let key = format!("condition[ticket.{attribute}][value]");
        let query = [
            (operator.as_str(), "is"),
            (key.as_str(), value),
            ("expand", "true"),
            ("sort_by", "id"),
            ("order_by", "asc"),
            ("per_page", "10"),
        ];
        self.client.get("tickets/search", &query).await
    }

    async fn found(&self, id: &str) -> Result<Option<Filed>, Fault> {
        let found = self.with(&self.access.id_field, id).await?;
        Ok(found.into_iter().next().map(|ticket| Filed { reference: ticket.number, dropped: Vec::new() }))
    }

    async fn filed(&self, report: &Report) -> Result<Filed, Fault> {
        if let Some(requestor) = &report.requestor {
            // Makes the customer where there is none.
            match self.made(report, json!(format!("guess:{requestor}"))).await {
                // It may be the address that is not accepted; the report does not depend on it.
                Err(Fault::Unacceptable(_)) => {}
                other => return other,
            }
        }
        let mut filed = self.made(report, json!(self.me().await?.id)).await?;
        if report.requestor.is_some() {
            filed.dropped.push("requestor".into());
        }
        Ok(filed)
    }

    async fn made(&self, report: &Report, customer: Value) -> Result<Filed, Fault> {
        let title: String = report.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut article = json!({
            "subject": title.chars().take(TITLE).collect::<String>(),
            "body": report.text,
            "content_type": "text/plain",
            "type": "note",
            "internal": false,
        });
        if let Some(transcript) = &report.transcript {
            let text = &transcript[..transcript.floor_char_boundary(TRANSCRIPT)];
            article["attachments"] = json!([{
                "filename": format!("{}.txt", report.number),
                "data": BASE64_STANDARD.encode(text),
                "mime-type": "text/plain",
            }]);
        }
        let mut ticket = json!({
            "title": title.chars().take(TITLE).collect::<String>(),
            "group": self.access.queue,
            "customer_id": customer,
            "priority": priority(report.priority),
            "state": "new",
            "article": article,
        });
        ticket[self.access.id_field.as_str()] = json!(report.id);
        for (theirs, value) in self.mapped(report).map(|(_, theirs, value)| (theirs, value)) {
            ticket[theirs] = json!(value);
        }
        let made = self.client.call(Method::POST, "tickets", &[], Some(&ticket)).await?;
        // Group, priority and state are looked up by name: what is not there is for an operator to mend.
        if made.why().contains("No lookup value found") {
            return Err(Fault::Refused(made.why()));
        }
        let made: Ticket = made.good()?.read()?;
        if made.id == 0 || made.number.is_empty() {
            return Err(Fault::Doubtful("the answer names no ticket".into()));
        }
        let there = self.client.get::<Ticket>(&format!("tickets/{}", made.id), &[("expand", "true")]).await;
        Ok(Filed {
            dropped: there.map(|there| self.dropped(report, &there)).unwrap_or_default(),
            reference: made.number,
        })
    }

    fn mapped<'a>(&'a self, report: &'a Report) -> impl Iterator<Item = (&'static str, &'a str, String)> {
        report.fields.iter().filter_map(|(name, value)| {
            let theirs = self.access.fields.get(*name)?;
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            (!value.is_empty()).then_some((*name, theirs.as_str(), value))
        })
    }

    /// Unknown attributes are ignored.
    fn dropped(&self, report: &Report, there: &Ticket) -> Vec<String> {
        let id = (ID_FIELD, self.access.id_field.as_str(), report.id.clone());
        let fields = std::iter::once(id).chain(self.mapped(report));
        fields
            .filter(|(_, theirs, value)| there.value(theirs) != Some(value.as_str()))
            .map(|(name, ..)| name.to_owned())
            .collect()
    }

    async fn updated(&self, reference: &str, update: &Update) -> Result<(), Fault> {
        if reference.is_empty() || !reference.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Fault::Unacceptable("that is no number of a ticket".into()));
        }
        let Some(ticket) = self.with("number", reference).await?.into_iter().next() else {
            return Err(Fault::Unacceptable("the ticket is not there any more".into()));
        };
        let marker = format!("Schullotse {}", update.id);
        let articles: Vec<Article> = self.client.get(&format!("ticket_articles/by_ticket/{}", ticket.id), &[]).await?;
        // State and article are one call there.
        if articles.iter().any(|article| article.subject.as_deref() == Some(marker.as_str())) {
            return Ok(());
        }
        let mut body = json!({});
        match update.state {
            Some(RemoteState::Open) => body["state"] = json!("open"),
            Some(RemoteState::Solved | RemoteState::Closed) => body["state"] = json!("closed"),
            // "pending" wants a time, which we do not have.
            Some(RemoteState::New | RemoteState::Waiting) | None => {}
        }
        if !update.text.trim().is_empty() {
            body["article"] = json!({
                "subject": marker,
                "body": update.text,
                "content_type": "text/plain",
                "type": "note",
                "internal": false,
            });
        }
        if body.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(());
        }
        self.client
            .call(Method::PUT, &format!("tickets/{}", ticket.id), &[], Some(&body))
            .await?
            .good()?
            .read::<Value>()?;
        Ok(())
    }
}

/// 1 to 4 by the names that Zammad comes with.
fn priority(ours: u8) -> &'static str {
    match ours {
        0..=2 => "3 high",
        3 => "2 normal",
        _ => "1 low",
    }
}

impl Helpdesk for Zammad {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            finds: true,
            updates: true,
            tells: true,
            resolves: true,
            at_once: AT_ONCE,
            settles: self.access.settles,
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
