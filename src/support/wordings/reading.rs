//! What the classifier makes of one message.

use std::sync::Arc;

use super::{ANSWER, DANGER, NONE};

/// Dangers that are problems of the list too: what is said of one says it of the other.
const ALSO: [(&str, &str); 2] = [("phishing", "P45"), ("stolen", "P30")];

/// Probabilities of all classes; they sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    classes: Arc<[String]>,
    probabilities: Vec<f32>,
}

impl Reading {
    pub(in crate::support) fn new(classes: Arc<[String]>, probabilities: Vec<f32>) -> Self {
        Self { classes, probabilities }
    }

    fn class(&self, name: &str) -> f32 {
        self.classes.iter().position(|class| class == name).map_or(0.0, |at| self.probabilities[at])
    }

    /// That the message is about this problem (`P01`); the danger that belongs to it counts.
    /// 0 for a problem that the classifier does not know.
    #[must_use]
    pub fn problem(&self, code: &str) -> f32 {
        let dangers = ALSO.iter().filter(|(_, problem)| *problem == code);
        self.class(code) + dangers.map(|(danger, _)| self.class(&format!("{DANGER}{danger}"))).sum::<f32>()
    }

    /// All problems, the likeliest first; each as [`Self::problem`] tells.
    #[must_use]
    pub fn problems(&self) -> Vec<(String, f32)> {
        let codes =
            self.classes.iter().filter(|class| ![NONE, ANSWER].contains(&class.as_str()) && !class.starts_with(DANGER));
        let mut all: Vec<(String, f32)> = codes.map(|code| (code.clone(), self.problem(code))).collect();
        all.sort_by(|(one, p), (other, q)| q.total_cmp(p).then_with(|| one.cmp(other)));
        all
    }

    /// That it is about none of the problems and no danger either, an answer to a step included.
    #[must_use]
    pub fn none(&self) -> f32 {
        self.class(NONE) + self.class(ANSWER)
    }

    /// The likeliest danger by its id (`fire`), and the probability that there is any.
    #[must_use]
    pub fn danger(&self) -> Option<(&str, f32)> {
        let dangers = || {
            let all = self.classes.iter().zip(&self.probabilities);
            all.filter_map(|(class, p)| class.strip_prefix(DANGER).map(|id| (id, *p)))
        };
        let (id, _) = dangers().max_by(|(_, p), (_, q)| p.total_cmp(q))?;
        Some((id, dangers().map(|(_, p)| p).sum()))
    }

    /// Every class with its probability, in the order of the file.
    pub fn classes(&self) -> impl Iterator<Item = (&str, f32)> {
        self.classes.iter().map(String::as_str).zip(self.probabilities.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(all: &[(&str, f32)]) -> Reading {
        Reading::new(all.iter().map(|(class, _)| (*class).to_owned()).collect(), all.iter().map(|(_, p)| *p).collect())
    }

    #[test]
    fn a_danger_counts_for_its_problem() {
        let reading = reading(&[("H:fire", 0.1), ("H:phishing", 0.3), ("P01", 0.2), ("P45", 0.15), ("none", 0.25)]);
        assert!((reading.problem("P45") - 0.45).abs() < 1e-6);
        assert_eq!(reading.problems()[0].0, "P45");
        assert_eq!(reading.problems().len(), 2);
        assert!((reading.problem("P30")).abs() < 1e-6);
        let (id, p) = reading.danger().unwrap();
        assert_eq!(id, "phishing");
        assert!((p - 0.4).abs() < 1e-6 && (reading.none() - 0.25).abs() < 1e-6);
    }

    #[test]
    fn where_no_danger_is_known_none_is_told() {
        assert_eq!(reading(&[("P01", 0.5), ("none", 0.5)]).danger(), None);
    }
}
