//! Plain text to sections: `# heading` and underlined headings, else [`super::lines`].

use super::{blocks::Outline, clean, lines::Lines};
use crate::domain::document::Section;

/// A first line longer than this is no title, characters.
const TITLE: usize = 100;

/// Reads clean text. Without a title given, a short first line that stands alone is it.
pub(super) fn read(text: &str, title: Option<String>) -> (Option<String>, Vec<Section>) {
    let rows: Vec<&str> = text.lines().collect();
    let mut at = rows.iter().position(|row| !row.trim().is_empty()).unwrap_or(rows.len());
    let mut given = title;
    if given.is_none() && heading(&rows, at).is_none() && stands_alone(&rows, at) {
        given = Some(clean::line(rows[at]));
        at += 1;
    }
    let mut outline = Outline::new(given);
    let mut lines = Lines::default();
    let mut part = String::new();
    let mut empty = |part: &mut String, outline: &mut Outline| {
        lines.blocks(&std::mem::take(part)).into_iter().for_each(|block| outline.block(block));
    };
    while at < rows.len() {
        if let Some((level, text, taken)) = heading(&rows, at) {
            empty(&mut part, &mut outline);
            outline.heading(level, text);
            at += taken;
        } else {
            part.push_str(rows[at]);
            part.push('\n');
            at += 1;
        }
    }
    empty(&mut part, &mut outline);
    outline.finish()
}

/// Level, text and lines taken of a heading that begins at row `at`.
fn heading<'a>(rows: &[&'a str], at: usize) -> Option<(u8, &'a str, usize)> {
    let row = rows.get(at)?.trim();
    let marks = row.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&marks) && row[marks..].starts_with(' ') {
        return Some((u8::try_from(marks).unwrap_or(6), row[marks..].trim(), 1));
    }
    let under = rows.get(at + 1)?.trim();
    let alone = at == 0 || rows[at - 1].trim().is_empty();
    let underlined = |mark: char| under.len() >= 3 && under.chars().all(|ch| ch == mark);
    match (alone && !row.is_empty() && row.chars().count() <= TITLE, underlined('='), underlined('-')) {
        (true, true, _) => Some((1, row, 2)),
        (true, _, true) => Some((2, row, 2)),
        _ => None,
    }
}

fn stands_alone(rows: &[&str], at: usize) -> bool {
    let Some(row) = rows.get(at).map(|row| row.trim()) else { return false };
    row.chars().count() <= TITLE
        && row.starts_with(char::is_alphabetic)
        && !row.ends_with(['.', ',', ';', ':', '!'])
        && rows.get(at + 1).is_some_and(|next| next.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Block;

    #[test]
    fn title_headings_and_steps() {
        let text = "Beamer zeigt nichts\n\nVorab.\n\nKabel\n-----\n1. Eins\n2. Zwei\n\n# Ton\nLauter.\n";
        let (title, sections) = read(text, None);
        assert_eq!(title.as_deref(), Some("Beamer zeigt nichts"));
        let paths: Vec<String> = sections.iter().map(|section| section.heading.join("/")).collect();
        assert_eq!(paths, ["", "Kabel", "Ton"]);
        assert_eq!(sections[1].blocks[1], Block::Step { number: 2, text: "Zwei".into() });
    }

    #[test]
    fn a_first_sentence_is_no_title() {
        let (title, sections) = read("Das ist ein Satz.\n\nNoch einer.", None);
        assert_eq!((title, sections[0].blocks.len()), (None, 2));
        assert_eq!(read("", None), (None, vec![]));
    }
}
