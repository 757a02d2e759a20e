//! JSON of other helpdesks: one object a line, or an array of objects (also within
//! `{"tickets": […]}`). One object at a time is held in memory, and none without end.

use std::{
    cell::{Cell, RefCell},
    fmt,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    rc::Rc,
};

use encoding_rs::Encoding;
use serde::{
    Deserializer as _,
    de::{DeserializeSeed, Error as _, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{
    Sink, Skipped, Understood,
    columns::Mapping,
    decode::{Bounded, Decoded},
    object::{Names, case},
};
use crate::ingest::{Extractor, IngestError};

/// Largest object, bytes.
const LARGEST: usize = 16 * 1024 * 1024;
const WRAPPERS: [&str; 8] = ["tickets", "data", "results", "items", "issues", "cases", "incidents", "value"];
const HINT: &str = "one object a ticket, with keys such as id, subject, description and resolution";

/// Bytes up to the array in `{"tickets": [`, if a text begins so.
pub(super) fn wrapper(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('{')?.trim_start().strip_prefix('"')?;
    let (key, rest) = rest.split_once('"')?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    (WRAPPERS.contains(&key.to_lowercase().as_str()) && rest.starts_with('[')).then(|| text.len() - rest.len())
}

/// One object a line.
pub(super) fn lines(
    file: &File,
    encoding: &'static Encoding,
    map: &[Mapping],
    extractor: &Extractor,
    understood: &mut Understood,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let mut reader = BufReader::new(Decoded::new(file, encoding));
    let mut line = Vec::new();
    let mut names = Names::new(map);
    for number in 1.. {
        line.clear();
        let read = (&mut reader).take(LARGEST as u64 + 1).read_until(b'\n', &mut line);
        if read.map_err(|error| IngestError::Unreadable(error.to_string()))? == 0 {
            break;
        }
        if line.len() > LARGEST {
            let message = format!("line {number} is longer than {} MiB", LARGEST / 1024 / 1024);
            return Err(IngestError::Entry { message, hint: HINT });
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Value>(&line) {
            Ok(Value::Object(object)) => sink(case(&object, number, &mut names, extractor)),
            Ok(_) => sink(Err(Skipped::new(number, "is no JSON object"))),
            Err(error) => sink(Err(Skipped::new(number, format!("is no JSON, from column {}", error.column())))),
        }
    }
    names.report(understood)
}

/// An array of objects, one at a time.
pub(super) fn array(
    file: &File,
    encoding: &'static Encoding,
    map: &[Mapping],
    extractor: &Extractor,
    understood: &mut Understood,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let unreadable = |error: std::io::Error| IngestError::Unreadable(error.to_string());
    let (bounded, spent) = Bounded::new(Decoded::new(file, encoding), LARGEST);
    let mut reader = BufReader::new(bounded);
    let begin = reader.fill_buf().map_err(unreadable)?;
    let head = String::from_utf8_lossy(&begin[..begin.len().min(4096)]).into_owned();
    let blank = head.len() - head.trim_start().len();
    let skip = blank + wrapper(head.trim_start()).unwrap_or(0);
    reader.consume(skip);
    let names = RefCell::new(Names::new(map));
    let sink = RefCell::new(sink);
    let take = |number: u64, value: Value| {
        let entry = match value {
            Value::Object(object) => case(&object, number, &mut names.borrow_mut(), extractor),
            _ => Err(Skipped::new(number, "is no JSON object")),
        };
        (sink.borrow_mut())(entry);
    };
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let read = deserializer.deserialize_seq(Each { spent: Rc::clone(&spent), take: &take });
    read.map_err(|error| {
        let message = if spent.get() > LARGEST {
            format!("holds an object of more than {} MiB", LARGEST / 1024 / 1024)
        } else {
            format!("is no JSON array: broken in line {}, column {}", error.line(), error.column())
        };
        IngestError::Entry { message, hint: HINT }
    })?;
    names.into_inner().report(understood)
}

struct Each<'a> {
    spent: Rc<Cell<usize>>,
    take: &'a dyn Fn(u64, Value),
}

impl<'de> Visitor<'de> for Each<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of tickets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        for number in 1.. {
            self.spent.set(0);
            match seq.next_element_seed(Bare)? {
                Some(value) => (self.take)(number, value),
                None => break,
            }
        }
        Ok(())
    }
}

/// A value; numbers that no machine holds are a fault, not a panic.
struct Bare;

