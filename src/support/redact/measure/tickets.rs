//! Measures the masking of whole past tickets, those written for it and those of
//! the demo, by the rule that counts: a personal string must stand nowhere in the masked fields, a
//! technical fact must.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;

use super::{share, shipped};
use crate::support::redact::Redactor;

#[derive(Deserialize)]
struct Ticket {
    id: String,
    subject: String,
    description: String,
    resolution: String,
    personal: Vec<String>,
    facts: Vec<String>,
}

/// What a personal string is, as far as it shows.
fn kind(text: &str) -> &'static str {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    match () {
        () if text.contains('@') => "mail",
        () if digits > 0 && letters == 0 => "number",
        () if digits > 0 => "mixed",
        () if text.contains(['.', '_']) => "login or initials",
        () if text.contains(' ') => "full name",
        () if text.starts_with(char::is_lowercase) => "small letters",
        () => "one word",
    }
}

fn read(file: &str) -> Vec<Ticket> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let lines = fs::read_to_string(path).expect("the data are part of the repository");
    lines.lines().map(|line| serde_json::from_str(line).expect("a ticket")).collect()
}

/// What is left of the personal strings of a file of tickets, and of its facts.
#[derive(Default)]
struct Result {
    gone: (usize, usize),
    /// Surnames and given names of full names.
    parts: (usize, usize),
    facts: (usize, usize),
}

fn measure(redactor: &Redactor, file: &str) -> Result {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut result = Result::default();
    for ticket in read(&format!("masking/{file}")) {
        let fields = [ticket.subject.as_str(), &ticket.description, &ticket.resolution];
        let masked = redactor.mask_case(&fields, &[]);
        let left = |text: &str| masked.iter().any(|field| field.text.contains(text));
        for personal in &ticket.personal {
            let count = kinds.entry(kind(personal)).or_default();
            count.1 += 1;
            count.0 += usize::from(!left(personal));
            if left(personal) {
                eprintln!("{}: {personal:?} is left", ticket.id);
            }
            if kind(personal) == "full name" {
                let part = personal.split([' ', ',']).filter(|part| part.chars().count() > 3);
                for part in part {
                    result.parts.1 += 1;
                    result.parts.0 += usize::from(!left(part));
                }
            }
        }
        for fact in &ticket.facts {
            result.facts.1 += 1;
            result.facts.0 += usize::from(left(fact));
            if !left(fact) {
                eprintln!("{}: {fact:?} is lost", ticket.id);
            }
        }
    }
    for (kind, (gone, all)) in &kinds {
        eprintln!("{file} {kind}: {gone} of {all}");
    }
    result.gone = kinds.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    eprintln!("{file}: {:?} gone, parts of names {:?}, facts {:?}", result.gone, result.parts, result.facts);
    result
}

#[test]
fn nothing_personal_is_left_in_past_tickets_and_the_facts_are() {
    let redactor = Redactor::new(&shipped());
    for file in ["tickets-dev.jsonl", "tickets-dev2.jsonl", "tickets-dev3.jsonl"] {
        let Result { gone, parts, facts } = measure(&redactor, file);
        assert!(gone.1 > 150 && share(gone.0, gone.1) >= 0.99, "{file}: {gone:?}");
        assert!(share(parts.0, parts.1) >= 0.97, "{file}: {parts:?}");
        assert!(share(facts.0, facts.1) >= 0.97, "{file}: {facts:?}");
    }
}

#[derive(Deserialize)]
struct Past {
    id: String,
    subject: String,
    description: String,
    resolution: String,
}

/// The demo's own past tickets, as they are masked before they are indexed.
#[test]
fn past_tickets_of_the_demo_name_nobody() {
    let redactor = Redactor::new(&shipped());
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &str| fs::read_to_string(root.join(path)).expect("the data are part of the repository");
    let list = |path: &str| -> BTreeMap<String, Vec<String>> {
        serde_json::from_str(&text(path)).expect("strings for each ticket")
    };
    let personal = list("tests/data/masking/demo-personal.json");
    let technical = list("tests/data/masking/demo-facts.json");
    let (mut left, mut strings, mut facts, mut tickets) = (Vec::new(), 0, (0, 0), 0);
    for line in text("knowledge/demo/resolutions.jsonl").lines() {
        let ticket: Past = serde_json::from_str(line).expect("a past ticket");
        let masked = redactor.mask_case(&[&ticket.subject, &ticket.description, &ticket.resolution], &[]);
        let stands = |text: &&String| masked.iter().any(|field| field.text.contains(text.as_str()));
        let of = |list: &BTreeMap<String, Vec<String>>| list.get(&ticket.id).cloned().unwrap_or_default();
        strings += of(&personal).len();
        left.extend(of(&personal).iter().filter(stands).map(|text| (ticket.id.clone(), text.clone())));
        facts.1 += of(&technical).len();
        facts.0 += of(&technical).iter().filter(stands).count();
        for lost in of(&technical).iter().filter(|text| !stands(text)) {
            eprintln!("{}: {lost:?} is lost", ticket.id);
        }
        tickets += 1;
    }
    eprintln!("demo: {} of {strings} left, facts {facts:?}", left.len());
    assert!(tickets > 50 && strings > 100 && left.is_empty(), "{left:?}");
    assert!(share(facts.0, facts.1) >= 0.97, "{facts:?}");
}

/// Columns of the export: a name counts everywhere, the name of an office does not.
#[test]
fn what_a_ticket_tells_elsewhere_counts_too() {
    let redactor = Redactor::new(&shipped());
    let persons = ["Winter, Ronja".to_owned(), "Sekretariat".to_owned()];
    let masked = redactor.mask_case(&["Im Sekretariat: Winter", "wint.r und ronja, im Winter war es kalt"], &persons);
    assert_eq!(masked[0].text, "Im Sekretariat: [Name]");
    assert_eq!(masked[1].text, "[Name] und [Name], im Winter war es kalt");
}

#[derive(Deserialize)]
struct Question {
    question: String,
}

/// Questions name hardly anybody: what is masked in them is mostly a word that the answer needed.
#[test]
fn questions_keep_their_words() {
    let redactor = Redactor::new(&shipped());
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/questions/dev.jsonl");
    let lines = fs::read_to_string(path).expect("the questions are part of the repository");
    let (mut words, mut masked) = (0, Vec::new());
    for line in lines.lines() {
        let Question { question: text } = serde_json::from_str(line).expect("a question");
        words += text.split_whitespace().count();
        let found = redactor.mask(&text).found;
        masked.extend(found.iter().map(|found| text[found.start..found.end].to_owned()));
    }
    eprintln!("questions: {} of {words} words masked: {masked:?}", masked.len());
    assert!(words > 1_000 && masked.len() <= 2, "{masked:?}");
}
