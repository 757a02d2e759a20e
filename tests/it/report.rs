//! From "that does not help" to a number, a code, and the state of the report.

use schullotse::domain::ticket::Scope;
use serde_json::{Value, json};

use super::support::{Chat, ROOM, SCHOOL, TestServer, text_of};

async fn tickets(server: &TestServer) -> Vec<schullotse::domain::ticket::Ticket> {
    server.support.store.tickets(&schullotse::store::TicketFilter::default(), 100).await.unwrap()
}

fn names(form: &Value) -> Vec<&str> {
    form["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn no_guide_leads_to_a_form_a_number_and_a_state() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("xyzzy plugh frobnicate").await;
    assert_eq!(end["outcome"], "escalate");
    assert!(!text_of(&end).is_empty());
    let offer = chat.expect("escalate.offer").await;
    chat.say(json!({ "type": "choice.pick", "mid": offer["mid"], "value": "report" })).await;
    let form = chat.expect("ticket.form").await;
    assert!(!names(&form).contains(&"school"), "the school is known: {form}");
    let symptom = form["fields"].as_array().unwrap().iter().find(|field| field["name"] == "symptom").unwrap();
    assert_eq!(symptom["value"], "xyzzy plugh frobnicate");

    let fields = json!({ "room": "Raum 204", "device": "projector", "serial": "weiß ich nicht",
        "symptom": "Das Gehäuse klappert", "urgency": "now", "contact": null });
    chat.say(json!({ "type": "ticket.submit", "fields": fields, "include_transcript": true })).await;
    let created = chat.expect("ticket.created").await;
    let (number, code) = (created["number"].as_str().unwrap(), created["code"].as_str().unwrap());
    assert!(created["who"].as_str().unwrap().contains("Campus-Management"), "{created}");
    assert!(created["when"].as_str().unwrap().contains("2026"), "the next round is known: {created}");

    let ticket = &tickets(&server).await[0];
    assert_eq!((ticket.number.as_str(), ticket.school.as_deref()), (number, Some(SCHOOL)));
    // The directory fills in what she need not look up.
    assert_eq!((ticket.room.as_deref(), ticket.lesson_running), (Some(ROOM), Some(true)));
    assert!(ticket.device.serial.is_some() && ticket.symptom.contains("klappert"), "{ticket:?}");
    assert!(ticket.transcript.as_ref().unwrap().contains("xyzzy"), "{ticket:?}");

    for (code, kind) in [(code.to_lowercase(), "ticket.status"), ("2222-2222".into(), "error")] {
        chat.say(json!({ "type": "ticket.query", "number": number.to_lowercase(), "code": code })).await;
        let answer = loop {
            let message = chat.next().await;
            if message["type"] != "ack" {
                break message;
            }
        };
        assert_eq!(answer["type"], kind, "{answer}");
        if kind == "ticket.status" {
            assert_eq!((&answer["number"], &answer["state"]), (&created["number"], &json!("new")));
            assert!(answer["text"].as_str().unwrap().contains("Eingegangen"), "{answer}");
        }
    }
}

#[tokio::test]
async fn one_tap_files_at_once_with_the_steps_that_were_shown() {
    let server = TestServer::start().await;
    let mut chat = Chat::hello(server.address, json!({ "room": ROOM, "lang": "de" })).await;
    let end = chat.ask("am beamer ist die falsche quelle").await;
    chat.say(json!({ "type": "feedback.give", "mid": end["mid"], "helped": false, "reasons": ["no_effect"] })).await;
    let offer = chat.expect("escalate.offer").await;
    chat.say(json!({ "type": "choice.pick", "mid": offer["mid"], "value": "report_now" })).await;
    let created = chat.expect("ticket.created").await;
    let all = tickets(&server).await;
    assert_eq!(all.len(), 1);
    let ticket = &all[0];
    assert_eq!(json!(ticket.number), created["number"]);
    assert_eq!((ticket.reason.as_str(), ticket.room.as_deref()), ("not_helped", Some(ROOM)));
    assert!(ticket.tried.len() > 2, "{ticket:?}");
    assert!(ticket.tried.iter().all(|tried| tried.result == schullotse::domain::ticket::StepResult::Failed));
    assert_eq!(ticket.problem.as_deref(), Some("P01"));
    assert!(ticket.transcript.is_none(), "nobody agreed to send it");
}

#[tokio::test]
async fn without_a_word_about_the_fault_the_form_asks() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("Guten Morgen").await;
    chat.say(json!({ "type": "choice.pick", "mid": end["mid"], "value": "report_now" })).await;
    assert!(names(&chat.expect("ticket.form").await).contains(&"symptom"));
    chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": " \u{202e} " } })).await;
    assert_eq!(chat.next_error().await, "empty");
    chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": "kaputt", "admin": "1" } })).await;
    assert_eq!(chat.next_error().await, "bad_field");
    chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": "kaputt", "school": "nirgends" } })).await;
    assert_eq!(chat.next_error().await, "bad_field");
    assert!(tickets(&server).await.is_empty());
}

