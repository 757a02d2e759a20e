//! What was solved in the queue, and how: to learn from. Only what staff wrote to the reader; comments never.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::{
    RequestTracker,
    cursor::Cursor,
    quoted, state_of,
    wire::{Transaction, is_number},
};
use crate::helpdesk::{Fault, RemoteState, Resolved};

/// Tickets looked at in one call; each takes several calls of RT.
const TICKETS: usize = 5;
/// Persons of one ticket that are asked for.
const PERSONS: usize = 8;
/// Answers of one ticket.
const ANSWERS: usize = 10;

impl RequestTracker {
    /// `None` begins with the first ticket. The same cursor comes back when there is nothing more.
    pub(super) async fn solved(&self, cursor: Option<&str>) -> Result<(Vec<Resolved>, String), Fault> {
        let mut cursor: Cursor = match cursor {
            Some(cursor) => cursor.parse().map_err(|()| Fault::Unacceptable("the cursor is not ours".into()))?,
            None => Cursor::default(),
        };
        let query =
            format!("TicketQueue = {} AND Type = 'Status' AND id > {}", quoted(&self.access.queue), cursor.after());
        let mut solved: Vec<Resolved> = Vec::new();
        let (mut page, mut looked) = (1, 0);
        'pages: loop {
            let items = self.transactions(&query, page).await?;
            if items.is_empty() {
                break;
            }
            for item in items {
                if cursor.knows(item.id) {
                    continue;
                }
                if looked == TICKETS {
                    break 'pages;
                }
                if ends(&item) {
                    looked += 1;
                    if let Some(one) = self.look(&item).await? {
                        solved.retain(|earlier| earlier.reference != one.reference);
                        solved.push(one);
                    }
                }
                cursor.see(item.id);
            }
            page += 1;
        }
        Ok((solved, cursor.to_string()))
    }

    /// The ticket of a transaction, if it is solved now and somebody said how.
    async fn look(&self, item: &Transaction) -> Result<Option<Resolved>, Fault> {
        if !is_number(&item.object_id) {
            return Ok(None);
        }
        let ticket = match self.ticket(&item.object_id).await {
            Ok(ticket) => ticket,
            // Moved out of our sight, or shredded, since.
            Err(Fault::Refused(why)) if why.starts_with("404") || why.starts_with("403") => return Ok(None),
            Err(fault) => return Err(fault),
        };
        // Reopened or merged since: another transaction tells of it.
        if ticket.id != item.object_id || Some(ticket.status.as_str()) != item.new_value.as_deref() {
            return Ok(None);
        }
        if state_of(&ticket.status).is_none() && self.state_by_search(&ticket.id).await? != RemoteState::Solved {
            return Ok(None);
        }
        let query = format!("TicketId = {} AND (Type = 'Create' OR Type = 'Correspond')", ticket.id);
        let (mut description, mut replies) = (String::new(), Vec::new());
        let mut involved: BTreeSet<String> = ticket.requestor.iter().map(|one| one.id.clone()).collect();
        let mut staff = HashMap::new();
        for said in self.transactions(&query, 1).await? {
            involved.insert(said.creator.id.clone());
            if said.kind == "Create" {
                description = self.text(said.id).await?;
            } else if replies.len() < ANSWERS && self.staff(&said.creator.id, &mut staff).await? {
                replies.extend(Some(self.text(said.id).await?).filter(|text| !text.is_empty()));
            }
        }
        if replies.is_empty() {
            return Ok(None);
        }
        Ok(Some(Resolved {
            reference: ticket.id,
            subject: ticket.subject.unwrap_or_default(),
            description,
            replies,
            persons: self.persons(involved).await?,
            at: item.created.unwrap_or(Timestamp::UNIX_EPOCH),
        }))
    }
}

impl RequestTracker {
    /// Their names, logins and addresses.
    async fn persons(&self, users: BTreeSet<String>) -> Result<Vec<String>, Fault> {
        let mut persons = Vec::new();
        for login in users.into_iter().filter(|login| !login.is_empty()).take(PERSONS) {
            if let Some(user) = self.user(&login).await? {
                persons.extend(user.real_name.into_iter().chain(user.email_address).filter(|name| !name.is_empty()));
            }
            persons.push(login);
        }
        Ok(persons)
    }
}

/// Whether it may have solved the ticket. Rejected and deleted ones hold no solution.
fn ends(item: &Transaction) -> bool {
    item.new_value.as_deref().is_some_and(|status| matches!(state_of(status), Some(RemoteState::Solved) | None))
}
