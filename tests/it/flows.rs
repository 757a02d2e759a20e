//! Step by step: the first reply holds a step, every step follows a button or what is
//! typed instead, and nothing of it is lost.

use std::fs;

use serde_json::{Value, json};

use super::support::{Chat, Setup, TestServer, get, text_of};

/// Presses a button of the last step and returns what follows it.
async fn press(chat: &mut Chat, shown: &Value, label: &str, then: &str) -> Value {
    let choices = shown["choices"].as_array().unwrap();
    let choice = choices.iter().find(|choice| choice["label"] == label);
    let value = choice.unwrap_or_else(|| panic!("no {label:?} in {shown}"))["value"].clone();
    chat.say(json!({ "type": "choice.pick", "mid": shown["mid"], "value": value })).await;
    chat.expect(then).await
}

/// Says it and returns the next step.
async fn type_in(chat: &mut Chat, text: &str) -> Value {
    chat.say(json!({ "type": "msg.send", "text": text })).await;
    chat.expect("flow.step").await
}

async fn begin(server: &TestServer) -> (Chat, Value, Value) {
    let mut chat = Chat::open(server.address).await;
    chat.say(json!({ "type": "msg.send", "text": "Der Beamer zeigt kein Signal" })).await;
    let step = chat.expect("flow.step").await;
    let end = chat.expect("bot.end").await;
    (chat, step, end)
}

async fn tickets(server: &TestServer) -> Vec<schullotse::domain::ticket::Ticket> {
    server.support.store.tickets(&schullotse::store::TicketFilter::default(), 100).await.unwrap()
}

#[tokio::test]
async fn the_first_reply_holds_a_step_its_source_and_the_question_whether_a_lesson_runs() {
    let server = TestServer::start().await;
    let (mut chat, step, end) = begin(&server).await;
    assert_eq!((&step["flow"], &step["number"]), (&json!("beamer-kein-signal"), &json!(1)));
    assert!(step["of"].as_u64().unwrap() > 3, "{step}");
    assert!(text_of(&step).contains("Sie sehen:"), "{step}");
    let page = get(server.address, step["citations"][0]["url"].as_str().unwrap()).await;
    assert!(page.status == 200 && page.text().contains("<mark"), "{step}");
    assert!(step["choices"].as_array().unwrap().iter().any(|choice| choice["value"] == "report_now"));
    assert_eq!((&end["outcome"], &end["ask_feedback"]), (&json!("flow"), &json!(false)));
    assert!(text_of(&end).contains("Unterricht"), "{end}");

    // The lesson first: what to do in the next minute, in the guide's words, then the step again.
    let workaround = press(&mut chat, &end, "Ja, die Klasse wartet", "bot.end").await;
    assert!(!workaround["citations"].as_array().unwrap().is_empty(), "{workaround}");
    let again = chat.expect("flow.step").await;
    assert_eq!(again["step"], step["step"]);
    // Known from now on.
    chat.say(json!({ "type": "msg.send", "text": "Es kommt kein Ton aus den Lautsprechern" })).await;
    let first = chat.expect("bot.end").await;
    assert!(!first["citations"].as_array().unwrap().is_empty(), "the workaround comes first: {first}");
    assert_eq!(chat.expect("flow.step").await["flow"], "kein-ton");
}

#[tokio::test]
async fn buttons_and_words_lead_on_and_back_and_the_report_holds_what_was_tried() {
    let server = TestServer::start().await;
    let (mut chat, first, end) = begin(&server).await;
    assert_eq!(press(&mut chat, &end, "Nein", "notice").await["level"], "info");
    let second = press(&mut chat, &first, "Laptop ist an, vorne nichts", "flow.step").await;
    assert_eq!((&second["step"], &second["number"]), (&json!("quelle"), &json!(2)));
    let third = type_in(&mut chat, "hat nix gebracht").await;
    assert_ne!(third["step"], second["step"]);
    assert_eq!(type_in(&mut chat, "zurück").await["step"], second["step"]);
    let third = type_in(&mut chat, "hat nix gebracht").await;

    // Another question does not lose the place.
    let end = chat.ask("Wie schließe ich meinen Laptop an den Beamer an?").await;
    let back = press(&mut chat, &end, "Weiter mit: Der Beamer zeigt „Kein Signal“", "flow.step").await;
    assert_eq!((&back["step"], &back["number"]), (&third["step"], &third["number"]));

    press(&mut chat, &back, "Jetzt nur melden", "ticket.created").await;
    let ticket = &tickets(&server).await[0];
    assert_eq!((ticket.problem.as_deref(), ticket.lesson_running), (Some("P01"), Some(false)));
    let tried: Vec<(&str, String)> =
        ticket.tried.iter().map(|tried| (tried.step.as_str(), format!("{:?}", tried.result))).collect();
    assert!(tried[0].0.contains("beliebige Taste") && tried[0].1 == "Failed", "{tried:?}");
    assert!(tried[1].0.contains("Source") && tried[1].1 == "Failed", "{tried:?}");
    assert!(ticket.symptom.contains("kein Signal") && !ticket.symptom.contains("hat nix gebracht"), "{ticket:?}");
}

