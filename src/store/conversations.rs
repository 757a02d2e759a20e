//! Conversations: the durable, numbered lists of events.
//!
//! Events of one conversation are numbered from 1 without gaps, however many
//! write at once. A command (`cid`) of a client acts once: sent again, it is
//! answered with the events of the first time.

use jiff::Timestamp;

use super::{
    Store,
    error::StoreError,
    facts::{self, Fact},
    pool::Tx,
    retention,
    value::{Row, Value, to_json, values, whole_milliseconds},
};
use crate::domain::{
    conversation::{Event, EventBody},
    lang::Lang,
};

/// A conversation that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConversation {
    pub id: String,
    /// Hash of the token that opens it again; the token itself is never stored.
    pub token_hash: Vec<u8>,
    pub school: Option<String>,
    pub room: Option<String>,
    pub lang: Lang,
    pub at: Timestamp,
}

/// A stored conversation, without its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub id: String,
    pub token_hash: Vec<u8>,
    pub school: Option<String>,
    pub room: Option<String>,
    pub lang: Lang,
    pub created: Timestamp,
    /// Time of the last event, or of the creation.
    pub updated: Timestamp,
    /// Number of the last event; 0 before the first.
    pub last_seq: i64,
}

/// What came of adding events.
#[derive(Clone, Debug, PartialEq)]
pub enum Appended {
    New(Vec<Event>),
    /// The `cid` had acted before; these are the events of that time.
    Known(Vec<Event>),
}

impl Appended {
    /// The events, whether written now or before.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        match self {
            Self::New(events) | Self::Known(events) => events,
        }
    }
}

impl Store {
    /// Stores a conversation. One that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn conversation_create(&self, new: &NewConversation) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "INSERT INTO conversations
                       (id, token_hash, school, room, lang, created_ms, updated_ms, last_seq)
                   VALUES ($1, $2, $3, $4, $5, $6, $6, 0) ON CONFLICT (id) DO NOTHING";
        let values = values![&new.id, new.token_hash.as_slice(), &new.school, &new.room, new.lang.code(), new.at];
        tx.execute(sql, values).await?;
        tx.commit().await
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn conversation(&self, id: &str) -> Result<Option<Conversation>, StoreError> {
        let sql = "SELECT id, token_hash, school, room, lang, created_ms, updated_ms, last_seq
                   FROM conversations WHERE id = $1";
        self.pool.row(sql, values![id]).await?.as_ref().map(conversation).transpose()
    }

    /// Up to `most` conversations in which something happened from `since` on, by id, those behind `after` (`""` = all).
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn conversations_since(
        &self,
        since: Timestamp,
        after: &str,
        most: u32,
    ) -> Result<Vec<Conversation>, StoreError> {
        let sql = "SELECT id, token_hash, school, room, lang, created_ms, updated_ms, last_seq
                   FROM conversations WHERE updated_ms >= $1 AND id > $2 ORDER BY id LIMIT $3";
        self.pool.rows(sql, values![since, after, most]).await?.iter().map(conversation).collect()
    }

    /// Adds events in one transaction, numbered onwards: all of them or none.
    ///
    /// # Errors
    /// [`StoreError::NoConversation`] for one that is not there (any more);
    /// else [`StoreError`] if the database fails.
    pub async fn append(
        &self,
        conversation: &str,
        cid: Option<&str>,
        bodies: Vec<EventBody>,
        at: Timestamp,
    ) -> Result<Appended, StoreError> {
        self.append_with(conversation, cid, bodies, None, at).await
    }

    /// The same, with a fact that counts as often as the events are written: once.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn append_counted(
        &self,
        conversation: &str,
        cid: Option<&str>,
        bodies: Vec<EventBody>,
        fact: &Fact,
        at: Timestamp,
    ) -> Result<Appended, StoreError> {
        self.append_with(conversation, cid, bodies, Some(fact), at).await
    }

    async fn append_with(
        &self,
        conversation: &str,
        cid: Option<&str>,
        bodies: Vec<EventBody>,
        fact: Option<&Fact>,
        at: Timestamp,
    ) -> Result<Appended, StoreError> {
        let mut tx = self.pool.begin().await?;
        let last = lock(&mut tx, conversation, at).await?;
        if let Some(known) = known(&mut tx, conversation, cid).await? {
            let events = events(&mut tx, conversation, known.first, known.last).await?;
            tx.rollback().await?;
            return Ok(Appended::Known(events));
        }
        let events = write(&mut tx, conversation, last, bodies, at).await?;
        remember(&mut tx, conversation, cid, (last + 1, &events), None, at).await?;
        if let Some(fact) = fact {
            facts::put(&mut tx, fact).await?;
        }
        tx.commit().await?;
        Ok(Appended::New(events))
    }

    /// Whether this `cid` has acted in the conversation before.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn acted(&self, conversation: &str, cid: &str) -> Result<bool, StoreError> {
        Ok(known(&mut self.pool.snapshot().await?, conversation, Some(cid)).await?.is_some())
    }

    /// The events after number `after` (0 = all), in order.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn events(&self, conversation: &str, after: i64) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT seq, at_ms, body FROM events WHERE conversation = $1 AND seq > $2 ORDER BY seq";
        self.pool.rows(sql, values![conversation, after]).await?.iter().map(event).collect()
    }

    /// The language of further replies; `false` if the conversation is not there.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn set_lang(&self, conversation: &str, lang: Lang) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE conversations SET lang = $2 WHERE id = $1";
        let changed = tx.execute(sql, values![conversation, lang.code()]).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Deletes a conversation with its events: overwritten on the disk now, and
    /// the last copy gone with the next [`Store::retain`]. Reports stay, with a
    /// transcript that was agreed to be sent, but forget where they came from.
    /// `false` if it was not there.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn conversation_delete(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        tx.execute("UPDATE tickets SET conversation = NULL WHERE conversation = $1", values![id]).await?;
        tx.execute("DELETE FROM commands WHERE conversation = $1", values![id]).await?;
        tx.execute("DELETE FROM events WHERE conversation = $1", values![id]).await?;
        let deleted = tx.execute("DELETE FROM conversations WHERE id = $1", values![id]).await?;
        if deleted == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        retention::leave_traces(&mut tx).await?;
        tx.commit().await?;
        self.pool.fold().await?;
        Ok(true)
    }
}

