//! Read this first: the way of one question through the house.
//!
//! `redact -> triage -> search -> decide`, then the first rung that holds: safety,
//! a wish for a person, known outage, flow, answer, question back,
//! decline, report. The text that arrives here is already masked. Whatever fails
//! on the way ends in quoted passages or in the offer of a report, never in nothing.

mod replies;
mod types;
mod worded;
mod writing;

use std::{sync::Arc, time::Instant};

use crate::{
    config::{ModelConfig, SupportConfig},
    domain::{
        clock::Clock,
        document::DeviceType,
        lexicon::{Lexicon, RuleKind},
        outcome::{Confidence, Outcome},
    },
    llm::LanguageModel,
    search::{Hit, Index, Results},
    support::{
        answer_cache::AnswerCache,
        close::{candidates, instructions, nearest},
        confidence::confidence,
        devices::DeviceNames,
        directory::Schools,
        evidence::Evidence,
        guide::Flows,
        language::Languages,
        outages::Outages,
        passages::{Passages, PlatformNames, asks_how},
        quote,
        triage::{Triage, Verdict},
        wording,
        wordings::{Reading, Wordings},
    },
};

pub use self::{
    types::{Led, Progress, Question, Reply},
    worded::Ways,
};

/// Hits looked at.
pub(super) const HITS: usize = 10;
/// Share of the threshold from which on the likeliest guides are offered to choose from.
const NEARLY: f64 = 0.5;

/// The ladder, with everything it stands on.
pub struct Responder {
    pub passages: Arc<Passages>,
    pub triage: Triage,
    pub model: Option<Arc<dyn LanguageModel>>,
    pub schools: Schools,
    pub clock: Arc<dyn Clock>,
    pub support: SupportConfig,
    pub model_config: ModelConfig,
    /// What the model has answered.
    pub answers: Arc<AnswerCache>,
    pub flows: Flows,
    pub outages: Outages,
    devices: DeviceNames,
}

impl Responder {
    #[expect(clippy::too_many_arguments, reason = "one constructor, called by the composition root and by evaluation")]
    #[must_use]
    pub fn new(
        index: Index,
        lexicon: &Lexicon,
        languages: Arc<Languages>,
        wordings: Arc<Wordings>,
        model: Option<Arc<dyn LanguageModel>>,
        schools: Schools,
        clock: Arc<dyn Clock>,
        support: SupportConfig,
        model_config: ModelConfig,
        flows: Flows,
        outages: Outages,
    ) -> Self {
        let answers = AnswerCache::new(model_config.answers_mb.saturating_mul(1 << 20));
        let grounded = Arc::clone(&answers);
        index.when_changed(move |documents| grounded.forget(documents));
        Self {
            passages: Arc::new(Passages {
                index,
                languages,
                schools: schools.clone(),
                platforms: PlatformNames::new(lexicon),
                wordings,
            }),
            triage: Triage::new(lexicon),
            model,
            schools,
            clock,
            support,
            model_config,
            answers,
            flows,
            outages,
            devices: DeviceNames::new(lexicon),
        }
    }

    /// Answers a question. `progress` is called with what may be shown early.
    pub async fn respond(&self, question: &Question, progress: impl FnMut(Progress) + Send) -> Reply {
        self.respond_from(question, self.support.answers_from(), progress).await
    }

