//! What a message says beside its question: a room, a lesson, a step already tried, that it
//! works again, how to call back. Acknowledged where nothing else is to be said, kept for
//! the report in any case.

use super::{Chats, after::of_a_report, guided::lesson};
use crate::{
    domain::{
        conversation::{Event, EventBody, WireBlock},
        flow::End,
        lang::Lang,
        outcome::Outcome,
        school::Room,
        text::{fold, words},
    },
    support::{
        heard::Heard,
        respond::Reply,
        wording::{self, Noted},
    },
};

/// Fixed names of replies that only acknowledge.
pub(super) const NOTED: &str = "noted";
pub(super) const SOLVED: &str = "solved";
pub(super) const NO_REPORT: &str = "no_report";

impl Chats {
    /// What one message says; rooms are those of the school.
    pub(super) async fn heard(&self, text: &str, school: Option<&str>) -> Heard {
        let rooms: Vec<Room> = match school {
            Some(school) => self.store.rooms(school).await.unwrap_or_default(),
            None => Vec::new(),
        };
        self.ears.hear(text, &rooms)
    }

    /// Whether she said in her own words that a lesson is running.
    pub(super) fn heard_lesson(&self, events: &[Event]) -> Option<bool> {
        let texts = said(&events[matter(events)..]);
        texts.fold(Heard::default(), |heard, text| heard.then(self.ears.hear(text, &[]))).lesson_running
    }

    /// Whether a lesson was running, by a button or in her own words.
    #[must_use]
    pub fn lesson_running(&self, events: &[Event]) -> Option<bool> {
        lesson(events).or_else(|| said(events).find_map(|text| self.ears.hear(text, &[]).lesson_running))
    }

    /// Whether the message says that what she came with works again.
    pub(super) fn says_solved(events: &[Event], text: &str, heard: &Heard) -> bool {
        heard.works_again
            && !limited(text)
            && !of_a_report(events)
            && events[matter(events)..].iter().any(|event| matches!(event.body, EventBody::UserMessage { .. }))
    }

    /// Thanks for what was said, in the place of a reply that has nothing to say to it.
    pub(super) fn noted(events: &[Event], mid: &str, heard: &Heard, reply: &mut Reply, lang: Lang) -> bool {
        // Her own message is among the events already; before it, something must have been asked.
        let before =
            events[matter(events)..].iter().filter(|event| matches!(event.body, EventBody::UserMessage { .. }));
        let helpless = matches!(reply.answer.outcome, Outcome::Escalate | Outcome::Clarify)
            && matches!(reply.answer.reason.as_deref(), Some("low_confidence" | "no_passage" | "which"));
        let noted = Noted {
            room: heard.room.clone().or_else(|| heard.room_said.clone()),
            lesson: heard.lesson_running,
            tried: heard.tried.len(),
            number: heard.serial.clone().or_else(|| heard.inventory.clone()),
            contact: contact_beside(events, mid).is_some(),
            more: heard.scope.is_some() || heard.exam || heard.urgency.is_some(),
        };
        if !helpless || before.count() < 2 || noted == Noted::default() {
            return false;
        }
        let text = wording::noted(&noted, lang);
        reply.answer.outcome = Outcome::Smalltalk;
        reply.answer.reason = Some(NOTED.into());
        reply.answer.answer.clone_from(&text);
        reply.answer.sentences =
            vec![crate::domain::citation::Sentence { text, citations: vec![], step: None, units: vec![] }];
        reply.candidates.clear();
        true
    }
}

/// How to call her back, as she said it in this message.
pub(super) fn contact_beside<'a>(events: &'a [Event], message: &str) -> Option<&'a String> {
    let own = |event: &Event| matches!(&event.body, EventBody::UserMessage { mid, .. } if mid == message);
    let at = events.iter().position(own)?;
    match &events.get(at + 1)?.body {
        EventBody::UserContact { contact } => Some(contact),
        _ => None,
    }
}

/// Whether a fault is spoken of already: a reply led on, asked back or took note.
pub(super) fn amid(events: &[Event]) -> bool {
    events[matter(events)..].iter().any(|event| match &event.body {
        EventBody::BotEnd { outcome, reason, .. } => {
            matches!(outcome, Outcome::Flow | Outcome::Answered | Outcome::Clarify | Outcome::Outage)
                || reason.as_deref() == Some(NOTED)
        }
        _ => false,
    })
}

