//! Delivering against a scripted system: every fault at every point, and a model that plays
//! faults, crashes and clocks at random: nothing lost, nothing twice, the order kept.

mod faults;
mod model;

use std::{sync::Arc, sync::Mutex, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rand::{SeedableRng as _, rngs::StdRng};

use super::{Delivery, Parts, Wake, report::tests::ticket as example};
use crate::{
    config::DeliveryConfig,
    domain::{
        clock::{Clock as _, ManualClock},
        conversation::{Event, EventBody},
        document::{DeviceType, Onsite},
        lang::Lang,
        lexicon::Lexicon,
        ticket::{Due, Priority, Routing, TicketDevice, TicketState},
    },
    helpdesk::{
        Capabilities, ChangeKind, Helpdesk as _, RemoteState, Target,
        scripted::{Script, Scripted},
    },
    store::{NewConversation, NewTicket, OutboxState, Store},
    support::{
        directory::Schools,
        escalate::{Desk, Supplement},
        ids::Ids,
        redact::Redactor,
    },
};

/// A server's worth of delivering.
struct House {
    clock: Arc<ManualClock>,
    store: Store,
    first: Scripted,
    second: Scripted,
    told: Arc<Mutex<Vec<(String, Event)>>>,
    filed: usize,
}

impl House {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_second(1_795_334_400).unwrap()));
        let store = Store::in_memory().await.unwrap();
        let first = Scripted::new(clock.clone());
        let second = Scripted::new(clock.clone());
        let second = second.clone().able(Capabilities { tells: false, ..second.capabilities() });
        Self { clock, store, first, second, told: Arc::default(), filed: 0 }
    }

    /// As after a start.
    async fn start(&self) -> Delivery {
        self.store.outbox_unlease().await.unwrap();
        let clock = self.clock.clone();
        let ids = Arc::new(Ids::new(StdRng::seed_from_u64(7), clock.clone()));
        let told = Arc::clone(&self.told);
        let target = |name: &str, system: &Scripted| Target { name: name.into(), system: Arc::new(system.clone()) };
        Delivery::new(Parts {
            store: self.store.clone(),
            schools: Schools::load(&self.store).await.unwrap(),
            redactor: Arc::new(Redactor::new(&Lexicon::default())),
            clock,
            ids,
            config: DeliveryConfig::default(),
            targets: vec![target("rt", &self.first), target("mail", &self.second)],
            hooks: crate::helpdesk::Hooks::new(&crate::config::HelpdeskConfig::default()),
            wake: Wake::default(),
            tell: Arc::new(move |new| told.lock().unwrap().extend(new.iter().cloned())),
        })
    }

    async fn desk(&self) -> Desk {
        Desk {
            store: self.store.clone(),
            schools: Schools::load(&self.store).await.unwrap(),
            redactor: Arc::new(Redactor::new(&Lexicon::default())),
            ids: Arc::new(Ids::new(StdRng::seed_from_u64(9), self.clock.clone())),
            clock: self.clock.clone(),
            config: crate::config::SupportConfig::default(),
            target: Some("rt".into()),
            wake: Wake::default(),
        }
    }

    async fn chat(&self, id: &str) {
        let new = NewConversation {
            id: id.into(),
            token_hash: vec![1; 32],
            school: None,
            room: None,
            lang: Lang::De,
            at: self.clock.now(),
        };
        self.store.conversation_create(&new).await.unwrap();
    }

    /// Files a report from a chat; its number.
    async fn file(&mut self, chat: &str) -> String {
        self.chat(chat).await;
        self.filed += 1;
        let new = NewTicket {
            school: None,
            site: None,
            room: Some("204".into()),
            device: TicketDevice { kind: Some(DeviceType::Projector), ..TicketDevice::default() },
            problem: None,
            symptom: format!("dunkel {}", self.filed),
            tried: vec![],
            lesson_running: None,
            scope: None,
            exam: None,
            priority: Priority::P3,
            reason: "form".into(),
            onsite: Onsite::Remote,
            routing: Routing::default(),
            due: Due::default(),
            joined: None,
            contact: None,
            missing: vec![],
            transcript: None,
            target: Some("rt".into()),
            code_hash: vec![0; 32],
            outbox: format!("id-{}", self.filed),
            spoken: None,
        };
        let filed = self.store.append_with_ticket(Some(chat), None, new, |_| vec![], self.clock.now()).await.unwrap();
        filed.ticket.number
    }

    fn later(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    async fn state(&self, number: &str) -> (OutboxState, Option<String>) {
        let entry = self.store.outbox_of(number).await.unwrap().unwrap();
        (entry.state, entry.fault)
    }

    fn texts(&self) -> Vec<String> {
        let said = |(_, event): &(String, Event)| match &event.body {
            EventBody::TicketStatus { text, .. } => text.clone(),
            EventBody::AgentMessage { blocks, .. } | EventBody::BotEnd { blocks, .. } => {
                blocks.iter().map(crate::domain::conversation::WireBlock::plain).collect::<Vec<_>>().join("|")
            }
            other => panic!("{other:?}"),
        };
        self.told.lock().unwrap().iter().map(said).collect()
    }
}

