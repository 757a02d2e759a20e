//! Small rules about German and English text that several rooms share:
//! folding, words, sentences. What needs a stemmer or an index is not here.

use std::{collections::HashSet, sync::OnceLock};

/// Lower case, umlauts and ß folded so that `ü`, `ue` and `u` meet: `ü -> u`,
/// `ae/oe/ue -> a/o/u` (except after a vowel or `q`, so `Steuer`, `neue`, `Quelle` stay),
/// `ß -> ss`; other accents dropped.
#[must_use]
pub fn fold(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let mut plain = String::with_capacity(text.len());
    if text.is_ascii() {
        // Most words: nothing to take apart, and many times faster.
        plain.extend(text.chars().map(|ch| ch.to_ascii_lowercase()));
    } else {
        for ch in text.nfkd().filter(|ch| !is_combining_mark(*ch)).flat_map(char::to_lowercase) {
            if ch == 'ß' { plain.push_str("ss") } else { plain.push(ch) }
        }
    }
    let mut folded = String::with_capacity(plain.len());
    let mut before = ' ';
    let mut chars = plain.chars().peekable();
    while let Some(ch) = chars.next() {
        folded.push(ch);
        let umlaut = matches!(ch, 'a' | 'o' | 'u') && chars.peek() == Some(&'e');
        if umlaut && !matches!(before, 'a' | 'e' | 'i' | 'o' | 'u' | 'q') {
            chars.next();
            before = 'e';
        } else {
            before = ch;
        }
    }
    folded
}

/// Removes what a reader cannot see and a page must not obey: control characters
/// (line feeds and tabs stay), direction marks, zero-width characters, soft hyphens.
#[must_use]
pub fn clean(text: &str) -> String {
    let hidden = |ch: char| matches!(ch, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    let visible = text.replace("\r\n", "\n");
    let visible: String =
        visible.chars().filter(|ch| !hidden(*ch) && (!ch.is_control() || matches!(ch, '\n' | '\t'))).collect();
    visible.trim().to_owned()
}

/// Words of one meaning, folded, written down one after the other.
#[derive(Debug)]
pub struct WordList {
    list: &'static str,
    set: OnceLock<HashSet<&'static str>>,
}

impl WordList {
    #[must_use]
    pub const fn of(list: &'static str) -> Self {
        Self { list, set: OnceLock::new() }
    }

    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.set.get_or_init(|| self.list.split_ascii_whitespace().collect()).contains(word)
    }
}

/// Runs of letters and digits, in order.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Abbreviations whose full stop ends no sentence, without the stop, lower case.
const ABBREVIATIONS: [&str; 26] = [
    "z", "b", "d", "h", "u", "a", "o", "v", "i", "e", "g", "bzw", "ggf", "ca", "nr", "usw", "etc", "evtl", "tel",
    "str", "vgl", "max", "min", "inkl", "abs", "st",
];

/// Splits running text into sentences, each trimmed, none empty. A full stop
/// ends one only before white space and something that can begin a sentence,
/// and not after a usual abbreviation or an ordinal number.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut at = 0;
    while at < chars.len() {
        let (_, ch) = chars[at];
        let ends = match ch {
            '\n' => true,
            '!' | '?' | '…' => next_begins(&chars, at),
            '.' => next_begins(&chars, at) && !abbreviated(&text[start..chars[at].0]),
            _ => false,
        };
        if ends {
            while at + 1 < chars.len() && is_closing(chars[at + 1].1) {
                at += 1;
            }
            let end = chars.get(at + 1).map_or(text.len(), |(offset, _)| *offset);
            push_trimmed(&text[start..end], &mut found);
            start = end;
        }
        at += 1;
    }
    push_trimmed(&text[start..], &mut found);
    found
}

fn push_trimmed<'a>(piece: &'a str, into: &mut Vec<&'a str>) {
    let piece = piece.trim();
    if !piece.is_empty() {
        into.push(piece);
    }
}

fn is_closing(ch: char) -> bool {
    matches!(ch, '.' | '!' | '?' | '“' | '”' | '"' | '»' | '«' | ')' | '\'')
}

/// Whether what follows the mark at `at` is white space and then a beginning (or the end).
fn next_begins(chars: &[(usize, char)], at: usize) -> bool {
    let mut rest = chars[at + 1..].iter().map(|(_, ch)| *ch).skip_while(|ch| is_closing(*ch)).peekable();
    match rest.peek() {
        None => true,
        Some(ch) if ch.is_whitespace() => rest
            .find(|ch| !ch.is_whitespace())
            .is_none_or(|ch| ch.is_uppercase() || ch.is_numeric() || !ch.is_alphanumeric()),
        Some(_) => false,
    }
}

