//! Whole answers, through queue, template and tokens as the product asks for them: how
//! soon the first token comes, and what an answer takes in each way of writing.
//!
//! The passages are the built-in guides' own texts. With random weights the words mean
//! nothing, and guesses are right by chance only; the times of a step are real.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::llm::Spread;
use crate::{
    cli::output,
    config::ModelConfig,
    domain::lang::Lang,
    llm::{
        LanguageModel as _, Message, Piece, Request, Role, Sampling, Segment,
        grounding::{Allowed, Span, Tie},
        local::{LocalModel, tokens_of},
    },
    support::library,
};

/// Tokens of an answer, and of the passages before it.
const LONGEST: usize = 120;
const PASSAGES: usize = 800;

/// One way of writing.
#[derive(Serialize)]
pub(super) struct Answer {
    name: &'static str,
    /// To the first token, passages never seen before; milliseconds.
    cold: Spread,
    /// The same passages again, another question.
    warm: Spread,
    /// From the first token to the end.
    rest: Spread,
    /// Tokens of the last answer.
    tokens: usize,
    /// Milliseconds a token, median.
    each: f64,
}

impl Answer {
    pub(super) fn print(&self) -> anyhow::Result<()> {
        output::line(&format!(
            "{:<16} first token cold {:.0} ms ({:.0}–{:.0}), warm {:.0} ms ({:.0}–{:.0}, {:.2} of cold); then {} tokens, {:.1} ms each",
            self.name,
            self.cold.median,
            self.cold.least,
            self.cold.most,
            self.warm.median,
            self.warm.least,
            self.warm.most,
            self.warm.median / self.cold.median,
            self.tokens,
            self.each
        ))
    }
}

/// Measures each way of writing; loads the model once with guesses and once without.
pub(super) fn measure(path: &Path, config: &ModelConfig, rounds: usize) -> anyhow::Result<Vec<Answer>> {
    let text = library::builtin_texts().join("\n");
    // Random vocabularies take fewer letters together than real ones.
    let length = text.chars().count() * PASSAGES / tokens_of(path, &text)?.max(1);
    let mut answers = Vec::new();
    for (names, guessing) in [(&["strict", "free"][..], false), (&["free, guessing"], true)] {
        let model = LocalModel::load_with(path, config, guessing)?;
        for name in names {
            let mut seen = [Vec::new(), Vec::new(), Vec::new()];
            let mut each = Vec::new();
            let mut tokens = 0;
            for round in 0..rounds {
                let passages = passages(&text, length, answers.len() * rounds + round);
                let (cold, ..) = asked(&model, &passages, *name == "strict", "Der Beamer bleibt dunkel.")?;
                let (warm, rest, count) = asked(&model, &passages, *name == "strict", "Wo stelle ich den Ton ein?")?;
                for (seen, time) in seen.iter_mut().zip([cold, warm, rest]) {
                    seen.push(time);
                }
                tokens = count;
                each.push(rest / u32::try_from(count.saturating_sub(1).max(1))?);
            }
            let [cold, warm, rest] = seen.map(|times| Spread::of(&times));
            answers.push(Answer { name, cold, warm, rest, tokens, each: Spread::of(&each).median });
        }
    }
    Ok(answers)
}

/// Passages that no earlier round had.
fn passages(text: &str, length: usize, round: usize) -> String {
    let from: String = text.chars().skip(round * length).take(length).collect();
    format!("Auszug {round}:\n{from}")
}

/// Time to the first token, from there to the end, and tokens written.
fn asked(
    model: &LocalModel,
    passages: &str,
    strict: bool,
    question: &str,
) -> anyhow::Result<(Duration, Duration, usize)> {
    let span = |line: &str| Span { text: line.trim().into(), source: 0, line: true, tie: Tie::Free };
    let spans = passages.lines().filter(|line| line.trim().len() > 20).map(span).collect();
    let request = Request {
        messages: vec![Message {
            role: Role::User,
            segments: vec![Segment::Foreign(passages.to_owned()), Segment::Foreign(question.to_owned())],
        }],
        allowed: strict.then(|| Arc::new(Allowed { lang: Lang::De, spans })),
        sampling: Sampling { max_tokens: LONGEST, ..Sampling::default() },
        fairness: String::new(),
        cancel: CancellationToken::new(),
        deadline: Duration::from_mins(30),
    };
    let started = Instant::now();
    let mut pieces = model.generate(request)?;
    let (mut first, mut tokens) = (None, 0);
    while let Some(piece) = pieces.blocking_recv() {
        match piece? {
            Piece::Token(_) => {
                first.get_or_insert_with(|| started.elapsed());
                tokens += 1;
            }
            Piece::Part(_) => {}
            Piece::Finish(_) => break,
        }
    }
    let whole = started.elapsed();
    let first = first.context("the model wrote nothing")?;
    Ok((first, whole.saturating_sub(first), tokens))
}
