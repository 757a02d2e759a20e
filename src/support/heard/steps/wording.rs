//! The words of a step as a helpdesk reads it: hers, without what carries nothing, and
//! without what masking left behind.

use super::tables::{FILLERS, LEADING, VAGUE};
use crate::domain::text::WordList;
use crate::support::heard::said::{Pause, Said};

/// Most characters of a step.
const LENGTH: usize = 90;
/// Stands before a masked name and says nothing without it.
static BEFORE_MASK: WordList = WordList::of("von vom mit bei frau herr herrn der die dem den kollege kollegin from");

/// The sentence of the tokens; `whole` keeps what is no filler to the grammar ("komm ich
/// nicht dran"). `None` where nothing is left that tells what was tried.
pub(super) fn sentence(said: &Said, from: usize, to: usize, whole: bool) -> Option<String> {
    let mut kept: Vec<usize> = Vec::new();
    for at in from..to.min(said.tokens.len()) {
        let token = &said.tokens[at];
        if token.mask {
            while kept.last().is_some_and(|last| BEFORE_MASK.has(said.word(*last))) {
                kept.pop();
            }
            continue;
        }
        if FILLERS.has(token.word.as_str()) && (!whole || kept.is_empty()) {
            continue;
        }
        if kept.is_empty() && LEADING.has(token.word.as_str()) {
            continue;
        }
        kept.push(at);
    }
    let telling = |at: &&usize| {
        let word = said.word(**at);
        !VAGUE.has(word) && !FILLERS.has(word) && !LEADING.has(word) && !AT_LARGE.has(word)
    };
    kept.iter().find(telling)?;
    let mut text = String::new();
    for at in kept {
        let piece = said.raw(at);
        if text.chars().count() + piece.chars().count() >= LENGTH {
            break;
        }
        if !text.is_empty() {
            let joined = said.tokens[at].glued && text.ends_with(said.raw(at.saturating_sub(1)));
            let comma = said.tokens[at].pause == Pause::Comma;
            text.push_str(if joined {
                said.gap_after(at - 1)
            } else if comma {
                ", "
            } else {
                " "
            });
        }
        text.push_str(piece);
    }
    let mut chars = text.chars();
    let first = chars.next()?;
    Some(first.to_uppercase().chain(chars).collect())
}

/// Says that something was done, and not what.
static AT_LARGE: WordList = WordList::of(
    "gemacht probiert versucht getestet ausprobiert tried done komm dran ran nicht trau traue kann konnte \
     mich find nix kein keins nirgends genommen",
);