#[tokio::test]
async fn a_report_arrives_and_its_chat_reads_the_number() {
    let mut house = House::new().await;
    let number = house.file("c").await;
    let delivery = house.start().await;
    assert_eq!(delivery.round().await, 1);
    assert_eq!(house.state(&number).await, (OutboxState::Sent, None));
    assert_eq!(house.texts(), ["Ihre Meldung liegt bei der Schul-IT unter Nr. 1."]);
    let (ticket, _) = house.store.ticket(&number).await.unwrap().unwrap();
    assert_eq!((ticket.delivery.state.as_str(), ticket.delivery.reference.as_deref()), ("sent", Some("1")));
    assert_eq!(delivery.round().await, 0);
}

#[tokio::test]
async fn what_may_have_arrived_is_looked_up_and_not_sent_twice() {
    for (script, calls) in [(Script::AnswerLost, 1), (Script::Late(10), 1), (Script::RequestLost, 1)] {
        let mut house = House::new().await;
        let number = house.file("c").await;
        let delivery = house.start().await;
        house.first.expect([Script::Works, script]);
        delivery.round().await;
        assert_eq!(house.state(&number).await, (OutboxState::Pending, Some("doubtful".into())), "{script:?}");
        // Not yet there is no proof that it will not be.
        house.later(3);
        delivery.round().await;
        house.later(21);
        delivery.round().await;
        assert_eq!(house.state(&number).await.0, OutboxState::Sent, "{script:?}");
        assert_eq!(house.first.held().len(), calls, "{script:?}");
    }
}

#[tokio::test]
async fn a_system_that_was_stopped_gets_time_to_finish_what_it_holds() {
    let mut house = House::new().await;
    house.file("c").await;
    let delivery = house.start().await;
    // It takes the request in, stands for a minute, and takes the report ten seconds after it goes on.
    house.first.freeze(60);
    for _ in 0..120 {
        delivery.round().await;
        house.later(1);
    }
    assert_eq!(house.first.held().len(), 1);
}

#[tokio::test]
async fn a_crash_at_any_point_loses_nothing_and_doubles_nothing() {
    for script in [
        vec![Script::HangsBefore],
        vec![Script::Works, Script::HangsBefore],
        vec![Script::Works, Script::HangsAfter],
        vec![Script::Works, Script::AnswerLost, Script::HangsBefore],
    ] {
        let mut house = House::new().await;
        let number = house.file("c").await;
        house.first.expect(script.clone());
        let mut delivery = house.start().await;
        for _ in 0..60 {
            tokio::select! {
                _ = delivery.round() => {}
                () = house.first.hung() => delivery = house.start().await,
            }
            house.later(2);
        }
        assert_eq!(house.state(&number).await.0, OutboxState::Sent, "{script:?}");
        assert_eq!(house.first.held().len(), 1, "{script:?}");
        assert_eq!(house.texts().len(), 1, "told once: {script:?}");
    }
}

