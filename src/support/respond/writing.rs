//! An answer being made by the model, apart from whoever asked for it: several may be
//! reading, and the first of them may leave. A prompt that does not fit loses passages,
//! the least relevant first, until it does.

use std::{sync::Arc, time::Instant};

use tokio_util::sync::CancellationToken;

use super::Question;
use crate::{
    config::{Mode, ModelConfig},
    domain::{
        citation::{Citation, Sentence},
        document::Passage,
    },
    llm::{LanguageModel, LlmError, Request},
    support::{
        answer::{self, Spans, Written},
        answer_cache::Place,
        passages::Passages,
        prompt,
    },
};

/// All that it takes.
pub(super) struct Writing {
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) mode: Mode,
    /// The most relevant first.
    pub(super) ranked: Vec<Passage>,
    pub(super) question: Question,
    pub(super) config: ModelConfig,
    pub(super) passages: Arc<Passages>,
}

impl Writing {
    /// Writes to a place until all is said or nobody reads any more.
    pub(super) async fn run(self, place: Place) {
        let cancel = place.cancelled();
        let (written, outcome) = self.write(&cancel, |sentence, citations| place.sentence(sentence, citations)).await;
        if let Err(error) = &outcome
            && !cancel.is_cancelled()
        {
            tracing::warn!(error = %error, "the language model gave no whole answer, passages are quoted");
        }
        for (what, count) in [("dropped", written.dropped), ("replaced", written.replaced)] {
            if count > 0 {
                metrics::counter!("schullotse_sentences_failed_total", "what" => what).increment(count as u64);
            }
        }
        let documents = self.ranked.iter().map(|passage| passage.document.clone()).collect();
        place.end(written, outcome.is_ok(), documents, || self.unchanged());
    }

    /// Whether the passages stand in the index as they were handed to the model.
    fn unchanged(&self) -> bool {
        self.ranked.iter().all(|passage| {
            let now = self.passages.cited(&passage.document, passage.chunk.number, &self.question);
            now.as_ref() == Some(passage)
        })
    }

    async fn write(
        &self,
        cancel: &CancellationToken,
        mut passed: impl FnMut(&Sentence, &[Citation]) + Send,
    ) -> (Written, Result<(), LlmError>) {
        let (started, question) = (Instant::now(), &self.question);
        let fairness = question.school.clone().unwrap_or_default();
        let mut count = self.ranked.len();
        loop {
            let mut passages = self.ranked[..count].to_vec();
            prompt::in_order(&mut passages);
            let asked = prompt::Asked {
                question: &question.text,
                passages: &passages,
                lang: question.lang,
                fairness: &fairness,
            };
            let spans = Spans::of(&passages, question.lang);
            let allowed = (self.mode == Mode::Strict).then(|| spans.allowed.clone());
            let mut request = prompt::request(&asked, allowed, cancel.clone(), &self.config);
            request.deadline = request.deadline.saturating_sub(started.elapsed());
            let long = length(&request);
            let mut written = Written::default();
            let model = self.model.as_ref();
            let outcome = answer::write(model, request, &passages, &spans, &mut written, |_, sentence, citations| {
                passed(sentence, citations);
            })
            .await;
            match outcome {
                Err(error @ (LlmError::PromptTooLong { .. } | LlmError::PromptRefused(_))) if count > 1 => {
                    let before = count;
                    count = fewer(&self.ranked[..count], over(&error, long));
                    metrics::counter!("schullotse_model_passages_left_out_total").increment((before - count) as u64);
                    tracing::info!(error = %error, passages = count, of = before, "passages are left out");
                }
                outcome => return (written, outcome),
            }
        }
    }
}

/// Bytes of a prompt.
fn length(request: &Request) -> usize {
    let segments = request.messages.iter().flat_map(|message| &message.segments);
    segments.map(|segment| segment.text().len()).sum()
}

/// Bytes that a prompt of so many is too long: an estimate, by the tokens that a byte takes on
/// average; a quarter where nothing is known.
fn over(error: &LlmError, bytes: usize) -> usize {
    match error {
        LlmError::PromptTooLong { tokens, most } => {
            tokens.saturating_sub(*most).saturating_mul(bytes).div_ceil((*tokens).max(1))
        }
        _ => bytes / 4,
    }
}

/// How many of the passages, the most relevant first, are left when so many bytes go: at least one
/// less, at least one.
fn fewer(ranked: &[Passage], over: usize) -> usize {
    let (mut count, mut gone) = (ranked.len(), 0);
    while count > 1 && (count == ranked.len() || gone < over) {
        count -= 1;
        gone += ranked[count].title.len() + ranked[count].chunk.text().len();
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Block, Chunk, Kind, Meta};

    #[test]
    fn as_many_as_may_fit_stay_and_never_none() {
        let passage = |bytes: usize| Passage {
            document: "d".into(),
            revision: "1".into(),
            title: String::new(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk: Chunk {
                number: 0,
                heading: vec![],
                page: None,
                blocks: vec![Block::Paragraph { text: "z".repeat(bytes) }],
            },
            school: None,
        };
        let ranked = [400, 300, 200, 100].map(passage);
        // A token a byte; 100 bytes of rules.
        for (most, left) in [(1_099, 3), (1_000, 3), (999, 2), (800, 2), (799, 1), (500, 1), (10, 1)] {
            let error = LlmError::PromptTooLong { tokens: 1_100, most };
            assert_eq!(fewer(&ranked, over(&error, 1_100)), left, "{most}");
        }
        let of = |most| over(&LlmError::PromptTooLong { tokens: 275, most }, 1_100);
        assert_eq!(fewer(&ranked, of(274)), 3, "four bytes a token");
        assert_eq!(fewer(&ranked, of(240)), 2, "140 bytes too many");
        assert_eq!(fewer(&ranked[..1], of(10)), 1);
        assert_eq!(fewer(&ranked, over(&LlmError::PromptRefused("zu lang".into()), 1_100)), 2, "a quarter");
    }
}
