//! What makes a flow unfit. Some faults lead a teacher nowhere: a flow that has one is
//! refused when it is read. Others only make it worse than it should be: `flows check`
//! names them all.

use std::collections::HashSet;

use super::{Flow, Step, Text, To};

/// Where in a flow a fault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Flow,
    /// Ordinal of the step, from 0.
    Step(usize),
    /// Of the step and of its choice.
    Choice(usize, usize),
}

/// Something wrong with a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: At,
    /// The flow cannot be used.
    pub refused: bool,
    pub message: String,
}

/// Most characters of a button's label, of what is said and of what is expected.
const LABEL: usize = 40;
const SAY: usize = 240;
const EXPECT: usize = 200;
/// Most buttons of a step.
const CHOICES: usize = 6;

/// Every fault, the graver ones first.
#[must_use]
pub fn check(flow: &Flow) -> Vec<Fault> {
    let mut faults = Faults::default();
    structure(flow, &mut faults);
    let both = flow.title.en.is_some();
    let used: Vec<(At, &Text)> = texts(flow).collect();
    for (at, text) in used {
        if text.de.trim().is_empty() {
            faults.refuse(at, "a German text is empty".into());
        }
        match (&text.en, both) {
            (None, true) => faults.note(at, format!("no translation of {:?}", text.de)),
            (Some(_), false) => faults.note(at, "English here, but not in the title: nobody sees it".into()),
            _ => {}
        }
    }
    for (at, step) in flow.steps.iter().enumerate() {
        wording(At::Step(at), step, &mut faults);
    }
    faults.0.sort_by_key(|fault| !fault.refused);
    faults.0
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn refuse(&mut self, at: At, message: String) {
        self.0.push(Fault { at, refused: true, message });
    }

    fn note(&mut self, at: At, message: String) {
        self.0.push(Fault { at, refused: false, message });
    }
}

fn structure(flow: &Flow, faults: &mut Faults) {
    let mut ids = HashSet::new();
    for (at, step) in flow.steps.iter().enumerate() {
        if !ids.insert(step.id.as_str()) {
            faults.refuse(At::Step(at), format!("the step {:?} stands twice", step.id));
        }
        if !step.id.chars().all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '-') || step.id.is_empty()
        {
            faults.refuse(At::Step(at), format!("the step's id {:?} has more than a-z, 0-9 and -", step.id));
        }
        if step.choices.is_empty() {
            faults.refuse(At::Step(at), format!("the step {:?} has no choice", step.id));
        }
        for (n, choice) in step.choices.iter().enumerate() {
            if let To::Step(next) = &choice.to
                && flow.step(next).is_none()
            {
                faults.refuse(
                    At::Choice(at, n),
                    format!("the choice {:?} leads to {next:?}, which is no step", choice.label.de),
                );
            }
        }
    }
    if flow.first().is_none() {
        faults.refuse(At::Flow, format!("`start` is {:?}, which is no step", flow.start));
        return;
    }
    let reached = closure(
        flow,
        |known, step| known.contains(step.id.as_str()),
        |known, step| {
            for choice in &step.choices {
                if let To::Step(next) = &choice.to {
                    known.insert(next.as_str());
                }
            }
        },
        HashSet::from([flow.start.as_str()]),
    );
    let leaves = |known: &HashSet<&str>, step: &Step| {
        step.choices.iter().any(|choice| match &choice.to {
            To::End(_) => true,
            To::Step(next) => known.contains(next.as_str()),
        })
    };
    let out = closure(
        flow,
        leaves,
        |known, step| {
            if let Some(own) = flow.step(&step.id) {
                known.insert(own.id.as_str());
            }
        },
        HashSet::new(),
    );
    for (at, step) in flow.steps.iter().enumerate() {
        if !reached.contains(step.id.as_str()) {
            faults.refuse(At::Step(at), format!("the step {:?} is never reached", step.id));
        }
        if !out.contains(step.id.as_str()) {
            faults.refuse(At::Step(at), format!("from the step {:?} no way leads to an end", step.id));
        }
    }
}

