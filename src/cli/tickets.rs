//! `tickets`: reports for staff, and past tickets of another helpdesk that become
//! knowledge once somebody has looked at them.

mod add;
pub(super) mod cases;
mod outbox;
mod reports;
mod show;
mod work;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

pub(super) use reports::store;

use crate::{config::Config, ingest::tickets::Mapping};

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
    /// Add what was missing: room, numbers, whom to call back.
    Add(add::Add),
    /// What waits for the helpdesk's own system, and what was given up.
    Outbox(outbox::Outbox),
    /// Send a report again that was given up, or that waits.
    Retry(outbox::Retry),
    #[command(flatten)]
    Work(work::Work),
    /// Past tickets of another helpdesk: mask them, show examples, hold them back.
    Import(Import),
    /// All imported batches of past tickets.
    Batches {
        #[arg(long)]
        json: bool,
    },
    /// Read the masked tickets of a batch.
    Review {
        batch: String,
        /// Tickets shown, spread over the batch.
        #[arg(short, long, default_value_t = 20)]
        number: usize,
        #[arg(long)]
        json: bool,
    },
    /// Let readers find the tickets of a batch.
    Release(Release),
    /// Hold a released batch back again.
    Withdraw {
        batch: String,
        #[arg(long)]
        json: bool,
    },
    /// Delete a held batch.
    Discard {
        batch: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct Import {
    /// CSV, JSON, JSON Lines, mbox or one mail (.eml).
    file: PathBuf,
    /// Column of a field: id, subject, description, resolution, device, school, room, `closed_at`, problems, person.
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<Mapping>,
    /// Name of the batch (default: import-DATE).
    #[arg(long, value_name = "BATCH")]
    name: Option<String>,
    /// Encoding of the file, where it is not recognised: utf-8, windows-1252, utf-16le …
    #[arg(long)]
    encoding: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Release {
    #[arg(required_unless_present = "all")]
    batch: Option<String>,
    /// All batches that are held.
    #[arg(long, conflicts_with = "batch")]
    all: bool,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Tickets, config: Config) -> anyhow::Result<ExitCode> {
    match command.what {
        What::List { state, school, limit, json } => reports::list(&config, state, school, limit, json).await?,
        What::Show { number, json } => reports::show(&config, &number, json).await?,
        What::Add(add) => add::run(&config, add).await?,
        What::Outbox(command) => outbox::list(&config, command).await?,
        What::Retry(command) => outbox::retry(&config, command).await?,
        What::Work(work) => work::run(&config, work).await?,
        What::Import(import) => Box::pin(cases::import(import, config)).await?,
        What::Batches { json } => cases::batches(&config, json)?,
        What::Review { batch, number, json } => cases::review(&config, &batch, number, json)?,
        What::Release(Release { batch, json, .. }) => cases::release(config, batch, json).await?,
        What::Withdraw { batch, json } => cases::withdraw(config, &batch, json).await?,
        What::Discard { batch, json } => cases::discard(&config, &batch, json)?,
    }
    Ok(ExitCode::SUCCESS)
}
