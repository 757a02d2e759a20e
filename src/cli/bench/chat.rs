//! `bench chat`: a server in a process of its own, on an empty folder, with its demo; and a
//! crowd of chats over real sockets. The data folder is not touched.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::{Instant, sleep},
};

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
    let folder = tempfile::Builder::new()
        .prefix("schullotse-bench-")
        .tempdir()
        .context("cannot make a temporary folder\nhint: name one that can be written in TMPDIR")?;
    let mut server = Own::start(folder.path().to_owned()).await?;
    let plan = Plan {
        chats: command.chats as usize,
        every: Duration::from_secs(command.every.into()),
        messages: command.messages as usize,
    };
    let measured = chat::run(plan, &mut server).await;
    server.child.kill().await?;
    let report = measured?;
    if command.json { output::json(&report) } else { print(&report) }
}

/// The server that is measured: this very program.
struct Own {
    data: PathBuf,
    address: SocketAddr,
    child: Child,
}

/// Longest wait until it is ready: an unoptimised build indexes the demo for a while.
const READY: Duration = Duration::from_mins(2);

impl Own {
    async fn start(data: PathBuf) -> anyhow::Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?;
        let child = spawn(&data, address)?;
        let own = Self { data, address, child };
        own.ready().await?;
        Ok(own)
    }

    async fn ready(&self) -> anyhow::Result<()> {
        let end = Instant::now() + READY;
        while Instant::now() < end {
            if asked(self.address).await.is_some_and(|answer| answer.contains(" 200 ")) {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!(
            "the server was not ready after {} s\nhint: start `schullotse serve` and read what it says",
            READY.as_secs()
        )
    }
}

impl Server for Own {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn process(&self) -> Option<u32> {
        self.child.id()
    }

    async fn restart(&mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        self.child = spawn(&self.data, self.address)?;
        self.ready().await
    }
}

fn spawn(data: &std::path::Path, address: SocketAddr) -> anyhow::Result<Child> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let mut command = Command::new(program);
    command.arg("--data").arg(data).arg("serve").arg("--listen").arg(address.to_string());
    // A crowd here asks as one school: what is measured is not the limit.
    for limit in ["CONVERSATION_PER_MINUTE", "CONVERSATION_BURST", "SCHOOL_PER_MINUTE", "SCHOOL_BURST"] {
        command.env(format!("SCHULLOTSE__LIMITS__{limit}"), "1000000");
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.spawn().context("cannot start the server that is measured")
}

/// The first line that the server answers.
async fn asked(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.lines().next().map(str::to_owned)
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
