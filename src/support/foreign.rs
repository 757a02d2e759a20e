//! Messages in other languages than German and English: which it is, and the German words
//! that it stands for, so that the guide is found all the same. The words stand in
//! `knowledge/languages.toml`. It rather sees nothing than takes German for something else.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    domain::text::{fold, words},
    support::language::small_words,
};

const SHIPPED: &str = include_str!("../../knowledge/languages.toml");
/// Words that must speak for a language.
const ENOUGH: usize = 2;
/// Fewest letters of a script.
const LETTERS: usize = 3;
/// What is called the same everywhere.
const EVERYWHERE: [&str; 27] = [
    "airdrop",
    "airplay",
    "android",
    "app",
    "apple",
    "beamer",
    "chromebook",
    "email",
    "excel",
    "hdmi",
    "internet",
    "ipad",
    "iserv",
    "laptop",
    "logineo",
    "microsoft",
    "moodle",
    "office",
    "password",
    "pdf",
    "teams",
    "usb",
    "video",
    "webuntis",
    "wifi",
    "windows",
    "wlan",
];

/// A message in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// BCP 47.
    pub code: String,
    /// What she is told, above a German reply and above an English one.
    pub says: [String; 2],
    /// The German words of it that are known, in her order; empty where there are none.
    pub german: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Script {
    Arabic,
    Cyrillic,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    code: String,
    says: [String; 2],
    #[serde(default)]
    script: Option<Script>,
    #[serde(default)]
    letters: String,
    common: Vec<String>,
    words: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Vec<Language>,
}

/// Recognises other languages.
#[derive(Clone, Debug)]
pub struct Foreign(Vec<Language>);

impl Default for Foreign {
    #[expect(clippy::expect_used, reason = "part of the program; a test reads it")]
    fn default() -> Self {
        let File { mut language } = toml::from_str(SHIPPED).expect("the shipped file is valid");
        for one in &mut language {
            one.common = one.common.iter().map(|word| plain(word)).collect();
            for stems in one.words.values_mut() {
                *stems = stems.iter().map(|stem| plain(stem)).collect();
            }
        }
        Self(language)
    }
}

impl Foreign {
    /// Which other language a message is in; none where it may be German or English.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Found> {
        let spaced = spaced(text);
        let language = match script(text) {
            Some(script) => self.by_letters(script, text)?,
            None => self.by_words(&spaced)?,
        };
        let german = language.german(&spaced);
        Some(Found { code: language.code.clone(), says: language.says.clone(), german })
    }

    fn by_letters(&self, script: Script, text: &str) -> Option<&Language> {
        let of = |language: &&Language| language.script == Some(script);
        let told = |language: &&Language| language.letters.chars().any(|letter| text.contains(letter));
        let mut all = self.0.iter().filter(of);
        self.0.iter().filter(of).find(told).or_else(|| all.find(|language| language.letters.is_empty()))
    }

    fn by_words(&self, spaced: &str) -> Option<&Language> {
        let here = small_words(spaced);
        let for_it = |language: &Language| {
            let common = words(spaced).filter(|word| language.common.iter().any(|one| one == word)).count();
            // A word that is called so in many languages tells nothing alone.
            if common == 0 { 0 } else { common + language.stems(spaced).len() }
        };
        let all =
            self.0.iter().filter(|language| language.script.is_none()).map(|language| (for_it(language), language));
        let (most, language) = all.max_by_key(|(count, _)| *count)?;
        (most >= ENOUGH && most > here).then_some(language)
    }
}

impl Language {
    /// Known words by their place; of several at a place the longest.
    fn stems(&self, spaced: &str) -> Vec<(usize, usize, &str)> {
        let inside = self.script == Some(Script::Arabic);
        let mut found: Vec<(usize, usize, &str)> = Vec::new();
        for (german, stems) in &self.words {
            for stem in stems {
                let places = spaced.match_indices(stem.as_str());
                // The article is written onto the word in Arabic.
                let begins = |at: usize| inside || spaced[..at].ends_with(' ');
                found.extend(places.filter(|(at, _)| begins(*at)).map(|(at, _)| (at, stem.len(), german.as_str())));
            }
        }
        found.sort_by_key(|(at, len, _)| (*at, std::cmp::Reverse(*len)));
        let mut end = 0;
        found.retain(|(at, len, _)| {
            let free = *at >= end;
            if free {
                end = at + len;
            }
            free
        });
        found
    }

