//! A model's own words, read: sentence by sentence, checked against the passage that each
//! names (`[2]`). One that fails gives way to the unit of that passage that it was most
//! likely about, once, with what that cannot be quoted without; else it is dropped. A warning
//! that belongs to what was said is quoted where the model leaves it out.

use super::{Passed, Spans, Written};
use crate::{
    domain::{document::Passage, text},
    llm::grounding::NONE_FITS,
    support::verify::{nearest, verify},
};

pub(super) struct Reading<'a> {
    text: String,
    /// Bytes that are done with.
    done: usize,
    passages: &'a [Passage],
    spans: &'a Spans,
    /// Warnings that came with what they belong to: passage and unit.
    warned: Vec<(usize, u32)>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(passages: &'a [Passage], spans: &'a Spans) -> Self {
        Self { text: String::new(), done: 0, passages, spans, warned: Vec::new() }
    }

    pub(super) fn text(&mut self, text: &str, written: &mut Written, passed: &mut impl Passed) {
        self.text.push_str(text);
        self.take(false, written, passed);
    }

    /// Of what was cut off, the last sentence is not said: a "nicht" may be missing.
    pub(super) fn end(&mut self, whole: bool, written: &mut Written, passed: &mut impl Passed) {
        self.take(whole, written, passed);
    }

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

    fn check(&mut self, sentence: &str, written: &mut Written, passed: &mut impl Passed) {
        let (plain, named) = bare(sentence);
        if plain.is_empty() {
            return;
        }
        if plain.trim_end_matches('.') == NONE_FITS {
            written.heard.nothing = true;
            return;
        }
        if let Some(support) = verify(&plain, self.passages, &named) {
            let at = support.passage;
            if support.units.iter().all(|unit| self.warned.contains(&(at, *unit))) {
                return;
            }
            let warnings: Vec<u32> = support.units.iter().flat_map(|unit| self.spans.warnings(at, *unit)).collect();
            written.add(plain, &self.passages[at], support.units, passed);
            // At once: whoever stops the answer has read it.
            for unit in warnings {
                self.warned.push((at, unit));
                self.quote(at, unit, written, passed);
            }
            return;
        }
        let own = named.iter().find_map(|at| {
            let passage = self.passages.get(*at)?;
            let units = self.spans.whole(*at, nearest(&plain, passage)?);
            let new = !units.is_empty() && !units.iter().all(|unit| written.says(passage, *unit));
            new.then_some((*at, units))
        });
        match own {
            Some((at, units)) => {
                written.replaced += 1;
                for unit in units {
                    self.quote(at, unit, written, passed);
                }
            }
            None => written.dropped += 1,
        }
    }

    /// Quotes a unit, once.
    fn quote(&self, at: usize, unit: u32, written: &mut Written, passed: &mut impl Passed) {
        if !written.says(&self.passages[at], unit) {
            written.quote(&self.passages[at], unit, passed);
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
        let mut reading = Reading::new(&passages, &spans);
        let mut passed = |_: u32, s: &Sentence, _: &[Citation]| seen.push(s.text.clone());
        for piece in pieces {
            reading.text(piece, &mut written, &mut passed);
        }
        reading.end(true, &mut written, &mut passed);
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
    fn a_warning_that_is_left_out_is_quoted() {
        let warned = ["Ziehen Sie den Stecker des Druckers.", "Niemals während des Drucks."];
        let (all, seen) = written(&["Ziehen Sie den Stecker des Druckers [2]. Rufen Sie die Schul-IT [2]."]);
        assert_eq!(seen, [warned[0], warned[1], "Rufen Sie die Schul-IT."]);
        assert_eq!(all.sentences[1].units, [1]);
        // Also where the answer ends, and once.
        assert_eq!(written(&["Ziehen Sie den Stecker des Druckers."]).1, warned);
        assert_eq!(written(&["Ziehen Sie den Stecker des Druckers. Warten Sie 60 Sekunden [1]."]).1[..2], warned);
        assert_eq!(written(&["Ziehen Sie den Stecker des Druckers [2]. Niemals während des Drucks [2]."]).1, warned);
    }

    #[test]
    fn what_is_cut_off_is_not_said() {
        let (passages, mut seen, mut written) = (passages(), Vec::new(), Written::default());
        let spans = Spans::of(&passages, Lang::De);
        let mut reading = Reading::new(&passages, &spans);
        let mut passed = |_: u32, s: &Sentence, _: &[Citation]| seen.push(s.text.clone());
        reading.text("Warten Sie 30 Sekunden. Drücken Sie die Taste „Source“", &mut written, &mut passed);
        reading.end(false, &mut written, &mut passed);
        assert_eq!(seen, ["Warten Sie 30 Sekunden."]);
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
