//! Rows of a table to entries of the directory. A value that cannot be read is a
//! fault, and the entry goes on without it, so that the rest is checked as well.
//! A column that the table does not have leaves what is there.

use std::collections::HashMap;

use super::{
    faults::Placed,
    table::{Row, Table},
    values,
};
use crate::domain::{
    document::DeviceType,
    school::{Device, Manager, Room, Round, School, Site},
};

/// A row being read.
pub(super) struct Reading<'t, 'a> {
    pub(super) table: &'t Table<'a>,
    pub(super) row: &'t Row,
    pub(super) faults: &'t mut Vec<Placed>,
}

impl Reading<'_, '_> {
    fn text(&self, field: &str) -> String {
        self.table.get(self.row, field).unwrap_or_default().to_owned()
    }

    fn text_or(&self, field: &str, old: Option<&String>) -> String {
        match self.table.get(self.row, field) {
            Some(value) => value.to_owned(),
            None => old.cloned().unwrap_or_default(),
        }
    }

    /// Something that must be there.
    fn needed(&mut self, field: &str) -> String {
        let value = self.text(field);
        if value.is_empty() {
            self.fault(field, format!("the {} has no {field}", self.table.kind.name()));
        }
        value
    }

    fn optional(&self, field: &str) -> Option<String> {
        Some(self.text(field)).filter(|value| !value.is_empty())
    }

    pub(super) fn fault(&mut self, field: &str, message: String) {
        self.faults.push(self.table.fault(self.row.line, field, message));
    }

    fn parsed<T>(&mut self, field: &str, parse: fn(&str) -> Result<T, String>) -> Option<T> {
        let value = self.table.get(self.row, field)?;
        parse(value).map_err(|message| self.fault(field, message)).ok()
    }

    pub(super) fn manager(&mut self, present: &HashMap<&str, &Manager>) -> Manager {
        let id = self.needed("id");
        let old = present.get(id.as_str());
        let has = |field| self.table.get(self.row, field).is_some();
        let substitute =
            if has("substitute") { self.optional("substitute") } else { old.and_then(|old| old.substitute.clone()) };
        let absences = self.parsed("absences", values::ranges);
        Manager {
            name: self.needed("name"),
            substitute,
            absences: absences.unwrap_or_else(|| old.map(|old| old.absences.clone()).unwrap_or_default()),
            id,
        }
    }

    /// With the sites that it has.
    pub(super) fn school(&mut self, present: &HashMap<&str, &School>) -> School {
        let id = self.needed("id");
        let old = present.get(id.as_str());
        let list = |field: &str, old: Option<&Vec<String>>| match self.table.get(self.row, field) {
            Some(value) => {
                value.split([';', '|', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(Into::into).collect()
            }
            None => old.cloned().unwrap_or_default(),
        };
        let mut placeholders = old.map(|old| old.placeholders.clone()).unwrap_or_default();
        for (key, at) in &self.table.placeholders {
            match self.row.column(*at) {
                "" => placeholders.remove(key),
                value => placeholders.insert(key.clone(), value.to_owned()),
            };
        }
        School {
            address: self.text_or("address", old.map(|old| &old.address)),
            contacts: list("contacts", old.map(|old| &old.contacts)),
            origins: list("origins", old.map(|old| &old.origins)),
            sites: old.map(|old| old.sites.clone()).unwrap_or_default(),
            placeholders,
            name: self.needed("name"),
            id,
        }
    }

    /// A site, and the school it belongs to.
    pub(super) fn site(&mut self, present: &HashMap<(&str, &str), &Site>) -> (String, Site) {
        let (school, id) = (self.needed("school"), self.needed("id"));
        let old = present.get(&(school.as_str(), id.as_str()));
        let address = self.text_or("address", old.map(|old| &old.address));
        (school, Site { name: self.needed("name"), address, id })
    }

    pub(super) fn round(&mut self) -> Round {
        Round {
            manager: self.needed("manager"),
            school: self.needed("school"),
            site: self.optional("site"),
            day: self.parsed("day", values::day_opt).flatten(),
            every: self.parsed("every", values::every).unwrap_or_default(),
            starting: self.parsed("starting", values::date_opt).flatten(),
            except: self.parsed("except", values::dates).unwrap_or_default(),
            also: self.parsed("also", values::dates).unwrap_or_default(),
        }
    }

    /// Of `school` only, where one is given.
    pub(super) fn room(&mut self, present: &HashMap<&str, &Room>, school: Option<&str>) -> Room {
        let code = self.needed("code");
        let old = present.get(code.as_str());
        let due = match self.table.get(self.row, "maintenance_due") {
            Some(_) => self.parsed("maintenance_due", values::date_opt).flatten(),
            None => old.and_then(|old| old.maintenance_due),
        };
        Room {
            school: self.school_of(school).unwrap_or_else(|| self.needed("school")),
            site: match self.table.get(self.row, "site") {
                Some(_) => self.optional("site"),
                None => old.and_then(|old| old.site.clone()),
            },
            name: self.needed("name"),
            maintenance_due: due,
            code,
        }
    }

    /// The school that a row is about, where the table or the caller names one.
    fn school_of(&mut self, only: Option<&str>) -> Option<String> {
        let said = self.optional("school");
        if let (Some(said), Some(only)) = (&said, only)
            && said != only
        {
            self.fault("school", format!("the row is of {said:?}, but only {only:?} is to be imported"));
        }
        only.map(Into::into).or(said)
    }

    /// Its room is named by code, or by name where the school is known.
    pub(super) fn device(&mut self, rooms: &Rooms<'_>, only: Option<&str>) -> Device {
        let school = self.school_of(only);
        let mut room = self.needed("room");
        match rooms.by_code.get(room.as_str()) {
            Some(of) if school.as_deref().is_some_and(|school| school != *of) => {
                let message = format!("the room {room:?} is one of {of:?}, not of {:?}", school.unwrap_or_default());
                self.fault("room", message);
            }
            Some(_) => {}
            None => {
                if let Some(school) = &school
                    && let Some(code) = rooms.by_name.get(&(school.as_str(), room.as_str()))
                {
                    (*code).clone_into(&mut room);
                }
            }
        }
        Device {
            room,
            kind: self.parsed("type", values::device).unwrap_or(DeviceType::Other),
            model: self.text("model"),
            serial: self.text("serial"),
            inventory: self.text("inventory"),
            warranty_until: self.parsed("warranty_until", values::date_opt).flatten(),
        }
    }
}

/// The rooms that devices may stand in.
pub(super) struct Rooms<'a> {
    /// Code to school.
    pub(super) by_code: HashMap<&'a str, &'a str>,
    /// School and name to code; a name that stands twice in a school is none.
    pub(super) by_name: HashMap<(&'a str, &'a str), &'a str>,
}

impl<'a> Rooms<'a> {
    pub(super) fn of(rooms: &'a [Room]) -> Self {
        let mut by_name = HashMap::with_capacity(rooms.len());
        let mut doubled = Vec::new();
        for room in rooms {
            if by_name.insert((room.school.as_str(), room.name.as_str()), room.code.as_str()).is_some() {
                doubled.push((room.school.as_str(), room.name.as_str()));
            }
        }
        for name in doubled {
            by_name.remove(&name);
        }
        Self { by_code: rooms.iter().map(|room| (room.code.as_str(), room.school.as_str())).collect(), by_name }
    }
}
