//! A helpdesk's system in memory that fails as it is told: for tests of everything that sends to
//! one. It keeps what it took in the order in which it took it, also what it took after whoever
//! asked had gone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, pending};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::{Capabilities, Change, ChangeKind, Changes, Fault, Filed, Helpdesk, Report, Resolved, Update};
use crate::domain::clock::Clock;

/// What one call meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Works,
    /// Nobody there.
    Down,
    /// Taken, but the answer is lost.
    AnswerLost,
    /// Lost on the way there.
    RequestLost,
    /// Taken after so many seconds; nobody waits for the answer.
    Late(i64),
    /// Looking something up works; what is to be taken is lost, and no answer says so.
    TakesNothing,
    /// Login or rights.
    Refused,
    /// This report is not acceptable.
    Unacceptable,
    /// Taken, and then no answer ever: whoever asked is cut off.
    HangsAfter,
    /// Never taken, and no answer ever.
    HangsBefore,
}

/// A report that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub reference: String,
    pub report: Report,
    /// In the order in which they came.
    pub updates: Vec<Update>,
}

#[derive(Default)]
struct Inside {
    held: Vec<Held>,
    late: Vec<(Timestamp, Report)>,
    late_updates: Vec<(Timestamp, String, Update)>,
    script: VecDeque<Script>,
    /// Until then nothing is answered; what comes in meanwhile is taken afterwards.
    frozen: Option<Timestamp>,
    changes: Vec<Change>,
    calls: usize,
}

/// The system. Clones are the same one.
#[derive(Clone)]
pub struct Scripted {
    inside: Arc<Mutex<Inside>>,
    clock: Arc<dyn Clock>,
    capabilities: Capabilities,
    hangs: Arc<Notify>,
}

