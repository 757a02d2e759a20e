//! Pages beside the chat: the statement on accessibility and the way to report a barrier, the question
//! for the school, the operator's page. What only the operator need know, readers are spared.

use reqwest::Method;
use schullotse::{
    config::{AccessibilityConfig, Config, EnforcementBody},
    domain::school::Directory,
};
use serde_json::Value;
use tempfile::TempDir;

use super::support::{Chat, Reply, SCHOOL, Setup, TestProcess, TestServer, get, request, run, send};

/// A server with a directory of its own: two schools.
async fn real() -> TestServer {
    let server = TestServer::start().await;
    let school = |id: &str, name: &str| {
        format!("[[school]]\nid = '{id}'\nname = '{name}'\norigins = ['https://{id}.example']\n")
    };
    let text = format!(
        "[authority]\nname = 'Stadt Nord'\n{}{}",
        school("gs-zwei", "Zweite Schule"),
        school("gs-eins", "Erste Schule")
    );
    import(&server, &text).await;
    server
}

async fn import(server: &TestServer, text: &str) {
    let directory: Directory = toml::from_str(text).unwrap();
    server.support.store.directory_import(&directory, "2026-11-23T09:00:00Z".parse().unwrap()).await.unwrap();
    server.support.schools.reload().await.unwrap();
}

async fn posted(server: &TestServer, path: &str, body: &str) -> Reply {
    let kind = ("content-type", "application/x-www-form-urlencoded");
    send(request(Method::POST, server.address, path).header(kind.0, kind.1).body(body.to_owned())).await
}

#[tokio::test]
async fn the_statement_says_what_is_so_and_what_is_missing() {
    let server = real().await;
    let page = get(server.address, "/barrierefreiheit").await;
    assert_eq!((page.status, page.kind.as_str()), (200, "text/html; charset=utf-8"));
    let page = page.text();
    for part in [
        "<html lang=\"de\">",
        "Erklärung zur Barrierefreiheit",
        "Stadt Nord",
        "teilweise erfüllt",
        "noch nicht getestet",
        "22.11.2026",
        "Durchsetzungsstelle des Landes hat der Schulträger hier noch nicht eingetragen",
        "noch nicht überprüft",
        "href=\"/report?reason=barrier&amp;lang=de\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let english = get(server.address, "/barrierefreiheit?lang=en").await.text();
    for part in ["<html lang=\"en\">", "Accessibility statement", "has not named the enforcement body", "lang=en"] {
        assert!(english.contains(part), "{part} in {english}");
    }
    // The chat's menu and the pages lead there, in the reader's language.
    let mut hello = serde_json::json!({ "school": "gs-eins", "lang": "en" });
    let url = |welcome: &Value| welcome["texts"]["accessibility_url"].clone();
    assert_eq!(url(&Chat::hello(server.address, hello.clone()).await.welcome), "barrierefreiheit?lang=en");
    hello["lang"] = "de".into();
    assert_eq!(url(&Chat::hello(server.address, hello).await.welcome), "barrierefreiheit?lang=de");
    for path in ["/", "/chat", "/report", "/report?lang=en", "/nirgends", "/einbetten"] {
        assert!(get(server.address, path).await.text().contains("href=\"/barrierefreiheit"), "{path}");
    }
}

#[tokio::test]
async fn what_the_authority_says_stands_in_the_statement() {
    let mut config = Config::default();
    config.server.privacy_url = Some("https://stadt.example/datenschutz".into());
    config.accessibility = AccessibilityConfig {
        authority: Some("Amt für <Schule>".into()),
        email: Some("barriere@stadt.example".into()),
        reviewed: Some("2026-11-20".parse().unwrap()),
        enforcement: EnforcementBody {
            name: Some("Ombudsstelle Beispielland".into()),
            address: Some("Beispielweg 1\n12345 Musterstadt".into()),
            url: Some("https://ombud.example".into()),
        },
        ..AccessibilityConfig::default()
    };
    let server = Setup { config, ..Setup::default() }.start().await;
    let page = get(server.address, "/barrierefreiheit").await.text();
    for part in [
        "Amt für &lt;Schule&gt;",
        "mailto:barriere@stadt.example",
        "20.11.2026",
        "Ombudsstelle Beispielland",
        "12345 Musterstadt",
        "https://ombud.example",
        "stadt.example/datenschutz",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("noch nicht eingetragen") && !page.contains("noch nicht überprüft"), "{page}");

    let mut elsewhere = Config::default();
    elsewhere.server.accessibility_url = Some("https://stadt.example/barriere".into());
    let server = Setup { config: elsewhere, ..Setup::default() }.start().await;
    let texts = Chat::open(server.address).await.welcome["texts"].clone();
    assert_eq!(texts["accessibility_url"], "https://stadt.example/barriere");
    assert!(get(server.address, "/report").await.text().contains("href=\"https://stadt.example/barriere\""));
}

#[tokio::test]
async fn a_barrier_arrives_as_a_report() {
    let server = real().await;
    let form = get(server.address, "/report?reason=barrier").await.text();
    assert!(form.contains("<h1>Barriere melden</h1>") && form.contains("name=\"reason\" value=\"barrier\""), "{form}");
    assert!(!form.contains("name=\"device\"") && !form.contains("name=\"serial\""), "{form}");
    let empty = posted(&server, "/report", "reason=barrier&symptom=").await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("<h1>Barriere melden</h1>"), "it stays what it was: {}", empty.text());
    let filed =
        posted(&server, "/report", "reason=barrier&school=gs-eins&symptom=Vorlesen+geht+nicht&contact=0171+5551234")
            .await;
    assert_eq!(filed.status, 201, "{}", filed.text());
    let ticket = server.support.store.ticket("SUP-2026-00001").await.unwrap().unwrap().0;
    assert_eq!((ticket.reason.as_str(), ticket.symptom.as_str()), ("barrier", "Vorlesen geht nicht"));
    assert_eq!(ticket.school.as_deref(), Some("gs-eins"));
    // A reason is not the caller's to invent: some of them raise alarms.
    let other = posted(&server, "/report", "reason=fire&symptom=x").await;
    assert_eq!(other.status, 201);
    assert_eq!(server.support.store.ticket("SUP-2026-00002").await.unwrap().unwrap().0.reason, "form");
}

