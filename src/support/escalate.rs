//! From "it does not work" to a complete report: known facts filled in, priority
//! and addressee decided, a number and a code given, all stored in one transaction
//! with the outbox entry and the chat's events.

mod supplement;
mod together;

use std::sync::Arc;

use together::Open;

use crate::{
    config::SupportConfig,
    domain::{
        clock::Clock,
        conversation::EventBody,
        document::Onsite,
        routing::{self, Circumstances},
        school::Device,
        ticket::{Proposal, Ticket, TicketInput},
    },
    store::{NewTicket, Store, StoreError},
    support::{
        delivery::Wake,
        directory::Schools,
        ids::{Ids, digest, same_digest},
        redact::Redactor,
    },
};

pub use self::supplement::Supplement;

/// A report about to be filed.
#[derive(Clone, Debug, Default)]
pub struct Filing {
    pub input: TicketInput,
    /// Why it is reported: a safety rule, `not_helped`, `no_passage`, `wish`, `form` …
    pub reason: String,
    /// What the guide says that was shown.
    pub onsite: Option<Onsite>,
    /// Only where the teacher agreed.
    pub transcript: Option<String>,
    /// See [`NewTicket::spoken`]; only within a conversation.
    pub spoken: Option<i64>,
}

/// A filed report.
#[derive(Clone, Debug)]
pub struct Filed {
    pub ticket: Ticket,
    /// Opens the state of the report; only its digest is stored with the ticket.
    pub code: String,
    /// The chat's events that were stored with it.
    pub events: Vec<crate::domain::conversation::Event>,
    /// The same had been filed before; nothing was filed now.
    pub known: bool,
}

/// Where reports are taken in.
#[derive(Clone)]
pub struct Desk {
    pub store: Store,
    pub schools: Schools,
    pub redactor: Arc<Redactor>,
    pub ids: Arc<Ids>,
    pub clock: Arc<dyn Clock>,
    pub config: SupportConfig,
    /// The helpdesk's own system that reports go to; `None` = they stay here.
    pub target: Option<String>,
    /// Wakes whoever delivers.
    pub wake: Wake,
}

impl Desk {
    /// Files a report. `conversation` and `cid` tie it to a chat message, which
    /// then files once however often it is sent; `events` are stored with it.
    ///
    /// # Errors
    /// What the database reports; then nothing at all is stored.
    pub async fn file(
        &self,
        filing: Filing,
        conversation: Option<&str>,
        cid: Option<&str>,
        events: impl FnOnce(&Ticket, &str) -> Vec<EventBody> + Send,
    ) -> Result<Filed, StoreError> {
        let now = self.clock.now();
        let code = self.ids.code();
        let (new, first) = self.ticket(filing, &code).await?;
        let filed = self.store.append_with_ticket(conversation, cid, new, |ticket| events(ticket, &code), now).await?;
        // Of a report that was sent once more, the number and code that she was told hold.
        if !filed.known {
            metrics::counter!("schullotse_tickets_total", "priority" => format!("{:?}", filed.ticket.priority))
                .increment(1);
            if let Some(first) = first {
                together::press(&self.store, &first, &filed.ticket, now).await?;
            }
            self.wake.outgoing();
        }
        Ok(Filed { ticket: filed.ticket, code, events: filed.events, known: filed.known })
    }

    /// The report, complete but for its number, and the one that it goes with.
    async fn ticket(&self, filing: Filing, code: &str) -> Result<(NewTicket, Option<Ticket>), StoreError> {
        let (input, device) = self.complete(filing.input).await?;
        let directory = self.schools.now();
        let mut decision = routing::decide(
            &input,
            Circumstances {
                directory: &directory,
                queue: &self.config.queue,
                reason: &filing.reason,
                onsite: filing.onsite,
                warranty_until: device.as_ref().and_then(|device| device.warranty_until),
                now: self.clock.now(),
            },
        );
        let first = match together::open(&self.store, &input, device.as_ref(), &filing.reason).await? {
            Some(Open::Same(first)) => {
                together::follow(&mut decision.routing, &first);
                Some(*first)
            }
            Some(Open::Other(number)) => {
                let why = format!("{number} is open about the same device, but not known to be the same fault");
                decision.routing.why.push(why);
                None
            }
            None => None,
        };
        let missing = missing(&input);
        let new = NewTicket {
            school: input.school,
            site: input.site,
            room: input.room,
            device: input.device,
            problem: input.problem,
            symptom: input.symptom,
            tried: input.tried,
            lesson_running: input.lesson_running,
            scope: input.scope,
            exam: input.exam,
            priority: decision.priority,
            reason: filing.reason,
            onsite: decision.onsite,
            routing: decision.routing,
            due: decision.due,
            joined: first.as_ref().map(|first| first.number.clone()),
            contact: input.contact,
            missing,
            transcript: filing.transcript,
            target: self.target.clone(),
            code_hash: digest(code),
            outbox: self.ids.uuid().to_string(),
            spoken: filing.spoken,
        };
        Ok((new, first))
    }

