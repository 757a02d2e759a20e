//! When the helpdesk is there and when somebody comes: service hours and rounds.

use jiff::{ToSpan, Unit, Zoned, civil::Date};

use super::{
    holidays,
    school::{Authority, Directory, Every, Round},
};

/// How far ahead a visit is looked for.
const HORIZON_DAYS: i32 = 120;

/// Whether the authority works on `day` at all: no public holiday of its Land, no
/// closed day. The school holidays are working days of the helpdesk.
#[must_use]
pub fn works_on(authority: &Authority, day: Date) -> bool {
    holidays::on(&authority.land, day).is_none() && !authority.closed.iter().any(|range| range.contains(day))
}

/// Whether the helpdesk is open at `now`. Without any hours given, it is not.
#[must_use]
pub fn open_at(authority: &Authority, now: &Zoned) -> bool {
    let (day, time) = (now.date(), now.time());
    works_on(authority, day)
        && authority.service_hours.iter().any(|hours| {
            hours.days.iter().any(|d| d.weekday() == day.weekday()) && hours.from <= time && time < hours.to
        })
}

/// A planned visit of a campus manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub day: Date,
    /// Name of the manager who comes, the substitute during an absence.
    pub manager: String,
}

/// The next visit at a school, not before `from`. A round for the named site is
/// preferred to nothing; rounds without a site serve all sites. School holidays,
/// public holidays, closed and excepted days are left out; an absent manager is replaced by the
/// substitute, or the visit does not take place.
#[must_use]
pub fn next_visit(directory: &Directory, school: &str, site: Option<&str>, from: Date) -> Option<Visit> {
    let serves = |round: &&Round| {
        round.school == school && (site.is_none() || round.site.is_none() || round.site.as_deref() == site)
    };
    let rounds: Vec<&Round> = directory.rounds.iter().filter(serves).collect();
    (0..HORIZON_DAYS)
        .filter_map(|ahead| from.checked_add(ahead.days()).ok())
        .filter(|day| !directory.authority.school_holidays.iter().any(|range| range.contains(*day)))
        .filter(|day| works_on(&directory.authority, *day))
        .find_map(|day| {
            rounds
                .iter()
                .filter(|round| comes_on(round, day))
                .find_map(|round| present(directory, &round.manager, day).map(|manager| Visit { day, manager }))
        })
}

fn comes_on(round: &Round, day: Date) -> bool {
    if round.also.contains(&day) {
        return true;
    }
    if round.except.contains(&day) || day.weekday() != round.day.weekday() {
        return false;
    }
    match (round.every, round.starting) {
        (Every::Week, None) => true,
        (Every::Week, Some(starting)) => day >= starting,
        (Every::Fortnight, Some(starting)) => {
            let days = starting.until((Unit::Day, day)).map_or(0, |span| span.get_days());
            days >= 0 && days % 14 == 0
        }
        (Every::Fortnight, None) => false,
    }
}

/// The manager's name on that day, the substitute's if absent.
fn present(directory: &Directory, id: &str, day: Date) -> Option<String> {
    let of = |id: &str| directory.managers.iter().find(|manager| manager.id == id);
    let away = |id: &str| of(id).is_some_and(|manager| manager.absences.iter().any(|range| range.contains(day)));
    let manager = of(id)?;
    if !away(id) {
        return Some(manager.name.clone());
    }
    let substitute = manager.substitute.as_deref()?;
    (!away(substitute)).then(|| of(substitute).map(|m| m.name.clone())).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::domain::school::{DateRange, Day, Manager, ServiceHours};

    fn directory(every: Every, starting: Option<Date>) -> Directory {
        let manager = |id: &str, substitute: Option<&str>| Manager {
            id: id.into(),
            name: format!("Manager {id}"),
            substitute: substitute.map(Into::into),
            absences: vec![],
        };
        Directory {
            managers: vec![manager("a", Some("b")), manager("b", None)],
            rounds: vec![Round {
                manager: "a".into(),
                school: "s".into(),
                site: None,
                day: Day::Tue,
                every,
                starting,
                except: vec![],
                also: vec![],
            }],
            ..Directory::default()
        }
    }

    #[test]
    fn weekly_fortnightly_and_holidays() {
        let monday = date(2026, 11, 23);
        let mut weekly = directory(Every::Week, None);
        assert_eq!(next_visit(&weekly, "s", None, monday).unwrap().day, date(2026, 11, 24));
        assert_eq!(next_visit(&weekly, "other", None, monday), None);
        weekly.authority.school_holidays = vec![DateRange { from: date(2026, 11, 24), to: date(2026, 12, 6) }];
        assert_eq!(next_visit(&weekly, "s", None, monday).unwrap().day, date(2026, 12, 8));
        let fortnightly = directory(Every::Fortnight, Some(date(2026, 11, 17)));
        assert_eq!(next_visit(&fortnightly, "s", None, monday).unwrap().day, date(2026, 12, 1));
    }

    #[test]
    fn an_absent_manager_is_replaced() {
        let monday = date(2026, 11, 23);
        let mut weekly = directory(Every::Week, None);
        weekly.managers[0].absences = vec![DateRange { from: monday, to: date(2026, 11, 30) }];
        assert_eq!(next_visit(&weekly, "s", None, monday).unwrap().manager, "Manager b");
        weekly.managers[1].absences = weekly.managers[0].absences.clone();
        let visit = next_visit(&weekly, "s", None, monday).unwrap();
        assert_eq!((visit.day, visit.manager.as_str()), (date(2026, 12, 1), "Manager a"));
    }

    #[test]
    fn service_hours_include_their_beginning_only() {
        let authority = Authority {
            service_hours: vec![ServiceHours { days: vec![Day::Mon], from: time(8, 0, 0, 0), to: time(16, 0, 0, 0) }],
            ..Authority::default()
        };
        let at = |hour: i8, day: i8| date(2026, 11, day).at(hour, 0, 0, 0).in_tz("UTC").unwrap();
        assert!(open_at(&authority, &at(8, 23)));
        assert!(!open_at(&authority, &at(16, 23)));
        assert!(!open_at(&authority, &at(9, 24)));
    }

    #[test]
    fn public_holidays_and_closed_days_are_without_service_and_without_visits() {
        let all = vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
        let hours = ServiceHours { days: all, from: time(8, 0, 0, 0), to: time(16, 0, 0, 0) };
        let mut authority = Authority { land: "NW".into(), service_hours: vec![hours], ..Authority::default() };
        let open =
            |authority: &Authority, day: Date| open_at(authority, &day.at(10, 0, 0, 0).in_tz("Europe/Berlin").unwrap());
        let (corpus_christi, carnival) = (date(2027, 5, 27), date(2027, 2, 8));
        assert!(!open(&authority, corpus_christi));
        assert!(open(&authority, carnival));
        authority.closed = vec![DateRange { from: carnival, to: carnival }];
        assert!(!open(&authority, carnival));
        authority.land = "BE".into();
        assert!(open(&authority, corpus_christi));
        // 3 November 2026 is a Tuesday on which nobody works.
        let mut weekly = directory(Every::Week, None);
        weekly.authority.closed = vec![DateRange { from: date(2026, 11, 3), to: date(2026, 11, 3) }];
        assert_eq!(next_visit(&weekly, "s", None, date(2026, 11, 2)).unwrap().day, date(2026, 11, 10));
    }
}
