//! `[privacy]`: how long what is kept.

use serde::{Deserialize, Serialize};

/// `[privacy]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Days a chat is kept after its last message.
    pub chat_days: u32,
    /// Days after closure until what concerns a person leaves a ticket.
    pub ticket_days: u32,
}

impl Default for PrivacyConfig {
    fn default() -> Self {
        Self { chat_days: 30, ticket_days: 90 }
    }
}
