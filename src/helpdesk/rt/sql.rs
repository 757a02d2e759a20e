//! Values in Request Tracker's query language, where a quote that ends too early would ask for other tickets.

/// `value` as one literal of `TicketSQL`: in single quotes, quotes and backslashes escaped.
///
/// RT reads a literal by `'[^\\']*(?:\\.[^\\']*)*'` and takes one backslash away before every character; the `.`
/// does not match a line break, so none may follow a backslash: a backslash is always followed by the character
/// that it escapes.
pub(super) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('\'');
    for ch in value.chars() {
        if matches!(ch, '\'' | '\\') {
            text.push('\\');
        }
        text.push(ch);
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// RT's own pattern for a literal (`RT::SQL`, `Regexp::Common`'s `delimited`).
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^'[^\\']*(?:\\.[^\\']*)*'").unwrap());
    static ESCAPED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\\(.)").unwrap());

    fn read(text: &str) -> Option<(String, &str)> {
        let literal = LITERAL.find(text)?;
        let inside = &literal.as_str()[1..literal.len() - 1];
        Some((ESCAPED.replace_all(inside, "$1").into_owned(), &text[literal.end()..]))
    }

    #[test]
    fn quotes_do_not_end_it() {
        for (value, text) in
            [("abc", "'abc'"), ("abc-'2", r"'abc-\'2'"), (r"a\", r"'a\\'"), (r"\' OR id > 0", r"'\\\' OR id > 0'")]
        {
            assert_eq!(quoted(value), text);
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_stays_one_literal(value in r#"([ -~'\\"{}\n\t]|\PC){0,40}"#, rest in "[ -~]{0,20}") {
            let text = format!("{} {rest}", quoted(&value));
            let (back, left) = read(&text).expect("it is a literal");
            prop_assert_eq!(back, value);
            prop_assert_eq!(left, format!(" {rest}"));
        }
    }
}
