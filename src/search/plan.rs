//! Reads a question: each word that carries meaning becomes a term with the ways
//! in which a chunk may hold it (itself, a synonym, the parts of a compound, what
//! a typo was meant to be, pieces of it), each with its weight. A term counts
//! once, however many of these a chunk holds: the best one.

mod pieces;

use std::collections::HashMap;

pub(super) use self::pieces::Piece;

use super::{
    analyzer::Analyzer,
    error::SearchError,
    lists::Lists,
    segment::{ANY, PARTS},
    snapshot::Snapshot,
    stem::is_stop,
    thesaurus::{Relation, Thesaurus},
    words::{Form, Word, words},
};
use crate::{config::First, domain::lang::Lang};

/// Most words of a question that are read.
const MOST_WORDS: usize = 400;
/// Most terms that are searched: the weightiest.
const MOST_TERMS: usize = 64;
/// Share of what goes before the last part of a compound: a `Lehrerzimmerdrucker` is a `Drucker`.
const MODIFIER: f32 = 0.6;

/// A token in the fields of one or both languages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) german: Option<String>,
    pub(super) english: Option<String>,
    /// 1 for the word itself, less for what stands for it.
    pub(super) weight: f32,
}

/// One word of a wording.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Share of the wording's meaning; the shares of a wording add up to 1.
    pub(super) share: f32,
    pub(super) choices: Vec<Choice>,
    /// All choices differ from the word by a typo.
    pub(super) typo: bool,
}

/// A question as it is searched.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// In the question's order.
    pub(super) terms: Vec<PlanTerm>,
    /// Pieces of all its words, word by word; those unknown to the index left out.
    pub(super) pieces: Vec<Vec<Piece>>,
    /// Weight of all pieces that could be looked for.
    pub(super) pieces_weight: f32,
}

impl Plan {
    /// The weight of the terms, or 1 where there is none.
    pub(super) fn possible(&self) -> f32 {
        let sum: f32 = self.terms.iter().map(|term| term.weight).sum();
        if sum > 0.0 { sum } else { 1.0 }
    }
}

/// One way to say a term.
#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub(super) quality: f32,
    pub(super) parts: Vec<Part>,
}

/// A word or phrase of the question.
#[derive(Clone, Debug)]
pub(super) struct PlanTerm {
    pub(super) text: String,
    pub(super) weight: f32,
    pub(super) known: bool,
    /// Known by a typo only.
    pub(super) typo: bool,
    pub(super) alternatives: Vec<Alternative>,
}

/// Builds the terms of a question.
pub(super) struct Planner<'a> {
    pub(super) analyzer: Analyzer,
    pub(super) thesaurus: &'a Thesaurus,
    pub(super) snapshot: &'a Snapshot,
    pub(super) lists: Lists,
    pub(super) config: &'a First,
    pub(super) lang: Lang,
    /// Words of the lexicon that a mistyped word was meant to be and that the index lacks.
    pub(super) meant: HashMap<String, Vec<(String, f32)>>,
}

