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
        show(message, 0)?;
    }
    let mut stdin = BufReader::new(tokio::io::stdin());
    let (mut read, mut buttons) = (Vec::new(), Vec::<String>::new());
    let mut count = 0_u32;
    while stdin.read_until(b'\n', &mut read).await? > 0 {
        // A terminal may send anything; what is no text is shown as such.
        let line = String::from_utf8_lossy(&read).trim().to_owned();
        read.clear();
        if line.is_empty() {
            continue;
        }
        count += 1;
        let cid = format!("terminal-{count}");
        // A number presses a button.
        let picked = line.parse::<usize>().ok().and_then(|at| buttons.get(at.checked_sub(1)?)).cloned();
        let message = match picked {
            Some(value) => Incoming::Pick { cid, mid: None, value, fields: std::collections::BTreeMap::new() },
            None => Incoming::Send { cid, text: line },
        };
        let acted = chats.handle(&mut session, message).await;
        for message in &acted {
            show(message, 0)?;
        }
        if acted.iter().any(|message| matches!(message, Outgoing::Direct(Direct::Error { .. }))) {
            continue;
        }
        // The reply is complete when its durable event has come, with what is stored with it.
        let (mut offered, mut wait) = (Vec::new(), patience(&app));
        while let Ok(Some(message)) = tokio::time::timeout(wait, session.next()).await {
            show(&message, offered.len())?;
            if let Outgoing::Event(event) = &message
                && let Some(choices) = choices(&event.body)
            {
                offered.extend(choices);
                wait = TOGETHER;
            }
        }
        buttons = offered;
    }
    app.support.store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Events of one transaction come at once.
const TOGETHER: std::time::Duration = std::time::Duration::from_millis(50);

/// Longest wait for a reply.
fn patience(app: &crate::app::App) -> std::time::Duration {
    std::time::Duration::from_secs(app.support.config.model.deadline_seconds + 5)
}

/// The buttons an event ends with, where it is one that ends a turn.
fn choices(body: &EventBody) -> Option<Vec<String>> {
    match body {
        EventBody::BotEnd { choices, .. }
        | EventBody::EscalateOffer { choices, .. }
        | EventBody::FlowStep { choices, .. } => Some(choices.iter().map(|choice| choice.value.clone()).collect()),
        EventBody::TicketCreated { .. }
        | EventBody::TicketForm { .. }
        | EventBody::TicketStatus { .. }
        | EventBody::Notice { .. } => Some(Vec::new()),
        _ => None,
    }
}

/// Shows a message; its buttons are counted on from those above it.
fn show(message: &Outgoing, above: usize) -> anyhow::Result<()> {
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
                buttons(choices, above)
            }
            EventBody::FlowStep { number, of, blocks: all, citations, choices, .. } => {
                output::line(&format!("── {number}/{of} ──"))?;
                blocks(all)?;
                for citation in citations {
                    output::line(&format!("   [{}] {} › {}", citation.n, citation.title, citation.heading))?;
                }
                buttons(choices, above)
            }
            EventBody::EscalateOffer { blocks: all, choices, .. } => {
                blocks(all)?;
                buttons(choices, above)
            }
            EventBody::TicketForm { fields, .. } => {
                let names: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
                output::line(&format!("   {}", names.join(" · ")))
            }
            EventBody::TicketCreated { number, code, who, when, blocks: all, .. } => {
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

fn buttons(choices: &[crate::domain::conversation::Choice], above: usize) -> anyhow::Result<()> {
    (above + 1..).zip(choices).try_for_each(|(at, choice)| output::line(&format!("   ({at}) {}", choice.label)))
}
