//! What staff do with a report, and what time does: states, orders, hand-overs, visits
//! that could not take place, promises that pass. The rules are `domain/life.rs`'s; here
//! they are stored, counted, and told to whoever reported.

use jiff::{Timestamp, ToSpan, civil::Date};
use thiserror::Error;

use crate::{
    domain::{
        calendar,
        clock::berlin,
        conversation::EventBody,
        life::{self, NotAllowed, TicketEvent, TicketEventKind},
        routing::{self, Level},
        school::{Authority, Directory},
        ticket::{Proposal, Ticket, TicketState},
    },
    store::{NewUpdate, Raised, Store, StoreError},
    support::{directory::Schools, redact::Redactor, wording},
};

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Somebody works on it; after waiting, the clock goes on.
    Open,
    /// For an answer from outside; the clock stands.
    Wait,
    Reopen,
    Done,
    /// A part is on its way; the clock stands.
    Ordered,
    /// Somebody else takes care of it.
    HandedOver(Level),
    /// The room was locked, the device in use: it stays open for the next visit.
    NoAccess,
    /// The sooner visit that was proposed takes place, or one on the day that is named
    /// here: its reporter is told.
    Confirm(Option<Date>),
}

/// Why nothing was done.
#[derive(Debug, Error)]
pub enum LifeError {
    #[error("there is no report {0}\nhint: `schullotse tickets list` shows all")]
    Unknown(String),
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    #[error("no sooner visit is proposed for this report\nhint: `schullotse tickets show` tells the next one")]
    NothingProposed,
    #[error(
        "nobody who looks after this school works on {0}\nhint: name a working day to come on which its campus manager, or who stands in, is not away"
    )]
    NobodyThere(Date),
    #[error("the round comes on {round}, not after {day}\nhint: confirm a day before it, or none")]
    RoundIsSooner { round: Date, day: Date },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where reports are worked on.
#[derive(Clone, Copy)]
pub struct Life<'a> {
    pub store: &'a Store,
    pub schools: &'a Schools,
    pub redactor: &'a Redactor,
}

impl Life<'_> {
    /// Does it, notes it in the history and tells the chat that it came from. What goes
    /// with a report is done, handed over and visited with it. Gives the report, then those.
    ///
    /// # Errors
    /// [`LifeError`]; nothing is changed then.
    pub async fn act(
        &self,
        number: &str,
        action: Action,
        note: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<Ticket>, LifeError> {
        let spelled = number.trim().to_uppercase();
        let first = self.one(&spelled, action, (note, None), now).await.map_err(|error| match error {
            LifeError::Unknown(_) => LifeError::Unknown(number.to_owned()),
            other => other,
        });
        let mut changed = vec![first?];
        if matches!(action, Action::Done | Action::Confirm(_) | Action::HandedOver(_) | Action::NoAccess) {
            for joined in joined(self.store, &changed[0]).await? {
                let visit = changed[0].routing.proposed.clone();
                changed.push(self.one(&joined.number, action, (None, visit), now).await?);
            }
        }
        Ok(changed)
    }

    /// With a note, and for a report that goes with another the visit of that one.
    async fn one(
        &self,
        number: &str,
        action: Action,
        (note, visit): (Option<&str>, Option<Proposal>),
        now: Timestamp,
    ) -> Result<Ticket, LifeError> {
        let directory = self.schools.now();
        let note = note.map(|note| self.redactor.mask(note.trim()).text).filter(|note| !note.is_empty());
        let change = |ticket: &mut Ticket| {
            let mut raised = apply(ticket, &directory, (action, visit), now)?;
            let update = told(&raised, ticket, note.as_deref());
            raised.extend(note.map(|note| (TicketEventKind::Note, Some(note))));
            Ok::<(Raised, Option<NewUpdate>), LifeError>((raised, update))
        };
        let changed = self.store.ticket_change_telling(number, now, change).await?;
        let (ticket, events) = changed.ok_or_else(|| LifeError::Unknown(number.to_owned()))??;
        count(&events);
        if events.iter().any(|event| event.kind == TicketEventKind::State) {
            self.tell(&ticket, now).await?;
        }
        Ok(ticket)
    }

    /// The new state as an event of the chat, where there still is one.
    async fn tell(&self, ticket: &Ticket, now: Timestamp) -> Result<(), StoreError> {
        let Some(id) = &ticket.conversation else { return Ok(()) };
        let Some(conversation) = self.store.conversation(id).await? else { return Ok(()) };
        let body = EventBody::TicketStatus {
            number: ticket.number.clone(),
            state: ticket.state.name().into(),
            updated: ticket.updated,
            lang: Some(conversation.lang),
            text: wording::status(ticket, conversation.lang),
        };
        self.store.append(id, None, vec![body], now).await.map(|_| ())
    }
}

