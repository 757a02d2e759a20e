//! Past tickets, `*.jsonl`: what was wrong and what helped. They hold personal
//! data: whoever reads them masks the fields of [`Resolution`] before
//! [`document`] or anything else sees them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize};

use super::{IngestError, Refusal, clean, lines::Lines, read::revision, toml_file::utf8};
use crate::domain::document::{Block, DeviceType, Document, Kind, Meta, Section};

const HINT: &str = "write one JSON object a line with the keys id, subject, description and resolution";

/// A closed ticket. Further keys of an export are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    pub id: String,
    #[serde(default)]
    pub subject: String,
    #[serde(default)]
    pub description: String,
    pub resolution: String,
    /// A device type (`projector`) or whatever the old system wrote.
    #[serde(default)]
    pub device: Option<String>,
    #[serde(default)]
    pub school: Option<String>,
    #[serde(default)]
    pub room: Option<String>,
    /// RFC 3339, or a date alone, which means its midnight in UTC.
    #[serde(default, deserialize_with = "moment")]
    pub closed_at: Option<Timestamp>,
    #[serde(default)]
    pub problems: Vec<String>,
}

fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)?.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let date = |text: &str| text.parse::<Date>().and_then(|day| day.to_zoned(TimeZone::UTC)).map(|at| at.timestamp());
    match text.trim().parse::<Timestamp>().or_else(|_| date(text.trim())) {
        Ok(at) => Ok(Some(at)),
        Err(_) => Err(serde::de::Error::custom(format_args!("closed_at {text:?} is no time as 2026-03-09T08:00:00Z"))),
    }
}

/// Reads the lines of one file. A line that cannot be read is refused as `path:LINE`,
/// the others are kept.
#[must_use]
pub fn read_resolutions(path: &str, bytes: &[u8]) -> (Vec<Resolution>, Vec<Refusal>) {
    let (mut read, mut refused) = (Vec::new(), Vec::new());
    let text = match utf8(bytes) {
        Ok(text) => text,
        Err(error) => return (read, vec![Refusal::new(path, &error)]),
    };
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        match one(line) {
            Ok(resolution) => read.push(resolution),
            Err(message) => {
                let error = IngestError::Entry { message, hint: HINT };
                refused.push(Refusal::new(format!("{path}:{number}"), &error));
            }
        }
    }
    (read, refused)
}

fn one(line: &str) -> Result<Resolution, String> {
    let mut read: Resolution = serde_json::from_str(line).map_err(|error| error.to_string())?;
    for text in [&mut read.id, &mut read.subject, &mut read.description, &mut read.resolution] {
        clean::characters(text).trim().clone_into(text);
    }
    if read.id.is_empty() {
        return Err("the id is empty".into());
    }
    if read.resolution.is_empty() {
        return Err("the resolution is empty: nothing can be learnt from it".into());
    }
    Ok(read)
}

/// Ids of the documents whose lines cannot be read now, as far as those lines still tell
/// an id. A line that tells none is gone: it cannot be known from one that was deleted.
#[must_use]
pub fn faulty(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().filter(|line| !line.trim().is_empty() && one(line).is_err());
    lines.filter_map(id_of).map(|id| format!("resolutions/{id}")).collect()
}

/// The value of `"id"` in what may be no JSON.
fn id_of(line: &str) -> Option<String> {
    if let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(line) {
        return Some(fields.get("id")?.as_str()?.trim().to_owned());
    }
    let (_, rest) = line.split_once("\"id\"")?;
    let quoted = rest.trim_start().strip_prefix(':')?.trim_start();
    let mut read = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
    Some(read.next()?.ok()?.trim().to_owned())
}

/// Whole lines that greet or take leave say nothing about the fault.
const COURTESIES: [&str; 22] = [
    "hallo",
    "hi",
    "moin",
    "servus",
    "guten tag",
    "guten morgen",
    "sehr geehrte",
    "liebe",
    "lieber",
    "mit freundlichen",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "schöne grüße",
    "gruß",
    "grüße",
    "mfg",
    "lg",
    "vg",
    "danke im voraus",
    "vielen dank im voraus",
];
/// A line of more words than this is no mere courtesy.
const COURTESY_WORDS: usize = 6;

