//! `schools import`: the directory of the authority, whole or not at all.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{output, running};
use crate::{
    app::{App, DataLock, Parts},
    config::Config,
    ingest::directory::read_directory,
    store::Store,
    support::library::Report,
};

#[derive(Debug, Args)]
pub(super) struct Schools {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check a schools.toml and put it in the place of the present directory.
    Import { file: PathBuf },
}

pub(super) async fn run(command: Schools, config: Config) -> anyhow::Result<ExitCode> {
    let What::Import { file } = command.what;
    let bytes =
        std::fs::read(&file).with_context(|| format!("cannot read {}\nhint: check the path", file.display()))?;
    let directory = read_directory(&bytes).with_context(|| file.display().to_string())?;
    if let Some(_lock) = DataLock::take(&config.data.0)? {
        let app = App::build(config, Parts::real()?).await?;
        app.support.import_directory(&directory).await?;
        app.support.store.close().await;
    } else {
        let store = Store::open(&config.data.0.join("schullotse.db")).await?;
        store.directory_import(&directory, super::now()).await?;
        store.close().await;
        running::tell::<Report>(&config, "schools", &serde_json::json!({})).await?;
    }
    output::line(&format!(
        "imported: {} schools, {} campus managers, {} rounds, {} rooms, {} devices",
        directory.schools.len(),
        directory.managers.len(),
        directory.rounds.len(),
        directory.rooms.len(),
        directory.devices.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}
