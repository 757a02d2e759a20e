//! The outbox: leases, order, doubts, what is given up.

use std::convert::Infallible;

use super::*;
use crate::store::tests::{at, conversation, message, ticket};

async fn with_three() -> Store {
    let store = Store::in_memory().await.unwrap();
    for n in 1..=3 {
        let mut new = ticket(&format!("o{n}"));
        new.target = (n < 3).then(|| "rt".into());
        store.append_with_ticket(None, None, new, |_| vec![], at(n)).await.unwrap();
    }
    store
}

#[tokio::test]
async fn a_lease_keeps_others_away_until_it_ends() {
    let store = with_three().await;
    let ids = |entries: &[OutboxEntry]| entries.iter().map(|e| e.id.clone()).collect::<Vec<_>>();
    let first = store.outbox_lease("rt", at(10), at(20), 1).await.unwrap();
    assert_eq!((ids(&first), first[0].attempt), (vec!["o1".to_owned()], 1));
    let payload = first[0].payload.as_ref().unwrap();
    assert_eq!((payload.number.as_str(), payload.contact.is_some()), ("SUP-2026-00001", true));
    assert_eq!(ids(&store.outbox_lease("rt", at(11), at(21), 9).await.unwrap()), ["o2"]);
    assert_eq!(ids(&store.outbox_lease("rt", at(12), at(22), 9).await.unwrap()), Vec::<String>::new());
    let again = store.outbox_lease("rt", at(20), at(30), 9).await.unwrap();
    assert_eq!((ids(&again), again[0].attempt), (vec!["o1".to_owned()], 2));
    // Who lost the lease has no say any more, unless the report arrived.
    assert!(!store.outbox_retry("o1", 1, at(99), "x", &[]).await.unwrap());
    assert!(store.outbox_failed("o1", 1, "x", at(21), |_, _| message("")).await.unwrap().is_none());
    assert!(store.outbox_sent("o1", "rt", Some("#4711"), at(22), |_, _| message("")).await.unwrap().is_some());
    assert!(store.outbox_sent("o1", "rt", Some("#4712"), at(23), |_, _| message("")).await.unwrap().is_none());
    let delivery = store.ticket("SUP-2026-00001").await.unwrap().unwrap().0.delivery;
    assert_eq!((delivery.state.as_str(), delivery.reference.as_deref()), ("sent", Some("#4711")));
    assert_eq!(store.outbox_of("SUP-2026-00001").await.unwrap().unwrap().payload, None);
}

#[tokio::test]
async fn a_retry_waits_and_a_failure_stays() {
    let store = with_three().await;
    let leased = store.outbox_lease("rt", at(10), at(20), 9).await.unwrap();
    assert_eq!(leased.len(), 2, "what has no target is not delivered");
    assert!(store.outbox_retry("o1", 1, at(50), "unavailable", &[]).await.unwrap());
    assert!(store.outbox_failed("o2", 1, "unacceptable", at(11), |_, _| message("")).await.unwrap().is_some());
    assert_eq!(store.outbox_lease("rt", at(49), at(60), 9).await.unwrap(), []);
    assert_eq!(store.outbox_lease("rt", at(50), at(60), 9).await.unwrap().len(), 1);
    let counts = store.outbox_counts().await.unwrap();
    assert_eq!(counts, OutboxCounts { local: 1, pending: 1, sent: 0, failed: 1 });
}

#[test]
fn names_are_those_of_the_contract() {
    for state in [OutboxState::Local, OutboxState::Pending, OutboxState::Sent, OutboxState::Failed] {
        assert_eq!(name_of(&state).unwrap(), state.name());
    }
}

async fn in_one_chat() -> Store {
    let store = Store::in_memory().await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    for n in 1..=2 {
        let mut new = ticket(&format!("o{n}"));
        new.target = Some("rt".into());
        store.append_with_ticket(Some("c"), None, new, |_| vec![], at(1)).await.unwrap();
    }
    store
}

#[tokio::test]
async fn reports_of_one_chat_go_out_in_their_order() {
    let store = in_one_chat().await;
    let first = store.outbox_lease("rt", at(10), at(20), 9).await.unwrap();
    assert_eq!(first.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["o1"]);
    assert_eq!(store.outbox_lease("rt", at(11), at(20), 9).await.unwrap(), [], "the second waits for the first");
    let told = store.outbox_sent("o1", "rt", Some("1"), at(12), |_, _| message("there")).await.unwrap().unwrap();
    assert_eq!(told.unwrap().0, "c");
    assert_eq!(store.outbox_lease("rt", at(13), at(20), 9).await.unwrap().len(), 1);
    assert_eq!(store.events("c", 0).await.unwrap().len(), 1, "the chat hears of it in the same transaction");
}

