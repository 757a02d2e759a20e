//! Reports on their way to the helpdesk's own system: written with the ticket,
//! leased by whoever delivers, marked with what came of it.
//!
//! A lease keeps others away until it ends; a process that dies leaves the row
//! to the next. Once sent, the copy of the report is dropped.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store,
    error::StoreError,
    pool::Tx,
    value::{Row, name_of, to_json, values},
};
use crate::domain::ticket::Ticket;

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

/// A report to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxEntry {
    pub id: String,
    /// Number of the ticket.
    pub ticket: String,
    pub state: OutboxState,
    /// Name of the system it goes to.
    pub target: Option<String>,
    /// Leases so far, this one included.
    pub attempt: i64,
    /// Not to be tried before.
    pub next_at: Timestamp,
    pub lease_until: Option<Timestamp>,
    /// Number in the other system.
    pub reference: Option<String>,
    /// The ticket as to be sent; gone once sent or past its time.
    pub payload: Option<Ticket>,
}

/// Rows by state: for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    pub local: u64,
    pub pending: u64,
    pub sent: u64,
    pub failed: u64,
}

impl Store {
    /// Takes up to `most` pending rows that are due, the oldest first, and keeps
    /// others away from them until `until`.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut tx = self.pool.begin().await?;
        // The conditions stand twice: two servers that choose the same row at
        // once on PostgreSQL check the outer ones again when it is their turn.
        let sql = "UPDATE outbox SET lease_until_ms = $2, attempt = attempt + 1
                   WHERE state = 'pending' AND next_ms <= $1 AND (lease_until_ms IS NULL OR lease_until_ms <= $1)
                     AND id IN (SELECT id FROM outbox
                                WHERE state = 'pending' AND next_ms <= $1
                                  AND (lease_until_ms IS NULL OR lease_until_ms <= $1)
                                ORDER BY next_ms, id LIMIT $3)
                   RETURNING id, ticket, state, target, attempt, next_ms, lease_until_ms, reference, payload";
        let rows = tx.rows(sql, values![now, until, most]).await?;
        let mut entries: Vec<OutboxEntry> = rows.iter().map(entry).collect::<Result<_, _>>()?;
        tx.commit().await?;
        entries.sort_by(|a, b| (a.next_at, &a.id).cmp(&(b.next_at, &b.id)));
        Ok(entries)
    }

    /// The report has arrived under that number; the copy kept for sending is
    /// dropped. `false` if it was marked so before.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_sent(&self, id: &str, reference: Option<&str>) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET state = 'sent', reference = $2, lease_until_ms = NULL, payload = NULL
                   WHERE id = $1 AND state <> 'sent'";
        self.outbox_mark(sql, values![id, reference]).await
    }

    /// The attempt came to nothing; try again at `next_at`. `false` if the row
    /// is no longer this attempt's.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_retry(&self, id: &str, attempt: i64, next_at: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET next_ms = $3, lease_until_ms = NULL
                   WHERE id = $1 AND attempt = $2 AND state = 'pending'";
        self.outbox_mark(sql, values![id, attempt, next_at]).await
    }

    /// Given up. `false` if the row is no longer this attempt's.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_failed(&self, id: &str, attempt: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET state = 'failed', lease_until_ms = NULL
                   WHERE id = $1 AND attempt = $2 AND state = 'pending'";
        self.outbox_mark(sql, values![id, attempt]).await
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_of(&self, ticket: &str) -> Result<Option<OutboxEntry>, StoreError> {
        let sql = "SELECT id, ticket, state, target, attempt, next_ms, lease_until_ms, reference, payload
                   FROM outbox WHERE ticket = $1";
        self.pool.row(sql, values![ticket]).await?.as_ref().map(entry).transpose()
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        let mut counts = OutboxCounts::default();
        for row in self.pool.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state", vec![]).await? {
            let count = row.count(1)?;
            match row.name::<OutboxState>(0, "outbox state")? {
                OutboxState::Local => counts.local = count,
                OutboxState::Pending => counts.pending = count,
                OutboxState::Sent => counts.sent = count,
                OutboxState::Failed => counts.failed = count,
            }
        }
        Ok(counts)
    }

    async fn outbox_mark(&self, sql: &'static str, values: Vec<super::value::Value>) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let changed = tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }
}

