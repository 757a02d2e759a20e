//! When the helpdesk is there and when somebody comes: service hours and rounds.

use jiff::{
    ToSpan, Unit, Zoned,
    civil::{Date, Weekday},
};

use super::{
    holidays,
    school::{Authority, Directory, Every, Manager, Round},
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
/// public holidays, closed and excepted days are left out; an absent manager is replaced
/// by the substitute (or hers, and so on), or the visit does not take place.
#[must_use]
pub fn next_visit(directory: &Directory, school: &str, site: Option<&str>, from: Date) -> Option<Visit> {
    let rounds: Vec<&Round> = serving(directory, school, site).collect();
    school_days(directory, from).find_map(|day| {
        rounds
            .iter()
            .filter(|round| comes_on(round, day))
            .find_map(|round| present(directory, &round.manager, day).map(|manager| Visit { day, manager }))
    })
}

/// The first working day from `from` on on which a manager of that school, or who stands
/// in, is there at all: when somebody could come beside the round, before `before`.
#[must_use]
pub fn sooner_visit(
    directory: &Directory,
    school: &str,
    site: Option<&str>,
    from: Date,
    before: Option<Date>,
) -> Option<Visit> {
    school_days(directory, from)
        .take_while(|day| before.is_none_or(|before| *day < before))
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .find_map(|day| {
            serving(directory, school, site)
                .find_map(|round| present(directory, &round.manager, day).map(|manager| Visit { day, manager }))
        })
}

/// The rounds of a school that come to `site`.
fn serving<'a>(directory: &'a Directory, school: &str, site: Option<&str>) -> impl Iterator<Item = &'a Round> {
    directory.rounds.iter().filter(move |round| {
        round.school == school && (site.is_none() || round.site.is_none() || round.site.as_deref() == site)
    })
}

/// Days on which the schools are open and the authority works, as far as anything is looked for.
fn school_days(directory: &Directory, from: Date) -> impl Iterator<Item = Date> {
    let authority = &directory.authority;
    (0..HORIZON_DAYS)
        .filter_map(move |ahead| from.checked_add(ahead.days()).ok())
        .filter(|day| !authority.school_holidays.iter().any(|range| range.contains(*day)))
        .filter(|day| works_on(authority, *day))
}

/// The rounds that come to a school (and site) on that day. Absences are not looked at:
/// see [`stands_in`].
pub fn rounds_on<'a>(
    directory: &'a Directory,
    school: &str,
    site: Option<&str>,
    day: Date,
) -> impl Iterator<Item = &'a Round> {
    let open = school_days(directory, day).next() == Some(day);
    serving(directory, school, site).filter(move |round| open && comes_on(round, day))
}

/// Whether the round comes on that day, holidays and absences aside.
#[must_use]
pub fn comes_on(round: &Round, day: Date) -> bool {
    if round.except.contains(&day) {
        return false;
    }
    if round.also.contains(&day) {
        return true;
    }
    if round.day.is_none_or(|weekday| day.weekday() != weekday.weekday()) {
        return false;
    }
    match (round.every, round.starting) {
        (Every::Week, None) => true,
        (Every::Week, Some(starting)) => day >= starting,
        (Every::Fortnight, Some(starting)) => {
            let days = starting.until((Unit::Day, day)).map_or(0, |span| span.get_days());
            days >= 0 && days % 14 == 0
        }
        (Every::Fortnight, None) | (Every::Dates, _) => false,
    }
}

/// Name of the one who is there for a manager on that day: she herself, or the first of
/// the chain of substitutes who is not away.
fn present(directory: &Directory, id: &str, day: Date) -> Option<String> {
    stands_in(directory, id, day).map(|manager| manager.name.clone())
}

/// The same, as an entry of the directory.
#[must_use]
pub fn stands_in<'a>(directory: &'a Directory, id: &str, day: Date) -> Option<&'a Manager> {
    let of = |id: &str| directory.managers.iter().find(|manager| manager.id == id);
    let chain = std::iter::successors(of(id), |manager| manager.substitute.as_deref().and_then(of));
    // A chain may run in a circle: two who stand in for each other.
    chain.take(directory.managers.len()).find(|manager| !manager.absences.iter().any(|range| range.contains(day)))
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
                day: Some(Day::Tue),
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
    fn a_chain_of_substitutes_is_followed_and_a_circle_ends() {
        let monday = date(2026, 11, 23);
        let mut weekly = directory(Every::Week, None);
        let away = vec![DateRange { from: monday, to: date(2026, 11, 30) }];
        for manager in &mut weekly.managers {
            manager.absences.clone_from(&away);
        }
        weekly.managers[1].substitute = Some("c".into());
        let third =
            Manager { id: "c".into(), name: "Manager c".into(), substitute: Some("a".into()), absences: vec![] };
        weekly.managers.push(third);
        assert_eq!(next_visit(&weekly, "s", None, monday).unwrap().manager, "Manager c");
        weekly.managers[2].absences = away;
        assert_eq!(next_visit(&weekly, "s", None, monday).unwrap().day, date(2026, 12, 1));
    }

    #[test]
    fn a_dated_round_comes_on_its_dates_only() {
        let mut dated = directory(Every::Dates, None);
        dated.rounds[0].day = None;
        assert_eq!(next_visit(&dated, "s", None, date(2026, 11, 23)), None);
        dated.rounds[0].also = vec![date(2026, 11, 26), date(2026, 12, 9)];
        assert_eq!(next_visit(&dated, "s", None, date(2026, 11, 23)).unwrap().day, date(2026, 11, 26));
        dated.rounds[0].except = vec![date(2026, 11, 26)];
        assert_eq!(next_visit(&dated, "s", None, date(2026, 11, 23)).unwrap().day, date(2026, 12, 9));
    }

    #[test]
    fn sooner_is_the_next_working_day_on_which_somebody_is_there() {
        let mut weekly = directory(Every::Week, None);
        weekly.authority.land = "NW".into();
        let sooner = |directory: &Directory, from, before| sooner_visit(directory, "s", None, from, before);
        // From a Friday, with the round on Tuesday: Friday itself, else Monday.
        let (friday, tuesday) = (date(2026, 11, 27), date(2026, 12, 1));
        assert_eq!(sooner(&weekly, friday, Some(tuesday)).unwrap().day, friday);
        assert_eq!(sooner(&weekly, date(2026, 11, 28), Some(tuesday)).unwrap().day, date(2026, 11, 30));
        assert_eq!(sooner(&weekly, tuesday, Some(tuesday)), None);
        assert_eq!(sooner_visit(&weekly, "other", None, friday, None), None);
        weekly.managers[0].absences = vec![DateRange { from: friday, to: friday }];
        assert_eq!(sooner(&weekly, friday, None).unwrap().manager, "Manager b");
        // Christmas: 25 and 26 December are holidays, then comes the weekend.
        assert_eq!(sooner(&weekly, date(2026, 12, 25), None).unwrap().day, date(2026, 12, 28));
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
