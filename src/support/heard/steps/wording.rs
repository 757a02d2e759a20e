//! The words of a step as a helpdesk reads it: hers, without what carries nothing, and
//! without what masking left behind.

use super::tables::{FILLERS, LEADING, VAGUE};
use crate::support::heard::said::Said;

/// Most characters of a step.
const LENGTH: usize = 90;
/// Stands before a masked name and says nothing without it.
const BEFORE_MASK: [&str; 14] = ["von", "vom", "mit", "bei", "frau", "herr", "herrn", "der", "die", "dem", "den", "kollege", "kollegin", "from"];

/// The sentence of the tokens; `whole` keeps what is no filler to the grammar ("komm ich
/// nicht dran"). `None` where nothing is left that tells what was tried.
pub(super) fn sentence(said: &Said, from: usize, to: usize, whole: bool) -> Option<String> {
    let mut kept: Vec<usize> = Vec::new();
    for at in from..to.min(said.tokens.len()) {
        let token = &said.tokens[at];
        if token.mask {
            while kept.last().is_some_and(|last| BEFORE_MASK.contains(&said.word(*last))) {
                kept.pop();
            }
            continue;
        }
        if FILLERS.contains(&token.word.as_str()) && (!whole || kept.is_empty()) {
            continue;
        }
        if kept.is_empty() && LEADING.contains(&token.word.as_str()) {
            continue;
        }
        kept.push(at);
    }
    let telling = |at: &&usize| {
        let word = said.word(**at);
        !VAGUE.contains(&word) && !FILLERS.contains(&word) && !LEADING.contains(&word) && !AT_LARGE.contains(&word)
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
            text.push_str(if joined { said.gap_after(at - 1) } else { " " });
        }
        text.push_str(piece);
    }
    let mut chars = text.chars();
    let first = chars.next()?;
    Some(first.to_uppercase().chain(chars).collect())
}

/// Says that something was done, and not what.
const AT_LARGE: [&str; 22] = [
    "gemacht", "probiert", "versucht", "getestet", "ausprobiert", "tried", "done", "komm", "dran", "ran", "nicht", "trau",
    "traue", "kann", "konnte", "mich", "find", "nix", "kein", "keins", "nirgends", "genommen",
];
