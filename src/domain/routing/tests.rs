//! The rows that decide, and that every report gets a place whatever it says.

use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    danger::IDS,
    document::DeviceType,
    school::{Authority, DateRange, Day, Every, Manager, Round, School, ServiceHours},
    ticket::{Scope, StepResult, Tried},
};

/// A school with a weekly round on Tuesdays and service on working days.
fn directory() -> Directory {
    let days = vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
    Directory {
        authority: Authority {
            helpdesk: "Schul-IT".into(),
            land: "NW".into(),
            service_hours: vec![ServiceHours { days, from: time(8, 0, 0, 0), to: time(16, 0, 0, 0) }],
            ..Authority::default()
        },
        managers: vec![Manager { id: "m".into(), name: "Frau M".into(), substitute: None, absences: vec![] }],
        schools: vec![School {
            id: "s".into(),
            name: "S".into(),
            address: String::new(),
            contacts: vec!["Herr K".into()],
            sites: vec![],
            origins: vec![],
            placeholders: std::collections::BTreeMap::default(),
        }],
        rounds: vec![Round {
            manager: "m".into(),
            school: "s".into(),
            site: None,
            day: Some(Day::Tue),
            every: Every::Week,
            starting: None,
            except: vec![],
            also: vec![],
        }],
        ..Directory::default()
    }
}

/// Monday, 23 November 2026, ten o'clock.
fn monday() -> Timestamp {
    date(2026, 11, 23).at(10, 0, 0, 0).in_tz("Europe/Berlin").unwrap().timestamp()
}

fn input(problem: Option<&str>, device: Option<DeviceType>) -> TicketInput {
    let mut input =
        TicketInput { school: Some("s".into()), problem: problem.map(Into::into), ..TicketInput::default() };
    input.device.kind = device;
    input
}

fn decided(directory: &Directory, input: &TicketInput, reason: &str) -> Decision {
    let warranty_until = None;
    decide(input, Circumstances { directory, queue: "q", reason, onsite: None, warranty_until, now: monday() })
}

fn failed(number: usize) -> Vec<Tried> {
    vec![Tried { step: "x".into(), result: StepResult::Failed }; number]
}

#[test]
fn each_level_has_its_reports() {
    let mut directory = directory();
    let level = |directory: &Directory, problem: Option<&str>, device, reason: &str| {
        decided(directory, &input(problem, device), reason).routing.level
    };
    let projector = Some(DeviceType::Projector);
    for (problem, device, reason, expected) in [
        (Some("P01"), projector, "not_helped", "campus-manager"),
        (None, None, "wish", "campus-manager"),
        (Some("P38"), Some(DeviceType::Account), "wish", "helpdesk"),
        (None, Some(DeviceType::Software), "wish", "helpdesk"),
        (Some("P32"), Some(DeviceType::Network), "wish", "campus-manager"),
        (Some("X07"), Some(DeviceType::Account), "wish", "helpdesk"),
        (Some("P01"), projector, "phishing", "helpdesk"),
        (Some("P01"), projector, "mains", "building-services"),
        (None, projector, "loose", "building-services"),
        (None, None, "crisis", "helpdesk"),
        (None, Some(DeviceType::Ipad), "battery", "campus-manager"),
    ] {
        assert_eq!(level(&directory, problem, device, reason), expected, "{problem:?} {reason}");
    }
    directory.authority.levels =
        [("P38".into(), Level::School), ("printer".into(), Level::Manufacturer), ("mains".into(), Level::Helpdesk)]
            .into();
    let school = decided(&directory, &input(Some("P38"), None), "wish").routing;
    assert_eq!((school.level.as_str(), school.assignee.as_deref()), ("school", Some("Herr K")));
    assert_eq!(level(&directory, None, Some(DeviceType::Printer), "wish"), "manufacturer");
    assert_eq!(level(&directory, None, None, "mains"), "helpdesk");
    directory.rounds.clear();
    assert_eq!(level(&directory, Some("P01"), projector, "wish"), "helpdesk");
    directory.authority.levels = [("P01".into(), Level::CampusManager)].into();
    assert_eq!(level(&directory, Some("P01"), projector, "wish"), "helpdesk", "nobody comes there");
}

#[test]
fn what_is_in_the_wall_is_not_ours() {
    let directory = directory();
    let level = |symptom: &str| {
        let input = TicketInput { symptom: symptom.into(), ..input(Some("P02"), Some(DeviceType::Projector)) };
        decided(&directory, &input, "wish").routing.level
    };
    for symptom in ["Die Steckdose am Pult ist tot", "Netzwerkdose rausgerissen", "Die Deckenhalterung wackelt leicht"]
    {
        assert_eq!(level(symptom), "building-services", "{symptom}");
    }
    for symptom in [
        "Beamer geht nicht an, Stecker steckt in der Steckdose",
        "Die Steckdose ist nicht kaputt, Lampe leuchtet",
        "Beamer ist tot. Ich habe es auch schon mit einer anderen Steckdose versucht",
    ] {
        assert_eq!(level(symptom), "campus-manager", "{symptom}");
    }
}

