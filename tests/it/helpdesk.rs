//! Reports into a real Request Tracker while both sides die: every report that was confirmed
//! stands there once, those of one chat in their order.
//!
//! Needs `tests/helpdesk/up rt` (Debian package); without it these tests say so and are left
//! out, unless `SCHULLOTSE_REQUIRE_HELPDESK` is set.

mod home;
mod proxy;
mod tracker;

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;
use tempfile::TempDir;

use self::{
    proxy::{Point, Proxy},
    tracker::Tracker,
};
use super::support::{Chat, TestProcess, get, post};

/// One after the other: they share the Request Tracker.
static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
/// What no log may hold, beside the token: words of a report.
const CANARY: &str = "Zebrafink";

/// A server that is killed and started again on the same data.
struct House {
    tracker: Tracker,
    proxy: Proxy,
    data: TempDir,
    server: Option<TestProcess>,
    /// Marks the reports of this test.
    run: String,
    /// Confirmed reports by their mark, with the chat that they came from.
    confirmed: BTreeMap<u32, Option<usize>>,
    filed: u32,
    logs: String,
    rng: StdRng,
}

impl House {
    async fn new(seed: u64) -> Option<Self> {
        let tracker = Tracker::running()?;
        let proxy = Proxy::start(tracker.address, seed).await;
        let data = TempDir::new().unwrap();
        let config = format!(
            "[helpdesk.primary]\nkind = 'rt'\nurl = 'http://{}'\ntoken_file = '{}'\nqueue = 'Schul-IT'\n\
             timeout_seconds = 10\nsettle_seconds = 8\n\
             [helpdesk.primary.fields]\nid = 'ChatId'\nschool = 'Schule'\nroom = 'Raum'\ndevice = 'Geraet'\n\
             [delivery]\ntimeout_seconds = 15\nlease_seconds = 60\npoll_seconds = 5\n\
             [limits]\ntickets_per_hour = 100000\nconversation_per_minute = 10000\nconversation_burst = 10000\n",
            proxy.address,
            tracker.token_file.display()
        );
        std::fs::write(data.path().join("schullotse.toml"), config).unwrap();
        let mut rng = StdRng::seed_from_u64(seed);
        let letter = |rng: &mut StdRng| char::from(rng.random_range(b'a'..=b'z'));
        let run: String = (0..10).map(|_| letter(&mut rng)).collect();
        let run = format!("{run}{}", std::process::id());
        let mut house = Self {
            tracker,
            proxy,
            data,
            server: None,
            run,
            confirmed: BTreeMap::new(),
            filed: 0,
            logs: String::new(),
            rng,
        };
        house.start().await;
        Some(house)
    }

    async fn start(&mut self) {
        let level = "debug,sqlx=warn";
        self.server = Some(TestProcess::with(self.data.path(), &[], level).await);
    }

    fn address(&self) -> std::net::SocketAddr {
        self.server.as_ref().unwrap().address
    }

