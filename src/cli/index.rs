//! `index`: bring the index up to date; a running server is told to do it.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{output, running};
use crate::{
    app::{App, DataLock, Parts},
    config::Config,
    support::library::Report,
};

#[derive(Debug, Args)]
pub(super) struct Index {
    /// A folder of documents to read from now on, beside those known.
    #[arg(long, value_name = "DIR")]
    knowledge: Vec<PathBuf>,
    /// Forget a folder; its documents leave the index.
    #[arg(long, value_name = "DIR")]
    forget: Vec<PathBuf>,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Index, config: Config) -> anyhow::Result<ExitCode> {
    let report = match DataLock::take(&config.data.0)? {
        Some(_lock) => {
            let app = App::build(config, Parts::real()?).await?;
            for folder in &command.forget {
                app.support.library.forget(folder).await?;
            }
            let report = app.support.library.refresh(&command.knowledge).await?;
            app.support.store.close().await;
            report
        }
        None => tell_server(&config, &command.knowledge, &command.forget).await?,
    };
    if command.json {
        output::json(&report)?;
    } else {
        for refusal in &report.refused {
            output::line(&format!("refused {}: {}", refusal.path, refusal.reason))?;
        }
        for left_out in &report.left_out {
            output::line(&format!(
                "left out of {}: {} that give orders to a machine; hint: find out who wrote them",
                left_out.document, left_out.units
            ))?;
        }
        output::line(&format!(
            "{} documents in {} passages: {} added, {} changed, {} removed, {} refused ({} ms)",
            report.documents,
            report.chunks,
            report.added,
            report.changed,
            report.removed,
            report.refused.len(),
            report.took_ms
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Has the server that runs on the same data do it.
pub(super) async fn tell_server(config: &Config, knowledge: &[PathBuf], forget: &[PathBuf]) -> anyhow::Result<Report> {
    let whole = |folders: &[PathBuf]| -> Vec<PathBuf> {
        folders.iter().map(|folder| std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone())).collect()
    };
    let order = serde_json::json!({ "folders": whole(knowledge), "forget": whole(forget) });
    running::tell(config, "index", &order).await
}
