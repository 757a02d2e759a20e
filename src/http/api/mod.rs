//! The JSON interface for programs (`/api/v1`).

pub(super) mod ask;
pub(super) mod hooks;
pub(super) mod search;
pub(super) mod tickets;
