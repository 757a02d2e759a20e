//! Everything in a file that is not what its type wants: the first fault is noted and
//! taken out, the file read again, until nothing is wrong any more or nothing can be
//! taken out. What is no TOML at all is told as far as it can be parsed.

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, Error, ValueDeserializer},
};

/// A file as far as it can be read.
pub(super) struct Read<T> {
    /// What is left of it; `None` where too little is for judging it as a whole.
    pub(super) value: Option<T>,
    /// Byte and message of each fault, in the order of the file.
    pub(super) faults: Vec<(usize, String)>,
}

/// Reads a file; a value under one of the `optional` keys may be missing without making
/// anything else wrong.
pub(super) fn read<T: DeserializeOwned>(text: &str, optional: &[&str]) -> Read<T> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Read { value: None, faults: errors.iter().map(placed).collect() };
    }
    let span = table.span();
    let mut root = DeValue::Table(table.into_inner());
    let (mut faults, mut removed, mut whole) = (Vec::new(), Vec::new(), true);
    loop {
        let value = ValueDeserializer::from(Spanned::new(span.clone(), root.clone()));
        let error = match T::deserialize(value) {
            Ok(value) => return Read { value: whole.then_some(value), faults: sorted(faults) },
            Err(error) => error,
        };
        // What was taken out for a fault of its own is not missing as well.
        let known = removed.iter().position(|key| error.message() == format!("missing field `{key}`"));
        match known {
            Some(at) => drop(removed.swap_remove(at)),
            None => faults.push(placed(&error)),
        }
        if faults.len() >= MOST {
            return Read { value: None, faults: sorted(faults) };
        }
        let at = error.span().map(|span| span.start);
        let Some(key) = at.and_then(|at| remove(&mut root, at)) else {
            return Read { value: None, faults: sorted(faults) };
        };
        let unknown = error.message().starts_with("unknown field");
        whole &= known.is_none() && (unknown || optional.contains(&key.as_str()));
        removed.extend((!unknown).then_some(key));
    }
}

/// Faults after which the rest is not looked for: each costs a reading of the whole file.
const MOST: usize = 50;

fn placed(error: &Error) -> (usize, String) {
    (error.span().map_or(0, |span| span.start), error.message().replace('\n', " "))
}

fn sorted(mut faults: Vec<(usize, String)>) -> Vec<(usize, String)> {
    faults.sort();
    faults
}

/// Takes out the innermost entry that stands at `at`; the key that it stood under. Tables
/// under headings do not span what is in them, so all of them are looked into.
fn remove(value: &mut DeValue<'_>, at: usize) -> Option<String> {
    match value {
        DeValue::Table(table) => {
            for (key, child) in table.iter_mut() {
                if let Some(found) = remove(child.get_mut(), at) {
                    return Some(if found.is_empty() { key.get_ref().to_string() } else { found });
                }
            }
            let here = |(key, child): &(&Spanned<_>, &Spanned<DeValue<'_>>)| {
                key.span().contains(&at) || child.span().contains(&at)
            };
            let key = table.iter().find(here).map(|(key, _)| key.get_ref().to_string())?;
            table.remove(key.as_str()).map(|_| key)
        }
        DeValue::Array(items) => {
            if let Some(found) = items.iter_mut().find_map(|item| remove(item.get_mut(), at)) {
                return Some(found);
            }
            let here = items.iter().position(|item| item.span().contains(&at))?;
            let mut left = DeArray::new();
            let kept = items.iter().enumerate().filter(|(n, _)| *n != here);
            kept.for_each(|(_, item)| left.push(item.clone()));
            *items = left;
            Some(String::new())
        }
        _ => None,
    }
}
