//! The interface for programs: what it answers, and how it says no.

use reqwest::{Method, RequestBuilder};
use schullotse::config::Config;
use serde_json::{Value, json};

use super::support::{ROOM, SCHOOL, Setup, TestServer, client, get, post, send};

fn request(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    client().request(method, format!("http://{}{path}", server.address))
}

#[tokio::test]
async fn ask_answers_with_sentences_and_sources() {
    let server = TestServer::start().await;
    let body = json!({ "question": "biemer geht nich", "school": SCHOOL, "room": ROOM, "lang": "de" });
    let answer = post(server.address, "/api/v1/ask", &body).await.json();
    assert_eq!((&answer["outcome"], &answer["model"]), (&json!("flow"), &json!("extractive")));
    let confidence = answer["confidence"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&confidence) && answer["calibrated"].is_boolean(), "{answer}");
    let numbers: Vec<&Value> = answer["citations"].as_array().unwrap().iter().map(|citation| &citation["n"]).collect();
    for sentence in answer["sentences"].as_array().unwrap() {
        assert!(answer["answer"].as_str().unwrap().contains(sentence["text"].as_str().unwrap()));
        let cited = sentence["citations"].as_array().unwrap();
        assert!(!cited.is_empty() && cited.iter().all(|n| numbers.contains(&n)), "{sentence}");
    }
    for name in ["retrieve", "first", "total"] {
        assert!(answer["timings_ms"][name].is_number(), "{name}");
    }
    let answer = post(server.address, "/api/v1/ask", &json!({ "question": "xyzzy plugh" })).await.json();
    assert_eq!((&answer["outcome"], &answer["citations"]), (&json!("escalate"), &json!([])));
    assert_eq!(server.support.store.sizes().await.unwrap().events, 0, "a question of a program is not kept");
}

