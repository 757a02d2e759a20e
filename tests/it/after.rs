//! What is typed at a step in the place of a button, and what is said after a report.

use serde_json::json;

use super::support::{Chat, TestServer, text_of};
use schullotse::{
    domain::{
        life::TicketEventKind,
        ticket::{Ticket, TicketState},
    },
    support::life::{Action, Life},
};

async fn ticket(server: &TestServer) -> Ticket {
    let all = server.support.store.tickets(&schullotse::store::TicketFilter::default(), 10).await.unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

/// A chat that has filed a report with "Jetzt nur melden".
async fn filed(server: &TestServer, text: &str) -> Chat {
    let mut chat = Chat::open(server.address).await;
    chat.ask(text).await;
    chat.say(json!({ "type": "choice.pick", "mid": "", "value": "report_now" })).await;
    chat.expect("ticket.created").await;
    chat
}

#[tokio::test]
async fn what_is_said_after_a_report_goes_to_the_report() {
    let server = TestServer::start().await;
    let mut chat = filed(&server, "Der Beamer in Raum 204 zeigt kein Signal").await;
    let before = ticket(&server).await;
    assert!(before.missing.contains(&"contact".to_owned()), "{before:?}");

    let status = chat.ask("Wann kommt denn jemand?").await;
    let said = text_of(&status);
    assert!(status["outcome"] == "smalltalk" && said.contains(&before.number) && said.contains("Zuständig"), "{said}");

    let added = chat.ask("Nachtrag: der Unterricht läuft gerade, ihr erreicht mich unter 0231 4710 555").await;
    assert!(text_of(&added).contains("steht jetzt bei Ihrer Meldung"), "{added}");
    let after = ticket(&server).await;
    assert_eq!((after.lesson_running, after.contact.as_deref()), (Some(true), Some("0231 4710 555")));
    assert!(!after.missing.contains(&"contact".to_owned()) && after.symptom == before.symptom, "{after:?}");
    let notes = server.support.store.ticket_events(&after.number).await.unwrap();
    let note = notes.iter().find(|event| event.kind == TicketEventKind::Note).unwrap().note.clone().unwrap();
    assert!(note.contains("Unterricht läuft") && !note.contains("4710"), "{note}");

    assert!(text_of(&chat.ask("geht wieder, danke").await).contains("Schön, dass es wieder geht"));
    assert_eq!(ticket(&server).await.state, TicketState::New, "the helpdesk closes it");

    let support = &server.support;
    let life = Life { store: &support.store, schools: &support.schools, redactor: &support.desk.redactor };
    life.act(&after.number, Action::Done, None, support.clock.now()).await.unwrap();
    let again = chat.ask("geht immer noch nicht!").await;
    assert!(text_of(&again).contains("wieder geöffnet"), "{again}");
    assert_eq!(ticket(&server).await.state, TicketState::Reopened);

    // Another matter is another matter, and a danger is one.
    assert_eq!(chat.ask("Der Drucker im Lehrerzimmer hat Papierstau").await["outcome"], "flow");
    assert_eq!(chat.ask("aus dem beamer kommt rauch").await["outcome"], "hotline");
    assert_eq!(ticket(&server).await.number, after.number);
}

async fn at_a_step() -> (TestServer, Chat, serde_json::Value) {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.say(json!({ "type": "msg.send", "text": "Kein Ton im Klassenraum" })).await;
    let step = chat.expect("flow.step").await;
    assert_eq!(step["flow"], "kein-ton");
    chat.expect("bot.end").await;
    (server, chat, step)
}

#[tokio::test]
async fn free_words_press_the_button_that_they_mean_and_she_sees_which() {
    let (_server, mut chat, first) = at_a_step().await;
    chat.say(json!({ "type": "msg.send", "text": "hab ich gemacht aber man hört immer noch nix" })).await;
    let taken = chat.expect("notice").await;
    assert!(text_of(&taken).contains("Verstanden als „Still oder viel zu leise“"), "{taken}");
    let second = chat.expect("flow.step").await;
    assert_ne!(second["step"], first["step"]);
    chat.say(json!({ "type": "msg.send", "text": "nee quatsch, nochmal zurück" })).await;
    assert_eq!(chat.expect("flow.step").await["step"], first["step"]);
    // In the button's own words there is nothing to tell.
    chat.say(json!({ "type": "msg.send", "text": "Still oder viel zu leise" })).await;
    assert_eq!(chat.expect("flow.step").await["step"], second["step"]);
    assert!(chat.rest().await.iter().all(|message| message["type"] != "notice"));
}

#[tokio::test]
async fn a_question_about_a_step_shows_it_again_with_a_way_on() {
    let (_server, mut chat, first) = at_a_step().await;
    chat.say(json!({ "type": "msg.send", "text": "wo ist denn dieser regler?" })).await;
    let end = chat.expect("bot.end").await;
    assert!(end["reason"] == "about_the_step" && text_of(&end).contains("„Es gibt keinen Regler“"), "{end}");
    assert_eq!(chat.expect("flow.step").await["step"], first["step"]);
}

#[tokio::test]
async fn who_is_not_understood_twice_is_offered_the_report() {
    let (_server, mut chat, first) = at_a_step().await;
    for offered in [0, 1] {
        chat.say(json!({ "type": "msg.send", "text": "hm grmpf" })).await;
        let end = chat.expect("bot.end").await;
        assert_eq!((&end["reason"], end["choices"].as_array().unwrap().len()), (&json!("not_understood"), offered));
        assert_eq!(chat.expect("flow.step").await["step"], first["step"]);
    }
    chat.say(json!({ "type": "msg.send", "text": "Jetzt nur melden" })).await;
    chat.expect("ticket.created").await;
}

#[tokio::test]
async fn a_wish_at_a_step_is_a_wish_and_a_danger_is_a_danger() {
    let (_server, mut chat, _) = at_a_step().await;
    chat.say(json!({ "type": "msg.send", "text": "dafür hab ich jetzt echt keine zeit, schickt bitte wen vorbei" }))
        .await;
    let offer = chat.expect("escalate.offer").await;
    assert_eq!(offer["reason"], "wish", "{offer}");
    let end = chat.ask("es qualmt aus der box!").await;
    assert_eq!(end["outcome"], "hotline", "{end}");
}
