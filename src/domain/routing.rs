//! Who takes care of a report, how urgent it is, whether somebody must come.
//! Pure and total: every report gets a place, and each decision keeps its reason.

use jiff::civil::Date;

use super::{
    document::{DeviceType, Onsite},
    school::Directory,
    ticket::{Priority, Routing, TicketInput},
    urgency::{self, Situation},
};

/// What the rules look at beside the report itself.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub directory: &'a Directory,
    pub queue: &'a str,
    /// `safety:ID`, `not_helped`, `no_passage`, `wish` …
    pub reason: &'a str,
    /// What the guide says, where one was found.
    pub onsite: Option<Onsite>,
    pub today: Date,
}

/// The decision about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub priority: Priority,
    pub onsite: Onsite,
    pub routing: Routing,
}

/// Decides priority, visit and addressee.
#[must_use]
pub fn decide(input: &TicketInput, at: Circumstances<'_>) -> Decision {
    let (priority, urgent) = urgency::of(&situation(input, at.reason));
    let (onsite, place) = onsite(input, at.onsite);
    let mut why = vec![urgent.to_owned(), place.to_owned()];
    let visit = input
        .school
        .as_deref()
        .and_then(|school| super::calendar::next_visit(at.directory, school, input.site.as_deref(), at.today));
    let security = matches!(at.reason, "phishing" | "leak" | "stolen");
    let (level, assignee, next_visit) = match visit {
        _ if security => {
            why.push("security incidents go to the helpdesk at once".into());
            ("helpdesk", helpdesk(at.directory), None)
        }
        Some(visit) => {
            why.push(format!("the round of this school comes on {}", visit.day));
            ("campus-manager", Some(visit.manager), Some(visit.day))
        }
        None => {
            why.push("no round is known for this school".into());
            ("helpdesk", helpdesk(at.directory), None)
        }
    };
    Decision {
        priority,
        onsite,
        routing: Routing { level: level.into(), queue: at.queue.into(), assignee, next_visit, why },
    }
}

fn helpdesk(directory: &Directory) -> Option<String> {
    let name = directory.authority.helpdesk.trim();
    (!name.is_empty()).then(|| name.to_owned())
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

fn onsite(input: &TicketInput, guide: Option<Onsite>) -> (Onsite, &'static str) {
    match (guide, input.device.kind) {
        (Some(onsite), _) => (onsite, "as the guide for this problem says"),
        (None, Some(DeviceType::Account | DeviceType::Software)) => {
            (Onsite::Remote, "accounts and software are looked after from afar")
        }
        (None, Some(_)) => (Onsite::TryThenOnsite, "a device in a room"),
        (None, None) => (Onsite::TryThenOnsite, "the device is not known"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn decided(input: &TicketInput, reason: &str) -> Decision {
        let directory = Directory::default();
        let at = Circumstances { directory: &directory, queue: "q", reason, onsite: None, today: date(2026, 11, 23) };
        decide(input, at)
    }

    #[test]
    fn urgency_follows_the_lesson_and_danger() {
        let mut input = TicketInput::default();
        assert_eq!(decided(&input, "wish").priority, Priority::P3);
        input.urgency = Some("week".into());
        assert_eq!(decided(&input, "wish").priority, Priority::P4);
        input.lesson_running = Some(true);
        assert_eq!(decided(&input, "wish").priority, Priority::P2);
        input.problem = Some("P32".into());
        assert_eq!(decided(&input, "wish").priority, Priority::P1);
        assert_eq!(decided(&TicketInput::default(), "phishing").priority, Priority::P1);
    }

    #[test]
    fn every_decision_keeps_its_reasons() {
        let decision = decided(&TicketInput::default(), "wish");
        assert_eq!(decision.routing.level, "helpdesk");
        assert_eq!(decision.routing.why.len(), 3);
    }
}
