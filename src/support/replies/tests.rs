//! With the models that are built in, on flows that are built in.

use super::{lines::read_lines, *};
use crate::{config::KnowledgeConfig, domain::flow::Flow, ingest::flow::read_flow, support::library};

fn flows() -> Vec<Flow> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/flows");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let flows = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    flows.map(|path| read_flow(&path.display().to_string(), &std::fs::read(&path).unwrap()).unwrap()).collect()
}

fn replies() -> Replies {
    Replies::shipped(&library::lexicon(&KnowledgeConfig::default(), std::path::Path::new("")).unwrap()).unwrap()
}

/// On texts by an author who saw neither the program nor what it learned from, and which it
/// was never tuned to: more presses than these are missed or wrong only after a change for the worse.
#[test]
fn unseen_replies_are_understood() {
    let (flows, replies) = (flows(), replies());
    let rarity = Rarity::of(flows.iter());
    let file = include_bytes!("../../../tests/data/replies/heldout.jsonl");
    let (mut right, mut wrong, mut unasked, mut buttons, mut others) = (0, 0, 0, 0, 0);
    for line in read_lines(file, &flows).unwrap() {
        let step = flows.iter().find(|flow| flow.id == line.flow).unwrap().step(&line.step).unwrap();
        match (line.meaning(), replies.read(step, &line.says, &rarity).meaning) {
            (Meaning::Choice(wanted), Meaning::Choice(found)) => {
                buttons += 1;
                *(if wanted == found { &mut right } else { &mut wrong }) += 1;
            }
            (Meaning::Choice(_), _) => buttons += 1,
            (_, Meaning::Choice(_)) => (unasked, others) = (unasked + 1, others + 1),
            _ => others += 1,
        }
    }
    assert!(buttons > 100 && others > 50);
    assert!(right * 100 >= 56 * buttons, "{right} of {buttons}");
    assert!(wrong * 100 <= 3 * buttons, "{wrong} of {buttons}");
    assert!(unasked * 100 <= 9 * others, "{unasked} of {others}");
}

#[test]
fn what_is_typed_at_a_step_is_told_from_what_is_asked_about_it() {
    let (flows, replies) = (flows(), replies());
    let rarity = Rarity::of(flows.iter());
    let flow = flows.iter().find(|flow| flow.id == "kein-ton").unwrap();
    let step = flow.step("video").unwrap();
    let meaning = |text: &str| replies.read(step, text, &rarity).meaning;
    for (text, wanted) in [
        ("Ton ist da", Meaning::Choice(0)),
        ("ah jetzt hört man was, super", Meaning::Choice(0)),
        ("gehts jetzt", Meaning::Choice(0)),
        ("immer noch nix zu hören", Meaning::Choice(1)),
        ("funzt nicht", Meaning::Choice(1)),
        ("nein", Meaning::Choice(1)),
        ("da ist kein regler", Meaning::Choice(4)),
        ("wo ist der regler denn?", Meaning::About),
        ("welcher regler ist gemeint", Meaning::About),
        ("ich hab jetzt keine zeit dafür, schicken sie bitte jemanden", Meaning::Report),
        ("nochmal zurück bitte", Meaning::Back),
    ] {
        assert_eq!(meaning(text), wanted, "{text}");
    }
    for text in ["ja", "moment", "", "!!", "geht nur links"] {
        assert_ne!(meaning(text), Meaning::Choice(0), "{text}");
    }
}

#[test]
fn what_is_no_sign_of_a_solution_is_none() {
    let (flows, replies) = (flows(), replies());
    let rarity = Rarity::of(flows.iter());
    let step = flows.iter().find(|flow| flow.id == "beamer-kein-signal").unwrap().first().unwrap();
    for text in [
        "Bild da? nein.",
        "hilfe!",
        "bin jetzt in Raum 14",
        "oh",
        "doch",
        "na toll",
        "super idee",
        "klappt ni",
        "bild ist da aber blau",
        "egal, lass gut sein",
        "nein stimmt nicht, bild ist nicht da",
    ] {
        let meaning = replies.read(step, text, &rarity).meaning;
        assert!(!matches!(meaning, Meaning::Choice(0)), "{text}: {meaning:?}");
    }
    for text in ["stop", "ich brauch einen menschen", "kann nicht jemand kommen?"] {
        assert_eq!(replies.read(step, text, &rarity).meaning, Meaning::Report, "{text}");
    }
}

#[test]
fn a_bare_yes_or_no() {
    assert_eq!(yes_or_no("Ja!"), Some(true));
    assert_eq!(yes_or_no("nee"), Some(false));
    assert_eq!(yes_or_no("ja geht wieder"), None);
}
