//! What the scheduler computes: prompts read chunk by chunk, tokens written row by row.
//!
//! Everything that belongs to a reader's text (cache, sampler, half-written characters)
//! lives and dies in its [`Row`]. What stays behind are keys and values of prompts'
//! beginnings, up to where the reader's own text begins, and only in memory.

use candle_core::{Device, Tensor};
use candle_transformers::generation::LogitsProcessor;

use super::{
    cache::{BLOCK, Cache},
    detokenizer::Detokenizer,
    forward::{Run, Weights},
    guesses::Guesses,
    prefixes::Prefixes,
    scheduler::Engine,
    template::Template,
    tokenizer::{Span, Tokenizer},
};
use crate::llm::{Finish, LlmError, Piece, Request, Sampling, Token, grounding::Grounding};

/// Tokens of a prompt that are read in one step when nobody waits for a next token. Larger is
/// hardly faster, smaller lets go sooner.
const ALONE: usize = 256;
/// The same while others write: they wait so long for their next token.
const BESIDE: usize = 64;
/// What is longer counts as reading; one row reads in a step, the others wait their turn.
const SHORT: usize = 16;
/// One in so many tokens of the context is left to a long answer; a prompt that takes more is too long.
const ROOM: usize = 4;
/// Steps that a prompt may wait behind shorter ones.
const PATIENT: usize = 4;
/// Writing rows up to which many guesses pay, and up to which few do.
const FEW_ROWS: usize = 2;
const SOME_ROWS: usize = 4;
const FEW_GUESSES: usize = 3;

/// Weights, vocabulary and template of one model.
pub(super) struct Generator {
    pub(super) weights: Weights,
    pub(super) tokenizer: Tokenizer,
    pub(super) template: Template,
    /// Tokens of prompt and answer together.
    pub(super) context: usize,
    pub(super) prefixes: Prefixes,
    /// Blocks that all generations under way may fill together.
    pub(super) blocks: usize,
    /// Whether answers are guessed ahead.
    pub(super) guessing: bool,
}

/// One generation.
pub(super) struct Row {
    pub(super) cache: Cache,
    /// Tokens that the cache does not have yet; guesses come last.
    pub(super) pending: Vec<u32>,
    /// Guesses among them, and then in the cache.
    guessed: Vec<u32>,
    /// How many of them this step computes.
    now: usize,
    /// Steps in which others read and it did not.
    waited: usize,
    /// Logits after the last tokens of the last step, until they are looked at.
    pub(super) computed: Vec<Vec<f32>>,
    pub(super) sampler: LogitsProcessor,
    pub(super) text: Detokenizer,
    pub(super) grounding: Option<Grounding>,
    guesses: Guesses,
    /// Prompt and answer.
    seen: Vec<u32>,
    /// Tokens of the prompt before the reader's own text.
    shared: usize,
    /// Still to be kept for others once it is read.
    keep: bool,
    /// Tokens that may still be written.
    pub(super) left: usize,
}

