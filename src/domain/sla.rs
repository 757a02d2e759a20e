//! Promised times, counted in service time only.
//!
//! Service time is when [`calendar::open_at`](super::calendar::open_at) holds: the
//! authority's hours on its working days, on the wall clock of the schools. Minutes and
//! hours run through it; a promise in days ends with the service of a day. Right on the
//! days on which the clocks change, for several windows a day and for windows that touch
//! or overlap. While a report waits for somebody outside, the clock stands ([`extended`]).

mod table;
mod windows;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp, ToSpan};

pub use table::{Promise, Sla, Target};

use super::{clock::berlin, school::Authority};

/// Service time between two moments, in whole minutes begun and finished; 0 where `to` is
/// not after `from`.
#[must_use]
pub fn service_time(authority: &Authority, from: Timestamp, to: Timestamp) -> i64 {
    elapsed(authority, from, to).as_mins()
}

/// When a promise made at `from` falls due; `None` where there is no service within a
/// year (no hours given), for then nothing can be promised.
#[must_use]
pub fn due(authority: &Authority, from: Timestamp, target: &Target) -> Option<Timestamp> {
    match target {
        Target::Minutes(minutes) => advance(authority, from, SignedDuration::from_mins(i64::from(*minutes))),
        Target::Today => windows::days(authority, from).find_map(|day| day.end.filter(|end| *end > from)),
        Target::Days(days) => {
            let reported = from.to_zoned(berlin()).date();
            let later = windows::days(authority, from).filter(|day| day.date > reported).filter_map(|day| day.end);
            later.take(usize::try_from(*days).ok()?).nth(usize::try_from(*days).ok()?.checked_sub(1)?)
        }
    }
}

/// The due moment after the clock stood from `waiting_from` to `waiting_to`: later by the
/// service time between the two. One that had passed before the waiting began stays.
#[must_use]
pub fn extended(authority: &Authority, due: Timestamp, waiting_from: Timestamp, waiting_to: Timestamp) -> Timestamp {
    if due <= waiting_from {
        return due;
    }
    let waited = elapsed(authority, waiting_from, waiting_to);
    if waited.is_zero() { due } else { advance(authority, due, waited).unwrap_or(due) }
}

/// Service time between two moments; bounded by a year after `from`.
fn elapsed(authority: &Authority, from: Timestamp, to: Timestamp) -> SignedDuration {
    let spans = windows::days(authority, from).flat_map(|day| day.windows).take_while(|(begin, _)| *begin < to);
    spans
        .map(|(begin, end)| end.min(to).duration_since(begin.max(from)).max(SignedDuration::ZERO))
        .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}

/// The earliest moment at which so much service time has passed since `from`.
fn advance(authority: &Authority, from: Timestamp, time: SignedDuration) -> Option<Timestamp> {
    let mut left = time;
    for (begin, end) in windows::days(authority, from).flat_map(|day| day.windows) {
        let begin = begin.max(from);
        let here = end.duration_since(begin);
        if here >= left && end > begin {
            return begin.checked_add(left).ok();
        }
        left -= here.max(SignedDuration::ZERO);
    }
    None
}

/// A moment a year after `from`: nothing is looked for beyond it.
fn horizon(from: Timestamp) -> Option<jiff::civil::Date> {
    from.to_zoned(berlin()).date().checked_add(366.days()).ok()
}
