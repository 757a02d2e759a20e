//! `docs.jsonl` of the evaluation: `{"id","title","text"}` a line, further keys ignored.

use std::collections::HashSet;

use serde::Deserialize;

use super::{IngestError, blocks::Outline, clean, lines::Lines, read::revision};
use crate::domain::{
    document::{Document, Kind, Meta},
    json_lines::json_lines,
};

const HINT: &str = "write one JSON object a line with the keys id, title and text";

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

/// Reads a set, in order. Empty lines are skipped; a document without text is kept, without sections.
///
/// # Errors
/// [`IngestError::Line`] for the first line that is no such object or repeats an id.
pub fn read_docs(bytes: &[u8]) -> Result<Vec<Document>, IngestError> {
    let mut ids = HashSet::new();
    let documents = json_lines(bytes, HINT, |read: Line, line| {
        if ids.insert(read.id.clone()) {
            Ok(document(read, line))
        } else {
            Err(format!("the id {:?} stands twice", read.id))
        }
    })?;
    Ok(documents)
}

/// In these sets a line is a paragraph of its own, and `## …` is a heading.
fn document(read: Line, line: &str) -> Document {
    let title = clean::line(&clean::characters(&read.title));
    let mut outline = Outline::new(Some(title.clone()));
    let mut lines = Lines::default();
    for row in clean::characters(&read.text).lines() {
        let marks = row.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&marks) && row[marks..].starts_with(' ') {
            outline.heading(u8::try_from(marks).unwrap_or(6), &row[marks..]);
        } else {
            lines.blocks(row).into_iter().for_each(|block| outline.block(block));
        }
    }
    Document {
        id: read.id,
        title,
        kind: Kind::Guide,
        meta: Meta::default(),
        revision: revision(&[line.as_bytes()]),
        sections: outline.finish().1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_read_in_order_and_faults_name_the_line() {
        let set = "{\"id\":\"a\",\"title\":\"T\",\"text\":\"Eins.\\n## Zwei\\nDrei\",\"intent\":1}\n\n{\"id\":\"b\",\"text\":\"\"}\n";
        let documents = read_docs(set.as_bytes()).unwrap();
        assert_eq!((documents[0].id.as_str(), documents[0].sections.len()), ("a", 2));
        assert_eq!(documents[0].sections[1].heading, ["Zwei"]);
        assert!(documents[1].sections.is_empty() && documents[0].revision != documents[1].revision);
        for (set, part) in [
            ("{\"id\":\"a\",\"text\":\"\"}\n{}\n", "line 2"),
            ("{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"a\",\"text\":\"\"}", "twice"),
        ] {
            assert!(read_docs(set.as_bytes()).unwrap_err().to_string().contains(part), "{set}");
        }
    }
}
