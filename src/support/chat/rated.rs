//! Whether it helped: by a button below a reply, by "geht wieder", and by "bei mir auch"
//! below a known outage. What was right is noted, for the model of confidence learns from it.

use std::sync::Arc;

use super::{
    Chats,
    act::{Acted, ack, no_choice, own_seq},
    listening,
    session::Session,
};
use crate::{
    domain::conversation::{Event, EventBody, Level, WireBlock},
    store::{Appended, Fact, FactKind, StoreError},
    support::wording,
};

impl Chats {
    /// It works again: what was answered last was right.
    pub(super) async fn count_solved(&self, session: &Session, events: &[Event]) -> Result<(), StoreError> {
        for event in &events[listening::matter(events)..] {
            if let EventBody::BotEnd { mid, .. } | EventBody::FlowStep { mid, .. } = &event.body {
                self.store.rate(&session.conversation, mid, true).await?;
            }
        }
        let fact = Fact {
            conversation: Some(session.conversation.clone()),
            school: session.school.clone(),
            lang: Some(session.lang),
            ..Fact::new(FactKind::Solved, self.clock.now())
        };
        self.store.fact(&fact).await
    }

    /// "Bei mir auch": counted once, no report, and she hears when it is over.
    pub(super) async fn same_here(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        outage: &str,
        value: &str,
        label: String,
    ) -> Acted {
        self.ensure(session).await?;
        let mid = self.ids.message();
        session.own.push(mid.clone());
        let choice = EventBody::UserChoice { mid: mid.clone(), value: value.to_owned(), label };
        let noted = vec![WireBlock::paragraph(wording::outage_noted(session.lang))];
        let bodies = vec![
            choice,
            EventBody::Notice { level: Level::Info, lang: Some(session.lang.code().into()), blocks: noted },
        ];
        let stored = self.store.outage_confirm(outage, &session.conversation, cid, bodies, self.clock.now()).await?;
        let events = match stored {
            Appended::New(events) => {
                Self::publish(&session.live, &events);
                events
            }
            Appended::Known(events) => events,
        };
        Ok(vec![ack(cid, &mid, own_seq(&events), None)])
    }

    pub(super) async fn feedback(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        body: EventBody,
        helped: bool,
    ) -> Acted {
        self.allow(session)?;
        let lang = session.lang;
        let events = self.store.events(&session.conversation, 0).await?;
        let of = |event: &Event, wanted: &str| matches!(&event.body, EventBody::BotEnd { mid, .. } if mid == wanted);
        let rated = match &body {
            EventBody::UserFeedback { mid, .. } => events.iter().any(|event| of(event, mid)),
            _ => false,
        };
        if !rated {
            return Err(no_choice(lang));
        }
        let follow = if helped {
            EventBody::Notice {
                level: Level::Info,
                lang: Some(lang.code().into()),
                blocks: vec![WireBlock::paragraph(wording::helped(lang))],
            }
        } else {
            EventBody::EscalateOffer {
                mid: self.ids.message(),
                reason: "not_helped".into(),
                lang: Some(lang),
                blocks: vec![WireBlock::paragraph(wording::not_helped(lang))],
                choices: wording::offer_choices(lang),
            }
        };
        let mid = match &body {
            EventBody::UserFeedback { mid, .. } => mid.clone(),
            _ => String::new(),
        };
        session.own.push(mid.clone());
        let (events, new) = self.store_and_tell(session, cid, vec![body, follow]).await?;
        if new {
            let now = self.clock.now();
            let fact = |kind| Fact {
                conversation: Some(session.conversation.clone()),
                school: session.school.clone(),
                lang: Some(lang),
                ..Fact::new(kind, now)
            };
            self.store.fact(&Fact { value: Some(f64::from(u8::from(helped))), ..fact(FactKind::Feedback) }).await?;
            self.store.rate(&session.conversation, &mid, helped).await?;
            if helped {
                self.store.fact(&fact(FactKind::Solved)).await?;
            }
        }
        Ok(vec![ack(cid, &mid, own_seq(&events), None)])
    }
}
