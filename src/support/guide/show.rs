//! A step as a message: what to do, what one should see, a drawing, buttons, and the
//! guide that it comes from.

use std::collections::HashSet;

use crate::{
    domain::{
        citation::Citation,
        conversation::{Choice, EventBody, Image, Level, Span, WireBlock},
        document::{Block, Passage},
        flow::{Flow, Picked, Step, To},
        lang::Lang,
        placeholder::{Values, fill},
        text::{fold, words},
    },
    support::wording,
};

/// What showing a step needs beside the step.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    pub mid: String,
    pub lang: Lang,
    /// The authority's values in the place of placeholders.
    pub values: &'a Values,
    /// All passages of the guide; empty where it cannot be read right now.
    pub guide: &'a [Passage],
    /// Steps shown before this one on the way.
    pub before: u32,
    /// How a drawing's file is found on this server; none where there is no such drawing.
    pub picture: Option<String>,
}

/// The message of a step.
#[must_use]
pub fn show(flow: &Flow, step: &Step, at: Shown<'_>) -> EventBody {
    let lang = if flow.speaks(at.lang) { at.lang } else { Lang::De };
    let text = |text: &crate::domain::flow::Text| fill(text.to(lang), at.values).into_owned();
    let say = text(&step.say);
    let citations: Vec<Citation> = cite(&say, at.guide).into_iter().collect();
    let cited = citations.first().map(|citation| citation.n);
    let mut blocks = Vec::new();
    if at.before == 0 {
        blocks.push(WireBlock::Heading { spans: vec![Span::plain(text(&flow.title))] });
        if lang != at.lang {
            blocks.push(WireBlock::notice(Level::Info, wording::steps_in_german()));
        }
    }
    blocks.push(WireBlock::Paragraph { spans: vec![Span { text: say, strong: true, cite: cited, units: vec![] }] });
    if let Some(expect) = &step.expect {
        let label = Span { text: format!("{} ", wording::you_see(lang)), strong: true, ..Span::default() };
        blocks.push(WireBlock::Paragraph {
            spans: vec![label, Span { text: text(expect), strong: false, cite: cited, units: vec![] }],
        });
    }
    let alt = step.alt.as_ref().map(text).unwrap_or_default();
    let image = at.picture.map(|src| Image { src, alt });
    let mut choices: Vec<Choice> = step
        .choices
        .iter()
        .enumerate()
        .map(|(n, choice)| Choice {
            value: Picked::value(&flow.id, &step.id, n),
            label: text(&choice.label),
            result: choice.result,
            end: match choice.to {
                To::End(end) => Some(end),
                To::Step(_) => None,
            },
        })
        .collect();
    choices.extend(wording::step_choices(at.before > 0, at.lang));
    let number = at.before + 1;
    EventBody::FlowStep {
        mid: at.mid,
        flow: flow.id.clone(),
        step: step.id.clone(),
        number,
        of: number + flow.still(&step.id),
        lang,
        blocks,
        citations,
        image,
        choices,
        problem: flow.problems.first().cloned(),
        device: flow.devices.first().copied(),
    }
}

/// The guide's own words behind a step: the unit of it that shares most words with it,
/// or the passage with its steps as a whole.
#[must_use]
pub fn cite(say: &str, guide: &[Passage]) -> Option<Citation> {
    let steps = |passage: &&Passage| passage.chunk.blocks.iter().any(|block| matches!(block, Block::Step { .. }));
    let wanted = content(say);
    let mut best: Option<(f64, &Passage, u32)> = None;
    for passage in guide {
        for unit in passage.chunk.units() {
            let had = content(unit.text);
            #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
            let share = wanted.intersection(&had).count() as f64 / wanted.len().max(1) as f64;
            if share >= ENOUGH && best.is_none_or(|(most, ..)| share > most) {
                best = Some((share, passage, unit.index));
            }
        }
    }
    match best {
        Some((_, passage, unit)) => Some(Citation::new(1, passage, &[unit])),
        None => guide.iter().find(steps).or_else(|| guide.first()).map(|passage| Citation::new(1, passage, &[])),
    }
}

/// Share of a step's words that a unit of its guide must hold to be shown as its origin.
const ENOUGH: f64 = 0.4;
/// Words shorter than this tell nothing.
const WORD: usize = 4;

fn content(text: &str) -> HashSet<String> {
    let folded = fold(text);
    words(&folded).filter(|word| word.chars().count() >= WORD).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        document::{Chunk, Kind, Meta},
        flow::tests::flow,
    };

    fn guide() -> Vec<Passage> {
        let step = |number, text: &str| Block::Step { number, text: text.into() };
        vec![Passage {
            school: None,
            document: "guides/f".into(),
            revision: "1".into(),
            title: "F".into(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk: Chunk {
                number: 1,
                heading: vec!["Schritt für Schritt".into()],
                page: None,
                blocks: vec![
                    step(1, "Ziehen Sie das Kabel heraus und stecken Sie es wieder ein."),
                    step(2, "Drücken Sie am Gerät die Taste a mit dem Pfeil."),
                ],
            },
        }]
    }

    #[test]
    fn a_step_shows_what_to_do_what_to_see_and_where_it_stands() {
        let (flow, guide) = (flow(), guide());
        let values = Values::new();
        let at =
            |before| Shown { mid: "m".into(), lang: Lang::De, values: &values, guide: &guide, before, picture: None };
        let EventBody::FlowStep { number, of, blocks, citations, choices, .. } = show(&flow, &flow.steps[0], at(0))
        else {
            panic!()
        };
        assert_eq!((number, of), (1, 2));
        assert!(matches!(blocks[0], WireBlock::Heading { .. }));
        assert_eq!(blocks[1].plain(), "Drücken Sie Taste a.");
        assert_eq!(blocks[2].plain(), "Sie sehen: Das Bild erscheint.");
        assert!(citations[0].quote.contains("Taste a mit dem Pfeil"), "{:?}", citations[0]);
        let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(values, ["flow:f/a/0", "flow:f/a/1", "flow:f/a/2", "report_now"]);
        let EventBody::FlowStep { blocks, choices, .. } = show(&flow, &flow.steps[1], at(1)) else { panic!() };
        assert!(matches!(blocks[0], WireBlock::Paragraph { .. }), "the title stands once");
        assert_eq!(choices[3].value, "flow:back");
    }

    #[test]
    fn a_step_that_the_guide_has_in_other_words_cites_its_steps() {
        let citation = cite("Wechseln Sie die Batterien.", &guide()).unwrap();
        assert_eq!((citation.chunk.as_str(), citation.quote.as_str()), ("1", ""));
        assert_eq!(cite("Was auch immer", &[]), None);
    }
}
