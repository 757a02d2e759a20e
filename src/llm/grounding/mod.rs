//! Grounded decoding: the model chooses, the sources speak.
//!
//! [`Allowed`] are the spans of the retrieved passages (sentences, steps) in reading
//! order. [`Grounding`] is the automaton over their tokens: a decoder asks
//! [`Grounding::next`] what may follow, and tells what it took. What can be written is
//! `no passage fits`, or spans, whole and in the order of their source, between them at
//! most a phrase of the reviewed list (`phrases.rs`), and the end. A source is read
//! forward only, and not entered again once it was left; nothing is said twice; what is
//! tied to the span before it ([`Tie`]) never stands alone. A span that does not fit into
//! what may still be written is not begun.
//!
//! Pure: no model, no candle. Spans that begin alike are walked together until they
//! part, so a decoder is asked only where there is a choice; what is certain comes as
//! one run of tokens, to be computed in one step.

mod entries;
mod order;
mod phrases;

#[cfg(test)]
mod tests;

use std::{ops::Range, sync::Arc};

use self::entries::{Entry, Form, What};
pub use self::phrases::{NONE_FITS, PHRASES, Phrase, Where};
use crate::{domain::lang::Lang, llm::LlmError};

/// What a grounded answer may be made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Language of the connecting phrases.
    pub lang: Lang,
    /// In reading order, source by source.
    pub spans: Vec<Span>,
}

/// A piece of a source that is written whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// In Unicode's composed form (NFC), as tokenizers expect; trimmed.
    pub text: Arc<str>,
    /// Number of its source, counted by the caller.
    pub source: usize,
    /// A step, an item, a row: begins on a new line.
    pub line: bool,
    pub tie: Tie,
}

/// What ties a span to the one before it in its source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tie {
    /// Nothing: it can be written alone.
    #[default]
    Free,
    /// It is understood only right after the other, as the second step after the first.
    After,
    /// Neither is written without the other: a warning, a restriction.
    With,
}

/// What a tokenizer does, as far as it is needed here.
pub trait Vocabulary {
    /// Ids of plain text; nothing in it is a control token.
    ///
    /// # Errors
    /// What the tokenizer reports.
    fn ids(&self, text: &str) -> Result<Vec<u32>, LlmError>;

    /// Bytes that a token stands for.
    fn length(&self, id: u32) -> usize;

    /// Tokens that end an answer.
    fn stops(&self) -> &[u32];
}

/// What may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// These and no others, in this order: nobody need be asked. Never empty.
    Forced(&'a [u32]),
    /// One of these. At least two; tokens that end the answer may be among them.
    Choice(&'a [u32]),
    /// Nothing.
    End,
}

/// What stands there whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// At the first choice: the probability of "no passage fits" among all that could begin.
    Offered { none: f32 },
    /// A span, by its place in [`Allowed::spans`].
    Span(usize),
    /// A connecting phrase.
    Phrase(&'static str),
    /// "No passage fits": the whole answer.
    NoneFits,
}

/// Where a written token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The span, by its place in [`Allowed::spans`]; `None` for a phrase.
    pub span: Option<usize>,
    /// Bytes of the span (or phrase); what separates it from the one before is no part of it.
    pub bytes: Range<usize>,
}

/// A token was told that may not stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("token {0} leaves the sources")]
pub struct Astray(pub u32);

/// One way through an entry that what is written so far may be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Thread {
    entry: usize,
    form: Form,
}

/// The automaton. One for each generation.
pub struct Grounding {
    entries: Vec<Entry>,
    stops: Vec<u32>,
    /// Tokens that may still be written.
    left: usize,
    /// Entries that are whole, in order.
    written: Vec<Thread>,
    /// Begun and not yet whole; the likeliest first.
    open: Vec<Thread>,
    /// Tokens taken of those that are open.
    at: usize,
    /// Whole, unless one of those that are open goes on.
    whole: Option<Thread>,
    ended: bool,
    choices: Vec<u32>,
    parts: Vec<Part>,
    origins: Vec<Origin>,
}

impl Grounding {
    /// Tokenises the spans; at most `most` tokens will be written, the one that ends it not counted.
    ///
    /// # Errors
    /// What the tokenizer reports.
    pub fn new(allowed: &Allowed, vocabulary: &dyn Vocabulary, most: usize) -> Result<Self, LlmError> {
        let mut grounding = Self {
            entries: entries::of(allowed, vocabulary)?,
            stops: vocabulary.stops().to_vec(),
            left: most,
            written: Vec::new(),
            open: Vec::new(),
            at: 0,
            whole: None,
            ended: false,
            choices: Vec::new(),
            parts: Vec::new(),
            origins: Vec::new(),
        };
        grounding.look();
        Ok(grounding)
    }

