//! Front matter: YAML between `---` lines at the head of a guide, or alone in
//! `NAME.meta.yaml`. Unknown keys and wrong values are refused with key and line.

use serde_saphyr::Error;

use super::{IngestError, clean};
use crate::domain::document::Meta;

/// Most problems one guide may name: more make it a guide for nothing.
const PROBLEMS: usize = 3;
/// Largest front matter, bytes.
const LARGEST: usize = 64 * 1024;
/// Longest id, characters.
const ID: usize = 200;

/// Splits a guide into YAML and body, or `None` without front matter.
///
/// # Errors
/// [`IngestError::FrontMatter`] if the closing `---` is missing.
pub(super) fn split(text: &str) -> Result<Option<(&str, &str)>, IngestError> {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("--- \n")) else { return Ok(None) };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Ok(Some((&rest[..at], &rest[at + line.len()..])));
        }
        at += line.len();
    }
    Err(IngestError::FrontMatter { line: 1, message: "is not closed by a line `---`".into() })
}

/// Reads the YAML, which begins after `before` lines of its file.
///
/// # Errors
/// [`IngestError::FrontMatter`] for YAML that cannot be read, an unknown key or a wrong value.
pub(super) fn parse(yaml: &str, before: usize) -> Result<Meta, IngestError> {
    if yaml.len() > LARGEST {
        return Err(IngestError::FrontMatter { line: 1 + before, message: format!("is larger than {LARGEST} bytes") });
    }
    let blank = yaml.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let mut meta: Meta = if blank {
        Meta::default()
    } else {
        serde_saphyr::from_str(yaml).map_err(|error| fault(&error, yaml, before))?
    };
    tidy(&mut meta);
    if meta.schools.is_empty()
        && let Some(line) = yaml.lines().position(|line| key_of(line) == Some("schools"))
    {
        let message = "`schools` names none; leave the key out where all may see it".into();
        return Err(IngestError::FrontMatter { line: line + 1 + before, message });
    }
    match check(&meta) {
        Some((key, message)) => {
            let begins = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
            let line = yaml.lines().position(begins).unwrap_or_default() + 1 + before;
            Err(IngestError::FrontMatter { line, message: format!("`{key}` {message}") })
        }
        None => Ok(meta),
    }
}

fn fault(error: &Error, yaml: &str, before: usize) -> IngestError {
    let line = error.location().and_then(|location| usize::try_from(location.line()).ok()).unwrap_or(1);
    let message = error.without_snippet().to_string();
    // The place is said once, counted in the whole file; options of the parser are nobody's business.
    let end =
        [" at line ", ", set Duplicate"].iter().filter_map(|cut| message.find(cut)).min().unwrap_or(message.len());
    let message = clean::line(&message[..end]);
    let key = yaml.lines().take(line).filter_map(key_of).last();
    let message = match key {
        Some(key) if !message.contains(key) => format!("`{key}`: {message}"),
        _ => message,
    };
    IngestError::FrontMatter { line: line + before, message }
}

/// The key that a line begins with, if it does.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    (!key.is_empty() && key.chars().all(|ch| ch.is_alphanumeric() || ch == '_')).then_some(key)
}

/// Whether lines between two `---` at the head of a plain text are meant as front matter:
/// keys and what belongs to them, and nothing else.
pub(super) fn looks_like_one(yaml: &str) -> bool {
    let part = |line: &str| {
        line.trim().is_empty() || key_of(line).is_some() || line.starts_with([' ', '#']) || line.starts_with("- ")
    };
    yaml.lines().any(|line| key_of(line).is_some()) && yaml.lines().all(part)
}

fn tidy(meta: &mut Meta) {
    let one = |text: &mut Option<String>| *text = text.take().map(|text| clean::line(&text));
    for text in [&mut meta.id, &mut meta.title, &mut meta.translation_of, &mut meta.owner] {
        one(text);
    }
    meta.owner = meta.owner.take().filter(|owner| !owner.is_empty());
    for list in [&mut meta.models, &mut meta.platforms, &mut meta.problems, &mut meta.schools] {
        for text in list.iter_mut() {
            *text = clean::line(text);
        }
    }
}

