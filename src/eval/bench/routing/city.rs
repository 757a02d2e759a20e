//! A city that does not exist: schools on rounds of campus managers, rooms, devices. The
//! same seed gives the same city.

use std::collections::HashMap;

use jiff::civil::{Date, date, time};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::Plan;
use crate::domain::{
    document::DeviceType,
    school::{Authority, Day, Device, Directory, Every, Manager, Room, Round, School, ServiceHours, Site},
};

/// Schools of one campus manager, as in Dortmund.
const ROUND: usize = 12;
const DAYS: [Day; 5] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
/// These days in the first week of a fortnight.
const FIRST: [Date; 5] = [date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 8), date(2026, 1, 9)];
/// Mostly iPads, as everywhere.
const KINDS: [(DeviceType, &str); 8] = [
    (DeviceType::Ipad, "iPad 9"),
    (DeviceType::Ipad, "iPad 10"),
    (DeviceType::Ipad, "iPad Air"),
    (DeviceType::Projector, "Epson EB-L200F"),
    (DeviceType::Board, "Promethean ActivPanel 9"),
    (DeviceType::Appletv, "Apple TV 4K"),
    (DeviceType::Camera, "ELMO MO-2"),
    (DeviceType::Printer, "Kyocera M2540"),
];

/// The directory, and chance.
pub struct City {
    pub directory: Directory,
    schools: HashMap<String, String>,
    rng: StdRng,
}

impl City {
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let school_of = |n: usize| format!("schule-{:03}", n % plan.schools);
        let manager_of = |n: usize| format!("manager-{:02}", n % plan.schools / ROUND);
        let days = DAYS.to_vec();
        let managers = plan.schools.div_ceil(ROUND);
        let directory = Directory {
            authority: Authority {
                name: "Stadt ohne Ort".into(),
                helpdesk: "Schul-IT".into(),
                land: "NW".into(),
                service_hours: vec![ServiceHours { days, from: time(8, 0, 0, 0), to: time(16, 0, 0, 0) }],
                ..Authority::default()
            },
            managers: (0..managers)
                .map(|n| Manager {
                    id: manager_of(n * ROUND),
                    name: format!("Manager {n}"),
                    substitute: (n > 0).then(|| manager_of((n - 1) * ROUND)),
                    absences: vec![],
                })
                .collect(),
            schools: (0..plan.schools)
                .map(|n| School {
                    id: school_of(n),
                    name: format!("Schule {n}"),
                    address: format!("Weg {n}"),
                    contacts: vec![],
                    sites: vec![Site { id: "haus".into(), name: "Haupthaus".into(), address: String::new() }],
                    origins: vec![],
                    placeholders: std::collections::BTreeMap::default(),
                })
                .collect(),
            rounds: (0..plan.schools)
                .map(|n| Round {
                    manager: manager_of(n),
                    school: school_of(n),
                    site: None,
                    day: Some(DAYS[n % DAYS.len()]),
                    every: if n % 3 == 0 { Every::Fortnight } else { Every::Week },
                    starting: (n % 3 == 0).then(|| FIRST[n % DAYS.len()]),
                    except: vec![],
                    also: vec![],
                })
                .collect(),
            rooms: (0..plan.rooms)
                .map(|n| Room {
                    code: format!("R-{n:05}"),
                    school: school_of(n),
                    site: Some("haus".into()),
                    name: format!("Raum {n}"),
                    maintenance_due: None,
                })
                .collect(),
            devices: (0..plan.devices)
                .map(|n| {
                    let (kind, model) = KINDS[n / plan.rooms % KINDS.len()];
                    Device {
                        room: format!("R-{:05}", n % plan.rooms),
                        kind,
                        model: model.into(),
                        serial: format!("SN{n:08}"),
                        inventory: format!("INV-{n:07}"),
                        warranty_until: (n % 2 == 0).then(|| date(2099, 12, 31)),
                    }
                })
                .collect(),
        };
        let schools = directory.rooms.iter().map(|room| (room.code.clone(), room.school.clone())).collect();
        Self { directory, schools, rng: StdRng::seed_from_u64(plan.seed) }
    }

    /// Some device.
    pub fn device(&mut self) -> &Device {
        let at = self.rng.random_range(0..self.directory.devices.len());
        &self.directory.devices[at]
    }

    /// One of a few.
    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.rng.random_range(0..of.len())]
    }

    #[must_use]
    pub fn school_of(&self, room: &str) -> Option<String> {
        self.schools.get(room).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_city_can_be_imported_and_is_the_same_again() {
        let plan = Plan { schools: 30, rooms: 200, devices: 3_000, reports: 0, seed: 7 };
        let (mut city, mut again) = (City::new(plan), City::new(plan));
        assert_eq!(city.directory.check(), Vec::<String>::new());
        assert_eq!((city.directory.rooms.len(), city.directory.devices.len()), (200, 3_000));
        for _ in 0..20 {
            assert_eq!(city.device(), again.device());
            let room = city.device().room.clone();
            again.device();
            assert!(city.school_of(&room).is_some());
        }
    }
}
