//! Where a conversation stands in a flow, read from its events and from nothing else:
//! so it is the same after a reload, on another server, and when the flow was edited.

use crate::domain::{
    conversation::{Choice, Event, EventBody, WireBlock},
    text::sentences,
    ticket::{StepResult, Tried},
};

/// A step as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub mid: String,
    pub step: String,
    /// What it said, in the reader's language.
    pub said: String,
    /// The buttons below it.
    pub choices: Vec<Choice>,
    /// Value of the one that was pressed.
    pub picked: Option<String>,
}

/// The way through a flow so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    pub flow: String,
    /// The document that its steps were cited from.
    pub source: Option<String>,
    /// In order; going back shortens it. The last one is where she stands.
    pub visits: Vec<Visit>,
    /// It came to its end: solved, or a report.
    pub over: bool,
}

impl Walk {
    /// The latest walk of a conversation.
    #[must_use]
    pub fn of(events: &[Event]) -> Option<Self> {
        let mut walk: Option<Self> = None;
        for event in events {
            match &event.body {
                EventBody::FlowStep { mid, flow, step, blocks, citations, choices, .. } => {
                    let source = citations.first().map(|citation| citation.document.clone());
                    let same = walk.take().filter(|walk| walk.flow == *flow && !walk.over);
                    let mut now =
                        same.unwrap_or_else(|| Self { flow: flow.clone(), source: None, visits: vec![], over: false });
                    now.source = source.or(now.source);
                    if let Some(before) = now.visits.iter().position(|visit| visit.step == *step) {
                        now.visits.truncate(before);
                    }
                    let said = action(blocks);
                    let (mid, step, choices) = (mid.clone(), step.clone(), choices.clone());
                    now.visits.push(Visit { mid, step, said, choices, picked: None });
                    walk = Some(now);
                }
                EventBody::UserChoice { value, .. } => {
                    if let Some(walk) = &mut walk
                        && let Some(picked) = Picked::of(value)
                        && picked.flow == walk.flow
                        && let Some(at) = walk.visits.iter().position(|visit| visit.step == picked.step)
                        && let Some(last) = walk.visits.get_mut(at)
                    {
                        // An answer further up goes back to that step.
                        last.picked = Some(value.clone());
                        let pressed = last.choices.iter().find(|choice| choice.value == *value);
                        walk.over = pressed.is_some_and(|choice| choice.end.is_some());
                        walk.visits.truncate(at + 1);
                    }
                }
                EventBody::TicketCreated { .. } => {
                    if let Some(walk) = &mut walk {
                        walk.over = true;
                    }
                }
                _ => {}
            }
        }
        walk
    }

    /// The step she stands at, and how many there were with it.
    #[must_use]
    pub fn here(&self) -> Option<&Visit> {
        self.visits.last()
    }

    /// The step before, to go back to.
    #[must_use]
    pub fn before(&self) -> Option<&Visit> {
        self.visits.iter().rev().nth(1)
    }
}

/// Every step that was tried in the events, with its last result, and every question that was
/// answered, with the answer; in the order of trying.
#[must_use]
pub fn tried(events: &[Event]) -> Vec<Tried> {
    let mut found: Vec<(String, Tried)> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let EventBody::UserChoice { value, .. } = &event.body else { continue };
        let Some(picked) = Picked::of(value) else { continue };
        let shown = events[..at].iter().rev().find_map(|event| match &event.body {
            EventBody::FlowStep { flow, step, blocks, choices, .. } if *flow == picked.flow && *step == picked.step => {
                let choice = choices.iter().find(|choice| choice.value == *value)?;
                match choice.result {
                    Some(result) => Some((action(blocks), result)),
                    // "Welche Farbe hat das Lämpchen? Rot oder orange"
                    None => Some((format!("{} {}", question(blocks)?, choice.label), StepResult::Unknown)),
                }
            }
            _ => None,
        });
        let Some((step, result)) = shown else { continue };
        let key = format!("{}/{}", picked.flow, picked.step);
        found.retain(|(had, _)| *had != key);
        found.push((key, Tried { step, result }));
    }
    found.into_iter().map(|(_, tried)| tried).collect()
}

/// What a step asks: the sentence of its first paragraph with the question mark.
fn question(blocks: &[WireBlock]) -> Option<String> {
    let action = action(blocks);
    sentences(&action).into_iter().find(|sentence| sentence.ends_with('?')).map(str::to_owned)
}