#[tokio::test]
async fn search_finds_passages_whose_pages_open() {
    let server = TestServer::start().await;
    let found = get(server.address, "/api/v1/search?q=fernbedienung%20beamer&k=3").await.json();
    let hits = found["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 3);
    for hit in hits {
        for field in ["document", "chunk", "revision", "title", "heading", "kind", "snippet", "url"] {
            assert!(hit[field].is_string(), "{field} in {hit}");
        }
        assert!(hit["problems"].is_array() && hit["score"].is_number());
        let page = get(server.address, hit["url"].as_str().unwrap()).await;
        assert_eq!((page.status, page.kind.as_str()), (200, "text/html; charset=utf-8"));
        assert!(page.text().contains(hit["title"].as_str().unwrap()));
    }
    let guide = hits.iter().find(|hit| hit["kind"] == "guide").expect("a guide among the hits");
    let document = guide["document"].as_str().unwrap().replace('/', "%2F");
    let whole = get(server.address, &format!("/api/v1/documents/{document}")).await.text();
    assert!(whole.contains("Schritt für Schritt") && whole.contains("Wenn das nicht hilft"), "{whole}");
    // Another revision may not be marked: the marks might stand wrong.
    let old = get(server.address, &format!("/api/v1/passages/{document}/0?revision=other&mark=0")).await.text();
    assert!(old.contains("seit der Antwort geändert") && !old.contains("<mark"), "{old}");
    // There is no original of what is built in.
    assert_eq!(get(server.address, &format!("/api/v1/originals/{document}")).await.status, 404);
    for path in ["/api/v1/passages/guides%2Fnone/0", "/api/v1/documents/none", "/api/v1/passages/x/y"] {
        let page = get(server.address, path).await;
        assert_eq!((page.status, page.kind.as_str()), (404, "text/html; charset=utf-8"), "{path}");
    }
    assert_eq!(get(server.address, "/api/v1/search?q=").await.json()["hits"], json!([]));
}

#[tokio::test]
async fn a_ticket_is_filed_and_opened_by_its_code_only() {
    let server = TestServer::start().await;
    let body = json!({ "symptom": "Lüfter laut", "school": SCHOOL, "room": ROOM, "device": { "type": "projector" },
        "tried": [{ "step": "Aus und an", "result": "failed" }], "urgency": "week" });
    let reply = post(server.address, "/api/v1/tickets", &body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let created = reply.json();
    let number = created["number"].as_str().unwrap();
    let show = |code: &str| {
        let request = request(&server, Method::GET, &format!("/api/v1/tickets/{number}"));
        send(request.header("x-ticket-code", code))
    };
    let ticket = show(created["code"].as_str().unwrap()).await.json();
    assert_eq!(
        (&ticket["number"], &ticket["state"], &ticket["priority"]),
        (&created["number"], &json!("new"), &json!("P4"))
    );
    for field in ["device", "routing", "due", "delivery", "missing", "tried"] {
        assert!(ticket[field].is_object() || ticket[field].is_array(), "{field} in {ticket}");
    }
    assert!(!ticket["routing"]["why"].as_array().unwrap().is_empty(), "{ticket}");
    let wrong = show("2222-2222").await;
    assert_eq!(wrong.problem(404), "not_found");
    let unknown = get(server.address, "/api/v1/tickets/SUP-2026-99999").await;
    assert_eq!(unknown.body, wrong.body, "a stranger cannot tell which numbers there are");
}

#[tokio::test]
async fn an_urgent_report_is_due_in_service_hours_and_a_proposed_visit_stays_inside() {
    let server = Setup { now: "2026-11-27T09:00:00Z", ..Setup::default() }.start().await;
    let body = json!({ "symptom": "kein Signal", "school": SCHOOL, "room": ROOM, "device": { "type": "projector" },
        "tried": [{ "step": "Quelle gewählt", "result": "failed" }], "problem": "P01", "lesson_running": true,
        "scope": "class", "exam": false });
    let created = post(server.address, "/api/v1/tickets", &body).await.json();
    let number = created["number"].as_str().unwrap();
    let path = format!("/api/v1/tickets/{number}");
    let request = request(&server, Method::GET, &path).header("x-ticket-code", created["code"].as_str().unwrap());
    let ticket = send(request).await.json();
    // Ten o'clock on a Friday; service ends at two, the round comes on Monday.
    assert_eq!(ticket["due"], json!({ "response": "2026-11-27T09:30:00Z", "resolution": "2026-11-27T13:00:00Z" }));
    assert_eq!(
        (&ticket["priority"], &ticket["onsite"], &ticket["scope"]),
        (&json!("P2"), &json!("onsite"), &json!("class"))
    );
    assert_eq!(ticket["routing"]["proposed"], json!(null), "nobody confirmed it: {ticket}");
    let (kept, _) = server.support.store.ticket(number).await.unwrap().unwrap();
    let told = ticket["routing"]["why"].as_array().unwrap().len();
    let proposed = kept.routing.proposed.map(|proposal| proposal.day.to_string());
    assert_eq!((proposed.as_deref(), &ticket["routing"]["next_visit"]), (Some("2026-11-27"), &json!("2026-11-30")));
    assert_eq!(told + 1, kept.routing.why.len(), "nor do the reasons give it away");
    assert_eq!(
        post(server.address, "/api/v1/tickets", &json!({ "symptom": "x", "scope": "planet" })).await.status,
        422
    );
}

#[tokio::test]
async fn codes_cannot_be_guessed_by_trying() {
    let mut config = Config::default();
    config.limits.tickets_per_hour = 3;
    let server = Setup { config, ..Setup::default() }.start().await;
    let created = post(server.address, "/api/v1/tickets", &json!({ "symptom": "x" })).await.json();
    let path = format!("/api/v1/tickets/{}", created["number"].as_str().unwrap());
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(send(request(&server, Method::GET, &path).header("x-ticket-code", "2222-2222")).await.status);
    }
    assert_eq!(statuses, [404, 404, 404, 429]);
    // Nor by spelling the number differently.
    let other = path.replace("SUP", "sup").replace("TIC", "tic");
    assert_eq!(send(request(&server, Method::GET, &other).header("x-ticket-code", "2222-2222")).await.status, 429);
}

#[tokio::test]
async fn openapi_lists_what_there_is() {
    let server = TestServer::start().await;
    let document = get(server.address, "/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    for (path, method) in [
        ("/api/v1/ask", "post"),
        ("/api/v1/search", "get"),
        ("/api/v1/tickets", "post"),
        ("/api/v1/tickets/{number}", "get"),
    ] {
        assert!(document["paths"][path][method]["responses"].is_object(), "{method} {path}");
    }
}

#[tokio::test]
async fn every_fault_has_the_same_shape() {
    let server = TestServer::start().await;
    let ask = |body: Vec<u8>, kind: &'static str| {
        send(request(&server, Method::POST, "/api/v1/ask").header("content-type", kind).body(body))
    };
    let json = "application/json";
    assert_eq!(ask(b"{".to_vec(), json).await.problem(400), "bad_body");
    assert_eq!(ask(b"{\"question\":\"\xff\xfe\"}".to_vec(), json).await.problem(400), "bad_body");
    assert_eq!(ask(b"{}".to_vec(), json).await.problem(422), "bad_body");
    assert_eq!(ask(b"{\"question\":1}".to_vec(), json).await.problem(422), "bad_body");
    assert_eq!(ask(b"{\"question\":\"a\",\"admin\":1}".to_vec(), json).await.problem(422), "bad_body");
    assert_eq!(ask(b"{\"question\":\" \\u200b \"}".to_vec(), json).await.problem(400), "empty");
    assert_eq!(ask(b"question=beamer".to_vec(), "application/x-www-form-urlencoded").await.problem(415), "bad_body");
    let long = json!({ "question": "x".repeat(2_001) }).to_string();
    assert_eq!(ask(long.into_bytes(), json).await.problem(400), "too_long");
    assert_eq!(ask(json!({ "question": "x", "lang": "fr" }).to_string().into_bytes(), json).await.problem(400), "lang");

    let two_mib = json!({ "question": "x".repeat(2 << 20) }).to_string();
    for path in ["/api/v1/ask", "/api/v1/tickets", "/api/v1/chat/messages"] {
        let post = request(&server, Method::POST, path).header("content-type", json);
        assert_eq!(send(post.body(two_mib.clone())).await.problem(413), "too_large", "{path}");
        let post = request(&server, Method::POST, path).header("content-type", json);
        send(post.body(b"\"\xff".to_vec())).await.problem(400);
        assert_eq!(send(request(&server, Method::PUT, path)).await.problem(405), "wrong_method", "{path}");
    }
    for (path, status) in [
        ("/api/v1/nothing", 404),
        ("/api/v1/search", 400),
        ("/api/v1/search?q=x&k=many", 400),
        ("/api/v1/chat/events?after=x", 400),
        ("/api/v1/chat/events", 401),
        ("/api/v1/documents/%FF", 400),
        ("/api/v1/chat", 400),
        ("/api/v1/tickets/none", 404),
    ] {
        let reply = get(server.address, path).await;
        reply.problem(status);
        assert!(!reply.text().contains("many"), "{}", reply.text());
    }
    // A page for people says it in words.
    let page = get(server.address, "/nothing").await;
    assert_eq!((page.status, page.kind.as_str()), (404, "text/html; charset=utf-8"));
    assert_eq!(get(server.address, "/healthz").await.status, 200, "the server lives");
}

