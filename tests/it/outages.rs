//! Known outages: whoever asks there sees it first, may say "bei mir auch" once, and
//! hears when it is over.

use serde_json::json;

use super::support::{Chat, Setup, TestProcess, run, text_of};

#[tokio::test]
async fn entered_seen_confirmed_and_over_beside_a_running_server() {
    let data = tempfile::tempdir().unwrap();
    let server = TestProcess::start(data.path()).await;
    let added =
        ["outages", "add", "WLAN im Neubau gestört", "--school", "ge-moewenstrasse", "--site", "neubau", "--json"];
    let added = run(data.path(), &added).await.json();
    assert_eq!((&added["id"], &added["devices"]), (&json!("ST-1"), &json!(["network"])));

    let place = |room: &str| json!({ "room": room, "lang": "de" });
    let mut inside = Chat::hello(server.address, place("GSM-N02")).await;
    assert!(inside.welcome["notices"].to_string().contains("WLAN im Neubau"), "{}", inside.welcome);
    let end = inside.ask("wir haben hier kein wlan auf den ipads").await;
    assert_eq!((&end["outcome"], &end["reason"]), (&json!("outage"), &json!("ST-1")));
    assert!(text_of(&end).contains("Bekannte Störung") && text_of(&end).contains("Neubau"), "{end}");
    assert!(!end["citations"].as_array().unwrap().is_empty(), "something to do meanwhile: {end}");
    for _ in 0..2 {
        inside
            .say(json!({ "type": "choice.pick", "cid": "same", "mid": end["mid"], "value": "outage:ST-1:same" }))
            .await;
    }
    inside.expect("notice").await;

    // In the other building, or about something else, it is no matter.
    let mut outside = Chat::hello(server.address, place("GSM-204")).await;
    assert!(!outside.welcome["notices"].to_string().contains("WLAN im Neubau"));
    assert_ne!(outside.ask("wir haben hier kein wlan auf den ipads").await["outcome"], "outage");
    let mut other = Chat::hello(server.address, place("GSM-N15")).await;
    assert_ne!(other.ask("der stift der tafel schreibt nicht").await["outcome"], "outage");
    let end = other.ask("apple tv wird nicht gefunden").await;
    assert_eq!(end["outcome"], "outage", "it needs the network: {end}");
    other.say(json!({ "type": "choice.pick", "mid": end["mid"], "value": "outage:ST-1:other" })).await;
    assert_eq!(other.expect("flow.step").await["flow"], "airplay-nicht-gefunden");

    let listed = run(data.path(), &["outages", "list", "--json"]).await.json();
    assert_eq!(listed["outages"][0]["confirmed"], 1);
    let ended = run(data.path(), &["outages", "end", "st-1", "--json"]).await.json();
    assert_eq!(ended["told"], 1);
    assert!(text_of(&inside.expect("notice").await).contains("behoben"));
    assert_ne!(
        Chat::hello(server.address, place("GSM-N02")).await.ask("kein wlan auf den ipads").await["outcome"],
        "outage"
    );
    let again = run(data.path(), &["outages", "end", "ST-1"]).await;
    assert!(again.code == 1 && again.stderr.contains("no open outage"), "{}", again.stderr);
}

#[tokio::test]
async fn it_ends_by_itself_and_whoever_comes_back_reads_so() {
    let server = Setup::default().start().await;
    let new = schullotse::domain::outage::Outage {
        id: String::new(),
        what: "Drucker außer Betrieb".into(),
        place: schullotse::domain::outage::Where::default(),
        devices: vec![schullotse::domain::document::DeviceType::Printer],
        since: "2026-11-23T08:00:00Z".parse().unwrap(),
        until: Some("2026-11-23T10:00:00Z".parse().unwrap()),
        ended: None,
        confirmed: 0,
    };
    server.support.store.outage_add(new).await.unwrap();
    server.support.notice_outages().await.unwrap();
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("der drucker druckt nicht").await;
    assert_eq!(end["outcome"], "outage");
    assert!(text_of(&end).contains("heute, 11:00 Uhr"), "in local time: {end}");
    chat.say(json!({ "type": "choice.pick", "mid": end["mid"], "value": "outage:ST-1:same" })).await;
    let noted = chat.expect("notice").await;
    server.clock.advance(jiff::SignedDuration::from_hours(2));
    server.support.notice_outages().await.unwrap();
    let mut back = chat.resume(server.address, noted["seq"].as_i64().unwrap()).await;
    assert!(text_of(&back.expect("notice").await).contains("behoben"));
    assert!(server.support.store.outages_open().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_hint() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, parts) in [
        (&["outages", "add", "WLAN gestört", "--school", "nowhere"][..], ["no school", "hint: one of"]),
        (&["outages", "add", "WLAN gestört", "--school", "gs-lerchenweg", "--site", "x"], ["no site", "haupthaus"]),
        (&["outages", "add", "WLAN gestört", "--room", "XX-1"], ["no room", "hint"]),
        (&["outages", "add", "WLAN gestört", "--device", "toaster"], ["no device", "printer"]),
        (&["outages", "add", "WLAN gestört", "--until", "gestern"], ["is no time", "hint"]),
        (&["outages", "add", "x"], ["3 to 120", "hint"]),
    ] {
        let finished = run(data.path(), arguments).await;
        assert_eq!(finished.code, 1, "{arguments:?}");
        for part in parts {
            assert!(finished.stderr.contains(part), "{arguments:?}: {}", finished.stderr);
        }
    }
}
