//! What is past its time goes: chats after their last event, what concerns a
//! person in a ticket after its solution, and both from the outbox too.
//!
//! Technical facts of a ticket (device, masked symptom, steps tried) stay; its
//! contact, its transcript and the way back to the chat do not. Deleted text is
//! overwritten in the file and cut out of the log.

use jiff::{SignedDuration, Timestamp};

use super::{Store, error::StoreError, value::values};

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Conversations deleted, with their events.
    pub conversations: u64,
    /// Tickets from which something personal was taken.
    pub tickets: u64,
    /// Copies of reports dropped from the outbox.
    pub outbox: u64,
    /// Whether the log was folded in and cut. Readers at work may put that off
    /// to the next run; deleted text then still stands in the log.
    pub scrubbed: bool,
}

impl Store {
    /// Deletes what is older than the given days at `now`. Safe to run at any
    /// time and again.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; nothing is deleted then.
    pub async fn retain(&self, now: Timestamp, chat_days: u32, ticket_days: u32) -> Result<Retained, StoreError> {
        let (chats, tickets) = (before(now, chat_days), before(now, ticket_days));
        let mut done = Retained::default();
        let mut tx = self.pool.begin().await?;
        let of_old = |sql| (sql, values![chats]);
        for (sql, values) in [
            of_old(
                "UPDATE tickets SET conversation = NULL
                 WHERE conversation IN (SELECT id FROM conversations WHERE updated_ms < $1)",
            ),
            of_old(
                "DELETE FROM commands
                 WHERE conversation IN (SELECT id FROM conversations WHERE updated_ms < $1)
                    OR (conversation = '' AND at_ms < $1)",
            ),
            of_old(
                "DELETE FROM events
                 WHERE conversation IN (SELECT id FROM conversations WHERE updated_ms < $1)",
            ),
        ] {
            tx.execute(sql, values).await?;
        }
        done.conversations = tx.execute("DELETE FROM conversations WHERE updated_ms < $1", values![chats]).await?;
        // A report that was never delivered has no one left to be delivered for.
        let sql = "UPDATE outbox SET payload = NULL, lease_until_ms = NULL,
                          state = CASE WHEN state = 'pending' THEN 'failed' ELSE state END
                   WHERE payload IS NOT NULL
                     AND ticket IN (SELECT number FROM tickets WHERE solved_ms IS NOT NULL AND solved_ms < $1)";
        done.outbox = tx.execute(sql, values![tickets]).await?;
        let sql = "UPDATE tickets SET contact = NULL, transcript = NULL, conversation = NULL
                   WHERE solved_ms IS NOT NULL AND solved_ms < $1
                     AND (contact IS NOT NULL OR transcript IS NOT NULL OR conversation IS NOT NULL)";
        done.tickets = tx.execute(sql, values![tickets]).await?;
        tx.commit().await?;
        done.scrubbed = self.pool.scrub().await?;
        Ok(done)
    }
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
        store::tests::{at, conversation, message, ticket},
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
        assert_eq!(done, Retained { conversations: 1, scrubbed: true, ..Retained::default() });
        assert_eq!(store.conversation("old").await.unwrap(), None);
        assert!(!on_disk(folder.path(), "canary-old"));
        assert_eq!(store.events("young", 0).await.unwrap().len(), 1);
        assert!(on_disk(folder.path(), "canary-young"));
        let again = store.retain(at(30 * DAY + 1), 30, 90).await.unwrap();
        assert_eq!(again, Retained { scrubbed: true, ..Retained::default() });
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
        // Closed, opened again, closed: the last time counts.
        store.append("c", None, vec![message("later")], at(80 * DAY)).await.unwrap();
        assert_eq!(store.retain(at(90 * DAY + 10), 30, 90).await.unwrap().tickets, 0);
        let done = store.retain(at(90 * DAY + 11), 30, 90).await.unwrap();
        assert_eq!(done, Retained { conversations: 0, tickets: 1, outbox: 1, scrubbed: true });
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

    /// Pages are merged and moved as rows go: no stale copy may stay behind.
    #[tokio::test]
    async fn nothing_stays_in_a_database_that_has_lived() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut left: Vec<u64> = (0..600).collect();
        for n in &left {
            let id = format!("c{n}");
            store.conversation_create(&conversation(&id)).await.unwrap();
            let long = format!("canary-{n:03}-{}", "x".repeat(usize::try_from(n * 37 % 5_000).unwrap()));
            store.append(&id, None, vec![message(&format!("canary-{n:03}-short"))], at(1)).await.unwrap();
            store.append(&id, None, vec![message(&long)], at(1)).await.unwrap();
        }
        for step in [2, 3, 5, 7, 1] {
            let (gone, kept): (Vec<u64>, Vec<u64>) = left.iter().partition(|n| (*n * 7 + 3) % step == 0);
            for n in &kept {
                let sql = at(1_000 * DAY);
                store.append(&format!("c{n}"), Some(&format!("{step}")), vec![], sql).await.unwrap();
            }
            for n in &gone {
                store.append(&format!("c{n}"), Some(&format!("{step}")), vec![], at(2)).await.unwrap();
            }
            let done = store.retain(at(999 * DAY), 30, 90).await.unwrap();
            assert_eq!(done.conversations, gone.len() as u64);
            let bytes = std::fs::read(folder.path().join("a.db")).unwrap();
            let found: std::collections::BTreeSet<u64> = bytes
                .windows(10)
                .filter(|window| window.starts_with(b"canary-"))
                .filter_map(|window| std::str::from_utf8(&window[7..]).ok()?.parse().ok())
                .filter(|n| gone.contains(n))
                .collect();
            assert_eq!(found, std::collections::BTreeSet::new(), "after step {step}");
            left = kept;
        }
        assert!(!on_disk(folder.path(), "canary-"));
    }
}
