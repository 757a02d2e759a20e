//! Lines that sign a message: after a greeting, after `-- `, or alone at the end.
//! What is no known word there is somebody's name, also in small letters.

use std::ops::Range;

use super::{Class, Scan, Token, common, free, german};

/// How many lines after a greeting belong to the signature.
const LINES: usize = 4;
/// A line of a signature has no more words.
const WORDS: usize = 8;

/// Marks the names of all signatures.
pub(super) fn mark(scan: &mut Scan) {
    let lines = lines(scan);
    let mut after = usize::MAX;
    for (number, line) in lines.iter().enumerate() {
        let words = scan.words;
        let first = line.start;
        let dashes = words.gap(first).contains("\n--") || (first == 0 && words.gap(0).starts_with("--"));
        if dashes {
            after = 0;
        }
        // A blank line after names ends the signature.
        let blank = words.gap(first).matches('\n').count() > 1;
        if after > 0 && after < LINES && blank && after > 1 {
            after = usize::MAX;
        }
        let short = line.len() <= WORDS;
        if after < LINES && short {
            sign(scan, line.clone());
            after += 1;
        } else {
            after = usize::MAX;
            let last = number + 1 == lines.len()
                || words.gap(line.end).contains("\n>")
                || words.gap(line.end).matches('\n').count() > 1;
            if last && number > 0 && line.len() <= 4 && plain(scan, line.clone()) {
                sign(scan, line.clone());
            }
        }
        if let Some(greeting) = greeting(scan, line.clone()) {
            if greeting < line.end {
                sign(scan, greeting..line.end.min(greeting + 4));
            }
            after = 0;
        }
    }
}

/// The words of each line that has any.
fn lines(scan: &Scan) -> Vec<Range<usize>> {
    let count = scan.words.list.len();
    let mut lines = Vec::new();
    let mut start = 0;
    for at in 1..=count {
        if at == count || scan.words.gap(at).contains('\n') {
            lines.push(start..at);
            start = at;
        }
    }
    lines
}

/// The word after a greeting in this line; the end of the line if the greeting closes it.
fn greeting(scan: &Scan, line: Range<usize>) -> Option<usize> {
    const KIND: [&str; 22] = [
        "aus", "an", "und", "schon", "mal", "im", "voraus", "dir", "euch", "ihnen", "dem", "der", "von", "vom", "eure",
        "euer", "dein", "deine", "ihr", "ihre", "vielen", "alle",
    ];
    let words = scan.words;
    let at = line.clone().rev().find(|at| words.has(*at, Class::GREETING) || words.has(*at, Class::THANKS))?;
    // `der LG Monitor`, `Gruß vom Sekretariat`
    let hails = words.has(at, Class::GREETING);
    if words.is(at, &["lg"]) && at > line.start && words.has(at - 1, Class::ARTICLE | Class::THING) {
        return None;
    }
    let mut next = at + 1;
    while next < line.end && words.is(next, &KIND) {
        next += 1;
    }
    let short = line.end - next <= 4 && (hails || line.end - line.start <= 6);
    short.then_some(next)
}

/// Whether the line is nothing but words that may be names.
fn plain(scan: &Scan, line: Range<usize>) -> bool {
    let words = scan.words;
    let gap = words.gap(line.end);
    let marks = gap.starts_with(['?', '!', ':', ';']);
    !marks
        && line.clone().all(|at| {
            (at == line.start || words.spaced(at) || words.gap(at).starts_with(". ") || words.gap(at) == "-")
                && scan.token(at).is_some_and(|token| {
                    token.opaque
                        || short(scan, at, token)
                        || (token.letters && possible(scan, at, token))
                        || token.has(Class::ABBREVIATED | Class::TITLE | Class::ROLE | Class::PARTICLE)
                })
        })
}

/// Marks the words of a line of a signature that may be names.
fn sign(scan: &mut Scan, line: Range<usize>) {
    for at in line {
        let Some(token) = scan.token(at) else { return };
        if !free(scan, at) || !token.letters {
            continue;
        }
        if possible(scan, at, token) || short(scan, at, token) {
            scan.name[at] = true;
        }
    }
}

/// `M.`, `mi.` before another word.
fn short(scan: &Scan, at: usize, token: &Token) -> bool {
    token.letters
        && token.folded.chars().count() < 4
        && matches!(scan.words.gap(at + 1), "." | ". ")
        && !token.has(Class::ABBREVIATED | Class::TITLE)
        && at + 1 < scan.words.list.len()
}

/// A name, a surname that is a word, or an unknown word.
fn possible(scan: &Scan, at: usize, token: &Token) -> bool {
    if token.branded || token.has(Class::TITLE | Class::ABBREVIATED | Class::GREETING | Class::ROLE | Class::LABEL) {
        return false;
    }
    let word = token.has(Class::STOP) && !token.capital;
    let unknown =
        token.class == Class::default() && token.folded.chars().count() > 1 && !german::is_word(&token.folded, true);
    let article = at > 0 && scan.words.spaced(at) && scan.words.has(at - 1, Class::ARTICLE);
    // `Schöne Grüße`
    let kind = scan.words.spaced(at + 1) && scan.words.has(at + 1, Class::GREETING | Class::THANKS);
    !article && !kind && (unknown || !word && (token.has(Class::GIVEN | Class::FAMILY) || common(token)))
}
