//! The school directory: replaced whole or not at all (`apply`), looked up by school,
//! room and device number. Operator data; nothing here is indexed for search.

mod apply;

use jiff::{Timestamp, civil::Date};

pub(super) use self::apply::apply;
use super::{
    Store,
    error::StoreError,
    pool::Tx,
    value::{Row, values},
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
const ROOMS: &str = "SELECT code, school, site, name, maintenance_due FROM rooms ORDER BY ordinal";
const DEVICES: &str = "SELECT d.room, d.kind, d.model, d.serial, d.inventory, d.warranty_until
                       FROM devices d JOIN rooms r ON r.code = d.room ORDER BY r.ordinal, d.ordinal";

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
        let old = whole(&mut tx).await?.unwrap_or_default();
        apply(&mut tx, &old, new, at).await?;
        tx.commit().await
    }

    /// The whole directory; `None` before the first import. Devices stand by their rooms.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn directory(&self) -> Result<Option<Directory>, StoreError> {
        whole(&mut self.pool.snapshot().await?).await
    }

    /// The whole directory and when it was imported, of one moment.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn directory_dated(&self) -> Result<Option<(Directory, Timestamp)>, StoreError> {
        let mut tx = self.pool.snapshot().await?;
        Ok(whole(&mut tx).await?.zip(imported(&mut tx).await?))
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
        let sql = "SELECT code, school, site, name, maintenance_due FROM rooms WHERE school = $1 ORDER BY ordinal";
        self.pool.rows(sql, values![school]).await?.iter().map(room).collect()
    }

    /// A room by its code, with its devices.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn room(&self, code: &str) -> Result<Option<RoomEntry>, StoreError> {
        let mut tx = self.pool.snapshot().await?;
        let sql = "SELECT code, school, site, name, maintenance_due FROM rooms WHERE code = $1";
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

/// When the present directory was imported.
pub(super) async fn imported(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    tx.row("SELECT imported_ms FROM directory", vec![]).await?.map(|row| row.time(0)).transpose()
}

/// With rooms and devices.
pub(super) async fn whole(tx: &mut Tx) -> Result<Option<Directory>, StoreError> {
    let Some(outline) = outline(tx).await? else { return Ok(None) };
    Ok(Some(Directory {
        rooms: tx.rows(ROOMS, vec![]).await?.iter().map(room).collect::<Result<_, _>>()?,
        devices: tx.rows(DEVICES, vec![]).await?.iter().map(device).collect::<Result<_, _>>()?,
        ..outline
    }))
}

/// The directory without rooms and devices.
pub(super) async fn outline(tx: &mut Tx) -> Result<Option<Directory>, StoreError> {
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

pub(super) fn room(row: &Row) -> Result<Room, StoreError> {
    Ok(Room {
        code: row.get(0)?,
        school: row.get(1)?,
        site: row.get(2)?,
        name: row.get(3)?,
        maintenance_due: day(row, 4)?,
    })
}

fn device(row: &Row) -> Result<Device, StoreError> {
    Ok(Device {
        room: row.get(0)?,
        kind: row.name(1, "device type")?,
        model: row.get(2)?,
        serial: row.get(3)?,
        inventory: row.get(4)?,
        warranty_until: day(row, 5)?,
    })
}

fn day(row: &Row, column: usize) -> Result<Option<Date>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|day| day.parse().map_err(|_| StoreError::Damaged { what: "date", column })).transpose()
}
