//! Bytes to documents, documents to chunks.
