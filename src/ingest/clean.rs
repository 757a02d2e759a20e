//! Takes out of foreign text what no reader sees: control and direction
//! characters, zero-width characters, soft hyphens, tags. They serve to hide
//! orders from the eye, and they break search. What is left is NFC, its only
//! white space blanks, tabs and line feeds.

use unicode_normalization::UnicodeNormalization;

/// Text with invisible characters removed and line ends made `\n`.
pub(super) fn characters(text: &str) -> String {
    let joined = text.replace("\r\n", "\n").replace("\u{AD}\n", "");
    let mut seen = String::with_capacity(joined.len());
    for ch in joined.chars() {
        match ligature(ch) {
            Some(letters) => seen.push_str(letters),
            None => seen.extend(visible(ch)),
        }
    }
    seen.nfc().collect()
}

/// One line: white space collapsed to single blanks, trimmed.
pub(super) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines, each as [`line`], the empty ones dropped.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Letters for a ligature of print, a bullet for what symbol fonts show as one.
fn ligature(ch: char) -> Option<&'static str> {
    Some(match ch {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        '\u{FB05}' | '\u{FB06}' => "st",
        '\u{F0A7}' | '\u{F0A8}' | '\u{F0B7}' | '\u{F0D8}' | '\u{F0FC}' | '\u{F06C}' | '\u{F06E}' | '\u{F076}' => "•",
        '\u{F0E0}' | '\u{F0E8}' => "→",
        _ => return None,
    })
}

fn visible(ch: char) -> Option<char> {
    match ch {
        '\n' | '\t' => Some(ch),
        '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(' '),
        _ if ch.is_control() || invisible(ch) => None,
        _ => Some(ch),
    }
}

/// Soft hyphen, Arabic letter mark, Mongolian separator, zero width and direction,
/// invisible operators and isolates, byte order mark, annotations, variation selectors,
/// tags; private use, which is a picture in one font and nothing in others.
fn invisible(ch: char) -> bool {
    matches!(ch,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_sees_is_gone() {
        assert_eq!(characters("a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\u{7}f\u{E0041}g"), "abcdefg");
        assert_eq!(characters("Pro\u{AD}\njektor, Dru\u{AD}cker"), "Projektor, Drucker");
        assert_eq!(characters("\u{F0B7} e\u{FB03}zient \u{E000}"), "• effizient ");
        assert_eq!(characters("u\u{308}ber\u{A0}1\r\n2\r3"), "über 1\n2\n3");
    }

    #[test]
    fn white_space_collapses() {
        assert_eq!(line("  a \t b\n c "), "a b c");
        assert_eq!(lines(" a  b \n\n c "), "a b\nc");
    }
}
