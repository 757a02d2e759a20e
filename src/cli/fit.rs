//! `fit`: finds weights on labelled sets, or on one's own confirmed outcomes.

mod confidence;
mod outcomes;
mod ranking;
mod replies;
mod tellings;
mod wordings;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Fit {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How sure an answer is, and from where on it is given.
    Confidence(confidence::Command),
    /// Weights of the search, from sets of documents and queries.
    Ranking(ranking::Command),
    /// What typed replies to a step mean, from knowledge/replies.
    Replies(replies::FitReplies),
    /// What is told beside the fault, and the steps that were tried, from knowledge/tellings.
    Tellings(tellings::FitTellings),
    /// The classifier of wordings, from knowledge/wordings.
    Wordings(wordings::FitWordings),
}

pub(super) async fn run(command: Fit, config: Config) -> anyhow::Result<ExitCode> {
    match command.what {
        What::Ranking(command) => ranking::run(command, config).await,
        What::Confidence(command) => confidence::run(command, config).await,
        What::Replies(command) => replies::run(&command),
        What::Tellings(command) => tellings::run(&command),
        What::Wordings(command) => wordings::run(&command),
    }
}