#[tokio::test]
async fn a_report_sent_twice_is_filed_once() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let submit = json!({ "type": "ticket.submit", "cid": "once", "fields": { "symptom": "Taste klemmt" } });
    chat.say(submit.clone()).await;
    let created = chat.expect("ticket.created").await;
    // Sent again, as after a dropped connection: here, and in a second tab.
    chat.say(submit.clone()).await;
    chat.expect("ack").await;
    let mut tab = chat.resume(server.address, 0).await;
    tab.say(submit).await;
    tab.expect("ack").await;
    assert_eq!(tickets(&server).await.len(), 1);
    let again = tab.seen.iter().filter(|message| message["type"] == "ticket.created").collect::<Vec<_>>();
    assert_eq!(again, [&created]);
}

#[tokio::test]
async fn a_form_sent_twice_files_one_report_whatever_its_cids() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("die lampe im aquarium flackert").await;
    chat.say(json!({ "type": "choice.pick", "value": "report" })).await;
    chat.expect("ticket.form").await;
    let mut tab = chat.resume(server.address, 0).await;
    tab.expect("ticket.form").await;
    // At the same moment in two tabs, each with a cid of its own, and a double click.
    let submit = json!({ "type": "ticket.submit", "fields": { "symptom": "Lampe flackert" } });
    tokio::join!(chat.say(submit.clone()), tab.say(submit.clone()));
    let (here, there) = tokio::join!(chat.expect("ticket.created"), tab.expect("ticket.created"));
    assert_eq!(here, there, "one number and one code");
    let late = chat.say(submit.clone()).await;
    assert_eq!(chat.expect("ack").await["cid"], late);
    // Below the form she filled in, and as a double tap.
    let now = json!({ "type": "choice.pick", "value": "report_now" });
    let mut filled = now.clone();
    filled["fields"] = submit["fields"].clone();
    for again in [filled, now.clone()] {
        let cid = tab.say(again).await;
        assert_eq!(tab.expect("ack").await["cid"], cid);
    }
    for (name, chat) in [("chat", &mut chat), ("tab", &mut tab)] {
        let rest = chat.rest().await;
        assert!(rest.iter().all(|message| message["type"] == "ack"), "{name}: {rest:?}");
    }
    assert_eq!(tickets(&server).await.len(), 1);

    // Later the button is for something else, and what is sent then is another report.
    server.clock.advance(jiff::SignedDuration::from_secs(60));
    chat.say(now).await;
    chat.expect("ticket.form").await;
    chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": "Der Drucker ist leer" } })).await;
    let second = chat.expect("ticket.created").await;
    assert_ne!(second["number"], here["number"]);
    assert_eq!(tickets(&server).await.len(), 2);
    // The cid of a form that was sent twice has done its work.
    chat.say(json!({ "type": "ticket.submit", "cid": late, "fields": { "symptom": "Lampe flackert" } })).await;
    chat.expect("ack").await;
    assert_eq!(tickets(&server).await.len(), 2);
}