#[test]
fn a_defect_under_warranty_goes_to_the_manufacturer_and_no_round_is_promised() {
    let directory = directory();
    let input = input(Some("P06"), Some(DeviceType::Projector));
    let until = |until| {
        let at = Circumstances {
            directory: &directory,
            queue: "q",
            reason: "not_helped",
            onsite: None,
            warranty_until: until,
            now: monday(),
        };
        decide(&input, at).routing
    };
    let routing = until(Some(date(2026, 11, 23)));
    assert_eq!((routing.level.as_str(), routing.next_visit, routing.proposed), ("manufacturer", None, None));
    assert_eq!(routing.assignee.as_deref(), Some("Schul-IT"), "who arranges the repair");
    assert!(!routing.why.iter().any(|why| why.contains("round") || why.contains("Frau M")), "{:?}", routing.why);
    assert_eq!(until(Some(date(2026, 11, 22))).level, "campus-manager");
    assert_eq!(until(None).level, "campus-manager");
}

#[test]
fn remote_or_on_site() {
    use DeviceType::{Account, Ipad, Projector, Software};
    use Onsite::{Onsite as Visit, Remote, TryThenOnsite};
    let directory = directory();
    let place = |problem: Option<&str>, device, tried: Vec<Tried>, symptom: &str, onsite| {
        let input = TicketInput { tried, symptom: symptom.into(), ..input(problem, device) };
        let at = Circumstances {
            directory: &directory,
            queue: "q",
            reason: "not_helped",
            onsite,
            warranty_until: None,
            now: monday(),
        };
        decide(&input, at).onsite
    };
    for (problem, device, tried, symptom, guide, expected) in [
        (Some("P08"), Projector, 0, "", Some(Remote), Visit),
        (Some("P30"), Ipad, 0, "", None, Visit),
        (Some("P38"), Account, 3, "", Some(Visit), Remote),
        (None, Account, 5, "", None, Remote),
        (Some("P23"), Ipad, 2, "", None, Remote),
        (Some("P23"), Ipad, 3, "", None, Visit),
        (Some("P22"), Ipad, 0, "das iPad ist nicht im WLAN", None, Visit),
        (Some("P22"), Ipad, 0, "Code weg", None, Remote),
        (Some("P01"), Projector, 0, "", Some(TryThenOnsite), Remote),
        (Some("P01"), Projector, 1, "", Some(TryThenOnsite), Visit),
        (Some("P44"), Software, 0, "", None, Remote),
        (None, Projector, 1, "", None, Visit),
        (None, Projector, 0, "", Some(Visit), Visit),
    ] {
        assert_eq!(
            place(problem, Some(device), failed(tried), symptom, guide),
            expected,
            "{problem:?} {tried} {symptom}"
        );
    }
    assert_eq!(decided(&directory, &input(None, None), "battery").onsite, Visit);
    assert_eq!(decided(&directory, &input(None, None), "stolen").onsite, Remote);
}

#[test]
fn times_run_in_service_hours_and_a_solution_is_never_due_before_the_answer() {
    let directory = directory();
    let at = |hour, minute, day| date(2026, 11, day).at(hour, minute, 0, 0).in_tz("Europe/Berlin").unwrap().timestamp();
    let mut urgent = input(Some("P01"), Some(DeviceType::Projector));
    let ordinary = decided(&directory, &urgent, "not_helped");
    assert_eq!((ordinary.priority, ordinary.routing.proposed), (Priority::P3, None));
    assert_eq!(ordinary.due, Due { response: Some(at(14, 0, 23)), resolution: Some(at(16, 0, 26)) });
    urgent.lesson_running = Some(true);
    let decision = decided(&directory, &urgent, "not_helped");
    assert_eq!(decision.due, Due { response: Some(at(10, 30, 23)), resolution: Some(at(16, 0, 23)) });
    // The round comes tomorrow; today somebody could.
    assert_eq!(decision.routing.next_visit, Some(date(2026, 11, 24)));
    let proposal = Proposal { day: date(2026, 11, 23), manager: "Frau M".into() };
    assert_eq!((decision.routing.proposed, decision.routing.confirmed), (Some(proposal), false));
    let late = Circumstances {
        directory: &directory,
        queue: "q",
        reason: "wish",
        onsite: None,
        warranty_until: None,
        now: at(15, 50, 24),
    };
    let after = decide(&urgent, Circumstances { now: at(16, 0, 24), ..late });
    assert_eq!(after.routing.next_visit, Some(date(2026, 12, 1)), "today nobody comes any more");
    assert_eq!(after.routing.proposed.map(|proposal| proposal.day), Some(date(2026, 11, 25)));
    let late = decide(&urgent, late);
    assert_eq!(late.due, Due { response: Some(at(8, 20, 25)), resolution: Some(at(8, 20, 25)) });
    assert_eq!(
        (late.routing.next_visit, late.routing.proposed),
        (Some(date(2026, 11, 24)), None),
        "she is there today"
    );
}

