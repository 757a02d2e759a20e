//! Where the systems are, and what their staff do there.

use std::{collections::BTreeMap, net::TcpStream, path::PathBuf, time::Duration};

use schullotse::{
    config::HelpdeskConfig,
    helpdesk::{Change, Helpdesk, Report, targets},
};
use serde_json::{Value, json};

/// What `up` wrote; `None` says what is left out.
fn env(key: &str, what: &str) -> Option<BTreeMap<String, String>> {
    let folder = std::env::var_os("HELPDESK_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../helpdesk"), PathBuf::from);
    let text = std::fs::read_to_string(folder.join("env")).unwrap_or_default();
    let env: BTreeMap<String, String> =
        text.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect();
    let port = env.get(key).and_then(|value| value.rsplit(':').next()?.parse::<u16>().ok());
    if port.is_some_and(|port| TcpStream::connect(("127.0.0.1", port)).is_ok()) {
        return Some(env);
    }
    assert!(
        std::env::var_os("SCHULLOTSE_REQUIRE_HELPDESK").is_none_or(|value| value != "1"),
        "{what} does not run; hint: tests/helpdesk/up"
    );
    eprintln!("left out: {what} does not run; hint: tests/helpdesk/up");
    None
}

/// An id that no other test has, as a UUID is written.
pub(crate) fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}

pub(crate) fn report(id: &str) -> Report {
    let tail: u64 = id.bytes().fold(7, |sum: u64, byte| (sum * 31 + u64::from(byte)) % 1_000_000_000);
    Report {
        id: id.to_owned(),
        number: format!("SUP-2026-{tail:09}"),
        subject: "Beamer: kein Bild (Raum 204)".into(),
        text: "Der Projektor zeigt kein Bild.\n\nProbiert:\n- Kabel: fest".into(),
        fields: vec![("school", "Gymnasium Süd".into()), ("room", "204".into()), ("device", "projector".into())],
        priority: 2,
        requestor: Some("frau.mueller@schule.example".into()),
        transcript: Some("Nutzer: kein Bild\nBot: LED?".into()),
    }
}

pub(crate) fn system(config: &str) -> std::sync::Arc<dyn Helpdesk> {
    let config = HelpdeskConfig { primary: Some(toml::from_str(config).expect("a target")), second: None };
    targets(&config).expect("it can be used").remove(0).system
}

/// All changes since, told page by page.
pub(crate) async fn changes(desk: &dyn Helpdesk, cursor: &mut String) -> Vec<Change> {
    let mut all = Vec::new();
    loop {
        let told = desk.changes(Some(cursor)).await.expect("it tells");
        *cursor = told.cursor;
        all.extend(told.changes);
        if !told.more {
            return all;
        }
    }
}

