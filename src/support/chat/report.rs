//! Reports from the chat: the form with what is known filled in, "Jetzt nur
//! melden" at one tap, the number and code, and later its state.

use std::sync::Arc;

use super::{
    Chats,
    act::{Acted, Refusal, ack, label_of, own_seq, too_many},
    guided::lesson,
    listening::no_danger_after_all,
    session::Session,
    told::since,
    twice::spoken,
};
use crate::{
    domain::{
        conversation::{Event, EventBody, WireBlock},
        flow,
        lang::Lang,
        outcome::Outcome,
        ticket::{StepResult, Ticket, TicketInput, Tried},
    },
    support::{escalate::Filing, form, wording},
};

/// Most characters of the symptom gathered from the chat.
const SYMPTOM: usize = 2_000;

/// She asked for a person.
const WISH: &str = "wish";

/// What a conversation says about a fault.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) input: TicketInput,
    pub(super) reason: String,
    /// The reason is a danger or a matter of security.
    danger: bool,
    /// Her words for a room that the directory does not know.
    pub(super) unknown_room: Option<String>,
}

impl Chats {
    /// The form, asking only for what is still missing.
    pub(super) async fn form(self: &Arc<Self>, session: &mut Session, cid: &str, asked: String) -> Acted {
        let lang = session.lang;
        let events = self.store.events(&session.conversation, 0).await?;
        let told = self.told(session, &events).await?;
        // What the directory knows is not asked, but stays with it: no number of a device goes out.
        let mut known = self.desk.complete(told.input).await?.0;
        known.room = known.room.filter(|_| told.unknown_room.is_none());
        let (mut fields, prefill) = form::fields(&known, &self.schools.now().schools, lang);
        form::propose(&mut fields, "room", told.unknown_room);
        let mid = if asked.is_empty() { self.ids.message() } else { asked };
        session.own.push(mid.clone());
        let label = label_of(&events, "report").unwrap_or_else(|| lang.pick("Melden", "Report").into());
        let bodies = vec![
            EventBody::UserChoice { mid: mid.clone(), value: "report".into(), label },
            EventBody::TicketForm { mid: self.ids.message(), lang: Some(lang), fields, prefill },
        ];
        self.store_all(session, cid, &mid, bodies).await
    }

    /// Files at once with what is known; asks for the symptom only if nothing was said.
    pub(super) async fn report_now(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        asked: String,
        filled: &form::Filled,
    ) -> Acted {
        if self.store.acted(&session.conversation, cid).await? {
            // Sent again because its first acknowledgement was lost: it is filed.
            return Ok(vec![ack(cid, &asked, 0, None)]);
        }
        let events = self.store.events(&session.conversation, 0).await?;
        let spoken = spoken(&events);
        if self.tapped_already(session, cid, (&events, filled)).await? {
            return Ok(vec![ack(cid, &asked, 0, None)]);
        }
        let mut told = self.filled(session, &events, filled).await?;
        told.input.school = told.input.school.filter(|id| self.schools.school(id).is_some());
        if told.input.symptom.is_empty() {
            return self.form(session, cid, asked).await;
        }
        let mid = if asked.is_empty() { self.ids.message() } else { asked };
        session.own.push(mid.clone());
        let label = session.lang.pick("Jetzt nur melden", "Just report it").to_owned();
        let choice = EventBody::UserChoice { mid: mid.clone(), value: "report_now".into(), label };
        let onsite = self.onsite(&events, told.input.problem.as_deref());
        let filing = Filing { input: told.input, reason: told.reason, onsite, transcript: None, spoken: Some(spoken) };
        self.file(session, cid, &mid, vec![choice], filing).await
    }

    pub(super) async fn submit(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        filled: &form::Filled,
        transcript: bool,
    ) -> Acted {
        if self.store.acted(&session.conversation, cid).await? {
            return Ok(vec![ack(cid, "", 0, None)]);
        }
        let events = self.store.events(&session.conversation, 0).await?;
        let spoken = spoken(&events);
        if self.filed_already(session, cid, &events).await? {
            return Ok(vec![ack(cid, "", 0, None)]);
        }
        let told = self.filled(session, &events, filled).await?;
        if told.input.symptom.is_empty() {
            return Err(Refusal::new("empty", wording::empty(session.lang)));
        }
        if let Some(school) = &told.input.school
            && self.schools.school(school).is_none()
        {
            return Err(Refusal::new(
                "bad_field",
                session.lang.pick("Diese Schule ist nicht bekannt.", "This school is not known."),
            ));
        }
        let transcript = transcript.then(|| transcript_of(&events, session.lang));
        let onsite = self.onsite(&events, told.input.problem.as_deref());
        let filing = Filing { input: told.input, reason: told.reason, onsite, transcript, spoken: Some(spoken) };
        self.file(session, cid, "", Vec::new(), filing).await
    }

    async fn file(
        self: &Arc<Self>,
        session: &mut Session,
        cid: &str,
        mid: &str,
        mut before: Vec<EventBody>,
        filing: Filing,
    ) -> Acted {
        let lang = session.lang;
        self.allow_ticket(session.school.as_deref(), lang)?;
        self.ensure(session).await?;
        let conversation = session.conversation.clone();
        let filed = self
            .desk
            .file(filing, Some(&conversation), Some(cid), move |ticket, code| {
                before.push(created(ticket, code, lang));
                before
            })
            .await?;
        if !filed.known {
            Self::publish(&session.live, &filed.events);
        }
        Ok(vec![ack(cid, mid, own_seq(&filed.events), None)])
    }

