//! What comes back: the pieces of an answer, and what an error says. Unknown keys are
//! passed over; servers differ.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Option<Delta>,
    logprobs: Option<Logprobs>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Logprobs {
    content: Option<Vec<Logprob>>,
}

#[derive(Deserialize)]
struct Logprob {
    token: String,
    logprob: f32,
}

/// One event of a stream.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// Text with its log-probability, where it is told.
    Text(Vec<(String, Option<f32>)>),
    /// It ends: whole, or because `max_tokens` were written.
    End { cut: bool },
    /// The server gives up.
    Error,
    /// Nothing for us.
    Nothing,
}

/// Reads an event; `None` for what is none.
pub(super) fn event(data: &str) -> Option<Vec<Event>> {
    if data.trim() == "[DONE]" {
        return Some(vec![Event::End { cut: false }]);
    }
    let chunk: Chunk = serde_json::from_str(data).ok()?;
    if chunk.error.is_some() {
        return Some(vec![Event::Error]);
    }
    let Some(choice) = chunk.choices.into_iter().next() else { return Some(vec![Event::Nothing]) };
    let mut events = Vec::new();
    if let Some(text) = choice.delta.and_then(|delta| delta.content).filter(|text| !text.is_empty()) {
        let told = choice.logprobs.and_then(|logprobs| logprobs.content).unwrap_or_default();
        events.push(Event::Text(tokens(text, told)));
    }
    if let Some(reason) = choice.finish_reason {
        events.push(Event::End { cut: reason == "length" });
    }
    Some(if events.is_empty() { vec![Event::Nothing] } else { events })
}

/// The text token by token, where what is told of the tokens makes up the text; else whole.
fn tokens(text: String, told: Vec<Logprob>) -> Vec<(String, Option<f32>)> {
    let real = told.iter().all(|one| one.logprob.is_finite() && one.logprob <= 0.0);
    let joined: String = told.iter().map(|one| one.token.as_str()).collect();
    if real && joined == text {
        return told.into_iter().map(|one| (one.token, Some(one.logprob))).collect();
    }
    // Tokens that end within a character are told as they are, and do not join to the text.
    let logprob = told.first().filter(|_| real && told.len() == 1).map(|one| one.logprob);
    vec![(text, logprob)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_it_in_several_ways() {
        let text = |text: &str, logprob| vec![Event::Text(vec![(text.to_owned(), logprob)])];
        let logprobs = r#""logprobs":{"content":[{"token":"Ja","logprob":-0.5,"top_logprobs":[]}]}"#;
        for (data, expected) in [
            (r#"{"choices":[{"delta":{"content":"Ja"}}]}"#.to_owned(), text("Ja", None)),
            (
                format!(r#"{{"id":"x","choices":[{{"index":0,"delta":{{"content":"Ja"}},{logprobs}}}]}}"#),
                text("Ja", Some(-0.5)),
            ),
            (format!(r#"{{"choices":[{{"delta":{{"content":"ü"}},{logprobs}}}]}}"#), text("ü", Some(-0.5))),
            (
                r#"{"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#.into(),
                vec![Event::Nothing],
            ),
            (r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#.into(), vec![Event::End { cut: true }]),
            (r#"{"choices":[],"usage":{"total_tokens":5}}"#.into(), vec![Event::Nothing]),
            (r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#.into(), vec![Event::Nothing]),
            (r#"{"error":{"message":"out of memory"}}"#.into(), vec![Event::Error]),
            (" [DONE]".into(), vec![Event::End { cut: false }]),
        ] {
            assert_eq!(event(&data), Some(expected), "{data}");
        }
        for garbage in ["", "<html>", "{\"choices\":7}", "{\"choices\":[{\"delta\":\"x\"}]}"] {
            assert_eq!(event(garbage), None, "{garbage}");
        }
        let positive =
            r#"{"choices":[{"delta":{"content":"Ja"},"logprobs":{"content":[{"token":"Ja","logprob":3.0}]}}]}"#;
        assert_eq!(event(positive), Some(text("Ja", None)), "no probability");
    }
}