impl Generator {
    /// Computes a short prompt and one more token: candle rearranges its weights at
    /// their first use, and a damaged file shows in figures that are none.
    pub(super) fn warm_up(&self) -> Result<(), String> {
        let count = self.context.saturating_sub(1).min(64);
        let prompt: Vec<u32> = (0..count).map(|id| u32::from(id % 2 == 1)).collect();
        let mut cache = self.weights.cache();
        for (tokens, wanted) in [(prompt.as_slice(), 2), (&[0], 1)] {
            let logits = self.weights.forward(&mut [Run { cache: &mut cache, tokens, wanted }]);
            let logits = logits.map_err(|error| error.to_string())?;
            logits.rows().try_for_each(|row| log_probability(row, 0).map(|_| ())).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// The prompt, and how many of its tokens come before the reader's own text: before the
    /// last piece that is not ours.
    fn prompt(&self, request: &Request) -> Result<(Vec<u32>, usize), LlmError> {
        let spans = self.template.render(&request.messages)?;
        let own = spans.iter().rposition(|span| matches!(span, Span::Foreign(_))).unwrap_or(spans.len());
        let mut ids = self.tokenizer.encode(&spans[..own])?;
        let shared = ids.len();
        ids.extend(self.tokenizer.encode(&spans[own..])?);
        Ok((ids, shared))
    }

    /// Decides what each row computes in this step.
    fn plan(&self, rows: &mut [&mut Row]) {
        let writing = rows.iter().filter(|row| row.pending.len() <= SHORT).count();
        let chunk = if writing == 0 { ALONE } else { BESIDE };
        let guesses = if !self.guessing || writing > SOME_ROWS {
            0
        } else if writing > FEW_ROWS {
            FEW_GUESSES
        } else {
            usize::MAX
        };
        let reader = reader(rows.iter().map(|row| (row.pending.len(), row.waited)));
        for (at, row) in rows.iter_mut().enumerate() {
            row.now = if row.pending.len() <= SHORT {
                row.guess(guesses);
                row.pending.len()
            } else if reader == Some(at) {
                row.waited = 0;
                row.pending.len().min(chunk)
            } else {
                row.waited += 1;
                0
            };
        }
    }

    /// Keeps what others may begin with, once it is read.
    fn share(&mut self, row: &mut Row) {
        if row.keep && row.cache.len() >= row.shared {
            row.keep = false;
            let blocks = row.shared / BLOCK;
            self.prefixes.keep(&row.seen[..blocks * BLOCK], &row.cache.full()[..blocks]);
            metrics::gauge!("schullotse_model_prefix_blocks")
                .set(u32::try_from(self.prefixes.len()).unwrap_or(u32::MAX));
        }
    }

    /// Looks at the logits one after the other, as far as the guesses were right.
    fn write_free(&self, row: &mut Row, write: &mut dyn FnMut(Piece)) -> Result<Option<Finish>, LlmError> {
        let guessed = std::mem::take(&mut row.guessed);
        let base = row.cache.len() - guessed.len();
        let mut right = 0;
        for logits in std::mem::take(&mut row.computed) {
            if row.left == 0 {
                return Ok(Some(Finish::Length));
            }
            let id = sample(&mut row.sampler, &logits)?;
            let logprob = Some(log_probability(&logits, id)?);
            if self.tokenizer.is_stop(id) {
                return Ok(Some(Finish::Stop));
            }
            write(Piece::Token(Token { text: row.text.push(&self.tokenizer.bytes(id)), logprob }));
            row.seen.push(id);
            row.left -= 1;
            if guessed.get(right) != Some(&id) {
                row.pending = vec![id];
                break;
            }
            right += 1;
        }
        row.cache.truncate(base + right);
        if !guessed.is_empty() {
            row.guesses.learn(guessed.len(), right);
            metrics::counter!("schullotse_model_guesses_total", "right" => "yes").increment(right as u64);
            metrics::counter!("schullotse_model_guesses_total", "right" => "no")
                .increment((guessed.len() - right) as u64);
        }
        Ok((row.left == 0).then_some(Finish::Length))
    }
}

impl Engine for Generator {
    type Row = Row;

    fn longest(&self) -> usize {
        self.context
    }

    fn begin(&mut self, request: &Request) -> Result<Row, LlmError> {
        let (prompt, shared) = self.prompt(request)?;
        // An answer needs room too: what it may come to, or a part of the context.
        let most = self.context - request.sampling.max_tokens.min(self.context / ROOM).max(1);
        if prompt.is_empty() {
            return Err(LlmError::Stopped("the prompt is empty".into()));
        }
        if prompt.len() > most {
            return Err(LlmError::PromptTooLong { tokens: prompt.len(), most });
        }
        let left = request.sampling.max_tokens.min(self.context - prompt.len());
        let grounding = match &request.allowed {
            Some(allowed) => Some(Grounding::new(allowed, &self.tokenizer, left)?),
            None => None,
        };
        // The last token is computed in any case: its logits are wanted.
        let shared = shared.min(prompt.len() - 1);
        let cache = Cache::starting_with(self.weights.cache_shape(), self.prefixes.find(&prompt[..shared]));
        let read = |from: &'static str, tokens: usize| {
            metrics::counter!("schullotse_model_prompt_tokens_total", "from" => from).increment(tokens as u64);
        };
        read("cache", cache.len());
        read("computed", prompt.len() - cache.len());
        Ok(Row {
            pending: prompt[cache.len()..].to_vec(),
            guessed: Vec::new(),
            now: 0,
            waited: 0,
            computed: Vec::new(),
            sampler: sampler(&request.sampling),
            text: Detokenizer::default(),
            grounding,
            guesses: Guesses::default(),
            seen: prompt,
            shared,
            keep: true,
            left,
            cache,
        })
    }

    fn fits(&self, rows: &[&Row], more: &Row) -> bool {
        rows.iter().map(|row| row.blocks()).sum::<usize>() + more.blocks() <= self.blocks
    }

    fn compute(&mut self, rows: &mut [&mut Row]) -> Result<(), LlmError> {
        self.plan(rows);
        let mut runs: Vec<Run<'_>> = Vec::with_capacity(rows.len());
        for row in rows.iter_mut() {
            let Row { cache, pending, now, guessed, .. } = &mut **row;
            if *now > 0 {
                let wanted = if *now == pending.len() { 1 + guessed.len() } else { 0 };
                runs.push(Run { cache, tokens: &pending[..*now], wanted });
            }
        }
        if runs.is_empty() {
            return Ok(());
        }
        let logits = self.weights.forward(&mut runs).map_err(stopped)?;
        let mut logits = logits.rows();
        for row in rows.iter_mut().filter(|row| row.now > 0) {
            row.pending.drain(..row.now);
            if row.pending.is_empty() {
                row.computed = logits.by_ref().take(1 + row.guessed.len()).map(<[f32]>::to_vec).collect();
            }
            self.share(row);
        }
        Ok(())
    }

    fn write(&mut self, row: &mut Row, write: &mut dyn FnMut(Piece)) -> Result<Option<Finish>, LlmError> {
        if row.computed.is_empty() {
            return Ok(None);
        }
        if row.grounding.is_some() { self.write_grounded(row, write) } else { self.write_free(row, write) }
    }
}

impl Row {
    /// Blocks that it may come to need.
    fn blocks(&self) -> usize {
        (self.cache.len() + self.pending.len() + self.left).div_ceil(BLOCK)
    }

