//! How long to wait before the next try: of one report, and of a system that fails (a circuit
//! breaker). Pure; the caller brings the time and the jitter.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Before the second try of a report; doubled with each further one.
const FIRST: Duration = Duration::from_secs(10);
/// No report waits longer for its next try.
pub(super) const LONGEST: Duration = Duration::from_mins(15);
/// A system is asked by one report alone after this, doubled with each further failure …
const PROBE: Duration = Duration::from_secs(5);
/// … up to this.
const RAREST: Duration = Duration::from_mins(1);
/// So many faults one after the other open the breaker.
const FAULTS: u32 = 3;

/// The pause after so many faults one after the other (from 1): 10 s · 2ⁿ up to 15 minutes, of which
/// `jitter` (0 to 1) takes away up to a quarter, so that not all come back at once. What the
/// other side asks for counts where it is longer, up to the same limit.
#[must_use]
pub fn backoff(faults: i64, jitter: f64, asked: Option<Duration>) -> Duration {
    let doubled = u32::try_from(faults.clamp(1, 20) - 1).unwrap_or(0);
    let pause = (FIRST * 2_u32.pow(doubled.min(10))).min(LONGEST);
    shortened(pause, jitter).max(asked.unwrap_or_default()).min(LONGEST)
}

fn shortened(pause: Duration, jitter: f64) -> Duration {
    pause.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 4.0)
}

/// Whether a system is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// It is; so many faults came one after the other.
    Closed { faults: u32 },
    /// It is left alone until then, and failed so many times since it last answered.
    Open { until: Timestamp, times: u32 },
}

/// What may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    All,
    /// One, to see.
    One,
    Nothing {
        until: Timestamp,
    },
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { faults: 0 }
    }
}

impl Breaker {
    /// What may be sent at `now`. A clock that was set back keeps nobody away for longer.
    #[must_use]
    pub fn admits(self, now: Timestamp) -> Admission {
        match self {
            Self::Closed { .. } => Admission::All,
            Self::Open { until, .. } if until <= now || until.duration_since(now) > 2 * signed(RAREST) => {
                Admission::One
            }
            Self::Open { until, .. } => Admission::Nothing { until },
        }
    }

    /// It answered; whether it had been left alone.
    pub fn answered(&mut self) -> bool {
        let opened = matches!(self, Self::Open { .. });
        *self = Self::default();
        opened
    }

    /// It failed. `certain`: it will fail for the next one, too (login refused). Whether it is
    /// left alone from now on, and was not before.
    pub fn failed(&mut self, certain: bool, now: Timestamp, jitter: f64) -> bool {
        let open = |times: u32| {
            let pause = shortened((PROBE * 2_u32.pow(times.min(8))).min(RAREST), jitter);
            Self::Open { until: now.saturating_add(signed(pause)).unwrap_or(Timestamp::MAX), times: times + 1 }
        };
        match *self {
            Self::Closed { faults } if faults + 1 < FAULTS && !certain => {
                *self = Self::Closed { faults: faults + 1 };
                false
            }
            Self::Closed { .. } => {
                *self = open(0);
                true
            }
            // Others that were under way fail with the first: that is one failure.
            Self::Open { until, .. } if until > now && until.duration_since(now) <= 2 * signed(RAREST) => false,
            Self::Open { times, .. } => {
                *self = open(times);
                false
            }
        }
    }

    /// `closed`, `open` or `half-open`.
    #[must_use]
    pub fn name(self, now: Timestamp) -> &'static str {
        match self.admits(now) {
            Admission::All => "closed",
            Admission::One => "half-open",
            Admission::Nothing { .. } => "open",
        }
    }
}

pub(super) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_334_400 + seconds).unwrap()
    }

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = (1..=9).map(|attempt| backoff(attempt, 0.0, None).as_secs()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(backoff(1, 1.0, None), Duration::from_millis(7_500));
        assert_eq!(backoff(1, 0.5, Some(Duration::from_mins(1))).as_secs(), 60);
        assert_eq!(backoff(1, 0.5, Some(Duration::from_hours(5))), LONGEST);
    }

    #[test]
    fn three_faults_open_it_and_one_answer_closes_it() {
        let mut breaker = Breaker::default();
        assert!(!breaker.failed(false, at(0), 0.0));
        assert!(!breaker.failed(false, at(1), 0.0));
        assert_eq!(breaker.admits(at(1)), Admission::All);
        assert!(breaker.failed(false, at(2), 0.0));
        assert_eq!(breaker.admits(at(2)), Admission::Nothing { until: at(7) });
        assert!(!breaker.failed(false, at(3), 0.0), "what was under way fails with it");
        assert_eq!((breaker.admits(at(7)), breaker.name(at(7))), (Admission::One, "half-open"));
        assert!(!breaker.failed(false, at(8), 0.0));
        assert_eq!(breaker.admits(at(8)), Admission::Nothing { until: at(18) });
        assert!(breaker.answered());
        assert!(!breaker.answered());
        assert!(breaker.failed(true, at(20), 0.0), "a refused login needs no second try");
    }

    proptest! {
        #[test]
        fn it_is_never_left_alone_for_longer_than_a_minute(
            steps in proptest::collection::vec((any::<bool>(), any::<bool>(), -200_i64..200, 0.0..1.0_f64), 1..60)
        ) {
            let (mut breaker, mut now) = (Breaker::default(), at(0));
            for (answers, certain, seconds, jitter) in steps {
                now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
                if answers { breaker.answered(); } else { breaker.failed(certain, now, jitter); }
                // Whatever the clock did: after two minutes at most somebody looks again.
                let later = now.checked_add(SignedDuration::from_secs(121)).unwrap();
                let asleep = matches!(breaker.admits(later), Admission::Nothing { .. });
                prop_assert!(!asleep);
            }
        }

        #[test]
        fn no_pause_is_longer_than_the_limit(attempt in any::<i64>(), jitter in any::<f64>(), asked in any::<Option<u32>>()) {
            let pause = backoff(attempt, jitter, asked.map(|seconds| Duration::from_secs(seconds.into())));
            prop_assert!(pause <= LONGEST && pause >= FIRST.mul_f64(0.75));
        }
    }
}
