//! Files into one directory: the base (a TOML file, or what is present), then each
//! list that tables replace, then what hung on entries that are gone; and the check of
//! the whole, with the place of every fault.

use std::collections::{HashMap, HashSet};

use super::{
    Input, Read,
    faults::{Faults, Placed},
    rows::{Reading, Rooms},
    table::{self, Table},
    toml::{self, Toml},
};
use crate::domain::school::{Directory, Entry, Kind};

/// What faults of entries that stand in no file are said to be of.
const PRESENT: &str = "the present directory";

/// Tables being put into a directory.
struct Merge<'t, 'a> {
    tables: &'t [Table<'a>],
    directory: Directory,
    /// Table and line of the entries that come from tables.
    places: HashMap<Entry, (usize, usize)>,
    faults: Vec<Placed>,
}

pub(super) fn read(files: &[Input<'_>], present: Option<&Directory>, school: Option<&str>) -> Result<Read, Faults> {
    let (mut faults, mut whole, mut tables) = (Vec::new(), None::<Toml<'_>>, Vec::new());
    let mut incomplete = HashSet::new();
    for file in files {
        let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "toml" if whole.is_some() => faults.push(Placed::of_file(file.name, "is a second TOML file; give one")),
            "toml" if school.is_some() => {
                faults.push(Placed::of_file(file.name, "is a whole directory; of one school, tables can be imported"));
            }
            "toml" => match toml::read(file.name, file.bytes) {
                Ok(read) => whole = Some(read),
                Err(more) => faults.extend(more),
            },
            "csv" | "tsv" | "txt" => match table::read(file.name, file.bytes, school.is_some()) {
                Ok((table, more)) => {
                    if school.is_some() && !matches!(table.kind, Kind::Room | Kind::Device) {
                        let message = format!("is a table of {}s; of one school, rooms and devices", table.kind.name());
                        faults.push(Placed::of_file(file.name, message));
                    }
                    if !more.is_empty() {
                        incomplete.insert(table.kind);
                    }
                    faults.extend(more);
                    tables.push(table);
                }
                Err(fault) => faults.push(fault),
            },
            _ => faults.push(Placed::of_file(file.name, "is neither TOML nor CSV by its ending")),
        }
    }
    let base = match (&whole, present) {
        (Some(read), _) => Some(&read.directory),
        (None, present) => present,
    };
    let Some(base) = base.filter(|_| faults.is_empty() || whole.is_some() || !tables.is_empty()) else {
        if faults.is_empty() {
            let name = files.first().map_or("", |file| file.name);
            let message = "there is no directory yet that tables could be put into; import a schools.toml with \
                           [authority] first, or name it beside the tables";
            faults.push(Placed::of_file(name, message));
        }
        return Err(ordered(faults, files));
    };
    if let Some(id) = school.filter(|id| base.schools.iter().all(|school| school.id != **id)) {
        faults.push(Placed::of_file(PRESENT, format!("the school {id:?} is unknown")));
    }
    let mut merge = Merge { tables: &tables, directory: base.clone(), places: HashMap::new(), faults };
    merge.people_and_places(base);
    merge.rooms_and_devices(base, school);
    let Merge { directory, places, mut faults, .. } = merge;
    if let Some(read) = &whole {
        faults.extend(read.faults.iter().cloned());
        incomplete.extend(&read.incomplete);
    }
    let mut elsewhere = Vec::new();
    for fault in directory.faults() {
        if fault.refers.is_some_and(|kind| incomplete.contains(&kind)) {
            continue;
        }
        match places.get(&fault.entry) {
            Some((table, line)) => faults.push(tables[*table].fault(*line, fault.field, fault.message)),
            None => elsewhere.push((fault.entry, fault.field, fault.message)),
        }
    }
    match &whole {
        Some(_) if elsewhere.is_empty() => {}
        Some(read) => faults.extend(read.places(&elsewhere)),
        None => faults.extend(elsewhere.into_iter().map(|(_, _, message)| Placed::of_file(PRESENT, message))),
    }
    if !faults.is_empty() {
        return Err(ordered(faults, files));
    }
    let unused = tables.iter().filter(|table| !table.unused.is_empty());
    let notes = unused.map(|table| format!("{}: columns not used: {}", table.name, table.unused.join(" · "))).collect();
    Ok(Read { directory, notes })
}

/// In the order of the files and their lines; of one value the first fault is told.
fn ordered(mut faults: Vec<Placed>, files: &[Input<'_>]) -> Faults {
    let place = |fault: &Placed| {
        (files.iter().position(|file| file.name == fault.file).unwrap_or(files.len()), fault.line, fault.column)
    };
    faults.sort_by_key(place);
    // A value of a table that cannot be read leaves a gap, which the check finds again.
    faults.dedup_by(|next, first| first.heading.is_some() && first.column.is_some() && place(first) == place(next));
    Faults::new(faults)
}

impl<'t, 'a> Merge<'t, 'a> {
    /// The tables of a list; `None` where there are none, and the list stays.
    fn of(&self, kind: Kind) -> Option<Vec<(usize, &'t Table<'a>)>> {
        let tables: Vec<_> = self.tables.iter().enumerate().filter(|(_, table)| table.kind == kind).collect();
        (!tables.is_empty()).then_some(tables)
    }

    /// Reads every row of a list, and notes where its entry stands.
    fn each<T>(
        &mut self,
        tables: Vec<(usize, &'t Table<'a>)>,
        entry: fn(usize) -> Entry,
        into: &mut Vec<T>,
        mut read: impl FnMut(&mut Reading<'_, 'a>) -> T,
    ) {
        for (at, table) in tables {
            for row in &table.rows {
                self.places.insert(entry(into.len()), (at, row.line));
                into.push(read(&mut Reading { table, row, faults: &mut self.faults }));
            }
        }
    }

    fn people_and_places(&mut self, base: &Directory) {
        if let Some(tables) = self.of(Kind::Manager) {
            let old = base.managers.iter().map(|one| (one.id.as_str(), one)).collect();
            let mut new = Vec::new();
            self.each(tables, Entry::Manager, &mut new, |row| row.manager(&old));
            self.directory.managers = new;
        }
        if let Some(tables) = self.of(Kind::School) {
            let old = base.schools.iter().map(|one| (one.id.as_str(), one)).collect();
            let mut new = Vec::new();
            self.each(tables, Entry::School, &mut new, |row| row.school(&old));
            self.directory.schools = new;
        }
        if let Some(tables) = self.of(Kind::Site) {
            self.sites(base, tables);
        }
        if let Some(tables) = self.of(Kind::Round) {
            let mut new = Vec::new();
            #[expect(clippy::redundant_closure_for_method_calls, reason = "the method holds for one lifetime only")]
            self.each(tables, Entry::Round, &mut new, |row| row.round());
            self.directory.rounds = new;
        } else {
            let managers: HashSet<&str> = self.directory.managers.iter().map(|one| one.id.as_str()).collect();
            let schools: HashSet<&str> = self.directory.schools.iter().map(|one| one.id.as_str()).collect();
            let went = |list: &[&str], now: &HashSet<&str>, id: &str| list.contains(&id) && !now.contains(id);
            let old_managers: Vec<&str> = base.managers.iter().map(|one| one.id.as_str()).collect();
            let old_schools: Vec<&str> = base.schools.iter().map(|one| one.id.as_str()).collect();
            self.directory.rounds.retain(|round| {
                !went(&old_managers, &managers, &round.manager) && !went(&old_schools, &schools, &round.school)
            });
        }
    }

    fn sites(&mut self, base: &Directory, tables: Vec<(usize, &'t Table<'a>)>) {
        let of = |school: &'_ crate::domain::school::School| school.id.clone();
        let nth: HashMap<String, usize> =
            (0..).zip(&self.directory.schools).map(|(n, school)| (of(school), n)).collect();
        let old = base.schools.iter();
        let old = old.flat_map(|school| school.sites.iter().map(|site| ((school.id.as_str(), site.id.as_str()), site)));
        let old = old.collect();
        for school in &mut self.directory.schools {
            school.sites.clear();
        }
        for (at, table) in tables {
            for row in &table.rows {
                let mut reading = Reading { table, row, faults: &mut self.faults };
                let (school, site) = reading.site(&old);
                let Some(n) = nth.get(&school) else {
                    reading.fault("school", format!("the site {:?} names the unknown school {school:?}", site.id));
                    continue;
                };
                let sites = &mut self.directory.schools[*n].sites;
                self.places.insert(Entry::Site(*n, sites.len()), (at, row.line));
                sites.push(site);
            }
        }
    }

    fn rooms_and_devices(&mut self, base: &Directory, only: Option<&str>) {
        let stays = |school: &str| only.is_some_and(|only| only != school);
        let was: HashSet<&str> = base.schools.iter().map(|school| school.id.as_str()).collect();
        let is: HashSet<String> = self.directory.schools.iter().map(|school| school.id.clone()).collect();
        if let Some(tables) = self.of(Kind::Room) {
            let old = base.rooms.iter().map(|room| (room.code.as_str(), room)).collect();
            let mut new: Vec<_> = base.rooms.iter().filter(|room| stays(&room.school)).cloned().collect();
            self.each(tables, Entry::Room, &mut new, |row| row.room(&old, only));
            self.directory.rooms = new;
        } else {
            self.directory.rooms.retain(|room| is.contains(&room.school) || !was.contains(room.school.as_str()));
        }
        let rooms = std::mem::take(&mut self.directory.rooms);
        let known = Rooms::of(&rooms);
        let before: HashMap<&str, &str> =
            base.rooms.iter().map(|room| (room.code.as_str(), room.school.as_str())).collect();
        if let Some(tables) = self.of(Kind::Device) {
            let school = |room: &str| known.by_code.get(room).or_else(|| before.get(room)).copied();
            let kept = base.devices.iter().filter(|device| school(&device.room).is_some_and(stays));
            let mut new: Vec<_> = kept.cloned().collect();
            self.each(tables, Entry::Device, &mut new, |row| row.device(&known, only));
            self.directory.devices = new;
        } else {
            let went = |room: &str| before.contains_key(room) && !known.by_code.contains_key(room);
            self.directory.devices.retain(|device| !went(&device.room));
        }
        self.directory.rooms = rooms;
    }
}
