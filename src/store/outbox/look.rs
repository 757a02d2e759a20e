//! The outbox as an operator sees it: how much waits where and for how long, what was given
//! up; and the news of a report in the chat that it came from.

use jiff::Timestamp;
use serde::Serialize;

use super::{Doubt, OutboxState, Told};
use crate::{
    domain::{conversation::EventBody, lang::Lang, ticket::Ticket},
    store::{
        Store, conversations,
        error::StoreError,
        pool::Tx,
        value::{Row, values},
    },
};

/// Rows by state: for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    pub local: u64,
    pub pending: u64,
    pub sent: u64,
    pub failed: u64,
}

/// What of one target is where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetCounts {
    pub target: String,
    pub pending: u64,
    pub sent: u64,
    pub failed: u64,
    /// Updates that wait, and that were given up.
    pub updates: u64,
    pub updates_failed: u64,
    /// Since when the oldest report or update waits.
    pub oldest: Option<Timestamp>,
    /// When something last arrived.
    pub arrived: Option<Timestamp>,
}

/// A report that waits, was given up, or has something to follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    pub number: String,
    pub state: OutboxState,
    pub target: Option<String>,
    pub reference: Option<String>,
    pub since: Timestamp,
    pub attempts: i64,
    pub next: Timestamp,
    /// Kind of the last fault.
    pub fault: Option<String>,
    /// Systems that may hold it, though they did not say so.
    pub doubtful_at: Vec<String>,
    /// Updates that follow.
    pub updates: u64,
    /// Updates that were given up.
    pub updates_failed: u64,
}

impl Store {
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

    /// By target, in the order of their names.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_targets(&self) -> Result<Vec<TargetCounts>, StoreError> {
        let sql = "SELECT target,
                          SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END),
                          SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END),
                          SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END),
                          MIN(CASE WHEN state = 'pending' THEN since_ms END), MAX(sent_ms)
                   FROM outbox WHERE target IS NOT NULL GROUP BY target ORDER BY target";
        let count = |row: Row| {
            Ok(TargetCounts {
                target: row.get(0)?,
                pending: row.count(1)?,
                sent: row.count(2)?,
                failed: row.count(3)?,
                updates: 0,
                updates_failed: 0,
                oldest: row.time_opt(4)?,
                arrived: row.time_opt(5)?,
            })
        };
        let mut targets: Vec<TargetCounts> =
            self.pool.rows(sql, vec![]).await?.into_iter().map(count).collect::<Result<_, StoreError>>()?;
        let sql = "SELECT o.target, SUM(CASE WHEN u.state = 'waiting' THEN 1 ELSE 0 END),
                          MIN(CASE WHEN u.state = 'waiting' THEN u.at_ms END),
                          SUM(CASE WHEN u.state = 'failed' THEN 1 ELSE 0 END)
                   FROM outbox_updates u JOIN outbox o ON o.ticket = u.ticket
                   WHERE (u.state = 'waiting' OR (u.state = 'failed' AND u.text IS NOT NULL))
                     AND o.state = 'sent' AND o.target IS NOT NULL GROUP BY o.target";
        for row in self.pool.rows(sql, vec![]).await? {
            let name: String = row.get(0)?;
            if let Some(target) = targets.iter_mut().find(|target| target.target == name) {
                target.updates = row.count(1)?;
                target.updates_failed = row.count(3)?;
                target.oldest = target.oldest.into_iter().chain(row.time_opt(2)?).min();
            }
        }
        Ok(targets)
    }

    /// What waits or was given up: what was given up first, then the oldest.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_waiting(&self, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        let sql = "SELECT ticket, state, target, reference, since_ms, attempt, next_ms, fault, doubts,
                          (SELECT COUNT(*) FROM outbox_updates u WHERE u.ticket = o.ticket AND u.state = 'waiting'),
                          (SELECT COUNT(*) FROM outbox_updates u
                           WHERE u.ticket = o.ticket AND u.state = 'failed' AND u.text IS NOT NULL)
                   FROM outbox o WHERE todo = 1 OR (state = 'failed' AND payload IS NOT NULL)
                     OR ticket IN (SELECT ticket FROM outbox_updates WHERE state = 'failed' AND text IS NOT NULL)
                   ORDER BY CASE WHEN state = 'failed' THEN 0 ELSE 1 END, since_ms, ticket LIMIT $1";
        self.pool.rows(sql, values![limit]).await?.iter().map(waiting).collect()
    }
}

fn waiting(row: &Row) -> Result<Waiting, StoreError> {
    let doubts: Vec<Doubt> =
        row.get::<Option<String>>(8)?.map(|_| row.json(8, "doubts")).transpose()?.unwrap_or_default();
    Ok(Waiting {
        number: row.get(0)?,
        state: row.name(1, "outbox state")?,
        target: row.get(2)?,
        reference: row.get(3)?,
        since: row.time(4)?,
        attempts: row.get(5)?,
        next: row.time(6)?,
        fault: row.get(7)?,
        doubtful_at: doubts.into_iter().map(|doubt| doubt.target).collect(),
        updates: row.count(9)?,
        updates_failed: row.count(10)?,
    })
}

/// Tells the chat that a report came from, where it is still there.
pub(in crate::store) async fn news(
    tx: &mut Tx,
    ticket: &Ticket,
    at: Timestamp,
    tell: impl FnOnce(&Ticket, Lang) -> EventBody + Send,
) -> Result<Told, StoreError> {
    let mut told = many(tx, ticket, at, |ticket, lang| vec![tell(ticket, lang)]).await?;
    Ok(told.pop())
}

/// The same with several events.
pub(in crate::store) async fn many(
    tx: &mut Tx,
    ticket: &Ticket,
    at: Timestamp,
    tell: impl FnOnce(&Ticket, Lang) -> Vec<EventBody> + Send,
) -> Result<Vec<(String, crate::domain::conversation::Event)>, StoreError> {
    let Some(id) = &ticket.conversation else { return Ok(Vec::new()) };
    let row = tx.row("SELECT lang FROM conversations WHERE id = $1", values![id]).await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let bodies = tell(ticket, row.name(0, "language")?);
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let last = conversations::lock(tx, id, at).await?;
    let events = conversations::write(tx, id, last, bodies, at).await?;
    Ok(events.into_iter().map(|event| (id.clone(), event)).collect())
}
