//! The life of reports: a change and what it raised are one transaction, with the fact
//! that counts a solution or a return. What a promise's end raises is raised once.

use jiff::Timestamp;

use super::{
    Store,
    error::StoreError,
    facts::{self, Fact, FactKind},
    outbox::{NewUpdate, put_update},
    pool::Tx,
    tickets::{fact, load, select, ticket},
    value::{Row, to_json, values, whole_milliseconds},
};
use crate::domain::{
    life::{TicketEvent, TicketEventKind},
    ticket::{Ticket, TicketState},
};

/// What a change raised beside itself: kind and note.
pub type Raised = Vec<(TicketEventKind, Option<String>)>;

impl Store {
    /// Changes a report as `change` says, which sees it as it stands and may refuse. The
    /// change, what it raised and the fact of a solution or return are one transaction.
    /// `Ok(None)` if there is no such report. Gives the report and what was raised for the
    /// first time.
    ///
    /// # Errors
    /// What `change` refused, inside; [`StoreError`] if the database fails. Nothing is
    /// changed then.
    pub async fn ticket_change<E: Send>(
        &self,
        number: &str,
        at: Timestamp,
        change: impl FnOnce(&mut Ticket) -> Result<Raised, E> + Send,
    ) -> Result<Option<Result<(Ticket, Vec<TicketEvent>), E>>, StoreError> {
        self.ticket_change_telling(number, at, |ticket| Ok((change(ticket)?, None))).await
    }

    /// The same, with what the helpdesk's own system is to be told of it.
    ///
    /// # Errors
    /// As [`Store::ticket_change`].
    pub async fn ticket_change_telling<E: Send>(
        &self,
        number: &str,
        at: Timestamp,
        change: impl FnOnce(&mut Ticket) -> Result<(Raised, Option<NewUpdate>), E> + Send,
    ) -> Result<Option<Result<(Ticket, Vec<TicketEvent>), E>>, StoreError> {
        let at = whole_milliseconds(at);
        let mut tx = self.pool.begin().await?;
        // Locks the row: two who change at once see each other's.
        tx.execute("UPDATE tickets SET state = state WHERE number = $1", values![number]).await?;
        let Some(before) = load(&mut tx, number).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let mut after = before.clone();
        let (raised, update) = match change(&mut after) {
            Ok(raised) => raised,
            Err(refused) => {
                tx.rollback().await?;
                return Ok(Some(Err(refused)));
            }
        };
        if after == before && raised.is_empty() && update.is_none() {
            tx.rollback().await?;
            return Ok(Some(Ok((before, Vec::new()))));
        }
        after.updated = at;
        put(&mut tx, &before, &after).await?;
        let mut events = Vec::new();
        for (kind, note) in raised {
            let event = TicketEvent { number: number.to_owned(), at, kind, note };
            if raise(&mut tx, &event).await? {
                events.push(event);
            }
        }
        if let Some(update) = update {
            put_update(&mut tx, number, &update, at).await?;
        }
        tx.commit().await?;
        Ok(Some(Ok((after, events))))
    }

