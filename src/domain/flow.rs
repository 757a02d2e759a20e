//! Guided troubleshooting: one step a message, buttons, every tried step kept.
//!
//! A [`Flow`] is data, written by people (`knowledge/flows/*.toml`, read by
//! `ingest::flow`). What is here is pure: the types, what makes a flow unfit
//! ([`check`]), where a conversation stands in one ([`Walk`]), how it looks drawn ([`drawing`]).

pub mod check;
pub mod drawing;
mod walk;

use serde::{Deserialize, Serialize};

use super::{document::DeviceType, lang::Lang, ticket::StepResult};

pub use walk::{Picked, Visit, Walk, tried};

/// A text in German, and in English where the flow has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub de: String,
    pub en: Option<String>,
}

impl Text {
    /// In the reader's language, else in German.
    #[must_use]
    pub fn to(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.de,
        }
    }

    /// In all its languages.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.de.as_str()).chain(self.en.as_deref())
    }
}

/// One way through one problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    pub id: String,
    pub title: Text,
    pub devices: Vec<DeviceType>,
    /// `P01` …; at most three.
    pub problems: Vec<String>,
    /// Id of the first step.
    pub start: String,
    /// Id of the guide that its steps come from, `guides/…`.
    pub source: String,
    pub steps: Vec<Step>,
}

/// One message: an action with what should be seen after it, or a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    pub say: Text,
    pub expect: Option<Text>,
    /// File name of a drawing in `images/` beside the flow.
    pub image: Option<String>,
    pub alt: Option<Text>,
    pub choices: Vec<Answer>,
}

/// A button, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub label: Text,
    /// What people type instead, in any language.
    pub matches: Vec<String>,
    /// What it says of the step; none where the step only asks.
    pub result: Option<StepResult>,
    pub to: To,
}

/// Where a button leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    Step(String),
    End(End),
}

/// How a flow ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    Solved,
    Report,
    /// Somebody must be called now.
    Hotline,
}

impl End {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Report => "report",
            Self::Hotline => "hotline",
        }
    }
}

impl Flow {
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    #[must_use]
    pub fn first(&self) -> Option<&Step> {
        self.step(&self.start)
    }

    /// Whether it can be read in this language.
    #[must_use]
    pub fn speaks(&self, lang: Lang) -> bool {
        lang == Lang::De || self.title.en.is_some()
    }

    /// Steps that may still come after this one, on the longest way without going in circles.
    #[must_use]
    pub fn still(&self, step: &str) -> u32 {
        self.longest(step, &mut Vec::new())
    }

    fn longest<'a>(&'a self, id: &'a str, behind: &mut Vec<&'a str>) -> u32 {
        // Flows have a dozen steps; whatever branches more is cut here, not counted for ever.
        if behind.contains(&id) || behind.len() > DEEPEST {
            return 0;
        }
        let Some(step) = self.step(id) else { return 0 };
        behind.push(id);
        let next = step.choices.iter().filter_map(|choice| match &choice.to {
            To::Step(next) if !behind.contains(&next.as_str()) => Some(next.as_str()),
            _ => None,
        });
        let next: std::collections::BTreeSet<&str> = next.collect();
        let most = next.into_iter().map(|next| 1 + self.longest(next, behind)).max().unwrap_or(0);
        behind.pop();
        most
    }
}

/// Most steps of a way that are counted.
const DEEPEST: usize = 14;

impl Step {
    /// Whether it asks something and tells nothing to do.
    #[must_use]
    pub fn is_question(&self) -> bool {
        self.choices.iter().all(|choice| choice.result.is_none())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn text(de: &str) -> Text {
        Text { de: de.into(), en: None }
    }

    pub(crate) fn answer(label: &str, matches: &[&str], result: Option<StepResult>, to: To) -> Answer {
        Answer { label: text(label), matches: matches.iter().map(|m| (*m).into()).collect(), result, to }
    }

    /// a (failed) -> b (failed) -> report; a, b (ok) -> solved.
    pub(crate) fn flow() -> Flow {
        let step = |id: &str, next: To| Step {
            id: id.into(),
            say: text(&format!("Drücken Sie Taste {id}.")),
            expect: Some(text("Das Bild erscheint.")),
            choices: vec![
                answer("Bild ist da", &["bild da"], Some(StepResult::Ok), To::End(End::Solved)),
                answer("Immer noch dunkel", &["bleibt schwarz"], Some(StepResult::Failed), next.clone()),
                answer("Kann ich nicht", &["komme nicht dran"], Some(StepResult::Skipped), next),
            ],
            ..Step::default()
        };
        Flow {
            id: "f".into(),
            title: text("Kein Bild"),
            start: "a".into(),
            source: "guides/f".into(),
            steps: vec![step("a", To::Step("b".into())), step("b", To::End(End::Report))],
            ..Flow::default()
        }
    }

    #[test]
    fn the_longest_way_is_counted_without_circles() {
        let mut flow = flow();
        assert_eq!((flow.still("a"), flow.still("b"), flow.still("?")), (1, 0, 0));
        flow.steps[1].choices[1].to = To::Step("a".into());
        assert_eq!((flow.still("a"), flow.still("b")), (1, 1));
    }
}
