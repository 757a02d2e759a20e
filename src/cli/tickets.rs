//! `tickets`: reports for staff, until there are pages.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::output;
use crate::{
    config::Config,
    domain::ticket::{Ticket, TicketState},
    store::{Store, TicketFilter},
};

#[derive(Debug, Args)]
pub(super) struct Tickets {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The newest first.
    List {
        /// new, open, waiting, solved or reopened.
        #[arg(long)]
        state: Option<String>,
        /// Id of a school.
        #[arg(long)]
        school: Option<String>,
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[arg(long)]
        json: bool,
    },
    /// Everything about one.
    Show {
        number: String,
        #[arg(long)]
        json: bool,
    },
    /// Mark one as solved.
    Close {
        number: String,
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: Tickets, config: Config) -> anyhow::Result<ExitCode> {
    let path = config.data.0.join("schullotse.db");
    anyhow::ensure!(
        path.is_file(),
        "there is no database in {}\nhint: start `schullotse serve` first, or name the folder with --data",
        config.data.0.display()
    );
    let store = Store::open(&path).await?;
    match command.what {
        What::List { state, school, limit, json } => list(&store, state, school, limit, json).await?,
        What::Show { number, json } => {
            let (ticket, _) = store.ticket(&spelled(&number)).await?.with_context(|| unknown(&number))?;
            if json { output::json(&ticket)? } else { output::line(&describe(&ticket)?)? }
        }
        What::Close { number, json } => {
            let ticket = store
                .ticket_state(&spelled(&number), TicketState::Solved, super::now())
                .await?
                .with_context(|| unknown(&number))?;
            if json { output::json(&ticket)? } else { output::line(&format!("{} is solved", ticket.number))? }
        }
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn list(
    store: &Store,
    state: Option<String>,
    school: Option<String>,
    limit: u32,
    json: bool,
) -> anyhow::Result<()> {
    let state = match state {
        Some(name) => Some(
            TicketState::from_name(&name)
                .with_context(|| format!("there is no state {name:?}\nhint: new, open, waiting, solved or reopened"))?,
        ),
        None => None,
    };
    let tickets = store.tickets(&TicketFilter { state, school }, limit).await?;
    if json {
        return output::json(&serde_json::json!({ "tickets": tickets }));
    }
    for ticket in &tickets {
        let place =
            [ticket.school.as_deref(), ticket.room.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" / ");
        let first = ticket.symptom.lines().next().unwrap_or_default();
        output::line(&format!(
            "{}  {:<8} {:?}  {}  {place}  {first}",
            ticket.number,
            ticket.state.name(),
            ticket.priority,
            ticket.created
        ))?;
    }
    if tickets.is_empty() {
        output::line("no reports")?;
    }
    Ok(())
}

/// A ticket to be read on a terminal.
fn describe(ticket: &Ticket) -> anyhow::Result<String> {
    Ok(toml::to_string(&serde_json::from_str::<toml::Value>(
        &strip_nulls(&serde_json::to_value(ticket)?).to_string(),
    )?)?
    .trim_end()
    .to_owned())
}

fn strip_nulls(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), strip_nulls(value)))
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(strip_nulls).collect(),
        other => other.clone(),
    }
}

fn spelled(number: &str) -> String {
    number.trim().to_uppercase()
}

fn unknown(number: &str) -> String {
    format!("there is no report {number}\nhint: `schullotse tickets list` shows all")
}
