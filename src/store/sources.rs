//! What was read of the knowledge: each file with what came of it, the folders
//! that operators added, and single values such as the index's stamp.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store,
    error::StoreError,
    value::{Row, Value, to_json, values},
};

/// A file as it was when last read. Unchanged size and time mean that it need
/// not be read again; the same hash, that it need not be indexed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Unique over all roots.
    pub path: String,
    /// The folder (or built-in set) that it belongs to.
    pub root: String,
    /// Bytes.
    pub size: u64,
    /// Time of the last change, milliseconds since 1970.
    pub mtime_ms: i64,
    /// Of the content, as the caller computes it.
    pub hash: String,
    /// Ids of the documents that it holds, a line each; `None` if it was refused.
    pub document: Option<String>,
    pub chunks: u32,
    /// Why it, or a part of it, was refused.
    pub reason: Option<String>,
    /// Since when it has been refused; the reason may have changed meanwhile.
    pub refused_at: Option<Timestamp>,
    /// Documents of its last good version that are kept in the index while it is refused.
    pub kept: Vec<Kept>,
    /// Of which of its documents something was left out, and how much.
    pub left_out: Vec<LeftOut>,
    /// When it was last read.
    pub seen_at: Timestamp,
}

/// A document that stays in the index although its file, as it stands, does not provide it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub document: String,
    pub revision: String,
}

/// A document of which sentences were left out, for they give orders to a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub document: String,
    /// Sentences, steps, items, rows and headings.
    pub units: u32,
}

/// A folder of documents that was added by command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnowledgeRoot {
    pub path: String,
    pub added: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT path, root, size, mtime_ms, hash, document, chunks, reason, seen_ms, kept, refused_ms, left_out
             FROM sources ",
            $rest
        )
    };
}

impl Store {
    /// All sources, by path.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn sources(&self) -> Result<Vec<Source>, StoreError> {
        self.pool.rows(select!("ORDER BY path"), vec![]).await?.iter().map(source).collect()
    }

    /// The sources of one root, by path.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn sources_of(&self, root: &str) -> Result<Vec<Source>, StoreError> {
        self.pool.rows(select!("WHERE root = $1 ORDER BY path"), values![root]).await?.iter().map(source).collect()
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn source(&self, path: &str) -> Result<Option<Source>, StoreError> {
        self.pool.row(select!("WHERE path = $1"), values![path]).await?.as_ref().map(source).transpose()
    }

    /// Removes and puts (anew or in place) in one transaction.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn sources_update(&self, put: &[Source], remove: &[String]) -> Result<(), StoreError> {
        if put.is_empty() && remove.is_empty() {
            return Ok(());
        }
        let mut tx = self.pool.begin().await?;
        for path in remove {
            tx.execute("DELETE FROM sources WHERE path = $1", values![path]).await?;
        }
        let rows: Vec<Vec<Value>> = put.iter().map(row_of).collect::<Result<_, _>>()?;
        let head = "INSERT INTO sources
                        (path, root, size, mtime_ms, hash, document, chunks, reason, seen_ms, kept, refused_ms,
                         left_out)";
        let tail = "ON CONFLICT (path) DO UPDATE SET root = excluded.root, size = excluded.size,
                        mtime_ms = excluded.mtime_ms, hash = excluded.hash, document = excluded.document,
                        chunks = excluded.chunks, reason = excluded.reason, seen_ms = excluded.seen_ms,
                        kept = excluded.kept, refused_ms = excluded.refused_ms,
                        left_out = excluded.left_out";
        tx.insert((head, tail), 12, rows.into_iter()).await?;
        tx.commit().await
    }

    /// The folders that were added, the first first.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn knowledge_roots(&self) -> Result<Vec<KnowledgeRoot>, StoreError> {
        let rows = self.pool.rows("SELECT path, added_ms FROM knowledge_roots ORDER BY added_ms, path", vec![]).await?;
        rows.iter().map(|row| Ok(KnowledgeRoot { path: row.get(0)?, added: row.time(1)? })).collect()
    }

    /// Adds a folder; one that is there keeps its time.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn knowledge_root_add(&self, path: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "INSERT INTO knowledge_roots (path, added_ms) VALUES ($1, $2) ON CONFLICT (path) DO NOTHING";
        tx.execute(sql, values![path, at]).await?;
        tx.commit().await
    }

    /// Removes a folder from the list; its sources stay until they are removed.
    /// `false` if it was not there.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn knowledge_root_remove(&self, path: &str) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let removed = tx.execute("DELETE FROM knowledge_roots WHERE path = $1", values![path]).await?;
        tx.commit().await?;
        Ok(removed > 0)
    }

    /// A single value, such as the stamp of the index.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn meta_get(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = self.pool.row("SELECT value FROM meta WHERE key = $1", values![key]).await?;
        row.map(|row| row.get(0)).transpose()
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn meta_remove(&self, key: &str) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        tx.execute("DELETE FROM meta WHERE key = $1", values![key]).await?;
        tx.commit().await
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn meta_set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "INSERT INTO meta (key, value) VALUES ($1, $2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        tx.execute(sql, values![key, value]).await?;
        tx.commit().await
    }
}