#[tokio::test]
async fn solved_on_the_way_is_solved() {
    let server = TestServer::start().await;
    let (mut chat, first, _) = begin(&server).await;
    let notice = press(&mut chat, &first, "Bild ist vorne da", "notice").await;
    assert!(text_of(&notice).contains("Schön"), "{notice}");
    let since = jiff::Timestamp::UNIX_EPOCH;
    let count = async |kind| server.support.store.fact_count(kind, since).await.unwrap();
    assert_eq!(count(schullotse::store::FactKind::Solved).await, 1);
    assert_eq!(count(schullotse::store::FactKind::StepTried).await, 1);
    // It is over: the same word is a new question now.
    let end = chat.ask("geht nicht").await;
    assert_ne!(end["outcome"], "flow");
    assert!(tickets(&server).await.is_empty());
}

#[tokio::test]
async fn a_press_sent_twice_acts_once() {
    let server = TestServer::start().await;
    let (mut chat, first, _) = begin(&server).await;
    let value = first["choices"][1]["value"].clone();
    for _ in 0..2 {
        chat.say(json!({ "type": "choice.pick", "cid": "once", "mid": first["mid"], "value": value })).await;
    }
    chat.expect("flow.step").await;
    let rest = chat.rest().await;
    assert!(rest.iter().all(|message| message["type"] != "flow.step"), "{rest:?}");
    assert_eq!(rest.iter().filter(|message| message["type"] == "ack" && message["cid"] == "once").count(), 1);
    for bad in ["flow:beamer-kein-signal/laptop/99", "flow:other/laptop/0", "flow:back/", "lesson:maybe"] {
        chat.say(json!({ "type": "choice.pick", "mid": first["mid"], "value": bad })).await;
        assert_eq!(chat.next_error().await, "bad_message", "{bad}");
    }
}

#[tokio::test]
async fn the_place_survives_reload_restart_and_an_edited_flow() {
    let server = TestServer::start().await;
    let (mut chat, first, _) = begin(&server).await;
    let second = press(&mut chat, &first, "Laptop ist an, vorne nichts", "flow.step").await;
    let mut again = chat.resume(server.address, 0).await;
    let replayed = loop {
        let step = again.expect("flow.step").await;
        if step["number"] == 2 {
            break step;
        }
    };
    assert_eq!(replayed, second, "what is stored is what was sent");

    // The authority edits the flow while the server is down: its own stands in the place of ours.
    let data = server.stop().await;
    let own = data.path().join("knowledge/flows");
    fs::create_dir_all(&own).unwrap();
    fs::create_dir_all(data.path().join("knowledge/guides")).unwrap();
    let flow = include_str!("../../knowledge/flows/beamer-kein-signal.toml").replace("„Source“", "„Eingang“");
    fs::write(own.join("beamer-kein-signal.toml"), &flow).unwrap();
    let server = Setup { data: Some(data), ..Setup::default() }.start().await;
    let mut chat = again.resume(server.address, second["seq"].as_i64().unwrap()).await;
    let failed = second["choices"].as_array().unwrap().iter().position(|choice| choice["result"] == "failed").unwrap();
    let label = second["choices"][failed]["label"].as_str().unwrap().to_owned();
    let third = press(&mut chat, &second, &label, "flow.step").await;
    assert_eq!(third["number"], 3);
    let before = type_in(&mut chat, "zurück").await;
    assert!(text_of(&before).contains("„Eingang“"), "as it was edited: {before}");

    // A broken edit changes nothing until it is mended, and is named.
    fs::write(
        data_of(&server).join("knowledge/flows/beamer-kein-signal.toml"),
        flow.replace("next = \"quelle\"", "next = \"nirgends\""),
    )
    .unwrap();
    let report = server.support.library.refresh(&[]).await.unwrap();
    let refused = report.refused.iter().find(|refused| refused.path.ends_with("beamer-kein-signal.toml")).unwrap();
    assert!(refused.kept && refused.reason.contains("\"nirgends\", which is no step"), "{refused:?}");
    assert!(refused.reason.contains("line "), "{refused:?}");
    assert!(text_of(&type_in(&mut chat, "zurück").await).contains("Taste"));

    // Taken away altogether: ours is there again, and she goes on.
    fs::remove_file(data_of(&server).join("knowledge/flows/beamer-kein-signal.toml")).unwrap();
    server.support.library.refresh(&[]).await.unwrap();
    assert_eq!(press(&mut chat, &second, &label, "flow.step").await["step"], third["step"]);
}

fn data_of(server: &TestServer) -> &std::path::Path {
    server.data.path()
}

