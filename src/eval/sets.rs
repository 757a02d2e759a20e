//! The labelled sets, one JSON object a line. Further keys are ignored, empty lines
//! skipped; the first line that is wrong ends the reading, with its number and what
//! would be right. A set that is silently cut short would give wrong figures.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, de::DeserializeOwned};

use crate::domain::{
    json_lines::{LineError, json_lines},
    lang::Lang,
};

const QUERY_HINT: &str = "write one JSON object a line with the keys id, text and relevant (a list of document ids)";
const QUESTION_HINT: &str = "write one JSON object a line with the keys id, question, lang (de or en), problem, \
     answerable and expect (answer, hotline, decline, escalate or smalltalk)";

/// Why a set cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    #[error(transparent)]
    Lines(#[from] LineError),
    #[error("holds nothing\nhint: {hint}")]
    Empty { hint: &'static str },
}

/// A line of `queries.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Query {
    pub id: String,
    pub text: String,
    /// Ids of documents.
    #[serde(default)]
    pub relevant: Vec<String>,
    /// Any one of them is right; empty: the document decides alone.
    #[serde(default)]
    pub answers: Vec<String>,
    #[serde(default)]
    answerable: Option<bool>,
}

impl Query {
    /// The query over a part of the documents: what is not `held` answers it no more.
    #[must_use]
    pub fn left(&self, held: &BTreeSet<String>) -> Self {
        let relevant: Vec<String> = self.relevant.iter().filter(|document| held.contains(*document)).cloned().collect();
        Self { answerable: Some(self.answerable() && !relevant.is_empty()), relevant, ..self.clone() }
    }

    /// As the set says, else whether any document is relevant.
    #[must_use]
    pub fn answerable(&self) -> bool {
        self.answerable.unwrap_or(!self.relevant.is_empty())
    }
}

/// How a question should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    Answer,
    Hotline,
    Decline,
    Escalate,
    Smalltalk,
}

/// A line of `questions.jsonl`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Question {
    pub id: String,
    pub question: String,
    pub lang: Lang,
    /// Number of the problem that it is about.
    #[serde(default)]
    pub problem: Option<String>,
    pub answerable: bool,
    pub expect: Expect,
    /// How it is written, for figures by style.
    #[serde(default)]
    pub style: Option<String>,
    #[serde(default)]
    pub device: Option<String>,
}

/// Reads `queries.jsonl`.
///
/// # Errors
/// [`SetError`]: the first line that is no query or repeats an id; a set without any.
pub fn read_queries(bytes: &[u8]) -> Result<Vec<Query>, SetError> {
    read(bytes, QUERY_HINT, |query: &Query| &query.id)
}

/// Reads `questions.jsonl`.
///
/// # Errors
/// As [`read_queries`].
pub fn read_questions(bytes: &[u8]) -> Result<Vec<Question>, SetError> {
    read(bytes, QUESTION_HINT, |question: &Question| &question.id)
}

fn read<T: DeserializeOwned>(bytes: &[u8], hint: &'static str, id: impl Fn(&T) -> &str) -> Result<Vec<T>, SetError> {
    let mut ids = HashSet::new();
    let set = json_lines(bytes, hint, |entry: T, _| {
        if ids.insert(id(&entry).to_owned()) { Ok(entry) } else { Err(format!("the id {:?} stands twice", id(&entry))) }
    })?;
    if set.is_empty() { Err(SetError::Empty { hint }) } else { Ok(set) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_its_default() {
        let set = "\u{FEFF}{\"id\":\"1\",\"text\":\"a\",\"relevant\":[\"d\"],\"intent\":1}\n\n\
            {\"id\":\"2\",\"text\":\"b\"}\n{\"id\":\"3\",\"text\":\"c\",\"relevant\":[\"d\"],\"answerable\":false}";
        let queries = read_queries(set.as_bytes()).unwrap();
        assert_eq!(queries.iter().map(Query::answerable).collect::<Vec<_>>(), [true, false, false]);
        let set = "{\"id\":\"1\",\"question\":\"q\",\"lang\":\"de\",\"problem\":null,\"answerable\":false,\"expect\":\"decline\"}\r\n";
        let questions = read_questions(set.as_bytes()).unwrap();
        assert_eq!((questions[0].expect, &questions[0].style), (Expect::Decline, &None));
    }

    #[test]
    fn a_fault_names_its_line_and_what_would_be_right() {
        let good = "{\"id\":\"1\",\"text\":\"a\"}\n\n";
        for (rest, parts) in [
            ("{\"id\":\"2\"}", ["line 3", "text"]),
            ("{\"id\":\"1\",\"text\":\"b\"}", ["line 3", "twice"]),
            ("{\"id\":\"2\",\"text\":\"b\"", ["line 3", "column"]),
            ("nonsense", ["line 3", "column"]),
        ] {
            let message = read_queries(format!("{good}{rest}").as_bytes()).unwrap_err().to_string();
            assert!(parts.iter().all(|part| message.contains(part)) && message.contains("hint:"), "{message}");
        }
        let wrong = "{\"id\":\"1\",\"question\":\"q\",\"lang\":\"de\",\"answerable\":true,\"expect\":\"maybe\"}";
        let message = read_questions(wrong.as_bytes()).unwrap_err().to_string();
        assert!(message.contains("line 1: ") && message.contains("maybe") && message.contains("hint:"), "{message}");
    }

    #[test]
    fn a_set_of_nothing_is_none() {
        assert!(matches!(read_queries(b" \n\n"), Err(SetError::Empty { .. })));
        assert_eq!(read_queries(b"{}\n\xff"), Err(SetError::Lines(LineError::NotUtf8 { line: 2 })));
    }
}
