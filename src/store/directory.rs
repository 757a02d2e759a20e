//! The school directory: replaced whole or not at all, looked up by school,
//! room and device number. Operator data; nothing here is indexed for search.

use jiff::Timestamp;

use super::{
    Store,
    error::StoreError,
    pool::Tx,
    retention,
    value::{Row, Value, name_of, to_json, values},
};
use crate::domain::school::{Authority, Device, Directory, Manager, Room, Round, School, Site};

/// A room with what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomEntry {
    pub room: Room,
    pub devices: Vec<Device>,
}

const SCHOOLS: &str = "SELECT id, name, address, contacts, origins, placeholders FROM schools ORDER BY ordinal";
const SITES: &str = "SELECT school, id, name, address FROM sites ORDER BY ordinal";
const MANAGERS: &str = "SELECT id, name, substitute, absences FROM managers ORDER BY ordinal";
const ROUNDS: &str = "SELECT body FROM rounds ORDER BY ordinal";
const ROOMS: &str = "SELECT code, school, site, name FROM rooms ORDER BY ordinal";
const DEVICES: &str = "SELECT room, kind, model, serial, inventory, warranty_until FROM devices ORDER BY ordinal";

impl Store {
    /// Replaces the whole directory in one transaction; readers see the old one
    /// until the new one is complete. The directory must have passed
    /// [`Directory::check`].
    ///
    /// # Errors
    /// [`StoreError`] if the database fails or an entry names what is not there;
    /// the old directory then stays.
    pub async fn directory_import(&self, new: &Directory, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for sql in [
            "DELETE FROM devices",
            "DELETE FROM rooms",
            "DELETE FROM rounds",
            "DELETE FROM sites",
            "DELETE FROM schools",
            "DELETE FROM managers",
            "DELETE FROM directory",
        ] {
            tx.execute(sql, vec![]).await?;
        }
        let sql = "INSERT INTO directory (one, authority, imported_ms) VALUES (1, $1, $2)";
        tx.execute(sql, values![to_json(&new.authority)?, at]).await?;
        insert_people_and_places(&mut tx, new).await?;
        let rooms = (0_i64..).zip(&new.rooms).map(|(n, r)| values![&r.code, n, &r.school, &r.site, &r.name]);
        tx.insert(("INSERT INTO rooms (code, ordinal, school, site, name)", ""), 5, rooms).await?;
        let devices: Vec<Vec<Value>> =
            (0_i64..).zip(&new.devices).map(|(n, device)| device_values(n, device)).collect::<Result<_, _>>()?;
        let head = "INSERT INTO devices (ordinal, room, kind, model, serial, inventory, warranty_until)";
        tx.insert((head, ""), 7, devices.into_iter()).await?;
        retention::leave_traces(&mut tx).await?;
        tx.commit().await
    }

    /// The whole directory; `None` before the first import.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn directory(&self) -> Result<Option<Directory>, StoreError> {
        let mut tx = self.pool.snapshot().await?;
        let Some(outline) = outline(&mut tx).await? else { return Ok(None) };
        Ok(Some(Directory {
            rooms: tx.rows(ROOMS, vec![]).await?.iter().map(room).collect::<Result<_, _>>()?,
            devices: tx.rows(DEVICES, vec![]).await?.iter().map(device).collect::<Result<_, _>>()?,
            ..outline
        }))
    }

    /// The directory without rooms and devices: small, and enough for service
    /// hours, hotline and the next visit.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn directory_outline(&self) -> Result<Option<Directory>, StoreError> {
        outline(&mut self.pool.snapshot().await?).await
    }

    /// When the directory was imported.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn directory_imported(&self) -> Result<Option<Timestamp>, StoreError> {
        self.pool.row("SELECT imported_ms FROM directory", vec![]).await?.map(|row| row.time(0)).transpose()
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn school(&self, id: &str) -> Result<Option<School>, StoreError> {
        let mut tx = self.pool.snapshot().await?;
        let sql = "SELECT id, name, address, contacts, origins, placeholders FROM schools WHERE id = $1";
        let Some(row) = tx.row(sql, values![id]).await? else { return Ok(None) };
        let sql = "SELECT school, id, name, address FROM sites WHERE school = $1 ORDER BY ordinal";
        let sites = tx.rows(sql, values![id]).await?.iter().map(site).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(School { sites: sites.into_iter().map(|(_, site)| site).collect(), ..school(&row)? }))
    }

    /// The rooms of a school, in the directory's order.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn rooms(&self, school: &str) -> Result<Vec<Room>, StoreError> {
        let sql = "SELECT code, school, site, name FROM rooms WHERE school = $1 ORDER BY ordinal";
        self.pool.rows(sql, values![school]).await?.iter().map(room).collect()
    }

    /// A room by its code, with its devices.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn room(&self, code: &str) -> Result<Option<RoomEntry>, StoreError> {
        let mut tx = self.pool.snapshot().await?;
        let sql = "SELECT code, school, site, name FROM rooms WHERE code = $1";
        let Some(row) = tx.row(sql, values![code]).await? else { return Ok(None) };
        let sql = "SELECT room, kind, model, serial, inventory, warranty_until FROM devices
                   WHERE room = $1 ORDER BY ordinal";
        let devices = tx.rows(sql, values![code]).await?.iter().map(device).collect::<Result<_, _>>()?;
        Ok(Some(RoomEntry { room: room(&row)?, devices }))
    }

    /// Devices with that serial or inventory number; none for an empty one.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn devices_numbered(&self, number: &str) -> Result<Vec<Device>, StoreError> {
        if number.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT room, kind, model, serial, inventory, warranty_until FROM devices
                   WHERE serial = $1 OR inventory = $1 ORDER BY ordinal";
        self.pool.rows(sql, values![number]).await?.iter().map(device).collect()
    }

    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn managers(&self) -> Result<Vec<Manager>, StoreError> {
        self.pool.rows(MANAGERS, vec![]).await?.iter().map(manager).collect()
    }

    /// The rounds that come to a school.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn rounds(&self, school: &str) -> Result<Vec<Round>, StoreError> {
        let sql = "SELECT body FROM rounds WHERE school = $1 ORDER BY ordinal";
        self.pool.rows(sql, values![school]).await?.iter().map(|row| row.json(0, "round")).collect()
    }
}

