//! What Request Tracker's REST 2 says, as far as we listen. Measured with 5.0.3: ids come as text or number.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// A list; `items` may be fewer than `per_page` though more follow: what may not be seen is left out afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    #[serde(default = "Vec::new")]
    pub items: Vec<T>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Version {
    #[serde(rename = "Version")]
    pub version: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Queue {
    #[serde(default)]
    pub ticket_custom_fields: Vec<CustomField>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CustomField {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub values: Vec<String>,
}

/// A user, a ticket or a queue that something names.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Named {
    #[serde(default, deserialize_with = "id")]
    pub id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Ticket {
    #[serde(rename = "id", default, deserialize_with = "id")]
    pub id: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub subject: Option<String>,
    #[serde(default)]
    pub custom_fields: Vec<CustomField>,
    #[serde(default)]
    pub requestor: Vec<Named>,
}

/// A ticket as a search gives it. One that was merged into another names that.
#[derive(Debug, Deserialize)]
pub(super) struct Hit {
    #[serde(default, deserialize_with = "id")]
    pub id: String,
    #[serde(rename = "EffectiveId", default, deserialize_with = "id")]
    pub effective: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Transaction {
    #[serde(rename = "id", deserialize_with = "number")]
    pub id: u64,
    #[serde(rename = "Type", default)]
    pub kind: String,
    /// Of a link: its kind.
    #[serde(default)]
    pub field: Option<String>,
    #[serde(default)]
    pub new_value: Option<String>,
    /// Of the ticket.
    #[serde(default, deserialize_with = "id")]
    pub object_id: String,
    #[serde(default)]
    pub creator: Creator,
    #[serde(default)]
    pub created: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Creator {
    #[serde(default, deserialize_with = "id")]
    pub id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attachment {
    #[serde(rename = "id", default, deserialize_with = "id")]
    pub id: String,
    #[serde(default)]
    pub subject: Option<String>,
    #[serde(default)]
    pub filename: Option<String>,
    #[serde(default)]
    pub content_type: Option<String>,
    /// Base64 where one attachment is asked for.
    #[serde(default)]
    pub content: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct User {
    /// 1 for staff, 0 for those who only write mails.
    #[serde(default, deserialize_with = "flag")]
    pub privileged: bool,
    #[serde(default)]
    pub real_name: Option<String>,
    #[serde(default)]
    pub email_address: Option<String>,
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(u64),
        /// A role or ticket expanded.
        Expanded(Named),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Id::deserialize(deserializer)? {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
        Id::Expanded(named) => named.id,
        Id::Other(_) => String::new(),
    })
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    id(deserializer)?.parse().map_err(serde::de::Error::custom)
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(id(deserializer)? == "1")
}

/// Whether a ticket's number is one: it goes into paths.
pub(super) fn is_number(reference: &str) -> bool {
    !reference.is_empty() && reference.len() <= 18 && reference.bytes().all(|byte| byte.is_ascii_digit())
}
