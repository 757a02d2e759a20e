//! A conversation is a durable, numbered list of events. Replay after a dropped
//! connection, reload in the same tab, restart of the server and the transcript
//! of a report all read from it and from nothing else.
//!
//! What is stored is what is sent: an [`Event`] serialises to the JSON object of
//! the chat protocol (`type`, its fields, `seq`). Fleeting messages (`bot.start`,
//! `bot.delta`, `bot.snapshot`, `pong`, `error`) have no place in the list and
//! stand in [`Fleeting`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    citation::Citation,
    document::DeviceType,
    flow::End,
    lang::Lang,
    outcome::{Band, Outcome},
    ticket::StepResult,
};

/// Running text of a reply, with marks that a client builds without HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strong: bool,
    /// Number of the citation that carries the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<u32>,
    /// Units of the cited passage that carry it, where not all that is quoted does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<u32>,
}

impl Span {
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    #[must_use]
    pub fn cited(text: impl Into<String>, cite: u32) -> Self {
        Self { text: text.into(), cite: Some(cite), ..Self::default() }
    }
}

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    Warning,
    Danger,
}

/// One block of a reply. Typed, so that no HTML ever reaches a school's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum WireBlock {
    Paragraph { spans: Vec<Span> },
    Heading { spans: Vec<Span> },
    Steps { items: Vec<Vec<Span>> },
    Quote { spans: Vec<Span>, cite: u32 },
    Image { src: String, alt: String },
    Link { href: String, text: String },
    Notice { level: Level, spans: Vec<Span> },
}

impl WireBlock {
    #[must_use]
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { spans: vec![Span::plain(text)] }
    }

    #[must_use]
    pub fn notice(level: Level, text: impl Into<String>) -> Self {
        Self::Notice { level, spans: vec![Span::plain(text)] }
    }

    /// The block as plain text, steps numbered: for transcripts and the terminal.
    #[must_use]
    pub fn plain(&self) -> String {
        let join = |spans: &[Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
        match self {
            Self::Paragraph { spans }
            | Self::Heading { spans }
            | Self::Quote { spans, .. }
            | Self::Notice { spans, .. } => join(spans),
            Self::Steps { items } => items
                .iter()
                .enumerate()
                .map(|(at, spans)| format!("{}. {}", at + 1, join(spans)))
                .collect::<Vec<_>>()
                .join("\n"),
            Self::Image { alt, .. } => alt.clone(),
            Self::Link { text, .. } => text.clone(),
        }
    }
}

/// A button. `value` comes back in `choice.pick`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// Below a step that was to be done: what pressing it says of that step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<StepResult>,
    /// Below a step: pressing it ends the flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// A picture beside a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Path on this server.
    pub src: String,
    pub alt: String,
}

/// One field of the report form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    pub name: String,
    pub label: String,
    /// `text`, `textarea`, `select`.
    pub kind: String,
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
}

/// What a durable event says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventBody {
    /// What the teacher wrote, masked. Sent on replay only: live, she sees her own text and an `ack`.
    #[serde(rename = "user.message")]
    UserMessage { mid: String, text: String },
    #[serde(rename = "user.choice")]
    UserChoice { mid: String, value: String, label: String },
    /// How she can be called back, as she offered it. For the report's contact field alone:
    /// in no transcript, and gone with the conversation.
    #[serde(rename = "user.contact")]
    UserContact { contact: String },
    #[serde(rename = "user.feedback")]
    UserFeedback { mid: String, helped: bool, reasons: Vec<String>, note: Option<String> },
    #[serde(rename = "lang.set")]
    LangSet { lang: Lang },
    #[serde(rename = "bot.end")]
    BotEnd {
        mid: String,
        /// `mid` of the message that it answers.
        reply_to: String,
        lang: Lang,
        outcome: Outcome,
        blocks: Vec<WireBlock>,
        citations: Vec<Citation>,
        band: Band,
        choices: Vec<Choice>,
        ask_feedback: bool,
        /// What it was about, for the report: a problem's number and a device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        problem: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<DeviceType>,
        /// Why it ended so, by a fixed name: the rule of a danger, of a decline …
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// One step of a flow. The first paragraph of its blocks is what is to be done or answered.
    #[serde(rename = "flow.step")]
    FlowStep {
        mid: String,
        flow: String,
        step: String,
        /// Steps on the way so far, with this one; and on the longest way from here.
        number: u32,
        of: u32,
        lang: Lang,
        blocks: Vec<WireBlock>,
        citations: Vec<Citation>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<Image>,
        choices: Vec<Choice>,
        /// What the flow is about, for the report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        problem: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<DeviceType>,
    },
    #[serde(rename = "escalate.offer")]
    EscalateOffer {
        mid: String,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
        blocks: Vec<WireBlock>,
        choices: Vec<Choice>,
    },
    #[serde(rename = "ticket.form")]
    TicketForm {
        mid: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
        fields: Vec<FormField>,
        prefill: std::collections::BTreeMap<String, String>,
    },
    #[serde(rename = "ticket.created")]
    TicketCreated {
        number: String,
        code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
        who: String,
        when: String,
        blocks: Vec<WireBlock>,
    },
    #[serde(rename = "ticket.status")]
    TicketStatus {
        number: String,
        state: String,
        updated: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
        text: String,
    },
    #[serde(rename = "agent.message")]
    AgentMessage {
        mid: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
        blocks: Vec<WireBlock>,
    },
    #[serde(rename = "notice")]
    Notice {
        level: Level,
        /// BCP 47: also one that the product does not speak.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
        blocks: Vec<WireBlock>,
    },
}

/// A durable event of one conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Counted from 1 within the conversation, without gaps.
    pub seq: i64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub body: EventBody,
}

/// What is sent once and not kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum Fleeting {
    #[serde(rename = "bot.start")]
    BotStart { mid: String, lang: Lang },
    /// One checked sentence; `n` counts from 0.
    #[serde(rename = "bot.delta")]
    BotDelta {
        mid: String,
        n: u32,
        text: String,
        citations: Vec<Citation>,
        step: Option<u32>,
        /// Units of the cited passage that carry it.
        units: Vec<u32>,
    },
    /// Everything known so far of a reply that is still being written.
    #[serde(rename = "bot.snapshot")]
    BotSnapshot {
        mid: String,
        blocks: Vec<WireBlock>,
        citations: Vec<Citation>,
        /// These are sentences of the reply itself, which goes on behind them; else what is quoted meanwhile.
        worded: bool,
    },
}
