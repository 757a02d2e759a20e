//! `chat`: the conversation of the web page, on a terminal.

use std::process::ExitCode;

use clap::Args;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::output;
use crate::{
    config::Config,
    domain::conversation::{EventBody, WireBlock},
    support::{
        chat::protocol::{Direct, Hello, Incoming, Outgoing},
        wording,
    },
};

#[derive(Debug, Args)]
pub(super) struct Chat {
    /// Id of a school.
    #[arg(long, value_name = "ID")]
    school: Option<String>,
    /// Code of a room.
    #[arg(long, value_name = "CODE")]
    room: Option<String>,
    /// de or en.
    #[arg(long, default_value = "de")]
    lang: String,
}

pub(super) async fn run(command: Chat, config: Config) -> anyhow::Result<ExitCode> {
    let app = super::app(config).await?;
    let chats = &app.support.chats;
    let hello = Hello { school: command.school, room: command.room, lang: Some(command.lang), resume: None };
    let (mut session, first) = chats.hello(hello).await?;
    output::line(wording::ai_notice(session.lang))?;
    for message in &first {
        show(message)?;
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut buttons: Vec<String> = Vec::new();
    let mut count = 0_u32;
    while let Some(line) = lines.next_line().await? {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        count += 1;
        let cid = format!("terminal-{count}");
        // A number presses a button.
        let picked = line.parse::<usize>().ok().and_then(|at| buttons.get(at.checked_sub(1)?)).cloned();
        let message = match picked {
            Some(value) => Incoming::Pick { cid, mid: None, value, fields: std::collections::BTreeMap::new() },
            None => Incoming::Send { cid, text: line.to_owned() },
        };
        let acted = chats.handle(&mut session, message).await;
        for message in &acted {
            show(message)?;
        }
        if acted.iter().any(|message| matches!(message, Outgoing::Direct(Direct::Error { .. }))) {
            continue;
        }
        // The reply is complete when its durable event has come, with what belongs to it.
        while let Ok(Some(message)) = tokio::time::timeout(patience(&app), session.next()).await {
            show(&message)?;
            if let Outgoing::Event(event) = &message
                && let Some(choices) = choices(&event.body)
            {
                buttons = choices;
                if !matches!(&event.body, EventBody::BotEnd { outcome: crate::domain::outcome::Outcome::Escalate, .. })
                {
                    break;
                }
            }
        }
    }
    app.support.store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Longest wait for a reply.
fn patience(app: &crate::app::App) -> std::time::Duration {
    std::time::Duration::from_secs(app.support.config.model.deadline_seconds + 5)
}

/// The buttons an event ends with, where it is one that ends a turn.
fn choices(body: &EventBody) -> Option<Vec<String>> {
    match body {
        EventBody::BotEnd { choices, .. } | EventBody::EscalateOffer { choices, .. } => {
            Some(choices.iter().map(|choice| choice.value.clone()).collect())
        }
        EventBody::TicketCreated { .. }
        | EventBody::TicketForm { .. }
        | EventBody::TicketStatus { .. }
        | EventBody::Notice { .. } => Some(Vec::new()),
        _ => None,
    }
}

fn show(message: &Outgoing) -> anyhow::Result<()> {
    match message {
        Outgoing::Direct(Direct::Welcome { greeting, notices, .. }) => {
            blocks(notices)?;
            output::line(greeting)
        }
        Outgoing::Direct(Direct::Error { text, .. }) => output::line(&format!("! {text}")),
        Outgoing::Event(event) => match &event.body {
            EventBody::BotEnd { blocks: all, citations, choices, .. } => {
                blocks(all)?;
                for citation in citations {
                    output::line(&format!("   [{}] {} › {}", citation.n, citation.title, citation.heading))?;
                }
                buttons(choices)
            }
            EventBody::EscalateOffer { blocks: all, choices, .. } => {
                blocks(all)?;
                buttons(choices)
            }
            EventBody::TicketForm { fields, .. } => {
                let names: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
                output::line(&format!("   {}", names.join(" · ")))
            }
            EventBody::TicketCreated { number, code, who, when, blocks: all } => {
                output::line(&format!("{number}  {code}\n{who}\n{when}"))?;
                blocks(all)
            }
            EventBody::Notice { blocks: all, .. } => blocks(all),
            EventBody::TicketStatus { number, text, .. } => output::line(&format!("{number}: {text}")),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn blocks(blocks: &[WireBlock]) -> anyhow::Result<()> {
    blocks.iter().try_for_each(|block| output::line(&block.plain()))
}

fn buttons(choices: &[crate::domain::conversation::Choice]) -> anyhow::Result<()> {
    choices.iter().enumerate().try_for_each(|(at, choice)| output::line(&format!("   ({}) {}", at + 1, choice.label)))
}
