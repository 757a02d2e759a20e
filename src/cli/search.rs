//! `search`: the passages for a query.

use std::process::ExitCode;

use clap::Args;

use super::output;
use crate::{
    config::Config,
    domain::{document::Audience, lang::Lang},
    support::passages::Asked,
};

#[derive(Debug, Args)]
pub(super) struct Search {
    query: String,
    /// Number of hits.
    #[arg(short, default_value_t = 10)]
    k: usize,
    /// Id of a school: its own documents are searched too.
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Search, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::app(config).await?;
    let support = &app.support;
    let asked = Asked { text: command.query, lang: Lang::De, school: command.school, audience: Audience::Teacher };
    let found = support.responder.passages.found(&asked, command.k)?;
    if command.json {
        output::json(&found)?;
    } else {
        for (at, hit) in found.hits.iter().enumerate() {
            let page = hit.page.map(|page| format!(", S. {page}")).unwrap_or_default();
            output::line(&format!(
                "{}. {} › {}{page}  [{:.2}]\n   {}",
                at + 1,
                hit.title,
                hit.heading,
                hit.score,
                hit.snippet
            ))?;
        }
        if found.hits.is_empty() {
            output::line("nothing found")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
