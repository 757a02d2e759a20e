//! Measures the masking on labelled sentences in `tests/data/masking`: `dev.jsonl`
//! was written with the rules; `heldout.jsonl` by somebody who did not know them,
//! and was read for the second version of the rules; `heldout2.jsonl` came after
//! that from somebody else and was never read.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{PersonalKind, Redactor};
use crate::{
    domain::lexicon::{Lexicon, Names},
    ingest::lexicon::{merge, read_lexicon},
};

mod tickets;

#[derive(Deserialize)]
struct Sentence {
    text: String,
    spans: Vec<Label>,
}

/// Offsets count characters.
#[derive(Deserialize)]
struct Label {
    start: usize,
    end: usize,
    kind: String,
}

fn kind(name: &str) -> PersonalKind {
    match name {
        "name" => PersonalKind::Name,
        "email" => PersonalKind::Email,
        "phone" => PersonalKind::Phone,
        "password" => PersonalKind::Password,
        "address" => PersonalKind::Address,
        "birthdate" => PersonalKind::BirthDate,
        "iban" => PersonalKind::Iban,
        other => panic!("unknown kind {other}"),
    }
}

/// Counts of labelled places and masked places.
#[derive(Clone, Copy, Default)]
struct Counts {
    labels: usize,
    /// Labels that a mask of any kind touches.
    touched: usize,
    /// Labels that a mask of any kind covers wholly: what recall means here.
    covered: usize,
    /// Labels whose very place was masked as their kind.
    exact: usize,
    masked: usize,
    /// Masks that touch a label.
    right: usize,
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The lexicon that is shipped.
fn shipped() -> Lexicon {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("knowledge/lexicon");
    let files = fs::read_dir(folder).expect("the lexicon is part of the repository");
    merge(files.map(|entry| {
        let path = entry.expect("a readable folder").path();
        let bytes = fs::read(&path).expect("a readable file");
        read_lexicon(&path.to_string_lossy(), &bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }))
}

/// Commonest names in German schools.
pub(super) fn small() -> Lexicon {
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let names = Names {
        given: list(
            "aleksandra ali amir anna anton aylin ayşe ben bernd carla christian elif emil emma fatma felix frank \
             hannah hans jan jonas julia kai karin katrin kerstin kevin lena leon lina lukas maja maria mark markus \
             martin max mehmet mia michael mohammed monika mustafa noah oksana olga paul petra peter rosa renate sabine \
             sandra sarah sofia stefan sven thomas tim tobias tobi tom ute uwe will zeynep john anton alexa siri",
        ),
        family: list(
            "becker berger brown demirci fischer hoffmann kaya kowalczyk kowalski krause krüger lehmann meier meyer \
             miller müller neumann nguyen nowak öztürk özdemir schäfer schmidt schmitz schneider schröder schulz \
             wagner weber werner wójcik yıldız yilmaz yılmaz",
        ),
        not_names: list("drucker netz sommer beamer epson apple iserv lehrerzimmer sekretariat hausmeister max"),
    };
    Lexicon { names, ..Lexicon::default() }
}

/// Counts per kind over a file; mistakes in `dev.jsonl` are listed as they are met.
fn measure(file: &str, lexicon: &Lexicon) -> BTreeMap<PersonalKind, Counts> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/masking").join(file);
    let lines = fs::read_to_string(path).expect("the sentences are part of the repository");
    let redactor = Redactor::new(lexicon).seen_from(2026);
    let mut counts: BTreeMap<PersonalKind, Counts> = BTreeMap::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let sentence: Sentence = serde_json::from_str(line).expect("a sentence with its places");
        let places: Vec<usize> = sentence.text.char_indices().map(|(at, _)| at).chain([sentence.text.len()]).collect();
        let masked = redactor.mask(&sentence.text);
        let mut mistake = false;
        for label in &sentence.spans {
            let (start, end) = (places[label.start], places[label.end]);
            let count = counts.entry(kind(&label.kind)).or_default();
            count.labels += 1;
            let covered = masked.found.iter().any(|found| found.start <= start && found.end >= end);
            count.covered += usize::from(covered);
            count.touched += usize::from(masked.found.iter().any(|found| found.start < end && found.end > start));
            let exact = masked
                .found
                .iter()
                .any(|found| (found.start, found.end, found.kind) == (start, end, kind(&label.kind)));
            count.exact += usize::from(exact);
            mistake |= !covered;
        }
        for found in &masked.found {
            let count = counts.entry(found.kind).or_default();
            count.masked += 1;
            let right =
                sentence.spans.iter().any(|label| places[label.start] < found.end && places[label.end] > found.start);
            count.right += usize::from(right);
            mistake |= !right;
        }
        if mistake && file == "dev.jsonl" {
            eprintln!("{} -> {}", sentence.text, masked.text);
        }
    }
    counts
}

