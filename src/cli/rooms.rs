//! `rooms`: the rooms of a school, the codes on their walls, and the labels with them.
//! A running server needs not be told: it looks a code up whenever one is used.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::output;
use crate::{
    app::Parts,
    config::Config,
    domain::{room_code, school::Directory},
    store::{CodeState, CodedRoom, Store},
    support::{
        ids::Ids,
        labels::{self, Label, Page},
    },
};

#[derive(Debug, Args)]
pub(super) struct Rooms {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The rooms of a school, with the codes that open their chats.
    List {
        #[arg(long, value_name = "ID")]
        school: String,
        #[arg(long)]
        json: bool,
    },
    /// One page of HTML with a label for every room: QR code, address, telephone, three steps.
    /// `server.public_url` must be set: the labels carry that address.
    Labels(Labels),
    /// Give a room, or all rooms of a school, new codes. The old ones stop at once.
    Renew(Renew),
}

#[derive(Debug, Args)]
struct Labels {
    #[arg(long, value_name = "ID")]
    school: String,
    /// Of this site only.
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// Write the page to this file and not to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One label a page.
    #[arg(long)]
    large: bool,
}

#[derive(Debug, Args)]
struct Renew {
    /// The code on the wall, or the room's code in the directory.
    #[arg(required_unless_present = "school")]
    code: Option<String>,
    #[arg(long, value_name = "ID", conflicts_with = "code")]
    school: Option<String>,
    #[arg(long)]
    json: bool,
}

/// A room, as `--json` prints it.
#[derive(Serialize)]
struct Listed<'a> {
    /// What opens the chat; `null` where nothing does.
    code: Option<&'a str>,
    /// In the directory, in reports and devices.
    room: &'a str,
    school: &'a str,
    site: Option<&'a str>,
    name: &'a str,
    maintenance_due: Option<jiff::civil::Date>,
}

impl<'a> From<&'a CodedRoom> for Listed<'a> {
    fn from(CodedRoom { room, code }: &'a CodedRoom) -> Self {
        Self {
            code: code.as_deref(),
            room: &room.code,
            school: &room.school,
            site: room.site.as_deref(),
            name: &room.name,
            maintenance_due: room.maintenance_due,
        }
    }
}

