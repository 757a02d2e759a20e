//! The codes on the walls. A room's code in the directory names it for good, and opens
//! its chat until it is renewed; from then on only the code that was issued last does.
//!
//! Issued codes outlive imports. The same file finds its rooms by their codes; where a
//! room's code in the file changed, school and name find it. A code in the file that is
//! neither the one it had nor one that was issued is a decision of the authority's: it
//! opens the room, and what was issued stops. What has stopped never opens that room
//! again; a file may give it to another one.

use jiff::Timestamp;

use super::{
    Store,
    directory::{self, RoomEntry},
    error::StoreError,
    pool::Tx,
    value::values,
};
use crate::domain::school::Room;

/// What a code does.
#[derive(Clone, Debug, PartialEq)]
pub enum CodeState {
    /// It opens this room's chat.
    Opens(RoomEntry),
    /// It did, and was renewed.
    Stopped,
    Unknown,
}

/// A room and the code that opens it.
#[derive(Clone, Debug, PartialEq)]
pub struct CodedRoom {
    pub room: Room,
    /// `None` where the code in the directory has stopped and no other was issued.
    pub code: Option<String>,
}

impl Store {
    /// What a code does, in exactly this spelling.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn room_code(&self, code: &str) -> Result<CodeState, StoreError> {
        let row = self.pool.row("SELECT valid, room FROM room_codes WHERE code = $1", values![code]).await?;
        let room = match row {
            Some(row) if row.get::<i64>(0)? == 0 => return Ok(CodeState::Stopped),
            Some(row) => self.room(&row.get::<String>(1)?).await?,
            None => self.room(code).await?,
        };
        Ok(room.map_or(CodeState::Unknown, CodeState::Opens))
    }

    /// The rooms of a school with their codes, in the directory's order.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn rooms_coded(&self, school: &str) -> Result<Vec<CodedRoom>, StoreError> {
        let sql = "SELECT r.code, r.school, r.site, r.name, r.maintenance_due,
                          (SELECT MAX(c.code) FROM room_codes c WHERE c.room = r.code AND c.valid = 1),
                          (SELECT COUNT(*) FROM room_codes s WHERE s.code = r.code)
                   FROM rooms r WHERE r.school = $1 ORDER BY r.ordinal";
        let rows = self.pool.rows(sql, values![school]).await?;
        rows.iter()
            .map(|row| {
                let room = directory::room(row)?;
                let own = (row.count(6)? == 0).then(|| room.code.clone());
                Ok(CodedRoom { code: row.get::<Option<String>>(5)?.or(own), room })
            })
            .collect()
    }

    /// Gives rooms (by their codes in the directory) new codes; those that opened them
    /// stop with the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a code that is in use; else if the database fails.
    /// Nothing is changed then.
    pub async fn room_codes_renew(&self, new: &[(String, String)], at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for (room, code) in new {
            let taken = "SELECT 1 FROM rooms WHERE code = $1 UNION SELECT 1 FROM room_codes WHERE code = $1";
            if tx.row(taken, values![code]).await?.is_some() {
                return Err(StoreError::Conflict);
            }
            tx.execute("UPDATE room_codes SET valid = 0 WHERE room = $1", values![room]).await?;
            let sql = "INSERT INTO room_codes (code, room, school, name, valid, at_ms)
                       SELECT code, code, school, name, 0, CAST($2 AS BIGINT) FROM rooms WHERE code = $1
                       ON CONFLICT (code) DO NOTHING";
            tx.execute(sql, values![room, at]).await?;
            let sql = "INSERT INTO room_codes (code, room, school, name, valid, at_ms)
                       SELECT CAST($3 AS TEXT), code, school, name, 1, CAST($2 AS BIGINT) FROM rooms WHERE code = $1";
            tx.execute(sql, values![room, at, code]).await?;
        }
        tx.commit().await
    }
}

