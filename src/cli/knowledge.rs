//! `knowledge report`: what the authority wants to know of its knowledge; `knowledge gaps`: what is missing;
//! `knowledge drafts`: what the helpdesk found out.

mod drafts;
mod gaps;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output::{self, line};
use crate::{
    config::Config,
    support::knowledge::{Coverage, Overview, overview},
};

#[derive(Debug, Args)]
pub(super) struct Knowledge {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Which problems are covered and by whom; what is past its review, doubled, empty, refused.
    Report {
        #[arg(long)]
        json: bool,
    },
    /// What teachers asked and no guide answered, brought together, the most wanted first.
    Gaps(gaps::Gaps),
    /// What the helpdesk found out, before anybody can find it.
    Drafts(drafts::Drafts),
}

pub(super) async fn run(command: Knowledge, config: Config) -> anyhow::Result<ExitCode> {
    let json = match command.what {
        What::Report { json } => json,
        What::Gaps(command) => return gaps::run(command, config).await,
        What::Drafts(command) => return Box::pin(drafts::run(command, config)).await,
    };
    let app = super::app(config).await?;
    let overview = overview(&app.support).await?;
    app.support.store.close().await;
    if json {
        output::json(&overview)?;
    } else {
        print(&overview)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// In German, for whoever answers for the knowledge.
fn print(overview: &Overview) -> anyhow::Result<()> {
    let documents = overview.documents;
    line(&format!(
        "Wissensbericht vom {}: {} eigene Anleitungen, {} mitgelieferte, {} gelöste Fälle",
        overview.day.strftime("%d.%m.%Y"),
        documents.own,
        documents.builtin,
        documents.resolutions
    ))?;
    let by = |by: &str| overview.problems.iter().filter(|coverage| coverage.by == by).collect::<Vec<&Coverage>>();
    for (kind, heading) in [
        ("own", "Durch eigene Anleitungen abgedeckt"),
        ("builtin", "Nur durch mitgelieferte Anleitungen abgedeckt"),
        ("none", "Nicht abgedeckt"),
    ] {
        let covered = by(kind);
        line(&format!("\n{heading}: {} von {}", covered.len(), overview.problems.len()))?;
        for coverage in covered {
            let documents = if coverage.own.is_empty() { &coverage.builtin } else { &coverage.own };
            line(format!("  {} {:<42} {}", coverage.problem, coverage.name, documents.join(", ")).trim_end())?;
        }
    }
    section("Wiedervorlage überschritten", &overview.overdue, |one| {
        let owner = one.owner.as_deref().unwrap_or("niemand eingetragen");
        format!("{} seit {} ({owner})", one.document, one.review_by.strftime("%d.%m.%Y"))
    })?;
    section("Eigene Dokumente ohne Wiedervorlage (review_by)", &overview.without_review, Clone::clone)?;
    section("Gleicher Inhalt doppelt", &overview.twins, |twins| {
        let [one, other] = &twins.documents;
        format!("{one} und {other} (etwa {:.0} %)", twins.share * 100.0)
    })?;
    let empty: Vec<_> = overview.placeholders.iter().filter(|one| one.empty || !one.missing_at.is_empty()).collect();
    section("Platzhalter ohne Wert", &empty, |one| {
        let r#where =
            if one.empty { "nirgends eingetragen".into() } else { format!("fehlt für {}", one.missing_at.join(", ")) };
        format!(
            "{}: {}, gebraucht in {} Dokumenten, zum Beispiel {}",
            one.key,
            r#where,
            one.documents.len(),
            one.documents[0]
        )
    })?;
    section("Werte, nach denen keine Anleitung fragt (vertippt?)", &overview.unused_placeholders, Clone::clone)?;
    section("Für unbekannte Schulen (sieht niemand)", &overview.unknown_schools, |one| {
        format!("{}: {}", one.school, one.documents.join(", "))
    })?;
    section("Mit Sätzen, die einer Maschine etwas befehlen (nicht aufgenommen)", &overview.left_out, |one| {
        format!("{}: {}", one.document, one.units)
    })?;
    section("Nicht gelesen", &overview.refused, |one| format!("{}: {}", one.path, one.reason))
}

fn section<T>(heading: &str, entries: &[T], text: impl Fn(&T) -> String) -> anyhow::Result<()> {
    if entries.is_empty() {
        return line(&format!("\n{heading}: keine"));
    }
    line(&format!("\n{heading}: {}", entries.len()))?;
    entries.iter().try_for_each(|entry| line(&format!("  {}", text(entry))))
}
