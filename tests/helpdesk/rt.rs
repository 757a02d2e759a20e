//! Request Tracker 5 as it is.

use schullotse::helpdesk::{ChangeKind, Fault, Filed, RemoteState, Update};
use serde_json::json;

use crate::systems::{Rt, changes, fresh, report, system};

#[tokio::test]
async fn a_report_is_filed_read_back_and_found_again() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    assert!(desk.check().await.expect("it lets us in").starts_with("Request Tracker 5."));
    let id = fresh();
    assert_eq!(desk.find(&id).await, Ok(None));
    let filed = desk.file(&report(&id)).await.expect("it is taken");
    assert_eq!(filed.dropped, Vec::<String>::new());
    assert_eq!(desk.find(&id).await, Ok(Some(filed.clone())));
    let there = rt.ticket(&filed.reference).await;
    assert_eq!(there["Subject"], "Beamer: kein Bild (Raum 204)");
    assert_eq!(there["Requestor"][0]["id"], "frau.mueller@schule.example");
    assert_eq!(there["Priority"], "75");
    let fields: Vec<_> =
        there["CustomFields"].as_array().expect("fields").iter().map(|field| &field["values"][0]).collect();
    assert!(fields.contains(&&json!("Gymnasium Süd")) && fields.contains(&&json!(id)), "{fields:?}");
    // Quotes and backslashes ask for no other tickets.
    for odd in [format!("{id}' OR id > '0"), format!("{id}\\"), format!("\\' OR id > 0 OR 'a' = '{id}")] {
        assert_eq!(desk.find(&odd).await, Ok(None), "{odd}");
    }
}

#[tokio::test]
async fn what_is_dropped_is_named() {
    let Some(rt) = Rt::there() else { return };
    let desk = system(&rt.config().replace("room = 'Raum'", "room = 'Zimmer'"));
    assert!(matches!(desk.check().await, Err(Fault::Refused(why)) if why.contains("Zimmer")));
    let mut report = report(&fresh());
    report.requestor = Some("keine Adresse".into());
    let filed = desk.file(&report).await.expect("it is taken");
    assert_eq!(filed.dropped, ["room", "requestor"]);
}

#[tokio::test]
async fn an_update_is_told_once() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    let filed = desk.file(&report(&fresh())).await.expect("it is taken");
    let update = Update { id: fresh(), text: "Jetzt auch Raum 205.".into(), state: Some(RemoteState::Open) };
    for _ in 0..2 {
        desk.update(&filed.reference, &update).await.expect("it is told");
    }
    let told = format!("id = {} AND Status = 'open'", filed.reference);
    assert_eq!(rt.count(&told).await, 1);
    let comments = rt
        .staff("GET", &format!("ticket/{}/attachments?fields=Subject&per_page=100", filed.reference), json!(null))
        .await;
    let subject = json!(format!("Schullotse {}", update.id));
    let told = comments["items"].as_array().expect("a list").iter().filter(|one| one["Subject"] == subject).count();
    assert_eq!(told, 1);
    // Somebody solves it meanwhile: telling it once more does not open it again.
    rt.set(&filed.reference, "resolved").await;
    desk.update(&filed.reference, &update).await.expect("it is told");
    assert_eq!(rt.ticket(&filed.reference).await["Status"], "resolved");
    let state = Update { id: fresh(), text: String::new(), state: Some(RemoteState::Waiting) };
    desk.update(&filed.reference, &state).await.expect("it is told");
    assert_eq!(rt.ticket(&filed.reference).await["Status"], "stalled");
    assert!(matches!(desk.update("99999999", &update).await, Err(Fault::Unacceptable(_))));
    assert!(matches!(desk.update("1/comment", &update).await, Err(Fault::Unacceptable(_))));
}

#[tokio::test]
async fn staff_are_heard_and_nobody_else() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    let filed = desk.file(&report(&fresh())).await.expect("it is taken");
    let update = Update { id: fresh(), text: "Nachtrag.".into(), state: None };
    desk.update(&filed.reference, &update).await.expect("it is told");
    let page = json!({ "Content": "<p>Bitte <b>Kabel</b> tauschen.</p>", "ContentType": "text/html" });
    rt.staff("POST", &format!("ticket/{}/correspond", filed.reference), page).await;
    let note = json!({ "Content": "INTERN: wieder die 7b", "ContentType": "text/plain" });
    rt.staff("POST", &format!("ticket/{}/comment", filed.reference), note).await;
    rt.set(&filed.reference, "resolved").await;
    let ours = |all: Vec<schullotse::helpdesk::Change>| -> Vec<ChangeKind> {
        all.into_iter().filter(|one| one.reference == filed.reference).map(|one| one.kind).collect()
    };
    let told = ours(changes(&*desk, &mut cursor).await);
    assert_eq!(
        told,
        [
            ChangeKind::Reply("Bitte Kabel tauschen.".into()),
            ChangeKind::State(RemoteState::Open),
            ChangeKind::State(RemoteState::Solved)
        ]
    );
    assert_eq!(ours(changes(&*desk, &mut cursor).await), []);
    assert!(matches!(desk.changes(Some("nonsense")).await, Err(Fault::Unacceptable(_))));
}

