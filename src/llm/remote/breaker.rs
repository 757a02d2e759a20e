//! Leaves a failing server alone: after three failures in a row for 5 s, and twice as long
//! after each further one, up to 5 minutes. Then one request may try; whether it succeeds
//! decides for all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

#[derive(Clone, Default)]
pub(super) struct Breaker(Arc<Mutex<State>>);

/// A request that was let in. Dropped without a word, it tells nothing; one that tried for all
/// then leaves that to the next.
pub(super) struct Entered {
    breaker: Breaker,
    /// It is the one that tries after a pause.
    probe: bool,
}

impl Breaker {
    /// Lets a request in, or says how long none is.
    pub(super) fn enter(&self, now: Instant) -> Result<Entered, Duration> {
        let mut state = self.state();
        let probe = match state.until {
            None => false,
            Some(until) if now < until => return Err(until - now),
            Some(_) if state.probing => return Err(Duration::ZERO),
            Some(_) => true,
        };
        state.probing = probe;
        Ok(Entered { breaker: self.clone(), probe })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entered {
    /// The request ended, well or badly.
    pub(super) fn leave(self, well: bool, now: Instant) {
        let mut state = self.breaker.state();
        // Those that were under way when it was opened say nothing new, and do not answer for the
        // one that tries.
        if state.until.is_some() && !self.probe {
            return;
        }
        if well {
            *state = State::default();
            return;
        }
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
}

impl Drop for Entered {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.state().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(breaker: &Breaker, now: Instant) {
        let entered = breaker.enter(now).unwrap();
        entered.leave(false, now);
    }

    /// How long nobody is let in, where nobody is.
    fn refused(breaker: &Breaker, now: Instant) -> Option<Duration> {
        breaker.enter(now).err()
    }

    #[test]
    fn three_failures_in_a_row_open_it_and_one_success_closes_it() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        fails(&breaker, start);
        fails(&breaker, start);
        breaker.enter(start).unwrap().leave(true, start);
        (0..3).for_each(|_| fails(&breaker, start));
        assert_eq!(refused(&breaker, start + Duration::from_secs(4)), Some(Duration::from_secs(1)));
        let later = start + Duration::from_secs(5);
        let probe = breaker.enter(later).unwrap();
        assert_eq!(refused(&breaker, later), Some(Duration::ZERO), "one tries, the others wait");
        probe.leave(false, later);
        assert_eq!(refused(&breaker, later), Some(Duration::from_secs(10)));
        let again = later + Duration::from_secs(10);
        let probe = breaker.enter(again).unwrap();
        // The reader left, or a fault took the task away: somebody else may try.
        drop(probe);
        let probe = breaker.enter(again).unwrap();
        probe.leave(true, again);
        assert!(breaker.enter(again).is_ok() && breaker.enter(again).is_ok());
    }

    #[test]
    fn those_under_way_when_it_opens_do_not_make_the_pause_longer() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        let mut under_way: Vec<Entered> = (0..9).map(|_| breaker.enter(start).unwrap()).collect();
        let last = under_way.pop().unwrap();
        for entered in under_way {
            entered.leave(false, start);
        }
        assert_eq!(refused(&breaker, start), Some(FIRST_PAUSE));
        let late = breaker.enter(start + FIRST_PAUSE).unwrap();
        last.leave(true, start + FIRST_PAUSE);
        assert!(breaker.enter(start + FIRST_PAUSE).is_err(), "one tries, whatever an old one says");
        late.leave(true, start + FIRST_PAUSE);
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
        assert_eq!(refused(&breaker, now), Some(LONGEST_PAUSE));
    }
}
