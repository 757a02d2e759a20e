//! The chat, apart from its transports: a connection says hello, gets a session,
//! hands in messages and takes out what the conversation has to say. Every client
//! message that acts carries a `cid` and acts once; every durable event is stored
//! before anyone sees it.

mod act;
mod after;
mod guided;
mod here;
mod listening;
mod live;
pub mod protocol;
mod rated;
mod report;
mod session;
mod told;
mod turn;
mod twice;
mod typed;

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
    protocol::{Direct, Hello, Outgoing, Texts},
};
use crate::{
    config::{LimitsConfig, ServerConfig},
    domain::{
        clock::{Clock, berlin},
        conversation::{Event, Level, WireBlock},
        lang::Lang,
        outage::Where,
    },
    store::{NewConversation, Store, StoreError},
    support::{
        directory::{Door, Schools},
        escalate::Desk,
        heard::Ears,
        ids::{Ids, digest, same_digest},
        redact::Redactor,
        replies::Replies,
        respond::Responder,
        room_reports, wording,
    },
};

pub use session::Session;

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
    pub ids: Arc<Ids>,
    pub clock: Arc<dyn Clock>,
    pub limits: LimitsConfig,
    server: ServerConfig,
    registry: Registry,
    by_conversation: DefaultKeyedRateLimiter<String>,
    by_school: DefaultKeyedRateLimiter<String>,
    tickets: DefaultKeyedRateLimiter<String>,
    pub tasks: TaskTracker,
    pub stopping: CancellationToken,
}

/// Why a hello is not taken.
#[derive(Debug, thiserror::Error)]
pub enum HelloError {
    #[error("too many chats are open")]
    Full,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Chats {
    #[must_use]
    pub fn new(
        responder: Arc<Responder>,
        desk: Desk,
        ears: Arc<Ears>,
        replies: Arc<Replies>,
        limits: LimitsConfig,
        server: ServerConfig,
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
            desk,
            limits,
            server,
            registry: Registry::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }

    /// Opens a connection: a new conversation, or the one to go on with. What the
    /// client has missed comes with the welcome.
    ///
    /// # Errors
    /// Too many open chats, or a database that cannot be read.
    pub async fn hello(self: &Arc<Self>, hello: Hello) -> Result<(Session, Vec<Outgoing>), HelloError> {
        if let Some(resume) = &hello.resume
            && let Some(mut session) = self.attach(&resume.conv, &resume.token, resume.after).await?
        {
            if let Some(lang) = hello.lang.as_deref().and_then(Lang::from_code) {
                self.speak(&mut session, lang).await?;
            }
            let mut first = vec![self.welcome(&session, resume.token.clone(), None).await?];
            first.extend(self.missed(&session, resume.after).await?);
            self.answer_what_is_open(&session).await?;
            return Ok((session, first));
        }
        if self.registry.len() >= self.limits.open_chats {
            self.sweep();
            if self.registry.len() >= self.limits.open_chats {
                return Err(HelloError::Full);
            }
        }
        let lang = hello.lang.as_deref().and_then(Lang::from_code).unwrap_or_default();
        let (room, shut) = match hello.room.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
            Some(code) => match self.schools.enter(code).await? {
                Door::Room(found) => (Some(found.room), None),
                shut => (None, wording::no_room(&shut, lang)),
            },
            None => (None, None),
        };
        let school = room.as_ref().map(|room| room.school.clone());
        let school = school.or_else(|| hello.school.filter(|id| self.schools.school(id).is_some()));
        let (session, token) = self.begin(school, room.map(|room| room.code), lang);
        let shut = shut.map(|text| WireBlock::notice(Level::Warning, text));
        let welcome = self.welcome(&session, token, shut).await?;
        Ok((session, vec![welcome]))
    }

