//! What a teacher types, and what must come of it.

use std::sync::Arc;

use proptest::prelude::*;

use super::{ask_in, chunk, first, index, lexicon, paragraph, put, simple};
use crate::{
    config::SearchConfig,
    domain::{
        document::{Audience, Meta},
        lang::Lang,
    },
    search::{Hit, Index, Query, Scope},
};

#[track_caller]
fn finds(pairs: &[(&str, &str)]) {
    let index = index();
    for (question, document) in pairs {
        assert_eq!(&first(&index, question, Lang::De), document, "{question}");
    }
}

#[test]
fn umlauts_in_every_spelling() {
    finds(&[("Grösse Netzteil", "ipad"), ("groesse", "ipad"), ("GRÖSSE", "ipad"), ("ipad laedt nicht", "ipad")]);
}

#[test]
fn compounds_meet_their_parts() {
    finds(&[
        ("Lehrerzimmerdrucker", "drucker"),
        ("Beamerfernbedienung", "beamer"),
        ("papier stau", "stau"),
        ("Drucker-Papier", "drucker"),
        ("wlanpasswort", "wlan"),
        ("w-lan passwort", "wlan"),
    ]);
}

#[test]
fn synonyms_for_words_and_phrases() {
    finds(&[("biemer", "beamer"), ("Elmo", "kamera"), ("schwarzer Bildschirm", "beamer"), ("bleibt dunkel", "beamer")]);
}

#[test]
fn everyday_words_find_what_is_said_in_others_and_count_less_than_their_own() {
    let index = index();
    let (own, other) = (ask_in(&index, "beseitigen", Lang::De), ask_in(&index, "entfernen", Lang::De));
    assert_eq!(own.hits[0].passage.document, "stau");
    assert_eq!(other.hits[0].passage.document, "stau");
    assert!(other.hits[0].covered < own.hits[0].covered, "{} {}", other.hits[0].covered, own.hits[0].covered);
}

#[test]
fn a_word_said_many_times_is_one_term() {
    let index = index();
    let once = ask_in(&index, "beammer", Lang::De);
    let often = ask_in(&index, &"beammer ".repeat(400), Lang::De);
    assert_eq!(often.terms, once.terms);
    assert_eq!(often.hits[0].passage.document, once.hits[0].passage.document);
}

#[test]
fn typos_are_forgiven() {
    finds(&[
        ("beammer", "beamer"),
        ("druker", "drucker"),
        ("paswort vergesen", "wlan"),
        ("eipad", "ipad"),
        ("Dokumentnkamera", "kamera"),
        ("biemer geht nich", "beamer"),
    ]);
}

#[test]
fn english_questions_find_german_and_english_guides() {
    let index = index();
    for (question, document) in [
        ("the printer is broken", "drucker"),
        ("projector shows no picture", "beamer"),
        ("issue with scanned document", "scan"),
    ] {
        assert_eq!(first(&index, question, Lang::En), document, "{question}");
    }
    assert_eq!(first(&index, "der printer geht nicht", Lang::De), "drucker");
}

#[test]
fn of_equals_the_newer_goes_first() {
    let index = index();
    for (id, day) in [("alt", 1), ("neu", 9), ("mitte", 5)] {
        let meta = Meta { reviewed: Some(jiff::civil::date(2026, 5, day)), ..Meta::default() };
        index.apply(vec![put(id, "Zebrafink", meta, vec![chunk(0, "", vec![paragraph("Futter")])])]).unwrap();
    }
    let results = ask_in(&index, "Zebrafink", Lang::De);
    let order: Vec<&str> = results.hits.iter().map(|hit| hit.passage.document.as_str()).collect();
    assert_eq!(order, ["neu", "mitte", "alt"]);
    assert!((results.hits[0].score - results.hits[2].score).abs() < 1e-6);
}

