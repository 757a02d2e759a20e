//! The life of a report after it was filed: worked on, waiting, overdue, done; reports
//! about one device together; the round of the one who comes.

use schullotse::{
    domain::ticket::{Ticket, TicketState},
    support::life::Action,
};
use serde_json::{Value, json};

use super::support::{Chat, ROOM, SCHOOL, Setup, TestServer, client, get, post, run, send};

/// A projector without a picture in [`ROOM`].
fn dark() -> Value {
    json!({ "symptom": "Bild bleibt dunkel", "school": SCHOOL, "room": ROOM, "device": { "type": "projector" },
        "problem": "P01", "tried": [{ "step": "Quelle gewählt", "result": "failed" }] })
}

async fn file(server: &TestServer, body: &Value) -> Value {
    let reply = post(server.address, "/api/v1/tickets", body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()
}

fn get_request(server: &TestServer, path: &str) -> reqwest::RequestBuilder {
    client().get(format!("http://{}{path}", server.address))
}

async fn stored(server: &TestServer, number: &Value) -> Ticket {
    server.support.store.ticket(number.as_str().unwrap()).await.unwrap().unwrap().0
}

#[tokio::test]
async fn staff_work_on_a_report_from_the_command_line() {
    let server = TestServer::start().await;
    let number = file(&server, &dark()).await["number"].as_str().unwrap().to_owned();
    let data = server.stop().await;
    let data = data.path();
    let work = async |arguments: &[&str]| {
        let all = [&["tickets", arguments[0], &number], &arguments[1..], &["--json"]].concat();
        run(data, &all).await
    };
    for (arguments, state) in [
        (&["open"][..], "open"),
        (&["wait", "--note", "Frau Krämer meldet sich, Tel. 0221 4710-999"], "waiting"),
        (&["open"], "open"),
        (&["ordered"], "waiting"),
        (&["no-access"], "open"),
        (&["handed-over", "helpdesk"], "open"),
        (&["done"], "solved"),
        (&["done"], "solved"),
        (&["reopen"], "reopened"),
        (&["close"], "solved"),
    ] {
        assert_eq!(work(arguments).await.json()["state"], state, "{arguments:?}");
    }
    work(&["wait"]).await.failed(&["solved", "reopened"]);
    work(&["confirm"]).await.failed(&["sooner visit"]);
    work(&["handed-over", "santa"]).await.failed(&["santa", "building-services"]);
    run(data, &["tickets", "done", "SUP-2026-99999"]).await.failed(&["SUP-2026-99999"]);

    let shown = run(data, &["tickets", "show", &number, "--json"]).await.json();
    assert_eq!((&shown["routing"]["level"], &shown["state"]), (&json!("helpdesk"), &json!("solved")));
    let notes: Vec<&str> =
        shown["history"].as_array().unwrap().iter().filter_map(|event| event["note"].as_str()).collect();
    for note in ["open", "waiting", "part ordered", "no access", "handed over to helpdesk", "solved", "reopened"] {
        assert!(notes.contains(&note), "{note} in {notes:?}");
    }
    assert!(notes.iter().any(|note| note.contains("meldet sich")), "{notes:?}");
    assert!(!shown.to_string().contains("Krämer") && !shown.to_string().contains("4710-999"), "masked: {shown}");
    assert!(shown["responded"].is_string(), "{shown}");
    let text = run(data, &["tickets", "show", &number]).await;
    assert!(text.code == 0 && text.stdout.contains("part ordered"), "{text:?}");
}

#[tokio::test]
async fn a_promise_passes_once_and_the_clock_stands_while_waiting() {
    let server = TestServer::start().await;
    let mut body = dark();
    body["lesson_running"] = true.into();
    let number = file(&server, &body).await["number"].clone();
    let before = stored(&server, &number).await;
    let kinds = async || -> Vec<&'static str> {
        server.support.look_at_promises().await.unwrap();
        let events = server.support.store.ticket_events(&before.number).await.unwrap();
        events.into_iter().map(|event| event.kind.name()).collect()
    };
    assert!(kinds().await.is_empty());
    server.clock.advance(jiff::SignedDuration::from_mins(31));
    assert_eq!(kinds().await, ["response_breached"]);
    assert_eq!(kinds().await, ["response_breached"], "once");
    let metrics = get(server.address, "/metrics").await.text();
    assert!(metrics.contains("schullotse_sla_events_total{kind=\"response_breached\"}"), "{metrics}");

    // Seven hours of service pass while it waits, over the night.
    let life = server.support.life();
    let now = || schullotse::domain::clock::Clock::now(&*server.clock);
    life.act(&before.number, Action::Wait, None, now()).await.unwrap();
    server.clock.advance(jiff::SignedDuration::from_hours(24));
    assert_eq!(kinds().await, ["response_breached", "state"]);
    life.act(&before.number, Action::Open, None, now()).await.unwrap();
    let after = stored(&server, &number).await;
    assert_eq!(before.due.resolution.unwrap().to_string(), "2026-11-23T15:00:00Z");
    assert_eq!(after.due.resolution.unwrap().to_string(), "2026-11-24T15:00:00Z");
    assert_eq!(after.responded.unwrap().to_string(), "2026-11-23T09:31:00Z");
    server.clock.advance(jiff::SignedDuration::from_hours(5));
    assert!(kinds().await.contains(&"due_soon"));
    server.clock.advance(jiff::SignedDuration::from_hours(1));
    assert!(kinds().await.contains(&"resolution_breached"));
}

