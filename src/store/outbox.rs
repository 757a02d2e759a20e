//! Reports on their way to the helpdesk's own system: written with the ticket,
//! leased by whoever delivers, marked with what came of it.
//!
//! A lease is of a report with all that follows it, so that nothing of one ticket overtakes
//! another; of one conversation, too, a report waits for those before it. A lease keeps others
//! away until it ends; a process that dies leaves the row to the next. Before a report leaves,
//! that it may have arrived is written down ([`Doubt`]): whoever comes next looks there first.
//! Once sent, the copy of the report is dropped.

pub(super) mod look;
mod marks;
#[cfg(test)]
mod tests;
mod updates;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub(super) use self::updates::put as put_update;
pub use self::{
    look::{OutboxCounts, TargetCounts, Waiting},
    marks::{Moved, Told},
    updates::{NewUpdate, QueuedUpdate},
};
use super::{
    Store,
    error::StoreError,
    pool::Tx,
    value::{Row, name_of, to_json, values},
};
use crate::domain::ticket::Ticket;

/// A clock that was set back would hide rows for as long: none is put off further than that.
const FURTHEST: SignedDuration = SignedDuration::from_mins(20);

/// How far a report has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutboxState {
    /// No helpdesk system is configured: the report stays here.
    Local,
    Pending,
    Sent,
    /// Given up; needs a person.
    Failed,
}

impl OutboxState {
    /// The name in a ticket's `delivery.state`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A system that may hold something, though it did not say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Name of the target.
    pub target: String,
}

/// A report to be delivered, or delivered with something to follow.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxEntry {
    pub id: String,
    /// Number of the ticket.
    pub ticket: String,
    pub state: OutboxState,
    /// Name of the system it goes to.
    pub target: Option<String>,
    /// Leases since the last success, this one included.
    pub attempt: i64,
    /// Not to be tried before.
    pub next_at: Timestamp,
    pub lease_until: Option<Timestamp>,
    /// Number in the other system.
    pub reference: Option<String>,
    /// The ticket as to be sent; gone once sent or past its time.
    pub payload: Option<Ticket>,
    /// Since when it waits.
    pub since: Timestamp,
    /// Kind of the last fault.
    pub fault: Option<String>,
    pub doubts: Vec<Doubt>,
}

impl OutboxEntry {
    /// Whether the system `target` may hold it.
    #[must_use]
    pub fn doubt(&self, target: &str) -> Option<&Doubt> {
        self.doubts.iter().find(|doubt| doubt.target == target)
    }
}

macro_rules! columns {
    () => {
        "id, ticket, state, target, attempt, next_ms, lease_until_ms, reference, payload, since_ms, fault, doubts"
    };
}

impl Store {
    /// Takes up to `most` rows of a target that are due, the oldest first, and keeps others
    /// away from them until `until`. Of one conversation the reports before have gone out.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_lease(
        &self,
        target: &str,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        // A clock that was set back leaves leases and times behind that no lease and no pause explain.
        let (far, lost) = (later(now, FURTHEST), later(until, until.duration_since(now)));
        let mut tx = self.pool.begin().await?;
        // The conditions stand twice: two servers that choose the same row at
        // once on PostgreSQL check the outer ones again when it is their turn.
        let sql = concat!(
            "UPDATE outbox SET lease_until_ms = $2, attempt = attempt + 1
             WHERE todo = 1 AND (next_ms <= $1 OR next_ms > $5)
               AND (lease_until_ms IS NULL OR lease_until_ms <= $1 OR lease_until_ms > $6)
               AND id IN (SELECT o.id FROM outbox o
                          WHERE o.target = $4 AND o.todo = 1 AND (o.next_ms <= $1 OR o.next_ms > $5)
                            AND (o.lease_until_ms IS NULL OR o.lease_until_ms <= $1 OR o.lease_until_ms > $6)
                            AND NOT (o.state = 'pending' AND EXISTS
                                (SELECT 1 FROM tickets mine JOIN tickets other ON other.conversation = mine.conversation
                                 JOIN outbox before ON before.ticket = other.number
                                 WHERE mine.number = o.ticket AND before.state = 'pending'
                                   AND (LENGTH(other.number) < LENGTH(mine.number)
                                        OR (LENGTH(other.number) = LENGTH(mine.number) AND other.number < mine.number))))
                          ORDER BY o.next_ms, o.since_ms, o.id LIMIT $3)
             RETURNING ",
            columns!()
        );
        let rows = tx.rows(sql, values![now, until, most, target, far, lost]).await?;
        let mut entries: Vec<OutboxEntry> = rows.iter().map(entry).collect::<Result<_, _>>()?;
        tx.commit().await?;
        entries.sort_by(|a, b| (a.next_at, a.since, &a.id).cmp(&(b.next_at, b.since, &b.id)));
        Ok(entries)
    }

    /// When something of a target is due next; `None` where nothing waits.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_next(&self, target: &str) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT MIN(CASE WHEN lease_until_ms > next_ms THEN lease_until_ms ELSE next_ms END)
                   FROM outbox WHERE target = $1 AND todo = 1";
        self.pool.row(sql, values![target]).await?.map_or(Ok(None), |row| row.time_opt(0))
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_of(&self, ticket: &str) -> Result<Option<OutboxEntry>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM outbox WHERE ticket = $1");
        self.pool.row(sql, values![ticket]).await?.as_ref().map(entry).transpose()
    }
}

/// Puts a ticket in: to be sent where it has a target, else kept.
pub(super) async fn put(tx: &mut Tx, id: &str, ticket: &Ticket, at: Timestamp) -> Result<(), StoreError> {
    let state = if ticket.delivery.target.is_some() { OutboxState::Pending } else { OutboxState::Local };
    let todo = i64::from(state == OutboxState::Pending);
    let sql = "INSERT INTO outbox (id, ticket, state, target, attempt, next_ms, payload, since_ms, moved_ms, todo)
               VALUES ($1, $2, $3, $4, 0, $5, $6, $5, $5, $7)";
    let payload = to_json(ticket)?;
    let values = values![id, &ticket.number, name_of(&state)?, &ticket.delivery.target, at, payload, todo];
    tx.execute(sql, values).await?;
    Ok(())
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn entry(row: &Row) -> Result<OutboxEntry, StoreError> {
    Ok(OutboxEntry {
        id: row.get(0)?,
        ticket: row.get(1)?,
        state: row.name(2, "outbox state")?,
        target: row.get(3)?,
        attempt: row.get(4)?,
        next_at: row.time(5)?,
        lease_until: row.time_opt(6)?,
        reference: row.get(7)?,
        payload: row.get::<Option<String>>(8)?.map(|_| row.json(8, "outbox payload")).transpose()?,
        since: row.time(9)?,
        fault: row.get(10)?,
        doubts: row.get::<Option<String>>(11)?.map(|_| row.json(11, "doubts")).transpose()?.unwrap_or_default(),
    })
}
