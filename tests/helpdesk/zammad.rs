//! Zammad cannot be installed here. This double is built from its documentation (REST API: tickets, articles,
//! states, users) and its request specs: it shows that the connector keeps to those, not that Zammad does.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, Request, State},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing::get,
};
use schullotse::helpdesk::{ChangeKind, Fault, RemoteState, Update};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::systems::{changes, fresh, report, system};

const BOT: u64 = 3;
const STAFF: u64 = 4;

#[derive(Default)]
struct Desk {
    tickets: Vec<Map<String, Value>>,
    articles: Vec<Map<String, Value>>,
    /// Which ticket went into which.
    merged: Vec<(u64, u64)>,
    /// Seconds since the beginning: every call that writes is one.
    now: u64,
}

type Shared = Arc<Mutex<Desk>>;

impl Desk {
    fn at(&mut self) -> String {
        self.now += 60;
        format!("2026-11-23T{:02}:{:02}:{:02}.125Z", self.now / 3600, self.now / 60 % 60, self.now % 60)
    }

    fn article(&mut self, ticket: u64, given: &Value, by: u64, sender: &str) {
        let at = self.at();
        let mut article = given.as_object().cloned().unwrap_or_default();
        article.remove("attachments");
        for (key, value) in [
            ("id", json!(self.articles.len() + 30)),
            ("ticket_id", json!(ticket)),
            ("created_by_id", json!(by)),
            ("created_at", json!(at)),
            ("sender", json!(sender)),
        ] {
            article.insert(key.into(), value);
        }
        self.articles.push(article);
        self.touch(ticket, by, &at);
    }

    fn touch(&mut self, ticket: u64, by: u64, at: &str) {
        for one in self.tickets.iter_mut().filter(|one| one["id"] == ticket) {
            one.insert("updated_at".into(), json!(at));
            one.insert("updated_by_id".into(), json!(by));
        }
    }
}

fn refused(status: u16, why: &str) -> Response {
    (StatusCode::from_u16(status).expect("a status"), Json(json!({ "error": why, "error_human": why }))).into_response()
}

async fn make(State(desk): State<Shared>, Json(given): Json<Value>) -> Response {
    let mut desk = desk.lock().expect("no test failed");
    if given["group"] != "Schul-IT" {
        return refused(422, &format!("No lookup value found for 'group': {}", given["group"]));
    }
    let customer = given["customer_id"].as_str().unwrap_or_default();
    if !customer.strip_prefix("guess:").is_some_and(|mail| mail.contains('@')) && given["customer_id"] != BOT {
        return refused(422, &format!("Invalid email '{customer}' of customer"));
    }
    let id = desk.tickets.len() as u64 + 19;
    let mut ticket = Map::new();
    // Attributes that no administrator made are ignored.
    for key in ["title", "group", "state", "priority", "chat_id", "schule"] {
        ticket.insert(key.into(), given[key].clone());
    }
    ticket.insert("id".into(), json!(id));
    ticket.insert("number".into(), json!(format!("22{id:03}")));
    desk.tickets.push(ticket);
    desk.article(id, &given["article"], BOT, "Agent");
    let made = desk.tickets.last().expect("it was made");
    let flat = json!({ "id": id, "number": made["number"], "title": made["title"], "group_id": 2, "state_id": 1,
        "created_at": made["updated_at"], "updated_at": made["updated_at"], "article_ids": [30] });
    (StatusCode::CREATED, Json(flat)).into_response()
}

async fn show(State(desk): State<Shared>, Path(id): Path<u64>) -> Response {
    let desk = desk.lock().expect("no test failed");
    match desk.tickets.iter().find(|ticket| ticket["id"] == id) {
        Some(ticket) => Json(ticket.clone()).into_response(),
        None => refused(404, "Couldn't find Ticket"),
    }
}

async fn change(State(desk): State<Shared>, Path(id): Path<u64>, Json(given): Json<Value>) -> Response {
    let mut desk = desk.lock().expect("no test failed");
    let at = desk.at();
    desk.touch(id, BOT, &at);
    let Some(ticket) = desk.tickets.iter_mut().find(|ticket| ticket["id"] == id) else { return refused(404, "none") };
    if let Some(state) = given.get("state") {
        ticket.insert("state".into(), state.clone());
    }
    let shown = ticket.clone();
    if given.get("article").is_some() {
        desk.article(id, &given["article"], BOT, "Agent");
    }
    Json(shown).into_response()
}

