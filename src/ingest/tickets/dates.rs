//! When a ticket was closed, in the many ways that exports write it. Times without
//! an offset are German local time; a date alone is its midnight in UTC, as in
//! [`super::super::resolution`].

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};
use regex::{Captures, Regex};

use crate::domain::clock::berlin;

/// Years that a ticket of a school can have been closed in.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?:\p{L}{2,10}\.?,?\s+)?(?:
            (?P<y1>\d{4})[-./](?P<m1>\d{1,2})[-./](?P<d1>\d{1,2})
          | (?P<d2>\d{1,2})[.\-]\s?(?P<m2>\d{1,2})[.\-]\s?(?P<y2>\d{4}|\d{2})
          | (?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y3>\d{4}|\d{2})
          | (?P<d4>\d{1,2})[.\-/\s]+(?P<n4>\p{L}{3,9})[.\-/\s]+(?P<y4>\d{4}|\d{2})
          | (?P<n5>\p{L}{3,9})\.?\s+(?P<d5>\d{1,2}),?\s+(?P<y5>\d{4})
        )\b
        (?:(?:T|[,\s]+)(?:um\s+|at\s+)?(?P<h>\d{1,2})[:.](?P<i>\d{2})(?:[:.](?P<s>\d{2}))?(?:[.,]\d+)?)?
        \s*(?P<half>[aApP]\.?[mM]\.?\b)?\s*(?:Uhr)?\s*(?P<off>Z\b|UTC|GMT|[+-]\d{2}:?\d{2})?",
    )
    .expect("a constant pattern")
});

/// The moment that a text names; `None` where it names none.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if matches!(text.len(), 10 | 13) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return if text.len() == 10 { Timestamp::from_second(number) } else { Timestamp::from_millisecond(number) }
            .ok();
    }
    let found = FORM.captures(text)?;
    let day = date(&found)?;
    let Some(time) = time(&found) else { return day.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp()) };
    let zone = found.name("off").map_or_else(|| Some(berlin()), |offset| zone(offset.as_str()))?;
    DateTime::from_parts(day, time).to_zoned(zone).ok().map(|at| at.timestamp())
}

fn number<T: std::str::FromStr>(found: &Captures<'_>, name: &str) -> Option<T> {
    found.name(name)?.as_str().parse().ok()
}

fn date(found: &Captures<'_>) -> Option<Date> {
    let any = |names: &[&str]| names.iter().find_map(|name| number::<i16>(found, name));
    let year = any(&["y1", "y2", "y3", "y4", "y5"])?;
    let year = if year < 100 { year + 2000 } else { year };
    let (month, day) = if let (Some(first), Some(second)) = (any(&["a"]), any(&["b"])) {
        // With slashes the month stands first, as American programs write it, unless it cannot.
        if first > 12 { (second, first) } else { (first, second) }
    } else {
        let named = found.name("n4").or_else(|| found.name("n5"));
        let month = named.map_or_else(|| any(&["m1", "m2"]), |name| month(name.as_str()))?;
        (month, any(&["d1", "d2", "d4", "d5"])?)
    };
    YEARS.contains(&year).then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok())?
}

/// German and English names, whole or cut.
fn month(name: &str) -> Option<i16> {
    const NAMES: [&[&str]; 12] = [
        &["jan", "jän"],
        &["feb"],
        &["mar", "mär", "mae", "mrz"],
        &["apr"],
        &["mai", "may"],
        &["jun"],
        &["jul"],
        &["aug"],
        &["sep"],
        &["okt", "oct"],
        &["nov"],
        &["dez", "dec"],
    ];
    let name = name.to_lowercase();
    let begins = |names: &&[&str]| names.iter().any(|begin| name.starts_with(begin));
    (1..).zip(&NAMES).find(|(_, names)| begins(names)).map(|(month, _)| month)
}

fn time(found: &Captures<'_>) -> Option<Time> {
    let hour: i8 = number(found, "h")?;
    let hour = match found.name("half").map(|half| half.as_str().to_lowercase()) {
        Some(half) if half.starts_with('p') && hour < 12 => hour + 12,
        Some(half) if half.starts_with('a') && hour == 12 => 0,
        _ => hour,
    };
    Time::new(hour, number(found, "i")?, number(found, "s").unwrap_or(0), 0).ok()
}

fn zone(offset: &str) -> Option<TimeZone> {
    let Some(sign) = offset.chars().next().filter(|ch| matches!(ch, '+' | '-')) else { return Some(TimeZone::UTC) };
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let seconds = digits[..2].parse::<i32>().ok()? * 3600 + digits[2..].parse::<i32>().ok()? * 60;
    Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok().map(Offset::to_time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_exports() {
        for (text, expected) in [
            ("2025-03-14T09:40:00Z", "2025-03-14T09:40:00Z"),
            ("2025-03-14T09:40:00+01:00", "2025-03-14T08:40:00Z"),
            ("2025-03-14 09:40:00", "2025-03-14T08:40:00Z"),
            ("2025-07-14 09:40", "2025-07-14T07:40:00Z"),
            ("2025-03-14 09:40:00.123 +0100", "2025-03-14T08:40:00Z"),
            ("2025-03-14 09:40:00 UTC", "2025-03-14T09:40:00Z"),
            ("2025-03-14", "2025-03-14T00:00:00Z"),
            ("14.03.2025 09:40", "2025-03-14T08:40:00Z"),
            ("14.3.25, 9:40 Uhr", "2025-03-14T08:40:00Z"),
            ("Fr., 14. März 2025 um 09:40 Uhr", "2025-03-14T08:40:00Z"),
            ("14.03.2025", "2025-03-14T00:00:00Z"),
            ("3/14/2025 9:40 AM", "2025-03-14T08:40:00Z"),
            ("03/14/2025 01:05:07 PM", "2025-03-14T12:05:07Z"),
            ("14/03/2025 12:05 AM", "2025-03-13T23:05:00Z"),
            ("Mar 14, 2025 9:40:00 PM", "2025-03-14T20:40:00Z"),
            ("14/Dez/25 9:40", "2025-12-14T08:40:00Z"),
            ("Fri, 14 Mar 2025 09:40:00 +0100", "2025-03-14T08:40:00Z"),
            ("1741945200", "2025-03-14T09:40:00Z"),
        ] {
            assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "ja", "gestern", "32.13.2025", "2025-02-30", "4711", "14.03.1025", "0171 5550199", "10.0.0.12"]
        {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
