//! Importing and looking up the school directory.

use std::time::Instant;

use jiff::civil::{date, time};

use super::*;
use crate::domain::school::{
    Authority, DateRange, Day, Device, Directory, Every, Manager, Room, Round, School, ServiceHours, Site,
};

fn directory(schools: usize, rooms: usize, devices: usize) -> Directory {
    let school_of = |n: usize| format!("schule-{:03}", n % schools);
    Directory {
        authority: Authority {
            name: "Musterstadt".into(),
            service_hours: vec![ServiceHours { days: vec![Day::Mon], from: time(7, 30, 0, 0), to: time(16, 0, 0, 0) }],
            school_holidays: vec![DateRange { from: date(2026, 12, 23), to: date(2027, 1, 6) }],
            ..Authority::default()
        },
        managers: (0..3)
            .map(|n| Manager {
                id: format!("m{n}"),
                name: format!("Manager {n}"),
                substitute: (n == 0).then(|| "m1".into()),
                absences: vec![DateRange { from: date(2026, 12, 1), to: date(2026, 12, 2) }],
            })
            .collect(),
        // Not in the order of their ids: the file's order is kept.
        schools: (0..schools)
            .rev()
            .map(|n| School {
                id: school_of(n),
                name: format!("Schule {n}"),
                address: "Weg 1".into(),
                contacts: vec!["Kontakt".into()],
                sites: ["b", "a"].map(|id| Site { id: id.into(), name: id.into(), address: String::new() }).into(),
                origins: vec!["https://schule.example".into()],
                placeholders: [("platform".to_owned(), format!("Plattform {n}"))].into(),
            })
            .collect(),
        rounds: (0..schools)
            .map(|n| Round {
                manager: format!("m{}", n % 3),
                school: school_of(n),
                site: Some("a".into()),
                day: Some(Day::Tue),
                every: Every::Fortnight,
                starting: Some(date(2026, 11, 17)),
                except: vec![],
                also: vec![date(2026, 12, 4)],
            })
            .collect(),
        rooms: (0..rooms)
            .map(|n| Room {
                code: format!("R-{n:05}"),
                school: school_of(n),
                site: Some("a".into()),
                name: format!("Raum {n}"),
                maintenance_due: (n % 3 == 0).then(|| date(2027, 3, 1)),
            })
            .collect(),
        // By their rooms, as they come back.
        devices: (0..devices)
            .map(|n| Device {
                room: format!("R-{:05}", n * rooms / devices),
                kind: DeviceType::Projector,
                model: "Epson EB-992F".into(),
                serial: format!("SN{n:06}"),
                inventory: format!("INV{n:06}"),
                warranty_until: (n % 2 == 0).then(|| date(2028, 2, 29)),
            })
            .collect(),
    }
}

#[tokio::test]
async fn a_directory_comes_back_as_it_went_in() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(store.directory().await.unwrap(), None);
    assert_eq!(store.directory_outline().await.unwrap(), None);
    let first = directory(4, 12, 30);
    assert_eq!(first.check(), Vec::<String>::new());
    store.directory_import(&first, at(1)).await.unwrap();
    assert_eq!(store.directory().await.unwrap(), Some(first));
    let second = directory(2, 3, 5);
    store.directory_import(&second, at(2)).await.unwrap();
    assert_eq!(store.directory().await.unwrap(), Some(second.clone()));
    assert_eq!(store.directory_imported().await.unwrap(), Some(at(2)));
    let outline = Directory { rooms: vec![], devices: vec![], ..second };
    assert_eq!(store.directory_outline().await.unwrap(), Some(outline));
}

#[tokio::test]
async fn a_directory_with_a_fault_leaves_the_old_one() {
    let store = Store::in_memory().await.unwrap();
    let good = directory(4, 12, 30);
    store.directory_import(&good, at(1)).await.unwrap();
    let mut bad = directory(5, 20, 40);
    bad.devices[39].room = "nowhere".into();
    store.directory_import(&bad, at(2)).await.unwrap_err();
    assert_eq!(store.directory().await.unwrap(), Some(good));
    assert_eq!(store.directory_imported().await.unwrap(), Some(at(1)));
}