#[tokio::test]
async fn what_is_written_into_the_form_counts_for_its_urgency() {
    let server = TestServer::start().await;
    for (symptom, expected) in [
        ("Im ganzen Gebäude hat keine Klasse Internet", ("P1", "without network")),
        ("Der Beamer ist dunkel, wir schreiben gerade eine Klausur", ("P1", "examination")),
        ("Der Beamer ist dunkel", ("P3", "no lesson is blocked")),
    ] {
        let mut chat = Chat::open(server.address).await;
        chat.say(json!({ "type": "choice.pick", "value": "report" })).await;
        chat.expect("ticket.form").await;
        chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": symptom } })).await;
        let number = chat.expect("ticket.created").await["number"].as_str().unwrap().to_owned();
        let ticket = server.support.store.ticket(&number).await.unwrap().unwrap().0;
        let why = ticket.routing.why.join("; ");
        assert!(format!("{:?}", ticket.priority) == expected.0 && why.contains(expected.1), "{symptom}: {ticket:?}");
    }
    // The same, said in the chat before the form came.
    let mut chat = Chat::open(server.address).await;
    chat.ask("im ganzen gebäude hat keine klasse internet").await;
    chat.say(json!({ "type": "choice.pick", "value": "report" })).await;
    chat.expect("ticket.form").await;
    chat.say(json!({ "type": "ticket.submit", "fields": { "contact": "Apparat 12" } })).await;
    let number = chat.expect("ticket.created").await["number"].as_str().unwrap().to_owned();
    let ticket = server.support.store.ticket(&number).await.unwrap().unwrap().0;
    assert_eq!((ticket.scope, format!("{:?}", ticket.priority).as_str()), (Some(Scope::Building), "P1"), "{ticket:?}");
}

#[tokio::test]
async fn what_the_guide_says_of_a_visit_is_a_reason_of_the_report() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("am beamer ist die falsche quelle").await;
    chat.say(json!({ "type": "choice.pick", "value": "report_now" })).await;
    chat.expect("ticket.created").await;
    let ticket = &tickets(&server).await[0];
    assert!(ticket.routing.why.iter().any(|why| why.contains("as the guide for this problem says")), "{ticket:?}");
}

#[tokio::test]
async fn what_the_chat_told_is_not_asked_again_when_the_acknowledgement_is_lost() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("die lampe im aquarium flackert").await;
    let submit = json!({ "type": "ticket.submit", "cid": "once", "fields": {} });
    chat.say(submit.clone()).await;
    chat.expect("ticket.created").await;
    // Nothing has been said since the report, so only the cid tells that it is filed.
    chat.say(submit).await;
    chat.rest().await;
    assert!(!chat.seen.iter().any(|message| message["type"] == "error"), "{:?}", chat.seen);
    assert_eq!(tickets(&server).await.len(), 1);
}

#[tokio::test]
async fn a_wish_for_a_person_is_granted() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("Ich möchte mit einem Menschen sprechen").await;
    assert_eq!(end["outcome"], "escalate");
    assert_eq!(chat.expect("escalate.offer").await["reason"], "wish");
    // That she asked for somebody is the reason; it is not what does not work.
    chat.ask("Der Beamer im Raum 204 bleibt dunkel").await;
    chat.say(json!({ "type": "choice.pick", "cid": "now", "mid": "", "value": "report_now" })).await;
    chat.expect("ticket.created").await;
    assert_eq!(tickets(&server).await[0].symptom, "Der Beamer im Raum 204 bleibt dunkel");
}

#[tokio::test]
async fn who_only_asks_for_a_person_is_asked_what_does_not_work() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("Ich möchte mit einem Menschen sprechen").await;
    chat.expect("escalate.offer").await;
    chat.say(json!({ "type": "choice.pick", "cid": "now", "mid": "", "value": "report_now" })).await;
    let form = chat.expect("ticket.form").await;
    let symptom = form["fields"].as_array().unwrap().iter().find(|field| field["name"] == "symptom").unwrap();
    assert_eq!(symptom.get("value"), None, "{form}");
}

#[tokio::test]
async fn a_code_cannot_be_guessed_from_many_chats() {
    let mut config = schullotse::config::Config::default();
    config.limits.tickets_per_hour = 3;
    let server = super::support::Setup { config, ..Default::default() }.start().await;
    let filed = super::support::post(server.address, "/api/v1/tickets", &json!({ "symptom": "x" })).await.json();
    assert_eq!(filed["number"], "SUP-2026-00001");
    let mut codes = Vec::new();
    for number in ["SUP-2026-00001", "sup-2026-00001", " SUP-2026-00001", "SUP-2026-00001"] {
        let mut chat = Chat::open(server.address).await;
        chat.say(json!({ "type": "ticket.query", "number": number, "code": "2222-2222" })).await;
        codes.push(chat.next_error().await);
    }
    assert_eq!(codes, ["not_found", "not_found", "not_found", "rate_limited"]);
}
