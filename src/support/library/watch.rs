//! The watcher of a running server: what is saved in a knowledge folder can be found
//! within two seconds.
//!
//! The system tells of changes; a slow poll finds what it does not tell (network drives,
//! folders beyond the system's limits). Folders that come, go or are put in the place of
//! others are noticed within a second. Runs never overlap: the next one begins after the
//! last, however much happens meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use notify::{Config, ErrorKind, INotifyWatcher, RecursiveMode, Watcher as _};
use serde::Serialize;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Library, signal::Signal};

/// Between two looks whether the folders are still those that are watched.
const LOOK: Duration = Duration::from_secs(1);
/// After so many looks a folder that could not be watched is tried again.
const TRY_AGAIN: u32 = 60;
/// Until a file is looked at again that was still being written.
const SETTLE: Duration = Duration::from_secs(1);

/// What the watcher does, for `/readyz` and `doctor`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WatchState {
    /// Whether the system tells of changes.
    pub on: bool,
    /// Folders that are watched.
    pub folders: usize,
    /// Seconds between two polls; 0 = none.
    pub poll_seconds: u64,
    /// What is not watched, why, and what to do.
    pub notes: Vec<String>,
}

impl Library {
    /// Watches all folders until `stop`.
    pub async fn watch(&self, stop: &CancellationToken) {
        let signal = Arc::new(Signal::new(&self.data));
        let due = Notify::new();
        let all = async {
            tokio::join!(
                self.watch_folders(&signal, &due),
                self.pass_on(&signal, &due),
                self.poll(&due),
                self.work(&due)
            )
        };
        tokio::select! {
            () = stop.cancelled() => {}
            _ = all => {}
        }
    }

    /// What the watcher does.
    #[must_use]
    pub fn watch_state(&self) -> WatchState {
        self.state.read().unwrap_or_else(PoisonError::into_inner).watch.clone()
    }

    /// Keeps the watches on the folders that there are.
    async fn watch_folders(&self, signal: &Arc<Signal>, due: &Notify) {
        let poll_seconds = self.config.watch_poll_seconds;
        self.set_watch_state(WatchState { poll_seconds, ..WatchState::default() });
        if !self.config.watch {
            return;
        }
        let mut watches = Watches::new(Arc::clone(signal), poll_seconds);
        loop {
            let mut folders = self.state.read().unwrap_or_else(PoisonError::into_inner).folders.clone();
            if folders.is_empty() {
                folders = self.folders().await.unwrap_or_default();
            }
            // A drive that does not answer holds up nobody else.
            let look = move || {
                let changed = watches.look_after(&folders);
                (watches, changed)
            };
            let Ok((back, changed)) = tokio::task::spawn_blocking(look).await else { return };
            watches = back;
            self.set_watch_state(watches.state());
            if changed {
                // What happened before the watch was set is in no event.
                due.notify_one();
            }
            sleep(LOOK).await;
        }
    }

    fn set_watch_state(&self, watch: WatchState) {
        self.state.write().unwrap_or_else(PoisonError::into_inner).watch = watch;
    }

    /// Hands on a burst of changes once it is over.
    async fn pass_on(&self, signal: &Signal, due: &Notify) {
        loop {
            signal.over().await;
            self.hurry.store(true, Ordering::Relaxed);
            due.notify_one();
        }
    }

    async fn poll(&self, due: &Notify) {
        if self.config.watch_poll_seconds == 0 {
            return;
        }
        loop {
            sleep(Duration::from_secs(self.config.watch_poll_seconds)).await;
            due.notify_one();
        }
    }

    /// One run after the other, whenever one is due.
    async fn work(&self, due: &Notify) {
        let mut unsettled = false;
        let mut told = String::new();
        loop {
            tokio::select! {
                () = due.notified() => {}
                () = sleep(SETTLE), if unsettled => {}
            }
            match self.refresh_seen().await {
                Ok((_, young)) => {
                    unsettled = young;
                    told.clear();
                }
                Err(error) => {
                    unsettled = false;
                    let error = format!("{error:#}");
                    if error != told {
                        tracing::error!(error, "the knowledge folders cannot be read again");
                        told = error;
                    }
                }
            }
        }
    }
}

