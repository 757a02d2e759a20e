//! Numbering events, acting once, deleting.

use super::*;

#[tokio::test]
async fn fifty_writers_leave_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db")).await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    let writers: Vec<_> = (0..50)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let bodies = vec![message(&format!("{n}a")), message(&format!("{n}b"))];
                let cid = format!("cid-{n}");
                store.append("c", Some(&cid), bodies, at(n)).await.unwrap().into_events()
            })
        })
        .collect();
    for writer in writers {
        let events = writer.await.unwrap();
        assert_eq!(events[1].seq, events[0].seq + 1, "one call's events stand together");
    }
    let events = store.events("c", 0).await.unwrap();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    assert_eq!(store.conversation("c").await.unwrap().unwrap().last_seq, 100);
}

#[tokio::test]
async fn a_command_acts_once() {
    let store = Store::in_memory().await.unwrap();
    for id in ["c", "d"] {
        store.conversation_create(&conversation(id)).await.unwrap();
    }
    let first = store.append("c", Some("1"), vec![message("a"), message("b")], at(1)).await.unwrap();
    store.append("c", None, vec![message("between")], at(2)).await.unwrap();
    let again = store.append("c", Some("1"), vec![message("other")], at(3)).await.unwrap();
    assert_eq!(again, Appended::Known(first.into_events()));
    assert_eq!(texts(&store.events("c", 0).await.unwrap()), ["a", "b", "between"]);
    assert_eq!(store.conversation("c").await.unwrap().unwrap().updated, at(2), "a repetition is no event");
    // Another conversation may use the same id; a command without events is remembered too.
    assert!(matches!(store.append("d", Some("1"), vec![], at(4)).await.unwrap(), Appended::New(e) if e.is_empty()));
    let again = store.append("d", Some("1"), vec![message("late")], at(5)).await.unwrap();
    assert_eq!(again, Appended::Known(vec![]));
}

#[tokio::test]
async fn what_is_returned_is_what_is_read_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path).await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    store.conversation_create(&NewConversation { lang: Lang::En, ..conversation("c") }).await.unwrap();
    let precise: Timestamp = "2026-11-22T08:00:00.123456789Z".parse().unwrap();
    let written = store.append("c", None, vec![message("ü\u{0}😀")], precise).await.unwrap().into_events();
    assert!(store.set_lang("c", Lang::En).await.unwrap());
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.events("c", 0).await.unwrap(), written);
    assert_eq!(store.events("c", 1).await.unwrap(), []);
    let found = store.conversation("c").await.unwrap().unwrap();
    assert_eq!((found.lang, found.last_seq, found.token_hash), (Lang::En, 1, vec![7; 32]));
}

#[tokio::test]
async fn a_deleted_conversation_takes_nothing_more() {
    let store = Store::in_memory().await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    store.append("c", Some("1"), vec![message("a")], at(1)).await.unwrap();
    assert!(store.conversation_delete("c").await.unwrap());
    assert!(!store.conversation_delete("c").await.unwrap());
    assert!(!store.set_lang("c", Lang::De).await.unwrap());
    assert_eq!(store.conversation("c").await.unwrap(), None);
    assert_eq!(store.events("c", 0).await.unwrap(), []);
    let late = store.append("c", Some("1"), vec![message("late")], at(2)).await;
    assert!(matches!(late, Err(StoreError::NoConversation)));
}
