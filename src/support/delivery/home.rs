//! Home again: what staff did in the helpdesk's system changes the report here and is told in
//! the chat that it came from. Each change is taken in once; a cursor is kept only when all that
//! was told before it is stored.

use std::sync::atomic::Ordering;

use tokio_util::sync::CancellationToken;

use super::{
    Delivery, Line,
    news::{answer, bounded, follow, news, status, when},
};
use crate::{
    domain::{lang::Lang, life::TicketEventKind, text::clean, ticket::Ticket},
    helpdesk::{Change, ChangeKind, RemoteState},
    store::{Raised, Remote, StoreError, Taken},
    support::{
        life::{Action, Life, LifeError},
        wording,
    },
};

/// Name of the stream of changes, in the database.
const CHANGES: &str = "changes";
/// Pages read in one go.
const PAGES: usize = 100;
/// After a wake-up: a webhook may speak of what is not yet committed there.
const COMMITTED: std::time::Duration = std::time::Duration::from_secs(1);

impl Delivery {
    /// Asks all systems that tell, from time to time and when woken.
    pub(super) async fn fetch_all(&self, stop: &CancellationToken) {
        let mut wake = self.wake.news.subscribe();
        while !stop.is_cancelled() {
            let round = async {
                for line in self.lines.iter().filter(|line| line.target.system.capabilities().tells) {
                    self.fetch_and_say(line).await;
                }
                tokio::select! {
                    _ = wake.changed() => tokio::time::sleep(COMMITTED).await,
                    () = tokio::time::sleep(self.config.poll()) => {}
                }
            };
            // A change is one transaction: what is cut off here is told again.
            tokio::select! {
                () = stop.cancelled() => return,
                () = round => {}
            }
        }
    }

    async fn fetch_and_say(&self, line: &Line) {
        let fetched = self.fetch(line).await;
        // Said once, not at every look.
        let before = line.unread.swap(fetched.is_err(), Ordering::Relaxed);
        match fetched {
            Err(_) if before => {}
            Ok(0) => {}
            Ok(changes) => tracing::info!(target = line.target.name, changes, "staff answered or changed reports"),
            Err(error) => {
                tracing::warn!(target = line.target.name, error = %error, "what staff did cannot be read yet");
            }
        }
    }

    /// Takes in what is new; how many changes that was.
    pub(super) async fn fetch(&self, line: &Line) -> Result<usize, FetchError> {
        let name = line.target.name.as_str();
        let (mut new, mut kept) = (0, true);
        let mut cursor = self.store.remote_cursor(name, CHANGES).await?;
        for _ in 0..PAGES {
            let page = self.asked(line.target.system.changes(cursor.as_deref())).await.map_err(|fault| {
                metrics::counter!("schullotse_delivery_fetch_faults_total", "target" => name.to_owned()).increment(1);
                FetchError::Asked(super::kind(&fault))
            })?;
            let mut unknown = false;
            for change in &page.changes {
                match self.take_in(line, change).await? {
                    Taken::Unknown => unknown = true,
                    Taken::Before => {}
                    Taken::New(_) => new += 1,
                }
            }
            // It may be about a report that is there though its number is not known here yet: read on, but
            // come back to it.
            kept = kept && !(unknown && self.store.outbox_doubtful(name).await?);
            if kept && cursor.as_deref() != Some(page.cursor.as_str()) {
                self.store.remote_cursor_set(name, CHANGES, &page.cursor, self.now()).await?;
            }
            if !page.more {
                break;
            }
            cursor = Some(page.cursor);
        }
        Ok(new)
    }