/// Adds to a set of step ids until nothing more comes.
fn closure<'a>(
    flow: &'a Flow,
    holds: impl Fn(&HashSet<&'a str>, &'a Step) -> bool,
    add: impl Fn(&mut HashSet<&'a str>, &'a Step),
    mut known: HashSet<&'a str>,
) -> HashSet<&'a str> {
    loop {
        let before = known.len();
        for step in &flow.steps {
            if holds(&known, step) {
                add(&mut known, step);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

/// All texts and where they stand.
fn texts(flow: &Flow) -> impl Iterator<Item = (At, &Text)> {
    let steps = flow.steps.iter().enumerate().flat_map(|(at, step)| {
        let own = std::iter::once(&step.say).chain(&step.expect).chain(&step.alt).map(move |text| (At::Step(at), text));
        own.chain(step.choices.iter().enumerate().map(move |(n, choice)| (At::Choice(at, n), &choice.label)))
    });
    std::iter::once((At::Flow, &flow.title)).chain(steps)
}

fn wording(at: At, step: &Step, faults: &mut Faults) {
    let id = &step.id;
    if !step.is_question() && step.expect.is_none() {
        faults.note(at, format!("the step {id:?} does not say what one should see (`expect`)"));
    }
    if step.image.is_some() != step.alt.is_some() {
        faults.note(at, format!("the step {id:?} needs both `image` and `alt`, or neither"));
    }
    let long =
        |text: Option<&Text>, most: usize| text.is_some_and(|text| text.all().any(|text| text.chars().count() > most));
    if long(Some(&step.say), SAY) || long(step.expect.as_ref(), EXPECT) {
        faults.note(at, format!("the step {id:?} says more than fits under a glance"));
    }
    if step.choices.len() > CHOICES {
        faults.note(at, format!("the step {id:?} has more than {CHOICES} choices"));
    }
    if let Some(choice) = step.choices.iter().find(|choice| long(Some(&choice.label), LABEL)) {
        faults.note(at, format!("the label {:?} is too long for a button", choice.label.de));
    }
    if actions(&step.say.de) > 1 || follows(&step.say) {
        faults.note(at, format!("the step {id:?} asks for two actions: {:?}", step.say.de));
    }
    let mut seen = HashSet::new();
    for choice in &step.choices {
        let own: HashSet<String> = choice.matches.iter().map(|phrase| super::super::text::fold(phrase)).collect();
        if let Some(twice) = own.iter().find(|phrase| seen.contains(*phrase)) {
            faults.note(at, format!("{twice:?} stands in two choices of the step {id:?}"));
        }
        seen.extend(own);
    }
}

/// Verbs before "Sie" that tell nothing to do: "können Sie", "wenn sehen Sie" …
const NO_ACTION: [&str; 23] = [
    "können", "müssen", "sollen", "dürfen", "möchten", "wollen", "haben", "sehen", "hören", "finden", "brauchen",
    "sind", "werden", "kommen", "kennen", "wissen", "sollten", "könnten", "bleiben", "erkennen", "benutzen", "lesen",
    "denen",
];

/// How many things a German sentence tells her to do: "Drücken Sie …" at the beginning of
/// a sentence or part of one.
fn actions(text: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut quoted = false;
    let mut count = 0;
    for pair in words.windows(2) {
        quoted = (quoted || pair[0].contains('„')) && !pair[0].contains('“');
        let verb = pair[0].trim_matches(|ch: char| !ch.is_alphabetic());
        let tells = pair[0].ends_with(char::is_alphabetic)
            && (verb.ends_with("en") || verb.ends_with("rn") || verb.ends_with("ln"));
        let plain = pair[1].trim_end_matches(|ch: char| !ch.is_alphabetic()) == "Sie";
        if !quoted && plain && tells && verb.len() > 4 && !NO_ACTION.contains(&verb.to_lowercase().as_str()) {
            // "wenn Sie drücken" has the verb behind; "…, die Sie sehen" has no verb before.
            count += 1;
        }
    }
    count
}

/// Words that join a second action to the first.
fn follows(text: &Text) -> bool {
    const JOINS: [&str; 6] = [" und dann ", " danach ", " anschließend ", " and then ", ". Then ", ", then "];
    text.all().any(|text| JOINS.iter().any(|join| text.contains(join)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        flow::{
            End,
            tests::{answer, flow, text},
        },
        ticket::StepResult,
    };

    fn messages(flow: &Flow, refused: bool) -> Vec<String> {
        check(flow).into_iter().filter(|fault| fault.refused == refused).map(|fault| fault.message).collect()
    }

    #[test]
    fn a_good_flow_has_no_fault() {
        assert_eq!(check(&flow()), []);
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        let mut broken = flow();
        broken.steps[0].choices[1].to = To::Step("c".into());
        broken.steps[0].choices[2].to = To::Step("c".into());
        let found = messages(&broken, true).join("\n");
        assert!(found.contains("\"c\", which is no step") && found.contains("\"b\" is never reached"), "{found}");
        let mut circle = flow();
        for step in &mut circle.steps {
            step.choices.retain(|choice| choice.result == Some(StepResult::Failed));
        }
        circle.steps[1].choices[0].to = To::Step("a".into());
        assert!(messages(&circle, true).join("\n").contains("no way leads to an end"));
        let mut nowhere = flow();
        nowhere.start = "z".into();
        assert!(messages(&nowhere, true)[0].contains("`start`"));
        let mut twice = flow();
        twice.steps[1].id = "a".into();
        assert!(messages(&twice, true).join("\n").contains("stands twice"));
    }

    #[test]
    fn what_could_be_better_is_named() {
        let mut worse = flow();
        worse.title.en = Some("No picture".into());
        worse.steps[0].expect = None;
        worse.steps[0].image = Some("a.svg".into());
        worse.steps[1].say = text("Drücken Sie die Taste und warten Sie.");
        worse.steps[1].choices.push(answer("Anders", &["bild da"], Some(StepResult::Failed), To::End(End::Report)));
        let found = messages(&worse, false).join("\n");
        for part in ["no translation", "(`expect`)", "`image` and `alt`", "two actions", "in two choices"] {
            assert!(found.contains(part), "{part} in {found}");
        }
        assert!(messages(&worse, true).is_empty());
    }

    #[test]
    fn actions_are_told_from_what_is_only_said() {
        for (text, count) in [
            ("Drücken Sie die Taste, die Sie an der Wand sehen.", 1),
            ("Stecken Sie das Kabel ein. Hat der Raum keines, nehmen Sie Ersatz.", 2),
            ("Welche Lampe sehen Sie am Gerät?", 0),
            ("Tippen Sie auf „Schließen Sie alles“.", 1),
            ("Wechseln Sie die Batterien.", 1),
            ("Können Sie den Stecker vom Boden aus erreichen?", 0),
        ] {
            assert_eq!(actions(text), count, "{text}");
        }
    }
}
