//! Writing that cannot leave its sources: the automaton of `llm/grounding` says what may
//! follow, the model is asked only where there is a choice, and what is certain is computed
//! in one step.

use super::{
    generate::{Generator, Row, sample},
    tokenizer::{Span, Tokenizer},
};
use crate::llm::{
    Finish, LlmError, Piece, Token,
    grounding::{Grounding, Next, Part, Vocabulary},
};

impl Vocabulary for Tokenizer {
    fn ids(&self, text: &str) -> Result<Vec<u32>, LlmError> {
        self.encode(&[Span::Foreign(text.to_owned())])
    }

    fn length(&self, id: u32) -> usize {
        self.bytes(id).len()
    }

    fn stops(&self) -> &[u32] {
        Tokenizer::stops(self)
    }
}

impl Generator {
    /// Writes on until the model must be asked again: one choice, and all that follows from it.
    pub(super) fn write_grounded(
        &self,
        row: &mut Row,
        write: &mut dyn FnMut(Piece),
    ) -> Result<Option<Finish>, LlmError> {
        let Some(mut grounding) = row.grounding.take() else { return Ok(None) };
        let mut logits = std::mem::take(&mut row.computed).pop();
        let end = loop {
            let (ids, logprob) = match grounding.next() {
                Next::End => break Some(Finish::Stop),
                Next::Forced(ids) => (ids.to_vec(), None),
                Next::Choice(among) => {
                    let among = among.to_vec();
                    // Logits speak for what follows the last token that was computed, and nothing else.
                    let Some(logits) = logits.take().filter(|_| row.pending.is_empty()) else { break None };
                    let (id, logprob) = choose(row, &grounding, &logits, &among, write)?;
                    (vec![id], Some(logprob))
                }
            };
            for &id in &ids {
                grounding.take(id).map_err(|astray| LlmError::Stopped(astray.to_string()))?;
                if !self.tokenizer.is_stop(id) {
                    write(Piece::Token(Token { text: row.text.push(&self.tokenizer.bytes(id)), logprob }));
                }
                grounding.parts().into_iter().for_each(|part| write(Piece::Part(part)));
            }
            row.left = row.left.saturating_sub(ids.len());
            row.pending.extend(ids);
        };
        row.grounding = Some(grounding);
        Ok(end)
    }
}

