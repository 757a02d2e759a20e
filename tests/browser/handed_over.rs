//! A report on its way into a real Request Tracker, as the teacher sees it: while nobody is there, once it has
//! arrived, when staff answer and call it solved, and when it does not work all the same.
//!
//! Needs `tests/helpdesk/up rt`; without it these say so and are left out, unless `SCHULLOTSE_REQUIRE_HELPDESK` is set.

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
};

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::{
    harness::{Scene, in_each_browser},
    process::root,
    wording::DE,
};

in_each_browser! {
    a_report_is_handed_over_answered_and_solved: DESK,
    a_report_is_handed_over_on_a_phone: PHONE_DARK,
}

/// A port of this machine on which nobody listens.
const NOBODY: &str = "http://127.0.0.1:9";

async fn a_report_is_handed_over_answered_and_solved(scene: &mut Scene) -> anyhow::Result<()> {
    handed_over(scene).await
}

async fn a_report_is_handed_over_on_a_phone(scene: &mut Scene) -> anyhow::Result<()> {
    handed_over(scene).await
}

async fn handed_over(scene: &mut Scene) -> anyhow::Result<()> {
    let Some(tracker) = Tracker::running()? else { return Ok(()) };
    for (name, value) in [("KIND", "rt"), ("QUEUE", "Schul-IT"), ("TOKEN_FILE", tracker.token.as_str())] {
        scene.server.also(format!("SCHULLOTSE__HELPDESK__PRIMARY__{name}"), value.to_owned());
    }
    scene.server.also("SCHULLOTSE__DELIVERY__POLL_SECONDS".into(), "1".into());
    scene.server.set("SCHULLOTSE__HELPDESK__PRIMARY__URL", NOBODY.into())?;
    let chat = scene.open("/").await?;
    chat.press("button", DE.launcher).await?;
    chat.say(DE.input, DE.human).await?;
    chat.press("button", DE.pass_on).await?;
    chat.find("heading", DE.form).await?;
    chat.fill("textbox", DE.symptom, "Die Dokumentenkamera bleibt dunkel").await?;
    chat.fill("textbox", DE.room, "2.14").await?;
    chat.press("button", DE.submit).await?;
    chat.says("Ihre Meldung wird an die Schul-IT übergeben.").await?;
    scene.picture("on-its-way").await?;

    // The system is there again; the chat goes on by itself.
    scene.server.set("SCHULLOTSE__HELPDESK__PRIMARY__URL", format!("http://{}", tracker.address))?;
    chat.says("Ihre Meldung liegt bei der Schul-IT unter Nr.").await?;
    scene.picture("arrived").await?;
    let text = chat.text().await?;
    let (_, behind) = text.split_once("liegt bei der Schul-IT unter Nr.").context("it was said")?;
    let reference: String = behind.trim_start().chars().take_while(char::is_ascii_digit).collect();

    tracker.staff(
        "POST",
        &format!("ticket/{reference}/correspond"),
        &json!({
        "Content": "Bitte schalten Sie die Kamera am hinteren Knopf ein.", "ContentType": "text/plain" }),
    )?;
    chat.says("Bitte schalten Sie die Kamera am hinteren Knopf ein.").await?;
    tracker.staff("PUT", &format!("ticket/{reference}"), &json!({ "Status": "resolved" }))?;
    chat.says("Geht es jetzt wieder?").await?;
    scene.picture("solved").await?;
    chat.press("button", "Nein, es geht noch nicht").await?;
    chat.says("wieder geöffnet").await?;
    scene.picture("opened-again").await
}

/// The Request Tracker that `tests/helpdesk/up` started.
struct Tracker {
    address: String,
    token: String,
}

impl Tracker {
    fn running() -> anyhow::Result<Option<Self>> {
        let folder = std::env::var_os("HELPDESK_DIR").map_or_else(|| root().join("target/helpdesk"), PathBuf::from);
        let text = std::fs::read_to_string(folder.join("env")).unwrap_or_default();
        let env: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
        let found = env
            .get("HELPDESK_RT_URL")
            .and_then(|url| url.strip_prefix("http://"))
            .zip(env.get("HELPDESK_RT_TOKEN_FILE"));
        if let Some((address, token)) = found.filter(|(address, _)| TcpStream::connect(address).is_ok()) {
            return Ok(Some(Self { address: address.into(), token: (*token).into() }));
        }
        let required = std::env::var_os("SCHULLOTSE_REQUIRE_HELPDESK").is_some_and(|value| value == "1");
        ensure!(!required, "no Request Tracker runs; hint: tests/helpdesk/up rt");
        eprintln!("left out: no Request Tracker runs; hint: tests/helpdesk/up rt");
        Ok(None)
    }

    /// A technician does something; the word behind `Basic` is that of the test's own user.
    fn staff(&self, method: &str, path: &str, body: &serde_json::Value) -> anyhow::Result<()> {
        let (address, body) = (&self.address, body.to_string());
        let mut stream = TcpStream::connect(address)?;
        let head = format!(
            "{method} /REST/2.0/{path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Basic dGVjaDE6VGVjaC1UZXN0LTE=\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        ensure!(status.starts_with('2'), "Request Tracker says {status}");
        Ok(())
    }
}
