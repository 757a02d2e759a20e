//! Grounded decoding, read: each part that the model chose is a unit of a passage, and its
//! text is taken from there. What the model wrote is compared with it; a model that writes
//! beside its sources, whatever the reason, gives no answer at all.

use super::{Passed, Spans, Written};
use crate::{
    domain::{citation::Sentence, document::Passage},
    llm::{
        LlmError,
        grounding::{NONE_FITS, Part},
    },
};

pub(super) struct Reading<'a> {
    passages: &'a [Passage],
    spans: &'a Spans,
    text: String,
    /// Bytes of the text that are accounted for.
    done: usize,
    /// Written, and shown with the span that follows.
    phrase: Option<&'static str>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(passages: &'a [Passage], spans: &'a Spans) -> Self {
        Self { passages, spans, text: String::new(), done: 0, phrase: None }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn part(
        &mut self,
        part: &Part,
        written: &mut Written,
        passed: &mut impl Passed,
    ) -> Result<(), LlmError> {
        let (passages, spans) = (self.passages, self.spans);
        match part {
            Part::Offered { none } => written.heard.none = Some(*none),
            Part::NoneFits => {
                self.stands(NONE_FITS)?;
                written.heard.nothing = true;
            }
            Part::Phrase(phrase) => {
                self.stands(phrase)?;
                self.phrase = Some(phrase);
            }
            Part::Span(span) => {
                let place = spans.place(*span).and_then(|(at, unit)| Some((passages.get(at)?, unit)));
                let (passage, unit) = place.ok_or_else(beside)?;
                self.stands(&spans.allowed.spans[*span].text)?;
                if let Some(phrase) = self.phrase.take() {
                    let ours = Sentence { text: phrase.into(), citations: vec![], step: None, units: vec![] };
                    written.push(ours, passed);
                }
                written.quote(passage, unit, passed);
            }
        }
        Ok(())
    }

    /// Asserts that what was written next is this.
    fn stands(&mut self, text: &str) -> Result<(), LlmError> {
        let rest = self.text[self.done..].trim_start();
        if !rest.starts_with(text) {
            return Err(beside());
        }
        self.done = self.text.len() - rest.len() + text.len();
        Ok(())
    }

    /// Asserts that nothing was written besides.
    pub(super) fn end(&self) -> Result<(), LlmError> {
        if self.text[self.done..].trim().is_empty() { Ok(()) } else { Err(beside()) }
    }
}

fn beside() -> LlmError {
    LlmError::Stopped("it wrote beside its sources".into())
}

#[cfg(test)]
mod tests {
    use super::super::{
        obeying::{passage, request, say},
        write,
    };
    use super::*;
    use crate::{
        domain::{document::Block, lang::Lang},
        llm::{LanguageModel, Request, scripted::Scripted},
    };

    fn passages() -> Vec<Passage> {
        let step = |number, text: &str| Block::Step { number, text: text.into() };
        let steps =
            vec![step(1, "Wecken Sie das Gerät auf."), step(2, "Prüfen Sie das Kabel."), step(3, "Melden Sie es.")];
        let prose = Block::Paragraph {
            text: "Spiegeln Sie vom iPad. Nur im Netz der Schule. Schreiben Sie an die Tafel.".into(),
        };
        vec![passage("guides/a", steps), passage("guides/b", vec![prose])]
    }

    #[tokio::test]
    async fn each_sentence_is_a_unit_with_its_source() {
        let wish = "Spiegeln Sie vom iPad. Nur im Netz der Schule.\nFalls das Problem bleibt:\nWecken Sie das Gerät auf.\nPrüfen Sie das Kabel.";
        let (written, seen) = say(Scripted::with(move |_| wish.into()).grounded(), &passages(), Lang::De).await;
        let written = written.unwrap();
        let texts: Vec<&str> = written.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(texts.join("\n"), wish.replace("iPad. Nur", "iPad.\nNur"));
        assert_eq!(seen, texts);
        let told: Vec<(&[u32], &[u32], Option<u32>)> = written
            .sentences
            .iter()
            .map(|sentence| (sentence.citations.as_slice(), sentence.units.as_slice(), sentence.step))
            .collect();
        let expected: [(&[u32], &[u32], Option<u32>); 5] =
            [(&[1], &[0], None), (&[1], &[1], None), (&[], &[], None), (&[2], &[0], Some(1)), (&[2], &[1], Some(2))];
        assert_eq!(told, expected);
        assert_eq!(written.citations[0].quote, "Spiegeln Sie vom iPad. Nur im Netz der Schule.");
        assert_eq!((written.citations.len(), written.citations[1].document.as_str()), (2, "guides/a"));
        assert!(written.heard.mean().is_some_and(|mean| mean < 0.0));
        assert_eq!(written.heard.none, Some(0.1));
    }

    #[tokio::test]
    async fn no_passage_fits_is_heard_and_says_nothing() {
        let (written, seen) = say(Scripted::with(|_| "KEINE ANGABE".into()).grounded(), &passages(), Lang::De).await;
        let heard = written.unwrap().heard;
        assert!(heard.nothing && heard.none == Some(0.9) && seen.is_empty());
    }

    /// A model that says it can, and cannot.
    struct Liar(Scripted, crate::llm::ModelInfo);

    impl LanguageModel for Liar {
        fn info(&self) -> &crate::llm::ModelInfo {
            &self.1
        }

        fn generate(&self, request: Request) -> Result<crate::llm::Pieces, LlmError> {
            self.0.generate(request)
        }
    }

    #[tokio::test]
    async fn what_is_written_beside_the_sources_is_no_answer() {
        let scripted = Scripted::with(|_| "Wecken Sie das Gerät auf.".into());
        let mut info = scripted.info().clone();
        info.capabilities.allowed_spans = true;
        let (written, seen) = say(Liar(scripted, info), &passages(), Lang::De).await;
        assert!(
            matches!(written, Err(LlmError::Stopped(_))) && seen.is_empty(),
            "free text where spans were asked for"
        );
    }

    #[tokio::test]
    async fn a_context_too_short_says_nothing() {
        let mut short = request(&passages(), Lang::De, true);
        short.sampling.max_tokens = 3;
        let model = Scripted::with(|_| "Wecken Sie das Gerät auf.".into()).grounded();
        let (mut written, spans) = (Written::default(), Spans::of(&passages(), Lang::De));
        write(&model, short, &passages(), &spans, &mut written, |_: u32, _: &Sentence, _: &[_]| {}).await.unwrap();
        assert!(written.sentences.is_empty());
    }
}
