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
        ticket::{Delivery, Due, Ticket, TicketInput, TicketState},
    },
    store::{NewTicket, Store, StoreError},
    support::{
        directory::Schools,
        ids::{Ids, digest},
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
        let ticket = self.ticket(filing, conversation);
        let new = NewTicket { ticket, code_hash: digest(&code), outbox: self.ids.uuid().to_string() };
        let filed = self.store.append_with_ticket(conversation, cid, new, |ticket| events(ticket, &code), now).await?;
        if !filed.known {
            metrics::counter!("schullotse_tickets_total", "priority" => format!("{:?}", filed.ticket.priority)).increment(1);
        }
        Ok(Filed { ticket: filed.ticket, code, events: filed.events, known: filed.known })
    }

    /// The report, complete but for its number.
    fn ticket(&self, filing: Filing, conversation: Option<&str>) -> Ticket {
        let now = self.clock.now();
        let input = self.complete(filing.input);
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
        Ticket {
            number: String::new(),
            state: TicketState::New,
            created: now,
            updated: now,
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
            delivery: Delivery { state: "local".into(), target: None, reference: None },
            conversation: conversation.map(str::to_owned),
            transcript: filing.transcript,
        }
    }

    /// Masks what was typed and fills in what the directory knows of room and device.
    /// The contact is the one place where a person may be named: she gave it to be called.
    fn complete(&self, mut input: TicketInput) -> TicketInput {
        input.symptom = self.redactor.mask(&input.symptom).text;
        for tried in &mut input.tried {
            tried.step = self.redactor.mask(&tried.step).text;
        }
        let by_code = input.room.as_deref().and_then(|room| self.schools.room(room));
        let room = by_code.or_else(|| self.schools.room_named(input.school.as_deref()?, input.room.as_deref()?));
        let Some(room) = room else {
            input.room = input.room.map(|room| self.redactor.mask(&room).text);
            return input;
        };
        if input.school.as_ref().is_some_and(|school| *school != room.school) {
            return input;
        }
        let mut devices = self.schools.devices(&room.code);
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
        input
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
