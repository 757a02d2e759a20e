//! TOML from bytes; a fault names its line.

use serde::de::DeserializeOwned;

use super::IngestError;
use crate::domain::json_lines;

/// Reads a whole file into `T`.
///
/// # Errors
/// [`IngestError::NotUtf8`], or [`IngestError::Line`] with `hint` for what TOML or `T` refuses.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], hint: &'static str) -> Result<T, IngestError> {
    let text = utf8(bytes)?;
    toml::from_str(text).map_err(|error| IngestError::Line {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        message: error.message().replace('\n', " "),
        hint,
    })
}

/// Text without a byte order mark.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, IngestError> {
    Ok(json_lines::utf8(bytes)?)
}

/// Line of a byte offset, counted from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
