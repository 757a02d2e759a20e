//! A field of an export to clean text: entities and tags of HTML are read as a
//! reader sees them, what is invisible is gone, ends are trimmed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::{
    Extractor, clean,
    read::{Format, parse},
};
use crate::domain::document::{Block, Section};

/// HTML up to so many bytes is read here, longer in the child process.
const SHORT: usize = 16 * 1024;

/// Clean text of a field that may be HTML.
pub(super) fn field(text: &str, extractor: &Extractor) -> String {
    if looks_like_html(text) { html(text, extractor) } else { plain(text) }
}

pub(super) fn plain(text: &str) -> String {
    clean::characters(text).trim().to_owned()
}

/// The text of a page, a line each paragraph; empty where it cannot be read.
pub(super) fn html(text: &str, extractor: &Extractor) -> String {
    let text = clean::characters(text);
    let parsed = if text.len() <= SHORT {
        catch_unwind(AssertUnwindSafe(|| parse(Format::Html, &text, Some(String::new())))).ok()
    } else {
        extractor.text(Format::Html, &text, Some("")).ok()
    };
    parsed.map(|(_, sections)| lines(&sections)).unwrap_or_default()
}

fn lines(sections: &[Section]) -> String {
    let mut lines = Vec::new();
    for section in sections {
        lines.extend(section.heading.last().cloned());
        lines.extend(section.blocks.iter().map(|block| match block {
            Block::Paragraph { text } | Block::Row { text } => text.clone(),
            Block::Step { number, text } => format!("{number}. {text}"),
            Block::Item { text } => format!("- {text}"),
        }));
    }
    lines.join("\n")
}

/// Whether a closing tag or one that stands alone is there: "<Alt>" of a key is none.
fn looks_like_html(text: &str) -> bool {
    const TAGS: [&str; 12] = [
        "</p>",
        "</div>",
        "<br>",
        "<br/>",
        "<br />",
        "</span>",
        "</td>",
        "</li>",
        "</b>",
        "</html>",
        "</a>",
        "</strong>",
    ];
    text.contains('<') && {
        let lower = text.to_ascii_lowercase();
        TAGS.iter().any(|tag| lower.contains(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::KnowledgeConfig, ingest::Limits};

    #[test]
    fn html_is_read_and_keys_stay() {
        let extractor = Extractor::new("nowhere", Limits::from(&KnowledgeConfig::default()));
        let page = "<div>Hallo,<br>das Bild &amp; der Ton fehlen.</div><ol><li>Kabel</li></ol><p hidden>weg</p>";
        assert_eq!(field(page, &extractor), "Hallo,\ndas Bild & der Ton fehlen.\n1. Kabel");
        assert_eq!(field(" <Strg>+<Alt> dr\u{FC}cken\u{200B}\r\n", &extractor), "<Strg>+<Alt> drücken");
        assert_eq!(field(&format!("{}</p>", "<div>".repeat(3000)), &extractor), "");
    }
}