/// Everything that she wrote, what she typed in the place of a button included.
pub(super) fn said(events: &[Event]) -> impl Iterator<Item = &String> {
    events.iter().enumerate().filter_map(|(at, event)| match &event.body {
        EventBody::UserMessage { text, .. } | EventBody::UserFeedback { note: Some(text), .. } => Some(text),
        EventBody::UserChoice { value, label, .. } if value.starts_with("flow:") || value.starts_with("lesson:") => {
            let offered = events[..at].iter().rev().find_map(|shown| match &shown.body {
                EventBody::FlowStep { choices, .. } | EventBody::BotEnd { choices, .. } => {
                    choices.iter().find(|choice| choice.value == *value)
                }
                _ => None,
            });
            offered.is_some_and(|choice| choice.label != *label).then_some(label)
        }
        _ => None,
    })
}

/// "Geht, aber nur links" is not solved.
pub(super) fn limited(text: &str) -> bool {
    const LIMITS: [&str; 14] = [
        "aber",
        "nur",
        "manchmal",
        "halb",
        "halbwegs",
        "teilweise",
        "nicht",
        "nich",
        "kein",
        "keine",
        "ohne",
        "but",
        "only",
        "not",
    ];
    let folded = fold(text);
    words(&folded).any(|word| LIMITS.contains(&word))
}

/// Whether a danger is taken back: "nein quatsch, kein Rauch", "war Fehlalarm".
pub(super) fn no_danger_after_all(text: &str) -> bool {
    const BACK: [&str; 10] = [
        "fehlalarm",
        "quatsch",
        "vertan",
        "verguckt",
        "verlesen",
        "versehen",
        "vertippt",
        "doch",
        "entwarnung",
        "alarm",
    ];
    const NONE: [&str; 8] = ["kein", "keine", "keinen", "nicht", "nix", "no", "not", "false"];
    let folded = fold(text);
    let any = |list: &[&str]| words(&folded).any(|word| list.contains(&word));
    any(&BACK[..1]) || any(&["entwarnung"]) || any(&BACK) && any(&NONE)
}

/// Whether she takes back that it works: "doch nicht, wieder aus".
fn takes_back(text: &str) -> bool {
    const BACK: [&str; 8] = [
        "doch nicht",
        "doch nich",
        "stimmt nicht",
        "wieder nicht",
        "wieder aus",
        "wieder weg",
        "immer noch",
        "not after all",
    ];
    let folded = fold(text);
    let said = words(&folded).collect::<Vec<_>>().join(" ");
    BACK.iter().any(|phrase| said.contains(phrase))
}

/// Where the present matter begins in a conversation: behind the last report, and behind
/// what was said to work again.
pub(super) fn matter(events: &[Event]) -> usize {
    let mut from = 0;
    for (at, event) in events.iter().enumerate() {
        let ends = match &event.body {
            EventBody::TicketCreated { .. } => true,
            EventBody::BotEnd { reason, .. } => reason.as_deref() == Some(SOLVED),
            EventBody::UserChoice { value, .. } => events[..at].iter().rev().any(|shown| match &shown.body {
                EventBody::FlowStep { choices, .. } => {
                    choices.iter().any(|choice| choice.value == *value && choice.end == Some(End::Solved))
                }
                _ => false,
            }),
            _ => false,
        };
        let solved = ends && !matches!(event.body, EventBody::TicketCreated { .. });
        let back = events[at + 1..].iter().find_map(|event| match &event.body {
            EventBody::UserMessage { text, .. } => Some(takes_back(text)),
            EventBody::UserChoice { value, .. } => Some(value == "flow:resume"),
            _ => None,
        });
        if ends && !(solved && back == Some(true)) {
            from = at + 1;
        }
    }
    from
}

/// A reply of a sentence or two, to "geht wieder" and the like; `reason` is its fixed name.
pub(super) fn short(mid: String, reply_to: String, reason: &str, text: &str, lang: Lang) -> EventBody {
    EventBody::BotEnd {
        mid,
        reply_to,
        lang,
        outcome: Outcome::Smalltalk,
        blocks: vec![WireBlock::paragraph(text)],
        citations: vec![],
        band: crate::domain::outcome::Band::Low,
        choices: vec![],
        ask_feedback: false,
        problem: None,
        device: None,
        reason: Some(reason.into()),
    }
}
