//! The way of a question: steps with their source, or the offer of a report.

use serde_json::{Value, json};

use super::support::{Chat, ROOM, Setup, TestServer, get, text_of};

#[tokio::test]
async fn a_question_gets_checked_sentences_and_a_source_that_opens() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("Am Beamer ist die falsche Quelle").await;
    assert_eq!(end["outcome"], "answered");
    assert_eq!(end["ask_feedback"], true);
    let start = chat.seen.iter().find(|message| message["type"] == "bot.start").expect("bot.start");
    assert_eq!(start["mid"], end["mid"]);
    let deltas: Vec<&Value> = chat.seen.iter().filter(|message| message["type"] == "bot.delta").collect();
    assert!(deltas.len() >= 3, "{deltas:?}");
    for (n, delta) in deltas.iter().enumerate() {
        assert_eq!((&delta["mid"], &delta["n"]), (&end["mid"], &json!(n)));
        assert!(!delta["citations"].as_array().unwrap().is_empty(), "a sentence without a source: {delta}");
    }
    for citation in end["citations"].as_array().unwrap() {
        let page = get(server.address, citation["url"].as_str().unwrap()).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<mark"), "nothing is marked: {}", citation["url"]);
        assert!(page.text().contains("Beamer"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_teacher_in_a_hurry_is_understood() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    for question in ["biemer geht nich", "BEAMER GEHT NICHT AN!!!", "projektor startet nicht"] {
        let end = chat.ask(question).await;
        assert_eq!(end["outcome"], "flow", "{question}: {end}");
        let step = chat.seen.iter().rev().find(|message| message["type"] == "flow.step").unwrap();
        assert_eq!(step["flow"], "beamer-geht-nicht-an", "{question}: {step}");
        assert!(text_of(step).contains("Beamer"), "{question}: {step}");
    }
}

#[tokio::test]
async fn both_languages_are_spoken() {
    let server = TestServer::start().await;
    let mut chat = Chat::hello(server.address, json!({ "lang": "en" })).await;
    assert!(chat.welcome["greeting"].as_str().unwrap().starts_with("Hello"), "{}", chat.welcome);
    let end = chat.ask("the projector shows the wrong input").await;
    assert_eq!((&end["outcome"], &end["lang"]), (&json!("answered"), &json!("en")), "{end}");
    assert_eq!(end["citations"][0]["document"], "guides/en/wrong-source");
    assert!(!text_of(&end).contains("German only"), "{end}");
    // This guide is German; that is said in English, and nothing is translated by guessing.
    chat.ask("the moodle page does not load").await;
    let step = chat.seen.iter().rev().find(|message| message["type"] == "flow.step").unwrap();
    assert!(text_of(step).contains("German only"), "{step}");
    assert_eq!(step["citations"][0]["document"], "guides/moodle-laedt-nicht");

    chat.say(json!({ "type": "lang.set", "lang": "de" })).await;
    chat.expect("ack").await;
    assert!(chat.rest().await.iter().any(|message| message["type"] == "welcome" && message["lang"] == "de"));
    let end = chat.ask("am beamer ist die falsche quelle").await;
    assert_eq!(end["lang"], "de");
    assert_eq!(end["citations"][0]["document"], "guides/falsche-quelle");
    assert!(!text_of(&end).contains("German only"));

    chat.say(json!({ "type": "lang.set", "lang": "fr" })).await;
    assert_eq!(chat.next().await["code"], "bad_message");
}

#[tokio::test]
async fn a_greeting_is_answered_and_files_nothing() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("Guten Morgen!").await;
    assert_eq!(end["outcome"], "smalltalk");
    assert!(chat.rest().await.iter().all(|message| message["type"] != "escalate.offer"));
    let end = chat.ask("Kannst du mir bei den Hausaufgaben helfen?").await;
    assert_eq!(end["outcome"], "declined");
}

#[tokio::test]
async fn a_device_alone_is_asked_about_and_a_button_quotes_its_guide() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("Beamer").await;
    assert_eq!(end["outcome"], "clarify");
    let choices = end["choices"].as_array().unwrap();
    let value = |choice: &Value| choice["value"].as_str().unwrap().to_owned();
    let guides: Vec<&Value> = choices.iter().filter(|choice| value(choice).starts_with("guide:")).collect();
    assert!(guides.len() > 1, "{end}");
    assert!(choices.iter().any(|choice| choice["value"] == "report_now"), "{end}");
    let last = value(guides[guides.len() - 1]);
    chat.say(json!({ "type": "choice.pick", "mid": end["mid"], "value": last })).await;
    let end = chat.expect("bot.end").await;
    assert_eq!(end["outcome"], "answered");
    assert_eq!(format!("guide:{}", end["citations"][0]["document"].as_str().unwrap()), last);

    chat.say(json!({ "type": "choice.pick", "mid": end["mid"], "value": "guide:guides/never-offered" })).await;
    assert_eq!(chat.next().await["code"], "bad_message");
}

