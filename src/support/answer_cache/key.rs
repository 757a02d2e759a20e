//! What makes two questions one: everything that an answer rests on, hashed, so that no word
//! of it stays. What cannot change while the cache lives (the model's file, its limits) is in
//! the key by what the model calls itself only.

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    config::Mode,
    domain::{document::Audience, text::clean},
    llm::{ModelInfo, Segment},
    support::prompt::{self, Asked},
};

/// Marks that may end a question and change nothing.
const END_MARKS: [char; 4] = ['.', '!', '?', '…'];

/// The hash of a question and of all that its answer rests on (SHA-256).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of a question, masked, over all passages that the model is given: the prompt
    /// itself, rules and words, with the question as [`same`] has it; where each passage
    /// comes from; and for whom it is.
    #[must_use]
    pub fn of(model: &ModelInfo, mode: Mode, asked: &Asked<'_>, school: Option<&str>, audience: Audience) -> Self {
        let mut hash = Hash(Sha256::new());
        hash.part(format!("{model:?} {mode:?} {audience:?} {}", asked.lang.code()).as_bytes());
        hash.part(&[u8::from(school.is_some())]);
        hash.part(school.unwrap_or_default().as_bytes());
        let question = same(asked.question);
        for message in prompt::messages(&Asked { question: &question, ..*asked }, mode) {
            hash.part(format!("{:?} {}", message.role, message.segments.len()).as_bytes());
            for segment in &message.segments {
                let (whose, text) = match segment {
                    Segment::Ours(text) => (0, text),
                    Segment::Foreign(text) => (1, text),
                };
                hash.part(&[whose]);
                hash.part(text.as_bytes());
            }
        }
        for passage in asked.passages {
            // Document, revision, number, steps: what citations are made of.
            hash.part(format!("{passage:?}").as_bytes());
        }
        Self(hash.0.finalize().into())
    }
}

struct Hash(Sha256);

impl Hash {
    /// Adds a part, its length first, so that no two lists of parts read the same.
    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// A question as it is compared with others: case, white space, what cannot be seen and the
/// marks at its end make no other question. Every word does, and every letter: search takes
/// "drucken" for "drücken", but they ask different things.
#[must_use]
pub fn same(question: &str) -> String {
    let plain = clean(question).nfkc().collect::<String>().to_lowercase();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").trim_end_matches(|ch: char| END_MARKS.contains(&ch) || ch == ' ').to_owned()
}
