//! `compare`: the questions of a file answered as quoted passages, `strict` and `free`, side
//! by side and without names, for an operator who wants to know what his model is worth.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;

use super::{eval, output};
use crate::{
    config::Config,
    eval::{
        compare::{self, Compared, Key},
        sets::read_questions,
    },
};

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// questions.jsonl
    file: PathBuf,
    /// Where to write which answer is which, one line a question; look into it afterwards.
    #[arg(long, value_name = "FILE", default_value = "compare-key.jsonl")]
    key: PathBuf,
    /// The order of the answers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Compare, config: Config) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        config.model.file.is_some() || config.model.remote.is_some(),
        "there is no language model to compare with\nhint: set model.file or [model.remote]"
    );
    let questions = eval::read(&command.file, read_questions)?;
    let app = super::app(config).await?;
    let (compared, keys): (Vec<Compared>, Vec<Key>) =
        compare::run(&app.support, &questions, command.seed).await.into_iter().unzip();
    let mut text = String::new();
    for key in &keys {
        text.push_str(&serde_json::to_string(key)?);
        text.push('\n');
    }
    std::fs::write(&command.key, text)
        .with_context(|| format!("cannot write {}\nhint: name another file with --key", command.key.display()))?;
    if command.json {
        output::json(&serde_json::json!({ "questions": compared, "asked": questions.len() }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for one in &compared {
        print(one)?;
    }
    eprintln!(
        "{} of {} questions found something; which is which stands in {}",
        compared.len(),
        questions.len(),
        command.key.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn print(compared: &Compared) -> anyhow::Result<()> {
    output::line(&format!("# {}: {}\n", compared.id, compared.question))?;
    for answer in &compared.answers {
        output::line(&format!("## {}\n", answer.letter))?;
        if answer.lines.is_empty() {
            output::line("(nothing)")?;
        }
        for line in &answer.lines {
            let sources: Vec<String> = line.sources.iter().map(|title| format!(" [{title}]")).collect();
            output::line(&format!("{}{}", line.text, sources.concat()))?;
        }
        output::line("")?;
    }
    Ok(())
}
