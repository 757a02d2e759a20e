//! What makes a directory unusable: doubled ids, references to what is not there,
//! rounds without a start, placeholders that cannot be one. Each fault names its
//! entry and field, so that a reader of files can say where it stands.

use std::collections::{HashMap, HashSet};

use super::{Directory, Every};
use crate::domain::{holidays::LANDS, placeholder};

/// Longest code of a room, characters: it stands in an address and in a QR code.
const LONGEST_CODE: usize = 40;

/// What the directory has lists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Manager,
    School,
    Site,
    Round,
    Room,
    Device,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Manager, Self::School, Self::Site, Self::Round, Self::Room, Self::Device];

    /// As in `schools.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::School => "school",
            Self::Site => "site",
            Self::Round => "round",
            Self::Room => "room",
            Self::Device => "device",
        }
    }
}

/// An entry of a [`Directory`], by its place in its list; a site by its school's and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    Authority,
    Manager(usize),
    School(usize),
    Site(usize, usize),
    Round(usize),
    Room(usize),
    Device(usize),
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub entry: Entry,
    /// The key as in `schools.toml`.
    pub field: &'static str,
    /// In words that name the entry and the value.
    pub message: String,
    /// The list that an unknown id was looked for in.
    pub refers: Option<Kind>,
}

impl Fault {
    fn new(entry: Entry, field: &'static str, message: String) -> Self {
        Self { entry, field, message, refers: None }
    }

    /// Something in `[authority]`.
    #[must_use]
    pub fn authority(message: String) -> Self {
        Self::new(Entry::Authority, "", message)
    }
}

impl Directory {
    /// Everything that makes the directory unusable.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let of_managers = self.managers.iter().enumerate().map(|(n, one)| (Entry::Manager(n), one.id.as_str()));
        let managers = unique("manager", "id", of_managers, &mut faults);
        let of_schools = self.schools.iter().enumerate().map(|(n, one)| (Entry::School(n), one.id.as_str()));
        let schools = unique("school", "id", of_schools, &mut faults);
        let of_rooms = self.rooms.iter().enumerate().map(|(n, one)| (Entry::Room(n), one.code.as_str()));
        let rooms = unique("room", "code", of_rooms, &mut faults);
        let mut sites: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (n, school) in self.schools.iter().enumerate() {
            let of_sites = school.sites.iter().enumerate().map(|(at, site)| (Entry::Site(n, at), site.id.as_str()));
            sites.insert(&school.id, unique(&format!("site of {:?}", school.id), "id", of_sites, &mut faults));
        }
        let mut look = References { sites, faults: &mut faults };
        for (n, manager) in self.managers.iter().enumerate() {
            if let Some(substitute) = &manager.substitute {
                let what = || format!("the manager {:?}", manager.id);
                look.up((Entry::Manager(n), "substitute", Kind::Manager), &managers, substitute, what);
            }
        }
        for (n, round) in self.rounds.iter().enumerate() {
            let what = || format!("the round of {:?} at {:?}", round.manager, round.school);
            look.up((Entry::Round(n), "manager", Kind::Manager), &managers, &round.manager, what);
            look.up((Entry::Round(n), "school", Kind::School), &schools, &round.school, what);
            look.site(Entry::Round(n), &round.school, round.site.as_deref(), what);
            if round.every == Every::Fortnight && round.starting.is_none() {
                let message = format!("{}, fortnightly, needs a day on which it comes", what());
                look.faults.push(Fault::new(Entry::Round(n), "starting", message));
            }
            let dated = round.every == Every::Dates;
            if (dated && round.also.is_empty()) || (!dated && round.day.is_none()) {
                let needed = if dated { "also" } else { "day" };
                let message = format!("{} needs `{needed}`", what());
                look.faults.push(Fault::new(Entry::Round(n), needed, message));
            }
        }
        for (n, room) in self.rooms.iter().enumerate() {
            let what = || format!("the room {:?}", room.code);
            look.up((Entry::Room(n), "school", Kind::School), &schools, &room.school, what);
            look.site(Entry::Room(n), &room.school, room.site.as_deref(), what);
            let fits = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
            if !room.code.chars().all(fits) || room.code.chars().count() > LONGEST_CODE {
                let message = format!(
                    "the room code {:?} cannot stand in an address: letters, digits, `-`, `_` and `.`, {LONGEST_CODE} at most",
                    room.code
                );
                look.faults.push(Fault::new(Entry::Room(n), "code", message));
            }
        }
        for (n, device) in self.devices.iter().enumerate() {
            let what = || format!("the device {:?}", device.name());
            look.up((Entry::Device(n), "room", Kind::Room), &rooms, &device.room, what);
        }
        self.authority_faults(&mut faults);
        faults
    }

    /// The same in words alone.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        self.faults().into_iter().map(|fault| fault.message).collect()
    }

    fn authority_faults(&self, faults: &mut Vec<Fault>) {
        faults.extend(self.authority.faults().into_iter().map(Fault::authority));
        if !self.authority.land.is_empty() && !LANDS.contains(&self.authority.land.as_str()) {
            let message = format!("`land` is {:?}; it must be one of {}", self.authority.land, LANDS.join(" "));
            faults.push(Fault::new(Entry::Authority, "land", message));
        }
        let tables = (0..).zip(&self.schools).map(|(n, one)| (Entry::School(n), one.id.as_str(), &one.placeholders));
        let own = (Entry::Authority, "authority", &self.authority.placeholders);
        for (entry, of, table) in std::iter::once(own).chain(tables) {
            for (key, value) in table {
                if !placeholder::is_key(key) || matches!(key.as_str(), "hotline" | "helpdesk") {
                    let message = format!(
                        "the placeholder {key:?} of {of:?} cannot be one: small letters, digits and `_`, and not \
                         hotline or helpdesk, which are the authority's own fields"
                    );
                    faults.push(Fault::new(entry, "placeholders", message));
                }
                if !placeholder::is_value(value) {
                    let message = format!(
                        "the placeholder {key:?} of {of:?} must be one line of at most {} characters without braces",
                        placeholder::VALUE
                    );
                    faults.push(Fault::new(entry, "placeholders", message));
                }
            }
        }
    }
}

