//! `bench routing`: a whole city's directory generated, read, imported and looked up;
//! then reports filed one after the other, each routed and stored, while teachers go on
//! chatting beside it. What is measured is the product's own desk and chat.

mod city;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Serialize;

pub use city::City;

use super::super::metrics::Latency;
use crate::{
    domain::{
        conversation::EventBody,
        school::Directory,
        ticket::{Priority, StepResult, TicketInput, Tried},
    },
    support::{
        Support,
        chat::protocol::{Direct, Hello, Incoming, Outgoing},
        escalate::Filing,
    },
};

/// Look-ups of each kind.
const LOOKED_UP: usize = 2_000;
/// Teachers who chat meanwhile.
const CHATS: usize = 4;
/// Longest wait for a reply of the chat.
const PATIENCE: Duration = Duration::from_secs(30);
const QUESTIONS: [&str; 6] = [
    "der beamer zeigt kein signal",
    "tafel reagiert nicht auf finger",
    "apple tv wird nicht gefunden",
    "kein ton im video",
    "drucker druckt nicht",
    "wie komme ich mit dem ipad ins wlan",
];

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub schools: usize,
    pub rooms: usize,
    pub devices: usize,
    pub reports: usize,
    pub seed: u64,
}

/// The figures. Latencies in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub schools: usize,
    pub rooms: usize,
    pub devices: usize,
    pub file_mb: f64,
    /// The file read and checked, and the directory put in place.
    pub reading_seconds: f64,
    pub importing_seconds: f64,
    pub room_ms: Latency,
    pub device_ms: Latency,
    pub routed: Routed,
    pub chat: Chatted,
}

/// Reports filed: completed, routed, given times and stored.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Routed {
    pub reports: usize,
    pub seconds: f64,
    pub filing_ms: Option<Latency>,
    pub urgent: usize,
    pub onsite: usize,
    pub with_visit: usize,
    /// About a device that has an open report.
    pub joined: usize,
}

/// Messages answered meanwhile.
#[derive(Clone, Debug, Serialize)]
pub struct Chatted {
    pub messages: usize,
    /// From sending to the finished reply.
    pub reply_ms: Latency,
}

/// Measures on a product with an empty database. `read` reads and checks a `schools.toml`.
///
/// # Errors
/// What the product reports.
pub async fn run(
    plan: Plan,
    support: &Arc<Support>,
    read: impl FnOnce(&[u8]) -> anyhow::Result<Directory>,
) -> anyhow::Result<Report> {
    let mut city = City::new(plan);
    let file = toml::to_string(&city.directory)?;
    let began = Instant::now();
    let directory = read(file.as_bytes())?;
    let reading_seconds = seconds(began);
    anyhow::ensure!(directory == city.directory, "the directory was read otherwise than it was written");
    let began = Instant::now();
    support.store.directory_import(&directory, support.clock.now()).await?;
    support.take_up_directory().await?;
    let importing_seconds = seconds(began);
    let (mut room_times, mut device_times) = (Vec::new(), Vec::new());
    for _ in 0..LOOKED_UP {
        let device = city.device().clone();
        let began = Instant::now();
        let room = support.schools.room(&device.room).await?;
        room_times.push(began.elapsed());
        let began = Instant::now();
        let found = support.store.devices_numbered(&device.inventory).await?;
        device_times.push(began.elapsed());
        anyhow::ensure!(room.is_some() && found == [device], "an entry was not found");
    }
    let done = Arc::new(AtomicBool::new(false));
    let chats: Vec<_> = (0..CHATS).map(|n| tokio::spawn(chat(Arc::clone(support), Arc::clone(&done), n))).collect();
    let routed = file_all(plan.reports, support, &mut city).await;
    done.store(true, Ordering::Relaxed);
    let mut replies = Vec::new();
    for chat in chats {
        replies.extend(chat.await??);
    }
    Ok(Report {
        schools: directory.schools.len(),
        rooms: directory.rooms.len(),
        devices: directory.devices.len(),
        file_mb: f64::from(u32::try_from(file.len() / 1_000)?) / 1e3,
        reading_seconds,
        importing_seconds,
        room_ms: Latency::of(room_times),
        device_ms: Latency::of(device_times),
        routed: routed?,
        chat: Chatted { messages: replies.len(), reply_ms: Latency::of(replies) },
    })
}

