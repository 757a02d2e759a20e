//! Public holidays of the sixteen Länder, for any year from 1995 on.
//!
//! One table: what falls on a fixed day, so many days from Easter, or on the Wednesday
//! before 23 November, in which Länder, and since when. Only what holds in the whole Land
//! by its law is here: Mariä Himmelfahrt in Bavaria, Fronleichnam in parts of Saxony and
//! Thuringia, the Augsburg Friedensfest and the like are left to `authority.closed`.
//! Easter follows the Gregorian rule (Meeus, Astronomical Algorithms, chapter 8).

use jiff::{ToSpan, civil::Date};

/// The Länder as in ISO 3166-2:DE.
pub const LANDS: [&str; 16] =
    ["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"];

/// A day off by law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub day: Date,
    /// Its German name.
    pub name: &'static str,
}

/// How the day is found.
#[derive(Clone, Copy)]
enum When {
    /// Month and day.
    On(i8, i8),
    /// Days after Easter Sunday.
    Easter(i32),
    /// The Wednesday before 23 November.
    Repentance,
}

struct Rule {
    name: &'static str,
    when: When,
    /// Länder, by their codes; empty = all.
    lands: &'static str,
    /// First and last year.
    years: (i16, i16),
}

const ALL: &str = "";
const ALWAYS: (i16, i16) = (1995, i16::MAX);

const fn since(year: i16) -> (i16, i16) {
    (year, i16::MAX)
}

const fn rule(name: &'static str, when: When, lands: &'static str, years: (i16, i16)) -> Rule {
    Rule { name, when, lands, years }
}

use When::{Easter, On, Repentance};

/// In the order of the year.
const RULES: [Rule; 25] = [
    rule("Neujahr", On(1, 1), ALL, ALWAYS),
    rule("Heilige Drei Könige", On(1, 6), "BW BY ST", ALWAYS),
    rule("Internationaler Frauentag", On(3, 8), "BE", since(2019)),
    rule("Internationaler Frauentag", On(3, 8), "MV", since(2023)),
    rule("Karfreitag", Easter(-2), ALL, ALWAYS),
    rule("Ostersonntag", Easter(0), "BB", ALWAYS),
    rule("Ostermontag", Easter(1), ALL, ALWAYS),
    rule("Tag der Arbeit", On(5, 1), ALL, ALWAYS),
    rule("Tag der Befreiung", On(5, 8), "BE", (2020, 2020)),
    rule("Tag der Befreiung", On(5, 8), "BE", (2025, 2025)),
    rule("Christi Himmelfahrt", Easter(39), ALL, ALWAYS),
    rule("Pfingstsonntag", Easter(49), "BB", ALWAYS),
    rule("Pfingstmontag", Easter(50), ALL, ALWAYS),
    rule("Fronleichnam", Easter(60), "BW BY HE NW RP SL", ALWAYS),
    rule("Gedenktag des Volksaufstandes", On(6, 17), "BE", (2028, 2028)),
    rule("Mariä Himmelfahrt", On(8, 15), "SL", ALWAYS),
    rule("Weltkindertag", On(9, 20), "TH", since(2019)),
    rule("Tag der Deutschen Einheit", On(10, 3), ALL, ALWAYS),
    rule("Reformationstag", On(10, 31), "BB MV SN ST TH", ALWAYS),
    rule("Reformationstag", On(10, 31), "BW BY BE HB HH HE NI NW RP SL SH", (2017, 2017)),
    rule("Reformationstag", On(10, 31), "HB HH NI SH", since(2018)),
    rule("Allerheiligen", On(11, 1), "BW BY NW RP SL", ALWAYS),
    rule("Buß- und Bettag", Repentance, "SN", ALWAYS),
    rule("1. Weihnachtstag", On(12, 25), ALL, ALWAYS),
    rule("2. Weihnachtstag", On(12, 26), ALL, ALWAYS),
];

impl Rule {
    fn holds(&self, land: &str, year: i16) -> bool {
        let here = self.lands.is_empty() || self.lands.split(' ').any(|known| known == land);
        here && (self.years.0..=self.years.1).contains(&year)
    }

    fn day(&self, year: i16) -> Option<Date> {
        match self.when {
            On(month, day) => Date::new(year, month, day).ok(),
            Easter(days) => easter(year)?.checked_add(days.days()).ok(),
            Repentance => {
                let last = Date::new(year, 11, 22).ok()?;
                let back = (last.weekday().to_monday_zero_offset() + 5) % 7;
                last.checked_sub(i32::from(back).days()).ok()
            }
        }
    }
}

/// All public holidays of a Land in a year, in the order of the year. An unknown or empty
/// `land` has those of the whole country. A year before 1995 has none.
#[must_use]
pub fn of(land: &str, year: i16) -> Vec<Holiday> {
    let mut found: Vec<Holiday> = RULES
        .iter()
        .filter(|rule| rule.holds(land, year))
        .filter_map(|rule| rule.day(year).map(|day| Holiday { day, name: rule.name }))
        .collect();
    found.sort_by_key(|holiday| holiday.day);
    found
}

