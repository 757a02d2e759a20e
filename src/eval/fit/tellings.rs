//! Fits the two classifiers of [`crate::support::heard`]: what a message tells beside the
//! fault, and which of its clauses tell of a step; and says what they are worth on
//! messages that were held back.
//!
//! A message with its steps names for each a piece of its words; the clause that holds the
//! piece is that step, all others are none.

use serde::{Deserialize, Serialize};

use super::wordings::{Material, SEED, train::Settings};
use crate::{
    domain::{
        json_lines::{LineError, json_lines},
        text::fold,
    },
    support::{
        heard::{ClauseView, STEPS, TELLINGS, Views},
        wordings::{features::Counts, model::Model},
    },
};

/// What is shipped was fitted with these.
pub const USUAL: Settings = Settings { l2: 1e-4, rounds: 20, seed: SEED, balance: 0.6 };

const HINT: &str = "write one JSON object a line, such as {\"says\": \"die 7b wartet\", \"tells\": \"lesson\"}, \
     in the folder `steps` {\"says\": \"kabel getauscht, nix\", \"tried\": [{\"about\": \"kabel\", \"result\": \"failed\"}]}";

/// A message, and what it tells beside the fault.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    pub says: String,
    /// One of [`TELLINGS`].
    pub tells: String,
}

/// A message, and the steps that it tells of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trying {
    pub says: String,
    pub tried: Vec<About>,
}

/// A step of a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// A piece of the message's own words.
    pub about: String,
    /// One of [`STEPS`] but `none`.
    pub result: String,
}

/// Reads a file of tellings.
///
/// # Errors
/// [`LineError`]: the first line that is none.
pub fn read_tellings(bytes: &[u8]) -> Result<Vec<Telling>, LineError> {
    json_lines(bytes, HINT, |line: Telling, _| {
        if TELLINGS.contains(&line.tells.as_str()) { Ok(line) } else { Err(format!("{:?} is no class", line.tells)) }
    })
}

/// Reads a file of messages with their steps.
///
/// # Errors
/// [`LineError`]: the first line that is none.
pub fn read_tryings(bytes: &[u8]) -> Result<Vec<Trying>, LineError> {
    json_lines(bytes, HINT, |line: Trying, _| {
        let wrong = |about: &&About| {
            about.result == "none"
                || !STEPS.contains(&about.result.as_str())
                || !plain(&line.says).contains(&plain(&about.about))
        };
        match line.tried.iter().find(wrong) {
            Some(about) => Err(format!("{:?} {:?} is no step of it", about.about, about.result)),
            None => Ok(line),
        }
    })
}

/// Without spaces and hyphens, for which pieces and clauses differ.
fn plain(text: &str) -> String {
    fold(text).replace(['-', ' '], "")
}

/// The tellings, ready to be learned from.
#[must_use]
pub fn tellings(views: &Views, all: &[Telling]) -> Material {
    let mut all: Vec<&Telling> = all.iter().collect();
    all.sort_unstable_by(|one, other| (&one.tells, &one.says).cmp(&(&other.tells, &other.says)));
    let rows = all.iter().map(|line| (line.tells.as_str(), line.says.as_str(), views.message(&line.says)));
    Material::seen(&TELLINGS, rows.collect())
}

/// The clauses of the messages, ready to be learned from.
#[must_use]
pub fn steps(views: &Views, all: &[Trying]) -> Material {
    let mut all: Vec<&Trying> = all.iter().collect();
    all.sort_unstable_by(|one, other| one.says.cmp(&other.says));
    let clauses: Vec<(&str, ClauseView)> = all.iter().flat_map(|line| labelled(views, line)).collect();
    Material::seen(
        &STEPS,
        clauses.iter().map(|(class, clause)| (*class, clause.text.as_str(), clause.counts.clone())).collect(),
    )
}

/// The clauses of a message, each with its class.
fn labelled<'a>(views: &Views, line: &'a Trying) -> Vec<(&'a str, ClauseView)> {
    let mut clauses: Vec<(&str, ClauseView)> =
        views.clauses(&line.says).into_iter().map(|clause| ("none", clause)).collect();
    for step in &line.tried {
        let about = plain(&step.about);
        let mut holds: Vec<usize> = (0..clauses.len())
            .filter(|at| clauses[*at].0 == "none" && plain(&clauses[*at].1.text).contains(&about))
            .collect();
        // Where two clauses hold it, the one that a rule takes for a step.
        holds.sort_by_key(|at| !clauses[*at].1.ruled);
        if let Some(at) = holds.first() {
            clauses[*at].0 = &step.result;
        }
    }
    clauses
}

/// How a class is told, from a probability on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    pub class: String,
    pub threshold: f32,
    /// Of those that are told to be of the class, how many are.
    pub precision: Option<f64>,
    /// Of those that are of the class, how many are told.
    pub recall: Option<f64>,
}

