//! What a secret looks like in a text: where its value begins and ends, and
//! whether a string is mixed as passwords are and words are not.

use std::ops::Range;

use super::token::Words;

/// The value that begins at or after `start` on the same line, and whether it stands in quotation marks.
pub(super) fn value(text: &str, start: usize) -> Option<(Range<usize>, bool)> {
    const QUOTES: [(char, &str); 8] =
        [('"', "\"“”"), ('„', "“”\""), ('“', "”\""), ('»', "«"), ('«', "»"), ('\'', "'"), ('‚', "‘'"), ('`', "`")];
    let rest = &text[start..];
    let trimmed = rest.trim_start();
    let from = start + rest.len() - trimmed.len();
    if rest[..rest.len() - trimmed.len()].matches('\n').count() > 1 {
        return None;
    }
    let below = rest[..rest.len() - trimmed.len()].contains('\n');
    if below && another(trimmed) {
        return None;
    }
    let opening = trimmed.chars().next()?;
    if let Some((_, closing)) = QUOTES.iter().find(|(mark, _)| *mark == opening) {
        let inner = from + opening.len_utf8();
        let close = text[inner..].char_indices().take(64).find(|(_, ch)| closing.contains(*ch));
        if let Some((length, _)) = close.filter(|(length, _)| *length > 0) {
            return Some((inner..inner + length, true));
        }
    }
    let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
    let run = &trimmed[..end];
    let run = run.find('[').filter(|at| *at > 0).map_or(run, |at| &run[..at]);
    let lead = run.len() - run.trim_start_matches(['(', '"', '„', '“', '\'', '‚', '»', '<']).len();
    let run = &run[lead..];
    let length = run.trim_end_matches(['.', ',', ';', ':', ')', '"', '“', '”', '\'', '‘', '«', '>', '?']).len();
    let value = from + lead..from + lead + length;
    (length > 0 && !text[value.clone()].starts_with('[')).then_some((value, false))
}

/// Whether a line begins a matter of its own: with a mark of Markdown, or with words and a colon.
fn another(line: &str) -> bool {
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let marked = ["**", "__", "#", "- ", "* ", "> ", "|"].iter().any(|mark| line.starts_with(mark));
    let label = line.split_once(':').is_some_and(|(label, rest)| {
        rest.starts_with([' ', '*']) && label.chars().all(|ch| ch.is_alphabetic() || matches!(ch, ' ' | '*' | '-'))
    });
    marked || label
}

/// Mixed as no word is: letters with digits or signs, or four digits and more.
pub(super) fn looks_secret(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    let signs = text.contains(['!', '@', '#', '$', '%', '&', '*', '_', '+', '§', '€']);
    let count = digits > 0 && letters <= 4 && text.ends_with(|ch: char| ch.is_alphabetic()) && {
        let unit = text.trim_start_matches(|ch: char| ch.is_ascii_digit());
        ["x", "mal", "te", "ten", "er", "fach", "min", "h"].contains(&unit)
    };
    let length = digits + letters;
    !count && ((digits > 0 && letters > 1 && length >= 4) || (signs && letters > 2) || (letters == 0 && digits >= 4))
}

/// Digits as device codes have them; after `ist` or a colon also mixed with letters.
pub(super) fn code(text: &str, announced: bool) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only = text.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, '-' | '.'));
    let error = text.starts_with("0x") || text.starts_with("0X");
    let room = text.split_once('-').is_some_and(|(head, tail)| {
        head.chars().all(|ch| ch.is_ascii_uppercase()) && tail.chars().all(|ch| ch.is_ascii_digit())
    });
    !error && !room && if announced { digits >= 3 } else { only && (4..=8).contains(&digits) }
}

/// `auf 28800 s gesetzt`: digits and their unit.
pub(super) fn amount(words: &Words, range: &Range<usize>) -> bool {
    const UNITS: [&str; 34] = [
        "s", "ms", "min", "h", "sek", "sekunde", "sekunden", "minute", "minuten", "stunde", "stunden", "tag", "tage",
        "tagen", "wochen", "monate", "jahre", "zeichen", "stellen", "ziffern", "uhr", "euro", "eur", "mb", "gb", "kb",
        "hz", "khz", "mhz", "ghz", "mbit", "gbit", "dbm", "mal",
    ];
    let next = words.from(range.end);
    let digits = words.text[range.clone()].bytes().all(|byte| byte.is_ascii_digit());
    digits && words.spaced(next) && words.is(next, &UNITS)
}
