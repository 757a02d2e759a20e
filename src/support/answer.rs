//! The answer with a model, sentence by sentence, each from the passages before anyone
//! sees it. What streams to a reader is sentences that passed, never raw tokens.
//!
//! `strict`: the model chose, the passages' own words are the answer. `free`: its own
//! words, each sentence checked against the passage that it names; one that fails gives
//! way to that passage's words, or is dropped.

mod free;
mod leaning;
mod spans;
mod strict;
mod ties;

#[cfg(test)]
mod hidden;
#[cfg(test)]
mod obeying;

pub use self::spans::Spans;
use crate::{
    config::{Mode, ModelConfig},
    domain::{
        citation::{Citation, Sentence},
        document::Passage,
    },
    llm::{Finish, LanguageModel, LlmError, ModelInfo, Piece, Request, grounding::Part},
};

/// Models with fewer parameters choose, and do not word.
const OWN_WORDS_FROM: u64 = 4_000_000_000;

/// How a model answers: as configured; else `strict` where it is small, or does not say how
/// large it is, and can be held to spans.
#[must_use]
pub fn mode(config: &ModelConfig, model: &ModelInfo) -> Mode {
    let small = model.parameters.is_none_or(|parameters| parameters < OWN_WORDS_FROM);
    let strict = small && model.capabilities.allowed_spans;
    config.mode.unwrap_or(if strict { Mode::Strict } else { Mode::Free })
}

/// Whether a model can do what is configured.
///
/// # Errors
/// Says what it cannot, and what to do.
pub fn check(config: &ModelConfig, model: &ModelInfo) -> Result<(), String> {
    if config.mode == Some(Mode::Strict) && !model.capabilities.allowed_spans {
        return Err(format!(
            "the model {} cannot be held to the passages' words, which model.mode = \"strict\" asks for\n\
             hint: use a model file on this machine, or set model.mode = \"free\": each sentence is checked",
            model.name
        ));
    }
    Ok(())
}

/// What a model wrote and the check let through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
    /// Sentences that nothing carried.
    pub dropped: usize,
    /// Sentences that gave way to the passage's own.
    pub replaced: usize,
    /// It was cut short: the most tokens were written, or the context is full.
    pub cut: bool,
    /// What the model made of the passages, for the confidence.
    pub heard: Heard,
}

/// How sure the model was, as far as it says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heard {
    /// Probability that it gave to "no passage fits", 0 to 1.
    pub none: Option<f32>,
    /// Sum and count of the log-probabilities of what it chose.
    pub(super) chosen: (f64, u32),
    /// It said that no passage fits.
    pub nothing: bool,
}

impl Heard {
    /// Mean log-probability of what it chose, at most 0; `None` where it did not say.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.chosen.1 > 0).then(|| self.chosen.0 / f64::from(self.chosen.1))
    }

    fn token(&mut self, logprob: Option<f32>) {
        if let Some(logprob) = logprob {
            self.chosen.0 += f64::from(logprob);
            self.chosen.1 += 1;
        }
    }
}

/// Called with each sentence that passed, at once: its number, itself, all citations so far.
pub trait Passed: FnMut(u32, &Sentence, &[Citation]) + Send {}

impl<F: FnMut(u32, &Sentence, &[Citation]) + Send> Passed for F {}

/// Lets the model write; `passed` is called with each sentence that passed, at once.
///
/// # Errors
/// What the model reports, also where it did not get to its end: then what passed is
/// only a part, and the passages themselves say more.
pub async fn write(
    model: &dyn LanguageModel,
    request: Request,
    passages: &[Passage],
    spans: &Spans,
    written: &mut Written,
    mut passed: impl Passed,
) -> Result<(), LlmError> {
    let strict = request.allowed.is_some();
    let mut pieces = model.generate(request)?;
    let mut reading = Reading::new(strict, passages, spans);
    while let Some(piece) = pieces.recv().await {
        match piece? {
            Piece::Token(token) => {
                written.heard.token(token.logprob);
                reading.text(&token.text, written, &mut passed);
            }
            Piece::Part(part) => reading.part(&part, written, &mut passed)?,
            Piece::Finish(Finish::Stop) => return reading.end(true, written, &mut passed),
            Piece::Finish(Finish::Length) => {
                written.cut = true;
                return reading.end(false, written, &mut passed);
            }
            Piece::Finish(finish) => return Err(LlmError::Stopped(format!("{finish:?}"))),
        }
    }
    Err(LlmError::Stopped("it ended without a word".into()))
}

