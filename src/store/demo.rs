//! When an authority's own directory takes the place of the demonstration, what was
//! made while trying out goes in the same transaction: conversations, reports with
//! their outbox entries, and facts of the invented schools. Nothing else is touched:
//! a school that goes on under its id keeps its reports.

use jiff::Timestamp;

use super::{Store, directory, error::StoreError, pool::Tx, retention, value::values};
use crate::domain::school::{Directory, School};

/// In `meta` from the transaction that ends the demonstration until its past cases have left the index.
const LEAVING: &str = "demonstration leaves the index";

/// What was made while trying out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoData {
    pub conversations: u64,
    pub tickets: u64,
    pub facts: u64,
}

/// What of the demonstration stands in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoLeft {
    /// Ids of invented schools in the directory.
    pub schools: Vec<String>,
    /// Codes of invented rooms in the directory.
    pub rooms: Vec<String>,
    /// Of invented schools that are not in the directory.
    pub data: DemoData,
}

macro_rules! removal {
    ($condition:literal, $facts:literal) => {
        [
            concat!("DELETE FROM outbox WHERE ticket IN (SELECT number FROM tickets WHERE ", $condition, ")"),
            concat!(
                "DELETE FROM commands WHERE ticket IN (SELECT number FROM tickets WHERE ",
                $condition,
                ") OR conversation IN (SELECT id FROM conversations WHERE ",
                $condition,
                ")"
            ),
            concat!(
                "UPDATE tickets SET conversation = NULL WHERE conversation IN (SELECT id FROM conversations WHERE ",
                $condition,
                ")"
            ),
            concat!("DELETE FROM events WHERE conversation IN (SELECT id FROM conversations WHERE ", $condition, ")"),
            concat!("DELETE FROM facts WHERE ", $facts),
            concat!("DELETE FROM tickets WHERE ", $condition),
            concat!("DELETE FROM conversations WHERE ", $condition),
        ]
    };
}

/// Of one school.
const OF_SCHOOL: [&str; 7] = removal!("school = $1", "school = $1");
/// Of nobody in particular, since a time.
const OF_NOBODY: [&str; 7] = removal!("school IS NULL AND created_ms >= $1", "school IS NULL AND at_ms >= $1");

impl Store {
    /// Replaces the whole directory as [`Store::directory_import`] does. Where the new one is
    /// no demonstration, what was made while trying out goes in the same transaction.
    /// `invented` is the built-in demonstration.
    ///
    /// # Errors
    /// As [`Store::directory_import`]; nothing is changed then.
    pub async fn directory_replace(
        &self,
        new: &Directory,
        invented: &Directory,
        at: Timestamp,
    ) -> Result<DemoData, StoreError> {
        self.replace(None, (new, invented), at).await
    }

    /// As [`Store::directory_replace`], where the present directory is known: only what
    /// differs is written, and writers wait no longer than that takes.
    ///
    /// # Errors
    /// [`StoreError::Outdated`] where another directory was imported meanwhile; else as there.
    pub async fn directory_change(
        &self,
        (present, imported): (&Directory, Timestamp),
        new: &Directory,
        invented: &Directory,
        at: Timestamp,
    ) -> Result<DemoData, StoreError> {
        self.replace(Some((present, imported)), (new, invented), at).await
    }

    async fn replace(
        &self,
        present: Option<(&Directory, Timestamp)>,
        (new, invented): (&Directory, &Directory),
        at: Timestamp,
    ) -> Result<DemoData, StoreError> {
        let mut tx = self.pool.begin().await?;
        let since = directory::imported(&mut tx).await?;
        let read;
        let old = match present {
            Some((_, imported)) if since != Some(imported) => return Err(StoreError::Outdated),
            Some((present, _)) => present,
            None => {
                read = directory::whole(&mut tx).await?.unwrap_or_default();
                &read
            }
        };
        directory::apply(&mut tx, old, new, at).await?;
        let mut gone = DemoData::default();
        if !new.authority.demo {
            for school in trial_schools(old, new, invented) {
                gone.add(remove(&mut tx, OF_SCHOOL, values![school]).await?);
            }
            let tried = old.authority.demo && old.schools.iter().any(|school| is_invented(school, invented));
            if let Some(since) = since.filter(|_| tried) {
                gone.add(remove(&mut tx, OF_NOBODY, values![since]).await?);
            }
            let sql = "INSERT INTO meta (key, value) VALUES ($1, '') ON CONFLICT (key) DO NOTHING";
            tx.execute(sql, values![LEAVING]).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// Whether the past cases of the demonstration have still to leave the index.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn demo_leaving(&self) -> Result<bool, StoreError> {
        Ok(self.meta_get(LEAVING).await?.is_some())
    }

    /// They have left the index, and their sources (paths) with them.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn demo_left_index(&self, sources: &[String]) -> Result<(), StoreError> {
        self.sources_update(&[], sources).await?;
        self.meta_remove(LEAVING).await
    }

