//! The school directory out of files: one `schools.toml` with everything, or CSV
//! tables that each replace one list of it (schools, sites, managers, rounds, rooms,
//! devices), or both. Everything is read and checked before anything is given out;
//! what is wrong is told with file, line and column, twenty at once.

mod columns;
mod faults;
mod merge;
mod quotes;
mod rows;
mod table;
mod toml;
mod values;

pub use self::faults::{Faults, Placed};
use super::IngestError;
use crate::domain::school::Directory;

/// A file, as read.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// For messages; its ending tells TOML from CSV.
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub directory: Directory,
    /// Columns that were not used, and the like: no faults, but worth a look.
    pub notes: Vec<String>,
}

/// Reads and checks a directory in TOML.
///
/// # Errors
/// [`IngestError::Directory`] with up to twenty faults and their lines.
pub fn read_directory(bytes: &[u8]) -> Result<Directory, IngestError> {
    Ok(read_files(&[Input { name: "schools.toml", bytes }], None, None)?.directory)
}

/// Reads files into one directory. A TOML file is the whole directory; each CSV table
/// replaces its list in it, or in the `present` directory where there is no TOML file.
/// Of `school` only, rooms and devices are replaced and the rest stays.
///
/// What hung on an entry that is gone (rooms of a school, devices of a room) goes with
/// it, where no file says otherwise. A column that a table does not have leaves what is
/// there, for all lists whose entries have an id.
///
/// # Errors
/// Everything that is wrong; twenty are shown.
pub fn read_files(files: &[Input<'_>], present: Option<&Directory>, school: Option<&str>) -> Result<Read, Faults> {
    merge::read(files, present, school)
}

#[cfg(test)]
mod tests;
