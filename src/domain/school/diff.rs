//! What a new directory changes in the present one, in counts and names: shown
//! before it is applied. A device is known again by its inventory or serial number,
//! without one by its room, type and model.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

use serde::Serialize;

use super::{Device, Directory, School, Site};

/// Names kept of what is added, changed or removed, each.
pub const SHOWN: usize = 20;
/// Removing more than this share of the rooms or devices must be meant: one in so many.
const MUCH: usize = 5;

/// What changes in one list. As JSON: the counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    pub added: usize,
    pub changed: usize,
    pub removed: usize,
    /// The first [`SHOWN`] of each of the three.
    #[serde(skip)]
    pub names: Vec<Change>,
}

/// One entry that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Added(String),
    /// Name, and the keys that differ, as in `schools.toml`.
    Changed(String, Vec<String>),
    Removed(String),
}

/// What changes in the whole directory. As JSON: counts by kind, and the authority's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Keys of `[authority]` that differ.
    pub authority: Vec<String>,
    pub managers: Changes,
    pub schools: Changes,
    pub sites: Changes,
    pub rounds: Changes,
    pub rooms: Changes,
    pub devices: Changes,
}

impl Diff {
    #[must_use]
    pub fn between(old: &Directory, new: &Directory) -> Self {
        let schools = |directory: &Directory| -> Vec<_> {
            directory.schools.iter().map(|school| School { sites: Vec::new(), ..school.clone() }).collect()
        };
        Self {
            authority: differing(&old.authority, &new.authority),
            managers: changes(&old.managers, &new.managers, |one| one.id.clone(), |one| titled(&one.name, &one.id)),
            schools: changes(&schools(old), &schools(new), |one| one.id.clone(), |one| titled(&one.name, &one.id)),
            rounds: changes(
                &old.rounds,
                &new.rounds,
                |one| (one.manager.clone(), one.school.clone(), one.site.clone(), one.day),
                |one| format!("{} at {}, {:?}", one.manager, one.school, one.day).to_lowercase(),
            ),
            rooms: changes(&old.rooms, &new.rooms, |one| one.code.clone(), |one| titled(&one.name, &one.code)),
            devices: changes(&old.devices, &new.devices, identity, |one| format!("{} in {}", one.name(), one.room)),
            sites: changes(
                &sites(old),
                &sites(new),
                |one| (one.school.to_owned(), one.site.id.clone()),
                |one| titled(&one.site.name, &format!("{}/{}", one.school, one.site.id)),
            ),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.authority.is_empty() && self.lists().iter().all(|(_, list)| list.names.is_empty())
    }

    /// Name of the list, and what changes in it.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &Changes); 6] {
        [
            ("managers", &self.managers),
            ("schools", &self.schools),
            ("sites", &self.sites),
            ("rounds", &self.rounds),
            ("rooms", &self.rooms),
            ("devices", &self.devices),
        ]
    }

    /// Why this must be meant: more than a fifth of the rooms or devices would go.
    #[must_use]
    pub fn removes_much(&self, old: &Directory) -> Option<String> {
        let lists = [("rooms", &self.rooms, old.rooms.len()), ("devices", &self.devices, old.devices.len())];
        let (name, list, of) = lists.into_iter().find(|(_, list, of)| list.removed * MUCH > *of)?;
        Some(format!("{} of {of} {name} would be removed, more than a fifth", list.removed))
    }
}

impl Device {
    /// For a reader: type, model and number.
    #[must_use]
    pub fn name(&self) -> String {
        let number = if self.inventory.is_empty() { &self.serial } else { &self.inventory };
        let kind = format!("{:?}", self.kind).to_lowercase();
        [kind.as_str(), &self.model, number].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// A site with its school.
#[derive(PartialEq, Serialize)]
struct Placed<'a> {
    school: &'a str,
    #[serde(flatten)]
    site: &'a Site,
}

fn sites(directory: &Directory) -> Vec<Placed<'_>> {
    let schools = directory.schools.iter();
    schools.flat_map(|school| school.sites.iter().map(|site| Placed { school: &school.id, site })).collect()
}

fn titled(name: &str, id: &str) -> String {
    format!("{name} ({id})")
}

