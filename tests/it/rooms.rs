//! The code on the wall: it opens the chat of its room, tells what is reported there,
//! and nothing else; renewed, the old one stops at once and stays so.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Chat, Place, ROOM, SCHOOL, TestProcess, TestServer, get, post, run, send};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge/demo/schools.toml");

/// The notices of the welcome, without the one that it is a demonstration.
fn notices(chat: &Chat) -> Vec<String> {
    let all = chat.welcome["notices"].as_array().unwrap();
    let text = |block: &Value| block["spans"][0]["text"].as_str().unwrap().to_owned();
    all.iter().map(text).filter(|text| !text.contains("Vorführung")).collect()
}

async fn enter(address: std::net::SocketAddr, code: &str) -> Chat {
    Chat::hello(address, json!({ "school": SCHOOL, "room": code, "lang": "de" })).await
}

#[tokio::test]
async fn whoever_comes_in_by_the_code_learns_what_is_reported_there_and_no_more() {
    let server = TestServer::start().await;
    assert_eq!(notices(&enter(server.address, ROOM).await), Vec::<String>::new());
    let report = |room: &str, device: &str, symptom: &str| {
        json!({ "symptom": symptom, "school": SCHOOL, "room": room, "device": { "type": device },
            "contact": "Quirina Zanderstein, 0221 4710-555", "tried": [{ "step": "Geheimschritt", "result": "failed" }] })
    };
    let file = async |room: &str, device: &str, symptom: &str| {
        let filed = post(server.address, "/api/v1/tickets", &report(room, device, symptom)).await.json();
        filed["number"].as_str().unwrap().to_owned()
    };
    let first = file("204", "projector", "Quaxtrolin leuchtet am Zanderstein").await;
    file("204", "account", "Kennwort von Quirina vergessen").await;
    file("211", "board", "nebenan").await;
    let chat = enter(server.address, ROOM).await;
    let shown = notices(&chat);
    assert_eq!(shown.len(), 1, "what concerns a person and other rooms is left out: {shown:?}");
    assert!(shown[0].contains("Beamer, seit 23.11.2026"), "{shown:?}");
    assert!(shown[0].contains("noch nicht in Bearbeitung"), "{shown:?}");
    assert!(shown[0].contains("Nächster geplanter Besuch der Schul-IT: "), "{shown:?}");
    for secret in ["Zanderstein", "Quaxtrolin", "0221 4710-555", "Geheimschritt", "Wattenberg", first.as_str()] {
        assert!(!chat.welcome.to_string().contains(secret), "{secret}: {}", chat.welcome);
    }
    for n in 0..4 {
        file("204", "sound", &format!("Ton {n}")).await;
    }
    let shown = notices(&enter(server.address, ROOM).await);
    assert_eq!(shown.len(), 4);
    assert!(shown[3].contains("2 weitere offene Meldungen"), "{shown:?}");
    // Without the code nobody is told; and it comes again with the welcome of a chat that goes on.
    assert_eq!(notices(&Chat::open(server.address).await), Vec::<String>::new());
    assert_eq!(notices(&chat.resume(server.address, 0).await).len(), 4);
    let english = Chat::hello(server.address, json!({ "room": ROOM, "lang": "en" })).await;
    assert!(english.welcome.to_string().contains("Already reported in this room: Sound, since 23 November 2026"));
    server.stop().await;
}

