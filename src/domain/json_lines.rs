//! JSON Lines from bytes: one object a line, empty lines skipped, a byte order mark allowed.
//! The first line that is wrong ends the reading, with its number and what would be right:
//! what is silently left out is missed by nobody.

use serde::de::DeserializeOwned;

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    #[error("is not valid UTF-8 in line {line}\nhint: save it with the encoding UTF-8")]
    NotUtf8 { line: usize },
    #[error("line {line}: {message}\nhint: {hint}")]
    Line { line: usize, message: String, hint: &'static str },
}

/// Reads a whole file. `take` gets each line as `T` and as it stands, and makes of it what is
/// wanted, or says what is wrong with it.
///
/// # Errors
/// [`LineError::NotUtf8`], or [`LineError::Line`] with `hint` for what JSON, `T` or `take` refuses.
pub fn json_lines<T: DeserializeOwned, U>(
    bytes: &[u8],
    hint: &'static str,
    mut take: impl FnMut(T, &str) -> Result<U, String>,
) -> Result<Vec<U>, LineError> {
    let mut all = Vec::new();
    for (line, content) in (1..).zip(utf8(bytes)?.lines()).filter(|(_, content)| !content.trim().is_empty()) {
        let fault = |message: String| LineError::Line { line, message, hint };
        let read: T = serde_json::from_str(content).map_err(|error| fault(plain(&error)))?;
        all.push(take(read, content).map_err(fault)?);
    }
    Ok(all)
}

/// Text without a byte order mark.
///
/// # Errors
/// [`LineError::NotUtf8`], with the line of the first byte that is none.
pub fn utf8(bytes: &[u8]) -> Result<&str, LineError> {
    let text = std::str::from_utf8(bytes).map_err(|error| LineError::NotUtf8 {
        line: bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count(),
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// The parser counts lines within what it was given, which is one line.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", ", column ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> Result<Vec<u8>, LineError> {
        json_lines(
            bytes,
            "write numbers",
            |number: u8, _| {
                if number == 7 { Err("seven is none".into()) } else { Ok(number + 1) }
            },
        )
    }

    #[test]
    fn a_line_is_one_value() {
        assert_eq!(numbers(b"\xEF\xBB\xBF1\r\n\n 2 \n"), Ok(vec![2, 3]));
        assert_eq!(numbers(b""), Ok(vec![]));
    }

    #[test]
    fn a_fault_names_its_line_and_what_would_be_right() {
        for (file, part) in [("1\n\n7", "line 3: seven"), ("1\n2 3", "line 2: trailing"), ("x", "line 1: expected")] {
            let message = numbers(file.as_bytes()).unwrap_err().to_string();
            assert!(message.contains(part) && message.ends_with("hint: write numbers"), "{message}");
            assert!(!message.contains("at line 1"), "{message}");
        }
        assert_eq!(numbers(b"1\n\xff"), Err(LineError::NotUtf8 { line: 2 }));
    }
}
