//! Who takes care of a report, how urgent it is, whether somebody must come, and by when.
//! Pure and total: every report gets a place, and each decision keeps its reason.
//!
//! Urgency comes from [`super::urgency`], the place from `place`, the level from the
//! authority's table before the product's own (`levels`), the times from [`super::sla`].

mod levels;
mod place;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, ToSpan, civil::Date};

pub use levels::{Level, is_key};

use super::{
    calendar::{self, Visit},
    clock::berlin,
    danger::{self, Person},
    document::Onsite,
    school::Directory,
    sla::{self, Target},
    ticket::{Due, Priority, Proposal, Routing, TicketInput},
    urgency::{self, Situation},
};

/// What the rules look at beside the report itself.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub directory: &'a Directory,
    pub queue: &'a str,
    /// Id of a danger, or `not_helped`, `no_passage`, `wish` …
    pub reason: &'a str,
    /// What the guide says, where one was found.
    pub onsite: Option<Onsite>,
    /// End of the device's warranty, where the register knows it.
    pub warranty_until: Option<Date>,
    pub now: Timestamp,
}

/// The decision about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub priority: Priority,
    /// [`Onsite::Remote`] or [`Onsite::Onsite`].
    pub onsite: Onsite,
    pub routing: Routing,
    pub due: Due,
}

/// Decides urgency, place, addressee, visit and times.
#[must_use]
pub fn decide(input: &TicketInput, at: Circumstances<'_>) -> Decision {
    let (priority, urgent) = urgency::of(&situation(input, at.reason));
    let (onsite, place) = place::place(input, at.reason, at.onsite);
    let mut why = vec![format!("{priority:?}: {urgent}"), format!("{}: {place}", name(onsite))];
    let today = at.now.to_zoned(berlin()).date();
    let (site, directory) = (input.site.as_deref(), at.directory);
    let first = first_day(at);
    let visit = input.school.as_deref().and_then(|school| calendar::next_visit(directory, school, site, first));
    let (level, reason) = level(input, at, today, visit.is_some());
    why.push(format!("{}: {reason}", level.name()));
    let comes = comes(level, onsite);
    let visit = visit.filter(|_| comes);
    if let Some(visit) = &visit {
        why.push(format!("the round of this school comes on {}", visit.day));
    }
    let proposed = if comes && priority <= Priority::P2 { sooner(input, at, visit.as_ref()) } else { None };
    if let Some(proposal) = &proposed {
        why.push(format!("{} could come on {}, before the round", proposal.manager, proposal.day));
    }
    let due = due(at, priority);
    if due.response.is_none() {
        why.push("no service hours are known, so nothing is promised".into());
    }
    let assignee = assignee(directory, level, input.school.as_deref(), visit.as_ref());
    let next_visit = visit.map(|visit| visit.day);
    let (level, queue) = (level.name().to_owned(), at.queue.to_owned());
    let routing = Routing { level, queue, assignee, next_visit, proposed, confirmed: false, why };
    Decision { priority, onsite, routing, due }
}

/// Whether the round looks after what a level has.
#[must_use]
pub fn comes(level: Level, onsite: Onsite) -> bool {
    match level {
        Level::CampusManager => true,
        Level::Helpdesk => onsite == Onsite::Onsite,
        // The helpdesk arranges the manufacturer's repair; nobody knows yet when that is.
        Level::School | Level::BuildingServices | Level::Manufacturer => false,
    }
}

/// Whom the reader is told, where it is known.
#[must_use]
pub fn assignee(directory: &Directory, level: Level, school: Option<&str>, visit: Option<&Visit>) -> Option<String> {
    match level {
        Level::CampusManager => visit.map(|visit| visit.manager.clone()),
        Level::Helpdesk | Level::Manufacturer => helpdesk(directory),
        Level::School => contact(directory, school),
        Level::BuildingServices => None,
    }
}

fn situation<'a>(input: &'a TicketInput, reason: &'a str) -> Situation<'a> {
    Situation {
        danger: Some(reason),
        problem: input.problem.as_deref(),
        scope: input.scope,
        exam: input.exam == Some(true),
        lesson_running: input.lesson_running,
        urgency: input.urgency.as_deref(),
    }
}

/// The level and its reason. The first rule that holds decides.
fn level(input: &TicketInput, at: Circumstances<'_>, today: Date, round: bool) -> (Level, String) {
    let (problem, device) = (input.problem.as_deref(), input.device.kind);
    let danger = danger::of(at.reason);
    if let Some((level, key)) = levels::own(&at.directory.authority.levels, problem, at.reason, device)
        && (level != Level::CampusManager || round)
    {
        return (level, format!("the authority's own table says so for {key}"));
    }
    let under_warranty = at.warranty_until.filter(|until| today <= *until);
    let (level, reason) = match under_warranty {
        _ if danger.is_some_and(|danger| danger.security) => {
            (Level::Helpdesk, "security incidents go to the helpdesk at once")
        }
        _ if danger.is_some_and(|danger| !danger.fault) => {
            (Level::Helpdesk, "no matter of technology; it is only noted")
        }
        _ if danger.is_some_and(|danger| danger.person == Person::Caretaker) => {
            (Level::BuildingServices, "mains and mounts are the building services'")
        }
        _ if place::is_in_the_wall(&input.symptom) => {
            (Level::BuildingServices, "a socket, an outlet or a mount is itself at fault")
        }
        Some(until) if levels::is_defect(problem) => {
            return (Level::Manufacturer, format!("a hardware defect under warranty until {until}"));
        }
        _ if levels::is_central(problem, device) => (Level::Helpdesk, "looked after centrally"),
        _ if round => (Level::CampusManager, "the first contact for what stands in the rooms"),
        _ => (Level::Helpdesk, "no round is known for this school"),
    };
    (level, reason.to_owned())
}

/// A day before the next visit on which somebody could come.
fn sooner(input: &TicketInput, at: Circumstances<'_>, visit: Option<&Visit>) -> Option<Proposal> {
    let school = input.school.as_deref()?;
    let before = visit.map(|visit| visit.day);
    calendar::sooner_visit(at.directory, school, input.site.as_deref(), first_day(at), before)
        .map(|Visit { day, manager }| Proposal { day, manager })
}

/// The first day on which somebody can still come: today, until service ends.
fn first_day(at: Circumstances<'_>) -> Date {
    let today = at.now.to_zoned(berlin()).date();
    let hours = &at.directory.authority.service_hours;
    let left = sla::due(&at.directory.authority, at.now, &Target::Today);
    match left.map(|end| end.to_zoned(berlin()).date()) {
        Some(day) if day == today => today,
        // Without hours nobody knows when the day ends.
        None if hours.is_empty() => today,
        _ => today.checked_add(1.day()).unwrap_or(today),
    }
}

/// What is promised. A solution is never due before the first answer.
fn due(at: Circumstances<'_>, priority: Priority) -> Due {
    let authority = &at.directory.authority;
    let promise = authority.sla.promise(priority);
    let response = sla::due(authority, at.now, &promise.response);
    let resolution = sla::due(authority, at.now, &promise.resolution).max(response);
    Due { response, resolution }
}

fn helpdesk(directory: &Directory) -> Option<String> {
    let name = directory.authority.helpdesk.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The school's first contact for IT.
fn contact(directory: &Directory, school: Option<&str>) -> Option<String> {
    let school = directory.schools.iter().find(|known| Some(known.id.as_str()) == school)?;
    school.contacts.first().cloned()
}

fn name(onsite: Onsite) -> &'static str {
    if onsite == Onsite::Remote { "remote" } else { "on-site" }
}