#[tokio::test]
async fn what_is_not_acceptable_is_given_up_and_said_so() {
    let mut house = House::new().await;
    let number = house.file("c").await;
    house.first.expect([Script::Works, Script::Unacceptable]);
    let delivery = house.start().await;
    delivery.round().await;
    assert_eq!(house.state(&number).await, (OutboxState::Failed, Some("unacceptable".into())));
    assert!(house.texts()[0].contains("konnte aber nicht automatisch"), "{:?}", house.texts());
    assert!(house.store.outbox_again(&number, None, house.clock.now()).await.unwrap());
    delivery.round().await;
    assert_eq!(house.state(&number).await.0, OutboxState::Sent);
}

#[tokio::test]
async fn a_system_that_fails_is_left_alone_and_then_gets_everything() {
    let mut house = House::new().await;
    for n in 0..20 {
        house.file(&format!("c{n}")).await;
    }
    let delivery = house.start().await;
    house.first.expect(vec![Script::Down; 1_000]);
    for _ in 0..600 {
        delivery.round().await;
        house.later(1);
    }
    let asked = house.first.calls();
    assert!(asked < 30, "left alone: {asked} calls in ten minutes");
    assert_ne!(delivery.states().await.unwrap()[0].breaker, "closed");
    house.first.mend();
    for _ in 0..61 {
        delivery.round().await;
        house.later(1);
    }
    for _ in 0..12 {
        delivery.round().await;
    }
    assert_eq!(house.first.held().len(), 20);
}

#[tokio::test]
async fn another_system_takes_over_what_the_first_certainly_has_not() {
    let mut house = House::new().await;
    let doubtful = house.file("a").await;
    let delivery = house.start().await;
    house.first.expect([Script::Works, Script::AnswerLost]);
    house.first.expect(vec![Script::Down; 10_000]);
    delivery.round().await;
    let other = house.file("b").await;
    for _ in 0..(31 * 6) {
        delivery.round().await;
        house.later(10);
        delivery.take_over().await.unwrap();
    }
    delivery.round().await;
    assert_eq!(house.state(&other).await.0, OutboxState::Sent);
    let entry = house.store.outbox_of(&other).await.unwrap().unwrap();
    assert_eq!(entry.target.as_deref(), Some("mail"));
    assert_eq!(house.second.held().len(), 1, "what is doubtful waits until it was looked up");
    assert_eq!(house.state(&doubtful).await.0, OutboxState::Pending);
    house.first.mend();
    for _ in 0..10 {
        house.later(20);
        delivery.round().await;
    }
    assert_eq!((house.first.held().len(), house.second.held().len()), (1, 1));
    assert_eq!(house.state(&doubtful).await.0, OutboxState::Sent);
}

#[tokio::test]
async fn what_follows_a_report_follows_it() {
    let mut house = House::new().await;
    let number = house.file("c").await;
    let desk = house.desk().await;
    let note = |text: &str| Supplement { note: Some(text.into()), ..Supplement::default() };
    desk.supplement(&number, note("lampe blinkt rot")).await.unwrap();
    desk.supplement(&number, Supplement { serial: Some("X4HVF".into()), ..Supplement::default() }).await.unwrap();
    let delivery = house.start().await;
    house.first.expect([Script::Works, Script::Works, Script::AnswerLost]);
    for _ in 0..6 {
        delivery.round().await;
        house.later(15);
    }
    let held = house.first.held();
    let texts: Vec<&str> = held[0].updates.iter().map(|update| update.text.as_str()).collect();
    assert_eq!(texts, ["Nachtrag: lampe blinkt rot", "Nachtrag: Seriennummer: X4HVF"]);
    assert!(!held[0].report.text.contains("X4HVF"), "the report is as it was filed");
}

