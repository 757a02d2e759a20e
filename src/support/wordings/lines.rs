//! The wordings that a classifier learns from: `knowledge/wordings/*.jsonl`, one JSON
//! object a line, written by hand. The first line that is wrong ends the reading, with
//! its number and what would be right: what is silently left out is missed by nobody.

use serde::Deserialize;

use super::{DANGER, NONE};
use crate::domain::danger;

const HINT: &str = "write one JSON object a line, such as \
     {\"problem\": \"P01\", \"style\": \"short\", \"text\": \"Beamer sagt kein Signal\"}; \
     null for what no problem covers, \"H:fire\" for a danger; `kind` and `style` may be left out";

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}\nhint: {HINT}")]
pub struct LineError {
    pub line: usize,
    pub message: String,
}

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
        self.problem.as_deref().unwrap_or(NONE)
    }
}

/// Reads one file.
///
/// # Errors
/// [`LineError`]: the first line that is no wording.
pub fn read_wordings(bytes: &[u8]) -> Result<Vec<Wording>, LineError> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut all = Vec::new();
    for (line, content) in (1..).zip(text.lines()).filter(|(_, content)| !content.trim().is_empty()) {
        let fault = |message: String| LineError { line, message };
        if content.contains('\u{FFFD}') {
            return Err(fault("is not valid UTF-8".into()));
        }
        let wording: Wording = serde_json::from_str(content).map_err(|error| fault(error.to_string()))?;
        let class = wording.class();
        if class.strip_prefix(DANGER).is_some_and(|id| !danger::IDS.contains(&id)) {
            return Err(fault(format!("{class} is no danger; known are {}", danger::IDS.join(", "))));
        }
        if class.trim().is_empty() || class == NONE && wording.problem.is_some() {
            return Err(fault(format!("{class:?} is no problem")));
        }
        if !wording.text.chars().any(char::is_alphanumeric) {
            return Err(fault("the text says nothing".into()));
        }
        all.push(wording);
    }
    Ok(all)
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
        assert_eq!(read_wordings(b"{\"problem\":\"P01\",\"text\":\"\xff\"}").unwrap_err().line, 1);
    }
}
