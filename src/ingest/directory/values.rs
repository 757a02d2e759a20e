//! Single values of a table: dates, days, kinds of devices, lists, as people write
//! them in German and English. An empty value is none.

use jiff::civil::Date;
use serde::{Deserialize, de::value::StrDeserializer};

use super::columns::fold;
use crate::domain::{
    document::DeviceType,
    school::{DateRange, Day, Every},
};

/// `2026-12-03` or `3.12.2026`.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let text = text.trim();
    let parts: Vec<&str> = text.split('.').map(str::trim).collect();
    let german = match parts.as_slice() {
        [day, month, year] if year.len() == 4 => {
            let number = |text: &str| text.parse().ok();
            year.parse().ok().zip(number(month).zip(number(day))).and_then(|(y, (m, d))| Date::new(y, m, d).ok())
        }
        _ => None,
    };
    german.or_else(|| text.parse().ok()).ok_or_else(|| format!("{text:?} is no date such as 2026-12-03 or 3.12.2026"))
}

pub(super) fn date_opt(text: &str) -> Result<Option<Date>, String> {
    if text.trim().is_empty() { Ok(None) } else { date(text).map(Some) }
}

/// Several, separated by `,`, `;`, `|` or a new line.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

pub(super) fn dates(text: &str) -> Result<Vec<Date>, String> {
    list(text).map(date).collect()
}

/// `2026-12-14..2026-12-18`, `14.12.2026 - 18.12.2026`, `… bis …`, or one day.
pub(super) fn ranges(text: &str) -> Result<Vec<DateRange>, String> {
    let range = |part: &str| {
        let halves = ["..", " bis ", " to ", " - ", "–", "/"].into_iter().find_map(|between| part.split_once(between));
        // Between German dates a bare `-` will do.
        let halves = halves.or_else(|| part.split_once('-').filter(|_| part.contains('.')));
        let (from, to) = halves.unwrap_or((part, part));
        let range = DateRange { from: date(from)?, to: date(to)? };
        if range.from > range.to { Err(format!("{part:?} ends before it begins")) } else { Ok(range) }
    };
    list(text).map(range).collect()
}

/// As [`day`]; empty = none, as for a round with dates of its own.
pub(super) fn day_opt(text: &str) -> Result<Option<Day>, String> {
    if text.trim().is_empty() { Ok(None) } else { day(text).map(Some) }
}

fn day(text: &str) -> Result<Day, String> {
    let folded = fold(text);
    let known = [
        (Day::Mon, ["mo", "mon", "montag", "monday"]),
        (Day::Tue, ["di", "tue", "dienstag", "tuesday"]),
        (Day::Wed, ["mi", "wed", "mittwoch", "wednesday"]),
        (Day::Thu, ["do", "thu", "donnerstag", "thursday"]),
        (Day::Fri, ["fr", "fri", "freitag", "friday"]),
        (Day::Sat, ["sa", "sat", "samstag", "saturday"]),
        (Day::Sun, ["so", "sun", "sonntag", "sunday"]),
    ];
    let found = known.into_iter().find(|(_, names)| names.contains(&folded.as_str()));
    found.map(|(day, _)| day).ok_or_else(|| format!("{text:?} is no day of the week: mo di mi do fr sa so"))
}

/// Empty is weekly.
pub(super) fn every(text: &str) -> Result<Every, String> {
    let folded = fold(text);
    let named = match folded.as_str() {
        "" | "woche" | "woechentlich" | "weekly" | "jedewoche" => "week",
        "14taegig" | "14taeglich" | "vierzehntaegig" | "vierzehntaeglich" | "zweiwoechentlich" | "2woechentlich"
        | "alle2wochen" | "allezweiwochen" | "fortnightly" => "fortnight",
        "termine" | "nachtermin" | "einzeltermine" => "dates",
        other => other,
    };
    Every::deserialize(StrDeserializer::<serde::de::value::Error>::new(named))
        .map_err(|_| format!("{text:?} is no rhythm: week, fortnight or dates"))
}

pub(super) fn device(text: &str) -> Result<DeviceType, String> {
    let folded = fold(text);
    let known: &[(DeviceType, &[&str])] = &[
        (DeviceType::Projector, &["projektor", "beamer"]),
        (DeviceType::Board, &["tafel", "digitaletafel", "smartboard", "whiteboard", "display", "panel", "activpanel"]),
        (DeviceType::Ipad, &["tablet", "ipads"]),
        (DeviceType::Appletv, &["appletv4k"]),
        (DeviceType::Printer, &["drucker", "kopierer"]),
        (DeviceType::Network, &["netz", "netzwerk", "wlan", "accesspoint", "switch", "router"]),
        (DeviceType::Account, &["konto"]),
        (DeviceType::Sound, &["ton", "audio", "lautsprecher"]),
        (DeviceType::Camera, &["kamera", "dokumentenkamera", "dokukamera", "visualizer"]),
        (DeviceType::Other, &["sonstiges", "andere", "anderes", "laptop", "notebook", "pc", "computer", "rechner"]),
    ];
    if let Some((kind, _)) = known.iter().find(|(_, names)| names.contains(&folded.as_str())) {
        return Ok(*kind);
    }
    DeviceType::deserialize(StrDeserializer::<serde::de::value::Error>::new(&folded)).map_err(|_| {
        format!(
            "{text:?} is no type of device: projector board ipad appletv printer network account sound camera \
             software other"
        )
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day_of;

    use super::*;

    #[test]
    fn values_as_people_write_them() {
        assert_eq!(date("2026-12-03"), Ok(day_of(2026, 12, 3)));
        assert_eq!(date(" 3.12.2026 "), Ok(day_of(2026, 12, 3)));
        for wrong in ["3.12.26", "2026-13-01", "31.2.2026", "morgen", ""] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
        assert_eq!(dates("2026-12-03; 4.12.2026").unwrap().len(), 2);
        let week = DateRange { from: day_of(2026, 12, 14), to: day_of(2026, 12, 18) };
        for text in ["2026-12-14..2026-12-18", "14.12.2026-18.12.2026", "14.12.2026 bis 18.12.2026"] {
            assert_eq!(ranges(text), Ok(vec![week]), "{text}");
        }
        assert!(ranges("18.12.2026-14.12.2026").is_err());
        assert_eq!(ranges("14.12.2026").unwrap()[0].to, day_of(2026, 12, 14));
        assert_eq!((day("Mi."), day("thu")), (Ok(Day::Wed), Ok(Day::Thu)));
        assert_eq!((every(""), every("14-tägig")), (Ok(Every::Week), Ok(Every::Fortnight)));
        assert!(every("monatlich").unwrap_err().contains("monatlich"));
        assert_eq!((device("Beamer"), device("Apple TV")), (Ok(DeviceType::Projector), Ok(DeviceType::Appletv)));
        assert!(device("Toaster").unwrap_err().contains("\"Toaster\""));
    }
}
