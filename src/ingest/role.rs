//! What a file of a knowledge folder is for, by its path alone: so the files that
//! are built in and those on disk are told apart in the same way.

use super::{
    IngestError,
    read::{Format, ending},
};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Guide(Format),
    /// Past tickets, `*.jsonl`.
    Resolutions,
    /// A file of `lexicon/`.
    Lexicon,
    /// A file of `flows/`.
    Flow,
    /// Of the invented authority: read only where demonstration is wanted.
    Demo,
}

/// The names under which front matter may stand beside a guide: `a.pdf.meta.yaml`, `a.meta.yaml`.
#[must_use]
pub fn meta_paths(path: &str) -> [String; 2] {
    let stem = path.strip_suffix(ending(path)).and_then(|stem| stem.strip_suffix('.')).unwrap_or(path);
    [format!("{path}.meta.yaml"), format!("{stem}.meta.yaml")]
}

/// What a file is for by its path alone; `None` = nothing to be read.
/// `ordered` says whether the folder has a `guides/`.
///
/// # Errors
/// [`IngestError::Format`] or [`IngestError::Entry`] for what somebody may have meant as a document.
pub fn role(path: &str, ordered: bool) -> Result<Option<Role>, IngestError> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_lowercase();
    if is_litter(path) || lower == "readme.md" || is_meta(&lower) {
        return Ok(None);
    }
    let folder = path.split_once('/').map_or("", |(folder, _)| folder);
    let ending = ending(path).to_lowercase();
    match (folder, ending.as_str()) {
        ("lexicon", "toml" | "txt") => return Ok(Some(Role::Lexicon)),
        ("flows", "toml") => return Ok(Some(Role::Flow)),
        ("demo", _) if ordered => return Ok(Some(Role::Demo)),
        ("resolutions", "jsonl") => return Ok(Some(Role::Resolutions)),
        // Learned from, never shown: no documents and no past cases.
        ("wordings", "jsonl") => return Ok(None),
        ("lexicon" | "flows" | "resolutions" | "wordings", _) if ordered => return Ok(None),
        (_, "jsonl") if !ordered => return Ok(Some(Role::Resolutions)),
        (_, "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "avif" | "bmp" | "heic" | "css" | "js") => {
            return Ok(None);
        }
        _ => {}
    }
    let Some(format) = Format::of(path) else {
        return Err(IngestError::format(&ending));
    };
    if ordered && folder != "guides" {
        let message = "stands beside `guides/`, where no guides are looked for".into();
        return Err(IngestError::Entry { message, hint: "move it to `guides/`" });
    }
    Ok(Some(Role::Guide(format)))
}

/// What editors, browsers and systems put beside documents for a while, and all that is
/// hidden: never a document, and never worth a word.
#[must_use]
pub fn is_litter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let endings = [".swp", ".swo", ".swx", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".lock"];
    path.split('/').any(|part| part.starts_with('.'))
        || name.starts_with("~$")
        || name.starts_with("~wrl")
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || endings.iter().any(|ending| name.ends_with(ending))
        // The last one is how vim finds out whether it may write.
        || matches!(name.as_str(), "thumbs.db" | "desktop.ini" | "4913")
}

pub(super) fn is_meta(name: &str) -> bool {
    name.ends_with(".meta.yaml") || name.ends_with(".meta.yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is_for() {
        for (path, ordered, expected) in [
            ("guides/a.md", true, Some(Role::Guide(Format::Markdown))),
            ("guides/README.md", true, None),
            ("guides/a.meta.yaml", true, None),
            ("demo/resolutions.jsonl", true, Some(Role::Demo)),
            ("lexicon/rules.toml", true, Some(Role::Lexicon)),
            ("flows/a.svg", true, None),
            ("wordings/ipad.jsonl", true, None),
            ("wordings/ipad.jsonl", false, None),
            ("wordings/notes.txt", true, None),
            (".git/a.md", false, None),
            ("a/b.HTM", false, Some(Role::Guide(Format::Html))),
            ("~$a.docx", false, None),
            ("guides/a.md.swp", true, None),
            ("guides/a.pdf.crdownload", true, None),
            ("guides/4913", true, None),
            ("guides/#a.md#", true, None),
            ("guides/.a.md.x7Kq2", true, None),
            ("guides/a.part.md", true, Some(Role::Guide(Format::Markdown))),
        ] {
            assert_eq!(role(path, ordered), Ok(expected), "{path}");
        }
        assert!(matches!(role("a.xlsx", false), Err(IngestError::Format { .. })));
        assert!(matches!(role("a.md", true), Err(IngestError::Entry { .. })));
        assert_eq!(meta_paths("g/a.b.pdf"), ["g/a.b.pdf.meta.yaml", "g/a.b.meta.yaml"]);
    }
}