    /// Adds guesses behind the one token that is certain.
    fn guess(&mut self, most: usize) {
        self.forget_guesses();
        if self.grounding.is_none() && self.pending.len() == 1 && self.left > 1 {
            self.guessed = self.guesses.make(&self.seen, most.min(self.left - 1));
            self.pending.extend(&self.guessed);
        }
    }

    /// Takes guesses back that were not computed.
    fn forget_guesses(&mut self) {
        self.pending.truncate(self.pending.len() - self.guessed.len());
        self.guessed.clear();
    }
}

/// Who reads next, of rows with so many tokens to compute that waited so long: the one that is
/// done soonest (a question whose passages were read before does not stand behind a whole
/// prompt), but whoever waited long enough before it; then the first.
fn reader(rows: impl Iterator<Item = (usize, usize)>) -> Option<usize> {
    let reading = rows.enumerate().filter(|(_, (pending, _))| *pending > SHORT);
    reading.min_by_key(|(_, (pending, waited))| (*waited < PATIENT, *pending)).map(|(at, _)| at)
}

fn sampler(sampling: &Sampling) -> LogitsProcessor {
    let temperature = Some(sampling.temperature).filter(|temperature| temperature.is_finite());
    LogitsProcessor::new(sampling.seed, temperature, sampling.top_p)
}

pub(super) fn sample(sampler: &mut LogitsProcessor, logits: &[f32]) -> Result<u32, LlmError> {
    Tensor::new(logits, &Device::Cpu).and_then(|logits| sampler.sample(&logits)).map_err(stopped)
}

/// Natural logarithm of the probability of a token, before any temperature.
fn log_probability(logits: &[f32], id: u32) -> Result<f32, LlmError> {
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

#[cfg(test)]
#[path = "generate_tests.rs"]
mod tests;