pub(super) async fn run(command: Rooms, config: Config) -> anyhow::Result<ExitCode> {
    let store = Store::open(&config.data.0.join("schullotse.db")).await?;
    match command.what {
        What::List { school, json } => list(&store, &school, json).await?,
        What::Labels(command) => print_labels(&store, &config, command).await?,
        What::Renew(command) => renew(&store, command).await?,
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The directory, where it has the school.
async fn known(store: &Store, school: &str) -> anyhow::Result<Directory> {
    let directory = store.directory_outline().await?.unwrap_or_default();
    let ids = || directory.schools.iter().map(|one| one.id.as_str()).take(20).collect::<Vec<_>>().join(" ");
    anyhow::ensure!(
        directory.schools.iter().any(|one| one.id == school),
        "the school {school:?} is unknown\nhint: there are {}",
        ids()
    );
    Ok(directory)
}

async fn list(store: &Store, school: &str, json: bool) -> anyhow::Result<()> {
    known(store, school).await?;
    let rooms = store.rooms_coded(school).await?;
    print(&rooms, json)
}

fn print(rooms: &[CodedRoom], json: bool) -> anyhow::Result<()> {
    if json {
        let rooms: Vec<Listed<'_>> = rooms.iter().map(Listed::from).collect();
        return output::json(&json!({ "rooms": rooms }));
    }
    for CodedRoom { room, code } in rooms {
        let code = code.as_deref().unwrap_or("(none)");
        let place = room.site.as_deref().map(|site| format!("/{site}")).unwrap_or_default();
        let due = room.maintenance_due.map(|day| format!(", to be looked after by {day}")).unwrap_or_default();
        output::line(&format!("{code:<12} {} ({}), {}{place}{due}", room.name, room.code, room.school))?;
    }
    Ok(())
}

async fn print_labels(store: &Store, config: &Config, command: Labels) -> anyhow::Result<()> {
    let public_url = config.server.public_url.as_deref().context(
        "the labels need the address under which browsers reach the server\nhint: set `server.public_url` to https://… in schullotse.toml",
    )?;
    let directory = known(store, &command.school).await?;
    let school = directory.schools.iter().find(|one| one.id == command.school).context("the school is gone")?;
    if let Some(site) = &command.site {
        let ids: Vec<&str> = school.sites.iter().map(|site| site.id.as_str()).collect();
        anyhow::ensure!(
            ids.contains(&site.as_str()),
            "the school has no site {site:?}\nhint: there are {}",
            ids.join(" ")
        );
    }
    let mut rooms = store.rooms_coded(&command.school).await?;
    rooms.retain(|one| command.site.is_none() || one.room.site == command.site);
    let mut labels = Vec::new();
    for CodedRoom { room, code } in rooms {
        let Some(code) = code else {
            let name = &room.code;
            tracing::warn!("no code opens the room {name}: it gets no label; hint: `schullotse rooms renew {name}`");
            continue;
        };
        let devices = store.room(&room.code).await?.map(|entry| entry.devices).unwrap_or_default();
        let several = school.sites.len() > 1;
        let site = school.sites.iter().find(|site| several && room.site.as_ref() == Some(&site.id));
        labels.push(Label {
            code,
            room: room.name,
            school: school.name.clone(),
            site: site.map(|site| site.name.clone()),
            devices: devices.iter().map(|device| device.kind).collect(),
        });
    }
    anyhow::ensure!(
        !labels.is_empty(),
        "there are no rooms to label\nhint: `schullotse rooms list` shows what is known"
    );
    let authority = &directory.authority;
    let helpdesk = if authority.helpdesk.is_empty() { "die Schul-IT" } else { &authority.helpdesk };
    let page = Page { public_url, helpdesk, hotline: &authority.hotline, large: command.large, demo: authority.demo };
    let html = labels::page(&labels, page)?;
    match &command.out {
        None => output::line(&html),
        Some(file) => {
            let written = std::fs::write(file, html);
            written.with_context(|| format!("cannot write {}\nhint: name another file", file.display()))?;
            eprintln!("{} labels in {}: open it in a browser and print it on A4", labels.len(), file.display());
            Ok(())
        }
    }
}

async fn renew(store: &Store, command: Renew) -> anyhow::Result<()> {
    let (school, only) = match (command.code, command.school) {
        (_, Some(school)) => {
            known(store, &school).await?;
            (school, None)
        }
        (code, None) => {
            let code = code.unwrap_or_default();
            let mut found = store.room(&code).await?;
            for spelling in room_code::spellings(&code) {
                if found.is_none()
                    && let CodeState::Opens(entry) = store.room_code(&spelling).await?
                {
                    found = Some(entry);
                }
            }
            let entry = found.with_context(|| {
                format!("no room has the code {code:?}\nhint: `schullotse rooms list --school ID` shows them")
            })?;
            (entry.room.school, Some(entry.room.code))
        }
    };
    let chosen = |room: &CodedRoom| only.as_ref().is_none_or(|only| *only == room.room.code);
    let before: Vec<CodedRoom> = store.rooms_coded(&school).await?.into_iter().filter(chosen).collect();
    let parts = Parts::real()?;
    let ids = Ids::new(parts.rng, parts.clock);
    let new: Vec<(String, String)> = before.iter().map(|one| (one.room.code.clone(), ids.room_code())).collect();
    store.room_codes_renew(&new, super::now()).await?;
    let after: Vec<CodedRoom> = store.rooms_coded(&school).await?.into_iter().filter(chosen).collect();
    print(&after, command.json)?;
    eprintln!(
        "{} codes renewed, the old ones have stopped; hint: print the labels again: `schullotse rooms labels --school {school}`",
        after.len()
    );
    Ok(())
}
