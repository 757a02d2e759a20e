//! `knowledge gaps`: which guides are missing, as teachers asked for them.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::{
    cli::output::{self, line},
    config::Config,
    domain::problem::PROBLEMS,
    support::gaps::{Gap, gaps},
};

#[derive(Debug, Args)]
pub(super) struct Gaps {
    /// How far to look back, in days; what is past its time has been deleted.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// Only what was asked in at least so many conversations.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    least: u32,
    /// Most groups shown.
    #[arg(short = 'n', long, default_value_t = 20)]
    most: usize,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Gaps, config: Config) -> anyhow::Result<ExitCode> {
    let app = crate::cli::app(config).await?;
    let found = gaps(&app.support, command.days, usize::try_from(command.least)?).await?;
    app.support.store.close().await;
    let shown = &found[..found.len().min(command.most)];
    if command.json {
        output::json(&json!({ "days": command.days, "groups": found.len(), "gaps": shown }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        line(&format!("In den letzten {} Tagen blieb keine Frage ohne Antwort.", command.days))?;
        return Ok(ExitCode::SUCCESS);
    }
    line(&format!("Ohne Antwort in den letzten {} Tagen, das Dringendste zuerst:", command.days))?;
    shown.iter().enumerate().try_for_each(|(at, gap)| print(at + 1, gap))?;
    match found.len() - shown.len() {
        0 => {}
        more => line(&format!("\n… und {more} weitere (-n {})", found.len()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print(at: usize, gap: &Gap) -> anyhow::Result<()> {
    let count = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let lessons = (gap.lessons > 0).then(|| format!("{} im Unterricht", gap.lessons));
    let schools = (gap.schools > 0).then(|| count(gap.schools, "Schule", "Schulen"));
    let last = format!("zuletzt {}", gap.last.strftime("%d.%m.%Y"));
    let head = [Some(count(gap.asked, "Gespräch", "Gespräche")), lessons, schools, Some(last)];
    line(&format!("\n{at}. {}", head.into_iter().flatten().collect::<Vec<_>>().join(", ")))?;
    gap.examples.iter().try_for_each(|example| line(&format!("   „{}“", example.replace('\n', " "))))?;
    if let Some((code, name)) = PROBLEMS.iter().find(|(code, _)| Some(*code) == gap.problem.as_deref()) {
        line(&format!("   Vermutlich {code} {name}"))?;
    }
    if gap.not_helped > 0 {
        let documents: Vec<&str> = gap.documents.iter().map(String::as_str).collect();
        line(&format!("   Nicht geholfen hat ({}): {}", gap.not_helped, documents.join(", ")))?;
    }
    Ok(())
}
