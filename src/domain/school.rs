//! The schools' world as the authority keeps it: operator data, never indexed,
//! never shown beyond what the reader of a report needs. The shape of
//! `schools.toml`, whole and checked by [`Directory::check`].

mod authority;

use std::collections::{BTreeMap, HashSet};

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use super::{
    document::DeviceType,
    holidays::LANDS,
    placeholder::{self, Values},
    routing::Level,
    sla::Sla,
};

/// Everything in one `schools.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    pub authority: Authority,
    #[serde(default, rename = "manager")]
    pub managers: Vec<Manager>,
    #[serde(default, rename = "school")]
    pub schools: Vec<School>,
    #[serde(default, rename = "round")]
    pub rounds: Vec<Round>,
    #[serde(default, rename = "room")]
    pub rooms: Vec<Room>,
    #[serde(default, rename = "device")]
    pub devices: Vec<Device>,
}

/// The school authority and its helpdesk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Authority {
    pub name: String,
    /// Invented for demonstration: pages then carry a banner.
    pub demo: bool,
    /// Name of the helpdesk as teachers know it.
    pub helpdesk: String,
    /// Telephone of the helpdesk; empty = none is shown.
    pub hotline: String,
    pub email: String,
    /// Federal state for public holidays, as in ISO 3166-2:DE without `DE-`: `NW`.
    pub land: String,
    pub service_hours: Vec<ServiceHours>,
    pub school_holidays: Vec<DateRange>,
    /// Further days without service: Rosenmontag, a works outing.
    pub closed: Vec<DateRange>,
    /// Promised times of answer and solution, by urgency.
    pub sla: Sla,
    /// Who takes care of what, where it differs from the product's own table: a problem
    /// (`P38`), a danger (`mains`) or a type of device (`printer`).
    pub levels: BTreeMap<String, Level>,
    /// What guides leave open, by key: the name of the WLAN, the learning platform …
    pub placeholders: Values,
}

/// Opening hours on one or more days of the week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceHours {
    /// `mon` … `sun`.
    pub days: Vec<Day>,
    /// `HH:MM` in the schools' local time.
    pub from: Time,
    pub to: Time,
}

/// First and last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateRange {
    pub from: Date,
    pub to: Date,
}

impl DateRange {
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    #[must_use]
    pub fn weekday(self) -> Weekday {
        match self {
            Self::Mon => Weekday::Monday,
            Self::Tue => Weekday::Tuesday,
            Self::Wed => Weekday::Wednesday,
            Self::Thu => Weekday::Thursday,
            Self::Fri => Weekday::Friday,
            Self::Sat => Weekday::Saturday,
            Self::Sun => Weekday::Sunday,
        }
    }
}

/// A campus manager: comes to the schools on a fixed round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manager {
    pub id: String,
    pub name: String,
    /// Id of the manager who stands in.
    #[serde(default)]
    pub substitute: Option<String>,
    #[serde(default)]
    pub absences: Vec<DateRange>,
}

/// A school with one or more sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct School {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub address: String,
    /// Contact persons for IT at the school.
    #[serde(default)]
    pub contacts: Vec<String>,
    #[serde(default, rename = "site")]
    pub sites: Vec<Site>,
    /// Web origins (`https://host[:port]`) whose pages may open this school's chat.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Where they differ from the authority's.
    #[serde(default)]
    pub placeholders: Values,
}

/// A building or place of a school.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub address: String,
}

/// How often a round comes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    #[default]
    Week,
    Fortnight,
    /// On the days of `also` only.
    Dates,
}

/// A regular visit of a manager at a school (or one of its sites).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    pub manager: String,
    pub school: String,
    #[serde(default)]
    pub site: Option<String>,
    /// Needed unless the round is dated.
    #[serde(default)]
    pub day: Option<Day>,
    #[serde(default)]
    pub every: Every,
    /// One day on which a fortnightly round comes; needed for `fortnight`.
    #[serde(default)]
    pub starting: Option<Date>,
    /// Days on which it does not come.
    #[serde(default)]
    pub except: Vec<Date>,
    /// Further days on which it does.
    #[serde(default)]
    pub also: Vec<Date>,
}

/// A room with its code, as printed on the wall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// Unique over all schools; letters, digits and `-`.
    pub code: String,
    pub school: String,
    #[serde(default)]
    pub site: Option<String>,
    pub name: String,
}