/// What the helpdesk's own system is told of a change.
fn told(raised: &Raised, ticket: &Ticket, note: Option<&str>) -> Option<NewUpdate> {
    let change = raised.iter().find(|(kind, _)| *kind == TicketEventKind::State).and_then(|(_, what)| what.as_deref());
    let said = change.map(|what| match what {
        "open" => "In Bearbeitung.".to_owned(),
        "waiting" => "Wartet auf Rückmeldung.".to_owned(),
        "solved" => "Erledigt.".to_owned(),
        "reopened" => "Wieder geöffnet.".to_owned(),
        "part ordered" => "Ersatzteil bestellt; wartet.".to_owned(),
        "no access" => "Raum nicht zugänglich; bleibt offen.".to_owned(),
        "visit confirmed" => ticket
            .routing
            .visit()
            .map_or_else(|| "Besuch bestätigt.".to_owned(), |day| format!("Besuch bestätigt: {day}.")),
        other => other.to_owned(),
    });
    let state = change.map(|_| match ticket.state {
        TicketState::Solved => "solved",
        TicketState::Waiting => "waiting",
        TicketState::New | TicketState::Open | TicketState::Reopened => "open",
    });
    let text = said.into_iter().chain(note.map(str::to_owned)).collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(NewUpdate { text, state, once: None })
}

/// The change itself, and what it raises.
fn apply(
    ticket: &mut Ticket,
    directory: &Directory,
    (action, visit): (Action, Option<Proposal>),
    now: Timestamp,
) -> Result<Raised, LifeError> {
    let authority = &directory.authority;
    // What passed before this moment counts, though no timer has looked since.
    let mut raised: Raised = life::overdue(ticket, authority, now).into_iter().map(|kind| (kind, None)).collect();
    let to = match action {
        Action::Open | Action::HandedOver(_) | Action::NoAccess => TicketState::Open,
        Action::Wait | Action::Ordered => TicketState::Waiting,
        Action::Reopen => TicketState::Reopened,
        Action::Done => TicketState::Solved,
        Action::Confirm(_) => ticket.state,
    };
    let visit = match (action, visit) {
        (Action::Confirm(day), None) => Some(planned(ticket, directory, day, now)?),
        (_, visit) => visit,
    };
    let changed = life::change(ticket, authority, to, now)?;
    let mut say = |what: String| raised.push((TicketEventKind::State, Some(what)));
    match action {
        Action::Confirm(_) if ticket.routing.confirmed && ticket.routing.proposed == visit => {}
        Action::Confirm(_) => {
            ticket.routing.proposed = visit;
            ticket.routing.confirmed = true;
            say("visit confirmed".into());
        }
        Action::Ordered => say("part ordered".into()),
        Action::HandedOver(level) => {
            readdress(ticket, directory, level, now);
            say(format!("handed over to {}", level.name()));
        }
        Action::NoAccess => {
            let level = Level::from_name(&ticket.routing.level).unwrap_or(Level::Helpdesk);
            readdress(ticket, directory, level, now);
            say("no access".into());
        }
        Action::Open | Action::Wait | Action::Reopen | Action::Done if changed => say(to.name().into()),
        Action::Open | Action::Wait | Action::Reopen | Action::Done => {}
    }
    Ok(raised)
}

