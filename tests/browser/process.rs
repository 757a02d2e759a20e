//! What a test starts, and its end: each program runs in a process group of its
//! own, which ends with the value that stands for it, whatever happened before.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// Longest wait for a program to say that it is ready, on a busy machine.
const READY: Duration = Duration::from_secs(90);

/// A running program and all that it started.
struct Running(Child);

impl Running {
    /// Starts a program and waits for the line that holds `ready`; returns what stands behind it there.
    fn start(command: &mut Command, ready: &'static str) -> anyhow::Result<(Self, String)> {
        let name = command.get_program().to_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", name.display()))?;
        let stdout = child.stdout.take().context("its output was asked for above")?;
        let running = Self(child);
        let (tell, told) = mpsc::channel();
        // Reads to the end, so that the program never waits for a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once(ready) {
                    let _ = tell.send(rest.to_owned());
                }
            }
        });
        let rest = told.recv_timeout(READY).with_context(|| format!("{} did not say {ready:?}", name.display()))?;
        Ok((running, rest))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

/// Our own server on a data folder of its own.
pub(crate) struct Server {
    running: Option<Running>,
    address: SocketAddr,
    data: TempDir,
}

impl Server {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut server = Self { running: None, address: SocketAddr::from(([127, 0, 0, 1], 0)), data: TempDir::new()? };
        server.run()?;
        Ok(server)
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.running = None;
    }

    /// Starts it (again), on the same data and, once it has one, the same port.
    pub(crate) fn run(&mut self) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(program()?);
        command.arg("--data").arg(self.data.path().join("data"));
        command.args(["serve", "--listen", &self.address.to_string()]).stderr(log);
        let (running, address) = Running::start(&mut command, "listening on http://")
            .with_context(|| std::fs::read_to_string(self.log()).unwrap_or_default())?;
        self.address = address.trim().parse().context("the server's address")?;
        self.running = Some(running);
        Ok(())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn log(&self) -> PathBuf {
        self.data.path().join("server.log")
    }
}

/// `chromedriver`; the browsers that it starts end with it, and then what they left behind.
pub(crate) struct Driver {
    _running: Running,
    _left: TempDir,
    pub(crate) url: String,
}

impl Driver {
    pub(crate) fn start(program: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        let left = TempDir::new()?;
        command.arg("--port=0").env("TMPDIR", left.path()).stderr(Stdio::null());
        // The line before this one names port 0.
        let (running, port) = Running::start(&mut command, "started successfully on port ")?;
        let port: u16 = port.trim().trim_end_matches('.').parse().context("chromedriver's port")?;
        Ok(Self { _running: running, _left: left, url: format!("http://127.0.0.1:{port}") })
    }
}

/// The program under test.
fn program() -> anyhow::Result<PathBuf> {
    let named = std::env::var_os("SCHULLOTSE_BIN").map(PathBuf::from);
    let program = named.unwrap_or_else(|| root().join("target/debug/schullotse"));
    let found = program.canonicalize();
    found
        .with_context(|| format!("no program at {}\nhint: run `cargo build`, or set SCHULLOTSE_BIN", program.display()))
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The first of these programs that stands on the path.
pub(crate) fn installed(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = |name: &&str| {
        std::env::split_paths(&path).map(|folder| folder.join(OsStr::new(name))).find(|file| file.is_file())
    };
    names.iter().find_map(found)
}
