//! Every guide that is shipped keeps to what `knowledge/README.md` asks of it: front
//! matter complete, sections in order, one numbered list with results, references to
//! steps that exist, placeholders with fallbacks, no telephone numbers, and all
//! problems covered. What a reader makes of it, a test cannot say.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use schullotse::{
    config::KnowledgeConfig,
    domain::{
        document::{Audience, Block, Document, Purpose},
        lang::Lang,
        placeholder,
        problem::PROBLEMS,
    },
    ingest::{Extractor, Limits, Source, read_document},
};

/// Characters of all steps of a guide together, so that they fit one hit and one answer.
const STEPS: usize = 2_300;

struct Guide {
    path: String,
    text: String,
    document: Document,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md") {
            found.push(path);
        }
    }
}

fn guides() -> Vec<Guide> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let mut paths = Vec::new();
    files(&root.join("guides"), &mut paths);
    paths.sort();
    let config = KnowledgeConfig::default();
    let extractor = Extractor::new("/nonexistent", Limits::from(&config));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let source = Source { path: &path, bytes: text.as_bytes().into(), meta: None };
        let document = read_document(&source, &extractor, &config).unwrap_or_else(|error| panic!("{path}: {error}"));
        Guide { path, text, document }
    };
    paths.into_iter().map(read).collect()
}

impl Guide {
    fn steps(&self) -> Vec<(u32, &str)> {
        let blocks = self.document.sections.iter().flat_map(|section| &section.blocks);
        let step = |block| match block {
            &Block::Step { number, ref text } => Some((number, text.as_str())),
            _ => None,
        };
        blocks.filter_map(step).collect()
    }

    fn headings(&self) -> Vec<&str> {
        self.text.lines().filter_map(|line| line.strip_prefix("## ")).collect()
    }

    fn how_to(&self) -> bool {
        self.path.contains("/anleitungen/")
    }
}

