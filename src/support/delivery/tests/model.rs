//! Random faults, crashes, frozen systems, clocks that jump, supplements at any moment. At the
//! end everything works, and each report stands once in one system, its updates once and in
//! order, the reports of one chat in theirs.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    File(u8),
    Add(u8),
    Later(i64),
    /// Somebody sets the clock.
    Set(i64),
    /// Which of both systems, and what its next calls meet.
    Faults(bool, Vec<Script>),
    Freeze(bool, i64),
    Round,
    Crash,
}

fn script() -> impl Strategy<Value = Script> {
    prop_oneof![
        3 => Just(Script::Works),
        1 => Just(Script::Down),
        2 => Just(Script::AnswerLost),
        1 => Just(Script::RequestLost),
        1 => (0_i64..19).prop_map(Script::Late),
        1 => Just(Script::Refused),
        1 => Just(Script::HangsAfter),
        1 => Just(Script::HangsBefore),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u8..4).prop_map(Step::File),
        2 => (0_u8..8).prop_map(Step::Add),
        4 => (0_i64..40).prop_map(Step::Later),
        1 => (600_i64..2_400).prop_map(Step::Later),
        1 => (-7_200_i64..7_200).prop_map(Step::Set),
        3 => (any::<bool>(), proptest::collection::vec(script(), 1..8)).prop_map(|(first, faults)| Step::Faults(first, faults)),
        1 => (any::<bool>(), 1_i64..90).prop_map(|(first, seconds)| Step::Freeze(first, seconds)),
        8 => Just(Step::Round),
        1 => Just(Step::Crash),
    ]
}

async fn play(steps: Vec<Step>) {
    let mut house = House::new().await;
    let desk = house.desk().await;
    let mut delivery = house.start().await;
    let mut chats: Vec<(String, u8)> = Vec::new();
    let mut added: Vec<(String, String)> = Vec::new();
    for step in steps {
        match step {
            Step::File(chat) => {
                let number = house.file(&format!("c{chat}")).await;
                chats.push((number, chat));
            }
            Step::Add(which) if !chats.is_empty() => {
                let number = chats[usize::from(which) % chats.len()].0.clone();
                let text = format!("zusatz {}", added.len());
                let more = Supplement { note: Some(text.clone()), ..Supplement::default() };
                desk.supplement(&number, more).await.unwrap();
                added.push((number, text));
            }
            Step::Add(_) => {}
            Step::Later(seconds) => house.later(seconds),
            Step::Set(seconds) => house.clock.set_by(SignedDuration::from_secs(seconds)),
            Step::Faults(first, faults) => if first { &house.first } else { &house.second }.expect(faults),
            Step::Freeze(first, seconds) => if first { &house.first } else { &house.second }.freeze(seconds),
            Step::Round => {
                let cut_off = tokio::select! {
                    _ = delivery.round() => false,
                    () = house.first.hung() => true,
                    () = house.second.hung() => true,
                };
                if cut_off {
                    delivery = house.start().await;
                }
                delivery.take_over().await.unwrap();
            }
            Step::Crash => delivery = house.start().await,
        }
    }
    house.first.mend();
    house.second.mend();
    for _ in 0..400 {
        tokio::select! {
            _ = delivery.round() => {}
            () = house.first.hung() => delivery = house.start().await,
            () = house.second.hung() => delivery = house.start().await,
        }
        house.later(15);
        if house.store.outbox_waiting(1).await.unwrap().is_empty() {
            break;
        }
    }
    // What a system still had in hand would show by now.
    house.later(120);
    check(&house, &chats, &added);
}

fn check(house: &House, chats: &[(String, u8)], added: &[(String, String)]) {
    let held: Vec<_> = house.first.held().into_iter().chain(house.second.held()).collect();
    for (number, _) in chats {
        let copies: Vec<_> = held.iter().filter(|held| held.report.number == *number).collect();
        assert_eq!(copies.len(), 1, "{number} stands {} times", copies.len());
        let wanted: Vec<String> =
            added.iter().filter(|(of, _)| of == number).map(|(_, text)| format!("Nachtrag: {text}")).collect();
        let found: Vec<String> = copies[0].updates.iter().map(|update| update.text.clone()).collect();
        assert_eq!(found, wanted, "updates of {number}");
    }
    for system in [house.first.held(), house.second.held()] {
        for chat in 0..4 {
            let own = |number: &String| chats.iter().any(|(of, from)| of == number && *from == chat);
            let found: Vec<String> = system.iter().map(|held| held.report.number.clone()).filter(own).collect();
            let mut sorted = found.clone();
            sorted.sort();
            assert_eq!(found, sorted, "order of chat {chat}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_or_doubled_and_the_order_is_kept(steps in proptest::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(steps));
    }
}
