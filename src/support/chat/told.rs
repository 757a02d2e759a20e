//! What she said in natural words goes into the report: room, device and numbers, what she
//! tried, whether a lesson is running, how to call her back. What a button said stands;
//! what she said fills in the rest, and is not asked again.

use super::{
    Chats,
    listening::{SOLVED, matter, said},
    report::{Told, told},
    session::Session,
};
use crate::{
    domain::{
        conversation::{Event, EventBody},
        document::{Meta, Onsite},
        outcome::Outcome,
        school::Room,
        text::clean,
        ticket::{StepResult, TicketInput},
    },
    store::StoreError,
    support::{
        form::Filled,
        heard::{Heard, same_step},
    },
};

impl Chats {
    /// What the conversation says about the present fault.
    ///
    /// # Errors
    /// What the database reports of the school's rooms.
    pub(super) async fn told(&self, session: &Session, events: &[Event]) -> Result<Told, StoreError> {
        let mut told = told(session, events, |text| self.only_a_wish(text));
        let rooms: Vec<Room> = match &session.school {
            Some(school) => self.store.rooms(school).await?,
            None => Vec::new(),
        };
        let events = &events[since(events)..];
        told.input.problem = self.problem(&told.input.symptom, events);
        let heard = said(events).fold(Heard::default(), |heard, text| heard.then(self.ears.hear(text, &rooms)));
        told.unknown_room = fill(&mut told.input, heard);
        let contact = events.iter().rev().find_map(|event| match &event.body {
            EventBody::UserContact { contact } => Some(contact.clone()),
            _ => None,
        });
        told.input.contact = told.input.contact.or(contact);
        Ok(told)
    }
}

/// Most words of a wish that says nothing else.
const WISH: usize = 10;

impl Chats {
    /// Whether a wish for a person says nothing of a fault.
    fn only_a_wish(&self, text: &str) -> bool {
        let heard = self.ears.hear(text, &[]);
        let nothing = heard.device.is_none() && heard.model.is_none() && heard.tried.is_empty();
        nothing && text.split_whitespace().count() <= WISH && self.responder.read(text).none() >= 0.5
    }

    /// What is written into the form is heard as if it had been said: how far the fault
    /// reaches, an examination, which problem it is. What is known already stands.
    pub(super) fn hear_form(&self, filled: &Filled, input: &mut TicketInput) {
        let Some(symptom) = filled.get("symptom").map(|symptom| clean(symptom)) else { return };
        let heard = self.ears.hear(&symptom, &[]);
        input.exam = input.exam.or(heard.exam.then_some(true));
        input.scope = input.scope.or(heard.scope);
        if input.lesson_running.is_none() && input.urgency.is_none() {
            (input.lesson_running, input.urgency) = (heard.lesson_running, heard.urgency);
        }
        input.problem = input.problem.take().or_else(|| self.problem(&symptom, &[]));
    }

    /// Whether somebody must come, as the guide for this problem says: the one of the flow
    /// or the reply that was shown last.
    pub(super) fn onsite(&self, events: &[Event], problem: Option<&str>) -> Option<Onsite> {
        let shown = events[since(events)..].iter().rev().filter_map(|event| match &event.body {
            EventBody::FlowStep { flow, .. } => self.responder.flows.get(flow).map(|flow| flow.source.clone()),
            EventBody::BotEnd { citations, .. } => citations.first().map(|citation| citation.document.clone()),
            _ => None,
        });
        let of = |meta: &Meta| problem.is_none_or(|problem| meta.problems.iter().any(|one| one == problem));
        shown.filter_map(|document| self.responder.passages.meta(&document)).filter(of).find_map(|meta| meta.onsite)
    }
}

/// Share of the whole story from which on a problem counts that no reply was about.
const CLEARLY: f32 = 0.8;

