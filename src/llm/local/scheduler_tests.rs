//! The scheduler with an engine that only sleeps: order, places, ends, failures.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::llm::{Sampling, Token};

/// Writes a token every 2 ms; panics and runs out of memory where the key says so.
struct Slow;

struct Row {
    fairness: String,
    left: usize,
}

impl Engine for Slow {
    type Row = Row;

    fn longest(&self) -> usize {
        100_000
    }

    fn begin(&mut self, request: &Request) -> Result<Row, LlmError> {
        assert_ne!(request.fairness, "begin", "as the test asked");
        Ok(Row { fairness: request.fairness.clone(), left: request.sampling.max_tokens })
    }

    fn fits(&self, rows: &[&Row], more: &Row) -> bool {
        more.fairness != "large" || rows.is_empty()
    }

    fn compute(&mut self, rows: &mut [&mut Row]) -> Result<(), LlmError> {
        thread::sleep(Duration::from_millis(2));
        assert!(rows.iter().all(|row| row.fairness != "panic"), "as the test asked");
        Ok(())
    }

    fn write(&mut self, row: &mut Row, write: &mut dyn FnMut(Piece)) -> Result<Option<Finish>, LlmError> {
        if row.left == 0 {
            return Ok(Some(Finish::Length));
        }
        row.left -= 1;
        write(Piece::Token(Token { text: "x".into(), logprob: None }));
        Ok((row.left == 0).then_some(Finish::Length))
    }
}

fn request(fairness: &str, max_tokens: usize) -> Request {
    Request {
        messages: Vec::new(),
        allowed: None,
        sampling: Sampling { max_tokens, ..Sampling::default() },
        fairness: fairness.into(),
        cancel: CancellationToken::new(),
        deadline: Duration::from_mins(10),
    }
}

fn end(mut pieces: Pieces) -> Result<(usize, Finish), LlmError> {
    let mut tokens = 0;
    while let Some(piece) = pieces.blocking_recv() {
        match piece? {
            Piece::Token(_) => tokens += 1,
            Piece::Part(_) => {}
            Piece::Finish(finish) => return Ok((tokens, finish)),
        }
    }
    panic!("ended without a finish");
}

#[test]
fn a_cancelled_generation_ends_soon_and_frees_its_place() {
    let scheduler = Scheduler::start(Slow, 1, 4).unwrap();
    let long = request("a", 100_000);
    let cancel = long.cancel.clone();
    let pieces = scheduler.submit(long).unwrap();
    let next = scheduler.submit(request("a", 3)).unwrap();
    thread::sleep(Duration::from_millis(20));
    let asked = Instant::now();
    cancel.cancel();
    assert_eq!(end(pieces).unwrap().1, Finish::Cancelled);
    assert_eq!(end(next).unwrap(), (3, Finish::Length));
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

/// Notes who takes part in each step; in the third with both, the first reader leaves.
struct Noting {
    steps: Arc<std::sync::Mutex<Vec<Vec<String>>>>,
    leaves: CancellationToken,
}

impl Engine for Noting {
    type Row = Row;

    fn longest(&self) -> usize {
        100_000
    }

    fn begin(&mut self, request: &Request) -> Result<Row, LlmError> {
        Slow.begin(request)
    }

    fn fits(&self, _: &[&Row], _: &Row) -> bool {
        true
    }

    fn compute(&mut self, rows: &mut [&mut Row]) -> Result<(), LlmError> {
        thread::sleep(Duration::from_millis(1));
        let mut steps = self.steps.lock().unwrap();
        steps.push(rows.iter().map(|row| row.fairness.clone()).collect());
        if steps.iter().filter(|step| step.len() == 2).count() == 3 {
            self.leaves.cancel();
        }
        Ok(())
    }

    fn write(&mut self, row: &mut Row, write: &mut dyn FnMut(Piece)) -> Result<Option<Finish>, LlmError> {
        Slow.write(row, write)
    }
}

#[test]
fn whoever_leaves_is_in_no_further_step_and_the_next_is_in_the_second() {
    let (steps, leaves) = (Arc::default(), CancellationToken::new());
    let scheduler = Scheduler::start(Noting { steps: Arc::clone(&steps), leaves: leaves.clone() }, 2, 4).unwrap();
    let first = scheduler.submit(Request { cancel: leaves, ..request("a", 100_000) }).unwrap();
    let second = scheduler.submit(request("b", 100_000)).unwrap();
    let third = scheduler.submit(request("c", 3)).unwrap();
    assert_eq!((end(first).unwrap().1, end(third).unwrap()), (Finish::Cancelled, (3, Finish::Length)));
    drop((second, scheduler));
    let steps: Vec<String> = steps.lock().unwrap().iter().map(|step| step.join("")).collect();
    let left = steps.iter().rposition(|step| step.contains('a')).unwrap();
    assert_eq!(steps.iter().filter(|step| *step == "ab").count(), 3, "{steps:?}");
    assert!(steps[left + 1..].iter().take(2).any(|step| step == "bc"), "{steps:?}");
}

#[test]
fn a_reader_who_drops_the_pieces_cancels() {
    let scheduler = Scheduler::start(Slow, 1, 4).unwrap();
    drop(scheduler.submit(request("a", 100_000)).unwrap());
    assert_eq!(end(scheduler.submit(request("a", 1)).unwrap()).unwrap(), (1, Finish::Length));
}

#[test]
fn a_deadline_counts_the_wait() {
    let scheduler = Scheduler::start(Slow, 1, 4).unwrap();
    let running = scheduler.submit(request("a", 100_000)).unwrap();
    let mut hurried = request("b", 5);
    hurried.deadline = Duration::from_millis(30);
    // Told while the other is still written, not after it.
    let asked = Instant::now();
    assert_eq!(end(scheduler.submit(hurried).unwrap()).unwrap(), (0, Finish::Deadline));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    drop(running);
    let mut short = request("a", 100_000);
    short.deadline = Duration::from_millis(50);
    let (tokens, finish) = end(scheduler.submit(short).unwrap()).unwrap();
    assert_eq!(finish, Finish::Deadline);
    assert!(tokens <= 25, "{tokens} tokens of 2 ms in 50 ms");
}

#[test]
fn too_many_are_refused() {
    let scheduler = Scheduler::start(Slow, 1, 1).unwrap();
    let _running = scheduler.submit(request("a", 100_000)).unwrap();
    let _waiting = scheduler.submit(request("a", 1)).unwrap();
    assert!(matches!(scheduler.submit(request("a", 1)), Err(LlmError::Overloaded)));
}

#[test]
fn a_panic_ends_one_generation_only() {
    let scheduler = Scheduler::start(Slow, 1, 4).unwrap();
    for _ in 0..2 {
        assert!(matches!(end(scheduler.submit(request("panic", 1)).unwrap()), Err(LlmError::Stopped(_))));
    }
    assert_eq!(end(scheduler.submit(request("a", 2)).unwrap()).unwrap(), (2, Finish::Length));
}

#[test]
fn a_model_that_always_panics_is_taken_out_of_service() {
    let scheduler = Scheduler::start(Slow, 1, 4).unwrap();
    for _ in 0..PATIENCE {
        assert!(end(scheduler.submit(request("panic", 1)).unwrap()).is_err());
    }
    let refused = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(5));
        matches!(scheduler.submit(request("panic", 1)), Err(LlmError::Stopped(_)))
    });
    assert!(refused);
}

