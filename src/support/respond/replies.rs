//! What a reply is made of: fixed words by a rule, the question back, the offer of a
//! report, and the figures that go with each.

use std::time::Instant;

use super::{Led, Question, Reply, Responder};
use crate::{
    domain::{
        citation::{Citation, Sentence},
        flow::Text,
        lang::Lang,
        lexicon::RuleKind,
        outage::{Outage, Where},
        outcome::{Answer, Band, Confidence, Outcome, Timings},
        placeholder::fill,
    },
    search::Hit,
    support::{
        guide::cite,
        passages::{asks_how, millis},
        quote::workaround,
        triage::Verdict,
        wording,
        wordings::Reading,
    },
};

/// Buttons of a question back.
const CANDIDATES: usize = 4;

impl Responder {
    pub(super) fn by_rule(&self, verdict: &Verdict, question: &Question, started: Instant) -> Reply {
        let (lang, rule) = (question.lang, verdict.rule.as_str());
        let (outcome, lines) = match verdict.kind {
            RuleKind::Safety => {
                (Outcome::Hotline, wording::safety(rule, lang, &self.schools.helpdesk(&self.clock.local())))
            }
            RuleKind::Human => (Outcome::Escalate, vec![wording::human(lang).into()]),
            RuleKind::Decline => (Outcome::Declined, vec![wording::declined(rule, lang).into()]),
            RuleKind::Smalltalk => (Outcome::Smalltalk, vec![wording::smalltalk(rule, lang).into()]),
        };
        let reason = if verdict.kind == RuleKind::Human { "wish" } else { rule };
        self.fixed(outcome, reason, lines, question, started)
    }

    /// One short question, with documents to choose from.
    pub(super) fn ask_back(
        &self,
        documents: impl Iterator<Item = (String, String)>,
        text: &str,
        question: &Question,
        started: Instant,
    ) -> Reply {
        let mut reply = self.fixed(Outcome::Clarify, "which", vec![text.into()], question, started);
        for candidate in documents {
            if reply.candidates.len() < CANDIDATES && !reply.candidates.contains(&candidate) {
                reply.candidates.push(candidate);
            }
        }
        reply
    }

    /// Nothing that could be relied on: the offer of a report, and why.
    pub(super) fn unsure(&self, reason: &str, question: &Question, started: Instant) -> Reply {
        self.fixed(Outcome::Escalate, reason, vec![wording::unsure(question.lang).into()], question, started)
    }

    pub(super) fn fixed(
        &self,
        outcome: Outcome,
        reason: &str,
        lines: Vec<String>,
        question: &Question,
        started: Instant,
    ) -> Reply {
        let sentences =
            lines.into_iter().map(|text| Sentence { text, citations: vec![], step: None, units: vec![] }).collect();
        self.reply(outcome, Some(reason.to_owned()), sentences, Vec::new(), question, started)
    }

    pub(super) fn reply(
        &self,
        outcome: Outcome,
        reason: Option<String>,
        sentences: Vec<Sentence>,
        citations: Vec<Citation>,
        question: &Question,
        started: Instant,
    ) -> Reply {
        let total = millis(started);
        let answer = Answer {
            outcome,
            answer: sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join("\n"),
            sentences,
            citations,
            flow: None,
            confidence: 0.0,
            calibrated: false,
            model: "extractive".into(),
            timings_ms: Timings { retrieve: 0.0, first: total, total },
            reason,
        };
        Reply {
            answer,
            lang: question.lang,
            band: Confidence::NONE.band(self.support.answers_from()),
            guide_lang: Lang::De,
            problem: None,
            device: None,
            candidates: Vec::new(),
            outage: None,
            flow: None,
        }
    }

    /// The outage that explains what is asked, at the place where it is asked.
    pub(super) fn known_outage(&self, question: &Question, reading: &Reading) -> Option<Outage> {
        let place = Where { school: question.school.clone(), ..question.place.clone() };
        let problems = reading.problems();
        let problem = problems.first().map(|(problem, _)| problem.as_str());
        self.outages.explaining(&place, problem, &self.devices_in(&question.text), &question.told)
    }

    /// What is known of an outage, and what lets the lesson go on meanwhile, in the words of
    /// the guide that was found.
    pub(super) async fn outage(
        &self,
        outage: &Outage,
        hit: Option<&Hit>,
        question: &Question,
        started: Instant,
    ) -> Reply {
        let mut sentences: Vec<Sentence> = Vec::new();
        for text in self.outages.said(outage, question.lang) {
            sentences.push(Sentence { text, citations: vec![], step: None, units: vec![] });
        }
        let mut citations = Vec::new();
        if let Some(hit) = hit.filter(|hit| !hit.passage.meta.problems.is_empty()) {
            let guide = self.passages.document(&hit.passage.document, question).await.unwrap_or_default();
            let quoted = workaround(&guide);
            sentences.extend(quoted.sentences);
            citations = quoted.citations;
        }
        let reason = Some(outage.id.clone());
        let mut reply = self.reply(Outcome::Outage, reason, sentences, citations, question, started);
        if let Some(hit) = hit {
            self.rate(&mut reply, Confidence { value: 1.0, calibrated: false }, hit);
        }
        reply.outage = Some(outage.id.clone());
        reply
    }

    /// The first step of the flow that belongs to a hit, if there is one and steps are what
    /// is wanted.
    pub(super) async fn led(&self, hit: &Hit, question: &Question, started: Instant) -> Option<Reply> {
        let flow = self.flows.of(hit).filter(|_| asks_how(&question.text) != Some(true))?;
        let guide = self.passages.document(&hit.passage.document, question).await.unwrap_or_default();
        let lang = if flow.speaks(question.lang) { question.lang } else { Lang::De };
        let step = flow.first()?;
        let values = self.schools.values(question.school.as_deref());
        let text = |text: &Text| fill(text.to(lang), &values).into_owned();
        let citations: Vec<Citation> = cite(&text(&step.say), &guide).into_iter().collect();
        let cited: Vec<u32> = citations.iter().map(|citation| citation.n).collect();
        let sentence = |said: &Text| Sentence { text: text(said), citations: cited.clone(), step: None, units: vec![] };
        let sentences = std::iter::once(&step.say).chain(&step.expect).map(sentence).collect();
        let mut reply = self.reply(Outcome::Flow, None, sentences, citations, question, started);
        reply.answer.flow = Some(flow.id.clone());
        reply.flow = Some(Led { flow, guide });
        Some(reply)
    }

    pub(super) fn rate(&self, reply: &mut Reply, sure: Confidence, best: &Hit) {
        reply.answer.confidence = sure.value;
        reply.answer.calibrated = sure.calibrated;
        reply.band = sure.band(self.support.answers_from());
        reply.guide_lang = best.passage.meta.lang;
        if reply.band != Band::Low {
            reply.problem = best.passage.meta.problems.first().cloned();
            reply.device = best.passage.meta.devices.first().copied();
        }
    }
}
