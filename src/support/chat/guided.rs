//! Flows in the chat: a button or what was typed instead leads to the next step, at once
//! and in one transaction with it. Where she stands is read from the events, so that a
//! reload, a restart or an edited flow changes nothing of what was said and tried.

use std::sync::Arc;

use super::{
    Chats,
    act::{Acted, Refusal, ack, no_choice, own_seq},
    session::Session,
    turn::Open,
};
use crate::{
    domain::{
        conversation::{Choice, Event, EventBody, Level, Span, WireBlock},
        document::Passage,
        flow::{End, Flow, Step, Walk},
        lang::Lang,
        outcome::{Band, Outcome},
        ticket::StepResult,
    },
    store::{Fact, FactKind, StoreError},
    support::{
        guide::{self, Next, Shown},
        present, quote,
        respond::{Led, Question, Reply},
        wording,
    },
};

/// Where a step is to be shown.
pub(super) struct Place<'a> {
    pub mid: String,
    pub lang: Lang,
    pub school: Option<&'a str>,
    pub guide: &'a [Passage],
    pub before: u32,
}

impl Chats {
    /// The passages of the guide that the present flow comes from.
    pub(super) async fn present_guide(&self, events: &[Event], open: &Open) -> Vec<Passage> {
        match Walk::of(events) {
            Some(walk) => self.guide_of(&walk, open.school.as_deref(), open.lang).await,
            None => Vec::new(),
        }
    }

    /// Presses a button of a flow: the choice and what follows are stored together.
    pub(super) async fn guided(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        events: &[Event],
        (value, label): (String, String),
        contact: Option<String>,
    ) -> Acted {
        let Some(walk) = Walk::of(events) else { return Err(no_choice(session.lang)) };
        let mid = self.ids.message();
        let (lang, school) = (session.lang, session.school.clone());
        let said = label.clone();
        let choice = EventBody::UserChoice { mid: mid.clone(), value: value.clone(), label };
        let guide = self.guide_of(&walk, school.as_deref(), lang).await;
        let at = |before| Place { mid: self.ids.message(), lang, school: school.as_deref(), guide: &guide, before };
        let mut facts = Vec::new();
        let mut bodies = vec![choice];
        bodies.extend(contact.map(|contact| EventBody::UserContact { contact }));
        match value.as_str() {
            "lesson:yes" => {
                bodies.push(self.workaround(&mid, &guide, lang));
                if let Some(Next::Step(flow, step, before)) = guide::next(&self.responder.flows, &walk, "flow:resume") {
                    bodies.extend(self.step(&flow, &step, at(before)));
                }
            }
            "lesson:no" => bodies.push(notice(wording::lesson_off(lang), lang)),
            _ => {
                let next = guide::next(&self.responder.flows, &walk, &value).ok_or_else(|| no_choice(session.lang))?;
                facts.extend(result_of(&walk, &value).map(|result| Fact {
                    reason: Some(name(result).into()),
                    ..Fact::new(FactKind::StepTried, self.clock.now())
                }));
                // Typed, not pressed: she sees what it was taken for, and the way back beside it.
                let pressed = walk.visits.iter().flat_map(|visit| &visit.choices).find(|choice| choice.value == value);
                let typed = pressed.filter(|choice| choice.label != said && value != "flow:back");
                match next {
                    Next::Step(flow, step, before) => {
                        bodies.extend(typed.map(|choice| notice(&wording::understood_as(&choice.label, lang), lang)));
                        bodies.extend(self.step(&flow, &step, at(before)));
                    }
                    Next::End(End::Solved) => {
                        facts.push(Fact::new(FactKind::Solved, self.clock.now()));
                        bodies.push(notice(wording::helped(lang), lang));
                    }
                    Next::End(end) => bodies.push(self.offer(end, lang)),
                }
            }
        }
        session.own.push(mid.clone());
        let (stored, new) = self.store_and_tell(session, cid, bodies).await?;
        if new {
            if facts.iter().any(|fact| fact.kind == FactKind::Solved) {
                self.was_right(session, events, &walk.flow).await?;
            }
            let flow = self.responder.flows.get(&walk.flow);
            for fact in facts {
                let fact = Fact {
                    conversation: Some(session.conversation.clone()),
                    school: session.school.clone(),
                    lang: Some(lang),
                    problem: flow.as_ref().and_then(|flow| flow.problems.first().cloned()),
                    device: flow.as_ref().and_then(|flow| flow.devices.first().copied()),
                    ..fact
                };
                self.store.fact(&fact).await?;
            }
        }
        match stored.first().map(|event| &event.body) {
            Some(EventBody::UserChoice { mid, .. }) => Ok(vec![ack(cid, mid, own_seq(&stored), None)]),
            _ => Err(Refusal::new("bad_message", "this cid was used for something else")),
        }
    }

