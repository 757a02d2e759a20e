//! `bench delivery`: reports on their way into a helpdesk's real system, by a server in a process of
//! its own. Teachers send reports one after the other while the system answers and while nobody is
//! there; then thousands wait, and the system comes back. Measured are the time from sending to the
//! number in the chat (ours, and the helpdesk's), reports accepted and delivered in a second, and what
//! those that wait cost in memory and on the disk.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{client::Client, memory};
use crate::eval::metrics::Latency;

/// Programs that file reports at the same time.
const WRITERS: usize = 4;
/// Longest wait for a number.
const PATIENCE: Duration = Duration::from_mins(2);
/// So long nothing happens before memory is read.
const QUIET: Duration = Duration::from_secs(5);

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Reports from chats while the system answers, as many while it does not, and as many while others wait.
    pub chats: usize,
    /// Reports that wait at the end.
    pub waiting: usize,
    /// How long delivering is watched once the system is back.
    pub watched: Duration,
}

/// The server that is measured.
pub trait Server {
    fn address(&self) -> SocketAddr;
    /// Its process.
    fn process(&self) -> Option<u32>;
    /// Where its database lies.
    fn data(&self) -> &Path;
    /// Starts it again on the same data, with the helpdesk's system as configured or nobody at its address.
    ///
    /// # Errors
    /// It cannot be started.
    fn restart(&mut self, helpdesk: bool) -> impl Future<Output = anyhow::Result<()>>;
}

/// Reports of teachers, one after the other. Times in milliseconds, from sending.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Sent {
    pub reports: usize,
    /// Until our number and code stood in the chat.
    pub number_ms: Latency,
    /// Those whose number in the helpdesk's system came, too, and until then.
    pub arrived: usize,
    pub arrived_ms: Latency,
}

/// The figures.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub up: Sent,
    pub down: Sent,
    /// While `waiting` reports wait for a system that is down.
    pub crowded: Sent,
    pub waiting: u64,
    pub accepted_per_second: f64,
    /// The server's own memory with nothing and with all of them waiting, MiB.
    pub memory_before_mib: Option<f64>,
    pub memory_waiting_mib: Option<f64>,
    /// KiB on the disk for each of them.
    pub disk_kib: f64,
    /// Delivered in the time that was watched, from the first that arrived.
    pub delivered: u64,
    pub delivered_per_second: f64,
}

/// Runs the plan on a server that has just been started, with the helpdesk's system as configured.
///
/// # Errors
/// The server does not come back, refuses a report, or nothing arrives.
pub async fn run(plan: Plan, server: &mut impl Server) -> anyhow::Result<Report> {
    teachers(server.address(), "warm", 2, true).await?;
    let up = teachers(server.address(), "up", plan.chats, true).await?;

    server.restart(false).await?;
    teachers(server.address(), "cold", 2, false).await?;
    let down = teachers(server.address(), "down", plan.chats, false).await?;
    sleep(QUIET).await;
    let (before, disk) = (own(server), size(server.data()));
    let begun = Instant::now();
    programs(server.address(), plan.waiting).await?;
    let accepted = per_second(plan.waiting, begun.elapsed());
    sleep(QUIET).await;
    let (waiting_mib, grown) = (own(server), size(server.data()).saturating_sub(disk));
    let crowded = teachers(server.address(), "crowded", plan.chats, false).await?;
    let waiting = pending(server.address()).await?;

    server.restart(true).await?;
    let (delivered, time) = delivered(server.address(), plan.watched).await?;
    Ok(Report {
        up,
        down,
        crowded,
        waiting,
        accepted_per_second: accepted,
        memory_before_mib: before,
        memory_waiting_mib: waiting_mib,
        disk_kib: tenth(grown, 1024 * plan.waiting.max(1)),
        delivered: delivered as u64,
        delivered_per_second: per_second(delivered, time),
    })
}

