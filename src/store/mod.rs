//! The only place that knows the database: conversations, tickets and their
//! outbox, facts, the school directory, and what was read of the knowledge.
//!
//! Every write is one transaction: all of it or nothing, on the disk before the
//! call returns. Ids that come from clients (`cid`) act once. What is deleted is
//! overwritten. One SQL text serves SQLite now and PostgreSQL later; whatever is
//! SQLite's own stands in `pool`.

mod conversations;
mod demo;
mod directory;
mod error;
mod facts;
mod migrations;
mod open_reports;
mod outages;
mod outbox;
mod outcomes;
mod pool;
mod remote;
mod retention;
mod room_codes;
mod sources;
mod ticket_life;
mod tickets;
mod value;

use std::path::{Path, PathBuf};

use self::pool::Pool;
pub use self::{
    conversations::{Appended, Conversation, NewConversation},
    demo::{DemoData, DemoLeft},
    directory::RoomEntry,
    error::StoreError,
    facts::{Fact, FactGroup, FactKind},
    open_reports::OpenReport,
    outbox::{
        Doubt, Moved, NewUpdate, OutboxCounts, OutboxEntry, OutboxState, QueuedUpdate, TargetCounts, Told, Waiting,
    },
    remote::{Remote, Taken},
    retention::Retained,
    room_codes::{CodeState, CodedRoom},
    sources::{Kept, KnowledgeRoot, LeftOut, Source},
    ticket_life::Raised,
    tickets::{NewTicket, TicketFiled, TicketFilter},
};

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    path: Option<PathBuf>,
}

/// How much there is: for `doctor` and the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the database, without the log.
    pub bytes: u64,
    /// Of those, bytes that are free for reuse.
    pub free_bytes: u64,
    /// Bytes of the write-ahead log.
    pub log_bytes: u64,
    pub conversations: u64,
    pub events: u64,
    pub tickets: u64,
    pub facts: u64,
    pub rooms: u64,
    pub devices: u64,
    pub sources: u64,
}

impl Store {
    /// Opens the database file, creates it and its folder where missing, and
    /// brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`]: a path that cannot be opened or written, a full disk, a
    /// damaged file, or a database written by a newer version of the program.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { pool: Pool::open(path).await?, path: Some(path.to_owned()) })
    }

    /// A database that ends with the process.
    ///
    /// # Errors
    /// [`StoreError`] if there is no memory for it.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Ok(Self { pool: Pool::in_memory().await?, path: None })
    }

    /// Waits for what is under way and closes the files. Later calls fail.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Whether the file is sound; reads all of it (about three seconds per GiB).
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] with the first fault found.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.pool.check().await
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn sizes(&self) -> Result<Sizes, StoreError> {
        let sql = "SELECT (SELECT COUNT(*) FROM conversations), (SELECT COUNT(*) FROM events),
                          (SELECT COUNT(*) FROM tickets), (SELECT COUNT(*) FROM facts),
                          (SELECT COUNT(*) FROM rooms), (SELECT COUNT(*) FROM devices),
                          (SELECT COUNT(*) FROM sources)";
        let Some(row) = self.pool.row(sql, vec![]).await? else { return Ok(Sizes::default()) };
        let (bytes, free_bytes) = self.pool.bytes().await?;
        let log = self.path.as_ref().map(|path| {
            let mut name = path.clone().into_os_string();
            name.push("-wal");
            std::fs::metadata(name).map_or(0, |meta| meta.len())
        });
        Ok(Sizes {
            bytes: bytes.try_into().unwrap_or_default(),
            free_bytes: free_bytes.try_into().unwrap_or_default(),
            log_bytes: log.unwrap_or_default(),
            conversations: row.count(0)?,
            events: row.count(1)?,
            tickets: row.count(2)?,
            facts: row.count(3)?,
            rooms: row.count(4)?,
            devices: row.count(5)?,
            sources: row.count(6)?,
        })
    }
}

#[cfg(test)]
mod tests;