/// The public holiday on `day`, if it is one.
#[must_use]
pub fn on(land: &str, day: Date) -> Option<&'static str> {
    let year = day.year();
    RULES.iter().find(|rule| rule.holds(land, year) && rule.day(year) == Some(day)).map(|rule| rule.name)
}

/// Easter Sunday of a Gregorian year.
fn easter(year: i16) -> Option<Date> {
    let year_of = i32::from(year);
    let (golden, century, rest) = (year_of % 19, year_of / 100, year_of % 100);
    let skipped = (century - (century + 8) / 25 + 1) / 3;
    // Age of the moon, then days to the Sunday after it is full.
    let epact = (19 * golden + century - century / 4 - skipped + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * sunday) / 451;
    let days = epact + sunday - 7 * late + 114;
    Date::new(year, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};
    use proptest::prelude::*;

    use super::*;

    const NATIONWIDE: [&str; 9] = [
        "Neujahr",
        "Karfreitag",
        "Ostermontag",
        "Tag der Arbeit",
        "Christi Himmelfahrt",
        "Pfingstmontag",
        "Tag der Deutschen Einheit",
        "1. Weihnachtstag",
        "2. Weihnachtstag",
    ];

    proptest! {
        // Berlin had nine until 2018.
        #[test]
        fn every_land_has_ten_to_fourteen_and_the_nine_of_all(year in 2019_i16..2400, land in 0_usize..16) {
            let days = of(LANDS[land], year);
            prop_assert!((10..=14).contains(&days.len()), "{days:?}");
            for name in NATIONWIDE {
                prop_assert_eq!(days.iter().filter(|holiday| holiday.name == name).count(), 1, "{}", name);
            }
            for holiday in &days {
                // Two may fall on one day (1 May 2008); the day is a holiday all the same.
                prop_assert!(on(LANDS[land], holiday.day).is_some());
                prop_assert_eq!(holiday.day.year(), year);
            }
            for (name, weekday) in [
                ("Karfreitag", Weekday::Friday),
                ("Ostermontag", Weekday::Monday),
                ("Christi Himmelfahrt", Weekday::Thursday),
                ("Fronleichnam", Weekday::Thursday),
                ("Buß- und Bettag", Weekday::Wednesday),
            ] {
                let right = days.iter().filter(|holiday| holiday.name == name).all(|holiday| holiday.day.weekday() == weekday);
                prop_assert!(right, "{}", name);
            }
        }
    }

    #[test]
    fn how_many_each_land_has() {
        let count = |land| of(land, 2027).len();
        let known = [
            ("BW", 12),
            ("BY", 12),
            ("BE", 10),
            ("BB", 12),
            ("HB", 10),
            ("HH", 10),
            ("HE", 10),
            ("MV", 11),
            ("NI", 10),
            ("NW", 11),
            ("RP", 11),
            ("SL", 12),
            ("SN", 11),
            ("ST", 11),
            ("SH", 10),
            ("TH", 11),
        ];
        for (land, number) in known {
            assert_eq!(count(land), number, "{land}");
        }
        assert_eq!((count(""), count("XX")), (9, 9));
    }

    #[test]
    fn known_days_of_known_years() {
        for (land, day, name) in [
            ("NW", date(2024, 3, 29), "Karfreitag"),
            ("NW", date(2025, 4, 21), "Ostermontag"),
            ("NW", date(2026, 4, 3), "Karfreitag"),
            ("NW", date(2026, 5, 14), "Christi Himmelfahrt"),
            ("NW", date(2026, 5, 25), "Pfingstmontag"),
            ("NW", date(2026, 6, 4), "Fronleichnam"),
            ("NW", date(2027, 3, 29), "Ostermontag"),
            ("NW", date(2019, 4, 19), "Karfreitag"),
            ("NW", date(2038, 4, 26), "Ostermontag"),
            ("NW", date(2017, 10, 31), "Reformationstag"),
            ("NW", date(2026, 12, 26), "2. Weihnachtstag"),
            ("SN", date(2023, 11, 22), "Buß- und Bettag"),
            ("SN", date(2024, 11, 20), "Buß- und Bettag"),
            ("SN", date(2026, 11, 18), "Buß- und Bettag"),
            ("TH", date(2026, 9, 20), "Weltkindertag"),
            ("BE", date(2025, 5, 8), "Tag der Befreiung"),
            ("MV", date(2023, 3, 8), "Internationaler Frauentag"),
            ("SL", date(2026, 8, 15), "Mariä Himmelfahrt"),
            ("BB", date(2026, 4, 5), "Ostersonntag"),
            ("HH", date(2018, 10, 31), "Reformationstag"),
        ] {
            assert_eq!(on(land, day), Some(name), "{land} {day}");
        }
        for (land, day) in [
            ("NW", date(2026, 10, 31)),
            ("NW", date(2026, 11, 18)),
            ("NW", date(2026, 4, 5)),
            ("NW", date(2027, 2, 8)),
            ("BE", date(2026, 5, 8)),
            ("BE", date(2018, 3, 8)),
            ("MV", date(2022, 3, 8)),
            ("BY", date(2026, 8, 15)),
            ("SN", date(2026, 6, 4)),
        ] {
            assert_eq!(on(land, day), None, "{land} {day}");
        }
    }
}