/// What a step tells her to do: its first paragraph.
fn action(blocks: &[WireBlock]) -> String {
    blocks.iter().find(|block| matches!(block, WireBlock::Paragraph { .. })).map(WireBlock::plain).unwrap_or_default()
}

/// The value of a flow's button: `flow:ID/STEP/N`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked<'a> {
    pub flow: &'a str,
    pub step: &'a str,
    /// Ordinal of the choice, from 0, as it was when it was shown.
    pub choice: usize,
}

impl<'a> Picked<'a> {
    /// Reads a button's value.
    #[must_use]
    pub fn of(value: &'a str) -> Option<Self> {
        let (rest, choice) = value.strip_prefix("flow:")?.rsplit_once('/')?;
        let (flow, step) = rest.rsplit_once('/')?;
        Some(Self { flow, step, choice: choice.parse().ok()? })
    }

    /// The value of a button.
    #[must_use]
    pub fn value(flow: &str, step: &str, choice: usize) -> String {
        format!("flow:{flow}/{step}/{choice}")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{lang::Lang, ticket::StepResult};

    fn event(body: EventBody) -> Event {
        Event { seq: 0, at: Timestamp::UNIX_EPOCH, body }
    }

    fn step(step: &str) -> Event {
        let choice = |n: usize, result| Choice {
            value: Picked::value("f", step, n),
            label: String::new(),
            result,
            end: (n == 0).then_some(crate::domain::flow::End::Solved),
        };
        event(EventBody::FlowStep {
            mid: step.into(),
            flow: "f".into(),
            step: step.into(),
            number: 1,
            of: 1,
            lang: Lang::De,
            blocks: vec![WireBlock::paragraph(format!("Tun Sie {step}."))],
            citations: vec![],
            image: None,
            choices: vec![choice(0, Some(StepResult::Ok)), choice(1, Some(StepResult::Failed)), choice(2, None)],
            problem: None,
            device: None,
        })
    }

    fn pick(step: &str, n: usize) -> Event {
        let value = Picked::value("f", step, n);
        event(EventBody::UserChoice { mid: "c".into(), value, label: String::new() })
    }

    #[test]
    fn the_place_follows_steps_and_going_back() {
        assert_eq!(Walk::of(&[]), None);
        let events = [step("a"), pick("a", 1), step("b"), pick("b", 1), step("c")];
        let walk = Walk::of(&events).unwrap();
        assert_eq!(walk.here().unwrap().step, "c");
        assert_eq!(walk.before().unwrap().step, "b");
        assert_eq!(walk.visits[0].picked.as_deref(), Some("flow:f/a/1"));
        let back = [&events[..], &[step("b")]].concat();
        let walk = Walk::of(&back).unwrap();
        assert_eq!((walk.here().unwrap().step.as_str(), walk.before().unwrap().step.as_str()), ("b", "a"));
        assert!(!walk.over && walk.here().unwrap().picked.is_none());
        let solved = [&back[..], &[pick("b", 0)]].concat();
        assert!(Walk::of(&solved).unwrap().over);
        assert_eq!(Walk::of(&[&solved[..], &[step("a")]].concat()).unwrap().visits.len(), 1, "begun anew");
    }

    #[test]
    fn the_last_result_of_a_step_counts() {
        let events = [step("a"), pick("a", 1), step("b"), step("a"), pick("a", 0), step("q"), pick("q", 2)];
        let tried = tried(&events);
        assert_eq!(tried, [Tried { step: "Tun Sie a.".into(), result: StepResult::Ok }]);
    }

    #[test]
    fn a_question_stands_with_its_answer() {
        let mut asked = step("q");
        if let EventBody::FlowStep { blocks, choices, .. } = &mut asked.body {
            *blocks = vec![WireBlock::paragraph("Sehen Sie hin. Welche Farbe hat das Lämpchen?")];
            choices[2].label = "Rot oder orange".into();
        }
        let answered = "Welche Farbe hat das Lämpchen? Rot oder orange";
        let expected = [Tried { step: answered.into(), result: StepResult::Unknown }];
        assert_eq!(tried(&[asked, pick("q", 2)]), expected);
    }

    #[test]
    fn values_come_back_whole() {
        let value = Picked::value("a/b-c", "s-1", 3);
        assert_eq!(Picked::of(&value), Some(Picked { flow: "a/b-c", step: "s-1", choice: 3 }));
        for none in ["flow:back", "guide:x", "flow:a/b", "flow:a/b/x", ""] {
            assert_eq!(Picked::of(none), None, "{none}");
        }
    }
}
