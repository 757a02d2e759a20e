//! Faults that are rarer: a system that answers and takes nothing, a clock that is set, an update that is
//! refused, a mail that comes back; and reports that go with another.

use super::*;

#[tokio::test]
async fn a_system_that_answers_but_takes_nothing_loses_its_turn() {
    let mut house = House::new().await;
    let number = house.file("a").await;
    let delivery = house.start().await;
    // Looking something up works, taking something never does, and says nothing about it.
    house.first.expect(vec![Script::TakesNothing; 4_000]);
    for _ in 0..(45 * 6) {
        delivery.round().await;
        house.later(10);
        delivery.take_over().await.unwrap();
    }
    assert_eq!(house.state(&number).await.0, OutboxState::Sent);
    assert_eq!((house.first.held().len(), house.second.held().len()), (0, 1));
}

#[tokio::test]
async fn a_clock_that_is_set_forward_ends_no_wait() {
    let mut house = House::new().await;
    house.file("a").await;
    let mut delivery = house.start().await;
    // The answer is cut off, and the report is taken fifteen seconds later.
    house.first.expect([Script::Works, Script::Late(15)]);
    delivery.round().await;
    house.later(3);
    delivery.round().await;
    for _ in 0..4 {
        house.clock.set_by(SignedDuration::from_hours(1));
        delivery.round().await;
        delivery = house.start().await;
        delivery.round().await;
    }
    for _ in 0..20 {
        house.later(5);
        delivery.round().await;
    }
    assert_eq!(house.first.held().len(), 1);
}

#[tokio::test]
async fn an_update_that_is_refused_is_kept_and_said_so() {
    let mut house = House::new().await;
    let number = house.file("a").await;
    let delivery = house.start().await;
    delivery.round().await;
    house.told.lock().unwrap().clear();
    let desk = house.desk().await;
    let more = |once: Option<&str>| Supplement {
        note: Some("es geht noch nicht".into()),
        once: once.map(str::to_owned),
        ..Supplement::default()
    };
    desk.supplement(&number, more(Some("press"))).await.unwrap();
    desk.supplement(&number, more(Some("press"))).await.unwrap();
    house.first.expect([Script::Unacceptable]);
    delivery.round().await;
    assert!(house.texts()[0].starts_with("Ihre Rückmeldung zu dieser Meldung ist gespeichert"), "{:?}", house.texts());
    let waiting = house.store.outbox_waiting(9).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].updates, waiting[0].updates_failed), (1, 0, 1), "pressed twice, told once");
    assert_eq!(delivery.states().await.unwrap()[0].updates_failed, 1);
    assert!(house.store.outbox_again(&number, None, house.clock.now()).await.unwrap());
    delivery.round().await;
    assert_eq!(house.first.held()[0].updates.len(), 1);
    assert_eq!(house.store.outbox_waiting(9).await.unwrap(), []);
}

#[tokio::test]
async fn a_mail_that_comes_back_is_given_up_and_can_be_sent_again() {
    let mut house = House::new().await;
    let number = house.file("a").await;
    let delivery = house.start().await;
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    delivery.round().await;
    house.told.lock().unwrap().clear();
    house.first.staff("1", ChangeKind::Bounced { report: true });
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    assert!(house.texts()[0].contains("konnte aber nicht automatisch"), "{:?}", house.texts());
    assert_eq!(house.state(&number).await, (OutboxState::Failed, Some("bounced".into())));
    assert!(house.store.outbox_again(&number, None, house.clock.now()).await.unwrap());
    delivery.round().await;
    // It stands there twice: our own copy of the first is no proof.
    assert_eq!((house.state(&number).await.0, house.first.held().len()), (OutboxState::Sent, 2));
}

#[tokio::test]
async fn who_reported_the_same_fault_is_asked_too() {
    let mut house = House::new().await;
    let (first, second) = (house.file("a").await, house.file("b").await);
    let join = |ticket: &mut crate::domain::ticket::Ticket| {
        ticket.joined = Some(first.clone());
        Ok::<_, std::convert::Infallible>(Vec::new())
    };
    house.store.ticket_change(&second, house.clock.now(), join).await.unwrap().unwrap().unwrap();
    let delivery = house.start().await;
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    delivery.round().await;
    house.told.lock().unwrap().clear();
    let state = async |number: &str| house.store.ticket(number).await.unwrap().unwrap().0.state;
    // Closed without a solution, the other one goes on.
    house.first.staff("1", ChangeKind::State(RemoteState::Closed));
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    assert_eq!((state(&first).await, state(&second).await), (TicketState::Solved, TicketState::New));
    house.first.staff("1", ChangeKind::State(RemoteState::Open));
    house.first.staff("1", ChangeKind::State(RemoteState::Solved));
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    assert_eq!((state(&first).await, state(&second).await), (TicketState::Solved, TicketState::Solved));
    let asked = house.texts().iter().filter(|text| text.contains("Geht es jetzt wieder?")).count();
    assert_eq!(asked, 2, "{:?}", house.texts());
}