    /// The same with another threshold than the operator's: for whoever measures.
    pub async fn respond_from(
        &self,
        question: &Question,
        threshold: f64,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Reply {
        let started = Instant::now();
        if wording::is_something_else(&question.text) && !question.asked_back {
            let text = vec![wording::tell_more(question.lang).into()];
            return self.fixed(Outcome::Clarify, "which", text, question, started);
        }
        let reading = self.read(&question.text);
        if let Some(verdict) = self.triage.decide_with(&question.text, &reading, question.amid) {
            return self.by_rule(&verdict, question, started);
        }
        if question.wish {
            let wish = Verdict { rule: "human".into(), kind: RuleKind::Human };
            return self.by_rule(&wish, question, started);
        }
        let (results, retrieve) = match self.passages.search(question, HITS).await {
            Ok(results) => results,
            Err(reason) => {
                return self.unsure(reason, question, started);
            }
        };
        let mut evidence = self.evidence(&results, &question.text, &reading);
        let mut sure = confidence(evidence.as_ref(), &self.support.weights);
        if let Some(outage) = self.known_outage(question, &reading) {
            return self.outage(&outage, results.hits.first(), question, started).await;
        }
        if results.hits.is_empty() {
            return self.unsure("no_passage", question, started);
        }
        // A device and no problem: asking is better than guessing.
        let vague = (self.devices.nothing_else(&question.text) && sure.value < threshold)
            || (self.devices.only_complains(&question.text) && threshold > 0.0);
        if vague && !question.asked_back {
            let titles = results.hits.iter().map(|hit| (hit.passage.document.clone(), hit.passage.title.clone()));
            let mut reply = self.ask_back(titles, wording::tell_more(question.lang), question, started);
            self.rate(&mut reply, sure, &results.hits[0]);
            return reply;
        }
        let close = if question.asked_back {
            Vec::new()
        } else if asks_how(&question.text) == Some(true) {
            instructions(&results.hits)
        } else {
            let close = candidates(&results.hits, &reading);
            let likely = close.is_empty() && sure.value >= NEARLY * threshold;
            if likely { nearest(&results.hits) } else { close }
        };
        let mut reply = if sure.value >= threshold {
            if let Some(reply) = self.led(&results.hits[0], question, started).await {
                reply
            } else {
                let (reply, heard) = self.answered(&results.hits[0], &results, question, started, &mut progress).await;
                if let (Some(evidence), Some(heard)) = (&mut evidence, heard) {
                    evidence.hear(&heard);
                    sure = confidence(Some(evidence), &self.support.weights);
                }
                reply
            }
        } else if close.is_empty() {
            self.unsure("low_confidence", question, started)
        } else {
            self.ask_back(close.into_iter(), wording::which(question.lang), question, started)
        };
        self.rate(&mut reply, sure, &results.hits[0]);
        reply.answer.timings_ms.retrieve = retrieve;
        reply
    }

    /// Quotes one document, chosen by its id from the candidates of a question back.
    ///
    /// # Errors
    /// The fixed reason, where the document is gone or may not be seen.
    pub async fn guide(&self, document: &str, question: &Question) -> Result<Reply, &'static str> {
        let started = Instant::now();
        let passages = self.passages.document(document, question).await?;
        let first = passages
            .iter()
            .find(|passage| passage.meta.visible(question.audience, question.school.as_deref()))
            .ok_or("no_passage")?;
        let hit = Hit {
            passage: first.clone(),
            score: 1.0,
            possible: 1.0,
            covered: 1.0,
            snippet: String::new(),
            best_units: vec![],
            signals: crate::search::Signals::default(),
        };
        let mut reply = if let Some(reply) = self.led(&hit, question, started).await {
            reply
        } else {
            let quoted = quote::quote(&hit, &passages, self.support.quoted);
            self.reply(Outcome::Answered, None, quoted.sentences, quoted.citations, question, started)
        };
        // Chosen by the reader herself.
        self.rate(&mut reply, Confidence { value: 1.0, calibrated: false }, &hit);
        Ok(reply)
    }

    /// What a message is about, by how it is worded.
    #[must_use]
    pub fn read(&self, text: &str) -> Reading {
        self.passages.wordings.read(text)
    }

    /// The classifier of wordings.
    #[must_use]
    pub fn wordings(&self) -> &Wordings {
        &self.passages.wordings
    }

    /// What speaks for the first hit; `reading` is what the classifier made of the text.
    #[must_use]
    pub fn evidence(&self, results: &Results, text: &str, reading: &Reading) -> Option<Evidence> {
        Evidence::of(results, &self.devices.said(text), Some(reading))
    }

    /// The devices that a text names.
    #[must_use]
    pub fn devices_in(&self, text: &str) -> Vec<DeviceType> {
        self.devices.said(text).into_iter().collect()
    }

    /// Whether a text speaks of other devices than these, and of none of these.
    #[must_use]
    pub fn speaks_of_others(&self, text: &str, devices: &[DeviceType]) -> bool {
        let said = self.devices.said(text);
        !said.is_empty() && !devices.iter().any(|device| said.contains(device))
    }

    /// Whether a rule answers, or a question back, before any confidence is asked for.
    #[must_use]
    pub fn decided(&self, text: &str, reading: &Reading) -> bool {
        wording::is_something_else(text)
            || self.triage.decide_with(text, reading, false).is_some()
            || self.devices.nothing_else(text)
    }
}
