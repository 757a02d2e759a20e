//! Which files a knowledge folder holds, and what each is for.
//!
//! With a subfolder `guides/` the folder is in order: guides stand there,
//! `resolutions/*.jsonl`, `lexicon/`, `flows/` and `demo/` have their meaning.
//! Without one, every file that can be read is a guide. Hidden files, pictures,
//! `README.md` and `NAME.meta.yaml` are no documents; links are not followed.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, DirEntry},
    path::Path,
};

use jiff::Timestamp;

use super::{
    IngestError, Refusal, clean,
    role::{Role, is_meta, meta_paths, role},
};

/// Most files taken from one folder.
pub const MOST_FILES: usize = 200_000;
/// Most folders within each other.
pub const MOST_DEPTH: usize = 32;

/// What tells a changed file from an unchanged one, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    pub modified: Option<Timestamp>,
}

/// A file found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    pub role: Role,
    pub stamp: Stamp,
    /// `NAME.meta.yaml` beside a guide, if there is one.
    pub meta: Option<(String, Stamp)>,
}

/// All of a folder, each list in the order of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub files: Vec<FoundFile>,
    pub refused: Vec<Refusal>,
}

/// Walks `root`. What cannot be read is refused by its path; the rest goes on.
///
/// # Errors
/// [`IngestError::Unreadable`] if `root` itself is no folder that can be read.
pub fn scan(root: &Path) -> Result<Scan, IngestError> {
    let unreadable = |error: std::io::Error| IngestError::Unreadable(error.to_string());
    fs::read_dir(root).map_err(unreadable)?;
    let ordered = root.join("guides").is_dir();
    let mut found = Scan::default();
    let mut metas: Vec<(String, Option<Stamp>)> = Vec::new();
    let mut folders = vec![(String::new(), 0)];
    let mut count = 0;
    while let Some((folder, depth)) = folders.pop() {
        let entries = match entries(root, &folder) {
            Ok(entries) => entries,
            Err(error) => {
                found.refused.push(Refusal::new(folder, &unreadable(error)));
                continue;
            }
        };
        for (name, entry) in entries {
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            count += 1;
            if count > MOST_FILES {
                let message = format!("there are more than {MOST_FILES} files; this one and later ones are left out");
                let error =
                    IngestError::Entry { message, hint: "divide the folder, and name each part with --knowledge" };
                found.refused.push(Refusal::new(path, &error));
                folders.clear();
                break;
            }
            match look(&path, depth, ordered, &entry) {
                Ok(Look::Folder) => folders.push((path, depth + 1)),
                Ok(Look::Meta(stamp)) => metas.push((path, Some(stamp))),
                Ok(Look::File(role, stamp)) => found.files.push(FoundFile { path, role, stamp, meta: None }),
                Ok(Look::Nothing) => {}
                Err(error) => {
                    found.refused.push(Refusal::new(path.as_str(), &error));
                    if is_meta(&path.to_lowercase()) {
                        metas.push((path, None));
                    }
                }
            }
        }
    }
    beside(&mut found, metas);
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    found.refused.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Gives each guide what stands beside it. It may close the guide to readers: where it
/// cannot be read, or two contradict each other, the guide stays out.
fn beside(found: &mut Scan, metas: Vec<(String, Option<Stamp>)>) {
    let mut by_name: HashMap<String, Vec<(String, Option<Stamp>)>> = HashMap::new();
    for meta in metas {
        let name = meta.0.to_lowercase().replace(".meta.yml", ".meta.yaml");
        by_name.entry(name).or_default().push(meta);
    }
    let mut used: HashSet<String> = HashSet::new();
    let mut closed = Vec::new();
    for (at, file) in found.files.iter_mut().enumerate() {
        if !matches!(file.role, Role::Guide(_)) {
            continue;
        }
        let names = meta_paths(&file.path).map(|path| path.to_lowercase());
        let there: Vec<&(String, Option<Stamp>)> =
            names.iter().filter_map(|name| by_name.get(name)).flatten().collect();
        used.extend(names.into_iter().filter(|name| by_name.contains_key(name)));
        match there.as_slice() {
            [] => {}
            [(path, Some(stamp))] => file.meta = Some((path.clone(), *stamp)),
            [(path, None)] => closed.push((at, format!("stays out, because {path} beside it cannot be read"))),
            [(one, _), (other, _), ..] => {
                closed.push((at, format!("stays out, because both {one} and {other} stand beside it")));
            }
        }
    }
    for (at, message) in closed.into_iter().rev() {
        let file = found.files.remove(at);
        let error = IngestError::Entry { message, hint: "leave one readable `NAME.meta.yaml` beside it" };
        found.refused.push(Refusal::new(file.path, &error));
    }
    for (path, _) in by_name.into_iter().filter(|(name, _)| !used.contains(name)).flat_map(|(_, metas)| metas) {
        if found.refused.iter().all(|refusal| refusal.path != path) {
            let message = "stands beside no document".into();
            let error = IngestError::Entry { message, hint: "give it the name of its document, `NAME.meta.yaml`" };
            found.refused.push(Refusal::new(path, &error));
        }
    }
}

enum Look {
    Folder,
    File(Role, Stamp),
    Meta(Stamp),
    Nothing,
}

fn look(path: &str, depth: usize, ordered: bool, entry: &DirEntry) -> Result<Look, IngestError> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with('.') {
        return Ok(Look::Nothing);
    }
    // Of the whole path, the folders before it were looked at when they were found.
    let odd = |ch: char| {
        ch == '\u{FFFD}'
            || ch.is_control()
            || !ch.is_ascii_graphic() && clean::characters(ch.encode_utf8(&mut [0; 4])).is_empty()
    };
    if name.chars().any(odd) {
        let message = "has a name that is not UTF-8 or holds invisible characters or line breaks".into();
        return Err(IngestError::Entry { message, hint: "rename it" });
    }
    let unreadable = |error: std::io::Error| IngestError::Unreadable(error.to_string());
    let kind = entry.file_type().map_err(unreadable)?;
    if kind.is_dir() {
        if depth >= MOST_DEPTH {
            let message = format!("stands more than {MOST_DEPTH} folders deep");
            return Err(IngestError::Entry { message, hint: "move it up" });
        }
        return Ok(Look::Folder);
    }
    if kind.is_symlink() {
        let message = "is a symbolic link, and those are not followed".into();
        return Err(IngestError::Entry { message, hint: "copy the file here, or name its folder with --knowledge" });
    }
    let meta = is_meta(&name.to_lowercase());
    let Some(role) = role(path, ordered)?.or(meta.then_some(Role::Demo)) else { return Ok(Look::Nothing) };
    if !kind.is_file() {
        return Err(IngestError::Entry { message: "is no regular file".into(), hint: "remove it" });
    }
    let data = entry.metadata().map_err(unreadable)?;
    let modified = data.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let stamp = Stamp { size: data.len(), modified };
    Ok(if meta { Look::Meta(stamp) } else { Look::File(role, stamp) })
}

