//! The way in through a code on a wall, and the allowance of wrong codes: one for all,
//! for behind a school's one address callers cannot be told apart.

use std::{
    num::NonZeroU32,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use crate::store::RoomEntry;

/// Wrong codes a minute, and how many at once. With 31^8 codes and 5,000 rooms a guesser
/// who uses all of it finds a room in five years on average.
const A_MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();
const AT_ONCE: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// What a code opens.
#[derive(Clone, Debug, PartialEq)]
pub enum Door {
    Room(RoomEntry),
    /// It did, until it was renewed.
    Stopped,
    Unknown,
    /// Too many wrong codes were tried; for so many seconds no code opens anything.
    Closed {
        seconds: u64,
    },
}

/// Counts wrong codes.
pub(super) struct WrongCodes {
    limiter: DefaultDirectRateLimiter,
    closed_until: RwLock<Option<Instant>>,
}

impl Default for WrongCodes {
    fn default() -> Self {
        let quota = Quota::per_minute(A_MINUTE).allow_burst(AT_ONCE);
        Self { limiter: RateLimiter::direct(quota), closed_until: RwLock::default() }
    }
}

impl WrongCodes {
    /// Seconds until codes are taken again; `None` where they are.
    pub(super) fn closed(&self) -> Option<u64> {
        let until = (*self.closed_until.read().unwrap_or_else(PoisonError::into_inner))?;
        let left = until.saturating_duration_since(Instant::now());
        (left > Duration::ZERO).then(|| left.as_secs().max(1))
    }

    /// Counts one more.
    pub(super) fn count(&self) {
        if let Err(not_until) = self.limiter.check() {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            *self.closed_until.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wait);
        }
    }
}
