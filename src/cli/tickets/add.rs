//! `tickets add`: what was missing in a report, from a contact person or a campus manager.

use std::sync::Arc;

use clap::Args;

use super::reports;
use crate::{
    app::Parts,
    cli::output,
    config::Config,
    domain::ticket::Ticket,
    support::{
        delivery::Wake,
        directory::Schools,
        escalate::{Desk, Supplement},
        ids::Ids,
        library,
        redact::Redactor,
    },
};

#[derive(Debug, Args)]
pub(super) struct Add {
    number: String,
    /// The room's code or name.
    #[arg(long)]
    room: Option<String>,
    #[arg(long)]
    model: Option<String>,
    #[arg(long)]
    serial: Option<String>,
    #[arg(long)]
    inventory: Option<String>,
    /// Whom to call back; kept apart, and only where nobody is named yet.
    #[arg(long)]
    contact: Option<String>,
    /// Kept with the report, masked, until persons leave it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Config, add: Add) -> anyhow::Result<()> {
    let more = Supplement {
        room: add.room,
        model: add.model,
        serial: add.serial,
        inventory: add.inventory,
        contact: add.contact,
        note: add.note,
        ..Supplement::default()
    };
    anyhow::ensure!(
        more != Supplement::default(),
        "nothing is to be added\nhint: give --room, --model, --serial, --inventory, --contact or --note"
    );
    let store = reports::store(config).await?;
    let parts = Parts::real()?;
    let desk = Desk {
        schools: Schools::load(&store).await?,
        redactor: Arc::new(Redactor::new(&library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?)),
        ids: Arc::new(Ids::new(parts.rng, Arc::clone(&parts.clock))),
        clock: parts.clock,
        config: config.support.clone(),
        store: store.clone(),
        // The report has its target; a running server sees within seconds that something follows.
        target: None,
        wake: Wake::default(),
    };
    let changed = desk.supplement(&add.number, more).await?;
    store.close().await;
    let ticket = changed.ok_or_else(|| {
        anyhow::anyhow!("there is no report {}\nhint: `schullotse tickets list` shows all", add.number)
    })?;
    if add.json { output::json(&ticket) } else { output::line(&said(&ticket)) }
}

fn said(ticket: &Ticket) -> String {
    if ticket.missing.is_empty() {
        return format!("{}: nothing is missing", ticket.number);
    }
    format!("{}: still missing: {}", ticket.number, ticket.missing.join(", "))
}
