//! llama.cpp beside us, in a Python process of its own, one measurement at a time.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;

const SCRIPT: &str = include_str!("llama_cpp.py");

/// The running process; ended when dropped.
pub(super) struct LlamaCpp {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// From the start of loading to the first tokens read.
    pub(super) load: Duration,
    /// Resident memory then, without keys and values, MiB.
    pub(super) resident: f64,
}

impl LlamaCpp {
    pub(super) fn start(python: &Path, model: &Path, threads: usize) -> anyhow::Result<Self> {
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .arg(model)
            .arg(threads.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", python.display()))?;
        let asks = child.stdin.take().context("no way to ask llama.cpp")?;
        let answers = BufReader::new(child.stdout.take().context("no way to hear llama.cpp")?);
        let mut own = Self { child, asks, answers, load: Duration::ZERO, resident: 0.0 };
        let ready = own.line()?;
        let said = ready.strip_prefix("ready ").and_then(|rest| {
            let (seconds, kib) = rest.split_once(' ')?;
            Some((seconds.parse().ok()?, kib.parse::<f64>().ok()?))
        });
        let (seconds, kib) = said.context("llama.cpp does not start\nhint: PYTHON -m pip install llama-cpp-python")?;
        own.load = Duration::from_secs_f64(seconds);
        own.resident = kib / 1_024.0;
        Ok(own)
    }

    /// Measures once: `read N`, `write R C` or `verify N C`.
    pub(super) fn measure(&mut self, what: &str) -> anyhow::Result<Duration> {
        writeln!(self.asks, "{what}")?;
        self.asks.flush()?;
        let line = self.line()?;
        let seconds = line.parse().with_context(|| format!("llama.cpp said {line:?}"))?;
        Ok(Duration::from_secs_f64(seconds))
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        anyhow::ensure!(!line.is_empty(), "llama.cpp ended\nhint: PYTHON -m pip install llama-cpp-python");
        Ok(line.trim().to_owned())
    }
}

impl Drop for LlamaCpp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
