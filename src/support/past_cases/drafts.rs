//! Solved reports come home: what the helpdesk found out is masked as an import is, and laid as a
//! draft before staff, one batch of one case each. Nothing of it can be found before somebody
//! publishes it; what was rejected never comes again. The teacher's own question stands first in
//! it: that is how the next one will ask.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    PastCases, State,
    mask::Masker,
    people::Known,
    shelf::{self, Locked},
};
use crate::{
    domain::text::{clean, fold, words},
    ingest::{
        resolution::{Resolution, read_resolutions},
        tickets::RawCase,
    },
    support::devices::DeviceNames,
};

/// Before the name of every draft.
pub const PREFIX: &str = "draft-";
/// Most characters of what a system calls a report.
const LONGEST_REFERENCE: usize = 40;

/// A solved report, as the helpdesk's system tells it. Not masked: for [`PastCases::bring_home`] alone.
#[derive(Clone, Default)]
pub struct Solved {
    /// Name of the system, `rt`.
    pub target: String,
    /// Number there.
    pub reference: String,
    pub subject: String,
    pub description: String,
    /// What staff wrote to the reader, oldest first.
    pub replies: Vec<String>,
    pub at: Option<Timestamp>,
    /// What she asked in the chat, where the report came from one.
    pub question: Option<String>,
    pub device: Option<String>,
    pub school: Option<String>,
    pub room: Option<String>,
    pub problems: Vec<String>,
    /// Everybody whom the system names.
    pub persons: Vec<String>,
}

/// What became of solved reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Brought {
    pub laid: usize,
    /// Held already, and told anew.
    pub renewed: usize,
    /// Published or rejected before.
    pub known: usize,
    /// Another draft says the same of the same kind of device.
    pub same: usize,
    /// Nobody wrote what helped.
    pub silent: usize,
}

impl Brought {
    pub(in crate::support) fn add(&mut self, other: Self) {
        self.laid += other.laid;
        self.renewed += other.renewed;
        self.known += other.known;
        self.same += other.same;
        self.silent += other.silent;
    }
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Draft {
    pub draft: String,
    pub state: State,
    #[serde(flatten)]
    pub case: Resolution,
}

impl PastCases {
    /// Masks solved reports and lays them before staff. Called again with the same reports it changes nothing but what
    /// staff have added to drafts that are still held.
    ///
    /// # Errors
    /// A full disk, or a folder that cannot be written; those laid before stay.
    pub fn bring_home(&self, solved: Vec<Solved>, devices: &DeviceNames) -> anyhow::Result<Brought> {
        let locked = self.shelf.lock()?;
        let mut said: BTreeMap<String, String> = BTreeMap::new();
        for draft in self.all(&locked)? {
            said.insert(key(&draft.case), draft.draft);
        }
        let rejected = self.shelf.rejected()?;
        let mut known = Known::default();
        for one in &solved {
            known.add_all(&one.persons);
        }
        let masker = Masker::new(&self.redactor, &self.directory, known).with_devices(devices);
        let mut brought = Brought::default();
        for one in solved {
            let Some(name) = name(&one) else {
                brought.silent += 1;
                continue;
            };
            if rejected.contains(&name) || locked.find(&name, State::Released)?.is_some() {
                brought.known += 1;
                continue;
            }
            let case = masker.mask(raw(one)).case;
            if words(&case.resolution).next().is_none() {
                brought.silent += 1;
                continue;
            }
            match said.get(&key(&case)) {
                Some(other) if *other != name => {
                    brought.same += 1;
                    continue;
                }
                _ => {}
            }
            said.insert(key(&case), name.clone());
            let held = locked.find(&name, State::Held)?.is_some();
            let mut file = locked.fresh(&name)?;
            file.put(&case, self.most_bytes)?;
            file.replace()?;
            *if held { &mut brought.renewed } else { &mut brought.laid } += 1;
        }
        Ok(brought)
    }

    /// All drafts, published ones too, the newest first.
    ///
    /// # Errors
    /// A folder or file that cannot be read.
    pub fn drafts(&self) -> anyhow::Result<Vec<Draft>> {
        let mut drafts = self.all(&self.shelf.lock()?)?;
        drafts.sort_by(|one, other| (other.case.closed_at, &other.draft).cmp(&(one.case.closed_at, &one.draft)));
        Ok(drafts)
    }

    /// Deletes a draft that is held; the same report never becomes one again.
    ///
    /// # Errors
    /// No such draft, one that is published, or a folder that cannot be written.
    pub fn reject(&self, draft: &str) -> anyhow::Result<()> {
        anyhow::ensure!(
            draft.starts_with(PREFIX),
            "{draft:?} is no draft\nhint: `schullotse knowledge drafts list` names all"
        );
        let locked = self.shelf.lock()?;
        anyhow::ensure!(
            locked.find(draft, State::Released)?.is_none(),
            "the draft {draft:?} is released\nhint: `schullotse tickets withdraw {draft}` comes first"
        );
        locked.path(draft, State::Held)?;
        drop(locked);
        // First that it never comes again, then that it goes: a crash between the two leaves it to be rejected once more.
        self.shelf.note_rejected(draft)?;
        self.shelf.discard(draft)
    }

    fn all(&self, locked: &Locked<'_>) -> anyhow::Result<Vec<Draft>> {
        let batches = locked.list()?.into_iter().filter(|batch| batch.batch.starts_with(PREFIX));
        let mut drafts = Vec::new();
        for batch in batches {
            let bytes = shelf::read(&batch.file, self.most_bytes)?;
            let (cases, _) = read_resolutions("", &bytes);
            let draft = |case| Draft { draft: batch.batch.clone(), state: batch.state, case };
            drafts.extend(cases.into_iter().map(draft));
        }
        Ok(drafts)
    }
}

/// `draft-rt-4711`; `None` where nobody wrote what helped.
fn name(solved: &Solved) -> Option<String> {
    let told = solved.replies.iter().any(|reply| !reply.trim().is_empty());
    let safe = |text: &str| -> String {
        let fine = |ch: char| if ch.is_ascii_alphanumeric() { ch } else { '-' };
        text.chars().take(LONGEST_REFERENCE).map(fine).collect()
    };
    let name = format!("{PREFIX}{}-{}", safe(&solved.target), safe(&solved.reference));
    (told && shelf::checked(&name).is_ok()).then_some(name)
}

fn raw(solved: Solved) -> RawCase {
    let Solved {
        target,
        reference,
        subject,
        description,
        replies,
        at,
        question,
        device,
        school,
        room,
        problems,
        persons,
    } = solved;
    let question = question.map(|question| clean(&question)).filter(|question| !question.is_empty());
    let description = match question {
        Some(question) if !level(&description).contains(&level(&question)) => format!("{question}\n\n{description}"),
        _ => description,
    };
    let mut seen = BTreeSet::new();
    let replies = replies.into_iter().filter(|reply| seen.insert(level(reply)));
    RawCase {
        line: 1,
        id: format!("{target}-{reference}"),
        subject,
        description,
        resolution: replies.collect::<Vec<_>>().join("\n\n"),
        device,
        school,
        room,
        closed_at: at,
        problems,
        persons,
    }
}

/// What makes two cases the same: the device, and what helped. "Kabel getauscht" of a projector is none of a printer.
fn key(case: &Resolution) -> String {
    format!("{}|{}", case.device.as_deref().unwrap_or_default(), level(&case.resolution))
}

/// Words alone: signs and blanks are no difference.
fn level(text: &str) -> String {
    words(&fold(text)).collect::<Vec<_>>().join(" ")
}
