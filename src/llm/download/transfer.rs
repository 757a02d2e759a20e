//! One file on its way: requests, resumption, and the check at the end.
//!
//! Resumption follows RFC 9110, section 14: `Range` asks for the rest, `If-Range`
//! for the whole where the file has changed meanwhile. A server that ignores either
//! sends the whole, and what stood there is replaced.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_RANGE, ETAG, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE},
};
use serde::{Deserialize, Serialize};

use super::{
    DownloadError, Progress,
    checksum::{hash, record},
};
use crate::llm::manifest::Entry;

/// What a part is a part of.
#[derive(Default, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    url: String,
    /// A strong `ETag` or a date, either of which `If-Range` takes.
    version: Option<String>,
    total: Option<u64>,
}

pub(super) struct Transfer {
    client: Client,
    file: File,
    path: PathBuf,
    origin: Origin,
    arrived: u64,
    /// Length that the list promises.
    promised: Option<u64>,
}

impl Transfer {
    /// Takes up the part that is there, if it comes from the same address.
    pub(super) fn open(entry: &Entry, target: &Path, client: Client) -> Result<Self, DownloadError> {
        let path = target.with_extension("gguf.part");
        let fault = |source| DownloadError::File { path: path.clone(), source };
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DownloadError::Busy(entry.file.clone())),
            Err(TryLockError::Error(source)) => return Err(fault(source)),
        }
        let arrived = file.metadata().map_err(fault)?.len();
        let known = std::fs::read(origin_of(&path)).ok().and_then(|text| serde_json::from_slice::<Origin>(&text).ok());
        let fresh = Origin { url: entry.url.clone(), ..Origin::default() };
        let mut transfer = Self { client, file, path, origin: fresh, arrived, promised: entry.bytes };
        match known {
            Some(origin) if origin.url == entry.url => transfer.origin = origin,
            _ => transfer.discard()?,
        }
        Ok(transfer)
    }

    /// Bytes on the disk.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived
    }

    /// Asks for what is missing and takes it in until the end or a break.
    pub(super) async fn attempt(&mut self, progress: Progress<'_>) -> Result<(), DownloadError> {
        if self.arrived > 0 && self.origin.total == Some(self.arrived) {
            return Ok(());
        }
        let mut request = self.client.get(&self.origin.url);
        if self.arrived > 0 {
            request = request.header(RANGE, format!("bytes={}-", self.arrived));
            if let Some(version) = &self.origin.version {
                request = request.header(IF_RANGE, version);
            }
        }
        let mut response = request.send().await.map_err(|error| self.broken(&error))?;
        let total = match response.status() {
            StatusCode::OK => {
                self.discard()?;
                response.content_length()
            }
            StatusCode::PARTIAL_CONTENT => match range_of(&response) {
                Some((start, total)) if start == self.arrived && self.fits(total) => total,
                _ => return self.restart(StatusCode::PARTIAL_CONTENT),
            },
            status @ StatusCode::RANGE_NOT_SATISFIABLE => return self.restart(status),
            status => return Err(self.refused(status)),
        };
        if let (Some(promised), Some(total)) = (self.promised, total)
            && promised != total
        {
            return Err(self.content(&format!("the server has {total} bytes, the list says {promised}")));
        }
        self.remember(&response, total)?;
        self.check_space(total)?;
        progress(self.arrived, total);
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            self.file.write_all(&chunk).map_err(|source| self.disk(source))?;
            self.arrived += chunk.len() as u64;
            progress(self.arrived, total);
        }
        match total {
            Some(total) if self.arrived < total => Err(DownloadError::Broken {
                url: self.origin.url.clone(),
                message: format!("{} of {total} bytes came", self.arrived),
            }),
            _ => Ok(()),
        }
    }

    /// Checks what has arrived and gives it its name. Whatever is wrong with it, it is not kept.
    pub(super) async fn finish(mut self, entry: &Entry, target: &Path) -> Result<(u64, String), DownloadError> {
        self.file.sync_all().map_err(|source| self.disk(source))?;
        let mut magic = [0; 4];
        let read = self.file.seek(SeekFrom::Start(0)).and_then(|_| self.file.read_exact(&mut magic));
        if read.is_err() || &magic != b"GGUF" {
            self.discard()?;
            return Err(self.content("what the server sent is no GGUF file"));
        }
        let (bytes, sha256) = hash(&self.path).await?;
        if entry.sha256.as_ref().is_some_and(|expected| *expected != sha256) {
            self.discard()?;
            return Err(self.content(&format!("its SHA-256 is {sha256}, not the one in the list")));
        }
        let fault = |source| DownloadError::File { path: target.into(), source };
        std::fs::rename(&self.path, target).map_err(fault)?;
        record(target, &sha256).map_err(fault)?;
        remove(&origin_of(&self.path)).map_err(fault)?;
        // Names outlive a power cut only once their folder is written.
        if let Some(folder) = target.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault)?;
        }
        Ok((bytes, sha256))
    }

    /// Whether a total agrees with what is known of the part.
    fn fits(&self, total: Option<u64>) -> bool {
        self.origin.total.is_none() || self.origin.total == total
    }

    /// The part and the server's file do not belong together: begin anew at the next attempt.
    fn restart(&mut self, status: StatusCode) -> Result<(), DownloadError> {
        let anew = self.arrived > 0;
        self.discard()?;
        if anew {
            let message = "the file on the server has changed; it is fetched anew".into();
            return Err(DownloadError::Broken { url: self.origin.url.clone(), message });
        }
        Err(self.refused(status))
    }

    fn discard(&mut self) -> Result<(), DownloadError> {
        self.arrived = 0;
        self.origin = Origin { url: std::mem::take(&mut self.origin.url), ..Origin::default() };
        self.file.set_len(0).and_then(|()| remove(&origin_of(&self.path))).map_err(|source| self.disk(source))
    }

    /// Writes down what the part is a part of, before the first byte of it.
    fn remember(&mut self, response: &Response, total: Option<u64>) -> Result<(), DownloadError> {
        let header = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
        let strong = header(ETAG).filter(|tag| !tag.starts_with("W/"));
        let version = strong.or_else(|| header(LAST_MODIFIED)).map(str::to_owned);
        self.origin = Origin { url: std::mem::take(&mut self.origin.url), version, total };
        let text = serde_json::to_vec(&self.origin).map_err(|error| self.disk(io::Error::other(error)))?;
        std::fs::write(origin_of(&self.path), text).map_err(|source| self.disk(source))
    }

    fn check_space(&self, total: Option<u64>) -> Result<(), DownloadError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let (Some(total), Ok(disk)) = (total, rustix::fs::statvfs(folder)) else { return Ok(()) };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let needed = total.saturating_sub(self.arrived);
        if needed > free {
            return Err(DownloadError::NoSpace { path: folder.into(), needed, free });
        }
        Ok(())
    }

    fn refused(&self, status: StatusCode) -> DownloadError {
        DownloadError::Refused { url: self.origin.url.clone(), status: status.as_u16() }
    }

    fn broken(&self, error: &reqwest::Error) -> DownloadError {
        DownloadError::Broken { url: self.origin.url.clone(), message: chain(error) }
    }

    fn content(&self, message: &str) -> DownloadError {
        let file = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        DownloadError::Content { file, message: message.into() }
    }

    fn disk(&self, source: io::Error) -> DownloadError {
        DownloadError::File { path: self.path.clone(), source }
    }
}

/// An error with its causes in one line; the library's own text leaves them out.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(present) = cause {
        causes.push(present.to_string());
        cause = present.source();
    }
    causes.pop().unwrap_or_else(|| error.to_string())
}

/// Start and total of `Content-Range: bytes 5-9/10`.
fn range_of(response: &Response) -> Option<(u64, Option<u64>)> {
    let (range, total) =
        response.headers().get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?.split_once('/')?;
    let start = range.split_once('-')?.0.parse().ok()?;
    Some((start, total.parse().ok()))
}

fn origin_of(part: &Path) -> PathBuf {
    part.with_extension("part.json")
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
