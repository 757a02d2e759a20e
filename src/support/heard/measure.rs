//! How much of what was said is heard: the dialogues of `tests/data/dialogues`, masked as
//! the chat masks them, field by field; and the messages of `tests/data/tellings`, which no
//! classifier learned from. `cargo test --lib heard::measure -- --nocapture`

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Ears, Heard};
use crate::{
    config::KnowledgeConfig,
    domain::{
        lexicon::Lexicon,
        school::Room,
        text::fold,
        ticket::{StepResult, Tried},
    },
    support::{
        form::device_name,
        library::{builtin_directory, lexicon},
        redact::Redactor,
    },
};

/// Whether a thing was heard.
type Is = fn(&Heard) -> bool;
/// Right fields by name, of all.
type Score = BTreeMap<&'static str, (u32, u32)>;

/// The dialogues that were developed against, and their least share of right fields, in
/// percent: a little below what was measured.
const DIALOGUES: [(&str, &str, u32); 3] = [
    ("dev", include_str!("../../../tests/data/dialogues/dev.jsonl"), 96),
    ("dev2", include_str!("../../../tests/data/dialogues/dev2.jsonl"), 94),
    ("dev3", include_str!("../../../tests/data/dialogues/dev3.jsonl"), 93),
];

#[test]
fn facts_of_the_development_dialogues_are_heard() {
    let lexicon = lexicon(&KnowledgeConfig::default(), std::path::Path::new("")).unwrap();
    let (ears, redactor) = (Ears::new(&lexicon), Redactor::new(&lexicon));
    let rooms = builtin_directory().unwrap().rooms;
    for (name, file, floor) in DIALOGUES {
        let (mut score, mut wrong) = (Score::new(), Vec::new());
        for line in file.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let rooms: Vec<Room> =
                rooms.iter().filter(|room| Some(room.school.as_str()) == case["school"].as_str()).cloned().collect();
            let says: Vec<&str> = case["says"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let heard = says
                .iter()
                .map(|text| ears.hear(&redactor.mask(text).text, &rooms))
                .fold(Heard::default(), Heard::then);
            let contact = says.iter().filter_map(|text| ears.contact(text)).next_back();
            for (field, right, got) in judged(&case, &heard, contact, &says) {
                let (hits, all) = score.entry(field).or_default();
                *hits += u32::from(right);
                *all += 1;
                if !right {
                    wrong.push(format!("{} {field}: {got}", case["id"]));
                }
            }
        }
        for (field, (hits, all)) in &score {
            tell(&format!("{name} {field:<10} {hits:>3} of {all}"));
        }
        for line in &wrong {
            tell(line);
        }
        let (hits, all) = score.values().fold((0, 0), |(hits, all), (more, of)| (hits + more, all + of));
        tell(&format!("{name} in all {hits} of {all}"));
        assert!(hits * 100 >= floor * all, "{name}: {hits} of {all}: {wrong:#?}");
    }
}

/// What is told beside the fault: of the messages that tell a thing, how many are heard,
/// and of those that are heard, how many tell it.
#[test]
fn what_is_told_beside_the_fault_is_heard() {
    let ears = Ears::new(&Lexicon::default());
    let file = include_str!("../../../tests/data/tellings/tellings.jsonl");
    let lines: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let heard: Vec<(&str, Heard)> = lines
        .iter()
        .map(|line| (line["tells"].as_str().unwrap(), ears.hear(line["says"].as_str().unwrap(), &[])))
        .collect();
    let things: [(&str, Is, u32, u32); 4] = [
        ("lesson", |heard| heard.lesson_running == Some(true), 62, 88),
        ("nolesson", |heard| heard.lesson_running == Some(false), 57, 86),
        ("solved", |heard| heard.works_again, 55, 80),
        ("wait", |heard| heard.urgency.as_deref() == Some("week"), 60, 80),
    ];
    for (thing, is, recall, precision) in things {
        let right = heard.iter().filter(|(tells, heard)| *tells == thing && is(heard)).count();
        let all = heard.iter().filter(|(tells, _)| *tells == thing).count();
        let said = heard.iter().filter(|(_, heard)| is(heard)).count();
        tell(&format!("{thing}: {right} of {all} heard, {right} of {said} rightly"));
        let share = |part: usize, of: usize| u32::try_from(part * 100 / of.max(1)).unwrap();
        assert!(share(right, all) >= recall, "{thing}: {right} of {all}");
        assert!(share(right, said) >= precision, "{thing}: {right} of {said}");
    }
}

