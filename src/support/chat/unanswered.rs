//! What a conversation asked and got no answer to, read from its events.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{
    conversation::{Event, EventBody},
    outcome::Outcome,
};

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// As it was asked, masked.
    pub text: String,
    pub at: Timestamp,
    /// The guide that was shown, where the reader said that it did not help.
    pub document: Option<String>,
}

/// Questions for which no guide was sure enough, and those whose guide did not help. What was asked
/// back and answered then is answered; a wish for a person, a danger, a greeting are no questions.
#[must_use]
pub fn unanswered(events: &[Event]) -> Vec<Unanswered> {
    let mut asked: HashMap<&str, (&str, Timestamp)> = HashMap::new();
    let mut shown: HashMap<&str, (&str, &str)> = HashMap::new();
    // Position of the last question that was asked back.
    let mut asked_back = None;
    let mut open: Vec<(&str, Option<&str>)> = Vec::new();
    for event in events {
        match &event.body {
            EventBody::UserMessage { mid, text } => {
                asked.insert(mid, (text, event.at));
            }
            EventBody::BotEnd { mid, reply_to, outcome, reason, citations, .. } => {
                let unsure = matches!(reason.as_deref(), Some("low_confidence" | "no_passage" | "which"));
                match outcome {
                    Outcome::Escalate | Outcome::Clarify if unsure => {
                        asked_back = (*outcome == Outcome::Clarify).then_some(open.len());
                        open.push((reply_to, None));
                    }
                    Outcome::Answered | Outcome::Flow => {
                        if let Some(at) = asked_back.take() {
                            open.remove(at);
                        }
                        if let Some(citation) = citations.first() {
                            shown.insert(mid, (reply_to, &citation.document));
                        }
                    }
                    _ => {}
                }
            }
            EventBody::UserFeedback { mid, helped: false, .. } => {
                open.extend(shown.get(mid.as_str()).map(|(reply_to, document)| (*reply_to, Some(*document))));
            }
            _ => {}
        }
    }
    let found = open.into_iter().filter_map(|(message, document)| {
        let (text, at) = asked.get(message)?;
        Some(Unanswered { text: (*text).to_owned(), at: *at, document: document.map(str::to_owned) })
    });
    found.collect()
}
