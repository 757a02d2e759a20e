//! `bench delivery`: reports into the helpdesk's system that is configured, which must be one for tests.

use std::{net::SocketAddr, path::Path, path::PathBuf, time::Duration};

use clap::Args;

use super::own::Own;
use crate::{
    cli::output,
    config::Config,
    eval::{
        bench::delivery::{self, Plan, Report, Sent, Server},
        metrics::Latency,
    },
};

/// A port of this machine on which nobody listens.
const NOBODY: &str = "http://127.0.0.1:9";
const URL: &str = "SCHULLOTSE__HELPDESK__PRIMARY__URL";

#[derive(Debug, Args)]
pub(super) struct Delivery {
    /// The system that `[helpdesk.primary]` names is one for tests: hundreds of reports are filed there.
    #[arg(long, required = true)]
    into_configured: bool,
    /// Reports from chats while the system answers, as many while it is down, and while others wait.
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    chats: u32,
    /// Reports that wait for a system that is down.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    waiting: u32,
    /// Seconds for which delivering is watched when it is back.
    #[arg(long, value_name = "S", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    watched: u32,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Delivery, config: &Config, file: Option<PathBuf>) -> anyhow::Result<()> {
    let primary = config.helpdesk.primary.as_ref();
    anyhow::ensure!(
        primary.is_some_and(|primary| primary.url.is_some()),
        "no system with an address is configured\nhint: name one for tests in `[helpdesk.primary]` (`src/helpdesk/README.md`), and the file by --config"
    );
    let mut server = Measured { own: Own::start(file).await? };
    let plan = Plan {
        chats: command.chats as usize,
        waiting: command.waiting as usize,
        watched: Duration::from_secs(command.watched.into()),
    };
    let measured = delivery::run(plan, &mut server).await;
    server.own.stop().await?;
    let report = measured?;
    if command.json { output::json(&report) } else { print(&report) }
}

struct Measured {
    own: Own,
}

impl Server for Measured {
    fn address(&self) -> SocketAddr {
        self.own.address()
    }

    fn process(&self) -> Option<u32> {
        self.own.process()
    }

    fn data(&self) -> &Path {
        self.own.data()
    }

    async fn restart(&mut self, helpdesk: bool) -> anyhow::Result<()> {
        let nobody = [(URL, NOBODY.into())];
        self.own.restart(if helpdesk { &[] } else { &nobody }).await
    }
}

fn print(report: &Report) -> anyhow::Result<()> {
    let times = |times: Latency| format!("p50 {:.0}  p95 {:.0} ms", times.p50, times.p95);
    let sent = |name: &str, sent: &Sent| {
        output::line(&format!("  {name:<24}{} until our number ({} reports)", times(sent.number_ms), sent.reports))
    };
    output::line("from sending to the number in the chat")?;
    sent("helpdesk up", &report.up)?;
    output::line(&format!(
        "  {:<24}{} until the helpdesk's number ({} of {})",
        "",
        times(report.up.arrived_ms),
        report.up.arrived,
        report.up.reports
    ))?;
    sent("helpdesk down", &report.down)?;
    sent(&format!("… and {} waiting", report.waiting), &report.crowded)?;
    let mib = |mib: Option<f64>| mib.map_or_else(|| "–".to_owned(), |mib| format!("{mib:.0} MiB"));
    output::line(&format!("accepted   {:.0} reports/s while the helpdesk is down", report.accepted_per_second))?;
    output::line(&format!(
        "waiting    {}: memory {} (before {}), {:.1} KiB each on disk",
        report.waiting,
        mib(report.memory_waiting_mib),
        mib(report.memory_before_mib),
        report.disk_kib
    ))?;
    output::line(&format!(
        "delivered  {:.2} reports/s when it is back ({} watched)",
        report.delivered_per_second, report.delivered
    ))
}
