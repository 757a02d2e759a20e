//! The rules on every sentence of the guides that are shipped: as it stands it passes, and
//! turned into something else it falls.

use std::{fs, path::Path};

use regex::Regex;

use super::{FEWEST_WORDS, claim::Claim, verify};
use crate::{
    config::KnowledgeConfig,
    domain::{
        document::{Audience, Kind, Meta, Passage},
        text::sentences,
    },
    ingest::{Extractor, Limits, Source, chunk, read_document},
};

fn passages() -> Vec<Passage> {
    let (config, mut passages) = (KnowledgeConfig::default(), Vec::new());
    let extractor = Extractor::new("/nonexistent", Limits::from(&config));
    for folder in ["knowledge/guides", "knowledge/guides/en"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap().flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|ending| ending != "md") || path.ends_with("README.md") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let source = Source { path: "guides/x.md", bytes: bytes.as_slice().into(), meta: None };
            let document = read_document(&source, &extractor, &config).unwrap();
            passages.extend(chunk(&document).into_iter().map(|chunk| Passage {
                document: document.id.clone(),
                revision: "1".into(),
                title: document.title.clone(),
                kind: Kind::Guide,
                meta: Meta { audience: Audience::Teacher, ..Meta::default() },
                chunk,
                school: None,
            }));
        }
    }
    assert!(passages.len() > 200);
    passages
}

/// Of all sentences that `change` makes another of: how many, and how many of those pass.
fn passing(passages: &[Passage], change: impl Fn(&str) -> Option<String>) -> (usize, usize) {
    let (mut all, mut passed) = (0, 0);
    // A part of them: each is read once for each of its sentences.
    for passage in passages.iter().step_by(4) {
        for unit in passage.quotable() {
            for sentence in sentences(unit.text) {
                let Some(changed) = change(sentence) else { continue };
                let claim = Claim::of(&changed);
                if claim.words.len() + claim.numbers.len() < FEWEST_WORDS {
                    continue;
                }
                all += 1;
                if verify(&changed, std::slice::from_ref(passage), &[]).is_some() {
                    passed += 1;
                    if std::env::var_os("SHOW").is_some() {
                        eprintln!("passes: {changed}");
                    }
                } else if changed == sentence && std::env::var_os("SHOW").is_some() {
                    eprintln!("falls: {changed}");
                }
            }
        }
    }
    (all, passed)
}

#[test]
fn what_guides_say_passes_and_what_they_do_not_say_falls() {
    let passages = passages();
    let replaced = |pattern: &'static str, by: &'static str| {
        let pattern = Regex::new(pattern).unwrap();
        move |sentence: &str| pattern.is_match(sentence).then(|| pattern.replace(sentence, by).into_owned())
    };
    let number = Regex::new(r"\b[2-9]\b").unwrap();
    let another = |sentence: &str| {
        let found = number.find(sentence)?;
        let other: u32 = found.as_str().parse::<u32>().ok()? + 31;
        Some(format!("{}{other}{}", &sentence[..found.start()], &sentence[found.end()..]))
    };
    let (all, passed) = passing(&passages, |sentence| Some(sentence.to_owned()));
    eprintln!("as they stand: {passed} of {all} pass");
    assert!(passed * 100 >= all * 97);
    let turned: [(&str, (usize, usize)); 7] = [
        ("another number", passing(&passages, another)),
        ("another button", passing(&passages, replaced("„[^“]+“|“[^”]+”", "„Xylo“"))),
        ("another plug", passing(&passages, replaced("HDMI|USB|VGA|WLAN|AirPlay|iPad", "SCART"))),
        ("without its negation", passing(&passages, replaced(r" nicht\b([^:])| not\b([^:])| nie\b| never\b", "$1$2"))),
        (
            "with a negation",
            passing(&passages, |sentence: &str| {
                let claim = Claim::of(sentence);
                let negated = claim.all.iter().any(|word| super::negation::is(word));
                (!negated).then(|| format!("{} nicht.", sentence.trim_end_matches(['.', '!', '?'])))
            }),
        ),
        (
            "the other side",
            passing(&passages, |sentence: &str| {
                let turned = [(" links", " rechts"), (" oben", " unten"), (" left ", " right "), (" top ", " bottom ")];
                turned.iter().find(|(a, _)| sentence.contains(*a)).map(|(a, b)| sentence.replace(a, b))
            }),
        ),
        ("off for on", passing(&passages, replaced(r" ein([.,;]| und )", " aus$1"))),
    ];
    for (what, (all, passed)) in turned {
        eprintln!("{what}: {passed} of {all} pass");
        assert!(all >= 3, "{what}: {all}");
        assert!(passed <= 1 || passed * 100 <= all * 6, "{what}: {passed} of {all} pass");
    }
}
