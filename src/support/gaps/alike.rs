//! Brings together what asks the same, in whatever words. Each question is a vector of two parts:
//! the problems that the classifier of wordings takes it for, and its pieces of words, words and
//! pairs of words. What the classifier has never met weighs most among these, and the less it
//! takes a question for one of its problems, the more they alone decide: what no guide is about.
//! Two passes of leader clustering (Hartigan 1975, ch. 3): the first finds the groups, the second
//! puts each question to the nearest. Time grows with questions times groups, memory with the
//! pieces of all questions.

use std::collections::HashMap;

use crate::support::wordings::{
    Wordings,
    features::{BUCKETS, Counts},
};

/// Likeness from which two ask the same, 0 to 1; chosen on `tests/data/questions/dev.jsonl` and, without the problems, on
/// `fit.jsonl`.
const ALIKE: f32 = 0.15;
/// Words that every question has say nothing: what weighs less than this share of the most is left out.
const COMMON: f32 = 0.35;

/// Share of the problems in the likeness of two questions that are surely about one.
const PROBLEMS: f32 = 0.4;
/// A problem less likely than this says nothing.
const UNLIKELY: f32 = 0.05;

/// Length of every vector is 1 or less.
type Vector = Vec<(u32, f32)>;

struct Group {
    sum: HashMap<u32, f32>,
    members: Vec<usize>,
}

impl Group {
    fn new(at: usize, vector: &Vector) -> Self {
        Self { sum: vector.iter().copied().collect(), members: vec![at] }
    }

    fn add(&mut self, at: usize, vector: &Vector) {
        for (bucket, weight) in vector {
            *self.sum.entry(*bucket).or_default() += weight;
        }
        self.members.push(at);
    }

    /// Mean likeness to all members, as vectors of length 1 have it.
    fn like(&self, vector: &Vector) -> f32 {
        let dot: f32 = vector.iter().map(|(bucket, weight)| weight * self.sum.get(bucket).unwrap_or(&0.0)).sum();
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let members = self.members.len() as f32;
        dot / members
    }
}

/// Positions of those that ask the same; in each group what is most like all others first.
#[must_use]
pub fn together(texts: &[&str], wordings: &Wordings) -> Vec<Vec<usize>> {
    let idf = wordings.model().idf();
    let most = idf.iter().copied().fold(0.0, f32::max);
    let telling = |weight: &f32| match weight / most {
        0.0 => most,
        share if share < COMMON => 0.0,
        _ => *weight,
    };
    let idf: Vec<f32> = idf.iter().map(telling).collect();
    let vectors: Vec<Vector> = texts.iter().map(|text| vector(text, &idf, wordings)).collect();
    let first = pass(&vectors, Vec::new());
    let leaders = first.into_iter().map(|group| Group { members: Vec::new(), ..group }).collect();
    let mut groups: Vec<Vec<usize>> = pass(&vectors, leaders)
        .into_iter()
        .map(|group| {
            let mut members: Vec<(f32, usize)> =
                group.members.iter().map(|at| (group.like(&vectors[*at]), *at)).collect();
            members.sort_by(|(one, at), (other, then)| other.total_cmp(one).then(at.cmp(then)));
            members.into_iter().map(|(_, at)| at).collect()
        })
        .collect();
    groups.retain(|group| !group.is_empty());
    groups
}

/// Puts each to the group that it is most like, or begins one. `leaders` have no members yet and are
/// compared by what they were.
fn pass(vectors: &[Vector], leaders: Vec<Group>) -> Vec<Group> {
    let fixed: Vec<Group> = leaders;
    let mut groups: Vec<Group> = fixed.iter().map(|_| Group { sum: HashMap::new(), members: Vec::new() }).collect();
    let norms: Vec<f32> = fixed.iter().map(|group| norm(&group.sum)).collect();
    for (at, vector) in vectors.iter().enumerate() {
        let like = |n: usize| match fixed.get(n) {
            Some(leader) => dot(vector, &leader.sum) / norms[n],
            None => groups[n].like(vector),
        };
        let nearest = (0..groups.len()).map(|n| (like(n), n)).max_by(|(one, _), (other, _)| one.total_cmp(other));
        match nearest.filter(|(like, _)| *like >= ALIKE) {
            Some((_, n)) => groups[n].add(at, vector),
            None => groups.push(Group::new(at, vector)),
        }
    }
    groups
}

