//! What a message tells beside the fault, however it is put: that a lesson is running or
//! not, that it works again, that it can wait.
//!
//! A small classifier (the one of [`crate::support::wordings`], with other classes) that was
//! fitted on invented sentences (`knowledge/tellings`, `schullotse fit tellings`). It sees
//! pieces of words, words, what each word stands for ([`meanings`]) and what the lists of
//! phrases make of the message, and it is asked of the whole message and of each sentence.

mod meanings;

use std::sync::LazyLock;

use super::{learned::Learned, lesson::Times, said::Said, solved::SolvedEar};
use crate::{
    domain::text::sentences,
    support::wordings::{features::Counts, file::FileError},
};

/// The names of its classes; `notsolved` sounds like `solved` and is not.
pub const CLASSES: [&str; 6] = ["lesson", "nolesson", "none", "notsolved", "solved", "wait"];

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

/// The classifier.
#[derive(Clone, Debug)]
pub(super) struct TellEar(Learned<6>);

/// A message as the classifier sees it.
pub(super) fn view(said: &Said, times: &Times, solved: &SolvedEar) -> Counts {
    let mut signs = meanings::signs(said);
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
    /// [`FileError`]: a fault of the build, which a test finds.
    pub(super) fn shipped() -> Result<Self, FileError> {
        static READ: LazyLock<Result<Learned<6>, FileError>> =
            LazyLock::new(|| Learned::of(include_bytes!("../../../models/tellings.bin"), CLASSES));
        READ.clone().map(Self)
    }

    pub(super) fn hear(&self, said: &Said, times: &Times, solved: &SolvedEar) -> Tells {
        if said.tokens.is_empty() || said.text.len() > LONGEST {
            return Tells::default();
        }
        let read = |said: &Said| {
            let [lesson, nolesson, _, notsolved, solved, wait] = self.0.read(&view(said, times, solved));
            Tells { lesson, nolesson, solved, solved_last: solved, notsolved, wait }
        };
        let mut tells = read(said);
        let parts = sentences(said.text);
        if parts.len() > 1 {
            for part in parts.iter().take(SENTENCES).map(|part| Said::new(part)).filter(|said| !said.tokens.is_empty())
            {
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