/// Puts a ticket in: to be sent where it has a target, else kept.
pub(super) async fn put(tx: &mut Tx, id: &str, ticket: &Ticket, at: Timestamp) -> Result<(), StoreError> {
    let state = if ticket.delivery.target.is_some() { OutboxState::Pending } else { OutboxState::Local };
    let sql = "INSERT INTO outbox (id, ticket, state, target, attempt, next_ms, payload)
               VALUES ($1, $2, $3, $4, 0, $5, $6)";
    let values = values![id, &ticket.number, name_of(&state)?, &ticket.delivery.target, at, to_json(ticket)?];
    tx.execute(sql, values).await?;
    Ok(())
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
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{at, ticket};

    async fn with_three() -> Store {
        let store = Store::in_memory().await.unwrap();
        for n in 1..=3 {
            let mut new = ticket(&format!("o{n}"));
            new.target = (n < 3).then(|| "rt".into());
            store.append_with_ticket(None, None, new, |_| vec![], at(n)).await.unwrap();
        }
        store
    }

    #[tokio::test]
    async fn a_lease_keeps_others_away_until_it_ends() {
        let store = with_three().await;
        let ids = |entries: &[OutboxEntry]| entries.iter().map(|e| e.id.clone()).collect::<Vec<_>>();
        let first = store.outbox_lease(at(10), at(20), 1).await.unwrap();
        assert_eq!((ids(&first), first[0].attempt), (vec!["o1".to_owned()], 1));
        let payload = first[0].payload.as_ref().unwrap();
        assert_eq!((payload.number.as_str(), payload.contact.is_some()), ("SUP-2026-00001", true));
        assert_eq!(ids(&store.outbox_lease(at(11), at(21), 9).await.unwrap()), ["o2"]);
        assert_eq!(ids(&store.outbox_lease(at(12), at(22), 9).await.unwrap()), Vec::<String>::new());
        let again = store.outbox_lease(at(20), at(30), 9).await.unwrap();
        assert_eq!((ids(&again), again[0].attempt), (vec!["o1".to_owned()], 2));
        // Who lost the lease has no say any more, unless the report arrived.
        assert!(!store.outbox_retry("o1", 1, at(99)).await.unwrap());
        assert!(!store.outbox_failed("o1", 1).await.unwrap());
        assert!(store.outbox_sent("o1", Some("#4711")).await.unwrap());
        assert!(!store.outbox_sent("o1", Some("#4712")).await.unwrap());
        let delivery = store.ticket("SUP-2026-00001").await.unwrap().unwrap().0.delivery;
        assert_eq!((delivery.state.as_str(), delivery.reference.as_deref()), ("sent", Some("#4711")));
        assert_eq!(store.outbox_of("SUP-2026-00001").await.unwrap().unwrap().payload, None);
    }

    #[tokio::test]
    async fn a_retry_waits_and_a_failure_stays() {
        let store = with_three().await;
        let leased = store.outbox_lease(at(10), at(20), 9).await.unwrap();
        assert_eq!(leased.len(), 2, "what has no target is not delivered");
        assert!(store.outbox_retry("o1", 1, at(50)).await.unwrap());
        assert!(store.outbox_failed("o2", 1).await.unwrap());
        assert_eq!(store.outbox_lease(at(49), at(60), 9).await.unwrap(), []);
        assert_eq!(store.outbox_lease(at(50), at(60), 9).await.unwrap().len(), 1);
        let counts = store.outbox_counts().await.unwrap();
        assert_eq!(counts, OutboxCounts { local: 1, pending: 1, sent: 0, failed: 1 });
    }

    #[test]
    fn names_are_those_of_the_contract() {
        for state in [OutboxState::Local, OutboxState::Pending, OutboxState::Sent, OutboxState::Failed] {
            assert_eq!(name_of(&state).unwrap(), state.name());
        }
    }
}