#[tokio::test]
async fn an_own_guide_is_quoted_instead_of_our_flow() {
    let server = TestServer::start().await;
    let guides = server.data.path().join("knowledge/guides");
    fs::create_dir_all(&guides).unwrap();
    let own = include_str!("../../knowledge/guides/beamer-kein-signal.md")
        .replace("Wecken Sie den Laptop auf, indem Sie eine Taste drücken.", "Drücken Sie den roten Knopf am Pult.");
    fs::write(guides.join("beamer-kein-signal.md"), own).unwrap();
    server.support.library.refresh(&[]).await.unwrap();
    let end = Chat::open(server.address).await.ask("Der Beamer zeigt kein Signal").await;
    assert_eq!(end["outcome"], "answered");
    assert!(text_of(&end).contains("roten Knopf"), "{end}");
}

#[tokio::test]
async fn english_steps_where_there_are_some() {
    let server = TestServer::start().await;
    let mut chat = Chat::hello(server.address, json!({ "lang": "en" })).await;
    chat.say(json!({ "type": "msg.send", "text": "the projector shows no signal" })).await;
    let step = chat.expect("flow.step").await;
    assert!(step["lang"] == "en" && text_of(&step).contains("You see:"), "{step}");
    chat.expect("bot.end").await;
    let next = type_in(&mut chat, "still no signal").await;
    assert_eq!((&next["lang"], &next["number"]), (&json!("en"), &json!(2)));
}

#[tokio::test]
async fn a_danger_said_in_the_middle_comes_before_every_step() {
    let server = TestServer::start().await;
    let (mut chat, _, _) = begin(&server).await;
    let end = chat.ask("es riecht verbrannt und da kommt rauch aus dem beamer").await;
    assert_eq!((&end["outcome"], &end["reason"]), (&json!("hotline"), &json!("fire")));
}

#[tokio::test]
async fn drawings_are_images_and_nothing_else() {
    let server = TestServer::start().await;
    let set = server.support.flows.now();
    assert!(set.flows.len() >= 26, "{}", set.flows.len());
    let used: Vec<&String> =
        set.flows.iter().flat_map(|entry| &entry.flow.steps).filter_map(|step| step.image.as_ref()).collect();
    assert!(used.len() > 20);
    for name in used {
        assert!(set.pictures.contains_key(name), "{name} is missing");
    }
    let picture = get(server.address, "/flows/hdmi-stecker.svg?v=1").await;
    assert_eq!(picture.status, 200);
    assert_eq!(picture.headers["content-type"], "image/svg+xml");
    assert!(picture.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(picture.headers["cross-origin-resource-policy"], "cross-origin");
    for bad in ["/flows/none.svg", "/flows/..%2Fschullotse.db", "/flows/beamer-kein-signal.toml"] {
        assert_eq!(get(server.address, bad).await.status, 404, "{bad}");
    }
}

/// What stands in blocks and on buttons, in words.
fn words_of(event: &Value) -> usize {
    let labels = event["choices"].as_array().into_iter().flatten().filter_map(|choice| choice["label"].as_str());
    let labels: usize = labels.map(|label| label.split_whitespace().count()).sum();
    text_of(event).split_whitespace().count() + labels
}

/// From the code on the wall to a picture, at the third step: less than a minute of reading.
/// A reader of German takes in 179 words a minute aloud, more in silence (Trauzettel-Klosinski
/// and Dietz 2012).
#[tokio::test]
async fn from_the_wall_to_a_picture_is_less_than_a_minute_of_reading() {
    let server = TestServer::start().await;
    let hello = json!({ "room": super::support::ROOM, "lang": "de" });
    let mut chat = Chat::hello(server.address, hello).await;
    let mut read = chat.welcome["greeting"].as_str().unwrap().split_whitespace().count();
    let notices = chat.welcome["notices"].as_array().unwrap().iter();
    let shown =
        notices.map(|block| block["spans"][0]["text"].as_str().unwrap()).filter(|text| !text.contains("Vorführung"));
    read += shown.map(|text| text.split_whitespace().count()).sum::<usize>();
    chat.say(json!({ "type": "msg.send", "text": "beamer kein signal" })).await;
    let mut step = chat.expect("flow.step").await;
    read += words_of(&step) + words_of(&chat.expect("bot.end").await);
    for _ in 0..2 {
        let choices = step["choices"].as_array().unwrap();
        let on = choices.iter().find(|choice| choice["result"] == "failed" && choice["end"].is_null()).unwrap();
        chat.say(json!({ "type": "choice.pick", "mid": step["mid"], "value": on["value"] })).await;
        step = chat.expect("flow.step").await;
        read += words_of(&step);
    }
    let choices = step["choices"].as_array().unwrap();
    let solved = choices.iter().find(|choice| choice["end"] == "solved").unwrap_or_else(|| panic!("{step}"));
    chat.say(json!({ "type": "choice.pick", "mid": step["mid"], "value": solved["value"] })).await;
    read += words_of(&chat.expect("notice").await);
    eprintln!("{read} words from the wall to a picture");
    assert!(read <= 179, "{read} words");
}