fn entries(root: &Path, folder: &str) -> std::io::Result<Vec<(String, DirEntry)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(root.join(folder))?.take(MOST_FILES + 1) {
        let entry = entry?;
        entries.push((entry.file_name().to_string_lossy().into_owned(), entry));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;
    use crate::ingest::Format;

    fn put(root: &Path, path: &str) {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), "x").unwrap();
    }

    fn paths(scan: &Scan) -> Vec<(&str, Role)> {
        scan.files.iter().map(|file| (file.path.as_str(), file.role)).collect()
    }

    #[test]
    fn an_ordered_folder() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "guides/b.md",
            "guides/a/c.PDF",
            "guides/a/c.meta.yaml",
            "guides/bild.png",
            "guides/.git/x.md",
            "guides/README.md",
            "guides/x.xlsx",
            "resolutions/r.jsonl",
            "lexicon/names.toml",
            "lexicon/README.md",
            "flows/f.toml",
            "demo/schools.toml",
            "README.md",
            "lose.md",
        ] {
            put(root.path(), path);
        }
        std::os::unix::fs::symlink("/etc", root.path().join("guides/link")).unwrap();
        let scan = scan(root.path()).unwrap();
        assert_eq!(
            paths(&scan),
            [
                ("demo/schools.toml", Role::Demo),
                ("flows/f.toml", Role::Flow),
                ("guides/a/c.PDF", Role::Guide(Format::Pdf)),
                ("guides/b.md", Role::Guide(Format::Markdown)),
                ("lexicon/names.toml", Role::Lexicon),
                ("resolutions/r.jsonl", Role::Resolutions),
            ]
        );
        assert_eq!(scan.files[2].meta.as_ref().unwrap().0, "guides/a/c.meta.yaml");
        let refused: Vec<&str> = scan.refused.iter().map(|refusal| refusal.path.as_str()).collect();
        assert_eq!(refused, ["guides/link", "guides/x.xlsx", "lose.md"]);
        assert!(scan.refused.iter().all(|refusal| refusal.reason.contains("hint:")));
    }

    #[test]
    fn a_folder_without_guides_is_all_guides() {
        let root = tempfile::tempdir().unwrap();
        for path in ["a.txt", "sub/b.html", "sub/tickets.jsonl", "lexicon/names.toml", "README.md", "c"] {
            put(root.path(), path);
        }
        let scan = scan(root.path()).unwrap();
        assert_eq!(
            paths(&scan),
            [
                ("a.txt", Role::Guide(Format::Plain)),
                ("lexicon/names.toml", Role::Lexicon),
                ("sub/b.html", Role::Guide(Format::Html)),
                ("sub/tickets.jsonl", Role::Resolutions),
            ]
        );
        assert_eq!(scan.refused.len(), 1);
    }

    #[test]
    fn depth_and_a_missing_root() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &format!("{}x.md", "d/".repeat(40)));
        let found = scan(root.path()).unwrap();
        assert!(found.files.is_empty() && found.refused[0].reason.contains("32 folders"));
        assert!(matches!(scan(&root.path().join("none")), Err(IngestError::Unreadable(_))));
    }

    #[test]
    fn names_that_hide_something_are_refused() {
        let root = tempfile::tempdir().unwrap();
        for name in ["a\u{202E}fdp.md", "b\nc.md", "d\te.md"] {
            put(root.path(), name);
        }
        fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"\xff.md")), "x").unwrap();
        let found = scan(root.path()).unwrap();
        assert!(found.files.is_empty() && found.refused.len() == 4);
        assert!(found.refused.iter().all(|refusal| refusal.reason.contains("rename")));
    }
}
