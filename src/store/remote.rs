//! What staff did in the helpdesk's own system: taken in once however often it is told, with
//! what it changes here and what the chat is told, in one transaction; and how far was read.

use jiff::Timestamp;

use super::{
    Store,
    error::StoreError,
    outbox::look,
    pool::Tx,
    ticket_life::{Raised, put, raise},
    tickets::load,
    value::{to_json, values, whole_milliseconds},
};
use crate::domain::{
    conversation::{Event, EventBody},
    lang::Lang,
    life::TicketEvent,
    ticket::Ticket,
};

/// What came of a change that was told.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// No report of ours has that number there.
    Unknown,
    /// It was taken in before.
    Before,
    /// Of several that were put together there, all change.
    New(Vec<Changed>),
}

/// A report that a change there has changed here.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    pub ticket: Ticket,
    pub raised: Vec<TicketEvent>,
    /// By conversation.
    pub told: Vec<(String, Event)>,
}

/// A change in another system.
#[derive(Clone, Copy, Debug)]
pub struct Remote<'a> {
    pub target: &'a str,
    /// Unique in that system.
    pub id: &'a str,
    /// The report's number there.
    pub reference: &'a str,
    /// The number that it has from now on.
    pub into: Option<&'a str>,
    /// It did not arrive after all: given up until a person decides.
    pub bounced: bool,
}

impl Store {
    /// Takes a change in. `change` gets each report as it stands; `tell` says it to the chat in its
    /// language, with the report before and after.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; then nothing is taken in, and it may be told again.
    pub async fn remote_take(
        &self,
        remote: Remote<'_>,
        at: Timestamp,
        change: impl Fn(&mut Ticket) -> Raised + Send + Sync,
        tell: impl Fn(&Ticket, &Ticket, Lang) -> Vec<EventBody> + Send + Sync,
    ) -> Result<Taken, StoreError> {
        let at = whole_milliseconds(at);
        let mut tx = self.pool.begin().await?;
        let sql = "SELECT ticket FROM outbox WHERE target = $1 AND reference = $2 AND state = 'sent' ORDER BY ticket";
        let rows = tx.rows(sql, values![remote.target, remote.reference]).await?;
        if rows.is_empty() {
            tx.rollback().await?;
            return Ok(Taken::Unknown);
        }
        let sql = "INSERT INTO remote_changes (target, id, at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        if tx.execute(sql, values![remote.target, remote.id, at]).await? == 0 {
            tx.rollback().await?;
            return Ok(Taken::Before);
        }
        let mut reports = Vec::new();
        for row in rows {
            let number: String = row.get(0)?;
            reports.extend(change_one(&mut tx, &number, remote, at, &change, &tell).await?);
        }
        tx.commit().await?;
        Ok(Taken::New(reports))
    }

    /// Whether a change was taken in.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn remote_taken(&self, target: &str, id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM remote_changes WHERE target = $1 AND id = $2";
        Ok(self.pool.row(sql, values![target, id]).await?.is_some())
    }

    /// Whether a target may hold a report whose number there is not known yet.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_doubtful(&self, target: &str) -> Result<bool, StoreError> {
        let rows = self.pool.rows("SELECT doubts FROM outbox WHERE doubts IS NOT NULL AND todo = 1", vec![]).await?;
        for row in rows {
            let doubts: Vec<super::Doubt> = row.json(0, "doubts")?;
            if doubts.iter().any(|doubt| doubt.target == target) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The reports of ours that have this number there, in the order of their own.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn remote_tickets(&self, target: &str, reference: &str) -> Result<Vec<Ticket>, StoreError> {
        let sql = "SELECT ticket FROM outbox WHERE target = $1 AND reference = $2 AND state = 'sent' ORDER BY ticket";
        let mut tickets = Vec::new();
        for row in self.pool.rows(sql, values![target, reference]).await? {
            let number: String = row.get(0)?;
            tickets.extend(self.ticket(&number).await?.map(|(ticket, _)| ticket));
        }
        Ok(tickets)
    }

    /// How far a stream of a target (`changes`, `resolved`) was read.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn remote_cursor(&self, target: &str, stream: &'static str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT position FROM remote_cursors WHERE target = $1 AND stream = $2";
        self.pool.row(sql, values![target, stream]).await?.map(|row| row.get(0)).transpose()
    }

    /// Goes on from `position` next time.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn remote_cursor_set(
        &self,
        target: &str,
        stream: &'static str,
        position: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "INSERT INTO remote_cursors (target, stream, position, at_ms) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (target, stream) DO UPDATE SET position = $3, at_ms = $4";
        tx.execute(sql, values![target, stream, position, whole_milliseconds(at)]).await?;
        tx.commit().await
    }
}

