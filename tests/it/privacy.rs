//! What people typed: in no log, no figure, no error page; without what concerns
//! persons; and gone from the disk when it is to be gone.

use reqwest::Method;
use schullotse::{domain::ticket::TicketState, jobs, store::TicketFilter};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::support::{
    Chat, PATIENCE, Reply, TestProcess, TestServer, client, connect, get, on_disk, post, read, send, write,
};

/// A word that no rule masks and nothing but a reader's text can bring in.
const CANARY: &str = "kanarienzwitscherkasten";

async fn type_it_everywhere(server: &TestProcess) -> Vec<Reply> {
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask(&format!("am beamer ist die falsche quelle {CANARY}")).await;
    chat.say(json!({ "type": "feedback.give", "mid": end["mid"], "helped": false, "reasons": [], "note": CANARY }))
        .await;
    chat.expect("escalate.offer").await;
    let fields = json!({ "symptom": CANARY, "room": CANARY, "serial": CANARY, "contact": CANARY });
    chat.say(json!({ "type": "ticket.submit", "fields": fields, "include_transcript": true })).await;
    chat.expect("ticket.created").await;
    for message in [
        json!({ "type": "ticket.query", "number": CANARY, "code": CANARY }),
        json!({ "type": "choice.pick", "mid": CANARY, "value": CANARY }),
        json!({ "type": CANARY }),
    ] {
        chat.say(message).await;
        chat.next_error().await;
    }
    // Where nothing was filed yet: a form that is sent twice is acknowledged.
    let mut fresh = Chat::open(server.address).await;
    fresh.say(json!({ "type": "ticket.submit", "fields": { CANARY: CANARY } })).await;
    fresh.next_error().await;
    let mut socket = connect(server.address, &format!("?school={CANARY}"), None).await.unwrap();
    write(&mut socket, &json!({ "type": "hello", "school": CANARY, "room": CANARY, "lang": CANARY })).await;
    assert_eq!(read(&mut socket).await.unwrap()["type"], "welcome");

    let request = |method: Method, path: &str| client().request(method, format!("http://{}{path}", server.address));
    let broken = |path: &str| {
        request(Method::POST, path).header("content-type", "application/json").body(format!("{{\"{CANARY}\": {CANARY}"))
    };
    let mut errors = vec![
        post(server.address, "/api/v1/ask", &json!({ "question": CANARY, CANARY: CANARY })).await,
        post(server.address, "/api/v1/ask", &json!({ "question": CANARY, "lang": CANARY })).await,
        post(server.address, "/api/v1/tickets", &json!({ "symptom": CANARY, "school": CANARY })).await,
        post(server.address, "/api/v1/tickets", &json!({ "symptom": CANARY, "device": { "type": CANARY } })).await,
    ];
    for path in ["/api/v1/ask", "/api/v1/tickets", "/api/v1/chat/messages", "/api/v1/admin/index"] {
        errors.push(send(broken(path)).await);
    }
    for path in [
        format!("/api/v1/search?q=x&k={CANARY}"),
        format!("/api/v1/passages/{CANARY}/{CANARY}?mark={CANARY}&revision={CANARY}"),
        format!("/api/v1/documents/{CANARY}"),
        format!("/api/v1/documents/%FF{CANARY}"),
        format!("/api/v1/documents/x?school={CANARY}&school={CANARY}"),
        format!("/api/v1/originals/{CANARY}"),
        format!("/api/v1/tickets/{CANARY}"),
        format!("/api/v1/chat?school={CANARY}"),
        format!("/api/v1/chat/events?after={CANARY}"),
        format!("/api/v1/{CANARY}"),
        format!("/r/{CANARY}"),
        format!("/assets/{CANARY}.css"),
        format!("/{CANARY}"),
    ] {
        errors.push(send(request(Method::GET, &path).header("x-ticket-code", CANARY)).await);
    }
    errors.push(send(request(Method::DELETE, &format!("/api/v1/passages/{CANARY}/0"))).await);
    errors.push(send(request(Method::DELETE, &format!("/r/{CANARY}"))).await);
    // These succeed, but for the log they are the same.
    for path in [format!("/api/v1/search?q={CANARY}"), format!("/chat?school={CANARY}&lang={CANARY}")] {
        assert_eq!(get(server.address, &path).await.status, 200, "{path}");
    }
    let asked = post(server.address, "/api/v1/ask", &json!({ "question": CANARY, "school": CANARY })).await;
    assert_eq!(asked.status, 200);
    errors
}

