//! What Zammad's API says, as far as we listen (`expand=true`: names instead of numbers).

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub id: u64,
    #[serde(default)]
    pub login: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ticket {
    #[serde(default)]
    pub id: u64,
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub state: String,
    pub updated_at: Option<Timestamp>,
    #[serde(default)]
    pub updated_by_id: u64,
    /// Attributes of the authority's own.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Ticket {
    /// An attribute that is text.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        if name == "number" {
            return Some(&self.number);
        }
        self.rest.get(name)?.as_str()
    }
}

/// What a ticket is linked with; of one that was merged, the other one is its parent.
#[derive(Debug, Deserialize)]
pub(super) struct Links {
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Link {
    #[serde(rename = "link_type", default)]
    pub kind: String,
    #[serde(rename = "link_object", default)]
    pub object: String,
    #[serde(rename = "link_object_value", default)]
    pub id: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Article {
    #[serde(default)]
    pub id: u64,
    pub subject: Option<String>,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub content_type: String,
    #[serde(default)]
    pub internal: bool,
    /// `Jo Muster <jo@amt.example>`
    #[serde(default)]
    pub from: Option<String>,
    /// `Agent`, `Customer` or `System`.
    #[serde(default)]
    pub sender: String,
    #[serde(default)]
    pub created_by_id: u64,
    pub created_at: Option<Timestamp>,
}