#[tokio::test]
async fn doctor_names_what_the_statement_lacks() {
    let data = TempDir::new().unwrap();
    let told = async |text: &str| {
        std::fs::write(data.path().join("schullotse.toml"), text).unwrap();
        run(data.path(), &["doctor"]).await.stdout
    };
    let lacking = told("").await;
    for key in ["accessibility.enforcement.name", "accessibility.reviewed"] {
        assert!(lacking.contains(key), "{key} in {lacking}");
    }
    let whole = told("[accessibility]\nreviewed = '2026-11-20'\n[accessibility.enforcement]\nname = 'X'\n").await;
    assert!(!whole.contains("accessibility."), "{whole}");
    let elsewhere = told("[server]\nlisten = '0.0.0.0:8080'\naccessibility_url = 'https://stadt.example/b'\n").await;
    assert!(!elsewhere.contains("accessibility.") && elsewhere.contains("pages of any name"), "{elsewhere}");
}

#[tokio::test]
async fn a_chat_without_a_school_asks_for_it() {
    let server = real().await;
    let page = get(server.address, "/chat?lang=en").await.text();
    assert!(!page.contains("<schul-hilfe"), "{page}");
    let (first, second) = (page.find("value=\"gs-eins\"").unwrap(), page.find("value=\"gs-zwei\"").unwrap());
    assert!(first < second, "by name");
    for part in [
        "method=\"get\" action=\"/chat\"",
        "name=\"lang\" value=\"en\"",
        "<label for=\"school\">School</label>",
        "href=\"/chat?school=&amp;lang=en\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let chosen = get(server.address, "/chat?lang=en&school=gs-eins").await.text();
    assert!(chosen.contains("school=\"gs-eins\"") && chosen.contains("Erste Schule"), "{chosen}");
    let none = get(server.address, "/chat?school=").await.text();
    assert!(none.contains("<schul-hilfe page title=\"Schul-IT-Hilfe\" school=\"\""), "{none}");
    // Where there is one, nobody is asked.
    import(&server, "[authority]\nname = 'x'\n[[school]]\nid = 'nur'\nname = 'Die eine'\n").await;
    assert!(get(server.address, "/chat").await.text().contains("school=\"nur\""));
}

#[tokio::test]
async fn an_unknown_school_is_told_to_whoever_keeps_the_page() {
    let data = TempDir::new().unwrap();
    let mut server = TestProcess::start(data.path()).await;
    let page = get(server.address, "/chat?school=gibt-es-nicht").await.text();
    assert!(page.contains("school=\"gibt-es-nicht\"") && !page.contains("Möwenstraße"), "{page}");
    for school in ["gibt-es-nicht", "gibt-es-nicht", "<b>", "auch-nicht"] {
        let mut chat = Chat::hello(server.address, serde_json::json!({ "school": school, "lang": "de" })).await;
        assert!(chat.welcome["warnings"][0].as_str().unwrap().contains("no such school"), "{}", chat.welcome);
        assert!(!chat.welcome["notices"].to_string().contains("school"), "the reader is not bothered");
        assert_eq!(chat.ask("am beamer ist die falsche quelle").await["outcome"], "answered");
    }
    assert!(Chat::open(server.address).await.welcome["warnings"].is_null());
    let list = get(server.address, "/einbetten").await.text();
    assert!(list.contains("<code>auch-nicht</code>, <code>gibt-es-nicht</code>") && !list.contains("<b>"), "{list}");
    let log = server.log().await;
    assert_eq!(log.matches("a school that the directory does not know").count(), 1, "{log}");
    assert!(!log.contains("gibt-es-nicht"), "what a page names is not ours to log");
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn the_operator_finds_the_lines_for_every_school() {
    let server = real().await;
    let page = get(server.address, "/einbetten").await;
    assert_eq!(page.status, 200);
    let page = page.text();
    let own = format!("http://{}", server.address);
    for part in [
        format!("src=\"{own}/widget.js\"").replace('"', "&quot;"),
        "school=\"gs-zwei\" lang=\"de\"".replace('"', "&quot;"),
        "https://gs-eins.example".into(),
        format!("connect-src {own} ws://{}", server.address),
        "data-copies=\"lines-0\"".into(),
        "/einbetten/test?school=gs-zwei&amp;download=1".into(),
        "server.public_url".into(),
    ] {
        assert!(page.contains(&part), "{part} in {page}");
    }
    // A page that was forgotten stands there as it must be entered.
    for origin in ["https://www.vergessen.example", "https://<b>.example", "null"] {
        let asked = request(Method::GET, server.address, "/api/v1/chat/origin?school=gs-eins").header("origin", origin);
        assert_eq!(send(asked).await.json()["allowed"], false, "{origin}");
    }
    let list = get(server.address, "/einbetten").await.text();
    assert!(list.contains("<code>https://www.vergessen.example</code>") && !list.contains("b&gt;"), "{list}");
    let file = get(server.address, "/einbetten/test?school=gs-eins&download=1").await;
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("attachment"));
    assert!(
        file.text().contains(&format!("src=\"{own}/assets/check.js\"")) && file.text().contains("school=\"gs-eins\"")
    );
    let script = get(server.address, "/assets/check.js").await;
    assert_eq!((script.status, script.headers["access-control-allow-origin"].to_str().unwrap()), (200, "*"));
}

#[tokio::test]
async fn the_list_of_schools_is_for_the_operator() {
    let server = real().await;
    let ask = |name: &'static str, value: &'static str| {
        send(request(Method::GET, server.address, "/einbetten").header(name, value))
    };
    for (name, value) in
        [("x-forwarded-for", "10.0.0.9"), ("via", "1.1 proxy"), ("host", "hilfe.example"), ("host", "evil.example:80")]
    {
        let shut = ask(name, value).await;
        assert_eq!(shut.status, 403, "{name}");
        assert!(!shut.text().contains("gs-eins") && shut.text().contains("schullotse embed"), "{}", shut.text());
    }
    let mut config = Config::default();
    config.server.public_url = Some("https://hilfe.example".into());
    let outward = Setup { config, ..Setup::default() }.start().await;
    assert_eq!(get(outward.address, "/einbetten").await.status, 403, "a proxy on this machine looks like this machine");
    for (token, status) in [("falsch", 403), ("", 403), ("admin", 200)] {
        let reply = posted(&server, "/einbetten", &format!("token={token}")).await;
        assert_eq!((reply.status, reply.text().contains("gs-eins")), (status, status == 200), "{token:?}");
    }
}

#[tokio::test]
async fn the_command_prints_the_same_lines() {
    let data = TempDir::new().unwrap();
    std::fs::write(data.path().join("schullotse.toml"), "[server]\npublic_url = 'https://hilfe.example/'\n").unwrap();
    let server = TestProcess::start(data.path()).await;
    let all = run(data.path(), &["embed", "--json"]).await.json();
    assert_eq!(all["base"], "https://hilfe.example");
    let first = &all["schools"][0];
    assert_eq!(first["school"], SCHOOL);
    assert!(
        first["snippet"]
            .as_str()
            .unwrap()
            .starts_with("<script type=\"module\" src=\"https://hilfe.example/widget.js\">")
    );
    let text = run(data.path(), &["embed", "--school", SCHOOL]).await;
    assert!(
        text.code == 0
            && text.stdout.contains("wss://hilfe.example")
            && text.stdout.matches("<schul-hilfe").count() == 1,
        "{text:?}"
    );
    // The last line opens the page from elsewhere.
    let token = text.stdout.trim().lines().last().unwrap();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let opened = request(Method::POST, server.address, "/einbetten")
        .header(kind.0, kind.1)
        .header("x-forwarded-for", "10.0.0.9");
    let opened = send(opened.body(format!("token={token}"))).await;
    assert!(opened.status == 200 && opened.text().contains("https://hilfe.example/widget.js"), "{}", opened.text());
    run(data.path(), &["embed", "--school", "nirgends"]).await.failed(&["nirgends", SCHOOL]);
    assert_eq!(server.terminate().await, 0);
}