impl Chats {
    /// What the whole story is about: of the problems that replies were about, the one that the
    /// story as a whole speaks of; else the first, which she came with.
    fn problem(&self, story: &str, events: &[Event]) -> Option<String> {
        let mut replied: Vec<&String> = Vec::new();
        for event in events {
            if let EventBody::BotEnd { problem: Some(problem), .. } | EventBody::FlowStep { problem: Some(problem), .. } =
                &event.body
                && !replied.contains(&problem)
            {
                replied.push(problem);
            }
        }
        let read = self.responder.read(story).problems();
        let told = read.iter().find(|(problem, _)| replied.contains(&problem));
        let clear =
            read.first().filter(|(_, share)| *share >= CLEARLY || replied.is_empty() && *share >= CLEARLY / 2.0);
        let best = clear.or(told).map(|(problem, _)| problem.clone());
        best.or_else(|| replied.first().map(|problem| (*problem).clone()))
    }
}

/// Where the fault begins that is spoken of now: behind the last report, and behind what
/// works again, if anything was said since.
pub(super) fn since(events: &[Event]) -> usize {
    let matter = matter(events);
    let said = events[matter..].iter().any(|event| matches!(event.body, EventBody::UserMessage { .. }));
    let report = |event: &Event| matches!(event.body, EventBody::TicketCreated { .. });
    if said && begins_anew(events, matter) { matter } else { events.iter().rposition(report).map_or(0, |at| at + 1) }
}

/// Whether something else is spoken of than before: what was only heard to work again, and is
/// led on with, is the same fault still.
fn begins_anew(events: &[Event], matter: usize) -> bool {
    let (before, since) = events.split_at(matter);
    let heard = before.last().is_some_and(|event| match &event.body {
        EventBody::BotEnd { reason, .. } => reason.as_deref() == Some(SOLVED),
        _ => false,
    });
    let led = before.iter().rev().find_map(|event| match &event.body {
        EventBody::FlowStep { flow, .. } => Some(flow),
        _ => None,
    });
    !heard
        || since.iter().any(|event| match &event.body {
            EventBody::FlowStep { flow, .. } => Some(flow) != led,
            EventBody::BotEnd { outcome, .. } => !matches!(outcome, Outcome::Flow | Outcome::Smalltalk),
            _ => false,
        })
}

