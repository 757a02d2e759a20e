//! What a test starts, and its end: each program runs in a process group of its
//! own, which ends with the value that stands for it, whatever happened before.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// Longest wait for a program to say that it is ready, on a busy machine.
const READY: Duration = Duration::from_secs(90);

/// Makes the bar above the page small enough for a window as narrow as a phone.
const NARROW: &str = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }";

/// A running program and all that it started.
struct Running(Child);

impl Running {
    /// Starts a program without waiting for anything.
    fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_owned();
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        Ok(Self(child.with_context(|| format!("cannot start {}", name.display()))?))
    }

    /// Starts a program and waits for the line that holds `ready`; returns what stands behind it there.
    fn start(command: &mut Command, ready: &'static str) -> anyhow::Result<(Self, String)> {
        let name = command.get_program().to_owned();
        let mut running = Self::spawn(command.stdout(Stdio::piped()))?;
        let stdout = running.0.stdout.take().context("its output was asked for above")?;
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
    pub(crate) address: SocketAddr,
    settings: Vec<(String, String)>,
    data: TempDir,
}

impl Server {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { running: None, address, settings: vec![], data: TempDir::new()? };
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
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        let (running, address) = Running::start(&mut command, "listening on http://")
            .with_context(|| std::fs::read_to_string(self.log()).unwrap_or_default())?;
        self.address = address.trim().parse().context("the server's address")?;
        self.running = Some(running);
        Ok(())
    }

    /// One setting more from its next start on: `SCHULLOTSE__SECTION__KEY`.
    pub(crate) fn also(&mut self, name: String, value: String) {
        self.settings.push((name, value));
    }

    /// Starts it again with one setting changed.
    pub(crate) fn set(&mut self, name: &'static str, value: String) -> anyhow::Result<()> {
        self.also(name.into(), value);
        self.kill();
        self.run()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn log(&self) -> PathBuf {
        self.data.path().join("server.log")
    }
}

/// A `WebDriver`; the browsers that it starts end with it, and then what they left behind.
pub(crate) struct Driver {
    _running: Running,
    /// Ends after the browser that is shown on it.
    _display: Option<Running>,
    _left: TempDir,
    pub(crate) url: String,
}

impl Driver {
    pub(crate) fn chromium(program: &Path) -> anyhow::Result<Self> {
        let left = TempDir::new()?;
        let start = || {
            let mut command = Command::new(program);
            command.arg("--port=0").env("TMPDIR", left.path()).stderr(Stdio::null());
            // The line before this one names port 0.
            Running::start(&mut command, "started successfully on port ")
        };
        // The port that it takes must be free for IPv6 too, and now and then is not: then it ends.
        let (running, port) = start().or_else(|_| start()).or_else(|_| start())?;
        let port: u16 = port.trim().trim_end_matches('.').parse().context("chromedriver's port")?;
        Ok(Self { _running: running, _display: None, _left: left, url: format!("http://127.0.0.1:{port}") })
    }

    /// `WebKitWebDriver` on a virtual screen of its own.
    pub(crate) fn webkit(program: &Path, xvfb: &Path, dark: bool) -> anyhow::Result<Self> {
        let left = TempDir::new()?;
        let style = left.path().join("config/gtk-3.0");
        std::fs::create_dir_all(&style)?;
        std::fs::write(style.join("gtk.css"), NARROW)?;
        let mut screen = Command::new(xvfb);
        screen.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"]);
        let (display, number) = Running::start(screen.stderr(Stdio::null()), "")?;
        // It neither takes port 0 nor says when it is ready.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = Command::new(program);
        command.arg(format!("--port={}", address.port())).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("DISPLAY", format!(":{}", number.trim())).env_remove("WAYLAND_DISPLAY");
        command.env("GTK_THEME", if dark { "Adwaita:dark" } else { "Adwaita" });
        command.env("GSETTINGS_BACKEND", "memory").env("NO_AT_BRIDGE", "1").env("LC_ALL", "C.UTF-8");
        for (name, folder) in
            [("TMPDIR", ""), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")]
        {
            command.env(name, left.path().join(folder));
        }
        let running = Running::spawn(&mut command)?;
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(begin.elapsed() < READY, "WebKitWebDriver does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self { _running: running, _display: Some(display), _left: left, url: format!("http://{address}") })
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
