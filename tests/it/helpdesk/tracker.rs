//! The Request Tracker that `tests/helpdesk/up` started: asked, killed, stopped and started.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};

use super::super::support::client;

pub(crate) struct Tracker {
    pub address: SocketAddr,
    pub token_file: PathBuf,
    /// A second target: the mail system beside it, where it runs.
    pub mail: Option<String>,
    /// Where its webhook goes.
    pub hook_port: u16,
    pid_file: PathBuf,
}

/// `[helpdesk.second]` for exim and dovecot.
fn mail(env: &HashMap<&str, &str>) -> Option<String> {
    Some(format!(
        "[helpdesk.second]\nkind = 'mail'\nfrom = 'lotse@schule.example'\nto = 'schul-it@rt.test.local'\nca_file = '{}'\n\
         smtp = {{ host = 'localhost', port = {}, login = 'schullotse', password = 'mail-geheim' }}\n\
         imap = {{ host = 'localhost', port = {}, login = 'lotse@schule.example', password = 'imap-geheim' }}\n",
        env.get("HELPDESK_CA_FILE")?,
        env.get("HELPDESK_SMTP_PORT")?,
        env.get("HELPDESK_IMAPS_PORT")?,
    ))
}

impl Tracker {
    /// `None` where none runs, which is said.
    pub(crate) fn running() -> Option<Self> {
        let found = Self::find();
        if found.is_none() {
            assert!(
                std::env::var_os("SCHULLOTSE_REQUIRE_HELPDESK").is_none(),
                "no Request Tracker runs; hint: tests/helpdesk/up rt"
            );
            eprintln!("left out: no Request Tracker runs; hint: tests/helpdesk/up rt");
        }
        found
    }

    fn find() -> Option<Self> {
        let folder = std::env::var_os("HELPDESK_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../helpdesk"), PathBuf::from);
        let text = std::fs::read_to_string(folder.join("env")).ok()?;
        let env: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
        let tracker = Self {
            address: env.get("HELPDESK_RT_URL")?.strip_prefix("http://")?.parse().ok()?,
            token_file: env.get("HELPDESK_RT_TOKEN_FILE")?.into(),
            mail: mail(&env),
            hook_port: env.get("HELPDESK_RT_HOOK_PORT")?.parse().ok()?,
            pid_file: env.get("HELPDESK_RT_PID_FILE")?.into(),
        };
        std::net::TcpStream::connect(tracker.address).ok()?;
        Some(tracker)
    }

    fn signal(&self, signal: Signal) {
        let pid: i32 = std::fs::read_to_string(&self.pid_file).unwrap().trim().parse().unwrap();
        kill_process_group(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// `kill -9`, it and its workers.
    pub(crate) async fn kill(&self) {
        self.signal(Signal::KILL);
        // It dies a moment later, and would pass for one that runs.
        while std::net::TcpStream::connect(self.address).is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn stop(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// Starts it again, with the database that it has.
    pub(crate) async fn start(&self) {
        let up = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helpdesk/up");
        // The port that it had.
        let base = u32::from(self.address.port()) - 80;
        let mut command = tokio::process::Command::new(up);
        let run = command.arg("rt").env("HELPDESK_PORT", base.to_string()).output().await.unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    }

    async fn staff(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = client().request(method.parse().unwrap(), format!("http://{}/REST/2.0/{path}", self.address));
        let request = request.basic_auth("tech1", Some("Tech-Test-1")).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// A technician answers the one who reported.
    pub(crate) async fn answer(&self, ticket: &str, text: &str) {
        let body = json!({ "Content": text, "ContentType": "text/plain" });
        self.staff("POST", &format!("ticket/{ticket}/correspond"), &body).await;
    }

    pub(crate) async fn set(&self, ticket: &str, status: &str) {
        self.staff("PUT", &format!("ticket/{ticket}"), &json!({ "Status": status })).await;
    }

    pub(crate) async fn status(&self, ticket: &str) -> String {
        let there = self.staff("GET", &format!("ticket/{ticket}"), &Value::Null).await;
        there["Status"].as_str().unwrap().to_owned()
    }

    /// Number and subject of all tickets with a mark in the subject.
    pub(crate) async fn tickets(&self, mark: &str) -> Vec<(u64, String)> {
        let token = std::fs::read_to_string(&self.token_file).unwrap();
        let mut found = Vec::new();
        for page in 1.. {
            let address = format!(
                "http://{}/REST/2.0/tickets?query=Subject%20LIKE%20%27{mark}%27&per_page=100&page={page}&fields=Subject&orderby=id",
                self.address
            );
            let request = client().get(address).header("authorization", format!("token {}", token.trim()));
            let answer = request.send().await.unwrap().bytes().await.unwrap();
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            let items = answer["items"].as_array().unwrap();
            found.extend(items.iter().map(|item| {
                let id = item["id"].as_str().map_or_else(|| item["id"].as_u64().unwrap(), |id| id.parse().unwrap());
                (id, item["Subject"].as_str().unwrap().to_owned())
            }));
            if items.len() < 100 {
                break;
            }
        }
        found
    }
}
