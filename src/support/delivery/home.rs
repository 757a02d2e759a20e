//! Home again: what staff did in the helpdesk's system changes the report here and is told in
//! the chat that it came from. Each change is taken in once; a cursor is kept only when all that
//! was told before it is stored.

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{Delivery, Line};
use crate::{
    domain::{
        conversation::{EventBody, WireBlock},
        lang::Lang,
        life::{self, TicketEventKind},
        school::Authority,
        text::clean,
        ticket::{Ticket, TicketState},
    },
    helpdesk::{Change, ChangeKind, RemoteState},
    store::{Raised, Remote, StoreError, Taken},
    support::{
        life::{Action, Life, LifeError},
        wording,
    },
};

/// Name of the stream of changes, in the database.
const CHANGES: &str = "changes";
/// Most characters of one answer of staff.
const LONGEST: usize = 4_000;
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
        match self.fetch(line).await {
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
        let mut new = 0;
        for _ in 0..PAGES {
            let cursor = self.store.remote_cursor(name, CHANGES).await?;
            let page = self.asked(line.target.system.changes(cursor.as_deref())).await.map_err(|fault| {
                metrics::counter!("schullotse_delivery_fetch_faults_total", "target" => name.to_owned()).increment(1);
                FetchError::Asked(super::kind(&fault))
            })?;
            let mut unknown = false;
            for change in &page.changes {
                match self.take_in(line, change).await? {
                    Taken::Unknown => unknown = true,
                    Taken::Before => {}
                    Taken::New { .. } => new += 1,
                }
            }
            // It may be about a report that is there though its number is not known here yet.
            if unknown && self.store.outbox_doubtful(name).await? {
                break;
            }
            if cursor.as_deref() != Some(page.cursor.as_str()) {
                self.store.remote_cursor_set(name, CHANGES, &page.cursor, self.now()).await?;
            }
            if !page.more {
                break;
            }
        }
        Ok(new)
    }

    async fn take_in(&self, line: &Line, change: &Change) -> Result<Taken, StoreError> {
        let remote = Remote { target: &line.target.name, id: &change.id, reference: &change.reference };
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
                    vec![(TicketEventKind::Reply, Some(kept))]
                };
                let mid = self.ids.message();
                let tell = move |ticket: &Ticket, lang: Lang| vec![answer(mid, &ticket.number, &text, lang)];
                self.store.remote_take(remote, now, answered, tell).await?
            }
            ChangeKind::State(state) => {
                let (from, mid) = (std::sync::Mutex::new(None), self.ids.message());
                let moved = |ticket: &mut Ticket| -> Raised {
                    *super::lock(&from) = Some(ticket.state);
                    let at = when(change.at, ticket, now);
                    follow(ticket, &directory.authority, *state, at)
                };
                let tell = |ticket: &Ticket, lang: Lang| {
                    if *super::lock(&from) == Some(ticket.state) { vec![] } else { news(mid, ticket, lang) }
                };
                self.store.remote_take(remote, now, moved, tell).await?
            }
        };
        if let Taken::New { ticket, raised, told } = &taken {
            (self.tell)(told);
            let solved = raised.iter().any(|event| event.kind == TicketEventKind::State);
            if solved && ticket.state == TicketState::Solved {
                self.solve_joined(ticket).await?;
            }
        }
        Ok(taken)
    }

    /// What goes with a report is solved with it, here and there.
    async fn solve_joined(&self, first: &Ticket) -> Result<(), StoreError> {
        let life = Life { store: &self.store, schools: &self.schools, redactor: &self.redactor };
        for joined in crate::support::life::joined(&self.store, first).await? {
            match life.act(&joined.number, Action::Done, None, self.now()).await {
                Ok(_) => {}
                Err(LifeError::Store(error)) => return Err(error),
                Err(error) => {
                    tracing::warn!(number = joined.number, error = %error, "a report that goes with a solved one stays open");
                }
            }
            if let Some(id) = &joined.conversation
                && let Some(known) = self.store.conversation(id).await?
            {
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

/// When it happened there, as far as that can be: not before the report, not ahead of now.
fn when(at: Timestamp, ticket: &Ticket, now: Timestamp) -> Timestamp {
    at.max(ticket.created).min(now)
}

/// Brings a report to the state that it has there, by states that may follow each other.
fn follow(ticket: &mut Ticket, authority: &Authority, state: RemoteState, at: Timestamp) -> Raised {
    use TicketState::{New, Open, Reopened, Solved, Waiting};
    let way: &[TicketState] = match (state, ticket.state) {
        // What is new there has not been looked at; here it may have come back, or waits.
        (RemoteState::New | RemoteState::Open, Solved) => &[Reopened],
        (RemoteState::Open, New | Reopened | Waiting) => &[Open],
        (RemoteState::Waiting, Solved) => &[Reopened, Waiting],
        (RemoteState::Waiting, _) => &[Waiting],
        (RemoteState::Solved, _) => &[Solved],
        (RemoteState::New, _) | (RemoteState::Open, Open) => &[],
    };
    let before = ticket.state;
    let mut raised: Raised = life::overdue(ticket, authority, at).into_iter().map(|kind| (kind, None)).collect();
    for to in way {
        if life::change(ticket, authority, *to, at).is_err() {
            break;
        }
    }
    if ticket.state == before {
        return Vec::new();
    }
    raised.push((TicketEventKind::State, Some(ticket.state.name().into())));
    raised
}

/// What staff wrote, as plain paragraphs.
fn answer(mid: String, number: &str, text: &str, lang: Lang) -> EventBody {
    let said = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let head =
        WireBlock::Heading { spans: vec![crate::domain::conversation::Span::plain(wording::staff_say(number, lang))] };
    let blocks = std::iter::once(head).chain(said.map(WireBlock::paragraph)).collect();
    EventBody::AgentMessage { mid, lang: None, blocks }
}

fn bounded(text: &str) -> String {
    let mut bounded: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        bounded.push_str(" …");
    }
    bounded
}

/// The new state in words; where it is solved, with the question whether it works.
fn news(mid: String, ticket: &Ticket, lang: Lang) -> Vec<EventBody> {
    let status = EventBody::TicketStatus {
        number: ticket.number.clone(),
        state: ticket.state.name().into(),
        updated: ticket.updated,
        lang: Some(lang),
        text: wording::status(ticket, lang),
    };
    let asks = (ticket.state == TicketState::Solved).then(|| wording::does_it_work(mid, &ticket.number, lang));
    std::iter::once(status).chain(asks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::delivery::report::tests::ticket;

    #[test]
    fn every_state_there_leads_to_one_here_without_a_jump() {
        let all =
            [TicketState::New, TicketState::Open, TicketState::Waiting, TicketState::Solved, TicketState::Reopened];
        for from in all {
            for (state, wanted) in [
                (
                    RemoteState::Open,
                    if from == TicketState::Solved { TicketState::Reopened } else { TicketState::Open },
                ),
                (RemoteState::Waiting, TicketState::Waiting),
                (RemoteState::Solved, TicketState::Solved),
            ] {
                let mut ticket = Ticket { state: from, ..ticket() };
                let at = ticket.created;
                let raised = follow(&mut ticket, &Authority::default(), state, at);
                assert_eq!(ticket.state, wanted, "{from:?} {state:?}");
                assert_eq!(raised.is_empty(), from == wanted);
            }
        }
    }

    #[test]
    fn what_staff_write_is_text_and_not_endless() {
        let body = answer("m".into(), "SUP-1", "<b>Guten Tag</b>\n\n\n\nbitte neu starten", Lang::De);
        let EventBody::AgentMessage { blocks, .. } = body else { panic!() };
        assert_eq!(
            blocks.iter().map(WireBlock::plain).skip(1).collect::<Vec<_>>(),
            ["<b>Guten Tag</b>", "bitte neu starten"]
        );
        assert_eq!(bounded(&"ä".repeat(5_000)).chars().count(), LONGEST + 2);
    }
}
