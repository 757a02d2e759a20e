//! From "it does not work" to a complete report: known facts filled in, priority
//! and addressee decided, a number and a code given, all stored in one transaction
//! with the outbox entry and the chat's events.

use std::sync::Arc;

use crate::{
    config::SupportConfig,
    domain::{
        clock::Clock,
        conversation::EventBody,
        document::Onsite,
        routing::{self, Circumstances},
        ticket::{Due, Ticket, TicketInput},
    },
    store::{NewTicket, Store, StoreError},
    support::{
        directory::Schools,
        ids::{Ids, digest, same_digest},
        redact::Redactor,
    },
};

/// A report about to be filed.
#[derive(Clone, Debug, Default)]
pub struct Filing {
    pub input: TicketInput,
    /// Why it is reported: a safety rule, `not_helped`, `no_passage`, `wish`, `form` …
    pub reason: String,
    pub onsite: Option<Onsite>,
    /// Only where the teacher agreed.
    pub transcript: Option<String>,
}

/// A filed report.
#[derive(Clone, Debug)]
pub struct Filed {
    pub ticket: Ticket,
    /// Opens the state of the report; only its digest is stored with the ticket.
    pub code: String,
    /// The chat's events that were stored with it.
    pub events: Vec<crate::domain::conversation::Event>,
    /// The same request had been filed before; nothing was written now.
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
        let new = self.ticket(filing, &code).await?;
        let filed = self.store.append_with_ticket(conversation, cid, new, |ticket| events(ticket, &code), now).await?;
        if !filed.known {
            metrics::counter!("schullotse_tickets_total", "priority" => format!("{:?}", filed.ticket.priority))
                .increment(1);
        }
        Ok(Filed { ticket: filed.ticket, code, events: filed.events, known: filed.known })
    }

    /// The report, complete but for its number.
    async fn ticket(&self, filing: Filing, code: &str) -> Result<NewTicket, StoreError> {
        let input = self.complete(filing.input).await?;
        let directory = self.schools.now();
        let decision = routing::decide(
            &input,
            Circumstances {
                directory: &directory,
                queue: &self.config.queue,
                reason: &filing.reason,
                onsite: filing.onsite,
                today: self.clock.local().date(),
            },
        );
        let missing = missing(&input);
        Ok(NewTicket {
            school: input.school,
            site: input.site,
            room: input.room,
            device: input.device,
            problem: input.problem,
            symptom: input.symptom,
            tried: input.tried,
            lesson_running: input.lesson_running,
            priority: decision.priority,
            reason: filing.reason,
            onsite: decision.onsite,
            routing: decision.routing,
            due: Due::default(),
            contact: input.contact,
            missing,
            transcript: filing.transcript,
            // Connectors to the helpdesk's own system come later; until then it stays here.
            target: None,
            code_hash: digest(code),
            outbox: self.ids.uuid().to_string(),
        })
    }

    /// Whether there is a report with this number.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn knows(&self, number: &str) -> Result<bool, StoreError> {
        Ok(self.store.ticket(&number.trim().to_uppercase()).await?.is_some())
    }

    /// A report, for whoever has its code; a wrong code and an unknown number are the same.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn status(&self, number: &str, code: &str) -> Result<Option<Ticket>, StoreError> {
        let found = self.store.ticket(&number.trim().to_uppercase()).await?;
        Ok(found.filter(|(_, hash)| same_digest(hash, &digest(code))).map(|(ticket, _)| ticket))
    }

    /// Masks what was typed and fills in what the directory knows of room and device.
    /// The contact is the one place where a person may be named: she gave it to be called.
    async fn complete(&self, mut input: TicketInput) -> Result<TicketInput, StoreError> {
        input.symptom = self.redactor.mask(&input.symptom).text;
        for tried in &mut input.tried {
            tried.step = self.redactor.mask(&tried.step).text;
        }
        let Some(said) = input.room.clone() else { return Ok(input) };
        let found = match (self.schools.room_or_code(&said).await?, &input.school) {
            (Some(found), _) => Some(found),
            (None, Some(school)) => self.schools.room_named(school, &said).await?,
            (None, None) => None,
        };
        let other_school = |school: &String| input.school.as_ref().is_some_and(|known| known != school);
        let Some(found) = found.filter(|found| !other_school(&found.room.school)) else {
            input.room = Some(self.redactor.mask(&said).text);
            return Ok(input);
        };
        let (room, mut devices) = (found.room, found.devices);
        devices.retain(|device| input.device.kind.is_some_and(|kind| kind == device.kind));
        if let [device] = devices.as_slice() {
            let given = &mut input.device;
            let fill = |value: &str| (!value.is_empty()).then(|| value.to_owned());
            given.model = given.model.take().or_else(|| fill(&device.model));
            given.serial = given.serial.take().or_else(|| fill(&device.serial));
            given.inventory = given.inventory.take().or_else(|| fill(&device.inventory));
        }
        input.school = Some(room.school);
        input.site = input.site.or(room.site);
        input.room = Some(room.code);
        Ok(input)
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
