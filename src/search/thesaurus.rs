//! What else a word or phrase of a question may stand for: synonyms of the
//! lexicon and German words for English ones. Keys are sequences of stems, so
//! that `Beamern` finds the group of `beamer`, whatever the spelling of umlauts.

use std::collections::HashMap;

use super::{
    stem::Stems,
    words::{Form, words},
};
use crate::domain::lexicon::Lexicon;

/// Longest phrase that is looked up, in words.
const LONGEST: usize = 6;
/// Most other wordings of one phrase.
const MOST: usize = 16;

/// Why a wording is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Synonym,
    /// Of everyday German: nearly the same.
    General,
    Translation,
}

/// Another wording of a word or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) words: Vec<Form>,
    pub(super) relation: Relation,
}

/// All wordings, by the stems of what they may replace.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    wordings: HashMap<Vec<String>, Vec<Wording>>,
    /// Words in the longest phrase.
    longest: usize,
    single: Vec<Form>,
}

impl Thesaurus {
    pub(super) fn new(lexicon: &Lexicon, stems: &mut Stems) -> Self {
        let mut thesaurus = Self::default();
        // Each phrase is taken apart once, however many others it stands beside.
        let apart = |words: &[String]| words.iter().map(|phrase| forms(phrase)).collect::<Vec<_>>();
        for group in &lexicon.synonyms {
            let all = apart(&group.words);
            for (at, phrase) in all.iter().enumerate() {
                thesaurus.put(phrase, others(&all, at), Relation::Synonym, stems);
                if let [form] = phrase.as_slice() {
                    thesaurus.single.push(form.clone());
                }
            }
        }
        // Behind those of the trade, and for single words: a phrase stays what it says.
        for group in &lexicon.general {
            let all = apart(&group.words);
            for (at, word) in all.iter().enumerate().filter(|(_, word)| word.len() == 1) {
                thesaurus.put(word, others(&all, at), Relation::General, stems);
            }
        }
        for pair in &lexicon.translations {
            thesaurus.put(&forms(&pair.en), apart(&pair.de).iter(), Relation::Translation, stems);
        }
        thesaurus
    }

    fn put<'a>(
        &mut self,
        phrase: &[Form],
        others: impl Iterator<Item = &'a Vec<Form>>,
        relation: Relation,
        stems: &mut Stems,
    ) {
        let key = key(phrase, stems);
        if key.is_empty() || key.len() > LONGEST {
            return;
        }
        self.longest = self.longest.max(key.len());
        let known = self.wordings.entry(key).or_default();
        for other in others {
            let fits = (1..=LONGEST).contains(&other.len()) && known.len() < MOST;
            if fits && !known.iter().any(|had| had.words == *other) {
                known.push(Wording { words: other.clone(), relation });
            }
        }
    }

    /// Other wordings of exactly these stems.
    pub(super) fn of(&self, key: &[String]) -> &[Wording] {
        self.wordings.get(key).map_or(&[], Vec::as_slice)
    }

    /// Length of the longest known phrase that begins here, if it has at least two words.
    pub(super) fn phrase_at(&self, stems: &[String]) -> Option<usize> {
        (2..=self.longest.min(stems.len())).rev().find(|length| self.wordings.contains_key(&stems[..*length]))
    }

    /// All single words of the synonym groups: right spellings for a typo.
    pub(super) fn single_words(&self) -> &[Form] {
        &self.single
    }
}

/// All phrases of a group but one.
fn others(all: &[Vec<Form>], at: usize) -> impl Iterator<Item = &Vec<Form>> {
    all.iter().enumerate().filter(move |(other, _)| *other != at).map(|(_, phrase)| phrase)
}

fn forms(phrase: &str) -> Vec<Form> {
    words(phrase).map(|word| word.form).collect()
}

fn key(forms: &[Form], stems: &mut Stems) -> Vec<String> {
    forms.iter().map(|form| stems.german(&form.folded)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::{SynonymGroup, Translation};

    #[test]
    fn words_and_phrases_find_their_group() {
        let group = |words: &[&str]| SynonymGroup {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            device: None,
        };
        let lexicon = Lexicon {
            synonyms: vec![group(&["beamer", "projektor"]), group(&["geht nicht an", "startet nicht"])],
            translations: vec![Translation { en: "projector".into(), de: vec!["beamer".into()] }],
            ..Lexicon::default()
        };
        let mut stems = Stems::new();
        let thesaurus = Thesaurus::new(&lexicon, &mut stems);
        let key: Vec<String> = forms("Projektoren").iter().map(|form| stems.german(&form.folded)).collect();
        assert_eq!(thesaurus.of(&key)[0].words[0].folded, "beamer");
        let key: Vec<String> = forms("geht nicht an heute").iter().map(|form| stems.german(&form.folded)).collect();
        assert_eq!(thesaurus.phrase_at(&key), Some(3));
        assert_eq!(thesaurus.of(&key[..3])[0].words.len(), 2);
        assert_eq!(thesaurus.of(&[stems.german("projector")])[0].relation, Relation::Translation);
    }
}