impl Scripted {
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let capabilities = Capabilities {
            finds: true,
            updates: true,
            tells: true,
            resolves: false,
            at_once: 2,
            settles: Duration::from_secs(20),
        };
        Self { inside: Arc::default(), clock, capabilities, hangs: Arc::default() }
    }

    #[must_use]
    pub fn able(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// What the next calls meet; after them everything works. Looking something up takes one
    /// from the list, too.
    pub fn expect(&self, script: impl IntoIterator<Item = Script>) {
        self.lock().script.extend(script);
    }

    /// From now on everything works.
    pub fn mend(&self) {
        let mut inside = self.lock();
        inside.script.clear();
        inside.frozen = None;
    }

    /// Stops it for so long, as a machine that swaps or a process that was stopped.
    pub fn freeze(&self, seconds: i64) {
        self.lock().frozen = Some(later(self.time(), seconds));
    }

    /// Staff do something.
    pub fn staff(&self, reference: &str, kind: ChangeKind) {
        let at = self.clock.now();
        let mut inside = self.lock();
        let id = (inside.changes.len() + 1).to_string();
        inside.changes.push(Change { id, reference: reference.to_owned(), at, kind });
    }

    /// What it has taken, in order.
    #[must_use]
    pub fn held(&self) -> Vec<Held> {
        let mut inside = self.lock();
        settle(&mut inside, self.time());
        inside.held.clone()
    }

    /// How often it was called.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    /// Waits until a call hangs.
    pub async fn hung(&self) {
        self.hangs.notified().await;
    }

    /// Its own, which nobody sets.
    fn time(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.clock.steady()).unwrap_or(SignedDuration::MAX);
        Timestamp::UNIX_EPOCH.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next line of the script, and when something sent now is taken at the latest.
    fn next(&self, looking: bool) -> (Script, Timestamp) {
        let now = self.time();
        let mut inside = self.lock();
        inside.calls += 1;
        settle(&mut inside, now);
        if let Some(until) = inside.frozen.filter(|until| *until > now) {
            // Half of the time that it is said to need is used.
            let half = i64::try_from(self.capabilities.settles.as_secs() / 2).unwrap_or(0);
            return (if looking { Script::RequestLost } else { Script::Late(0) }, later(until, half));
        }
        (inside.script.pop_front().unwrap_or(Script::Works), now)
    }

    fn fault(script: Script) -> Option<Fault> {
        let why = || "as the script says".to_owned();
        match script {
            Script::Works | Script::AnswerLost | Script::HangsAfter | Script::HangsBefore => None,
            Script::Down => Some(Fault::Unavailable { why: why(), after: None }),
            Script::RequestLost | Script::Late(_) | Script::TakesNothing => Some(Fault::Doubtful(why())),
            Script::Refused => Some(Fault::Refused(why())),
            Script::Unacceptable => Some(Fault::Unacceptable(why())),
        }
    }

    /// What becomes of a call that takes something: `take` at once, `late` at a time.
    async fn meet<T>(
        &self,
        take: impl FnOnce(&mut Inside) -> T + Send,
        late: impl FnOnce(&mut Inside, Timestamp) + Send,
    ) -> Result<T, Fault> {
        let (script, at) = self.next(false);
        match script {
            Script::Works => Ok(take(&mut self.lock())),
            Script::AnswerLost => {
                take(&mut self.lock());
                Err(Fault::Doubtful("the answer was lost".into()))
            }
            Script::Late(seconds) => {
                late(&mut self.lock(), later(at, seconds));
                Err(Fault::Doubtful("no answer in time".into()))
            }
            Script::HangsAfter | Script::HangsBefore => {
                if script == Script::HangsAfter {
                    take(&mut self.lock());
                }
                self.hangs.notify_one();
                pending().await
            }
            other => Err(Self::fault(other).unwrap_or(Fault::Doubtful(String::new()))),
        }
    }
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

fn take(inside: &mut Inside, report: &Report) -> Filed {
    let reference = (inside.held.len() + 1).to_string();
    inside.held.push(Held { reference: reference.clone(), report: report.clone(), updates: Vec::new() });
    Filed { reference, dropped: Vec::new() }
}

fn tell(inside: &mut Inside, reference: &str, update: &Update) {
    if let Some(held) = inside.held.iter_mut().find(|held| held.reference == reference)
        && !held.updates.iter().any(|known| known.id == update.id)
    {
        held.updates.push(update.clone());
    }
}

/// Takes what was to be taken by now.
fn settle(inside: &mut Inside, now: Timestamp) {
    let (due, rest) = std::mem::take(&mut inside.late).into_iter().partition(|(at, _)| *at <= now);
    inside.late = rest;
    for (_, report) in due {
        take(inside, &report);
    }
    let updates = std::mem::take(&mut inside.late_updates);
    let (due, rest): (Vec<_>, Vec<_>) = updates.into_iter().partition(|(at, _, _)| *at <= now);
    inside.late_updates = rest;
    for (_, reference, update) in due {
        tell(inside, &reference, &update);
    }
}

impl Helpdesk for Scripted {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn check(&self) -> BoxFuture<'_, Result<String, Fault>> {
        Box::pin(async { Ok("in memory".into()) })
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Filed>, Fault>> {
        Box::pin(async move {
            let (script, _) = self.next(true);
            match script {
                Script::HangsAfter | Script::HangsBefore => {
                    self.hangs.notify_one();
                    pending().await
                }
                Script::Late(_) | Script::AnswerLost => Err(Fault::Doubtful("no answer".into())),
                // Looking something up is never unacceptable.
                Script::Unacceptable | Script::Works | Script::TakesNothing => {
                    let inside = self.lock();
                    let found = inside.held.iter().find(|held| held.report.id == id);
                    Ok(found.map(|held| Filed { reference: held.reference.clone(), dropped: Vec::new() }))
                }
                other => Err(Self::fault(other).unwrap_or(Fault::Doubtful(String::new()))),
            }
        })
    }

    fn file<'a>(&'a self, report: &'a Report) -> BoxFuture<'a, Result<Filed, Fault>> {
        let late = |inside: &mut Inside, at| inside.late.push((at, report.clone()));
        Box::pin(self.meet(move |inside| take(inside, report), late))
    }

    fn update<'a>(&'a self, reference: &'a str, update: &'a Update) -> BoxFuture<'a, Result<(), Fault>> {
        let late = move |inside: &mut Inside, at| inside.late_updates.push((at, reference.to_owned(), update.clone()));
        Box::pin(self.meet(move |inside| tell(inside, reference, update), late))
    }

    fn changes<'a>(&'a self, cursor: Option<&'a str>) -> BoxFuture<'a, Result<Changes, Fault>> {
        Box::pin(async move {
            let inside = self.lock();
            let all = inside.changes.len();
            let from = cursor.map_or(Ok(all), str::parse::<usize>).unwrap_or(0).min(all);
            // The last is told again, as by a system that overlaps.
            let changes = inside.changes[from.saturating_sub(1)..].to_vec();
            Ok(Changes { changes, cursor: all.to_string(), more: false })
        })
    }

    fn resolved<'a>(&'a self, _: Option<&'a str>) -> BoxFuture<'a, Result<(Vec<Resolved>, String), Fault>> {
        Box::pin(async { Ok((Vec::new(), String::new())) })
    }
}