#[tokio::test]
async fn staff_answer_and_solve_and_the_chat_hears_it_once() {
    let mut house = House::new().await;
    let number = house.file("c").await;
    let delivery = house.start().await;
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    delivery.round().await;
    house.told.lock().unwrap().clear();
    house.first.staff("1", ChangeKind::Reply("<b>Bitte</b> das Kabel tauschen.".into()));
    house.first.staff("1", ChangeKind::State(RemoteState::Open));
    house.first.staff("1", ChangeKind::State(RemoteState::Solved));
    house.first.staff("99", ChangeKind::State(RemoteState::Solved));
    for _ in 0..3 {
        delivery.fetch(&delivery.lines[0]).await.unwrap();
    }
    let texts = house.texts();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert_eq!(texts[0], format!("Die Schul-IT zu Ihrer Meldung {number}|<b>Bitte</b> das Kabel tauschen."));
    assert!(texts[1].starts_with("In Bearbeitung."), "{texts:?}");
    assert!(texts[2].starts_with("Gelöst."), "{texts:?}");
    assert!(texts[3].contains("Geht es jetzt wieder?"), "{texts:?}");
    let (ticket, _) = house.store.ticket(&number).await.unwrap().unwrap();
    assert_eq!((ticket.state, ticket.responded.is_some()), (TicketState::Solved, true));
    assert_eq!(house.store.outbox_update(&number).await.unwrap(), None, "what came from there is not told there");
}

#[tokio::test]
async fn what_staff_put_together_and_close_is_told_as_that() {
    let mut house = House::new().await;
    let (first, second) = (house.file("a").await, house.file("b").await);
    let delivery = house.start().await;
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    delivery.round().await;
    house.told.lock().unwrap().clear();
    house.first.staff("1", ChangeKind::Merged { into: "2".into() });
    house.first.staff("2", ChangeKind::Reply("Das Kabel ist bestellt.".into()));
    house.first.staff("2", ChangeKind::State(RemoteState::Closed));
    for _ in 0..2 {
        delivery.fetch(&delivery.lines[0]).await.unwrap();
    }
    let texts = house.texts();
    let together = "Die Schul-IT hat Ihre Meldung mit einer anderen zusammengelegt. Sie liegt dort jetzt unter Nr. 2.";
    assert_eq!(texts[0], together);
    for number in [&first, &second] {
        let reply = format!("Die Schul-IT zu Ihrer Meldung {number}|Das Kabel ist bestellt.");
        assert_eq!(texts.iter().filter(|text| **text == reply).count(), 1, "{texts:?}");
        let (ticket, _) = house.store.ticket(number).await.unwrap().unwrap();
        assert_eq!((ticket.state, ticket.delivery.reference.as_deref()), (TicketState::Solved, Some("2")));
    }
    assert_eq!(texts.iter().filter(|text| text.contains("ohne sie als gelöst zu vermerken")).count(), 2, "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("Gelöst") || text.contains("erledigt")), "{texts:?}");
}

#[tokio::test]
async fn a_change_of_a_report_whose_number_is_not_known_yet_is_not_lost() {
    let mut house = House::new().await;
    let number = house.file("c").await;
    let delivery = house.start().await;
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    house.first.expect([Script::Works, Script::AnswerLost]);
    delivery.round().await;
    house.first.staff("1", ChangeKind::Reply("Ich komme vorbei.".into()));
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    house.later(5);
    delivery.round().await;
    assert_eq!(house.state(&number).await.0, OutboxState::Sent);
    delivery.fetch(&delivery.lines[0]).await.unwrap();
    assert!(house.texts().iter().any(|text| text.contains("Ich komme vorbei.")), "{:?}", house.texts());
}

#[tokio::test]
async fn a_time_out_counts_as_doubtful() {
    let mut house = House::new().await;
    let number = house.file("c").await;
    let mut delivery = house.start().await;
    delivery.config.timeout_seconds = 1;
    house.first.expect([Script::Works, Script::HangsAfter]);
    tokio::time::timeout(Duration::from_secs(20), delivery.round()).await.unwrap();
    assert_eq!(house.state(&number).await, (OutboxState::Pending, Some("doubtful".into())));
    assert_eq!(example().number, "SUP-2026-00001");
}
