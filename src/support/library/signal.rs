//! What the system tells of the watched folders, made into one signal a burst: an
//! editor that writes, renames and touches a file means one change.
//!
//! Looking is no change: our own reading, hidden and half-written files, and whatever
//! happens in our own data folder never make a signal.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use notify::{
    ErrorKind, Event, EventKind,
    event::{AccessKind, AccessMode},
};
use tokio::{sync::Notify, time::Instant};

use crate::ingest::role::is_litter;

/// A burst is over when nothing has happened for so long,
const QUIET: Duration = Duration::from_millis(200);
/// or when it has lasted so long.
const LONGEST: Duration = Duration::from_secs(1);

/// Between the system's thread and the watcher.
#[derive(Debug, Default)]
pub(super) struct Signal {
    heard: Notify,
    /// First and last event of the present burst.
    burst: Mutex<Option<(Instant, Instant)>>,
    folders: RwLock<Vec<PathBuf>>,
    /// Our own, whose changes we make ourselves.
    data: PathBuf,
    /// Something was missed: all folders must be watched anew.
    missed: AtomicBool,
    /// The system's number of watches is used up.
    limit: AtomicBool,
}

impl Signal {
    pub(super) fn new(data: &Path) -> Self {
        Self { data: data.to_path_buf(), ..Self::default() }
    }

    /// The folders that are watched from now on.
    pub(super) fn set_folders(&self, folders: Vec<PathBuf>) {
        *self.folders.write().unwrap_or_else(PoisonError::into_inner) = folders;
    }

    /// Whether something was missed since the last call.
    pub(super) fn take_missed(&self) -> bool {
        self.missed.swap(false, Ordering::Relaxed)
    }

    /// Whether a watch was refused since the last call, because there are too many.
    pub(super) fn take_limit(&self) -> bool {
        self.limit.swap(false, Ordering::Relaxed)
    }

    /// Takes what the system tells.
    pub(super) fn hear(&self, told: notify::Result<Event>) {
        match told {
            Ok(event) => {
                if event.need_rescan() {
                    self.missed.store(true, Ordering::Relaxed);
                } else if !self.matters(&event) {
                    return;
                }
            }
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => self.limit.store(true, Ordering::Relaxed),
            Err(_) => self.missed.store(true, Ordering::Relaxed),
        }
        let now = Instant::now();
        let mut burst = self.burst.lock().unwrap_or_else(PoisonError::into_inner);
        *burst = Some((burst.map_or(now, |(first, _)| first), now));
        drop(burst);
        self.heard.notify_one();
    }

    fn matters(&self, event: &Event) -> bool {
        let looked = |kind: &AccessKind| *kind != AccessKind::Close(AccessMode::Write);
        if matches!(&event.kind, EventKind::Access(kind) if looked(kind)) {
            return false;
        }
        let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        let in_folder = |path: &PathBuf, folder: &PathBuf| {
            let ours = self.data.starts_with(folder) && path.starts_with(&self.data);
            let inside = path.strip_prefix(folder).ok().filter(|_| !ours);
            inside.is_some_and(|inside| !is_litter(&inside.to_string_lossy()))
        };
        event.paths.iter().any(|path| folders.iter().any(|folder| in_folder(path, folder)))
    }

    /// Returns when a burst is over.
    pub(super) async fn over(&self) {
        loop {
            self.heard.notified().await;
            while let Some(end) = self.end() {
                if Instant::now() >= end {
                    *self.burst.lock().unwrap_or_else(PoisonError::into_inner) = None;
                    return;
                }
                tokio::time::sleep_until(end).await;
            }
        }
    }

    /// When the present burst is over, unless more happens.
    fn end(&self) -> Option<Instant> {
        self.burst.lock().unwrap_or_else(PoisonError::into_inner).map(|(first, last)| end_of(first, last))
    }
}

/// When a burst is over unless more happens.
fn end_of(first: Instant, last: Instant) -> Instant {
    (last + QUIET).min(first + LONGEST)
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag, MetadataKind, ModifyKind, RemoveKind};

    use super::*;

    fn signal(data: &str, folders: &[&str]) -> Signal {
        let signal = Signal::new(Path::new(data));
        signal.set_folders(folders.iter().map(PathBuf::from).collect());
        signal
    }

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    #[test]
    fn looking_is_no_change() {
        let signal = signal("/data", &["/k/.hidden/wissen"]);
        for (kind, matters) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), true),
            (EventKind::Modify(ModifyKind::Data(DataChange::Any)), true),
            (EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), true),
            (EventKind::Create(CreateKind::Folder), true),
            (EventKind::Remove(RemoveKind::File), true),
        ] {
            assert_eq!(signal.matters(&event(kind, "/k/.hidden/wissen/a.md")), matters, "{kind:?}");
        }
    }

    #[test]
    fn our_own_data_and_litter_are_nothing_to_speak_of() {
        let change = |path| event(EventKind::Modify(ModifyKind::Data(DataChange::Any)), path);
        let around = signal("/k/data", &["/k", "/k/data/knowledge"]);
        for (path, matters) in [
            ("/k/a.md", true),
            ("/k/datapoint.md", true),
            ("/k", true),
            ("/k/data/schullotse.db-wal", false),
            ("/k/data/index/meta.json", false),
            ("/k/data/knowledge/a.md", true),
            ("/k/data/knowledge/.a.md.swp", false),
            ("/k/a.md~", false),
            ("/k/.git/index", false),
            ("/elsewhere/a.md", false),
        ] {
            assert_eq!(around.matters(&change(path)), matters, "{path}");
        }
    }

    #[tokio::test]
    async fn a_burst_is_one_signal_and_ends_after_a_second_at_most() {
        let signal = signal("/data", &["/k"]);
        let change = || signal.hear(Ok(event(EventKind::Create(CreateKind::File), "/k/a.md")));
        change();
        change();
        signal.over().await;
        assert!(signal.burst.lock().unwrap().is_none());
        assert!(tokio::time::timeout(QUIET * 2, signal.over()).await.is_err(), "one burst, one signal");
        change();
        signal.over().await;
        // A copy that does not end.
        let first = Instant::now();
        let after = |millis| first + Duration::from_millis(millis);
        assert_eq!(end_of(first, after(50)), after(250));
        assert_eq!(end_of(first, after(2_000)), after(1_000));
    }

    #[tokio::test]
    async fn what_was_missed_is_a_signal_too() {
        let signal = signal("/data", &["/k"]);
        signal.hear(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)));
        signal.over().await;
        assert!(signal.take_missed() && !signal.take_missed());
        signal.hear(Err(notify::Error::new(ErrorKind::MaxFilesWatch)));
        signal.over().await;
        assert!(signal.take_limit() && !signal.take_missed());
    }
}