    /// The state of a report, for whoever has number and code.
    pub(super) async fn query(self: &Arc<Self>, session: &mut Session, cid: &str, number: &str, code: &str) -> Acted {
        let lang = session.lang;
        if self.desk.knows(number).await? {
            self.allow_code(number).map_err(|seconds| too_many(seconds, lang))?;
        }
        let found = self.desk.status(number, code).await?;
        let ticket = found.ok_or_else(|| Refusal::new("not_found", wording::unknown_ticket(lang)))?;
        let text = wording::status(&ticket, lang);
        let body = EventBody::TicketStatus {
            number: ticket.number.clone(),
            state: ticket.state.name().into(),
            updated: ticket.updated,
            lang: Some(lang),
            text,
        };
        self.store_all(session, cid, "", vec![body]).await
    }

    async fn store_all(self: &Arc<Self>, session: &mut Session, cid: &str, mid: &str, bodies: Vec<EventBody>) -> Acted {
        let (events, _) = self.store_and_tell(session, cid, bodies).await?;
        Ok(vec![ack(cid, mid, own_seq(&events), None)])
    }
}

fn created(ticket: &Ticket, code: &str, lang: Lang) -> EventBody {
    EventBody::TicketCreated {
        number: ticket.number.clone(),
        code: code.to_owned(),
        lang: Some(lang),
        who: wording::who(ticket, lang),
        when: wording::when(ticket, lang),
        blocks: wording::filed(ticket, lang).into_iter().map(WireBlock::paragraph).collect(),
    }
}

/// Gathers what was said, shown and pressed about the present fault; what is only the wish for a person
/// is none.
pub(super) fn told(session: &Session, events: &[Event], only_a_wish: impl Fn(&str) -> bool) -> Told {
    let mut told = Told { reason: "form".into(), ..Told::default() };
    told.input.school.clone_from(&session.school);
    told.input.room.clone_from(&session.room);
    let since = since(events);
    let mut said: Vec<(&str, &str)> = Vec::new();
    for event in &events[since..] {
        match &event.body {
            EventBody::UserMessage { mid, text } => said.push((mid, text)),
            EventBody::UserChoice { mid, value, label } if value.starts_with("guide:") => said.push((mid, label)),
            EventBody::UserFeedback { helped: false, reasons, note, .. } => {
                if !told.danger {
                    told.reason = "not_helped".into();
                }
                let result = if reasons.iter().any(|reason| reason == "no_effect") {
                    StepResult::Failed
                } else {
                    StepResult::Unknown
                };
                told.input.tried.iter_mut().for_each(|tried| tried.result = result);
                if let Some(note) = note {
                    said.push(("", note));
                }
            }
            EventBody::BotEnd { reply_to, outcome, blocks, problem, device, reason, .. } => {
                let text = said.iter().find(|(mid, _)| mid == reply_to).map(|(_, text)| *text);
                if told.danger && *outcome != Outcome::Hotline && text.is_some_and(no_danger_after_all) {
                    told.danger = false;
                    told.reason = "form".into();
                }
                if matches!(outcome, Outcome::Smalltalk | Outcome::Declined) {
                    said.retain(|(mid, _)| mid != reply_to);
                }
                // A danger stays the reason, whatever is asked after it.
                if let (Outcome::Hotline, Some(rule)) = (outcome, reason) {
                    told.reason.clone_from(rule);
                    told.danger = true;
                }
                if *outcome == Outcome::Answered {
                    told.input.tried.extend(steps_of(blocks));
                }
                told.input.problem = problem.clone().or(told.input.problem.take());
                told.input.device.kind = device.or(told.input.device.kind);
            }
            EventBody::FlowStep { problem, device, .. } => {
                told.input.problem = problem.clone().or(told.input.problem.take());
                told.input.device.kind = device.or(told.input.device.kind);
            }
            EventBody::EscalateOffer { reason, .. } => {
                if reason == WISH && said.last().is_some_and(|(_, text)| only_a_wish(text)) {
                    said.pop();
                }
                if !told.danger {
                    told.reason.clone_from(reason);
                }
            }
            _ => {}
        }
    }
    let shown = std::mem::take(&mut told.input.tried);
    told.input.tried = flow::tried(&events[since..]);
    told.input.tried.extend(shown);
    told.input.lesson_running = lesson(events);
    let symptom: Vec<&str> = said.into_iter().map(|(_, text)| text).collect();
    told.input.symptom = symptom.join("\n").chars().take(SYMPTOM).collect();
    told
}

/// The steps that a reply showed; whether they were done is not known until she says so.
fn steps_of(blocks: &[WireBlock]) -> Vec<Tried> {
    let steps = blocks.iter().filter_map(|block| match block {
        WireBlock::Steps { items } => Some(items),
        _ => None,
    });
    steps
        .flatten()
        .map(|spans| {
            let text: String = spans.iter().map(|span| span.text.as_str()).collect();
            let first = crate::domain::text::sentences(&text).first().copied().unwrap_or_default().to_owned();
            Tried { step: first, result: StepResult::Unknown }
        })
        .collect()
}

/// The conversation as text, as the teacher saw it.
pub(super) fn transcript_of(events: &[Event], lang: Lang) -> String {
    let (she, bot) = lang.pick(("Lehrkraft", "Assistent (KI)"), ("Teacher", "Assistant (AI)"));
    let lines = events.iter().filter_map(|event| match &event.body {
        EventBody::UserMessage { text, .. } => Some(format!("{she}: {text}")),
        EventBody::UserChoice { label, .. } => Some(format!("{she}: [{label}]")),
        EventBody::BotEnd { blocks, .. }
        | EventBody::EscalateOffer { blocks, .. }
        | EventBody::FlowStep { blocks, .. }
            if !blocks.is_empty() =>
        {
            let text: Vec<String> = blocks.iter().map(WireBlock::plain).collect();
            Some(format!("{bot}: {}", text.join("\n")))
        }
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n\n")
}