/// Puts what was heard beside what is known; her words for the room, where the directory
/// does not know it.
fn fill(input: &mut TicketInput, heard: Heard) -> Option<String> {
    // She is where she says, whichever code she opened.
    input.room = heard.room.or(input.room.take());
    // A number on the device says in which of two rooms it stands.
    let numbered = heard.serial.is_some() || heard.inventory.is_some();
    let unknown = heard.room_said.filter(|_| input.room.is_none() && !numbered);
    input.room = input.room.take().or_else(|| unknown.clone());
    // A reply may have been about another device; what she names herself she sees.
    let named = heard.device.filter(|_| heard.device_is_sure);
    input.device.kind = named.or(input.device.kind).or(heard.device);
    input.device.model = input.device.model.take().or(heard.model);
    input.device.serial = input.device.serial.take().or(heard.serial);
    input.device.inventory = input.device.inventory.take().or(heard.inventory);
    input.lesson_running = input.lesson_running.or(heard.lesson_running);
    // "now" was heard because a lesson runs; the button that says no knows better.
    let now = |urgency: &String| urgency == "now" && input.lesson_running == Some(false);
    input.urgency = input.urgency.take().or(heard.urgency.filter(|urgency| !now(urgency)));
    input.exam = input.exam.or(heard.exam.then_some(true));
    input.scope = input.scope.or(heard.scope);
    let shown = std::mem::take(&mut input.tried);
    input.tried = heard.tried;
    for step in shown {
        match input.tried.iter_mut().find(|known| same_step(&known.step, &step.step)) {
            // What the button said of it counts; a step that was only shown adds nothing.
            Some(known) if step.result != StepResult::Unknown => known.result = step.result,
            Some(_) => {}
            None => input.tried.push(step),
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::DeviceType, lang::Lang, ticket::Tried};

    #[test]
    fn what_was_only_heard_to_work_is_the_same_fault_while_it_is_led_on_with() {
        let event = |body| Event { seq: 1, at: jiff::Timestamp::UNIX_EPOCH, body };
        let says = |text: &str| event(EventBody::UserMessage { mid: "u".into(), text: text.into() });
        let reply = |reason: &str, outcome: Outcome| {
            let mut reply = crate::support::chat::listening::short("m".into(), "u".into(), reason, "", Lang::De);
            if let EventBody::BotEnd { outcome: said, .. } = &mut reply {
                *said = outcome;
            }
            event(reply)
        };
        let solved = reply(SOLVED, Outcome::Smalltalk);
        let begun = [says("der Stift schreibt nicht"), solved];
        assert_eq!(since(&begun), 0);
        let same = [&begun[..], &[says("kann warten"), reply("not_understood", Outcome::Flow)]].concat();
        assert_eq!(since(&same), 0);
        let other = [&begun[..], &[says("der Drucker auch nicht"), reply("x", Outcome::Answered)]].concat();
        assert_eq!(since(&other), 2);
    }

    fn step(step: &str, result: StepResult) -> Tried {
        Tried { step: step.into(), result }
    }

    fn heard(said: &[&str]) -> Heard {
        let ears = crate::support::heard::Ears::new(&crate::domain::lexicon::Lexicon::default());
        let room = Room {
            code: "S-204".into(),
            school: "s".into(),
            site: None,
            name: "Raum 204".into(),
            maintenance_due: None,
        };
        said.iter().map(|text| ears.hear(text, std::slice::from_ref(&room))).fold(Heard::default(), Heard::then)
    }

    #[test]
    fn what_is_established_stands_and_her_words_fill_in_the_rest() {
        let mut input = TicketInput { room: Some("S-101".into()), ..TicketInput::default() };
        input.device.kind = Some(DeviceType::Projector);
        input.tried = vec![step("Kabel fest einstecken", StepResult::Failed), step("Kabel gewechselt", StepResult::Ok)];
        let said = ["bin in raum 204, hab das kabel gewechselt und neu gestartet", "die kinder warten, LOF-2022-00131"];
        assert_eq!(fill(&mut input, heard(&said)), None);
        assert_eq!((input.room.as_deref(), input.device.kind), (Some("S-204"), Some(DeviceType::Projector)));
        assert_eq!((input.lesson_running, input.urgency.as_deref()), (Some(true), Some("now")));
        assert_eq!(input.device.inventory.as_deref(), Some("LOF-2022-00131"));
        let expected = [
            step("Kabel gewechselt", StepResult::Ok),
            step("Neu gestartet", StepResult::Failed),
            step("Kabel fest einstecken", StepResult::Failed),
        ];
        assert_eq!(input.tried, expected);
    }

    #[test]
    fn a_room_that_is_not_known_is_told_in_her_words() {
        let mut input = TicketInput::default();
        assert_eq!(fill(&mut input, heard(&["raum 310"])).as_deref(), Some("Raum 310"));
        assert_eq!(input.room.as_deref(), Some("Raum 310"));
        let mut input = TicketInput::default();
        assert_eq!(fill(&mut input, heard(&["raum 310, inventar LOF-2022-00131"])), None);
        assert_eq!(input.room, None, "the device's own room is found by its number");
        let mut input = TicketInput { room: Some("S-101".into()), ..TicketInput::default() };
        assert_eq!(fill(&mut input, heard(&["raum 310"])), None);
        assert_eq!(input.room.as_deref(), Some("S-101"));
    }

    #[test]
    fn the_button_knows_better_whether_a_lesson_runs() {
        let mut input = TicketInput { lesson_running: Some(false), ..TicketInput::default() };
        fill(&mut input, heard(&["die kinder sitzen hier"]));
        assert_eq!((input.lesson_running, input.urgency), (Some(false), None));
    }
}