    /// Whether there is a report with this number.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn knows(&self, number: &str) -> Result<bool, StoreError> {
        Ok(self.store.ticket(&number.trim().to_uppercase()).await?.is_some())
    }

    /// A report, for whoever has its code; a wrong code and an unknown number are the same.
    /// A sooner visit that nobody has confirmed is not in it.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn status(&self, number: &str, code: &str) -> Result<Option<Ticket>, StoreError> {
        let found = self.store.ticket(&number.trim().to_uppercase()).await?;
        let mut ticket = found.filter(|(_, hash)| same_digest(hash, &digest(code))).map(|(ticket, _)| ticket);
        if let Some(routing) = ticket.as_mut().map(|ticket| &mut ticket.routing)
            && !routing.confirmed
            && let Some(Proposal { day, manager }) = routing.proposed.take()
        {
            routing.why.retain(|why| !(why.contains(&manager) && why.contains(&day.to_string())));
        }
        Ok(ticket)
    }

    /// Masks what was typed and fills in what the directory knows of room and device; gives
    /// the device of the register that is meant, where there is only one.
    /// The contact is the one place where a person may be named: she gave it to be called.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn complete(&self, mut input: TicketInput) -> Result<(TicketInput, Option<Device>), StoreError> {
        input.symptom = self.redactor.mask_report(&input.symptom).text;
        for tried in &mut input.tried {
            tried.step = self.redactor.mask_report(&tried.step).text;
        }
        let number = [&input.device.inventory, &input.device.serial].into_iter().flatten().next().cloned();
        let mut device = self.numbered(number.as_deref(), &input).await?;
        if let (None, Some(device)) = (&input.room, &device) {
            input.room = Some(device.room.clone());
        }
        let Some(said) = input.room.clone() else { return Ok((input, None)) };
        let found = match (self.schools.room_or_code(&said).await?, &input.school) {
            (Some(found), _) => Some(found),
            (None, Some(school)) => self.schools.room_named(school, &said).await?,
            (None, None) => None,
        };
        let other_school = |school: &String| input.school.as_ref().is_some_and(|known| known != school);
        let Some(found) = found.filter(|found| !other_school(&found.room.school)) else {
            input.room = Some(self.redactor.mask(&said).text);
            return Ok((input, device));
        };
        let (room, mut devices) = (found.room, found.devices);
        devices.retain(|device| input.device.kind.is_some_and(|kind| kind == device.kind));
        if let ([only], None, None) = (devices.as_slice(), &device, &number) {
            device = Some(only.clone());
        }
        if let Some(device) = &device {
            let given = &mut input.device;
            let fill = |value: &str| (!value.is_empty()).then(|| value.to_owned());
            given.kind = given.kind.or(Some(device.kind));
            given.model = given.model.take().or_else(|| fill(&device.model));
            given.serial = given.serial.take().or_else(|| fill(&device.serial));
            given.inventory = given.inventory.take().or_else(|| fill(&device.inventory));
        }
        input.school = Some(room.school);
        input.site = input.site.or(room.site);
        input.room = Some(room.code);
        Ok((input, device))
    }

    /// The device of the register that bears this number, if it is the only one and
    /// stands at the school that was named.
    async fn numbered(&self, number: Option<&str>, input: &TicketInput) -> Result<Option<Device>, StoreError> {
        let Some(number) = number else { return Ok(None) };
        let mut found = self.store.devices_numbered(number.trim()).await?;
        let (Some(device), true) = (found.pop(), found.is_empty()) else { return Ok(None) };
        let room = self.store.room(&device.room).await?.map(|found| found.room);
        let here = |school: &String| room.as_ref().is_some_and(|room| room.school == *school);
        Ok(input.school.as_ref().is_some_and(here).then_some(device))
    }
}

/// What the helpdesk will have to ask for (Düsseldorf's intake rule).
fn missing(input: &TicketInput) -> Vec<String> {
    let open = [
        ("school", input.school.is_none()),
        ("room", input.room.is_none()),
        ("device", input.device.kind.is_none()),
        ("serial", input.device.serial.is_none() && input.device.inventory.is_none()),
        ("symptom", input.symptom.is_empty()),
        ("tried", input.tried.is_empty()),
        ("lesson_running", input.lesson_running.is_none()),
        ("contact", input.contact.is_none()),
    ];
    open.into_iter().filter(|(_, open)| *open).map(|(name, _)| name.to_owned()).collect()
}
