//! A report on its way into the helpdesk's own system, and what comes back: what the teacher
//! reads is true at every moment, also after a reload.

use std::sync::Arc;

use serde_json::{Value, json};

use super::support::{Chat, TestServer, get, text_of, until};
use schullotse::{
    config::Config,
    domain::{clock::SystemClock, ticket::TicketState},
    helpdesk::{
        ChangeKind, RemoteState, Target,
        scripted::{Script, Scripted},
    },
};

fn target(name: &str, system: &Scripted) -> Target {
    Target { name: name.into(), system: Arc::new(system.clone()) }
}

async fn server(system: &Scripted) -> TestServer {
    let mut config = Config::default();
    config.delivery.poll_seconds = 1;
    let helpdesks = Some(vec![target("rt", system)]);
    super::support::Setup { config, helpdesks, ..Default::default() }.start().await
}

async fn file(chat: &mut Chat) -> Value {
    chat.ask("Der Beamer in Raum 204 zeigt kein Signal").await;
    chat.say(json!({ "type": "choice.pick", "mid": "", "value": "report_now" })).await;
    chat.expect("ticket.created").await
}

#[tokio::test]
async fn a_teacher_reads_the_number_only_once_it_is_there() {
    let system = Scripted::new(Arc::new(SystemClock));
    system.expect([Script::Works, Script::AnswerLost]);
    let server = server(&system).await;
    let mut chat = Chat::open(server.address).await;
    let created = file(&mut chat).await;
    let blocks = created["blocks"].to_string();
    assert!(blocks.contains("Ihre Meldung wird an die Schul-IT übergeben."), "{blocks}");
    assert!(!created.to_string().contains("angelegt"), "{created}");

    // The answer was lost; the clock of the test goes on, and the report is found there.
    server.clock.advance(jiff::SignedDuration::from_secs(5));
    let status = chat.expect("ticket.status").await;
    assert_eq!(status["text"], "Ihre Meldung liegt bei der Schul-IT unter Nr. 1.");
    assert_eq!(system.held().len(), 1);

    let number = created["number"].as_str().unwrap();
    let shown = server.support.store.ticket(number).await.unwrap().unwrap().0;
    let delivery = serde_json::to_value(&shown.delivery).unwrap();
    assert_eq!(delivery, json!({ "state": "sent", "target": "rt", "reference": "1" }));
    let again = chat.resume(server.address, 0).await.rest().await;
    let kinds: Vec<&str> = again.iter().filter_map(|message| message["type"].as_str()).collect();
    assert!(kinds.iter().filter(|kind| **kind == "ticket.status").count() == 1, "{kinds:?}");

    let metrics = get(server.address, "/metrics").await.text();
    assert!(metrics.contains("schullotse_outbox{target=\"rt\",state=\"sent\"} 1"), "{metrics}");
    let ready = get(server.address, "/readyz").await.json();
    assert_eq!((&ready["delivery"][0]["target"], &ready["delivery"][0]["breaker"]), (&json!("rt"), &json!("closed")));
}

#[tokio::test]
async fn what_staff_answer_and_solve_is_read_and_a_no_opens_it_on_both_sides() {
    let system = Scripted::new(Arc::new(SystemClock));
    let server = server(&system).await;
    let mut chat = Chat::open(server.address).await;
    let number = file(&mut chat).await["number"].as_str().unwrap().to_owned();
    chat.expect("ticket.status").await;
    system.staff("1", ChangeKind::Reply("Bitte <img src=x onerror=alert(1)> das Kabel tauschen.".into()));
    let said = chat.expect("agent.message").await;
    assert_eq!(said["blocks"][1]["spans"][0]["text"], "Bitte <img src=x onerror=alert(1)> das Kabel tauschen.");

    system.staff("1", ChangeKind::State(RemoteState::Solved));
    let solved = chat.expect("ticket.status").await;
    assert_eq!((solved["state"].as_str(), solved["text"].as_str()), (Some("solved"), Some("Gelöst.")));
    let asked = chat.expect("bot.end").await;
    assert!(text_of(&asked).contains("Geht es jetzt wieder?"), "{asked}");
    assert_eq!(asked["choices"].as_array().unwrap().len(), 2);

    // Typed in the place of the button.
    let sorry = chat.ask("nein, geht noch nicht").await;
    assert!(text_of(&sorry).contains("wieder geöffnet"), "{sorry}");
    let ticket = server.support.store.ticket(&number).await.unwrap().unwrap().0;
    assert_eq!(ticket.state, TicketState::Reopened);
    until("the helpdesk is told", async || {
        system.held()[0].updates.iter().any(|update| update.state == Some(RemoteState::Open))
    })
    .await;
    let update = system.held()[0].updates[0].clone();
    assert!(update.text.contains("Es geht noch nicht"), "{update:?}");

    system.staff("1", ChangeKind::State(RemoteState::Solved));
    chat.expect("bot.end").await;
    chat.say(json!({ "type": "choice.pick", "mid": "", "value": format!("solved:{number}:yes") })).await;
    assert!(text_of(&chat.expect("bot.end").await).contains("Schön, dass es wieder geht"));
    let ticket = server.support.store.ticket(&number).await.unwrap().unwrap().0;
    assert_eq!(ticket.state, TicketState::Solved);
}

#[tokio::test]
async fn the_buttons_of_another_chat_do_nothing() {
    let system = Scripted::new(Arc::new(SystemClock));
    let server = server(&system).await;
    let mut chat = Chat::open(server.address).await;
    let number = file(&mut chat).await["number"].as_str().unwrap().to_owned();
    let mut other = Chat::open(server.address).await;
    other.ask("Hallo").await;
    other.say(json!({ "type": "choice.pick", "mid": "", "value": format!("solved:{number}:no") })).await;
    assert_eq!(other.next_error().await, "bad_message");
}
