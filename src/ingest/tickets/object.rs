//! One object of JSON to a raw case. Keys are recognised as columns are; objects
//! within objects are looked into. Where a ticket lists its messages (`articles`), the
//! first is the description and what the helpdesk answered publicly is the resolution.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    Entry, LONGEST_FIELD, RawCase, Skipped, Understood,
    columns::{self, Field, Holds, Mapping},
    dates, text,
};
use crate::{
    domain::reply,
    ingest::{Extractor, IngestError},
};

/// Objects within objects.
const DEEPEST: usize = 4;
const MESSAGES: [&str; 6] = ["articles", "comments", "messages", "conversations", "replies", "posts"];

/// What keys hold, asked once for each.
pub(super) struct Names<'a> {
    map: &'a [Mapping],
    known: BTreeMap<String, Holds>,
    /// Some ticket lists its messages.
    messages: bool,
}

impl<'a> Names<'a> {
    pub(super) fn new(map: &'a [Mapping]) -> Self {
        Self { map, known: BTreeMap::new(), messages: false }
    }

    fn holds(&mut self, key: &str) -> Holds {
        if let Some(holds) = self.known.get(key) {
            return *holds;
        }
        let holds = columns::holds(key, self.map);
        // Keys without end are no columns.
        if self.known.len() < 1000 {
            self.known.insert(key.to_owned(), holds);
        }
        holds
    }

    fn listed(&self) -> String {
        self.known.keys().take(40).map(String::as_str).collect::<Vec<_>>().join(" · ")
    }

    pub(super) fn report(self, understood: &mut Understood) -> Result<(), IngestError> {
        for mapping in self.map {
            if !self.known.keys().any(|key| columns::fold(key) == columns::fold(&mapping.column)) {
                let message = format!("has no key {:?}; its keys: {}", mapping.column, self.listed());
                return Err(IngestError::Entry { message, hint: "name one of these with --map FIELD=KEY" });
            }
        }
        let solved = |holds: &Holds| matches!(holds, Holds::Field(Field::Resolution, _));
        if !self.known.is_empty() && !self.messages && !self.known.values().any(solved) {
            let message = format!("no key says what solved the problem; its keys: {}", self.listed());
            return Err(IngestError::Entry { message, hint: "name its key, for example: --map resolution=KEY" });
        }
        *understood = Understood { format: understood.format, ..Understood::default() };
        for (key, holds) in self.known {
            match holds {
                Holds::Field(field, _) => understood.columns.push((field.name(), key)),
                Holds::Person => understood.persons.push(key),
                Holds::Unknown => understood.dropped.push(key),
            }
        }
        Ok(())
    }
}

/// What was found in one object.
#[derive(Default)]
struct Found {
    /// By field: the rank of its key, and its value.
    fields: [Option<(usize, String)>; 9],
    persons: Vec<String>,
    messages: Vec<Message>,
}

struct Message {
    text: String,
    /// The helpdesk's, as far as that is said.
    agent: Option<bool>,
    from: String,
}

pub(super) fn case(object: &Map<String, Value>, number: u64, names: &mut Names<'_>, extractor: &Extractor) -> Entry {
    let mut found = Found::default();
    look(object, 0, names, extractor, &mut found);
    let asked = found.messages.first().map(|message| (message.agent, message.from.clone()));
    let answers: Vec<&str> = found
        .messages
        .iter()
        .skip(1)
        .filter(|message| {
            message.agent.unwrap_or_else(|| asked.as_ref().is_some_and(|(_, from)| *from != message.from))
        })
        .map(|message| message.text.as_str())
        .collect();
    let answers = answers.join("\n\n");
    let mut field = |field: Field| found.fields[field as usize].take().map(|(_, value)| value).unwrap_or_default();
    let mut raw = RawCase {
        line: number,
        id: text::plain(&field(Field::Id)),
        subject: text::field(&field(Field::Subject), extractor),
        description: text::field(&field(Field::Description), extractor),
        resolution: text::field(&field(Field::Resolution), extractor),
        device: Some(text::plain(&field(Field::Device))).filter(|value| !value.is_empty()),
        school: Some(text::plain(&field(Field::School))).filter(|value| !value.is_empty()),
        room: Some(text::plain(&field(Field::Room))).filter(|value| !value.is_empty()),
        closed_at: dates::moment(&field(Field::ClosedAt)),
        problems: columns::problems(&field(Field::Problems)),
        persons: found.persons,
    };
    if raw.description.is_empty() {
        raw.description = found.messages.first().map(|message| message.text.clone()).unwrap_or_default();
    }
    if raw.resolution.is_empty() {
        raw.resolution = answers;
    }
    let long = [&raw.id, &raw.subject, &raw.description, &raw.resolution];
    if long.iter().any(|text| text.chars().nth(LONGEST_FIELD).is_some()) {
        return Err(Skipped::new(number, format!("has a field of more than {LONGEST_FIELD} characters")));
    }
    Ok(raw)
}

