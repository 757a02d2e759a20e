//! What a sentence says, in words that can be compared.

use std::collections::HashSet;

use super::{found, names, negation, numbers};
use crate::domain::text::{WordList, fold, words};

/// Words that say nothing alone.
static FUNCTION_WORDS: WordList = WordList::of(
    "der die das den dem des ein eine einen einem einer eines und oder aber wenn dann dass ob als wie so auch noch \
     schon nur mal bitte sie ihr ihre ihren ihrem ihrer er es wir ich man sich ist sind wird werden hat haben kann \
     konnen soll sollte muss mit von vom zu zum zur auf in im an am bei fur nach aus uber unter durch um bis dort hier \
     dies diese dieser the a an and or of to in on is are it you your please with for if then this",
);

/// A part of a sentence that says yes or no for itself.
pub(super) struct Clause {
    /// Content words.
    pub(super) words: Vec<String>,
    pub(super) all: HashSet<String>,
    pub(super) negated: bool,
    /// The last word, where parts of German verbs stand.
    end: String,
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
            clauses: clauses(&folded).map(Clause::of).filter(|clause| !clause.words.is_empty()).collect(),
            all: all.iter().map(|word| (*word).to_owned()).collect(),
            folded,
        }
    }

    /// How many numbers, quoted names and kinds of negation this has in common with another.
    pub(super) fn agreement(&self, other: &Self) -> usize {
        let numbers = self.numbers.intersection(&other.numbers).count();
        let quoted = self.quoted.iter().filter(|name| other.folded.contains(name.as_str())).count();
        let negated = |claim: &Self| claim.clauses.iter().filter(|clause| clause.negated).count();
        numbers + quoted + usize::from(negated(self) == negated(other))
    }

    /// The last words of its clauses.
    pub(super) fn ends(&self) -> HashSet<&str> {
        self.clauses.iter().map(|clause| clause.end.as_str()).collect()
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
            end: words(text).last().unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn end(&self) -> HashSet<&str> {
        HashSet::from([self.end.as_str()])
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