    /// The first reply: always a step to do; beside it whether a lesson is running, or
    /// where that is known what lets it go on.
    pub(super) fn begun(&self, mid: &str, open: &Open, reply: &Reply, led: &Led, events: &[Event]) -> Vec<EventBody> {
        let lang = open.lang;
        let walk = Walk::of(events).filter(|walk| !walk.over && walk.flow == led.flow.id);
        let here = walk.as_ref().and_then(|walk| guide::next(&self.responder.flows, walk, "flow:resume"));
        let (step, before) = match here {
            Some(Next::Step(_, step, before)) => (step, before),
            _ => (led.flow.start.clone(), 0),
        };
        let lesson = lesson(events).or_else(|| self.heard_lesson(events));
        let place =
            |mid: &str| Place { mid: mid.to_owned(), lang, school: open.school.as_deref(), guide: &led.guide, before };
        let end = |mid: String, blocks, choices| EventBody::BotEnd {
            mid,
            reply_to: open.mid.clone(),
            lang,
            outcome: Outcome::Flow,
            blocks,
            citations: vec![],
            band: reply.band,
            choices,
            ask_feedback: false,
            problem: reply.problem.clone(),
            device: reply.device,
            reason: None,
        };
        let other = self.ids.message();
        if lesson == Some(true) && before == 0 {
            let mut first = self.workaround(&open.mid, &led.guide, lang);
            if let EventBody::BotEnd { mid: own, band, problem, device, .. } = &mut first {
                mid.clone_into(own);
                (*band, *problem, *device) = (reply.band, reply.problem.clone(), reply.device);
            }
            return std::iter::once(first).chain(self.step(&led.flow, &step, place(&other))).collect();
        }
        let (text, choices) = match lesson {
            None => (wording::lesson_question(lang), wording::lesson_choices(lang)),
            Some(_) => (wording::step_hint(lang), Vec::new()),
        };
        let step = self.step(&led.flow, &step, place(mid));
        step.into_iter().chain([end(other, vec![WireBlock::paragraph(text)], choices)]).collect()
    }

    /// It helped: so it was the right flow, which the model of confidence learns from.
    async fn was_right(&self, session: &Session, events: &[Event], flow: &str) -> Result<(), StoreError> {
        for event in events {
            if let EventBody::FlowStep { mid, flow: of, .. } = &event.body
                && of == flow
            {
                self.store.rate(&session.conversation, mid, true).await?;
            }
        }
        Ok(())
    }

    /// The way back to a flow that another question has interrupted.
    pub(super) fn way_back(&self, events: &[Event], lang: Lang) -> Option<Choice> {
        let walk = Walk::of(events).filter(|walk| !walk.over)?;
        let flow = self.responder.flows.get(&walk.flow)?;
        Some(wording::resume_choice(flow.title.to(lang), lang))
    }

    /// The way back to a step at which "it works" was heard.
    pub(super) fn not_solved(&self, events: &[Event], lang: Lang) -> Option<Choice> {
        self.way_back(events, lang).map(|choice| Choice { label: wording::not_solved(lang).into(), ..choice })
    }

