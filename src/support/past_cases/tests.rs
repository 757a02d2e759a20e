//! Batches of past cases.
