//! The rules of the house (`src/README.md`), read from the source itself: who may
//! import whom, which crate is known where, how long a file may be. A rule that is
//! broken is named with file and line.

use std::path::{Path, PathBuf};

/// Longest file, in lines.
const LONGEST: usize = 400;

/// What may be named with `crate::` in the files of a room. `config` stands for
/// a room's own section of it.
fn allowed(room: &str) -> Option<&'static [&'static str]> {
    Some(match room {
        "domain" => &["domain"],
        "config" => &["config", "domain"],
        "ingest" => &["ingest", "domain", "config"],
        "search" => &["search", "domain", "config"],
        "llm" => &["llm", "domain", "config"],
        "store" => &["store", "domain", "config"],
        "helpdesk" => &["helpdesk", "domain", "config"],
        "support" => &["support", "domain", "config", "ingest", "search", "llm", "store", "helpdesk"],
        "http" => &["http", "support", "domain", "config"],
        "jobs" => &["jobs", "support", "domain", "config"],
        "eval" => &["eval", "support", "domain", "config"],
        // These put things together; so may the root of the library.
        "app" | "cli" | "lib" | "main" | "build" => return None,
        other => panic!("src/{other} is a room that no rule knows; add it here and to src/README.md"),
    })
}

/// Crates that one place only may know: `(crate, files whose path begins so)`.
const KNOWN_IN: [(&str, &[&str]); 7] = [
    ("tantivy", &["search"]),
    ("candle_core", &["llm/local"]),
    ("candle_nn", &["llm/local"]),
    ("candle_transformers", &["llm/local"]),
    ("tokenizers", &["llm/local"]),
    ("sqlx", &["store"]),
    ("axum", &["http", "cli/serve.rs"]),
];

struct SourceFile {
    /// Relative to `src/`, with `/`.
    path: String,
    text: String,
}

impl SourceFile {
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn sources() -> Vec<SourceFile> {
    fn walk(folder: &Path, root: &Path, into: &mut Vec<SourceFile>) {
        for entry in std::fs::read_dir(folder).expect("src/ can be read") {
            let path = entry.expect("src/ can be read").path();
            if path.is_dir() {
                walk(&path, root, into);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let relative = path.strip_prefix(root).expect("it stands below").to_string_lossy().replace('\\', "/");
                into.push(SourceFile {
                    path: relative,
                    text: std::fs::read_to_string(&path).expect("sources are UTF-8"),
                });
            }
        }
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &root, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 100, "the sources were not found");
    files
}

/// The text with comments and the inside of string literals blanked; lines stay where they are.
fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let blank = |out: &mut String, ch: char| out.push(if ch == '\n' { '\n' } else { ' ' });
    while at < chars.len() {
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        match chars[at] {
            '/' if next == '/' => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            '/' if next == '*' => {
                let mut depth = 0;
                while at < chars.len() {
                    let pair = (chars[at], chars.get(at + 1).copied().unwrap_or(' '));
                    let step = match pair {
                        ('/', '*') => {
                            depth += 1;
                            2
                        }
                        ('*', '/') => {
                            depth -= 1;
                            2
                        }
                        _ => 1,
                    };
                    chars[at..(at + step).min(chars.len())].iter().for_each(|ch| blank(&mut out, *ch));
                    at += step;
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => {
                // Raw strings: as many `#` close as opened.
                let hashes = chars[..at].iter().rev().take_while(|ch| **ch == '#').count();
                let raw = hashes < at && chars[at - hashes - 1] == 'r';
                out.push('"');
                at += 1;
                while at < chars.len() {
                    if !raw && chars[at] == '\\' {
                        chars[at..(at + 2).min(chars.len())].iter().for_each(|ch| blank(&mut out, *ch));
                        at += 2;
                        continue;
                    }
                    let closes = chars[at] == '"'
                        && (!raw || chars[at + 1..].iter().take_while(|ch| **ch == '#').count() >= hashes);
                    if closes {
                        break;
                    }
                    blank(&mut out, chars[at]);
                    at += 1;
                }
                out.push('"');
                at += 1;
            }
            '\'' if next == '\\' || chars.get(at + 2) == Some(&'\'') => {
                let end = if next == '\\' {
                    (at + 3..chars.len()).find(|end| chars[*end] == '\'').unwrap_or(at + 2)
                } else {
                    at + 2
                };
                (at..=end).for_each(|_| out.push(' '));
                at = end + 1;
            }
            ch => {
                out.push(ch);
                at += 1;
            }
        }
    }
    out
}

fn is_name(ch: char) -> bool {
    ch.is_alphanumeric() || ch == '_'
}

/// What is named directly behind every `crate::`, groups of any depth included, with its line.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        if code[..at].ends_with(is_name) || code[..at].ends_with('$') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        for name in heads(&code[at + word.len()..]) {
            found.push((line, name));
        }
    }
    found
}