async fn change_one(
    tx: &mut Tx,
    number: &str,
    remote: Remote<'_>,
    at: Timestamp,
    change: &(impl Fn(&mut Ticket) -> Raised + Send + Sync),
    tell: &(impl Fn(&Ticket, &Ticket, Lang) -> Vec<EventBody> + Send + Sync),
) -> Result<Option<Changed>, StoreError> {
    tx.execute("UPDATE tickets SET state = state WHERE number = $1", values![number]).await?;
    let Some(before) = load(tx, number).await? else { return Ok(None) };
    if remote.bounced {
        let sql = "UPDATE outbox SET state = 'failed', fault = 'bounced', payload = $2, todo = 0, lease_until_ms = NULL
                   WHERE ticket = $1 AND state = 'sent'";
        tx.execute(sql, values![number, to_json(&before)?]).await?;
    }
    if let Some(into) = remote.into {
        tx.execute("UPDATE outbox SET reference = $2 WHERE ticket = $1", values![number, into]).await?;
    }
    let Some(mut after) = load(tx, number).await? else { return Ok(None) };
    let kinds = change(&mut after);
    let mut raised = Vec::new();
    if after != before || !kinds.is_empty() {
        after.updated = at;
        put(tx, &before, &after).await?;
        for (kind, note) in kinds {
            let event = TicketEvent { number: number.to_owned(), at, kind, note };
            if raise(tx, &event).await? {
                raised.push(event);
            }
        }
    }
    let told = look::many(tx, &after, at, |after, lang| tell(&before, after, lang)).await?;
    Ok(Some(Changed { ticket: after, raised, told }))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::{
        domain::{life::TicketEventKind, ticket::TicketState},
        store::{
            Doubt, NewUpdate,
            tests::{at, conversation, message, ticket},
        },
    };

    async fn sent() -> Store {
        let store = Store::in_memory().await.unwrap();
        store.conversation_create(&conversation("c")).await.unwrap();
        let mut new = ticket("o1");
        new.target = Some("rt".into());
        store.append_with_ticket(Some("c"), None, new, |_| vec![], at(1)).await.unwrap();
        store.outbox_sent("o1", "rt", Some("4711"), at(2), |_, _| message("there")).await.unwrap();
        store
    }

    fn solve(ticket: &mut Ticket) -> Raised {
        ticket.state = TicketState::Solved;
        vec![(TicketEventKind::State, Some("solved".into()))]
    }

    #[tokio::test]
    async fn a_change_is_taken_in_once_and_told_once() {
        let store = sent().await;
        let remote = Remote { target: "rt", id: "17", reference: "4711", into: None, bounced: false };
        let tell = |_: &Ticket, _: &Ticket, _: Lang| vec![message("solved")];
        let Taken::New(reports) = store.remote_take(remote, at(5), solve, tell).await.unwrap() else {
            panic!("it is new")
        };
        let Changed { ticket, raised, told } = &reports[0];
        assert_eq!((ticket.state, raised.len(), told.len()), (TicketState::Solved, 1, 1));
        assert!(store.remote_taken("rt", "17").await.unwrap() && !store.remote_taken("rt", "18").await.unwrap());
        assert_eq!(store.remote_take(remote, at(6), solve, tell).await.unwrap(), Taken::Before);
        let elsewhere = Remote { reference: "4712", ..remote };
        assert_eq!(store.remote_take(elsewhere, at(6), solve, tell).await.unwrap(), Taken::Unknown);
        assert_eq!(store.events("c", 0).await.unwrap().len(), 2);
        assert_eq!(store.ticket_events("SUP-2026-00001").await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn without_a_chat_the_report_changes_all_the_same() {
        let store = sent().await;
        store.conversation_delete("c").await.unwrap();
        let remote = Remote { target: "rt", id: "17", reference: "4711", into: None, bounced: false };
        let taken = store.remote_take(remote, at(5), solve, |_, _, _| vec![message("solved")]).await.unwrap();
        assert!(matches!(taken, Taken::New(reports) if reports[0].told.is_empty()));
    }

    #[tokio::test]
    async fn what_was_put_together_there_changes_together() {
        let store = sent().await;
        let mut new = ticket("o2");
        new.target = Some("rt".into());
        store.append_with_ticket(None, None, new, |_| vec![], at(3)).await.unwrap();
        store.outbox_sent("o2", "rt", Some("4712"), at(4), |_, _| message("there")).await.unwrap();
        let merged = Remote { target: "rt", id: "20", reference: "4711", into: Some("4712"), bounced: false };
        let tell = |before: &Ticket, after: &Ticket, _: Lang| {
            assert_eq!(before.delivery.reference.as_deref(), Some("4711"));
            assert_eq!(after.delivery.reference.as_deref(), Some("4712"));
            vec![message("merged")]
        };
        let taken = store.remote_take(merged, at(5), |_| vec![], tell).await.unwrap();
        assert!(matches!(taken, Taken::New(reports) if reports.len() == 1 && reports[0].told.len() == 1));
        assert_eq!(store.remote_tickets("rt", "4711").await.unwrap(), []);
        assert_eq!(store.remote_tickets("rt", "4712").await.unwrap().len(), 2);
        let solved = Remote { target: "rt", id: "21", reference: "4712", into: None, bounced: false };
        let taken = store.remote_take(solved, at(6), solve, |_, _, _| vec![]).await.unwrap();
        assert!(
            matches!(taken, Taken::New(reports) if reports.iter().all(|one| one.ticket.state == TicketState::Solved))
        );
    }

    #[tokio::test]
    async fn cursors_and_doubts_are_kept() {
        let store = sent().await;
        assert_eq!(store.remote_cursor("rt", "changes").await.unwrap(), None);
        for position in ["1", "2"] {
            store.remote_cursor_set("rt", "changes", position, at(1)).await.unwrap();
        }
        assert_eq!(store.remote_cursor("rt", "changes").await.unwrap().as_deref(), Some("2"));
        assert!(!store.outbox_doubtful("rt").await.unwrap());
        let update = NewUpdate { text: "x".into(), ..NewUpdate::default() };
        let change = |_: &mut Ticket| Ok::<_, Infallible>((vec![], Some(update)));
        store.ticket_change_telling("SUP-2026-00001", at(3), change).await.unwrap();
        let leased = store.outbox_lease("rt", at(4), at(60), 1).await.unwrap();
        let doubt = Doubt { target: "rt".into() };
        assert!(store.outbox_doubts("o1", leased[0].attempt, "rt", &[doubt]).await.unwrap());
        assert!(store.outbox_doubtful("rt").await.unwrap());
        assert!(!store.outbox_doubtful("mail").await.unwrap());
    }
}
