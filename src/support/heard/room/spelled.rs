//! Numbers of rooms brought to one spelling: "zwo null vier", "zweihundertvier", "2.04",
//! "Raum Nr. 204", "im 120er" and "two oh four" are written 204, 120; "GR 4" is the
//! Gruppenraum 4. A number that could be a count stays a word: "zwei Beamer".

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Known, words::ANNOUNCE};
use crate::domain::text::fold;

/// What is rewritten wherever it stands.
struct Spellings {
    /// "Raum Nr. 204"
    numbered: Regex,
    /// "2.04": the floor, and the room on it.
    floor: Regex,
    /// "im 120er"
    ending: Regex,
    /// "GR 4"
    group: Regex,
}

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
    Spellings {
        numbered: compile(
            r"(?i)\b(raum|zimmer|klassenraum|klassenzimmer|room|saal)[ -]*(?:nr|nummer|no|number)\b\.?[ :]*",
        ),
        floor: compile(r"\b([0-9])\.([0-9]{2})\b"),
        ending: compile(r"(?i)\b((?:im|in|vom|aus dem|der|dem) [0-9]{2,3})er\b"),
        group: compile(r"(?i)\bgr\.? ?([0-9]{1,2})\b"),
    }
});

/// The message with its rooms' numbers in digits.
pub(super) fn written(text: &str, known: &[Known]) -> String {
    let is_room = |number: &str| known.iter().any(|room| room.whole.ends_with(number) || room.has(number));
    let text = SPELLINGS.numbered.replace_all(text, "$1 ");
    let text = SPELLINGS.floor.replace_all(&text, |found: &Captures| {
        let joined = format!("{}{}", &found[1], &found[2]);
        if is_room(&joined) { joined } else { found[0].to_owned() }
    });
    let text = SPELLINGS.ending.replace_all(&text, "$1");
    let groups = known.iter().any(|room| room.names_begin("gruppenraum"));
    let text = if groups { SPELLINGS.group.replace_all(&text, "Gruppenraum $1") } else { text };
    in_digits(&text, known)
}

/// Words that are numbers, in digits, where they are a room's.
fn in_digits(text: &str, known: &[Known]) -> String {
    let words = split(text);
    let mut written = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while at < words.len() {
        let Some((number, next)) = number_at(text, &words, at) else {
            at += 1;
            continue;
        };
        let before =
            at.checked_sub(1).filter(|before| joined(text, &words, *before)).map(|before| words[before].2.as_str());
        let announced =
            before.is_some_and(|word| ANNOUNCE.has(word) || known.iter().any(|room| room.names_begin(word)));
        // "Vierzehn, Visualizer dunkel"
        let alone = at == 0 && text[words[next - 1].1..].trim_start().starts_with([',', ':', '-', '–']);
        let letter = before.is_some_and(|word| word.len() == 1);
        if announced || alone || letter || number.len() > 2 || next > at + 1 && number.starts_with('0') {
            written.push_str(&text[copied..words[at].0]);
            written.push_str(&number);
            copied = words[next - 1].1;
        }
        at = next;
    }
    written.push_str(&text[copied..]);
    written
}

/// Begin, end and folded form of each word of letters or digits.
fn split(text: &str) -> Vec<(usize, usize, String)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, ch) in text.char_indices().chain([(text.len(), ' ')]) {
        match (ch.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at, fold(&text[from..at])));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Whether only a space, a hyphen or nothing stands between a word and the next.
fn joined(text: &str, words: &[(usize, usize, String)], at: usize) -> bool {
    words.get(at + 1).is_some_and(|next| matches!(&text[words[at].1..next.0], " " | "-" | " - "))
}

/// The number that begins at a word, in digits, and the word behind it.
fn number_at(text: &str, words: &[(usize, usize, String)], at: usize) -> Option<(String, usize)> {
    let first = value(&words[at].2).filter(|_| words[at].2 != "oh")?;
    if first > 9 {
        return Some((first.to_string(), at + 1));
    }
    // Digit by digit, or a digit and the rest: "zwo null vier", "zwo elf", "null zwanzig".
    let mut number = first.to_string();
    let mut next = at + 1;
    while number.len() < 3 && next < words.len() && joined(text, words, next - 1) {
        match value(&words[next].2) {
            Some(more) if more < 100 && number.len() + more.to_string().len() <= 3 => {
                number.push_str(&more.to_string());
            }
            _ => break,
        }
        next += 1;
    }
    Some((number, next))
}

/// The number that a folded word is.
fn value(word: &str) -> Option<u32> {
    let unit = |word: &str| UNITS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
    let below_hundred = |word: &str| {
        unit(word).or_else(|| {
            let (ten, value) = TENS.iter().find(|(ten, _)| word.ends_with(ten))?;
            let before = word[..word.len() - ten.len()].strip_suffix("und")?;
            Some(value + unit(if before == "ein" { "eins" } else { before }).filter(|unit| *unit < 10)?)
        })
    };
    if let Some((hundreds, rest)) = word.split_once("hundert") {
        let hundreds = match hundreds {
            "" | "ein" => 1,
            word => unit(word).filter(|unit| (1..10).contains(unit))?,
        };
        let rest = rest.strip_prefix("und").unwrap_or(rest);
        return Some(hundreds * 100 + if rest.is_empty() { 0 } else { below_hundred(rest)? });
    }
    below_hundred(word)
}

const UNITS: [(&str, u32); 54] = [
    ("null", 0),
    ("eins", 1),
    ("zwei", 2),
    ("zwo", 2),
    ("drei", 3),
    ("vier", 4),
    ("funf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwolf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("funfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
    ("zwanzig", 20),
    ("dreißig", 30),
    ("dreissig", 30),
    ("vierzig", 40),
    ("funfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
    ("zero", 0),
    ("oh", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
];
const TENS: [(&str, u32); 8] = [
    ("zwanzig", 20),
    ("dreissig", 30),
    ("vierzig", 40),
    ("funfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_words_is_the_number() {
        for (word, expected) in [
            ("null", Some(0)),
            ("zweihundertvier", Some(204)),
            ("hundertsieben", Some(107)),
            ("einhundertzwanzig", Some(120)),
            ("zweihunderteinundzwanzig", Some(221)),
            ("fourteen", Some(14)),
            ("hundertprozentig", None),
            ("beamer", None),
            ("und", None),
        ] {
            assert_eq!(value(word), expected, "{word}");
        }
    }

    #[test]
    fn what_may_be_a_count_stays_a_word() {
        for (text, expected) in [
            ("raum zwo-null-vier", "raum 204"),
            ("zwo elf, apple tv", "211, apple tv"),
            ("raum null drei: weg", "raum 03: weg"),
            ("zwei beamer und drei ipads", "zwei beamer und drei ipads"),
            ("seit zehn minuten", "seit zehn minuten"),
            ("one of two projectors", "one of two projectors"),
            ("room two oh four", "room 204"),
            ("oh zwei ipads", "oh zwei ipads"),
            ("Raum Nr. 107", "Raum 107"),
            ("im 120er spiegelts", "im 120 spiegelts"),
            ("version 1.01", "version 1.01"),
        ] {
            assert_eq!(written(text, &[]), expected);
        }
    }
}
