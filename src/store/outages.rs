//! Known outages and who waits for their end.
//!
//! "Bei mir auch" counts once for a conversation; the end of an outage and the news of
//! it in every conversation that waits are one transaction.

use jiff::Timestamp;

use super::{
    Store, conversations,
    error::StoreError,
    pool::Tx,
    value::{Row, to_json, values, whole_milliseconds},
};
use crate::domain::{
    conversation::{Event, EventBody},
    outage::{Outage, Where},
};

const COLUMNS: &str =
    "SELECT id, what, school, site, room, devices, since_ms, until_ms, ended_ms, confirmed FROM outages
                       WHERE ended_ms IS NULL ORDER BY since_ms, id";
const ALL: &str = "SELECT id, what, school, site, room, devices, since_ms, until_ms, ended_ms, confirmed FROM outages
                   ORDER BY since_ms DESC, id DESC LIMIT $1";
const ONE: &str = "SELECT id, what, school, site, room, devices, since_ms, until_ms, ended_ms, confirmed FROM outages
                   WHERE id = $1";

impl Store {
    /// Enters an outage and gives it its id; that of `new` is not looked at.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outage_add(&self, new: Outage) -> Result<Outage, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "INSERT INTO counters (name, value) VALUES ('outage', 1)
                   ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
        let row = tx.row(sql, vec![]).await?;
        let count: i64 = row.ok_or(StoreError::Damaged { what: "counter", column: 0 })?.get(0)?;
        let (since, until) = (whole_milliseconds(new.since), new.until.map(whole_milliseconds));
        let outage = Outage { id: format!("ST-{count}"), since, until, ended: None, confirmed: 0, ..new };
        let sql = "INSERT INTO outages (id, what, school, site, room, devices, since_ms, until_ms, confirmed)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";
        let values = values![
            &outage.id,
            &outage.what,
            &outage.place.school,
            &outage.place.site,
            &outage.place.room,
            to_json(&outage.devices)?,
            outage.since,
            outage.until
        ];
        tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(outage)
    }

    /// Those that nobody has ended, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outages_open(&self) -> Result<Vec<Outage>, StoreError> {
        self.pool.rows(COLUMNS, vec![]).await?.iter().map(outage).collect()
    }

    /// Up to `limit`, the newest first, those that are over among them.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outages(&self, limit: u32) -> Result<Vec<Outage>, StoreError> {
        self.pool.rows(ALL, values![limit]).await?.iter().map(outage).collect()
    }

    /// Moves the expected end; `None` = open end. `false` if it is not there or over.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn outage_until(&self, id: &str, until: Option<Timestamp>) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outages SET until_ms = $2 WHERE id = $1 AND ended_ms IS NULL";
        let changed = tx.execute(sql, values![id, until]).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Counts a conversation that has the same, and lets it hear of the end; `bodies` are
    /// stored with it. As often as it is said, it counts once.
    ///
    /// # Errors
    /// [`StoreError::NoConversation`] for one that is not there (any more); else
    /// [`StoreError`] if the database fails.
    pub async fn outage_confirm(
        &self,
        id: &str,
        conversation: &str,
        cid: &str,
        bodies: Vec<EventBody>,
        at: Timestamp,
    ) -> Result<super::Appended, StoreError> {
        let at = whole_milliseconds(at);
        let mut tx = self.pool.begin().await?;
        let last = conversations::lock(&mut tx, conversation, at).await?;
        if let Some(known) = conversations::known(&mut tx, conversation, Some(cid)).await? {
            let events = conversations::events(&mut tx, conversation, known.first, known.last).await?;
            tx.rollback().await?;
            return Ok(super::Appended::Known(events));
        }
        let sql = "INSERT INTO outage_readers (outage, conversation)
                   SELECT id, $2 FROM outages WHERE id = $1 AND ended_ms IS NULL ON CONFLICT DO NOTHING";
        if tx.execute(sql, values![id, conversation]).await? > 0 {
            tx.execute("UPDATE outages SET confirmed = confirmed + 1 WHERE id = $1", values![id]).await?;
        }
        let events = conversations::write(&mut tx, conversation, last, bodies, at).await?;
        conversations::remember(&mut tx, conversation, Some(cid), (last + 1, &events), None, at).await?;
        tx.commit().await?;
        Ok(super::Appended::New(events))
    }

    /// Ends an outage; each conversation that waits for it is told by `news`. What was
    /// told, by conversation; `None` if it is not there or was over before.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; then nothing has changed.
    pub async fn outage_end(
        &self,
        id: &str,
        news: impl Fn(&Outage) -> EventBody + Send,
        at: Timestamp,
    ) -> Result<Option<(Outage, Vec<(String, Event)>)>, StoreError> {
        let at = whole_milliseconds(at);
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE outages SET ended_ms = $2 WHERE id = $1 AND ended_ms IS NULL";
        if tx.execute(sql, values![id, at]).await? == 0 {
            tx.rollback().await?;
            return Ok(None);
        }
        let row = tx.row(ONE, values![id]).await?.ok_or(StoreError::Damaged { what: "outage", column: 0 })?;
        let ended = outage(&row)?;
        let told = tell(&mut tx, &ended, &news, at).await?;
        tx.execute("DELETE FROM outage_readers WHERE outage = $1", values![id]).await?;
        tx.commit().await?;
        Ok(Some((ended, told)))
    }
}

async fn tell(
    tx: &mut Tx,
    outage: &Outage,
    news: &(impl Fn(&Outage) -> EventBody + Send),
    at: Timestamp,
) -> Result<Vec<(String, Event)>, StoreError> {
    let sql = "SELECT conversation FROM outage_readers WHERE outage = $1 ORDER BY conversation";
    let mut told = Vec::new();
    for row in tx.rows(sql, values![&outage.id]).await? {
        let conversation: String = row.get(0)?;
        let last = conversations::lock(tx, &conversation, at).await?;
        for event in conversations::write(tx, &conversation, last, vec![news(outage)], at).await? {
            told.push((conversation.clone(), event));
        }
    }
    Ok(told)
}

fn outage(row: &Row) -> Result<Outage, StoreError> {
    Ok(Outage {
        id: row.get(0)?,
        what: row.get(1)?,
        place: Where { school: row.get(2)?, site: row.get(3)?, room: row.get(4)? },
        devices: row.json(5, "list of devices")?,
        since: row.time(6)?,
        until: row.time_opt(7)?,
        ended: row.time_opt(8)?,
        confirmed: row.count(9)?,
    })
}
