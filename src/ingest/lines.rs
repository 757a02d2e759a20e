//! Lines of plain text, or of a PDF's page, to blocks.
//!
//! A blank line ends a paragraph. "1.", "2)" or "Schritt 3:" begins a step, but
//! only where the number goes on from the last one or is 1, so that the "3. Mai"
//! of a wrapped line is no step. Words cut at a line's end are joined again.

use super::clean;
use crate::domain::document::Block;

/// Longest number of a step, in digits.
const DIGITS: usize = 3;

/// Reads text piece by piece: steps may go on over pages and sections.
#[derive(Default)]
pub(super) struct Lines {
    /// Number of the last step, 0 before the first.
    last: u32,
    /// A paragraph that begins in lower case continues what stands before the blank line.
    wrapped: bool,
}

enum Marker<'a> {
    Step(u32, &'a str),
    Item(&'a str),
    None,
}

impl Lines {
    /// For text whose lines are those of the paper.
    pub(super) fn wrapped() -> Self {
        Self { last: 0, wrapped: true }
    }

    pub(super) fn blocks(&mut self, text: &str) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut blank = true;
        for raw in text.lines() {
            let line = raw.trim();
            if line.is_empty() {
                blank = true;
                continue;
            }
            let indented = raw.starts_with([' ', '\t']);
            match (marker(line), blocks.last_mut()) {
                (Marker::Step(number, rest), _) if number == 1 || (self.last > 0 && number == self.last + 1) => {
                    self.last = number;
                    blocks.push(Block::Step { number, text: rest.into() });
                }
                (Marker::Item(rest), Some(Block::Step { text, .. })) if !blank || indented => {
                    text.push_str(" – ");
                    text.push_str(rest);
                }
                (Marker::Item(rest), _) => blocks.push(Block::Item { text: rest.into() }),
                (Marker::Step(..) | Marker::None, Some(block)) if self.continues(block, line, blank, indented) => {
                    join(text_of(block), line);
                }
                _ => blocks.push(Block::Paragraph { text: line.into() }),
            }
            blank = false;
        }
        for block in &mut blocks {
            let text = text_of(block);
            *text = clean::line(text);
        }
        blocks.retain(|block| !block.text().is_empty());
        blocks
    }

    /// A paragraph in which numbers or bullets were typed, as steps and items; any other block as it is.
    pub(super) fn typed(&mut self, block: Block) -> Vec<Block> {
        match &block {
            Block::Paragraph { text } if text.lines().any(|line| !matches!(marker(line), Marker::None)) => {
                self.blocks(text)
            }
            _ => vec![block],
        }
    }

    fn continues(&self, block: &Block, line: &str, blank: bool, indented: bool) -> bool {
        if !blank {
            return true;
        }
        let lower = line.chars().next().is_some_and(char::is_lowercase);
        let open = !block.text().ends_with(['.', '!', '?', ':']);
        (self.wrapped && lower && open) || (indented && matches!(block, Block::Step { .. } | Block::Item { .. }))
    }
}

fn text_of(block: &mut Block) -> &mut String {
    match block {
        Block::Paragraph { text } | Block::Step { text, .. } | Block::Item { text } | Block::Row { text } => text,
    }
}

/// Appends a line. "Pro-" + "jektor" is one word, "WLAN-" + "Kabel" keeps its
/// hyphen, "Ein-" + "und Ausgang" keeps hyphen and blank.
pub(super) fn join(text: &mut String, line: &str) {
    let mut end = text.chars().rev();
    let hyphen = end.next().is_some_and(|ch| matches!(ch, '-' | '\u{2010}'));
    let letter = end.next().is_some_and(char::is_alphanumeric);
    let word = line.split(|ch: char| !ch.is_alphabetic()).next().unwrap_or_default();
    if !(hyphen && letter) || matches!(word, "und" | "oder" | "bzw" | "sowie" | "and" | "or") {
        text.push(' ');
    } else if line.starts_with(char::is_lowercase) {
        text.pop();
    }
    text.push_str(line);
}