async fn search(State(desk): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let url: reqwest::Url = format!("http://x/?{}", query.unwrap_or_default()).parse().expect("a query");
    let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(query.get("expand").map(String::as_str), Some("true"), "the form of the answer depends on it");
    let desk = desk.lock().expect("no test failed");
    let mut found: Vec<_> = desk.tickets.clone();
    for (key, operator) in &query {
        let Some(name) = key.strip_prefix("condition[ticket.").and_then(|key| key.strip_suffix("][operator]")) else {
            continue;
        };
        let value = &query[&format!("condition[ticket.{name}][value]")];
        found.retain(|ticket| {
            let there = ticket.get(name).and_then(Value::as_str).unwrap_or_default();
            match operator.as_str() {
                "is" => there == value,
                "after (absolute)" => there > value.as_str(),
                other => panic!("no operator that is documented: {other}"),
            }
        });
    }
    found.sort_by_key(|ticket| ticket["updated_at"].to_string());
    if query["order_by"] == "desc" {
        found.reverse();
    }
    let size: usize = query["per_page"].parse().expect("a number");
    let page: usize = query.get("page").map_or(1, |page| page.parse().expect("a number"));
    Json(found.into_iter().skip((page - 1) * size).take(size).collect::<Vec<_>>()).into_response()
}

async fn articles(State(desk): State<Shared>, Path(id): Path<u64>) -> Json<Value> {
    let desk = desk.lock().expect("no test failed");
    Json(desk.articles.iter().filter(|one| one["ticket_id"] == id).cloned().map(Value::Object).collect())
}

/// Of a merged ticket, the one that it went into is the parent.
async fn links(State(desk): State<Shared>, RawQuery(query): RawQuery) -> Json<Value> {
    let desk = desk.lock().expect("no test failed");
    let query = query.unwrap_or_default();
    let links = desk.merged.iter().filter(|(from, _)| query == format!("link_object=Ticket&link_object_value={from}"));
    let links =
        links.map(|(_, into)| json!({ "link_type": "parent", "link_object": "Ticket", "link_object_value": into }));
    Json(json!({ "links": links.collect::<Vec<_>>(), "assets": {} }))
}

async fn states() -> Json<Value> {
    let named = [("new", "new"), ("open", "open"), ("erledigt", "closed"), ("closed", "closed"), ("merged", "merged")];
    Json(named.iter().map(|(name, kind)| json!({ "name": name, "state_type": kind })).collect())
}

async fn signed(request: Request, next: Next) -> Response {
    match request.headers().get("authorization").and_then(|value| value.to_str().ok()) {
        Some("Token token=geheim") => next.run(request).await,
        _ => refused(401, "Authentication required"),
    }
}

async fn zammad() -> (String, Shared) {
    let desk = Shared::default();
    let router = Router::new()
        .route("/api/v1/users/me", get(async || Json(json!({ "id": BOT, "login": "lotse@schule.example" }))))
        .route("/api/v1/tickets", axum::routing::post(make))
        .route("/api/v1/tickets/search", get(search))
        .route("/api/v1/tickets/{id}", get(show).put(change))
        .route("/api/v1/ticket_articles/by_ticket/{id}", get(articles))
        .route("/api/v1/ticket_states", get(states))
        .route("/api/v1/links", get(links))
        .layer(from_fn(signed))
        .with_state(Arc::clone(&desk));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, desk)
}

fn config(url: &str) -> String {
    format!(
        "kind = 'zammad'\nurl = '{url}'\ntoken = 'geheim'\nqueue = 'Schul-IT'\nfields = {{ school = 'schule', room = 'raum' }}"
    )
}

#[tokio::test]
async fn a_report_is_filed_found_and_updated_once() {
    let (url, there) = zammad().await;
    let desk = system(&config(&url));
    assert!(desk.check().await.expect("it lets us in").contains("lotse@schule.example"));
    let (one, two) = (report(&fresh()), report(&fresh()));
    let filed = desk.file(&one).await.expect("it is taken");
    assert_eq!((filed.reference.as_str(), filed.dropped.as_slice()), ("22019", &["room".to_owned()][..]));
    desk.file(&two).await.expect("it is taken");
    assert_eq!(desk.find(&one.id).await.expect("it answers").expect("it is there").reference, "22019");
    assert_eq!(desk.find(&fresh()).await, Ok(None));
    let update = Update { id: fresh(), text: "Geht doch nicht.".into(), state: Some(RemoteState::Open) };
    for _ in 0..2 {
        desk.update("22019", &update).await.expect("it is told");
    }
    {
        let there = there.lock().expect("no test failed");
        assert_eq!(there.articles.iter().filter(|one| one["body"] == "Geht doch nicht.").count(), 1);
        assert_eq!(there.tickets[0]["state"], "open");
    }
    assert!(matches!(desk.update("99", &update).await, Err(Fault::Unacceptable(_))));
    assert!(matches!(desk.update("1/../2", &update).await, Err(Fault::Unacceptable(_))));
}

