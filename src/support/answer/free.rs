//! A model's own words, read: sentence by sentence, checked against the passage that each
//! names (`[2]`). One that fails gives way to the unit of that passage that it was most
//! likely about, once, with what that cannot be quoted without; else it is dropped.

use super::{Passed, Spans, Written};
use crate::{
    domain::{document::Passage, text},
    llm::{Finish, LanguageModel, LlmError, Piece, Request, grounding::NONE_FITS},
    support::verify::{nearest, verify},
};

pub(super) async fn write(
    model: &dyn LanguageModel,
    request: Request,
    passages: &[Passage],
    spans: &Spans,
    written: &mut Written,
    mut passed: impl Passed,
) -> Result<(), LlmError> {
    let mut pieces = model.generate(request)?;
    let mut reading = Reading { text: String::new(), done: 0, passages, spans };
    while let Some(piece) = pieces.recv().await {
        match piece? {
            Piece::Token(token) => {
                written.heard.token(token.logprob);
                reading.text.push_str(&token.text);
            }
            Piece::Part(_) => {}
            Piece::Finish(finish @ (Finish::Stop | Finish::Length)) => {
                written.cut = finish == Finish::Length;
                break;
            }
            Piece::Finish(finish) => return Err(LlmError::Stopped(format!("{finish:?}"))),
        }
        reading.take(false, written, &mut passed);
    }
    reading.take(true, written, &mut passed);
    Ok(())
}

struct Reading<'a> {
    text: String,
    /// Bytes that are done with.
    done: usize,
    passages: &'a [Passage],
    spans: &'a Spans,
}

impl Reading<'_> {
    /// Checks the sentences that are complete.
    fn take(&mut self, ended: bool, written: &mut Written, passed: &mut impl Passed) {
        if self.text[self.done..].contains("<think>") {
            match self.text[self.done..].find("</think>") {
                Some(end) => self.done += end + "</think>".len(),
                None if ended => self.done = self.text.len(),
                None => return,
            }
        }
        let text = self.text[self.done..].to_owned();
        let mut complete = text::sentences(&text);
        if !ended {
            // The last may still grow.
            complete.pop();
        }
        let mut upto = 0;
        for sentence in complete {
            let from = sentence.as_ptr() as usize - text.as_ptr() as usize;
            // Its number may have been taken for the beginning of the next.
            let sentence = &text[from.max(upto)..from + sentence.len()];
            let after = &text[from.max(upto) + sentence.len()..];
            let Some(behind) = numbers_behind(after, ended) else { break };
            upto = text.len() - after.len() + behind.len();
            self.check(&format!("{sentence}{behind}"), written, passed);
        }
        self.done += upto;
    }

    fn check(&self, sentence: &str, written: &mut Written, passed: &mut impl Passed) {
        let (plain, named) = bare(sentence);
        if plain.is_empty() {
            return;
        }
        if plain.trim_end_matches('.') == NONE_FITS {
            written.heard.nothing = true;
            return;
        }
        if let Some(support) = verify(&plain, self.passages, &named) {
            written.add(plain, &self.passages[support.passage], support.units, passed);
            return;
        }
        let own = named.iter().find_map(|at| {
            let passage = self.passages.get(*at)?;
            let units = self.spans.whole(*at, nearest(&plain, passage)?);
            let said = |unit: &u32| {
                written.sentences.iter().any(|sentence| {
                    let of = |citation: &&crate::domain::citation::Citation| sentence.citations.contains(&citation.n);
                    let here = written.citations.iter().filter(of).any(|citation| {
                        citation.document == passage.document && citation.chunk == passage.chunk.number.to_string()
                    });
                    here && sentence.units.contains(unit)
                })
            };
            (!units.is_empty() && !units.iter().all(said)).then_some((passage, units))
        });
        match own {
            Some((passage, units)) => {
                written.replaced += 1;
                for unit in units {
                    written.quote(passage, unit, passed);
                }
            }
            None => written.dropped += 1,
        }
    }
}

/// The source numbers that stand behind the end of a sentence; `None` where more must be read to tell.
fn numbers_behind(after: &str, ended: bool) -> Option<&str> {
    let mut end = 0;
    loop {
        let rest = after[end..].trim_start();
        let Some(inside) = rest.strip_prefix('[') else { return Some(&after[..end]) };
        match inside.find(']') {
            Some(close) if is_numbers(&inside[..close]) => end = after.len() - inside.len() + close + 1,
            None if !ended && inside.len() < 12 => return None,
            _ => return Some(&after[..end]),
        }
    }
}

