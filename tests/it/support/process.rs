//! The real program, started as a user starts it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::PATIENCE;

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schullotse"));
    // Nothing of the surroundings may change what a test sees.
    command.env_clear().current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// The one JSON object on standard output; anything else there is a fault.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{self:?}");
        assert_eq!(self.stdout.trim_end().lines().count(), 1, "one line: {}", self.stdout);
        let value: serde_json::Value = serde_json::from_str(&self.stdout).unwrap();
        assert!(value.is_object(), "{value}");
        value
    }

    /// Failed as promised: status 1, a reason that names `parts`, a hint, nothing on standard output.
    #[track_caller]
    pub(crate) fn failed(&self, parts: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        for part in parts.iter().chain(&["hint:"]) {
            assert!(self.stderr.contains(part), "{part:?} is missing in: {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

/// Runs a command with `--data` to its end.
pub(crate) async fn run(data: &Path, arguments: &[&str]) -> Finished {
    run_in(data, data, arguments, None).await
}

/// As [`run`], in another working folder and with text on standard input.
pub(crate) async fn run_in(folder: &Path, data: &Path, arguments: &[&str], input: Option<&str>) -> Finished {
    let mut command = program(folder);
    command.arg("--data").arg(data).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().unwrap();
    if let Some(input) = input {
        child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    }
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the command hangs").unwrap();
    Finished {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Tells logs of servers on the same data apart.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// A running `serve`; killed when dropped.
pub(crate) struct TestProcess {
    pub address: SocketAddr,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
}

impl TestProcess {
    pub(crate) async fn start(data: &Path) -> Self {
        Self::with(data, &[], "info").await
    }

    /// With further arguments and a level for the log, which goes to a file beside the data.
    pub(crate) async fn with(data: &Path, arguments: &[&str], level: &str) -> Self {
        std::fs::create_dir_all(data).unwrap();
        let log = data.with_extension(format!("{}.log", RUNS.fetch_add(1, Ordering::Relaxed)));
        let mut child = program(data)
            .arg("--data")
            .arg(data)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("RUST_LOG", level)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(address) = line.strip_prefix("listening on http://") {
                    return address.parse().unwrap();
                }
            }
            panic!("the server ended: {}", std::fs::read_to_string(&log).unwrap());
        });
        let address = address.await.expect("the server does not start");
        Self { address, child, lines, log }
    }

    /// `kill -9`: nothing is finished, nothing is tidied.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// `kill -TERM`; the exit status.
    pub(crate) async fn terminate(mut self) -> i32 {
        let pid = self.child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let status = timeout(PATIENCE, self.child.wait()).await.expect("the server does not stop").unwrap();
        status.code().unwrap_or(-1)
    }

    /// Everything logged and printed so far.
    pub(crate) async fn log(&mut self) -> String {
        let mut log = std::fs::read_to_string(&self.log).unwrap();
        while let Ok(Ok(Some(line))) = timeout(std::time::Duration::from_millis(50), self.lines.next_line()).await {
            log.push_str(&line);
        }
        log
    }
}