/// Prints the table; returns recall, precision and exact recall of all kinds together.
fn summary(file: &str, counts: &BTreeMap<PersonalKind, Counts>) -> (f64, f64, f64) {
    let mut all = Counts::default();
    for (kind, count) in counts {
        eprintln!(
            "{file} {kind:?}: {} labels, recall {:.3}, exact {:.3}; {} masked, precision {:.3}",
            count.labels,
            share(count.covered, count.labels),
            share(count.exact, count.labels),
            count.masked,
            share(count.right, count.masked),
        );
        all.labels += count.labels;
        all.covered += count.covered;
        all.touched += count.touched;
        all.exact += count.exact;
        all.masked += count.masked;
        all.right += count.right;
    }
    let result = (share(all.covered, all.labels), share(all.right, all.masked), share(all.exact, all.labels));
    eprintln!(
        "{file}: {} labels, recall {:.3}, precision {:.3}, exact {:.3}; touched {:.3}",
        all.labels,
        result.0,
        result.1,
        result.2,
        share(all.touched, all.labels)
    );
    result
}

/// The small lexicon knows a fraction of the names: the rules must carry the rest.
#[test]
fn rules_find_most_without_a_lexicon_of_names() {
    let (recall, precision, exact) = summary("dev.jsonl, small lexicon", &measure("dev.jsonl", &small()));
    assert!(recall >= 0.78, "recall {recall}");
    assert!(precision >= 0.97, "precision {precision}");
    assert!(exact >= 0.76, "exact {exact}");
}

#[test]
fn personal_data_are_masked_and_the_rest_stays() {
    let lexicon = shipped();
    for file in ["dev.jsonl", "heldout.jsonl"] {
        let (recall, precision, exact) = summary(file, &measure(file, &lexicon));
        assert!(recall >= 0.98, "{file}: recall {recall}");
        assert!(precision >= 0.98, "{file}: precision {precision}");
        assert!(exact >= 0.96, "{file}: exact {exact}");
    }
}

/// What strangers write: neither read nor tuned to.
#[test]
fn sentences_that_the_rules_were_not_written_for() {
    let (recall, precision, _) = summary("heldout2.jsonl", &measure("heldout2.jsonl", &shipped()));
    assert!(recall >= 0.79, "recall {recall}");
    assert!(precision >= 0.90, "precision {precision}");
}

/// Every guide below `folder`, with its path.
fn guides(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the guides are part of the repository") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(guides(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

/// The guides name no person: whatever is masked in them is a mistake.
#[test]
fn guides_stay_as_they_are() {
    let redactor = Redactor::new(&shipped());
    let guides = guides(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("knowledge/guides"));
    let mut mistakes = Vec::new();
    for path in &guides {
        let text = fs::read_to_string(path).expect("a readable guide");
        let found = redactor.mask(&text).found;
        mistakes.extend(found.iter().map(|found| (path.clone(), text[found.start..found.end].to_owned())));
    }
    assert!(mistakes.is_empty(), "{mistakes:?}");
    assert!(guides.len() > 40, "{} guides", guides.len());
}
