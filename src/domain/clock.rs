//! Time comes in through the composition root, so that tests are exact.

use std::{
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};

/// The present moment. Nothing else in the product asks the system for it.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;

    /// Time that has passed since some moment of this process: no clock that is set moves it.
    fn steady(&self) -> Duration;

    /// Now, on the wall clock of the schools.
    fn local(&self) -> Zoned {
        self.now().to_zoned(berlin())
    }
}

/// The time zone of every school served. UTC where the machine has no time zone database.
#[must_use]
pub fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Duration {
        static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGUN.elapsed()
    }
}

/// A clock that stands until it is moved: for tests and simulations.
#[derive(Debug)]
pub struct ManualClock(Mutex<(Timestamp, Duration)>);

impl ManualClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self(Mutex::new((at, Duration::ZERO)))
    }

    /// Time passes; a negative duration sets the clock back.
    pub fn advance(&self, by: SignedDuration) {
        self.set_by(by);
        self.lock().1 += Duration::try_from(by).unwrap_or_default();
    }

    /// Somebody sets the clock; no time passes.
    pub fn set_by(&self, by: SignedDuration) {
        let mut both = self.lock();
        both.0 = both.0.saturating_add(by).unwrap_or(both.0);
    }

    fn lock(&self) -> MutexGuard<'_, (Timestamp, Duration)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().0
    }

    fn steady(&self) -> Duration {
        self.lock().1
    }
}
