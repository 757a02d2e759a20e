//! `schools.toml`, with the place of everything in it. What can be read at once is;
//! where something cannot, the file is read again entry by entry, so that all its
//! faults are told and not only the first.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{
    super::toml_file::{line_of, utf8},
    faults::Placed,
};
use crate::domain::school::{Directory, Entry, Kind};

/// A file that is TOML, if not yet a usable directory.
pub(super) struct Toml<'a> {
    name: &'a str,
    text: &'a str,
    pub(super) directory: Directory,
    /// What could not be read.
    pub(super) faults: Vec<Placed>,
    /// Lists of which an entry could not be read: nobody can say what is unknown there.
    pub(super) incomplete: HashSet<Kind>,
    /// Where entries had to be left out: for each entry of a list, which one it is in the file.
    kept: Vec<(Kind, Vec<usize>)>,
}

/// Reads a file.
///
/// # Errors
/// What makes it no TOML at all.
pub(super) fn read<'a>(name: &'a str, bytes: &'a [u8]) -> Result<Toml<'a>, Vec<Placed>> {
    let text = utf8(bytes).map_err(|error| vec![Placed::of_file(name, error.to_string().replace('\n', "; "))])?;
    let mut read = Toml {
        name,
        text,
        directory: Directory::default(),
        faults: Vec::new(),
        incomplete: HashSet::new(),
        kept: Vec::new(),
    };
    match toml::from_str(text) {
        Ok(directory) => read.directory = directory,
        Err(first) => {
            let (table, errors) = DeTable::parse_recoverable(text);
            if !errors.is_empty() {
                return Err(errors.iter().map(|error| read.fault(error)).collect());
            }
            read.entries(table.into_inner());
            if read.faults.is_empty() {
                let first = read.fault(&first);
                read.faults.push(first);
            }
        }
    }
    Ok(read)
}

impl<'a> Toml<'a> {
    /// Entry by entry; what cannot be read is a fault.
    fn entries(&mut self, table: DeTable<'a>) {
        if !table.iter().any(|(key, _)| key.get_ref() == "authority") {
            self.faults.push(Placed::at(self.name, (1, 1), "there is no [authority] with the authority's name"));
        }
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "authority" => self.directory.authority = self.lenient(value).unwrap_or_default(),
                "manager" => self.directory.managers = self.list(Kind::Manager, value),
                "school" => self.directory.schools = self.list(Kind::School, value),
                "round" => self.directory.rounds = self.list(Kind::Round, value),
                "room" => self.directory.rooms = self.list(Kind::Room, value),
                "device" => self.directory.devices = self.list(Kind::Device, value),
                other => {
                    let message = format!(
                        "the key {other:?} is unknown; there are authority, manager, school, round, room, device"
                    );
                    self.faults.push(Placed::at(self.name, self.position(key.span().start), message));
                }
            }
        }
    }

    fn list<T: DeserializeOwned>(&mut self, kind: Kind, value: Spanned<DeValue<'a>>) -> Vec<T> {
        let at = value.span().start;
        let DeValue::Array(entries) = value.into_inner() else {
            let message = format!("`{0}` must be a list: begin each with [[{0}]]", kind.name());
            self.faults.push(Placed::at(self.name, self.position(at), message));
            self.incomplete.insert(kind);
            return Vec::new();
        };
        let (mut read, mut kept) = (Vec::new(), Vec::new());
        for (n, entry) in entries.into_iter().enumerate() {
            let before = self.faults.len();
            if let Some(entry) = self.lenient(entry) {
                read.push(entry);
                kept.push(n);
            } else {
                self.incomplete.insert(kind);
            }
            if kind == Kind::School && self.faults.len() > before {
                self.incomplete.insert(Kind::Site);
            }
        }
        self.kept.push((kind, kept));
        read
    }

    /// An entry without the keys that cannot be read; each of them is a fault.
    fn lenient<T: DeserializeOwned>(&mut self, mut entry: Spanned<DeValue<'a>>) -> Option<T> {
        let mut removed: Vec<String> = Vec::new();
        loop {
            let error = match T::deserialize(ValueDeserializer::from(entry.clone())) {
                Ok(read) => return Some(read),
                Err(error) => error,
            };
            // What was taken out for a fault of its own is not missing as well.
            if removed.iter().any(|key| error.message() == format!("missing field `{key}`")) {
                return None;
            }
            self.faults.push(self.fault(&error));
            let at = error.span()?.start;
            let DeValue::Table(table) = entry.get_mut() else { return None };
            let (key, _) = table.iter().find(|(key, value)| key.span().contains(&at) || value.span().contains(&at))?;
            let key = key.get_ref().to_string();
            table.remove(key.as_str())?;
            removed.push(key);
        }
    }

    fn fault(&self, error: &toml::de::Error) -> Placed {
        let at = error.span().map_or(0, |span| span.start);
        let line = self.text.lines().nth(line_of(self.text, at) - 1).unwrap_or_default().trim();
        let line: String = line.chars().take(80).collect();
        let message = format!("{}: {line}", error.message().replace('\n', ", "));
        Placed::at(self.name, self.position(at), message)
    }

    /// Line and column of a byte, in characters, counted from 1.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        (line_of(self.text, offset), String::from_utf8_lossy(&before[start..]).chars().count() + 1)
    }

    /// Says where the entries of faults stand. The file is read once more for it.
    pub(super) fn places(&self, faults: &[(Entry, &'static str, String)]) -> Vec<Placed> {
        let (table, _) = DeTable::parse_recoverable(self.text);
        let root = DeValue::Table(table.into_inner());
        let placed = |(entry, field, message): &(Entry, &'static str, String)| {
            let at = self.span(&root, *entry, field).map_or((1, 1), |at| self.position(at));
            Placed::at(self.name, at, message)
        };
        faults.iter().map(placed).collect()
    }

    fn span(&self, root: &DeValue<'_>, entry: Entry, field: &str) -> Option<usize> {
        let nth = |kind: Kind, n: usize| {
            let kept = self.kept.iter().find(|(of, _)| *of == kind).and_then(|(_, kept)| kept.get(n));
            root.get(kind.name())?.get_ref().get(*kept.unwrap_or(&n))
        };
        let found = match entry {
            Entry::Authority => root.get("authority"),
            Entry::Manager(n) => nth(Kind::Manager, n),
            Entry::School(n) => nth(Kind::School, n),
            Entry::Site(n, at) => nth(Kind::School, n)?.get_ref().get("site")?.get_ref().get(at),
            Entry::Round(n) => nth(Kind::Round, n),
            Entry::Room(n) => nth(Kind::Room, n),
            Entry::Device(n) => nth(Kind::Device, n),
        }?;
        Some(found.get_ref().get(field).unwrap_or(found).span().start)
    }
}
