//! One fault, one report: a form that is sent twice (a double click, two tabs, a connection
//! that came back) and a button that is tapped twice file once, whatever their `cid`s. What
//! is told here from the events, the database tells again within the transaction that files.

use jiff::SignedDuration;

use super::{Chats, act::Refusal, session::Session};
use crate::{
    domain::conversation::{Event, EventBody},
    support::form::Filled,
};

/// A second tap on the button within this time is the same tap.
const TAP: SignedDuration = SignedDuration::from_secs(5);

/// Number of the last event that speaks of a fault, or asks about one; 0 where there is none.
pub(super) fn spoken(events: &[Event]) -> i64 {
    let speaks = |event: &&Event| match &event.body {
        EventBody::UserMessage { .. } | EventBody::TicketForm { .. } => true,
        EventBody::UserFeedback { helped, .. } => !helped,
        EventBody::UserChoice { value, .. } => value.starts_with("guide:"),
        _ => false,
    };
    events.iter().rev().find(speaks).map_or(0, |event| event.seq)
}

/// The report of what was spoken of last.
fn reported(events: &[Event]) -> Option<&Event> {
    let last = events.iter().rev().find(|event| matches!(event.body, EventBody::TicketCreated { .. }))?;
    (last.seq > spoken(events)).then_some(last)
}

impl Chats {
    /// Whether a form that is sent is filed already; its `cid` is then done with. She has
    /// the number and the code of the report, or reads them with the next event.
    pub(super) async fn filed_already(&self, session: &Session, cid: &str, events: &[Event]) -> Result<bool, Refusal> {
        if reported(events).is_none() {
            return Ok(false);
        }
        self.store.append(&session.conversation, Some(cid), Vec::new(), self.clock.now()).await?;
        Ok(true)
    }

    /// The same of "Jetzt nur melden": below a form that was filled in, or tapped twice. Pressed
    /// later, for something else, it asks.
    pub(super) async fn tapped_already(
        &self,
        session: &Session,
        cid: &str,
        (events, filled): (&[Event], &Filled),
    ) -> Result<bool, Refusal> {
        let recent = |event: &Event| self.clock.now().duration_since(event.at) < TAP;
        if filled.is_empty() && !reported(events).is_some_and(recent) {
            return Ok(false);
        }
        self.filed_already(session, cid, events).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(bodies: Vec<EventBody>) -> Vec<Event> {
        let at = jiff::Timestamp::UNIX_EPOCH;
        (1..).zip(bodies).map(|(seq, body)| Event { seq, at, body }).collect()
    }

    fn message() -> EventBody {
        EventBody::UserMessage { mid: "m".into(), text: "kein Bild".into() }
    }

    fn form() -> EventBody {
        EventBody::TicketForm {
            mid: "f".into(),
            lang: None,
            fields: vec![],
            prefill: std::collections::BTreeMap::default(),
        }
    }

    fn pressed(value: &str) -> EventBody {
        EventBody::UserChoice { mid: "c".into(), value: value.into(), label: String::new() }
    }

    fn created() -> EventBody {
        let text = String::new;
        EventBody::TicketCreated { number: text(), code: text(), lang: None, who: text(), when: text(), blocks: vec![] }
    }

    #[test]
    fn a_report_stands_for_what_was_spoken_of_before_it() {
        for (bodies, expected) in [
            (vec![], None),
            (vec![message()], None),
            (vec![message(), form(), created()], Some(3)),
            (vec![message(), pressed("report_now"), created(), pressed("flow:back")], Some(3)),
            // A new matter, in words or by asking for a form.
            (vec![message(), created(), message()], None),
            (vec![message(), created(), form()], None),
            (vec![message(), created(), pressed("guide:guides/x")], None),
            (vec![message(), created(), form(), created()], Some(4)),
        ] {
            let events = events(bodies);
            assert_eq!(reported(&events).map(|event| event.seq), expected, "{events:?}");
        }
    }
}
