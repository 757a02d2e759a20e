//! `ask`: one question, one reply.

use std::process::ExitCode;

use clap::Args;

use super::output;
use crate::{
    config::Config,
    domain::{lang::Lang, outcome::Answer, text::clean},
    support::respond::Question,
};

#[derive(Debug, Args)]
pub(super) struct Ask {
    question: String,
    /// Id of a school.
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// Code of a room.
    #[arg(long, value_name = "CODE")]
    room: Option<String>,
    /// de or en; without it, as the question is written.
    #[arg(long)]
    lang: Option<String>,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Ask, config: Config) -> anyhow::Result<ExitCode> {
    let most = config.limits.message_chars;
    let text = clean(&command.question);
    anyhow::ensure!(!text.is_empty(), "the question is empty\nhint: schullotse ask \"beamer zeigt kein signal\"");
    anyhow::ensure!(text.chars().count() <= most, "the question has more than {most} characters\nhint: shorten it");
    let lang = match command.lang.as_deref() {
        Some(code) => Some(
            Lang::from_code(code)
                .ok_or_else(|| anyhow::anyhow!("--lang {code} is not spoken here\nhint: use de or en"))?,
        ),
        None => None,
    };
    let app = super::app(config).await?;
    let support = &app.support;
    let lang = lang.unwrap_or_else(|| support.responder.passages.languages.of(&text, Lang::De));
    let room = match command.room.as_deref() {
        Some(code) => support.schools.room_or_code(code).await?,
        None => None,
    };
    let place = room.map(|found| found.room.place()).unwrap_or_default();
    let school = place.school.clone().or(command.school);
    let masked = support.desk.redactor.mask(&text).text;
    let question = Question { school, place, sought: Some(text), ..Question::new(masked, lang) };
    let reply = support.responder.respond(&question, |_| {}).await;
    if command.json {
        output::json(&reply.answer)?;
    } else {
        print(&reply.answer)?;
        for (document, title) in &reply.candidates {
            output::line(&format!("- {title} ({document})"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The reply as text: steps numbered, sources below.
pub(super) fn print(answer: &Answer) -> anyhow::Result<()> {
    for sentence in &answer.sentences {
        let step = sentence.step.map(|step| format!("{step}. ")).unwrap_or_default();
        let cites: Vec<String> = sentence.citations.iter().map(|n| format!(" [{n}]")).collect();
        output::line(&format!("{step}{}{}", sentence.text, cites.concat()))?;
    }
    if !answer.citations.is_empty() {
        output::line("")?;
    }
    for citation in &answer.citations {
        let page = citation.page.map(|page| format!(", S. {page}")).unwrap_or_default();
        output::line(&format!(
            "[{}] {} › {}{page} ({})",
            citation.n, citation.title, citation.heading, citation.document
        ))?;
    }
    Ok(())
}