    fn german(&self, spaced: &str) -> String {
        let mut parts: Vec<(usize, &str)> =
            self.stems(spaced).into_iter().map(|(at, _, german)| (at, german)).collect();
        let same = spaced.match_indices(' ').filter_map(|(at, _)| {
            let word = spaced[at + 1..].split(' ').next()?;
            EVERYWHERE.contains(&word).then_some((at + 1, word))
        });
        parts.extend(same);
        parts.sort_unstable();
        parts.dedup_by_key(|(_, word)| *word);
        parts.into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" ")
    }
}

/// Small letters without accents; the dotless i of Turkish and the barred l of Polish carry none and are none.
fn plain(text: &str) -> String {
    fold(text).replace('ı', "i").replace('ł', "l")
}

/// Folded, with a blank in the place of every sign but the apostrophe, and at both ends.
fn spaced(text: &str) -> String {
    let joined = text.replace("Wi-Fi", "wifi").replace("wi-fi", "wifi").replace('’', "'");
    let plain: String =
        plain(&joined).chars().map(|ch| if ch.is_alphanumeric() || ch == '\'' { ch } else { ' ' }).collect();
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The script of most letters, where it is not the Latin one.
fn script(text: &str) -> Option<Script> {
    let letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    let of = |range: std::ops::RangeInclusive<char>| text.chars().filter(|ch| range.contains(ch)).count();
    [(Script::Cyrillic, '\u{400}'..='\u{52F}'), (Script::Arabic, '\u{600}'..='\u{6FF}')]
        .into_iter()
        .find(|(_, range)| {
            let count = of(range.clone());
            count >= LETTERS && count * 2 > letters
        })
        .map(|(script, _)| script)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn german(text: &str) -> Option<(String, String)> {
        Foreign::default().read(text).map(|found| (found.code, found.german))
    }

    #[test]
    fn what_is_wrong_is_found_in_german() {
        for (text, code, expected) in [
            ("Projektör çalışmıyor", "tr", "Beamer geht nicht"),
            ("sifremi unuttum, lutfen yardim", "tr", "Passwort vergessen"),
            ("Проектор не работает", "ru", "Beamer geht nicht"),
            ("Я забыл пароль от IServ", "ru", "vergessen Passwort iserv"),
            ("Немає звуку, що робити?", "uk", "kein Ton"),
            ("البروجكتور لا يعمل", "ar", "Beamer geht nicht"),
            ("پروژکتور کار نمی‌کند", "fa", "Beamer geht nicht"),
            ("Drukarka nie drukuje, jest w klasie", "pl", "Drucker druckt nicht"),
            ("Le vidéoprojecteur ne marche pas", "fr", "Beamer geht nicht"),
            ("el proyector no funciona", "es", "Beamer geht nicht"),
            ("il proiettore non funziona", "it", "Beamer geht nicht"),
            ("proiectorul nu functioneaza", "ro", "Beamer geht nicht"),
        ] {
            assert_eq!(german(text), Some((code.to_owned(), expected.to_owned())), "{text}");
        }
        assert_eq!(german("Merhaba, nasil yardim alabilirim?"), Some(("tr".into(), String::new())));
    }

    #[test]
    fn german_and_english_are_never_taken_for_another() {
        for text in [
            "projektor",
            "beamer tot",
            "der Beamer zeigt kein Bild",
            "no sound in class",
            "HDMI",
            "son",
            "",
            "im 120er",
        ] {
            assert_eq!(german(text), None, "{text}");
        }
        let sets = [
            "questions/dev.jsonl",
            "questions/fit.jsonl",
            "dialogues/dev.jsonl",
            "tellings/tellings.jsonl",
            "triage/safety.jsonl",
        ];
        let mut read = 0;
        for set in sets {
            let path = format!("{}/tests/data/{set}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                let told = value["says"].as_array().cloned().unwrap_or_default();
                let alone = ["question", "text", "says", "danger", "harmless"].map(|key| value[key].clone());
                for said in told.iter().chain(&alone).filter_map(serde_json::Value::as_str) {
                    assert_eq!(german(said), None, "{said}");
                    read += 1;
                }
            }
        }
        assert!(read > 1_000, "only {read} texts were looked at");
    }
}
