//! A new directory in the place of the old one, within a transaction: rooms and devices
//! that are as they were are not touched, so that an import with few changes is short
//! and writes little. Devices are compared room by room, in their order.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::super::{
    error::StoreError,
    pool::Tx,
    retention, room_codes,
    value::{Value, name_of, to_json, values},
};
use crate::domain::school::{Device, Directory, Room};

/// Writes what differs. `old` is what the database holds.
pub(in crate::store) async fn apply(
    tx: &mut Tx,
    old: &Directory,
    new: &Directory,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (before, after) = (by_room(&old.devices), by_room(&new.devices));
    let changed = |room: &&str| before.get(room) != after.get(room);
    tx.delete("DELETE FROM devices WHERE room IN", before.keys().copied().filter(changed).map(Value::from)).await?;
    let stay: HashSet<&str> = new.rooms.iter().map(|room| room.code.as_str()).collect();
    let gone = old.rooms.iter().map(|room| room.code.as_str()).filter(|code| !stay.contains(code));
    tx.delete("DELETE FROM rooms WHERE code IN", gone.map(Value::from)).await?;
    let frame = (&old.managers, &old.schools, &old.rounds) != (&new.managers, &new.schools, &new.rounds);
    if frame {
        for sql in ["DELETE FROM rounds", "DELETE FROM sites", "DELETE FROM managers"] {
            tx.execute(sql, vec![]).await?;
        }
        insert_schools(tx, new).await?;
    }
    let was: HashMap<&str, (i64, &Room)> =
        (0_i64..).zip(&old.rooms).map(|(n, room)| (room.code.as_str(), (n, room))).collect();
    let rooms = (0_i64..).zip(&new.rooms);
    let rooms = rooms.filter(|(n, room)| was.get(room.code.as_str()) != Some(&(*n, *room))).map(|(n, room)| {
        let due = room.maintenance_due.map(|day| day.to_string());
        values![&room.code, n, &room.school, &room.site, &room.name, due]
    });
    let head = "INSERT INTO rooms (code, ordinal, school, site, name, maintenance_due)";
    let tail = "ON CONFLICT (code) DO UPDATE SET ordinal = excluded.ordinal, school = excluded.school,
                site = excluded.site, name = excluded.name, maintenance_due = excluded.maintenance_due";
    tx.insert((head, tail), 6, rooms).await?;
    if frame {
        let stay: HashSet<&str> = new.schools.iter().map(|school| school.id.as_str()).collect();
        let gone = old.schools.iter().map(|school| school.id.as_str()).filter(|id| !stay.contains(id));
        tx.delete("DELETE FROM schools WHERE id IN", gone.map(Value::from)).await?;
        insert_frame(tx, new).await?;
    }
    insert_devices(tx, &new.devices, |room| before.get(room) != after.get(room)).await?;
    let sql = "INSERT INTO directory (one, authority, imported_ms) VALUES (1, $1, $2)
               ON CONFLICT (one) DO UPDATE SET authority = excluded.authority, imported_ms = excluded.imported_ms";
    tx.execute(sql, values![to_json(&new.authority)?, at]).await?;
    room_codes::follow(tx).await?;
    if old == new { Ok(()) } else { retention::leave_traces(tx).await }
}

fn by_room(devices: &[Device]) -> HashMap<&str, Vec<&Device>> {
    let mut rooms: HashMap<&str, Vec<&Device>> = HashMap::new();
    for device in devices {
        rooms.entry(&device.room).or_default().push(device);
    }
    rooms
}

/// After all that are there: only the order within a room counts.
async fn insert_devices(tx: &mut Tx, devices: &[Device], of: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    let row = tx.row("SELECT COALESCE(MAX(ordinal), -1) FROM devices", vec![]).await?;
    let last: i64 = row.map_or(Ok(-1), |row| row.get(0))?;
    let devices = devices.iter().filter(|device| of(&device.room));
    let rows: Vec<Vec<Value>> = (last + 1..)
        .zip(devices)
        .map(|(ordinal, one)| {
            let kind = name_of(&one.kind)?;
            let warranty = one.warranty_until.map(|day| day.to_string());
            Ok(values![ordinal, &one.room, kind, &one.model, &one.serial, &one.inventory, warranty])
        })
        .collect::<Result<_, StoreError>>()?;
    let head = "INSERT INTO devices (ordinal, room, kind, model, serial, inventory, warranty_until)";
    tx.insert((head, ""), 7, rows.into_iter()).await
}

/// New ones and those that stay; rooms refer to them.
async fn insert_schools(tx: &mut Tx, new: &Directory) -> Result<(), StoreError> {
    let schools: Vec<Vec<Value>> = (0_i64..)
        .zip(&new.schools)
        .map(|(n, s)| {
            let (contacts, origins) = (to_json(&s.contacts)?, to_json(&s.origins)?);
            Ok(values![&s.id, n, &s.name, &s.address, contacts, origins, to_json(&s.placeholders)?])
        })
        .collect::<Result<_, StoreError>>()?;
    let head = "INSERT INTO schools (id, ordinal, name, address, contacts, origins, placeholders)";
    let tail = "ON CONFLICT (id) DO UPDATE SET ordinal = excluded.ordinal, name = excluded.name,
                address = excluded.address, contacts = excluded.contacts, origins = excluded.origins,
                placeholders = excluded.placeholders";
    tx.insert((head, tail), 7, schools.into_iter()).await
}

/// Managers, sites and rounds: few, and written anew where one of them changes.
async fn insert_frame(tx: &mut Tx, new: &Directory) -> Result<(), StoreError> {
    let managers: Vec<Vec<Value>> = (0_i64..)
        .zip(&new.managers)
        .map(|(n, m)| Ok(values![&m.id, n, &m.name, &m.substitute, to_json(&m.absences)?]))
        .collect::<Result<_, StoreError>>()?;
    tx.insert(("INSERT INTO managers (id, ordinal, name, substitute, absences)", ""), 5, managers.into_iter()).await?;
    let sites = new.schools.iter().flat_map(|school| school.sites.iter().map(move |site| (school, site)));
    let sites = (0_i64..).zip(sites).map(|(n, (school, s))| values![&school.id, &s.id, n, &s.name, &s.address]);
    tx.insert(("INSERT INTO sites (school, id, ordinal, name, address)", ""), 5, sites).await?;
    let rounds: Vec<Vec<Value>> = (0_i64..)
        .zip(&new.rounds)
        .map(|(n, r)| Ok(values![n, &r.manager, &r.school, to_json(r)?]))
        .collect::<Result<_, StoreError>>()?;
    tx.insert(("INSERT INTO rounds (ordinal, manager, school, body)", ""), 4, rounds.into_iter()).await
}