    /// The language of what the server says from now on.
    async fn speak(&self, session: &mut Session, lang: Lang) -> Result<(), StoreError> {
        if session.lang != lang {
            session.lang = lang;
            session.live.set_pending(|pending| pending.lang = lang);
            if session.live.pending().is_none() {
                self.store.set_lang(&session.conversation, lang).await?;
            }
        }
        Ok(())
    }

    /// A session on a conversation that exists, if the token opens it.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn attach(
        self: &Arc<Self>,
        conversation: &str,
        token: &str,
        after: i64,
    ) -> Result<Option<Session>, StoreError> {
        let given = digest(token);
        if let Some(live) = self.registry.get(conversation)
            && let Some(pending) = live.pending()
        {
            return Ok(same_digest(&given, &pending.token_hash).then(|| self.session(&live, &pending, after)));
        }
        let Some(known) = self.store.conversation(conversation).await? else { return Ok(None) };
        if !same_digest(&given, &known.token_hash) {
            return Ok(None);
        }
        let live = self.registry.enter(conversation, None);
        let about = NewConversation {
            id: known.id,
            token_hash: known.token_hash,
            school: known.school,
            room: known.room,
            lang: known.lang,
            at: known.created,
        };
        Ok(Some(self.session(&live, &about, after)))
    }

    /// A new conversation; `room` is the directory's code.
    fn begin(self: &Arc<Self>, school: Option<String>, room: Option<String>, lang: Lang) -> (Session, String) {
        let id = self.ids.uuid().to_string();
        let token = format!("{id}.{}", self.ids.token());
        let about =
            NewConversation { id: id.clone(), token_hash: digest(&token), school, room, lang, at: self.clock.now() };
        let live = self.registry.enter(&id, Some(about.clone()));
        (self.session(&live, &about, 0), token)
    }

    fn session(self: &Arc<Self>, live: &Arc<Live>, about: &NewConversation, after: i64) -> Session {
        Session::new(Arc::clone(self), Arc::clone(live), about, after)
    }

    /// `shut` says why a code on a wall did not open its room.
    async fn welcome(&self, session: &Session, token: String, shut: Option<WireBlock>) -> Result<Outgoing, StoreError> {
        let lang = session.lang;
        // That a machine answers stands permanently in every client's head line.
        let place = self.place(session.school.as_deref(), session.room.as_deref()).await;
        let outages = self.responder.outages.notices(&place, lang);
        let demo = self.schools.is_demo().then(|| WireBlock::notice(Level::Warning, wording::demo_notice(lang)));
        let mut notices: Vec<WireBlock> = demo.into_iter().chain(shut).chain(outages).collect();
        if let Some(room) = session.school.as_deref().zip(session.room.as_deref()) {
            let now = self.clock.now().to_zoned(berlin());
            notices.extend(room_reports::notices(&self.store, &self.schools, room, (lang, &now)).await?);
        }
        let seq = self.store.conversation(&session.conversation).await?.map_or(0, |known| known.last_seq);
        Ok(Outgoing::Direct(Direct::Welcome {
            conv: session.conversation.clone(),
            token,
            seq,
            lang: lang.code(),
            greeting: wording::greeting(lang).into(),
            chips: wording::chips(lang),
            notices,
            texts: self.texts(),
        }))
    }

    fn texts(&self) -> Texts {
        let phone = self.schools.now().authority.hotline.clone();
        Texts {
            phone: (!phone.is_empty()).then_some(phone),
            privacy_url: self.server.privacy_url.clone(),
            accessibility_url: self.server.accessibility_url.clone(),
        }
    }

    /// Durable events after `after`, then what is being written.
    async fn missed(&self, session: &Session, after: i64) -> Result<Vec<Outgoing>, StoreError> {
        let mut missed: Vec<Outgoing> =
            self.store.events(&session.conversation, after).await?.into_iter().map(Outgoing::Event).collect();
        if let Some(running) = session.live.running() {
            missed.push(Outgoing::Fleeting(running.snapshot()));
        }
        Ok(missed)
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
