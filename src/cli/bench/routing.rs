//! `bench routing`: a generated city, imported and looked up; reports filed while the
//! chat is in use. All in a temporary folder; the data folder is not touched.

use anyhow::Context as _;
use clap::Args;

use crate::{
    app::{App, Parts},
    cli::output,
    config::{Config, DataDir},
    eval::{
        bench::routing::{self, Plan, Report},
        metrics::Latency,
    },
    ingest::directory::read_directory,
};

#[derive(Debug, Args)]
pub(super) struct Routing {
    #[arg(long, value_name = "N", default_value_t = 155, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    schools: u32,
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rooms: u32,
    #[arg(long, value_name = "N", default_value_t = 90_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    devices: u32,
    /// Reports filed, one after the other.
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    reports: u32,
    /// Another seed reports other devices.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Routing, mut config: Config) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("schullotse-bench-")
        .tempdir()
        .context("cannot make a temporary folder\nhint: name one that can be written in TMPDIR")?;
    config.data = DataDir(folder.path().to_owned());
    config.knowledge.demo = false;
    // Four teachers here ask as much as a town: what is measured is not the limit.
    let limits = &mut config.limits;
    (limits.conversation_per_minute, limits.conversation_burst) = (100_000, 10_000);
    (limits.school_per_minute, limits.school_burst) = (1_000_000, 100_000);
    let app = App::build(config, Parts::real()?).await?;
    app.support.library.refresh(&[]).await?;
    let plan = Plan {
        schools: command.schools as usize,
        rooms: command.rooms as usize,
        devices: command.devices as usize,
        reports: command.reports as usize,
        seed: command.seed,
    };
    let measured = routing::run(plan, &app.support, |bytes| Ok(read_directory(bytes)?)).await;
    app.support.chats.stop().await;
    app.support.store.close().await;
    let report = measured?;
    if command.json { output::json(&report) } else { print(&report) }
}

fn print(report: &Report) -> anyhow::Result<()> {
    let times = |times: Latency| format!("p50 {:.3}  p95 {:.3}  p99 {:.3} ms", times.p50, times.p95, times.p99);
    let (routed, chat) = (&report.routed, &report.chat);
    output::line(&format!("{} schools, {} rooms, {} devices", report.schools, report.rooms, report.devices))?;
    output::line(&format!("  read and checked  {:.2} s ({:.1} MB of TOML)", report.reading_seconds, report.file_mb))?;
    output::line(&format!("  imported          {:.2} s", report.importing_seconds))?;
    output::line(&format!("  a room by code    {}", times(report.room_ms)))?;
    output::line(&format!("  a device          {}", times(report.device_ms)))?;
    output::line(&format!(
        "{} reports in {:.2} s: {} urgent, {} on-site, {} with a visit, {} joined",
        routed.reports, routed.seconds, routed.urgent, routed.onsite, routed.with_visit, routed.joined
    ))?;
    if let Some(filing) = routed.filing_ms {
        output::line(&format!("  routed and stored {}", times(filing)))?;
    }
    output::line(&format!("  chat meanwhile    {} ({} messages)", times(chat.reply_ms), chat.messages))
}
