//! What is typed at a step in the place of a button: taken for the button that it means, for
//! the question beside it, or shown the step once more. Another matter goes its own way.

use std::sync::Arc;

use super::{
    Chats,
    guided::{Place, lesson},
    turn::Open,
};
use crate::{
    domain::{
        conversation::{Choice, Event, EventBody, WireBlock},
        document::Passage,
        flow::{End, Flow, Step, To, Walk},
        lexicon::RuleKind,
        outcome::{Band, Outcome},
        text::{fold, words},
        ticket::StepResult,
    },
    support::{
        guide::{self, Next},
        replies::{Act, Meaning, Reading, yes_or_no},
        respond::Reply,
        wording,
    },
};

/// So many words are few.
const FEW: usize = 5;

/// A button is taken for what was meant, though another device is spoken of, only if so likely.
const SURE: f64 = 0.9;

/// Why a step is shown again.
const NOT_UNDERSTOOD: &str = "not_understood";

/// A typed text at the step where she stands.
pub(super) struct Here {
    walk: Walk,
    flow: Arc<Flow>,
    step: Step,
    pub reading: Reading,
}

/// From here on a text says that a step worked, where the step can solve the matter.
const WORKED: f32 = 0.8;

/// From here on it says something else.
const AGAINST: f32 = 0.3;

impl Here {
    /// Whether the text, read as an answer to this step, is no "it works".
    pub(super) fn speaks_against(&self) -> bool {
        let another = !matches!(self.reading.meaning, Meaning::Choice(_) | Meaning::Unclear);
        let acts = &self.reading.acts;
        another || [Act::Failed, Act::Skipped, Act::About].into_iter().any(|act| acts.likely(act) >= AGAINST)
    }

    /// Whether "it works" may be heard here: one button of the step says so, and the text does too.
    pub(super) fn may_be_solved(&self) -> bool {
        let solves = self.step.choices.iter().any(|choice| choice.to == To::End(End::Solved));
        solves && self.reading.acts.likely(Act::Ok) >= WORKED
    }
}

impl Chats {
    /// What a typed text means at the step where she stands; none where no flow is open.
    pub(super) fn read_here(&self, events: &[Event], text: &str) -> Option<Here> {
        let walk = Walk::of(events).filter(|walk| !walk.over)?;
        let flow = self.responder.flows.get(&walk.flow)?;
        let step = flow.step(&walk.here()?.step)?.clone();
        let reading = self.replies.read(&step, text, &self.responder.flows.rarity());
        Some(Here { walk, flow, step, reading })
    }

    /// The button that a typed text means: of the step, or of the question beside it.
    pub(super) fn meant_here(&self, here: &Here, events: &[Event], text: &str) -> Option<Choice> {
        let verdict = self.responder.triage.decide_with(text, &self.responder.read(text), true);
        if let Some(RuleKind::Safety | RuleKind::Human) = verdict.map(|verdict| verdict.kind) {
            return None;
        }
        let offered = |value: &str| here.walk.here()?.choices.iter().find(|choice| choice.value == value).cloned();
        let (at, sure) = here.reading.choice;
        match here.reading.meaning {
            // "Nein", just asked whether a lesson is running.
            Meaning::Choice(_) | Meaning::Unclear if yes_or_no(text).is_some() && asked_last(events).is_some() => {
                lesson_choice(asked_last(events)?, yes_or_no(text)?)
            }
            Meaning::Lesson(running) => lesson_choice(asked(events)?, running),
            Meaning::Back => offered("flow:back"),
            // "Der Drucker geht auch nicht" is no answer to a step of the projector.
            Meaning::Choice(_) if sure < SURE && self.responder.speaks_of_others(text, &here.flow.devices) => None,
            Meaning::Choice(_) => guide::button(&here.walk, &here.step, at),
            // Asked just now, a hint will do.
            Meaning::Unclear => {
                let running = self.ears.hear(text, &[]).lesson_surely().or(here.reading.lesson())?;
                lesson_choice(asked_last(events)?, running)
            }
            Meaning::Report | Meaning::About | Meaning::Danger | Meaning::New => None,
        }
    }

