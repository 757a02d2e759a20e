//! The product itself.
