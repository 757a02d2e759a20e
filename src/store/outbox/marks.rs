//! What came of an attempt: arrived, to be tried again, given up; and where a report that
//! waits goes to. Who lost a lease has no say any more, unless the report arrived.

use jiff::Timestamp;

use super::{Doubt, look::news};
use crate::{
    domain::{
        conversation::{Event, EventBody},
        lang::Lang,
        ticket::Ticket,
    },
    store::{
        Store,
        error::StoreError,
        tickets::load,
        value::{Value, to_json, values, whole_milliseconds},
    },
};

/// What was stored for a conversation: its id and the event.
pub type Told = Option<(String, Event)>;

/// Reports that go to another target from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved<'a> {
    pub from: &'a str,
    pub to: &'a str,
    /// Waiting at the first since then or longer.
    pub since: Timestamp,
    /// Attempts that a single report must have behind it; 0 = all.
    pub attempts: i64,
}

impl Store {
    /// Notes which systems may hold it. `false` if the row is no longer this attempt's; then
    /// nothing may be sent.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_doubts(
        &self,
        id: &str,
        attempt: i64,
        target: &str,
        doubts: &[Doubt],
    ) -> Result<bool, StoreError> {
        let doubts = if doubts.is_empty() { None } else { Some(to_json(&doubts)?) };
        // A second attempt of the same number at another target is not this one.
        let sql = "UPDATE outbox SET doubts = $3
                   WHERE id = $1 AND attempt = $2 AND lease_until_ms IS NOT NULL AND COALESCE(target, $4) = $4";
        self.outbox_mark(sql, values![id, attempt, doubts, target]).await
    }

    /// The report has arrived at `target` under that number; the copy kept for sending is
    /// dropped, and its chat, where there still is one, is told in the same transaction.
    /// `None` if it was marked so before.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_sent(
        &self,
        id: &str,
        target: &str,
        reference: Option<&str>,
        at: Timestamp,
        tell: impl FnOnce(&Ticket, Lang) -> EventBody + Send,
    ) -> Result<Option<Told>, StoreError> {
        let at = whole_milliseconds(at);
        let sql =
            "UPDATE outbox SET state = 'sent', target = $3, reference = $2, lease_until_ms = NULL, payload = NULL,
                          doubts = NULL, fault = NULL, attempt = 0, sent_ms = $4, next_ms = $4,
                          todo = CASE WHEN EXISTS (SELECT 1 FROM outbox_updates u
                                                   WHERE u.ticket = outbox.ticket AND u.state = 'waiting')
                                      THEN 1 ELSE 0 END
                   WHERE id = $1 AND state <> 'sent' RETURNING ticket";
        self.outbox_told(sql, values![id, reference, target, at], at, tell).await
    }

    /// The attempt came to nothing; try again at `next_at`. `fault` is a kind, never words.
    /// `false` if the row is no longer this attempt's.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_retry(
        &self,
        id: &str,
        attempt: i64,
        next_at: Timestamp,
        fault: &str,
        doubts: &[Doubt],
    ) -> Result<bool, StoreError> {
        let doubts = if doubts.is_empty() { None } else { Some(to_json(&doubts)?) };
        let sql = "UPDATE outbox SET next_ms = $3, lease_until_ms = NULL, fault = $4, doubts = $5
                   WHERE id = $1 AND attempt = $2 AND lease_until_ms IS NOT NULL AND todo = 1";
        self.outbox_mark(sql, values![id, attempt, next_at, fault, doubts]).await
    }

    /// Given up; the reporter's chat is told. `None` if the row is no longer this attempt's.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_failed(
        &self,
        id: &str,
        attempt: i64,
        fault: &str,
        at: Timestamp,
        tell: impl FnOnce(&Ticket, Lang) -> EventBody + Send,
    ) -> Result<Option<Told>, StoreError> {
        let at = whole_milliseconds(at);
        let sql = "UPDATE outbox SET state = 'failed', todo = 0, lease_until_ms = NULL, fault = $3, doubts = NULL
                   WHERE id = $1 AND attempt = $2 AND state = 'pending' RETURNING ticket";
        self.outbox_told(sql, values![id, attempt, fault], at, tell).await
    }

    /// Hands a lease back: somebody else may begin at once.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_hand_back(&self, id: &str, attempt: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET lease_until_ms = NULL WHERE id = $1 AND attempt = $2";
        self.outbox_mark(sql, values![id, attempt]).await
    }

    /// The same of whatever attempt holds it: for the server that does.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_release(&self, id: &str) -> Result<bool, StoreError> {
        self.outbox_mark("UPDATE outbox SET lease_until_ms = NULL WHERE id = $1", values![id]).await
    }

    /// Ends all leases: whoever held them is dead. Only where no other server can be at work.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_unlease(&self) -> Result<u64, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outbox SET lease_until_ms = NULL WHERE lease_until_ms IS NOT NULL";
        let changed = tx.execute(sql, vec![]).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// A target answers again: nothing of it is put off any longer.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_hurry(&self, target: &str, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outbox SET next_ms = $2 WHERE target = $1 AND todo = 1 AND next_ms > $2";
        let changed = tx.execute(sql, values![target, now]).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Sends to another target what has waited too long. What the first may hold stays until
    /// that was looked up there.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_move(&self, moved: &Moved<'_>, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outbox SET target = $2, moved_ms = $5, next_ms = $5, attempt = 0
                   WHERE target = $1 AND state = 'pending' AND moved_ms <= $3 AND attempt >= $4 AND doubts IS NULL
                     AND (lease_until_ms IS NULL OR lease_until_ms <= $5)";
        let values = values![moved.from, moved.to, moved.since, moved.attempts, whole_milliseconds(now)];
        let changed = tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// A person's order: a report that was given up, or one that waits, is tried again at once;
    /// at another target where one is named, and then nothing is looked up at the first. Of one that has arrived,
    /// the updates that were given up. `false` if nothing is left to send.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_again(&self, ticket: &str, target: Option<&str>, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outbox SET state = 'pending', todo = 1, next_ms = $3, moved_ms = $3, attempt = 0,
                          target = COALESCE(CAST($2 AS TEXT), target),
                          doubts = CASE WHEN CAST($2 AS TEXT) IS NULL OR $2 = target THEN doubts ELSE NULL END
                   WHERE ticket = $1 AND state IN ('failed', 'pending') AND payload IS NOT NULL
                     AND COALESCE(CAST($2 AS TEXT), target) IS NOT NULL
                     AND (lease_until_ms IS NULL OR lease_until_ms <= $3)";
        let mut changed = tx.execute(sql, values![ticket, target, now]).await?;
        if changed == 0 {
            let sql = "UPDATE outbox_updates SET state = 'waiting'
                       WHERE ticket = $1 AND state = 'failed' AND text IS NOT NULL
                         AND EXISTS (SELECT 1 FROM outbox o WHERE o.ticket = $1 AND o.state = 'sent')";
            changed = tx.execute(sql, values![ticket]).await?;
            if changed > 0 {
                let sql = "UPDATE outbox SET todo = 1, next_ms = $2 WHERE ticket = $1";
                tx.execute(sql, values![ticket, now]).await?;
            }
        }
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Marks the row that `sql` changes and returns the ticket of, and tells its chat; `None` where it changes none.
    async fn outbox_told(
        &self,
        sql: &'static str,
        values: Vec<Value>,
        at: Timestamp,
        tell: impl FnOnce(&Ticket, Lang) -> EventBody + Send,
    ) -> Result<Option<Told>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(row) = tx.row(sql, values).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let number: String = row.get(0)?;
        let told = match load(&mut tx, &number).await? {
            Some(ticket) => news(&mut tx, &ticket, at, tell).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(Some(told))
    }

    pub(super) async fn outbox_mark(&self, sql: &'static str, values: Vec<Value>) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let changed = tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }
}