/// The key at fault and what is wrong with it.
fn check(meta: &Meta) -> Option<(&'static str, String)> {
    if meta.problems.len() > PROBLEMS {
        return Some(("problems", format!("names {} problems, at most {PROBLEMS} are allowed", meta.problems.len())));
    }
    if let Some(problem) = meta.problems.iter().find(|problem| !is_problem(problem)) {
        return Some(("problems", format!("names {problem:?}; write P and two digits, or an id of your own")));
    }
    if meta.title.as_deref() == Some("") {
        return Some(("title", "is empty".into()));
    }
    if let Some(id) = meta.id.as_deref().filter(|id| !is_id(id)) {
        return Some(("id", format!("is {id:?}; use letters, digits, `-`, `_`, `.` and `/`, at most {ID}")));
    }
    for (key, list) in [("models", &meta.models), ("platforms", &meta.platforms), ("schools", &meta.schools)] {
        if list.iter().any(String::is_empty) {
            return Some((key, "has an empty entry".into()));
        }
    }
    None
}

/// `P` and two digits, or an authority's own id: letters, digits and `-`, beginning with a letter.
fn is_problem(id: &str) -> bool {
    let own = id.starts_with(|ch: char| ch.is_ascii_alphabetic())
        && id.len() <= 32
        && id.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '-');
    let numbered =
        id.strip_prefix(['P', 'p']).filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    own && numbered.is_none_or(|digits| digits.len() == 2 && id.starts_with('P'))
}

fn is_id(id: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.');
    id.chars().count() <= ID
        && id.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '-' | '_' | '.' | '/'))
        && id.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{DeviceType, Onsite};

    fn refused(yaml: &str) -> String {
        parse(yaml, 1).unwrap_err().to_string()
    }

    #[test]
    fn all_keys_are_read() {
        let yaml = "id: beamer\ntitle: Kein  Bild\nlang: en\ndevices: [projector, ipad]\nproblems: [P01, MS-7]\n\
            onsite: try-then-onsite\naudience: staff\nschools: [gs-nord]\nreviewed: 2026-10-01\nmodels: [\"Epson EB-1\"]\n";
        let meta = parse(yaml, 0).unwrap();
        assert_eq!(meta.title.as_deref(), Some("Kein Bild"));
        assert_eq!(meta.devices, [DeviceType::Projector, DeviceType::Ipad]);
        assert_eq!(meta.onsite, Some(Onsite::TryThenOnsite));
        assert_eq!(meta.reviewed.unwrap().to_string(), "2026-10-01");
        assert_eq!(parse("# nichts\n", 0).unwrap(), Meta::default());
    }

    #[test]
    fn faults_name_key_and_line() {
        for (yaml, parts) in [
            ("title: a\ndevises: [board]\n", ["line 3", "devises"]),
            ("title: a\n\ndevices: [beamer]\n", ["line 4", "beamer"]),
            ("title: a\nproblems: [P01, P02, P03, P04]\n", ["line 3", "at most 3"]),
            ("problems: [P1]\n", ["line 2", "P1"]),
            ("title: ''\n", ["line 2", "`title` is empty"]),
            ("id: a b\n", ["line 2", "\"a b\""]),
            ("id: ../a\n", ["line 2", "`id`"]),
            ("title: a\nreviewed: morgen\n", ["line 3", "`reviewed`"]),
            ("title: [a\n", ["line", "hint:"]),
            ("title: a\ntitle: b\n", ["line 3", "title"]),
        ] {
            let message = refused(yaml);
            assert!(parts.iter().all(|part| message.contains(part)) && message.contains("hint:"), "{yaml}: {message}");
        }
    }

    #[test]
    fn alias_bombs_are_refused() {
        let mut yaml = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..10 {
            let one = format!("*a{},", level - 1).repeat(10);
            yaml = format!("{yaml}a{level}: &a{level} [{one}]\n");
        }
        assert!(refused(&yaml).contains("front matter"));
        assert!(refused(&"[".repeat(100_000)).contains("front matter"));
    }

    #[test]
    fn the_body_begins_after_the_second_mark() {
        assert_eq!(split("---\ntitle: a\n---\n\nText").unwrap(), Some(("title: a\n", "\nText")));
        assert_eq!(split("Text\n---\n").unwrap(), None);
        assert!(split("---\ntitle: a\n").is_err());
    }
}
