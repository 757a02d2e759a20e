//! `outages`: staff enter what is broken where, so that whoever asks there hears it first.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::{Timestamp, civil};
use serde_json::json;

use super::{output, running};
use crate::{
    app::{App, DataLock, Parts},
    config::Config,
    domain::{
        clock::berlin,
        document::DeviceType,
        outage::{Outage, Where},
    },
    support::{Support, form},
};

#[derive(Debug, Args)]
pub(super) struct Outages {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Enter an outage: what teachers read, and where it is (without any place, everywhere).
    Add {
        /// As teachers read it: "WLAN gestört".
        what: String,
        /// Id of a school.
        #[arg(long, value_name = "ID")]
        school: Option<String>,
        /// Id of a building of that school.
        #[arg(long, value_name = "ID", requires = "school")]
        site: Option<String>,
        /// Code of a room.
        #[arg(long, value_name = "CODE")]
        room: Option<String>,
        /// What is out of order: network, printer, account … Without it, as `what` says.
        #[arg(long = "device", value_name = "TYPE")]
        devices: Vec<String>,
        /// Since when: 2026-11-23T09:40, or 09:40 for today. Without it, now.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// When it is expected to be over; then it ends by itself.
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Those that are open; `--all` shows those that are over, too.
    List {
        #[arg(long)]
        all: bool,
        #[arg(long)]
        json: bool,
    },
    /// Move the expected end.
    Until {
        id: String,
        /// A time, or `open`.
        time: String,
    },
    /// It is over: everyone who said "bei mir auch" is told.
    End {
        id: String,
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: Outages, config: Config) -> anyhow::Result<ExitCode> {
    let lock = DataLock::take(&config.data.0)?;
    let app = App::build(config.clone(), Parts::real()?).await?;
    let support = &app.support;
    let changed = match command.what {
        What::Add { what, school, site, room, devices, since, until, json } => {
            let place = place(support, school, site, room).await?;
            let now = support.clock.now();
            let since = since.map(|text| time(&text, now)).transpose()?.unwrap_or(now);
            let until = until.map(|text| time(&text, now)).transpose()?;
            anyhow::ensure!(
                until.is_none_or(|until| until > since && until > now),
                "--until is not after --since, or is over already\nhint: give a time that is still to come"
            );
            let devices = devices_of(support, &devices, &what)?;
            let what = crate::domain::text::clean(&what);
            anyhow::ensure!(
                (3..=120).contains(&what.chars().count()),
                "what is out of order takes 3 to 120 characters\nhint: \"WLAN gestört\" is enough"
            );
            let new = Outage { id: String::new(), what, place, devices, since, until, ended: None, confirmed: 0 };
            told(support, &support.store.outage_add(new).await?, json)?;
            true
        }
        What::List { all, json } => {
            let list = if all { support.store.outages(200).await? } else { support.store.outages_open().await? };
            if json {
                output::json(&json!({ "outages": list.iter().map(as_json).collect::<Vec<_>>() }))?;
            } else if list.is_empty() {
                output::line("no outages")?;
            } else {
                list.iter().try_for_each(|outage| told(support, outage, false))?;
            }
            false
        }
        What::Until { id, time: text } => {
            let until = if text == "open" { None } else { Some(time(&text, support.clock.now())?) };
            anyhow::ensure!(support.store.outage_until(&id.to_uppercase(), until).await?, unknown(&id));
            output::line(&format!("{} is expected until {text}", id.to_uppercase()))?;
            true
        }
        What::End { id, json } => {
            let id = id.to_uppercase();
            let readers = if lock.is_some() {
                support.outages.end(&id).await?.with_context(|| unknown(&id))?.1.len() as u64
            } else {
                // The server tells those who have the chat open.
                let told: serde_json::Value = running::tell(&config, "outages", &json!({ "end": id })).await?;
                told["told"].as_u64().with_context(|| unknown(&id))?
            };
            if json {
                output::json(&json!({ "id": id, "told": readers }))?;
            } else {
                output::line(&format!("{id} is over; {readers} conversations were told"))?;
            }
            false
        }
    };
    if changed && lock.is_none() {
        running::tell::<serde_json::Value>(&config, "outages", &json!({})).await?;
    }
    support.store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// A place that exists; a room says where it is.
async fn place(
    support: &Support,
    school: Option<String>,
    site: Option<String>,
    room: Option<String>,
) -> anyhow::Result<Where> {
    if let Some(code) = room {
        let found = support.schools.room(&code).await?;
        let room =
            found.with_context(|| format!("there is no room {code:?}\nhint: give its code, as on the wall"))?.room;
        anyhow::ensure!(
            school.as_ref().is_none_or(|school| *school == room.school),
            "the room {code:?} is not at {school:?}\nhint: the room alone is enough"
        );
        return Ok(Where { school: Some(room.school), site: room.site, room: Some(room.code) });
    }
    if let Some(id) = &school {
        let known = support.schools.now();
        let found = known.schools.iter().find(|school| school.id == *id);
        let all = || known.schools.iter().map(|school| school.id.as_str()).collect::<Vec<_>>().join(" ");
        let found = found.with_context(|| format!("there is no school {id:?}\nhint: one of {}", all()))?;
        if let Some(site) = &site {
            let sites = || found.sites.iter().map(|site| site.id.as_str()).collect::<Vec<_>>().join(" ");
            anyhow::ensure!(
                found.sites.iter().any(|known| known.id == *site),
                "{id:?} has no site {site:?}\nhint: one of {}",
                sites()
            );
        }
    }
    Ok(Where { school, site, room: None })
}

/// The devices given, else those that the words name.
fn devices_of(support: &Support, given: &[String], what: &str) -> anyhow::Result<Vec<DeviceType>> {
    if given.is_empty() {
        return Ok(support.responder.devices_in(what));
    }
    let read = |name: &String| {
        form::device_of(name).with_context(|| {
            let all: Vec<&str> = form::all_devices().collect();
            format!("there is no device {name:?}\nhint: one of {}", all.join(" "))
        })
    };
    given.iter().map(read).collect()
}

/// RFC 3339, a local date and time, or a local time of today.
fn time(text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let today = now.to_zoned(berlin()).date();
    let local = text.parse::<civil::DateTime>().ok();
    let local = local.or_else(|| text.parse::<civil::Time>().ok().map(|time| today.to_datetime(time)));
    let local =
        local.with_context(|| format!("{text:?} is no time\nhint: write 2026-11-23T09:40, or 09:40 for today"))?;
    Ok(local.to_zoned(berlin())?.timestamp())
}

fn told(support: &Support, outage: &Outage, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(&as_json(outage));
    }
    let place = outage.place.named(&support.schools.now().schools);
    let place = if place.is_empty() { "everywhere".into() } else { place };
    let until = outage.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let over = outage.ended.map(|ended| format!("  over since {ended}")).unwrap_or_default();
    output::line(&format!(
        "{}  {}  {place}  since {}{until}  {} times \"bei mir auch\"{over}",
        outage.id, outage.what, outage.since, outage.confirmed
    ))
}

fn as_json(outage: &Outage) -> serde_json::Value {
    json!({
        "id": outage.id, "what": outage.what, "school": outage.place.school, "site": outage.place.site,
        "room": outage.place.room, "devices": outage.devices, "since": outage.since, "until": outage.until,
        "ended": outage.ended, "confirmed": outage.confirmed,
    })
}

fn unknown(id: &str) -> String {
    format!("there is no open outage {id}\nhint: `schullotse outages list` shows them")
}
