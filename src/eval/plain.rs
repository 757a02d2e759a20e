//! Plain BM25 (Robertson and Zaragoza 2009; `k1` 1.2, `b` .75) over whole words in lower
//! case, title and text as one, no stems, no synonyms: what a search is measured against.
//! It shares no code with the product's search, and looks at every document.

use std::collections::HashMap;

use crate::domain::document::{Block, Document};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The words of a set of documents, counted.
pub struct Plain {
    ids: Vec<String>,
    /// Words of each document.
    lengths: Vec<f64>,
    /// Where a word stands, and how often.
    postings: HashMap<String, Vec<(usize, f64)>>,
}

impl Plain {
    #[must_use]
    pub fn over(documents: &[Document]) -> Self {
        let mut plain = Self { ids: Vec::new(), lengths: Vec::new(), postings: HashMap::new() };
        for (at, document) in documents.iter().enumerate() {
            let mut counts: HashMap<String, f64> = HashMap::new();
            for word in texts(document).flat_map(words) {
                *counts.entry(word).or_default() += 1.0;
            }
            plain.ids.push(document.id.clone());
            plain.lengths.push(counts.values().sum());
            for (word, count) in counts {
                plain.postings.entry(word).or_default().push((at, count));
            }
        }
        plain
    }

    /// The best documents, best first; those without any word of the query are left out.
    #[must_use]
    pub fn ranking(&self, query: &str, most: usize) -> Vec<String> {
        #[expect(clippy::cast_precision_loss, reason = "a count of documents")]
        let (all, of) = (self.ids.len() as f64, |list: &Vec<(usize, f64)>| list.len() as f64);
        let average = self.lengths.iter().sum::<f64>() / all.max(1.0);
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for postings in words(query).filter_map(|word| self.postings.get(&word)) {
            let importance = (1.0 + (all - of(postings) + 0.5) / (of(postings) + 0.5)).ln();
            for (at, count) in postings {
                let length = 1.0 - B + B * self.lengths[*at] / average;
                *scores.entry(*at).or_default() += importance * count * (K1 + 1.0) / (count + K1 * length);
            }
        }
        let mut found: Vec<(usize, f64)> = scores.into_iter().collect();
        found.sort_by(|(a, first), (b, second)| second.total_cmp(first).then(a.cmp(b)));
        found.into_iter().take(most).map(|(at, _)| self.ids[at].clone()).collect()
    }
}

fn texts(document: &Document) -> impl Iterator<Item = &str> {
    let sections = document
        .sections
        .iter()
        .flat_map(|section| section.heading.iter().map(String::as_str).chain(section.blocks.iter().map(Block::text)));
    std::iter::once(document.title.as_str()).chain(sections)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Kind, Meta, Section};

    fn document(id: &str, title: &str, text: &str) -> Document {
        let blocks = vec![Block::Paragraph { text: text.into() }];
        let sections = vec![Section { blocks, ..Section::default() }];
        let (id, title) = (id.to_owned(), title.to_owned());
        Document { id, title, kind: Kind::Guide, meta: Meta::default(), revision: String::new(), sections }
    }

    #[test]
    fn whole_words_only_and_rare_ones_first() {
        let plain = Plain::over(&[
            document("stau", "Papierstau", "Ziehen Sie das Papier heraus. Der Drucker startet danach."),
            document("toner", "Drucker ohne Toner", "Setzen Sie eine neue Kartusche ein."),
        ]);
        assert_eq!(plain.ranking("Hat der Drucker keinen TONER", 9), ["toner", "stau"]);
        assert_eq!(plain.ranking("Druckers Tonerkartusche", 9), Vec::<String>::new());
        assert_eq!(plain.ranking("drucker", 1).len(), 1);
    }
}
