//! `tickets open|wait|reopen|done|ordered|handed-over|no-access|confirm`: what staff do
//! with a report, and `tickets close`, an older name of `done`.

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::reports;
use crate::{
    cli::{output, running},
    config::Config,
    domain::{routing::Level, ticket::Ticket},
    support::{
        directory::Schools,
        library,
        life::{Action, Life},
        redact::Redactor,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Work {
    /// Somebody works on it; after waiting, the clock of its promised times goes on.
    Open(One),
    /// It waits for an answer from outside; the clock stands.
    Wait(One),
    /// A solved one came back.
    Reopen(One),
    /// It is solved, and with it what was joined to it.
    Done(One),
    /// Mark one as solved (as `done`).
    Close(One),
    /// A part is on its way; it waits, and the clock stands.
    Ordered(One),
    /// Somebody else takes care of it.
    HandedOver {
        number: String,
        /// school, campus-manager, helpdesk, building-services or manufacturer.
        to: String,
        #[command(flatten)]
        more: More,
    },
    /// The room was locked or in use: it stays open for the next visit.
    NoAccess(One),
    /// The sooner visit that was proposed takes place; its reporter is told.
    Confirm {
        number: String,
        /// Another day than the proposed one, YYYY-MM-DD.
        #[arg(long)]
        day: Option<Date>,
        #[command(flatten)]
        more: More,
    },
}

#[derive(Debug, Args)]
pub(super) struct One {
    number: String,
    #[command(flatten)]
    more: More,
}

#[derive(Debug, Args)]
pub(super) struct More {
    /// Kept with the report, masked, until persons leave it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Config, work: Work) -> anyhow::Result<()> {
    let (action, One { number, more }) = match work {
        Work::Open(one) => (Action::Open, one),
        Work::Wait(one) => (Action::Wait, one),
        Work::Reopen(one) => (Action::Reopen, one),
        Work::Done(one) | Work::Close(one) => (Action::Done, one),
        Work::Ordered(one) => (Action::Ordered, one),
        Work::NoAccess(one) => (Action::NoAccess, one),
        Work::Confirm { number, day, more } => (Action::Confirm(day), One { number, more }),
        Work::HandedOver { number, to, more } => {
            let names = Level::ALL.map(Level::name).join(", ");
            let level = Level::from_name(&to)
                .ok_or_else(|| anyhow::anyhow!("there is no level {to:?}\nhint: it is one of {names}"))?;
            (Action::HandedOver(level), One { number, more })
        }
    };
    let store = reports::store(config).await?;
    let schools = Schools::load(&store).await?;
    let redactor = Redactor::new(&library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?);
    let life = Life { store: &store, schools: &schools, redactor: &redactor };
    let changed = life.act(&number, action, more.note.as_deref(), crate::cli::now()).await?;
    store.close().await;
    // Whoever has the chat open reads it at once; without a server she reads it when she comes back.
    let chats: Vec<&String> = changed.iter().filter_map(|ticket| ticket.conversation.as_ref()).collect();
    if !chats.is_empty() {
        let order = serde_json::json!({ "conversations": chats });
        if let Err(error) = running::tell::<serde_json::Value>(config, "chats", &order).await {
            tracing::debug!("no server was told: {error:#}");
        }
    }
    let Some((ticket, joined)) = changed.split_first() else { return Ok(()) };
    if more.json {
        return output::json(ticket);
    }
    output::line(&said(ticket))?;
    for ticket in joined {
        output::line(&format!("{}, which went with it", said(ticket)))?;
    }
    Ok(())
}

fn said(ticket: &Ticket) -> String {
    let visit = ticket.routing.visit().filter(|_| ticket.state.is_running());
    let which = if ticket.routing.confirmed { "visit confirmed for" } else { "next visit" };
    let visit = visit.map(|day| format!("; {which} {day}")).unwrap_or_default();
    format!("{} is {}{visit}", ticket.number, ticket.state.name())
}
