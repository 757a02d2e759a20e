//! HTML to sections, as a reader sees it: scripts, navigation, page headers and
//! footers and whatever is hidden are dropped; `<main>` alone is read where there
//! is one. The tree is walked without recursion, so that depth does no harm.

use scraper::{ElementRef, Html, Selector};

use super::{
    blocks::Builder,
    clean,
    hidden::{DROPPED, hides},
};
use crate::domain::document::Section;

/// Elements that begin and end a block.
const BLOCKS: [&str; 27] = [
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "hr",
    "legend",
    "main",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "hgroup",
];

/// Reads a page. Without a title given, `<title>` is it, or else the first `<h1>`.
pub(super) fn read(text: &str, title: Option<String>) -> (Option<String>, Vec<Section>) {
    let page = Html::parse_document(text);
    let title = title.or_else(|| first(&page, "title")).or_else(|| first(&page, "h1"));
    let mut builder = Builder::new(title);
    let main = Selector::parse("main").ok().and_then(|main| page.select(&main).next());
    walk(main.unwrap_or_else(|| page.root_element()), &mut builder);
    builder.finish()
}

fn first(page: &Html, name: &str) -> Option<String> {
    let selector = Selector::parse(name).ok()?;
    let text = clean::line(&page.select(&selector).next()?.text().collect::<String>());
    (!text.is_empty()).then_some(text)
}

fn walk(root: ElementRef<'_>, builder: &mut Builder) {
    let mut preformatted = 0_u32;
    let mut node = *root;
    let mut down = true;
    loop {
        let element = ElementRef::wrap(node);
        if down {
            let mut enter = true;
            if let Some(element) = element {
                enter = visible(element);
                if enter {
                    preformatted += u32::from(name(element) == "pre");
                    open(element, builder);
                }
            } else if let Some(text) = node.value().as_text() {
                if preformatted > 0 { builder.verbatim(text) } else { builder.text(text) }
            }
            if enter && let Some(child) = node.first_child() {
                node = child;
                continue;
            }
        }
        if let Some(element) = element.filter(|element| visible(*element)) {
            preformatted -= u32::from(name(element) == "pre");
            close(element, builder);
        }
        if node.id() == root.id() {
            return;
        }
        if let Some(next) = node.next_sibling() {
            (node, down) = (next, true);
        } else if let Some(parent) = node.parent() {
            (node, down) = (parent, false);
        } else {
            return;
        }
    }
}

fn name(element: ElementRef<'_>) -> &str {
    element.value().name()
}

fn visible(element: ElementRef<'_>) -> bool {
    !DROPPED.contains(&element.value().name()) && !hides(element.value().attrs())
}

fn open(element: ElementRef<'_>, builder: &mut Builder) {
    let number = |attribute: &str| element.value().attr(attribute).and_then(|value| value.trim().parse().ok());
    match element.value().name() {
        "ol" => builder.open_list(Some(number("start").unwrap_or(1))),
        "ul" | "menu" => builder.open_list(None),
        "li" => builder.open_item(number("value")),
        "tr" => builder.open_row(),
        "br" => builder.line_break(),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => builder.before_heading(),
        name if BLOCKS.contains(&name) => builder.block_break(),
        _ => {}
    }
}

fn close(element: ElementRef<'_>, builder: &mut Builder) {
    match element.value().name() {
        "ol" | "ul" | "menu" => builder.close_list(),
        "li" => builder.close_item(),
        "td" | "th" => builder.close_cell(),
        "tr" => builder.close_row(),
        "h1" => builder.heading(1),
        "h2" => builder.heading(2),
        "h3" => builder.heading(3),
        "h4" => builder.heading(4),
        "h5" => builder.heading(5),
        "h6" => builder.heading(6),
        name if BLOCKS.contains(&name) => builder.block_break(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Block;

    fn texts(html: &str) -> Vec<String> {
        let (_, sections) = read(html, None);
        sections.iter().flat_map(|section| &section.blocks).map(|block| format!("{block:?}")).collect()
    }

    #[test]
    fn steps_items_rows_and_title() {
        let html = "<html><head><title> Kein  Bild </title><style>x</style></head><body><nav>Menü</nav>\
            <h1>Kein Bild</h1><p>Zuerst:<br>so.</p><ol start=2><li>Drücken <b>Sie</b><ul><li>Source</li></ul></li>\
            <li><p>Warten</p><p>Sie.</p></li></ol><h2>Kabel</h2><ul><li>HDMI</li></ul>\
            <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>";
        let (title, sections) = read(html, None);
        assert_eq!(title.as_deref(), Some("Kein Bild"));
        assert_eq!(sections.len(), 2);
        assert_eq!(sections[1].heading, ["Kabel"]);
        let step = |number, text: &str| Block::Step { number, text: text.into() };
        assert_eq!(
            sections[0].blocks,
            [Block::Paragraph { text: "Zuerst:\nso.".into() }, step(2, "Drücken Sie – Source"), step(3, "Warten Sie.")]
        );
        let row = |text: &str| Block::Row { text: text.into() };
        assert_eq!(sections[1].blocks, [Block::Item { text: "HDMI".into() }, row("A | B"), row("1 | 2")]);
    }

    #[test]
    fn what_is_hidden_is_not_read() {
        let html = "<body><header>Kopf</header><p>da<span style='display:none'>weg</span></p><div hidden>weg</div>\
            <div aria-hidden='true'><p>weg</p></div><script>weg</script><!-- weg --><footer>weg</footer></body>";
        assert_eq!(texts(html), ["Paragraph { text: \"da\" }"]);
        assert_eq!(texts("<body>weg<main><p>nur das</p></main>weg</body>"), ["Paragraph { text: \"nur das\" }"]);
    }

    #[test]
    fn a_table_that_arranges_lists_gives_up_its_rows() {
        let html = "<table><tr><td>Links</td><td><ol><li>Eins</li></ol>Danach</td></tr></table>";
        assert_eq!(
            texts(html),
            ["Paragraph { text: \"Links\" }", "Step { number: 1, text: \"Eins\" }", "Paragraph { text: \"Danach\" }"]
        );
    }

    #[test]
    fn depth_does_no_harm() {
        let html = format!("{}tief", "<b><i>".repeat(20_000));
        assert_eq!(texts(&html), ["Paragraph { text: \"tief\" }"]);
    }
}