    /// Removes what was made at schools that are invented and not in the directory:
    /// what was still under way while the directory was replaced.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; nothing is changed then.
    pub async fn demo_data_remove(&self, invented: &Directory) -> Result<DemoData, StoreError> {
        let mut tx = self.pool.begin().await?;
        let now = directory::outline(&mut tx).await?.unwrap_or_default();
        let mut gone = DemoData::default();
        if !now.authority.demo {
            for school in trial_schools(&Directory::default(), &now, invented) {
                gone.add(remove(&mut tx, OF_SCHOOL, values![school]).await?);
            }
        }
        if gone == DemoData::default() {
            tx.rollback().await?;
            return Ok(gone);
        }
        retention::leave_traces(&mut tx).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// What of the demonstration stands beside a directory that is none.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn demo_left(&self, invented: &Directory) -> Result<DemoLeft, StoreError> {
        let mut tx = self.pool.snapshot().await?;
        let now = directory::outline(&mut tx).await?.unwrap_or_default();
        let mut left = DemoLeft::default();
        for school in &invented.schools {
            if now.schools.iter().any(|known| known.id == school.id) {
                left.schools.push(school.id.clone());
                continue;
            }
            let sql = "SELECT (SELECT COUNT(*) FROM conversations WHERE school = $1),
                              (SELECT COUNT(*) FROM tickets WHERE school = $1),
                              (SELECT COUNT(*) FROM facts WHERE school = $1)";
            if let Some(row) = tx.row(sql, values![&school.id]).await? {
                left.data.add(DemoData { conversations: row.count(0)?, tickets: row.count(1)?, facts: row.count(2)? });
            }
        }
        for room in &invented.rooms {
            let sql = "SELECT 1 FROM rooms WHERE code = $1 AND name = $2";
            if tx.row(sql, values![&room.code, &room.name]).await?.is_some() {
                left.rooms.push(room.code.clone());
            }
        }
        Ok(left)
    }
}

impl DemoData {
    fn add(&mut self, more: Self) {
        self.conversations += more.conversations;
        self.tickets += more.tickets;
        self.facts += more.facts;
    }
}

