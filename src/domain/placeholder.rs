//! What only the school authority knows (the hotline, the name of the WLAN) stands
//! in guides as `{{key|fallback}}`. Whoever reads sees the authority's value, or
//! the fallback while it is empty; the sentence is right with both.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::document::{Block, Chunk};

/// The keys that our own guides use, and what stands for each where a guide gives
/// no fallback. `hotline` and `helpdesk` are fields of the authority, the others
/// stand in its table `placeholders` or in that of a school.
pub const KEYS: [(&str, &str); 8] = [
    ("hotline", "Nummer der Hotline"),
    ("helpdesk", "Schul-IT"),
    ("wlan", "WLAN der Schule"),
    ("wlan_private", "WLAN für private Geräte"),
    ("platform", "Lernplattform der Schule"),
    ("app_catalog", "App-Katalog der Schule"),
    ("print_queue", "Drucker der Schule"),
    ("lending", "Geräteausleihe der Schule"),
];

/// Longest key and longest value or fallback, characters.
const KEY: usize = 40;
pub const VALUE: usize = 200;

/// Values by key; an empty one is none.
pub type Values = BTreeMap<String, String>;

/// Whether `key` can be one: small letters, digits and `_`.
#[must_use]
pub fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=KEY).contains(&key.len()) && key.bytes().all(fits) && !key.starts_with('_')
}

/// Whether `value` can be put into a sentence: one line that makes no placeholder of its own.
#[must_use]
pub fn is_value(value: &str) -> bool {
    value.chars().count() <= VALUE && !value.contains(['{', '}']) && !value.chars().any(char::is_control)
}

/// A placeholder in a text: from `{{` to `}}`.
struct Place<'a> {
    start: usize,
    end: usize,
    key: &'a str,
    fallback: Option<&'a str>,
}

/// All placeholders, in order. Braces around anything else are text.
fn places(text: &str) -> impl Iterator<Item = Place<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find("{{")?;
            // A bound, so that braces without an end cost no more than they are long.
            let window =
                text[start + 2..].char_indices().nth(KEY + VALUE + 2).map_or(text.len(), |(at, _)| start + 2 + at);
            from = start + 2;
            let Some(length) = text[start + 2..window].find("}}") else { continue };
            let inside = &text[start + 2..start + 2 + length];
            let (key, fallback) = match inside.split_once('|') {
                Some((key, fallback)) => (key.trim(), Some(fallback.trim()).filter(|fallback| !fallback.is_empty())),
                None => (inside.trim(), None),
            };
            if is_key(key) && fallback.is_none_or(is_value) {
                from = start + length + 4;
                return Some(Place { start, end: from, key, fallback });
            }
        }
    })
}

/// What stands where neither the authority nor the guide says anything.
fn unsaid(key: &str) -> String {
    let usual = KEYS.iter().find(|(known, _)| *known == key);
    usual.map_or_else(|| key.replace('_', " "), |(_, usual)| (*usual).to_owned())
}

/// The text as a reader sees it.
#[must_use]
pub fn fill<'a>(text: &'a str, values: &Values) -> Cow<'a, str> {
    let mut filled = String::new();
    let mut copied = 0;
    for place in places(text) {
        let value = values.get(place.key).map(|value| value.trim()).filter(|value| !value.is_empty());
        filled.push_str(&text[copied..place.start]);
        match value.or(place.fallback) {
            Some(text) => filled.push_str(text),
            None => filled.push_str(&unsaid(place.key)),
        }
        copied = place.end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    filled.push_str(&text[copied..]);
    Cow::Owned(filled)
}

/// The keys that a text asks for.
#[must_use]
pub fn keys(text: &str) -> BTreeSet<&str> {
    places(text).map(|place| place.key).collect()
}

impl Chunk {
    /// Puts the values into every block and heading.
    pub fn fill(&mut self, values: &Values) {
        let blocks = self.blocks.iter_mut().map(|block| match block {
            Block::Paragraph { text } | Block::Step { text, .. } | Block::Item { text } | Block::Row { text } => text,
        });
        for text in blocks.chain(&mut self.heading) {
            if let Cow::Owned(filled) = fill(text, values) {
                *text = filled;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_value_or_the_fallback() {
        let text = "Tippen Sie auf das WLAN {{wlan|Ihrer Schule}}, dann an: {{ hotline | Nummer im Sekretariat }}.";
        assert_eq!(fill(text, &Values::new()), "Tippen Sie auf das WLAN Ihrer Schule, dann an: Nummer im Sekretariat.");
        assert_eq!(
            fill(text, &values(&[("wlan", "Lotsennetz"), ("hotline", " ")])),
            "Tippen Sie auf das WLAN Lotsennetz, dann an: Nummer im Sekretariat."
        );
        assert_eq!(fill("{{wlan}}{{unknown}}", &Values::new()), "WLAN der Schuleunknown");
        assert_eq!(keys(text).into_iter().collect::<Vec<_>>(), ["hotline", "wlan"]);
    }

    #[test]
    fn other_braces_are_text() {
        let long = format!("{{{{wlan|{}}}}}", "x".repeat(VALUE + 1));
        for text in [
            "{{",
            "}}",
            "{{}}",
            "{{|x}}",
            "{{WLAN|x}}",
            "{{a b}}",
            "{{wlan|a{b}}",
            "{{a b|x}}",
            "{wlan|x}",
            &long,
            "{{{{{{",
        ] {
            assert_eq!(fill(text, &values(&[("wlan", "W")])), text);
        }
        assert_eq!(fill("{{{{wlan|x}}}}", &values(&[("wlan", "W")])), "{{W}}");
        // Open braces without end, many of them: no more than linear.
        assert_eq!(fill(&"{{".repeat(200_000), &Values::new()).len(), 400_000);
    }

    #[test]
    fn a_value_is_never_read_as_a_placeholder() {
        assert_eq!(fill("{{wlan|x}}", &values(&[("wlan", "{{hotline|y}}")])), "{{hotline|y}}");
        assert!(!is_value("{{hotline|y}}") && !is_value("a\nb") && is_value("0221 4710-123"));
    }
}