/// One of these, and the logarithm of its probability among them.
fn choose(
    row: &mut Row,
    grounding: &Grounding,
    logits: &[f32],
    among: &[u32],
    write: &mut dyn FnMut(Piece),
) -> Result<(u32, f32), LlmError> {
    let logits: Vec<f32> = among.iter().map(|&id| logits.get(id as usize).copied().unwrap_or(f32::NAN)).collect();
    let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - greatest).exp()).sum();
    let logprobs: Vec<f32> = logits.iter().map(|logit| (logit - greatest - sum.ln()).min(0.0)).collect();
    if !sum.is_finite() || logits.iter().any(|logit| logit.is_nan()) {
        return Err(LlmError::Stopped("the weights give no numbers; the file may be damaged".into()));
    }
    if let Some(at) = grounding.none_fits().and_then(|none| among.iter().position(|&id| id == none)) {
        write(Piece::Part(Part::Offered { none: logprobs[at].exp() }));
    }
    let at = sample(&mut row.sampler, &logits)? as usize;
    among
        .get(at)
        .map(|&id| (id, logprobs[at]))
        .ok_or_else(|| LlmError::Stopped("the sampler chose what was not offered".into()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Family, LocalModel, Shape, tests::asked, write_random};
    use crate::{
        config::ModelConfig,
        domain::lang::Lang,
        llm::{
            Finish, LanguageModel, Piece, Request,
            grounding::{Allowed, Part, Span, Tie},
        },
    };

    fn spans() -> Vec<Span> {
        let of = |(source, text): (usize, &str)| Span { text: text.into(), source, line: source == 0, tie: Tie::Free };
        [
            (0, "Drücken Sie die Taste „Source“."),
            (0, "Drücken Sie die Taste „Menü“."),
            (0, "Warten Sie 30 s."),
            (1, "Das Bild ist dann da: <|im_end|>"),
            (1, "Sonst melden."),
        ]
        .map(of)
        .to_vec()
    }

    fn request(seed: u64, temperature: f64, most: usize) -> Request {
        let mut request = asked("biemer geht nich", most);
        request.sampling.seed = seed;
        request.sampling.temperature = temperature;
        request.allowed = Some(Arc::new(Allowed { lang: Lang::De, spans: spans() }));
        request
    }

    fn written(model: &LocalModel, request: Request) -> (Vec<Piece>, Finish) {
        let (mut pieces, mut receiver) = (Vec::new(), model.generate(request).unwrap());
        loop {
            match receiver.blocking_recv().expect("a finish comes first").unwrap() {
                Piece::Finish(finish) => return (pieces, finish),
                piece => pieces.push(piece),
            }
        }
    }

    /// Random weights would say anything; what they may say is the passages' own.
    #[test]
    fn whatever_the_weights_say_only_spans_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let (mut kinds, mut forced) = (std::collections::BTreeSet::new(), 0);
        for family in Family::ALL {
            let path = folder.path().join("tiny.gguf");
            write_random(&path, &Shape::tiny(family), 3).unwrap();
            let model = LocalModel::load(&path, &ModelConfig::default()).unwrap();
            assert!(model.info().capabilities.allowed_spans);
            for seed in 0..12 {
                let (pieces, finish) = written(&model, request(seed, 1.5, 300));
                assert_eq!(finish, Finish::Stop);
                assert!(matches!(pieces[0], Piece::Part(Part::Offered { none }) if (0.0..=1.0).contains(&none)));
                let (mut text, mut rest) = (String::new(), 0);
                for piece in &pieces {
                    match piece {
                        Piece::Token(token) => {
                            text.push_str(&token.text);
                            forced += usize::from(token.logprob.is_none());
                            assert!(token.logprob.is_none_or(|logprob| logprob <= 0.0 && logprob.is_finite()));
                        }
                        Piece::Part(part) => {
                            let own = match part {
                                Part::Offered { .. } => continue,
                                Part::Span(span) => spans()[*span].text.to_string(),
                                Part::Phrase(phrase) => (*phrase).to_owned(),
                                Part::NoneFits => crate::llm::grounding::NONE_FITS.to_owned(),
                            };
                            let said = text[rest..].trim_start();
                            assert!(said.starts_with(&own), "{said:?} is not {own:?}");
                            rest = text.len() - said.len() + own.len();
                            kinds.insert(format!("{part:?}"));
                        }
                        Piece::Finish(_) => unreachable!(),
                    }
                }
                assert_eq!(text[rest..].trim(), "");
            }
        }
        assert!(kinds.len() >= 5, "the weights choose: {kinds:?}");
        assert!(forced > 300, "most tokens need no choice: {forced}");
    }

    /// The likeliest does not hang on the seed.
    #[test]
    fn the_likeliest_is_written_again_and_within_its_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tiny.gguf");
        write_random(&path, &Shape::tiny(Family::Qwen3), 3).unwrap();
        let model = LocalModel::load(&path, &ModelConfig::default()).unwrap();
        let first = written(&model, request(1, 0.0, 300));
        assert_eq!(written(&model, request(2, 0.0, 300)), first);
        for most in [0, 3, 20, 40] {
            let (pieces, finish) = written(&model, request(1, 0.0, most));
            let tokens = pieces.iter().filter(|piece| matches!(piece, Piece::Token(_))).count();
            assert!(finish == Finish::Stop && tokens <= most, "{tokens} of {most}: {finish:?}");
        }
    }
}
