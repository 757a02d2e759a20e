//! `schools import`: read, check, show what changes, and then replace the directory,
//! whole or not at all.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::shown;
use crate::{
    app::{App, DataLock, Parts},
    cli::{now, output, running},
    config::Config,
    domain::school::{Diff, Directory},
    ingest::directory::{Input, read_files},
    store::{DemoData, OpenReport, Store},
    support::library::{Report, builtin_directory},
};

/// Numbers of reports named in a warning.
const NAMED: usize = 5;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(super) struct Import {
    /// One schools.toml with everything, or CSV tables of schools, sites, managers, rounds, rooms
    /// or devices, which each replace their list, or both.
    #[arg(required = true, value_name = "PATH")]
    files: Vec<PathBuf>,
    /// Replace the rooms or devices of this school only.
    #[arg(long, visible_alias = "part", value_name = "ID")]
    school: Option<String>,
    /// Check and show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Remove more than a fifth of the rooms or devices.
    #[arg(long)]
    force: bool,
    /// Put a demonstration in the place of a real directory.
    #[arg(long)]
    demo: bool,
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Done<'a> {
    applied: bool,
    changes: &'a Diff,
    total: Total,
    warnings: &'a [String],
    took_ms: u128,
}

/// How much the directory holds afterwards.
#[derive(Serialize)]
struct Total {
    managers: usize,
    schools: usize,
    rounds: usize,
    rooms: usize,
    devices: usize,
}

/// The product where nobody uses the data, else the database beside a running server.
enum Place {
    Own(App, DataLock),
    Beside(Store),
}

impl Place {
    fn store(&self) -> &Store {
        match self {
            Self::Own(app, _) => &app.support.store,
            Self::Beside(store) => store,
        }
    }
}

pub(super) async fn run(command: Import, config: Config) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let files = read(&command.files)?;
    let inputs: Vec<Input<'_>> =
        files.iter().map(|(name, bytes)| Input { name: name.as_str(), bytes: bytes.as_slice() }).collect();
    // What is wrong in a whole directory is said before anything is opened or made.
    let whole = inputs.iter().any(|file| file.name.to_lowercase().ends_with(".toml"));
    let early = if whole { Some(read_files(&inputs, None, command.school.as_deref())?) } else { None };
    let place = match DataLock::take(&config.data.0)? {
        Some(lock) => Place::Own(App::build(config.clone(), Parts::real()?).await?, lock),
        None => Place::Beside(Store::open(&config.data.0.join("schullotse.db")).await?),
    };
    let present = place.store().directory_dated().await?;
    let read = if let Some(read) = early {
        read
    } else {
        let own = present.as_ref().map(|(directory, _)| directory).filter(|directory| !directory.authority.demo);
        read_files(&inputs, own, command.school.as_deref())?
    };
    let (old, new) = (present.as_ref().map(|(directory, _)| directory), &read.directory);
    refuse_demo(old, new, command.demo)?;
    // The demonstration is nobody's: all of the own directory is new.
    let old = old.filter(|old| old.authority.demo == new.authority.demo).cloned().unwrap_or_default();
    let diff = Diff::between(&old, new);
    let mut warnings = read.notes.clone();
    warnings.extend(left_of_demo(new, &builtin_directory()?));
    warnings.extend(homeless(&place.store().open_reports(None).await?, &old, new));
    if !command.json {
        shown::changes(&diff)?;
    }
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    // What is invented may go without being asked after.
    let meant = command.force || command.dry_run || old.authority.demo;
    if let Some(why) = diff.removes_much(&old).filter(|_| !meant) {
        anyhow::bail!("{why}; nothing was changed\nhint: --dry-run shows what would go, --force does it");
    }
    let gone = if command.dry_run { DemoData::default() } else { apply(place, &config, present.as_ref(), new).await? };
    report(&command, &diff, new, &warnings, (start, gone))?;
    Ok(ExitCode::SUCCESS)
}

fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let file = |path: &PathBuf| {
        let bytes = std::fs::read(path);
        let bytes = bytes.with_context(|| format!("cannot read {}\nhint: check the path", path.display()))?;
        Ok((path.display().to_string(), bytes))
    };
    paths.iter().map(file).collect()
}

