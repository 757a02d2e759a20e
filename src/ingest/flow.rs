//! `flows/*.toml` to a [`Flow`], with the line of everything that is wrong with it.
//! What leads a teacher nowhere is refused here; the rest is told by `flows check`. For
//! which platforms and models a flow holds its guide says: by the guide it is found.

mod faults;

use serde::Deserialize;
use toml::Spanned;

use super::{
    IngestError,
    toml_file::{line_of, utf8},
};
use crate::domain::{
    document::DeviceType,
    flow::{
        Answer, End, Flow, Step, Text, To,
        check::{At, check},
    },
    ticket::StepResult,
};

const HINT: &str = "`knowledge/README.md` shows a flow with every key; `schullotse flows check` names all faults";
/// Most bytes of a flow, and most steps.
pub const MOST_BYTES: u64 = 256 * 1024;
const MOST_STEPS: usize = 60;
/// Keys whose values can be left out without making anything else of a flow wrong.
const OPTIONAL: [&str; 4] = ["devices", "problems", "match", "result"];
/// Most problems that a flow may be for.
const PROBLEMS: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    id: Option<String>,
    title: RawText,
    #[serde(default)]
    devices: Vec<DeviceType>,
    #[serde(default)]
    problems: Vec<String>,
    start: String,
    source: String,
    #[serde(rename = "step")]
    steps: Vec<Spanned<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawText {
    de: String,
    en: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    id: String,
    say: RawText,
    expect: Option<RawText>,
    image: Option<String>,
    alt: Option<RawText>,
    #[serde(default, rename = "choice")]
    choices: Vec<Spanned<RawChoice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    label: RawText,
    #[serde(default, rename = "match")]
    matches: Vec<String>,
    result: Option<StepResult>,
    next: Option<String>,
    end: Option<End>,
}

/// A fault and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// From 1.
    pub line: usize,
    /// The flow is not used because of it.
    pub refused: bool,
    pub message: String,
}

/// Reads a flow; `path` gives its id where it names none.
///
/// # Errors
/// [`IngestError::Line`] for what is no flow, or one that leads a reader nowhere.
pub fn read_flow(path: &str, bytes: &[u8]) -> Result<Flow, IngestError> {
    let (flow, findings) = look(path, bytes)?;
    match findings.into_iter().find(|finding| finding.refused) {
        Some(Finding { line, message, .. }) => Err(IngestError::Line { line, message, hint: HINT }),
        None => flow.ok_or(IngestError::NoText),
    }
}

/// Reads a flow and names all that is wrong with it; without a flow, what is wrong with it
/// hides how its steps hang together.
///
/// # Errors
/// [`IngestError`] for a file that is too large or no text.
pub fn look(path: &str, bytes: &[u8]) -> Result<(Option<Flow>, Vec<Finding>), IngestError> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(IngestError::TooLarge { most_mib: 1 });
    }
    let text = utf8(bytes)?;
    let line = |offset: usize| line_of(text, offset);
    let read = faults::read::<RawFlow>(text, &OPTIONAL);
    let told = read.faults.into_iter();
    let told = told.map(|(at, message)| Finding { line: line(at), refused: true, message: explained(message) });
    let mut findings: Vec<Finding> = told.collect();
    let Some(raw) = read.value else { return Ok((None, findings)) };
    let mut lines: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut flow = Flow {
        id: raw.id.unwrap_or_else(|| stem(path).to_owned()),
        title: raw.title.into(),
        devices: raw.devices,
        problems: raw.problems,
        start: raw.start,
        source: raw.source,
        steps: Vec::new(),
    };
    let mut refuse = |line, message: String| findings.push(Finding { line, refused: true, message });
    if !is_id(&flow.id) {
        refuse(1, format!("the id {:?} has more than a-z, 0-9 and -", flow.id));
    }
    if flow.problems.len() > PROBLEMS {
        refuse(1, format!("more than {PROBLEMS} problems"));
    }
    if raw.steps.len() > MOST_STEPS {
        refuse(1, format!("more than {MOST_STEPS} steps: make two flows of it"));
    }
    for step in raw.steps {
        let at = line(step.span().start);
        let step = step.into_inner();
        let mut choices = Vec::new();
        let mut choice_lines = Vec::new();
        for choice in step.choices {
            let at = line(choice.span().start);
            let choice = choice.into_inner();
            let to = match (choice.next, choice.end) {
                (Some(next), None) => To::Step(next),
                (None, Some(end)) => To::End(end),
                _ => {
                    refuse(at, format!("the choice {:?} needs either `next` or `end`", choice.label.de));
                    To::End(End::Report)
                }
            };
            choice_lines.push(at);
            choices.push(Answer { label: choice.label.into(), matches: choice.matches, result: choice.result, to });
        }
        if let Some(image) = &step.image
            && !is_picture(image)
        {
            refuse(at, format!("the picture {image:?} is no file name such as \"quelle.svg\""));
        }
        lines.push((at, choice_lines));
        flow.steps.push(Step {
            id: step.id,
            say: step.say.into(),
            expect: step.expect.map(Into::into),
            image: step.image,
            alt: step.alt.map(Into::into),
            choices,
        });
    }
    findings.extend(check(&flow).into_iter().map(|fault| {
        let line = match fault.at {
            At::Flow => 1,
            At::Step(step) => lines.get(step).map_or(1, |(line, _)| *line),
            At::Choice(step, choice) => lines.get(step).and_then(|(_, all)| all.get(choice)).copied().unwrap_or(1),
        };
        Finding { line, refused: fault.refused, message: fault.message }
    }));
    findings.sort_by_key(|finding| (!finding.refused, finding.line));
    Ok((Some(flow), findings))
}