/// Number, or what stands for it where there is none.
fn identity(device: &Device) -> (String, String, String) {
    let [inventory, serial] = [&device.inventory, &device.serial].map(|number| number.trim().to_owned());
    if !inventory.is_empty() {
        return (inventory, String::new(), String::new());
    }
    if !serial.is_empty() {
        return (String::new(), serial, String::new());
    }
    (device.room.clone(), format!("{:?}", device.kind), device.model.clone())
}

/// Entries with one key are compared in their order: doubled numbers do occur.
fn changes<T: PartialEq + Serialize, K: Hash + Eq>(
    old: &[T],
    new: &[T],
    key: impl Fn(&T) -> K,
    name: impl Fn(&T) -> String,
) -> Changes {
    let mut before: HashMap<K, VecDeque<&T>> = HashMap::with_capacity(old.len());
    for one in old {
        before.entry(key(one)).or_default().push_back(one);
    }
    let mut found = Changes::default();
    for one in new {
        match before.get_mut(&key(one)).and_then(VecDeque::pop_front) {
            Some(was) if was == one => {}
            Some(was) => {
                found.changed += 1;
                if found.changed <= SHOWN {
                    found.names.push(Change::Changed(name(one), differing(was, one)));
                }
            }
            None => {
                found.added += 1;
                if found.added <= SHOWN {
                    found.names.push(Change::Added(name(one)));
                }
            }
        }
    }
    for one in old {
        if let Some(gone) = before.get_mut(&key(one)).and_then(VecDeque::pop_front) {
            found.removed += 1;
            if found.removed <= SHOWN {
                found.names.push(Change::Removed(name(gone)));
            }
        }
    }
    found
}

/// Keys whose values differ.
fn differing<T: Serialize>(old: &T, new: &T) -> Vec<String> {
    let values = [old, new].map(|one| serde_json::to_value(one).unwrap_or_default());
    let [Some(old), Some(new)] = values.each_ref().map(serde_json::Value::as_object) else { return Vec::new() };
    let keys = new.keys().chain(old.keys().filter(|key| !new.contains_key(*key)));
    keys.filter(|key| old.get(*key) != new.get(*key)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::DeviceType, school::Room};

    fn directory() -> Directory {
        let room = |code: &str| Room {
            code: code.into(),
            school: "gs".into(),
            site: None,
            name: format!("Raum {code}"),
            maintenance_due: None,
        };
        let device = |room: &str, inventory: &str| Device {
            room: room.into(),
            kind: DeviceType::Projector,
            model: "EB".into(),
            serial: String::new(),
            inventory: inventory.into(),
            warranty_until: None,
        };
        Directory {
            rooms: ["1", "2", "3", "4", "5"].map(room).into(),
            devices: [("1", "I1"), ("1", "I1"), ("2", ""), ("2", ""), ("3", "I3")].map(|(r, i)| device(r, i)).into(),
            ..Directory::default()
        }
    }

    #[test]
    fn what_changes_is_counted_and_named() {
        let old = directory();
        assert!(Diff::between(&old, &old).is_empty());
        let mut new = old.clone();
        new.rooms[0].name = "Aula".into();
        new.rooms.remove(4);
        new.devices[4].room = "2".into();
        new.devices.remove(0);
        new.devices.push(Device { inventory: "I9".into(), ..old.devices[0].clone() });
        new.authority.name = "Stadt".into();
        let diff = Diff::between(&old, &new);
        assert_eq!(diff.authority, ["name"]);
        assert_eq!(
            diff.rooms.names,
            [Change::Changed("Aula (1)".into(), vec!["name".into()]), Change::Removed("Raum 5 (5)".into())]
        );
        assert_eq!(
            diff.devices.names,
            [
                Change::Changed("projector EB I3 in 2".into(), vec!["room".into()]),
                Change::Added("projector EB I9 in 1".into()),
                Change::Removed("projector EB I1 in 1".into())
            ]
        );
        let json = serde_json::to_value(&diff).unwrap();
        assert_eq!(json["devices"], serde_json::json!({ "added": 1, "changed": 1, "removed": 1 }));
    }

    #[test]
    fn more_than_a_fifth_must_be_meant() {
        let old = directory();
        let mut new = old.clone();
        new.rooms.remove(4);
        assert_eq!(Diff::between(&old, &new).removes_much(&old), None);
        new.rooms.remove(3);
        let why = Diff::between(&old, &new).removes_much(&old).unwrap();
        assert!(why.contains("2 of 5 rooms"), "{why}");
    }
}
