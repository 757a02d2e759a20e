//! Which device a message is about, where it names several: what complains itself ("kein
//! Ton") before what is only named, what stands for itself before what something is done
//! with ("mit dem Laptop", "an der Tafel"), and nothing that a step was tried on.

use super::said::Said;
use crate::domain::text::WordList;
use crate::{
    domain::{document::DeviceType, lexicon::Lexicon},
    support::devices::DeviceNames,
};

/// Names that the lexicon does not give to one device, because guides for several have them.
const MORE: [(DeviceType, &[&str]); 5] = [
    (
        DeviceType::Other,
        &["laptop", "notebook", "rechner", "pc", "computer", "dienstlaptop", "macbook", "tastatur", "maus", "lappi"],
    ),
    (DeviceType::Board, &["touchscreen", "touchpanel", "bigscreen"]),
    (DeviceType::Projector, &["projector", "leinwand", "projektion"]),
    (DeviceType::Sound, &["mischpult", "speaker", "speakers"]),
    (DeviceType::Printer, &["copier"]),
];
/// What a compound begins with that is about the device: "Beamerbild", "Tafelding".
const COMPOUNDS: [(DeviceType, &[&str]); 3] = [
    (DeviceType::Projector, &["beamer", "projektor"]),
    (DeviceType::Board, &["smartboard", "tafelding", "tafelstift", "tafelflache"]),
    (DeviceType::Printer, &["drucker", "kopierer"]),
];
/// Words before a device with which something is done, or where something is seen.
static WITH: WordList = WordList::of("vom mit per auf uber an am von aus zum zur ohne with from on to via statt");
static ARTICLES: WordList = WordList::of("der die das dem den ein meinem unserem anderen the my an");

/// The device that was heard, and how much speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Device {
    pub kind: DeviceType,
    pub weight: i8,
}

/// From this weight on, it is named for itself.
pub(super) const SURE: i8 = 2;

#[derive(Debug)]
pub(super) struct DeviceEar(DeviceNames);

impl DeviceEar {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        Self(DeviceNames::new(lexicon))
    }

    /// `tried` are the tokens of steps that were tried.
    pub(super) fn hear(&self, said: &Said, tried: &[(usize, usize)]) -> Option<Device> {
        let words: Vec<&str> = said.tokens.iter().map(|token| token.word.as_str()).collect();
        let mut places = self.0.places(&words);
        for (at, word) in words.iter().enumerate() {
            let taken = places.iter().any(|(from, length, ..)| (*from..from + length).contains(&at));
            let more = MORE
                .iter()
                .find(|(_, names)| names.contains(word) || names.iter().any(|name| ends(word, name)))
                .or_else(|| COMPOUNDS.iter().find(|(_, begins)| begins.iter().any(|begin| word.starts_with(begin))));
            if !taken && let Some((kind, _)) = more {
                places.push((at, 1, *kind, true));
            }
        }
        places.sort_by_key(|(at, ..)| *at);
        let kinds: Vec<DeviceType> = places.iter().map(|(_, _, kind, _)| *kind).collect();
        let weigh = |(at, _, kind, bare): &(usize, usize, DeviceType, bool)| {
            let mut weight: i8 = if *bare { 2 } else { 4 };
            let back = usize::from(ARTICLES.has(said.before(*at, 1)));
            // "Eins von den iPads" is one itself.
            let one = matches!(said.before(*at, back + 2), "eins" | "ein" | "zwei" | "drei" | "one" | "alle");
            if WITH.has(said.before(*at, back + 1)) && !one {
                weight -= 1;
            }
            if tried.iter().any(|(from, to)| (*from..*to).contains(at)) {
                weight -= 3;
            }
            let reaches = matches!(said.before(*at, 1), "im" | "kein" | "no" | "the" | "ohne" | "mein");
            weight += match kind {
                DeviceType::Network if *bare && reaches => 3,
                DeviceType::Appletv => 2,
                DeviceType::Camera => 1,
                // Mostly what something is connected to.
                DeviceType::Other => -1,
                DeviceType::Software if kinds.contains(&DeviceType::Ipad) => -1,
                DeviceType::Account if kinds.contains(&DeviceType::Ipad) => -2,
                _ => 0,
            };
            Device { kind: *kind, weight }
        };
        let mut best: Option<Device> = None;
        for device in places.iter().map(weigh) {
            if best.is_none_or(|best| device.weight > best.weight) {
                best = Some(device);
            }
        }
        best
    }
}

/// "Lehrerrechner" ends with "rechner".
fn ends(word: &str, name: &str) -> bool {
    name.len() >= 5 && word.len() >= name.len() + 3 && word.ends_with(name)
}
