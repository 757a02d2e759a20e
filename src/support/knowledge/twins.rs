//! Finds documents that say the same, so that one of them can go.
//!
//! Each document is a sketch: the smallest hashes of its runs of words (Broder,
//! "On the resemblance and containment of documents", 1997). Two documents with
//! the same share of sketch have about that share of text in common. Memory is
//! bounded by the sketch, time by leaving out runs that stand in many documents.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::Serialize;

use crate::domain::text::{fold, words};

/// Words of a run.
const RUN: usize = 5;
/// Hashes of a sketch.
const SKETCH: usize = 96;
/// A run in more documents than this is a phrase of the house, not a copy.
const PHRASE: usize = 12;
/// Share of the sketch from which two documents are said to be the same.
const SAME: f32 = 0.5;

/// Two documents with much the same text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Twins {
    pub documents: [String; 2],
    /// About the share of their text that is the same, 0 to 1.
    pub share: f32,
}

/// Sketches of documents.
#[derive(Default)]
pub(super) struct Sketches {
    ids: Vec<String>,
    sketches: Vec<Vec<u64>>,
}

impl Sketches {
    pub(super) fn add(&mut self, id: &str, text: &str) {
        let folded: Vec<String> = words(text).map(fold).collect();
        let run = RUN.min(folded.len().max(1));
        let mut hashes: Vec<u64> = folded.windows(run).map(hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(SKETCH);
        self.ids.push(id.to_owned());
        self.sketches.push(hashes);
    }

    /// All pairs that are much the same, the most alike first.
    pub(super) fn twins(&self) -> Vec<Twins> {
        let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, sketch) in self.sketches.iter().enumerate() {
            for hash in sketch {
                holders.entry(*hash).or_default().push(at);
            }
        }
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for holders in holders.values().filter(|holders| holders.len() <= PHRASE) {
            for (n, one) in holders.iter().enumerate() {
                for other in &holders[n + 1..] {
                    *shared.entry((*one, *other)).or_default() += 1;
                }
            }
        }
        let mut twins: Vec<Twins> = shared
            .into_iter()
            .map(|((one, other), shared)| {
                let smaller = self.sketches[one].len().min(self.sketches[other].len()).max(1);
                #[expect(clippy::cast_precision_loss, reason = "at most the size of a sketch")]
                let share = shared as f32 / smaller as f32;
                Twins { documents: [self.ids[one].clone(), self.ids[other].clone()], share }
            })
            .filter(|twins| twins.share >= SAME)
            .collect();
        twins.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.documents.cmp(&b.documents)));
        twins
    }
}

fn hash(run: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    run.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(from: usize, count: usize) -> String {
        (from..from + count).map(|n| format!("wort{n}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn copies_are_found_and_neighbours_are_not() {
        let mut sketches = Sketches::default();
        sketches.add("a", &text(0, 300));
        sketches.add("a-copy", &format!("Titel anders {} und ein Satz mehr.", text(0, 300).to_uppercase()));
        sketches.add("half", &text(250, 300));
        sketches.add("short", "Nur drei Worte");
        sketches.add("short-copy", "nur DREI worte!");
        sketches.add("empty", "");
        let found: Vec<[String; 2]> = sketches.twins().into_iter().map(|twins| twins.documents).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.contains(&["a".into(), "a-copy".into()]) && found.contains(&["short".into(), "short-copy".into()])
        );
    }

    #[test]
    fn phrases_of_the_house_count_for_nothing() {
        let mut sketches = Sketches::default();
        for n in 0..40 {
            sketches.add(&n.to_string(), &format!("{} {}", text(0, 200), text(1_000 * (n + 1), 5)));
        }
        assert!(sketches.twins().is_empty());
    }
}
