//! `bench chat`: many open chats over real sockets against a server in a process of its own.
//! Each asks at its own moment of every interval; in the middle the server is killed and
//! started again. Measured are the time from sending to the first block, what an open chat
//! costs the server in memory, and what the restart lost or doubled.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tokio::{
    sync::Barrier,
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{client::Client, memory};
use crate::eval::metrics::Latency;

/// Connections begun in a second.
const RAMP: u32 = 200;
/// Longest wait for the last replies.
const PATIENCE: Duration = Duration::from_mins(1);
/// Conversations that are read anew at the same time, at the end.
const REPLAYS: usize = 100;
/// So long nothing happens before memory is read.
const QUIET: Duration = Duration::from_secs(3);
/// What is asked: guides, flows, questions back, and what no guide knows.
const QUESTIONS: [&str; 12] = [
    "der beamer zeigt kein signal",
    "tafel reagiert nicht auf finger",
    "apple tv wird nicht gefunden",
    "kein ton im video",
    "drucker druckt nicht",
    "wie komme ich mit dem ipad ins wlan",
    "iserv passwort vergessen",
    "stift schreibt nicht",
    "app fehlt auf dem ipad",
    "moodle lädt nicht",
    "der laptop ist langsam",
    "danke",
];

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Chats that are open at the same time.
    pub chats: usize,
    /// Between two messages of one chat.
    pub every: Duration,
    /// Messages of each chat.
    pub messages: usize,
}

/// The server that is measured.
pub trait Server {
    /// Where it listens, before and after it was started again.
    fn address(&self) -> SocketAddr;
    /// Its process.
    fn process(&self) -> Option<u32>;
    /// Kills it as a power cut would, starts it on the same data, and waits until it is ready.
    ///
    /// # Errors
    /// It cannot be started.
    fn restart(&mut self) -> impl Future<Output = anyhow::Result<()>>;
}

/// The figures. Times in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub chats: usize,
    /// Chats that were never welcomed.
    pub refused: usize,
    pub messages: usize,
    /// From sending to the first block of the reply, of messages that no restart met.
    pub first_block_ms: Latency,
    /// The same of those that one met.
    pub restarted: usize,
    pub restarted_ms: Latency,
    pub restart_seconds: f64,
    /// KiB of the server's own memory for each chat that is open and has said nothing.
    pub idle_kib: Option<f64>,
    /// The same after all messages and replies.
    pub used_kib: Option<f64>,
    /// Messages that are not in the conversation; those that are there more than once.
    pub lost: usize,
    pub doubled: usize,
    /// Messages that got no reply.
    pub unanswered: usize,
    /// Connections that broke.
    pub broken: usize,
}

/// Runs the plan; the server is killed after half of the messages.
///
/// # Errors
/// The server does not come back.
pub async fn run(plan: Plan, server: &mut impl Server) -> anyhow::Result<Report> {
    warm_up(server.address()).await;
    let own = |server: &dyn Fn() -> Option<u32>| server().and_then(memory::own_of);
    let before = own(&|| server.process());
    let address = server.address();
    let open = Arc::new(Barrier::new(plan.chats + 1));
    let begun = Arc::new(Barrier::new(plan.chats + 1));
    let mut tasks = JoinSet::new();
    for number in 0..plan.chats {
        tasks.spawn(chat(number, plan, address, Arc::clone(&open), Arc::clone(&begun)));
    }
    open.wait().await;
    sleep(QUIET).await;
    let idle = own(&|| server.process());
    begun.wait().await;
    let half = plan.every.mul_f64(f64::from(u32::try_from(plan.messages).unwrap_or(u32::MAX)) / 2.0);
    sleep(half).await;
    let restarting = Instant::now();
    server.restart().await?;
    let restart_seconds = restarting.elapsed().as_secs_f64();
    let mut report = Report {
        chats: plan.chats,
        refused: 0,
        messages: 0,
        first_block_ms: Latency::default(),
        restarted: 0,
        restarted_ms: Latency::default(),
        restart_seconds,
        idle_kib: share(before, idle, plan.chats),
        used_kib: None,
        lost: 0,
        doubled: 0,
        unanswered: 0,
        broken: 0,
    };
    let mut clients = Vec::new();
    while let Some(done) = tasks.join_next().await {
        match done.ok().flatten() {
            Some(client) => clients.push(client),
            None => report.refused += 1,
        }
    }
    let used = own(&|| server.process());
    report.used_kib = share(before, used, plan.chats);
    judge(&mut report, clients).await;
    Ok(report)
}

