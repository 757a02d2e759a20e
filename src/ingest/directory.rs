//! `schools.toml` to the school directory, checked as a whole.

use super::{IngestError, toml_file};
use crate::domain::school::Directory;

const HINT: &str = "compare with `knowledge/demo/schools.toml`";
/// Faults shown at once.
const SHOWN: usize = 5;

/// Reads and checks a directory.
///
/// # Errors
/// [`IngestError::Line`] for what cannot be read, [`IngestError::Entry`] for doubled
/// ids, references to what is not there and the like (the first five, and how many more).
pub fn read_directory(bytes: &[u8]) -> Result<Directory, IngestError> {
    let directory: Directory = toml_file::parse(bytes, HINT)?;
    let faults = directory.check();
    if faults.is_empty() {
        return Ok(directory);
    }
    let shown = faults.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    let message = match faults.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{shown}; and {more} more"),
        _ => shown,
    };
    Err(IngestError::Entry { message, hint: HINT })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_line_or_entry() {
        let good = "[authority]\nname = 'A'\n[[school]]\nid = 'gs'\nname = 'GS'\n";
        assert_eq!(read_directory(good.as_bytes()).unwrap().schools.len(), 1);
        let message = |text: &str| read_directory(text.as_bytes()).unwrap_err().to_string();
        assert!(message("[authority]\nnam = 'A'\n").contains("line 2"));
        assert!(message("[authority]\n\nname = \n").contains("line 3"));
        let unknown = format!("{good}[[room]]\ncode = 'r1'\nschool = 'nirgends'\nname = '1'\n");
        assert!(message(&unknown).contains("unknown school \"nirgends\""), "{}", message(&unknown));
        assert!(matches!(read_directory(b"[authority]\n\xff"), Err(IngestError::NotUtf8 { line: 2 })));
    }
}