#[test]
fn dropping_the_scheduler_ends_what_runs_and_waits() {
    let scheduler = Scheduler::start(Slow, 1, 4).unwrap();
    let running = scheduler.submit(request("a", 100_000)).unwrap();
    let waiting = scheduler.submit(request("a", 1)).unwrap();
    thread::sleep(Duration::from_millis(10));
    drop(scheduler);
    assert_eq!(end(running).unwrap().1, Finish::Cancelled);
    assert!(matches!(end(waiting), Err(LlmError::Stopped(_))));
}

#[test]
fn many_are_written_at_once_and_one_comes_in_when_another_is_done() {
    let scheduler = Scheduler::start(Slow, 3, 8).unwrap();
    let endless: Vec<Pieces> = (0..2).map(|_| scheduler.submit(request("a", 100_000)).unwrap()).collect();
    // Beside two that never end, the third place serves five, one after the other.
    for _ in 0..5 {
        assert_eq!(end(scheduler.submit(request("a", 3)).unwrap()).unwrap(), (3, Finish::Length));
    }
    drop(endless);
}

#[test]
fn schools_take_turns_at_the_places() {
    let scheduler = Scheduler::start(Slow, 1, 8).unwrap();
    let running = scheduler.submit(request("a", 100_000)).unwrap();
    let many: Vec<Pieces> = (0..4).map(|_| scheduler.submit(request("a", 400)).unwrap()).collect();
    let other = scheduler.submit(request("b", 2)).unwrap();
    drop(running);
    assert_eq!(end(other).unwrap().1, Finish::Length);
    // One of the other school's was served before, one may have begun since.
    let unserved = many.into_iter().filter_map(|mut pieces| pieces.try_recv().err()).count();
    assert!(unserved >= 2, "{unserved}");
}

#[test]
fn a_panic_does_not_touch_those_beside_it() {
    let scheduler = Scheduler::start(Slow, 4, 4).unwrap();
    let beside = scheduler.submit(request("a", 30)).unwrap();
    for key in ["panic", "begin"] {
        assert!(matches!(end(scheduler.submit(request(key, 5)).unwrap()), Err(LlmError::Stopped(_))), "{key}");
    }
    assert_eq!(end(beside).unwrap(), (30, Finish::Length));
}

#[test]
fn what_does_not_fit_into_memory_waits() {
    let scheduler = Scheduler::start(Slow, 4, 4).unwrap();
    let running = scheduler.submit(request("a", 100_000)).unwrap();
    let mut large = scheduler.submit(request("large", 2)).unwrap();
    thread::sleep(Duration::from_millis(30));
    assert!(large.try_recv().is_err());
    drop(running);
    assert_eq!(end(large).unwrap(), (2, Finish::Length));
}