#[tokio::test]
async fn only_what_differs_is_written_and_nothing_over_a_change_of_somebody_elses() {
    let store = Store::in_memory().await.unwrap();
    let (first, nobody) = (directory(4, 12, 36), Directory::default());
    store.directory_import(&first, at(1)).await.unwrap();
    let ordinals = async |room: &'static str| {
        let sql = "SELECT ordinal FROM devices WHERE room = $1 ORDER BY ordinal";
        let rows = store.pool.rows(sql, vec![room.into()]).await.unwrap();
        rows.iter().map(|row| row.get::<i64>(0).unwrap()).collect::<Vec<_>>()
    };
    let (untouched, touched) = (ordinals("R-00002").await, ordinals("R-00003").await);
    let mut second = first.clone();
    second.devices.swap(9, 10);
    second.rooms.swap(0, 1);
    // Rooms 0 and 1 change places, and their devices with them.
    second.devices[..6].rotate_left(3);
    second.rooms[4].school = "schule-003".into();
    second.schools[1].name = "Neu".into();
    second
        .rooms
        .iter_mut()
        .filter(|room| room.school == "schule-000")
        .for_each(|room| room.school = "schule-001".into());
    second.rounds.retain(|round| round.school != "schule-000");
    second.schools.retain(|school| school.id != "schule-000");
    second.rooms.pop();
    second.devices.retain(|device| device.room != "R-00011");
    second.devices.push(Device { room: "R-00010".into(), ..first.devices[0].clone() });
    assert_eq!(second.check(), Vec::<String>::new());
    store.directory_change((&first, at(1)), &second, &nobody, at(2)).await.unwrap();
    assert_eq!(store.directory().await.unwrap(), Some(second.clone()));
    assert_eq!(ordinals("R-00011").await, Vec::<i64>::new());
    assert_eq!(ordinals("R-00002").await, untouched);
    assert_ne!(ordinals("R-00003").await, touched, "its devices changed their order");
    let late = store.directory_change((&first, at(1)), &first, &nobody, at(3)).await;
    assert!(matches!(late, Err(StoreError::Outdated)));
    assert_eq!(store.directory_dated().await.unwrap(), Some((second, at(2))));
}

/// The size of a large authority. Times are printed, not asserted.
#[tokio::test]
async fn a_large_authority_is_imported_and_looked_up() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db")).await.unwrap();
    let large = directory(155, 5_000, 90_000);
    let mut took = Vec::new();
    for round in ["first import", "second import"] {
        let start = Instant::now();
        store.directory_import(&large, at(1)).await.unwrap();
        took.push((round, start.elapsed()));
    }
    let nobody = Directory::default();
    let mut other = large.clone();
    other.devices.iter_mut().for_each(|device| device.model = "Epson EB-1485Fi".into());
    for (round, from, to) in [
        ("everything changed", &large, &other),
        ("one device changed", &other, &{
            let mut one = other.clone();
            one.devices[70_000].warranty_until = None;
            one
        }),
    ] {
        let start = Instant::now();
        store.directory_change((from, at(1)), to, &nobody, at(1)).await.unwrap();
        took.push((round, start.elapsed()));
    }
    store.directory_import(&large, at(1)).await.unwrap();
    let room = store.room("R-04321").await.unwrap().unwrap();
    let start = Instant::now();
    for n in 0..1_000 {
        store.room(&format!("R-{n:05}")).await.unwrap().unwrap();
    }
    took.push(("1,000 rooms looked up", start.elapsed()));
    let start = Instant::now();
    for n in 0..1_000 {
        assert_eq!(store.devices_numbered(&format!("INV{:06}", n * 89)).await.unwrap().len(), 1);
    }
    took.push(("1,000 devices by their numbers", start.elapsed()));
    let start = Instant::now();
    for n in 0..155 {
        assert!(store.rooms(&format!("schule-{n:03}")).await.unwrap().len() > 31);
    }
    took.push(("rooms of 155 schools", start.elapsed()));
    assert_eq!((room.room, room.devices.len()), (large.rooms[4_321].clone(), 18));
    assert_eq!(room.devices, large.devices[4_321 * 18..4_322 * 18]);
    assert_eq!(store.room("R-99999").await.unwrap(), None);
    assert_eq!(store.school("schule-007").await.unwrap().as_ref(), large.schools.iter().find(|s| s.id == "schule-007"));
    assert_eq!(store.school("unknown").await.unwrap(), None);
    assert_eq!(store.rooms("schule-007").await.unwrap().len(), 33);
    assert_eq!(store.rounds("schule-007").await.unwrap(), [large.rounds[7].clone()]);
    assert_eq!(store.managers().await.unwrap(), large.managers);
    for number in ["SN000042", "INV000042"] {
        assert_eq!(store.devices_numbered(number).await.unwrap(), [large.devices[42].clone()]);
    }
    let start = Instant::now();
    assert_eq!(store.directory().await.unwrap(), Some(large));
    took.push(("read whole", start.elapsed()));
    eprintln!("{took:?}");
}
