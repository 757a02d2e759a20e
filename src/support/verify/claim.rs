//! What a sentence says, in words that can be compared.

use std::collections::HashSet;

use super::{names, negation, numbers, opposites};
use crate::domain::text::{WordList, fold, words};

/// Words that say nothing alone.
static FUNCTION_WORDS: WordList = WordList::of(
    "der die das den dem des ein eine einen einem einer eines und oder aber wenn dann dass ob als wie so auch noch \
     schon nur mal bitte sie ihr ihre ihren ihrem ihrer er es wir ich man sich ist sind wird werden hat haben kann \
     konnen soll sollte muss mit von vom zu zum zur auf in im an am bei fur nach aus uber unter durch um bis dort hier \
     dies diese dieser the a an and or of to in on is are it you your please with for if then this",
);

/// A sentence, read.
pub(super) struct Claim {
    /// Content words, folded, each once.
    pub(super) words: Vec<String>,
    /// All words, folded.
    pub(super) all: HashSet<String>,
    /// Words at the end of a clause.
    pub(super) ends: HashSet<String>,
    pub(super) numbers: HashSet<String>,
    /// Names of buttons and menus in quotation marks, folded.
    pub(super) quoted: Vec<String>,
    /// Names that are written as such: HDMI, AirPlay, P12; folded.
    pub(super) names: Vec<String>,
    /// The whole, folded.
    pub(super) folded: String,
}

impl Claim {
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text);
        let all: Vec<&str> = words(&folded).collect();
        let content = |word: &&&str| {
            word.chars().count() >= 3 && !FUNCTION_WORDS.has(word) && !negation::is(word) && numbers::of(word).is_none()
        };
        let mut content: Vec<String> = all.iter().filter(content).map(|word| (*word).to_owned()).collect();
        content.sort_unstable();
        content.dedup();
        Self {
            words: content,
            numbers: all.iter().filter_map(|word| numbers::of(word)).collect(),
            quoted: names::quoted(text),
            names: names::written(text),
            ends: opposites::clause_ends(&folded),
            all: all.iter().map(|word| (*word).to_owned()).collect(),
            folded,
        }
    }

    pub(super) fn says(&self, word: &str) -> bool {
        self.all.contains(word)
    }
}
