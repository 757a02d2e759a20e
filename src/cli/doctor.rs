//! `doctor`: looks at everything a server needs, and says what to mend.

mod delivery;
mod living;
mod pages;

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{output, running};
use crate::{
    app::{App, DataLock, Parts, Running},
    config::{Config, ModelConfig, SupportConfig},
    llm::{LanguageModel as _, local, remote::RemoteModel},
    support::answer,
    support::knowledge::{self, Overview},
    support::past_cases::{Batch, Shelf, State},
};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[arg(long)]
    json: bool,
}

/// One thing looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    /// `ok`, `note` or `fault`.
    state: &'static str,
    detail: String,
}

fn finding(what: &'static str, state: &'static str, detail: impl Into<String>) -> Finding {
    Finding { what, state, detail: detail.into() }
}

pub(super) async fn run(command: Doctor, config: Config) -> anyhow::Result<ExitCode> {
    let findings = look(config).await;
    let faults = findings.iter().filter(|finding| finding.state == "fault").count();
    if command.json {
        output::json(&serde_json::json!({ "ok": faults == 0, "findings": findings }))?;
    } else {
        for finding in &findings {
            output::line(&format!("{:<6}{:<14}{}", finding.state, finding.what, finding.detail))?;
        }
    }
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn look(config: Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let data = config.data.0.clone();
    match DataLock::take(&data) {
        Ok(Some(_lock)) => findings.push(finding(
            "data folder",
            "ok",
            format!("{} can be written; no server is running", data.display()),
        )),
        Ok(None) => {
            let address =
                Running::find(&data).map(|running| format!(" at http://{}", running.address)).unwrap_or_default();
            findings.push(finding(
                "data folder",
                "ok",
                format!("{} is in use by a running server{address}", data.display()),
            ));
        }
        Err(error) => {
            findings.push(finding("data folder", "fault", format!("{error:#}")));
            return findings;
        }
    }
    findings.push(model(&config).await);
    findings.push(confidence(&config.support));
    let running = running::ready(&config).await;
    let app = match Parts::real() {
        Ok(parts) => App::build(Config { model: ModelConfig::default(), ..config }, parts).await,
        Err(error) => Err(error),
    };
    match app {
        Ok(app) => {
            inside(&app, &mut findings).await;
            delivery::look(&app, running.as_ref(), &mut findings).await;
            living::knowledge(&app, running.as_ref(), &mut findings).await;
            living::demonstration(&app, &mut findings).await;
            living::rooms(&app, &mut findings).await;
            pages::look(&app, &mut findings);
        }
        Err(error) => findings.push(finding("start", "fault", format!("{error:#}"))),
    }
    findings
}

/// From where on answers are given, and what that rests on.
fn confidence(support: &SupportConfig) -> Finding {
    if let Some(refused) = &support.refused {
        return finding("confidence", "note", refused.clone());
    }
    let from = format!("answers are given from {:.3} on", support.answers_from());
    let weights = &support.weights;
    if support.threshold.is_some() {
        finding("confidence", "note", format!("{from}, as support.threshold says; nothing is promised by it"))
    } else if let (Some(_), None) = (weights.threshold_by_hand, &weights.own) {
        finding("confidence", "note", format!("{from}; the weights were set by hand, nothing is promised"))
    } else {
        let own = if weights.own.is_some() { ", corrected by the own outcomes" } else { "" };
        finding("confidence", "ok", format!("{from}: at most {} of all questions wrong{own}", support.tolerated))
    }
}

async fn model(config: &Config) -> Finding {
    match (&config.model.file, &config.model.remote) {
        (None, None) => finding("model", "note", "none; answers are quoted from the guides"),
        (Some(file), _) => match local::inspect(file) {
            Ok(info) => finding("model", "ok", format!("{}: {}", file.display(), info.architecture)),
            Err(error) => finding("model", "fault", error.to_string()),
        },
        (None, Some(remote)) => {
            let reached = match RemoteModel::new(remote, &config.model, 0) {
                Ok(model) => answer::check(&config.model, model.info()).map(|()| model),
                Err(error) => Err(error.to_string()),
            };
            let told = match reached {
                Ok(model) => model.reach().await,
                Err(why) => return finding("model", "fault", why),
            };
            let name = format!("{} at {}", remote.model, remote.url);
            match told {
                Ok(()) => {
                    finding("model", "ok", format!("{name}: answers, in words of its own, each sentence checked"))
                }
                // The passages are quoted meanwhile.
                Err(why) => finding("model", "fault", format!("{name}: {why}")),
            }
        }
    }
}

/// What the knowledge report says, one line each, where there is something to do.
fn to_look_after(overview: &Overview) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in overview.placeholders.iter().filter(|one| one.empty || !one.missing_at.is_empty()) {
        let missing = if one.empty { "is empty".into() } else { format!("is empty for {}", one.missing_at.join(", ")) };
        let detail = format!(
            "{} {missing}; {} guides say something general instead; hint: set it under `[authority.placeholders]` in \
             the school directory",
            one.key,
            one.documents.len()
        );
        findings.push(finding("placeholder", "note", detail));
    }
    if !overview.unused_placeholders.is_empty() {
        let keys = overview.unused_placeholders.join(", ");
        let detail = format!("no guide asks for {keys}; hint: mistyped? `knowledge/README.md` names the keys");
        findings.push(finding("placeholder", "note", detail));
    }
    for (count, what) in [
        (overview.overdue.len(), "guides are past their `review_by`"),
        (overview.twins.len(), "pairs of guides say the same"),
        (overview.problems.iter().filter(|one| one.by == "none").count(), "of the known problems have no guide"),
    ] {
        if count > 0 {
            findings.push(finding("knowledge", "note", format!("{count} {what}; hint: `schullotse knowledge report`")));
        }
    }
    findings
}

