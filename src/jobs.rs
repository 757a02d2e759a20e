//! Timers only: when to call what support offers.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::support::Support;

/// Between two runs of retention.
const RETENTION: Duration = Duration::from_hours(1);
/// Between two sweeps of what is held in memory.
const SWEEP: Duration = Duration::from_mins(1);

/// Runs until `stop`; returns when the work under way is done.
pub async fn run(support: Arc<Support>, stop: CancellationToken) {
    let mut retention = tokio::time::interval(RETENTION);
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = sweep.tick() => support.chats.sweep(),
            _ = retention.tick() => {
                if let Err(error) = support.retain().await {
                    tracing::error!(error = %error, "retention failed; it is tried again in an hour");
                }
            }
        }
    }
}
