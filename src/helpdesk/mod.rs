//! The helpdesk that the authority already has, behind one trait: Request Tracker, Zammad, mail.
//!
//! A connector says in [`Capabilities`] what its system can do, and in a [`Fault`] what a failure
//! means; it never decides when to try again, and keeps nothing. A time-out is no failure: the
//! other side may have taken the report, so whoever sends looks it up by our id first.

mod http;
mod mail;
mod rt;
pub mod scripted;
mod targets;
mod text;
mod webhook;
mod zammad;

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    targets::{TargetError, targets},
    webhook::{Hooked, Hooks},
};

/// A report as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Ours, a UUID: the same however often it is sent, to whatever system.
    pub id: String,
    /// What the reader knows it by, `SUP-2026-00001`.
    pub number: String,
    pub subject: String,
    /// For people; plain text.
    pub text: String,
    /// For programs and custom fields: name and value, in the order of the form.
    pub fields: Vec<(&'static str, String)>,
    /// 1 (most urgent) to 4.
    pub priority: u8,
    /// Address of the one who reports, where she gave one.
    pub requestor: Option<String>,
    /// The conversation, where she agreed.
    pub transcript: Option<String>,
}

/// A report in the other system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The number there.
    pub reference: String,
    /// Fields of ours that the system took without keeping them.
    pub dropped: Vec<String>,
}

/// Something that we tell of a report that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Ours; stands in what is written, so that it can be found again.
    pub id: String,
    pub text: String,
    pub state: Option<RemoteState>,
}

/// Where a report stands in the other system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemoteState {
    New,
    Open,
    Waiting,
    Solved,
    /// Ended there without a solution: rejected, deleted.
    Closed,
}

/// What somebody did there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Unique in that system; a change may be told more than once.
    pub id: String,
    pub reference: String,
    pub at: Timestamp,
    pub kind: ChangeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Staff answered the reader. Internal notes are never told.
    Reply(String),
    State(RemoteState),
    /// Put together with another report, under whose number all that follows is told.
    Merged {
        into: String,
    },
    /// What was sent came back: the report itself, or something that followed it.
    Bounced {
        report: bool,
    },
}

/// What happened since a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub changes: Vec<Change>,
    /// Where to go on; kept by the caller once all changes are stored.
    pub cursor: String,
    /// There is more to be had at once.
    pub more: bool,
}

/// A report that was solved there, to learn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    pub reference: String,
    pub subject: String,
    pub description: String,
    /// What staff wrote to the reader, oldest first; internal notes are left out.
    pub replies: Vec<String>,
    /// Names and addresses of those who wrote or reported, for masking.
    pub persons: Vec<String>,
    pub at: Timestamp,
}

/// What a system can do; what it cannot is left out by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a table of what can be done")]
pub struct Capabilities {
    /// Finds a report by our id for certain: without it, a doubtful sending is settled by its id alone.
    pub finds: bool,
    /// Takes comments and states on a report that is there.
    pub updates: bool,
    /// Tells what happened since a cursor.
    pub tells: bool,
    /// Tells what was solved, and how.
    pub resolves: bool,
    /// Reports at once that it takes well.
    pub at_once: usize,
    /// After a time-out the other side may be at it for this long.
    pub settles: Duration,
}

/// What a failure means to whoever sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody answered, or no more: it may have been taken all the same.
    Doubtful(String),
    /// For certain not taken: nobody there, or too busy.
    Unavailable { why: String, after: Option<Duration> },
    /// Token, login or rights: an operator must act.
    Refused(String),
    /// This report is not acceptable, and never will be as it is.
    Unacceptable(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doubtful(why) => write!(f, "no answer: {why}"),
            Self::Unavailable { why, .. } => write!(f, "not available: {why}"),
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Unacceptable(why) => write!(f, "not accepted: {why}"),
        }
    }
}

impl std::error::Error for Fault {}

/// A helpdesk's system.
pub trait Helpdesk: Send + Sync {
    fn capabilities(&self) -> Capabilities;

    /// Whether it answers and lets us in; for `doctor`.
    fn check(&self) -> BoxFuture<'_, Result<String, Fault>>;

    /// The report with our id, if it is there.
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Filed>, Fault>>;

    /// Files it, and reads it back.
    fn file<'a>(&'a self, report: &'a Report) -> BoxFuture<'a, Result<Filed, Fault>>;

    /// Tells something of a report that is there; nothing happens if it was told before.
    fn update<'a>(&'a self, reference: &'a str, update: &'a Update) -> BoxFuture<'a, Result<(), Fault>>;

    /// What happened since `cursor`; `None` begins now.
    fn changes<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<Changes, Fault>>;

    /// What was solved since `cursor`, with where to go on.
    fn resolved<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<(Vec<Resolved>, String), Fault>>;
}

/// One system under the name by which the outbox and the figures know it.
#[derive(Clone)]
pub struct Target {
    pub name: String,
    pub system: Arc<dyn Helpdesk>,
}
