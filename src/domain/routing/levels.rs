//! Who takes care of what: a table from problem, danger or type of device to a level,
//! which an authority may override row by row (`[authority.levels]`).
//!
//! What the schools do themselves differs from town to town (accounts of pupils, the
//! release of blocked pages), so nothing goes to `school` unless the authority says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{danger, document::DeviceType, problem::PROBLEMS};

/// Who takes care of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The school's own coordinator.
    School,
    /// The campus manager on her round.
    CampusManager,
    /// The central helpdesk.
    Helpdesk,
    /// Caretaker, electrician: mains, sockets, outlets in the wall, mounts.
    BuildingServices,
    /// Maker or supplier of a device under warranty; the helpdesk arranges the repair.
    Manufacturer,
}

impl Level {
    pub const ALL: [Self; 5] =
        [Self::School, Self::CampusManager, Self::Helpdesk, Self::BuildingServices, Self::Manufacturer];

    /// As in tickets and in `schools.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::CampusManager => "campus-manager",
            Self::Helpdesk => "helpdesk",
            Self::BuildingServices => "building-services",
            Self::Manufacturer => "manufacturer",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// What is looked after centrally and from afar. All else is the campus manager's.
const HELPDESK: [&str; 17] = [
    // Devices under management: codes, apps, restrictions, updates, pupils' Apple accounts.
    "P22", "P23", "P24", "P26", "P28", // Release of the network and of pages.
    "P33", "P35", // Accounts and platforms.
    "P38", "P39", "P40", "P41", "P42", "P43", // Security.
    "P45", // Types of devices.
    "account", "software", "network",
];

/// Problems in which the device itself is broken, as far as a report can tell.
const DEFECTS: [&str; 6] = ["P02", "P06", "P08", "P11", "P29", "P30"];

/// The level that the authority's own table gives, and the key that gave it. A problem is
/// more exact than a danger, a danger than a type of device.
pub(super) fn own<'a>(
    table: &BTreeMap<String, Level>,
    problem: Option<&'a str>,
    danger: &'a str,
    device: Option<DeviceType>,
) -> Option<(Level, &'a str)> {
    let keys = [problem, Some(danger), device.map(DeviceType::name)];
    keys.into_iter().flatten().find_map(|key| table.get(key).map(|level| (*level, key)))
}

/// Whether the product's own table gives it to the central helpdesk.
pub(super) fn is_central(problem: Option<&str>, device: Option<DeviceType>) -> bool {
    match problem {
        Some(problem) if PROBLEMS.iter().any(|(code, _)| *code == problem) => HELPDESK.contains(&problem),
        _ => device.is_some_and(|device| HELPDESK.contains(&device.name())),
    }
}

pub(super) fn is_defect(problem: Option<&str>) -> bool {
    problem.is_some_and(|problem| DEFECTS.contains(&problem))
}

/// Whether a key can stand in the table: a problem (the product's, or an authority's own
/// code such as `X07`), a danger or a type of device.
#[must_use]
pub fn is_key(key: &str) -> bool {
    let code = key.split_at_checked(1).is_some_and(|(letter, number)| {
        letter.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.len() >= 2
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let known = !key.starts_with('P') || PROBLEMS.iter().any(|(known, _)| *known == key);
    (code && known) || danger::of(key).is_some() || DeviceType::ALL.iter().any(|device| device.name() == key)
}