/// The first names of a path or a group: `a::b` gives `a`; `{a::b, c::{d, e}}` gives `a` and `c`.
fn heads(rest: &str) -> Vec<String> {
    let rest = rest.trim_start();
    let Some(group) = rest.strip_prefix('{') else {
        return vec![rest.chars().take_while(|ch| is_name(*ch)).collect()];
    };
    let (mut depth, mut names, mut item) = (1, Vec::new(), String::new());
    for ch in group.chars() {
        match ch {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || depth == 1 && ch == ',' {
            let name: String = item.trim_start().chars().take_while(|ch| is_name(*ch)).collect();
            if !name.is_empty() {
                names.push(name);
            }
            item.clear();
        } else {
            item.push(ch);
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Lines on which a crate is named as one: `sqlx::…`, `use sqlx`, `extern crate sqlx`.
fn crate_uses(code: &str, name: &str) -> Vec<usize> {
    let named = |at: &usize| {
        let before = &code[..*at];
        let after = &code[at + name.len()..];
        let alone = !before.ends_with(is_name) && !after.starts_with(is_name);
        let path_start = !before.trim_end().ends_with("::") || before.trim_end().ends_with('{');
        alone && path_start && (after.starts_with("::") || before.trim_end().ends_with("use"))
    };
    code.match_indices(name).map(|(at, _)| at).filter(named).map(|at| code[..at].matches('\n').count() + 1).collect()
}

#[test]
fn every_room_imports_only_what_it_may() {
    let mut broken = Vec::new();
    for file in sources() {
        let Some(allowed) = allowed(file.room()) else { continue };
        for (line, name) in crate_paths(&code(&file.text)) {
            // Types and macros at the root of the library are no rooms.
            if name.starts_with(char::is_lowercase) && !allowed.contains(&name.as_str()) {
                broken.push(format!("src/{}:{line}: {} may not import crate::{name}", file.path, file.room()));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn each_crate_is_known_in_its_place_only() {
    let mut broken = Vec::new();
    for file in sources() {
        let code = code(&file.text);
        for (name, places) in KNOWN_IN {
            let here = |place: &&str| {
                file.path == **place
                    || file.path.starts_with(&format!("{place}/"))
                    || file.path == format!("{place}.rs")
            };
            if places.iter().any(here) {
                continue;
            }
            for line in crate_uses(&code, name) {
                broken.push(format!("src/{}:{line}: {name} is known in {places:?} only", file.path));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| format!("src/{path}: {lines} lines, {LONGEST} at most; split it by matter"))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> =
        sources().into_iter().filter(|file| !file.text.starts_with("//!")).map(|file| file.path).collect();
    assert!(silent.is_empty(), "no header: {silent:?}");
}

/// The rules above are only as good as the reading.
#[test]
fn paths_are_read_from_code_alone() {
    let text = r##"
        // crate::in_a_comment
        use crate::{one, two::{inner, crate_like}, three as other};
        /* crate::blocked /* crate::nested */ */
        fn f<'a>(x: &'a str) -> crate::four::T { let _ = ("crate::text", 'c', '"', crate::five::g()); }
        const RAW: &str = r#"crate::raw " still"#;
        macro_rules! m { () => { $crate::six::x } }
        use supercrate::seven;
        pub(crate) use sqlx as db; let y = sqlx::query("sqlx::no"); let not_sqlx = 1; other::sqlx::z();
    "##;
    let code = code(text);
    let names: Vec<String> = crate_paths(&code).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["one", "two", "three", "four", "five"]);
    assert_eq!(crate_paths(&code)[0].0, 3);
    assert_eq!(crate_uses(&code, "sqlx"), [9, 9]);
}
