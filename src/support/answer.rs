//! The answer with a model: its words, sentence by sentence, each checked against
//! the passages before anyone sees it. What streams to a reader is sentences that
//! passed; a sentence that nothing carries is dropped without a trace.

use crate::{
    domain::{
        citation::{Citation, Sentence},
        document::Passage,
        text,
    },
    llm::{Finish, LanguageModel, LlmError, Piece, Request},
    support::verify::verify,
};

/// What a model wrote and the check let through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
    /// Sentences that nothing carried.
    pub dropped: usize,
}

/// Lets the model write; `passed` is called with each sentence that passed, at once.
///
/// # Errors
/// What the model reports, also where it did not get to its end: then what passed is
/// only a part, and the passages themselves say more.
pub async fn write(
    model: &dyn LanguageModel,
    request: Request,
    passages: &[Passage],
    written: &mut Written,
    mut passed: impl FnMut(u32, &Sentence, &[Citation]),
) -> Result<(), LlmError> {
    let mut pieces = model.generate(request)?;
    let mut text = String::new();
    let mut done = 0;
    while let Some(piece) = pieces.recv().await {
        match piece? {
            Piece::Token(token) => text.push_str(&token.text),
            Piece::Part(_) => {}
            Piece::Finish(Finish::Stop | Finish::Length) => break,
            Piece::Finish(finish) => return Err(LlmError::Stopped(format!("{finish:?}"))),
        }
        done = take(&text, done, false, passages, written, &mut passed);
    }
    take(&text, done, true, passages, written, &mut passed);
    Ok(())
}

/// Checks the sentences that are complete; returns how many bytes are done with.
fn take(
    text: &str,
    mut done: usize,
    ended: bool,
    passages: &[Passage],
    written: &mut Written,
    passed: &mut impl FnMut(u32, &Sentence, &[Citation]),
) -> usize {
    if text[done..].contains("<think>") {
        match text[done..].find("</think>") {
            Some(end) => done += end + "</think>".len(),
            None if ended => return text.len(),
            None => return done,
        }
    }
    let rest = &text[done..];
    let mut complete = text::sentences(rest);
    if !ended {
        // The last may still grow.
        complete.pop();
    }
    let mut upto = 0;
    for sentence in complete {
        upto = sentence.as_ptr() as usize - rest.as_ptr() as usize + sentence.len();
        let plain = bare(sentence);
        if plain.is_empty() {
            continue;
        }
        match verify(&plain, passages) {
            Some(support) => {
                let citation = written.cite(&passages[support.passage], &support.units);
                let sentence = Sentence { text: plain, citations: vec![citation], step: None, units: support.units };
                let n = u32::try_from(written.sentences.len()).unwrap_or(u32::MAX);
                written.sentences.push(sentence);
                passed(n, &written.sentences[written.sentences.len() - 1], &written.citations);
            }
            None => written.dropped += 1,
        }
    }
    done + upto
}

/// Without list marks, emphasis and source numbers, which a model likes to add.
fn bare(sentence: &str) -> String {
    let mut plain = String::with_capacity(sentence.len());
    let mut rest =
        sentence.trim_start_matches(|ch: char| ch.is_whitespace() || matches!(ch, '-' | '*' | '•' | '#' | '>'));
    if let Some(after) = rest.trim_start_matches(|ch: char| ch.is_ascii_digit()).strip_prefix(['.', ')'])
        && after.starts_with(' ')
        && rest.starts_with(|ch: char| ch.is_ascii_digit())
    {
        rest = after.trim_start();
    }
    while let Some(open) = rest.find('[') {
        let inside = &rest[open + 1..];
        match inside.find(']') {
            Some(close)
                if !inside[..close].is_empty()
                    && inside[..close].chars().all(|ch| ch.is_ascii_digit() || ", ".contains(ch)) =>
            {
                plain.push_str(rest[..open].trim_end());
                rest = &inside[close + 1..];
            }
            _ => {
                plain.push_str(&rest[..=open]);
                rest = inside;
            }
        }
    }
    plain.push_str(rest);
    text::clean(&plain.replace("**", "").replace("__", ""))
}

impl Written {
    /// The number of the citation of these units, added where it is new.
    fn cite(&mut self, passage: &Passage, units: &[u32]) -> u32 {
        let next = u32::try_from(self.citations.len() + 1).unwrap_or(u32::MAX);
        let citation = Citation::new(next, passage, units);
        if let Some(known) = self.citations.iter().find(|known| known.url == citation.url) {
            return known.n;
        }
        self.citations.push(citation);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Block, Chunk, Kind, Meta};

    fn passages() -> Vec<Passage> {
        vec![Passage {
            school: None,
            document: "d".into(),
            revision: "1".into(),
            title: "t".into(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk: Chunk {
                number: 0,
                heading: vec![],
                page: None,
                blocks: vec![Block::Paragraph {
                    text: "Drücken Sie die Taste „Source“. Warten Sie 30 Sekunden.".into(),
                }],
            },
        }]
    }

    fn written(pieces: &[&str]) -> (Written, Vec<String>) {
        let (mut written, mut seen, mut text, mut done) = (Written::default(), Vec::new(), String::new(), 0);
        for piece in pieces {
            text.push_str(piece);
            done = take(&text, done, false, &passages(), &mut written, &mut |_, s: &Sentence, _: &[Citation]| {
                seen.push(s.text.clone());
            });
        }
        take(&text, done, true, &passages(), &mut written, &mut |_, s: &Sentence, _: &[Citation]| {
            seen.push(s.text.clone());
        });
        (written, seen)
    }

    #[test]
    fn only_carried_sentences_are_seen() {
        let (written, seen) = written(&[
            "1. Drücken Sie die Tas",
            "te „Source“ [1]. Kaufen Sie einen neuen Beamer. ",
            "- **Warten** Sie 30 Sekunden",
            ".",
        ]);
        assert_eq!(seen, ["Drücken Sie die Taste „Source“.", "Warten Sie 30 Sekunden."]);
        assert_eq!(written.dropped, 1);
        assert_eq!(written.citations.len(), 2);
        assert_eq!(written.citations[1].quote, "Warten Sie 30 Sekunden.");
    }

    #[test]
    fn thoughts_are_not_an_answer() {
        let (_, seen) = written(&["<think>Warten Sie ", "30 Sekunden.</thi", "nk>Drücken Sie die Taste „Source“."]);
        assert_eq!(seen, ["Drücken Sie die Taste „Source“."]);
        assert!(written(&["<think>Warten Sie 30 Sekunden. Und"]).1.is_empty());
    }
}