/// What a classifier makes of tellings that it did not learn from.
#[must_use]
pub fn on_held(model: &Model, views: &Views, held: &[Telling], threshold: f32) -> Vec<Told> {
    let readings: Vec<(Vec<f32>, &str)> =
        held.iter().map(|line| (read(model, &views.message(&line.says)), line.tells.as_str())).collect();
    figures(model, &readings, threshold)
}

/// The same of clauses.
#[must_use]
pub fn on_held_steps(model: &Model, views: &Views, held: &[Trying], threshold: f32) -> Vec<Told> {
    let clauses: Vec<(&str, ClauseView)> = held.iter().flat_map(|line| labelled(views, line)).collect();
    let readings: Vec<(Vec<f32>, &str)> =
        clauses.iter().map(|(class, clause)| (read(model, &clause.counts), *class)).collect();
    figures(model, &readings, threshold)
}

fn read(model: &Model, counts: &Counts) -> Vec<f32> {
    model.probabilities(counts)
}

fn figures(model: &Model, readings: &[(Vec<f32>, &str)], threshold: f32) -> Vec<Told> {
    let share = super::super::metrics::share;
    let one = |(at, class): (usize, &String)| {
        let told = || readings.iter().filter(|(p, _)| p[at] >= threshold);
        let right = told().filter(|(_, is)| is == class).count();
        Told {
            class: class.clone(),
            threshold,
            precision: share(right, told().count()),
            recall: share(right, readings.iter().filter(|(_, is)| is == class).count()),
        }
    };
    model.classes.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::wordings::{file, model::Model};

    const TELLS: &str = r#"{"says":"die 7b sitzt hier und wartet","tells":"lesson"}
{"says":"die kinder zappeln schon","tells":"lesson"}
{"says":"hab freistunde","tells":"nolesson"}
{"says":"grad ist pause","tells":"nolesson"}
{"says":"geht wieder, danke","tells":"solved"}
{"says":"läuft wieder, merci","tells":"solved"}
{"says":"eilt nicht","tells":"wait"}
{"says":"der beamer ist dunkel","tells":"none"}
{"says":"ging gestern noch","tells":"notsolved"}"#;
    const TRIED: &str = r#"{"says":"Kabel getauscht, nix. An den Stecker komm ich nicht ran","tried":[{"about":"kabel","result":"failed"},{"about":"stecker","result":"skipped"}]}
{"says":"der beamer ist dunkel","tried":[]}"#;

    fn bytes(model: &Model) -> Vec<u8> {
        file::encode(model)
    }

    #[test]
    fn the_same_lines_give_the_same_file_in_any_order() {
        let views = Views::default();
        let mut lines = read_tellings(TELLS.as_bytes()).unwrap();
        let one = bytes(&tellings(&views, &lines).model(&USUAL, 1.0));
        lines.reverse();
        assert_eq!(one, bytes(&tellings(&views, &lines).model(&USUAL, 1.0)));
        assert_eq!(file::decode(&one).unwrap().classes, TELLINGS);
    }

    #[test]
    fn the_clause_that_holds_the_piece_is_the_step() {
        let lines = read_tryings(TRIED.as_bytes()).unwrap();
        let clauses = labelled(&Views::default(), &lines[0]);
        let told: Vec<(&str, &str)> = clauses.iter().map(|(class, clause)| (*class, clause.text.as_str())).collect();
        assert_eq!(
            told,
            [("failed", "Kabel getauscht"), ("none", "nix"), ("skipped", "An den Stecker komm ich nicht ran")]
        );
        assert!(labelled(&Views::default(), &lines[1]).iter().all(|(class, _)| *class == "none"));
        assert_eq!(steps(&Views::default(), &lines).model(&USUAL, 1.0).classes, STEPS);
    }

    #[test]
    fn figures_are_those_of_their_definitions() {
        let views = Views::default();
        let lines = read_tellings(TELLS.as_bytes()).unwrap();
        let model = tellings(&views, &lines).model(&USUAL, 1.0);
        for told in on_held(&model, &views, &lines, 0.0) {
            assert_eq!(told.recall, Some(1.0), "{told:?}");
        }
        let lesson = &on_held(&model, &views, &lines, 0.0)[0];
        assert_eq!((lesson.class.as_str(), lesson.precision), ("lesson", Some(2.0 / 9.0)));
        assert!(on_held(&model, &views, &lines, 1.1).iter().all(|told| told.precision.is_none()));
    }

    #[test]
    fn a_fault_names_its_line_and_what_would_be_right() {
        let error = read_tellings(b"\n{\"says\":\"a\",\"tells\":\"holiday\"}").unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with("line 2: ") && error.contains("holiday") && error.contains("hint:"), "{error}");
        for wrong in ["kabel\",\"result\":\"none", "stecker\",\"result\":\"failed"] {
            let line = format!("{{\"says\":\"kabel getauscht\",\"tried\":[{{\"about\":\"{wrong}\"}}]}}");
            let error = read_tryings(line.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("line 1: "), "{error}");
        }
        assert!(read_tryings(b"nonsense").is_err());
    }
}
