//! Messages one after the other: what is said later counts where it corrects or is said as
//! surely; steps add up.

use super::Heard;
use crate::domain::{
    text::{fold, words},
    ticket::Tried,
};

/// Most steps of a conversation.
const MOST: usize = 24;

impl Heard {
    /// What was heard in all, with one more message.
    #[must_use]
    pub fn then(mut self, later: Self) -> Self {
        self.room_then(&later);
        // The device that she began with; later ones are mostly tools: laptop, cable, remote.
        if later.device.is_some() && (self.device.is_none() || later.sure.device > self.sure.device.saturating_add(1)) {
            self.device = later.device;
            self.device_is_sure = later.device_is_sure;
            self.sure.device = later.sure.device;
        }
        self.model = later.model.or(self.model);
        self.serial = later.serial.or(self.serial);
        self.inventory = later.inventory.or(self.inventory);
        if later.lesson_running.is_some() && later.sure.lesson >= self.sure.lesson {
            self.lesson_running = later.lesson_running;
            self.sure.lesson = later.sure.lesson;
        }
        self.urgency = match (self.urgency, later.urgency) {
            // A lesson that is over needs no help at once.
            (Some(now), None) if now == "now" && self.lesson_running == Some(false) => None,
            (earlier, None) => earlier,
            (_, later) => later,
        };
        self.exam |= later.exam;
        self.scope = later.scope.max(self.scope);
        self.works_again = later.works_again || self.works_again && !later.sure.broken;
        for tried in later.tried {
            add(&mut self.tried, tried);
        }
        self
    }

    fn room_then(&mut self, later: &Self) {
        let fallen = |room: &Option<String>| room.as_ref().is_some_and(|room| later.sure.not_rooms.contains(room));
        if fallen(&self.room) || fallen(&self.room_said) {
            (self.room, self.room_said, self.sure.room) = (None, None, 0);
        }
        let said = later.room.is_some() || later.room_said.is_some();
        // What the directory knows is not given up for what it does not, unless she corrects.
        let known = later.room.is_some() || self.room.is_none();
        if said && (later.sure.corrects || known && later.sure.room >= self.sure.room) {
            self.room.clone_from(&later.room);
            self.room_said.clone_from(&later.room_said);
            self.sure.room = later.sure.room;
        }
    }
}

/// Adds a step; the same one said again has its last result.
fn add(steps: &mut Vec<Tried>, tried: Tried) {
    if let Some(known) = steps.iter_mut().find(|known| same_step(&known.step, &tried.step)) {
        known.result = tried.result;
    } else if steps.len() < MOST {
        steps.push(tried);
    }
}

/// Whether two sentences speak of one step: all that tells in the shorter one stands in the
/// longer one.
#[must_use]
pub fn same_step(one: &str, other: &str) -> bool {
    let stems = |text: &str| -> Vec<String> {
        let folded = fold(text);
        words(&folded)
            .filter(|word| word.len() > 2 && !WEAK.contains(word))
            .map(|word| word.chars().take(6).collect())
            .collect()
    };
    let (one, other) = (stems(one), stems(other));
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    !few.is_empty() && few.iter().all(|stem| many.contains(stem)) && (few.len() > 1 || many.len() <= few.len() + 2)
}

/// Says nothing of which step it is.
const WEAK: [&str; 16] = [
    "der", "die", "das", "den", "dem", "ein", "eine", "einen", "und", "nochmal", "wieder", "mal", "the", "and", "auch",
    "schon",
];