impl Planner<'_> {
    /// The terms and pieces, and the lists that were looked up for them.
    pub(super) fn plan(mut self, question: &str) -> Result<(Plan, Lists), SearchError> {
        let words: Vec<Word> = words(question).take(MOST_WORDS).collect();
        let stems: Vec<String> = words.iter().map(|word| self.analyzer.stems.german(&word.form.folded)).collect();
        let mut terms: Vec<PlanTerm> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let length = self.thesaurus.phrase_at(&stems[at..]).unwrap_or(1);
            let (words, stems) = (&words[at..at + length], &stems[at..at + length]);
            at += length;
            // Said once is enough; a word said a thousand times costs no more.
            if length == 1 && terms.iter().any(|had| had.text == words[0].form.folded) {
                continue;
            }
            let term = if length == 1 { self.word(&words[0], stems)? } else { self.phrase(words, stems)? };
            if let Some(term) = term.filter(|term| !terms.iter().any(|had| had.text == term.text)) {
                terms.push(term);
            }
        }
        if terms.len() > MOST_TERMS {
            let mut weights: Vec<f32> = terms.iter().map(|term| term.weight).collect();
            weights.sort_unstable_by(|a, b| b.total_cmp(a));
            let least = weights[MOST_TERMS - 1];
            terms.retain(|term| term.weight >= least);
            terms.truncate(MOST_TERMS);
        }
        // Without a word that carries meaning, pieces of the others carry none.
        let (pieces, pieces_weight) = if terms.is_empty() { (Vec::new(), 0.0) } else { self.pieces(&words)? };
        Ok((Plan { terms, pieces, pieces_weight }, self.lists))
    }

    fn word(&mut self, word: &Word, stems: &[String]) -> Result<Option<PlanTerm>, SearchError> {
        if self.skip(&word.form)? {
            return Ok(None);
        }
        let mut alternatives = Vec::new();
        let split: Vec<Form> = {
            let splitter = std::sync::Arc::clone(&self.analyzer.splitter);
            splitter.split(&word.form.folded).into_iter().filter_map(Form::new).collect()
        };
        let wordings = self.thesaurus.of(stems);
        let resolved = !split.is_empty() || word.pieces.len() > 1;
        let (main, weight) = self.part(&word.form, !resolved)?;
        let (known, typo) = (weight.is_some(), main.typo);
        alternatives.push(Alternative { quality: 1.0, parts: vec![main] });
        if word.pieces.len() > 1 {
            let pieces: Vec<(Form, f32)> = word.pieces.iter().map(|piece| (piece.clone(), 1.0)).collect();
            alternatives.extend(self.wording(&pieces, 1.0)?.map(|(alternative, _)| alternative));
        }
        if let Some((head, modifiers)) = split.split_last() {
            let parts: Vec<(Form, f32)> =
                modifiers.iter().map(|part| (part.clone(), MODIFIER)).chain([(head.clone(), 1.0)]).collect();
            alternatives.extend(self.wording(&parts, self.config.compound)?.map(|(alternative, _)| alternative));
        }
        for wording in wordings.iter().filter(|wording| wording.words.len() > 1) {
            let words: Vec<(Form, f32)> = wording.words.iter().map(|form| (form.clone(), 1.0)).collect();
            let quality = self.relation(wording.relation);
            alternatives.extend(self.wording(&words, quality)?.map(|(alternative, _)| alternative));
        }
        let found = |alternative: &Alternative| alternative.parts.iter().any(|part| !part.choices.is_empty());
        Ok(Some(PlanTerm {
            text: word.form.folded.clone(),
            weight: weight.unwrap_or(self.idf(1)),
            known: known || alternatives.iter().any(found),
            typo,
            alternatives,
        }))
    }

    fn phrase(&mut self, phrase: &[Word], stems: &[String]) -> Result<Option<PlanTerm>, SearchError> {
        let words: Vec<(Form, f32)> = phrase.iter().map(|word| (word.form.clone(), 1.0)).collect();
        let own = self.wording(&words, 1.0)?;
        let mut weight = own.as_ref().map(|(_, weight)| *weight);
        let mut alternatives: Vec<Alternative> = own.into_iter().map(|(alternative, _)| alternative).collect();
        for wording in self.thesaurus.of(stems) {
            let words: Vec<(Form, f32)> = wording.words.iter().map(|form| (form.clone(), 1.0)).collect();
            if let Some((alternative, other)) = self.wording(&words, self.relation(wording.relation))? {
                weight.get_or_insert(other);
                alternatives.push(alternative);
            }
        }
        let text = words.iter().map(|(form, _)| form.folded.as_str()).collect::<Vec<_>>().join(" ");
        let found = |alternative: &Alternative| alternative.parts.iter().any(|part| !part.choices.is_empty());
        let known = alternatives.iter().any(found);
        Ok(weight.map(|weight| PlanTerm { text, weight, known, typo: false, alternatives }))
    }

    /// A wording of several words with the sum of their weights; `None` where all are stop words.
    fn wording(&mut self, words: &[(Form, f32)], quality: f32) -> Result<Option<(Alternative, f32)>, SearchError> {
        let mut parts = Vec::new();
        for (form, share) in words {
            if !self.skip(form)? {
                let (mut part, weight) = self.part(form, false)?;
                part.share = share * weight.unwrap_or(self.idf(1));
                parts.push(part);
            }
        }
        let sum: f32 = parts.iter().map(|part| part.share).sum();
        for part in &mut parts {
            part.share /= sum;
        }
        Ok((sum > 0.0).then_some((Alternative { quality, parts }, sum)))
    }

    /// What stands for one word, with its weight where the index knows any of it.
    fn part(&mut self, form: &Form, forgive: bool) -> Result<(Part, Option<f32>), SearchError> {
        let mut choices = Vec::new();
        let mut most = self.choose(form, 1.0, &mut choices)?;
        let stem = self.analyzer.stems.german(&form.folded);
        most = self.others(&stem, 1.0, most, &mut choices)?;
        let forgiven = forgive && most == 0;
        if forgiven && self.thesaurus.of(std::slice::from_ref(&stem)).is_empty() {
            let mut lacking = Vec::new();
            for candidate in self.snapshot.vocabulary.candidates(&form.folded) {
                let weight = self.config.typo.powi(if candidate.distance > 1 { 2 } else { 1 });
                let Some(meant) = Form::new(&candidate.word) else { continue };
                let stem = self.analyzer.stems.german(&meant.folded);
                let held = self.choose(&meant, weight, &mut choices)?;
                if held == 0 {
                    lacking.push((stem.clone(), weight));
                }
                most = most.max(held);
                most = self.others(&stem, weight, most, &mut choices)?;
            }
            self.meant.insert(form.folded.clone(), lacking);
        }
        let typo = forgiven && most > 0;
        Ok((Part { share: 1.0, choices, typo }, (most > 0).then(|| self.idf(most))))
    }

    /// Single words of the lexicon that stand for a stem, which `most` chunks hold. Words that
    /// mean nearly the same make a word no commoner than it is, unless the index lacks it.
    fn others(
        &mut self,
        stem: &str,
        weight: f32,
        mut most: u64,
        choices: &mut Vec<Choice>,
    ) -> Result<u64, SearchError> {
        let own = most;
        for wording in self.thesaurus.of(&[stem.to_owned()]) {
            if let [form] = wording.words.as_slice() {
                let weight = weight * self.relation(wording.relation);
                if wording.relation != Relation::General {
                    most = most.max(self.choose(form, weight, choices)?);
                } else if !self.skip(form)? {
                    let held = self.choose(form, weight, choices)?;
                    most = if own == 0 { most.max(held) } else { most };
                }
            }
        }
        Ok(most)
    }

    /// Adds a word where the index knows it; in how many chunks it stands.
    fn choose(&mut self, form: &Form, weight: f32, choices: &mut Vec<Choice>) -> Result<u64, SearchError> {
        let stems = &mut self.analyzer.stems;
        let (german, english) = (stems.stem(form, Lang::De), stems.stem(form, Lang::En));
        let held = self.lists.frequency(ANY, &german)?;
        let within = self.lists.frequency(PARTS, &german)?;
        let mut most = held.max(within);
        let mut choice = Choice { german: (most > 0).then_some(german.clone()), english: None, weight };
        if english == german {
            choice.english = (held > 0).then_some(english);
        } else {
            let held = self.lists.frequency(ANY, &english)?;
            most = most.max(held);
            choice.english = (held > 0).then_some(english);
        }
        if most > 0 {
            choices.push(choice);
        }
        Ok(most)
    }

    /// Whether a word carries no meaning: a stop word of the question's language,
    /// or of the other one and unknown to the index otherwise.
    fn skip(&mut self, form: &Form) -> Result<bool, SearchError> {
        let other = self.lang.pick(Lang::En, Lang::De);
        if is_stop(form, self.lang) {
            return Ok(true);
        }
        if !is_stop(form, other) {
            return Ok(false);
        }
        let stem = self.analyzer.stems.stem(form, self.lang);
        Ok(self.lists.frequency(ANY, &stem)? == 0)
    }

    fn relation(&self, relation: Relation) -> f32 {
        match relation {
            Relation::Synonym => self.config.synonym,
            Relation::General => self.config.general,
            Relation::Translation => self.config.translation,
        }
    }

    /// How much it says that a chunk holds a word: that of Robertson and Sparck Jones as Lucene has it, above 0.
    #[expect(clippy::cast_precision_loss, reason = "an order of magnitude is enough")]
    fn idf(&self, frequency: u64) -> f32 {
        let (chunks, held) = (self.snapshot.chunks.max(frequency) as f32, frequency as f32);
        (1.0 + (chunks - held + 0.5) / (held + 0.5)).ln()
    }
}
