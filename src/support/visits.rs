//! A campus manager's round on a day: school by school, room by room, what is open, what
//! was tried, what to bring.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use thiserror::Error;

use crate::{
    domain::{
        calendar,
        document::DeviceType,
        parts::{self, Part},
        routing::{self, Level},
        school::{Directory, Manager, Room, School},
        ticket::{Priority, Ticket, TicketState, Tried},
    },
    store::{Store, StoreError},
};

/// The round of one day.
#[derive(Debug, Serialize)]
pub struct Visits {
    pub manager: String,
    pub name: String,
    pub day: Date,
    /// Everything to bring, over all schools.
    pub parts: BTreeSet<Part>,
    /// In the order of the directory.
    pub schools: Vec<Stop>,
}

/// One school.
#[derive(Debug, Serialize)]
pub struct Stop {
    pub school: String,
    pub name: String,
    pub address: String,
    /// Sites in the directory's order, rooms by their names; what has no room comes last.
    pub rooms: Vec<Place>,
    /// Rooms whose maintenance is due by that day.
    pub maintenance: Vec<Maintenance>,
}

/// A room that is to be maintained.
#[derive(Debug, Serialize)]
pub struct Maintenance {
    pub room: String,
    pub name: String,
    pub due: Date,
}

/// One room.
#[derive(Debug, Serialize)]
pub struct Place {
    pub site: Option<String>,
    pub room: Option<String>,
    /// As the directory names it, or as it was said.
    pub name: Option<String>,
    /// The most urgent first.
    pub reports: Vec<Call>,
}

/// One report to look after.
#[derive(Debug, Serialize)]
pub struct Call {
    pub number: String,
    pub state: TicketState,
    pub priority: Priority,
    pub device: Option<DeviceType>,
    pub model: Option<String>,
    pub inventory: Option<String>,
    pub symptom: String,
    pub tried: Vec<Tried>,
    pub parts: Vec<Part>,
    /// Numbers of the reports that go with it.
    pub with_it: Vec<String>,
}

/// Why there is no plan.
#[derive(Debug, Error)]
pub enum VisitsError {
    #[error("there is no campus manager {0:?}\nhint: known are {1}")]
    Manager(String, String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The round of a manager, with the schools where she stands in for somebody.
///
/// # Errors
/// [`VisitsError::Manager`] for an unknown id; else what the database reports.
pub async fn plan(store: &Store, directory: &Directory, manager: &str, day: Date) -> Result<Visits, VisitsError> {
    let Some(who) = directory.managers.iter().find(|known| known.id == manager) else {
        let known: Vec<&str> = directory.managers.iter().map(|manager| manager.id.as_str()).collect();
        return Err(VisitsError::Manager(manager.to_owned(), known.join(", ")));
    };
    let mut schools = Vec::new();
    for school in &directory.schools {
        let tickets = store.tickets_unsolved(Some(&school.id)).await?;
        let here: Vec<&Ticket> =
            tickets.iter().filter(|ticket| ticket.joined.is_none() && is_due(directory, who, ticket, day)).collect();
        if here.is_empty() && !comes(directory, who, &school.id, None, day) {
            continue;
        }
        let rooms = store.rooms(&school.id).await?;
        let due = |room: &Room| room.maintenance_due.filter(|due| *due <= day);
        let there = |room: &Room| comes(directory, who, &school.id, room.site.as_deref(), day);
        let maintenance = rooms
            .iter()
            .filter(|room| there(room))
            .filter_map(|room| Some(Maintenance { room: room.code.clone(), name: room.name.clone(), due: due(room)? }));
        let maintenance = maintenance.collect();
        let names = rooms.into_iter().map(|room| (room.code, room.name)).collect();
        schools.push(Stop { maintenance, ..stop(school, &here, &tickets, &names) });
    }
    let calls = schools.iter().flat_map(|stop| &stop.rooms).flat_map(|place| &place.reports);
    let parts = calls.flat_map(|call| call.parts.iter().copied()).collect();
    Ok(Visits { manager: who.id.clone(), name: who.name.clone(), day, parts, schools })
}

/// Whether a round of this school (and site) brings her there on that day.
fn comes(directory: &Directory, who: &Manager, school: &str, site: Option<&str>, day: Date) -> bool {
    calendar::rounds_on(directory, school, site, day)
        .any(|round| calendar::stands_in(directory, &round.manager, day).is_some_and(|manager| manager.id == who.id))
}

/// Whether she is to look after it on that day.
fn is_due(directory: &Directory, who: &Manager, ticket: &Ticket, day: Date) -> bool {
    let routing = &ticket.routing;
    let planned = routing.proposed.as_ref().filter(|_| routing.confirmed);
    if planned.is_some_and(|visit| visit.day == day && visit.manager == who.name) {
        return true;
    }
    let hers = Level::from_name(&routing.level).is_some_and(|level| routing::comes(level, ticket.onsite));
    let school = ticket.school.as_deref().unwrap_or_default();
    hers && comes(directory, who, school, ticket.site.as_deref(), day)
}

fn stop(school: &School, here: &[&Ticket], all: &[Ticket], names: &BTreeMap<String, String>) -> Stop {
    let site_at = |site: &Option<String>| {
        let at = school.sites.iter().position(|known| Some(&known.id) == site.as_ref());
        at.unwrap_or(school.sites.len())
    };
    let mut rooms: BTreeMap<(usize, bool, String), Place> = BTreeMap::new();
    for ticket in here {
        let name = ticket.room.as_ref().map(|code| names.get(code).unwrap_or(code).clone());
        let key = (site_at(&ticket.site), name.is_none(), name.clone().unwrap_or_default());
        let place = rooms.entry(key).or_insert_with(|| Place {
            site: ticket.site.clone(),
            room: ticket.room.clone(),
            name,
            reports: Vec::new(),
        });
        place.reports.push(call(ticket, all));
    }
    let mut rooms: Vec<Place> = rooms.into_values().collect();
    for place in &mut rooms {
        place.reports.sort_by(|a, b| (a.priority, &a.number).cmp(&(b.priority, &b.number)));
    }
    let (name, address) = (school.name.clone(), school.address.clone());
    Stop { school: school.id.clone(), name, address, rooms, maintenance: Vec::new() }
}

fn call(ticket: &Ticket, all: &[Ticket]) -> Call {
    let with_it = all.iter().filter(|other| other.joined.as_deref() == Some(&ticket.number));
    Call {
        number: ticket.number.clone(),
        state: ticket.state,
        priority: ticket.priority,
        device: ticket.device.kind,
        model: ticket.device.model.clone(),
        inventory: ticket.device.inventory.clone(),
        symptom: ticket.symptom.clone(),
        tried: ticket.tried.clone(),
        parts: parts::needed(ticket.problem.as_deref(), ticket.device.kind).to_vec(),
        with_it: with_it.map(|other| other.number.clone()).collect(),
    }
}
