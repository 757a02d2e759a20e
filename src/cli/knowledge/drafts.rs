//! `knowledge drafts`: what the helpdesk found out, before anybody can find it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use crate::{
    cli::{
        output::{self, line},
        tickets::cases,
    },
    config::{Config, ModelConfig},
    domain::{lang::Lang, orders::Orders, outcome::Outcome},
    support::{
        Support,
        gaps::together,
        library,
        past_cases::{Draft, State},
        respond::Question,
    },
};

#[derive(Debug, Args)]
pub(super) struct Drafts {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All drafts: what waits, what is published; which say the same, which a guide answers already.
    List {
        #[arg(long)]
        json: bool,
    },
    /// One draft, whole.
    Show {
        draft: String,
        #[arg(long)]
        json: bool,
    },
    /// Let readers find it. `tickets withdraw DRAFT` takes it back.
    Publish {
        draft: String,
        #[arg(long)]
        json: bool,
    },
    /// Delete it; the same report never becomes a draft again.
    Reject { draft: String },
}

/// A draft with what staff want to know before they decide.
#[derive(Serialize)]
struct Looked {
    #[serde(flatten)]
    draft: Draft,
    /// It holds sentences that give orders to a machine; they are left out when it is published.
    orders: bool,
    /// The guide or case that answers its question already.
    answered_by: Option<String>,
    confidence: f64,
    /// Other drafts about the same.
    like: Vec<String>,
}

pub(super) async fn run(command: Drafts, config: Config) -> anyhow::Result<ExitCode> {
    match command.what {
        What::List { json } => {
            let looked = looked(config, None).await?;
            if json {
                output::json(&json!({ "drafts": looked }))?;
            } else {
                list(&looked)?;
            }
        }
        What::Show { draft, json } => {
            let looked = looked(config, Some(&draft)).await?;
            let one = looked.first().ok_or_else(|| unknown(&draft))?;
            if json { output::json(one)? } else { show(one)? }
        }
        What::Publish { draft, json } => {
            cases::release(config, Some(draft), json).await?;
        }
        What::Reject { draft } => {
            let app = crate::cli::app(plain(config)).await?;
            let shelf = cases::past_cases(&app.support);
            let done = shelf.reject(&draft);
            app.support.store.close().await;
            done?;
            line(&format!("{draft} ist gelöscht und kommt nicht wieder"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// No language model is needed to look.
fn plain(config: Config) -> Config {
    Config { model: ModelConfig::default(), ..config }
}

fn unknown(draft: &str) -> anyhow::Error {
    anyhow::anyhow!("there is no draft {draft:?}\nhint: `schullotse knowledge drafts list` names all")
}

/// All drafts, or the one of that name, looked at.
async fn looked(config: Config, only: Option<&str>) -> anyhow::Result<Vec<Looked>> {
    let config = plain(config);
    let lexicon = library::lexicon(&config.knowledge, &config.data.0.join("knowledge"))?;
    let orders = Orders::new(&lexicon);
    let app = crate::cli::app(config).await?;
    let drafts = cases::past_cases(&app.support).drafts()?;
    let texts: Vec<String> =
        drafts.iter().map(|draft| format!("{}\n{}", draft.case.subject, draft.case.description)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let groups = together(&texts, app.support.responder.wordings());
    let mut looked = Vec::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| only.is_none_or(|only| draft.draft == only)) {
        let group = groups.iter().find(|group| group.contains(&at)).map_or(&[][..], Vec::as_slice);
        let (answered_by, confidence) = answered(&app.support, draft).await;
        let case = &draft.case;
        looked.push(Looked {
            orders: [&case.subject, &case.description, &case.resolution]
                .into_iter()
                .any(|text| orders.in_message(text)),
            answered_by,
            confidence,
            like: group.iter().filter(|other| **other != at).map(|other| drafts[*other].draft.clone()).collect(),
            draft: draft.clone(),
        });
    }
    app.support.store.close().await;
    Ok(looked)
}

/// What a reader who asks the same is told today.
async fn answered(support: &Support, draft: &Draft) -> (Option<String>, f64) {
    let case = &draft.case;
    let asked = case.description.lines().find(|line| !line.trim().is_empty()).unwrap_or(&case.subject);
    let mut question = Question::new(asked.to_owned(), Lang::De);
    question.school.clone_from(&case.school);
    let reply = support.responder.respond(&question, |_| {}).await;
    let answer = &reply.answer;
    let found = answer.citations.first().filter(|_| matches!(answer.outcome, Outcome::Answered | Outcome::Flow));
    let other = found.map(|citation| citation.document.clone()).filter(|id| *id != format!("resolutions/{}", case.id));
    (other, answer.confidence)
}

fn state(draft: &Draft) -> &'static str {
    match draft.state {
        State::Held => "wartet",
        State::Released => "veröffentlicht",
    }
}

fn list(looked: &[Looked]) -> anyhow::Result<()> {
    if looked.is_empty() {
        return line("Es gibt keine Entwürfe: noch kein Fall kam gelöst vom Helpdesk zurück.");
    }
    for one in looked {
        let case = &one.draft.case;
        let day = case.closed_at.map(|at| at.strftime("%d.%m.%Y").to_string()).unwrap_or_default();
        line(&format!("{:<24} {:<15} {day:<10}  {}", one.draft.draft, state(&one.draft), case.subject))?;
        notes(one)?;
    }
    line("\n`knowledge drafts show ENTWURF` zeigt einen, `publish` veröffentlicht ihn, `reject` löscht ihn.")
}

fn notes(one: &Looked) -> anyhow::Result<()> {
    if one.orders {
        line("    Achtung: enthält Sätze, die einer Maschine etwas befehlen. Sie werden nicht übernommen.")?;
    }
    if let Some(document) = &one.answered_by {
        line(&format!("    Beantwortet schon ({:.2}): {document}", one.confidence))?;
    }
    if !one.like.is_empty() {
        line(&format!("    Ähnlich: {}", one.like.join(", ")))?;
    }
    Ok(())
}

fn show(one: &Looked) -> anyhow::Result<()> {
    let case = &one.draft.case;
    line(&format!("{} ({})", one.draft.draft, state(&one.draft)))?;
    for (name, value) in [
        ("Betreff", Some(&case.subject)),
        ("Schule", case.school.as_ref()),
        ("Raum", case.room.as_ref()),
        ("Gerät", case.device.as_ref()),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            line(&format!("{name}: {value}"))?;
        }
    }
    line(&format!("\n{}\n\nWas geholfen hat:\n{}\n", case.description.trim(), case.resolution.trim()))?;
    notes(one)
}
