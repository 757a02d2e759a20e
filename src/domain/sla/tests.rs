//! Against a model that asks `open_at` minute by minute, over both changes of the clocks.

use jiff::{
    civil::{Date, date, time},
    tz::TimeZone,
};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    calendar::open_at,
    school::{DateRange, Day, ServiceHours},
};

const DAYS: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

/// Minutes that begin in service.
fn counted(authority: &Authority, from: Timestamp, to: Timestamp) -> i64 {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut at = from;
    let mut minutes = 0;
    while at < to {
        minutes += i64::from(open_at(authority, &at.to_zoned(zone.clone())));
        at += minute();
    }
    minutes
}

/// The moment after so many minutes in service.
fn walked(authority: &Authority, from: Timestamp, minutes: u32) -> Option<Timestamp> {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut at = from;
    let mut left = minutes;
    for _ in 0..60 * 24 * 60 {
        if open_at(authority, &at.to_zoned(zone.clone())) {
            left -= 1;
            if left == 0 {
                return Some(at + minute());
            }
        }
        at += minute();
    }
    None
}

/// The end of service of the `days`-th day with service after that of `from`; 0 = of the
/// first day on which service is left.
fn walked_days(authority: &Authority, from: Timestamp, days: u32) -> Option<Timestamp> {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let reported = from.to_zoned(zone.clone()).date();
    let (mut at, mut end, mut day, mut seen) = (from, None, reported, 0);
    for _ in 0..120 * 24 * 60 {
        let now = at.to_zoned(zone.clone());
        if now.date() != day {
            if end.is_some() && (day > reported || days == 0) {
                seen += 1;
                if seen >= days {
                    return end;
                }
            }
            (day, end) = (now.date(), None);
        }
        if open_at(authority, &now) {
            end = Some(at + minute());
        }
        at += minute();
    }
    None
}

prop_compose! {
    fn window()(days in prop::sample::subsequence(DAYS.to_vec(), 1..=7), begin in 0_i16..1435, long in 1_i16..700) -> ServiceHours {
        let end = (begin + long).min(1439);
        let at = |minutes: i16| time(i8::try_from(minutes / 60).unwrap(), i8::try_from(minutes % 60).unwrap(), 0, 0);
        ServiceHours { days, from: at(begin), to: at(end) }
    }
}

/// Windows at random, and ones that touch the one before.
fn authority() -> impl Strategy<Value = Authority> {
    let land = prop::sample::select(vec!["NW", "SN", "BB", ""]);
    let closed = prop::collection::vec((0_i32..730, 0_i32..4), 0..6);
    (prop::collection::vec(window(), 0..4), any::<bool>(), land, closed).prop_map(
        |(mut windows, touch, land, closed)| {
            if touch
                && let [first, second, ..] = windows.as_mut_slice()
                && second.to > first.to
            {
                second.from = first.to;
            }
            let closed = closed.into_iter().map(|(day, long)| {
                let from = first_day().checked_add(day.days()).unwrap();
                DateRange { from, to: from.checked_add(long.days()).unwrap() }
            });
            Authority { service_hours: windows, land: land.into(), closed: closed.collect(), ..Authority::default() }
        },
    )
}

fn first_day() -> Date {
    date(2026, 1, 1)
}