fn row_of(source: &Source) -> Result<Vec<Value>, StoreError> {
    let size = i64::try_from(source.size).unwrap_or(i64::MAX);
    let kept = if source.kept.is_empty() { None } else { Some(to_json(&source.kept)?) };
    let left_out = if source.left_out.is_empty() { None } else { Some(to_json(&source.left_out)?) };
    Ok(values![
        &source.path,
        &source.root,
        size,
        source.mtime_ms,
        &source.hash,
        &source.document,
        source.chunks,
        &source.reason,
        source.seen_at,
        kept,
        source.refused_at,
        left_out
    ])
}

fn source(row: &Row) -> Result<Source, StoreError> {
    let chunks = row.count(6)?;
    Ok(Source {
        path: row.get(0)?,
        root: row.get(1)?,
        size: row.count(2)?,
        mtime_ms: row.get(3)?,
        hash: row.get(4)?,
        document: row.get(5)?,
        chunks: chunks.try_into().map_err(|_| StoreError::Damaged { what: "number", column: 6 })?,
        reason: row.get(7)?,
        seen_at: row.time(8)?,
        kept: row.get::<Option<String>>(9)?.map_or(Ok(Vec::new()), |_| row.json(9, "list of kept documents"))?,
        refused_at: row.time_opt(10)?,
        left_out: row
            .get::<Option<String>>(11)?
            .map_or(Ok(Vec::new()), |_| row.json(11, "list of what was left out"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::at;

    fn source(n: u32) -> Source {
        Source {
            path: format!("guides/{n:05}.md"),
            root: if n.is_multiple_of(2) { "even" } else { "odd" }.into(),
            size: 10,
            mtime_ms: -1,
            hash: "h".into(),
            document: Some(format!("guides/{n:05}")),
            chunks: 3,
            reason: None,
            refused_at: None,
            kept: vec![],
            left_out: vec![],
            seen_at: at(1),
        }
    }

    #[tokio::test]
    async fn many_are_put_changed_and_removed() {
        let store = Store::in_memory().await.unwrap();
        let all: Vec<Source> = (0..3_000).map(source).collect();
        store.sources_update(&all, &[]).await.unwrap();
        assert_eq!(store.sources().await.unwrap(), all);
        let changed = Source {
            document: None,
            reason: Some("no text".into()),
            refused_at: Some(at(2)),
            kept: vec![Kept { document: "guides/00001".into(), revision: "h".into() }],
            left_out: vec![LeftOut { document: "guides/00001".into(), units: 2 }],
            chunks: 0,
            ..source(1)
        };
        store.sources_update(std::slice::from_ref(&changed), &[source(2).path, "unknown".into()]).await.unwrap();
        assert_eq!(store.source(&changed.path).await.unwrap(), Some(changed));
        assert_eq!(store.source(&source(2).path).await.unwrap(), None);
        assert_eq!(store.sources_of("even").await.unwrap().len(), 1_499);
    }

    #[tokio::test]
    async fn roots_and_single_values() {
        let store = Store::in_memory().await.unwrap();
        for (path, second) in [("b", 1), ("a", 2), ("b", 3)] {
            store.knowledge_root_add(path, at(second)).await.unwrap();
        }
        let roots = store.knowledge_roots().await.unwrap();
        assert_eq!(roots[0], KnowledgeRoot { path: "b".into(), added: at(1) });
        assert_eq!(roots.len(), 2);
        assert!(store.knowledge_root_remove("a").await.unwrap());
        assert!(!store.knowledge_root_remove("a").await.unwrap());
        assert_eq!(store.meta_get("stamp").await.unwrap(), None);
        for value in ["1", "2"] {
            store.meta_set("stamp", value).await.unwrap();
        }
        assert_eq!(store.meta_get("stamp").await.unwrap().as_deref(), Some("2"));
    }
}
