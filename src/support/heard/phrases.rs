//! Lists of phrases, as a person writes them down, ready to be found in a message.
//!
//! `ganz* schule|haus` reads: a word that begins with `ganz`, then one of two words.
//! `..` stands for up to three words of the same clause, `#` for a number, `@` for a class
//! (`7b`, `10c`); a phrase that ends in `$` must be followed by a pause or the end.

use regex::bytes::{Regex, RegexBuilder};

use super::said::{Said, usual};
use crate::domain::text::fold;

/// Phrases of one meaning.
#[derive(Debug)]
pub(super) struct Phrases(Regex);

impl Phrases {
    pub(super) fn new(phrases: &[&str]) -> Self {
        let all: Vec<String> = phrases.iter().map(|phrase| expression(phrase)).collect();
        // Folded text is nearly all ASCII; by bytes, the automaton is far smaller.
        let regex = RegexBuilder::new(&all.join("|")).unicode(false).build();
        Self(regex.expect("the phrases are fixed and tested"))
    }

    pub(super) fn in_line(&self, line: &str) -> bool {
        self.0.is_match(line.as_bytes())
    }

    /// Where they stand: first token, and the one after the last.
    pub(super) fn places<'s>(&'s self, said: &'s Said) -> impl Iterator<Item = (usize, usize)> + 's {
        self.0.find_iter(said.line.as_bytes()).map(|hit| (said.token_at(hit.start()), said.token_at(hit.end())))
    }

    pub(super) fn said(&self, said: &Said) -> bool {
        self.in_line(&said.line)
    }

    /// Whether one of them stands among these tokens.
    pub(super) fn among(&self, said: &Said, from: usize, to: usize) -> bool {
        self.in_line(&said.line[said.line_at(from)..said.line_at(to)])
    }
}

/// A phrase as an expression over [`Said::line`].
fn expression(phrase: &str) -> String {
    let mut expression = String::new();
    for part in phrase.split_whitespace() {
        match part {
            ".." => expression.push_str("(?: [^ ,.]+ ){0,3}"),
            "#" => expression.push_str(r" \d+ "),
            "@" => expression.push_str(r" (?:\d{1,2}[a-f]) "),
            "," => expression.push_str(" [,.] "),
            "$" => expression.push_str(r"(?: [,.]|$)"),
            words => {
                let words: Vec<String> =
                    words.split('|').map(|word| if word == "@" { r"\d{1,2}[a-f]".into() } else { one(word) }).collect();
                expression.extend([" (?:", &words.join("|"), ") "]);
            }
        }
    }
    format!("(?:{expression})")
}

fn one(word: &str) -> String {
    let (before, word) = word.strip_prefix('*').map_or(("", word), |word| ("[^ ]*", word));
    match word.strip_suffix('*') {
        Some(begins) => format!("{before}{}[^ ]*", regex::escape(&fold(begins))),
        None => format!("{before}{}", regex::escape(&usual(&fold(word)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_means_what_it_says() {
        let phrases =
            Phrases::new(&["ganz* schule|haus", "sitzen .. hier", "# schüler", "nach der @", "kann ich nicht $"]);
        for (text, found) in [
            ("die ganze Schule", true),
            ("ganz. Schule", false),
            ("sie sitzen alle schon wieder hier", true),
            ("sie sitzen da, hier auch", false),
            ("28 Kids", true),
            ("Schüler", false),
            ("nach der 10c", true),
            ("das kann ich nich", true),
            ("das kann ich nicht sagen", false),
            ("", false),
        ] {
            assert_eq!(phrases.said(&Said::new(text)), found, "{text}");
        }
        let said = Said::new("Hallo, die ganze Schule");
        assert_eq!(phrases.places(&said).collect::<Vec<_>>(), [(2, 4)]);
    }
}