/// A device in the asset register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    pub room: String,
    #[serde(rename = "type")]
    pub kind: DeviceType,
    #[serde(default)]
    pub model: String,
    #[serde(default)]
    pub serial: String,
    #[serde(default)]
    pub inventory: String,
    #[serde(default)]
    pub warranty_until: Option<Date>,
}

impl Directory {
    /// Every fault that makes the directory unusable, in words that name the
    /// entry: doubled ids, references to what is not there, rounds without a start.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let managers = unique("manager", self.managers.iter().map(|m| m.id.as_str()), &mut faults);
        let schools = unique("school", self.schools.iter().map(|s| s.id.as_str()), &mut faults);
        let rooms = unique("room", self.rooms.iter().map(|r| r.code.as_str()), &mut faults);
        let sites: HashSet<(&str, &str)> =
            self.schools.iter().flat_map(|s| s.sites.iter().map(|site| (s.id.as_str(), site.id.as_str()))).collect();
        let mut known = |what: String, kind: &str, set: &HashSet<&str>, id: &str| {
            if !set.contains(id) {
                faults.push(format!("{what} names the unknown {kind} {id:?}"));
            }
        };
        for manager in &self.managers {
            if let Some(substitute) = &manager.substitute {
                known(format!("manager {:?}", manager.id), "substitute", &managers, substitute);
            }
        }
        for round in &self.rounds {
            let what = format!("the round of {:?} at {:?}", round.manager, round.school);
            known(what.clone(), "manager", &managers, &round.manager);
            known(what, "school", &schools, &round.school);
        }
        for room in &self.rooms {
            known(format!("room {:?}", room.code), "school", &schools, &room.school);
        }
        for device in &self.devices {
            known(format!("device {:?}", device.inventory), "room", &rooms, &device.room);
        }
        let site_of = |school: &str, site: &Option<String>| {
            site.as_deref().is_none_or(|site| !schools.contains(school) || sites.contains(&(school, site)))
        };
        for round in &self.rounds {
            if round.every == Every::Fortnight && round.starting.is_none() {
                faults.push(format!(
                    "the fortnightly round of {:?} at {:?} needs `starting`",
                    round.manager, round.school
                ));
            }
            let dated = round.every == Every::Dates;
            if (dated && round.also.is_empty()) || (!dated && round.day.is_none()) {
                let needed = if dated { "also" } else { "day" };
                faults.push(format!("the round of {:?} at {:?} needs `{needed}`", round.manager, round.school));
            }
            if !site_of(&round.school, &round.site) {
                faults.push(format!("the round of {:?} at {:?} names an unknown site", round.manager, round.school));
            }
        }
        for room in &self.rooms {
            if !site_of(&room.school, &room.site) {
                faults.push(format!("room {:?} names an unknown site of {:?}", room.code, room.school));
            }
        }
        faults.extend(self.authority.faults());
        if !self.authority.land.is_empty() && !LANDS.contains(&self.authority.land.as_str()) {
            faults.push(format!("`land` is {:?}; it must be one of {}", self.authority.land, LANDS.join(" ")));
        }
        let tables = self.schools.iter().map(|school| (school.id.as_str(), &school.placeholders));
        for (of, table) in std::iter::once(("authority", &self.authority.placeholders)).chain(tables) {
            for (key, value) in table {
                if !placeholder::is_key(key) || matches!(key.as_str(), "hotline" | "helpdesk") {
                    faults.push(format!(
                        "the placeholder {key:?} of {of:?} cannot be one: small letters, digits and `_`, and not \
                         hotline or helpdesk, which are the authority's own fields"
                    ));
                }
                if !placeholder::is_value(value) {
                    faults.push(format!(
                        "the placeholder {key:?} of {of:?} must be one line of at most {} characters without braces",
                        placeholder::VALUE
                    ));
                }
            }
        }
        faults
    }
}

fn unique<'a>(kind: &str, ids: impl Iterator<Item = &'a str>, faults: &mut Vec<String>) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    for id in ids {
        if id.trim().is_empty() {
            faults.push(format!("a {kind} has an empty id"));
        } else if !seen.insert(id) {
            faults.push(format!("the {kind} {id:?} stands twice"));
        }
    }
    seen
}
