//! The connections, and the only place that knows which database it is.
//!
//! SQLite: one connection writes, in the order of asking, and a few read beside
//! it (WAL). A write transaction takes the lock at once (`BEGIN IMMEDIATE`), so
//! that it never fails halfway for another process. Every commit is on the disk
//! before it returns (`synchronous = FULL`). Deleted text is overwritten.
//! A PostgreSQL pool joins here behind the same types.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    error::StoreError,
    migrations,
    value::{Row, Value, bind},
};

/// Connections that read. Look-ups take well under a millisecond.
const READERS: u32 = 4;
/// Longest wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// Between two tries to open a file that another process is just opening.
const RETRY: Duration = Duration::from_millis(20);
/// Longest wait for a turn behind this process's own writers (an import of a whole directory takes seconds).
const TURN: Duration = Duration::from_secs(30);
/// Bound values of one statement. SQLite looks each name up in a list: with thousands, that takes most of the time.
const VALUES_A_STATEMENT: usize = 400;

#[derive(Clone, Debug)]
pub(super) struct Pool {
    read: SqlitePool,
    write: SqlitePool,
}

/// A transaction; rolled back unless committed.
pub(super) struct Tx(Transaction<'static, Sqlite>);

impl Pool {
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        create(path).map_err(|error| StoreError::creating(path, &error))?;
        let options = pragmas(SqliteConnectOptions::new().filename(path))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let connect = async |options: SqliteConnectOptions, most: u32| -> Result<SqlitePool, StoreError> {
            let pool = SqlitePoolOptions::new().max_connections(most).acquire_timeout(TURN).test_before_acquire(false);
            let pool = pool.before_acquire(|connection, _| Box::pin(usable(connection)));
            pool.connect_with(options).await.map_err(|error| StoreError::from(error).opening(path))
        };
        // Of two that open a new file at once, SQLite refuses one without waiting when it turns to the log.
        let begun = Instant::now();
        let write = loop {
            match connect(options.clone(), 1).await {
                Err(error) if error.is_busy() && begun.elapsed() < BUSY => tokio::time::sleep(RETRY).await,
                opened => break opened?,
            }
        };
        migrate(&write).await.map_err(|error| error.opening(path))?;
        let read = connect(options.pragma("query_only", "ON"), READERS).await?;
        Ok(Self { read, write })
    }

    /// A database that ends with the process; one connection does everything.
    pub(super) async fn in_memory() -> Result<Self, StoreError> {
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(TURN)
            .test_before_acquire(false)
            .connect_with(pragmas(SqliteConnectOptions::new().in_memory(true)))
            .await?;
        migrate(&write).await?;
        Ok(Self { read: write.clone(), write })
    }

    /// Waits for what is under way, then folds the log into the database file.
    pub(super) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// A transaction that may write.
    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx(self.write.begin_with("BEGIN IMMEDIATE").await?))
    }

    /// A transaction that reads several times and sees one state.
    pub(super) async fn snapshot(&self) -> Result<Tx, StoreError> {
        Ok(Tx(self.read.begin_with("BEGIN").await?))
    }

    pub(super) async fn rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(bind(sql, values).fetch_all(&self.read).await?.into_iter().map(Row).collect())
    }

    pub(super) async fn row(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(bind(sql, values).fetch_optional(&self.read).await?.map(Row))
    }

    /// Folds the log, which still holds old pages, into the file and cuts it.
    /// Readers at work, another process or a full disk may prevent that: then `false`.
    pub(super) async fn fold(&self) -> Result<bool, StoreError> {
        match bind("PRAGMA wal_checkpoint(TRUNCATE)", vec![]).fetch_one(&self.write).await {
            Ok(row) => Ok(Row(row).get::<i64>(0)? == 0),
            Err(error) => put_off(error.into()),
        }
    }

    /// Writes the database anew from what is still there, and folds the log;
    /// `false` where that has to wait.
    ///
    /// `secure_delete` overwrites what is deleted, but not the copies that SQLite
    /// leaves behind in a page when it balances rows over its neighbours: only
    /// this takes all deleted text out. Needs the database's size in memory and
    /// one to two seconds for 100 MB; readers go on, writers wait.
    pub(super) async fn rewrite(&self) -> Result<bool, StoreError> {
        match bind("VACUUM", vec![]).execute(&self.write).await {
            Ok(_) => self.fold().await,
            Err(error) => put_off(error.into()),
        }
    }

    /// Reads every page and compares tables with their indices.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let rows = self.rows("PRAGMA quick_check(1)", vec![]).await?;
        let found = rows.first().map_or(Ok(String::new()), |row| row.get::<String>(0))?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Corrupt(found)) }
    }

    /// Bytes in the database and, of those, bytes that are free for reuse.
    pub(super) async fn bytes(&self) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT page_count * page_size, freelist_count * page_size
                   FROM pragma_page_count, pragma_page_size, pragma_freelist_count";
        let row = self.row(sql, vec![]).await?;
        row.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Bounds the database's size in pages, to rehearse a full disk.
    #[cfg(test)]
    pub(super) async fn limit_pages(&self, pages: u32) {
        bind_text(format!("PRAGMA max_page_count = {pages}"), vec![]).execute(&self.write).await.unwrap();
    }

    /// Makes every write fail as on a read-only disk.
    #[cfg(test)]
    pub(super) async fn forbid_writing(&self) {
        bind("PRAGMA query_only = ON", vec![]).execute(&self.write).await.unwrap();
    }

    /// Runs what only a test would: damage, statements of another version.
    #[cfg(test)]
    pub(super) async fn raw(&self, sql: &'static str) {
        bind(sql, vec![]).execute(&self.write).await.unwrap();
    }
}