#[tokio::test]
async fn what_was_merged_is_found_where_it_went() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    let (first, second) = (fresh(), fresh());
    let into = desk.file(&report(&first)).await.expect("it is taken");
    let merged = desk.file(&report(&second)).await.expect("it is taken");
    rt.staff("PUT", &format!("ticket/{}", merged.reference), json!({ "MergeInto": into.reference })).await;
    assert_eq!(desk.find(&second).await, Ok(Some(Filed { reference: into.reference, dropped: Vec::new() })));
}

#[tokio::test]
async fn what_was_merged_is_followed_into_a_strangers_ticket() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    let ours = desk.file(&report(&fresh())).await.expect("it is taken").reference;
    let strangers = json!({ "Queue": "Schul-IT", "Subject": "Beamer in 204", "Content": "Anruf" });
    let into = rt.staff("POST", "ticket", strangers).await["id"].to_string().replace('"', "");
    rt.staff("PUT", &format!("ticket/{ours}"), json!({ "MergeInto": into })).await;
    rt.answer(&into, "Der Techniker kommt um zehn.").await;
    rt.set(&into, "resolved").await;
    let of = |all: Vec<schullotse::helpdesk::Change>| -> Vec<(String, ChangeKind)> {
        let about = |one: &schullotse::helpdesk::Change| one.reference == ours || one.reference == into;
        all.into_iter().filter(about).map(|one| (one.reference, one.kind)).collect()
    };
    let told = of(changes(&*desk, &mut cursor).await);
    assert_eq!(told.first(), Some(&(ours.clone(), ChangeKind::Merged { into: into.clone() })), "{told:?}");
    let reply = ChangeKind::Reply("Der Techniker kommt um zehn.".into());
    assert!(told.contains(&(into.clone(), reply)), "{told:?}");
    assert_eq!(told.last(), Some(&(into.clone(), ChangeKind::State(RemoteState::Solved))), "{told:?}");
    assert_eq!(of(changes(&*desk, &mut cursor).await), []);
    // An update finds its way, too.
    let update = Update { id: fresh(), text: "Danke.".into(), state: None };
    desk.update(&ours, &update).await.expect("it is told");
}

#[tokio::test]
async fn what_was_rejected_is_not_solved() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    let ours = desk.file(&report(&fresh())).await.expect("it is taken").reference;
    rt.set(&ours, "rejected").await;
    let told = changes(&*desk, &mut cursor).await;
    let told: Vec<_> = told.into_iter().filter(|one| one.reference == ours).map(|one| one.kind).collect();
    assert_eq!(told, [ChangeKind::State(RemoteState::Closed)]);
}

#[tokio::test]
async fn what_was_solved_comes_with_how() {
    let Some(rt) = Rt::there() else { return };
    let desk = rt.desk();
    // Behind what other tests solved: both cursors count transactions.
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    let (solved, rejected, silent) = (fresh(), fresh(), fresh());
    let solved = desk.file(&report(&solved)).await.expect("it is taken").reference;
    let rejected = desk.file(&report(&rejected)).await.expect("it is taken").reference;
    let silent = desk.file(&report(&silent)).await.expect("it is taken").reference;
    rt.answer(&solved, "Lösung: Eingang auf HDMI 2 stellen.\n-- \nT. Eins").await;
    let note = json!({ "Content": "INTERN", "ContentType": "text/plain" });
    rt.staff("POST", &format!("ticket/{solved}/comment"), note).await;
    rt.answer(&rejected, "Dafür sind wir nicht zuständig.").await;
    rt.set(&rejected, "rejected").await;
    rt.set(&silent, "resolved").await;
    rt.set(&solved, "resolved").await;
    let mut found = Vec::new();
    loop {
        let (more, next) = desk.resolved(Some(&cursor)).await.expect("it tells");
        found.extend(more);
        if next == cursor {
            break;
        }
        cursor = next;
    }
    found.retain(|one| [&solved, &rejected, &silent].contains(&&one.reference));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].reference.as_str(), found[0].subject.as_str()),
        (solved.as_str(), "Beamer: kein Bild (Raum 204)")
    );
    assert!(found[0].description.starts_with("Der Projektor zeigt kein Bild."), "{}", found[0].description);
    assert_eq!(found[0].replies, ["Lösung: Eingang auf HDMI 2 stellen."]);
}

#[tokio::test]
async fn what_an_operator_must_mend_is_refused() {
    let Some(rt) = Rt::there() else { return };
    let token = system(&rt.config().replace(&rt.token, "1-2-3"));
    let queue = system(&rt.config().replace("Schul-IT", "Gibt es nicht"));
    for desk in [token, queue] {
        assert!(matches!(desk.check().await, Err(Fault::Refused(_))));
        assert!(matches!(desk.file(&report(&fresh())).await, Err(Fault::Refused(_))));
    }
}