async fn file_all(reports: usize, support: &Support, city: &mut City) -> anyhow::Result<Routed> {
    let mut routed = Routed { reports, ..Routed::default() };
    let mut times = Vec::new();
    let whole = Instant::now();
    for _ in 0..reports {
        let (input, reason) = input(city);
        let filing = Filing { input, reason: reason.into(), ..Filing::default() };
        let began = Instant::now();
        let ticket = support.desk.file(filing, None, None, |_, _| Vec::new()).await?.ticket;
        times.push(began.elapsed());
        anyhow::ensure!(!ticket.routing.why.is_empty() && ticket.due.resolution.is_some(), "a report without a place");
        routed.urgent += usize::from(ticket.priority <= Priority::P2);
        routed.onsite += usize::from(ticket.onsite == crate::domain::document::Onsite::Onsite);
        routed.with_visit += usize::from(ticket.routing.next_visit.is_some());
        routed.joined += usize::from(ticket.joined.is_some());
    }
    routed.seconds = seconds(whole);
    routed.filing_ms = Some(Latency::of(times));
    Ok(routed)
}

/// A report about some device, as teachers make them.
fn input(city: &mut City) -> (TicketInput, &'static str) {
    let (problem, reason) = *city.one_of(&[
        ("P01", "not_helped"),
        ("P06", "not_helped"),
        ("P10", "form"),
        ("P32", "wish"),
        ("P38", "no_passage"),
        ("P37", "form"),
        ("P02", "mains"),
    ]);
    let failed = *city.one_of(&[0, 1, 3]);
    let lesson_running = *city.one_of(&[Some(true), Some(false), None]);
    let device = city.device().clone();
    let mut input = TicketInput {
        school: city.school_of(&device.room),
        room: Some(device.room),
        problem: Some(problem.into()),
        symptom: "Das Bild bleibt dunkel, die Lampe blinkt orange".into(),
        tried: vec![Tried { step: "Quelle gewählt".into(), result: StepResult::Failed }; failed],
        lesson_running,
        ..TicketInput::default()
    };
    input.device.kind = Some(device.kind);
    input.device.inventory = Some(device.inventory);
    (input, reason)
}

/// Asks until the reports are filed, each question in a chat of its own; at least once.
async fn chat(support: Arc<Support>, done: Arc<AtomicBool>, first: usize) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::new();
    while times.is_empty() || !done.load(Ordering::Relaxed) {
        let hello = Hello { school: None, room: None, lang: Some("de".into()), resume: None };
        let (mut session, _) = support.chats.hello(hello).await?;
        let text = QUESTIONS[(first + times.len()) % QUESTIONS.len()].to_owned();
        let began = Instant::now();
        let acted = support.chats.handle(&mut session, Incoming::Send { cid: "1".into(), text }).await;
        for message in &acted {
            if let Outgoing::Direct(Direct::Error { text, .. }) = message {
                anyhow::bail!("the chat refused a question: {text}");
            }
        }
        loop {
            let message = tokio::time::timeout(PATIENCE, session.next()).await?;
            match message {
                Some(Outgoing::Event(event)) if ends(&event.body) => break,
                Some(_) => {}
                None => anyhow::bail!("a chat ended before its reply"),
            }
        }
        times.push(began.elapsed());
    }
    Ok(times)
}

/// An answer, or the first step of a flow.
fn ends(body: &EventBody) -> bool {
    matches!(body, EventBody::BotEnd { .. } | EventBody::FlowStep { .. })
}

fn seconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e3).round() / 1e3
}
