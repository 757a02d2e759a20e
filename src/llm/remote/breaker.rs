//! Leaves a failing server alone: after three failures in a row for 5 s, and twice as long
//! after each further one, up to 5 minutes. Then one request may try; whether it succeeds
//! decides for all.

use std::sync::{Mutex, PoisonError};

use tokio::time::{Duration, Instant};

/// Failures in a row after which the server is left alone.
const PATIENCE: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

#[derive(Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
    probing: bool,
}

#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

/// A request that was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entered {
    /// It is the one that tries after a pause.
    probe: bool,
}

impl Breaker {
    /// Lets a request in, or says how long none is.
    pub(super) fn enter(&self, now: Instant) -> Result<Entered, Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            None => Ok(Entered { probe: false }),
            Some(until) if now < until => Err(until - now),
            Some(_) if state.probing => Err(Duration::ZERO),
            Some(_) => {
                state.probing = true;
                Ok(Entered { probe: true })
            }
        }
    }

    /// How a request ended: well, badly, or nothing can be told.
    pub(super) fn leave(&self, entered: Entered, well: Option<bool>, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entered.probe {
            state.probing = false;
        }
        // Those that were under way when it was opened say nothing new, and do not answer for the
        // one that tries.
        match well.filter(|_| state.until.is_none() || entered.probe) {
            Some(true) => *state = State::default(),
            Some(false) => {
                state.failures += 1;
                if let Some(over) = state.failures.checked_sub(PATIENCE) {
                    let pause = FIRST_PAUSE.saturating_mul(1 << over.min(10)).min(LONGEST_PAUSE);
                    state.until = Some(now + pause);
                    tracing::warn!(
                        failures = state.failures,
                        seconds = pause.as_secs(),
                        "the language model's server fails and is left alone; passages are quoted meanwhile"
                    );
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(breaker: &Breaker, now: Instant) {
        let entered = breaker.enter(now).unwrap();
        breaker.leave(entered, Some(false), now);
    }

    #[test]
    fn three_failures_in_a_row_open_it_and_one_success_closes_it() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        fails(&breaker, start);
        fails(&breaker, start);
        breaker.leave(breaker.enter(start).unwrap(), Some(true), start);
        (0..3).for_each(|_| fails(&breaker, start));
        assert_eq!(breaker.enter(start + Duration::from_secs(4)), Err(Duration::from_secs(1)));
        let later = start + Duration::from_secs(5);
        let probe = breaker.enter(later).unwrap();
        assert_eq!(breaker.enter(later), Err(Duration::ZERO), "one tries, the others wait");
        breaker.leave(probe, Some(false), later);
        assert_eq!(breaker.enter(later), Err(Duration::from_secs(10)));
        let again = later + Duration::from_secs(10);
        let probe = breaker.enter(again).unwrap();
        // The reader left: somebody else may try.
        breaker.leave(probe, None, again);
        let probe = breaker.enter(again).unwrap();
        breaker.leave(probe, Some(true), again);
        assert!(breaker.enter(again).is_ok() && breaker.enter(again).is_ok());
    }

    #[test]
    fn those_under_way_when_it_opens_do_not_make_the_pause_longer() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        let under_way: Vec<Entered> = (0..8).map(|_| breaker.enter(start).unwrap()).collect();
        for entered in &under_way {
            breaker.leave(*entered, Some(false), start);
        }
        assert_eq!(breaker.enter(start), Err(FIRST_PAUSE));
        let late = breaker.enter(start + FIRST_PAUSE).unwrap();
        breaker.leave(under_way[0], Some(true), start + FIRST_PAUSE);
        assert!(breaker.enter(start + FIRST_PAUSE).is_err(), "one tries, whatever an old one says");
        breaker.leave(late, Some(true), start + FIRST_PAUSE);
        assert!(breaker.enter(start + FIRST_PAUSE).is_ok());
    }

    #[test]
    fn a_pause_has_an_end() {
        let (breaker, mut now) = (Breaker::default(), Instant::now());
        for _ in 0..60 {
            if let Err(left) = breaker.enter(now) {
                assert!(left <= LONGEST_PAUSE);
                now += left;
            }
            fails(&breaker, now);
        }
        assert_eq!(breaker.enter(now), Err(LONGEST_PAUSE));
    }
}