    /// What may follow what was taken so far.
    pub fn next(&self) -> Next<'_> {
        if self.ended {
            return Next::End;
        }
        match self.certain() {
            0 => Next::Choice(&self.choices),
            run => Next::Forced(&self.tokens(self.open[0])[self.at..self.at + run]),
        }
    }

    /// While nothing is written yet: the token that begins "no passage fits".
    #[must_use]
    pub fn none_fits(&self) -> Option<u32> {
        let start = self.written.is_empty() && self.open.is_empty() && !self.ended;
        let none = self.entries.iter().find(|entry| entry.what == What::NoneFits)?;
        none.tokens(Form::Bare).first().copied().filter(|_| start)
    }

    /// Tells what was taken: the tokens of a [`Next::Forced`] one after the other, or one of a choice.
    ///
    /// # Errors
    /// [`Astray`] for a token that may not follow; then nothing has changed.
    pub fn take(&mut self, token: u32) -> Result<(), Astray> {
        if self.ended {
            return Err(Astray(token));
        }
        let on: Vec<Thread> =
            self.open.iter().copied().filter(|thread| self.tokens(*thread).get(self.at) == Some(&token)).collect();
        if !on.is_empty() {
            (self.open, self.at, self.whole) = (on, self.at + 1, None);
        } else if self.open.is_empty() || self.whole.is_some() {
            let begun: Vec<Thread> =
                self.enterable().into_iter().filter(|thread| self.tokens(*thread)[0] == token).collect();
            if begun.is_empty() && !(self.may_end() && self.stops.contains(&token)) {
                return Err(Astray(token));
            }
            self.settle();
            self.ended = begun.is_empty();
            (self.open, self.at) = (begun, 1);
        } else {
            return Err(Astray(token));
        }
        if !self.ended {
            self.left = self.left.saturating_sub(1);
            self.close();
        }
        self.look();
        Ok(())
    }

    /// What became whole since the last call, in order.
    pub fn parts(&mut self) -> Vec<Part> {
        std::mem::take(&mut self.parts)
    }

    /// Where each token taken so far comes from, as far as it is decided: tokens that several
    /// spans share are told when one of them is whole.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    fn tokens(&self, thread: Thread) -> &[u32] {
        self.entries[thread.entry].tokens(thread.form)
    }

    /// How many tokens follow whatever is chosen.
    fn certain(&self) -> usize {
        let Some((first, others)) = self.open.split_first().filter(|_| self.whole.is_none()) else { return 0 };
        let rest = &self.tokens(*first)[self.at..];
        others.iter().fold(rest.len(), |run, other| {
            let other = &self.tokens(*other)[self.at..];
            rest.iter().zip(other).take(run).take_while(|(a, b)| a == b).count()
        })
    }

    /// Takes out of what is open what is whole now.
    fn close(&mut self) {
        let (whole, open): (Vec<Thread>, Vec<Thread>) =
            self.open.iter().copied().partition(|thread| self.tokens(*thread).len() == self.at);
        (self.whole, self.open) = (whole.first().copied(), open);
        if self.open.is_empty() {
            self.settle();
        }
    }

    /// Whatever is whole is decided.
    fn settle(&mut self) {
        let Some(thread) = self.whole.take() else { return };
        let entry = &self.entries[thread.entry];
        self.parts.extend(entry.parts());
        self.origins.extend(entry.origins(thread.form));
        self.ended = entry.what == What::NoneFits;
        self.written.push(thread);
        (self.open, self.at) = (Vec::new(), 0);
    }

    /// Finds what there is to choose from.
    fn look(&mut self) {
        self.choices.clear();
        if self.ended || self.certain() > 0 {
            return;
        }
        let mut choices: Vec<u32> = self.open.iter().map(|thread| self.tokens(*thread)[self.at]).collect();
        if self.open.is_empty() || self.whole.is_some() {
            let begins = self.enterable();
            choices.extend(begins.iter().map(|thread| self.tokens(*thread)[0]));
            let something = begins.iter().any(|thread| self.entries[thread.entry].what != What::NoneFits);
            // Asked only where the answer could be another: "no passage fits" must be the model's word.
            if self.open.is_empty() && !something {
                self.ended = true;
                return;
            }
            if self.may_end() {
                choices.extend(&self.stops);
            } else if self.open.is_empty() && begins.iter().all(|thread| self.tokens(*thread)[0] == choices[0]) {
                // All begin alike: they are begun.
                (self.open, self.at) = (begins, 0);
                return;
            }
        }
        choices.sort_unstable();
        choices.dedup();
        self.choices = choices;
    }
}