#[tokio::test]
async fn what_is_typed_stands_in_no_log_no_figure_and_no_error() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let mut server = TestProcess::with(&data, &[], "debug").await;
    for error in type_it_everywhere(&server).await {
        assert!((400..500).contains(&error.status), "{}: {}", error.status, error.text());
        assert!(!error.text().contains(CANARY), "{}", error.text());
        assert!(!format!("{:?}", error.headers).contains(CANARY), "{:?}", error.headers);
    }
    let metrics = get(server.address, "/metrics").await;
    assert!(metrics.text().contains("schullotse_requests_total"), "else this shows nothing");
    assert!(!metrics.text().contains(CANARY), "{}", metrics.text());
    let log = server.log().await;
    assert!(log.contains("/api/v1/ask"), "else this shows nothing: {log}");
    let line = log.lines().find(|line| line.contains(CANARY));
    assert_eq!(line, None);
    assert!(on_disk(&data, CANARY), "it is stored as a message, else this shows nothing");
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn what_concerns_persons_is_masked_before_the_first_write() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let mut server = TestProcess::with(&data, &[], "debug").await;
    let mut chat = Chat::open(server.address).await;
    let personal = ["Wendelmuth", "wendelmuth.k@schule.example", "5550199", "Zitronenfalter77"];
    // Somebody else's: her own way to be called back is kept, apart (see `told`).
    let text = "Neben mir steht Frau Wendelmuth aus dem Kollegium (wendelmuth.k@schule.example, Telefon 0171 5550199) \
        und schaut zu. Der Beamer zeigt kein Signal in Raum Blaumeise. Mein Passwort ist Zitronenfalter77.";
    chat.say(json!({ "type": "msg.send", "text": text })).await;
    let ack = chat.expect("ack").await;
    assert!(ack["text"].as_str().unwrap().contains("[Name]"), "she is told what was kept: {ack}");
    let end = chat.expect("bot.end").await;
    let feedback = json!({ "type": "feedback.give", "mid": end["mid"], "helped": false, "reasons": [], "note": text });
    chat.say(feedback).await;
    chat.expect("escalate.offer").await;
    chat.say(json!({ "type": "ticket.submit", "fields": { "symptom": text }, "include_transcript": true })).await;
    let created = chat.expect("ticket.created").await;
    assert!(created["number"].is_string());
    let body = json!({ "symptom": text, "room": "Frau Wendelmuth" });
    assert_eq!(post(server.address, "/api/v1/tickets", &body).await.status, 201);
    let log = server.log().await;
    for personal in personal {
        assert!(!on_disk(&data, personal), "{personal} is on the disk");
        assert!(!log.contains(personal), "{personal} is in the log");
    }
    // What the helpdesk needs is there, while the server runs and after.
    assert!(on_disk(&data, "Blaumeise"));
    server.kill().await;
    assert!(on_disk(&data, "Blaumeise") && personal.iter().all(|personal| !on_disk(&data, personal)));
}

