//! One server a data folder. The lock is the operating system's, so that a crash
//! leaves none behind; beside it stands how the command line reaches the server.

use std::{
    fs::{File, TryLockError},
    io::Write as _,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// The right to write to a data folder, held while this lives.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
    running: PathBuf,
}

/// How a running server is reached from the same machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Running {
    pub address: SocketAddr,
    pub token: String,
}

impl DataLock {
    /// Takes the lock; `None` where another process holds it.
    ///
    /// # Errors
    /// A data folder that cannot be written.
    pub fn take(data: &Path) -> anyhow::Result<Option<Self>> {
        super::make_folder(data)?;
        let path = data.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path).with_context(|| {
            format!("cannot write to the data folder {}\nhint: choose another with --data, or allow this user to write there", data.display())
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file, running: data.join("server.json") })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }

    /// Notes how this server is reached, for its owner's eyes only.
    ///
    /// # Errors
    /// A data folder that cannot be written.
    pub fn announce(&self, running: &Running) -> anyhow::Result<()> {
        let fresh = self.running.with_extension("json.new");
        let mut file = File::options()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&fresh)
            .with_context(|| format!("cannot write {}", fresh.display()))?;
        file.write_all(serde_json::to_string(running)?.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.running).with_context(|| format!("cannot write {}", self.running.display()))
    }
}

impl Drop for DataLock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.running);
    }
}

impl Running {
    /// The server that holds this data folder, if one does.
    #[must_use]
    pub fn find(data: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(data.join("server.json")).ok()?;
        serde_json::from_str(&text).ok()
    }
}
