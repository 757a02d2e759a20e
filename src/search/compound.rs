//! Splits German compounds into the parts that the lexicon knows:
//! `lehrerzimmerdrucker` is `lehrer`, `zimmer`, `drucker`. Dynamic programming
//! over the word: the fewest parts win, linking letters (`Sicherung·s·kopie`) are
//! allowed between parts, an ending after the last. A word that cannot be split
//! whole is not split, a word that is itself a part stays one.

use std::collections::HashSet;

/// Shortest part, in letters.
const SHORTEST: usize = 3;
/// Letters that may stand between two parts.
const LINKS: [&str; 5] = ["", "s", "es", "n", "en"];
/// Endings that may follow the last part.
const ENDINGS: [&str; 8] = ["", "e", "n", "s", "en", "er", "es", "ern"];

/// Knows the parts, folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Splitter {
    parts: HashSet<String>,
    longest: usize,
}

impl Splitter {
    /// A splitter for folded parts; shorter ones than three letters are ignored.
    pub(super) fn new(parts: impl IntoIterator<Item = String>) -> Self {
        let parts: HashSet<String> = parts.into_iter().filter(|part| part.chars().count() >= SHORTEST).collect();
        let longest = parts.iter().map(String::len).max().unwrap_or(0);
        Self { parts, longest }
    }

    /// The parts of a folded word in order, or nothing where it is no compound.
    pub(super) fn split<'a>(&'a self, word: &str) -> Vec<&'a str> {
        if self.parts.is_empty() || word.len() < 2 * SHORTEST || self.parts.contains(word) {
            return Vec::new();
        }
        // best[at]: fewest parts that cover word[..at], with where the last one begins and which it is.
        let mut best: Vec<Option<(usize, usize, &'a str)>> = vec![None; word.len() + 1];
        for end in SHORTEST..=word.len() {
            if !word.is_char_boundary(end) {
                continue;
            }
            let last = end == word.len();
            for start in 0..=end - SHORTEST {
                let before = match best[start] {
                    _ if start == 0 => 0,
                    Some((count, _, _)) => count,
                    None => continue,
                };
                if best[end].is_some_and(|(count, _, _)| count <= before + 1) {
                    continue;
                }
                let Some(piece) = word.get(start..end) else { continue };
                if let Some(part) = self.part(piece, last) {
                    best[end] = Some((before + 1, start, part));
                }
            }
        }
        let mut found = Vec::new();
        let mut at = word.len();
        while at > 0 {
            let Some((_, start, part)) = best[at] else { return Vec::new() };
            found.push(part);
            at = start;
        }
        found.reverse();
        if found.len() > 1 { found } else { Vec::new() }
    }

    /// The part that a piece is, its linking letters or ending taken off.
    fn part(&self, piece: &str, last: bool) -> Option<&str> {
        let ends: &[&str] = if last { &ENDINGS } else { &LINKS };
        ends.iter().filter_map(|end| piece.strip_suffix(end)).filter(|stem| stem.len() <= self.longest).find_map(
            |stem| {
                let whole = self.parts.get(stem);
                // "Schul·server" from "Schule".
                let shortened = || if last { None } else { self.parts.get(&format!("{stem}e")) };
                whole.or_else(shortened).map(String::as_str)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splitter() -> Splitter {
        let parts =
            ["lehrer", "zimmer", "drucker", "schule", "server", "sicherung", "kopie", "fernbedienung", "bedienung"];
        Splitter::new(parts.map(str::to_owned))
    }

    #[test]
    fn compounds_fall_into_known_parts() {
        let splitter = splitter();
        assert_eq!(splitter.split("lehrerzimmerdrucker"), ["lehrer", "zimmer", "drucker"]);
        assert_eq!(splitter.split("lehrerzimmern"), ["lehrer", "zimmer"]);
        assert_eq!(splitter.split("schulserver"), ["schule", "server"]);
        assert_eq!(splitter.split("sicherungskopien"), ["sicherung", "kopie"]);
    }

    #[test]
    fn what_is_no_compound_stays() {
        let splitter = splitter();
        for word in ["fernbedienung", "druckertreiber", "drucker", "zi", "", "日本語日本語"] {
            assert!(splitter.split(word).is_empty(), "{word}");
        }
    }
}
