//! Who may see a document, as far as a file says it that is otherwise no good.
//!
//! While a guide is broken its last good version is shown. That must not keep open what
//! the new version closes: what can be read of `audience` and `schools` counts, even
//! where the rest of the front matter is wrong. In doubt the narrower reading holds.

use serde::Deserialize;

use super::{Source, front_matter, read::Format};
use crate::domain::document::{Audience, Meta};

/// Most bytes of a file in which its front matter is looked for.
pub const HEAD: usize = 64 * 1024;

/// What a file says about its readers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub audience: Audience,
    /// Empty = all.
    pub schools: Vec<String>,
}

impl Scope {
    /// What a whole front matter says.
    #[must_use]
    pub fn of(meta: &Meta) -> Self {
        Self { audience: meta.audience, schools: meta.schools.clone() }
    }

    /// Whether somebody may see a document of `former` whom this shuts out.
    #[must_use]
    pub fn shuts_out(&self, former: &Meta) -> bool {
        let audience = self.audience == Audience::Staff && former.audience == Audience::Teacher;
        let known = |school: &String| self.schools.contains(school);
        let schools = !self.schools.is_empty() && (former.schools.is_empty() || !former.schools.iter().all(known));
        audience || schools
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Readers {
    audience: Option<String>,
    schools: Option<Schools>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Schools {
    One(String),
    Many(Vec<String>),
}

/// What the front matter of a guide, or else the file beside it, says; `None` where neither
/// says anything. Only the first [`HEAD`] bytes are looked at.
#[must_use]
pub fn declared(source: &Source<'_>) -> Option<Scope> {
    let head = |bytes: &[u8]| {
        // Without the NULs, what is left of UTF-16 can be read.
        String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).replace("\r\n", "\n").replace('\0', "")
    };
    let headed = matches!(Format::of(source.path), Some(Format::Markdown | Format::Plain));
    let own = headed.then(|| head(&source.bytes));
    let own = own.as_deref().map(|text| text.trim_start_matches(['\u{FEFF}', '\u{FFFD}'])).and_then(|text| {
        // Without an end, all of it may be front matter.
        front_matter::split(text).map_or_else(|_| Some(text), |parts| parts.map(|(yaml, _)| yaml))
    });
    own.and_then(readers).or_else(|| source.meta.as_deref().map(head).as_deref().and_then(readers))
}

fn readers(yaml: &str) -> Option<Scope> {
    let mut read = serde_saphyr::from_str::<Readers>(yaml).unwrap_or_default();
    let torn = by_lines(yaml);
    read.audience = read.audience.or(torn.audience);
    read.schools = read.schools.or(torn.schools);
    if read.audience.is_none() && read.schools.is_none() {
        return None;
    }
    let all = |audience: &String| audience.trim().eq_ignore_ascii_case("teacher");
    let audience = if read.audience.as_ref().is_none_or(all) { Audience::Teacher } else { Audience::Staff };
    let schools = match read.schools {
        None => Vec::new(),
        Some(Schools::One(school)) => vec![school],
        // Schools are meant, and nobody knows which: then none.
        Some(Schools::Many(schools)) if schools.is_empty() => vec![String::new()],
        Some(Schools::Many(schools)) => schools,
    };
    Some(Scope { audience, schools })
}

/// The two keys out of what is no YAML, however they are written.
fn by_lines(yaml: &str) -> Readers {
    let yaml = &yaml.to_lowercase();
    let value = |key: &str| {
        let line = yaml.lines().find_map(|line| {
            let after = line.split_once(key)?.1.trim_start_matches(['"', '\'', ' ']);
            after.strip_prefix(':')
        })?;
        let line = line.split(" #").next().unwrap_or_default();
        Some(line.trim().trim_matches(['"', '\'', '}', ',']).trim().to_owned())
    };
    let audience = value("audience").filter(|audience| !audience.is_empty());
    let schools = value("schools").map(|inline| {
        let after = yaml.lines().skip_while(|line| !line.contains("schools")).skip(1);
        let below = after.map_while(|line| line.trim_start().strip_prefix("- ")).map(str::to_owned);
        let inline = inline.trim_matches(['[', ']']).split(',').map(str::to_owned);
        let all = inline.chain(below).map(|one| one.trim().trim_matches(['"', '\'']).to_owned());
        Schools::Many(all.filter(|one| !one.is_empty()).collect())
    });
    Readers { audience, schools }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &[u8], meta: Option<&str>) -> Option<Scope> {
        declared(&Source { path, bytes: text.to_vec().into(), meta: meta.map(|text| text.as_bytes().to_vec().into()) })
    }

    fn scope(audience: Audience, schools: &[&str]) -> Scope {
        Scope { audience, schools: schools.iter().map(|&school| school.to_owned()).collect() }
    }

    #[test]
    fn what_is_said_is_found_in_whatever_is_left_of_a_file() {
        let staff = Some(scope(Audience::Staff, &[]));
        for text in [
            &b"---\ntitle: A\naudience: staff\n---\n"[..],
            b"---\naudience: staff\ndevices: [toaster]\n---\n\n\xff\xfe\0",
            b"---\ntitle: [\naudience: 'staff' # nur wir\n---\n",
            b"---\naudience: staff\n\nnie zu Ende",
            b"---\r\naudience: stuff\r\n---\r\n",
            b"\xef\xbb\xbf---\naudience: staff\n---\n",
            b"\xff\xfe-\0-\0-\0\n\0a\0u\0d\0i\0e\0n\0c\0e\0:\0 \0s\0t\0a\0f\0f\0\n\0",
            b"---\ntitle: x\nAudience: staff\n---\n",
            b"---\ntitle: x\n{audience: staff}\n---\n",
        ] {
            assert_eq!(of("a.md", text, None), staff, "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(of("a.md", b"---\nschools: [a, b]\n---\n", None), Some(scope(Audience::Teacher, &["a", "b"])));
        assert_eq!(of("a.md", b"---\nschools: a\n---\n", None), Some(scope(Audience::Teacher, &["a"])));
        let broken = b"---\ntitle: [\nschools:\n  - a\n  - \"b\"\ndevices: x\n---\n";
        assert_eq!(of("a.md", broken, None), Some(scope(Audience::Teacher, &["a", "b"])));
        assert_eq!(of("a.md", b"---\ntitle: [\n---\naudience: staff\n", None), None, "that is text");
        assert_eq!(of("a.md", b"---\nschools: [\n---\n", None), Some(scope(Audience::Teacher, &[""])), "nobody");
        assert_eq!(of("a.txt", b"---\naudience: staff\n---\nText", None), staff);
        assert_eq!(of("a.md", b"", None), None);
        assert_eq!(of("a.pdf", b"---\naudience: staff\n---\n", None), None);
        assert_eq!(of("a.pdf", b"%PDF", Some("audience: staff\n: [")), staff);
    }

    #[test]
    fn narrower_than_before() {
        let meta = |audience, schools: &[&str]| Meta {
            audience,
            schools: schools.iter().map(|&school| school.to_owned()).collect(),
            ..Meta::default()
        };
        let narrower = |scope: Scope, former: &Meta| scope.shuts_out(former);
        let (teacher, staff) = (Audience::Teacher, Audience::Staff);
        assert!(narrower(scope(staff, &[]), &meta(teacher, &[])));
        assert!(!narrower(scope(staff, &[]), &meta(staff, &[])));
        assert!(!narrower(scope(teacher, &[]), &meta(staff, &["a"])));
        assert!(narrower(scope(teacher, &["a"]), &meta(teacher, &[])));
        assert!(narrower(scope(teacher, &["a"]), &meta(teacher, &["a", "b"])));
        assert!(!narrower(scope(teacher, &["a", "b"]), &meta(teacher, &["a"])));
    }
}
