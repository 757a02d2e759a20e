//! One generation: prompt, prefill, then token after token.
//!
//! Everything that belongs to a reader's text (cache, sampler, half-written
//! characters) lives and dies in [`Generator::run`]; between two generations only
//! weights and vocabulary remain. Grounded decoding goes its own way (`grounded.rs`).

use candle_core::{Result as CandleResult, Tensor};
use candle_transformers::generation::LogitsProcessor;

use super::{
    detokenizer::Detokenizer,
    forward::{Cache, Hidden, Weights},
    grounded::Course,
    template::Template,
    tokenizer::Tokenizer,
    worker::{Engine, Watch},
};
use crate::llm::{Finish, LlmError, Piece, Request, Sampling, Token, grounding::Grounding};

/// Tokens of a prompt that are computed between two looks at the clock. Larger is
/// faster (candle's matrix kernels want 32 rows a thread), smaller lets go sooner:
/// 128 tokens are about 1.5 s of a 1.7B model on two cores.
const CHUNK: usize = 128;

/// Weights, vocabulary and template of one model.
pub(super) struct Generator {
    pub(super) weights: Weights,
    pub(super) tokenizer: Tokenizer,
    pub(super) template: Template,
    /// Tokens of prompt and answer together.
    pub(super) context: usize,
}

impl Generator {
    /// Computes a short prompt and one more token: candle rearranges its weights at
    /// their first use, and a damaged file shows in figures that are none.
    pub(super) fn warm_up(&self) -> Result<(), String> {
        let count = self.context.saturating_sub(1).min(64);
        let prompt: Vec<u32> = (0..count).map(|id| u32::from(id % 2 == 1)).collect();
        let first = (|| {
            let mut cache = self.weights.cache(count + 1)?;
            let logits = self.weights.logits(&self.weights.forward(&prompt, &mut cache)?)?;
            let next = self.weights.logits(&self.weights.forward(&[0], &mut cache)?)?;
            CandleResult::Ok([logits, next])
        })();
        let logits = first.map_err(|error| error.to_string())?;
        logits.iter().try_for_each(|logits| log_probability(logits, 0).map(|_| ())).map_err(|error| error.to_string())
    }

    /// Computes the prompt part by part.
    fn prefill(
        &self,
        prompt: &[u32],
        cache: &mut Cache,
        watch: &Watch<'_>,
    ) -> Result<Result<Hidden, Finish>, LlmError> {
        let mut hidden = None;
        for part in prompt.chunks(CHUNK) {
            if let Some(finish) = watch.over() {
                return Ok(Err(finish));
            }
            hidden = Some(self.weights.forward(part, cache).map_err(stopped)?);
        }
        hidden.map(Ok).ok_or_else(|| LlmError::Stopped("the prompt is empty".into()))
    }
}

impl Engine for Generator {
    fn longest(&self) -> usize {
        self.context
    }

    fn run(&mut self, request: &Request, watch: &Watch<'_>, write: &mut dyn FnMut(Piece)) -> Result<Finish, LlmError> {
        let prompt = self.tokenizer.encode(&self.template.render(&request.messages)?)?;
        let most = self.context - 1;
        if prompt.len() > most {
            return Err(LlmError::PromptTooLong { tokens: prompt.len(), most });
        }
        let budget = request.sampling.max_tokens.min(self.context - prompt.len());
        let mut cache = self.weights.cache(prompt.len() + budget).map_err(stopped)?;
        let mut hidden = match self.prefill(&prompt, &mut cache, watch)? {
            Ok(hidden) => hidden,
            Err(finish) => return Ok(finish),
        };
        let mut sampler = sampler(&request.sampling);
        if let Some(allowed) = &request.allowed {
            let grounding = Grounding::new(allowed, &self.tokenizer, budget)?;
            return Course { generator: self, cache, hidden, sampler, grounding }.run(watch, write);
        }
        let mut text = Detokenizer::default();
        for written in 1..=budget {
            if let Some(finish) = watch.over() {
                return Ok(finish);
            }
            let logits = self.weights.logits(&hidden).map_err(stopped)?;
            let id = sampler.sample(&logits).map_err(stopped)?;
            let logprob = Some(log_probability(&logits, id)?);
            if self.tokenizer.is_stop(id) {
                return Ok(Finish::Stop);
            }
            write(Piece::Token(Token { text: text.push(&self.tokenizer.bytes(id)), logprob }));
            if written < budget {
                hidden = self.weights.forward(&[id], &mut cache).map_err(stopped)?;
            }
        }
        Ok(Finish::Length)
    }
}

fn sampler(sampling: &Sampling) -> LogitsProcessor {
    let temperature = Some(sampling.temperature).filter(|temperature| temperature.is_finite());
    LogitsProcessor::new(sampling.seed, temperature, sampling.top_p)
}

/// Natural logarithm of the probability of a token, before any temperature.
fn log_probability(logits: &Tensor, id: u32) -> Result<f32, LlmError> {
    let logits = logits.to_vec1::<f32>().map_err(stopped)?;
    let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - greatest).exp()).sum();
    let chosen = logits.get(id as usize).copied().unwrap_or(f32::NAN);
    let logprob = chosen - greatest - sum.ln();
    if logprob.is_finite() {
        Ok(logprob.min(0.0))
    } else {
        Err(LlmError::Stopped("the weights give no numbers; the file may be damaged".into()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn stopped(error: candle_core::Error) -> LlmError {
    let text = error.to_string();
    LlmError::Stopped(text.lines().next().unwrap_or_default().to_owned())
}
