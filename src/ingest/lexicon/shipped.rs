//! What is shipped in `knowledge/lexicon`, file by file: it is read, it is written as
//! its head asks for, nothing stands twice, and the head says how to add. The reader
//! forgives capitals and doubles; these tests look at the text as it stands.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::PathBuf,
};

use toml::{Table, Value};

use super::{Lexicon, RULES, RuleKind, read_lexicon};
use crate::domain::text::{fold, words};

const GROUPS: [&str; 4] = ["devices.toml", "platforms.toml", "symptoms.toml", "school.toml"];
/// Longest phrase, in words, that search looks up.
const LONGEST: usize = 6;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("knowledge/lexicon")
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shipped(name: &str) -> Lexicon {
    read_lexicon(name, text(name).as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn entries(name: &str, key: &str) -> Vec<Value> {
    let table: Table = toml::from_str(&text(name)).unwrap();
    table[key].as_array().unwrap().clone()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// The words of a file with one a line, as they stand.
fn lines(name: &str) -> Vec<String> {
    let text = text(name);
    let words = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn in_small_letters(name: &str, words: &[String]) {
    assert!(!words.is_empty(), "{name}");
    for word in words {
        assert_eq!(*word, word.to_lowercase(), "{name}");
        assert_eq!(*word, word.split_whitespace().collect::<Vec<_>>().join(" "), "{name}");
    }
}

/// What stands more than once; `form` says what counts as the same.
fn doubles(words: &[String], form: impl Fn(&str) -> String) -> Vec<String> {
    let mut seen = BTreeMap::<String, usize>::new();
    for word in words {
        *seen.entry(form(word)).or_default() += 1;
    }
    seen.into_iter().filter(|(_, times)| *times > 1).map(|(word, _)| word).collect()
}

#[test]
fn every_file_is_read_and_its_head_says_how_to_add() {
    let mut names: Vec<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() >= 10, "{names:?}");
    for name in &names {
        assert_ne!(shipped(name), Lexicon::default(), "{name} holds nothing");
        let text = text(name);
        let head: String =
            text.lines().take_while(|line| line.starts_with('#')).flat_map(|line| [line, "\n"]).collect();
        assert!(head.contains("So ergänzen Sie"), "{name} begins with no comment that says how to add");
        assert!(head.lines().all(|line| line.chars().count() <= 120), "{name}: a line of the head is too long");
    }
}

#[test]
fn a_word_stands_in_one_group_of_one_file() {
    let mut all = HashMap::<String, (&str, String)>::new();
    for file in GROUPS {
        for group in entries(file, "group") {
            let group = strings(&group["words"]);
            in_small_letters(file, &group);
            assert!(group.len() > 1, "{file}: {group:?} is alone");
            for word in &group {
                assert!(words(word).count() <= LONGEST, "{file}: {word:?} is too long to be looked up");
                // Umlauts and their spellings are one to search: `drücker` would be `drucker`.
                let before = all.insert(fold(word), (file, group[0].clone()));
                assert_eq!(before, None, "{word:?} stands in {file} in the group of {:?}, and there", group[0]);
            }
        }
    }
}

#[test]
fn words_of_everyday_german_are_none_of_the_trade() {
    let mut times = HashMap::<String, usize>::new();
    for group in entries("general.toml", "group") {
        let group = strings(&group["words"]);
        in_small_letters("general.toml", &group);
        assert_eq!(doubles(&group, fold), [""; 0]);
        for word in &group {
            *times.entry(fold(word)).or_default() += 1;
        }
    }
    let often: Vec<&String> = times.iter().filter(|(_, times)| **times > 2).map(|(word, _)| word).collect();
    assert!(often.is_empty(), "in more than two groups: {often:?}");
    for file in GROUPS {
        let trade = entries(file, "group");
        let both: Vec<String> = trade
            .iter()
            .flat_map(|group| strings(&group["words"]))
            .filter(|word| times.contains_key(&fold(word)))
            .collect();
        assert!(both.is_empty(), "in {file} already: {both:?}");
    }
}

#[test]
fn device_names_keep_their_device() {
    let devices = shipped("devices.toml");
    let said = |word: &str| {
        let group = devices.synonyms.iter().find(|group| group.words.iter().any(|known| known == word));
        group.unwrap_or_else(|| panic!("{word} is missing")).device.map(|device| format!("{device:?}"))
    };
    for (word, device) in [
        ("biemer", "Projector"),
        ("epson", "Projector"),
        ("benq", "Projector"),
        ("promethean", "Board"),
        ("clevertouch", "Board"),
        ("elmo", "Camera"),
        ("kyocera", "Printer"),
        ("apple tv", "Appletv"),
        ("logitech crayon", "Ipad"),
        ("jabra", "Sound"),
        ("wlan", "Network"),
    ] {
        assert_eq!(said(word).as_deref(), Some(device), "{word}");
    }
    assert_eq!(said("laptop"), None);
}

#[test]
fn faults_that_sound_alike_stay_apart() {
    let symptoms = shipped("symptoms.toml");
    let at = |word: &str| {
        let found = symptoms.synonyms.iter().position(|group| group.words.iter().any(|known| known == word));
        found.unwrap_or_else(|| panic!("{word} is missing"))
    };
    for (one, other) in [
        ("geht nicht an", "geht nicht"),
        ("geht nicht an", "geht aus"),
        ("schwarz", "kein signal"),
        ("kein bild", "kein signal"),
        ("lädt nicht", "lädt nicht auf"),
        ("lädt nicht", "seite lädt nicht"),
        ("app fehlt", "apps verschwunden"),
        ("vergessen", "gesperrt"),
        ("unscharf", "schief"),
        ("ton", "kein ton"),
    ] {
        assert_ne!(at(one), at(other), "{one}, {other}");
    }
    assert_eq!(at("tot"), at("startet nicht"));
}

#[test]
fn platforms_are_not_mixed_up() {
    let platforms = shipped("platforms.toml");
    for name in ["iserv", "logineo", "webuntis", "schulmanager", "moodle", "teams", "classroom"] {
        let held: Vec<&str> = platforms
            .synonyms
            .iter()
            .filter(|group| group.words.iter().any(|word| word == name))
            .flat_map(|group| group.words.iter().map(String::as_str))
            .collect();
        assert!(!held.is_empty(), "{name} is missing");
        let others = ["iserv", "webuntis", "schulmanager", "moodle", "teams", "classroom"];
        assert!(others.iter().all(|other| *other == name || !held.contains(other)), "{name}: {held:?}");
    }
}

#[test]
fn english_words_stand_once_with_one_to_three_german_ones() {
    let pairs = entries("english.toml", "pair");
    let english: Vec<String> = pairs.iter().map(|pair| pair["en"].as_str().unwrap().to_owned()).collect();
    in_small_letters("english.toml", &english);
    assert_eq!(doubles(&english, fold), [""; 0]);
    for pair in &pairs {
        let german = strings(&pair["de"]);
        in_small_letters("english.toml", &german);
        assert!(german.len() <= 3 && doubles(&german, fold).is_empty(), "{pair}");
    }
}

#[test]
fn compound_parts_are_single_words_of_three_letters_or_more() {
    let parts = lines("compounds.txt");
    in_small_letters("compounds.txt", &parts);
    assert_eq!(doubles(&parts, str::to_owned), [""; 0]);
    assert!(parts.iter().all(|part| part.chars().count() >= 3 && words(part).count() == 1));
}

#[test]
fn names_and_what_looks_like_one() {
    let table: Table = toml::from_str(&text("names.toml")).unwrap();
    assert!(table.len() == 2 && table.contains_key("given") && table.contains_key("family"));
    for list in table.values().map(strings) {
        in_small_letters("names.toml", &list);
        assert_eq!(doubles(&list, str::to_owned), [""; 0]);
    }
    let lookalikes = lines("lookalikes.txt");
    in_small_letters("lookalikes.txt", &lookalikes);
    assert_eq!(doubles(&lookalikes, fold), [""; 0]);
    assert_eq!(shipped("lookalikes.txt").names.not_names.len(), lookalikes.len());
}

#[test]
fn every_rule_of_the_program_has_its_conditions() {
    for (kind, ids) in RULES {
        let file = if kind == RuleKind::Safety { "safety.toml" } else { "rules.toml" };
        let rules = shipped(file).rules;
        for id in ids {
            let found: Vec<_> = rules.iter().filter(|rule| rule.kind == kind && rule.id == *id).collect();
            assert_eq!(found.len(), 1, "{file}: {id}");
        }
        let raw = entries(file, "rule");
        for condition in raw.iter().flat_map(|rule| rule["when"].as_array().unwrap()) {
            for list in condition["all"].as_array().unwrap() {
                in_small_letters(file, &strings(list));
                assert_eq!(doubles(&strings(list), str::to_owned), [""; 0], "{file}");
            }
            if let Some(not) = condition.get("not") {
                in_small_letters(file, &strings(not));
            }
        }
    }
}
