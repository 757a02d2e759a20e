//! Reports and their numbers.
//!
//! A report, its outbox row, the events that tell of it and the fact that
//! counts it are one transaction. Numbers run through within a year of the
//! schools' calendar: `SUP-2026-00001`.

use jiff::Timestamp;

use super::{
    Store,
    conversations::{self, Known},
    error::StoreError,
    facts::{self, Fact, FactKind},
    outbox::{self, OutboxState},
    pool::Tx,
    value::{Row, to_json, values, whole_milliseconds},
};
use crate::domain::{
    clock::berlin,
    conversation::{Event, EventBody},
    document::Onsite,
    lang::Lang,
    outcome::Outcome,
    ticket::{Delivery, Due, Priority, Routing, Scope, Ticket, TicketDevice, TicketState, Tried},
};

/// A report to be filed: a [`Ticket`] without what filing gives it (number,
/// state, times, conversation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTicket {
    pub school: Option<String>,
    pub site: Option<String>,
    pub room: Option<String>,
    pub device: TicketDevice,
    pub problem: Option<String>,
    pub symptom: String,
    pub tried: Vec<Tried>,
    pub lesson_running: Option<bool>,
    pub scope: Option<Scope>,
    pub exam: Option<bool>,
    pub priority: Priority,
    /// A fixed name; counted in the facts.
    pub reason: String,
    pub onsite: Onsite,
    pub routing: Routing,
    pub due: Due,
    /// Number of the report that it goes with.
    pub joined: Option<String>,
    pub contact: Option<String>,
    pub missing: Vec<String>,
    pub transcript: Option<String>,
    /// Name of the helpdesk system it goes to; `None` = it stays here (`local`).
    pub target: Option<String>,
    /// Hash of the code that opens it to its reporter; the code itself is not stored.
    pub code_hash: Vec<u8>,
    /// Id of the outbox row, a UUID.
    pub outbox: String,
    /// Number of the conversation's last event that speaks of this fault. Where a report
    /// was filed after it, this is that report, sent once more.
    pub spoken: Option<i64>,
}

/// A report that was filed.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketFiled {
    pub ticket: Ticket,
    pub events: Vec<Event>,
    /// It had been filed before, with this `cid` or another; nothing was filed now.
    pub known: bool,
}

/// Which tickets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub state: Option<TicketState>,
    pub school: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT t.body, t.state, t.created_ms, t.updated_ms, t.contact, t.transcript, t.conversation,
                    o.state, o.target, o.reference, t.code_hash
             FROM tickets t LEFT JOIN outbox o ON o.ticket = t.number ",
            $rest
        )
    };
}
pub(super) use select;

impl Store {
    /// Files a report: ticket, outbox row, events and fact in one transaction.
    /// `bodies` are the events that tell of it, made once its number is known;
    /// without a conversation there are none.
    ///
    /// A report that was filed since [`NewTicket::spoken`] is given instead of a second one.
    ///
    /// Outside a conversation a `cid` belongs to nobody in particular: it must
    /// be one that others cannot guess (a UUID).
    ///
    /// # Errors
    /// [`StoreError::NoConversation`] for one that is not there (any more),
    /// [`StoreError::Conflict`] for a `cid` that did something else before;
    /// else [`StoreError`] if the database fails. Nothing is written then.
    pub async fn append_with_ticket(
        &self,
        conversation: Option<&str>,
        cid: Option<&str>,
        new: NewTicket,
        bodies: impl FnOnce(&Ticket) -> Vec<EventBody> + Send,
        at: Timestamp,
    ) -> Result<TicketFiled, StoreError> {
        let at = whole_milliseconds(at);
        let mut tx = self.pool.begin().await?;
        let last = match conversation {
            Some(conversation) => conversations::lock(&mut tx, conversation, at).await?,
            None => 0,
        };
        let scope = conversation.unwrap_or_default();
        if let Some(known) = conversations::known(&mut tx, scope, cid).await? {
            let filed = filed_before(&mut tx, scope, &known).await?;
            tx.rollback().await?;
            return Ok(filed);
        }
        if let (Some(conversation), Some(spoken)) = (conversation, new.spoken)
            && let Some(known) = conversations::filed_since(&mut tx, conversation, spoken).await?
        {
            let filed = filed_before(&mut tx, scope, &known).await?;
            // This `cid`, too, has done its work, whatever is said until it comes again.
            let first = (known.first, filed.events.as_slice());
            conversations::remember(&mut tx, scope, cid, first, known.ticket.as_deref(), at).await?;
            tx.commit().await?;
            return Ok(filed);
        }
        let number = next_number(&mut tx, at).await?;
        let (ticket, code_hash, outbox) = numbered(new, number, conversation, at);
        insert(&mut tx, &ticket, &code_hash).await?;
        outbox::put(&mut tx, &outbox, &ticket, at).await?;
        let events = match conversation {
            Some(conversation) => conversations::write(&mut tx, conversation, last, bodies(&ticket), at).await?,
            None => Vec::new(),
        };
        let lang = lang_of(&mut tx, conversation).await?;
        facts::put(&mut tx, &Fact { lang, ..fact(FactKind::Escalated, &ticket, at) }).await?;
        conversations::remember(&mut tx, scope, cid, (last + 1, &events), Some(&ticket.number), at).await?;
        tx.commit().await?;
        Ok(TicketFiled { ticket, events, known: false })
    }