    /// Notes how to reach the reporter, where nothing is noted yet and the report is not closed;
    /// `update` tells the helpdesk's own system.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn ticket_contact(
        &self,
        number: &str,
        contact: &str,
        update: &NewUpdate,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE tickets SET contact = $2, updated_ms = $3 WHERE number = $1 AND contact IS NULL
                   AND state <> 'solved'";
        let mut tx = self.pool.begin().await?;
        if tx.execute(sql, values![number, contact, whole_milliseconds(at)]).await? > 0 {
            put_update(&mut tx, number, update, at).await?;
        }
        tx.commit().await
    }

    /// The history of a report, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn ticket_events(&self, number: &str) -> Result<Vec<TicketEvent>, StoreError> {
        let sql = "SELECT ticket, at_ms, kind, note FROM ticket_events WHERE ticket = $1 ORDER BY at_ms, kind";
        self.pool.rows(sql, values![number]).await?.iter().map(event).collect()
    }

    /// All reports that are not solved, oldest first; of one school, where one is named.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn tickets_unsolved(&self, school: Option<&str>) -> Result<Vec<Ticket>, StoreError> {
        let rows = if let Some(school) = school {
            let sql = select!("WHERE t.state <> 'solved' AND t.school = $1 ORDER BY t.created_ms, t.number");
            self.pool.rows(sql, values![school]).await?
        } else {
            let sql = select!("WHERE t.state <> 'solved' ORDER BY t.created_ms, t.number");
            self.pool.rows(sql, vec![]).await?
        };
        rows.iter().map(ticket).collect()
    }

    /// Number and kind of every promise that passed, of reports that are not solved.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn ticket_promises_passed(&self) -> Result<Vec<TicketEvent>, StoreError> {
        let sql = "SELECT e.ticket, e.at_ms, e.kind, e.note FROM ticket_events e JOIN tickets t ON t.number = e.ticket
                   WHERE t.state <> 'solved' AND e.kind IN ('due_soon', 'response_breached', 'resolution_breached')";
        self.pool.rows(sql, vec![]).await?.iter().map(event).collect()
    }

    /// Raises events; gives those that had not been raised before.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; none is raised then.
    pub async fn ticket_raise(&self, events: Vec<TicketEvent>) -> Result<Vec<TicketEvent>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let mut new = Vec::new();
        for event in events {
            if raise(&mut tx, &event).await? {
                new.push(event);
            }
        }
        tx.commit().await?;
        Ok(new)
    }
}

pub(super) async fn raise(tx: &mut Tx, event: &TicketEvent) -> Result<bool, StoreError> {
    let sql = "INSERT INTO ticket_events (ticket, at_ms, kind, note) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, values![&event.number, event.at, event.kind.name(), &event.note]).await? > 0)
}

/// Writes what a change made of a report. What concerns a person is not changed by it.
pub(super) async fn put(tx: &mut Tx, before: &Ticket, after: &Ticket) -> Result<(), StoreError> {
    let body = Ticket { contact: None, transcript: None, conversation: None, ..after.clone() };
    let sql = "UPDATE tickets SET state = $2, updated_ms = $3, body = $4,
                      solved_ms = CASE WHEN $2 <> 'solved' THEN NULL WHEN state = 'solved' THEN solved_ms
                                       ELSE CAST($3 AS BIGINT) END
               WHERE number = $1";
    tx.execute(sql, values![&after.number, after.state.name(), after.updated, to_json(&body)?]).await?;
    let kind = match after.state {
        state if state == before.state => None,
        TicketState::Solved => Some(FactKind::TicketSolved),
        TicketState::Reopened => Some(FactKind::TicketReopened),
        TicketState::New | TicketState::Open | TicketState::Waiting => None,
    };
    if let Some(kind) = kind {
        let seconds = after.updated.duration_since(after.created).as_secs_f64();
        let value = (kind == FactKind::TicketSolved).then_some(seconds);
        facts::put(tx, &Fact { value, outcome: None, ..fact(kind, after, after.updated) }).await?;
    }
    Ok(())
}

