//! What follows a report to the helpdesk's system: a supplement, "geht wieder", a reopening.
//! Written with the change that it tells of, sent in order, after the report itself.

use jiff::Timestamp;

use super::{look::news, marks::Told};
use crate::{
    domain::{conversation::EventBody, lang::Lang, ticket::Ticket},
    store::{
        Store,
        error::StoreError,
        pool::Tx,
        tickets::load,
        value::{values, whole_milliseconds},
    },
};

/// Something to be told of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewUpdate {
    /// Plain text, masked.
    pub text: String,
    /// State that the report should have there: `open`, `waiting` or `solved`.
    pub state: Option<&'static str>,
    /// What it came from, unique for the report: told twice, it is queued once.
    pub once: Option<String>,
}

/// One that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedUpdate {
    /// The report's id and a number.
    pub id: String,
    pub text: String,
    /// Name of the state.
    pub state: Option<String>,
}

impl Store {
    /// The next update of a report, in the order in which they were written.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_update(&self, ticket: &str) -> Result<Option<QueuedUpdate>, StoreError> {
        let sql =
            "SELECT id, text, remote FROM outbox_updates WHERE ticket = $1 AND state = 'waiting' ORDER BY n LIMIT 1";
        let row = self.pool.row(sql, values![ticket]).await?;
        row.map(|row| {
            let text: Option<String> = row.get(1)?;
            Ok(QueuedUpdate { id: row.get(0)?, text: text.unwrap_or_default(), state: row.get(2)? })
        })
        .transpose()
    }

    /// An update has been told, or has nobody to be told to (`state` is `sent` or `left_out`). Its
    /// text is dropped, the lease of the report ends. `false` if it was marked before.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_updated(&self, id: &str, state: &'static str, at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql =
            "UPDATE outbox_updates SET state = $2, text = NULL WHERE id = $1 AND state = 'waiting' RETURNING ticket";
        let Some(row) = tx.row(sql, values![id, state]).await? else {
            tx.rollback().await?;
            return Ok(false);
        };
        let ticket: String = row.get(0)?;
        done(&mut tx, &ticket, at).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// An update was not accepted: it is kept for a person, and what follows it goes on; the chat is told. `None`
    /// if it was marked before, or there is no chat.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outbox_update_failed(
        &self,
        id: &str,
        at: Timestamp,
        tell: impl FnOnce(&Ticket, Lang) -> EventBody + Send,
    ) -> Result<Told, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outbox_updates SET state = 'failed' WHERE id = $1 AND state = 'waiting' RETURNING ticket";
        let Some(row) = tx.row(sql, values![id]).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let ticket: String = row.get(0)?;
        done(&mut tx, &ticket, at).await?;
        let told = match load(&mut tx, &ticket).await? {
            Some(ticket) => news(&mut tx, &ticket, at, tell).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(told)
    }
}

/// The lease ends; what follows is due.
async fn done(tx: &mut Tx, ticket: &str, at: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE outbox SET lease_until_ms = NULL, doubts = NULL, fault = NULL, attempt = 0, next_ms = $2, sent_ms = $2,
                          todo = CASE WHEN EXISTS (SELECT 1 FROM outbox_updates u
                                                   WHERE u.ticket = outbox.ticket AND u.state = 'waiting')
                                      THEN 1 ELSE 0 END
                   WHERE ticket = $1 AND state = 'sent'";
    tx.execute(sql, values![ticket, whole_milliseconds(at)]).await?;
    Ok(())
}

/// Queues an update of a report that goes to a helpdesk's system; nothing where it stays here.
pub(in crate::store) async fn put(
    tx: &mut Tx,
    ticket: &str,
    update: &NewUpdate,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO outbox_updates (id, ticket, n, at_ms, state, text, remote)
               SELECT id || '-' || COALESCE(CAST($5 AS TEXT), CAST(1 + known AS TEXT)), ticket, 1 + known, $2, 'waiting', $3, $4
               FROM (SELECT id, ticket,
                            COALESCE((SELECT MAX(n) FROM outbox_updates u WHERE u.ticket = outbox.ticket), 0) AS known
                     FROM outbox WHERE ticket = $1 AND state <> 'local') AS mine
               WHERE NOT EXISTS (SELECT 1 FROM outbox_updates u WHERE CAST($5 AS TEXT) IS NOT NULL AND u.id = mine.id || '-' || $5)";
    let at = whole_milliseconds(at);
    let state = update.state.map(str::to_owned);
    if tx.execute(sql, values![ticket, at, &update.text, state, &update.once]).await? > 0 {
        // Where something is under way already, this comes after it.
        let sql = "UPDATE outbox SET todo = 1, next_ms = $2 WHERE ticket = $1 AND state = 'sent' AND todo = 0";
        tx.execute(sql, values![ticket, at]).await?;
    }
    Ok(())
}