/// Each opens a chat, sends a report and reads what comes.
async fn teachers(address: SocketAddr, mark: &str, reports: usize, helpdesk: bool) -> anyhow::Result<Sent> {
    let (mut numbers, mut arrived) = (Vec::new(), Vec::new());
    for nth in 0..reports {
        let mut client = Client::new(address, nth);
        anyhow::ensure!(client.connect().await, "the server opens no chat");
        let fields = json!({ "symptom": format!("Lampe {mark} {nth} bleibt dunkel"), "room": "204" });
        let begun = Instant::now();
        client
            .write(&json!({ "v": 1, "type": "ticket.submit", "cid": format!("{mark}-{nth}"), "fields": fields,
                            "include_transcript": false }))
            .await;
        anyhow::ensure!(came(&mut client, "ticket.created").await, "a report got no number within {PATIENCE:?}");
        numbers.push(begun.elapsed());
        if helpdesk && came(&mut client, "ticket.status").await {
            arrived.push(begun.elapsed());
        }
    }
    Ok(Sent { reports, number_ms: Latency::of(numbers), arrived: arrived.len(), arrived_ms: Latency::of(arrived) })
}

async fn came(client: &mut Client, kind: &str) -> bool {
    let end = Instant::now() + PATIENCE;
    while let Ok(Some(message)) = timeout_at(end, client.read()).await {
        if message["type"] == kind {
            return true;
        }
    }
    false
}

/// Reports of programs, as from a form or a classroom's control panel.
async fn programs(address: SocketAddr, reports: usize) -> anyhow::Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let next = Arc::clone(&next);
        writers.spawn(async move {
            loop {
                let nth = next.fetch_add(1, Ordering::Relaxed);
                if nth >= reports {
                    return Ok(());
                }
                let symptom = format!(
                    "Der Projektor Nummer {nth} zeigt seit heute Morgen kein Bild mehr. Strom ist da, das kleine \
                     Licht leuchtet grün, ein anderes Kabel hat nichts geändert."
                );
                let report = json!({ "symptom": symptom, "room": format!("R{nth}"), "contact": "im Lehrerzimmer" });
                let (status, _) = call(address, "POST", "/api/v1/tickets", &report.to_string()).await?;
                anyhow::ensure!(status == 201, "a report was answered with status {status}");
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    Ok(())
}

/// How many arrived, and in what time, counted from the first.
async fn delivered(address: SocketAddr, watched: Duration) -> anyhow::Result<(usize, Duration)> {
    let all = pending(address).await?;
    let late = Instant::now() + PATIENCE;
    let mut first = all;
    while first == all {
        anyhow::ensure!(Instant::now() < late, "nothing arrived within {PATIENCE:?} after the system was back");
        sleep(Duration::from_millis(50)).await;
        first = pending(address).await?;
    }
    let begun = Instant::now();
    let mut left = first;
    while left > 0 && begun.elapsed() < watched {
        sleep(Duration::from_millis(200)).await;
        left = pending(address).await?;
    }
    Ok((usize::try_from(first - left)?, begun.elapsed()))
}

async fn pending(address: SocketAddr) -> anyhow::Result<u64> {
    let (_, body) = call(address, "GET", "/readyz", "").await?;
    let ready: Value = serde_json::from_str(&body)?;
    ready["delivery"][0]["pending"].as_u64().ok_or_else(|| anyhow::anyhow!("the server tells nothing of its outbox"))
}

async fn call(address: SocketAddr, method: &str, path: &str, body: &str) -> anyhow::Result<(u16, String)> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = timeout(PATIENCE, asked).await??;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok((status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()))
}

/// MiB of the server's own memory.
fn own(server: &impl Server) -> Option<f64> {
    server.process().and_then(memory::own_of).map(|kib| (f64::from(kib) / 102.4).round() / 10.0)
}

/// Bytes of the database with its log.
fn size(data: &Path) -> usize {
    let files = std::fs::read_dir(data).into_iter().flatten().flatten();
    let database = files.filter(|file| file.file_name().to_string_lossy().contains(".db"));
    database.filter_map(|file| usize::try_from(file.metadata().ok()?.len()).ok()).sum()
}

fn per_second(count: usize, time: Duration) -> f64 {
    let seconds = time.as_secs_f64().max(0.001);
    (f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds * 100.0).round() / 100.0
}

fn tenth(part: usize, whole: usize) -> f64 {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    (float(part) / float(whole) * 10.0).round() / 10.0
}
