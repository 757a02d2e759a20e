//! Timers only: when to call what support offers.

use std::{sync::Arc, time::Duration};

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::support::{Support, learning::learn};

/// Between two runs of retention.
const RETENTION: Duration = Duration::from_hours(1);
/// Between two sweeps of what is held in memory, and two looks at promised times.
const SWEEP: Duration = Duration::from_mins(1);

/// Between two looks for a directory or outages that were entered beside this server.
const DIRECTORY: Duration = Duration::from_secs(5);

/// Between two looks for what was solved in the helpdesk's systems.
const LEARNING: Duration = Duration::from_mins(10);

/// Runs until `stop`; returns when the work under way is done.
pub async fn run(support: Arc<Support>, stop: CancellationToken) {
    tokio::join!(
        timers(&support, &stop),
        support.library.watch(&stop),
        directory(&support, &stop),
        support.delivery.run(&stop),
        learning(&support, &stop),
    );
}

/// What the helpdesk's systems solved becomes drafts; a system that does not answer is asked again next time.
async fn learning(support: &Support, stop: &CancellationToken) {
    let mut look = tokio::time::interval(LEARNING);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let learnt = async {
            look.tick().await;
            learn(support).await
        };
        tokio::select! {
            () = stop.cancelled() => return,
            learnt = learnt => if let Err(error) = learnt {
                tracing::warn!(error = %format!("{error:#}"), "what the helpdesk solved cannot be fetched yet");
            },
        }
    }
}

/// Apart from the other timers: taking a directory up may take long.
async fn directory(support: &Support, stop: &CancellationToken) {
    let mut look = tokio::time::interval(DIRECTORY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let noticed = async {
            look.tick().await;
            support.notice_directory().await?;
            anyhow::Ok(support.notice_outages().await?)
        };
        // What is cut off here is completed by the next start.
        tokio::select! {
            () = stop.cancelled() => return,
            noticed = noticed => if let Err(error) = noticed {
                tracing::error!(error = %format!("{error:#}"), "what was entered beside this server cannot be taken up");
            },
        }
    }
}

async fn timers(support: &Support, stop: &CancellationToken) {
    let mut retention = tokio::time::interval(RETENTION);
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = sweep.tick() => {
                support.chats.sweep();
                if let Err(error) = support.look_at_promises().await {
                    tracing::error!(error = %error, "promised times were not looked at; they are in a minute");
                }
            }
            _ = retention.tick() => {
                if let Err(error) = support.retain().await {
                    tracing::error!(error = %error, "retention failed; it is tried again in an hour");
                }
            }
        }
    }
}