async fn inside(app: &App, findings: &mut Vec<Finding>) {
    let support = &app.support;
    findings.push(match support.store.check().await {
        Ok(()) => finding("database", "ok", "whole"),
        Err(error) => finding("database", "fault", error.to_string()),
    });
    let counts = support.library.counts();
    findings.push(if counts.documents == 0 {
        finding("index", "note", "empty; `schullotse index` fills it")
    } else {
        finding(
            "index",
            "ok",
            format!("{} documents in {} passages, {} KiB", counts.documents, counts.chunks, counts.bytes / 1024),
        )
    });
    findings.extend(held_batches(&support.config.data.0));
    match knowledge::overview(support).await {
        Ok(overview) => findings.extend(to_look_after(&overview)),
        Err(error) => findings.push(finding("knowledge", "fault", format!("{error:#}"))),
    }
    let directory = support.schools.now();
    let authority = &directory.authority;
    if authority.demo {
        findings.push(finding(
            "directory",
            "note",
            "the invented demonstration is active; hint: `schullotse schools import FILE` puts your own in its place",
        ));
    } else if directory.schools.is_empty() {
        findings.push(finding("directory", "note", "no schools are known; hint: `schullotse schools import FILE`"));
    } else {
        findings.push(finding("directory", "ok", format!("{}, {} schools", authority.name, directory.schools.len())));
    }
    for (name, value) in [("hotline", &authority.hotline), ("helpdesk", &authority.helpdesk)] {
        if value.trim().is_empty() {
            findings.push(finding(
                "directory",
                "note",
                format!("`authority.{name}` is empty; readers are not told it"),
            ));
        }
    }
    let visited = |school: &str| directory.rounds.iter().any(|round| round.school == school);
    for school in directory.schools.iter().filter(|school| !visited(&school.id)) {
        findings.push(finding(
            "directory",
            "note",
            format!("no campus manager comes to {:?}; reports go to the helpdesk", school.id),
        ));
    }
}

/// Past tickets that wait for somebody to look at them.
fn held_batches(data: &std::path::Path) -> Vec<Finding> {
    let held = |batch: &Batch| batch.state == State::Held;
    let note = |batch: Batch| {
        let detail = format!(
            "{}: {} past tickets are held back; `schullotse tickets release {0}` when checked",
            batch.batch, batch.cases
        );
        finding("tickets", "note", detail)
    };
    match Shelf::new(data).list() {
        Ok(batches) => batches.into_iter().filter(held).map(note).collect(),
        Err(error) => vec![finding("tickets", "fault", format!("{error:#}"))],
    }
}
