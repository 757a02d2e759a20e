//! By hand, against the definition, and by simulation.

use proptest::prelude::*;
use rand::{SeedableRng as _, rngs::StdRng};

use super::*;

/// `"9+ 5-"`: confidence 9 and right, confidence 5 and wrong.
fn cases(text: &str) -> Vec<Case> {
    text.split_whitespace()
        .map(|one| {
            let (confidence, verdict) = one.split_at(one.len() - 1);
            Case { confidence: confidence.parse().unwrap(), wrong: verdict == "-" }
        })
        .collect()
}

/// The condition, as it is written in the paper.
fn holds(cases: &[Case], threshold: f64, tolerated: f64) -> bool {
    let n = f64::from(u32::try_from(cases.len()).unwrap());
    let wrong = cases.iter().filter(|case| case.wrong && case.confidence >= threshold).count();
    let risk = f64::from(u32::try_from(wrong).unwrap()) / n.max(1.0);
    n / (n + 1.0) * risk + 1.0 / (n + 1.0) <= tolerated + 1e-12
}

#[test]
fn the_threshold_lies_just_above_the_wrong_answer_too_many() {
    // 9 questions, 20 %: (wrong + 1) / 10 <= .2, so one wrong answer is in order.
    let nine = cases("9+ 8- 7+ 6- 5+ 4- 3+ 2+ 1+");
    let found = control(&nine, 0.2).unwrap();
    assert_eq!((found.threshold, found.questions, found.answered, found.wrong), (6_f64.next_up(), 9, 3, 1));
    // 10 %: none.
    let found = control(&nine, 0.1).unwrap();
    assert_eq!((found.threshold, found.answered, found.wrong), (8_f64.next_up(), 1, 0));
    // 40 %: all three.
    let found = control(&nine, 0.4).unwrap();
    assert_eq!((found.threshold, found.answered, found.wrong), (f64::NEG_INFINITY, 9, 3));
}

#[test]
fn a_tie_is_answered_together_or_not_at_all() {
    // One wrong answer would be in order, but two are equally sure: neither, and the right one with them.
    let found = control(&cases("9+ 8- 8+ 8- 5+ 4+ 3+ 2+ 1+"), 0.2).unwrap();
    assert_eq!((found.threshold, found.answered, found.wrong), (8_f64.next_up(), 1, 0));
    // All as sure, one wrong.
    assert_eq!(control(&cases("5+ 5- 5+ 5+"), 0.4).unwrap().answered, 4);
    assert_eq!(control(&cases("5+ 5- 5- 5+"), 0.4).unwrap().answered, 0);
}

#[test]
fn too_few_questions_say_how_many_it_takes() {
    for (tolerated, wanted) in [(0.01, 99), (0.02, 49), (0.03, 33), (0.05, 19), (0.1, 9), (0.5, 1)] {
        assert_eq!(needed(tolerated), wanted, "{tolerated}");
        let enough = vec![Case { confidence: 0.5, wrong: false }; wanted];
        assert!(control(&enough, tolerated).is_ok(), "{tolerated}");
        let too_few = TooFew { questions: wanted - 1, needed: wanted };
        assert_eq!(control(&enough[1..], tolerated), Err(too_few), "{tolerated}");
    }
    let message = control(&[], 0.02).unwrap_err().to_string();
    assert!(message.contains("at least 49"), "{message}");
    assert_eq!(control(&cases("5+"), 0.0), Err(TooFew { questions: 1, needed: 0 }));
    assert!(control(&[], 1.0).unwrap().threshold.is_infinite());
}

proptest! {
    /// Nothing below the threshold would do, and the threshold itself does.
    #[test]
    fn it_is_the_smallest_that_holds(
        drawn in prop::collection::vec((0_u8..12, any::<bool>()), 0..60),
        percent in 1_u8..60,
    ) {
        let cases: Vec<Case> =
            drawn.iter().map(|(confidence, wrong)| Case { confidence: f64::from(*confidence), wrong: *wrong }).collect();
        let tolerated = f64::from(percent) / 100.0;
        match control(&cases, tolerated) {
            Ok(found) => {
                prop_assert!(holds(&cases, found.threshold, tolerated));
                // All that a smaller threshold would answer besides.
                if found.threshold.is_finite() {
                    prop_assert!(!holds(&cases, found.threshold.next_down(), tolerated));
                }
            }
            Err(_) => prop_assert!(!holds(&cases, f64::INFINITY, tolerated)),
        }
    }
}

/// A question as a stranger might ask it: sureness that is worth something, but is no
/// probability, with ties where it is coarse.
fn draw(rng: &mut StdRng, coarse: bool) -> Case {
    let hard: f64 = rng.random();
    let shaken = (1.0 - hard + 0.3 * rng.random::<f64>()) / 1.3;
    let confidence = if coarse { (shaken * 20.0).round() / 20.0 } else { shaken };
    Case { confidence, wrong: rng.random::<f64>() < hard * hard }
}

/// Over many draws of the questions, fresh ones are answered wrongly at most as often as
/// tolerated, and, where sureness is fine-grained, not much less often.
#[test]
fn fresh_questions_keep_the_promise() {
    const DRAWS: u32 = 3_000;
    const FRESH: u32 = 60;
    let mut rng = StdRng::seed_from_u64(20_261_122);
    for (questions, tolerated, coarse) in
        [(49, 0.02, false), (150, 0.02, false), (150, 0.05, false), (150, 0.1, true), (80, 0.05, true)]
    {
        let mut losses = Vec::new();
        for _ in 0..DRAWS {
            let known: Vec<Case> = (0..questions).map(|_| draw(&mut rng, coarse)).collect();
            let threshold = control(&known, tolerated).unwrap().threshold;
            let wrong = (0..FRESH)
                .map(|_| draw(&mut rng, coarse))
                .filter(|case| case.wrong && case.confidence >= threshold)
                .count();
            losses.push(f64::from(u32::try_from(wrong).unwrap()) / f64::from(FRESH));
        }
        let mean = losses.iter().sum::<f64>() / f64::from(DRAWS);
        let variance = losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / f64::from(DRAWS - 1);
        let error = (variance / f64::from(DRAWS)).sqrt();
        let name = format!("{questions} questions, {tolerated}, coarse: {coarse}: {mean:.4} ± {error:.4}");
        assert!(mean <= tolerated + 3.0 * error, "{name}");
        // Theorem 2 of the paper: never below α - 2/(n+1) where there are no ties.
        let least = tolerated - 2.0 / (f64::from(questions) + 1.0);
        assert!(coarse || mean >= least - 3.0 * error, "{name}");
    }
}
