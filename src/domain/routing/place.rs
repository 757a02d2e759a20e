//! Whether somebody must come: the first row that holds decides, and keeps its reason.
//!
//! After the list of problems (column W): what is power, cable, lamp, glass or paper needs
//! hands; accounts and platforms never do; the rest is tried from afar until steps failed.

use crate::domain::{
    danger::{self, Person},
    document::{DeviceType, Onsite},
    text::{fold, words},
    ticket::{StepResult, TicketInput},
};

/// Nothing at the place helps: accounts, releases, platforms.
const AFAR: [&str; 10] = ["P26", "P33", "P35", "P38", "P39", "P40", "P41", "P42", "P43", "P45"];
/// Cable, glass, paper; a class without network.
const HANDS: [&str; 4] = ["P08", "P30", "P32", "P37"];
/// May end in a visit: power, lamp, port, remote control, a device that must be restored by cable.
const EITHER: [&str; 9] = ["P01", "P02", "P03", "P06", "P10", "P11", "P16", "P22", "P29"];
/// Printer queue or paper.
const PRINTER: &str = "P36";
/// Steps that failed before nothing more is tried from afar.
const ENOUGH: usize = 3;

/// Remote or on-site, never undecided, and why.
pub(super) fn place(input: &TicketInput, reason: &str, guide: Option<Onsite>) -> (Onsite, &'static str) {
    use Onsite::{Onsite as Visit, Remote};
    let problem = input.problem.as_deref();
    let is = |table: &[&str]| problem.is_some_and(|problem| table.contains(&problem));
    let danger = danger::of(reason);
    let failed = input.tried.iter().filter(|tried| tried.result == StepResult::Failed).count();
    let either = guide == Some(Onsite::TryThenOnsite) || is(&EITHER) || problem == Some(PRINTER);
    match input.device.kind {
        _ if danger.is_some_and(|danger| danger.security) => (Remote, "security incidents are handled from afar first"),
        _ if danger.is_some_and(|danger| !danger.fault) => (Remote, "no device is at fault"),
        _ if danger.is_some_and(|danger| danger.person != Person::Report || danger.urgency.is_some()) => {
            (Visit, "a dangerous place must be looked at")
        }
        _ if is(&AFAR) => (Remote, "accounts, releases and platforms are looked after from afar"),
        Some(DeviceType::Account) => (Remote, "accounts are looked after from afar"),
        _ if is(&HANDS) => (Visit, "cable, glass, paper and outlets need hands"),
        _ if failed >= ENOUGH => (Visit, "three steps failed"),
        _ if is_offline(input) => (Visit, "the device is offline and cannot be reached from afar"),
        _ if guide == Some(Visit) => (Visit, "as the guide for this problem says"),
        _ if guide == Some(Remote) => (Remote, "as the guide for this problem says"),
        _ if either && failed > 0 => (Visit, "power, lamp or connection: steps were tried and failed"),
        _ if either => (Remote, "steps are tried first; a visit if they fail"),
        Some(DeviceType::Software) => (Remote, "programs are looked after from afar"),
        Some(_) if problem.is_none() && failed > 0 => (Visit, "a device in a room: steps were tried and failed"),
        _ => (Remote, "settings, apps and queues are looked at from afar first"),
    }
}

/// A device that must be reached over the network and is said not to be.
fn is_offline(input: &TicketInput) -> bool {
    let managed = matches!(input.device.kind, Some(DeviceType::Ipad | DeviceType::Appletv | DeviceType::Printer));
    if !managed {
        return false;
    }
    let symptom = fold(&input.symptom);
    let words: Vec<&str> = words(&symptom).collect();
    let phrase = |wanted: &[&str]| words.windows(wanted.len()).any(|window| window == wanted);
    words.contains(&"offline")
        || phrase(&["nicht", "im", "wlan"])
        || phrase(&["nicht", "ins", "wlan"])
        || phrase(&["ohne", "wlan"])
        || phrase(&["kein", "wlan"])
}

/// Things in the wall and on the ceiling, as folded by [`fold`].
const WALL: [&str; 12] = [
    "steckdose",
    "steckdosen",
    "netzwerkdose",
    "netzwerkdosen",
    "netzdose",
    "landose",
    "lichtschalter",
    "sicherung",
    "deckenhalterung",
    "wandhalterung",
    "halterung",
    "socket",
];
/// What is said of them when they are at fault themselves.
const BROKEN: [&str; 14] = [
    "kaputt",
    "defekt",
    "defekte",
    "tot",
    "lose",
    "locker",
    "wackelt",
    "rausgerissen",
    "herausgerissen",
    "gebrochen",
    "stromlos",
    "rausgeflogen",
    "broken",
    "dead",
];
/// Words between the two at most.
const NEAR: usize = 4;

/// Whether the symptom says that a socket, an outlet or a mount is itself at fault, not
/// only that something is plugged into one.
pub(super) fn is_in_the_wall(symptom: &str) -> bool {
    let symptom = fold(symptom);
    let words: Vec<&str> = words(&symptom).collect();
    let at = |table: &[&str]| -> Vec<usize> {
        words.iter().enumerate().filter(|(_, word)| table.contains(word)).map(|(at, _)| at).collect()
    };
    let (things, states) = (at(&WALL), at(&BROKEN));
    things.iter().any(|thing| {
        states.iter().any(|state| {
            let negated = state.checked_sub(1).is_some_and(|before| matches!(words[before], "nicht" | "not"));
            thing.abs_diff(*state) <= NEAR && !negated
        })
    })
}
