//! What is past its time goes: chats after their last event, what concerns a
//! person in a ticket after its solution, and both from the outbox too.
//!
//! Technical facts of a ticket (device, masked symptom, steps tried) stay; its
//! contact, its transcript and the way back to the chat do not. Deleted text is
//! overwritten in the file and cut out of the log.

use jiff::{SignedDuration, Timestamp};

use super::{Store, error::StoreError, pool::Tx, value::values};

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Conversations deleted, with their events.
    pub conversations: u64,
    /// Tickets from which something personal was taken.
    pub tickets: u64,
    /// Copies of reports dropped from the outbox.
    pub outbox: u64,
    /// Whether no deleted text is left in the files. A long read, another
    /// process or a full disk may put that off to the next run.
    pub clean: bool,
}

/// In `meta` while the files may hold copies of deleted text; counts the deletions.
const TRACES: &str = "traces of deleted text";

impl Store {
    /// Deletes what is older than the given days at `now`, and takes every copy
    /// of what was deleted since the last run out of the files. Safe to run at
    /// any time and again; once a night is meant, as writers wait for it.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn retain(&self, now: Timestamp, chat_days: u32, ticket_days: u32) -> Result<Retained, StoreError> {
        let mut done = Retained::default();
        let mut tx = self.pool.begin().await?;
        done.conversations = delete_chats(&mut tx, before(now, chat_days)).await?;
        (done.tickets, done.outbox) = clear_tickets(&mut tx, before(now, ticket_days)).await?;
        if done != Retained::default() {
            leave_traces(&mut tx).await?;
        }
        tx.commit().await?;
        done.clean = self.remove_traces().await?;
        Ok(done)
    }

    /// Rewrites the file where something was deleted, so that no copy stays in its free
    /// pages or its journal. `false` if somebody else was writing; the next run tries again.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn remove_traces(&self) -> Result<bool, StoreError> {
        let Some(seen) = self.meta_get(TRACES).await? else { return self.pool.fold().await };
        if !self.pool.rewrite().await? {
            return Ok(false);
        }
        let mut tx = self.pool.begin().await?;
        // Not if something was deleted meanwhile.
        tx.execute("DELETE FROM meta WHERE key = $1 AND value = $2", values![TRACES, seen]).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Notes, in the transaction that deletes, that the next run must rewrite the file.
pub(super) async fn leave_traces(tx: &mut Tx) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES ($1, '1')
               ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)";
    tx.execute(sql, values![TRACES]).await?;
    Ok(())
}

async fn delete_chats(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    for sql in [
        "UPDATE tickets SET conversation = NULL
         WHERE conversation IN (SELECT id FROM conversations WHERE updated_ms < $1)",
        "DELETE FROM commands
         WHERE conversation IN (SELECT id FROM conversations WHERE updated_ms < $1)
            OR (conversation = '' AND at_ms < $1)",
        "DELETE FROM events WHERE conversation IN (SELECT id FROM conversations WHERE updated_ms < $1)",
    ] {
        tx.execute(sql, values![before]).await?;
    }
    tx.execute("DELETE FROM conversations WHERE updated_ms < $1", values![before]).await
}

/// Tickets and outbox rows changed.
async fn clear_tickets(tx: &mut Tx, before: Timestamp) -> Result<(u64, u64), StoreError> {
    let sql = "UPDATE outbox_updates SET text = NULL, state = CASE WHEN state = 'waiting' THEN 'failed' ELSE state END
               WHERE text IS NOT NULL
                 AND ticket IN (SELECT number FROM tickets WHERE solved_ms IS NOT NULL AND solved_ms < $1)";
    let updates = tx.execute(sql, values![before]).await?;
    // A report that was never delivered has no one left to be delivered for.
    let sql = "UPDATE outbox SET payload = NULL, lease_until_ms = NULL, todo = 0,
                      state = CASE WHEN state = 'pending' THEN 'failed' ELSE state END
               WHERE (payload IS NOT NULL OR todo = 1)
                 AND ticket IN (SELECT number FROM tickets WHERE solved_ms IS NOT NULL AND solved_ms < $1)";
    let outbox = tx.execute(sql, values![before]).await?.max(updates);
    // Of changes that were taken in so long ago none is told again.
    tx.execute("DELETE FROM remote_changes WHERE at_ms < $1", values![before]).await?;
    let sql = "UPDATE ticket_events SET note = NULL WHERE kind IN ('note', 'reply') AND note IS NOT NULL
                 AND ticket IN (SELECT number FROM tickets WHERE solved_ms IS NOT NULL AND solved_ms < $1)";
    let notes = tx.execute(sql, values![before]).await?;
    let sql = "UPDATE tickets SET contact = NULL, transcript = NULL, conversation = NULL
               WHERE solved_ms IS NOT NULL AND solved_ms < $1
                 AND (contact IS NOT NULL OR transcript IS NOT NULL OR conversation IS NOT NULL)";
    let tickets = tx.execute(sql, values![before]).await?;
    // Notes count too, so that their traces are removed.
    Ok((tickets.max(notes), outbox))
}