impl DemoLeft {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_invented(school: &School, invented: &Directory) -> bool {
    invented.schools.iter().any(|one| one.id == school.id && one.name == school.name)
}

/// Ids of schools that were there for trying out only. One whose id the new directory
/// names is the authority's own, unless it was an invented one until now.
fn trial_schools(old: &Directory, new: &Directory, invented: &Directory) -> Vec<String> {
    let goes_on = |id: &str| new.schools.iter().any(|school| school.id == id);
    let tried = old.schools.iter().filter(|school| old.authority.demo && is_invented(school, invented));
    let replaced = old.schools.iter().filter(|school| old.authority.demo && !goes_on(&school.id));
    let known = invented.schools.iter().filter(|school| !goes_on(&school.id));
    let mut ids: Vec<String> = tried.chain(replaced).chain(known).map(|school| school.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

async fn remove(
    tx: &mut Tx,
    statements: [&'static str; 7],
    of: Vec<super::value::Value>,
) -> Result<DemoData, StoreError> {
    let mut rows = [0; 7];
    for (rows, sql) in rows.iter_mut().zip(statements) {
        *rows = tx.execute(sql, of.clone()).await?;
    }
    let [_, _, _, _, facts, tickets, conversations] = rows;
    Ok(DemoData { conversations, tickets, facts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::school::Room,
        store::{
            Fact, FactKind, TicketFilter,
            tests::{at, conversation, message, ticket},
        },
    };

    fn directory(demo: bool, schools: &[(&str, &str)]) -> Directory {
        let mut directory = Directory::default();
        directory.authority.demo = demo;
        directory.schools = schools
            .iter()
            .map(|(id, name)| School {
                id: (*id).into(),
                name: (*name).into(),
                address: String::new(),
                contacts: vec![],
                sites: vec![],
                origins: vec![],
                placeholders: [].into(),
            })
            .collect();
        directory
    }

    fn invented() -> Directory {
        directory(true, &[("demo-a", "Schule A"), ("demo-b", "Schule B")])
    }

    async fn try_out(store: &Store, school: Option<&str>, name: &str) {
        let mut new = conversation(name);
        new.school = school.map(Into::into);
        new.at = at(20);
        store.conversation_create(&new).await.unwrap();
        store.append(name, Some("1"), vec![message(name)], at(20)).await.unwrap();
        let mut report = ticket(name);
        report.school = school.map(Into::into);
        store.append_with_ticket(Some(name), Some("2"), report, |_| vec![], at(21)).await.unwrap();
        let fact = Fact { school: school.map(Into::into), ..Fact::new(FactKind::Asked, at(20)) };
        store.fact(&fact).await.unwrap();
    }

    async fn left(store: &Store) -> (u64, u64, u64, u64) {
        let sizes = store.sizes().await.unwrap();
        let outbox = store.outbox_counts().await.unwrap();
        (sizes.conversations, sizes.tickets, sizes.facts, outbox.local)
    }

    #[tokio::test]
    async fn what_was_tried_out_goes_with_the_demonstration() {
        let store = Store::in_memory().await.unwrap();
        store.directory_import(&invented(), at(10)).await.unwrap();
        for (school, name) in [(Some("demo-a"), "a"), (Some("demo-b"), "b"), (None, "n")] {
            try_out(&store, school, name).await;
        }
        assert_eq!(left(&store).await, (3, 3, 6, 3));
        let own = directory(false, &[("gs-nord", "Nord")]);
        let gone = store.directory_replace(&own, &invented(), at(30)).await.unwrap();
        assert_eq!(gone, DemoData { conversations: 3, tickets: 3, facts: 6 });
        assert_eq!(left(&store).await, (0, 0, 0, 0));
        assert!(store.demo_leaving().await.unwrap());
        assert!(store.demo_left(&invented()).await.unwrap().is_empty());
        store.demo_left_index(&[]).await.unwrap();
        assert!(!store.demo_leaving().await.unwrap());
        // What was still under way.
        try_out(&store, Some("demo-a"), "late").await;
        try_out(&store, Some("gs-nord"), "own").await;
        assert_eq!(store.demo_left(&invented()).await.unwrap().data.tickets, 1);
        store.demo_data_remove(&invented()).await.unwrap();
        assert!(store.demo_left(&invented()).await.unwrap().is_empty());
        assert_eq!(left(&store).await, (1, 1, 2, 1));
    }

    #[tokio::test]
    async fn nothing_else_is_touched() {
        let store = Store::in_memory().await.unwrap();
        // Somebody worked for weeks with a copy that still says `demo`.
        let copy = directory(true, &[("gs-nord", "Nord"), ("gs-alt", "Alt")]);
        store.directory_import(&copy, at(10)).await.unwrap();
        for (school, name) in [(Some("gs-nord"), "north"), (Some("gs-alt"), "old"), (None, "nobody")] {
            try_out(&store, school, name).await;
        }
        let own = directory(false, &[("gs-nord", "Nord"), ("demo-a", "Eine eigene")]);
        let gone = store.directory_replace(&own, &invented(), at(30)).await.unwrap();
        assert_eq!((gone.conversations, gone.tickets), (1, 1), "only the school that is there no more");
        try_out(&store, Some("demo-a"), "same id").await;
        let again = store.directory_replace(&own, &invented(), at(40)).await.unwrap();
        assert_eq!(again, DemoData::default());
        let tickets = store.tickets(&TicketFilter::default(), 9).await.unwrap();
        let mut schools: Vec<_> = tickets.iter().map(|ticket| ticket.school.as_deref()).collect();
        schools.sort();
        assert_eq!(schools, [None, Some("demo-a"), Some("gs-nord")]);
        // A real directory is no demonstration because one is imported over it: nothing goes.
        let gone = store.directory_replace(&invented(), &invented(), at(50)).await.unwrap();
        assert_eq!(gone, DemoData::default());
    }

    #[tokio::test]
    async fn invented_schools_and_rooms_in_a_real_directory_are_named() {
        let store = Store::in_memory().await.unwrap();
        let mut invented = invented();
        let room = Room {
            code: "A-1".into(),
            school: "demo-a".into(),
            name: "Raum 1".into(),
            site: None,
            maintenance_due: None,
        };
        invented.rooms = vec![room.clone()];
        let mut own = directory(false, &[("gs-nord", "Nord"), ("demo-a", "Schule A")]);
        own.rooms = vec![Room { school: "gs-nord".into(), ..room }];
        store.directory_replace(&own, &invented, at(1)).await.unwrap();
        let left = store.demo_left(&invented).await.unwrap();
        assert_eq!((left.schools, left.rooms), (vec!["demo-a".to_owned()], vec!["A-1".to_owned()]));
    }
}
