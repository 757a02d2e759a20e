//! The schools' world as the authority keeps it: operator data, never indexed,
//! never shown beyond what the reader of a report needs. The shape of
//! `schools.toml`, whole and checked by [`Directory::faults`].

mod authority;
mod check;
mod diff;

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

pub use self::{
    check::{Entry, Fault, Kind},
    diff::{Change, Changes, Diff, SHOWN},
};
use super::{document::DeviceType, placeholder::Values, routing::Level, sla::Sla};

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
    /// Unique over all schools; letters, digits, `-`, `_` and `.`. It names the room in the
    /// directory and in reports, and opens its chat until it is renewed.
    pub code: String,
    pub school: String,
    #[serde(default)]
    pub site: Option<String>,
    pub name: String,
    /// The day by which somebody is to look after the room's devices.
    #[serde(default)]
    pub maintenance_due: Option<Date>,
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