fn marker(line: &str) -> Marker<'_> {
    if let Some((number, rest)) = numbered(line).or_else(|| worded(line)) {
        return Marker::Step(number, rest);
    }
    let mut chars = line.chars();
    let bullet = chars.next().is_some_and(|ch| {
        matches!(
            ch,
            '-' | '–'
                | '—'
                | '*'
                | '•'
                | '·'
                | '‣'
                | '▪'
                | '■'
                | '●'
                | '○'
                | '◦'
                | '∙'
                | '➢'
                | '➤'
                | '►'
                | '▸'
                | '✓'
                | '✔'
                | '❑'
                | '□'
        )
    });
    let rest = chars.as_str();
    if bullet && rest.starts_with([' ', '\t']) && !rest.trim().is_empty() {
        return Marker::Item(rest.trim());
    }
    // Word's second level, a letter; and the sign that bullets of symbol fonts are taken for.
    for sign in ["o ", "§ ", "\u{2756} "] {
        if let Some(rest) = line.strip_prefix(sign).filter(|rest| rest.trim_start().starts_with(char::is_alphabetic)) {
            return Marker::Item(rest.trim());
        }
    }
    Marker::None
}

/// `12. Text`, `12) Text`, also without a blank before a capital letter.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > DIGITS {
        return None;
    }
    let rest = line[digits..].strip_prefix(['.', ')'])?;
    let text = rest.trim_start();
    let begins = rest.len() > text.len() || text.starts_with(char::is_uppercase);
    (begins && !text.is_empty()).then(|| line[..digits].parse().ok().map(|number| (number, text)))?
}

/// `Schritt 3: Text`, `Step 3 – text`.
fn worded(line: &str) -> Option<(u32, &str)> {
    let rest = line.strip_prefix("Schritt ").or_else(|| line.strip_prefix("Step "))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > DIGITS {
        return None;
    }
    let text = rest[digits..].trim_start().strip_prefix([':', '.', '-', '–', ')'])?.trim_start();
    (!text.is_empty()).then(|| rest[..digits].parse().ok().map(|number| (number, text)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let blocks = Lines::wrapped().blocks(text);
        let line = |block: &Block| match block {
            Block::Paragraph { text } => format!("p {text}"),
            Block::Step { number, text } => format!("{number} {text}"),
            Block::Item { text } => format!("- {text}"),
            Block::Row { text } => format!("| {text}"),
        };
        blocks.iter().map(line).collect()
    }

    #[test]
    fn paragraphs_steps_and_items() {
        assert_eq!(
            read("Vorab.\nNoch.\n\n1. Eins\n   weiter\n2) Zwei\n- a\n- b\n\nDanach.\n\n• Punkt\nSchritt 3: Drei"),
            ["p Vorab. Noch.", "1 Eins weiter", "2 Zwei – a – b", "p Danach.", "- Punkt", "3 Drei"]
        );
    }

    #[test]
    fn numbers_that_do_not_go_on_are_text() {
        assert_eq!(read("Bis zum\n3. Mai 2024 gilt\n2.4 GHz."), ["p Bis zum 3. Mai 2024 gilt 2.4 GHz."]);
        assert_eq!(read("1. Eins am\n20. Mai\n2. Zwei"), ["1 Eins am 20. Mai", "2 Zwei"]);
    }

    #[test]
    fn cut_words_are_joined() {
        assert_eq!(read("Der Pro-\njektor"), ["p Der Projektor"]);
        assert_eq!(read("Das WLAN-\nKabel, HDMI-\n2"), ["p Das WLAN-Kabel, HDMI-2"]);
        assert_eq!(read("Ein-\nund Ausgang"), ["p Ein- und Ausgang"]);
        assert_eq!(read("so –\nund so"), ["p so – und so"]);
    }

    #[test]
    fn a_paragraph_that_begins_in_lower_case_goes_on() {
        assert_eq!(read("1. Drücken Sie\n\ndie Taste.\n\nNeu."), ["1 Drücken Sie die Taste.", "p Neu."]);
    }
}
