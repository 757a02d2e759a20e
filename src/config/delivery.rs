//! `[delivery]`: how reports get to the helpdesk's own systems, and how often those are asked
//! for news. Which systems there are stands in `[helpdesk]`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `[delivery]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryConfig {
    /// Minutes that a report waits for a system that takes nothing, before the other one is tried.
    pub take_over_minutes: u32,
    /// Minutes that a report may wait before it is an alarm.
    pub alarm_minutes: u32,
    /// Seconds between two looks for what staff did there.
    pub poll_seconds: u32,
    /// Longest wait for one answer of a system, seconds; then it counts as doubtful.
    pub timeout_seconds: u32,
    /// Seconds for which a server has a report to itself; at least three times the time-out.
    pub lease_seconds: u32,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self { take_over_minutes: 30, alarm_minutes: 15, poll_seconds: 20, timeout_seconds: 60, lease_seconds: 300 }
    }
}

impl DeliveryConfig {
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.into())
    }

    #[must_use]
    pub fn poll(&self) -> Duration {
        Duration::from_secs(self.poll_seconds.into())
    }

    /// What is wrong with the values: key, and why.
    ///
    /// # Errors
    /// A time of 0, or a lease that a slow answer would outlast.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let positive = [
            ("delivery.take_over_minutes", self.take_over_minutes),
            ("delivery.alarm_minutes", self.alarm_minutes),
            ("delivery.poll_seconds", self.poll_seconds),
            ("delivery.timeout_seconds", self.timeout_seconds),
        ];
        if let Some((key, _)) = positive.into_iter().find(|(_, value)| *value == 0) {
            return Err((key, "0 is not allowed".into()));
        }
        // A look, a sending and what follows have to end within it.
        if self.lease_seconds / 3 < self.timeout_seconds {
            return Err((
                "delivery.lease_seconds",
                format!("{} is less than three times delivery.timeout_seconds", self.lease_seconds),
            ));
        }
        Ok(())
    }
}
