//! How a connection begins: hello, a new conversation or the one to go on with, and the
//! welcome that says where one is.

use std::sync::Arc;

use super::{
    Chats,
    live::Live,
    protocol::{Direct, Hello, Outgoing},
    session::Session,
};
use crate::{
    domain::{
        clock::berlin,
        conversation::{Level, WireBlock},
        lang::Lang,
    },
    store::{NewConversation, StoreError},
    support::{
        directory::Door,
        ids::{digest, same_digest},
        room_reports, wording,
    },
};

/// Most connections to one conversation: tabs of a browser, and those of its lost lines that are not noticed yet.
const TABS: usize = 16;

/// Seconds after which a hello that was not taken is worth another try.
const TRY_AGAIN: u64 = 5;

/// Why a hello is not taken.
#[derive(Debug, thiserror::Error)]
pub enum HelloError {
    #[error("too many chats are open")]
    Full,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HelloError {
    /// What the reader is told, by a fixed name and in her language; the cause goes to the log.
    #[must_use]
    pub fn told(&self, lang: Lang) -> Direct {
        let (code, text) = match self {
            Self::Full => ("busy", wording::busy(lang)),
            Self::Store(error) => {
                tracing::error!(error = %error, "a chat could not be opened");
                ("internal", wording::internal(lang))
            }
        };
        Direct::Error { code, cid: None, retry_after: Some(TRY_AGAIN), text: text.into() }
    }
}

impl Chats {
    /// Opens a connection: a new conversation, or the one to go on with. What the
    /// client has missed comes with the welcome.
    ///
    /// # Errors
    /// Too many open chats, or a database that cannot be read.
    pub async fn hello(self: &Arc<Self>, hello: Hello) -> Result<(Session, Vec<Outgoing>), HelloError> {
        let warning = self.operator.unknown_school(hello.school.as_deref(), &self.schools);
        if let Some(resume) = &hello.resume
            && let Some(mut session) = self.attach(&resume.conv, &resume.token, resume.after).await?
        {
            if session.live.sender.receiver_count() > TABS {
                return Err(HelloError::Full);
            }
            if let Some(lang) = hello.lang.as_deref().and_then(Lang::from_code) {
                self.speak(&mut session, lang).await?;
            }
            let mut first = vec![self.welcome(&session, resume.token.clone(), (None, warning)).await?];
            let missed = self.missed(&session, resume.after).await?;
            let again = self.in_her_language(&session, &missed).await;
            first.extend(missed);
            first.extend(again);
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
        let welcome = self.welcome(&session, token, (shut, warning)).await?;
        Ok((session, vec![welcome]))
    }

    /// The language of what the server says from now on.
    pub(super) async fn speak(&self, session: &mut Session, lang: Lang) -> Result<(), StoreError> {
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
            return Ok(same_digest(&given, &pending.token_hash).then(|| self.session(&live, &pending, token, after)));
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
        Ok(Some(self.session(&live, &about, token, after)))
    }

    /// A new conversation; `room` is the directory's code.
    pub(super) fn begin(
        self: &Arc<Self>,
        school: Option<String>,
        room: Option<String>,
        lang: Lang,
    ) -> (Session, String) {
        let id = self.ids.uuid().to_string();
        let token = format!("{id}.{}", self.ids.token());
        let about =
            NewConversation { id: id.clone(), token_hash: digest(&token), school, room, lang, at: self.clock.now() };
        let live = self.registry.enter(&id, Some(about.clone()));
        (self.session(&live, &about, &token, 0), token)
    }

    fn session(self: &Arc<Self>, live: &Arc<Live>, about: &NewConversation, token: &str, after: i64) -> Session {
        Session::new(Arc::clone(self), Arc::clone(live), about, token.to_owned(), after)
    }

    /// `shut` says why a code on a wall did not open its room.
    pub(super) async fn welcome(
        &self,
        session: &Session,
        token: String,
        (shut, warning): (Option<WireBlock>, Option<String>),
    ) -> Result<Outgoing, StoreError> {
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
            texts: Box::new(self.operator.texts(&self.schools, lang)),
            warnings: warning.into_iter().collect(),
        }))
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
}