/// Ids that are named, looked up in those that are there.
struct References<'a> {
    sites: HashMap<&'a str, HashSet<&'a str>>,
    faults: &'a mut Vec<Fault>,
}

impl References<'_> {
    fn up(
        &mut self,
        (entry, field, kind): (Entry, &'static str, Kind),
        known: &HashSet<&str>,
        id: &str,
        what: impl Fn() -> String,
    ) {
        if !known.contains(id) {
            let message = format!("{} names the unknown {} {id:?}", what(), kind.name());
            self.faults.push(Fault { refers: Some(kind), ..Fault::new(entry, field, message) });
        }
    }

    /// A site counts only where its school is known; an unknown school is a fault of its own.
    fn site(&mut self, entry: Entry, school: &str, site: Option<&str>, what: impl Fn() -> String) {
        let Some((site, known)) = site.zip(self.sites.get(school)) else { return };
        if !known.contains(site) {
            let message = format!("{} names the unknown site {site:?} of {school:?}", what());
            self.faults.push(Fault { refers: Some(Kind::Site), ..Fault::new(entry, "site", message) });
        }
    }
}

fn unique<'a>(
    kind: &str,
    field: &'static str,
    ids: impl Iterator<Item = (Entry, &'a str)>,
    faults: &mut Vec<Fault>,
) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    for (entry, id) in ids {
        if id.trim().is_empty() {
            faults.push(Fault::new(entry, field, format!("a {kind} has an empty {field}")));
        } else if !seen.insert(id) {
            faults.push(Fault::new(entry, field, format!("the {kind} {id:?} stands twice")));
        }
    }
    seen
}
