//! An answer as blocks and buttons: what the chat shows. Typed, never HTML.

use crate::{
    domain::{
        citation::{Citation, Sentence},
        conversation::{Choice, Level, Span, WireBlock},
        danger,
        lang::Lang,
        outcome::{Answer, Outcome},
    },
    support::{quote::is_workaround, respond::Reply, wording},
};

/// The blocks of a finished reply.
#[must_use]
pub fn blocks(reply: &Reply) -> Vec<WireBlock> {
    let answer = &reply.answer;
    match answer.outcome {
        Outcome::Answered | Outcome::Flow => answered(answer, reply.lang, reply.guide_lang),
        Outcome::Hotline => hotline(answer),
        Outcome::Outage => outage(answer),
        _ => answer.sentences.iter().map(|sentence| WireBlock::paragraph(&sentence.text)).collect(),
    }
}

fn answered(answer: &Answer, lang: Lang, guide_lang: Lang) -> Vec<WireBlock> {
    let mut blocks = Vec::new();
    if answer.model == "extractive" {
        if answer.citations.first().is_some_and(|citation| citation.document.starts_with("resolutions/")) {
            blocks.push(WireBlock::paragraph(wording::quoted_from_case(lang)));
        } else if lang == Lang::En && guide_lang == Lang::De {
            blocks.push(WireBlock::paragraph(wording::quoted_in_german()));
        } else if let Some(first) = answer.citations.first() {
            blocks.push(WireBlock::paragraph(wording::quoted_from(lang, &first.title)));
        }
    }
    blocks.extend(cited(&answer.sentences, &answer.citations));
    blocks
}

/// Sentences as steps and paragraphs, each with the number of its source; a
/// passage that lets the lesson go on gets its heading.
#[must_use]
pub fn cited(sentences: &[Sentence], citations: &[Citation]) -> Vec<WireBlock> {
    let mut blocks: Vec<WireBlock> = Vec::new();
    let mut last_source = None;
    for sentence in sentences {
        let source = sentence.citations.first().copied();
        let citation = citations.iter().find(|citation| Some(citation.n) == source);
        if source != last_source
            && let Some(citation) = citation
            && is_workaround(&citation.heading)
        {
            let heading = citation.heading.rsplit(" › ").next().unwrap_or_default();
            blocks.push(WireBlock::Heading { spans: vec![Span::plain(heading)] });
        }
        let mut step = sentence.step.map(|_| step_spans(&sentence.text)).unwrap_or_default();
        if let Some(last) = step.last_mut() {
            last.cite = source;
            last.units.clone_from(&sentence.units);
        }
        let mut span = Span { text: sentence.text.clone(), strong: false, cite: source, units: sentence.units.clone() };
        match (blocks.last_mut(), sentence.step, source == last_source) {
            (Some(WireBlock::Steps { items }), Some(_), true) => items.push(step),
            (_, Some(_), _) => blocks.push(WireBlock::Steps { items: vec![step] }),
            (Some(WireBlock::Paragraph { spans }), None, true) => {
                // One number for a run of sentences from one source.
                if let Some(previous) = spans.last_mut() {
                    previous.cite = None;
                    previous.text.push(' ');
                    let before = std::mem::take(&mut previous.units);
                    span.units.splice(0..0, before);
                }
                spans.push(span);
            }
            _ => blocks.push(WireBlock::Paragraph { spans: vec![span] }),
        }
        last_source = source;
    }
    blocks
}

/// A step with its two follow-ups on lines of their own: what should be seen, what if not.
fn step_spans(text: &str) -> Vec<Span> {
    const LABELS: [&str; 4] = ["Sie sehen:", "Wenn nicht:", "You see:", "If not:"];
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((at, label)) = LABELS.iter().filter_map(|label| rest.find(label).map(|at| (at, *label))).min() {
        spans.push(Span::plain(rest[..at].trim_end()));
        spans.push(Span { text: format!("\n{label}"), strong: true, ..Span::default() });
        rest = &rest[at + label.len()..];
    }
    spans.push(Span::plain(rest));
    spans.retain(|span| !span.text.is_empty());
    spans
}