    /// In the middle of a flow: a question about the step, or a few words that are no answer to
    /// it and no clear new matter either. The step is shown again rather than another one
    /// begun by guessing.
    pub(super) fn not_understood(&self, here: &Here, text: &str, reply: &Reply) -> bool {
        let folded = fold(text);
        let few = words(&folded).count() <= FEW;
        let same = reply.flow.as_ref().is_some_and(|led| led.flow.id == here.flow.id);
        if reply.answer.reason.as_deref() == Some("wish") {
            return false;
        }
        if here.reading.meaning == Meaning::About {
            // "Wie schließe ich meinen Laptop an den Beamer an?" is a question of its own.
            let own = !few && !same && !self.responder.devices_in(text).is_empty();
            return match reply.answer.outcome {
                Outcome::Hotline | Outcome::Outage => false,
                Outcome::Answered | Outcome::Flow => !own,
                _ => true,
            };
        }
        let helpless = match reply.answer.outcome {
            Outcome::Escalate | Outcome::Clarify => true,
            Outcome::Flow | Outcome::Answered => few && !self.responder.speaks_of_others(text, &here.flow.devices),
            Outcome::Outage | Outcome::Hotline | Outcome::Declined | Outcome::Smalltalk => false,
        };
        let unclear = here.reading.meaning == Meaning::Unclear;
        helpless && !same && (unclear || few || text.trim_end().ends_with('?'))
    }

    /// The step again, with a word on how to answer it. Who is not understood twice in a row is
    /// offered the report.
    pub(super) fn again(
        &self,
        mid: &str,
        open: &Open,
        events: &[Event],
        here: &Here,
        guide: &[Passage],
    ) -> Vec<EventBody> {
        let once_more = last_reason(events) == Some(NOT_UNDERSTOOD);
        let about = here.reading.meaning == Meaning::About;
        let skipped = |choice: &&Choice| choice.result == Some(StepResult::Skipped);
        let skip = here.walk.here().and_then(|visit| visit.choices.iter().find(skipped));
        let text = if about {
            wording::about_the_step(skip.map(|choice| choice.label.as_str()), open.lang)
        } else if once_more {
            wording::step_once_more(open.lang).to_owned()
        } else {
            wording::step_again(open.lang).to_owned()
        };
        let end = EventBody::BotEnd {
            mid: mid.to_owned(),
            reply_to: open.mid.clone(),
            lang: open.lang,
            outcome: Outcome::Flow,
            blocks: vec![WireBlock::paragraph(text)],
            citations: vec![],
            band: Band::Low,
            choices: if once_more && !about { wording::report_choice(open.lang) } else { vec![] },
            ask_feedback: false,
            problem: None,
            device: None,
            reason: Some(if about { "about_the_step" } else { NOT_UNDERSTOOD }.into()),
        };
        let step = match guide::next(&self.responder.flows, &here.walk, "flow:resume") {
            Some(Next::Step(flow, step, before)) => {
                let (mid, school) = (self.ids.message(), open.school.as_deref());
                self.step(&flow, &step, Place { mid, lang: open.lang, school, guide, before })
            }
            _ => None,
        };
        std::iter::once(end).chain(step).collect()
    }
}

fn last_reason(events: &[Event]) -> Option<&str> {
    events.iter().rev().find_map(|event| match &event.body {
        EventBody::BotEnd { reason, .. } => Some(reason.as_deref()),
        EventBody::UserChoice { .. } => Some(None),
        _ => None,
    })?
}

/// The question whether a lesson is running, where it was asked in this chat and not answered.
fn asked(events: &[Event]) -> Option<&[Choice]> {
    if lesson(events).is_some() {
        return None;
    }
    events.iter().rev().find_map(|event| match &event.body {
        EventBody::BotEnd { choices, .. } if choices.iter().any(|choice| choice.value == "lesson:yes") => {
            Some(choices.as_slice())
        }
        _ => None,
    })
}

/// The same, where it was the last thing said.
fn asked_last(events: &[Event]) -> Option<&[Choice]> {
    match &events.last()?.body {
        EventBody::BotEnd { choices, .. } if choices.iter().any(|choice| choice.value == "lesson:yes") => Some(choices),
        _ => None,
    }
}

fn lesson_choice(choices: &[Choice], running: bool) -> Option<Choice> {
    let value = if running { "lesson:yes" } else { "lesson:no" };
    choices.iter().find(|choice| choice.value == value).cloned()
}
