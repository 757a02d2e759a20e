//! Where batches of past cases lie: `<data>/cases/held` and `<data>/cases/released`,
//! one file each. A batch is in one of the two or nowhere: files are written under
//! another name, synced and renamed. Readable for their owner only.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use jiff::Timestamp;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde::Serialize;

use crate::ingest::resolution::Resolution;

/// Beside the batches: what never becomes one again.
const REJECTED: &str = "rejected";
/// Longest name of a batch, characters.
const LONGEST_NAME: usize = 60;

/// Whether a batch can be found by readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Held,
    Released,
}

impl State {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Released => "released",
        }
    }
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Batch {
    pub batch: String,
    pub state: State,
    pub cases: u64,
    /// When its file was last written.
    pub changed: Option<Timestamp>,
    pub file: PathBuf,
}

/// The folder `cases` of a data folder.
#[derive(Clone, Debug)]
pub struct Shelf {
    root: PathBuf,
}

impl Shelf {
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self { root: data.join("cases") }
    }

    fn folder(&self, state: State) -> PathBuf {
        self.root.join(state.name())
    }

    /// All batches, by name. Nothing is written.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<Batch>> {
        let mut batches = Vec::new();
        for state in [State::Held, State::Released] {
            let folder = self.folder(state);
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
            };
            for entry in entries {
                let name = entry?.file_name();
                let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".jsonl")) else { continue };
                if checked(name).is_ok() {
                    batches.extend(self.find(name, state)?);
                }
            }
        }
        batches.sort_by(|a, b| (&a.batch, a.state).cmp(&(&b.batch, b.state)));
        Ok(batches)
    }

    fn find(&self, batch: &str, state: State) -> anyhow::Result<Option<Batch>> {
        let path = self.folder(state).join(format!("{}.jsonl", checked(batch)?));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let changed = file.metadata().ok().and_then(|data| Timestamp::try_from(data.modified().ok()?).ok());
        let mut cases = 0;
        for line in BufReader::new(file).split(b'\n') {
            cases += u64::from(line?.iter().any(|byte| !byte.is_ascii_whitespace()));
        }
        Ok(Some(Batch { batch: batch.to_owned(), state, cases, changed, file: path }))
    }

    /// The file of a batch, wherever it lies.
    ///
    /// # Errors
    /// A batch that is not there.
    pub fn path_of(&self, batch: &str) -> anyhow::Result<PathBuf> {
        for state in [State::Held, State::Released] {
            let path = self.folder(state).join(format!("{}.jsonl", checked(batch)?));
            if path.is_file() {
                return Ok(path);
            }
        }
        Err(unknown(batch))
    }

    /// Names of drafts that somebody rejected.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn rejected(&self) -> anyhow::Result<BTreeSet<String>> {
        let folder = self.root.join(REJECTED);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
        };
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<io::Result<_>>().with_context(|| format!("cannot read {}", folder.display()))
    }

    /// Notes for good that a draft was rejected: an empty file, for its name is all that is kept.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn note_rejected(&self, draft: &str) -> anyhow::Result<()> {
        let folder = self.root.join(REJECTED);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.with_context(|| cannot_write(&folder))?;
        let path = folder.join(checked(draft)?);
        let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(path);
        file.with_context(|| cannot_write(&folder))?;
        sync(&folder)
    }

    /// Deletes a held batch.
    ///
    /// # Errors
    /// A batch that is not held.
    pub fn discard(&self, batch: &str) -> anyhow::Result<()> {
        let locked = self.lock()?;
        if locked.find(batch, State::Released)?.is_some() && locked.find(batch, State::Held)?.is_none() {
            anyhow::bail!("the batch {batch:?} is released\nhint: `schullotse tickets withdraw {batch}` comes first");
        }
        let path = locked.path(batch, State::Held)?;
        fs::remove_file(&path).with_context(|| format!("cannot delete {}", path.display()))?;
        sync(&self.folder(State::Held))
    }

    /// The right to move batches; what a killed import left behind is removed.
    ///
    /// # Errors
    /// A data folder that cannot be written.
    pub fn lock(&self) -> anyhow::Result<Locked<'_>> {
        for folder in [self.root.clone(), self.folder(State::Held), self.folder(State::Released)] {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder).with_context(|| cannot_write(&folder))?;
        }
        let path = self.root.join("lock");
        let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.with_context(|| cannot_write(&self.root))?;
        file.lock().with_context(|| cannot_write(&self.root))?;
        let locked = Locked { shelf: self, _file: file };
        locked.tidy()?;
        Ok(locked)
    }

    /// A new file for a batch, written under another name. Needs no lock: its name is its own.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn fresh(&self, batch: &str) -> anyhow::Result<Fresh> {
        let folder = self.folder(State::Held);
        let made = tempfile::Builder::new().prefix(".").suffix(".new").tempfile_in(&folder);
        let temporary = made.with_context(|| cannot_write(&folder))?;
        // Held while this is written: `tidy` leaves it alone.
        temporary.as_file().lock().with_context(|| cannot_write(&folder))?;
        Ok(Fresh { to: BufWriter::new(temporary), batch: checked(batch)?.to_owned(), folder, bytes: 0 })
    }
}

/// The shelf while nobody else moves anything on it.
pub struct Locked<'a> {
    shelf: &'a Shelf,
    _file: File,
}

