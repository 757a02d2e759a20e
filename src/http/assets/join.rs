//! Makes one script of a module and all that it imports, so that opening a chat costs
//! one request, and text that repeats from module to module is compressed once.
//!
//! The modules stay what they are, plain ES modules that a browser can load one by
//! one. Joined, they stand behind each other in the order in which a browser would
//! run them, without the lines that import and the word `export`. That is the same
//! program as long as they keep to a few rules: `import { a, b } from './x.js';` on a
//! line of its own, `export` only before a declaration, each name declared at the top
//! of one of them only, what is inside something is indented, and a template literal
//! over several lines opens at the end of a line and closes at the beginning of one.
//! Where one is broken, this says so, and the module is served without the others.
//!
//! What the chat fetches later, by `import('./x.js')`, takes what the chat has already
//! from the chat: joined, it imports those names from `chat.js`, which exports them.

use std::collections::{BTreeMap, BTreeSet};

/// The script of a folder that others of it are fetched by.
const WHOLE: &str = "chat.js";

/// One script of the module `path` and what it imports. `read` gives a module's text by its path.
pub(super) fn join(path: &str, read: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let whole = format!("{}{WHOLE}", folder(path));
    if read(&whole).is_none() {
        return Ok(Joined::of(path, read, BTreeSet::new())?.out);
    }
    let chat = Joined::of(&whole, read, BTreeSet::new())?;
    if path == whole {
        let mut names = BTreeSet::new();
        for later in later(path, &chat.out) {
            names.extend(Joined::of(&later, read, chat.seen.clone())?.taken);
        }
        let exported = if names.is_empty() { String::new() } else { format!("export {{ {} }};\n", list(&names)) };
        return Ok(chat.out + &exported);
    }
    if chat.seen.contains(path) {
        return Ok(Joined::of(path, read, BTreeSet::new())?.out);
    }
    let joined = Joined::of(path, read, chat.seen)?;
    let taken = &joined.taken;
    let imported =
        if taken.is_empty() { String::new() } else { format!("import {{ {} }} from './{WHOLE}';\n", list(taken)) };
    Ok(imported + &joined.out)
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// What a script fetches when it is needed, beside it.
fn later(path: &str, text: &str) -> BTreeSet<String> {
    let calls = text.split("import(").skip(1).filter_map(|call| call.strip_prefix(['\'', '`'])?.strip_prefix("./"));
    calls.filter_map(|call| Some(format!("{}{}.js", folder(path), call.split_once(".js")?.0))).collect()
}

struct Joined<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    /// Modules that are there already.
    there: BTreeSet<String>,
    /// Names taken from those.
    taken: BTreeSet<String>,
    seen: BTreeSet<String>,
    /// Names declared at the top, and where.
    names: BTreeMap<String, String>,
    out: String,
}

impl<'a> Joined<'a> {
    fn of(path: &str, read: &'a dyn Fn(&str) -> Option<String>, there: BTreeSet<String>) -> Result<Self, String> {
        let (taken, seen, names) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        let mut joined = Self { read, there, taken, seen, names, out: String::new() };
        joined.add(path, true)?;
        Ok(joined)
    }

    /// Adds a module behind what it imports; what the `first` one exports, the whole does.
    fn add(&mut self, path: &str, first: bool) -> Result<(), String> {
        if !self.seen.insert(path.to_owned()) {
            return Ok(());
        }
        let text = (self.read)(path).ok_or_else(|| format!("there is no {path}"))?;
        let folder = folder(path);
        let (mut own, mut in_template) = (String::with_capacity(text.len()), false);
        for line in text.lines() {
            let mut kept = line;
            if in_template {
                in_template = !line.starts_with('`');
            } else {
                in_template = line.ends_with('`') && line.matches('`').count() % 2 == 1;
                let refused = || format!("{path}: cannot join {line:?}");
                if line.starts_with("import") && !line.starts_with("import(") {
                    let (names, name) = imported(line).ok_or_else(refused)?;
                    let file = format!("{folder}{name}");
                    if self.there.contains(&file) {
                        self.taken.extend(names.map(str::to_owned));
                    } else {
                        self.add(&file, false)?;
                    }
                    continue;
                }
                let bare = line.strip_prefix("export ").unwrap_or(line);
                if let Some(name) = declared(bare) {
                    let other = self.names.insert(name.to_owned(), path.to_owned());
                    if let Some(other) = other {
                        return Err(format!("{path}: {name} is declared in {other}, too"));
                    }
                } else if line.starts_with("export") || declares(bare) {
                    return Err(refused());
                }
                kept = if first { line } else { bare };
            }
            own.push_str(kept);
            own.push('\n');
        }
        self.out.push_str(&own);
        Ok(())
    }
}

