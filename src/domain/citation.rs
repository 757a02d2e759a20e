//! Sentences of an answer and the passages that carry them.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::document::Passage;

/// One sentence (or one whole step) of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub text: String,
    /// Numbers of [`Citation`]s, counted from 1.
    pub citations: Vec<u32>,
    /// Number of the step in its guide, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// Units of the cited passage that carry this very sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<u32>,
}

/// Where a sentence comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    pub n: u32,
    pub document: String,
    pub chunk: String,
    pub revision: String,
    pub title: String,
    pub heading: String,
    pub page: Option<u32>,
    /// The source's own words.
    pub quote: String,
    /// Where in `quote` each unit stands: its index, begin and end, counted in UTF-16 as browsers do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<(u32, u32, u32)>,
    /// Path of the passage's page, the quoted units marked.
    pub url: String,
}

impl Citation {
    /// Cites units of a passage; `n` is the number shown to the reader.
    #[must_use]
    pub fn new(n: u32, passage: &Passage, units: &[u32]) -> Self {
        let (mut quote, mut at) = (String::new(), Vec::new());
        for unit in passage.chunk.units().iter().filter(|unit| units.contains(&unit.index)) {
            if !quote.is_empty() {
                // Steps stand on lines of their own.
                quote.push(if unit.step.is_some() { '\n' } else { ' ' });
            }
            let begin = utf16(&quote);
            quote.push_str(unit.text);
            at.push((unit.index, begin, utf16(&quote)));
        }
        Self {
            n,
            document: passage.document.clone(),
            chunk: passage.chunk.number.to_string(),
            revision: passage.revision.clone(),
            title: passage.title.clone(),
            heading: passage.chunk.heading_line(),
            page: passage.chunk.page,
            quote,
            units: at,
            url: passage_url(passage, units),
        }
    }
}

fn utf16(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Path of a passage's page, relative to the server's root.
#[must_use]
pub fn passage_url(passage: &Passage, units: &[u32]) -> String {
    let mut url = format!(
        "/api/v1/passages/{}/{}?revision={}",
        escape_segment(&passage.document),
        passage.chunk.number,
        passage.revision
    );
    if !units.is_empty() {
        let marks: Vec<String> = units.iter().map(ToString::to_string).collect();
        url.push_str("&mark=");
        url.push_str(&marks.join(","));
    }
    if let Some(school) = &passage.school {
        url.push_str("&school=");
        url.push_str(&escape_segment(school));
    }
    url
}

/// Percent-encodes all but unreserved characters (RFC 3986), `/` included.
#[must_use]
pub fn escape_segment(segment: &str) -> String {
    let mut escaped = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