impl Locked<'_> {
    /// A batch, where it lies in this state.
    ///
    /// # Errors
    /// A name that is none, or a folder that cannot be read.
    pub fn find(&self, batch: &str, state: State) -> anyhow::Result<Option<Batch>> {
        self.shelf.find(batch, state)
    }

    /// # Errors
    /// As [`Shelf::list`].
    pub fn list(&self) -> anyhow::Result<Vec<Batch>> {
        self.shelf.list()
    }

    /// The file of a batch that lies there.
    ///
    /// # Errors
    /// Where it does not.
    pub fn path(&self, batch: &str, state: State) -> anyhow::Result<PathBuf> {
        let path = self.shelf.folder(state).join(format!("{}.jsonl", checked(batch)?));
        if path.is_file() { Ok(path) } else { Err(unknown(batch)) }
    }

    /// # Errors
    /// As [`Shelf::fresh`].
    pub fn fresh(&self, batch: &str) -> anyhow::Result<Fresh> {
        self.shelf.fresh(batch)
    }

    /// Moves a batch in one step.
    ///
    /// # Errors
    /// A folder that cannot be written, or a batch of that name there.
    pub fn shift(&self, batch: &str, from: State, to: State) -> anyhow::Result<()> {
        let name = format!("{}.jsonl", checked(batch)?);
        let (from, to) = (self.shelf.folder(from), self.shelf.folder(to));
        rename_new(&from.join(&name), &to.join(&name)).with_context(|| cannot_write(&to))?;
        sync(&to)?;
        sync(&from)
    }

    /// Removes files that nobody writes any more.
    fn tidy(&self) -> anyhow::Result<()> {
        let folder = self.shelf.folder(State::Held);
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if hidden && path.extension().is_some_and(|ending| ending == "new") {
                let writing = File::open(&path).map(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)));
                if !writing.unwrap_or(true) {
                    fs::remove_file(&path).ok();
                }
            }
        }
        Ok(())
    }
}

/// A batch that is being written; gone without a trace unless it is finished.
pub struct Fresh {
    to: BufWriter<tempfile::NamedTempFile>,
    batch: String,
    folder: PathBuf,
    bytes: u64,
}

impl Fresh {
    /// Writes one masked case.
    ///
    /// # Errors
    /// A full disk, or more than `most` bytes altogether.
    pub fn put(&mut self, case: &Resolution, most: u64) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(case)?;
        line.push(b'\n');
        self.bytes += line.len() as u64;
        anyhow::ensure!(
            self.bytes <= most,
            "the batch would be larger than {} MiB\nhint: export in parts, for example by year, or raise `knowledge.max_file_mib`",
            most / 1024 / 1024
        );
        self.to.write_all(&line).with_context(|| cannot_write(&self.folder))
    }

    /// Holds the batch, where there is none of that name.
    ///
    /// # Errors
    /// A full disk, or a batch of that name.
    pub fn keep(self, locked: &Locked<'_>) -> anyhow::Result<Batch> {
        let (batch, folder) = (self.batch.clone(), self.folder.clone());
        for known in [State::Held, State::Released] {
            anyhow::ensure!(
                locked.find(&batch, known)?.is_none(),
                "there is a batch {batch:?} already\nhint: choose another with --name"
            );
        }
        let target = folder.join(format!("{batch}.jsonl"));
        let temporary = self.synced()?;
        rename_new(temporary.path(), &target).with_context(|| cannot_write(&folder))?;
        // The name has gone with the rename: nothing is left to remove.
        temporary.into_temp_path().keep().ok();
        sync(&folder)?;
        locked.find(&batch, State::Held)?.context("the batch has gone")
    }

    /// Puts the file in the place of the held one of that name.
    ///
    /// # Errors
    /// A full disk; the other then stays.
    pub fn replace(self) -> anyhow::Result<()> {
        let (target, folder) = (self.folder.join(format!("{}.jsonl", self.batch)), self.folder.clone());
        let temporary = self.synced()?;
        temporary.persist(&target).with_context(|| cannot_write(&folder))?;
        sync(&folder)
    }

    fn synced(self) -> anyhow::Result<tempfile::NamedTempFile> {
        let Self { to, folder, .. } = self;
        let temporary =
            to.into_inner().map_err(io::IntoInnerError::into_error).with_context(|| cannot_write(&folder))?;
        temporary.as_file().sync_all().with_context(|| cannot_write(&folder))?;
        Ok(temporary)
    }
}

/// Renames where nothing has the new name; where the file system cannot promise that, as well as it can.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !to.exists() => fs::rename(from, to),
        done => done.map_err(io::Error::from),
    }
}

fn sync(folder: &Path) -> anyhow::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| cannot_write(folder))
}

/// A whole batch, within the bound.
pub(super) fn read(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    file.take(most + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
    anyhow::ensure!(bytes.len() as u64 <= most, "{} is larger than {} MiB", path.display(), most / 1024 / 1024);
    Ok(bytes)
}

/// A name that is safe as a file's.
///
/// # Errors
/// Anything but letters, digits, `.`, `_` and `-`, beginning with a letter or digit.
pub(super) fn checked(batch: &str) -> anyhow::Result<&str> {
    let fine = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '.' | '_' | '-');
    let first = batch.chars().next().is_some_and(|ch| ch.is_ascii_alphanumeric());
    anyhow::ensure!(
        first && batch.len() <= LONGEST_NAME && batch.chars().all(fine),
        "{batch:?} is no name for a batch\nhint: at most {LONGEST_NAME} letters (a to z), digits, `-`, `_` and `.`"
    );
    Ok(batch)
}

fn unknown(batch: &str) -> anyhow::Error {
    anyhow::anyhow!("there is no such batch: {batch}\nhint: `schullotse tickets batches` lists all")
}

fn cannot_write(folder: &Path) -> String {
    format!("cannot write to {}\nhint: is the disk full, or may this user not write there?", folder.display())
}
