//! `index`: bring the index up to date; a running server is told to do it.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::output;
use crate::{
    app::{App, DataLock, Parts, Running},
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
        None => tell_server(&config, &command).await?,
    };
    if command.json {
        output::json(&report)?;
    } else {
        for refusal in &report.refused {
            output::line(&format!("refused {}: {}", refusal.path, refusal.reason))?;
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

/// One request to a server on this very machine; no HTTP client is needed for that.
async fn tell_server(config: &Config, command: &Index) -> anyhow::Result<Report> {
    let running = Running::find(&config.data.0)
        .context("another schullotse is using the data folder\nhint: wait until it has ended, or choose another folder with --data")?;
    let whole = |folders: &[PathBuf]| -> Vec<PathBuf> {
        folders.iter().map(|folder| std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone())).collect()
    };
    let body =
        serde_json::json!({ "folders": whole(&command.knowledge), "forget": whole(&command.forget) }).to_string();
    let address = running.address;
    let unreachable = || format!("the running server at {address} does not answer\nhint: restart it");
    let mut stream = TcpStream::connect(address).await.with_context(unreachable)?;
    let request = format!(
        "POST /api/v1/admin/index HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        running.token,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.with_context(unreachable)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.with_context(unreachable)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").with_context(unreachable)?;
    if !head.starts_with("HTTP/1.1 200") {
        let problem: serde_json::Value = serde_json::from_str(body.trim()).unwrap_or_default();
        let reason = problem["detail"].as_str().unwrap_or("it gives no reason\nhint: its log says why");
        anyhow::bail!("the running server could not index: {reason}");
    }
    serde_json::from_str(body.trim()).context("the running server is of another version\nhint: restart it")
}