/// What is out of order, loud enough, then what lets the lesson go on.
fn outage(answer: &Answer) -> Vec<WireBlock> {
    let (known, quoted): (Vec<Sentence>, Vec<Sentence>) =
        answer.sentences.iter().cloned().partition(|sentence| sentence.citations.is_empty());
    let text: Vec<&str> = known.iter().map(|sentence| sentence.text.as_str()).collect();
    let notice = WireBlock::notice(Level::Warning, text.join(" "));
    std::iter::once(notice).chain(cited(&quoted, &answer.citations)).collect()
}

/// The call first and loud, then what to do until then.
fn hotline(answer: &Answer) -> Vec<WireBlock> {
    let mut sentences = answer.sentences.iter().map(|sentence| sentence.text.clone());
    let urgent = answer.reason.as_deref().and_then(danger::of).is_some_and(danger::Danger::is_loud);
    let mut blocks = Vec::new();
    if let Some(first) = sentences.next() {
        blocks.push(WireBlock::notice(if urgent { Level::Danger } else { Level::Warning }, first));
    }
    let items: Vec<Vec<Span>> = sentences.map(|text| vec![Span::plain(text)]).collect();
    if !items.is_empty() {
        blocks.push(WireBlock::Steps { items });
    }
    blocks
}

/// The buttons below a finished reply.
#[must_use]
pub fn choices(reply: &Reply) -> Vec<Choice> {
    match reply.answer.outcome {
        Outcome::Answered | Outcome::Flow | Outcome::Hotline => wording::report_choice(reply.lang),
        Outcome::Outage => {
            let own = reply.outage.as_deref().map(|id| wording::outage_choices(id, reply.lang));
            own.into_iter().flatten().chain(wording::report_choice(reply.lang)).collect()
        }
        Outcome::Clarify => {
            let mut choices: Vec<Choice> =
                reply.candidates.iter().map(|(id, title)| wording::choice(&format!("guide:{id}"), title)).collect();
            choices.extend(wording::report_choice(reply.lang));
            choices
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_should_be_seen_stands_on_its_own_line() {
        let spans = step_spans("Drücken Sie. Sie sehen: Licht. Wenn nicht: Weiter mit 2.");
        let texts: Vec<(&str, bool)> = spans.iter().map(|span| (span.text.as_str(), span.strong)).collect();
        let expected = [
            ("Drücken Sie.", false),
            ("\nSie sehen:", true),
            (" Licht.", false),
            ("\nWenn nicht:", true),
            (" Weiter mit 2.", false),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn steps_of_one_source_form_one_list() {
        let sentence = |text: &str, n: u32, step: Option<u32>| Sentence {
            text: text.into(),
            citations: vec![n],
            step,
            units: vec![n * 10],
        };
        let citation = |n: u32, heading: &str| Citation {
            n,
            document: "d".into(),
            chunk: "0".into(),
            revision: "1".into(),
            title: "t".into(),
            heading: heading.into(),
            page: None,
            quote: String::new(),
            units: vec![],
            url: String::new(),
        };
        let blocks = cited(
            &[sentence("a", 1, Some(1)), sentence("b", 1, Some(2)), sentence("c", 2, None), sentence("d", 2, None)],
            &[citation(1, "Schritt für Schritt"), citation(2, "Sofort weiter unterrichten")],
        );
        let kinds: Vec<&str> = blocks
            .iter()
            .map(|block| match block {
                WireBlock::Steps { items } if items.len() == 2 => "steps",
                WireBlock::Heading { .. } => "heading",
                WireBlock::Paragraph { spans }
                    if spans.len() == 2
                        && spans[0].cite.is_none()
                        && spans[1].cite == Some(2)
                        && spans[1].units == [20, 20] =>
                {
                    "text"
                }
                _ => "other",
            })
            .collect();
        assert_eq!(kinds, ["steps", "heading", "text"]);
    }
}
