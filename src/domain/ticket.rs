//! The fault report: what the helpdesk would have wished for.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::document::{DeviceType, Onsite};

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketState {
    New,
    Open,
    Waiting,
    Solved,
    Reopened,
}

impl TicketState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Solved => "solved",
            Self::Reopened => "reopened",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::New, Self::Open, Self::Waiting, Self::Solved, Self::Reopened]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// Urgency: P1 a building or a lesson stands still … P4 can wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Priority {
    P1,
    P2,
    P3,
    P4,
}

/// Who is affected by a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Person,
    Class,
    Building,
    School,
}

/// What came of a step that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepResult {
    Ok,
    Failed,
    Skipped,
    Unknown,
}

/// A step of a guide or flow that the teacher was shown or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub step: String,
    pub result: StepResult,
}

/// The device that a report is about; what is unknown stays empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketDevice {
    #[serde(rename = "type")]
    pub kind: Option<DeviceType>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub inventory: Option<String>,
}

/// A day on which somebody could come beside the round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub day: Date,
    /// Name of the one who would come.
    pub manager: String,
}

/// Who takes care of it, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    /// `school`, `campus-manager`, `helpdesk`, `building-services` or `manufacturer`.
    pub level: String,
    pub queue: String,
    /// Name of the campus manager or the helpdesk, as the reader is told.
    pub assignee: Option<String>,
    pub next_visit: Option<Date>,
    /// A visit before the next one, for what is urgent. Nobody is told until somebody confirmed it.
    pub proposed: Option<Proposal>,
    /// The proposed visit was confirmed.
    pub confirmed: bool,
    pub why: Vec<String>,
}

impl Routing {
    /// The day on which somebody comes: a confirmed visit, else the round.
    #[must_use]
    pub fn visit(&self) -> Option<Date> {
        let confirmed = self.proposed.as_ref().filter(|_| self.confirmed);
        confirmed.map(|visit| visit.day).or(self.next_visit)
    }
}

/// When an answer and a solution are due.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Due {
    pub response: Option<Timestamp>,
    pub resolution: Option<Timestamp>,
}

/// How far the report has got on its way to the helpdesk's own system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivery {
    /// `local` (no target configured), `pending`, `sent`, `failed`.
    pub state: String,
    pub target: Option<String>,
    pub reference: Option<String>,
}

/// What a caller may say of a fault: the input keys of `POST /api/v1/tickets`
/// and the `fields` of `ticket.submit`. Everything but the symptom may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TicketInput {
    pub school: Option<String>,
    pub site: Option<String>,
    pub room: Option<String>,
    pub device: TicketDevice,
    pub problem: Option<String>,
    pub symptom: String,
    pub tried: Vec<Tried>,
    pub lesson_running: Option<bool>,
    /// `now` (lesson running), `today` or `week`: the form's question.
    pub urgency: Option<String>,
    /// Who is affected, where it was said.
    pub scope: Option<Scope>,
    /// An examination is running or will be within the day.
    pub exam: Option<bool>,
    /// How to reach the reporter. Personal: removed 90 days after closure.
    pub contact: Option<String>,
}

/// A stored report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub number: String,
    pub state: TicketState,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub school: Option<String>,
    pub site: Option<String>,
    pub room: Option<String>,
    pub device: TicketDevice,
    pub problem: Option<String>,
    pub symptom: String,
    pub tried: Vec<Tried>,
    pub lesson_running: Option<bool>,
    #[serde(default)]
    pub scope: Option<Scope>,
    #[serde(default)]
    pub exam: Option<bool>,
    pub priority: Priority,
    /// Why it was reported: `not_helped`, `no_passage`, `wish`, `safety`, `form` …
    pub reason: String,
    pub onsite: Onsite,
    pub routing: Routing,
    pub due: Due,
    /// First human answer: when it first left `new`.
    #[serde(default)]
    pub responded: Option<Timestamp>,
    /// Since when its clock stands: it waits, or counts as solved.
    #[serde(default)]
    pub stopped: Option<Timestamp>,
    /// Number of the open report about the same device that this one goes with.
    #[serde(default)]
    pub joined: Option<String>,
    pub contact: Option<String>,
    /// Names of fields the helpdesk will have to ask for.
    pub missing: Vec<String>,
    pub delivery: Delivery,
    pub conversation: Option<String>,
    /// The chat's transcript, masked, where the teacher agreed to send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
}
