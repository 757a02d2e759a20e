//! The words of the trade, as data that a non-programmer can edit
//! (`knowledge/lexicon/`): synonyms, translations, compound parts, names,
//! and the rules that decide before any search.

use serde::{Deserialize, Serialize};

use super::document::DeviceType;

/// All lexicon files of all knowledge folders, put together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lexicon {
    pub synonyms: Vec<SynonymGroup>,
    /// Words of everyday German that mean nearly the same: looked for too, with little weight.
    pub general: Vec<SynonymGroup>,
    pub translations: Vec<Translation>,
    /// Words that compounds are made of: `drucker`, `lehrer`, `zimmer`.
    pub compounds: Vec<String>,
    pub names: Names,
    pub rules: Vec<Rule>,
}

/// Words (or short phrases) that mean the same to a teacher. The first is the usual one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynonymGroup {
    pub words: Vec<String>,
    /// The device that is meant, if one is.
    #[serde(default)]
    pub device: Option<DeviceType>,
}

/// An English word of the domain and the German words that guides use for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    pub en: String,
    pub de: Vec<String>,
}

/// What helps to tell persons from things.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    /// Given names, lower case.
    pub given: Vec<String>,
    /// Family names that are no common words, lower case.
    pub family: Vec<String>,
    /// Words that look like names after `Herr`, `Frau`, `Raum` and are none, lower case.
    pub not_names: Vec<String>,
}

/// What a rule leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// Fixed safety text, telephone: see [`Rule::id`].
    Safety,
    /// Wish to speak with a person.
    Human,
    /// Out of scope.
    Decline,
    /// Greeting or thanks, nothing else.
    Smalltalk,
}

/// Holds when any of its conditions holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Chooses the text: a danger's ([`super::danger::IDS`]);
    /// `human`; `marks`, `timetable`, `homework`, `others_password`, `orders`, `parents`, `offtopic`;
    /// `greeting`, `thanks`, `about`, `state`.
    pub id: String,
    pub kind: RuleKind,
    pub when: Vec<Condition>,
}

/// Every entry of `all` must be met by one of its alternatives, and none of `not`.
/// An alternative is a word or phrase as folded by [`super::text::fold`]; `klick*`
/// stands for every word that begins so, `=wort` for that very word without a typo. With `only`, nothing else may be said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    pub all: Vec<Vec<String>>,
    pub not: Vec<String>,
    pub only: bool,
    /// All of it within so many words, which follow one another.
    pub near: Option<u8>,
    /// Of the rule `orders`: a sentence of a document that meets it is left out as well.
    pub documents: bool,
}
