//! Filing a report, and telling something of it: each can be repeated without being there twice.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    RequestTracker, quoted, status_of,
    wire::{Attachment, Hit, List, Named, Ticket, is_number},
};
use crate::{
    config::ID_FIELD,
    helpdesk::{Fault, Filed, RemoteState, Report, Update},
};

/// Characters of a subject.
const SUBJECT: usize = 200;
/// Bytes of a transcript; RT takes more than it can show.
const TRANSCRIPT: usize = 1024 * 1024;

impl RequestTracker {
    pub(super) async fn filed(&self, report: &Report) -> Result<Filed, Fault> {
        let answer = self.client.call(Method::POST, "ticket", &[], Some(&self.ticket_of(report))).await?.good()?;
        let reference = answer.read::<Named>()?.id;
        if !is_number(&reference) {
            return Err(Fault::Doubtful("the answer names no ticket".into()));
        }
        // It is there; that it cannot be looked at now changes nothing about that.
        let dropped = match self.ticket(&reference).await {
            Ok(there) => self.dropped(report, &there),
            Err(_) => Vec::new(),
        };
        Ok(Filed { reference, dropped })
    }

    fn ticket_of(&self, report: &Report) -> Value {
        let mut fields = Map::new();
        fields.insert(self.access.id_field.clone(), json!(report.id));
        for (_, theirs, value) in self.mapped(report) {
            fields.insert(theirs.to_owned(), json!(value));
        }
        let subject: String = report.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut ticket = json!({
            "Queue": self.access.queue,
            "Subject": subject.chars().take(SUBJECT).collect::<String>(),
            "Content": report.text,
            "ContentType": "text/plain",
            "Priority": priority(report.priority),
            "CustomFields": fields,
        });
        if let Some(requestor) = &report.requestor {
            ticket["Requestor"] = json!(requestor);
        }
        if let Some(transcript) = &report.transcript {
            let text = &transcript[..transcript.floor_char_boundary(TRANSCRIPT)];
            ticket["Attachments"] = json!([{
                "FileName": format!("{}.txt", report.number),
                "FileType": "text/plain; charset=utf-8",
                "FileContent": BASE64_STANDARD.encode(text),
            }]);
        }
        ticket
    }

    /// Our name, theirs and the value of what has a custom field; those hold one line.
    fn mapped<'a>(&'a self, report: &'a Report) -> impl Iterator<Item = (&'static str, &'a str, String)> {
        report.fields.iter().filter_map(|(name, value)| {
            let theirs = self.access.fields.get(*name)?;
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            (!value.is_empty()).then_some((*name, theirs.as_str(), value))
        })
    }

    /// RT takes unknown fields and broken addresses without a word.
    fn dropped(&self, report: &Report, there: &Ticket) -> Vec<String> {
        let kept = |theirs: &str, value: &str| {
            there
                .custom_fields
                .iter()
                .any(|field| field.name == theirs && field.values.iter().any(|one| one.trim() == value))
        };
        let id = (ID_FIELD, self.access.id_field.as_str(), report.id.clone());
        let fields = std::iter::once(id).chain(self.mapped(report));
        let mut dropped: Vec<String> =
            fields.filter(|(_, theirs, value)| !kept(theirs, value)).map(|(name, ..)| name.to_owned()).collect();
        // A user may have been known there by another name already.
        if report.requestor.is_some() && there.requestor.is_empty() {
            dropped.push("requestor".into());
        }
        dropped
    }

    pub(super) async fn ticket(&self, reference: &str) -> Result<Ticket, Fault> {
        self.client.get(&format!("ticket/{reference}"), &[]).await
    }

    pub(super) async fn updated(&self, reference: &str, update: &Update) -> Result<(), Fault> {
        if !is_number(reference) {
            return Err(Fault::Unacceptable("that is no number of a ticket".into()));
        }
        let marker = format!("Schullotse {}", update.id);
        let wanted = update.state.map(status_of);
        if update.text.trim().is_empty() {
            return match wanted {
                Some(status) => self.put_status(reference, status).await,
                None => Ok(()),
            };
        }
        if self.told(reference, &marker).await? {
            // The comment is there; the state may have been cut off, or changed by somebody since.
            return match wanted {
                Some(status) if self.last_was_ours(reference).await? => self.put_status(reference, status).await,
                _ => Ok(()),
            };
        }
        let mut comment = json!({ "Subject": marker, "Content": update.text, "ContentType": "text/plain" });
        if let Some(status) = wanted {
            comment["Status"] = json!(status);
        }
        let path = format!("ticket/{reference}/comment");
        let answer = self.client.call(Method::POST, &path, &[], Some(&comment)).await?;
        if answer.status == StatusCode::BAD_REQUEST {
            // RT says so of a ticket that is not there, and of one that may not be touched.
            self.ticket(reference).await.map_err(gone)?;
            if answer.why().contains("ermission") {
                return Err(Fault::Refused(answer.why()));
            }
        }
        answer.good()?;
        match wanted {
            Some(status) => self.put_status(reference, status).await,
            None => Ok(()),
        }
    }

    /// Sets a state unless it is so; RT says "done" also where it was not.
    async fn put_status(&self, reference: &str, status: &str) -> Result<(), Fault> {
        if self.ticket(reference).await.map_err(gone)?.status == status {
            return Ok(());
        }
        let body = json!({ "Status": status });
        self.client.call(Method::PUT, &format!("ticket/{reference}"), &[], Some(&body)).await?.good()?;
        if self.ticket(reference).await?.status == status {
            return Ok(());
        }
        Err(Fault::Unacceptable(format!("the ticket cannot become {status} from where it is, or we may not do it")))
    }

    /// Whether a comment of ours with this subject is there; it is among the latest.
    async fn told(&self, reference: &str, marker: &str) -> Result<bool, Fault> {
        let query = [("fields", "Subject"), ("per_page", "100"), ("orderby", "id"), ("order", "DESC")];
        let path = format!("ticket/{reference}/attachments");
        let parts: List<Attachment> = self.client.get(&path, &query).await.map_err(gone)?;
        Ok(parts.items.iter().any(|part| part.subject.as_deref() == Some(marker)))
    }

    async fn last_was_ours(&self, reference: &str) -> Result<bool, Fault> {
        let query = format!("id = {} AND LastUpdatedBy = '__CurrentUser__'", quoted(reference));
        let hits: List<Hit> = self.client.get("tickets", &[("query", query.as_str())]).await?;
        Ok(!hits.items.is_empty())
    }

    /// Where a ticket stands, for a name that only this RT's lifecycle knows.
    pub(super) async fn state_by_search(&self, reference: &str) -> Result<RemoteState, Fault> {
        let query = format!("id = {} AND Status = '__Inactive__'", quoted(reference));
        let hits: List<Hit> = self.client.get("tickets", &[("query", query.as_str())]).await?;
        Ok(if hits.items.is_empty() { RemoteState::Open } else { RemoteState::Solved })
    }
}

/// A ticket that is not there any more is nobody's to mend.
fn gone(fault: Fault) -> Fault {
    match fault {
        Fault::Refused(why) if why.starts_with("404") => Fault::Unacceptable("the ticket is not there any more".into()),
        fault => fault,
    }
}

/// 1 to 4 as RT counts: 100 is most urgent.
fn priority(ours: u8) -> u8 {
    match ours {
        0 | 1 => 100,
        2 => 75,
        3 => 50,
        _ => 25,
    }
}