/// Lets the issued codes follow their rooms into a new directory.
pub(super) async fn follow(tx: &mut Tx) -> Result<(), StoreError> {
    for sql in [
        // The file calls the room otherwise now.
        "UPDATE room_codes SET room = (SELECT MAX(r.code) FROM rooms r
                                       WHERE r.school = room_codes.school AND r.name = room_codes.name)
         WHERE NOT EXISTS (SELECT 1 FROM rooms r WHERE r.code = room_codes.room)
           AND (SELECT COUNT(*) FROM rooms r
                WHERE r.school = room_codes.school AND r.name = room_codes.name) = 1",
        "UPDATE room_codes SET
             school = (SELECT r.school FROM rooms r WHERE r.code = room_codes.room),
             name = (SELECT r.name FROM rooms r WHERE r.code = room_codes.room)
         WHERE EXISTS (SELECT 1 FROM rooms r WHERE r.code = room_codes.room)",
        // The file gives a code to another room.
        "DELETE FROM room_codes WHERE EXISTS
             (SELECT 1 FROM rooms r WHERE r.code = room_codes.code AND r.code <> room_codes.room)",
        // The file has a code that the room never had.
        "UPDATE room_codes SET valid = 0 WHERE valid = 1 AND EXISTS
             (SELECT 1 FROM rooms r WHERE r.code = room_codes.room
              AND NOT EXISTS (SELECT 1 FROM room_codes o WHERE o.code = r.code))",
    ] {
        tx.execute(sql, vec![]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::school::{Directory, School},
        store::tests::at,
    };

    fn directory(rooms: &[(&str, &str)]) -> Directory {
        let school = School {
            id: "gs".into(),
            name: "GS".into(),
            address: String::new(),
            contacts: vec![],
            sites: vec![],
            origins: vec![],
            placeholders: [].into(),
        };
        let room = |(code, name): &(&str, &str)| Room {
            code: (*code).into(),
            school: "gs".into(),
            site: None,
            name: (*name).into(),
            maintenance_due: None,
        };
        Directory { schools: vec![school], rooms: rooms.iter().map(room).collect(), ..Directory::default() }
    }

    /// The name of the room that a code opens, `-` where it has stopped, `?` where nobody knows it.
    async fn opens(store: &Store, codes: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for code in codes {
            found.push(match store.room_code(code).await.unwrap() {
                CodeState::Opens(entry) => entry.room.name,
                CodeState::Stopped => "-".into(),
                CodeState::Unknown => "?".into(),
            });
        }
        found
    }

    async fn renew(store: &Store, room: &str, code: &str) {
        store.room_codes_renew(&[(room.into(), code.into())], at(2)).await.unwrap();
    }

    #[tokio::test]
    async fn old_codes_stop_at_once_and_the_same_file_changes_nothing() {
        let store = Store::in_memory().await.unwrap();
        let file = directory(&[("GE-1", "101"), ("GE-2", "102")]);
        store.directory_import(&file, at(1)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "GE-2", "X"]).await, ["101", "102", "?"]);
        renew(&store, "GE-1", "AAA").await;
        assert_eq!(opens(&store, &["GE-1", "AAA", "GE-2"]).await, ["-", "101", "102"]);
        renew(&store, "GE-1", "BBB").await;
        let expected = ["-", "-", "101", "102"];
        assert_eq!(opens(&store, &["GE-1", "AAA", "BBB", "GE-2"]).await, expected);
        store.directory_import(&file, at(3)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "AAA", "BBB", "GE-2"]).await, expected);
        let codes: Vec<_> = store.rooms_coded("gs").await.unwrap().into_iter().map(|room| room.code).collect();
        assert_eq!(codes, [Some("BBB".to_owned()), Some("GE-2".to_owned())]);
        let taken = store.room_codes_renew(&[("GE-2".into(), "AAA".into())], at(4)).await;
        assert!(matches!(taken, Err(StoreError::Conflict)));
        // Reports and devices go on naming the room as the directory does.
        assert_eq!(store.room("GE-1").await.unwrap().unwrap().room.name, "101");
    }

    #[tokio::test]
    async fn codes_follow_their_rooms_into_a_changed_file() {
        let store = Store::in_memory().await.unwrap();
        store.directory_import(&directory(&[("GE-1", "101"), ("GE-2", "102")]), at(1)).await.unwrap();
        renew(&store, "GE-1", "AAA").await;
        // The room has another name.
        store.directory_import(&directory(&[("GE-1", "Aula"), ("GE-2", "102")]), at(3)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "AAA"]).await, ["-", "Aula"]);
        // The issued code was taken over into the file.
        store.directory_import(&directory(&[("AAA", "Aula"), ("GE-2", "102")]), at(4)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "AAA"]).await, ["-", "Aula"]);
        // It is gone, and comes back.
        store.directory_import(&directory(&[("GE-2", "102")]), at(5)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "AAA"]).await, ["-", "?"]);
        store.directory_import(&directory(&[("AAA", "Aula"), ("GE-2", "102")]), at(6)).await.unwrap();
        renew(&store, "AAA", "BBB").await;
        assert_eq!(opens(&store, &["GE-1", "AAA", "BBB"]).await, ["-", "-", "Aula"]);
        // The authority thinks up a code of its own.
        store.directory_import(&directory(&[("NEW", "Aula"), ("GE-2", "102")]), at(7)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "AAA", "BBB", "NEW"]).await, ["-", "-", "-", "Aula"]);
        // And gives an old one to another room.
        store.directory_import(&directory(&[("NEW", "Aula"), ("GE-1", "102")]), at(8)).await.unwrap();
        assert_eq!(opens(&store, &["GE-1", "NEW"]).await, ["102", "Aula"]);
    }
}