#[tokio::test]
async fn a_code_opens_nothing_but_the_chat() {
    let root = TempDir::new().unwrap();
    let guide = |name: &str, head: &str, word: &str| {
        let text = format!(
            "---\ntitle: {name}\ndevices: [projector]\n{head}---\n\n# {name}\n\n1. Den {word} der Technik prüfen.\n"
        );
        std::fs::write(root.path().join(format!("{name}.md")), text).unwrap();
    };
    guide("Intern", "audience: staff\n", "Quaxtrolin");
    guide("Fremd", "schools: [gs-lerchenweg]\n", "Brimsalator");
    let server = TestServer::start().await;
    server.support.library.refresh(&[root.path().to_path_buf()]).await.unwrap();
    let report = json!({ "symptom": "Beamer dunkel", "school": SCHOOL, "room": "204" });
    let number = post(server.address, "/api/v1/tickets", &report).await.json()["number"].as_str().unwrap().to_owned();
    // No report, by whatever name the code is given.
    let address = server.address;
    let ticket = super::support::client()
        .request(Method::GET, format!("http://{address}/api/v1/tickets/{number}"))
        .header("X-Ticket-Code", ROOM);
    assert_eq!(send(ticket).await.status, 404);
    for path in ["/metrics", "/api/v1/admin/schools", "/api/v1/admin/index"] {
        let request = super::support::client()
            .request(Method::POST, format!("http://{address}{path}"))
            .header("Authorization", format!("Bearer {ROOM}"));
        assert!([403, 405].contains(&send(request).await.status), "{path}");
    }
    // No staff document, and none of another school, whatever school is claimed beside the code.
    for word in ["Quaxtrolin", "Brimsalator"] {
        let asked = json!({ "question": format!("{word} der Technik"), "room": ROOM, "school": "gs-lerchenweg" });
        let answer = post(address, "/api/v1/ask", &asked).await.json();
        assert!(!answer["citations"].to_string().contains(word), "{answer}");
        let mut chat = Chat::hello(address, json!({ "school": "gs-lerchenweg", "room": ROOM, "lang": "de" })).await;
        let end = chat.ask(&format!("{word} der Technik")).await;
        assert!(!end["citations"].to_string().contains(word), "{end}");
    }
    let theirs = json!({ "question": "Brimsalator der Technik", "school": "gs-lerchenweg" });
    let answer = post(address, "/api/v1/ask", &theirs).await.json();
    assert!(answer["citations"].to_string().contains("Brimsalator"), "else this shows nothing: {answer}");
    // A token of a chat is no code, and a code is no token.
    let page = get(address, &format!("/r/{ROOM}")).await;
    assert_eq!(page.status, 200);
    for word in [number.as_str(), "LOF-2022-00131", "Brandis"] {
        assert!(!page.text().contains(word), "{word}");
    }
    server.stop().await;
}

#[tokio::test]
async fn codes_cannot_be_tried_without_end() {
    let server = TestServer::start().await;
    let mut tried = 0;
    let closed = loop {
        let page = get(server.address, &format!("/r/WRONG{tried}")).await;
        tried += 1;
        match page.status {
            404 => assert!(tried < 500, "without end"),
            status => break (status, page.text()),
        }
    };
    assert_eq!(closed.0, 429, "after {tried}");
    assert!(closed.1.contains("href=\"/chat\""), "no dead end: {}", closed.1);
    // Even a right one tells nothing now, and the chat goes on without its room.
    assert_eq!(get(server.address, &format!("/r/{ROOM}")).await.status, 429);
    let mut chat = enter(server.address, ROOM).await;
    assert_eq!(chat.ask("beamer zeigt kein signal").await["outcome"], "flow");
    server.stop().await;
}