prop_compose! {
    fn any_input()(
        school in prop::option::of(prop::sample::select(vec!["s", "t", ""])),
        site in prop::option::of(prop::sample::select(vec!["a", "b"])),
        problem in prop::option::of("P[0-4][0-9]|X[0-9]{2}|\\PC{0,4}"),
        symptom in "\\PC{0,40}",
        kind in prop::option::of(prop::sample::select(vec![DeviceType::Projector, DeviceType::Ipad, DeviceType::Account, DeviceType::Other])),
        tried in 0_usize..5,
        lesson_running in any::<Option<bool>>(),
        exam in any::<Option<bool>>(),
        urgency in prop::option::of(prop::sample::select(vec!["now", "today", "week", "?"])),
        scope in prop::option::of(prop::sample::select(vec![Scope::Person, Scope::Class, Scope::Building, Scope::School])),
    ) -> TicketInput {
        let mut input = TicketInput {
            school: school.map(Into::into),
            site: site.map(Into::into),
            problem, symptom, lesson_running, exam, scope,
            tried: failed(tried),
            urgency: urgency.map(Into::into),
            ..TicketInput::default()
        };
        input.device.kind = kind;
        input
    }
}

prop_compose! {
    fn any_directory()(
        hours in any::<bool>(), managers in 0_usize..4, rounds in 0_usize..4,
        days in prop::collection::vec(prop::option::of(prop::sample::select(vec![Day::Mon, Day::Wed, Day::Sun])), 4),
        every in prop::collection::vec(prop::sample::select(vec![Every::Week, Every::Fortnight, Every::Dates]), 4),
        substitutes in prop::collection::vec(prop::option::of(0_usize..5), 4),
        away in prop::collection::vec((0_i32..30, 0_i32..300), 4),
        level in prop::option::of(prop::sample::select(Level::ALL.to_vec())),
        key in prop::sample::select(vec!["P01", "mains", "phishing", "ipad"]),
    ) -> Directory {
        let id = |n: usize| format!("m{n}");
        let mut directory = directory();
        if !hours {
            directory.authority.service_hours.clear();
        }
        directory.authority.levels = level.into_iter().map(|level| (key.to_owned(), level)).collect();
        directory.managers = (0..managers).map(|n| {
            let from = date(2026, 11, 1).checked_add(away[n].0.days()).unwrap();
            let to = from.checked_add(away[n].1.days()).unwrap();
            Manager { id: id(n), name: format!("Manager {n}"), substitute: substitutes[n].map(id), absences: vec![DateRange { from, to }] }
        }).collect();
        let round = directory.rounds[0].clone();
        directory.rounds = (0..rounds).map(|n| Round {
            manager: id(n), day: days[n], every: every[n], also: vec![date(2026, 12, 4)],
            starting: (n % 2 == 0).then(|| date(2026, 11, 25)), ..round.clone()
        }).collect();
        directory
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn routing_is_total_and_deterministic(
        input in any_input(), directory in any_directory(), minutes in 0_i64..200_000,
        reason in prop::sample::select(IDS.iter().copied().chain(["wish", "form", ""]).collect::<Vec<_>>()),
        onsite in prop::option::of(prop::sample::select(vec![Onsite::Remote, Onsite::Onsite, Onsite::TryThenOnsite])),
        warranty in prop::option::of(-100_i32..400),
    ) {
        let now = monday() + jiff::SignedDuration::from_mins(minutes);
        let warranty_until = warranty.map(|days| date(2026, 11, 23).checked_add(days.days()).unwrap());
        let at = Circumstances { directory: &directory, queue: "q", reason, onsite, warranty_until, now };
        let decision = decide(&input, at);
        prop_assert_eq!(&decision, &decide(&input.clone(), at));
        let routing = &decision.routing;
        prop_assert!(Level::from_name(&routing.level).is_some());
        prop_assert!(routing.why.len() >= 3 && routing.why.iter().all(|why| !why.is_empty()));
        prop_assert_ne!(decision.onsite, Onsite::TryThenOnsite);
        let today = now.to_zoned(berlin()).date();
        prop_assert!(routing.next_visit.is_none_or(|day| day >= today));
        if let Some(proposal) = &routing.proposed {
            prop_assert!(decision.priority <= Priority::P2 && proposal.day >= today);
            prop_assert!(routing.next_visit.is_none_or(|day| proposal.day < day));
        }
        prop_assert_eq!(decision.due.response.is_some(), !directory.authority.service_hours.is_empty());
        prop_assert!(decision.due.response >= Some(now) || decision.due.response.is_none());
        prop_assert!(decision.due.resolution >= decision.due.response);
        if routing.level == "campus-manager" {
            prop_assert!(routing.assignee.is_some() && routing.next_visit.is_some());
        }
    }
}
