//! TOML from bytes; a fault names its line.

use serde::de::DeserializeOwned;

use super::IngestError;

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
    let text = std::str::from_utf8(bytes).map_err(|error| IngestError::NotUtf8 {
        line: bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count(),
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Line of a byte offset, counted from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
