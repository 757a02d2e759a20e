//! Takes out of a script what only its readers need: comments, and white space that
//! separates nothing. Tokens stay as they are and in order, and a line that ends
//! where a statement may end still ends there, so that it means the same. Strings,
//! template literals and regular expressions are tokens, kept whole.

/// The script without what only readers need.
pub(super) fn squeeze(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let (mut last, mut gap) = ("", Gap::None);
    for piece in pieces(source) {
        match piece {
            Piece::Gap(more) => gap = gap.max(more),
            Piece::Token(token) => {
                match gap {
                    Gap::Line if may_end(last) && may_begin(token) => out.push('\n'),
                    Gap::Line | Gap::Space if would_merge(last, token) => out.push(' '),
                    _ => {}
                }
                out.push_str(token);
                (last, gap) = (token, Gap::None);
            }
        }
    }
    out.push('\n');
    out
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

enum Piece<'a> {
    Gap(Gap),
    Token(&'a str),
}

/// A script as white space, comments and tokens.
fn pieces(source: &str) -> impl Iterator<Item = Piece<'_>> {
    let (mut at, mut last) = (0, "");
    std::iter::from_fn(move || {
        let rest = &source[at..];
        let first = *rest.as_bytes().first()?;
        let (len, is_gap) = match first {
            b' ' | b'\t' | b'\r' | b'\n' => (rest.len() - rest.trim_start().len(), true),
            b'/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), true),
            b'/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), true),
            b'/' if begins_value(last) => (regular_expression(rest.as_bytes()), false),
            b'\'' | b'"' => (string(rest.as_bytes()), false),
            b'`' => (template(rest.as_bytes()), false),
            _ if is_name(first) => (rest.bytes().take_while(|byte| is_name(*byte)).count(), false),
            _ => (1, false),
        };
        let text = &rest[..len];
        at += len;
        Some(if is_gap {
            Piece::Gap(if text.contains('\n') { Gap::Line } else { Gap::Space })
        } else {
            last = text;
            Piece::Token(text)
        })
    })
}

/// Bytes of letters beyond ASCII count, too.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte == b'#' || byte >= 0x80
}

/// Whether a `/` behind this token begins a regular expression, and is no division.
fn begins_value(last: &str) -> bool {
    matches!(last, "" | "return" | "typeof" | "case" | "in" | "of")
        || last.len() == 1
            && last.ends_with(['(', ',', '=', ':', '[', '!', '&', '|', '?', '{', '}', ';', '>', '<', '+'])
}

/// Whether two tokens without a space would be another one.
fn would_merge(last: &str, next: &str) -> bool {
    let (Some(last), Some(next)) = (last.bytes().last(), next.bytes().next()) else { return false };
    is_name(last) && is_name(next)
        || last == next && matches!(last, b'+' | b'-' | b'/')
        || last == b'/' && is_name(next)
        || last.is_ascii_digit() && next == b'.'
}

/// Whether a statement could end behind this token, so that a new line is more than a space.
fn may_end(last: &str) -> bool {
    !matches!(last, "" | "{" | "(" | "[" | "," | ";")
}

fn may_begin(next: &str) -> bool {
    !matches!(next, ")" | "]" | "," | ";" | ".")
}

/// Length of what begins with a quotation mark.
fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != bytes[0] {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// Length of a template literal, with the strings and templates inside of `${…}`.
fn template(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (1, 0_usize);
    while at < bytes.len() {
        at += match bytes[at] {
            b'\\' => 2,
            b'`' if depth == 0 => return at + 1,
            b'`' => template(&bytes[at..]),
            b'\'' | b'"' if depth > 0 => string(&bytes[at..]),
            b'$' if depth == 0 && bytes.get(at + 1) == Some(&b'{') => {
                depth = 1;
                2
            }
            byte => {
                match byte {
                    b'{' if depth > 0 => depth += 1,
                    b'}' if depth > 0 => depth -= 1,
                    _ => {}
                }
                1
            }
        };
    }
    bytes.len()
}

/// Length of a regular expression with its flags.
fn regular_expression(bytes: &[u8]) -> usize {
    let (mut at, mut class) = (1, false);
    while at < bytes.len() && (class || bytes[at] != b'/') {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            _ => {}
        }
        at += 1;
    }
    let flags = bytes.iter().skip(at + 1).take_while(|byte| byte.is_ascii_lowercase()).count();
    (at + 1 + flags).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> Vec<&str> {
        pieces(source).filter_map(|piece| if let Piece::Token(token) = piece { Some(token) } else { None }).collect()
    }

    #[test]
    fn readers_lines_go_and_tokens_stay() {
        for (source, squeezed) in [
            ("// head\n\nconst a = 1; // more\n  /* one */ const b = 2;\n", "const a=1;const b=2;\n"),
            ("/** long\n * b();\n */\nf( a,\n  b,\n);\n", "f(a,b,);\n"),
            ("let a = b\n++c\nreturn\nx", "let a=b\n++c\nreturn\nx\n"),
            ("a + +b - -c", "a+ +b- -c\n"),
            ("x\n  .y()\n  .z;\n", "x.y().z;\n"),
            ("if (a) {\n  b();\n}\nelse c", "if(a){b();}\nelse c\n"),
            ("a /* x\n */ b", "a\nb\n"),
            ("class A {\n  #x = 1;\n  static y\n}\n", "class A{#x=1;static y\n}\n"),
            ("async ({ a }) => `x ${a} y`", "async({a})=>`x ${a} y`\n"),
        ] {
            assert_eq!(squeeze(source), squeezed);
        }
    }

    #[test]
    fn what_looks_like_a_comment_is_kept_where_it_is_none() {
        for source in [
            "'https://x/*y*/';\n",
            "\"a // \\\" b\";\n",
            "`\n  // no  comment\n\n  ${ f('}', `{ // ${ x }`) } /* nor this */\n`;\n",
            "f(/[/*]\\/\\/ \"/g,a/b/c);\n",
            "return/x  y/u;\n",
        ] {
            assert_eq!(squeeze(source), source);
        }
    }

    /// Of every script that the program brings along: the same tokens, and nothing more to take out.
    #[test]
    fn the_widget_stays_the_same_program() {
        for (path, source) in crate::http::assets::packed::scripts() {
            let squeezed = squeeze(&source);
            assert_eq!(tokens(&squeezed), tokens(&source), "{path}");
            assert_eq!(squeeze(&squeezed), squeezed, "{path}");
            assert!(tokens(&source).iter().all(|token| !token.contains('\n') || token.starts_with('`')), "{path}");
        }
    }
}
