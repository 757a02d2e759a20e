//! What is found again and what is not, who reads along, and what falls.

use std::time::Duration;

use super::*;
use crate::{
    config::Mode,
    domain::{
        citation::Sentence,
        document::{Audience, Block, Chunk, Kind, Meta, Passage},
        lang::Lang,
    },
    llm::{LanguageModel as _, ModelInfo, scripted::Scripted},
    support::{
        answer::Heard,
        prompt::{Asked, in_order},
    },
};

fn passage(document: &str, text: &str) -> Passage {
    let blocks = vec![Block::Paragraph { text: text.into() }];
    Passage {
        document: document.into(),
        revision: "1".into(),
        title: "Beamer".into(),
        kind: Kind::Guide,
        meta: Meta::default(),
        chunk: Chunk { number: 0, heading: vec![], page: None, blocks },
        school: None,
    }
}

fn model() -> ModelInfo {
    Scripted::replies(vec![]).info().clone()
}

fn key_of(question: &str, passages: &[Passage]) -> Key {
    let asked = Asked { question, passages, lang: Lang::De, fairness: "" };
    Key::of(&model(), Mode::Strict, &asked, Some("a"), Audience::Teacher)
}

fn key(question: &str) -> Key {
    key_of(question, &[passage("d", "Warten Sie.")])
}

fn written(texts: &[&str]) -> Written {
    let sentence = |text: &&str| Sentence { text: (*text).into(), citations: vec![], step: None, units: vec![] };
    Written { sentences: texts.iter().map(sentence).collect(), ..Written::default() }
}

/// Answers a question that nobody has asked.
fn answer(cache: &Arc<AnswerCache>, question: &str, answer: Written, documents: &[&str]) {
    let Found::Nothing(_reader, place) = cache.find(key(question)) else { panic!("{question} is known") };
    place.end(answer, true, documents.iter().map(ToString::to_string).collect(), || true);
}

fn is_kept(cache: &Arc<AnswerCache>, question: &str) -> bool {
    matches!(cache.find(key(question)), Found::Kept(_))
}

#[test]
fn case_space_and_end_marks_make_no_other_question() {
    for text in [
        "Der Beamer  geht nicht!",
        "der beamer\ngeht nicht",
        " DER BEAMER geht\u{ad} nicht ?!… ",
        "der beamer geht nicht . ",
    ] {
        assert_eq!(same(text), "der beamer geht nicht", "{text:?}");
        assert_eq!(key(text), key("der beamer geht nicht"));
    }
    for text in ["beamer geht nicht", "der beamer geht", "der beamer, geht nicht", "der beamer 2 geht nicht", ""] {
        assert_ne!(key(text), key("der beamer geht nicht"), "{text:?}");
    }
    assert_ne!(same("drucken geht nicht"), same("drücken geht nicht"));
}

#[test]
fn whatever_an_answer_rests_on_makes_another_key() {
    let question = "der beamer geht nicht";
    let (one, two) = (passage("d", "Warten Sie."), passage("e", "Gehen Sie."));
    let passages = [one.clone(), two.clone()];
    let base = key_of(question, &passages);
    let changed = |change: &dyn Fn(&mut Passage)| {
        let mut passages = passages.clone();
        change(&mut passages[0]);
        in_order(&mut passages);
        key_of(question, &passages)
    };
    let others = [
        changed(&|passage| passage.document = "f".into()),
        changed(&|passage| passage.revision = "2".into()),
        changed(&|passage| passage.chunk.number = 7),
        // The same revision and other words: cut or filled in otherwise.
        changed(&|passage| passage.chunk.blocks = vec![Block::Paragraph { text: "Warten Sie nicht.".into() }]),
        changed(&|passage| passage.chunk.blocks = vec![Block::Step { number: 1, text: "Warten Sie.".into() }]),
        changed(&|passage| passage.meta.schools = vec!["a".into()]),
        key_of(question, &passages[..1]),
    ];
    let asked = Asked { question, passages: &passages, lang: Lang::De, fairness: "" };
    let mut larger = model();
    larger.parameters = Some(1);
    let more = [
        Key::of(&model(), Mode::Free, &asked, Some("a"), Audience::Teacher),
        Key::of(&model(), Mode::Strict, &asked, Some("b"), Audience::Teacher),
        Key::of(&model(), Mode::Strict, &asked, None, Audience::Teacher),
        Key::of(&model(), Mode::Strict, &asked, Some("a"), Audience::Staff),
        Key::of(&model(), Mode::Strict, &Asked { lang: Lang::En, ..asked }, Some("a"), Audience::Teacher),
        Key::of(&larger, Mode::Strict, &asked, Some("a"), Audience::Teacher),
    ];
    let all: Vec<Key> = others.into_iter().chain(more).chain([base]).collect();
    for (at, one) in all.iter().enumerate() {
        assert!(!all[at + 1..].contains(one), "{at}");
    }
    let asked = Asked { fairness: "another place in the queue", ..asked };
    assert_eq!(Key::of(&model(), Mode::Strict, &asked, Some("a"), Audience::Teacher), base);
}

