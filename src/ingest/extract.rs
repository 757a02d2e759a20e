//! Reads PDF, DOCX and ODT, and Markdown and HTML that are not short, in a child process.
//!
//! A file can take any amount of memory, run for ever or overflow the stack of
//! whoever reads it. So our own binary is started once more, with the first
//! argument [`ARGUMENT`]: it limits itself ([`run_child`]), reads the file from
//! its input and prints JSON. Whatever becomes of it, the parent gets text or a
//! reason. One child runs at a time.

mod child;
mod layout;
mod page;
mod pictures;
mod prune;

use std::{
    io::{Read, Write},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub use self::child::run_child;
use super::{
    ExtractFault, IngestError, OfficeFault,
    pdf::scan_pages,
    read::{Format, Parsed},
};
use crate::config::KnowledgeConfig;

/// First argument of the child process.
pub const ARGUMENT: &str = "extract";

/// Exit statuses of the child beside 0.
mod exit {
    pub(super) const USAGE: u8 = 2;
    pub(super) const UNLIMITED: u8 = 3;
    pub(super) const ENCRYPTED: u8 = 10;
    pub(super) const DAMAGED: u8 = 11;
    pub(super) const TOO_LONG: u8 = 12;
    /// The reason stands in what was printed.
    pub(super) const REFUSED: u8 = 13;
    pub(super) const NO_TEXT: u8 = 14;
}

/// One line of what the child prints of a PDF.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Frame {
    Page { page: usize, text: String, image: bool },
    Title { title: String },
}

/// Bounds of the child process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Address space, MiB.
    pub memory_mib: u64,
    /// Processor time, seconds.
    pub cpu_seconds: u64,
    /// Time on the clock.
    pub wall: Duration,
    /// Characters of text, all pages together.
    pub max_chars: usize,
}

impl From<&KnowledgeConfig> for Limits {
    fn from(config: &KnowledgeConfig) -> Self {
        Self {
            memory_mib: config.extract_memory_mib,
            cpu_seconds: config.extract_cpu_seconds,
            wall: Duration::from_secs(config.extract_wall_seconds),
            max_chars: config.extract_max_chars,
        }
    }
}

/// What came out of a PDF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// From the file's own data, where it looks like one, or the largest type of the first page.
    pub title: Option<String>,
    /// Text by page; a page that cannot be read is empty, and so is a scan, whatever is stamped on it.
    pub pages: Vec<String>,
    /// Numbers of the pages with a picture and without text: scans, of a document that also has others.
    pub scans: Vec<usize>,
}

/// Starts children and reads what they print.
#[derive(Clone, Debug)]
pub struct Extractor {
    program: PathBuf,
    limits: Limits,
    turn: Arc<Mutex<()>>,
}

