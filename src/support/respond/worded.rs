//! The answer itself: quoted at once; where there is a model, chosen or worded by it.

use std::time::Instant;

use super::{HITS, Progress, Question, Reply, Responder};
use crate::{
    config::Mode,
    domain::{document::Passage, outcome::Outcome},
    llm::LanguageModel,
    search::{Hit, Results},
    support::{
        answer::{self, Heard, Spans, Written},
        passages::millis,
        prompt,
        quote::{self, Quoted},
    },
};

/// A question answered in each way that there is, from the same passages.
#[derive(Clone, Debug)]
pub struct Ways {
    pub quoted: Quoted,
    /// Where the model can be held to spans.
    pub strict: Option<Written>,
    pub free: Written,
}

impl Responder {
    /// Answers a question in each way, whatever the confidence: for whoever compares. `None`
    /// without a model, or where nothing is found.
    pub async fn ways(&self, question: &Question) -> Option<Ways> {
        let model = self.model.as_ref()?;
        let (results, _) = self.passages.search(question, HITS).await.ok()?;
        let hit = results.hits.first()?;
        let found = self.passages.document(&hit.passage.document, question).await;
        let document = found.unwrap_or_else(|_| vec![hit.passage.clone()]);
        let quoted = quote::quote(hit, &document, self.support.quoted);
        let passages = self.handed(&quoted, &results, question);
        let strict = if model.info().capabilities.allowed_spans {
            Some(self.written(model.as_ref(), Mode::Strict, &passages, question, &mut |_| {}).await)
        } else {
            None
        };
        let free = self.written(model.as_ref(), Mode::Free, &passages, question, &mut |_| {}).await;
        Some(Ways { quoted, strict, free })
    }

    /// Quotes at once; lets a model word it better where there is one, and says how sure that was.
    pub(super) async fn answered(
        &self,
        hit: &Hit,
        results: &Results,
        question: &Question,
        started: Instant,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> (Reply, Option<Heard>) {
        let found = self.passages.document(&hit.passage.document, question).await;
        let passages = found.unwrap_or_else(|_| vec![hit.passage.clone()]);
        let quoted = quote::quote(hit, &passages, self.support.quoted);
        let first = millis(started);
        let mut heard = None;
        let mut reply = if let Some(model) = &self.model {
            progress(Progress::Quoted(quoted.clone()));
            let passages = self.handed(&quoted, results, question);
            let mode = answer::mode(&self.model_config, model.info());
            let written = self.written(model.as_ref(), mode, &passages, question, progress).await;
            heard = Some(written.heard);
            if written.sentences.is_empty() {
                self.reply(Outcome::Answered, None, quoted.sentences, quoted.citations, question, started)
            } else {
                let mut reply =
                    self.reply(Outcome::Answered, None, written.sentences, written.citations, question, started);
                reply.answer.model.clone_from(&model.info().name);
                reply
            }
        } else {
            for (n, sentence) in (0_u32..).zip(&quoted.sentences) {
                progress(Progress::Sentence { n, sentence: sentence.clone(), citations: quoted.citations.clone() });
            }
            self.reply(Outcome::Answered, None, quoted.sentences, quoted.citations, question, started)
        };
        reply.answer.timings_ms.first = first;
        (reply, heard)
    }

    /// The passages that a model is given: those that are quoted, then the next hits.
    fn handed(&self, quoted: &Quoted, results: &Results, question: &Question) -> Vec<Passage> {
        let mut passages: Vec<Passage> = Vec::new();
        let cited = quoted.citations.iter().filter_map(|citation| {
            let chunk = citation.chunk.parse().ok()?;
            self.passages.cited(&citation.document, chunk, question)
        });
        for passage in cited.chain(results.hits.iter().map(|hit| hit.passage.clone())) {
            let known =
                |other: &Passage| other.document == passage.document && other.chunk.number == passage.chunk.number;
            if passages.len() < self.support.passages && !passages.iter().any(known) {
                passages.push(passage);
            }
        }
        prompt::in_order(&mut passages);
        passages
    }

    /// What the model made of the passages; no sentence, where it failed.
    async fn written(
        &self,
        model: &dyn LanguageModel,
        mode: Mode,
        passages: &[Passage],
        question: &Question,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Written {
        let fairness = question.school.clone().unwrap_or_default();
        let asked = prompt::Asked { question: &question.text, passages, lang: question.lang, fairness: &fairness };
        let spans = Spans::of(passages, question.lang);
        let allowed = (mode == Mode::Strict).then(|| spans.allowed.clone());
        let request = prompt::request(&asked, allowed, question.cancel.clone(), &self.model_config);
        let mut written = Written::default();
        let outcome = answer::write(model, request, passages, &spans, &mut written, |n, sentence, citations| {
            progress(Progress::Sentence { n, sentence: sentence.clone(), citations: citations.to_vec() });
        })
        .await;
        if let Err(error) = outcome {
            tracing::warn!(error = %error, "the language model gave no whole answer, passages are quoted");
            if !question.enough.is_cancelled() {
                written.sentences.clear();
            }
        }
        for (what, count) in [("dropped", written.dropped), ("replaced", written.replaced)] {
            if count > 0 {
                metrics::counter!("schullotse_sentences_failed_total", "what" => what).increment(count as u64);
            }
        }
        written
    }
}