/// Asks until something is there, at most a minute.
pub(crate) async fn soon<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..240 {
        if let Some(there) = ask().await {
            return there;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("it did not come");
}

pub(crate) struct Rt {
    pub(crate) url: String,
    pub(crate) token: String,
    http: reqwest::Client,
}

impl Rt {
    pub(crate) fn there() -> Option<Self> {
        let env = env("HELPDESK_RT_URL", "Request Tracker")?;
        let token = std::fs::read_to_string(&env["HELPDESK_RT_TOKEN_FILE"]).expect("the token").trim().to_owned();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Some(Self { url: env["HELPDESK_RT_URL"].clone(), token, http })
    }

    pub(crate) fn config(&self) -> String {
        Self::config_of(&self.url, &self.token)
    }

    pub(crate) fn config_of(url: &str, token: &str) -> String {
        format!(
            "kind = 'rt'\nurl = '{url}'\ntoken = '{token}'\nqueue = 'Schul-IT'\nsettle_seconds = 1\n\
             fields = {{ id = 'ChatId', school = 'Schule', room = 'Raum' }}\n"
        )
    }

    pub(crate) fn desk(&self) -> std::sync::Arc<dyn Helpdesk> {
        system(&self.config())
    }

    /// What a technician does.
    pub(crate) async fn staff(&self, method: &str, path: &str, body: Value) -> Value {
        let request = self.http.request(method.parse().expect("a method"), format!("{}/REST/2.0/{path}", self.url));
        let request = request.basic_auth("tech1", Some("Tech-Test-1")).header("Content-Type", "application/json");
        let answer = request.body(body.to_string()).send().await.expect("it answers");
        let (status, text) = (answer.status(), answer.text().await.expect("it answers"));
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(crate) async fn answer(&self, ticket: &str, text: &str) {
        let body = json!({ "Content": text, "ContentType": "text/plain" });
        self.staff("POST", &format!("ticket/{ticket}/correspond"), body).await;
    }

    pub(crate) async fn set(&self, ticket: &str, status: &str) {
        self.staff("PUT", &format!("ticket/{ticket}"), json!({ "Status": status })).await;
    }

    /// Tickets that this search finds.
    pub(crate) async fn count(&self, query: &str) -> usize {
        let mut url: reqwest::Url = format!("{}/REST/2.0/tickets", self.url).parse().expect("an address");
        url.query_pairs_mut().append_pair("query", query);
        let answer = self.http.get(url).basic_auth("tech1", Some("Tech-Test-1")).send().await.expect("it answers");
        let answer: Value = serde_json::from_str(&answer.text().await.expect("it answers")).expect("JSON");
        answer["items"].as_array().map_or(0, Vec::len)
    }

    pub(crate) async fn ticket(&self, id: &str) -> Value {
        let request =
            self.http.get(format!("{}/REST/2.0/ticket/{id}", self.url)).basic_auth("tech1", Some("Tech-Test-1"));
        serde_json::from_str(&request.send().await.expect("it answers").text().await.expect("it answers"))
            .expect("JSON")
    }
}

/// exim4 and dovecot.
pub(crate) struct Post {
    env: BTreeMap<String, String>,
}

impl Post {
    pub(crate) fn there() -> Option<Self> {
        env("HELPDESK_SMTP_PORT", "exim4").and_then(|_| env("HELPDESK_IMAPS_PORT", "dovecot")).map(|env| Self { env })
    }

    pub(crate) fn get(&self, key: &str) -> &str {
        &self.env[key]
    }

    /// `from` has a mailbox of its own, whatever it is called.
    pub(crate) fn config(&self, from: &str, to: &str) -> String {
        format!(
            "kind = 'mail'\nfrom = '{from}'\nto = '{to}'\nstaff = ['amt.example', 'rt.test.local']\nsettle_seconds = 1\nca_file = '{}'\n\
             smtp = {{ host = 'localhost', port = {}, login = 'schullotse', password = 'mail-geheim' }}\n\
             imap = {{ host = 'localhost', port = {}, login = '{from}', password = 'imap-geheim' }}\n",
            self.get("HELPDESK_CA_FILE"),
            self.get("HELPDESK_SMTP_PORT"),
            self.get("HELPDESK_IMAPS_PORT"),
        )
    }

    /// The target, its certificates read as the configuration does.
    pub(crate) fn desk(&self, config: &str) -> std::sync::Arc<dyn Helpdesk> {
        let mut target: schullotse::config::TargetConfig = toml::from_str(config).expect("a target");
        if target.ca_file.is_some() {
            target.ca = std::fs::read(self.get("HELPDESK_CA_FILE")).expect("certificates");
        }
        let config = HelpdeskConfig { primary: Some(Box::new(target)), second: None };
        targets(&config).expect("it can be used").remove(0).system
    }

    /// Somebody's mail, as it is.
    pub(crate) async fn send(&self, from: &str, to: &str, raw: &str) {
        use lettre::{
            Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
            address::Envelope,
            transport::smtp::{
                authentication::Credentials,
                client::{Certificate, Tls, TlsParameters},
            },
        };
        let ca = std::fs::read(self.get("HELPDESK_CA_FILE")).expect("certificates");
        let tls = TlsParameters::builder("localhost".into())
            .add_root_certificate(Certificate::from_pem(&ca).expect("a certificate"))
            .build_rustls()
            .expect("TLS");
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost")
            .port(self.get("HELPDESK_SMTP_PORT").parse().expect("a port"))
            .tls(Tls::Required(tls))
            .credentials(Credentials::new("schullotse".into(), "mail-geheim".into()))
            .build();
        let address = |text: &str| text.parse::<Address>().expect("an address");
        let envelope = Envelope::new(Some(address(from)), vec![address(to)]).expect("an envelope");
        transport.send_raw(&envelope, raw.replace('\n', "\r\n").as_bytes()).await.expect("it is taken");
    }
}
