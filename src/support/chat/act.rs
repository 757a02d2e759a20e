//! What a client's message does: checked, masked, stored, acknowledged. Each
//! acts once for its `cid`; a fault is told and changes nothing.

use std::sync::Arc;

use super::{
    Chats, guided::is_of_a_flow, protocol::Direct, protocol::Incoming, protocol::Outgoing, session::Session,
    solved::SOLVED_THERE, turn::asked_by,
};
use crate::{
    domain::{
        conversation::{Event, EventBody},
        lang::Lang,
        text::clean,
    },
    store::{Appended, StoreError},
    support::{form::Filled, wording},
};

/// Longest `cid` taken.
const CID: usize = 64;
/// Most reasons of one feedback, and letters of each.
const REASONS: usize = 8;

/// Why a message did nothing.
pub(super) enum Refusal {
    Fault { code: &'static str, retry_after: Option<u64>, text: String },
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Refusal {
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self::Fault { code, retry_after: None, text: text.into() }
    }
}

pub(super) type Acted = Result<Vec<Outgoing>, Refusal>;

impl Chats {
    /// Does what a client's message says; what comes back is for this connection only.
    pub async fn handle(self: &Arc<Self>, session: &mut Session, message: Incoming) -> Vec<Outgoing> {
        let cid = message.cid().map(str::to_owned);
        let lang = session.lang;
        match self.act(session, message).await {
            Ok(messages) => messages,
            Err(Refusal::Fault { code, retry_after, text }) => vec![error(code, cid, retry_after, text)],
            Err(Refusal::Store(StoreError::NoConversation)) => {
                vec![error("gone", cid, None, wording::gone(lang).into())]
            }
            Err(Refusal::Store(fault)) => {
                tracing::error!(error = %fault, "a message could not be stored");
                vec![error("internal", cid, Some(5), wording::internal(lang).into())]
            }
        }
    }

    async fn act(self: &Arc<Self>, session: &mut Session, message: Incoming) -> Acted {
        if let Some(cid) = message.cid()
            && (cid.is_empty() || cid.len() > CID)
        {
            return Err(Refusal::new("bad_message", "cid: 1 to 64 characters"));
        }
        match message {
            Incoming::Hello(_) => Err(Refusal::new("bad_message", "hello was said already")),
            Incoming::Ping => Ok(vec![Outgoing::Direct(Direct::Pong)]),
            Incoming::Stop { mid, cid } => {
                if let Some(running) = session.live.running().filter(|running| running.mid == mid) {
                    running.enough.cancel();
                    running.cancel.cancel();
                }
                Ok(cid.map(|cid| ack(&cid, &mid, 0, None)).into_iter().collect())
            }
            Incoming::Send { cid, text } => self.send(session, &cid, &text).await,
            Incoming::Pick { cid, mid, value, fields } => {
                let filled = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
                self.pick(session, &cid, mid.unwrap_or_default(), value, &filled).await
            }
            Incoming::Feedback { cid, mid, helped, reasons, note } => {
                let note = note.map(|note| self.redactor.mask(&clean(&note)).text).filter(|note| !note.is_empty());
                if note.as_ref().is_some_and(|note| note.chars().count() > self.limits.message_chars) {
                    return Err(Refusal::new("too_long", wording::too_long(session.lang, self.limits.message_chars)));
                }
                let reasons = reasons.into_iter().filter(|reason| is_name(reason)).take(REASONS).collect();
                self.feedback(session, &cid, EventBody::UserFeedback { mid, helped, reasons, note }, helped).await
            }
            Incoming::Submit { cid, fields, include_transcript } => {
                let filled = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
                self.submit(session, &cid, &filled, include_transcript).await
            }
            Incoming::Preview { cid, fields, include_transcript } => {
                let filled = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
                self.preview(session, cid, &filled, include_transcript).await
            }
            Incoming::Query { cid, number, code } => self.query(session, &cid, &number, &code).await,
            Incoming::Lang { cid, lang } => self.set_lang(session, &cid, &lang).await,
            Incoming::Delete { cid } => self.delete(session, &cid).await,
        }
    }

