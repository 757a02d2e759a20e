//! Text of answers that come as pages.

use std::sync::LazyLock;

use regex::Regex;

static QUOTE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)</?blockquote[\s>]").expect("a constant pattern"));
/// Bytes of a page that are looked at.
const MOST_BYTES: usize = 512 * 1024;

/// The text of a page without what it quotes.
pub(super) fn of_page(page: &str) -> String {
    let page = &page[..page.floor_char_boundary(MOST_BYTES)];
    let mut kept = String::with_capacity(page.len());
    let (mut depth, mut from) = (0_usize, 0);
    for tag in QUOTE.find_iter(page) {
        let closes = tag.as_str().starts_with("</");
        if depth == 0 {
            kept.push_str(&page[from..tag.start()]);
            // Apart from what follows.
            kept.push_str("<br>");
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        from = page[tag.end() - 1..].find('>').map_or(page.len(), |end| tag.end() + end);
    }
    if depth == 0 {
        kept.push_str(&page[from.min(page.len())..]);
    }
    let text = mail_parser::decoders::html::html_to_text(&kept).replace('\r', "");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_text() {
        for (page, text) in [
            (
                "<p>Lösung: <b>Spooler</b> &amp; Kabel</p><blockquote type=cite>alt <blockquote>älter</blockquote></blockquote>",
                "Lösung: Spooler & Kabel",
            ),
            ("vorher<blockquote>alt</blockquote>nachher", "vorher\nnachher"),
            ("<style>p{}</style><script>x()</script>Hallo", "Hallo"),
            ("offen<blockquote>alt", "offen"),
            ("zu</blockquote>viel", "zu\nviel"),
            ("", ""),
        ] {
            assert_eq!(of_page(page), text, "{page}");
        }
        assert!(of_page(&"<blockquote>".repeat(200_000)).is_empty());
        assert!(of_page(&"<div>ä".repeat(300_000)).len() < 2 * MOST_BYTES);
    }
}