/// The names that a line imports, and the file beside the module that they are from.
fn imported(line: &str) -> Option<(impl Iterator<Item = &str>, &str)> {
    let (names, file) = line.strip_prefix("import { ")?.split_once(" } from './")?;
    let plain = names.split(", ").all(|name| !name.is_empty() && name.chars().all(is_name));
    let file = file.strip_suffix("';")?;
    (plain && !file.contains(['/', '\''])).then(|| (names.split(", "), file))
}

const DECLARING: [&str; 6] = ["const ", "let ", "var ", "class ", "function ", "async function "];

fn declares(line: &str) -> bool {
    DECLARING.iter().any(|word| line.starts_with(word))
}

/// The one name that a line declares.
fn declared(line: &str) -> Option<&str> {
    let rest = DECLARING.iter().find_map(|word| line.strip_prefix(word))?;
    let end = rest.find(|ch| !is_name(ch)).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn is_name(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || ch == '_' || ch == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Result<String, String> {
        let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        join(files[0].0, &read)
    }

    #[test]
    fn what_is_imported_stands_before_and_once() {
        let chat =
            "import { b } from './b.js';\nimport { a } from './a.js';\nexport function chat() {\n  const b = a;\n}\n";
        let joined = of(&[
            ("w/chat.js", chat),
            ("w/a.js", "export const a = `\nimport x\nexport y\n`;\n"),
            ("w/b.js", "import { a } from './a.js';\nexport const b = a + 1;\nlet x = 3;\n"),
        ]);
        assert_eq!(
            joined.unwrap(),
            "const a = `\nimport x\nexport y\n`;\nconst b = a + 1;\nlet x = 3;\nexport function chat() {\n  const b = a;\n}\n"
        );
    }

    #[test]
    fn what_would_not_be_the_same_program_is_refused() {
        for (text, why) in [
            ("import x from './a.js';\n", "cannot join"),
            ("import { a as b } from './a.js';\n", "cannot join"),
            ("import './a.js';\n", "cannot join"),
            ("import {\n  a,\n} from './a.js';\n", "cannot join"),
            ("import { a } from '../a.js';\n", "cannot join"),
            ("import { a } from './gone.js';\n", "there is no w/gone.js"),
            ("export default 1;\n", "cannot join"),
            ("export { a };\n", "cannot join"),
            ("const { c } = x;\n", "cannot join"),
            ("import { a } from './a.js';\nconst a = 2;\n", "a is declared in w/a.js, too"),
        ] {
            let refused = of(&[("w/chat.js", text), ("w/a.js", "export const a = 1;\n")]).unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }

    #[test]
    fn what_is_fetched_later_takes_what_is_there_from_the_chat() {
        let files = [
            ("w/chat.js", "import { a } from './a.js';\nexport const chat = () => import(`./more.js?${a}`);\n"),
            ("w/a.js", "export const a = 1;\nexport const spare = 2;\n"),
            ("w/more.js", "import { a } from './a.js';\nimport { b } from './b.js';\nexport const more = a + b;\n"),
            ("w/b.js", "import { a } from './a.js';\nexport const b = a;\n"),
        ];
        let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        let chat = join("w/chat.js", &read).unwrap();
        assert!(chat.ends_with("export const chat = () => import(`./more.js?${a}`);\nexport { a };\n"), "{chat}");
        let more = join("w/more.js", &read).unwrap();
        assert_eq!(more, "import { a } from './chat.js';\nconst b = a;\nexport const more = a + b;\n");
    }

    /// Each script that the program brings along can be joined, and is not served alone by mistake.
    #[test]
    fn the_widget_keeps_to_the_rules() {
        let scripts = crate::http::assets::packed::scripts();
        assert!(scripts.len() > 10, "the widget was not found");
        let read = |path: &str| scripts.iter().find(|(name, _)| name == path).map(|(_, text)| text.clone());
        for (path, _) in &scripts {
            join(path, &read).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
