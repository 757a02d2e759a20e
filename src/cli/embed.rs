//! `embed`: for each school the lines that put the chat on its page; the same as the page
//! `/einbetten` shows, and the token that opens that page from another machine.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::output;
use crate::{
    app::Running,
    config::Config,
    store::Store,
    support::embed::{rules, snippet},
};

#[derive(Debug, Args)]
pub(super) struct Embed {
    /// Of this school only.
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    #[arg(long)]
    json: bool,
}

/// A school, as `--json` prints it.
#[derive(Serialize)]
struct Lines<'a> {
    school: &'a str,
    name: &'a str,
    /// Pages that may open its chat.
    origins: Vec<&'a String>,
    snippet: String,
}

pub(super) async fn run(command: Embed, config: Config) -> anyhow::Result<ExitCode> {
    let store = Store::open(&config.data.0.join("schullotse.db")).await?;
    let directory = store.directory_outline().await?.unwrap_or_default();
    store.close().await;
    let wanted = |id: &str| command.school.as_deref().is_none_or(|wanted| wanted == id);
    let running = Running::find(&config.data.0);
    let listening = running.as_ref().map_or(config.server.listen, |running| running.address);
    let base = config.server.public_url.clone().unwrap_or_else(|| format!("http://{listening}"));
    let base = base.trim_end_matches('/');
    let lines: Vec<Lines<'_>> = directory
        .schools
        .iter()
        .filter(|school| wanted(&school.id))
        .map(|school| Lines {
            school: &school.id,
            name: &school.name,
            origins: school.origins.iter().chain(&config.server.origins).collect(),
            snippet: snippet(base, &school.id, &config.brand),
        })
        .collect();
    if let (Some(school), true) = (&command.school, lines.is_empty()) {
        let ids: Vec<&str> = directory.schools.iter().take(20).map(|one| one.id.as_str()).collect();
        anyhow::bail!("the school {school:?} is unknown\nhint: there are {}", ids.join(" "));
    }
    if command.json {
        output::json(&serde_json::json!({ "base": base, "rules": rules(base), "schools": lines }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for one in &lines {
        let origins: Vec<&str> = one.origins.iter().map(|origin| origin.as_str()).collect();
        let origins = if origins.is_empty() { "no page yet".to_owned() } else { origins.join(" ") };
        output::line(&format!("{} ({}), may be opened by: {origins}\n{}\n", one.name, one.school, one.snippet))?;
    }
    output::line(&format!("a content security policy of the page must name:\n{}", rules(base)))?;
    if config.server.public_url.is_none() {
        eprintln!(
            "`server.public_url` is not set: the lines name {base}\nhint: set it to the address under which browsers reach this server"
        );
    }
    if let Some(running) = running {
        output::line(&format!("\nwith buttons to copy and a test: {base}/einbetten, opened by\n{}", running.token))?;
    }
    Ok(ExitCode::SUCCESS)
}