#[tokio::test]
async fn tickets_that_cannot_be_kept_are_refused() {
    let server = TestServer::start().await;
    for (body, code) in [
        (json!({ "symptom": "" }), "empty"),
        (json!({ "symptom": "x".repeat(2_001) }), "too_long"),
        (json!({ "symptom": "x", "contact": "y".repeat(300) }), "too_long"),
        (json!({ "symptom": "x", "school": "nirgends" }), "school"),
    ] {
        assert_eq!(post(server.address, "/api/v1/tickets", &body).await.problem(400), code, "{body}");
    }
    let steps = vec![json!({ "step": "s", "result": "ok" }); 101];
    let reply = post(server.address, "/api/v1/tickets", &json!({ "symptom": "x", "tried": steps })).await;
    assert_eq!(reply.problem(400), "too_long");
    assert_eq!(server.support.store.sizes().await.unwrap().tickets, 0);
}

#[tokio::test]
async fn too_many_questions_are_told_when_to_come_back() {
    let mut config = Config::default();
    (config.limits.school_per_minute, config.limits.school_burst) = (1, 2);
    let server = Setup { config, ..Setup::default() }.start().await;
    let ask = || async {
        post(server.address, "/api/v1/ask", &json!({ "question": "beamer dunkel", "school": SCHOOL })).await
    };
    assert_eq!((ask().await.status, ask().await.status), (200, 200));
    let refused = ask().await;
    assert_eq!(refused.problem(429), "rate_limited");
    let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(refused.json()["retry_after"], seconds);
    // One school's haste is not another's.
    let other = json!({ "question": "beamer dunkel", "school": "gs-lerchenweg" });
    assert_eq!(post(server.address, "/api/v1/ask", &other).await.status, 200);
}

#[tokio::test]
async fn health_and_figures() {
    let mut config = Config::default();
    config.server.metrics_token = Some("geheim".into());
    let server = Setup { config, ..Setup::default() }.start().await;
    assert_eq!(get(server.address, "/healthz").await.status, 200);
    let ready = get(server.address, "/readyz").await;
    assert_eq!((ready.status, &ready.json()["ready"], &ready.json()["demo"]), (200, &json!(true), &json!(true)));
    assert!(ready.json()["documents"].as_u64().unwrap() > 10, "{}", ready.text());

    assert!(get(server.address, "/metrics").await.text().contains("schullotse_requests_total"));
    // Behind a proxy everybody comes from loopback.
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let behind = || request(&server, Method::GET, "/metrics").header(header, "for=203.0.113.9");
        assert_eq!(send(behind()).await.problem(403), "metrics", "{header}");
        assert_eq!(send(behind().bearer_auth("falsch")).await.problem(403), "metrics", "{header}");
        assert_eq!(send(behind().bearer_auth("geheim")).await.status, 200, "{header}");
    }
    // What the command line does is for its token only.
    let order = request(&server, Method::POST, "/api/v1/admin/index").bearer_auth("falsch");
    assert_eq!(send(order).await.problem(403), "admin");
}

#[tokio::test]
async fn pages_are_safe_to_show() {
    let server = TestServer::start().await;
    for path in
        ["/", "/chat", "/r/GSM-204", "/widget.js", "/widget/chat.js", "/api/v1/ask", "/nothing", "/api/v1/openapi.json"]
    {
        let reply = get(server.address, path).await;
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{path}");
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(!reply.headers.contains_key("set-cookie"), "{path}");
    }
    let page = get(server.address, "/chat?school=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&lang=%3Cb%3E").await;
    assert!(!page.text().contains("alert(1)"), "{}", page.text());
}
