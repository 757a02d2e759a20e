//! `[server]` and `[limits]`: where it listens, who may open a chat, how much one may ask.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Origin under which browsers reach the server, where it is not the address
    /// that it listens on: `https://hilfe.example.de`.
    pub public_url: Option<String>,
    /// Further web origins whose pages may open a chat, for every school.
    pub origins: Vec<String>,
    /// Page on data protection, linked from the chat.
    pub privacy_url: Option<String>,
    /// Statement on accessibility, linked from the chat.
    pub accessibility_url: Option<String>,
    /// Token that opens `/metrics` from elsewhere than loopback.
    pub metrics_token: Option<String>,
    /// Longest time for requests under way at a stop, seconds.
    pub stop_seconds: u64,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            public_url: None,
            origins: Vec::new(),
            privacy_url: None,
            accessibility_url: None,
            metrics_token: None,
            stop_seconds: 20,
        }
    }
}

/// `[limits]`: a school is one public address, so limits are keyed by
/// conversation and by school, never by address alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Characters of one chat message.
    pub message_chars: usize,
    /// Bytes of one HTTP body or WebSocket message.
    pub body_bytes: usize,
    /// Messages a minute in one conversation, and how many at once.
    pub conversation_per_minute: u32,
    pub conversation_burst: u32,
    /// Messages a minute from one school, and how many at once.
    pub school_per_minute: u32,
    pub school_burst: u32,
    /// Reports an hour from one school.
    pub tickets_per_hour: u32,
    /// Chats open at the same time.
    pub open_chats: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            message_chars: 2_000,
            body_bytes: 16 * 1024,
            conversation_per_minute: 30,
            conversation_burst: 20,
            school_per_minute: 600,
            school_burst: 300,
            tickets_per_hour: 60,
            open_chats: 5_000,
        }
    }
}
