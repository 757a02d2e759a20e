//! A scripted model under grounded decoding: it wants to say its reply, and may only
//! choose from what the automaton offers. A letter is a token here, so it may write more
//! of them ([`LETTERS`]).

use crate::llm::{
    LlmError, Piece, Token,
    grounding::{Allowed, Grounding, NONE_FITS, Next, Part, Vocabulary},
};

/// Letters that stand for a token of a real model.
const LETTERS: usize = 4;

/// No letter has this number.
const STOP: u32 = u32::MAX;

/// Every letter a token of its own.
pub struct Letters;

impl Vocabulary for Letters {
    fn ids(&self, text: &str) -> Result<Vec<u32>, LlmError> {
        Ok(text.chars().map(u32::from).collect())
    }

    fn length(&self, id: u32) -> usize {
        char::from_u32(id).map_or(0, char::len_utf8)
    }

    fn stops(&self) -> &[u32] {
        &[STOP]
    }
}

/// What comes of a wish to write `reply`: at each choice the letter that the reply has
/// next, if it is offered there or later; else the end, else the first that is offered.
pub(super) fn pieces(reply: &str, allowed: &Allowed, most: usize, logprob: f32) -> Result<Vec<Piece>, LlmError> {
    let mut grounding = Grounding::new(allowed, &Letters, LETTERS.saturating_mul(most))?;
    let wanted: Vec<u32> = reply.chars().map(u32::from).collect();
    let (mut at, mut pieces) = (0, Vec::new());
    loop {
        let (ids, logprob) = match grounding.next() {
            Next::End => return Ok(pieces),
            Next::Forced(ids) => (ids.to_vec(), None),
            Next::Choice(among) => {
                if grounding.none_fits().is_some() {
                    let none = if reply.starts_with(NONE_FITS) { 0.9 } else { 0.1 };
                    pieces.push(Piece::Part(Part::Offered { none }));
                }
                let rest = wanted.get(at..).unwrap_or_default();
                let chosen = match rest.iter().position(|id| among.contains(id)) {
                    Some(ahead) => {
                        at += ahead;
                        rest[ahead]
                    }
                    None if among.contains(&STOP) => STOP,
                    None => among[0],
                };
                (vec![chosen], Some(logprob))
            }
        };
        for id in ids {
            grounding.take(id).map_err(|astray| LlmError::Stopped(astray.to_string()))?;
            if wanted.get(at) == Some(&id) {
                at += 1;
            }
            if let Some(letter) = char::from_u32(id) {
                pieces.push(Piece::Token(Token { text: letter.into(), logprob }));
            }
            pieces.extend(grounding.parts().into_iter().map(Piece::Part));
        }
    }
}
