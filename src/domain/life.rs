//! The life of a report: which state follows which, when its clock stands, and what is
//! overdue. Pure; `support/life.rs` stores what comes of it.
//!
//! The clock of a promise runs while the report is new, open or reopened. It stands while
//! somebody outside is waited for and while the report counts as solved; on leaving, what
//! was promised is put off by the service time between.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    school::Authority,
    sla,
    ticket::{Ticket, TicketState},
};

/// Service minutes before the end of a promise at which it counts as due soon.
pub const SOON: i64 = 60;

/// What happened to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketEventKind {
    /// Less than [`SOON`] service minutes are left for the solution. Once a report.
    DueSoon,
    /// Nobody answered in time. Once a report.
    ResponseBreached,
    /// It was not solved in time. Once a report.
    ResolutionBreached,
    /// Another state; the note names it.
    State,
    /// What staff wrote down. Masked; removed with what else concerns persons.
    Note,
    /// What staff answered the reporter in the helpdesk's own system. As a note.
    Reply,
}

impl TicketEventKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DueSoon => "due_soon",
            Self::ResponseBreached => "response_breached",
            Self::ResolutionBreached => "resolution_breached",
            Self::State => "state",
            Self::Note => "note",
            Self::Reply => "reply",
        }
    }
}

/// One entry of a report's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketEvent {
    pub number: String,
    pub at: Timestamp,
    pub kind: TicketEventKind,
    pub note: Option<String>,
}

/// A state that does not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    pub from: TicketState,
    pub to: TicketState,
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allowed: Vec<&str> = self.from.next().iter().map(|state| state.name()).collect();
        write!(
            f,
            "a report that is {} cannot become {}\nhint: what can follow is {}",
            self.from.name(),
            self.to.name(),
            allowed.join(", ")
        )
    }
}

impl std::error::Error for NotAllowed {}

impl TicketState {
    /// What may follow.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::New | Self::Reopened => &[Self::Open, Self::Waiting, Self::Solved],
            Self::Open => &[Self::Waiting, Self::Solved],
            Self::Waiting => &[Self::Open, Self::Solved],
            Self::Solved => &[Self::Reopened],
        }
    }

    /// Whether promised times run.
    #[must_use]
    pub fn is_running(self) -> bool {
        matches!(self, Self::New | Self::Open | Self::Reopened)
    }
}

/// Brings a report to another state at `at`: notes the first answer, stops the clock or
/// lets it go on. `false` where it is there already; nothing is changed then.
///
/// # Errors
/// [`NotAllowed`] for a state that does not follow; nothing is changed then.
pub fn change(ticket: &mut Ticket, authority: &Authority, to: TicketState, at: Timestamp) -> Result<bool, NotAllowed> {
    let from = ticket.state;
    if from == to {
        return Ok(false);
    }
    if !from.next().contains(&to) {
        return Err(NotAllowed { from, to });
    }
    ticket.responded = ticket.responded.or((from == TicketState::New).then_some(at));
    match (from.is_running(), to.is_running()) {
        (true, false) => ticket.stopped = Some(at),
        (false, true) => {
            if let Some(since) = ticket.stopped.take() {
                let later = |due: Timestamp| sla::extended(authority, due, since, at);
                ticket.due.resolution = ticket.due.resolution.map(later);
            }
        }
        _ => {}
    }
    ticket.state = to;
    ticket.updated = at;
    Ok(true)
}

