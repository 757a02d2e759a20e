//! The rules of the house for what runs in the browser (`web/README.md`): small files,
//! each with a head that says what it is for, imports that go one way, what is imported
//! is exported, and only named things.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Longest file, in lines.
const LONGEST: usize = 400;

/// Scripts by their path below `web/`.
fn scripts() -> BTreeMap<String, String> {
    fn walk(folder: &Path, under: &str, into: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("web/ can be read") {
            let entry = entry.expect("web/ can be read");
            let name = format!("{under}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), into);
            } else if Path::new(&name).extension().is_some_and(|ending| ending == "js") {
                into.insert(name, std::fs::read_to_string(entry.path()).expect("scripts are UTF-8"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("web"), "", &mut found);
    assert!(found.len() > 20, "the widget was not found");
    found
}

/// `import { a, b } from './x.js';`: the names, and the path below `web/`.
fn imports<'a>(path: &str, text: &'a str) -> Vec<(Vec<&'a str>, String)> {
    let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
    let line = |line: &'a str| {
        let (names, file) = line.strip_prefix("import { ")?.split_once(" } from './")?;
        Some((names.split(", ").collect(), format!("{folder}{}", file.strip_suffix("';")?)))
    };
    text.lines().filter_map(line).collect()
}

/// ``import('./x.js')`` or `` import(`./x.js…`) ``: what is fetched later, as a path below `web/`.
fn later(path: &str, text: &str) -> Vec<String> {
    let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
    let file = |call: &str| {
        let end = call.find(".js").unwrap_or_else(|| panic!("{path}: what is imported at {call:.30}?"));
        format!("{folder}{}.js", &call[..end])
    };
    let calls = text.split("import(").skip(1);
    calls.filter_map(|call| call.strip_prefix(['\'', '`'])?.strip_prefix("./")).map(file).collect()
}

/// Names that a module exports.
fn exports(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| {
            let line = line.strip_prefix("export ")?;
            let line = line.strip_prefix("async ").unwrap_or(line);
            let line = ["const ", "function ", "class "].iter().find_map(|word| line.strip_prefix(word))?;
            line.split(|ch: char| !ch.is_ascii_alphanumeric() && ch != '_').next()
        })
        .collect()
}

#[test]
fn no_script_is_too_long_and_each_says_what_it_is_for() {
    for (path, text) in scripts() {
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "web/{path}: {lines} lines, {LONGEST} at most; split it by matter");
        assert!(text.starts_with("// "), "web/{path} has no head");
    }
}

#[test]
fn what_is_imported_is_there() {
    let scripts = scripts();
    for (path, text) in &scripts {
        let imports = imports(path, text);
        let lines = text.lines().filter(|line| line.starts_with("import ")).count();
        assert_eq!(lines, imports.len(), "web/{path}: imports are written `import {{ a, b }} from './x.js';`");
        for (names, file) in imports {
            let target = scripts.get(&file).unwrap_or_else(|| panic!("web/{path} imports {file}, which is not there"));
            for name in names {
                assert!(exports(target).contains(name), "web/{path} imports {name}, which {file} does not export");
                let used = text.matches(name).count();
                assert!(used > 1, "web/{path} imports {name} and does not use it");
            }
        }
        for file in later(path, text) {
            assert!(scripts.contains_key(&file), "web/{path} imports {file}, which is not there");
        }
    }
}

/// Before the chat is opened, the entry is all there is.
#[test]
fn the_entry_imports_nothing_at_once() {
    let scripts = scripts();
    let entry = &scripts["widget.js"];
    assert!(imports("widget.js", entry).is_empty());
    assert!(later("widget.js", entry).contains(&"widget/chat.js".to_owned()));
}

/// What is fetched later takes what it shares from the chat (`src/http/assets/join.rs`); a chat that was fetched
/// again after a failure is there twice, so no module may keep anything.
#[test]
fn no_module_keeps_state() {
    for (path, text) in scripts().iter().filter(|(path, _)| path.starts_with("widget/")) {
        let kept = text.lines().find(|line| line.starts_with("let ") || line.starts_with("var "));
        assert_eq!(kept, None, "web/{path}: what a chat knows stands in `Chat`");
    }
}

#[test]
fn imports_go_one_way() {
    let scripts = scripts();
    let graph: BTreeMap<&str, Vec<String>> = scripts
        .iter()
        .map(|(path, text)| (path.as_str(), imports(path, text).into_iter().map(|(_, file)| file).collect()))
        .collect();
    assert_eq!(circle(&graph), None);
    let around = BTreeMap::from([("a", vec!["b".into()]), ("b", vec!["c".into()]), ("c", vec!["b".into()])]);
    assert_eq!(circle(&around), Some("b > c > b".into()));
}

/// A circle of imports, if there is one.
fn circle(graph: &BTreeMap<&str, Vec<String>>) -> Option<String> {
    fn visit(
        at: &str,
        graph: &BTreeMap<&str, Vec<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<String> {
        if let Some(start) = way.iter().position(|known| known == at) {
            return Some([&way[start..], &[at.to_owned()]].concat().join(" > "));
        }
        if !done.insert(at.to_owned()) {
            return None;
        }
        way.push(at.to_owned());
        let found = graph.get(at).into_iter().flatten().find_map(|next| visit(next, graph, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| visit(start, graph, &mut Vec::new(), &mut done))
}
