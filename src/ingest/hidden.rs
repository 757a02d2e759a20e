//! What HTML hides from its reader: shared by the HTML reader and by Markdown,
//! in which raw HTML may hide text that follows it.

/// Elements whose content is no running text.
pub(super) const DROPPED: [&str; 25] = [
    "area", "aside", "audio", "button", "canvas", "dialog", "footer", "head", "header", "iframe", "math", "nav",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "title", "video",
    "input", "datalist",
];

/// Elements that have no content, so that nothing closes them.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// From here on red, green and blue are nearly white.
const WHITE: u8 = 0xF5;

/// A shift by so much or more leads out of any page, in whatever unit.
const OUTSIDE: f32 = -500.0;

/// Whether attributes make an element invisible. Names and values as written.
pub(super) fn hides<'a>(attributes: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    attributes.into_iter().any(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "hidden" => true,
        "aria-hidden" => value.trim().eq_ignore_ascii_case("true"),
        "role" => matches!(value.trim(), "navigation" | "banner" | "contentinfo" | "search"),
        "style" => hiding_style(value),
        _ => false,
    })
}

fn hiding_style(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    let painted = style.split(';').any(|rule| rule.trim_start().starts_with("background"));
    style.split(';').any(|rule| {
        let Some((name, value)) = rule.split_once(':') else { return false };
        let value = value.replace("!important", "");
        match (name.trim(), value.trim()) {
            // Pushed out of the page.
            ("left" | "right" | "top" | "bottom" | "text-indent" | "margin-left" | "margin-top", value)
                if value.starts_with('-') =>
            {
                let number = value.trim_end_matches(|ch: char| ch.is_ascii_alphabetic() || ch == '%');
                number.parse::<f32>().is_ok_and(|number| number <= OUTSIDE)
            }
            // White on a page that nothing says is not white.
            ("color", value) => !painted && is_white(value),
            // Nobody reads letters of a pixel.
            ("font-size", value) if value.ends_with("px") || value.ends_with("pt") => {
                value[..value.len() - 2].trim().parse::<f32>().is_ok_and(|size| size <= 1.0)
            }
            ("display", "none") | ("visibility", "hidden" | "collapse") => true,
            ("opacity" | "font-size" | "max-height", value) => {
                value.trim_end_matches(|ch: char| ch.is_ascii_alphabetic() || ch == '%').parse::<f32>() == Ok(0.0)
            }
            _ => false,
        }
    })
}

/// Whether letters of a colour, in lower case, cannot be seen on white.
fn is_white(colour: &str) -> bool {
    let colour: String = colour.chars().filter(|ch| !ch.is_whitespace()).collect();
    let bright = |figure: &str| u8::from_str_radix(figure, 16).is_ok_and(|value| value >= WHITE);
    if let Some(figures) = colour.strip_prefix('#').filter(|figures| figures.is_ascii()) {
        return match figures.len() {
            3 => figures.chars().all(|figure| figure == 'f'),
            6 => [0, 2, 4].iter().all(|at| bright(&figures[*at..at + 2])),
            _ => false,
        };
    }
    matches!(colour.as_str(), "white" | "transparent" | "rgb(255,255,255)")
        || (colour.starts_with("rgba(") && colour.ends_with(",0)"))
}

/// Follows raw HTML through a Markdown document and says what it hides.
#[derive(Default)]
pub(super) struct Tracker {
    /// The hiding element and how many of its name are open.
    open: Option<(String, u32)>,
    comment: bool,
}

impl Tracker {
    /// Whether what comes next is hidden.
    pub(super) fn hiding(&self) -> bool {
        self.open.is_some() || self.comment
    }

    /// Takes a piece of raw HTML.
    pub(super) fn feed(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if self.comment {
                let Some(end) = rest.find("-->") else { return };
                self.comment = false;
                rest = &rest[end + 3..];
            }
            let Some(start) = rest.find('<') else { return };
            rest = &rest[start + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                self.comment = true;
                rest = comment;
                continue;
            }
            let Some(end) = rest.find('>') else { return };
            self.tag(&rest[..end]);
            rest = &rest[end + 1..];
        }
    }

    fn tag(&mut self, tag: &str) {
        let (closing, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|ch: char| !ch.is_ascii_alphanumeric() && ch != '-').unwrap_or(tag.len());
        let (name, attributes) = (tag[..end].to_ascii_lowercase(), &tag[end..]);
        if name.is_empty() || VOID.contains(&name.as_str()) || attributes.ends_with('/') {
            return;
        }
        match &mut self.open {
            Some((open, depth)) if *open == name => {
                *depth = if closing { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    self.open = None;
                }
            }
            None if !closing && (DROPPED.contains(&name.as_str()) || hides(attributes_of(attributes).into_iter())) => {
                self.open = Some((name, 1));
            }
            _ => {}
        }
    }
}

/// Attributes of a tag's inside. Lenient: it decides what to hide, never what to show.
fn attributes_of(mut rest: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|ch: char| ch.is_whitespace() || ch == '/');
        let end = rest.find(|ch: char| ch.is_whitespace() || ch == '=').unwrap_or(rest.len());
        let name = &rest[..end];
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|ch| matches!(ch, '"' | '\''));
            let body = &after[quote.map_or(0, char::len_utf8)..];
            let end = quote.map_or_else(|| body.find(char::is_whitespace), |quote| body.find(quote));
            value = &body[..end.unwrap_or(body.len())];
            rest = end.map_or("", |end| &body[end + usize::from(quote.is_some())..]);
        } else if name.is_empty() {
            return found;
        }
        found.push((name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_attributes() {
        for (name, value) in [
            ("style", "color:red; DISPLAY : none !important"),
            ("hidden", ""),
            ("aria-hidden", "true"),
            ("style", "font-size:0px"),
            ("style", "opacity: 0"),
        ] {
            assert!(hides([(name, value)].into_iter()), "{name} {value}");
        }
        for (name, value) in [("style", "display:block; opacity:0.5"), ("aria-hidden", "false"), ("class", "hidden")] {
            assert!(!hides([(name, value)].into_iter()), "{name} {value}");
        }
    }

    #[test]
    fn the_tracker_follows_nesting_and_comments() {
        let mut tracker = Tracker::default();
        let mut after = |html: &str| {
            tracker.feed(html);
            tracker.hiding()
        };
        assert!(!after("<b>"));
        assert!(after("<span class='x' style=\"display:none\">"));
        assert!(after("<span>") && after("</span>"));
        assert!(!after("</span>"));
        assert!(after("<!-- a") && after("b <b>") && !after("-->"));
        assert!(!after("<img hidden src=x>") && !after("<div hidden/>"));
        assert!(after("<script>") && !after("</script>"));
    }
}