/// What of the promises has passed, or soon will have, at `now`.
#[must_use]
pub fn overdue(ticket: &Ticket, authority: &Authority, now: Timestamp) -> Vec<TicketEventKind> {
    if !ticket.state.is_running() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if ticket.responded.is_none() && ticket.due.response.is_some_and(|due| due < now) {
        found.push(TicketEventKind::ResponseBreached);
    }
    match ticket.due.resolution {
        Some(due) if due < now => found.push(TicketEventKind::ResolutionBreached),
        // The longest window of service may lie behind a weekend: it is service time that counts.
        Some(due) if sla::service_time(authority, now, due) < SOON => found.push(TicketEventKind::DueSoon),
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::domain::{
        document::Onsite,
        school::{Day, ServiceHours},
        ticket::{Delivery, Due, Priority, Routing, TicketDevice},
    };

    fn authority() -> Authority {
        let days = vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
        let hours = ServiceHours { days, from: time(8, 0, 0, 0), to: time(16, 0, 0, 0) };
        Authority { service_hours: vec![hours], ..Authority::default() }
    }

    fn at(day: i8, hour: i8, minute: i8) -> Timestamp {
        date(2026, 11, day).at(hour, minute, 0, 0).in_tz("Europe/Berlin").unwrap().timestamp()
    }

    /// Filed on a Monday at nine: an answer by ten, a solution by one o'clock.
    fn ticket() -> Ticket {
        Ticket {
            number: "SUP-2026-00001".into(),
            state: TicketState::New,
            created: at(23, 9, 0),
            updated: at(23, 9, 0),
            school: None,
            site: None,
            room: None,
            device: TicketDevice::default(),
            problem: None,
            symptom: "x".into(),
            tried: vec![],
            lesson_running: None,
            scope: None,
            exam: None,
            priority: Priority::P1,
            reason: "form".into(),
            onsite: Onsite::Remote,
            routing: Routing::default(),
            due: Due { response: Some(at(23, 10, 0)), resolution: Some(at(23, 13, 0)) },
            responded: None,
            stopped: None,
            joined: None,
            contact: None,
            missing: vec![],
            delivery: Delivery::default(),
            conversation: None,
            transcript: None,
        }
    }

    #[test]
    fn every_state_leads_on_and_what_does_not_follow_is_refused_with_what_does() {
        let all =
            [TicketState::New, TicketState::Open, TicketState::Waiting, TicketState::Solved, TicketState::Reopened];
        for from in all {
            for to in all {
                let mut ticket = Ticket { state: from, ..ticket() };
                let before = ticket.clone();
                match change(&mut ticket, &authority(), to, at(23, 9, 30)) {
                    Ok(changed) => assert_eq!((changed, ticket.state), (from != to, to)),
                    Err(refused) => {
                        assert!(!from.next().contains(&to));
                        assert_eq!(ticket, before);
                        assert!(refused.to_string().contains(from.next()[0].name()), "{refused}");
                    }
                }
            }
        }
        assert!(!TicketState::Solved.next().contains(&TicketState::Open), "solved is reopened first");
    }

    #[test]
    fn the_clock_stands_while_waiting_and_while_solved() {
        let authority = authority();
        let mut ticket = ticket();
        let mut go =
            |to, when| change(&mut ticket, &authority, to, when).map(|_| (ticket.due.resolution, ticket.responded));
        assert_eq!(go(TicketState::Open, at(23, 9, 30)), Ok((Some(at(23, 13, 0)), Some(at(23, 9, 30)))));
        go(TicketState::Waiting, at(23, 12, 0)).unwrap();
        // An hour was left at noon; it is left on Wednesday at nine.
        assert_eq!(go(TicketState::Open, at(25, 9, 0)), Ok((Some(at(25, 10, 0)), Some(at(23, 9, 30)))));
        go(TicketState::Waiting, at(25, 9, 15)).unwrap();
        go(TicketState::Solved, at(25, 9, 30)).unwrap();
        assert_eq!(go(TicketState::Reopened, at(26, 8, 0)).unwrap().0, Some(at(26, 8, 45)));
        // What had passed stays passed.
        go(TicketState::Waiting, at(26, 9, 0)).unwrap();
        assert_eq!(go(TicketState::Open, at(27, 9, 0)).unwrap().0, Some(at(26, 8, 45)));
    }

    #[test]
    fn what_is_overdue() {
        use TicketEventKind::{DueSoon, ResolutionBreached, ResponseBreached};
        let authority = authority();
        let mut ticket = ticket();
        let found = |ticket: &Ticket, when| overdue(ticket, &authority, when);
        assert_eq!(found(&ticket, at(23, 10, 0)), []);
        assert_eq!(found(&ticket, at(23, 10, 1)), [ResponseBreached]);
        assert_eq!(found(&ticket, at(23, 12, 0)), [ResponseBreached]);
        assert_eq!(found(&ticket, at(23, 12, 1)), [ResponseBreached, DueSoon]);
        assert_eq!(found(&ticket, at(23, 13, 1)), [ResponseBreached, ResolutionBreached]);
        change(&mut ticket, &authority, TicketState::Open, at(23, 9, 30)).unwrap();
        assert_eq!(found(&ticket, at(23, 13, 1)), [ResolutionBreached]);
        change(&mut ticket, &authority, TicketState::Waiting, at(23, 12, 0)).unwrap();
        assert_eq!(found(&ticket, at(30, 13, 1)), []);
        ticket.due = Due::default();
        ticket.state = TicketState::New;
        assert_eq!(found(&ticket, at(30, 13, 1)), [], "nothing was promised");
    }
}
