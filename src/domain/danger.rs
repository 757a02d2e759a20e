//! The dangers that stand above every guide: one table of what each asks for.
//!
//! The ids are those of the rules in `knowledge/lexicon/rules.toml` and of the wordings;
//! the fixed texts stand in `support/wording/safety.rs`. Whatever else depends on a
//! danger (urgency, addressee, how loud it is shown) is read from here.

use super::ticket::Priority;

/// Whom the reader turns to first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Everyone leaves, then 112.
    Everyone,
    /// Caretaker or building services.
    Caretaker,
    /// The helpdesk by telephone, at once.
    Hotline,
    /// The head of the school; 110 or 112 where the text says so.
    Head,
    /// The helpdesk, by the report.
    Report,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Danger {
    pub id: &'static str,
    /// Of the report about it; `None` = that of the fault itself.
    pub urgency: Option<Priority>,
    /// A matter of information security: it goes to the helpdesk, whatever the round.
    pub security: bool,
    pub person: Person,
    /// What is left once nobody is in danger is a fault to report.
    pub fault: bool,
}

const fn row(id: &'static str, urgency: Option<Priority>, security: bool, person: Person, fault: bool) -> Danger {
    Danger { id, urgency, security, person, fault }
}

const P1: Option<Priority> = Some(Priority::P1);

/// Id, urgency, security, person, fault.
pub const DANGERS: [Danger; 12] = [
    row("crisis", P1, false, Person::Head, false),
    row("violence", P1, false, Person::Head, false),
    row("fire", P1, false, Person::Everyone, true),
    row("mains", P1, false, Person::Caretaker, true),
    row("opened", Some(Priority::P2), false, Person::Report, true),
    row("battery", P1, false, Person::Report, true),
    // Nothing has happened yet: somebody was about to climb.
    row("ladder", None, false, Person::Report, true),
    row("loose", P1, false, Person::Caretaker, true),
    row("injury", P1, false, Person::Head, true),
    row("phishing", P1, true, Person::Hotline, false),
    row("leak", P1, true, Person::Hotline, false),
    row("stolen", P1, true, Person::Hotline, false),
];

/// The ids, in the order of the table.
pub const IDS: [&str; DANGERS.len()] = {
    let mut ids = [""; DANGERS.len()];
    let mut at = 0;
    while at < ids.len() {
        ids[at] = DANGERS[at].id;
        at += 1;
    }
    ids
};

/// The danger with this id.
#[must_use]
pub fn of(id: &str) -> Option<&'static Danger> {
    DANGERS.iter().find(|danger| danger.id == id)
}

impl Danger {
    /// Whether its first line stands out most: somebody must act this minute.
    #[must_use]
    pub fn is_loud(&self) -> bool {
        matches!(self.person, Person::Everyone | Person::Hotline | Person::Head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_found() {
        for id in IDS {
            assert_eq!(IDS.iter().filter(|other| **other == id).count(), 1, "{id}");
            assert_eq!(of(id).map(|danger| danger.id), Some(id));
        }
        assert_eq!(of("form"), None);
    }

    #[test]
    fn security_is_called_in_and_most_urgent() {
        for danger in DANGERS.iter().filter(|danger| danger.security) {
            assert_eq!((danger.person, danger.urgency), (Person::Hotline, P1), "{}", danger.id);
        }
    }
}