    async fn take_in(&self, line: &Line, change: &Change) -> Result<Taken, StoreError> {
        let into = match &change.kind {
            ChangeKind::Merged { into } => Some(into.as_str()),
            _ => None,
        };
        let remote = Remote {
            target: &line.target.name,
            id: &change.id,
            reference: &change.reference,
            into,
            bounced: change.kind == (ChangeKind::Bounced { report: true }),
        };
        if change.kind == ChangeKind::State(RemoteState::Solved) {
            self.solve_joined(remote).await?;
        }
        let now = self.now();
        let directory = self.schools.now();
        let taken = match &change.kind {
            ChangeKind::Reply(text) => {
                let text = bounded(&clean(text));
                if text.is_empty() {
                    return Ok(Taken::Before);
                }
                let kept = self.redactor.mask(&text).text;
                let answered = |ticket: &mut Ticket| -> Raised {
                    ticket.responded = ticket.responded.or(Some(when(change.at, ticket, now)));
                    vec![(TicketEventKind::Reply, Some(kept.clone()))]
                };
                let tell = |_: &Ticket, ticket: &Ticket, lang: Lang| {
                    vec![answer(self.ids.message(), &ticket.number, &text, lang)]
                };
                self.store.remote_take(remote, now, answered, tell).await?
            }
            ChangeKind::State(state) => {
                let moved = |ticket: &mut Ticket| -> Raised {
                    let at = when(change.at, ticket, now);
                    follow(ticket, &directory.authority, *state, at)
                };
                let tell = |before: &Ticket, ticket: &Ticket, lang: Lang| {
                    if before.state == ticket.state {
                        return vec![];
                    }
                    news(self.ids.message(), ticket, *state == RemoteState::Closed, lang)
                };
                self.store.remote_take(remote, now, moved, tell).await?
            }
            ChangeKind::Merged { .. } => {
                let tell = |_: &Ticket, ticket: &Ticket, lang: Lang| {
                    vec![status(ticket, wording::put_together(ticket, lang), lang)]
                };
                self.store.remote_take(remote, now, |_| Vec::new(), tell).await?
            }
            ChangeKind::Bounced { report } => self.bounced(line, remote, *report).await?,
        };
        if let Taken::New(reports) = &taken {
            for changed in reports {
                (self.tell)(&changed.told);
            }
        }
        Ok(taken)
    }

    /// A mail came back: for a person to decide, and the chat reads that it is so.
    async fn bounced(&self, line: &Line, remote: Remote<'_>, report: bool) -> Result<Taken, StoreError> {
        let directory = self.schools.now();
        let tell = |_: &Ticket, ticket: &Ticket, lang: Lang| {
            let text = if report {
                wording::not_handed_over(&directory.authority.hotline, lang)
            } else {
                wording::update_not_handed_over(lang).to_owned()
            };
            vec![status(ticket, text, lang)]
        };
        let taken = self.store.remote_take(remote, self.now(), |_| Vec::new(), tell).await?;
        if let Taken::New(reports) = &taken {
            metrics::counter!("schullotse_delivery_alarms_total", "kind" => "dead_letter").increment(1);
            for changed in reports {
                tracing::error!(
                    number = changed.ticket.number,
                    target = line.target.name,
                    report,
                    "a mail came back undelivered; `schullotse tickets outbox` lists reports that did"
                );
            }
        }
        Ok(taken)
    }

    /// What goes with a report is solved with it, here and there; and before it, so that nothing stays open
    /// where this is cut off: then the change is told again.
    async fn solve_joined(&self, solved: Remote<'_>) -> Result<(), StoreError> {
        if self.store.remote_taken(solved.target, solved.id).await? {
            return Ok(());
        }
        let life = Life { store: &self.store, schools: &self.schools, redactor: &self.redactor };
        let mut all = Vec::new();
        for first in self.store.remote_tickets(solved.target, solved.reference).await? {
            all.extend(crate::support::life::joined(&self.store, &first).await?);
        }
        if all.is_empty() {
            return Ok(());
        }
        for joined in all {
            match life.act(&joined.number, Action::Done, None, self.now()).await {
                Ok(_) => {}
                Err(LifeError::Store(error)) => return Err(error),
                Err(error) => {
                    tracing::warn!(number = joined.number, error = %error, "a report that goes with a solved one stays open");
                    continue;
                }
            }
            if let Some(id) = &joined.conversation
                && let Some(known) = self.store.conversation(id).await?
            {
                let asks = wording::does_it_work(self.ids.message(), &joined.number, false, known.lang);
                self.store.append(id, None, vec![asks], self.now()).await?;
                // The state before it came from the change itself.
                let last = self.store.events(id, known.last_seq - 1).await?;
                let told: Vec<_> = last.into_iter().map(|event| (id.clone(), event)).collect();
                (self.tell)(&told);
            }
        }
        self.wake.outgoing();
        Ok(())
    }
}

/// Why nothing could be fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{0}")]
    Asked(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}