#[test]
fn a_hit_says_how_much_it_covers_and_where() {
    let index = index();
    let results = ask_in(&index, "HDMI Kabel Projektor", Lang::De);
    let hit: &Hit = &results.hits[0];
    assert!((hit.covered - 1.0).abs() < 1e-6 && hit.score <= hit.possible, "{hit:?}");
    assert_eq!(hit.best_units, [1]);
    assert!(hit.snippet.starts_with("Prüfen Sie"), "{}", hit.snippet);
    assert!(results.terms.iter().all(|term| term.known && term.weight > 0.0));

    let results = ask_in(&index, "Kabel Zahnarzt", Lang::De);
    let unknown = &results.terms[1];
    assert!(!unknown.known && unknown.text == "zahnarzt");
    assert!(unknown.weight >= results.terms[0].weight, "an unknown word weighs as much as the rarest");
    assert!(results.hits[0].covered < 0.6);
    let partly = ask_in(&index, "biemer", Lang::De).hits[0].covered;
    assert!(partly > 0.5 && partly < 1.0, "a synonym covers with its weight, {partly}");
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let index = index();
    for question in ["", "   ", "wie ist das und wo", "!?…", "\u{202e}\u{0}", "🦊🦊🦊", "qqqqqqq xxxxxxx", "日本語"]
    {
        let results = ask_in(&index, question, Lang::De);
        assert!(results.hits.is_empty(), "{question}");
        assert!(results.possible >= 0.0);
    }
    let empty = Index::in_memory(Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    assert!(ask_in(&empty, "Beamer", Lang::De).hits.is_empty());
    assert!(index.search(&Query { text: "Beamer".into(), ..Query::default() }, 0).unwrap().hits.is_empty());
}

#[test]
fn a_long_question_is_bounded() {
    let many = (0..2_000).map(|at| format!("wort{at}")).collect::<Vec<_>>().join(" ");
    let results = ask_in(&index(), &format!("{} Beamer {many}", "x".repeat(100_000)), Lang::De);
    assert!(results.terms.len() <= 64, "{}", results.terms.len());
}

#[test]
fn scope_and_audience_hold_before_ranking() {
    let index = index();
    let of = |schools: &[&str], audience| Meta {
        schools: schools.iter().map(|school| (*school).to_owned()).collect(),
        audience,
        ..Meta::default()
    };
    let text = || vec![chunk(0, "", vec![paragraph("Der Schlüssel zum Serverraum hängt im Sekretariat.")])];
    index
        .apply(vec![
            put("a", "Serverraum", of(&["nord"], Audience::Teacher), text()),
            put("b", "Serverraum", of(&["nord", "ost"], Audience::Staff), text()),
            put("c", "Serverraum", of(&[], Audience::Staff), text()),
        ])
        .unwrap();
    let seen = |school: Option<&str>, audience| {
        let scope = Scope { school: school.map(str::to_owned), audience };
        // k = 1: what may not be seen must not take the place of what may.
        let query = Query { text: "Serverraum".into(), lang: Lang::De, scope: scope.clone(), ..Query::default() };
        let one = index.search(&query, 1).unwrap().hits.len();
        let mut all: Vec<String> =
            index.search(&query, 10).unwrap().hits.into_iter().map(|hit| hit.passage.document).collect();
        all.sort();
        assert_eq!(one, usize::from(!all.is_empty()));
        all.join("")
    };
    assert_eq!(seen(None, Audience::Teacher), "");
    assert_eq!(seen(Some("nord"), Audience::Teacher), "a");
    assert_eq!(seen(Some("ost"), Audience::Teacher), "");
    assert_eq!(seen(Some("ost"), Audience::Staff), "bc");
    assert_eq!(seen(None, Audience::Staff), "c");
    assert_eq!(seen(Some("*"), Audience::Staff), "c");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_question_and_no_text_breaks_it(question in "\\PC{0,200}", title in ".{0,40}", text in ".{0,300}") {
        let index = Index::in_memory(Arc::new(lexicon()), &SearchConfig::default()).unwrap();
        index.apply(vec![simple("a", &title, &text), simple("b", "Beamer", "Der Projektor bleibt dunkel.")]).unwrap();
        for asked in [&question, &text, &title] {
            for lang in [Lang::De, Lang::En] {
                let results = ask_in(&index, asked, lang);
                for hit in &results.hits {
                    prop_assert!(hit.score > 0.0 && hit.score <= hit.possible * 1.0001, "{hit:?}");
                    prop_assert!((0.0..=1.0).contains(&hit.covered));
                    prop_assert!(hit.snippet.chars().count() <= 240);
                    let units = hit.passage.chunk.units().len();
                    prop_assert!(hit.best_units.iter().all(|unit| (*unit as usize) < units));
                }
            }
        }
    }
}
