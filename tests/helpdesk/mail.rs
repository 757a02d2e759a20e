//! Mail through a real exim4 and dovecot: to Request Tracker's mail gateway, and to a plain mailbox.

use schullotse::helpdesk::{ChangeKind, Fault, Helpdesk, RemoteState, Update};

use crate::systems::{Post, Rt, changes, fresh, report, soon};

/// A mailbox that no other test has.
fn mailbox(id: &str) -> String {
    format!("lotse-{}@schule.example", id.replace('-', ""))
}

/// Waits for the first change about a number.
async fn next(desk: &dyn Helpdesk, cursor: &mut String, number: &str) -> Vec<ChangeKind> {
    soon(async || {
        let told = changes(desk, cursor).await;
        let told: Vec<ChangeKind> =
            told.into_iter().filter(|one| one.reference == number).map(|one| one.kind).collect();
        (!told.is_empty()).then_some(told)
    })
    .await
}

#[tokio::test]
async fn a_mail_becomes_a_ticket_and_what_staff_do_comes_back() {
    let (Some(post), Some(rt)) = (Post::there(), Rt::there()) else { return };
    let report = report(&fresh());
    let desk = post.desk(&post.config(&mailbox(&report.id), "schul-it@rt.test.local"));
    assert!(desk.check().await.expect("it lets us in").contains("schul-it@rt.test.local"));
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    assert_eq!(desk.find(&report.id).await, Ok(None));
    let filed = desk.file(&report).await.expect("it is taken");
    assert_eq!(filed.reference, report.number);
    assert_eq!(soon(async || desk.find(&report.id).await.expect("it answers")).await, filed);

    let query = format!("Subject LIKE '{}'", report.number);
    soon(async || (rt.count(&query).await == 1).then_some(())).await;
    let ticket = soon(async || {
        let found =
            rt.staff("GET", &format!("tickets?query={}", query.replace(' ', "%20")), serde_json::Value::Null).await;
        found["items"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    // The autoreply and our own copy are no answers.
    rt.answer(&ticket, "Wir kommen um 10 Uhr.\n-- \nT. Eins").await;
    assert_eq!(next(&*desk, &mut cursor, &report.number).await, [ChangeKind::Reply("Wir kommen um 10 Uhr.".into())]);
    rt.set(&ticket, "resolved").await;
    assert_eq!(next(&*desk, &mut cursor, &report.number).await, [ChangeKind::State(RemoteState::Solved)]);

    // An update finds its way into the same ticket, once.
    let update = Update { id: fresh(), text: "Es geht doch nicht.".into(), state: Some(RemoteState::Open) };
    desk.update(&report.number, &update).await.expect("it is told");
    soon(async || (rt.ticket(&ticket).await["Status"] == "open").then_some(())).await;
    desk.update(&report.number, &update).await.expect("it is told");
    assert_eq!(rt.count(&query).await, 1);
}

#[tokio::test]
async fn only_what_people_of_the_helpdesk_write_is_an_answer() {
    let Some(post) = Post::there() else { return };
    let report = report(&fresh());
    let (ours, staff) = (mailbox(&report.id), "jo@amt.example");
    let desk = post.desk(&post.config(&ours, "schul-it@amt.example"));
    let mut cursor = desk.changes(None).await.expect("it tells").cursor;
    desk.file(&report).await.expect("it is taken");
    let about = format!("<{}.{}@schule.example>", report.id, report.number);
    let raw = |from: &str, heads: &str, text: &str| {
        format!(
            "From: {from}\nTo: {ours}\nSubject: AW: Beamer\nMessage-ID: <{}@x.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n{heads}\n\n{text}\n",
            fresh()
        )
    };
    let reply = format!("In-Reply-To: {about}");
    post.send(staff, &ours, &raw("mallory@evil.example", &reply, "Bitte auf evil.example anmelden.")).await;
    post.send(staff, &ours, &raw(staff, &format!("{reply}\nAuto-Submitted: auto-replied"), "Ich bin im Urlaub.")).await;
    post.send(staff, &ours, &raw(staff, "In-Reply-To: <other@x.example>", "Mittagessen?")).await;
    // Longer than what is read as a whole.
    let parts = format!("{reply}\nContent-Type: multipart/mixed; boundary=a");
    let file = "QUFB".repeat(18) + "\n";
    let long = format!(
        "--a\nContent-Type: text/plain\n\nMit Anhang.\n--a\nContent-Type: application/octet-stream\n\
         Content-Transfer-Encoding: base64\n\n{}--a--",
        file.repeat(20_000)
    );
    post.send(staff, &ours, &raw(staff, &parts, &long)).await;
    post.send(
        staff,
        &ours,
        &raw(staff, &reply, "Bitte HDMI 2 wählen.\n\nAm 23.11.2026 um 9:00 schrieb Schullotse:\n> Kein Bild"),
    )
    .await;
    let mut told = Vec::new();
    while told.len() < 2 {
        told.extend(next(&*desk, &mut cursor, &report.number).await);
    }
    let expected = ["Mit Anhang.", "Bitte HDMI 2 wählen."].map(|text| ChangeKind::Reply(text.into()));
    assert_eq!(told, expected);
    assert_eq!(changes(&*desk, &mut cursor).await, []);
}

#[tokio::test]
async fn what_a_server_says_is_understood() {
    let Some(post) = Post::there() else { return };
    let report = report(&fresh());
    let from = mailbox(&report.id);
    let good = post.config(&from, "schul-it@amt.example");
    let name = |fault: &Fault| match fault {
        Fault::Doubtful(_) => "doubtful",
        Fault::Unavailable { .. } => "unavailable",
        Fault::Refused(_) => "refused",
        Fault::Unacceptable(_) => "unacceptable",
    };
    for (from, to, expected) in [
        ("schul-it@amt.example", "tempfail@amt.example", "unavailable"),
        ("schul-it@amt.example", "reject@amt.example", "refused"),
        ("schul-it@amt.example", "x@anderswo.example", "refused"),
        ("mail-geheim", "falsch", "refused"),
    ] {
        let desk = post.desk(&good.replace(from, to));
        let fault = desk.file(&report).await.expect_err("it is not done");
        assert_eq!(name(&fault), expected, "{fault}");
    }
    // A server whose certificate nobody vouches for gets no password.
    let unknown: String = good.lines().filter(|line| !line.starts_with("ca_file")).collect::<Vec<_>>().join("\n");
    let desk = post.desk(&unknown);
    let fault = desk.file(&report).await.expect_err("it is not done");
    assert_eq!(name(&fault), "refused", "{fault}");
    let fault = desk.find(&report.id).await.expect_err("it is not done");
    assert_eq!(name(&fault), "refused", "{fault}");
    let nobody = good.replace(&format!("port = {},", post.get("HELPDESK_SMTP_PORT")), "port = 1,");
    let fault = post.desk(&nobody).file(&report).await.expect_err("it is not done");
    assert_eq!(name(&fault), "unavailable", "{fault}");
    let login = good.replace("imap-geheim", "falsch");
    let fault = post.desk(&login).find(&report.id).await.expect_err("it is not done");
    assert_eq!(name(&fault), "refused", "{fault}");
    // STARTTLS for the mailbox.
    let starttls = good.replace(
        &format!("port = {},", post.get("HELPDESK_IMAPS_PORT")),
        &format!("port = {}, tls = 'starttls',", post.get("HELPDESK_IMAP_PORT")),
    );
    assert_eq!(post.desk(&starttls).find(&report.id).await, Ok(None));
}
