//! The only place that knows tantivy.
