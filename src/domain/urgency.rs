//! How urgent a report is: one table of rows, read from above; the first that holds wins,
//! and its reason is kept with the report.
//!
//! P1 stops a building or endangers somebody, P2 stops a lesson, P3 is the ordinary case,
//! P4 can wait. What is promised for each stands in [`super::sla`].

use super::{
    danger,
    ticket::{Priority, Scope},
};

/// What is known about a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation<'a> {
    /// Id of a danger ([`danger::IDS`]); any other word is none.
    pub danger: Option<&'a str>,
    /// `P01` … or an authority's own.
    pub problem: Option<&'a str>,
    /// Who is affected.
    pub scope: Option<Scope>,
    /// An examination is running or will be within the day.
    pub exam: bool,
    pub lesson_running: Option<bool>,
    /// `now` (a lesson is running), `today` or `week`.
    pub urgency: Option<&'a str>,
}

/// A whole class is without network.
const NO_NETWORK: &str = "P32";
/// A suspicious link was followed: security, even where no rule saw the danger.
const PHISHING: &str = "P45";
/// Problems that stop a lesson (column D of the list of problems).
const BLOCKING: [&str; 16] =
    ["P01", "P02", "P04", "P06", "P07", "P10", "P11", "P15", "P16", "P18", "P19", "P20", "P21", "P25", "P32", "P33"];

struct Row {
    priority: Priority,
    reason: &'static str,
    holds: fn(&Situation<'_>) -> bool,
}

const fn row(priority: Priority, reason: &'static str, holds: fn(&Situation<'_>) -> bool) -> Row {
    Row { priority, reason, holds }
}

use Priority::{P1, P2, P3, P4};

const ROWS: [Row; 15] = [
    row(P1, "a matter of information security", is_security),
    row(P1, "somebody is or may be in danger", |s| s.danger_is(P1)),
    row(P2, "a device is dangerous as it stands", |s| s.danger_is(P2)),
    row(P1, "a whole school or building is without network", |s| s.without_network() && s.reaches_a_building()),
    row(P1, "a whole class is without network while a lesson is running", |s| {
        s.without_network() && s.class() && running(s)
    }),
    row(P1, "an examination is running", |s| s.exam && running(s)),
    row(P2, "an examination is within the day", |s| s.exam),
    row(P3, "a lesson is running, and the reporter says that it can wait", |s| {
        s.lesson_running == Some(true) && s.urgency == Some("week")
    }),
    row(P2, "a lesson is running and cannot go on", |s| running(s) && s.blocked()),
    row(P2, "a lesson is running", running),
    row(P2, "a whole school or building is affected", |s| s.reaches_a_building() && s.urgency != Some("week")),
    row(P3, "it is needed today", |s| s.urgency == Some("today")),
    row(P4, "the reporter says that it can wait", |s| s.urgency == Some("week")),
    row(P3, "no lesson is running", |s| s.lesson_running == Some(false)),
    row(P3, "no lesson is blocked as far as known", |_| true),
];

/// The urgency, and why, in English.
#[must_use]
pub fn of(situation: &Situation<'_>) -> (Priority, &'static str) {
    let found = ROWS.iter().find(|row| (row.holds)(situation));
    found.map_or((P3, ""), |row| (row.priority, row.reason))
}

fn is_security(situation: &Situation<'_>) -> bool {
    situation.danger.and_then(danger::of).is_some_and(|danger| danger.security) || situation.problem == Some(PHISHING)
}

fn running(situation: &Situation<'_>) -> bool {
    situation.lesson_running == Some(true) || situation.urgency == Some("now")
}

impl Situation<'_> {
    fn danger_is(&self, priority: Priority) -> bool {
        self.danger.and_then(danger::of).is_some_and(|danger| danger.urgency == Some(priority))
    }

    fn without_network(&self) -> bool {
        self.problem == Some(NO_NETWORK)
    }

    /// The problem speaks of a class; only a person who says so is alone.
    fn class(&self) -> bool {
        self.scope != Some(Scope::Person)
    }

    fn reaches_a_building(&self) -> bool {
        matches!(self.scope, Some(Scope::Building | Scope::School))
    }

    fn blocked(&self) -> bool {
        self.problem.is_some_and(|problem| BLOCKING.contains(&problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priority(situation: Situation<'_>) -> Priority {
        of(&situation).0
    }

    #[test]
    fn the_first_row_that_holds_wins() {
        let nothing = Situation::default();
        let network = Situation { problem: Some("P32"), ..nothing };
        let running = Situation { lesson_running: Some(true), ..nothing };
        for (situation, expected) in [
            (nothing, P3),
            (Situation { urgency: Some("week"), ..nothing }, P4),
            (Situation { urgency: Some("today"), ..nothing }, P3),
            (Situation { urgency: Some("now"), ..nothing }, P2),
            (running, P2),
            (Situation { problem: Some("P01"), ..running }, P2),
            // What was said of the lesson counts, whatever the form says.
            (Situation { urgency: Some("week"), ..running }, P3),
            (Situation { exam: true, ..running }, P1),
            (Situation { exam: true, ..nothing }, P2),
            (network, P3),
            (Situation { lesson_running: Some(true), ..network }, P1),
            (Situation { lesson_running: Some(true), scope: Some(Scope::Person), ..network }, P2),
            (Situation { scope: Some(Scope::Building), ..network }, P1),
            (Situation { scope: Some(Scope::School), urgency: Some("week"), ..network }, P1),
            (Situation { scope: Some(Scope::School), ..nothing }, P2),
            (Situation { scope: Some(Scope::School), urgency: Some("week"), ..nothing }, P4),
            (Situation { danger: Some("phishing"), urgency: Some("week"), ..nothing }, P1),
            (Situation { problem: Some("P45"), ..nothing }, P1),
            (Situation { danger: Some("opened"), ..nothing }, P2),
            (Situation { danger: Some("ladder"), ..nothing }, P3),
            (Situation { danger: Some("ladder"), ..running }, P2),
            (Situation { danger: Some("not_helped"), ..nothing }, P3),
        ] {
            assert_eq!(priority(situation), expected, "{situation:?}");
            assert!(!of(&situation).1.is_empty());
        }
    }

    #[test]
    fn every_row_is_the_answer_to_something() {
        let mut reached = [false; ROWS.len()];
        let some = |texts: &[&'static str]| texts.iter().map(|text| Some(*text)).chain([None]).collect::<Vec<_>>();
        for danger in some(&danger::IDS) {
            for problem in some(&["P01", "P03", "P32", "P45"]) {
                for scope in [None, Some(Scope::Person), Some(Scope::Class), Some(Scope::Building), Some(Scope::School)]
                {
                    for (exam, lesson_running) in
                        [(true, Some(true)), (true, None), (false, Some(true)), (false, Some(false)), (false, None)]
                    {
                        for urgency in some(&["now", "today", "week"]) {
                            let situation = Situation { danger, problem, scope, exam, lesson_running, urgency };
                            if let Some(at) = ROWS.iter().position(|row| (row.holds)(&situation)) {
                                reached[at] = true;
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(reached, [true; ROWS.len()]);
    }
}
