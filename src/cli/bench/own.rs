//! The server that is measured: this very program in a process of its own, on an empty folder, with
//! its demo. The data folder is not touched.

use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::{Instant, sleep},
};

/// Longest wait until it is ready: an unoptimised build indexes the demo for a while.
const READY: Duration = Duration::from_mins(2);
/// A crowd here asks as one school: what is measured is not the limit.
const LIMITS: [&str; 5] =
    ["CONVERSATION_PER_MINUTE", "CONVERSATION_BURST", "SCHOOL_PER_MINUTE", "SCHOOL_BURST", "TICKETS_PER_HOUR"];

/// A running server; it and its folder are gone when it is dropped.
pub(super) struct Own {
    folder: TempDir,
    address: SocketAddr,
    child: Child,
    config: Option<PathBuf>,
}

impl Own {
    pub(super) async fn start(config: Option<PathBuf>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("schullotse-bench-")
            .tempdir()
            .context("cannot make a temporary folder\nhint: name one that can be written in TMPDIR")?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?;
        let child = spawn(folder.path(), address, config.as_deref(), &[])?;
        let own = Self { folder, address, child, config };
        own.ready().await?;
        Ok(own)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn data(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills it as a power cut would, starts it on the same data with further settings (name and value in the
    /// environment), and waits until it is ready.
    pub(super) async fn restart(&mut self, settings: &[(&str, OsString)]) -> anyhow::Result<()> {
        self.child.kill().await?;
        self.child = spawn(self.folder.path(), self.address, self.config.as_deref(), settings)?;
        self.ready().await
    }

    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
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

fn spawn(
    data: &Path,
    address: SocketAddr,
    config: Option<&Path>,
    settings: &[(&str, OsString)],
) -> anyhow::Result<Child> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let mut command = Command::new(program);
    command.arg("--data").arg(data);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.arg("serve").arg("--listen").arg(address.to_string());
    for limit in LIMITS {
        command.env(format!("SCHULLOTSE__LIMITS__{limit}"), "1000000");
    }
    for (name, value) in settings {
        command.env(name, value);
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