#[tokio::test]
async fn what_was_given_up_holds_nobody_up_and_comes_back_by_a_persons_order() {
    let store = in_one_chat().await;
    store.outbox_lease("rt", at(10), at(20), 9).await.unwrap();
    store.outbox_failed("o1", 1, "unacceptable", at(11), |_, _| message("no")).await.unwrap().unwrap();
    assert_eq!(store.outbox_lease("rt", at(12), at(20), 9).await.unwrap()[0].id, "o2");
    let waiting = store.outbox_waiting(9).await.unwrap();
    assert_eq!((waiting[0].number.as_str(), waiting[0].fault.as_deref()), ("SUP-2026-00001", Some("unacceptable")));
    assert!(store.outbox_again("SUP-2026-00001", None, at(13)).await.unwrap());
    assert!(!store.outbox_again("SUP-2026-00002", None, at(13)).await.unwrap(), "it is under way");
    assert_eq!(store.outbox_lease("rt", at(14), at(20), 9).await.unwrap()[0].id, "o1");
}

#[tokio::test]
async fn updates_follow_their_report_in_order() {
    let store = in_one_chat().await;
    let update = |id: &str| NewUpdate { text: format!("text {id}"), ..NewUpdate::default() };
    let tell = async |id: &str, second: i64| {
        let change = |_: &mut Ticket| Ok::<_, Infallible>((vec![], Some(update(id))));
        store.ticket_change_telling("SUP-2026-00001", at(second), change).await.unwrap();
    };
    tell("a", 5).await;
    let leased = store.outbox_lease("rt", at(10), at(20), 9).await.unwrap();
    assert_eq!(leased[0].state, OutboxState::Pending, "first the report itself");
    tell("b", 11).await;
    store.outbox_sent("o1", "rt", Some("1"), at(12), |_, _| message("there")).await.unwrap();
    store.outbox_failed("o2", 0, "x", at(12), |_, _| message("")).await.unwrap();
    for wanted in ["a", "b"] {
        let leased = store.outbox_lease("rt", at(15), at(25), 1).await.unwrap();
        assert_eq!((leased[0].id.as_str(), leased[0].state), ("o1", OutboxState::Sent));
        let update = store.outbox_update("SUP-2026-00001").await.unwrap().unwrap();
        assert_eq!(update.text, format!("text {wanted}"));
        assert!(store.outbox_updated(&update.id, "sent", at(14)).await.unwrap());
        assert!(!store.outbox_updated(&update.id, "sent", at(14)).await.unwrap());
    }
    assert_eq!(store.outbox_lease("rt", at(15), at(25), 9).await.unwrap(), []);
    tell("c", 16).await;
    assert_eq!(store.outbox_lease("rt", at(16), at(25), 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_what_is_in_no_doubt_goes_to_another_target() {
    let store = with_three().await;
    let leased = store.outbox_lease("rt", at(10), at(20), 1).await.unwrap();
    let doubt = [Doubt { target: "rt".into() }];
    assert!(store.outbox_doubts("o1", leased[0].attempt, "rt", &doubt).await.unwrap());
    assert!(!store.outbox_doubts("o2", 1, "rt", &doubt).await.unwrap(), "it is not leased");
    let moved = Moved { from: "rt", to: "mail", since: at(100), attempts: 0 };
    assert_eq!(store.outbox_move(&moved, at(2_000)).await.unwrap(), 1);
    assert_eq!(store.outbox_lease("mail", at(2_000), at(2_010), 9).await.unwrap()[0].id, "o2");
    let again = store.outbox_lease("rt", at(2_000), at(2_010), 9).await.unwrap();
    assert_eq!(again[0].doubts, doubt);
    let counts = store.outbox_targets().await.unwrap();
    let seen: Vec<_> = counts.iter().map(|one| (one.target.as_str(), one.pending, one.oldest)).collect();
    assert_eq!(seen, [("mail", 1, Some(at(2))), ("rt", 1, Some(at(1)))]);
}

#[tokio::test]
async fn a_clock_that_was_set_back_puts_nothing_off_for_long() {
    let store = with_three().await;
    let hour = 3_600;
    let leased = store.outbox_lease("rt", at(hour), at(hour + 300), 1).await.unwrap();
    assert!(store.outbox_retry("o1", leased[0].attempt, at(hour + 30), "unavailable", &[]).await.unwrap());
    store.outbox_lease("rt", at(hour), at(hour + 300), 1).await.unwrap();
    let leased = store.outbox_lease("rt", at(0), at(300), 9).await.unwrap();
    assert_eq!(leased.len(), 1, "o1's pause and o2's lease lie an hour ahead: {leased:?}");
}

#[tokio::test]
async fn after_its_time_nothing_of_an_update_is_left() {
    let store = in_one_chat().await;
    let update = NewUpdate { text: "canary".into(), ..NewUpdate::default() };
    let change = |ticket: &mut Ticket| {
        ticket.state = crate::domain::ticket::TicketState::Solved;
        Ok::<_, Infallible>((vec![], Some(update)))
    };
    store.ticket_change_telling("SUP-2026-00001", at(5), change).await.unwrap();
    store.retain(at(91 * 86_400), 365, 90).await.unwrap();
    assert_eq!(store.outbox_update("SUP-2026-00001").await.unwrap(), None);
    let entry = store.outbox_of("SUP-2026-00001").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.payload), (OutboxState::Failed, None));
    assert_eq!(store.outbox_lease("rt", at(91 * 86_400), at(92 * 86_400), 9).await.unwrap()[0].id, "o2");
}
