//! The model's chat template: a conversation becomes spans of our own and of
//! foreign text.
//!
//! The template, a small Jinja program in the model file, never sees foreign text:
//! it is given numbered placeholders, which afterwards turn back into the text. So a
//! template can neither be steered nor broken by what someone wrote, and foreign
//! text keeps its mark all the way to the tokenizer. A template that fails, loses or
//! doubles a message gives way to `ChatML` where the vocabulary knows it; one that
//! does not end is refused when the model is loaded.

use std::{fmt::Write as _, path::Path, sync::mpsc, thread, time::Duration};

use hf_chat_template::{ChatTemplate, FixedClock};
use serde_json::json;

use super::{
    gguf::{GgufFile, load_error},
    tokenizer::{Span, Tokenizer},
};
use crate::llm::{LlmError, Message, Role, Segment};

/// Placeholders are `OPEN number CLOSE`; neither occurs in a text of ours.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// A template writes a short prompt within this time, or never.
const PATIENCE: Duration = Duration::from_secs(3);

/// Templates of several hundred KiB do not exist.
const LARGEST: usize = 256 * 1024;

/// How a model wants its conversations written.
pub(super) struct Template {
    program: Option<ChatTemplate>,
    chatml: bool,
    bos: String,
    eos: String,
    adds_bos: bool,
}

impl Template {
    /// Takes the file's template if it writes a trial conversation rightly, else `ChatML`.
    pub(super) fn load(file: &GgufFile, tokenizer: &Tokenizer) -> Result<Self, LlmError> {
        Self::new(file.path(), file.text("tokenizer.chat_template"), tokenizer)
    }

    fn new(path: &Path, source: Option<&str>, tokenizer: &Tokenizer) -> Result<Self, LlmError> {
        let mut template = Self {
            program: None,
            chatml: tokenizer.knows_control("<|im_start|>") && tokenizer.knows_control("<|im_end|>"),
            bos: tokenizer.bos().into(),
            eos: tokenizer.eos().into(),
            adds_bos: tokenizer.adds_bos(),
        };
        let problem = match source {
            None => "holds no chat template".to_owned(),
            Some(source) => match tried(path, source, &template.bos, &template.eos)? {
                Ok(program) => {
                    template.program = Some(program);
                    return Ok(template);
                }
                Err(problem) => format!("its chat template cannot be used: {problem}"),
            },
        };
        if !template.chatml {
            return Err(load_error(path, &problem, "take a model that `schullotse models list` names"));
        }
        tracing::warn!(problem, "the model is addressed in ChatML");
        Ok(template)
    }

    /// The prompt that asks for the next turn of the assistant.
    pub(super) fn render(&self, messages: &[Message]) -> Result<Vec<Span>, LlmError> {
        let problem = match &self.program {
            Some(program) => match rendered(program, messages, &self.bos, &self.eos) {
                Ok(spans) => return Ok(spans),
                Err(problem) => problem,
            },
            None => String::new(),
        };
        if self.chatml {
            return Ok(chatml(messages, if self.adds_bos { &self.bos } else { "" }));
        }
        Err(LlmError::Stopped(format!("its chat template refuses the conversation: {problem}")))
    }
}