/// Where a guide has a key that a flow has not.
fn explained(message: String) -> String {
    if ["`models`", "`platforms`"].iter().any(|key| message.starts_with(&format!("unknown field {key}"))) {
        return format!("{message}; write it into the guide that `source` names: the flow holds where that holds");
    }
    message
}

/// What may be the name of a picture: a plain file name that ends in `.svg`.
#[must_use]
pub fn is_picture(name: &str) -> bool {
    let stem = name.strip_suffix(".svg");
    stem.is_some_and(is_id)
}

fn is_id(id: &str) -> bool {
    (1..=80).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

impl From<RawText> for Text {
    fn from(raw: RawText) -> Self {
        Self { de: raw.de, en: raw.en }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
title = { de = "Kein Bild" }
devices = ["projector"]
problems = ["P01"]
start = "quelle"
source = "guides/x"

[[step]]
id = "quelle"
say = { de = "Drücken Sie die Taste „Source“." }
expect = { de = "Das Bild ist da." }

[[step.choice]]
label = { de = "Bild ist da" }
match = ["bild da"]
result = "ok"
end = "solved"

[[step.choice]]
label = { de = "Nichts" }
result = "failed"
end = "report"
"#;

    #[test]
    fn a_flow_is_read_with_its_name() {
        let (flow, findings) = look("flows/kein-bild.toml", GOOD.as_bytes()).unwrap();
        let flow = flow.unwrap();
        assert_eq!((flow.id.as_str(), flow.steps.len(), findings), ("kein-bild", 1, vec![]));
        assert_eq!(flow.steps[0].choices[1].to, To::End(End::Report));
    }

    #[test]
    fn faults_name_their_line() {
        let line = |text: String| match read_flow("a.toml", text.as_bytes()) {
            Err(IngestError::Line { line, message, .. }) => (line, message),
            other => panic!("{other:?}"),
        };
        let (at, message) = line(GOOD.replace("end = \"report\"", "next = \"weg\""));
        assert_eq!(at, 19, "{message}");
        assert!(message.contains("\"weg\", which is no step"));
        let (at, message) = line(GOOD.replace("end = \"report\"", ""));
        assert_eq!(at, 19);
        assert!(message.contains("either `next` or `end`"));
        let (at, message) = line(GOOD.replace("expect =", "expects ="));
        assert_eq!(at, 11);
        assert!(message.contains("expects"), "{message}");
        let (at, _) = line(GOOD.replace("result = \"ok\"", "result = \"fine\""));
        assert_eq!(at, 16);
        let (at, message) = line(GOOD.replace("expect =", "image = \"../a.svg\"\nexpect ="));
        assert_eq!((at, message.contains("no file name")), (8, true));
    }
    #[test]
    fn all_faults_of_a_file_are_named_in_one_run() {
        let all = |text: &str| {
            let (flow, findings) = look("a.toml", text.as_bytes()).unwrap();
            (flow.is_some(), findings.into_iter().map(|one| (one.line, one.message)).collect::<Vec<_>>())
        };
        let at = |found: &[(usize, String)]| found.iter().map(|(line, _)| *line).collect::<Vec<_>>();
        let starts = |found: &[(usize, String)], n: usize, with: &str| {
            assert!(found[n].1.starts_with(with), "{with}: {found:?}");
        };
        // Values and keys that nobody knows, and what does not hang together.
        let wrong = GOOD
            .replace("[\"projector\"]", "[\"toaster\", \"projector\", \"kettle\"]\nplatforms = [\"iserv\"]")
            .replace("expect =", "expects = 1\nexpect =")
            .replace("result = \"ok\"", "result = \"fine\"")
            .replace("end = \"report\"", "next = \"weg\"");
        let (flow, found) = all(&wrong);
        assert_eq!((flow, at(&found)), (true, vec![3, 3, 4, 12, 18, 21]), "{found:?}");
        starts(&found, 0, "unknown variant `toaster`");
        starts(&found, 1, "unknown variant `kettle`");
        starts(&found, 3, "unknown field `expects`");
        starts(&found, 5, "the choice \"Nichts\" leads to \"weg\"");
        assert!(found[2].1.contains("write it into the guide that `source` names"), "{found:?}");
        // What is missing for a fault of its own is told once, and nothing is made up of the rest.
        let wrong = GOOD
            .replace("id = \"quelle\"", "id = 7")
            .replace("{ de = \"Nichts\" }", "{ en = \"Nothing\" }")
            .replace("end = \"solved\"", "end = \"done\"")
            .replace("source = \"guides/x\"\n", "");
        let (flow, found) = all(&wrong);
        assert_eq!((flow, found.len()), (false, 4), "{found:?}");
        assert_eq!(at(&found)[1..], [8, 16, 19], "{found:?}");
        starts(&found, 0, "missing field `source`");
        starts(&found, 3, "missing field `de`");
        let (flow, found) = all("title = \nstart = \n");
        assert_eq!((flow, at(&found)), (false, vec![1, 2]), "{found:?}");
    }
}