/// What a model writes, read in one of the two ways.
enum Reading<'a> {
    Strict(strict::Reading<'a>),
    Free(free::Reading<'a>),
}

impl<'a> Reading<'a> {
    fn new(strict: bool, passages: &'a [Passage], spans: &'a Spans) -> Self {
        if strict {
            Self::Strict(strict::Reading::new(passages, spans))
        } else {
            Self::Free(free::Reading::new(passages, spans))
        }
    }

    fn text(&mut self, text: &str, written: &mut Written, passed: &mut impl Passed) {
        match self {
            Self::Strict(reading) => reading.text(text),
            Self::Free(reading) => reading.text(text, written, passed),
        }
    }

    fn part(&mut self, part: &Part, written: &mut Written, passed: &mut impl Passed) -> Result<(), LlmError> {
        match self {
            Self::Strict(reading) => reading.part(part, written, passed),
            Self::Free(_) => Ok(()),
        }
    }

    /// `whole`: the model said that it is done, and was not cut off.
    fn end(&mut self, whole: bool, written: &mut Written, passed: &mut impl Passed) -> Result<(), LlmError> {
        match self {
            Self::Strict(reading) => reading.end(),
            Self::Free(reading) => {
                reading.end(whole, written, passed);
                Ok(())
            }
        }
    }
}

impl Written {
    /// Adds a sentence of these units, each cited alone.
    fn add(&mut self, text: String, passage: &Passage, units: Vec<u32>, passed: &mut impl Passed) {
        let citation = self.cite(passage, &units);
        self.push(Sentence { text, citations: vec![citation], step: None, units }, passed);
    }

    /// Whether a unit of a passage, or a sentence that it carries, was said.
    fn says(&self, passage: &Passage, unit: u32) -> bool {
        let of = |citation: &&Citation| {
            citation.document == passage.document && citation.chunk == passage.chunk.number.to_string()
        };
        self.sentences.iter().any(|sentence| {
            let mut cited = self.citations.iter().filter(|citation| sentence.citations.contains(&citation.n));
            sentence.units.contains(&unit) && cited.any(|citation| of(&citation))
        })
    }

    /// Adds a unit in its own words; all of its passage have one citation.
    fn quote(&mut self, passage: &Passage, unit: u32, passed: &mut impl Passed) {
        let units = passage.chunk.units();
        let Some(unit) = units.iter().find(|one| one.index == unit) else { return };
        let of = |citation: &Citation| {
            citation.document == passage.document && citation.chunk == passage.chunk.number.to_string()
        };
        let next = u32::try_from(self.citations.len() + 1).unwrap_or(u32::MAX);
        let n = if let Some(known) = self.citations.iter_mut().find(|citation| of(citation)) {
            let mut marked: Vec<u32> = known.units.iter().map(|(unit, ..)| *unit).chain([unit.index]).collect();
            marked.sort_unstable();
            marked.dedup();
            *known = Citation::new(known.n, passage, &marked);
            known.n
        } else {
            self.citations.push(Citation::new(next, passage, &[unit.index]));
            next
        };
        let (text, step) = (unit.text.to_owned(), unit.step);
        self.push(Sentence { text, citations: vec![n], step, units: vec![unit.index] }, passed);
    }

    fn push(&mut self, sentence: Sentence, passed: &mut impl Passed) {
        let n = u32::try_from(self.sentences.len()).unwrap_or(u32::MAX);
        passed(n, &sentence, &self.citations);
        self.sentences.push(sentence);
    }

    /// The number of the citation of these units, added where it is new.
    fn cite(&mut self, passage: &Passage, units: &[u32]) -> u32 {
        let next = u32::try_from(self.citations.len() + 1).unwrap_or(u32::MAX);
        let citation = Citation::new(next, passage, units);
        if let Some(known) = self.citations.iter().find(|known| known.url == citation.url) {
            return known.n;
        }
        self.citations.push(citation);
        next
    }
}