fn is_numbers(inside: &str) -> bool {
    !inside.is_empty() && inside.chars().all(|ch| ch.is_ascii_digit() || ", ".contains(ch))
}

/// Without list marks, emphasis and source numbers; and the passages that those name, by index.
fn bare(sentence: &str) -> (String, Vec<usize>) {
    let mut named = Vec::new();
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
            Some(close) if is_numbers(&inside[..close]) => {
                let numbers = inside[..close].split([',', ' ']).filter_map(|number| number.parse::<usize>().ok());
                named.extend(numbers.filter_map(|number| number.checked_sub(1)));
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
    (text::clean(&plain.replace("**", "").replace("__", "")), named)
}

#[cfg(test)]
mod tests {
    use super::super::obeying::passage;
    use super::*;
    use crate::domain::{
        citation::{Citation, Sentence},
        document::Block,
        lang::Lang,
    };

    fn passages() -> Vec<Passage> {
        let prose = |text: &str| vec![Block::Paragraph { text: text.into() }];
        vec![
            passage("d", prose("Drücken Sie die Taste „Source“. Warten Sie 30 Sekunden.")),
            passage(
                "e",
                prose("Ziehen Sie den Stecker des Druckers. Niemals während des Drucks. Rufen Sie die Schul-IT."),
            ),
        ]
    }

    fn written(pieces: &[&str]) -> (Written, Vec<String>) {
        let (passages, mut seen, mut written) = (passages(), Vec::new(), Written::default());
        let spans = Spans::of(&passages, Lang::De);
        let mut reading = Reading { text: String::new(), done: 0, passages: &passages, spans: &spans };
        for (at, piece) in pieces.iter().enumerate() {
            reading.text.push_str(piece);
            let mut passed = |_: u32, s: &Sentence, _: &[Citation]| seen.push(s.text.clone());
            reading.take(false, &mut written, &mut passed);
            if at + 1 == pieces.len() {
                reading.take(true, &mut written, &mut passed);
            }
        }
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
        assert_eq!((written.dropped, written.replaced), (1, 0));
        assert_eq!(written.citations.len(), 2);
        assert_eq!(written.citations[1].quote, "Warten Sie 30 Sekunden.");
    }

    #[test]
    fn a_number_behind_the_full_stop_belongs_to_its_sentence() {
        for pieces in [
            &["Warten Sie 30 Sekunden. [2] Drücken Sie die Taste „Source“. [1]"][..],
            &["Warten Sie 30 Sekunden.", " ", "[", "2", "]", " Drücken Sie die Taste „Source“", ". ", "[1", "]"],
        ] {
            let (written, seen) = written(pieces);
            // The first names the wrong passage, which says nothing of the kind.
            assert_eq!(seen, ["Drücken Sie die Taste „Source“."], "{pieces:?}");
            assert_eq!((written.dropped, written.replaced), (1, 0));
        }
    }

    #[test]
    fn what_fails_gives_way_to_the_passage_it_names_once() {
        let (written, seen) =
            written(&["Warten Sie 60 Sekunden [1]. Warten Sie 90 Sekunden [1]. Warten Sie 90 Sekunden."]);
        assert_eq!(seen, ["Warten Sie 30 Sekunden."]);
        assert_eq!((written.replaced, written.dropped), (1, 2));
        assert_eq!(written.citations[0].quote, "Warten Sie 30 Sekunden.");
        assert_eq!(written.sentences[0].units, [1]);
    }

    #[test]
    fn a_warning_comes_along() {
        let (_, seen) = written(&["Ziehen Sie alle 3 Stecker des Druckers [2]."]);
        assert_eq!(seen, ["Ziehen Sie den Stecker des Druckers.", "Niemals während des Drucks."]);
    }

    #[test]
    fn thoughts_are_not_an_answer() {
        let (_, seen) = written(&["<think>Warten Sie ", "30 Sekunden.</thi", "nk>Drücken Sie die Taste „Source“."]);
        assert_eq!(seen, ["Drücken Sie die Taste „Source“."]);
        assert!(written(&["<think>Warten Sie 30 Sekunden. Und"]).1.is_empty());
    }

    #[test]
    fn nothing_fits_is_heard() {
        let (written, seen) = written(&["KEINE", " ANGABE."]);
        assert!(written.heard.nothing && seen.is_empty() && written.dropped == 0);
    }
}