async fn apply(
    place: Place,
    config: &Config,
    present: Option<&(Directory, Timestamp)>,
    new: &Directory,
) -> anyhow::Result<DemoData> {
    match (place, present) {
        (Place::Own(app, _lock), Some((old, at))) => {
            let (gone, _) = app.support.change_directory((old, *at), new).await?;
            app.support.store.close().await;
            Ok(gone)
        }
        (place, present) => {
            let (store, invented) = (place.store(), builtin_directory()?);
            let gone = match present {
                Some((old, at)) => store.directory_change((old, *at), new, &invented, now()).await?,
                None => store.directory_replace(new, &invented, now()).await?,
            };
            store.close().await;
            running::tell::<Report>(config, "schools", &serde_json::json!({})).await?;
            Ok(gone)
        }
    }
}

fn report(
    command: &Import,
    diff: &Diff,
    new: &Directory,
    warnings: &[String],
    (start, gone): (Instant, DemoData),
) -> anyhow::Result<()> {
    let total = Total {
        managers: new.managers.len(),
        schools: new.schools.len(),
        rounds: new.rounds.len(),
        rooms: new.rooms.len(),
        devices: new.devices.len(),
    };
    if command.json {
        let took_ms = start.elapsed().as_millis();
        return output::json(&Done { applied: !command.dry_run, changes: diff, total, warnings, took_ms });
    }
    if gone != DemoData::default() {
        output::line(&format!(
            "removed with the demonstration: {} conversations, {} reports, {} figures",
            gone.conversations, gone.tickets, gone.facts
        ))?;
    }
    output::line(&format!(
        "{}: {} schools, {} campus managers, {} rounds, {} rooms, {} devices",
        if command.dry_run { "checked, nothing was changed" } else { "imported" },
        total.schools,
        total.managers,
        total.rounds,
        total.rooms,
        total.devices
    ))
}

/// A demonstration comes over a real directory only where somebody means it.
fn refuse_demo(present: Option<&Directory>, new: &Directory, meant: bool) -> anyhow::Result<()> {
    let real = present.is_some_and(|present| !present.authority.demo);
    anyhow::ensure!(
        meant || !real || !new.authority.demo,
        "the file is a demonstration (`demo = true`), and a real directory is in use\nhint: delete that line if the file is your own; --demo imports it all the same"
    );
    Ok(())
}

/// Open reports whose room or school is in the old directory and not in the new one.
fn homeless(open: &[OpenReport], old: &Directory, new: &Directory) -> Option<String> {
    let lost = |report: &&OpenReport| {
        let school =
            |directory: &Directory| directory.schools.iter().any(|one| Some(&one.id) == report.school.as_ref());
        let room = |directory: &Directory| directory.rooms.iter().any(|one| Some(&one.code) == report.room.as_ref());
        (school(old) && !school(new)) || (room(old) && !room(new))
    };
    let numbers: Vec<&str> = open.iter().filter(lost).map(|report| report.number.as_str()).collect();
    if numbers.is_empty() {
        return None;
    }
    let named = numbers.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = if numbers.len() > NAMED { ", …" } else { "" };
    Some(format!(
        "{} open reports are of rooms or schools that go: {named}{more}; hint: `schullotse tickets show NUMBER`, and close them or keep the rooms",
        numbers.len()
    ))
}

/// What is left of the demonstration in a file that somebody copied and edited.
fn left_of_demo(new: &Directory, invented: &Directory) -> Vec<String> {
    let known = |id: &str| invented.schools.iter().any(|school| school.id == id);
    let mut warnings = Vec::new();
    if new.authority.demo && new.schools.iter().any(|school| !known(&school.id)) {
        warnings.push(
            "the file still says `demo = true`: every page says so, and invented past cases are shown; hint: delete that line and import it again".into(),
        );
    }
    if !new.authority.demo {
        for school in new.schools.iter().filter(|school| known(&school.id)) {
            warnings.push(format!(
                "the school {:?} is one of the demonstration's; hint: delete it, or give your own school another id",
                school.id
            ));
        }
    }
    warnings
}
