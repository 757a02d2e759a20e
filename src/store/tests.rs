//! What concerns the store as a whole: opening, refusing, failing whole; and
//! the helpers of the tests beside it.

use jiff::Timestamp;

use super::*;
use crate::domain::{
    conversation::{Event, EventBody},
    document::{DeviceType, Onsite},
    lang::Lang,
    ticket::{Due, Priority, Routing, TicketDevice, TicketState},
};

mod conversations;
mod directory;
mod tickets;

/// 2026-11-22T08:00:00Z and so many seconds.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_334_400 + seconds).unwrap()
}

pub(super) fn message(text: &str) -> EventBody {
    EventBody::UserMessage { mid: "m".into(), text: text.into() }
}

pub(super) fn texts(events: &[Event]) -> Vec<&str> {
    events
        .iter()
        .map(|event| match &event.body {
            EventBody::UserMessage { text, .. } => text.as_str(),
            EventBody::TicketCreated { number, .. } => number.as_str(),
            other => panic!("{other:?}"),
        })
        .collect()
}

pub(super) fn conversation(id: &str) -> NewConversation {
    NewConversation {
        id: id.into(),
        token_hash: vec![7; 32],
        school: Some("s1".into()),
        room: None,
        lang: Lang::De,
        at: at(0),
    }
}

pub(super) fn ticket(outbox: &str) -> NewTicket {
    NewTicket {
        school: Some("s1".into()),
        site: None,
        room: Some("S1-101".into()),
        device: TicketDevice { kind: Some(DeviceType::Projector), ..TicketDevice::default() },
        problem: Some("P01".into()),
        symptom: "Bild bleibt dunkel".into(),
        tried: vec![],
        joined: None,
        scope: None,
        exam: None,
        lesson_running: Some(true),
        priority: Priority::P2,
        reason: "not_helped".into(),
        onsite: Onsite::TryThenOnsite,
        routing: Routing::default(),
        due: Due { response: Some(at(3_600)), resolution: None },
        contact: Some("Zimmer 101, Durchwahl 22".into()),
        missing: vec!["serial".into()],
        transcript: Some("Sie: Bild bleibt dunkel".into()),
        target: None,
        code_hash: vec![9; 32],
        outbox: outbox.into(),
        spoken: None,
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path).await.unwrap();
    store
        .pool
        .raw(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (20990101000001, 'later', TRUE, x'00', 0)",
        )
        .await;
    store.close().await;
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer(20_990_101_000_001)), "{error}");
}

#[tokio::test]
async fn a_changed_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path).await.unwrap();
    store.pool.raw("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 20261122000002").await;
    store.close().await;
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Altered(20_261_122_000_002)), "{error}");
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let text = "not a database, but somebody's file\n".repeat(200);
    std::fs::write(&path, &text).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    assert!(error.to_string().contains("a.db"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_path_that_cannot_be_names_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for path in [folder.path().to_owned(), file.join("a.db")] {
        let error = Store::open(&path).await.unwrap_err();
        let message = error.to_string();
        assert!(matches!(error, StoreError::Open { .. }), "{message}");
        assert!(message.contains(&*path.to_string_lossy()) && message.contains("hint:"), "{message}");
    }
}

#[tokio::test]
async fn a_damaged_page_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path).await.unwrap();
    store.check().await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    for n in 0..200 {
        store.append("c", None, vec![message(&"x".repeat(300))], at(n)).await.unwrap();
    }
    store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.windows(300).position(|window| window == [b'x'; 300]).unwrap() / 4096 * 4096;
    bytes[middle..middle + 64].fill(0xAA);
    std::fs::write(&path, bytes).unwrap();
    let damaged = Store::open(&path).await.unwrap();
    let error = damaged.check().await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_full_disk_stores_nothing_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db")).await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    store.append("c", None, vec![message("before")], at(1)).await.unwrap();
    store.pool.limit_pages(1).await;
    let bodies = vec![message("small"), message(&"x".repeat(1_000_000))];
    let error = store.append("c", Some("1"), bodies, at(2)).await.unwrap_err();
    assert!(error.is_full(), "{error}");
    assert_eq!(texts(&store.events("c", 0).await.unwrap()), ["before"], "reading goes on, nothing is half-written");
    store.pool.limit_pages(1_000_000).await;
    store.append("c", Some("1"), vec![message("after")], at(3)).await.unwrap();
    assert_eq!(texts(&store.events("c", 1).await.unwrap()), ["after"]);
}

#[tokio::test]
async fn a_read_only_disk_is_told_and_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db")).await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    store.pool.forbid_writing().await;
    let error = store.append("c", None, vec![message("a")], at(1)).await.unwrap_err();
    assert!(error.is_readonly() && error.to_string().contains("--data"), "{error}");
    assert!(store.conversation("c").await.unwrap().is_some());
}

#[tokio::test]
async fn two_processes_open_and_write_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (one, two) = tokio::join!(Store::open(&path), Store::open(&path));
    let stores = [one.unwrap(), two.unwrap()];
    stores[0].conversation_create(&conversation("c")).await.unwrap();
    let writers: Vec<_> = (0..20)
        .map(|n| {
            let store = stores[usize::from(n % 2 == 0)].clone();
            tokio::spawn(async move { store.append("c", None, vec![message("a")], at(n)).await.unwrap() })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(stores[1].events("c", 0).await.unwrap().last().unwrap().seq, 20);
}

#[tokio::test]
async fn a_dropped_call_leaves_nothing_behind() {
    let store = Store::in_memory().await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    for n in 0..50 {
        let call = store.append("c", None, vec![message("a"), message("b")], at(n));
        let _ = tokio::time::timeout(std::time::Duration::from_micros(20 * n.unsigned_abs()), call).await;
    }
    store.append("c", None, vec![message("last")], at(99)).await.unwrap();
    let events = store.events("c", 0).await.unwrap();
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    assert_eq!(events.len() % 2, 1, "calls are whole or not at all");
}

#[tokio::test]
async fn sizes_count_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db")).await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    store.append("c", None, vec![message("a"), message("b")], at(1)).await.unwrap();
    let filed = store.append_with_ticket(Some("c"), None, ticket("o"), |_| vec![], at(2)).await.unwrap();
    store.ticket_state(&filed.ticket.number, TicketState::Open, at(3)).await.unwrap();
    let sizes = store.sizes().await.unwrap();
    assert_eq!((sizes.conversations, sizes.events, sizes.tickets, sizes.facts), (1, 2, 1, 1));
    assert!(sizes.bytes > 0 && sizes.log_bytes > 0, "{sizes:?}");
}