#[tokio::test]
async fn reports_about_one_device_go_together_and_each_reporter_hears_of_it() {
    let server = TestServer::start().await;
    let first = file(&server, &dark()).await;
    // A colleague reports the same projector from the chat.
    let mut chat = Chat::hello(server.address, json!({ "room": ROOM, "lang": "de" })).await;
    let end = chat.ask("der beamer zeigt kein signal").await;
    chat.say(json!({ "type": "feedback.give", "mid": end["mid"], "helped": false, "reasons": ["no_effect"] })).await;
    let offer = chat.expect("escalate.offer").await;
    chat.say(json!({ "type": "choice.pick", "mid": offer["mid"], "value": "report_now" })).await;
    let second = chat.expect("ticket.created").await;
    assert_ne!((&second["number"], &second["code"]), (&first["number"], &first["code"]));
    assert!(second["blocks"].to_string().contains("schon eine Meldung"), "{second}");
    // By the number of the device alone, and in a lesson: the first becomes as urgent.
    let third = file(
        &server,
        &json!({ "symptom": "geht nicht", "school": SCHOOL, "device": { "inventory": "lof-2022-00131" },
            "problem": "P01", "lesson_running": true }),
    )
    .await;
    // Another device of the room, and a danger, stand alone.
    let mut other = dark();
    other["device"]["type"] = "sound".into();
    let other = file(&server, &other).await;

    let (one, two) = (stored(&server, &first["number"]).await, stored(&server, &second["number"]).await);
    assert_eq!((one.joined.as_ref(), two.joined.as_ref()), (None, Some(&one.number)));
    assert_eq!(two.routing.next_visit, one.routing.next_visit);
    assert_eq!(format!("{:?}", one.priority), "P2");
    assert_eq!(stored(&server, &third["number"]).await.joined, Some(one.number.clone()));
    assert_eq!(stored(&server, &other["number"]).await.joined, None);

    let plan =
        run(server.data.path(), &["visits", "--manager", "wattenberg", "--day", "2026-11-30", "--json"]).await.json();
    let stop = plan["schools"].as_array().unwrap().iter().find(|stop| stop["school"] == SCHOOL).unwrap();
    let room = stop["rooms"].as_array().unwrap().iter().find(|place| place["room"] == ROOM).unwrap();
    let numbers: Vec<&Value> = room["reports"].as_array().unwrap().iter().map(|report| &report["number"]).collect();
    assert_eq!(numbers, [&first["number"], &other["number"]], "one visit, the most urgent first: {plan}");
    assert_eq!(room["reports"][0]["with_it"], json!([second["number"], third["number"]]));
    assert_eq!(room["reports"][0]["parts"], json!(["hdmi-cable", "usb-c-adapter"]));
    let page = run(server.data.path(), &["visits", "--manager", "wattenberg", "--day", "2026-11-30"]).await;
    for part in
        ["Raum 204", one.number.as_str(), "Quelle gewählt (ohne Erfolg)", "Mitnehmen: HDMI-Kabel", "Montag, 30.11.2026"]
    {
        assert!(page.stdout.contains(part), "{part} in {}", page.stdout);
    }
    assert!(page.stdout.lines().all(|line| line.chars().count() <= 80), "{}", page.stdout);
    run(server.data.path(), &["visits", "--manager", "niemand", "--day", "2026-11-30"])
        .await
        .failed(&["niemand", "wattenberg"]);
    let sunday =
        run(server.data.path(), &["visits", "--manager", "wattenberg", "--day", "2026-11-29", "--json"]).await.json();
    assert_eq!(sunday["schools"], json!([]));

    let last = chat.numbers().last().copied().unwrap();
    run(server.data.path(), &["tickets", "done", &one.number, "--json"]).await.json();
    for joined in [&second, &third] {
        assert_eq!(stored(&server, &joined["number"]).await.state, TicketState::Solved);
        let path = format!("/api/v1/tickets/{}", joined["number"].as_str().unwrap());
        let code = joined["code"].as_str().unwrap();
        let seen = send(get_request(&server, &path).header("x-ticket-code", code)).await.json();
        assert_eq!(seen["state"], "solved");
    }
    assert_eq!(stored(&server, &other["number"]).await.state, TicketState::New);
    let mut again = chat.resume(server.address, last).await;
    let status = again.expect("ticket.status").await;
    assert_eq!((&status["number"], &status["state"]), (&second["number"], &json!("solved")));
}