/// Compiles the template and writes a trial conversation, on a thread of its own: the
/// engine has no limit of steps, and a thread that never ends must not hold up the load.
fn tried(path: &Path, source: &str, bos: &str, eos: &str) -> Result<Result<ChatTemplate, String>, LlmError> {
    if source.len() > LARGEST {
        return Ok(Err(format!("it is longer than {LARGEST} bytes")));
    }
    let (sender, receiver) = mpsc::channel();
    let (source, bos, eos) = (source.to_owned(), bos.to_owned(), eos.to_owned());
    let trial = move || {
        let outcome = compiled(&source).and_then(|program| {
            let foreign = |role, text: &str| Message { role, segments: vec![Segment::Foreign(text.into())] };
            let messages = [
                foreign(Role::System, "1"),
                foreign(Role::User, "2"),
                foreign(Role::Assistant, "3"),
                foreign(Role::User, "4"),
            ];
            rendered(&program, &messages[..2], &bos, &eos)?;
            rendered(&program, &messages, &bos, &eos)?;
            Ok(program)
        });
        // The receiver may have given up.
        let _ = sender.send(outcome);
    };
    thread::Builder::new()
        .name("chat-template".into())
        .spawn(trial)
        .map_err(|error| load_error(path, &format!("no thread can be started: {error}"), "free some memory"))?;
    match receiver.recv_timeout(PATIENCE) {
        Ok(outcome) => Ok(outcome),
        Err(mpsc::RecvTimeoutError::Disconnected) => Ok(Err("it fails".into())),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(load_error(path, "its chat template does not end", "take a model that `schullotse models list` names"))
        }
    }
}

fn compiled(source: &str) -> Result<ChatTemplate, String> {
    // Some templates write today's date. A fixed one keeps prompts the same, and answers
    // come from the passages alone; it is the day that llama's own template falls back to.
    let day = FixedClock::from_ymd(2024, 7, 26).unwrap_or(FixedClock::from_unix_secs(0));
    ChatTemplate::builder(source).clock(day).build().map_err(|error| error.to_string())
}

/// Lets the template write placeholders and puts the texts in their place.
fn rendered(program: &ChatTemplate, messages: &[Message], bos: &str, eos: &str) -> Result<Vec<Span>, String> {
    let mut foreign = Vec::new();
    let turns: Vec<_> = messages
        .iter()
        .map(|message| json!({ "role": name(message.role), "content": content(message, &mut foreign) }))
        .collect();
    let context = json!({
        "messages": turns,
        "add_generation_prompt": true,
        "enable_thinking": false,
        "bos_token": bos,
        "eos_token": eos,
    });
    let text = program.render_context(&context).map_err(|error| error.to_string())?;
    spans(&text, &foreign).ok_or_else(|| "it loses, doubles or changes a message".into())
}

/// A message with a placeholder for each foreign segment.
fn content<'a>(message: &'a Message, foreign: &mut Vec<&'a str>) -> String {
    let mut text = String::new();
    for segment in &message.segments {
        match segment {
            Segment::Ours(ours) => text.push_str(&ours.replace([OPEN, CLOSE], "\u{FFFD}")),
            Segment::Foreign(theirs) => {
                // Writing to a string cannot fail.
                let _ = write!(text, "{OPEN}{}{CLOSE}", foreign.len());
                foreign.push(theirs);
            }
        }
    }
    text
}

/// `None` unless every placeholder stands there once, in order.
fn spans(text: &str, foreign: &[&str]) -> Option<Vec<Span>> {
    let mut spans = Vec::new();
    let mut rest = text;
    for (number, theirs) in foreign.iter().enumerate() {
        let (ours, after) = rest.split_once(&format!("{OPEN}{number}{CLOSE}"))?;
        spans.push(Span::Ours(ours.into()));
        spans.push(Span::Foreign((*theirs).into()));
        rest = after;
    }
    spans.push(Span::Ours(rest.into()));
    let whole = spans.iter().all(|span| !matches!(span, Span::Ours(text) if text.contains([OPEN, CLOSE])));
    whole.then_some(spans)
}

/// <https://github.com/openai/openai-python/blob/v0.28.1/chatml.md>
fn chatml(messages: &[Message], bos: &str) -> Vec<Span> {
    let mut spans = vec![Span::Ours(bos.into())];
    for message in messages {
        spans.push(Span::Ours(format!("<|im_start|>{}\n", name(message.role))));
        spans.extend(message.segments.iter().map(|segment| match segment {
            Segment::Ours(text) => Span::Ours(text.clone()),
            Segment::Foreign(text) => Span::Foreign(text.clone()),
        }));
        spans.push(Span::Ours("<|im_end|>\n".into()));
    }
    spans.push(Span::Ours("<|im_start|>assistant\n".into()));
    spans
}

fn name(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
