//! An answer as blocks and buttons: what the chat shows. Typed, never HTML.

use crate::{
    domain::{
        citation::{Citation, Sentence},
        conversation::{Choice, Level, Span, WireBlock},
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
        _ => answer.sentences.iter().map(|sentence| WireBlock::paragraph(&sentence.text)).collect(),
    }
}

fn answered(answer: &Answer, lang: Lang, guide_lang: Lang) -> Vec<WireBlock> {
    let mut blocks = Vec::new();
    if answer.model == "extractive" {
        if lang == Lang::En && guide_lang == Lang::De {
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
        let span = Span { text: sentence.text.clone(), strong: false, cite: source };
        match (blocks.last_mut(), sentence.step, source == last_source) {
            (Some(WireBlock::Steps { items }), Some(_), true) => items.push(vec![span]),
            (_, Some(_), _) => blocks.push(WireBlock::Steps { items: vec![vec![span]] }),
            (Some(WireBlock::Paragraph { spans }), None, true) => {
                // One number for a run of sentences from one source.
                if let Some(previous) = spans.last_mut() {
                    previous.cite = None;
                    previous.text.push(' ');
                }
                spans.push(span);
            }
            _ => blocks.push(WireBlock::Paragraph { spans: vec![span] }),
        }
        last_source = source;
    }
    blocks
}

/// The call first and loud, then what to do until then.
fn hotline(answer: &Answer) -> Vec<WireBlock> {
    let mut sentences = answer.sentences.iter().map(|sentence| sentence.text.clone());
    let urgent = matches!(answer.reason.as_deref(), Some("phishing" | "stolen" | "fire"));
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
    fn steps_of_one_source_form_one_list() {
        let sentence = |text: &str, n: u32, step: Option<u32>| Sentence { text: text.into(), citations: vec![n], step };
        let citation = |n: u32, heading: &str| Citation {
            n,
            document: "d".into(),
            chunk: "0".into(),
            revision: "1".into(),
            title: "t".into(),
            heading: heading.into(),
            page: None,
            quote: String::new(),
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
                    if spans.len() == 2 && spans[0].cite.is_none() && spans[1].cite == Some(2) =>
                {
                    "text"
                }
                _ => "other",
            })
            .collect();
        assert_eq!(kinds, ["steps", "heading", "text"]);
    }
}