/// The visit that takes place: the proposed one, or on the day that staff named.
fn planned(ticket: &Ticket, directory: &Directory, day: Option<Date>, now: Timestamp) -> Result<Proposal, LifeError> {
    let routing = &ticket.routing;
    let proposed = routing.proposed.clone().filter(|visit| day.is_none_or(|day| day == visit.day));
    let day = match (proposed, day) {
        (Some(visit), _) => return Ok(visit),
        (None, None) => return Err(LifeError::NothingProposed),
        (None, Some(day)) => day,
    };
    if let Some(round) = routing.next_visit.filter(|round| *round <= day) {
        return Err(LifeError::RoundIsSooner { round, day });
    }
    let school = ticket.school.as_deref().filter(|_| day >= now.to_zoned(berlin()).date());
    let next = Some(day.saturating_add(1.day()));
    let visit = school.and_then(|school| calendar::sooner_visit(directory, school, ticket.site.as_deref(), day, next));
    visit.map(|visit| Proposal { day: visit.day, manager: visit.manager }).ok_or(LifeError::NobodyThere(day))
}

/// A new addressee; whoever comes does so from tomorrow on.
fn readdress(ticket: &mut Ticket, directory: &Directory, level: Level, now: Timestamp) {
    let tomorrow = now.to_zoned(berlin()).date().saturating_add(1.day());
    let school = ticket.school.as_deref();
    let visit = school.and_then(|school| calendar::next_visit(directory, school, ticket.site.as_deref(), tomorrow));
    let visit = visit.filter(|_| routing::comes(level, ticket.onsite));
    ticket.routing.level = level.name().into();
    ticket.routing.assignee = routing::assignee(directory, level, school, visit.as_ref());
    ticket.routing.next_visit = visit.map(|visit| visit.day);
    ticket.routing.proposed = None;
    ticket.routing.confirmed = false;
}

/// The unsolved reports that go with this one.
///
/// # Errors
/// What the database reports.
pub async fn joined(store: &Store, first: &Ticket) -> Result<Vec<Ticket>, StoreError> {
    let mut found = store.tickets_unsolved(first.school.as_deref()).await?;
    found.retain(|ticket| ticket.joined.as_deref() == Some(&first.number));
    Ok(found)
}

/// Raises what has passed or soon will have, each once; gives what is new. Reports that
/// go with another are looked at with that one.
///
/// # Errors
/// What the database reports.
pub async fn look(store: &Store, authority: &Authority, now: Timestamp) -> Result<Vec<TicketEvent>, StoreError> {
    let tickets = store.tickets_unsolved(None).await?;
    let known: std::collections::HashSet<(String, TicketEventKind)> =
        store.ticket_promises_passed().await?.into_iter().map(|event| (event.number, event.kind)).collect();
    let passed = tickets.iter().filter(|ticket| ticket.joined.is_none()).flat_map(|ticket| {
        let kinds = life::overdue(ticket, authority, now).into_iter();
        kinds.map(|kind| TicketEvent { number: ticket.number.clone(), at: now, kind, note: None })
    });
    let new: Vec<TicketEvent> = passed.filter(|event| !known.contains(&(event.number.clone(), event.kind))).collect();
    if new.is_empty() {
        return Ok(new);
    }
    let raised = store.ticket_raise(new).await?;
    count(&raised);
    Ok(raised)
}

fn count(events: &[TicketEvent]) {
    use TicketEventKind::{DueSoon, ResolutionBreached, ResponseBreached};
    for event in events {
        if matches!(event.kind, DueSoon | ResponseBreached | ResolutionBreached) {
            metrics::counter!("schullotse_sla_events_total", "kind" => event.kind.name()).increment(1);
        }
    }
}