#[tokio::test]
async fn what_may_be_one_of_several_is_asked_about_and_a_compound_is_its_device() {
    let server = TestServer::start().await;
    for vague in ["Passwort vergessen", "Klassenbeamer", "Lehrerzimmerdrucker"] {
        let mut chat = Chat::open(server.address).await;
        let end = chat.ask(vague).await;
        assert_eq!(end["outcome"], "clarify", "{vague}: {end}");
        let choices = end["choices"].as_array().unwrap();
        let guides = choices.iter().filter(|choice| choice["value"].as_str().unwrap().starts_with("guide:"));
        assert!(guides.count() > 0, "{vague}: {end}");
    }
}

#[tokio::test]
async fn phishing_calls_the_hotline_only_while_it_is_there() {
    for (now, open) in [("2026-11-23T09:00:00Z", true), ("2026-11-22T09:00:00Z", false)] {
        let server = Setup { now, ..Setup::default() }.start().await;
        let mut chat = Chat::open(server.address).await;
        let end = chat.ask("Hilfe, ich habe in einer komischen Mail auf den Link geklickt").await;
        assert_eq!(end["outcome"], "hotline");
        let text = text_of(&end);
        assert_eq!(text.contains("Rufen Sie jetzt"), open, "{now}: {text}");
        assert!(text.contains("0221 4710-123") && text.contains("Passwort"), "{text}");
        let buttons = end["choices"].as_array().unwrap();
        assert!(buttons.iter().any(|choice| choice["value"] == "report_now"), "{end}");
    }
}

#[tokio::test]
async fn feedback_ends_it_or_offers_the_report() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("am beamer ist die falsche quelle").await;
    chat.say(json!({ "type": "feedback.give", "mid": end["mid"], "helped": true, "reasons": [] })).await;
    assert_eq!(chat.expect("notice").await["level"], "info");
    let end = chat.ask("an der tafel ist die falsche quelle").await;
    assert_eq!(end["outcome"], "answered");
    chat.say(json!({ "type": "feedback.give", "mid": end["mid"], "helped": false, "reasons": ["no_effect"] })).await;
    let offer = chat.expect("escalate.offer").await;
    assert_eq!(offer["reason"], "not_helped");
    let choices = offer["choices"].as_array().unwrap();
    for value in ["report", "report_now"] {
        assert!(choices.iter().any(|choice| choice["value"] == value), "{offer}");
    }
}

#[tokio::test]
async fn a_message_sent_twice_acts_once() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let message = json!({ "type": "msg.send", "cid": "same", "text": "am beamer ist die falsche quelle" });
    chat.say(message.clone()).await;
    let first = chat.expect("ack").await;
    chat.say(message).await;
    let second = chat.expect("ack").await;
    assert_eq!((&first["mid"], &first["seq"]), (&second["mid"], &second["seq"]));
    chat.expect("bot.end").await;
    let ends = chat.rest().await.into_iter().filter(|message| message["type"] == "bot.end").count();
    assert_eq!(ends, 0, "answered twice");
    assert_eq!(server.support.store.events(chat.welcome["conv"].as_str().unwrap(), 0).await.unwrap().len(), 2);
}

#[tokio::test]
async fn two_tabs_see_the_same() {
    let server = TestServer::start().await;
    let mut first = Chat::open(server.address).await;
    first.ask("am beamer ist die falsche quelle").await;
    let mut second = first.resume(server.address, 0).await;
    let mut expected = first.numbers();
    expected.insert(0, 1);
    second.expect("bot.end").await;
    assert_eq!(second.numbers(), expected, "what was said before the second came");
    // From now on each sees what the other says.
    second.ask("und der drucker druckt auch nicht").await;
    let echo = first.expect("user.message").await;
    assert_eq!(echo["text"], "und der drucker druckt auch nicht");
    let end = first.expect("bot.end").await;
    assert_eq!(Some(&end), second.seen.iter().rfind(|message| message["type"] == "bot.end"));
}

#[tokio::test]
async fn a_room_code_brings_its_school() {
    let server = TestServer::start().await;
    let chat = Chat::hello(server.address, json!({ "room": ROOM })).await;
    assert_eq!(chat.welcome["type"], "welcome");
    // An unknown school or room is no reason to turn her away.
    let mut chat = Chat::hello(server.address, json!({ "school": "nirgends", "room": "X-0" })).await;
    assert_eq!(chat.ask("am beamer ist die falsche quelle").await["outcome"], "answered");
    let page = get(server.address, &format!("/r/{ROOM}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Raum 204") && page.text().contains("Möwenstraße"), "{}", page.text());
    let page = get(server.address, "/r/GIBTESNICHT").await;
    assert_eq!((page.status, page.text().contains("GIBTESNICHT")), (404, false));
}

#[tokio::test]
async fn what_is_invented_is_called_so() {
    let server = TestServer::start().await;
    let chat = Chat::open(server.address).await;
    let notices = chat.welcome["notices"].to_string();
    assert!(notices.contains("erfunden"), "{notices}");
    // That she writes with a machine, the widget says before anything is typed.
    assert!(get(server.address, "/widget/chat.js").await.text().contains("Sie schreiben mit einem KI-Assistenten"));
    // The chat says it itself, in its notices; the school's page has a banner.
    assert!(get(server.address, "/").await.text().contains("erfunden"));
}
