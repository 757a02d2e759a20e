//! The chat, apart from its transports: a connection says hello, gets a session,
//! hands in messages and takes out what the conversation has to say. Every client
//! message that acts carries a `cid` and acts once; every durable event is stored
//! before anyone sees it.

mod act;
mod after;
mod again;
mod guided;
mod here;
mod listening;
mod live;
mod opening;
mod operator;
mod preview;
pub mod protocol;
mod rated;
mod report;
mod send;
mod session;
mod solved;
mod told;
mod turn;
mod twice;
mod typed;
mod unanswered;

use std::sync::Arc;

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use jiff::SignedDuration;
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    live::{Live, Registry},
    protocol::Outgoing,
};
use crate::{
    config::LimitsConfig,
    domain::{clock::Clock, conversation::Event, outage::Where},
    store::{Store, StoreError},
    support::{
        directory::Schools, escalate::Desk, foreign::Foreign, heard::Ears, ids::Ids, redact::Redactor,
        replies::Replies, respond::Responder,
    },
};

pub use opening::HelloError;
pub use operator::Operator;
pub use session::Session;
pub use unanswered::{Unanswered, unanswered};

/// How long a conversation without a message is held in memory when nobody looks at it.
const IDLE: SignedDuration = SignedDuration::from_secs(120);

/// Longest wait, at a stop or a deletion, for a reply that was cut off to be stored and told.
pub const LAST_WORDS: std::time::Duration = std::time::Duration::from_secs(5);

/// The chat service.
pub struct Chats {
    pub responder: Arc<Responder>,
    pub desk: Desk,
    pub store: Store,
    pub schools: Schools,
    pub redactor: Arc<Redactor>,
    pub ears: Arc<Ears>,
    pub replies: Arc<Replies>,
    foreign: Foreign,
    pub ids: Arc<Ids>,
    pub clock: Arc<dyn Clock>,
    pub limits: LimitsConfig,
    pub operator: Operator,
    registry: Registry,
    by_conversation: DefaultKeyedRateLimiter<String>,
    by_school: DefaultKeyedRateLimiter<String>,
    tickets: DefaultKeyedRateLimiter<String>,
    pub tasks: TaskTracker,
    pub stopping: CancellationToken,
}

impl Chats {
    #[must_use]
    pub fn new(
        responder: Arc<Responder>,
        desk: Desk,
        ears: Arc<Ears>,
        replies: Arc<Replies>,
        limits: LimitsConfig,
        operator: Operator,
    ) -> Arc<Self> {
        Arc::new(Self {
            store: desk.store.clone(),
            schools: desk.schools.clone(),
            redactor: Arc::clone(&desk.redactor),
            ids: Arc::clone(&desk.ids),
            clock: Arc::clone(&desk.clock),
            by_conversation: limiter(Quota::per_minute, limits.conversation_per_minute, limits.conversation_burst),
            by_school: limiter(Quota::per_minute, limits.school_per_minute, limits.school_burst),
            tickets: limiter(Quota::per_hour, limits.tickets_per_hour, limits.tickets_per_hour),
            responder,
            ears,
            replies,
            foreign: Foreign::default(),
            desk,
            limits,
            operator,
            registry: Registry::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }

    /// Forgets what nobody looks at any more, in memory only.
    pub fn sweep(&self) {
        let now = self.clock.now();
        self.registry.sweep(|pending| now.duration_since(pending.at) > IDLE);
        self.by_conversation.retain_recent();
        self.by_school.retain_recent();
        self.tickets.retain_recent();
    }

    /// Conversations held in memory.
    #[must_use]
    pub fn open(&self) -> usize {
        self.registry.len()
    }

    /// Ends all conversations: their readers are cut off, and begin anew when they come back.
    pub async fn end_all(&self) {
        let all = self.registry.take_all();
        for live in &all {
            live.ended.cancel();
            if let Some(running) = live.running() {
                running.cancel.cancel();
            }
        }
        // What is being stored is stored before this returns.
        for live in all {
            let _ = tokio::time::timeout(LAST_WORDS, live.turn.lock()).await;
        }
    }

    /// Lets running answers end and starts no new ones.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Counts a question asked without a conversation.
    ///
    /// # Errors
    /// The seconds to wait, where there were too many.
    pub fn allow_question(&self, school: Option<&str>) -> Result<(), u64> {
        // A name that nobody knows gets no allowance of its own.
        let known = school.filter(|id| self.schools.school(id).is_some());
        check(&self.by_school, known.unwrap_or_default())
    }

    /// Counts a report under its school.
    ///
    /// # Errors
    /// The seconds to wait, where there were too many.
    pub fn allow_report(&self, school: Option<&str>) -> Result<(), u64> {
        let known = school.filter(|id| self.schools.school(id).is_some());
        check(&self.tickets, known.unwrap_or_default())
    }

    /// Counts an attempt at the code of a report that there is, so that it cannot be
    /// guessed. Numbers are no secret, and those that nobody has are not counted.
    ///
    /// # Errors
    /// The seconds to wait, where there were too many.
    pub fn allow_code(&self, number: &str) -> Result<(), u64> {
        check(&self.tickets, &format!("code of {}", number.trim().to_uppercase()))
    }

    /// Hands events that were stored elsewhere to whoever has these conversations open.
    pub fn tell(&self, told: &[(String, Event)]) {
        for (conversation, event) in told {
            if let Some(live) = self.registry.get(conversation) {
                live.send(Outgoing::Event(event.clone()));
            }
        }
    }

    /// Lets whoever has these conversations open read what another process added; how many are open.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn tell_latest(&self, conversations: &[String]) -> Result<usize, StoreError> {
        let mut open = 0;
        for id in conversations {
            let Some(live) = self.registry.get(id) else { continue };
            let Some(known) = self.store.conversation(id).await? else { continue };
            // The last one shows a reader how much she has missed.
            for event in self.store.events(id, known.last_seq - 1).await? {
                live.send(Outgoing::Event(event));
            }
            open += 1;
        }
        Ok(open)
    }

    /// Where somebody is, as far as known.
    pub(super) async fn place(&self, school: Option<&str>, room: Option<&str>) -> Where {
        let found = match room {
            Some(code) => self.schools.room(code).await.ok().flatten(),
            None => None,
        };
        let known = found.map(|found| found.room.place()).unwrap_or_default();
        Where { school: school.map(str::to_owned).or(known.school), ..known }
    }

    fn publish(live: &Live, events: &[Event]) {
        for event in events {
            live.send(Outgoing::Event(event.clone()));
        }
    }
}

fn limiter(per: fn(std::num::NonZeroU32) -> Quota, count: u32, burst: u32) -> DefaultKeyedRateLimiter<String> {
    let at_least_one = |n: u32| std::num::NonZeroU32::new(n).unwrap_or(std::num::NonZeroU32::MIN);
    RateLimiter::keyed(per(at_least_one(count)).allow_burst(at_least_one(burst)))
}

/// Takes one from a key's allowance, or says how many seconds to wait for the next.
fn check(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<(), u64> {
    limiter
        .check_key(&key.to_owned())
        .map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()).as_secs().max(1))
}

/// What one connection hears.
type Listener = broadcast::Receiver<Arc<Outgoing>>;
