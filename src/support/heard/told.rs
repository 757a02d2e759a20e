//! What the lists of phrases and the classifier of tellings make of a message together.

use super::{lesson::{Lesson, Times}, said::Said, solved::SolvedEar, tells::TellEar};

/// From here on the classifier is believed where no phrase speaks.
const SURE: f32 = 0.6;
/// Below this, it speaks against a phrase that is not always right.
const AGAINST: f32 = 0.3;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Told {
    pub lesson: Lesson,
    pub solved: Option<bool>,
    pub waits: bool,
}

pub(super) fn told(ear: &TellEar, said: &Said, times: &Times, solved: &SolvedEar) -> Told {
    let tells = ear.hear(said, times, solved);
    let sure: f32 = std::env::var("SURE").ok().and_then(|s| s.parse().ok()).unwrap_or(SURE);
    let against: f32 = std::env::var("AGAINST").ok().and_then(|s| s.parse().ok()).unwrap_or(AGAINST);
    let phrase = times.lesson(said);
    let lesson = match phrase {
        Some((_, 3)) => phrase,
        Some((true, _)) if tells.lesson >= against => phrase,
        Some((false, _)) if tells.nolesson >= against && tells.lesson < sure => phrase,
        _ if tells.lesson >= sure && tells.lesson > tells.nolesson => Some((true, 2)),
        _ if tells.nolesson >= sure => Some((false, 2)),
        _ => None,
    };
    let works = match solved.hear(said) {
        Some(true) if tells.solved >= against => Some(true),
        Some(true) => None,
        Some(false) => Some(false),
        None if tells.solved >= sure && tells.solved > tells.notsolved => Some(true),
        None if tells.notsolved >= sure => Some(false),
        None => None,
    };
    let waits = tells.wait >= sure || times.urgency(said) == Some("week") && tells.wait >= against;
    Told { lesson, solved: works, waits }
}