#[tokio::test]
async fn renewed_codes_stop_the_old_ones_at_once_and_outlive_an_import() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let server = TestProcess::start(&data).await;
    let status = async |code: &str| get(server.address, &format!("/r/{code}")).await.status;
    assert_eq!((status(ROOM).await, status("gsm-204").await), (200, 200));
    let report =
        json!({ "symptom": "Beamer dunkel", "school": SCHOOL, "room": "204", "device": { "type": "projector" } });
    assert_eq!(post(server.address, "/api/v1/tickets", &report).await.status, 201);
    let renewed = run(&data, &["rooms", "renew", ROOM, "--json"]).await.json();
    let code = renewed["rooms"][0]["code"].as_str().unwrap().to_owned();
    assert_eq!((code.len(), &renewed["rooms"][0]["room"]), (8, &json!(ROOM)));
    assert_eq!((status(ROOM).await, status(&code).await, status(&code.to_lowercase()).await), (410, 200, 200));
    assert!(get(server.address, &format!("/r/{ROOM}")).await.text().contains("gilt nicht mehr"));
    let page = get(server.address, &format!("/r/{ROOM}")).await.text();
    assert!(page.contains("href=\"/chat\"") && page.contains("den Raum selbst angeben"), "no dead end: {page}");
    let told = notices(&enter(server.address, ROOM).await);
    assert_eq!(told.len(), 1, "the old code opens no chat of the room: {told:?}");
    assert!(told[0].starts_with("Dieser Raumcode gilt nicht mehr.") && told[0].contains("in welchem Raum"), "{told:?}");
    let told = notices(&enter(server.address, "NIX-7").await);
    assert!(told.len() == 1 && told[0].starts_with("Diesen Raumcode gibt es nicht."), "{told:?}");
    let typed = format!(" {} {}", code[..4].to_lowercase(), &code[4..]);
    assert_eq!(notices(&enter(server.address, &typed).await).len(), 1, "as it is typed from the wall");
    assert_eq!(notices(&enter(server.address, &code).await).len(), 1, "reports of before are still the room's");
    assert_eq!(run(&data, &["schools", "import", DEMO]).await.code, 0);
    assert_eq!((status(ROOM).await, status(&code).await), (410, 200));
    let all = run(&data, &["rooms", "renew", "--school", SCHOOL, "--json"]).await.json();
    let codes: Vec<&str> = all["rooms"].as_array().unwrap().iter().map(|room| room["code"].as_str().unwrap()).collect();
    assert!(codes.len() > 3 && !codes.contains(&code.as_str()));
    assert_eq!((status(&code).await, status(codes[0]).await, status("GSM-211").await), (410, 200, 410));
    let listed = run(&data, &["rooms", "list", "--school", SCHOOL, "--json"]).await.json();
    assert_eq!(listed, all);
    run(&data, &["rooms", "renew", "NIX"]).await.failed(&["NIX"]);
    run(&data, &["rooms", "list", "--school", "nix"]).await.failed(&["nix", SCHOOL]);
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn doctor_names_rooms_that_no_code_opens() {
    let place = Place::new();
    let demo = std::fs::read_to_string(DEMO).unwrap();
    assert_eq!(place.import(&[DEMO]).await.code, 0);
    let doctor = async || run(&place.data, &["doctor"]).await.stdout;
    let before = doctor().await;
    assert!(!before.contains("no code that opens them") && before.contains("server.public_url"), "{before}");
    // Renewed, then called otherwise, then as before: that code has stopped for good.
    run(&place.data, &["rooms", "renew", ROOM]).await;
    for code in ["GSM-999", ROOM] {
        let file = place.file("schools.toml", &demo.replace(&format!("\"{ROOM}\""), &format!("\"{code}\"")));
        assert_eq!(place.import(&[&file]).await.code, 0, "{code}");
    }
    let after = doctor().await;
    assert!(after.contains(&format!("1 rooms have no code that opens them ({ROOM})")), "{after}");
    run(&place.data, &["rooms", "renew", ROOM]).await;
    std::fs::write(place.data.join("schullotse.toml"), "[server]\npublic_url = 'https://hilfe.example.de'\n").unwrap();
    let mended = doctor().await;
    assert!(!mended.contains("no code that opens them") && !mended.contains("server.public_url"), "{mended}");
}

#[tokio::test]
async fn labels_are_printed_for_every_room() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    assert_eq!(run(&data, &["schools", "import", DEMO]).await.code, 0);
    run(&data, &["rooms", "labels", "--school", SCHOOL]).await.failed(&["server.public_url"]);
    std::fs::write(data.join("schullotse.toml"), "[server]\npublic_url = 'https://hilfe.example.de'\n").unwrap();
    let file = root.path().join("labels.html");
    let path = file.to_str().unwrap();
    let done = run(&data, &["rooms", "labels", "--school", SCHOOL, "--site", "neubau", "--out", path]).await;
    assert_eq!(done.code, 0, "{done:?}");
    let html = std::fs::read_to_string(&file).unwrap();
    let rooms = run(&data, &["rooms", "list", "--school", SCHOOL, "--json"]).await.json();
    let there: Vec<&Value> =
        rooms["rooms"].as_array().unwrap().iter().filter(|room| room["site"] == "neubau").collect();
    assert!(!there.is_empty());
    assert_eq!(html.matches("<svg").count(), there.len());
    for room in there {
        let code = room["code"].as_str().unwrap();
        assert!(html.contains(&format!("hilfe.example.de/r/<b>{code}</b>")), "{code}");
    }
    assert!(
        html.contains("0221 4710-123")
            && html.contains("Gesamtschule Möwenstraße, Neubau")
            && html.contains("erfunden")
    );
    let large = run(&data, &["rooms", "labels", "--school", SCHOOL, "--large"]).await;
    assert!(large.code == 0 && large.stdout.contains("class=\"large\""), "{}", large.stderr);
    run(&data, &["rooms", "labels", "--school", SCHOOL, "--site", "nix"]).await.failed(&["nix", "neubau"]);
}