/// Steps with their results, of messages of a harder kind: fragments, lists, dialect.
#[test]
fn steps_of_messages_that_were_held_back_are_heard() {
    let ears = Ears::new(&Lexicon::default());
    let (mut right, mut all, mut quiet, mut nothing) = (0, 0, 0, 0);
    for line in include_str!("../../../tests/data/tellings/steps.jsonl").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let heard = ears.hear(line["says"].as_str().unwrap(), &[]);
        let wanted = line["tried"].as_array().unwrap();
        all += wanted.len();
        right += wanted.iter().filter(|wanted| heard.tried.iter().any(|tried| is(tried, wanted))).count();
        if wanted.is_empty() {
            nothing += 1;
            quiet += usize::from(heard.tried.is_empty());
        }
    }
    tell(&format!("steps: {right} of {all}; nothing heard in {quiet} of {nothing} that tell of none"));
    assert!(right * 100 >= 60 * all, "{right} of {all}");
    assert!(quiet * 100 >= 68 * nothing, "{quiet} of {nothing}");
}

/// What is printed with `--nocapture`.
fn tell(line: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "{line}").unwrap();
}

/// Each field that the dialogue is judged by: its name, whether it is right, what was heard.
fn judged(case: &Value, heard: &Heard, contact: Option<String>, says: &[&str]) -> Vec<(&'static str, bool, String)> {
    let expect = &case["expect"];
    let mut fields = Vec::new();
    if case["kind"] == "solved" {
        fields.push(("solved", heard.works_again, format!("{heard:?}")));
        return fields;
    }
    if case["kind"] != "report" {
        return fields;
    }
    let all = says.join(" ").to_uppercase();
    let mut same = |field, wanted: Option<&str>, got: Option<String>| {
        fields.push((field, wanted == got.as_deref(), format!("{got:?} instead of {wanted:?}")));
    };
    // The wall's code stands where she names no other room.
    let room = heard.room.clone().or(case["room"].as_str().map(str::to_owned));
    same("room", expect["room"].as_str(), room);
    same("device", expect["device"].as_str(), heard.device.map(|kind| device_name(kind).to_owned()));
    // What was not said comes from the directory, later.
    let said = |key: &str| expect[key].as_str().filter(|number| all.contains(*number));
    same("serial", said("serial"), heard.serial.clone());
    same("inventory", said("inventory"), heard.inventory.clone());
    same("contact", expect["contact"].as_str(), contact);
    let lesson = expect["lesson_running"].as_bool();
    fields.push((
        "lesson",
        lesson == heard.lesson_running,
        format!("{:?} instead of {lesson:?}", heard.lesson_running),
    ));
    let waits = expect["priority"] == "P4";
    fields.push(("week", waits == (heard.urgency.as_deref() == Some("week")), format!("{:?}", heard.urgency)));
    for wanted in expect["tried"].as_array().into_iter().flatten() {
        let steps: Vec<String> = heard.tried.iter().map(|tried| format!("{} {:?}", tried.step, tried.result)).collect();
        fields.push(("tried", heard.tried.iter().any(|tried| is(tried, wanted)), format!("{wanted} in {steps:?}")));
    }
    for word in expect["must_not"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let clean = heard.tried.iter().all(|tried| !fold(&tried.step).contains(&fold(word)));
        fields.push(("personal", clean, format!("{word} in {:?}", heard.tried)));
    }
    fields
}

/// Whether a step is the one expected: its stem, hyphens aside, and its result.
fn is(tried: &Tried, wanted: &Value) -> bool {
    let plain = |text: &str| fold(text).replace(['-', ' '], "");
    let result = match tried.result {
        StepResult::Ok => "ok",
        StepResult::Failed => "failed",
        StepResult::Skipped => "skipped",
        StepResult::Unknown => "unknown",
    };
    let about = wanted["about"].as_str().unwrap_or_default();
    plain(&tried.step).contains(&plain(about)) && wanted["result"] == result
}