    pub(super) async fn pick(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        mid: String,
        value: String,
        filled: &Filled,
    ) -> Acted {
        if mid.len() > CID || value.chars().count() > 200 {
            return Err(Refusal::new("bad_message", "mid or value is too long"));
        }
        self.allow(session)?;
        match value.as_str() {
            "report" => return self.form(session, cid, mid).await,
            "report_now" => return self.report_now(session, cid, mid, filled).await,
            _ => {}
        }
        let events = self.store.events(&session.conversation, 0).await?;
        // Only what was offered can be picked.
        let label = label_of(&events, &value).ok_or_else(|| no_choice(session.lang))?;
        if is_of_a_flow(&value) {
            return self.guided(session, cid, &events, (value, label), None).await;
        }
        if let Some(outage) = value.strip_prefix("outage:").and_then(|rest| rest.strip_suffix(":same")) {
            return self.same_here(session, cid, outage, &value, label).await;
        }
        if value.starts_with(SOLVED_THERE) {
            return self.solved_there(session, cid, &value, label).await;
        }
        let asked = asked_by(&value, &events);
        let body = EventBody::UserChoice { mid: self.ids.message(), value, label };
        let (event, new) = self.store_one(session, cid, body).await?;
        let EventBody::UserChoice { mid, .. } = &event.body else {
            return Err(Refusal::new("bad_message", "this cid was used for something else"));
        };
        if new && let Some(asked) = asked {
            self.answer(session, mid.clone(), asked);
        }
        Ok(vec![ack(cid, mid, event.seq, None)])
    }

    async fn set_lang(self: &Arc<Self>, session: &mut Session, cid: &str, lang: &str) -> Acted {
        self.allow(session)?;
        let lang = Lang::from_code(lang).ok_or_else(|| Refusal::new("bad_message", "lang: de or en"))?;
        self.speak(session, lang).await?;
        let mut seq = 0;
        if session.live.pending().is_none() {
            let (events, _) = self.store_and_tell(session, cid, vec![EventBody::LangSet { lang }]).await?;
            seq = own_seq(&events);
        }
        let mut told = vec![ack(cid, "", seq, None), self.welcome(session, session.token.clone(), (None, None)).await?];
        let events = self.store.events(&session.conversation, 0).await?;
        told.extend(self.said_again(session, &events).await.into_iter().map(Outgoing::again));
        // A reply that is being written goes on: a welcome alone would say that it was cut off.
        told.extend(session.live.running().map(|running| Outgoing::Fleeting(running.snapshot())));
        Ok(told)
    }

    /// Forgets the conversation and begins a new one on the same connection.
    async fn delete(self: &Arc<Self>, session: &mut Session, cid: &str) -> Acted {
        if let Some(running) = session.live.running() {
            running.cancel.cancel();
        }
        let turn = session.live.turn.lock().await;
        self.store.conversation_delete(&session.conversation).await?;
        self.registry.end(&session.conversation);
        drop(turn);
        // She is where she was, whether or not the code on the wall was renewed meanwhile.
        let (fresh, token) = self.begin(session.school.clone(), session.room.clone(), session.lang);
        *session = fresh;
        Ok(vec![ack(cid, "", 0, None), self.welcome(session, token, (None, None)).await?])
    }

    /// Stores one event of this connection; tells whether it is new.
    pub(super) async fn store_one(
        &self,
        session: &mut Session,
        cid: &str,
        body: EventBody,
    ) -> Result<(Event, bool), Refusal> {
        if let EventBody::UserMessage { mid, .. } | EventBody::UserChoice { mid, .. } = &body {
            session.own.push(mid.clone());
        }
        let (events, new) = self.store_and_tell(session, cid, vec![body]).await?;
        let event = events.into_iter().next().ok_or_else(|| Refusal::new("internal", "nothing was stored"))?;
        Ok((event, new))
    }

