//! `bench chat`: a server of its own and a crowd of chats over real sockets.

use std::{net::SocketAddr, time::Duration};

use clap::Args;

use super::own::Own;
use crate::{
    cli::output,
    eval::{
        bench::chat::{self, Plan, Report, Server},
        metrics::Latency,
    },
};

#[derive(Debug, Args)]
pub(super) struct Chat {
    /// Chats that are open at the same time; each is a socket here and one in the server.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    chats: u32,
    /// Seconds between two messages of one chat.
    #[arg(long, value_name = "S", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=600))]
    every: u32,
    /// Messages of each chat; the server is killed after half of them.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    messages: u32,
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Chat) -> anyhow::Result<()> {
    let mut server = Own::start(None).await?;
    let plan = Plan {
        chats: command.chats as usize,
        every: Duration::from_secs(command.every.into()),
        messages: command.messages as usize,
    };
    let measured = chat::run(plan, &mut server).await;
    server.stop().await?;
    let report = measured?;
    if command.json { output::json(&report) } else { print(&report) }
}

impl Server for Own {
    fn address(&self) -> SocketAddr {
        self.address()
    }

    fn process(&self) -> Option<u32> {
        self.process()
    }

    async fn restart(&mut self) -> anyhow::Result<()> {
        self.restart(&[]).await
    }
}

fn print(report: &Report) -> anyhow::Result<()> {
    let times = |times: Latency| format!("p50 {:.1}  p95 {:.1}  p99 {:.1} ms", times.p50, times.p95, times.p99);
    let kib = |kib: Option<f64>| kib.map_or_else(|| "–".to_owned(), |kib| format!("{kib:.1} KiB"));
    output::line(&format!("{} chats, {} messages, {} refused", report.chats, report.messages, report.refused))?;
    output::line(&format!("  first block       {}", times(report.first_block_ms)))?;
    output::line(&format!(
        "  over the restart  {} ({} messages; killed, {:.1} s until ready)",
        times(report.restarted_ms),
        report.restarted,
        report.restart_seconds
    ))?;
    output::line(&format!(
        "  memory a chat     {} idle, {} after its messages",
        kib(report.idle_kib),
        kib(report.used_kib)
    ))?;
    output::line(&format!(
        "  lost {}, doubled {}, unanswered {}, connections broken {}",
        report.lost, report.doubled, report.unanswered, report.broken
    ))
}
