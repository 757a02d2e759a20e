//! `schools import`: the directory of the authority, whole or not at all.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{output, running};
use crate::{
    app::{App, DataLock, Parts},
    config::Config,
    domain::school::Directory,
    ingest::directory::read_directory,
    store::{DemoData, Store},
    support::library::{Report, builtin_directory},
};

#[derive(Debug, Args)]
pub(super) struct Schools {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check a schools.toml and put it in the place of the present directory. Where the
    /// demonstration ends by it, its past cases and what was tried out go with it.
    Import {
        file: PathBuf,
        /// Put a demonstration in the place of a real directory.
        #[arg(long)]
        demo: bool,
    },
}

pub(super) async fn run(command: Schools, config: Config) -> anyhow::Result<ExitCode> {
    let What::Import { file, demo } = command.what;
    let bytes =
        std::fs::read(&file).with_context(|| format!("cannot read {}\nhint: check the path", file.display()))?;
    let directory = read_directory(&bytes).with_context(|| file.display().to_string())?;
    let invented = builtin_directory()?;
    let gone = if let Some(_lock) = DataLock::take(&config.data.0)? {
        let app = App::build(config, Parts::real()?).await?;
        refuse_demo(&app.support.store, &directory, demo).await?;
        let (gone, _) = app.support.import_directory(&directory).await?;
        app.support.store.close().await;
        gone
    } else {
        let store = Store::open(&config.data.0.join("schullotse.db")).await?;
        refuse_demo(&store, &directory, demo).await?;
        let gone = store.directory_replace(&directory, &invented, super::now()).await?;
        store.close().await;
        running::tell::<Report>(&config, "schools", &serde_json::json!({})).await?;
        gone
    };
    for warning in warnings(&directory, &invented) {
        tracing::warn!("{warning}");
    }
    if gone != DemoData::default() {
        output::line(&format!(
            "removed with the demonstration: {} conversations, {} reports, {} figures",
            gone.conversations, gone.tickets, gone.facts
        ))?;
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

/// A demonstration comes over a real directory only where somebody means it.
async fn refuse_demo(store: &Store, new: &Directory, meant: bool) -> anyhow::Result<()> {
    let real = store.directory_outline().await?.is_some_and(|present| !present.authority.demo);
    anyhow::ensure!(
        meant || !real || !new.authority.demo,
        "the file is a demonstration (`demo = true`), and a real directory is in use\nhint: delete that line if the file is your own; --demo imports it all the same"
    );
    Ok(())
}

/// What is left of the demonstration in a file that somebody copied and edited.
fn warnings(new: &Directory, invented: &Directory) -> Vec<String> {
    let known = |id: &str| invented.schools.iter().any(|school| school.id == id);
    let mut warnings = Vec::new();
    if new.authority.demo && new.schools.iter().any(|school| !known(&school.id)) {
        warnings.push(
            "the file still says `demo = true`: every page says so, and invented past cases are shown; hint: delete that line and import it again".into(),
        );
    }
    if !new.authority.demo {
        for school in new.schools.iter().filter(|school| known(&school.id)) {
            warnings.push(format!(
                "the school {:?} is one of the demonstration's; hint: delete it, or give your own school another id",
                school.id
            ));
        }
    }
    warnings
}
