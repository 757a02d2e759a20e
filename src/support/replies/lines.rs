//! What people type at a step, with what they mean: `knowledge/replies/*.jsonl`, one JSON
//! object a line.

use serde::Deserialize;

use super::{Act, Meaning};
use crate::domain::{
    flow::{Flow, Step},
    json_lines::{LineError, json_lines},
};

const HINT: &str = "write one JSON object a line, such as {\"flow\": \"kein-ton\", \"step\": \"video\", \
     \"says\": \"immer noch nix\", \"means\": \"choice\", \"choice\": 1}; other meanings are about, unclear, new, \
     report, danger, back, and lesson with \"lesson\": true or false";

/// A text typed at a step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub flow: String,
    pub step: String,
    pub says: String,
    means: String,
    #[serde(default)]
    choice: Option<usize>,
    #[serde(default)]
    lesson: Option<bool>,
    /// Which danger, for whoever reads the file.
    #[serde(default)]
    pub rule: Option<String>,
}

impl Line {
    /// What is meant.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        match (self.means.as_str(), self.choice, self.lesson) {
            ("choice", Some(at), _) => Meaning::Choice(at),
            ("report", ..) => Meaning::Report,
            ("lesson", _, Some(running)) => Meaning::Lesson(running),
            ("back", ..) => Meaning::Back,
            ("about", ..) => Meaning::About,
            ("danger", ..) => Meaning::Danger,
            ("new", ..) => Meaning::New,
            _ => Meaning::Unclear,
        }
    }

    /// What it does, whatever the step.
    #[must_use]
    pub fn act(&self, step: &Step) -> Act {
        match self.meaning() {
            Meaning::Choice(at) => Act::of(step.choices.get(at).and_then(|choice| choice.result)),
            Meaning::Report => Act::Report,
            Meaning::Lesson(true) => Act::Lesson,
            Meaning::Lesson(false) => Act::NoLesson,
            Meaning::Back => Act::Back,
            Meaning::About => Act::About,
            Meaning::Danger => Act::Danger,
            Meaning::New => Act::New,
            Meaning::Unclear => Act::Unclear,
        }
    }
}

/// Reads one file; every step and button must be there.
///
/// # Errors
/// [`LineError`]: the first line that cannot be used.
pub fn read_lines(bytes: &[u8], flows: &[Flow]) -> Result<Vec<Line>, LineError> {
    const MEANINGS: [&str; 8] = ["choice", "about", "unclear", "new", "report", "danger", "lesson", "back"];
    json_lines(bytes, HINT, |read: Line, _| {
        let flow = flows.iter().find(|flow| flow.id == read.flow);
        let flow = flow.ok_or_else(|| format!("there is no flow {:?}", read.flow))?;
        let step = flow.step(&read.step).ok_or_else(|| format!("{} has no step {:?}", flow.id, read.step))?;
        if !MEANINGS.contains(&read.means.as_str()) {
            return Err(format!("{:?} is no meaning; there are {}", read.means, MEANINGS.join(", ")));
        }
        if read.means == "choice" && read.choice.is_none_or(|at| at >= step.choices.len()) {
            let most = step.choices.len().saturating_sub(1);
            return Err(format!("{}/{} has the buttons 0 to {most}", flow.id, step.id));
        }
        if read.means == "lesson" && read.lesson.is_none() {
            return Err("says not whether a lesson is running".into());
        }
        Ok(read)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_line_and_what_would_be_right() {
        let flows = [crate::domain::flow::tests::flow()];
        let good = r#"{"flow":"f","step":"a","says":"nö","means":"choice","choice":1}"#;
        let all = read_lines(format!("{good}\n\n").as_bytes(), &flows).unwrap();
        assert_eq!((all[0].meaning(), all[0].act(&flows[0].steps[0])), (Meaning::Choice(1), Act::Failed));
        for (rest, part) in [
            (r#"{"flow":"x","step":"a","says":"nö","means":"about"}"#, "no flow"),
            (r#"{"flow":"f","step":"x","says":"nö","means":"about"}"#, "no step"),
            (r#"{"flow":"f","step":"a","says":"nö","means":"choice","choice":3}"#, "0 to 2"),
            (r#"{"flow":"f","step":"a","says":"nö","means":"lesson"}"#, "whether"),
            (r#"{"flow":"f","step":"a","says":"nö","means":"maybe"}"#, "no meaning"),
            ("{}", "missing"),
        ] {
            let error = read_lines(format!("{good}\n{rest}").as_bytes(), &flows).unwrap_err().to_string();
            assert!(error.starts_with("line 2: ") && error.contains(part) && error.contains("hint:"), "{error}");
        }
    }
}
