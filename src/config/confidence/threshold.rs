//! One row of the table: a tolerated share, the threshold that keeps to it, and what is
//! promised by it in words, so that an operator sees what it rests on.

use serde::{Deserialize, Serialize};

use crate::domain::conformal::{Case, control};

/// The shares that a table has a row for.
const SHARES: [f64; 5] = [0.01, 0.02, 0.03, 0.05, 0.10];

/// From which confidence on answers are given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Share of all questions that may be answered wrongly, 0 to 1.
    pub tolerated: f64,
    /// Smallest confidence that is enough; above 1: nothing is. Without it there were too few questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// On how many it was found.
    pub questions: usize,
    /// What is promised, and on what condition; else what is missing.
    pub guarantee: String,
}

impl Threshold {
    /// A row for each share, by conformal risk control. `kind` says in words which questions
    /// the promise is about; `probability` turns a case's confidence into one, and must rise.
    ///
    /// Confidence must not have been fitted to these very cases: for a model of many weights,
    /// give what was found for each by a model that had not seen it.
    #[must_use]
    pub fn table(cases: &[Case], kind: &str, probability: impl Fn(f64) -> f64) -> Vec<Self> {
        SHARES.iter().map(|tolerated| Self::row(cases, *tolerated, kind, &probability)).collect()
    }

    fn row(cases: &[Case], tolerated: f64, kind: &str, probability: &impl Fn(f64) -> f64) -> Self {
        let (threshold, guarantee) = match control(cases, tolerated) {
            Ok(found) => {
                let words = format!(
                    "of further {kind}, at most {} are expected to be answered wrongly, if they are drawn as the {} were \
                     on which this was found; of these, {} are answered, {} of them wrongly",
                    percent(tolerated),
                    found.questions,
                    found.answered,
                    found.wrong
                );
                // Rounding up keeps the promise.
                (Some((probability(found.threshold) * 1e6).ceil() / 1e6), words)
            }
            Err(too_few) => (None, too_few.to_string()),
        };
        Self { tolerated, threshold, questions: cases.len(), guarantee }
    }

    /// The threshold of the greatest share in a table that is not above `tolerated`.
    ///
    /// # Errors
    /// Says what the table holds.
    pub(super) fn of(table: &[Self], tolerated: f64) -> Result<f64, String> {
        let fits = |row: &&Self| row.tolerated <= tolerated + 1e-9;
        let greatest = table.iter().filter(fits).max_by(|a, b| a.tolerated.total_cmp(&b.tolerated));
        if let Some(threshold) = greatest.and_then(|row| row.threshold) {
            return Ok(threshold);
        }
        let known: Vec<String> =
            table.iter().filter(|row| row.threshold.is_some()).map(|row| row.tolerated.to_string()).collect();
        let why = greatest.map_or_else(|| "it is below all of them".to_owned(), |row| row.guarantee.clone());
        Err(format!("no threshold is known for {tolerated}, only for {}: {why}", known.join(", ")))
    }

    /// Whether a table can be used.
    pub(super) fn check(table: &[Self]) -> Result<(), String> {
        let sound = |row: &Self| {
            row.tolerated > 0.0 && row.tolerated < 1.0 && row.threshold.is_none_or(|one| (0.0..=2.0).contains(&one))
        };
        if table.iter().all(sound) { Ok(()) } else { Err("a share or a threshold is no probability".into()) }
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1e4).round() / 1e2)
}