fn event(row: &Row) -> Result<TicketEvent, StoreError> {
    Ok(TicketEvent { number: row.get(0)?, at: row.time(1)?, kind: row.name(2, "ticket event")?, note: row.get(3)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{at, ticket};

    async fn filed(store: &Store) -> String {
        store.append_with_ticket(None, None, ticket("o"), |_| vec![], at(0)).await.unwrap().ticket.number
    }

    fn to(state: TicketState) -> impl FnOnce(&mut Ticket) -> Result<Raised, ()> + Send {
        move |ticket| {
            ticket.state = state;
            Ok(vec![(TicketEventKind::State, Some(state.name().into()))])
        }
    }

    #[tokio::test]
    async fn a_change_is_stored_with_its_history_and_counted() {
        let store = Store::in_memory().await.unwrap();
        let number = filed(&store).await;
        assert!(store.ticket_change("SUP-2026-99999", at(1), to(TicketState::Open)).await.unwrap().is_none());
        for (state, second) in [(TicketState::Open, 10), (TicketState::Solved, 60), (TicketState::Reopened, 80)] {
            store.ticket_change(&number, at(second), to(state)).await.unwrap().unwrap().unwrap();
        }
        let (stored, _) = store.ticket(&number).await.unwrap().unwrap();
        assert_eq!((stored.state, stored.updated), (TicketState::Reopened, at(80)));
        let notes: Vec<_> =
            store.ticket_events(&number).await.unwrap().into_iter().map(|event| event.note.unwrap()).collect();
        assert_eq!(notes, ["open", "solved", "reopened"]);
        let facts: Vec<_> =
            store.facts_since(at(1)).await.unwrap().into_iter().map(|fact| (fact.kind, fact.value)).collect();
        assert_eq!(facts, [(FactKind::TicketSolved, Some(60.0)), (FactKind::TicketReopened, None)]);
    }

    #[tokio::test]
    async fn what_is_refused_changes_nothing() {
        let store = Store::in_memory().await.unwrap();
        let number = filed(&store).await;
        let refused = store
            .ticket_change(&number, at(1), |ticket| {
                ticket.state = TicketState::Solved;
                Err("no")
            })
            .await
            .unwrap();
        assert_eq!(refused.unwrap().unwrap_err(), "no");
        let (stored, _) = store.ticket(&number).await.unwrap().unwrap();
        assert_eq!((stored.state, stored.updated), (TicketState::New, at(0)));
        assert!(store.ticket_events(&number).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_staff_wrote_goes_with_what_concerns_persons() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = Store::open(&path).await.unwrap();
        let number = filed(&store).await;
        let noted = |ticket: &mut Ticket| {
            ticket.state = TicketState::Solved;
            let note = (TicketEventKind::Note, Some("canary-note".into()));
            Ok::<Raised, ()>(vec![(TicketEventKind::State, Some("solved".into())), note])
        };
        store.ticket_change(&number, at(10), noted).await.unwrap();
        let kept = async || -> Vec<Option<String>> {
            store.ticket_events(&number).await.unwrap().into_iter().map(|event| event.note).collect()
        };
        assert_eq!(kept().await, [Some("canary-note".into()), Some("solved".into())]);
        store.retain(at(91 * 86_400), 30, 90).await.unwrap();
        assert_eq!(kept().await, [None, Some("solved".into())]);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"canary-note"), "nor does a copy stay in the file");
    }

    #[tokio::test]
    async fn a_promise_passes_once_and_notes_may_repeat() {
        let store = Store::in_memory().await.unwrap();
        let number = filed(&store).await;
        let event = |kind| TicketEvent { number: number.clone(), at: at(5), kind, note: None };
        let events = || vec![event(TicketEventKind::DueSoon), event(TicketEventKind::Note)];
        assert_eq!(store.ticket_raise(events()).await.unwrap().len(), 2);
        assert_eq!(store.ticket_raise(events()).await.unwrap(), [event(TicketEventKind::Note)]);
        assert_eq!(store.ticket_promises_passed().await.unwrap(), [event(TicketEventKind::DueSoon)]);
        assert_eq!(store.tickets_unsolved(None).await.unwrap().len(), 1);
        assert_eq!(store.tickets_unsolved(Some("elsewhere")).await.unwrap().len(), 0);
        store.ticket_change(&number, at(9), to(TicketState::Solved)).await.unwrap();
        assert!(store.ticket_promises_passed().await.unwrap().is_empty());
        assert!(store.tickets_unsolved(None).await.unwrap().is_empty());
    }
}
