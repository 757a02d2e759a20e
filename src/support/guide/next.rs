//! What comes of an answer to a step: the next step, the one before, the end. Total:
//! whatever was edited or removed meanwhile, there is a way on.

use std::sync::Arc;

use crate::domain::{
    conversation::Choice,
    flow::{Answer, End, Flow, Picked, Step, To, Walk},
};

use super::Flows;

/// What to show next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A step, and how many were shown before it on the way.
    Step(Arc<Flow>, String, u32),
    End(End),
}

/// What pressing a button leads to; `value` is one that was offered. `None` for a value
/// that is not a flow's.
#[must_use]
pub fn next(flows: &Flows, walk: &Walk, value: &str) -> Option<Next> {
    let Some(flow) = flows.get(&walk.flow) else {
        // It was taken away: what was tried goes into the report.
        return Some(Next::End(End::Report));
    };
    match value {
        "flow:back" => {
            let back = walk.before().or_else(|| walk.here());
            let at = walk.visits.len().saturating_sub(2);
            return Some(match back.filter(|visit| flow.step(&visit.step).is_some()) {
                Some(visit) => Next::Step(flow, visit.step.clone(), count(at)),
                None => anew(&flow, walk),
            });
        }
        "flow:resume" => {
            let here = walk.here().filter(|visit| flow.step(&visit.step).is_some());
            return Some(match here {
                Some(visit) => Next::Step(flow, visit.step.clone(), count(walk.visits.len() - 1)),
                None => anew(&flow, walk),
            });
        }
        _ => {}
    }
    let picked = Picked::of(value).filter(|picked| picked.flow == flow.id)?;
    let at = walk.visits.iter().position(|visit| visit.step == picked.step);
    let Some(step) = flow.step(picked.step) else { return Some(anew(&flow, walk)) };
    // A button of a step that she has gone back behind still says what it said.
    let shown = at.map(|at| walk.visits[at].choices.as_slice()).unwrap_or_default();
    let pressed = shown.iter().find(|choice| choice.value == value);
    let answer = match (at, pressed) {
        (Some(_), None) => return None,
        (Some(_), Some(pressed)) => same(step, pressed, picked.choice),
        (None, _) => Some(step.choices.get(picked.choice)?),
    };
    let at = at.unwrap_or(walk.visits.len());
    let Some(answer) = answer else {
        // The step asks something else by now: it is asked again.
        return Some(Next::Step(Arc::clone(&flow), step.id.clone(), count(at)));
    };
    Some(match &answer.to {
        To::End(end) => Next::End(*end),
        To::Step(next) => Next::Step(Arc::clone(&flow), next.clone(), count(at + 1)),
    })
}

/// The button of the step where the walk stands that stands for a choice of the flow: only
/// what was shown can be pressed, whatever the flow has become.
#[must_use]
pub fn button(walk: &Walk, step: &Step, choice: usize) -> Option<Choice> {
    let here = walk.here().filter(|here| here.step == step.id)?;
    let answer = step.choices.get(choice)?;
    here.choices.iter().find(|shown| answer.label.all().any(|label| label == shown.label)).cloned()
}

/// The choice of the present step that says what the pressed one said.
fn same<'a>(step: &'a Step, pressed: &Choice, at: usize) -> Option<&'a Answer> {
    let labelled = step.choices.iter().find(|choice| choice.label.all().any(|label| label == pressed.label));
    labelled
        .or_else(|| step.choices.get(at).filter(|choice| choice.result == pressed.result && choice.result.is_some()))
}

/// The first step that was not shown yet, else the first.
fn anew(flow: &Arc<Flow>, walk: &Walk) -> Next {
    let shown = |step: &&Step| walk.visits.iter().any(|visit| visit.step == step.id);
    let start = flow.first().filter(|step| !shown(step));
    let fresh = start.or_else(|| flow.steps.iter().find(|step| !shown(step)));
    match fresh {
        Some(step) => Next::Step(Arc::clone(flow), step.id.clone(), count(walk.visits.len())),
        None => Next::End(End::Report),
    }
}

