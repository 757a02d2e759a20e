//! `visits`: a campus manager's round on a day, for paper.

use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;

use super::{output, tickets};
use crate::{
    config::Config,
    support::{directory::Schools, visits, wording},
};

#[derive(Debug, Args)]
pub(super) struct Visits {
    /// Id of the campus manager.
    #[arg(long, value_name = "ID")]
    manager: String,
    /// YYYY-MM-DD.
    #[arg(long)]
    day: Date,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Visits, config: Config) -> anyhow::Result<ExitCode> {
    let store = tickets::store(&config).await?;
    let schools = Schools::load(&store).await?;
    let plan = visits::plan(&store, &schools.now(), &command.manager, command.day).await?;
    store.close().await;
    if command.json {
        output::json(&plan)?;
    } else {
        output::line(&wording::visits_page(&plan))?;
    }
    Ok(ExitCode::SUCCESS)
}