fn without_courtesies(text: &str) -> String {
    let courtesy = |line: &str| {
        let lower = line.trim().to_lowercase();
        let begins =
            |with: &&&str| lower.strip_prefix(**with).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
        let words = lower.split_whitespace().count();
        words <= COURTESY_WORDS && COURTESIES.iter().find(begins).is_some() && !lower.ends_with(['.', '?', ':'])
    };
    let kept: Vec<&str> = text.lines().filter(|line| !courtesy(line)).collect();
    // What is all courtesy stays as it is.
    if kept.iter().all(|line| line.trim().is_empty()) { text.to_owned() } else { kept.join("\n") }
}

/// `AW: WG: Re:` before a subject.
fn without_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((prefix, after)) = rest.split_once(':') {
        if !matches!(prefix.trim().to_lowercase().as_str(), "aw" | "wg" | "re" | "fw" | "fwd" | "antw") {
            break;
        }
        rest = after.trim();
    }
    rest
}

/// The document of a (masked) resolution: id `resolutions/ID`, first the
/// description as one paragraph, then the resolution's own blocks.
#[must_use]
pub fn document(resolution: &Resolution) -> Document {
    let description = clean::line(&without_courtesies(&resolution.description));
    let mut blocks = Vec::new();
    if !description.is_empty() {
        blocks.push(Block::Paragraph { text: description.clone() });
    }
    blocks.extend(Lines::default().blocks(&without_courtesies(&resolution.resolution)));
    let subject = clean::line(without_prefixes(&resolution.subject));
    let device = resolution
        .device
        .as_ref()
        .and_then(|device| serde_json::from_value::<DeviceType>(serde_json::Value::String(device.to_lowercase())).ok());
    let meta = Meta { devices: device.into_iter().collect(), problems: resolution.problems.clone(), ..Meta::default() };
    Document {
        id: format!("resolutions/{}", resolution.id),
        title: if subject.is_empty() { description.chars().take(80).collect() } else { subject },
        kind: Kind::Resolution,
        meta,
        revision: revision(&[serde_json::to_string(resolution).unwrap_or_default().as_bytes()]),
        sections: vec![Section { heading: Vec::new(), page: None, blocks }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courtesies_and_prefixes_are_left_out() {
        let text = "Hallo [Name],\nder Beamer flackert.\nLiebe Klasse 7b meldet das auch so.\n\nViele Grüße\n[Name]";
        let kept = without_courtesies(text);
        assert_eq!(kept, "der Beamer flackert.\nLiebe Klasse 7b meldet das auch so.\n\n[Name]");
        assert_eq!(without_courtesies("Hallo"), "Hallo");
        assert_eq!(without_courtesies("Hinweis folgt"), "Hinweis folgt");
        assert_eq!(without_prefixes("AW: Re: Störung: Beamer"), "Störung: Beamer");
        assert_eq!(without_prefixes(""), "");
    }

    #[test]
    fn good_lines_are_read_and_others_refused_with_their_number() {
        let file = "{\"id\":\"1\",\"subject\":\"Beamer\",\"description\":\"Kein Bild.\",\"resolution\":\"1. Kabel\\n2. Quelle\",\"device\":\"projector\",\"closed_at\":\"2026-03-09\",\"problems\":[\"P01\"],\"queue\":7}\n\
            nein\n{\"id\":\"2\",\"resolution\":\" \"}\n{\"id\":\"3\",\"resolution\":\"x\",\"closed_at\":\"gestern\"}\n";
        let (read, refused) = read_resolutions("resolutions/a.jsonl", file.as_bytes());
        assert_eq!(read[0].closed_at.unwrap().to_string(), "2026-03-09T00:00:00Z");
        let paths: Vec<&str> = refused.iter().map(|refusal| refusal.path.as_str()).collect();
        assert_eq!(paths, ["resolutions/a.jsonl:2", "resolutions/a.jsonl:3", "resolutions/a.jsonl:4"]);
        let known = "{\"id\":\"4\",\"resolution\":\nkein Wort\n{\"resolution\":\"x\"}\n{\"a\":[\"id\"],\"id\" : \"5\\u0041\",,}";
        assert_eq!(faulty(file.as_bytes()), ["resolutions/2", "resolutions/3"]);
        assert_eq!(faulty(known.as_bytes()), ["resolutions/4"], "the key, not any text");
        let document = document(&read[0]);
        assert_eq!((document.id.as_str(), document.title.as_str()), ("resolutions/1", "Beamer"));
        assert_eq!(document.meta.devices, [DeviceType::Projector]);
        assert_eq!(document.sections[0].blocks.len(), 3);
        assert_eq!(document.sections[0].blocks[2], Block::Step { number: 2, text: "Quelle".into() });
    }
}
