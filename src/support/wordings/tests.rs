//! What is shipped: the file is read, knows what it should, and is fast and sure enough;
//! the wordings that it learned from are in order.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::PathBuf,
};

use super::{
    lines::{read_answers, read_wordings},
    *,
};
use crate::domain::{
    danger,
    text::{fold, words},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folder(path: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join(path)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    paths.sort();
    assert!(!paths.is_empty(), "{path} is empty");
    paths
}

/// The same words are the same wording, however they are written.
fn plain(text: &str) -> String {
    words(&fold(text)).collect::<Vec<_>>().join(" ")
}

fn shipped() -> Vec<(String, Wording)> {
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let all = read_wordings(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        all.into_iter().map(move |wording| (name.clone(), wording)).collect::<Vec<_>>()
    };
    folder("knowledge/wordings").into_iter().flat_map(read).collect()
}

#[test]
fn every_wording_is_read_and_stands_once() {
    let mut seen: HashMap<String, String> = HashMap::new();
    for (file, wording) in shipped() {
        let before = seen.insert(plain(&wording.text), file.clone());
        assert_eq!(before, None, "{:?} in {file} stands there already", wording.text);
        assert!(wording.style.is_some() && wording.text.chars().count() <= 600, "{wording:?}");
    }
}

#[test]
fn every_class_has_enough_wordings() {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (_, wording) in shipped() {
        *count.entry(wording.class().to_owned()).or_default() += 1;
    }
    let wanted: BTreeSet<String> = (1..=45)
        .map(|n| format!("P{n:02}"))
        .chain(danger::IDS.iter().map(|id| format!("{DANGER}{id}")))
        .chain([NONE.to_owned()])
        .collect();
    assert_eq!(count.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    assert!(count.values().all(|count| *count >= 25), "{count:?}");
}

/// A question that is tested with must not be learned.
#[test]
fn no_test_question_is_a_wording() {
    let known: BTreeSet<String> = shipped().into_iter().map(|(_, wording)| plain(&wording.text)).collect();
    let mut looked = 0;
    for path in folder("tests/data/questions") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = plain(line["question"].as_str().unwrap());
            looked += 1;
            assert!(text.is_empty() || !known.contains(&text), "{text:?} of {} is learned", path.display());
        }
    }
    assert!(looked > 200, "{looked}");
}

#[test]
fn the_shipped_file_was_fitted_on_these_features_and_knows_every_class() {
    let wordings = Wordings::shipped().unwrap_or_else(|error| panic!("{error}"));
    let classes: BTreeSet<&str> = wordings.model().classes.iter().map(String::as_str).collect();
    let answers = folder("knowledge/replies").into_iter().map(|path| fs::read(path).unwrap());
    let answers = answers.flat_map(|bytes| read_answers(&bytes).unwrap());
    let all: Vec<Wording> = shipped().into_iter().map(|(_, wording)| wording).chain(answers).collect();
    assert_eq!(classes, all.iter().map(Wording::class).collect());
    assert!(SHIPPED.len() <= 4 << 20, "{} bytes", SHIPPED.len());
    assert_eq!(wordings.model().about.wordings, all.len(), "fit anew: `schullotse fit wordings`");
}

#[test]
fn what_teachers_write_is_told() {
    let wordings = Wordings::shipped().unwrap();
    for (text, problem) in [
        ("beamerbild steht auf dem kopf und ist ganz verzogen", "P05"),
        ("papier klemmt im kopirer fest", "P37"),
        ("the pupils tablets dont show up in classroom", "P25"),
        ("untis app sagt konto gespert", "P40"),
    ] {
        let reading = wordings.read(text);
        assert_eq!(reading.problems()[0].0, problem, "{text}: {:?}", &reading.problems()[..3]);
        assert!((reading.classes().map(|(_, p)| p).sum::<f32>() - 1.0).abs() < 1e-4);
    }
    assert_eq!(wordings.read("da kokelt was im ladekoffer, dicker qualm").danger().unwrap().0, "fire");
    let long = "Der Beamer zeigt nichts und die Klasse wartet. ".repeat(60);
    assert!(wordings.read(&long).classes().all(|(_, p)| p.is_finite()));
}
