//! Conversations: the durable, numbered lists of events.
//!
//! Events of one conversation are numbered from 1 without gaps, however many
//! write at once. A command (`cid`) of a client acts once: sent again, it is
//! answered with the events of the first time.

use jiff::Timestamp;

use super::{
    Store,
    error::StoreError,
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
        let mut tx = self.pool.begin().await?;
        let last = lock(&mut tx, conversation, at).await?;
        if let Some(known) = known(&mut tx, conversation, cid).await? {
            let events = events(&mut tx, conversation, known.first, known.last).await?;
            tx.rollback().await?;
            return Ok(Appended::Known(events));
        }
        let events = write(&mut tx, conversation, last, bodies, at).await?;
        remember(&mut tx, conversation, cid, (last + 1, &events), None, at).await?;
        tx.commit().await?;
        Ok(Appended::New(events))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{at, conversation as fresh, message, texts};

    #[tokio::test]
    async fn fifty_writers_leave_no_gap() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        store.conversation_create(&fresh("c")).await.unwrap();
        let writers: Vec<_> = (0..50)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    let bodies = vec![message(&format!("{n}a")), message(&format!("{n}b"))];
                    let cid = format!("cid-{n}");
                    store.append("c", Some(&cid), bodies, at(n)).await.unwrap().into_events()
                })
            })
            .collect();
        for writer in writers {
            let events = writer.await.unwrap();
            assert_eq!(events[1].seq, events[0].seq + 1, "one call's events stand together");
        }
        let events = store.events("c", 0).await.unwrap();
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
        assert_eq!(store.conversation("c").await.unwrap().unwrap().last_seq, 100);
    }

    #[tokio::test]
    async fn a_command_acts_once() {
        let store = Store::in_memory().await.unwrap();
        for id in ["c", "d"] {
            store.conversation_create(&fresh(id)).await.unwrap();
        }
        let first = store.append("c", Some("1"), vec![message("a"), message("b")], at(1)).await.unwrap();
        store.append("c", None, vec![message("between")], at(2)).await.unwrap();
        let again = store.append("c", Some("1"), vec![message("other")], at(3)).await.unwrap();
        assert_eq!(again, Appended::Known(first.into_events()));
        assert_eq!(texts(&store.events("c", 0).await.unwrap()), ["a", "b", "between"]);
        assert_eq!(store.conversation("c").await.unwrap().unwrap().updated, at(2), "a repetition is no event");
        // Another conversation may use the same id; a command without events is remembered too.
        assert!(matches!(store.append("d", Some("1"), vec![], at(4)).await.unwrap(), Appended::New(e) if e.is_empty()));
        let again = store.append("d", Some("1"), vec![message("late")], at(5)).await.unwrap();
        assert_eq!(again, Appended::Known(vec![]));
    }

    #[tokio::test]
    async fn what_is_returned_is_what_is_read_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = Store::open(&path).await.unwrap();
        store.conversation_create(&fresh("c")).await.unwrap();
        store.conversation_create(&NewConversation { lang: Lang::En, ..fresh("c") }).await.unwrap();
        let precise: Timestamp = "2026-11-22T08:00:00.123456789Z".parse().unwrap();
        let written = store.append("c", None, vec![message("ü\u{0}😀")], precise).await.unwrap().into_events();
        assert!(store.set_lang("c", Lang::En).await.unwrap());
        store.close().await;
        let store = Store::open(&path).await.unwrap();
        assert_eq!(store.events("c", 0).await.unwrap(), written);
        assert_eq!(store.events("c", 1).await.unwrap(), []);
        let found = store.conversation("c").await.unwrap().unwrap();
        assert_eq!((found.lang, found.last_seq, found.token_hash), (Lang::En, 1, vec![7; 32]));
    }

    #[tokio::test]
    async fn a_deleted_conversation_takes_nothing_more() {
        let store = Store::in_memory().await.unwrap();
        store.conversation_create(&fresh("c")).await.unwrap();
        store.append("c", Some("1"), vec![message("a")], at(1)).await.unwrap();
        assert!(store.conversation_delete("c").await.unwrap());
        assert!(!store.conversation_delete("c").await.unwrap());
        assert!(!store.set_lang("c", Lang::De).await.unwrap());
        assert_eq!(store.conversation("c").await.unwrap(), None);
        assert_eq!(store.events("c", 0).await.unwrap(), []);
        let late = store.append("c", Some("1"), vec![message("late")], at(2)).await;
        assert!(matches!(late, Err(StoreError::NoConversation)));
    }
}
