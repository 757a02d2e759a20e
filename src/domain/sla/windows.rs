//! The windows of service as spans of real time, day by day.
//!
//! A window is civil time; the two nights a year on which the clocks change cut a day
//! into two parts of constant offset, and a window may lie in both. Each part is turned
//! into real time by its own offset, so that no minute is counted twice or invented.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use crate::domain::{calendar, clock::berlin, school::Authority};

/// One day's service.
pub(super) struct Service {
    pub(super) date: Date,
    /// In order, apart from each other, none empty.
    pub(super) windows: Vec<(Timestamp, Timestamp)>,
    /// End of the last window.
    pub(super) end: Option<Timestamp>,
}

/// The service of every day from that of `from` on, a year far. Windows that ended
/// before `from` are among them.
pub(super) fn days(authority: &Authority, from: Timestamp) -> impl Iterator<Item = Service> {
    let zone = berlin();
    let first = from.to_zoned(zone.clone()).date();
    let last = super::horizon(from);
    std::iter::successors(Some(first), |day| day.tomorrow().ok())
        .take_while(move |day| last.is_some_and(|last| *day <= last))
        .map(move |date| {
            let windows = of_day(authority, &zone, date);
            Service { date, end: windows.last().map(|(_, end)| *end), windows }
        })
}

fn of_day(authority: &Authority, zone: &TimeZone, date: Date) -> Vec<(Timestamp, Timestamp)> {
    let civil = merged(authority, date);
    if civil.is_empty() || !calendar::works_on(authority, date) {
        return Vec::new();
    }
    let mut windows: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (begin, end) in parts(zone, date) {
        let offset = zone.to_offset(begin);
        for (from, to) in &civil {
            let real = |time: Time| offset.to_timestamp(DateTime::from_parts(date, time)).ok();
            let (Some(from), Some(to)) = (real(*from), real(*to)) else { continue };
            let (from, to) = (from.max(begin), to.min(end));
            match windows.last_mut() {
                Some(last) if from < to && last.1 == from => last.1 = to,
                _ if from < to => windows.push((from, to)),
                _ => {}
            }
        }
    }
    windows
}

/// The day's hours in order, those that touch or overlap as one.
fn merged(authority: &Authority, date: Date) -> Vec<(Time, Time)> {
    let today = |hours: &&crate::domain::school::ServiceHours| {
        hours.from < hours.to && hours.days.iter().any(|day| day.weekday() == date.weekday())
    };
    let mut hours: Vec<(Time, Time)> =
        authority.service_hours.iter().filter(today).map(|hours| (hours.from, hours.to)).collect();
    hours.sort_unstable();
    hours.dedup_by(|next, last| {
        let joined = next.0 <= last.1;
        if joined {
            last.1 = last.1.max(next.1);
        }
        joined
    });
    hours
}

/// The day in parts of constant offset from UTC: one, or two when the clocks change.
fn parts(zone: &TimeZone, date: Date) -> Vec<(Timestamp, Timestamp)> {
    let midnight = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok();
    let (Some(begin), Some(end)) = (midnight(date), date.checked_add(1.day()).ok().and_then(midnight)) else {
        return Vec::new();
    };
    let change = zone.following(begin).next().map(|change| change.timestamp()).filter(|change| *change < end);
    match change {
        Some(change) => vec![(begin, change), (change, end)],
        None => vec![(begin, end)],
    }
}
