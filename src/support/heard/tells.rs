//! What a message tells beside the fault, however it is put: that a lesson is running or
//! not, that it works again, that it can wait.
//!
//! A small classifier (the one of [`crate::support::wordings`], with other classes) that was
//! fitted on invented sentences (`knowledge/tellings`, `schullotse fit tellings`). It sees
//! pieces of words, words, what each word stands for ([`signs`]) and what the lists of
//! phrases make of the message, and it is asked of the whole message and of each sentence.

mod signs;

use std::sync::{Arc, LazyLock};

use super::{lesson::Times, said::Said, solved::SolvedEar};
use crate::{
    domain::text::sentences,
    support::wordings::{
        features::Counts,
        file::{self, FileError},
        model::Model,
    },
};

/// The names of its classes; `notsolved` sounds like `solved` and is not.
pub const CLASSES: [&str; 6] = ["lesson", "nolesson", "none", "notsolved", "solved", "wait"];

static SHIPPED: &[u8] = include_bytes!("../../../models/tellings.bin");

/// How likely a message tells each thing: of its sentences and the whole, the likeliest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tells {
    pub lesson: f32,
    pub nolesson: f32,
    /// Of the whole message.
    pub solved: f32,
    /// Of its last sentence.
    pub solved_last: f32,
    pub notsolved: f32,
    pub wait: f32,
}

/// The classifier and what it looks with.
#[derive(Debug)]
pub struct TellEar {
    model: Arc<Model>,
}

/// A text as the classifier sees it, for fitting.
#[derive(Debug)]
pub struct View {
    times: Times,
    solved: SolvedEar,
}

impl View {
    #[must_use]
    #[expect(clippy::new_without_default, reason = "compiles the lists of phrases")]
    pub fn new() -> Self {
        Self { times: Times::new(), solved: SolvedEar::new() }
    }

    #[must_use]
    pub fn of(&self, text: &str) -> Counts {
        view(&Said::new(text), &self.times, &self.solved)
    }
}

fn view(said: &Said, times: &Times, solved: &SolvedEar) -> Counts {
    let mut signs = signs::signs(said);
    match times.lesson(said) {
        Some((running, sure)) => signs.extend([format!("=lesson {running}"), format!("=lesson {running} {sure}")]),
        None => signs.extend(["=lesson".into()]),
    }
    signs.insert(format!("=works {:?}", solved.hear(said)));
    signs.insert(format!("=urgency {:?}", times.urgency(said)));
    Counts::with_signs(said.text, signs.iter().map(String::as_str))
}

impl TellEar {
    /// What is built in.
    ///
    /// # Errors
    /// [`FileError`], where the file was fitted on other features or classes than this
    /// program has: a fault of the build, which a test finds.
    pub fn shipped() -> Result<Self, FileError> {
        static READ: LazyLock<Result<Arc<Model>, FileError>> = LazyLock::new(|| {
            let model = file::decode(SHIPPED)?;
            if model.classes == CLASSES { Ok(Arc::new(model)) } else { Err(FileError::Damaged("it has other classes")) }
        });
        Ok(Self { model: READ.clone()? })
    }

    pub(super) fn hear(&self, said: &Said, times: &Times, solved: &SolvedEar) -> Tells {
        let mut tells = Tells::default();
        if said.tokens.is_empty() || said.text.len() > LONGEST {
            return tells;
        }
        let read = |said: &Said| {
            let p = self.model.probabilities(&view(said, times, solved));
            let [lesson, nolesson, _, notsolved, solved, wait] = p[..] else { return Tells::default() };
            Tells { lesson, nolesson, solved, solved_last: solved, notsolved, wait }
        };
        tells = read(said);
        let parts = sentences(said.text);
        if parts.len() > 1 {
            for part in parts.iter().take(SENTENCES).map(|part| Said::new(part)).filter(|said| !said.tokens.is_empty()) {
                let part = read(&part);
                tells.lesson = tells.lesson.max(part.lesson);
                tells.nolesson = tells.nolesson.max(part.nolesson);
                tells.solved_last = part.solved;
                tells.notsolved = tells.notsolved.max(part.notsolved);
                tells.wait = tells.wait.max(part.wait);
            }
        }
        tells
    }
}

/// Bytes of a message that is read; longer ones are no chat.
const LONGEST: usize = 4_000;
/// Sentences that are read singly.
const SENTENCES: usize = 12;
