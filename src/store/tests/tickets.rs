//! Filing reports: numbers, acting once, all or nothing, states.

use super::*;

fn told(ticket: &crate::domain::ticket::Ticket) -> Vec<EventBody> {
    vec![
        message("Jetzt nur melden"),
        EventBody::TicketCreated {
            number: ticket.number.clone(),
            code: "code".into(),
            lang: None,
            who: "who".into(),
            when: "when".into(),
            blocks: vec![],
        },
    ]
}

async fn with_conversation() -> Store {
    let store = Store::in_memory().await.unwrap();
    store.conversation_create(&conversation("c")).await.unwrap();
    store
}

#[tokio::test]
async fn a_report_is_filed_whole_and_once() {
    let store = with_conversation().await;
    store.append("c", None, vec![message("vorher")], at(1)).await.unwrap();
    let filed = store.append_with_ticket(Some("c"), Some("1"), ticket("o1"), told, at(2)).await.unwrap();
    assert!(!filed.known);
    assert_eq!(filed.ticket.number, "SUP-2026-00001");
    assert_eq!(texts(&filed.events), ["Jetzt nur melden", "SUP-2026-00001"]);
    assert_eq!(filed.events[0].seq, 2);
    let again = store.append_with_ticket(Some("c"), Some("1"), ticket("o2"), told, at(3)).await.unwrap();
    assert_eq!(again, TicketFiled { known: true, ..filed.clone() });
    assert_eq!(store.tickets(&TicketFilter::default(), 9).await.unwrap(), std::slice::from_ref(&filed.ticket));
    let (found, code_hash) = store.ticket("SUP-2026-00001").await.unwrap().unwrap();
    assert_eq!((found, code_hash), (filed.ticket, vec![9; 32]));
    let facts = store.facts_since(at(0)).await.unwrap();
    assert_eq!(facts.len(), 1);
    assert_eq!((facts[0].kind, facts[0].lang), (FactKind::Escalated, Some(Lang::De)));
    assert_eq!((facts[0].reason.as_deref(), facts[0].device), (Some("not_helped"), Some(DeviceType::Projector)));
    let outbox = store.outbox_of("SUP-2026-00001").await.unwrap().unwrap();
    assert_eq!((outbox.id.as_str(), outbox.state), ("o1", OutboxState::Local));
}

#[tokio::test]
async fn a_report_that_fails_leaves_nothing_and_gives_its_number_back() {
    let store = with_conversation().await;
    store.append_with_ticket(Some("c"), None, ticket("same"), told, at(1)).await.unwrap();
    let before = (store.sizes().await.unwrap(), store.conversation("c").await.unwrap());
    // The outbox id is taken: the ticket was inserted by then, the events not yet.
    let error = store.append_with_ticket(Some("c"), Some("2"), ticket("same"), told, at(2)).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error}");
    let after = (store.sizes().await.unwrap(), store.conversation("c").await.unwrap());
    assert_eq!(before, after);
    // The same command may be sent again and then acts.
    let filed = store.append_with_ticket(Some("c"), Some("2"), ticket("other"), told, at(3)).await.unwrap();
    assert_eq!((filed.ticket.number.as_str(), filed.known), ("SUP-2026-00002", false));
}

#[tokio::test]
async fn numbers_start_anew_with_the_schools_year() {
    let store = Store::in_memory().await.unwrap();
    let mut numbers = Vec::new();
    for (n, moment) in ["2026-12-31T22:59:59Z", "2026-12-31T23:00:00Z", "2027-06-01T00:00:00Z"].iter().enumerate() {
        let new = ticket(&format!("o{n}"));
        let filed = store.append_with_ticket(None, None, new, told, moment.parse().unwrap()).await.unwrap();
        assert_eq!(filed.events, [], "without a conversation there is nowhere to tell of it");
        numbers.push(filed.ticket.number);
    }
    assert_eq!(numbers, ["SUP-2026-00001", "SUP-2027-00001", "SUP-2027-00002"]);
}

#[tokio::test]
async fn many_at_once_get_numbers_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("a.db")).await.unwrap();
    let writers: Vec<_> = (0..30)
        .map(|n| {
            let store = store.clone();
            // Each report comes twice, as after a lost connection.
            let (cid, new) = (format!("cid-{}", n / 2), ticket(&format!("o{n}")));
            tokio::spawn(async move { store.append_with_ticket(None, Some(&cid), new, told, at(n)).await.unwrap() })
        })
        .collect();
    let mut numbers = std::collections::BTreeMap::new();
    for writer in writers {
        let filed = writer.await.unwrap();
        *numbers.entry(filed.ticket.number).or_insert(0) += 1;
    }
    let expected = (1..=15).map(|n| (format!("SUP-2026-{n:05}"), 2)).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn a_command_that_did_something_else_is_a_conflict() {
    let store = with_conversation().await;
    store.append("c", Some("1"), vec![message("a")], at(1)).await.unwrap();
    let error = store.append_with_ticket(Some("c"), Some("1"), ticket("o"), told, at(2)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict), "{error}");
    let error = store.append_with_ticket(Some("gone"), None, ticket("o"), told, at(2)).await.unwrap_err();
    assert!(matches!(error, StoreError::NoConversation), "{error}");
    assert_eq!(store.sizes().await.unwrap().tickets, 0);
}

#[tokio::test]
async fn states_change_and_are_counted_once() {
    let store = Store::in_memory().await.unwrap();
    let number = store.append_with_ticket(None, None, ticket("o"), told, at(0)).await.unwrap().ticket.number;
    assert_eq!(store.ticket_state("SUP-2026-99999", TicketState::Open, at(1)).await.unwrap(), None);
    for (state, second) in
        [(TicketState::Solved, 60), (TicketState::Solved, 70), (TicketState::Reopened, 80), (TicketState::Solved, 90)]
    {
        let ticket = store.ticket_state(&number, state, at(second)).await.unwrap().unwrap();
        assert_eq!(ticket.state, state);
        assert_eq!(ticket.updated, at(if second == 70 { 60 } else { second }));
    }
    let facts = store.facts_since(at(1)).await.unwrap();
    let kinds: Vec<_> = facts.iter().map(|fact| (fact.kind, fact.value)).collect();
    assert_eq!(
        kinds,
        [(FactKind::TicketSolved, Some(60.0)), (FactKind::TicketReopened, None), (FactKind::TicketSolved, Some(90.0))]
    );
}

#[tokio::test]
async fn lists_are_filtered_and_the_newest_come_first() {
    let store = Store::in_memory().await.unwrap();
    for n in 1..=5 {
        let mut new = ticket(&format!("o{n}"));
        new.school = Some(if n % 2 == 0 { "even" } else { "odd" }.into());
        store.append_with_ticket(None, None, new, told, at(n)).await.unwrap();
    }
    store.ticket_state("SUP-2026-00003", TicketState::Solved, at(9)).await.unwrap();
    let list = async |state, school: Option<&str>, limit| {
        let filter = TicketFilter { state, school: school.map(Into::into) };
        let found = store.tickets(&filter, limit).await.unwrap();
        found.iter().map(|ticket| ticket.number[9..].parse::<i32>().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, 2).await, [5, 4]);
    assert_eq!(list(None, Some("odd"), 9).await, [5, 3, 1]);
    assert_eq!(list(Some(TicketState::New), Some("odd"), 9).await, [5, 1]);
    assert_eq!(list(Some(TicketState::Solved), None, 9).await, [3]);
}