/// What is read and set up with the first questions is no cost of a chat.
async fn warm_up(address: SocketAddr) {
    let mut client = Client::new(address, usize::MAX);
    if !client.connect().await {
        return;
    }
    for question in QUESTIONS {
        client.say(question.to_owned()).await;
        while !client.settled() {
            let Ok(Some(message)) = timeout(QUIET, client.read()).await else { return };
            client.take(&message);
        }
    }
    sleep(QUIET).await;
}

/// One teacher; none where she was never welcomed.
async fn chat(
    number: usize,
    plan: Plan,
    address: SocketAddr,
    open: Arc<Barrier>,
    begun: Arc<Barrier>,
) -> Option<Client> {
    sleep(Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / RAMP).await;
    let mut client = Client::new(address, number);
    let welcomed = client.connect().await;
    open.wait().await;
    begun.wait().await;
    if !welcomed {
        return None;
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let share = plan.every * count(number) / count(plan.chats.max(1));
    let first = Instant::now() + share;
    for nth in 0..plan.messages {
        let due = first + plan.every * u32::try_from(nth).unwrap_or(u32::MAX);
        listen(&mut client, due).await;
        let question = QUESTIONS[(number + nth) % QUESTIONS.len()];
        client.say(format!("{question} ({number}-{nth})")).await;
    }
    let end = Instant::now() + PATIENCE;
    while !client.settled() && Instant::now() < end {
        listen(&mut client, Instant::now() + Duration::from_millis(200)).await;
    }
    Some(client)
}

/// Takes what comes until the moment; a connection that breaks is made again.
async fn listen(client: &mut Client, until: Instant) {
    loop {
        tokio::select! {
            () = sleep_until(until) => return,
            message = client.read() => match message {
                Some(message) => client.take(&message),
                None => client.again().await,
            },
        }
    }
}

/// Reads every conversation anew and counts what is there.
async fn judge(report: &mut Report, clients: Vec<Client>) {
    let (mut quiet, mut met) = (Vec::new(), Vec::new());
    let replayed = |mut client: Client| async move {
        let events = timeout(PATIENCE, client.replayed()).await.unwrap_or_default();
        (client, events)
    };
    let mut replays = stream::iter(clients).map(replayed).buffer_unordered(REPLAYS);
    while let Some((client, events)) = replays.next().await {
        report.broken += client.broken;
        report.messages += client.sent.len();
        for sent in &client.sent {
            match sent.first {
                Some(time) if sent.disturbed => met.push(time),
                Some(time) => quiet.push(time),
                None => report.unanswered += 1,
            }
        }
        let mut found: HashMap<&str, usize> = HashMap::new();
        // Words that mean a button are stored as its press, under their own name.
        let stored = events.iter().filter_map(|event| match event["type"].as_str()? {
            "user.message" => event["text"].as_str(),
            "user.choice" => event["label"].as_str(),
            _ => None,
        });
        for text in stored {
            *found.entry(text).or_default() += 1;
        }
        for sent in &client.sent {
            match found.get(sent.text.as_str()) {
                None => report.lost += 1,
                Some(1) => {}
                Some(_) => report.doubled += 1,
            }
        }
    }
    report.restarted = met.len();
    report.first_block_ms = Latency::of(quiet);
    report.restarted_ms = Latency::of(met);
}

/// KiB for each of `chats`, to a tenth.
fn share(before: Option<u32>, after: Option<u32>, chats: usize) -> Option<f64> {
    let more = f64::from(after?.saturating_sub(before?));
    Some((more / f64::from(u32::try_from(chats.max(1)).unwrap_or(u32::MAX)) * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_among_chats() {
        assert_eq!(share(Some(1_000), Some(3_500), 100), Some(25.0));
        assert_eq!(share(Some(3_000), Some(1_000), 100), Some(0.0));
        assert_eq!(share(None, Some(1), 1), None);
    }
}