fn look(object: &Map<String, Value>, depth: usize, names: &mut Names<'_>, extractor: &Extractor, found: &mut Found) {
    for (key, value) in object {
        if let (Value::Array(items), true) = (value, MESSAGES.contains(&key.to_lowercase().as_str())) {
            names.messages = true;
            for item in items.iter().filter_map(Value::as_object) {
                found.messages.extend(message(item, names, extractor, &mut found.persons));
            }
            continue;
        }
        match (names.holds(key), value) {
            (Holds::Person, value) => strings(value, &mut found.persons),
            (Holds::Field(field, rank), value) => {
                // What stands further out is surer.
                let rank = rank + depth * 100;
                let slot = &mut found.fields[field as usize];
                if slot.as_ref().is_none_or(|(known, _)| rank < *known)
                    && let Some(value) = named(value)
                {
                    *slot = Some((rank, value));
                }
            }
            (Holds::Unknown, Value::Object(inner)) if depth < DEEPEST => {
                look(inner, depth + 1, names, extractor, found);
            }
            (Holds::Unknown, _) => {}
        }
    }
}

/// One public message of a ticket; its persons are noted in any case.
fn message(
    item: &Map<String, Value>,
    names: &mut Names<'_>,
    extractor: &Extractor,
    persons: &mut Vec<String>,
) -> Option<Message> {
    let mut from = String::new();
    for (key, value) in item {
        if names.holds(key) == Holds::Person || columns::fold(key) == "from" {
            let known = persons.len();
            strings(value, persons);
            if from.is_empty() {
                from = persons[known..].join(" ");
            }
        }
    }
    let text_of = |keys: &[&str]| keys.iter().find_map(|key| item.get(*key)?.as_str());
    let sender = text_of(&["sender", "sender_type", "author_type"]).map(str::to_lowercase);
    if item.get("internal").and_then(Value::as_bool) == Some(true)
        || item.get("public").and_then(Value::as_bool) == Some(false)
        || sender.as_deref() == Some("system")
    {
        return None;
    }
    let body = text::field(text_of(&["body", "text", "content", "comment", "message"])?, extractor);
    let text = reply::own(&body);
    (!text.is_empty()).then(|| Message {
        text,
        agent: sender.map(|sender| sender == "agent" || sender == "staff"),
        from,
    })
}

/// All texts and numbers below a value.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(value) => into.push(text::plain(value)),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(fields) => {
            // The parts of a name stand beside each other.
            let part = |key: &str| fields.get(key).and_then(Value::as_str);
            if let (Some(first), Some(last)) = (part("firstname"), part("lastname")) {
                into.push(text::plain(&format!("{first} {last}")));
            }
            fields.values().for_each(|field| strings(field, into));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// The text of a field: itself, or what an object calls its name.
fn named(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => ["name", "display", "displayName", "display_value", "title", "value", "text"]
            .iter()
            .find_map(|key| fields.get(*key)?.as_str().map(str::to_owned)),
        Value::Null | Value::Bool(_) => None,
    }
    .filter(|text| !text.trim().is_empty())
}