impl Tx {
    /// Rows changed.
    pub(super) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(bind(sql, values).execute(&mut *self.0).await?.rows_affected())
    }

    pub(super) async fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(bind(sql, values).fetch_all(&mut *self.0).await?.into_iter().map(Row).collect())
    }

    pub(super) async fn row(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(bind(sql, values).fetch_optional(&mut *self.0).await?.map(Row))
    }

    /// Inserts any number of rows, many a statement. `head` is the statement up
    /// to `VALUES`, `tail` what follows it (`ON CONFLICT …`, or nothing); every
    /// row has `width` values.
    pub(super) async fn insert(
        &mut self,
        (head, tail): (&'static str, &'static str),
        width: usize,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<(), StoreError> {
        let many = VALUES_A_STATEMENT / width;
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let batch: Vec<Vec<Value>> = rows.by_ref().take(many).collect();
            let sql = format!("{head} VALUES {} {tail}", places(batch.len(), width));
            bind_text(sql, batch.into_iter().flatten().collect()).execute(&mut *self.0).await?;
        }
        Ok(())
    }

    /// Deletes the rows of any number of values, many a statement. `head` ends with `IN`.
    pub(super) async fn delete(
        &mut self,
        head: &'static str,
        values: impl Iterator<Item = Value>,
    ) -> Result<(), StoreError> {
        let mut values = values.peekable();
        while values.peek().is_some() {
            let batch: Vec<Value> = values.by_ref().take(VALUES_A_STATEMENT).collect();
            let sql = format!("{head} {}", places(1, batch.len()));
            bind_text(sql, batch).execute(&mut *self.0).await?;
        }
        Ok(())
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }

    pub(super) async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.0.rollback().await?)
    }
}

/// `($1,$2),($3,$4)` for two rows of two.
fn places(rows: usize, width: usize) -> String {
    let row = |at: usize| {
        let places: Vec<String> = (1..=width).map(|column| format!("${}", at * width + column)).collect();
        format!("({})", places.join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}

/// Own statements with a number of places that is known only here; never any value in the text.
fn bind_text(sql: String, values: Vec<Value>) -> super::value::Query {
    bind(AssertSqlSafe(sql), values)
}

/// Folder and file, readable by the server's user alone where the system knows such a thing.
fn create(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn pragmas(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        // What is sorted must not spill into a temporary file outside the data folder.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// Whether a connection can begin a transaction; the pool opens another in the place of one that cannot.
///
/// On a full disk SQLite ends the transaction by itself. The rollback that follows
/// then fails, and sqlx counts that transaction for ever: without this, nothing
/// could be written until the next start, however much space there is.
async fn usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may still be under way; the ping stands behind it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Tidying can wait where the database is busy or the disk is full.
fn put_off(error: StoreError) -> Result<bool, StoreError> {
    if error.is_busy() || error.is_full() { Ok(false) } else { Err(error) }
}

/// All pending migrations or none; a second process waits for the first.
async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    migrations::migrator().run_direct(None, &mut *transaction, false).await?;
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_through() {
        assert_eq!(places(2, 2), "($1,$2),($3,$4)");
    }

    #[tokio::test]
    async fn the_promised_settings_hold() {
        let folder = tempfile::tempdir().unwrap();
        let pool = Pool::open(&folder.path().join("data/a.db")).await.unwrap();
        for (pragma, expected) in [
            ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
            ("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous", "2"),
            ("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys", "1"),
            ("SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete", "1"),
            ("SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout", "5000"),
        ] {
            let mut tx = pool.begin().await.unwrap();
            let found: String = tx.row(pragma, vec![]).await.unwrap().unwrap().get(0).unwrap();
            assert_eq!(found, expected, "{pragma}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let pool = Pool::open(&folder.path().join("a.db")).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
        }
        pool.close().await;
    }
}
