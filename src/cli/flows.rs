//! `flows`: looks flows over before teachers meet them, and draws one.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;

use super::output;
use crate::{
    config::Config,
    domain::{flow::drawing, lang::Lang},
    ingest::flow,
};

#[derive(Debug, Args)]
pub(super) struct Flows {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Names what is wrong with each flow: steps that are never reached or lead nowhere, no
    /// way out, missing translation, picture or expectation, two actions in a step.
    Check {
        /// These files only; without any, all that are in use.
        files: Vec<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Draws a flow as SVG.
    Show {
        id: String,
        /// de or en.
        #[arg(long, default_value = "de")]
        lang: String,
    },
}

/// A file with what is wrong with it.
struct Checked {
    path: String,
    steps: usize,
    findings: Vec<flow::Finding>,
}

pub(super) async fn run(command: Flows, config: Config) -> anyhow::Result<ExitCode> {
    match command.what {
        What::Check { files, json } if files.is_empty() => {
            let app = super::app(config).await?;
            let all = app.support.library.flow_files().await?.into_iter().map(|file| Checked {
                path: file.path,
                steps: file.flow.map_or(0, |flow| flow.steps.len()),
                findings: file.findings,
            });
            told(&all.collect::<Vec<_>>(), json)
        }
        What::Check { files, json } => {
            let mut all = Vec::new();
            for path in files {
                let bytes = std::fs::read(&path)
                    .with_context(|| format!("cannot read {}\nhint: check the path", path.display()))?;
                let path = path.display().to_string();
                all.push(match flow::look(&path, &bytes) {
                    Ok((flow, findings)) => Checked { path, steps: flow.map_or(0, |flow| flow.steps.len()), findings },
                    Err(error) => {
                        let findings = vec![flow::Finding { line: 0, refused: true, message: error.to_string() }];
                        Checked { path, steps: 0, findings }
                    }
                });
            }
            told(&all, json)
        }
        What::Show { id, lang } => {
            let lang = Lang::from_code(&lang)
                .with_context(|| format!("--lang {lang} is not spoken here\nhint: use de or en"))?;
            let app = super::app(config).await?;
            let found = app.support.flows.get(&id);
            let flow = found.with_context(|| {
                let known: Vec<String> =
                    app.support.flows.now().flows.iter().map(|entry| entry.flow.id.clone()).collect();
                format!("there is no flow {id:?}\nhint: one of {}", known.join(" "))
            })?;
            output::line(drawing::draw(&flow, lang).trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn told(all: &[Checked], json: bool) -> anyhow::Result<ExitCode> {
    let faults: usize = all.iter().map(|file| file.findings.len()).sum();
    let steps: usize = all.iter().map(|file| file.steps).sum();
    if json {
        let findings: Vec<_> = all
            .iter()
            .flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
            .map(|(file, finding)| {
                json!({ "path": file.path, "line": finding.line, "refused": finding.refused, "message": finding.message })
            })
            .collect();
        output::json(&json!({ "flows": all.len(), "steps": steps, "findings": findings }))?;
    } else {
        for file in all {
            for finding in &file.findings {
                let grade = if finding.refused { "refused" } else { "better" };
                output::line(&format!("{}:{}: {grade}: {}", file.path, finding.line, finding.message))?;
            }
        }
        output::line(&format!("{} flows, {steps} steps, {faults} findings", all.len()))?;
    }
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
