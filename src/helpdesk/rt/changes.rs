//! What staff did: answers to the reader, states and mergers, read by transaction number.
//!
//! Asked for are the tickets that our user filed, in whatever queue they are now, and those into which staff
//! merged them, without what our user did itself. A
//! search leaves out what may not be seen only after it has counted: a page may be short though more follow, so
//! reading ends with an empty page.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    RequestTracker,
    cursor::Cursor,
    state_of,
    wire::{List, Transaction, is_number},
};
use crate::helpdesk::{Change, ChangeKind, Changes, Fault};

const PAGE: usize = 100;
/// Pages read in one call.
const PAGES: usize = 5;
/// Changes in one call that take further calls of RT: answers, mergers, states with names of their own.
const COSTLY: usize = 15;

const FIELDS: &str = "Type,Field,NewValue,ObjectId,Creator,Created";
/// How RT calls the link of a merged ticket.
const MERGED: &str = "MergedInto";

impl RequestTracker {
    pub(super) async fn changed(&self, cursor: Option<&str>) -> Result<Changes, Fault> {
        let Some(cursor) = cursor else {
            let cursor = Cursor::behind(self.newest("TicketCreator = '__CurrentUser__'").await?).to_string();
            return Ok(Changes { cursor, ..Changes::default() });
        };
        let mut cursor: Cursor = cursor.parse().map_err(|()| Fault::Unacceptable("the cursor is not ours".into()))?;
        let ours = std::iter::once("TicketCreator = '__CurrentUser__'".to_owned());
        let followed = cursor.followed().map(|ticket| format!("TicketId = {ticket}"));
        let tickets = ours.chain(followed).collect::<Vec<_>>().join(" OR ");
        let query = format!(
            "({tickets}) AND Creator != '__CurrentUser__' \
             AND (Type = 'Correspond' OR Type = 'Status' OR (Type = 'AddLink' AND Field = '{MERGED}')) AND id > {}",
            cursor.after()
        );
        let mut told = Changes::default();
        let mut staff = HashMap::new();
        let mut costly = 0;
        'pages: for page in 1..=PAGES {
            let items = self.transactions(&query, page).await?;
            if items.is_empty() {
                break;
            }
            for item in items {
                if cursor.knows(item.id) {
                    continue;
                }
                let status = item.new_value.as_deref().unwrap_or_default();
                if item.kind != "Status" || state_of(status).is_none() {
                    if costly == COSTLY {
                        told.more = true;
                        break 'pages;
                    }
                    costly += 1;
                }
                if item.kind == "AddLink" {
                    let followed = self.merged(&item, &mut cursor, &mut told.changes).await?;
                    cursor.see(item.id);
                    if followed {
                        // What was written there since was not asked for yet.
                        told.more = true;
                        break 'pages;
                    }
                    continue;
                }
                if let Some(kind) = self.kind(&item, &mut staff).await? {
                    told.changes.push(Change {
                        id: item.id.to_string(),
                        reference: item.object_id.clone(),
                        at: item.created.unwrap_or(Timestamp::UNIX_EPOCH),
                        kind,
                    });
                }
                cursor.see(item.id);
            }
            told.more = page == PAGES;
        }
        told.cursor = cursor.to_string();
        Ok(told)
    }

    /// A ticket that was merged into another, with the state that it has by that; whether that other one is
    /// from now on read, too.
    async fn merged(&self, item: &Transaction, cursor: &mut Cursor, told: &mut Vec<Change>) -> Result<bool, Fault> {
        let into = item.new_value.as_deref().and_then(|link| link.rsplit('/').next()).unwrap_or_default();
        // The other side of the link tells the same.
        if item.field.as_deref() != Some(MERGED) || !is_number(into) || into == item.object_id {
            return Ok(false);
        }
        // Merged further since: its own transaction tells of it.
        let there = match self.ticket(&item.object_id).await {
            Ok(there) => there,
            Err(Fault::Refused(why)) if why.starts_with("404") || why.starts_with("403") => return Ok(false),
            Err(fault) => return Err(fault),
        };
        if there.id == item.object_id {
            return Ok(false);
        }
        let state = match state_of(&there.status) {
            Some(state) => state,
            None => self.state_by_search(&there.id).await?,
        };
        let at = item.created.unwrap_or(Timestamp::UNIX_EPOCH);
        let change = |id: String, reference: &str, kind| Change { id, reference: reference.to_owned(), at, kind };
        told.push(change(item.id.to_string(), &item.object_id, ChangeKind::Merged { into: into.to_owned() }));
        told.push(change(format!("{}-state", item.id), into, ChangeKind::State(state)));
        Ok(into.parse().is_ok_and(|into| cursor.follow(into)))
    }

    async fn kind(&self, item: &Transaction, staff: &mut HashMap<String, bool>) -> Result<Option<ChangeKind>, Fault> {
        if item.kind == "Status" {
            let status = item.new_value.as_deref().unwrap_or_default();
            let state = match state_of(status) {
                Some(state) => state,
                None => self.state_by_search(&item.object_id).await?,
            };
            return Ok(Some(ChangeKind::State(state)));
        }
        if !self.staff(&item.creator.id, staff).await? {
            return Ok(None);
        }
        let text = self.text(item.id).await?;
        Ok((!text.is_empty()).then_some(ChangeKind::Reply(text)))
    }

    /// As [`RequestTracker::is_staff`], asked once for each.
    pub(super) async fn staff(&self, name: &str, known: &mut HashMap<String, bool>) -> Result<bool, Fault> {
        if let Some(staff) = known.get(name) {
            return Ok(*staff);
        }
        let staff = self.is_staff(name).await?;
        known.insert(name.to_owned(), staff);
        Ok(staff)
    }

    /// One page of transactions, oldest first.
    pub(super) async fn transactions(&self, query: &str, page: usize) -> Result<Vec<Transaction>, Fault> {
        let (page, size) = (page.to_string(), PAGE.to_string());
        let query = [
            ("query", query),
            ("fields", FIELDS),
            ("orderby", "id"),
            ("order", "ASC"),
            ("per_page", size.as_str()),
            ("page", page.as_str()),
        ];
        Ok(self.client.get::<List<Transaction>>("transactions", &query).await?.items)
    }

    /// Number of the newest transaction that we may see, 0 if there is none.
    pub(super) async fn newest(&self, query: &str) -> Result<u64, Fault> {
        let size = PAGE.to_string();
        let query =
            [("query", query), ("fields", "Type"), ("orderby", "id"), ("order", "DESC"), ("per_page", size.as_str())];
        let found: List<Transaction> = self.client.get("transactions", &query).await?;
        Ok(found.items.iter().map(|item| item.id).max().unwrap_or(0))
    }
}
