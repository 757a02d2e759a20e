//! What a teacher says of a fault, in natural words, anywhere in a chat: room, device and
//! its numbers, what she has tried, whether a lesson is running, how far it reaches.
//!
//! Pure and fast (well under a millisecond a message), German and some English. It hears
//! masked text, so nothing personal is in it; only [`Ears::contact`] is asked of what was
//! typed. What is not said is not heard: empty rather than guessed.

mod contact;
mod device;
mod learned;
mod lesson;
#[cfg(test)]
mod measure;
mod numbers;
mod phrases;
mod room;
mod said;
mod scope;
mod signs;
mod solved;
mod steps;
mod tells;
#[cfg(test)]
mod tests;
mod then;
mod told;
mod views;

pub use numbers::is_inventory;
use said::Said;
pub use steps::{ClauseView, learned::CLASSES as STEPS};
pub use tells::CLASSES as TELLINGS;
pub use then::same_step;
pub use views::Views;

use crate::domain::{
    document::DeviceType,
    lexicon::Lexicon,
    school::Room,
    ticket::{Scope, Tried},
};

/// What was heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Code of a room that exists at her school.
    pub room: Option<String>,
    /// Her words for a room that the directory does not have, or has twice: `Raum 310`.
    pub room_said: Option<String>,
    pub device: Option<DeviceType>,
    /// The device is named for itself, not only as a place or tool.
    pub device_is_sure: bool,
    /// With its maker: `Epson EB-L200F`.
    pub model: Option<String>,
    /// In large letters.
    pub serial: Option<String>,
    /// In large letters.
    pub inventory: Option<String>,
    /// Short sentences in her words; failed, unless she says otherwise.
    pub tried: Vec<Tried>,
    pub lesson_running: Option<bool>,
    /// `now`, `today` (before tomorrow's lessons) or `week`, as in the report's form.
    pub urgency: Option<String>,
    /// An examination hangs on it, now or today.
    pub exam: bool,
    pub scope: Option<Scope>,
    /// She says that it works again.
    pub works_again: bool,
    /// How sure it is, to weigh a later message against.
    sure: Sure,
}

impl Heard {
    /// Whether a lesson is running, where it is said and not only likely.
    #[must_use]
    pub fn lesson_surely(&self) -> Option<bool> {
        self.lesson_running.filter(|_| self.sure.lesson > 1)
    }
}

/// What decides between two messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sure {
    room: u8,
    /// The message corrects what was said of the room before.
    corrects: bool,
    /// Rooms that it is not: codes and words.
    not_rooms: Vec<String>,
    device: i8,
    lesson: u8,
    /// Says that it is broken after all.
    broken: bool,
}

/// The word lists, ready. Built once, shared by all threads.
#[derive(Debug)]
pub struct Ears {
    room: room::RoomEar,
    device: device::DeviceEar,
    numbers: numbers::NumberEar,
    steps: steps::StepEar,
    times: lesson::Times,
    scopes: scope::Scopes,
    solved: solved::SolvedEar,
    contact: contact::ContactEar,
    tells: tells::TellEar,
}

impl Ears {
    /// Devices are named by the lexicon's synonyms.
    ///
    /// # Panics
    /// Never: the phrases are fixed and tested, and so are the classifiers that are built in.
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        Self {
            room: room::RoomEar::new(),
            device: device::DeviceEar::new(lexicon),
            numbers: numbers::NumberEar::new(),
            steps: steps::StepEar::new(),
            times: lesson::Times::new(),
            scopes: scope::Scopes::new(),
            solved: solved::SolvedEar::new(),
            contact: contact::ContactEar::new(),
            tells: tells::TellEar::shipped().expect("the shipped file is tested"),
        }
    }

    /// What one message says. `rooms` are those of her school; where it is not known, none.
    #[must_use]
    pub fn hear(&self, text: &str, rooms: &[Room]) -> Heard {
        let said = Said::new(text);
        let rooms = self.room.hear(&said, rooms);
        let steps = self.steps.hear(&said);
        let places: Vec<(usize, usize)> = steps.iter().map(|step| (step.from, step.to)).collect();
        let device = self.device.hear(&said, &places);
        let numbers = self.numbers.hear(&said);
        let told = told::told(&self.tells, &said, &self.times, &self.solved);
        let (lesson, solved) = (told.lesson, told.solved);
        let exam = self.times.exam(&said);
        let urgency = match lesson {
            _ if told.waits => Some("week"),
            Some((true, _)) => Some("now"),
            _ => self.times.urgency(&said).filter(|urgency| *urgency != "week").or(exam.then_some("today")),
        };
        let (room, room_said) = match &rooms.is {
            Some(is) if is.code.is_some() => (is.code.clone(), None),
            Some(is) => (None, Some(is.words.clone())),
            None => (None, None),
        };
        Heard {
            room,
            room_said,
            device: device.map(|device| device.kind),
            device_is_sure: device.is_some_and(|device| device.weight >= device::SURE),
            model: numbers.model,
            serial: numbers.serial,
            inventory: numbers.inventory,
            tried: steps.into_iter().map(|step| step.tried).collect(),
            lesson_running: lesson.map(|(running, _)| running),
            urgency: urgency.map(str::to_owned),
            exam,
            scope: self.scopes.heard(&said),
            works_again: solved == Some(true),
            sure: Sure {
                room: rooms.is.as_ref().map_or(0, |is| is.sure),
                corrects: rooms.is.as_ref().is_some_and(|is| is.corrects) || !rooms.not.is_empty(),
                not_rooms: rooms.not,
                device: device.map_or(i8::MIN, |device| device.weight),
                lesson: lesson.map_or(0, |(_, sure)| sure),
                broken: solved == Some(false),
            },
        }
    }

    /// Whether a message says in so many words that something works again: no guess.
    #[must_use]
    pub fn says_it_works(&self, text: &str) -> bool {
        self.solved.sure(&Said::new(text))
    }

    /// How she can be called back, where she offers it; of the text as typed, for in what is
    /// stored it is masked. Personal: for the report's contact field and nothing else.
    #[must_use]
    pub fn contact(&self, raw: &str) -> Option<String> {
        self.contact.hear(raw)
    }
}