#[tokio::test]
async fn another_fault_of_the_same_device_is_a_report_of_its_own() {
    let server = TestServer::start().await;
    let of = |problem: Option<&str>, symptom: &str| {
        let mut body = dark();
        (body["problem"], body["symptom"]) = (json!(problem), symptom.into());
        body
    };
    let first = file(&server, &of(Some("P01"), "kein Bild")).await;
    let named = first["number"].as_str().unwrap();
    for (problem, symptom) in [(Some("P10"), "Fernbedienung fehlt"), (None, "summt so seltsam")] {
        let other = file(&server, &of(problem, symptom)).await;
        let stored = stored(&server, &other["number"]).await;
        assert_eq!(stored.joined, None, "{symptom}");
        assert!(stored.routing.why.iter().any(|why| why.contains(named)), "{:?}", stored.routing.why);
        // One more of each goes with that one, not with the first.
        let again = file(&server, &of(problem, "wie gestern")).await;
        assert_eq!(self::stored(&server, &again["number"]).await.joined, Some(stored.number), "{symptom}");
    }
    let again = file(&server, &of(Some("P01"), "dunkel")).await;
    assert_eq!(stored(&server, &again["number"]).await.joined.as_deref(), Some(named));
}

#[tokio::test]
async fn a_sooner_visit_is_told_once_it_is_confirmed() {
    let server = Setup { now: "2026-11-27T09:00:00Z", ..Setup::default() }.start().await;
    let mut body = dark();
    body["lesson_running"] = true.into();
    let created = file(&server, &body).await;
    assert!(created["when"].as_str().unwrap().contains("30.11.2026"), "{created}");
    let number = created["number"].as_str().unwrap();
    // Another day than the proposed one has somebody to come, too, but not after the round.
    let confirm = async |day: &str| run(server.data.path(), &["tickets", "confirm", number, "--day", day]).await;
    confirm("2026-11-30").await.failed(&["round comes on 2026-11-30", "hint: "]);
    confirm("2026-11-28").await.failed(&["2026-11-28", "hint: "]);
    let done = confirm("2026-11-27").await;
    assert!(done.code == 0 && done.stdout.contains("visit confirmed for 2026-11-27"), "{done:?}");
    assert!(!done.stdout.contains("2026-11-30"), "the round is not when somebody comes: {}", done.stdout);
    let path = format!("/api/v1/tickets/{number}");
    let code = created["code"].as_str().unwrap();
    let seen = send(get_request(&server, &path).header("x-ticket-code", code)).await.json();
    assert_eq!(
        (&seen["routing"]["proposed"]["day"], &seen["routing"]["confirmed"]),
        (&json!("2026-11-27"), &json!(true))
    );
    let plan =
        run(server.data.path(), &["visits", "--manager", "wattenberg", "--day", "2026-11-27", "--json"]).await.json();
    assert!(plan.to_string().contains(number), "{plan}");
}