#[tokio::test]
async fn a_deleted_conversation_is_gone_from_the_disk() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    chat.ask(&format!("am beamer ist die falsche quelle {CANARY}")).await;
    let mut tab = chat.resume(server.address, 0).await;
    assert!(on_disk(server.data.path(), CANARY), "else this shows nothing");
    let old = chat.ticket(0);
    chat.say(json!({ "type": "conv.delete" })).await;
    let welcome = chat.expect("welcome").await;
    assert_ne!(welcome["conv"], old["conv"]);
    assert!(!on_disk(server.data.path(), CANARY));
    // Neither another tab nor a late message brings it back.
    tab.say(json!({ "type": "msg.send", "text": format!("noch einmal {CANARY}") })).await;
    tab.next_error().await;
    let again = Chat::hello(server.address, json!({ "resume": old })).await;
    assert_ne!(again.welcome["conv"], old["conv"]);
    assert!(!on_disk(server.data.path(), CANARY));
    // The connection goes on with the new conversation.
    assert_eq!(chat.ask("am beamer ist die falsche quelle").await["seq"], 2);
}

#[tokio::test]
async fn deleting_while_an_answer_is_written_leaves_nothing() {
    let model = schullotse::llm::scripted::Scripted::with(|_| "Warten Sie noch ".repeat(2_000))
        .slow(std::time::Duration::from_millis(5));
    let server = TestServer::with_model(model).await;
    let mut chat = Chat::open(server.address).await;
    for _ in 0..2 {
        chat.say(json!({ "type": "msg.send", "text": format!("am beamer ist die falsche quelle {CANARY}") })).await;
    }
    chat.expect("bot.start").await;
    chat.say(json!({ "type": "conv.delete" })).await;
    chat.expect("welcome").await;
    server.support.chats.tasks.close();
    tokio::time::timeout(PATIENCE, server.support.chats.tasks.wait()).await.expect("a turn hangs");
    assert_eq!(server.support.store.sizes().await.unwrap().conversations, 0);
    assert!(!on_disk(server.data.path(), CANARY));
}

#[tokio::test]
async fn time_takes_chats_and_what_concerns_persons_in_tickets() {
    let server = TestServer::start().await;
    let store = &server.support.store;
    let mut chat = Chat::open(server.address).await;
    chat.ask(&format!("am beamer ist die falsche quelle {CANARY}")).await;
    let fields = json!({ "symptom": "Bild flackert", "contact": "Zimmer der Konrektorin kontaktkanarie" });
    chat.say(json!({ "type": "ticket.submit", "fields": fields, "include_transcript": true })).await;
    let created = chat.expect("ticket.created").await;
    let number = created["number"].as_str().unwrap();
    let days = |days: i64| server.clock.advance(jiff::SignedDuration::from_hours(24 * days));
    let stop = CancellationToken::new();
    let retention = || async {
        // As the timer does it: the first run is at the start.
        let run = tokio::spawn(jobs::run(server.support.clone(), stop.child_token()));
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        run.abort();
        server.support.retain().await.unwrap();
    };

    days(29);
    retention().await;
    assert!(on_disk(server.data.path(), CANARY), "not before its time");
    days(2);
    retention().await;
    assert_eq!(store.sizes().await.unwrap().conversations, 0);
    let ticket = &store.tickets(&TicketFilter::default(), 1).await.unwrap()[0];
    assert_eq!(ticket.conversation, None);
    assert!(ticket.contact.is_some(), "an open report is still worked on");

    store
        .ticket_state(number, TicketState::Solved, schullotse::domain::clock::Clock::now(&*server.clock))
        .await
        .unwrap();
    days(89);
    retention().await;
    assert!(on_disk(server.data.path(), "kontaktkanarie"), "not before its time");
    days(2);
    retention().await;
    let (ticket, _) = store.ticket(number).await.unwrap().unwrap();
    assert_eq!((ticket.contact, ticket.transcript), (None, None));
    assert_eq!(ticket.symptom, "Bild flackert", "what concerns nobody stays");
    for gone in [CANARY, "kontaktkanarie"] {
        assert!(!on_disk(server.data.path(), gone), "{gone}");
    }
}
