//! What a sentence says, in words that can be compared.

use std::collections::HashSet;

use super::{found, names, negation, numbers};
use crate::domain::text::{WordList, fold, words};

/// Words that say nothing alone.
static FUNCTION_WORDS: WordList = WordList::of(
    "der die das den dem des ein eine einen einem einer eines und oder aber wenn dann dass ob als wie so auch noch \
     schon nur mal bitte sie ihr ihre ihren ihrem ihrer er es wir ich man sich ist sind wird werden hat haben kann \
     konnen soll sollte muss mit von vom zu zum zur auf in im an am bei fur nach aus uber unter durch um bis dort hier \
     dies diese dieser danach anschliessend jetzt nun zunachst wieder erneut einfach don doesn didn isn aren won now again simply just the a an and or of to in on is are it you your please with for if then this",
);

/// A part of a sentence that says yes or no for itself.
pub(super) struct Clause {
    /// Content words.
    pub(super) words: Vec<String>,
    pub(super) all: HashSet<String>,
    pub(super) negated: bool,
    pub(super) numbers: HashSet<String>,
    /// The last words, where parts of German verbs stand.
    pub(super) ends: Vec<String>,
}

/// A sentence, read.
pub(super) struct Claim {
    /// Content words, folded, each once.
    pub(super) words: Vec<String>,
    /// All words, folded.
    pub(super) all: HashSet<String>,
    /// Without those that say nothing.
    pub(super) clauses: Vec<Clause>,
    pub(super) numbers: HashSet<String>,
    /// Names of buttons and menus in quotation marks, folded.
    pub(super) quoted: Vec<String>,
    /// Names that are written as such: HDMI, AirPlay, P12; folded.
    pub(super) names: Vec<String>,
    /// Speaks to its reader: "Sie".
    pub(super) addresses: bool,
    /// The whole, folded.
    pub(super) folded: String,
}

impl Claim {
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text);
        let all: Vec<&str> = words(&folded).collect();
        let mut content: Vec<String> = all.iter().filter(|word| says(word)).map(|word| (*word).to_owned()).collect();
        content.sort_unstable();
        content.dedup();
        Self {
            words: content,
            numbers: all.iter().filter_map(|word| numbers::of(word)).collect(),
            quoted: names::quoted(text),
            names: names::written(text),
            clauses: joined(clauses(&folded).map(Clause::of)),
            addresses: words(text).any(|word| word == "Sie"),
            all: all.iter().map(|word| (*word).to_owned()).collect(),
            folded,
        }
    }

    /// The last words of its clauses.
    pub(super) fn ends(&self) -> HashSet<&str> {
        self.clauses.iter().flat_map(Clause::end).collect()
    }

    pub(super) fn says(&self, word: &str) -> bool {
        self.all.contains(word)
    }
}

impl Clause {
    fn of(text: &str) -> Self {
        Self {
            words: words(text).filter(|word| says(word)).map(str::to_owned).collect(),
            all: words(text).map(str::to_owned).collect(),
            negated: words(text).any(negation::is),
            numbers: words(text).filter_map(numbers::of).collect(),
            ends: words(text).last().map(str::to_owned).into_iter().collect(),
        }
    }

    pub(super) fn end(&self) -> HashSet<&str> {
        self.ends.iter().map(String::as_str).collect()
    }

    /// The clauses of what carries it that have most of its words; none, where they have none of them.
    pub(super) fn counterparts<'a>(&self, carrying: &[&'a Claim]) -> Vec<&'a Clause> {
        let shared = |other: &Clause| self.words.iter().filter(|word| found(word, &other.words)).count();
        let clauses = carrying.iter().flat_map(|one| &one.clauses).map(|clause| (shared(clause), clause));
        let clauses: Vec<(usize, &Clause)> = clauses.filter(|(shared, _)| *shared > 0).collect();
        let most = clauses.iter().map(|(shared, _)| *shared).max().unwrap_or(0);
        clauses.into_iter().filter(|(shared, _)| *shared == most).map(|(_, clause)| clause).collect()
    }
}

/// Without clauses that say nothing; what is only one word ("…, Stuhl oder Leiter") belongs to
/// what it was counted up with, unless it is denied or told to do ("stecken Sie es ein") for itself.
fn joined(clauses: impl Iterator<Item = Clause>) -> Vec<Clause> {
    let mut joined: Vec<Clause> = Vec::new();
    for clause in clauses {
        let said = clause.words.len() + clause.numbers.len();
        let alone = said > 1 || clause.negated || (said > 0 && clause.all.contains("sie"));
        match joined.last_mut() {
            Some(last) if !alone => {
                last.words.extend(clause.words);
                last.all.extend(clause.all);
                last.numbers.extend(clause.numbers);
                last.ends.extend(clause.ends);
            }
            Some(last) if clause.words.is_empty() && clause.numbers.is_empty() => last.negated = true,
            None if clause.words.is_empty() && clause.numbers.is_empty() => {}
            _ => joined.push(clause),
        }
    }
    joined
}

/// Whether a folded word says something alone.
fn says(word: &str) -> bool {
    word.chars().count() >= 3 && !FUNCTION_WORDS.has(word) && !negation::is(word) && numbers::of(word).is_none()
}

/// The clauses of a folded sentence: between marks, before and after "und" or "but".
fn clauses(folded: &str) -> impl Iterator<Item = &str> {
    const JOINTS: [&str; 8] = [" und ", " oder ", " aber ", " sondern ", " and ", " or ", " but ", " – "];
    let mut clauses: Vec<&str> = folded.split(['.', ',', ';', ':', '!', '?', '\n', '(', ')']).collect();
    for joint in JOINTS {
        clauses = clauses.into_iter().flat_map(|clause| clause.split(joint)).collect();
    }
    clauses.into_iter()
}