fn abbreviated(before: &str) -> bool {
    let word: String =
        before.chars().rev().take_while(|ch| ch.is_alphanumeric()).collect::<Vec<_>>().into_iter().rev().collect();
    if word.is_empty() {
        return false;
    }
    // "am 3. Mai" is an ordinal; "Modell 2024." is the end of a sentence.
    let ordinal = word.len() <= 2 && word.chars().all(|ch| ch.is_ascii_digit());
    ordinal || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// Damerau-Levenshtein distance (optimal string alignment), or `None` if it is greater than `most`.
#[must_use]
pub fn distance_within(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.is_ascii() && b.is_ascii() {
        return distance(a.as_bytes(), b.as_bytes(), most);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    distance(&a, &b, most)
}

/// Only what lies so near the diagonal that it can be in time is worked out.
fn distance<T: PartialEq>(mut a: &[T], mut b: &[T], most: usize) -> Option<usize> {
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b)
        && first == other
    {
        (a, b) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., other]) = (a, b)
        && last == other
    {
        (a, b) = (rest, others);
    }
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let (width, far) = (b.len() + 1, most + 1);
    // The row before the last, the last one, and the one that is being made.
    let mut rows = vec![far; 3 * width];
    let (former, rest) = rows.split_at_mut(width);
    let (last, row) = rest.split_at_mut(width);
    let (mut former, mut last, mut row) = (former, last, row);
    for (j, cell) in last.iter_mut().enumerate() {
        *cell = j.min(far);
    }
    let mut lowest_before = 0;
    for i in 1..=a.len() {
        let (from, to) = (i.saturating_sub(most).max(1), (i + most).min(b.len()));
        row[from - 1] = if from == 1 { i.min(far) } else { far };
        let mut lowest = row[from - 1];
        for j in from..=to {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut cell = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost).min(far);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(former[j - 2] + 1);
            }
            row[j] = cell;
            lowest = lowest.min(cell);
        }
        if let Some(beyond) = row.get_mut(to + 1) {
            *beyond = far;
        }
        // A pair that changed places goes back two rows.
        if lowest > most && lowest_before >= most {
            return None;
        }
        lowest_before = lowest;
        (former, last, row) = (last, row, former);
    }
    Some(last[b.len()]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn umlauts_meet_in_every_spelling() {
        for (a, b) in [
            ("Küche", "Kueche"),
            ("Straße", "strasse"),
            ("Öl", "oel"),
            ("prüfen", "prufen"),
            ("Lautstärke", "lautstaerke"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_eq!(fold("Quelle Steuer neue"), "quelle steuer neue");
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(
            sentences("Drücken Sie z. B. „Source“. Warten Sie 10 s. Geht es? Ja! Am 3. Mai kommt Nr. 5."),
            ["Drücken Sie z. B. „Source“.", "Warten Sie 10 s.", "Geht es?", "Ja!", "Am 3. Mai kommt Nr. 5."]
        );
        assert_eq!(sentences("Eine Zeile\nnoch eine"), ["Eine Zeile", "noch eine"]);
        assert_eq!(sentences("  \n "), Vec::<&str>::new());
        assert_eq!(sentences("Adresse: 10.0.0.1 und v2.3"), ["Adresse: 10.0.0.1 und v2.3"]);
    }

    #[test]
    fn what_cannot_be_seen_is_removed() {
        assert_eq!(clean(" a\u{202E}b\u{200B}c\u{7}\r\nd\u{AD} "), "abc\nd");
        assert_eq!(clean("\u{0}\u{1b}[31m"), "[31m");
    }

    #[test]
    fn a_swapped_pair_is_one_typo() {
        assert_eq!(distance_within("beamer", "baemer", 2), Some(1));
        assert_eq!(distance_within("biemer", "beamer", 2), Some(2));
        assert_eq!(distance_within("drucker", "zucker", 1), None);
    }

    /// As it is defined: the whole table.
    fn in_full(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                rows[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let cost = usize::from(a[i - 1] != b[j - 1]);
                    let cell = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + cost);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    if swapped { cell.min(rows[i - 2][j - 2] + 1) } else { cell }
                };
            }
        }
        rows[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn a_distance_is_that_of_the_whole_table(a in "[abcä]{0,9}", b in "[abcä]{0,9}", most in 0..5_usize) {
            let all = in_full(&a, &b);
            prop_assert_eq!(distance_within(&a, &b, most), (all <= most).then_some(all));
        }
    }
}