#[tokio::test]
async fn staff_are_heard_and_what_is_solved_comes_with_how() {
    let (url, there) = zammad().await;
    let desk = system(&config(&url));
    let report = report(&fresh());
    let number = desk.file(&report).await.expect("it is taken").reference;
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    let update = Update { id: fresh(), text: "Nachtrag.".into(), state: None };
    desk.update(&number, &update).await.expect("it is told");
    {
        let mut there = there.lock().expect("no test failed");
        let say = |there: &mut Desk, body: &str, internal: bool, sender: &str| {
            there.article(
                19,
                &json!({ "body": body, "content_type": "text/html", "internal": internal }),
                STAFF,
                sender,
            );
        };
        say(&mut there, "INTERN", true, "Agent");
        say(&mut there, "<p>Bitte HDMI&nbsp;2 wählen.</p>", false, "Agent");
        say(&mut there, "Danke", false, "Customer");
        there.tickets[0].insert("state".into(), json!("erledigt"));
    }
    let mut told: Vec<ChangeKind> = changes(&*desk, &mut cursor).await.into_iter().map(|one| one.kind).collect();
    assert_eq!(told.pop(), Some(ChangeKind::State(RemoteState::Solved)));
    assert!(matches!(told.as_slice(), [ChangeKind::Reply(text)] if text.starts_with("Bitte HDMI")), "{told:?}");
    // What lies in the overlap is told under the same name.
    let again = changes(&*desk, &mut cursor).await;
    assert!(again.iter().all(|one| one.id.starts_with("ticket-19-")), "{again:?}");
    let (solved, next) = desk.resolved(None).await.expect("it tells");
    assert_eq!((solved.len(), solved[0].reference.as_str(), solved[0].replies.len()), (1, number.as_str(), 1));
    assert_eq!(desk.resolved(Some(&next)).await, Ok((Vec::new(), next)));
}

#[tokio::test]
async fn what_was_merged_into_a_strangers_ticket_is_followed() {
    let (url, there) = zammad().await;
    let desk = system(&config(&url));
    let number = desk.file(&report(&fresh())).await.expect("it is taken").reference;
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    let others = {
        let mut there = there.lock().expect("no test failed");
        let mut ticket = Map::new();
        for (key, value) in [("id", json!(50)), ("number", json!("22050")), ("state", json!("open"))] {
            ticket.insert(key.into(), value);
        }
        there.tickets.push(ticket);
        there.tickets[0].insert("state".into(), json!("merged"));
        there.merged.push((19, 50));
        let at = there.at();
        there.touch(19, STAFF, &at);
        there.article(50, &json!({ "body": "Der Techniker kommt.", "content_type": "text/plain" }), STAFF, "Agent");
        "22050"
    };
    let told: Vec<_> = changes(&*desk, &mut cursor).await.into_iter().map(|one| (one.reference, one.kind)).collect();
    assert_eq!(told[0], (number, ChangeKind::Merged { into: others.into() }));
    assert_eq!(told[1], (others.into(), ChangeKind::State(RemoteState::Open)));
    let reply = (others.to_owned(), ChangeKind::Reply("Der Techniker kommt.".into()));
    assert!(told.contains(&reply), "{told:?}");
    // One of which nothing says where it went has ended.
    let lone = desk.file(&report(&fresh())).await.expect("it is taken").reference;
    {
        let mut there = there.lock().expect("no test failed");
        there.tickets.last_mut().expect("it is there").insert("state".into(), json!("merged"));
    }
    let told = changes(&*desk, &mut cursor).await;
    let ended = told.iter().find(|one| one.reference == lone).map(|one| &one.kind);
    assert_eq!(ended, Some(&ChangeKind::State(RemoteState::Closed)));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let (url, _) = zammad().await;
    let report = report(&fresh());
    let token = system(&config(&url).replace("geheim", "falsch"));
    assert!(matches!(token.file(&report).await, Err(Fault::Refused(_))));
    assert!(matches!(token.check().await, Err(Fault::Refused(_))));
    let queue = system(&config(&url).replace("Schul-IT", "Gibt es nicht"));
    let Err(Fault::Refused(why)) = queue.file(&report).await else { panic!() };
    assert!(why.starts_with("422") && !why.contains("Gibt es nicht"), "{why}");
    // An address that is not accepted does not hold the report up.
    let mut odd = report.clone();
    odd.requestor = Some("keine Adresse".into());
    let filed = system(&config(&url)).file(&odd).await.expect("it is taken");
    assert_eq!(filed.dropped, ["room", "requestor"]);
}
