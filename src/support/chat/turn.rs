//! One turn: a stored message gets its answer, once. The answer's own `cid` is
//! made from the message's, so that neither a restart nor two servers answer twice.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Chats, listening, live::Live, live::Running, protocol::Direct, protocol::Outgoing, session::Session};
use crate::{
    domain::{
        conversation::{Event, EventBody, Fleeting, Level, WireBlock},
        document::Audience,
        lang::Lang,
        outcome::Outcome,
        text::words,
    },
    store::{Appended, Fact, FactKind, StoreError},
    support::{
        foreign::Found,
        present,
        replies::Meaning,
        respond::{Progress, Question, Reply},
        wording,
    },
};

/// A message of at most so many words after a question back adds to what was said before.
const HALF_A_SENTENCE: usize = 5;

/// What is to be answered.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub conversation: String,
    pub school: Option<String>,
    pub room: Option<String>,
    pub lang: Lang,
    /// The message, and its text, or the document chosen.
    pub mid: String,
    pub asked: Asked,
}

#[derive(Clone, Debug)]
pub(super) enum Asked {
    Text(String),
    Guide(String),
}

impl Chats {
    /// Answers what nobody has answered: after a crash between accept and answer.
    pub(super) async fn answer_what_is_open(self: &Arc<Self>, session: &Session) -> Result<(), StoreError> {
        if session.live.running().is_some() {
            return Ok(());
        }
        let events = self.store.events(&session.conversation, 0).await?;
        for (at, event) in events.iter().enumerate() {
            let (mid, asked) = match &event.body {
                EventBody::UserMessage { mid, text } => (mid, Asked::Text(text.clone())),
                EventBody::UserChoice { mid, value, .. } => match asked_by(value, &events[..at]) {
                    Some(asked) => (mid, asked),
                    None => continue,
                },
                _ => continue,
            };
            if !answered(&events, mid) {
                self.answer(session, mid.clone(), asked);
            }
        }
        Ok(())
    }

    /// Starts an answer in the background.
    pub(super) fn answer(self: &Arc<Self>, session: &Session, mid: String, asked: Asked) {
        let open = Open {
            conversation: session.conversation.clone(),
            school: session.school.clone(),
            room: session.room.clone(),
            lang: session.lang,
            mid,
            asked,
        };
        let (chats, live) = (Arc::clone(self), Arc::clone(&session.live));
        self.tasks.spawn(async move {
            let _turn = live.turn.lock().await;
            if let Err(error) = chats.take_turn(&live, &open).await {
                tracing::error!(error = %error, "an answer could not be stored");
                let text = wording::internal(open.lang).to_owned();
                live.send(Outgoing::Direct(Direct::Error { code: "internal", cid: None, retry_after: Some(5), text }));
            }
            live.set_running(None);
        });
    }