    /// Stores events and tells whoever listens; tells whether they are new.
    pub(super) async fn store_and_tell(
        &self,
        session: &Session,
        cid: &str,
        bodies: Vec<EventBody>,
    ) -> Result<(Vec<Event>, bool), StoreError> {
        self.ensure(session).await?;
        Ok(match self.store.append(&session.conversation, Some(cid), bodies, self.clock.now()).await? {
            Appended::New(events) => {
                Self::publish(&session.live, &events);
                (events, true)
            }
            Appended::Known(events) => (events, false),
        })
    }

    /// Stores the conversation before its first event.
    pub(super) async fn ensure(&self, session: &Session) -> Result<(), StoreError> {
        if session.live.ended.is_cancelled() {
            return Err(StoreError::NoConversation);
        }
        if let Some(pending) = session.live.pending() {
            self.store.conversation_create(&pending).await?;
            session.live.stored();
        }
        Ok(())
    }

    pub(super) fn allow(&self, session: &Session) -> Result<(), Refusal> {
        let school = session.school.as_deref().unwrap_or_default();
        super::check(&self.by_conversation, &session.conversation)
            .and_then(|()| super::check(&self.by_school, school))
            .map_err(|seconds| too_many(seconds, session.lang))
    }

    pub(super) fn allow_ticket(&self, school: Option<&str>, lang: Lang) -> Result<(), Refusal> {
        super::check(&self.tickets, &format!("chat {}", school.unwrap_or_default()))
            .map_err(|seconds| too_many(seconds, lang))
    }
}

impl Incoming {
    /// The client's id of the message, where it has one.
    #[must_use]
    pub fn cid(&self) -> Option<&str> {
        match self {
            Self::Send { cid, .. }
            | Self::Pick { cid, .. }
            | Self::Feedback { cid, .. }
            | Self::Submit { cid, .. }
            | Self::Preview { cid, .. }
            | Self::Query { cid, .. }
            | Self::Lang { cid, .. }
            | Self::Delete { cid } => Some(cid),
            Self::Stop { cid, .. } => cid.as_deref(),
            Self::Hello(_) | Self::Ping => None,
        }
    }
}

/// What was offered once is offered no more, or never was.
pub(super) fn no_choice(lang: Lang) -> Refusal {
    Refusal::new("bad_message", wording::no_choice(lang))
}

pub(super) fn too_many(seconds: u64, lang: Lang) -> Refusal {
    Refusal::Fault { code: "rate_limited", retry_after: Some(seconds), text: wording::too_many(lang).into() }
}

/// The number that an acknowledgement carries: that of the reader's own event, which is not
/// sent back to her; else 0. Of what is still to come, such as the confirmation of a report,
/// it must not speak: a client would take that for known, and drop it.
pub(super) fn own_seq(events: &[Event]) -> i64 {
    let own = |event: &&Event| {
        matches!(
            event.body,
            EventBody::UserMessage { .. } | EventBody::UserChoice { .. } | EventBody::UserFeedback { .. }
        )
    };
    events.first().filter(own).map_or(0, |event| event.seq)
}

pub(super) fn ack(cid: &str, mid: &str, seq: i64, text: Option<String>) -> Outgoing {
    Outgoing::Direct(Direct::Ack { cid: cid.into(), mid: mid.into(), seq, text })
}

pub(super) fn error(code: &'static str, cid: Option<String>, retry_after: Option<u64>, text: String) -> Outgoing {
    Outgoing::Direct(Direct::Error { code, cid, retry_after, text })
}

fn is_name(reason: &str) -> bool {
    !reason.is_empty() && reason.len() <= 32 && reason.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_')
}

/// The words on the button that was offered with this value.
pub(super) fn label_of(events: &[Event], value: &str) -> Option<String> {
    events.iter().rev().find_map(|event| match &event.body {
        EventBody::BotEnd { choices, .. }
        | EventBody::EscalateOffer { choices, .. }
        | EventBody::FlowStep { choices, .. } => {
            choices.iter().find(|choice| choice.value == value).map(|choice| choice.label.clone())
        }
        _ => None,
    })
}
