//! The product itself.

pub mod redact;