fn before(now: Timestamp, days: u32) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        domain::ticket::TicketState,
        store::{
            conversations::write,
            tests::{at, conversation, message, ticket},
        },
    };

    const DAY: i64 = 86_400;

    /// Whether a text stands anywhere in the database's files.
    fn on_disk(folder: &Path, text: &str) -> bool {
        std::fs::read_dir(folder).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }

    #[tokio::test]
    async fn chats_go_after_their_last_event() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        for (id, day) in [("old", 0), ("young", 1)] {
            store.conversation_create(&conversation(id)).await.unwrap();
            store.append(id, Some("1"), vec![message(&format!("canary-{id}"))], at(day * DAY)).await.unwrap();
        }
        assert!(on_disk(folder.path(), "canary-old"), "else the test shows nothing");
        let done = store.retain(at(30 * DAY + 1), 30, 90).await.unwrap();
        assert_eq!(done, Retained { conversations: 1, clean: true, ..Retained::default() });
        assert_eq!(store.conversation("old").await.unwrap(), None);
        assert!(!on_disk(folder.path(), "canary-old"));
        assert_eq!(store.events("young", 0).await.unwrap().len(), 1);
        assert!(on_disk(folder.path(), "canary-young"));
        let again = store.retain(at(30 * DAY + 1), 30, 90).await.unwrap();
        assert_eq!(again, Retained { clean: true, ..Retained::default() });
    }

    #[tokio::test]
    async fn a_deleted_chat_leaves_the_disk_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        store.conversation_create(&conversation("c")).await.unwrap();
        store.append("c", None, vec![message("canary-1")], at(1)).await.unwrap();
        store.conversation_delete("c").await.unwrap();
        assert!(!on_disk(folder.path(), "canary-1"));
    }

    #[tokio::test]
    async fn persons_leave_a_ticket_after_its_solution() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        store.conversation_create(&conversation("c")).await.unwrap();
        for (n, solved) in [(1, true), (2, false)] {
            let mut new = ticket(&format!("o{n}"));
            new.contact = Some(format!("canary-contact-{n}"));
            new.transcript = Some(format!("canary-transcript-{n}"));
            new.target = Some("rt".into());
            let filed = store.append_with_ticket(Some("c"), None, new, |_| vec![], at(n)).await.unwrap();
            if solved {
                store.ticket_state(&filed.ticket.number, TicketState::Solved, at(10)).await.unwrap();
            }
        }
        store.append("c", None, vec![message("later")], at(80 * DAY)).await.unwrap();
        assert_eq!(store.retain(at(90 * DAY + 10), 30, 90).await.unwrap().tickets, 0);
        let done = store.retain(at(90 * DAY + 11), 30, 90).await.unwrap();
        assert_eq!(done, Retained { conversations: 0, tickets: 1, outbox: 1, clean: true });
        let solved = store.ticket("SUP-2026-00001").await.unwrap().unwrap().0;
        assert_eq!((solved.contact, solved.transcript, solved.conversation), (None, None, None));
        assert_eq!((solved.symptom.as_str(), solved.delivery.state.as_str()), ("Bild bleibt dunkel", "failed"));
        for what in ["canary-contact-1", "canary-transcript-1"] {
            assert!(!on_disk(folder.path(), what), "{what}");
        }
        let open = store.ticket("SUP-2026-00002").await.unwrap().unwrap().0;
        assert_eq!(open.contact.as_deref(), Some("canary-contact-2"));
        assert!(store.outbox_of("SUP-2026-00002").await.unwrap().unwrap().payload.is_some());
        // The chat goes by its own time; the open ticket then forgets the way to it.
        assert_eq!(store.retain(at(111 * DAY), 30, 90).await.unwrap().conversations, 1);
        assert_eq!(store.ticket("SUP-2026-00002").await.unwrap().unwrap().0.conversation, None);
    }

    #[tokio::test]
    async fn a_reader_at_work_only_puts_it_off() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        store.pool.raw("PRAGMA busy_timeout = 1").await;
        store.conversation_create(&conversation("c")).await.unwrap();
        store.append("c", None, vec![message("canary-1")], at(1)).await.unwrap();
        let mut reader = store.pool.snapshot().await.unwrap();
        reader.rows("SELECT body FROM events", vec![]).await.unwrap();
        let done = store.retain(at(40 * DAY), 30, 90).await.unwrap();
        assert_eq!(done, Retained { conversations: 1, ..Retained::default() });
        assert!(on_disk(folder.path(), "canary-1"), "else the test shows nothing");
        reader.rollback().await.unwrap();
        assert_eq!(store.retain(at(40 * DAY), 30, 90).await.unwrap(), Retained { clean: true, ..Retained::default() });
        assert!(!on_disk(folder.path(), "canary-1"));
    }

    /// Pages are merged and moved as rows go. Without the rewriting, this finds
    /// a copy of a deleted message after a few rounds.
    #[tokio::test]
    async fn no_copy_stays_in_a_database_that_has_lived() {
        const MANY: i64 = 4_000;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut tx = store.pool.begin().await.unwrap();
        for n in 0..MANY {
            let sql = "INSERT INTO conversations (id, token_hash, lang, created_ms, updated_ms, last_seq)
                       VALUES ($1, $2, 'de', 0, 0, 0)";
            tx.execute(sql, values![n.to_string(), [7_u8].as_slice()]).await.unwrap();
        }
        for n in 0..MANY {
            let long = "x".repeat(usize::try_from(n * 37 % 5_000).unwrap());
            let bodies = vec![message(&format!("canary-{n:04}")), message(&format!("canary-{n:04} {long}"))];
            write(&mut tx, &n.to_string(), 0, bodies, at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut left: Vec<i64> = (0..MANY).collect();
        for part in [11, 13, 7, 5, 9, 3, 6, 4, 8, 2, 17, 10, 12, 14, 1] {
            let (gone, kept): (Vec<i64>, Vec<i64>) = left.iter().partition(|n| (*n * 7 + 3) % part == 0);
            let mut tx = store.pool.begin().await.unwrap();
            for n in &kept {
                let sql = "UPDATE conversations SET updated_ms = $2 WHERE id = $1";
                tx.execute(sql, values![n.to_string(), at(part * DAY)]).await.unwrap();
            }
            for n in &gone {
                let sql = "UPDATE conversations SET updated_ms = 0 WHERE id = $1";
                tx.execute(sql, values![n.to_string()]).await.unwrap();
            }
            tx.commit().await.unwrap();
            let done = store.retain(at(0), 30, 90).await.unwrap();
            assert_eq!((done.conversations, done.clean), (gone.len() as u64, true));
            let copies = canaries(folder.path());
            assert!(gone.iter().all(|n| !copies.contains(n)), "after {part}");
            assert!(kept.iter().all(|n| copies.contains(n)), "else the test shows nothing");
            left = kept;
        }
        assert_eq!(left, Vec::<i64>::new());
    }

    /// Numbers of all messages that stand anywhere in the files.
    fn canaries(folder: &Path) -> std::collections::HashSet<i64> {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        let number = |window: &[u8]| std::str::from_utf8(window.strip_prefix(b"canary-")?).ok()?.parse().ok();
        files.flat_map(|bytes| bytes.windows(11).filter_map(number).collect::<Vec<_>>()).collect()
    }
}
