//! What everybody in a room may know before asking: which faults are reported there and
//! not solved, since when, how they stand, and when somebody comes. It reaches whoever
//! scans the code on the wall, so it holds no name, no contact and no word that a person
//! wrote: the kind of device or problem is told in our own words. What concerns one person
//! rather than the room is left out.

use jiff::{Zoned, civil::Date};

use super::{directory::Schools, form, wording};
use crate::{
    domain::{
        conversation::{Level, WireBlock},
        document::DeviceType,
        lang::Lang,
        problem::PROBLEMS,
    },
    store::{OpenReport, Store, StoreError},
};

/// Reports shown, the newest first.
const SHOWN: usize = 3;
/// Problems of one person and not of a room: codes, passwords, a lost device, phishing.
const OF_A_PERSON: [&str; 10] = ["P22", "P26", "P30", "P38", "P39", "P40", "P41", "P42", "P44", "P45"];

/// The open reports of a room, by its code in the directory, as notices of the welcome.
///
/// # Errors
/// What the database reports.
pub async fn notices(
    store: &Store,
    schools: &Schools,
    (school, room): (&str, &str),
    (lang, now): (Lang, &Zoned),
) -> Result<Vec<WireBlock>, StoreError> {
    let mut open = store.open_reports(Some(school)).await?;
    open.retain(|report| report.room.as_deref() == Some(room) && !of_a_person(report));
    let shown = open.iter().rev().take(SHOWN).map(|report| {
        let since = report.created.to_zoned(now.time_zone().clone());
        let visit = visit(schools, school, report, now.date());
        let text = wording::already_reported(&what(report, lang), (&since, report.state), visit, lang);
        WireBlock::notice(Level::Info, text)
    });
    let mut notices: Vec<WireBlock> = shown.collect();
    if let Some(more @ 1..) = open.len().checked_sub(SHOWN) {
        notices.push(WireBlock::notice(Level::Info, wording::more_reported(more, lang)));
    }
    Ok(notices)
}

fn of_a_person(report: &OpenReport) -> bool {
    report.device == Some(DeviceType::Account)
        || report.problem.as_deref().is_some_and(|problem| OF_A_PERSON.contains(&problem))
}

/// The name of the problem, else of the device.
fn what(report: &OpenReport, lang: Lang) -> String {
    let problem = PROBLEMS.iter().find(|(code, _)| Some(*code) == report.problem.as_deref());
    if let (Lang::De, Some((_, name))) = (lang, problem) {
        return (*name).into();
    }
    let named = |kind| form::devices(lang).into_iter().find(|one| one.value == form::device_name(kind));
    let device = report.device.filter(|kind| *kind != DeviceType::Other).and_then(named);
    device.map_or_else(|| lang.pick("eine Störung", "a fault").into(), |device| device.label)
}

/// The planned visit; one that is past by now has become the next one.
fn visit(schools: &Schools, school: &str, report: &OpenReport, today: Date) -> Option<Date> {
    let planned = report.next_visit?;
    if planned >= today { Some(planned) } else { schools.next_visit(school, None, today).map(|visit| visit.day) }
}