    pub(super) fn step(&self, flow: &Flow, step: &str, at: Place<'_>) -> Option<EventBody> {
        let step = flow.step(step).or_else(|| flow.first())?;
        let values = self.schools.values(at.school);
        let picture = self.picture(step);
        let shown = Shown { mid: at.mid, lang: at.lang, values: &values, guide: at.guide, before: at.before, picture };
        Some(guide::show(flow, step, shown))
    }

    fn picture(&self, step: &Step) -> Option<String> {
        let name = step.image.as_deref()?;
        let set = self.responder.flows.now();
        set.pictures.get(name).map(|picture| format!("/flows/{name}?v={}", picture.tag))
    }

    /// What lets the lesson go on, in the guide's words.
    fn workaround(&self, reply_to: &str, guide: &[Passage], lang: Lang) -> EventBody {
        let quoted = quote::workaround(guide);
        let mut blocks = present::cited(&quoted.sentences, &quoted.citations);
        if blocks.is_empty() {
            blocks.push(WireBlock::paragraph(wording::lesson_noted(lang)));
        }
        EventBody::BotEnd {
            mid: self.ids.message(),
            reply_to: reply_to.to_owned(),
            lang,
            outcome: Outcome::Flow,
            blocks,
            citations: quoted.citations,
            band: Band::High,
            choices: Vec::new(),
            ask_feedback: false,
            problem: None,
            device: None,
            reason: None,
        }
    }

    /// The end of self-help.
    fn offer(&self, end: End, lang: Lang) -> EventBody {
        let mut blocks = Vec::new();
        if end == End::Hotline {
            let helpdesk = self.schools.helpdesk(&self.clock.local());
            blocks.push(WireBlock::Notice {
                level: Level::Danger,
                spans: vec![Span::plain(wording::call_now(lang, &helpdesk))],
            });
        }
        blocks.push(WireBlock::paragraph(wording::flow_ends(lang)));
        let reason = if end == End::Hotline { "hotline" } else { "flow_ended" };
        EventBody::EscalateOffer {
            mid: self.ids.message(),
            reason: reason.into(),
            lang: Some(lang),
            blocks,
            choices: wording::offer_choices(lang),
        }
    }

    pub(super) async fn guide_of(&self, walk: &Walk, school: Option<&str>, lang: Lang) -> Vec<Passage> {
        let flow = self.responder.flows.get(&walk.flow);
        let Some(source) = walk.source.clone().or_else(|| flow.map(|flow| flow.source.clone())) else {
            return Vec::new();
        };
        let question = Question { school: school.map(str::to_owned), ..Question::new("", lang) };
        self.responder.passages.document(&source, &question).await.unwrap_or_default()
    }
}

/// Whether she said that a lesson is running.
pub(super) fn lesson(events: &[Event]) -> Option<bool> {
    events.iter().rev().find_map(|event| match &event.body {
        EventBody::UserChoice { value, .. } if value == "lesson:yes" => Some(true),
        EventBody::UserChoice { value, .. } if value == "lesson:no" => Some(false),
        _ => None,
    })
}

/// Whether a button's value is one of a flow's.
pub(super) fn is_of_a_flow(value: &str) -> bool {
    value.starts_with("flow:") || value.starts_with("lesson:")
}

fn result_of(walk: &Walk, value: &str) -> Option<StepResult> {
    let all = walk.visits.iter().flat_map(|visit| &visit.choices);
    all.filter(|choice| choice.value == value).find_map(|choice| choice.result)
}

fn name(result: StepResult) -> &'static str {
    match result {
        StepResult::Ok => "ok",
        StepResult::Failed => "failed",
        StepResult::Skipped => "skipped",
        StepResult::Unknown => "unknown",
    }
}

fn notice(text: &str, lang: Lang) -> EventBody {
    EventBody::Notice { level: Level::Info, lang: Some(lang.code().into()), blocks: vec![WireBlock::paragraph(text)] }
}
