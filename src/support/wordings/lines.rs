//! The wordings that a classifier learns from: `knowledge/wordings/*.jsonl`, one JSON
//! object a line, written by hand.

use serde::Deserialize;

use super::{ANSWER, DANGER, NONE};
use crate::domain::{
    danger,
    json_lines::{LineError, json_lines},
};

const HINT: &str = "write one JSON object a line, such as \
     {\"problem\": \"P01\", \"style\": \"short\", \"text\": \"Beamer sagt kein Signal\"}; \
     null for what no problem covers, \"H:fire\" for a danger; `kind` and `style` may be left out";

/// A typical way to put something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// `P01`, `H:fire`, or none. Must be said, so that none is meant where none stands.
    #[serde(deserialize_with = "Option::deserialize")]
    pub problem: Option<String>,
    /// What is meant by none: `escalate`, `decline`, `near`, `vague`, `harmless`.
    #[serde(default)]
    pub kind: Option<String>,
    /// `short`, `typo`, `story`, `dialect`, `english`, `polite` and the like.
    #[serde(default)]
    pub style: Option<String>,
    pub text: String,
}

impl Wording {
    /// Name of its class.
    #[must_use]
    pub fn class(&self) -> &str {
        let none = if self.kind.as_deref() == Some(ANSWER) { ANSWER } else { NONE };
        self.problem.as_deref().unwrap_or(none)
    }
}

/// Reads one file.
///
/// # Errors
/// [`LineError`]: the first line that is no wording.
pub fn read_wordings(bytes: &[u8]) -> Result<Vec<Wording>, LineError> {
    json_lines(bytes, HINT, |wording: Wording, _| {
        let class = wording.class();
        if class.strip_prefix(DANGER).is_some_and(|id| !danger::IDS.contains(&id)) {
            return Err(format!("{class} is no danger; known are {}", danger::IDS.join(", ")));
        }
        if class.trim().is_empty() || [NONE, ANSWER].contains(&class) && wording.problem.is_some() {
            return Err(format!("{class:?} is no problem"));
        }
        if !wording.text.chars().any(char::is_alphanumeric) {
            return Err("the text says nothing".into());
        }
        Ok(wording)
    })
}

/// A text typed at a step, of `knowledge/replies`, as far as it matters here.
#[derive(Deserialize)]
struct Answer {
    says: String,
    means: String,
    #[serde(default)]
    rule: Option<String>,
}

/// Reads a file of what people type at a step: no fault and no danger stands in it, or the
/// danger that it names. What begins another matter is left out.
///
/// # Errors
/// [`LineError`]: the first line that is no such text, or a danger that does not say which.
pub fn read_answers(bytes: &[u8]) -> Result<Vec<Wording>, LineError> {
    const HINT: &str = "write one JSON object a line with the keys says and means; a danger has the key rule";
    let all = json_lines(bytes, HINT, |answer: Answer, _| {
        let problem = match (answer.means.as_str(), answer.rule) {
            ("danger", Some(rule)) if danger::IDS.contains(&rule.as_str()) => Some(format!("{DANGER}{rule}")),
            ("danger", _) => return Err("does not say which danger".into()),
            _ => None,
        };
        let wording = Wording { problem, kind: Some(ANSWER.into()), style: None, text: answer.says };
        Ok((answer.means != "new").then_some(wording))
    })?;
    Ok(all.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_wording() {
        let file = "\u{FEFF}{\"problem\":\"P01\",\"style\":\"short\",\"text\":\"kein Signal\"}\r\n\n{\"problem\":null,\"kind\":\"near\",\"text\":\"x\"}";
        let all = read_wordings(file.as_bytes()).unwrap();
        assert_eq!(all.iter().map(Wording::class).collect::<Vec<_>>(), ["P01", "none"]);
    }

    #[test]
    fn an_answer_is_no_fault_but_for_its_danger() {
        let file = r#"{"flow":"f","step":"a","says":"steckt","means":"choice","choice":0}
{"says":"es qualmt","means":"danger","rule":"fire"}
{"says":"der drucker auch nicht","means":"new"}"#;
        let all = read_answers(file.as_bytes()).unwrap();
        assert_eq!(all.iter().map(Wording::class).collect::<Vec<_>>(), ["answer", "H:fire"]);
        let error = read_answers(br#"{"says":"es qualmt","means":"danger"}"#).unwrap_err().to_string();
        assert!(error.starts_with("line 1: ") && error.contains("which danger"), "{error}");
    }

    #[test]
    fn a_fault_names_its_line_and_what_would_be_right() {
        let good = "{\"problem\":\"P01\",\"text\":\"a\"}\n";
        for (rest, part) in [
            ("{\"text\":\"b\"}", "problem"),
            ("{\"problem\":\"H:flood\",\"text\":\"b\"}", "H:flood"),
            ("{\"problem\":\"none\",\"text\":\"b\"}", "none"),
            ("{\"problem\":\"P01\",\"text\":\" ! \"}", "says nothing"),
            ("{\"problem\":\"P01\",\"text\":\"b\",\"name\":\"c\"}", "name"),
            ("nonsense", "column"),
        ] {
            let message = read_wordings(format!("{good}{rest}").as_bytes()).unwrap_err().to_string();
            assert!(message.starts_with("line 2: ") && message.contains(part), "{message}");
            assert!(message.contains("hint:"), "{message}");
        }
    }
}
