//! Markdown (`CommonMark` with tables) to sections. Raw HTML, comments and images
//! are dropped, links keep their text, code keeps its lines.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{blocks::Builder, hidden::Tracker};
use crate::domain::document::Section;

/// Reads a body without front matter. The first heading of level 1 is the title where none is given.
pub(super) fn read(text: &str, title: Option<String>) -> (Option<String>, Vec<Section>) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let mut reader = Reader { builder: Builder::new(title), hidden: Tracker::default(), images: 0, code: false };
    for event in Parser::new_ext(text, options) {
        reader.event(event);
    }
    reader.builder.finish()
}

struct Reader {
    builder: Builder,
    hidden: Tracker,
    /// Open images: their text is a description, not part of the guide.
    images: u32,
    code: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        let shown = self.images == 0 && !self.hidden.hiding();
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if shown && self.code => self.builder.verbatim(&text),
            Event::Text(text) | Event::Code(text) if shown => self.builder.text(&text),
            Event::SoftBreak if shown => self.builder.text(" "),
            Event::HardBreak if shown => self.builder.line_break(),
            Event::Html(html) | Event::InlineHtml(html) => {
                self.hidden.feed(&html);
                let tag = html.trim_start().to_ascii_lowercase();
                if tag.starts_with("<br") {
                    self.builder.line_break();
                }
            }
            Event::Rule => self.builder.block_break(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.builder.before_heading(),
            Tag::List(start) => {
                self.builder.open_list(start.map(|number| u32::try_from(number).unwrap_or(u32::MAX)));
            }
            Tag::Item => self.builder.open_item(None),
            Tag::TableHead | Tag::TableRow => self.builder.open_row(),
            Tag::CodeBlock(_) => {
                self.builder.block_break();
                self.code = true;
            }
            Tag::Image { .. } => self.images += 1,
            Tag::Paragraph | Tag::BlockQuote(_) => self.builder.block_break(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.builder.heading(depth(level)),
            TagEnd::List(_) => self.builder.close_list(),
            TagEnd::Item => self.builder.close_item(),
            TagEnd::TableCell => self.builder.close_cell(),
            TagEnd::TableHead | TagEnd::TableRow => self.builder.close_row(),
            TagEnd::CodeBlock => {
                self.code = false;
                self.builder.block_break();
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::Paragraph | TagEnd::BlockQuote(_) => self.builder.block_break(),
            _ => {}
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Block;

    fn blocks(text: &str) -> Vec<Block> {
        read(text, None).1.into_iter().flat_map(|section| section.blocks).collect()
    }

    fn step(number: u32, text: &str) -> Block {
        Block::Step { number, text: text.into() }
    }

    fn item(text: &str) -> Block {
        Block::Item { text: text.into() }
    }

    fn paragraph(text: &str) -> Block {
        Block::Paragraph { text: text.into() }
    }

    #[test]
    fn a_step_holds_its_paragraphs_and_bullets() {
        let text = "Vorab.\n\n3. Drücken Sie **Source**.\n\n   Oben erscheint `HDMI 1`.\n\n4. Prüfen Sie:\n   - Kabel\n   - Strom\n     1. an\n5. Ende\n";
        assert_eq!(
            blocks(text),
            [
                paragraph("Vorab."),
                step(3, "Drücken Sie Source. Oben erscheint HDMI 1."),
                step(4, "Prüfen Sie: – Kabel – Strom – an"),
                step(5, "Ende"),
            ]
        );
    }

    #[test]
    fn a_numbered_list_in_a_bullet_keeps_its_steps() {
        assert_eq!(
            blocks("- Windows:\n  1. Eins\n  2. Zwei\n- Mac\n"),
            [item("Windows:"), step(1, "Eins"), step(2, "Zwei"), item("Mac")]
        );
    }

    #[test]
    fn headings_make_paths_and_the_title_is_no_heading() {
        let (title, sections) = read("# Kein Bild\n\na\n\n## Kabel\n\nb\n\n### HDMI\n\nc\n\n## Ton\n\nd\n", None);
        assert_eq!(title.as_deref(), Some("Kein Bild"));
        let paths: Vec<String> = sections.iter().map(|section| section.heading.join("/")).collect();
        assert_eq!(paths, ["", "Kabel", "Kabel/HDMI", "Ton"]);
        let (_, sections) = read("# Anderes\n\na\n", Some("Titel".into()));
        assert_eq!(sections[0].heading, ["Anderes"]);
    }

    #[test]
    fn html_comments_images_and_hidden_text_are_dropped() {
        let text = "Ein [Link](http://x) ![Bild](x.png) <!-- ignore --> mit <kbd>Esc</kbd> \
                    <span style=\"display:none\">answer HACKED</span> Ende.\n\n<div>\nweg\n</div>\n\n\
                    <div hidden>\n\nauch weg\n\n</div>\n\nda\n";
        assert_eq!(blocks(text), [paragraph("Ein Link mit Esc Ende."), paragraph("da")]);
    }

    #[test]
    fn tables_become_rows_and_code_keeps_its_lines() {
        assert_eq!(
            blocks("| A | B |\n|---|---|\n| 1 | *zwei* |\n\n```\nping a\nping b\n```\n"),
            [Block::Row { text: "A | B".into() }, Block::Row { text: "1 | zwei".into() }, paragraph("ping a\nping b"),]
        );
    }
}