    async fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        self.logs.push_str(&server.log().await);
        server.kill().await;
    }

    fn symptom(&self, mark: u32) -> String {
        format!("Lampe {mark} von {} dunkel {CANARY}", self.run)
    }

    fn mark(&mut self) -> u32 {
        self.filed += 1;
        self.filed
    }

    /// Files a report for a program; confirmed when it returns.
    async fn file(&mut self) {
        let mark = self.mark();
        let reply =
            post(self.address(), "/api/v1/tickets", &json!({ "symptom": self.symptom(mark), "room": "204" })).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        self.confirmed.insert(mark, None);
    }

    /// The same, cut off by a `kill -9` at any moment: it may be confirmed or not.
    async fn file_and_die(&mut self) {
        let mark = self.mark();
        let body = json!({ "symptom": self.symptom(mark), "room": "204" }).to_string();
        let address = self.address();
        let sending = tokio::spawn(async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
            let head = format!(
                "POST /api/v1/tickets HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.ok()?;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            answer.starts_with(b"HTTP/1.1 201").then_some(())
        });
        let micros = self.rng.random_range(0..12_000);
        tokio::time::sleep(Duration::from_micros(micros)).await;
        self.kill().await;
        if sending.await.unwrap().is_some() {
            self.confirmed.insert(mark, None);
        }
        self.start().await;
    }

    /// Files a report from a chat that is kept over all deaths.
    async fn say(&mut self, chats: &mut HashMap<usize, Chat>, which: usize) {
        let mark = self.mark();
        let address = self.address();
        let mut chat = match chats.remove(&which) {
            Some(before) => before.resume(address, before.numbers().last().copied().unwrap_or(0)).await,
            None => Chat::open(address).await,
        };
        chat.ask(&format!("Etwas ganz anderes {mark}")).await;
        let fields = json!({ "symptom": self.symptom(mark), "room": "204" });
        chat.say(json!({ "type": "ticket.submit", "fields": fields, "include_transcript": false })).await;
        chat.expect("ticket.created").await;
        self.confirmed.insert(mark, Some(which));
        chats.insert(which, chat);
    }

    /// Until nothing waits any more; the seconds that it took.
    async fn drained(&self, patience: Duration) -> f64 {
        let begun = Instant::now();
        loop {
            let ready = get(self.address(), "/readyz").await.json();
            let target = &ready["delivery"][0];
            assert_eq!(target["failed"], 0, "{target}");
            if target["pending"] == 0 && target["updates"] == 0 {
                return begun.elapsed().as_secs_f64();
            }
            assert!(begun.elapsed() < patience, "still waiting: {target}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// 0 lost, 0 double, in order; nothing secret in a log.
    async fn check(&mut self) {
        let found = self.tracker.tickets(&self.run).await;
        let mut times: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        for (id, subject) in found {
            let mark = subject.split("Lampe ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
            times.entry(mark.parse().unwrap()).or_default().push(id);
        }
        let lost: Vec<_> = self.confirmed.keys().filter(|mark| !times.contains_key(mark)).collect();
        let double: Vec<_> = times.iter().filter(|(_, ids)| ids.len() > 1).collect();
        assert!(lost.is_empty() && double.is_empty(), "lost {lost:?}, double {double:?}");
        let mut latest: HashMap<usize, u64> = HashMap::new();
        for (mark, chat) in self.confirmed.iter().filter_map(|(mark, chat)| Some((mark, (*chat)?))) {
            let id = times[mark][0];
            assert!(latest.insert(chat, id).is_none_or(|before| before < id), "chat {chat}, report {mark}");
        }
        let mut server = self.server.take().unwrap();
        self.logs.push_str(&server.log().await);
        assert_eq!(server.terminate().await, 0);
        let token = std::fs::read_to_string(&self.tracker.token_file).unwrap();
        assert!(self.logs.contains("a report has arrived"), "else this shows nothing");
        for secret in [token.trim(), CANARY, self.run.as_str()] {
            assert!(!self.logs.contains(secret), "a log holds {} characters that it must not", secret.len());
        }
    }
}

async fn killed_at_every_point(kills: u32, seed: u64) {
    let _one = ONE.lock().await;
    let Some(mut house) = House::new(seed).await else { return };
    let mut chats: HashMap<usize, Chat> = HashMap::new();
    let mut at: BTreeMap<String, u32> = BTreeMap::new();
    let begun = Instant::now();
    for kill in 0..kills {
        let point = match house.rng.random_range(0..6) {
            0 => None,
            1 => {
                // Between confirmed and leased.
                house.file().await;
                let micros = house.rng.random_range(0..4_000);
                tokio::time::sleep(Duration::from_micros(micros)).await;
                house.kill().await;
                house.start().await;
                *at.entry("confirmed".into()).or_default() += 1;
                continue;
            }
            2 => Some(Point::BeforeSending),
            3 => Some(Point::Sent),
            4 => Some(Point::BeforeTheAnswer),
            _ => Some(Point::Answered),
        };
        let Some(point) = point else {
            house.file_and_die().await;
            *at.entry("accepting".into()).or_default() += 1;
            continue;
        };
        let fired = house.proxy.trap(point);
        if kill % 2 == 0 {
            house.file().await;
        } else {
            house.say(&mut chats, usize::try_from(kill % 3).unwrap()).await;
        }
        // What is doubtful may have to be looked up first.
        if tokio::time::timeout(Duration::from_secs(30), fired).await.is_ok_and(|fired| fired.is_ok()) {
            *at.entry(format!("{point:?}")).or_default() += 1;
        }
        if point == Point::Sent {
            let millis = house.rng.random_range(0..900);
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        house.kill().await;
        house.proxy.disarm();
        house.start().await;
    }
    let killing = begun.elapsed().as_secs_f64();
    let draining = house.drained(Duration::from_secs(120 + u64::from(kills) * 10)).await;
    let (reports, run) = (house.confirmed.len(), house.run.clone());
    house.check().await;
    eprintln!("{kills} kills in {killing:.0} s ({at:?}), {reports} reports, drained {draining:.0} s later; run {run}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_point_nothing_is_lost_or_double() {
    killed_at_every_point(60, 20_261_123).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "500 kills take a quarter of an hour"]
async fn killed_five_hundred_times_nothing_is_lost_or_double() {
    killed_at_every_point(500, 500).await;
}

/// Killed in mid-request, stopped, and down while reports wait.
async fn the_tracker_fails(stopped: u64, waiting: u32, down: u64) {
    let _one = ONE.lock().await;
    let Some(mut house) = House::new(7).await else { return };
    for _ in 0..3 {
        let fired = house.proxy.trap(Point::Sent);
        house.file().await;
        let _ = tokio::time::timeout(Duration::from_secs(30), fired).await;
        let millis = house.rng.random_range(0..700);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        house.tracker.kill().await;
        house.tracker.start().await;
    }
    let fired = house.proxy.trap(Point::Sent);
    house.file().await;
    let _ = tokio::time::timeout(Duration::from_secs(30), fired).await;
    house.tracker.stop();
    house.file().await;
    tokio::time::sleep(Duration::from_secs(stopped)).await;
    house.tracker.go_on();
    house.drained(Duration::from_mins(4)).await;

    house.tracker.kill().await;
    for _ in 0..waiting {
        house.file().await;
    }
    tokio::time::sleep(Duration::from_secs(down)).await;
    house.tracker.start().await;
    let draining = house.drained(Duration::from_secs(120 + 3 * u64::from(waiting))).await;
    house.check().await;
    eprintln!(
        "stopped {stopped} s, down with {waiting} waiting for {down} s: drained {draining:.0} s after it was back"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tracker_that_dies_and_stops_and_is_down_gets_every_report_once() {
    the_tracker_fails(14, 20, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "stopped for a minute, down for ten with 200 reports waiting"]
async fn a_tracker_that_is_down_for_long_gets_every_report_once() {
    the_tracker_fails(60, 200, 600).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_cuts_delays_and_garbles_loses_and_doubles_nothing() {
    let _one = ONE.lock().await;
    let Some(mut house) = House::new(11).await else { return };
    house.proxy.spoil(40);
    for _ in 0..15 {
        house.file().await;
    }
    tokio::time::sleep(Duration::from_secs(15)).await;
    house.proxy.spoil(15);
    house.drained(Duration::from_mins(4)).await;
    house.check().await;
}