fn dot(vector: &Vector, sum: &HashMap<u32, f32>) -> f32 {
    vector.iter().map(|(bucket, weight)| weight * sum.get(bucket).unwrap_or(&0.0)).sum()
}

fn norm(sum: &HashMap<u32, f32>) -> f32 {
    sum.values().map(|weight| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
}

fn vector(text: &str, idf: &[f32], wordings: &Wordings) -> Vector {
    let mut words = Counts::of(text).weigh(idf);
    scale(&mut words, (1.0 - PROBLEMS).sqrt());
    let classes = &wordings.model().classes;
    let read = wordings.read(text).problems();
    let sure: f32 = read.iter().map(|(_, share)| share).sum();
    let likely = read.into_iter().filter(|(_, share)| *share >= UNLIKELY);
    let mut problems: Vector = likely
        .filter_map(|(problem, share)| {
            let class = classes.iter().position(|class| *class == problem)?;
            Some((u32::try_from(BUCKETS + class).ok()?, share))
        })
        .collect();
    scale(&mut problems, PROBLEMS.sqrt() * sure);
    words.extend(problems);
    words
}

/// Brings a vector to a length, unless it is empty.
fn scale(vector: &mut Vector, length: f32) {
    let is = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if is > 0.0 {
        for (_, weight) in vector {
            *weight *= length / is;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn grouped<'t>(texts: &[&'t str]) -> Vec<Vec<&'t str>> {
        let groups = together(texts, &Wordings::shipped().unwrap());
        groups.into_iter().map(|group| group.into_iter().map(|at| texts[at]).collect()).collect()
    }

    #[test]
    fn what_asks_the_same_comes_together() {
        let texts = [
            "Das Aquarium in der Aula leuchtet nicht",
            "aquarium licht geht nicht an",
            "Der 3D-Drucker verstopft ständig",
            "die lampe vom aquarium ist kaputt",
            "3d drucker düse verstopft",
            "Wer wäscht die Trikots?",
        ];
        let mut groups = grouped(&texts);
        for group in &mut groups {
            group.sort_unstable();
        }
        groups.sort();
        let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 6, "each stands in one group: {groups:?}");
        let of = |text: &str| groups.iter().position(|group| group.contains(&text)).unwrap();
        assert_eq!(of(texts[0]), of(texts[1]), "{groups:?}");
        assert_eq!(of(texts[0]), of(texts[3]), "{groups:?}");
        assert_eq!(of(texts[2]), of(texts[4]), "{groups:?}");
        assert_ne!(of(texts[0]), of(texts[2]), "{groups:?}");
        assert_ne!(of(texts[5]), of(texts[0]), "{groups:?}");
        assert_eq!(grouped(&[]), Vec::<Vec<&str>>::new());
        assert_eq!(grouped(&["", "?", ""]).concat().len(), 3);
    }

    /// B-cubed (Bagga and Baldwin 1998) on labelled questions: of those that stand with one, how many belong there, and
    /// of those that belong with it, how many stand there.
    #[test]
    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
    fn groups_are_about_one_thing() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/questions/dev.jsonl");
        let lines = std::fs::read_to_string(file).unwrap();
        let labelled: Vec<(String, String)> = lines
            .lines()
            .filter_map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                Some((line["question"].as_str()?.to_owned(), line["problem"].as_str()?.to_owned()))
            })
            .collect();
        let texts: Vec<&str> = labelled.iter().map(|(text, _)| text.as_str()).collect();
        let groups = together(&texts, &Wordings::shipped().unwrap());
        let mut of_label: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, label) in &labelled {
            *of_label.entry(label).or_default() += 1;
        }
        let (mut precision, mut recall) = (0.0, 0.0);
        for group in &groups {
            for at in group {
                let label = &labelled[*at].1;
                let same = group.iter().filter(|other| labelled[**other].1 == *label).count() as f64;
                precision += same / group.len() as f64;
                recall += same / of_label[label.as_str()] as f64;
            }
        }
        let (precision, recall) = (precision / texts.len() as f64, recall / texts.len() as f64);
        eprintln!("{} questions, {} groups: precision {precision:.3}, recall {recall:.3}", texts.len(), groups.len());
        assert!(precision >= 0.9 && recall >= 0.8, "precision {precision}, recall {recall}");
    }
}
