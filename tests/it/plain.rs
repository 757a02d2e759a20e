//! The report without a chat and without JavaScript: filed like any other, never lost over a
//! wrong field, refused from foreign pages.

use reqwest::Method;

use super::support::{Reply, TestServer, get, request, send};

async fn posted(server: &TestServer, path: &str, fields: &[(&str, &str)], origin: Option<&str>) -> Reply {
    let body = serde_urlencoded_of(fields);
    let mut request = request(Method::POST, server.address, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    send(request).await
}

fn serde_urlencoded_of(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

/// What stands behind a label of the confirmation.
fn after<'a>(page: &'a str, label: &str) -> &'a str {
    let rest = page.split_once(label).unwrap_or_else(|| panic!("{label} in {page}")).1;
    rest.split_once("<strong>").unwrap().1.split_once("</strong>").unwrap().0
}

#[tokio::test]
async fn a_report_is_filed_without_javascript() {
    let server = TestServer::start().await;
    let page = get(server.address, "/chat?school=rs-hafenallee").await.text();
    assert!(page.contains("<noscript>") && page.contains("/report?school=rs-hafenallee&amp;room="), "{page}");
    let form = get(server.address, "/report?room=RSH-14").await;
    assert_eq!((form.status, form.kind.as_str()), (200, "text/html; charset=utf-8"));
    let form = form.text();
    for part in ["name=\"symptom\"", "name=\"contact\"", "RSH-14", "value=\"rs-hafenallee\"", "<label"] {
        assert!(form.contains(part), "{part} in {form}");
    }
    let fields = [
        ("lang", "de"),
        ("school", "rs-hafenallee"),
        ("room", "RSH-14"),
        ("symptom", "Beamer dunkel, Lämpchen rot. Jonas Brunner aus der 7b hat am Kabel gezogen."),
        ("urgency", "now"),
        ("serial", "LOF-2021-00999"),
        ("contact", "0171 5551234"),
    ];
    let filed = posted(&server, "/report", &fields, None).await;
    assert_eq!(filed.status, 201, "{}", filed.text());
    let page = filed.text();
    let (number, code) = (after(&page, "Nummer"), after(&page, "Code, um den Stand zu sehen"));
    let ticket = server.support.store.ticket(number).await.unwrap().unwrap().0;
    assert_eq!((ticket.room.as_deref(), ticket.lesson_running), (Some("RSH-14"), Some(true)));
    assert_eq!(ticket.device.inventory.as_deref(), Some("LOF-2021-00999"));
    assert!(!ticket.symptom.contains("Brunner"), "{}", ticket.symptom);
    let state = posted(&server, "/report/state", &[("number", number), ("code", code)], None).await;
    assert_eq!(state.status, 200);
    assert!(state.text().contains(number));
    let wrong = posted(&server, "/report/state", &[("number", number), ("code", "AAAA-BBBB")], None).await;
    assert_eq!(wrong.status, 404);
}

#[tokio::test]
async fn a_wrong_field_loses_nothing_and_a_foreign_page_files_nothing() {
    let server = TestServer::start().await;
    let long = "x".repeat(300);
    let fields = [("school", "rs-hafenallee"), ("symptom", "Tafel <dunkel>"), ("room", &long)];
    let again = posted(&server, "/report", &fields, None).await;
    assert_eq!(again.status, 422);
    assert!(
        again.text().contains("Tafel &lt;dunkel&gt;") && again.text().contains("role=\"alert\""),
        "{}",
        again.text()
    );
    let empty = posted(&server, "/report", &[("symptom", " ")], None).await;
    assert_eq!(empty.status, 422);
    let foreign = posted(&server, "/report", &[("symptom", "x")], Some("https://evil.example")).await;
    assert_eq!(foreign.status, 403);
    assert!(server.support.store.ticket("SUP-2026-00001").await.unwrap().is_none());
    let odd = get(server.address, "/report?school=%22%3E%3Cscript%3E&room=%3Cb%3E&lang=en").await;
    assert!(odd.status == 200 && !odd.text().contains("<script>"), "{}", odd.text());
}