/// Over two years; half of them within two days of a change of the clocks.
fn moment() -> impl Strategy<Value = Timestamp> {
    let zone = || TimeZone::get("Europe/Berlin").unwrap();
    let minutes = (0_i64..730 * 24 * 60).prop_map(|minutes| {
        first_day().at(0, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_mins(minutes)
    });
    let changes =
        prop::sample::select(vec![date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]);
    let near = (changes, -2_880_i64..2_880).prop_map(move |(day, minutes)| {
        day.at(3, 0, 0, 0).to_zoned(zone()).unwrap().timestamp() + SignedDuration::from_mins(minutes)
    });
    prop_oneof![minutes, near]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn service_time_is_that_of_the_slow_model(authority in authority(), from in moment(), long in 0_i64..4 * 24 * 60) {
        let to = from + SignedDuration::from_mins(long);
        prop_assert_eq!(service_time(&authority, from, to), counted(&authority, from, to));
        prop_assert_eq!(service_time(&authority, to, from), 0);
    }

    #[test]
    fn due_is_that_of_the_slow_model(authority in authority(), from in moment(), minutes in 1_u32..900) {
        let found = due(&authority, from, &Target::Minutes(minutes));
        if let Some(walked) = walked(&authority, from, minutes) {
            prop_assert_eq!(found, Some(walked));
        } else if let Some(found) = found {
            // Beyond the sixty days that the model walks.
            prop_assert!(found > from + SignedDuration::from_hours(59 * 24));
        }
    }

    #[test]
    fn days_end_with_the_service(authority in authority(), from in moment(), days in 0_u32..4) {
        let target = if days == 0 { Target::Today } else { Target::Days(days) };
        let found = due(&authority, from, &target);
        if let Some(walked) = walked_days(&authority, from, days) {
            prop_assert_eq!(found, Some(walked));
        } else if let Some(found) = found {
            prop_assert!(found > from + SignedDuration::from_hours(118 * 24));
        }
    }

    #[test]
    fn while_waiting_the_clock_stands(
        authority in authority(), from in moment(), minutes in 1_u32..600, before in 0_i64..3_000, long in 0_i64..6_000,
    ) {
        let Some(due) = due(&authority, from, &Target::Minutes(minutes)) else { return Ok(()) };
        let begin = from + SignedDuration::from_mins(before);
        let end = begin + SignedDuration::from_mins(long);
        let new = extended(&authority, due, begin, end);
        if due <= begin {
            prop_assert_eq!(new, due);
        } else {
            // What was left when the waiting began is left when it ends.
            let left = service_time(&authority, begin, due);
            prop_assert_eq!(service_time(&authority, end.min(new), new), if end < new { left } else { 0 });
            prop_assert_eq!(service_time(&authority, due, new), service_time(&authority, begin, end));
        }
    }
}

#[test]
fn without_hours_nothing_is_promised() {
    let from: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
    for target in [Target::Minutes(1), Target::Today, Target::Days(3)] {
        assert_eq!(due(&Authority::default(), from, &target), None);
    }
    assert_eq!(service_time(&Authority::default(), from, from + SignedDuration::from_hours(99)), 0);
}

#[test]
fn the_proposal_on_days_that_everybody_can_check() {
    let all = |days: &[Day], to| ServiceHours { days: days.to_vec(), from: time(8, 0, 0, 0), to: time(to, 0, 0, 0) };
    let authority = Authority {
        land: "NW".into(),
        service_hours: vec![all(&DAYS[..4], 16), all(&DAYS[4..5], 14)],
        ..Authority::default()
    };
    let at = |text: &str| text.parse::<jiff::civil::DateTime>().unwrap().in_tz("Europe/Berlin").unwrap().timestamp();
    let sla = Sla::default();
    for (from, target, expected) in [
        // A Friday: four hours end at noon, or on Monday.
        ("2026-11-27T08:00", sla.p1.resolution, "2026-11-27T12:00"),
        ("2026-11-27T13:00", sla.p1.resolution, "2026-11-30T11:00"),
        ("2026-11-27T13:00", sla.p2.resolution, "2026-11-27T14:00"),
        ("2026-11-27T14:00", sla.p2.resolution, "2026-11-30T16:00"),
        ("2026-11-28T10:00", sla.p4.response, "2026-11-30T16:00"),
        ("2026-11-24T10:00", sla.p3.resolution, "2026-11-27T14:00"),
        // Over Christmas: 25 and 26 December and the weekend do not count.
        ("2026-12-23T10:00", sla.p3.resolution, "2026-12-29T16:00"),
        // The clocks change in the night to Sunday, 28 March 2027; Good Friday and Easter Monday.
        ("2027-03-25T15:00", sla.p1.resolution, "2027-03-30T11:00"),
    ] {
        assert_eq!(due(&authority, at(from), &target), Some(at(expected)), "{from} {target:?}");
    }
}
