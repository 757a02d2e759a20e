//! The lines that put the chat on a school's page, and what that page's own rules must allow.
//! One place for the operator's page, the demonstration and the command.

use std::fmt::Write as _;

use crate::config::BrandConfig;

/// The two lines. `base` is the server's address without a slash at its end; `school` an id.
/// Name and colours stand in them where the authority has chosen them: the button needs
/// them before the server is asked for anything.
#[must_use]
pub fn snippet(base: &str, school: &str, brand: &BrandConfig) -> String {
    let mut attributes = format!("school=\"{}\" lang=\"de\" theme=\"auto\"", escaped(school));
    for (name, value) in [("title", brand.name.clone()), ("brand", brand.colours())] {
        if let Some(value) = value {
            let _ = write!(attributes, " {name}=\"{}\"", escaped(&value));
        }
    }
    format!(
        "<script type=\"module\" src=\"{}/widget.js\"></script>\n<schul-hilfe {attributes}></schul-hilfe>",
        escaped(base)
    )
}

/// For pages that take no scripts: the chat in a frame.
#[must_use]
pub fn frame(base: &str, school: &str) -> String {
    format!(
        "<iframe src=\"{}/chat?school={}\" title=\"Schul-IT-Hilfe\" width=\"420\" height=\"640\"></iframe>",
        escaped(base),
        escaped(school)
    )
}

/// What a content security policy of the host page must name, one directive a line.
#[must_use]
pub fn rules(base: &str) -> String {
    let socket = match base.split_once("://") {
        Some(("http", rest)) => format!("ws://{rest}"),
        Some((_, rest)) => format!("wss://{rest}"),
        None => base.to_owned(),
    };
    format!("script-src {base}\nconnect-src {base} {socket}\nimg-src {base}")
}

/// A value between quotation marks in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_whole_and_nothing_breaks_out_of_them() {
        let plain = snippet("https://hilfe.example", "gs-nord", &BrandConfig::default());
        assert_eq!(
            plain,
            "<script type=\"module\" src=\"https://hilfe.example/widget.js\"></script>\n\
             <schul-hilfe school=\"gs-nord\" lang=\"de\" theme=\"auto\"></schul-hilfe>"
        );
        let brand: BrandConfig =
            toml::from_str("name = 'Hilfe \"A&B\"'\ncolour = '#8a1538'\ncolour_dark = '#ff9db0'").unwrap();
        let own = snippet("https://hilfe.example", "\"><script>", &brand);
        assert!(own.ends_with(
            "school=\"&quot;>&lt;script>\" lang=\"de\" theme=\"auto\" title=\"Hilfe &quot;A&amp;B&quot;\" brand=\"#8a1538 #ffffff #efdee3 #ff9db0 #17232e #3e3743\"></schul-hilfe>"
        ), "{own}");
        assert_eq!(
            rules("https://hilfe.example"),
            "script-src https://hilfe.example\nconnect-src https://hilfe.example wss://hilfe.example\nimg-src https://hilfe.example"
        );
        assert!(rules("http://127.0.0.1:8080").contains(" ws://127.0.0.1:8080\n"));
    }
}