impl Extractor {
    /// `program` is the absolute path of our own binary, or of whatever passes [`ARGUMENT`] on to [`run_child`].
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, limits: Limits) -> Self {
        Self { program: program.into(), limits, turn: Arc::default() }
    }

    /// Reads a PDF. Blocks up to the wall-clock limit, longer where others wait too.
    ///
    /// # Errors
    /// [`IngestError::Extract`] with the reason, [`IngestError::TooLong`].
    pub fn pdf(&self, bytes: &[u8]) -> Result<Extracted, IngestError> {
        let mut extracted = Extracted::default();
        let mut images = Vec::new();
        for line in self.run(Format::Pdf, bytes)?.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(Frame::Title { title }) => extracted.title = Some(title),
                Ok(Frame::Page { page, text, image }) if page == extracted.pages.len() + 1 => {
                    extracted.pages.push(text);
                    images.push(image);
                }
                // Not ours: a library may print, too.
                _ => {}
            }
        }
        extracted.scans = scan_pages(&extracted.pages, &images);
        for number in &extracted.scans {
            extracted.pages[*number - 1].clear();
        }
        if extracted.pages.iter().all(|page| page.trim().is_empty()) {
            return Err(ExtractFault::NoText.into());
        }
        Ok(extracted)
    }

    /// Parses clean Markdown or HTML, as [`super::read::parse`] does.
    ///
    /// # Errors
    /// As [`Self::pdf`].
    pub(super) fn text(&self, format: Format, text: &str, title: Option<&str>) -> Result<Parsed, IngestError> {
        let mut input = serde_json::to_vec(&title).unwrap_or_default();
        input.push(b'\n');
        input.extend_from_slice(text.as_bytes());
        serde_json::from_slice(&self.run(format, &input)?).map_err(|_| ExtractFault::Damaged.into())
    }

    /// Parses a DOCX or ODT.
    ///
    /// # Errors
    /// As [`Self::pdf`], and [`IngestError::Office`].
    pub(super) fn office(&self, format: Format, bytes: &[u8], title: Option<&str>) -> Result<Parsed, IngestError> {
        let mut input = serde_json::to_vec(&title).unwrap_or_default();
        input.push(b'\n');
        input.extend_from_slice(bytes);
        serde_json::from_slice(&self.run(format, &input)?).map_err(|_| ExtractFault::Damaged.into())
    }

    /// What a child prints that has ended well.
    fn run(&self, format: Format, input: &[u8]) -> Result<Vec<u8>, IngestError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut child = self.start(format).map_err(|error| ExtractFault::Start(error.to_string()))?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            stop(&mut child).ok();
            return Err(ExtractFault::Start("no pipes".into()).into());
        };
        let most = self.limits.max_chars;
        // A character takes at most 6 bytes in JSON (`\u0007`); the rest is for frames and headings.
        let bound = (most as u64).saturating_mul(6).saturating_add(4 * 1024 * 1024);
        let (output, status) = std::thread::scope(|scope| {
            // A child that ends early closes the pipe: then the rest need not be written.
            scope.spawn(move || stdin.write_all(input).ok());
            let (send, receive) = mpsc::channel();
            scope.spawn(move || {
                let mut output = Vec::new();
                let read = stdout.take(bound).read_to_end(&mut output);
                send.send(read.map(|_| output)).ok();
            });
            let output = receive.recv_timeout(self.limits.wall);
            // After its last line the child has nothing left to do; a status that it has already stays.
            (output, stop(&mut child))
        });
        let output = output.map_err(|_| ExtractFault::Time)?.map_err(|_| ExtractFault::Damaged)?;
        if output.len() as u64 >= bound {
            return Err(IngestError::TooLong { most });
        }
        match status.map_err(|error| ExtractFault::Start(error.to_string()))? {
            status if status.success() => Ok(output),
            status if status.code() == Some(exit::REFUSED.into()) => {
                Err(serde_json::from_slice(&output)
                    .map_or(ExtractFault::Damaged.into(), |fault: OfficeFault| fault.into()))
            }
            status => Err(self.reason(status)),
        }
    }

    fn start(&self, format: Format) -> std::io::Result<Child> {
        Command::new(&self.program)
            .args([ARGUMENT, format.name()])
            .args([self.limits.memory_mib, self.limits.cpu_seconds].map(|limit| limit.to_string()))
            .arg(self.limits.max_chars.to_string())
            .env_clear()
            // One arena of glibc's allocator: further ones reserve address space by the 64 MiB.
            .env("MALLOC_ARENA_MAX", "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }

    fn reason(&self, status: ExitStatus) -> IngestError {
        /// Signal numbers of Linux: abort, bus error, kill (out of memory), segmentation fault.
        const MEMORY: [i32; 4] = [6, 7, 9, 11];
        /// Processor time used up.
        const TIME: i32 = 24;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        match (code, status.signal()) {
            (Some(exit::NO_TEXT), _) => ExtractFault::NoText.into(),
            (Some(exit::ENCRYPTED), _) => ExtractFault::Encrypted.into(),
            (Some(exit::TOO_LONG), _) => IngestError::TooLong { most: self.limits.max_chars },
            (Some(exit::USAGE), _) => ExtractFault::Start("it does not know its arguments".into()).into(),
            (Some(exit::UNLIMITED), _) => ExtractFault::Start("it could not limit itself".into()).into(),
            (_, Some(TIME)) => ExtractFault::Time.into(),
            (_, Some(signal)) if MEMORY.contains(&signal) => ExtractFault::Memory.into(),
            _ => ExtractFault::Damaged.into(),
        }
    }
}

/// Kills the child where it still runs, and takes its status, so that no zombie stays.
fn stop(child: &mut Child) -> std::io::Result<ExitStatus> {
    child.kill().ok();
    child.wait()
}