fn count(steps: usize) -> u32 {
    u32::try_from(steps).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            flow::{
                Visit,
                tests::{answer, flow},
            },
            lang::Lang,
            placeholder::Values,
            ticket::StepResult,
        },
        support::guide::{Entry, FlowSet, Shown, show},
    };

    fn flows(flow: Flow) -> Flows {
        let flows = Flows::default();
        flows.replace(FlowSet { flows: vec![Entry { flow: Arc::new(flow), revisions: None }], ..FlowSet::default() });
        flows
    }

    fn visit(flow: &Flow, step: &str) -> Visit {
        let at =
            Shown { mid: step.into(), lang: Lang::De, values: &Values::new(), guide: &[], before: 0, picture: None };
        let shown = show(flow, flow.step(step).unwrap(), at);
        let crate::domain::conversation::EventBody::FlowStep { mid, step, choices, .. } = shown else { panic!() };
        Visit { mid, step, said: String::new(), choices, picked: None }
    }

    fn walk(flow: &Flow, steps: &[&str]) -> Walk {
        let visits = steps.iter().map(|step| visit(flow, step)).collect();
        Walk { flow: flow.id.clone(), source: None, visits, over: false }
    }

    fn place(next: Option<Next>) -> String {
        match next {
            None => "none".into(),
            Some(Next::End(end)) => end.name().into(),
            Some(Next::Step(_, step, before)) => format!("{step} {before}"),
        }
    }

    #[test]
    fn buttons_lead_on_back_and_out() {
        let flow = flow();
        let (flows, at_a, at_b) = (flows(flow.clone()), walk(&flow, &["a"]), walk(&flow, &["a", "b"]));
        for (walk, value, expected) in [
            (&at_a, "flow:f/a/0", "solved"),
            (&at_a, "flow:f/a/1", "b 1"),
            (&at_b, "flow:f/b/1", "report"),
            (&at_b, "flow:back", "a 0"),
            (&at_a, "flow:back", "a 0"),
            (&at_b, "flow:resume", "b 1"),
            (&at_b, "flow:f/a/2", "b 1"),
            (&at_b, "flow:g/a/0", "none"),
            // A step that was taken away, and no other is left that was not shown.
            (&at_b, "flow:f/z/0", "report"),
            (&at_b, "flow:f/a/9", "none"),
            (&at_b, "report", "none"),
        ] {
            assert_eq!(place(next(&flows, walk, value)), expected, "{value}");
        }
    }

    #[test]
    fn an_edited_flow_goes_on() {
        let old = flow();
        let walk = walk(&old, &["a", "b"]);
        let mut moved = old.clone();
        moved.steps[1].choices.insert(0, answer("Neu", &[], Some(StepResult::Failed), To::Step("a".into())));
        assert_eq!(place(next(&flows(moved), &walk, "flow:f/b/0")), "solved", "by its label, not by its place");
        let mut reworded = old.clone();
        reworded.steps[1].choices[1].label.de = "Bleibt dunkel".into();
        assert_eq!(place(next(&flows(reworded), &walk, "flow:f/b/1")), "report", "by its place and result");
        let mut gone = old.clone();
        gone.steps[1].id = "c".into();
        assert_eq!(place(next(&flows(gone.clone()), &walk, "flow:f/b/1")), "c 2", "a step that was not shown yet");
        assert_eq!(place(next(&flows(gone), &walk, "flow:resume")), "c 2");
        assert_eq!(place(next(&Flows::default(), &walk, "flow:f/b/1")), "report", "the whole flow is gone");
    }

    #[test]
    fn typed_words_press_the_button_that_stands_there() {
        let flow = flow();
        let walk = walk(&flow, &["a"]);
        assert_eq!(button(&walk, &flow.steps[0], 1).unwrap().value, "flow:f/a/1");
        assert_eq!(button(&walk, &flow.steps[1], 1), None);
    }
}