    async fn take_turn(&self, live: &Live, open: &Open) -> Result<(), StoreError> {
        // Two who come back at once both find it open; who is second here finds it answered.
        let events = self.store.events(&open.conversation, 0).await?;
        if answered(&events, &open.mid) {
            return Ok(());
        }
        let back = asked_back(&events);
        let mid = self.ids.message();
        let (cancel, enough) = (self.stopping.child_token(), CancellationToken::new());
        live.set_running(Some(Running {
            mid: mid.clone(),
            cancel: cancel.clone(),
            enough: enough.clone(),
            sentences: vec![],
            citations: vec![],
            worded: false,
        }));
        live.send(Outgoing::Fleeting(Fleeting::BotStart { mid: mid.clone(), lang: open.lang }));

        let foreign = match &open.asked {
            Asked::Text(text) => self.foreign.read(text),
            Asked::Guide(_) => None,
        };
        let asked = match (&open.asked, &foreign) {
            (Asked::Text(_), Some(found)) if !found.german.is_empty() => found.german.as_str(),
            (Asked::Text(text), _) => text,
            (Asked::Guide(_), _) => "",
        };
        let text = match &open.asked {
            Asked::Text(_) => match &back {
                // "lädt nicht", after "ipad?": half a sentence more of the same.
                Some(before) if words(asked).count() <= HALF_A_SENTENCE => format!("{before}, {asked}"),
                _ => asked.to_owned(),
            },
            Asked::Guide(_) => String::new(),
        };
        let here = match &open.asked {
            Asked::Text(_) => self.read_here(&events, asked),
            Asked::Guide(_) => None,
        };
        let meant = here.as_ref().map(|here| here.reading.meaning);
        let question = Question {
            text,
            sought: None,
            school: open.school.clone(),
            lang: open.lang,
            audience: Audience::Teacher,
            place: self.place(open.school.as_deref(), open.room.as_deref()).await,
            told: another_matter(&events),
            // What is worded as a danger is looked at as if nothing had been said before.
            amid: listening::amid(&events) && meant != Some(Meaning::Danger),
            wish: meant == Some(Meaning::Report),
            asked_back: back.is_some(),
            cancel,
            enough,
        };
        let mut reply = match &open.asked {
            Asked::Text(_) => self.responder.respond(&question, |progress| show(live, &mid, progress)).await,
            Asked::Guide(document) => match self.responder.guide(document, &question).await {
                Ok(reply) => reply,
                Err(_) => self.responder.respond(&question, |_| {}).await,
            },
        };
        let mut of_the_report = None;
        if let Asked::Text(text) = &open.asked {
            let heard = self.heard(text, open.school.as_deref()).await;
            let helpless = matches!(reply.answer.outcome, Outcome::Escalate | Outcome::Clarify)
                && reply.answer.reason.as_deref() != Some("wish");
            if !matches!(reply.answer.outcome, Outcome::Hotline | Outcome::Declined) {
                of_the_report = self.about_the_report((&mid, open), &events, (text, &heard), helpless).await?;
            }
            Self::noted(&events, &open.mid, &heard, &mut reply, open.lang);
        }
        let unclear = match (&open.asked, &here) {
            (Asked::Text(text), Some(here)) if self.not_understood(here, text, &reply) => Some(here),
            _ => None,
        };
        let bodies = if let Some(body) = of_the_report {
            (reply.answer.outcome, reply.problem, reply.device) = (Outcome::Smalltalk, None, None);
            vec![body]
        } else if let Some(here) = unclear {
            let guide = self.present_guide(&events, open).await;
            (reply.answer.outcome, reply.problem, reply.device) = (Outcome::Smalltalk, None, None);
            self.again(&mid, open, &events, here, &guide)
        } else {
            self.bodies(&mid, open, &reply, &events)
        };
        let mut bodies = bodies;
        if let Some(found) = foreign.filter(|found| !told_already(&events, &found.code)) {
            bodies.insert(0, notice_in(&found, open.lang));
        }
        let once = format!("re:{}", open.mid);
        let fact = self.fact(open, &mid, &reply);
        let stored = self.store.append_counted(&open.conversation, Some(&once), bodies, &fact, fact.at).await?;
        if let Appended::New(events) = &stored {
            Self::publish(live, events);
            let outcome = reply.answer.outcome.name();
            metrics::counter!("schullotse_replies_total", "outcome" => outcome).increment(1);
            metrics::histogram!("schullotse_reply_seconds").record(reply.answer.timings_ms.total / 1000.0);
        }
        Ok(())
    }

    fn bodies(&self, mid: &str, open: &Open, reply: &Reply, events: &[Event]) -> Vec<EventBody> {
        let outcome = reply.answer.outcome;
        if let Some(led) = &reply.flow {
            return self.begun(mid, open, reply, led, events);
        }
        let mut choices = present::choices(reply);
        choices.extend(self.way_back(events, open.lang));
        let mut bodies = vec![EventBody::BotEnd {
            mid: mid.to_owned(),
            reply_to: open.mid.clone(),
            lang: open.lang,
            outcome,
            blocks: present::blocks(reply),
            citations: reply.answer.citations.clone(),
            band: reply.band,
            choices,
            ask_feedback: matches!(outcome, Outcome::Answered | Outcome::Flow),
            problem: reply.problem.clone(),
            device: reply.device,
            reason: reply.answer.reason.clone(),
        }];
        if outcome == Outcome::Escalate {
            bodies.push(EventBody::EscalateOffer {
                mid: self.ids.message(),
                reason: reply.answer.reason.clone().unwrap_or_else(|| "no_passage".into()),
                lang: Some(open.lang),
                blocks: vec![WireBlock::paragraph(wording::offer(open.lang))],
                choices: wording::offer_choices(open.lang),
            });
        }
        bodies
    }

