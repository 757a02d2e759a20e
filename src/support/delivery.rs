//! Every report arrives once: from the outbox to the helpdesk's own systems, and back what
//! staff did there.
//!
//! A report is looked up by our id before it is filed, and that it may have arrived is written
//! down before it leaves (`send`). A time-out is no failure: what is doubtful is filed again
//! only if the system, since it answered again, had time to finish what it had begun and still
//! does not know it. A system that fails is left alone for a while (`pause`); after a set time
//! another takes over what it certainly did not take.

mod home;
mod news;
mod overview;
pub mod pause;
mod report;
mod send;
#[cfg(test)]
mod tests;
mod worker;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::sync::watch;

use self::pause::Breaker;
pub use self::{
    overview::{TargetState, Trouble},
    report::{came_of, report},
};
use crate::{
    config::DeliveryConfig,
    domain::{clock::Clock, conversation::Event},
    helpdesk::{Fault, Hooked, Hooks, Target},
    store::Store,
    support::{directory::Schools, ids::Ids, redact::Redactor},
};

/// A single report that failed so often goes elsewhere though the system takes others.
const STUBBORN: i64 = 5;

/// Hands events that were stored to whoever has these conversations open.
pub type Tell = Arc<dyn Fn(&[(String, Event)]) + Send + Sync>;

/// Something is to be sent, or to be fetched: nobody need wait for the next look.
#[derive(Clone, Debug)]
pub struct Wake {
    outgoing: watch::Sender<()>,
    news: watch::Sender<()>,
}

impl Default for Wake {
    fn default() -> Self {
        Self { outgoing: watch::Sender::new(()), news: watch::Sender::new(()) }
    }
}

impl Wake {
    /// Something waits in the outbox.
    pub fn outgoing(&self) {
        self.outgoing.send_replace(());
    }

    /// Something happened in a helpdesk's system.
    pub fn news(&self) {
        self.news.send_replace(());
    }
}

/// Of one report at one system, since it last got on.
#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    /// When, by the steady clock, the system first answered again and did not have it.
    answered: Option<Duration>,
    /// Faults one after the other.
    faults: i64,
}

/// One system, and how it has been doing.
struct Line {
    target: Target,
    breaker: Mutex<Breaker>,
    /// Ids of what is being sent by this server.
    under_way: Mutex<HashSet<String>>,
    /// What this server has seen of a report, by its id.
    tries: Mutex<HashMap<String, Tries>>,
    /// Whether what staff do there could not be read the last time.
    unread: AtomicBool,
    /// Last fault, as an operator may read it: our words and numbers, nothing that anybody wrote.
    trouble: Mutex<Option<Trouble>>,
}

impl Line {
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        lock(&self.breaker)
    }
}

/// What delivering needs.
pub struct Parts {
    pub store: Store,
    pub schools: Schools,
    pub redactor: Arc<Redactor>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<Ids>,
    pub config: DeliveryConfig,
    /// The first is where reports go; the others take over.
    pub targets: Vec<Target>,
    pub hooks: Hooks,
    pub wake: Wake,
    pub tell: Tell,
}

/// The way to the helpdesk's systems and back.
pub struct Delivery {
    store: Store,
    schools: Schools,
    redactor: Arc<Redactor>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    config: DeliveryConfig,
    lines: Vec<Line>,
    hooks: Hooks,
    wake: Wake,
    tell: Tell,
}

impl Delivery {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let line = |target| Line {
            target,
            breaker: Mutex::default(),
            under_way: Mutex::default(),
            tries: Mutex::default(),
            unread: AtomicBool::default(),
            trouble: Mutex::default(),
        };
        Self {
            store: parts.store,
            schools: parts.schools,
            redactor: parts.redactor,
            clock: parts.clock,
            ids: parts.ids,
            config: parts.config,
            lines: parts.targets.into_iter().map(line).collect(),
            hooks: parts.hooks,
            wake: parts.wake,
            tell: parts.tell,
        }
    }

    /// Something happened in a helpdesk's system: all are asked soon. May be called at any rate.
    pub fn wake(&self) {
        self.wake.news();
        self.wake.outgoing();
    }

    /// A webhook of a system: if it is signed rightly, that system is asked soon. `false` if it is not.
    pub fn hooked(&self, target: &str, header: impl Fn(&str) -> Option<String>, body: &[u8], now: Instant) -> bool {
        match self.hooks.hooked(target, header, body, now) {
            Hooked::Wake => self.wake(),
            Hooked::Again => {}
            Hooked::Refused => return false,
        }
        true
    }

    /// Names of the systems, the one where reports go first.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.target.name.as_str())
    }

    /// The systems themselves, for `doctor`.
    pub fn systems(&self) -> impl Iterator<Item = &Target> {
        self.lines.iter().map(|line| &line.target)
    }

    fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.target.name == name)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The fixed name of a fault: for the outbox and the figures.
#[must_use]
pub fn kind(fault: &Fault) -> &'static str {
    match fault {
        Fault::Doubtful(_) => "doubtful",
        Fault::Unavailable { .. } => "unavailable",
        Fault::Refused(_) => "refused",
        Fault::Unacceptable(_) => "unacceptable",
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
