//! The language switched in the middle: what still waits for an answer is said once more in
//! the other one, under the same `mid`. What was answered stays as it was said, and so does
//! what exists in one language only.

use super::{Chats, guided::Place, protocol::Outgoing, session::Session};
use crate::{
    domain::{
        conversation::{Event, EventBody, FormField, Span, WireBlock},
        flow::Walk,
        lang::Lang,
        ticket::TicketInput,
    },
    support::{form, wording},
};

impl Chats {
    /// What waits for an answer, in the language of the session.
    pub(super) async fn said_again(&self, session: &Session, events: &[Event]) -> Vec<EventBody> {
        let lang = session.lang;
        let turn = events.iter().rposition(|event| matches!(event.body, EventBody::UserMessage { .. }));
        let turn = turn.map_or(0, |at| at + 1);
        let filed = events.iter().rposition(|event| matches!(event.body, EventBody::TicketCreated { .. }));
        let mut said = Vec::new();
        for (at, event) in events.iter().enumerate().skip(turn) {
            match &event.body {
                body @ (EventBody::BotEnd { .. } | EventBody::EscalateOffer { .. }) => {
                    said.extend(reply_in(body, lang));
                }
                EventBody::TicketForm { .. } if filed.is_none_or(|filed| filed < at) => {
                    said.push(self.form_in(&event.body, lang));
                }
                _ => {}
            }
        }
        said.extend(self.step_again(session, events).await);
        said
    }

    /// After a reload: what stands in the event list in another language than hers.
    pub(super) async fn in_her_language(&self, session: &Session, missed: &[Outgoing]) -> Vec<Outgoing> {
        let events = missed.iter().filter_map(|message| match message {
            Outgoing::Event(event) => Some(event.clone()),
            _ => None,
        });
        let events: Vec<Event> = events.collect();
        // Who has seen the beginning has been told already.
        let whole = events.first().is_some_and(|event| event.seq == 1);
        if !whole || !events.iter().any(|event| lang_of(&event.body).is_some_and(|lang| lang != session.lang)) {
            return Vec::new();
        }
        let mut again = self.said_again(session, &events).await;
        again.retain(|body| events.iter().all(|event| event.body != *body));
        again.into_iter().map(Outgoing::again).collect()
    }

    /// The step where she stands, where the flow can be read in her language.
    async fn step_again(&self, session: &Session, events: &[Event]) -> Option<EventBody> {
        let lang = session.lang;
        let walk = Walk::of(events).filter(|walk| !walk.over)?;
        let shown = events.iter().rev().find_map(|event| match &event.body {
            EventBody::FlowStep { mid, step, number, .. } => Some((mid, step, *number)),
            _ => None,
        });
        let (mid, step, number) = shown?;
        let flow = self.responder.flows.get(&walk.flow).filter(|flow| flow.speaks(lang))?;
        let school = session.school.as_deref();
        let guide = self.guide_of(&walk, school, lang).await;
        let place = Place { mid: mid.clone(), lang, school, guide: &guide, before: number.saturating_sub(1) };
        // A flow that was edited meanwhile may have lost the step: then it stays as it was shown.
        flow.step(step)?;
        self.step(&flow, step, place)
    }

    fn form_in(&self, body: &EventBody, lang: Lang) -> EventBody {
        let mut body = body.clone();
        let known = form::fields(&TicketInput::default(), &self.schools.now().schools, lang).0;
        if let EventBody::TicketForm { fields, lang: said, .. } = &mut body {
            *said = Some(lang);
            for field in fields {
                let Some(FormField { label, options, .. }) = known.iter().find(|one| one.name == field.name) else {
                    continue;
                };
                field.label.clone_from(label);
                field.options.clone_from(options);
            }
        }
        body
    }
}

/// The language of what may wait for an answer.
fn lang_of(body: &EventBody) -> Option<Lang> {
    match body {
        EventBody::BotEnd { lang, .. } | EventBody::FlowStep { lang, .. } => Some(*lang),
        EventBody::EscalateOffer { lang, .. } | EventBody::TicketForm { lang, .. } => *lang,
        _ => None,
    }
}

/// A reply all of whose sentences and buttons are fixed ones.
fn reply_in(body: &EventBody, lang: Lang) -> Option<EventBody> {
    let mut body = body.clone();
    let (blocks, choices) = match &mut body {
        EventBody::BotEnd { blocks, choices, lang: said, .. } => {
            *said = lang;
            (blocks, choices)
        }
        EventBody::EscalateOffer { blocks, choices, lang: said, .. } => {
            *said = Some(lang);
            (blocks, choices)
        }
        _ => return None,
    };
    for block in blocks {
        let (WireBlock::Paragraph { spans } | WireBlock::Notice { spans, .. }) = block else { return None };
        let [Span { text, cite: None, .. }] = spans.as_mut_slice() else { return None };
        wording::sentence_in(text, lang)?.clone_into(text);
    }
    for choice in choices {
        *choice = wording::button_in(choice, lang)?;
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::chat::listening::short;

    #[test]
    fn only_what_is_fixed_is_said_again() {
        let said = |text: &str| short("m".into(), "u".into(), "x", text, Lang::De);
        let question = said(wording::lesson_question(Lang::De));
        let Some(EventBody::BotEnd { blocks, lang, mid, .. }) = reply_in(&question, Lang::En) else { panic!("none") };
        assert_eq!((lang, mid.as_str()), (Lang::En, "m"));
        assert_eq!(blocks, [WireBlock::paragraph(wording::lesson_question(Lang::En))]);
        assert_eq!(reply_in(&said("Schalten Sie den Beamer aus."), Lang::En), None);
    }
}