    /// What counts, without anybody in it.
    fn fact(&self, open: &Open, mid: &str, reply: &Reply) -> Fact {
        let weights = &self.responder.support.weights;
        let answered = matches!(reply.answer.outcome, Outcome::Answered | Outcome::Flow);
        // What the reader chose herself was not found by being sure.
        let found = answered && matches!(open.asked, Asked::Text(_));
        let log_odds = weights.log_odds(reply.answer.confidence).filter(|_| found);
        Fact {
            conversation: Some(open.conversation.clone()),
            school: open.school.clone(),
            device: reply.device,
            problem: reply.problem.clone(),
            outcome: Some(reply.answer.outcome),
            reason: reply.answer.reason.clone(),
            confidence: Some(reply.answer.confidence),
            lang: Some(open.lang),
            value: Some(reply.answer.timings_ms.total),
            reply: answered.then(|| mid.to_owned()),
            log_odds: log_odds.map(|odds| (odds * 100.0).round() / 100.0),
            model: log_odds.map(|_| weights.fingerprint()),
            ..Fact::new(FactKind::Asked, self.clock.now())
        }
    }
}

/// That the reply is in German, in the language that she writes.
fn notice_in(found: &Found, lang: Lang) -> EventBody {
    let [german, english] = &found.says;
    EventBody::Notice {
        level: Level::Info,
        lang: Some(found.code.clone()),
        blocks: vec![WireBlock::paragraph(lang.pick(german, english))],
    }
}

/// Whether that was said before.
fn told_already(events: &[Event], code: &str) -> bool {
    let of = |event: &Event| matches!(&event.body, EventBody::Notice { lang: Some(lang), .. } if lang == code);
    events.iter().any(of)
}

/// What pressing a button asks, where it asks something: for a guide, or once more for what
/// is not the outage that was thought of.
pub(super) fn asked_by(value: &str, before: &[Event]) -> Option<Asked> {
    if let Some(document) = value.strip_prefix("guide:") {
        return Some(Asked::Guide(document.to_owned()));
    }
    value.strip_prefix("outage:")?.strip_suffix(":other")?;
    before.iter().rev().find_map(|event| match &event.body {
        EventBody::UserMessage { text, .. } => Some(Asked::Text(text.clone())),
        _ => None,
    })
}

/// Outages of which she said that hers is another matter.
fn another_matter(events: &[Event]) -> Vec<String> {
    let said = events.iter().filter_map(|event| match &event.body {
        EventBody::UserChoice { value, .. } => value.strip_prefix("outage:")?.strip_suffix(":other"),
        _ => None,
    });
    said.map(str::to_owned).collect()
}

/// What was written before the last reply, where that was a question back.
fn asked_back(events: &[Event]) -> Option<String> {
    let last = events.iter().rev().find_map(|event| match &event.body {
        EventBody::BotEnd { outcome, reply_to, .. } => Some((*outcome, reply_to.clone())),
        _ => None,
    });
    let (_, to) = last.filter(|(outcome, _)| *outcome == Outcome::Clarify)?;
    let said = events.iter().find_map(|event| match &event.body {
        EventBody::UserMessage { mid, text } if *mid == to => Some(text.clone()),
        _ => None,
    });
    Some(said.unwrap_or_default())
}

fn answered(events: &[Event], mid: &str) -> bool {
    events.iter().any(|event| matches!(&event.body, EventBody::BotEnd { reply_to, .. } if reply_to == mid))
}

/// Sends early parts to whoever listens, and remembers them for whoever comes.
fn show(live: &Live, mid: &str, progress: Progress) {
    match progress {
        Progress::Quoted(quoted) => {
            live.update_running(|running| {
                running.sentences = quoted.sentences;
                running.citations = quoted.citations;
            });
            if let Some(running) = live.running() {
                live.send(Outgoing::Fleeting(running.snapshot()));
            }
        }
        Progress::Sentence { n, sentence, citations } => {
            let cited = citations.iter().filter(|citation| sentence.citations.contains(&citation.n)).cloned().collect();
            live.send(Outgoing::Fleeting(Fleeting::BotDelta {
                mid: mid.to_owned(),
                n,
                text: sentence.text.clone(),
                citations: cited,
                step: sentence.step,
                units: sentence.units.clone(),
            }));
            live.update_running(|running| {
                if n == 0 {
                    running.sentences.clear();
                    running.worded = true;
                }
                running.sentences.push(sentence);
                running.citations = citations;
            });
        }
    }
}