async fn insert_people_and_places(tx: &mut Tx, new: &Directory) -> Result<(), StoreError> {
    let managers: Vec<Vec<Value>> = (0_i64..)
        .zip(&new.managers)
        .map(|(n, m)| Ok(values![&m.id, n, &m.name, &m.substitute, to_json(&m.absences)?]))
        .collect::<Result<_, StoreError>>()?;
    tx.insert(("INSERT INTO managers (id, ordinal, name, substitute, absences)", ""), 5, managers.into_iter()).await?;
    let schools: Vec<Vec<Value>> = (0_i64..)
        .zip(&new.schools)
        .map(|(n, s)| {
            let (contacts, origins) = (to_json(&s.contacts)?, to_json(&s.origins)?);
            Ok(values![&s.id, n, &s.name, &s.address, contacts, origins, to_json(&s.placeholders)?])
        })
        .collect::<Result<_, StoreError>>()?;
    let head = "INSERT INTO schools (id, ordinal, name, address, contacts, origins, placeholders)";
    tx.insert((head, ""), 7, schools.into_iter()).await?;
    let sites = new.schools.iter().flat_map(|school| school.sites.iter().map(move |site| (school, site)));
    let sites = (0_i64..).zip(sites).map(|(n, (school, s))| values![&school.id, &s.id, n, &s.name, &s.address]);
    tx.insert(("INSERT INTO sites (school, id, ordinal, name, address)", ""), 5, sites).await?;
    let rounds: Vec<Vec<Value>> = (0_i64..)
        .zip(&new.rounds)
        .map(|(n, r)| Ok(values![n, &r.manager, &r.school, to_json(r)?]))
        .collect::<Result<_, StoreError>>()?;
    tx.insert(("INSERT INTO rounds (ordinal, manager, school, body)", ""), 4, rounds.into_iter()).await
}

async fn outline(tx: &mut Tx) -> Result<Option<Directory>, StoreError> {
    let Some(row) = tx.row("SELECT authority FROM directory", vec![]).await? else { return Ok(None) };
    let authority: Authority = row.json(0, "authority")?;
    let mut sites = tx.rows(SITES, vec![]).await?.iter().map(site).collect::<Result<Vec<_>, _>>()?;
    let mut schools = tx.rows(SCHOOLS, vec![]).await?.iter().map(school).collect::<Result<Vec<_>, _>>()?;
    for school in &mut schools {
        school.sites = sites.extract_if(.., |(of, _)| *of == school.id).map(|(_, site)| site).collect();
    }
    Ok(Some(Directory {
        authority,
        schools,
        managers: tx.rows(MANAGERS, vec![]).await?.iter().map(manager).collect::<Result<_, _>>()?,
        rounds: tx.rows(ROUNDS, vec![]).await?.iter().map(|row| row.json(0, "round")).collect::<Result<_, _>>()?,
        ..Directory::default()
    }))
}

fn device_values(ordinal: i64, device: &Device) -> Result<Vec<Value>, StoreError> {
    let kind = name_of(&device.kind)?;
    let warranty = device.warranty_until.map(|day| day.to_string());
    Ok(values![ordinal, &device.room, kind, &device.model, &device.serial, &device.inventory, warranty])
}

fn school(row: &Row) -> Result<School, StoreError> {
    Ok(School {
        id: row.get(0)?,
        name: row.get(1)?,
        address: row.get(2)?,
        contacts: row.json(3, "list of contacts")?,
        sites: Vec::new(),
        origins: row.json(4, "list of origins")?,
        placeholders: row.json(5, "table of placeholders")?,
    })
}

/// A site, and the school it belongs to.
fn site(row: &Row) -> Result<(String, Site), StoreError> {
    Ok((row.get(0)?, Site { id: row.get(1)?, name: row.get(2)?, address: row.get(3)? }))
}

fn manager(row: &Row) -> Result<Manager, StoreError> {
    Ok(Manager {
        id: row.get(0)?,
        name: row.get(1)?,
        substitute: row.get(2)?,
        absences: row.json(3, "list of absences")?,
    })
}

fn room(row: &Row) -> Result<Room, StoreError> {
    Ok(Room { code: row.get(0)?, school: row.get(1)?, site: row.get(2)?, name: row.get(3)? })
}

fn device(row: &Row) -> Result<Device, StoreError> {
    let warranty: Option<String> = row.get(5)?;
    Ok(Device {
        room: row.get(0)?,
        kind: row.name(1, "device type")?,
        model: row.get(2)?,
        serial: row.get(3)?,
        inventory: row.get(4)?,
        warranty_until: warranty
            .map(|day| day.parse().map_err(|_| StoreError::Damaged { what: "date", column: 5 }))
            .transpose()?,
    })
}