/// Takes the conversation for this transaction; its last number.
pub(super) async fn lock(tx: &mut Tx, conversation: &str, at: Timestamp) -> Result<i64, StoreError> {
    let sql = "UPDATE conversations SET updated_ms = $2 WHERE id = $1 RETURNING last_seq";
    let row = tx.row(sql, values![conversation, at]).await?;
    row.ok_or(StoreError::NoConversation)?.get(0)
}

/// Writes events after number `last` of a conversation that is locked.
pub(super) async fn write(
    tx: &mut Tx,
    conversation: &str,
    last: i64,
    bodies: Vec<EventBody>,
    at: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let at = whole_milliseconds(at);
    let number = |(seq, body)| Event { seq, at, body };
    let events: Vec<Event> = (last + 1..).zip(bodies).map(number).collect();
    let rows: Vec<Vec<Value>> = events
        .iter()
        .map(|event| Ok(values![conversation, event.seq, at, to_json(&event.body)?]))
        .collect::<Result<_, StoreError>>()?;
    tx.insert(("INSERT INTO events (conversation, seq, at_ms, body)", ""), 4, rows.into_iter()).await?;
    let last = events.last().map_or(last, |event| event.seq);
    tx.execute("UPDATE conversations SET last_seq = $2 WHERE id = $1", values![conversation, last]).await?;
    Ok(events)
}

/// What a command has led to.
pub(super) struct Known {
    /// Numbers of the events, both included; `last < first` where there were none.
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) ticket: Option<String>,
}

pub(super) async fn known(tx: &mut Tx, conversation: &str, cid: Option<&str>) -> Result<Option<Known>, StoreError> {
    let Some(cid) = cid else { return Ok(None) };
    let sql = "SELECT first_seq, last_seq, ticket FROM commands WHERE conversation = $1 AND cid = $2";
    let row = tx.row(sql, values![conversation, cid]).await?;
    row.map(|row| Ok(Known { first: row.get(0)?, last: row.get(1)?, ticket: row.get(2)? })).transpose()
}

/// What filed the last report of a conversation behind the event `after`.
pub(super) async fn filed_since(tx: &mut Tx, conversation: &str, after: i64) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT first_seq, last_seq, ticket FROM commands
               WHERE conversation = $1 AND ticket IS NOT NULL AND last_seq > $2
               ORDER BY last_seq DESC LIMIT 1";
    let row = tx.row(sql, values![conversation, after]).await?;
    row.map(|row| Ok(Known { first: row.get(0)?, last: row.get(1)?, ticket: row.get(2)? })).transpose()
}

pub(super) async fn remember(
    tx: &mut Tx,
    conversation: &str,
    cid: Option<&str>,
    (first, events): (i64, &[Event]),
    ticket: Option<&str>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(cid) = cid else { return Ok(()) };
    let last = events.last().map_or(first - 1, |event| event.seq);
    let sql = "INSERT INTO commands (conversation, cid, first_seq, last_seq, ticket, at_ms)
               VALUES ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, values![conversation, cid, first, last, ticket, at]).await?;
    Ok(())
}

pub(super) async fn events(tx: &mut Tx, conversation: &str, first: i64, last: i64) -> Result<Vec<Event>, StoreError> {
    let sql = "SELECT seq, at_ms, body FROM events
               WHERE conversation = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq";
    tx.rows(sql, values![conversation, first, last]).await?.iter().map(event).collect()
}

fn event(row: &Row) -> Result<Event, StoreError> {
    Ok(Event { seq: row.get(0)?, at: row.time(1)?, body: row.json(2, "event")? })
}

fn conversation(row: &Row) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: row.get(0)?,
        token_hash: row.get(1)?,
        school: row.get(2)?,
        room: row.get(3)?,
        lang: row.name(4, "language")?,
        created: row.time(5)?,
        updated: row.time(6)?,
        last_seq: row.get(7)?,
    })
}