    /// A ticket, and the hash of its reporter's code.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn ticket(&self, number: &str) -> Result<Option<(Ticket, Vec<u8>)>, StoreError> {
        let row = self.pool.row(select!("WHERE t.number = $1"), values![number]).await?;
        row.map(|row| Ok((ticket(&row)?, row.get(10)?))).transpose()
    }

    /// Up to `limit` tickets, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn tickets(&self, filter: &TicketFilter, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        let sql = select!(
            "WHERE (CAST($1 AS TEXT) IS NULL OR t.state = $1) AND (CAST($2 AS TEXT) IS NULL OR t.school = $2)
             ORDER BY t.created_ms DESC, t.number DESC LIMIT $3"
        );
        let values = values![filter.state.map(TicketState::name), &filter.school, limit];
        self.pool.rows(sql, values).await?.iter().map(ticket).collect()
    }

    /// Sets a ticket's state, whatever it was, and counts the solution or the return in
    /// the facts. Setting the state it has changes nothing. `None` if there is no such
    /// ticket. The rules of its life are `domain/life.rs`'s.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn ticket_state(
        &self,
        number: &str,
        state: TicketState,
        at: Timestamp,
    ) -> Result<Option<Ticket>, StoreError> {
        let change = |ticket: &mut Ticket| {
            ticket.state = state;
            Ok::<_, std::convert::Infallible>(Vec::new())
        };
        let changed = self.ticket_change(number, at, change).await?;
        Ok(changed.map(|Ok((ticket, _))| ticket))
    }
}

async fn filed_before(tx: &mut Tx, scope: &str, known: &Known) -> Result<TicketFiled, StoreError> {
    let number = known.ticket.as_deref().ok_or(StoreError::Conflict)?;
    let ticket = load(tx, number).await?.ok_or(StoreError::Conflict)?;
    let events = conversations::events(tx, scope, known.first, known.last).await?;
    Ok(TicketFiled { ticket, events, known: true })
}

/// Counts up in the transaction: a report that fails gives its number back.
async fn next_number(tx: &mut Tx, at: Timestamp) -> Result<String, StoreError> {
    let year = at.to_zoned(berlin()).year();
    let sql = "INSERT INTO counters (name, value) VALUES ($1, 1)
               ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
    let row = tx.row(sql, values![format!("ticket-{year}")]).await?;
    let count: i64 = row.ok_or(StoreError::Damaged { what: "counter", column: 0 })?.get(0)?;
    Ok(format!("SUP-{year}-{count:05}"))
}

fn numbered(new: NewTicket, number: String, conversation: Option<&str>, at: Timestamp) -> (Ticket, Vec<u8>, String) {
    let state = if new.target.is_some() { OutboxState::Pending } else { OutboxState::Local };
    let ticket = Ticket {
        number,
        state: TicketState::New,
        created: at,
        updated: at,
        school: new.school,
        site: new.site,
        room: new.room,
        device: new.device,
        problem: new.problem,
        symptom: new.symptom,
        tried: new.tried,
        lesson_running: new.lesson_running,
        scope: new.scope,
        exam: new.exam,
        priority: new.priority,
        reason: new.reason,
        onsite: new.onsite,
        routing: new.routing,
        due: new.due,
        responded: None,
        stopped: None,
        joined: new.joined,
        contact: new.contact,
        missing: new.missing,
        delivery: Delivery { state: state.name().into(), target: new.target, reference: None },
        conversation: conversation.map(Into::into),
        transcript: new.transcript,
    };
    (ticket, new.code_hash, new.outbox)
}

/// What concerns a person goes into columns of its own and stays out of the body.
async fn insert(tx: &mut Tx, ticket: &Ticket, code_hash: &[u8]) -> Result<(), StoreError> {
    let body = Ticket { contact: None, transcript: None, conversation: None, ..ticket.clone() };
    let sql = "INSERT INTO tickets (number, code_hash, state, created_ms, updated_ms, school,
                                    contact, transcript, conversation, body)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = values![
        &ticket.number,
        code_hash,
        ticket.state.name(),
        ticket.created,
        ticket.updated,
        &ticket.school,
        &ticket.contact,
        &ticket.transcript,
        &ticket.conversation,
        to_json(&body)?
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

pub(super) async fn load(tx: &mut Tx, number: &str) -> Result<Option<Ticket>, StoreError> {
    tx.row(select!("WHERE t.number = $1"), values![number]).await?.as_ref().map(ticket).transpose()
}

pub(super) fn ticket(row: &Row) -> Result<Ticket, StoreError> {
    let body: Ticket = row.json(0, "ticket")?;
    let state: Option<OutboxState> = row.name_opt(7, "outbox state")?;
    Ok(Ticket {
        state: row.name(1, "ticket state")?,
        created: row.time(2)?,
        updated: row.time(3)?,
        contact: row.get(4)?,
        transcript: row.get(5)?,
        conversation: row.get(6)?,
        delivery: Delivery {
            state: state.unwrap_or(OutboxState::Local).name().into(),
            target: row.get(8)?,
            reference: row.get(9)?,
        },
        ..body
    })
}

async fn lang_of(tx: &mut Tx, conversation: Option<&str>) -> Result<Option<Lang>, StoreError> {
    let Some(conversation) = conversation else { return Ok(None) };
    let row = tx.row("SELECT lang FROM conversations WHERE id = $1", values![conversation]).await?;
    row.map(|row| row.name(0, "language")).transpose()
}

pub(super) fn fact(kind: FactKind, ticket: &Ticket, at: Timestamp) -> Fact {
    Fact {
        conversation: ticket.conversation.clone(),
        school: ticket.school.clone(),
        device: ticket.device.kind,
        problem: ticket.problem.clone(),
        outcome: Some(Outcome::Escalate),
        reason: Some(ticket.reason.clone()),
        ..Fact::new(kind, at)
    }
}
