//! The answer itself: quoted at once; where there is a model, chosen or worded by it.

use std::{sync::Arc, time::Instant};

use super::{HITS, Progress, Question, Reply, Responder, writing::Writing};
use crate::{
    config::Mode,
    domain::{
        citation::{Citation, Sentence},
        document::Passage,
        outcome::Outcome,
    },
    llm::LanguageModel,
    search::{Hit, Results},
    support::{
        answer::{self, Heard, Written},
        answer_cache::{AnswerCache, Found, Key, Read},
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
    /// Answers a question in each way, whatever the confidence and whatever was kept: for
    /// whoever compares. `None` without a model, or where nothing is found.
    pub async fn ways(&self, question: &Question) -> Option<Ways> {
        let model = self.model.as_ref()?;
        let (results, _) = self.passages.search(question, HITS).await.ok()?;
        let (quoted, ranked) = self.quoted(&results, question).await?;
        let strict = if model.info().capabilities.allowed_spans {
            Some(self.alone(model, Mode::Strict, ranked.clone(), question).await.unwrap_or_default())
        } else {
            None
        };
        let free = self.alone(model, Mode::Free, ranked, question).await.unwrap_or_default();
        Some(Ways { quoted, strict, free })
    }

    /// What a model makes of what was found, as it would be asked for an answer; whatever
    /// was kept. `None` where nothing was found or it gave no whole answer.
    pub async fn heard(&self, model: &Arc<dyn LanguageModel>, results: &Results, question: &Question) -> Option<Heard> {
        let (_, ranked) = self.quoted(results, question).await?;
        let mode = answer::mode(&self.model_config, model.info());
        self.alone(model, mode, ranked, question).await.map(|written| written.heard)
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
        let quoted = self.quote(hit, question).await;
        let first = millis(started);
        let mut heard = None;
        let mut reply = if let Some(model) = &self.model {
            progress(Progress::Quoted(quoted.clone()));
            let ranked = self.handed(&quoted, results, question);
            let written = self.written(model, ranked, question, progress).await;
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

    /// What is quoted of the first hit, and the passages for a model.
    async fn quoted(&self, results: &Results, question: &Question) -> Option<(Quoted, Vec<Passage>)> {
        let quoted = self.quote(results.hits.first()?, question).await;
        let ranked = self.handed(&quoted, results, question);
        Some((quoted, ranked))
    }

    async fn quote(&self, hit: &Hit, question: &Question) -> Quoted {
        let found = self.passages.document(&hit.passage.document, question).await;
        let document = found.unwrap_or_else(|_| vec![hit.passage.clone()]);
        quote::quote(hit, &document, self.support.quoted)
    }

    /// The passages that a model is given, the most relevant first: those that are quoted,
    /// then the next hits.
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
        passages
    }

    /// What the model made of the passages, now or before; no sentence, where it failed.
    async fn written(
        &self,
        model: &Arc<dyn LanguageModel>,
        ranked: Vec<Passage>,
        question: &Question,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Written {
        let mode = answer::mode(&self.model_config, model.info());
        let mut show = |n, sentence: &Sentence, citations: &[Citation]| {
            progress(Progress::Sentence { n, sentence: sentence.clone(), citations: citations.to_vec() });
        };
        let reader = match self.answers.find(key(model.as_ref(), mode, &ranked, question)) {
            Found::Kept(written) => {
                for (n, sentence) in (0_u32..).zip(&written.sentences) {
                    show(n, sentence, &written.citations);
                }
                return Written::clone(&written);
            }
            Found::Underway(reader) => reader,
            Found::Nothing(reader, place) => {
                tokio::spawn(self.writing(model, mode, ranked, question).run(place));
                reader
            }
        };
        match reader.read(&question.cancel, show).await {
            Read::Whole(written) => written,
            Read::Left(shown) if question.enough.is_cancelled() => shown,
            Read::Left(_) | Read::Failed => Written::default(),
        }
    }

    /// The same for one reader who wants it made anew; `None` where it failed.
    async fn alone(
        &self,
        model: &Arc<dyn LanguageModel>,
        mode: Mode,
        ranked: Vec<Passage>,
        question: &Question,
    ) -> Option<Written> {
        let (reader, place) = AnswerCache::alone();
        tokio::spawn(self.writing(model, mode, ranked, question).run(place));
        match reader.read(&question.cancel, |_, _, _| {}).await {
            Read::Whole(written) => Some(written),
            Read::Left(_) | Read::Failed => None,
        }
    }

    fn writing(
        &self,
        model: &Arc<dyn LanguageModel>,
        mode: Mode,
        ranked: Vec<Passage>,
        question: &Question,
    ) -> Writing {
        Writing {
            model: Arc::clone(model),
            mode,
            ranked,
            // The text as it was written is for the search alone.
            question: Question { sought: None, ..question.clone() },
            config: self.model_config.clone(),
            passages: Arc::clone(&self.passages),
        }
    }
}

fn key(model: &dyn LanguageModel, mode: Mode, ranked: &[Passage], question: &Question) -> Key {
    let mut passages = ranked.to_vec();
    prompt::in_order(&mut passages);
    let asked = prompt::Asked { question: &question.text, passages: &passages, lang: question.lang, fairness: "" };
    Key::of(model.info(), mode, &asked, question.school.as_deref(), question.audience)
}