/// Gathers what is wrong in all guides, so that one run shows all of it.
fn faults(check: impl Fn(&Guide) -> Vec<String>) {
    let guides = guides();
    assert!(guides.len() > 50, "{} guides", guides.len());
    let found: Vec<String> = guides
        .iter()
        .flat_map(|guide| check(guide).into_iter().map(|fault| format!("{}: {fault}", guide.path)))
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn front_matter_is_complete() {
    faults(|guide| {
        let meta = &guide.document.meta;
        let mut faults = Vec::new();
        for (missing, what) in [
            (meta.title.is_none(), "title"),
            (meta.devices.is_empty(), "devices"),
            (meta.problems.is_empty() && !guide.how_to(), "problems"),
            (meta.onsite.is_none() && !guide.how_to(), "onsite"),
            ((meta.purpose == Some(Purpose::HowTo)) != guide.how_to(), "purpose: how-to, in anleitungen/ only"),
            (meta.owner.is_none(), "owner"),
            (meta.reviewed.is_none(), "reviewed"),
            (meta.review_by <= meta.reviewed, "review_by after reviewed"),
            (meta.audience != Audience::Teacher, "audience: teacher"),
            (guide.path.contains("/en/") != (meta.lang == Lang::En), "lang as the folder says"),
            ((meta.lang == Lang::En) != meta.translation_of.is_some(), "translation_of, in English guides only"),
        ] {
            if missing {
                faults.push(format!("{what} is missing"));
            }
        }
        let codes = PROBLEMS.map(|(code, _)| code);
        faults
            .extend(meta.problems.iter().filter(|code| !codes.contains(&code.as_str())).map(|code| format!("{code}?")));
        faults
    });
}

#[test]
fn sections_stand_in_order() {
    faults(|guide| {
        let expected: &[&str] = match (guide.how_to(), guide.document.meta.lang) {
            (false, Lang::De) => &["Sofort weiter unterrichten", "Schritt für Schritt", "Wenn das nicht hilft"],
            (false, Lang::En) => &["Keep teaching now", "Step by step", "If that does not help"],
            (true, Lang::De) => &["Das brauchen Sie", "Schritt für Schritt", "Danach"],
            (true, Lang::En) => &["What you need", "Step by step", "Afterwards"],
        };
        let mut headings = guide.headings();
        if guide.how_to() && headings.len() == 4 {
            headings.pop();
        }
        if headings == expected { Vec::new() } else { vec![format!("sections {headings:?}")] }
    });
}

#[test]
fn steps_can_be_followed() {
    let reference = Regex::new(r"(?i)\b(?:schritt|step) (\d+)").unwrap();
    faults(|guide| {
        let steps = guide.steps();
        let last = u32::try_from(steps.len()).unwrap();
        let (see, not) = guide.document.meta.lang.pick(("Sie sehen:", "Wenn nicht:"), ("You see:", "If not:"));
        let mut faults = Vec::new();
        if !(4..=10).contains(&last) {
            faults.push(format!("{last} steps"));
        }
        for (expected, (number, text)) in (1..).zip(&steps) {
            if *number != expected {
                faults.push(format!("step {number} in the place of {expected}"));
            }
            if !text.contains(see) || !text.contains(not) {
                faults.push(format!("step {number} says not what is seen, or what if not"));
            }
        }
        for capture in reference.captures_iter(&guide.text) {
            let named: u32 = capture[1].parse().unwrap();
            if !(1..=last).contains(&named) {
                faults.push(format!("there is no step {named}"));
            }
        }
        let length: usize = steps.iter().map(|(_, text)| text.chars().count()).sum();
        if length > STEPS {
            faults.push(format!("{length} characters of steps"));
        }
        faults
    });
}

#[test]
fn placeholders_are_known_and_nothing_is_invented() {
    let number = Regex::new(r"\b0\d{2,5}[ /-]\d{3,}|\+49|\b\d{5,}\b|https?://|www\.|[\w.]+@[\w.]+\.[a-z]{2,}").unwrap();
    faults(|guide| {
        let mut faults: Vec<String> = number
            .find_iter(guide.text.split("---").nth(2).unwrap_or_default())
            .map(|found| format!("{:?} is for the directory to say", found.as_str()))
            .collect();
        let keys = placeholder::KEYS.map(|(key, _)| key);
        let used = placeholder::keys(&guide.text);
        faults.extend(used.iter().filter(|key| !keys.contains(key)).map(|key| format!("unknown placeholder {key}")));
        let filled = placeholder::fill(&guide.text, &placeholder::Values::new());
        if filled.contains("{{") || filled.contains("}}") {
            faults.push("braces that are no placeholder".into());
        }
        if guide.text.matches("{{").count() != guide.text.matches('|').count() {
            faults.push("a placeholder without a fallback".into());
        }
        let title = guide.document.title.as_str();
        if guide.headings().into_iter().chain([title]).any(|text| text.contains("{{")) {
            faults.push("a placeholder in a heading".into());
        }
        faults
    });
}

#[test]
fn every_problem_has_a_guide_and_the_urgent_ones_an_english_one() {
    let guides = guides();
    let ids: BTreeSet<&str> = guides.iter().map(|guide| guide.document.id.as_str()).collect();
    let mut german: BTreeMap<&str, usize> = BTreeMap::new();
    let mut english: BTreeMap<&str, usize> = BTreeMap::new();
    for guide in &guides {
        let covered = guide.document.meta.lang.pick(&mut german, &mut english);
        for code in &guide.document.meta.problems {
            let (code, _) = PROBLEMS.iter().find(|(known, _)| known == code).unwrap();
            *covered.entry(code).or_default() += 1;
        }
        let original = guide.document.meta.translation_of.as_deref();
        assert!(
            original.is_none_or(|id| ids.contains(id)),
            "{} translates {original:?}, which is not there",
            guide.path
        );
    }
    let uncovered: Vec<&str> =
        PROBLEMS.iter().map(|(code, _)| *code).filter(|code| !german.contains_key(code)).collect();
    assert!(uncovered.is_empty(), "{uncovered:?}");
    // Those that block a class (reference: the table of problems, urgency 1).
    let urgent = [
        "P01", "P02", "P04", "P06", "P07", "P10", "P11", "P15", "P16", "P18", "P19", "P20", "P21", "P25", "P32", "P33",
        "P45",
    ];
    let missing: Vec<&&str> = urgent.iter().filter(|code| !english.contains_key(**code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(guides.iter().filter(|guide| guide.how_to() && guide.document.meta.lang == Lang::De).count() >= 12);
}