#[test]
fn the_least_recently_used_leaves_first_and_changed_documents_take_theirs_along() {
    let probe = AnswerCache::new(1 << 20);
    answer(&probe, "1", written(&["Eins."]), &["d"]);
    let one = probe.size().bytes;
    assert!(one > "Eins.".len() + "d".len());
    let cache = AnswerCache::new(3 * one);
    for question in ["1", "2", "3"] {
        answer(&cache, question, written(&["Eins."]), &["d"]);
    }
    assert!(is_kept(&cache, "1"));
    answer(&cache, "4", written(&["Eins."]), &["e"]);
    assert_eq!(cache.size(), Size { entries: 3, bytes: 3 * one });
    assert!(is_kept(&cache, "1") && !is_kept(&cache, "2") && is_kept(&cache, "3") && is_kept(&cache, "4"));
    answer(&cache, "5", written(&["Mehr, als da hineingeht. ".repeat(400).as_str()]), &["e"]);
    assert!(!is_kept(&cache, "5") && is_kept(&cache, "4"));
    cache.forget(&["e".into(), "x".into()]);
    assert_eq!(cache.size(), Size { entries: 2, bytes: 2 * one });
    assert!(is_kept(&cache, "1") && !is_kept(&cache, "4"));
    cache.clear();
    assert_eq!(cache.size(), Size { entries: 0, bytes: 0 });
}

#[test]
fn only_what_is_whole_and_says_something_is_kept() {
    let cache = AnswerCache::new(1 << 20);
    let cases = [
        ("cut", Written { cut: true, ..written(&["Eins."]) }, true, true, false),
        ("failed", written(&["Eins."]), false, true, false),
        ("silent", written(&[]), true, true, false),
        ("changed meanwhile", written(&["Eins."]), true, false, false),
        (
            "no passage fits",
            Written { heard: Heard { nothing: true, ..Heard::default() }, ..written(&[]) },
            true,
            true,
            true,
        ),
        ("whole", written(&["Eins."]), true, true, true),
    ];
    for (question, written, whole, unchanged, kept) in cases {
        let Found::Nothing(_reader, place) = cache.find(key(question)) else { panic!("{question}") };
        place.end(written, whole, vec!["d".into()], || unchanged);
        assert_eq!(is_kept(&cache, question), kept, "{question}");
    }
    let off = AnswerCache::new(0);
    answer(&off, "a", written(&["Eins."]), &["d"]);
    let Found::Nothing(_reader, _place) = off.find(key("a")) else { panic!("nothing is kept") };
    assert!(matches!(off.find(key("a")), Found::Nothing(..)), "and nobody reads along");
}

#[tokio::test]
async fn who_comes_later_reads_along_and_who_leaves_takes_nothing_away() {
    let cache = AnswerCache::new(1 << 20);
    let stays = CancellationToken::new();
    let Found::Nothing(first, place) = cache.find(key("a")) else { panic!() };
    let all = written(&["Eins.", "Zwei."]);
    place.sentence(&all.sentences[0], &[]);
    let Found::Underway(second) = cache.find(key("a")) else { panic!() };
    let left = CancellationToken::new();
    left.cancel();
    let mut seen = Vec::new();
    let read = first.read(&left, |n, sentence, _| seen.push((n, sentence.text.clone()))).await;
    assert_eq!((read, seen), (Read::Left(written(&["Eins."])), vec![(0, "Eins.".into())]));
    assert!(!place.cancelled().is_cancelled(), "the second still reads");
    let writing = async {
        tokio::task::yield_now().await;
        place.sentence(&all.sentences[1], &[]);
        tokio::task::yield_now().await;
        place.end(all.clone(), true, vec![], || true);
    };
    let mut seen = Vec::new();
    let (read, ()) = tokio::join!(second.read(&stays, |n, sentence, _| seen.push((n, sentence.text.clone()))), writing);
    assert_eq!(read, Read::Whole(all.clone()));
    assert_eq!(seen, [(0, "Eins.".into()), (1, "Zwei.".into())]);
    assert!(is_kept(&cache, "a"));
}

#[tokio::test]
async fn when_all_have_left_it_ends_and_the_next_begins_anew() {
    let cache = AnswerCache::new(1 << 20);
    let Found::Nothing(first, place) = cache.find(key("a")) else { panic!() };
    let Found::Underway(second) = cache.find(key("a")) else { panic!() };
    drop(first);
    assert!(!place.cancelled().is_cancelled());
    drop(second);
    assert!(place.cancelled().is_cancelled());
    // The first is still ending when the next begins.
    let Found::Nothing(third, anew) = cache.find(key("a")) else { panic!() };
    place.end(written(&["Ein"]), false, vec![], || true);
    let Found::Underway(fourth) = cache.find(key("a")) else { panic!("the new one goes on") };
    // What ends without a word has failed.
    drop(anew);
    let stays = CancellationToken::new();
    for reader in [third, fourth] {
        let read = tokio::time::timeout(Duration::from_secs(5), reader.read(&stays, |_, _, _| {}));
        assert_eq!(read.await.unwrap(), Read::Failed);
    }
    assert!(matches!(cache.find(key("a")), Found::Nothing(..)));
}