/// The system's watches on the folders.
struct Watches {
    signal: Arc<Signal>,
    watcher: Option<INotifyWatcher>,
    /// Device and number of each folder when its watch was set: another folder may stand there now.
    set: BTreeMap<PathBuf, (u64, u64)>,
    /// Folders that could not be watched, or only in part; empty path for the watcher itself.
    failed: BTreeMap<PathBuf, String>,
    told: BTreeSet<String>,
    looks: u32,
    poll_seconds: u64,
}

impl Watches {
    fn new(signal: Arc<Signal>, poll_seconds: u64) -> Self {
        Self {
            signal,
            watcher: None,
            set: BTreeMap::new(),
            failed: BTreeMap::new(),
            told: BTreeSet::new(),
            looks: 0,
            poll_seconds,
        }
    }

    /// Sets watches where they are missing; whether something changed. Blocks.
    fn look_after(&mut self, folders: &[PathBuf]) -> bool {
        self.looks += 1;
        let there: BTreeMap<PathBuf, (u64, u64)> =
            folders.iter().filter_map(|folder| Some((folder.clone(), identity(folder)?))).collect();
        let again = !self.failed.is_empty() && self.looks.is_multiple_of(TRY_AGAIN);
        let gone = self.set.iter().any(|(folder, known)| there.get(folder) != Some(known));
        if self.signal.take_limit() {
            self.fail(PathBuf::new(), &notify::Error::new(ErrorKind::MaxFilesWatch));
        }
        if self.signal.take_missed() || gone || again {
            // Watches within each other cannot be taken away singly: all are set anew.
            self.watcher = None;
            self.set.clear();
            self.failed.clear();
        }
        let missing: Vec<(PathBuf, (u64, u64))> =
            there.into_iter().filter(|(folder, _)| !self.set.contains_key(folder)).collect();
        if missing.is_empty() {
            return gone;
        }
        if self.watcher.is_none() && !self.failed.contains_key(Path::new("")) {
            let signal = Arc::clone(&self.signal);
            let told = move |event| signal.hear(event);
            match INotifyWatcher::new(told, Config::default().with_follow_symlinks(false)) {
                Ok(watcher) => self.watcher = Some(watcher),
                Err(error) => self.fail(PathBuf::new(), &error),
            }
        }
        self.signal.set_folders(folders.to_vec());
        for (folder, identity) in missing {
            if let Some(watcher) = &mut self.watcher
                && let Err(error) = watcher.watch(&folder, RecursiveMode::Recursive)
            {
                self.fail(folder.clone(), &error);
            }
            self.set.insert(folder, identity);
        }
        true
    }

    /// Notes what is not watched; said once.
    fn fail(&mut self, folder: PathBuf, error: &notify::Error) {
        let reason = match &error.kind {
            ErrorKind::MaxFilesWatch => {
                "the system's number of watches is used up; hint: raise fs.inotify.max_user_watches".to_owned()
            }
            ErrorKind::Io(error) if matches!(error.raw_os_error(), Some(23 | 24)) => {
                "the system's number of watchers is used up; hint: raise fs.inotify.max_user_instances".to_owned()
            }
            ErrorKind::Io(error) => format!("{error}; hint: check that this user may read it and all in it"),
            other => format!("{other:?}"),
        };
        let what = if folder.as_os_str().is_empty() { "some folders".into() } else { folder.display().to_string() };
        let meanwhile = match self.poll_seconds {
            0 => "changes there are found by `index` alone, since knowledge.watch_poll_seconds is 0".to_owned(),
            seconds => format!("changes there are found every {seconds} seconds"),
        };
        let note = format!("{what} cannot be watched, or only in part: {reason}; {meanwhile}");
        if self.told.insert(note.clone()) {
            tracing::warn!("{note}");
        }
        self.failed.insert(folder, note);
    }

    fn state(&self) -> WatchState {
        WatchState {
            on: self.watcher.is_some() || self.set.is_empty(),
            folders: self.set.len(),
            poll_seconds: self.poll_seconds,
            notes: self.failed.values().cloned().collect(),
        }
    }
}

/// What stays the same while it is the same folder; `None` where there is none.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    let data = std::fs::metadata(folder).ok().filter(std::fs::Metadata::is_dir)?;
    Some((data.dev(), data.ino()))
}