#[tokio::test]
async fn staff_may_name_another_day_for_the_sooner_visit() {
    let server = Setup { now: "2026-11-26T09:00:00Z", ..Setup::default() }.start().await;
    let mut body = dark();
    body["lesson_running"] = true.into();
    let created = file(&server, &body).await;
    let joined = file(&server, &body).await;
    let number = created["number"].as_str().unwrap();
    let now = schullotse::domain::clock::Clock::now(&*server.clock);
    let day = |day: &str| Action::Confirm(Some(day.parse().unwrap()));
    let life = server.support.life();
    for no in ["2026-11-25", "2026-11-28", "2026-12-07"] {
        assert!(life.act(number, day(no), None, now).await.is_err(), "{no}");
    }
    life.act(number, Action::Confirm(None), None, now).await.unwrap();
    life.act(number, day("2026-11-27"), None, now).await.unwrap();
    for one in [&created, &joined] {
        let stored = stored(&server, &one["number"]).await;
        assert_eq!(stored.routing.visit().unwrap().to_string(), "2026-11-27", "and what goes with it");
        let code = one["code"].as_str().unwrap();
        let path = format!("/api/v1/tickets/{}", one["number"].as_str().unwrap());
        let seen = send(get_request(&server, &path).header("x-ticket-code", code)).await.json();
        assert_eq!(seen["routing"]["proposed"]["day"], "2026-11-27", "{seen}");
    }
    let page = run(server.data.path(), &["visits", "--manager", "wattenberg", "--day", "2026-11-27", "--json"]).await;
    assert!(page.json().to_string().contains(number));
    // Who scans the room's code is told the same day.
    let notices = Chat::hello(server.address, json!({ "room": ROOM, "lang": "de" })).await.welcome.to_string();
    assert!(notices.contains("27.11.2026") && !notices.contains("30.11.2026"), "{notices}");
}

#[tokio::test]
async fn of_a_defect_under_warranty_the_campus_managers_round_is_not_promised() {
    let server = TestServer::start().await;
    let mut body = dark();
    body["problem"] = "P06".into();
    body["lesson_running"] = true.into();
    let created = file(&server, &body).await;
    let (who, when) = (created["who"].as_str().unwrap(), created["when"].as_str().unwrap());
    assert!(who.contains("veranlasst die Reparatur durch den Hersteller"), "{created}");
    assert!(when.contains("steht noch nicht fest") && !when.contains("2026"), "{created}");
    let stored = stored(&server, &created["number"]).await;
    assert_eq!((stored.routing.level.as_str(), stored.routing.visit()), ("manufacturer", None));
    for manager in ["wattenberg", "seehusen"] {
        let plan = run(server.data.path(), &["visits", "--manager", manager, "--day", "2026-11-30", "--json"]).await;
        assert!(!plan.json().to_string().contains(&stored.number), "{manager}");
    }
}
