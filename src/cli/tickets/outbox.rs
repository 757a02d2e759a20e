//! `tickets outbox` and `tickets retry`: reports that wait for the helpdesk's own system, and
//! those that were given up.

use clap::Args;
use jiff::{Timestamp, Unit};

use super::reports;
use crate::{
    cli::output,
    config::Config,
    store::{OutboxState, Waiting},
};

#[derive(Debug, Args)]
pub(super) struct Outbox {
    /// Most that are listed.
    #[arg(long, default_value_t = 1_000)]
    limit: u32,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Retry {
    number: String,
    /// Name of the system to send it to, where another may have it: nothing is looked up there then.
    #[arg(long, value_name = "TARGET")]
    to: Option<String>,
    #[arg(long)]
    json: bool,
}

pub(super) async fn list(config: &Config, command: Outbox) -> anyhow::Result<()> {
    let store = reports::store(config).await?;
    let waiting = store.outbox_waiting(command.limit).await?;
    let targets = store.outbox_targets().await?;
    store.close().await;
    if command.json {
        let targets: Vec<_> = targets
            .iter()
            .map(|one| {
                serde_json::json!({
                    "target": one.target, "pending": one.pending, "sent": one.sent, "failed": one.failed,
                    "updates": one.updates, "updates_failed": one.updates_failed, "oldest": one.oldest, "arrived": one.arrived,
                })
            })
            .collect();
        return output::json(&serde_json::json!({ "targets": targets, "waiting": waiting }));
    }
    let now = crate::cli::now();
    for one in &waiting {
        output::line(&line(one, now))?;
    }
    if waiting.is_empty() {
        output::line("nothing waits for the helpdesk's system")?;
    }
    Ok(())
}

fn line(one: &Waiting, now: Timestamp) -> String {
    let minutes = now.since((Unit::Minute, one.since)).map_or(0, |span| span.get_minutes());
    let what = match one.state {
        OutboxState::Failed => "given up".to_owned(),
        OutboxState::Sent if one.updates_failed > 0 => {
            format!("{} updates wait, {} given up", one.updates, one.updates_failed)
        }
        OutboxState::Sent => format!("{} updates wait", one.updates),
        OutboxState::Pending | OutboxState::Local => format!("waits {minutes} min, {} attempts", one.attempts),
    };
    let target = one.target.as_deref().unwrap_or("-");
    let fault = one.fault.as_deref().map(|fault| format!("; last: {fault}")).unwrap_or_default();
    let doubt = match one.doubtful_at.as_slice() {
        [] => String::new(),
        at => format!("; may be at {} already, looked up first", at.join(", ")),
    };
    format!("{}  {target:<8} {what}{fault}{doubt}", one.number)
}

pub(super) async fn retry(config: &Config, command: Retry) -> anyhow::Result<()> {
    let store = reports::store(config).await?;
    let number = command.number.trim().to_uppercase();
    let again = store.outbox_again(&number, command.to.as_deref(), crate::cli::now()).await?;
    let state = store.outbox_of(&number).await?;
    store.close().await;
    if !again {
        anyhow::bail!(match state {
            None => format!("there is no report {number}\nhint: `schullotse tickets outbox` lists what waits"),
            Some(entry) if entry.state == OutboxState::Sent => format!("{number} has arrived already"),
            Some(entry) if entry.state == OutboxState::Local =>
                format!("{number} stays here: it was filed without a helpdesk's system"),
            Some(entry) if entry.payload.is_none() => format!("{number} is past its time; nothing is left to send"),
            Some(_) => format!("{number} is being sent at this moment\nhint: try again in a few minutes"),
        });
    }
    if command.json {
        return output::json(&serde_json::json!({ "number": number, "state": "pending" }));
    }
    output::line(&format!("{number} is sent again; a running server does it within seconds"))
}
