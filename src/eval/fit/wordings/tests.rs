//! On a handful of wordings: fitting tells them apart, is the same every time, and its
//! figures are those of their definitions.

use super::*;
use crate::{eval::sets::read_questions, support::wordings::file};

const SMALL: Settings = Settings { l2: 1e-4, rounds: 30, seed: 7, balance: 0.5 };

fn small() -> Vec<Wording> {
    let lines = [
        ("P01", ["beamer kein signal", "projektor sagt kein signal", "kein signal am beamer", "beamer no signal"]),
        ("P36", ["drucker druckt nicht", "mein drucker druckt nix", "drucker tut nichts", "kopierer druckt nicht"]),
        ("H:fire", ["es brennt", "rauch im raum", "flammen und rauch", "es raucht und brennt"]),
    ];
    let of = |problem: Option<&str>, text: &str| Wording {
        problem: problem.map(str::to_owned),
        kind: None,
        style: None,
        text: text.to_owned(),
    };
    let known = lines.iter().flat_map(|(class, texts)| texts.iter().map(move |text| of(Some(class), text)));
    let none = ["wann ist mensa", "wie wird das wetter", "wann ist die mensa auf", "wetter morgen"];
    known.chain(none.iter().map(|text| of(None, text))).collect()
}

#[test]
fn wordings_that_were_never_seen_are_told() {
    let wordings = Wordings::new(Material::of(&small()).model(&SMALL, 1.0));
    let first = |text: &str| wordings.read(text).problems()[0].0.clone();
    assert_eq!(first("biemer hat kein signal"), "P01");
    assert_eq!(first("der drukcer druckt ned"), "P36");
    assert_eq!(wordings.read("hilfe rauch").danger().unwrap().0, "fire");
    assert!(wordings.read("hilfe rauch").danger().unwrap().1 > 0.5);
    assert!(wordings.read("mensa heute").none() > 0.5);
    assert!((wordings.read(" ?! ").none() - 1.0).abs() < 1e-6);
}

#[test]
fn the_same_wordings_give_the_same_file_in_any_order() {
    let (mut turned, all) = (small(), small());
    turned.reverse();
    let bytes = |wordings: &[Wording]| file::encode(&Material::of(wordings).model(&SMALL, 1.25));
    assert_eq!(bytes(&all), bytes(&turned));
    assert_ne!(bytes(&all), bytes(&all[1..]));
    let again = file::decode(&bytes(&all)).unwrap();
    assert_eq!((again.about.wordings, again.about.sha256.len()), (16, 64));
}

#[test]
fn cross_validation_looks_at_each_wording_once() {
    let material = Material::of(&small());
    let cross = material.cross_validate(&SMALL, 4);
    assert_eq!(cross.wordings, 16);
    assert!(cross.top1 <= cross.top3 && cross.top3 > 0.7, "{cross:?}");
    assert!(cross.log_loss_calibrated <= cross.log_loss + 1e-6, "{cross:?}");
    assert_eq!(cross, material.cross_validate(&SMALL, 4));
}

#[test]
fn figures_are_those_of_their_definitions() {
    let readings = vec![(vec![0.5, 0.25, 0.25], 0), (vec![0.6, 0.1, 0.3], 1)];
    let cross = Cross::of(&readings);
    assert_eq!((cross.top1, cross.top3), (0.5, 1.0));
    let wanted = -(0.5_f64.ln() + 0.1_f64.ln()) / 2.0;
    assert!((cross.log_loss - wanted).abs() < 1e-6);
    assert!((lowest(|x| (x - 1.7).powi(2)) - 1.7).abs() < 2e-3);
}

#[test]
fn a_set_is_asked_for_problems_and_dangers() {
    let wordings = Wordings::new(Material::of(&small()).model(&SMALL, 1.0));
    let set = r#"{"id":"1","question":"beamer: kein signal!","lang":"de","problem":"P01","answerable":true,"expect":"answer"}
{"id":"2","question":"rauch und flammen aus dem drucker","lang":"de","problem":"P36","answerable":true,"expect":"answer"}
{"id":"3","question":"es brennt","lang":"de","problem":null,"answerable":false,"expect":"hotline"}"#;
    let questions = read_questions(set.as_bytes()).unwrap();
    let figures = on_questions(&wordings, &questions, &[0.4, 1.1]);
    assert_eq!((figures.questions, figures.top1), (3, Some(1.0)), "{figures:?}");
    let warned = |at: usize| (figures.dangers[at].hotline, figures.dangers[at].false_alarms);
    assert_eq!((warned(0), warned(1)), ((Some(1.0), Some(0.5)), (Some(0.0), Some(0.0))), "{figures:?}");
}
