//! Two languages and more: switched in the middle, and met in a message.

use serde_json::{Value, json};

use super::support::{Chat, SCHOOL, TestServer, text_of};

fn labels(message: &Value) -> Vec<&str> {
    message["choices"].as_array().unwrap().iter().filter_map(|choice| choice["label"].as_str()).collect()
}

async fn switch(chat: &mut Chat, lang: &str) {
    chat.say(json!({ "type": "lang.set", "lang": lang })).await;
    chat.expect("ack").await;
}

#[tokio::test]
async fn what_waits_for_an_answer_changes_its_language() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.say(json!({ "type": "msg.send", "text": "Der Beamer in 204 zeigt kein Signal" })).await;
    let step = chat.expect("flow.step").await;
    let question = chat.expect("bot.end").await;
    assert_eq!((step["lang"].as_str(), question["lang"].as_str()), (Some("de"), Some("de")));

    switch(&mut chat, "en").await;
    let welcome = chat.expect("welcome").await;
    assert_eq!(welcome["lang"], "en");
    assert!(welcome["greeting"].as_str().unwrap().starts_with("Hello") && welcome["chips"][0]["label"] == "Projector");
    assert_eq!(welcome["conv"], chat.welcome["conv"]);
    let again = chat.expect("bot.end").await;
    assert_eq!((&again["mid"], &again["again"], &again["seq"]), (&question["mid"], &json!(true), &Value::Null));
    assert!(text_of(&again).contains("lesson") && labels(&again).contains(&"No"), "{again}");
    let again = chat.expect("flow.step").await;
    assert_eq!((&again["mid"], &again["lang"]), (&step["mid"], &json!("en")), "{again}");
    assert!(labels(&again).contains(&"Just report it"), "{again}");

    // A reload shows German as it was said, and right behind it what still waits in English.
    let hello = json!({ "school": SCHOOL, "lang": "en", "resume": chat.ticket(0) });
    let mut tab = Chat::hello(server.address, hello).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(tab.expect("flow.step").await["lang"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["de", "en"]);

    // The button is the same one, whatever it says.
    let choice = step["choices"][1]["value"].as_str().unwrap();
    chat.say(json!({ "type": "choice.pick", "mid": step["mid"], "value": choice })).await;
    let next = chat.expect("flow.step").await;
    assert_eq!((next["number"].as_i64(), next["lang"].as_str()), (Some(2), Some("en")), "{next}");
}

#[tokio::test]
async fn an_open_form_changes_its_labels_and_the_preview_is_what_is_filed() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask("xyzzy plugh frobnicate").await;
    chat.say(json!({ "type": "choice.pick", "mid": "", "value": "report" })).await;
    let form = chat.expect("ticket.form").await;
    switch(&mut chat, "en").await;
    let again = chat.expect("ticket.form").await;
    assert_eq!((&again["mid"], &again["lang"]), (&form["mid"], &json!("en")));
    let room = again["fields"].as_array().unwrap().iter().find(|field| field["name"] == "room").unwrap();
    assert_eq!(room["label"], "Room");

    let fields = json!({ "room": "204", "device": "projector", "symptom": "Blitz, dann dunkel. Mail an frau.muster@example.org", "urgency": "today" });
    chat.say(json!({ "type": "ticket.preview", "fields": fields, "include_transcript": true })).await;
    let preview = chat.expect("ticket.preview").await;
    let fact = |label: &str| {
        let facts = preview["facts"].as_array().unwrap();
        facts.iter().find(|fact| fact["label"] == label).map(|fact| fact["value"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        (fact("Device").as_deref(), fact("Urgency").as_deref()),
        (Some("Projector"), Some("today")),
        "{preview}"
    );
    let symptom = fact("What is not working").unwrap();
    assert!(symptom.contains("dunkel") && !symptom.contains("example.org"), "masked as it will be: {symptom}");
    assert!(fact("Serial number").is_none() && fact("From the register of devices").is_some(), "{preview}");
    chat.say(json!({ "type": "ticket.submit", "fields": fields, "include_transcript": true })).await;
    chat.expect("ticket.created").await;
    let all = server.support.store.tickets(&schullotse::store::TicketFilter::default(), 10).await.unwrap();
    assert_eq!(all.len(), 1, "a preview files nothing");
    assert_eq!(all[0].symptom, symptom);
    assert_eq!(all[0].transcript.as_deref(), preview["transcript"].as_str());
    assert_eq!(all[0].room, fact("Room"));
}

#[tokio::test]
async fn another_language_is_answered_in_german_and_told_so() {
    let server = TestServer::start().await;
    for (text, code, outcome) in [
        ("Projektör çalışmıyor, görüntü yok", "tr", "flow"),
        ("Из проектора идёт дым!", "ru", "hotline"),
        ("Merhaba, kahve makinesi nasil calisir", "tr", "escalate"),
    ] {
        let mut chat = Chat::open(server.address).await;
        chat.say(json!({ "type": "msg.send", "text": text })).await;
        let notice = chat.expect("notice").await;
        assert_eq!(notice["lang"], code, "{notice}");
        let reply = chat.expect("bot.end").await;
        assert_eq!(reply["outcome"], outcome, "{text}: {reply}");
        // Once is enough.
        chat.say(json!({ "type": "msg.send", "text": text })).await;
        chat.expect("bot.end").await;
        assert_eq!(chat.seen.iter().filter(|message| message["type"] == "notice").count(), 1, "{:?}", chat.seen);
    }
}