impl<'de> DeserializeSeed<'de> for Bare {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        <Value as serde::Deserialize>::deserialize(from).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{super::Entry, *};
    use crate::{
        config::KnowledgeConfig,
        ingest::{
            Limits,
            tickets::{Export, Options},
        },
    };

    fn read(text: &str) -> Result<Vec<Entry>, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let extractor = Extractor::new("nowhere", Limits::from(&KnowledgeConfig::default()));
        let mut export = Export::open(file.path(), Options::default(), extractor).map_err(|error| error.to_string())?;
        let mut entries = Vec::new();
        export.each(&mut |entry| entries.push(entry)).map_err(|error| error.to_string())?;
        Ok(entries)
    }

    const ZAMMAD: &str = r#"{"id":7,"number":"20250307","title":"Beamer","group":"Schulen","state":{"name":"closed"},
        "customer":{"firstname":"Jo","lastname":"Muster","email":"jo@schule.example","phone":"0171 5550199"},
        "owner":"ida@stadt.example","close_at":"2025-03-14T08:40:00Z","articles":[
        {"from":"Jo Muster <jo@schule.example>","sender":"Customer","content_type":"text/html","body":"<p>Kein&nbsp;Bild</p>"},
        {"from":"System","sender":"System","body":"Ihre Anfrage"},
        {"from":"Ida","sender":"Agent","internal":true,"body":"Frau Muster nervt"},
        {"from":"Ida","sender":"Agent","internal":false,"body":"<div>Quelle gewählt.<br>-- <br>Ida</div>"},
        {"from":"Jo Muster <jo@schule.example>","sender":"Customer","body":"Danke"}]}"#;

    #[test]
    fn tickets_with_articles() {
        let alone = ZAMMAD.replace('\n', " ");
        for text in [alone.clone(), format!("[{ZAMMAD}]"), format!(" {{ \"tickets\" : [{ZAMMAD}]}}")] {
            let entries = read(&text).unwrap();
            let case = entries[0].as_ref().ok().unwrap();
            assert_eq!(
                (case.id.as_str(), case.subject.as_str(), case.description.as_str(), case.resolution.as_str()),
                ("20250307", "Beamer", "Kein Bild", "Quelle gewählt.")
            );
            for person in ["Jo Muster", "jo@schule.example", "0171 5550199", "ida@stadt.example", "Ida"] {
                assert!(case.persons.iter().any(|known| known == person), "{person}: {:?}", case.persons);
            }
            assert!(case.closed_at.is_some());
        }
    }

    #[test]
    fn resolutions_of_the_contract_and_objects_within() {
        let text = "{\"id\":\"1\",\"subject\":\"a\",\"resolution\":\"b\",\"problems\":[\"P01\"]}\n\nnein\n[1]\n\
            {\"key\":\"X-2\",\"fields\":{\"summary\":\"Ton\",\"resolution\":{\"name\":\"lauter\"},\"reporter\":{\"displayName\":\"Jo Muster\"}}}\n";
        let entries = read(text).unwrap();
        let lines: Vec<u64> =
            entries.iter().map(|entry| entry.as_ref().map_or_else(|skipped| skipped.line, |case| case.line)).collect();
        assert_eq!(lines, [1, 3, 4, 5]);
        assert_eq!(entries[0].as_ref().ok().unwrap().problems, ["P01"]);
        let nested = entries[3].as_ref().ok().unwrap();
        assert_eq!(
            (nested.id.as_str(), nested.resolution.as_str(), &nested.persons[..]),
            ("X-2", "lauter", &["Jo Muster".to_owned()][..])
        );
    }

    #[test]
    fn keys_that_are_missing_are_asked_for() {
        let message = read("[{\"id\":1,\"betreff\":\"a\",\"was half\":\"b\"}]").err().unwrap();
        assert!(message.contains("betreff · id · was half") && message.contains("--map resolution=KEY"), "{message}");
    }

    #[test]
    fn hostile_json_ends_with_a_reason() {
        for text in [
            "[".repeat(100_000),
            format!("[{{\"a\":{}", "[".repeat(100_000)),
            format!("[\"{}", "x".repeat(20_000_000)),
            "[{\"id\":1e999999}".into(),
            "[{}".into(),
        ] {
            let message = read(&text).err().unwrap_or_else(|| panic!("{}", &text[..20]));
            assert!(message.contains("hint:"), "{message}");
        }
        let deep = format!("{{\"a\":{}\n{{\"id\":1,\"solution\":\"x\"}}\n", "{\"a\":".repeat(100_000));
        assert_eq!(read(&deep).unwrap().len(), 2);
    }
}
