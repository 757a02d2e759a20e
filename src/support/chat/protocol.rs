//! What client and server say to each other (`CONTRACT.md`, Chat): every message
//! is one JSON object with `v` and `type`. Transports only carry these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    conversation::{Choice, Event, EventBody, Fleeting, WireBlock},
    lang::Lang,
};

/// Version of the protocol.
pub const VERSION: u8 = 1;

/// From the client.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type")]
pub enum Incoming {
    #[serde(rename = "hello")]
    Hello(Hello),
    #[serde(rename = "msg.send")]
    Send { cid: String, text: String },
    #[serde(rename = "choice.pick")]
    Pick {
        cid: String,
        #[serde(default)]
        mid: Option<String>,
        value: String,
        /// What stands in a half-filled form when it is cut short.
        #[serde(default)]
        fields: BTreeMap<String, Option<String>>,
    },
    #[serde(rename = "msg.stop")]
    Stop {
        #[serde(default)]
        cid: Option<String>,
        mid: String,
    },
    #[serde(rename = "feedback.give")]
    Feedback {
        cid: String,
        mid: String,
        helped: bool,
        #[serde(default)]
        reasons: Vec<String>,
        #[serde(default)]
        note: Option<String>,
    },
    #[serde(rename = "ticket.submit")]
    Submit {
        cid: String,
        #[serde(default)]
        fields: BTreeMap<String, Option<String>>,
        #[serde(default)]
        include_transcript: bool,
    },
    #[serde(rename = "ticket.preview")]
    Preview {
        cid: String,
        #[serde(default)]
        fields: BTreeMap<String, Option<String>>,
        #[serde(default)]
        include_transcript: bool,
    },
    #[serde(rename = "ticket.query")]
    Query { cid: String, number: String, code: String },
    #[serde(rename = "lang.set")]
    Lang { cid: String, lang: String },
    #[serde(rename = "conv.delete")]
    Delete { cid: String },
    #[serde(rename = "ping")]
    Ping,
}

/// The first message of a connection.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Hello {
    #[serde(default)]
    pub school: Option<String>,
    #[serde(default)]
    pub room: Option<String>,
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub resume: Option<Resume>,
}

impl Hello {
    /// The language in which to say why it is not taken.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang.as_deref().and_then(Lang::from_code).unwrap_or_default()
    }
}

/// Where a client wants to go on.
#[derive(Clone, Debug, Deserialize)]
pub struct Resume {
    pub conv: String,
    pub token: String,
    /// Last `seq` that it has.
    #[serde(default)]
    pub after: i64,
}

/// To the client.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outgoing {
    Direct(Direct),
    /// An event that she has, in another language: it replaces what stands there.
    Again {
        again: bool,
        #[serde(flatten)]
        body: Box<EventBody>,
    },
    Event(Event),
    Fleeting(Fleeting),
}

/// What the operator says for himself.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Texts {
    /// What the chat is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Address of the logo, below the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Brand colour, what is written on it and a soft shade, on light screens and on dark ones: six colours
    /// as `#8a1538`, with a blank between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Telephone of the helpdesk, for times without a connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessibility_url: Option<String>,
}

/// To one connection only, kept nowhere.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type")]
pub enum Direct {
    #[serde(rename = "welcome")]
    Welcome {
        conv: String,
        token: String,
        seq: i64,
        lang: &'static str,
        greeting: String,
        chips: Vec<Choice>,
        notices: Vec<WireBlock>,
        texts: Box<Texts>,
        /// For whoever keeps the page, in English; readers do not see it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<String>,
    },
    #[serde(rename = "ack")]
    Ack {
        cid: String,
        mid: String,
        seq: i64,
        /// What was stored, where something personal was masked.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    #[serde(rename = "error")]
    Error {
        code: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cid: Option<String>,
        /// Seconds after which it may be tried again.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
        text: String,
    },
    #[serde(rename = "ticket.preview")]
    Preview {
        cid: String,
        lang: &'static str,
        facts: Vec<Fact>,
        #[serde(skip_serializing_if = "Option::is_none")]
        transcript: Option<String>,
    },
    #[serde(rename = "pong")]
    Pong,
}

/// A line of a report, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Outgoing {
    /// What she has already, said in another language.
    #[must_use]
    pub fn again(body: EventBody) -> Self {
        Self::Again { again: true, body: Box::new(body) }
    }

    /// The message as sent, `v` included.
    #[must_use]
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Versioned<'a> {
            v: u8,
            #[serde(flatten)]
            message: &'a Outgoing,
        }
        // These types hold nothing that JSON cannot.
        serde_json::to_string(&Versioned { v: VERSION, message: self }).unwrap_or_default()
    }
}

/// Reads a client's message.
///
/// # Errors
/// What is wrong, without repeating any of the text.
pub fn read(json: &str) -> Result<Incoming, &'static str> {
    let value: serde_json::Value = serde_json::from_str(json).map_err(|_| "not valid JSON")?;
    match value.get("v").map(serde_json::Value::as_u64) {
        None | Some(Some(1)) => {}
        Some(_) => return Err("unknown protocol version; this server speaks v 1"),
    }
    serde_json::from_value(value).map_err(|_| "unknown type or missing field")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_carry_version_and_type() {
        let pong = Outgoing::Direct(Direct::Pong).json();
        assert_eq!(pong, r#"{"v":1,"type":"pong"}"#);
        assert!(matches!(read(r#"{"v":1,"type":"ping"}"#), Ok(Incoming::Ping)));
        assert!(matches!(read(r#"{"type":"msg.send","cid":"1","text":"x"}"#), Ok(Incoming::Send { .. })));
        for bad in ["", "[]", r#"{"v":2,"type":"ping"}"#, r#"{"v":1,"type":"nope"}"#, r#"{"v":1,"type":"msg.send"}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
