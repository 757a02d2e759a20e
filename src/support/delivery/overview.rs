//! How delivering stands, for `doctor`, `/readyz` and `/metrics`: counts, times and states by
//! system, and its last fault in the connector's words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Delivery, Line, lock};
use crate::{
    helpdesk::Fault,
    store::{StoreError, TargetCounts},
};

/// Most characters of a fault's words.
const WORDS: usize = 300;

/// The last fault of a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// `doubtful`, `unavailable`, `refused`.
    pub kind: String,
    pub why: String,
    pub at: Timestamp,
}

/// How one system stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetState {
    pub target: String,
    /// Reports that wait, have arrived, were given up; updates that wait.
    pub pending: u64,
    pub sent: u64,
    pub failed: u64,
    pub updates: u64,
    /// Updates that were given up.
    #[serde(default)]
    pub updates_failed: u64,
    /// Seconds that the oldest of them has waited.
    pub oldest_seconds: Option<i64>,
    /// When something last arrived.
    pub arrived: Option<Timestamp>,
    /// `closed` (in use), `open` (left alone), `half-open` (tried with one report); `gone` for
    /// one that is no longer configured.
    pub breaker: String,
    pub trouble: Option<Trouble>,
}

impl Line {
    pub(super) fn note(&self, kind: &'static str, fault: &Fault, at: Timestamp) {
        let why = fault.to_string().chars().take(WORDS).collect();
        *lock(&self.trouble) = Some(Trouble { kind: kind.to_owned(), why, at });
    }
}

impl Delivery {
    /// All systems that are configured, and those of before for which something still waits.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn states(&self) -> Result<Vec<TargetState>, StoreError> {
        let now = self.now();
        let mut counts = self.store.outbox_targets().await?;
        let mut states = Vec::new();
        for line in &self.lines {
            let name = &line.target.name;
            let at = counts.iter().position(|counts| counts.target == *name);
            let found = at.map_or_else(
                || TargetCounts { target: name.clone(), ..TargetCounts::default() },
                |at| counts.remove(at),
            );
            let breaker = line.breaker().name(now).to_owned();
            states.push(state(found, breaker, lock(&line.trouble).clone(), now));
        }
        let gone = counts
            .into_iter()
            .filter(|counts| counts.pending + counts.failed + counts.updates + counts.updates_failed > 0);
        states.extend(gone.map(|counts| state(counts, "gone".into(), None, now)));
        Ok(states)
    }

    /// Sets the figures of `/metrics`.
    ///
    /// # Errors
    /// What the database reports.
    #[expect(clippy::cast_precision_loss, reason = "counts and seconds far below 2^52")]
    pub async fn measure(&self) -> Result<(), StoreError> {
        for state in self.states().await? {
            let target = state.target.clone();
            let rows = [
                ("pending", state.pending),
                ("sent", state.sent),
                ("failed", state.failed),
                ("updates", state.updates),
                ("updates_failed", state.updates_failed),
            ];
            for (name, count) in rows {
                metrics::gauge!("schullotse_outbox", "target" => target.clone(), "state" => name).set(count as f64);
            }
            metrics::gauge!("schullotse_outbox_oldest_seconds", "target" => target.clone())
                .set(state.oldest_seconds.unwrap_or(0) as f64);
            let breaker = match state.breaker.as_str() {
                "closed" => 0.0,
                "half-open" => 1.0,
                _ => 2.0,
            };
            metrics::gauge!("schullotse_delivery_breaker", "target" => target.clone()).set(breaker);
            if let Some(at) = state.arrived {
                metrics::gauge!("schullotse_delivery_last_success_timestamp_seconds", "target" => target)
                    .set(at.as_second() as f64);
            }
        }
        Ok(())
    }
}

fn state(counts: TargetCounts, breaker: String, trouble: Option<Trouble>, now: Timestamp) -> TargetState {
    TargetState {
        target: counts.target,
        pending: counts.pending,
        sent: counts.sent,
        failed: counts.failed,
        updates: counts.updates,
        updates_failed: counts.updates_failed,
        oldest_seconds: counts.oldest.map(|at| now.duration_since(at).as_secs().max(0)),
        arrived: counts.arrived,
        breaker,
        trouble,
    }
}
