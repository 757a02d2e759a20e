//! What she types: an answer to what was said last, the press of a button, a step's outcome,
//! or a new message that the responder answers.

use std::sync::Arc;

use super::{
    Chats,
    act::{Acted, Refusal, ack, own_seq},
    listening::{self, NO_REPORT, SOLVED},
    session::Session,
    turn::Asked,
    typed::{self, Meant},
};
use crate::{
    domain::{conversation::EventBody, text::clean},
    support::{form::Filled, wording},
};

impl Chats {
    pub(super) async fn send(self: &Arc<Self>, session: &mut Session, cid: &str, text: &str) -> Acted {
        let text = clean(text);
        if text.is_empty() {
            return Err(Refusal::new("empty", wording::empty(session.lang)));
        }
        if text.chars().count() > self.limits.message_chars {
            return Err(Refusal::new("too_long", wording::too_long(session.lang, self.limits.message_chars)));
        }
        self.allow(session)?;
        let masked = self.redactor.mask(&text).text;
        let events = self.store.events(&session.conversation, 0).await?;
        // Sent again because its acknowledgement was lost: what it meant then is stored.
        let known = self.store.acted(&session.conversation, cid).await?;
        match typed::meant(&events, &masked).filter(|_| !known) {
            Some(Meant::Report(offer)) => return self.form(session, cid, offer).await,
            Some(Meant::Helped(mid, helped)) => {
                let body = EventBody::UserFeedback { mid, helped, reasons: vec![], note: None };
                return self.feedback(session, cid, body, helped).await;
            }
            Some(Meant::NoReport) => return self.no_report(session, cid, masked).await,
            None => {}
        }
        // A button's very words: at the next press it would be that button.
        if let Some(value) = typed::label(&events, &masked).filter(|_| !known) {
            return Box::pin(self.pick(session, cid, String::new(), value, &Filled::new())).await;
        }
        let here = self.read_here(&events, &masked).filter(|_| !known);
        if let Some(choice) = here.as_ref().and_then(|here| self.meant_here(here, &events, &masked)) {
            let contact = self.ears.contact(&text);
            return self.guided(session, cid, &events, (choice.value, masked), contact).await;
        }
        let mid = self.ids.message();
        let heard = self.heard(&masked, session.school.as_deref()).await;
        let mut bodies = vec![EventBody::UserMessage { mid: mid.clone(), text: masked.clone() }];
        // Of what was typed: in what is stored it is masked.
        bodies.extend(self.ears.contact(&text).map(|contact| EventBody::UserContact { contact }));
        // At a step, what was done sounds like it; there it is looked at twice.
        let guessed = here.is_some_and(|here| !here.may_be_solved() && here.speaks_against());
        let guessed = guessed && !self.ears.says_it_works(&masked);
        let solved = !guessed && Self::says_solved(&events, &masked, &heard);
        if solved {
            let thanks = wording::helped(session.lang);
            let mut reply = listening::short(self.ids.message(), mid.clone(), SOLVED, thanks, session.lang);
            // She may have been misunderstood.
            if let EventBody::BotEnd { choices, .. } = &mut reply {
                choices.extend(self.not_solved(&events, session.lang));
            }
            bodies.push(reply);
        }
        session.own.push(mid);
        let (stored, new) = self.store_and_tell(session, cid, bodies).await?;
        let event = stored.first().ok_or_else(|| Refusal::new("internal", "nothing was stored"))?;
        if new && solved {
            self.count_solved(session, &events).await?;
        }
        let EventBody::UserMessage { mid, .. } = &event.body else {
            // Sent again: it was taken as the press of a button.
            return Ok(vec![ack(cid, "", event.seq, None)]);
        };
        if new && !solved {
            self.answer(session, mid.clone(), Asked::Text(masked.clone()));
        }
        let text = (masked != text).then_some(masked);
        Ok(vec![ack(cid, mid, event.seq, text)])
    }

    /// "Nein danke" to the offer of a report.
    async fn no_report(&self, session: &mut Session, cid: &str, text: String) -> Acted {
        let mid = self.ids.message();
        session.own.push(mid.clone());
        let said = wording::no_report(session.lang);
        let reply = listening::short(self.ids.message(), mid.clone(), NO_REPORT, said, session.lang);
        let bodies = vec![EventBody::UserMessage { mid: mid.clone(), text }, reply];
        let (stored, _) = self.store_and_tell(session, cid, bodies).await?;
        Ok(vec![ack(cid, &mid, own_seq(&stored), None)])
    }
}
